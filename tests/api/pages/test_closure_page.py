"""Who approves a closure sees what was found on site, and the page says what is awaited."""

from __future__ import annotations

from domain.roles import Role
from store.lives import problems
from store.lives.records import record
from tests.worlds.house import rules
from tests.worlds.life import Life
from tests.worlds.office import Office


async def test_the_revisit_stands_first_where_closure_is_approved(office: Office) -> None:
    number = await office.registered()
    async with office.db.reading() as session:
        problem = await problems.get(session, number)
    life = Life(rules=rules(), now=office.clock.now, problem_or_none=problem)
    life.answer()
    life.review()
    life.revisit()
    await record(office.db, number, life.history, life.notices)
    person = await office.sign_in(Role.SUPERVISOR)
    page = await person.see(f"/problems/{number}")
    assert '<span class="stage big">待销号审批</span>' in page
    visit, answer = page.index('id="visits"'), page.index("区县反馈</h2>")
    assert visit < answer < page.index("办理经过")
    assert life.problem.revisits[-1].findings in page[visit:answer]
    assert '<span class="stage">待销号审批</span>' in await person.see("/problems")
