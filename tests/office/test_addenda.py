"""补记: numbers and marks after a life has ended, at the doors, in the lists, in the archive."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from temporalio.client import Client

from activities.archive import Archive
from audit.recording import Ordered, read_recording
from audit.sources import addenda_in, lives_in
from audit.verify import verify_life
from command_line.audit import verify_command
from domain import commands as c
from domain.roles import Role
from gateways.run_chain import ADDENDA
from gateways.temporal_client import DATA_CONVERTER
from store.engine import Database
from store.lives import addenda, problems
from store.lives.rebuild import rebuild
from store.lives.records import record
from tests.worlds.databases import SteppingClock
from tests.worlds.house import rules
from tests.worlds.life import OFFICER, SUPERVISOR, Life
from tests.worlds.office import Office

HISTORY = Path(__file__).parent.parent / "histories" / "on_time" / "run.json"
NATIONAL = {
    "key_content": "treatment_missing_or_idle",
    "clue_source": "national_round",
}


async def ended(office: Office, **facts: Any) -> str:
    """A problem whose life has ended, as recorded; nobody answers for it any more."""
    no = await office.registered(**facts)
    async with office.db.reading() as session:
        problem = await problems.get(session, no)
    life = Life(rules=rules(), now=office.clock.now, problem_or_none=problem)
    for act in (life.answer, life.review, life.revisit, life.approve):
        act()
    life.until(life.today.replace(month=9))
    assert life.problem.ended
    await record(office.db, no, life.history, life.notices)
    office.clock.now = life.now
    office.counter.gone = True
    return no


async def number(office: Office, no: str, key: str, register: str, said: str) -> Any:
    body = {"register": register, "number": said}
    return await office.change(f"/problems/{no}/register-numbers", key, body)


async def test_a_register_number_is_noted_after_the_end_once(office: Office) -> None:
    no = await ended(office, **NATIONAL)
    first = await number(office, no, "k", "national_air", "示例大气1")
    assert first.status_code == 200, first.text
    assert first.json()["events"] == ["register:number_recorded"]
    assert (await number(office, no, "k", "national_air", "示例大气1")).json() == first.json()
    again = await number(office, no, "other", "national_air", "示例大气1")
    assert (again.status_code, again.json()["code"]) == (409, "nothing_changes")
    timeline = (await office.ask("GET", f"/problems/{no}/timeline")).json()
    (noted,) = timeline["addenda"]
    assert (noted["number"], noted["event"]["number"]) == (1, "示例大气1")
    assert noted["after_seq"] == timeline["events"][-1]["seq"]


async def test_what_is_owed_stands_on_the_desk_after_the_end_until_it_is_noted(
    office: Office,
) -> None:
    no = await ended(office, **NATIONAL)
    officer = await office.sign_in(Role.OFFICER)
    assert no in await officer.see("/")
    for register in ("national_air", "mobile_enforcement"):
        answer = await number(office, no, register, register, f"示例{register}")
        assert answer.status_code == 200, answer.text
    assert no not in await officer.see("/")
    page = await officer.see(f"/problems/{no}")
    assert page.count("补记</span>") == 2


async def test_a_typical_case_is_chosen_from_what_is_finished(office: Office) -> None:
    no = await ended(office)
    body = {"typical": True, "reason": "整改彻底"}
    path = f"/problems/{no}/typical-case"
    assert (await office.change(path, "a", body)).status_code == 403
    done = await office.change(path, "b", body, Role.SUPERVISOR)
    assert done.status_code == 200, done.text
    async with office.db.reading() as session:
        problem = await problems.get(session, no)
    assert problem is not None
    assert problem.typical


async def test_a_finished_problem_is_still_sorted_into_its_batch(office: Office) -> None:
    no = await ended(office)
    done = await office.change(f"/problems/{no}/six-batch", "b", {"six_batch": "batch_5"})
    assert done.status_code == 200, done.text
    found = (await office.ask("GET", "/problems?six_batch=batch_5")).json()["problems"]
    assert [one["problem_no"] for one in found] == [no]


async def test_nothing_else_is_asked_of_an_ended_life(office: Office) -> None:
    no = await ended(office)
    refused = await office.change(f"/problems/{no}/reminders", "k")
    assert (refused.status_code, refused.json()["code"]) == (409, "life_ended")


async def test_a_read_model_made_anew_holds_the_addenda(office: Office) -> None:
    no = await ended(office, **NATIONAL)
    await number(office, no, "k", "national_air", "示例大气1")
    async with office.db.reading() as session:
        before = await problems.get(session, no)
    await rebuild(office.db)
    async with office.db.reading() as session:
        assert await problems.get(session, no) == before


async def test_an_addendum_is_never_changed(office: Office) -> None:
    no = await ended(office, **NATIONAL)
    await number(office, no, "k", "national_air", "示例大气1")
    for act in ("UPDATE addenda SET body = ''", "DELETE FROM addenda"):
        with pytest.raises(DatabaseError, match="append-only"):
            async with office.db.writing() as session:
                await session.execute(text(act))


# -- the archive and the second look ---------------------------------------------------------------


class NothingClosed:
    """A server on which no further run has closed."""

    def list_workflows(self, _: str) -> NothingClosed:
        return self

    def __aiter__(self) -> NothingClosed:
        return self

    async def __anext__(self) -> object:
        raise StopAsyncIteration


async def archived(db: Database, clock: SteppingClock, folder: Path) -> Path:
    """An ended life with two addenda of the week after, as the archive keeps it."""
    life = folder / "CQ2024-0001"
    life.mkdir(parents=True)
    (life / "run.json").write_bytes(HISTORY.read_bytes())
    (runs,) = lives_in(life)
    recording = read_recording(runs[0], DATA_CONVERTER)
    for happened in recording.happenings:
        if isinstance(happened, Ordered):
            await record(db, "CQ2024-0001", happened.order.recorded, happened.order.notices)
            clock.now = happened.order.recorded[-1].at + timedelta(days=7)
    named = c.RecordRegisterNumber(register=c.Register.NATIONAL_AIR, number="示例1", by=OFFICER)
    mark = c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR)
    for cause, command in (("a", named), ("b", mark)):
        assert await addenda.note(db, "CQ2024-0001", command, cause, rules()) is not None
    archive = Archive(cast("Client", NothingClosed()), db, folder)
    assert await archive.archive_closed_runs() == 0
    return life


async def found(life: Path) -> str | None:
    """The first difference the second look finds."""
    (runs,) = lives_in(life)
    verified = await verify_life(runs, DATA_CONVERTER, addenda_in(life)[0]["CQ2024-0001"])
    assert verified.added == len(addenda_in(life)[0]["CQ2024-0001"])
    return verified.difference


async def test_addenda_lie_in_the_archive_and_verify(
    db: Database, clock: SteppingClock, tmp_path: Path
) -> None:
    life = await archived(db, clock, tmp_path)
    assert await found(life) is None
    assert await verify_command(str(tmp_path), as_json=True) == 0


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("示例1", "示例2", "第 1 项补记：sha256"),
        ('"typical":true', '"typical":false', "第 2 项补记"),
        ('"number":2', '"number":3', "第 2 项补记：number"),
        ('"cause":"b"', '"cause":"c"', "第 2 项补记：sha256"),
    ],
)
async def test_whoever_touches_an_addendum_is_found_out(
    db: Database, clock: SteppingClock, tmp_path: Path, old: str, new: str, said: str
) -> None:
    life = await archived(db, clock, tmp_path)
    file = life / ADDENDA
    content = file.read_text("utf-8")
    assert old in content
    file.write_text(content.replace(old, new, 1), "utf-8")
    difference = await found(life)
    assert difference is not None
    assert said in difference


async def test_a_missing_or_exchanged_addendum_is_found(
    db: Database, clock: SteppingClock, tmp_path: Path
) -> None:
    life = await archived(db, clock, tmp_path)
    file = life / ADDENDA
    first, second = json.loads(file.read_bytes())
    for kept in ([second], [second, first]):
        file.write_text(json.dumps(kept, ensure_ascii=False), "utf-8")
        assert await found(life) is not None


async def test_addenda_without_their_life_are_found(
    db: Database, clock: SteppingClock, tmp_path: Path
) -> None:
    life = await archived(db, clock, tmp_path)
    other = tmp_path / "CQ2024-0002"
    other.mkdir()
    content = (life / ADDENDA).read_text("utf-8").replace("CQ2024-0001", "CQ2024-0002")
    (other / ADDENDA).write_text(content, "utf-8")
    assert await verify_command(str(tmp_path), as_json=True) == 1
