"""A posted form leads on by GET, and an address puts no words on a page."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from api.pages.given_back import back_to
from api.pages.notices import NOTICES
from domain.roles import Role
from office.acts import ACTS
from store.tables import RefusedFormRow
from tests.worlds.office import Office

WORDS = "请立即拨打023-00000000核实账号"


async def refused_act(office: Office) -> str:
    """Refuse an officer's act on a problem's page; give where the refusal leads."""
    number = await office.registered()
    browser = office.seated(Role.OFFICER)
    fields = {
        "mark": office.mark(Role.OFFICER),
        "key": "one-press",
        "reason": "",
        "findings": WORDS,
    }
    answer = await browser.post(f"/problems/{number}/withdrawal", data=fields)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


async def test_a_refused_act_is_loaded_again_without_being_sent_again(office: Office) -> None:
    where = await refused_act(office)
    assert WORDS not in where
    for _ in range(2):
        page = await office.seated(Role.OFFICER).get(where)
        assert page.status_code == 422
        assert "未能提交" in page.text


async def test_what_is_given_back_is_its_own_accounts(office: Office) -> None:
    where = await refused_act(office)
    page = await office.seated(Role.SUPERVISOR).get(where)
    assert page.status_code == 200
    assert "未能提交" not in page.text


async def test_a_new_problem_with_a_mistake_keeps_what_was_typed_and_no_key(
    office: Office,
) -> None:
    person = await office.sign_in(Role.OFFICER)
    typed = {"enterprise": "", "description": WORDS, "district": "500103"}
    answer = await person.press("/problems/new", "/problems/new", typed)
    assert answer.status_code == 422
    assert WORDS in answer.text
    async with office.db.reading() as session:
        (row,) = list(await session.scalars(select(RefusedFormRow)))
    assert "mark" not in row.body
    assert '"key"' not in row.body


@pytest.mark.parametrize(
    "path", ["/", "/problems", "/contacts", "/draws", "/self-inspections", "/six-batches"]
)
async def test_an_address_puts_no_words_on_a_page(shared: Office, path: str) -> None:
    browser = shared.seated(Role.OFFICER)
    for name in ("flash", "returned"):
        assert WORDS not in (await browser.get(path, params={name: WORDS})).text
    assert NOTICES["decided"] in (await browser.get(path, params={"flash": "decided"})).text


def test_every_word_about_an_act_has_its_code() -> None:
    for act in ACTS:
        assert NOTICES[f"done-{act.path}"] == act.done
    with pytest.raises(ValueError, match=r"notices\.py"):
        back_to("/", WORDS)


async def test_a_refused_account_leads_back_and_no_password_is_kept(office: Office) -> None:
    person = await office.sign_in(Role.ADMINISTRATOR)
    typed = {"login": "officer", "name": "示例", "role": "officer", "password": "short-secret"}
    answer = await person.press("/accounts", "/accounts", typed)
    assert answer.status_code == 422
    assert answer.history[0].status_code == 303
    async with office.db.reading() as session:
        (row,) = list(await session.scalars(select(RefusedFormRow)))
    assert "short-secret" not in row.body
