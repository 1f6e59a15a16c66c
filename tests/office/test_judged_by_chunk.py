"""A list is judged by chunks: the store is asked as often for sixty rows as for one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import event

from office.registering.intake_of_lists import import_rows
from office.registering.json_rows import read_rows
from office.registering.new_problem import NewProblem
from tests.worlds.house import MONDAY, OFFICER
from tests.worlds.office import NEW, TRANSFER, Office


async def asked(office: Office, rows: int) -> tuple[int, int]:
    """Try a list of so many rows; give how often the store was asked, and how many rows are good."""
    many = [
        {**NEW, "enterprise": f"重庆示例第{n}有限公司", "transfer": TRANSFER} for n in range(rows)
    ]
    read = read_rows([NewProblem.model_validate(one) for one in many], MONDAY)
    questions: list[str] = []

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        questions.append(statement)

    engine = office.services.db._engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        result = await import_rows(office.services, read, OFFICER, dry_run=True)
    finally:
        event.remove(engine, "before_cursor_execute", note)
    return len(questions), result.count("accepted")


async def test_the_store_is_asked_as_often_for_a_chunk_as_for_a_row(office: Office) -> None:
    one, sixty = await asked(office, 1), await asked(office, 60)
    assert (one[1], sixty[1]) == (1, 60)
    assert sixty[0] == one[0]
