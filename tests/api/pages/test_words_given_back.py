"""A form that is refused as a whole costs nobody his words: they are shown again, to be copied."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from httpx2 import Response
from sqlalchemy.exc import OperationalError

from api.pages import acting
from domain.restore_epoch import Restored
from domain.roles import Role
from store.watch import doors
from tests.worlds.office import Office

SAID, WHY, NUMBER = "现场已完成整改，照片另附。", "情节轻微", "渝环罚〔2024〕示例1号"
TYPED = {
    "text": SAID,
    "penalty_ground": WHY,
    "penalty_document_no": NUMBER,
    "requirement": "COD below 500 mg/L",
    "received_on": "2024-06-24",
    "state": "done",
}


@pytest.fixture
async def number(office: Office) -> str:
    """A problem that waits for its district's answer."""
    return await office.registered()


async def post(office: Office, path: str, mark: str, **rest: str) -> Response:
    browser = office.seated(Role.OFFICER)
    return await browser.post(path, data={**TYPED, "mark": mark, "key": "k", **rest})


def demand_words(answer: Response, status: int) -> None:
    assert answer.status_code == status
    for words in (SAID, WHY, NUMBER, "COD below 500 mg/L"):
        assert f'<dd class="typed">{words}</dd>' in answer.text
    assert ">2024-06-24<" not in answer.text, "what is typed again soon enough"


async def test_of_a_form_that_came_while_the_doors_are_shut(office: Office, number: str) -> None:
    await doors.shut_for(office.db, Restored.STORE_OLDER, "x")
    for path in (f"/problems/{number}/paper-answers", "/problems/new"):
        demand_words(await post(office, path, office.mark(Role.OFFICER)), 503)


async def test_of_a_form_that_was_opened_before_somebody_signed_in_anew(
    office: Office, number: str
) -> None:
    demand_words(await post(office, f"/problems/{number}/paper-answers", "0" * 64), 403)


async def test_of_a_form_under_which_the_session_ended(office: Office, number: str) -> None:
    office.clock.now += timedelta(days=1)
    demand_words(await post(office, f"/problems/{number}/paper-answers", "0" * 64), 401)


async def test_of_a_form_that_the_store_could_not_take(
    office: Office, number: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object, **__: object) -> None:
        raise OperationalError("insert", {}, Exception("disk full"))

    monkeypatch.setattr(acting, "act", full)
    form = {"reason": SAID, "mark": office.mark(Role.OFFICER), "key": "k"}
    browser = office.seated(Role.OFFICER)
    answer = await browser.post(f"/problems/{number}/notice-reissues", data=form)
    assert (answer.status_code, f'<dd class="typed">{SAID}</dd>' in answer.text) == (503, True)


async def test_no_secret_is_shown_again_and_nothing_that_a_foreign_page_sent(
    office: Office, number: str
) -> None:
    browser, secret = office.seated(Role.OFFICER), "秘密的一句话"
    form = {"old": secret, "new": secret, "again": secret, "mark": "0" * 64, "text": SAID}
    answer = await browser.post("/password", data=form)
    assert (answer.status_code, SAID in answer.text, secret in answer.text) == (403, True, False)
    address = f"/problems/{number}/withdrawal"
    foreign = await browser.post(address, data=form, headers={"Origin": "https://evil.example"})
    assert (foreign.status_code, SAID in foreign.text) == (403, False)
    stranger = await office.browser().post(address, data=form)
    assert (stranger.status_code, SAID in stranger.text) == (303, False)


async def test_no_body_is_read_that_comes_to_a_door_of_others(office: Office, number: str) -> None:
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(100):
            read += 1
            yield b"text=%E5%B7%B2" * 1_000

    form = {"content-type": "application/x-www-form-urlencoded", "content-length": "1400000"}
    address = f"/problems/{number}/paper-answers"
    answer = await office.seated(Role.AUDITOR).post(address, content=body(), headers=form)
    assert (answer.status_code, SAID in answer.text) == (403, False)
    assert read <= 1
