"""What something would come to is said before it is done, at every door."""

from __future__ import annotations

from datetime import timedelta

from domain.roles import Role
from tests.worlds.office import NEW, TRANSFER, Office

NOW = {**NEW, "transfer": TRANSFER}
DAY = TRANSFER["on"]


async def numbers(office: Office) -> list[str]:
    found = (await office.ask("GET", "/problems")).json()["problems"]
    return [one["problem_no"] for one in found]


async def test_a_problem_is_tried_over_rest_and_nothing_is_registered(office: Office) -> None:
    office.clock.pass_by(days=30)
    tried = await office.change("/problems?dry_run=true", "k", NOW)
    assert tried.status_code == 200, tried.text
    assert tried.json()["dry_run"] is True
    assert [one["code"] for one in tried.json()["warnings"]] == ["entered_late"]
    assert await numbers(office) == []
    assert (await office.change("/problems", "k", NOW)).status_code == 201


async def test_an_act_is_tried_over_rest_and_nothing_is_done(office: Office) -> None:
    no = await office.registered(transfer=None)
    office.clock.pass_by(days=30)
    body = {"on": DAY}
    tried = await office.change(f"/problems/{no}/transfer?dry_run=true", "t", body)
    assert tried.status_code == 200, tried.text
    (warning,) = tried.json()["warnings"]
    assert warning["code"] == "entered_late"
    assert tried.json()["events"][0]["tag"] == "problem:transferred"
    problem = (await office.ask("GET", f"/problems/{no}")).json()
    assert problem["stage"] == "registered"
    unknown = await office.change("/problems/CQ2024-9999/reminders?dry_run=true", "u")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "problem_not_found")
    refused = await office.change(f"/problems/{no}/reminders?dry_run=true", "v")
    assert (refused.status_code, refused.json()["code"]) == (409, "not_in_this_stage")


async def test_only_the_act_that_transfers_is_warned_of_a_late_entry(office: Office) -> None:
    office.clock.pass_by(days=30)
    no = await office.registered()
    tried = await office.change(f"/problems/{no}/reminders?dry_run=true", "v")
    assert tried.status_code == 200, tried.text
    assert tried.json()["warnings"] == []


async def test_what_was_served_on_the_papers_day_counts_from_it(office: Office) -> None:
    office.clock.pass_by(days=12)
    served = {**TRANSFER, "served_on": DAY, "served_by": "当面签收"}
    made = await office.change("/problems", "k", {**NEW, "transfer": served})
    assert made.status_code == 201, made.text
    assert made.json()["warnings"] == []
    no = made.json()["problem_no"]
    timeline = (await office.ask("GET", f"/problems/{no}/timeline")).json()["events"]
    assert "service:recorded" in [one["event"]["tag"] for one in timeline]


async def test_a_day_of_service_before_the_transfer_is_refused(office: Office) -> None:
    early = {**TRANSFER, "served_on": "2024-06-20"}
    refused = await office.change("/problems", "k", {**NEW, "transfer": early})
    assert refused.status_code == 422
    assert "送达日期" in refused.text


async def test_the_page_asks_before_it_transfers_what_is_dated_back(office: Office) -> None:
    office.clock.pass_by(days=30)
    officer = await office.sign_in(Role.OFFICER)
    typed = {name: NEW[name] for name in ("district", "enterprise", "description")}
    typed |= {"transfer_on": DAY, "problem_no": "CQ2024-0701"}
    asked = await officer.press("/problems/new", "/problems/new", typed)
    assert "改自登记之日起算" in asked.text
    assert 'name="confirmed"' in asked.text
    assert await numbers(office) == []
    done = await officer.press("/problems/new", "/problems/new", typed | {"confirmed": "yes"})
    assert "问题已登记" in done.text
    assert await numbers(office) == ["CQ2024-0701"]


async def test_the_page_of_a_problem_asks_too(office: Office) -> None:
    no = await office.registered(transfer=None)
    office.clock.pass_by(days=30)
    officer = await office.sign_in(Role.OFFICER)
    page, act = f"/problems/{no}", f"/problems/{no}/transfer"
    asked = await officer.press(page, act, {"on": DAY})
    assert "改自登记之日起算" in asked.text
    done = await officer.press(page, act, {"on": DAY, "confirmed": "yes"})
    assert "问题已移交" in done.text


async def test_a_transfer_of_today_asks_nothing(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    typed = {name: NEW[name] for name in ("district", "enterprise", "description")}
    today = (office.clock.now + timedelta(hours=8)).date().isoformat()
    done = await officer.press("/problems/new", "/problems/new", typed | {"transfer_on": today})
    assert "问题已登记" in done.text
