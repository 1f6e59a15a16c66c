"""Hidden rows are asked about with their numbers, then taken or left, at every door alike."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl
import pytest
from sqlmodel import select

from domain.roles import Role
from office.registering.list_imports import go_on
from store.codec import json_text
from store.tables import BatchRow, ProblemRow
from tests.worlds.office import NEW, Office


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["区县", "企业名称", "存在的环境问题"])
    sheet.append(["渝中区", NEW["enterprise"], NEW["description"]])
    sheet.append(["大渡口区", "重庆示例涂装有限公司", "喷漆房未密闭。"])
    sheet.row_dimensions[3].hidden = True
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("hidden", "counts"), [("ask", (1, 1)), ("take", (2, 0)), ("leave", (1, 0))]
)
async def test_rest_takes_or_leaves_them_as_was_said(
    office: Office, hidden: str, counts: tuple[int, int]
) -> None:
    answer = await office.ask(
        "POST",
        "/batches",
        headers={"Idempotency-Key": hidden},
        files={"file": ("清单.xlsx", workbook())},
        data={"dry_run": "true", "hidden": hidden},
    )
    report = answer.json()
    assert (report["accepted"], report["refused"]) == counts, report
    assert [part["row"] for part in report["unread"]] == ([3] if hidden == "leave" else [])


async def test_the_page_asks_shows_anew_and_registers_what_was_chosen(office: Office) -> None:
    person = await office.sign_in(Role.OFFICER)
    files: Any = {"file": ("清单.xlsx", workbook())}
    data = {"mark": office.mark(Role.OFFICER)}
    shown = await person.browser.post("/import", data=data, files=files)
    assert "一并登记" in shown.text
    assert "确认登记 1 行" in shown.text
    sha256 = re.search(r'name="sha256" value="(\w+)"', shown.text)
    assert sha256
    chosen = {**data, "sha256": sha256[1], "file_name": "清单.xlsx", "hidden": "take"}
    anew = await person.browser.post("/import/hidden", data=chosen)
    assert "确认登记 2 行" in anew.text
    done = await person.browser.post("/import/confirm", data={**chosen, "key": "k"})
    assert done.status_code == 200, done.text
    for task in list(office.services.imports.tasks.values()):
        await task
    async with office.db.reading() as session:
        assert len(list(await session.scalars(select(ProblemRow)))) == 2


async def test_an_import_that_goes_on_later_reads_them_as_was_chosen(office: Office) -> None:
    sealed = office.services.evidence.put(workbook())
    async with office.db.writing() as session:
        session.add(
            BatchRow(
                id="b",
                created_at=office.clock.now,
                by_id="u-officer",
                file_name="清单.xlsx",
                file_sha256=sealed.sha256,
                total=2,
                report=json_text({"hidden": "take"}),
            )
        )
    await go_on(office.services)
    for task in list(office.services.imports.tasks.values()):
        await task
    answer = await office.ask("GET", "/batches/b")
    assert (answer.json()["accepted"], answer.json()["refused"]) == (2, 0), answer.text
