"""The district on its link and the officer on his page read the same dates and the same reasons."""

from __future__ import annotations

import html
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from domain.roles import Role
from domain.words.why import why_this_date
from office.exports.ledgers import LEDGER, ledger_row
from store.lives.records import record
from tests.worlds.dated_lives import (
    agreed_like_a_count,
    by_half_past_five,
    extended,
    life_by,
    redone,
    reissued,
    resumed,
    served_late,
    supplemented,
)
from tests.worlds.life import Life, transferred
from tests.worlds.office import Office

LIVES = [
    transferred,
    supplemented,
    redone,
    served_late,
    reissued,
    extended,
    resumed,
    agreed_like_a_count,
]


async def two_pages(office: Office, life: Life) -> tuple[str, str]:
    """Record a life; give the district's page and the officer's."""
    number = life.problem.problem_no
    office.clock.now = life.now
    await office.everybody_is_back()
    await record(office.db, number, life.history, life.notices)
    link = await office.link(number, round_no=len(life.problem.rounds))
    visitor = await office.visitor(link)
    theirs = await visitor.see()
    ours = await office.seated(Role.OFFICER).get(f"/problems/{number}")
    assert (theirs.status_code, ours.status_code) == (200, 200)
    return html.unescape(theirs.text), html.unescape(ours.text)


@pytest.mark.parametrize("make", LIVES, ids=[make.__name__ for make in LIVES])
async def test_district_and_officer_read_the_same_reasons(
    office: Office, make: Callable[[], Life]
) -> None:
    life = make()
    round_ = life.problem.rounds[-1]
    theirs, ours = await two_pages(office, life)
    for step in why_this_date(round_, life.problem, life.history, life.rules).steps:
        assert f"<li>{step.note}</li>" in theirs
        assert f"<li>{step.note}</li>" in ours


async def test_a_cut_off_stands_on_both_pages_and_24_00_on_neither(office: Office) -> None:
    rules = by_half_past_five()
    life = life_by(rules)
    office.desk.judged_by[life.problem.problem_no] = rules
    theirs, ours = await two_pages(office, life)
    for page in (theirs, ours):
        assert "2024年7月9日（星期二）17:30" in page
        assert "24:00" not in page


@pytest.mark.parametrize(
    ("make", "said"),
    [(lambda: life_by(by_half_past_five()), "2024-07-09 17:30 "), (transferred, "2024-07-09 <")],
    ids=["half past five", "midnight"],
)
async def test_the_list_tells_a_cut_off_and_leaves_midnight_unsaid(
    office: Office, make: Callable[[], Life], said: str
) -> None:
    life = make()
    office.clock.now = life.now
    await office.everybody_is_back()
    await record(office.db, life.problem.problem_no, life.history, life.notices)
    page = await office.seated(Role.OFFICER).get("/problems")
    assert said in page.text


CUT_OFF_OR_NOT = pytest.mark.parametrize(
    ("make", "clock"),
    [(lambda: life_by(by_half_past_five()), "17:30"), (transferred, "")],
    ids=["half past five", "midnight"],
)


@CUT_OFF_OR_NOT
async def test_desk_and_rail_tell_a_cut_off_and_leave_midnight_unsaid(
    office: Office, make: Callable[[], Life], clock: str
) -> None:
    life = make()
    office.clock.now = life.problem.rounds[-1].due_at - timedelta(hours=8)
    await office.everybody_is_back()
    await record(office.db, life.problem.problem_no, life.history, life.notices)
    officer = office.seated(Role.OFFICER)
    desk = (await officer.get("/")).text
    assert "今日到期" in desk
    assert ("17:30截止" in desk) is bool(clock)
    rail = (await officer.get(f"/problems/{life.problem.problem_no}")).text
    assert f"<b>反馈</b><small>7月9日{' ' if clock else ''}{clock}</small>" in rail


@CUT_OFF_OR_NOT
def test_the_ledger_tells_a_cut_off_and_leaves_midnight_a_day(
    make: Callable[[], Life], clock: str
) -> None:
    headings = [heading for heading, _ in LEDGER]
    cell = ledger_row(make().problem)[headings.index("反馈时限")]
    assert cell == (f"2024-07-09 {clock}" if clock else date(2024, 7, 9))
