"""Who may do an act is said by its command alone; every door and the table follow."""

from __future__ import annotations

import pytest
from fastapi.routing import iter_route_contexts

from api.rest.acts import routes_of
from domain.commands import SendReminder
from domain.roles import SUPERVISORS, Actor, Role
from office.acts import ACTS, BY_PATH, offered
from office.acts.role_table import role_table
from store.lives import problems
from tests.api.test_who_may import gate_of
from tests.worlds.office import Office

REMINDING = BY_PATH["reminders"]


@pytest.fixture
def only_supervisors_remind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SendReminder, "may", SUPERVISORS)


def gate_over_rest() -> frozenset[Role]:
    """Give the roles that the route of the reminder lets in, were it made now."""
    (route,) = iter_route_contexts(routes_of([REMINDING]).routes)
    gate = gate_of(route.dependant)
    assert gate is not None
    return gate.roles


async def offered_to(office: Office, number: str, role: Role) -> bool:
    async with office.db.reading() as session:
        problem = await problems.get(session, number)
    assert problem is not None
    return REMINDING in offered(problem, Actor(role.value, role))


async def preview(office: Office) -> str:
    answer = await office.change("/batch-acts/preview", "p", {"act": "remind", "filter": {}})
    (result,) = answer.json()["results"]
    return str(result["code"])


async def test_before_the_change_officers_may_remind(office: Office) -> None:
    number = await office.registered("one")
    assert Role.OFFICER in gate_over_rest()
    assert await offered_to(office, number, Role.OFFICER)
    assert await preview(office) == ""


@pytest.mark.usefixtures("only_supervisors_remind")
async def test_another_right_changes_gate_form_batch_and_table(office: Office) -> None:
    number = await office.registered("one")
    assert gate_over_rest() == SUPERVISORS
    assert not await offered_to(office, number, Role.OFFICER)
    assert await offered_to(office, number, Role.SUPERVISOR)
    assert await preview(office) == "role_not_allowed"
    (line,) = [line for line in role_table().splitlines() if "| `send_reminder` |" in line]
    assert line.count("✓") == 1
    assert "承办人" not in REMINDING.description


@pytest.mark.usefixtures("only_supervisors_remind")
async def test_the_pages_form_is_refused_to_whom_the_command_refuses(office: Office) -> None:
    number = await office.registered("one")
    before = await office.digest()
    async with office.seated(Role.OFFICER) as browser:
        form = {"mark": office.mark(Role.OFFICER), "key": "k"}
        answer = await browser.post(f"/problems/{number}/reminders", data=form)
    assert answer.status_code == 403
    assert await office.digest() == before


def test_an_act_may_be_done_by_whoever_may_issue_all_its_commands() -> None:
    for act in ACTS:
        assert act.right, act.name
        assert all(act.right <= command.may for command in act.commands), act.name
