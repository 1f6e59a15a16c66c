"""Once per Idempotency-Key: repeated, in another's hands, and when nobody can say what became of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from domain.roles import Role
from office.once import PATIENCE, settle_open
from store.idempotency import unfinished
from store.tables import RequestRow
from tests.worlds.office import NEW, TRANSFER, Office

NOW = {**NEW, "transfer": TRANSFER}


async def reminders(office: Office, number: str) -> int:
    """How often somebody pressed for an answer."""
    return int((await office.ask("GET", f"/problems/{number}")).json()["reminders_sent"])


async def test_the_same_request_again_is_the_same_answer(office: Office) -> None:
    first = await office.change("/problems", "k", NOW)
    again = await office.change("/problems", "k", NOW)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.headers["location"] == again.headers["location"]
    path = f"/problems/{first.json()['problem_no']}/reminders"
    assert (await office.change(path, "r")).json() == (await office.change(path, "r")).json()
    assert await reminders(office, first.json()["problem_no"]) == 1


async def test_twenty_at_once_are_one(office: Office) -> None:
    answers = await asyncio.gather(*(office.change("/problems", "k", NOW) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.text for answer in answers}) == 1
    assert len((await office.ask("GET", "/problems")).json()["problems"]) == 1


async def test_a_refusal_is_kept_as_the_answer_too(office: Office) -> None:
    too_old = {**NEW, "transfer": {"on": "2024-05-06"}}
    first = await office.change("/problems", "k", too_old)
    assert first.status_code >= 400
    assert first.json() == (await office.change("/problems", "k", too_old)).json()
    asked = await office.ask("GET", "/operations/k")
    assert (asked.status_code, asked.json()) == (first.status_code, first.json())


OTHERS: dict[str, tuple[str, object, Role]] = {
    "other content": ("/problems", {**NOW, "address": "示例路2号"}, Role.OFFICER),
    "another act": ("/problems/{}/reminders", None, Role.OFFICER),
    "a list": ("/batches/rows", {"rows": [NOW]}, Role.OFFICER),
    "another person": ("/problems", NOW, Role.SUPERVISOR),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
async def test_a_key_belongs_to_one_request_of_one_person(
    office: Office, other: tuple[str, object, Role]
) -> None:
    path, body, role = other
    number = await office.registered("k")
    before = await office.digest()
    answer = await office.change(path.format(number), "k", body, role)
    assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    assert await office.digest() == before


async def test_a_lists_key_serves_no_other_list_and_no_other_act(office: Office) -> None:
    assert (await office.change("/batches/rows", "k", {"rows": [NOW]})).status_code == 202
    other = {"rows": [{**NOW, "enterprise": "重庆示例涂装有限公司"}]}
    for path, body in (("/batches/rows", other), ("/problems", NOW)):
        answer = await office.change(path, "k", body)
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_key_reused")
    upload = await office.ask(
        "POST", "/batches", headers={"Idempotency-Key": "k"}, files={"file": ("a.xlsx", workbook())}
    )
    assert (upload.status_code, upload.json()["code"]) == (409, "idempotency_key_reused")


def workbook() -> bytes:
    """Give a small list as a workbook."""
    import io

    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["区县", "企业名称", "存在的环境问题", "移交日期"])
    sheet.append(["渝中区", "重庆示例印务有限公司", "集气罩未开启", "2024-06-24"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def pending(office: Office, path: str, key: str, body: Any = None) -> str:
    """Ask for a change of which nobody can say what became; give the address to ask at."""
    answer = await office.change(path, key, body)
    assert answer.status_code == 202, answer.text
    assert answer.json()["state"] == "open"
    assert answer.headers["location"] == f"/api/v1/operations/{key}"
    return f"/operations/{key}"


@pytest.mark.parametrize("fate", ["away", "loses_answers"])
async def test_an_unknown_outcome_is_asked_again_until_it_is_known(
    office: Office, fate: str
) -> None:
    number = await office.registered()
    setattr(office.counter, fate, True)
    act = await pending(office, f"/problems/{number}/reminders", "r")
    new = await pending(office, "/problems", "n", {**NOW, "enterprise": "重庆示例涂装有限公司"})
    office.clock.now += PATIENCE + timedelta(seconds=1)
    await settle_open(office.services)
    before = await office.digest()
    assert (await office.ask("GET", act)).status_code == 202
    assert await office.digest() == before
    setattr(office.counter, fate, False)
    await settle_open(office.services)
    assert (await office.ask("GET", act)).json()["problem_no"] == number
    made = await office.ask("GET", new)
    assert made.status_code == 201
    again = await office.change("/problems", "n", {**NOW, "enterprise": "重庆示例涂装有限公司"})
    assert again.json() == made.json()
    assert await reminders(office, number) == 1
    assert len((await office.ask("GET", "/problems")).json()["problems"]) == 2


async def test_repeating_the_request_settles_it_at_once(office: Office) -> None:
    number = await office.registered()
    office.counter.loses_answers = True
    address = await pending(office, f"/problems/{number}/reminders", "r")
    office.counter.loses_answers = False
    again = await office.change(f"/problems/{number}/reminders", "r")
    assert again.status_code == 200
    assert (await office.ask("GET", address)).json() == again.json()
    assert await reminders(office, number) == 1


async def test_a_request_still_in_its_callers_hands_is_left_to_him(office: Office) -> None:
    number = await office.registered()
    office.counter.away = True
    address = await pending(office, f"/problems/{number}/reminders", "r")
    office.counter.away = False
    await settle_open(office.services)
    assert (await office.ask("GET", address)).status_code == 202


async def test_only_who_asked_learns_what_became_of_it(office: Office) -> None:
    await office.registered("k")
    assert (await office.ask("GET", "/operations/k")).status_code == 201
    for role, key in ((Role.SUPERVISOR, "k"), (Role.OFFICER, "other")):
        answer = await office.ask("GET", f"/operations/{key}", role)
        assert (answer.status_code, answer.json()["code"]) == (404, "operation_not_found")


UNREADABLE = {
    "a value its model no longer takes": '{"name":"intake","value":{"enterprise":""}}',
    "a command nobody knows": '{"name":"forgotten","value":{}}',
    "half a text": '{"name":"int',
    "no command at all": "[]",
}


@pytest.mark.parametrize("kept", UNREADABLE.values(), ids=UNREADABLE)
async def test_a_kept_request_that_cannot_be_read_again_is_refused_and_does_not_stay_open(
    office: Office, kept: str
) -> None:
    office.counter.away = True
    address = await pending(office, "/problems", "n", NOW)
    office.counter.away = False
    async with office.db.writing() as session:
        (await session.get_one(RequestRow, "n")).command = kept
    office.clock.now += PATIENCE + timedelta(seconds=1)
    with capture_logs() as said:
        await settle_open(office.services)
    assert [one["event"] for one in said] == ["a kept request cannot be read again"]
    answer = await office.ask("GET", address)
    assert (answer.status_code, answer.json()["code"]) == (400, "body_unreadable")
    assert "核对" in answer.json()["detail"]
    async with office.db.reading() as session:
        assert await unfinished(session, office.clock.now) == ()


async def test_a_transfer_entered_late_says_from_when_it_is_counted(office: Office) -> None:
    office.clock.pass_by(days=30)
    answer = await office.change("/problems", "late", NOW)
    assert answer.status_code == 201, answer.text
    (warning,) = answer.json()["warnings"]
    assert warning["code"] == "entered_late"
    assert "改自登记之日起算" in warning["message"]
