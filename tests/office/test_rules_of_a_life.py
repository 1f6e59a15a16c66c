"""Desk, lists, pages and previews go by each life's own rules; one that cannot be read stops none."""

from __future__ import annotations

import asyncio
import html
from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import delete, update
from sqlmodel import col

from command_line import doctor
from domain import commands as c
from domain.policy import Policy, content_hash
from domain.roles import Actor, Role
from domain.words.rules import UNKNOWN
from gateways.policy_files import FOLDER
from office.rules.rules_of_a_life import rules_of_all
from store.tables import ProblemRow, RuleBookRow
from tests.office.test_rule_changes import YEAR
from tests.worlds.house import found, rules
from tests.worlds.office import NEW, TRANSFER, Office

EXPORTS = (
    "/exports/ledger.xlsx",
    "/exports/annex.xlsx",
    "/exports/assessment.xlsx?for=pollution_battle",
    "/exports/typical-cases.xlsx",
)
PAGES = ("/", "/problems", "/supervisory-list", "/scores", "/rule-changes")


def second_version() -> Policy:
    """A policy that counts from the day after, with other days for everything."""
    policy = rules().policy
    clocks = replace(policy.clocks, review_working_days=30)
    rungs = tuple(
        replace(rung, days_before=rung.days_before + 90) for rung in policy.reminders.rungs
    )
    changed = replace(
        policy,
        version="99",
        valid_from=date(2024, 6, 25),
        clocks=clocks,
        reminders=replace(policy.reminders, rungs=rungs),
    )
    return replace(changed, content_hash=content_hash(changed))


async def two_lives(office: Office) -> tuple[str, str]:
    """One life by the first version, one begun the day after by the second."""
    first = await office.registered("first")
    office.services.in_force.policies = (rules().policy, second_version())
    office.clock.pass_by(days=1)
    await office.everybody_is_back()
    later = {"on": "2024-06-25", "document_no": "渝环执法移示例9号"}
    second = await office.registered("second", enterprise="重庆示例涂装有限公司", transfer=later)
    return first, second


async def damaged(office: Office) -> tuple[str, str]:
    """The same, and the book of the first can no longer be read, nor does any life answer."""
    first, second = await two_lives(office)
    async with office.db.writing() as session:
        book = col(RuleBookRow.name) == rules().policy.name
        await session.execute(update(RuleBookRow).where(book).values(body='{"clocks": 1}'))
    office.services.library.books.clear()
    office.counter.away = True
    return first, second


async def answered(office: Office, number: str) -> None:
    """The district answers, and the bureau has to review."""
    problem = await office.desk.state(number)
    await office.do(
        c.SubmitFeedback(
            receipt_id=f"receipt-{number}",
            round_no=1,
            district=problem.district,
            received_at=office.clock.now,
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            content_sha256="0" * 64,
            by=Actor("district", Role.DISTRICT),
        ),
        number,
    )


async def seen(office: Office, path: str, role: Role = Role.OFFICER) -> str:
    """A page as somebody reads it."""
    answer = await office.seated(role).get(path)
    assert answer.status_code == 200, answer.text
    return html.unescape(answer.text)


async def test_a_life_begun_or_moved_to_a_new_year_through_the_house_need_not_be_asked(
    office: Office,
) -> None:
    first, second = await two_lives(office)
    body = {"kind": "calendar", "text": YEAR, "reason": "年度放假安排公布"}
    change = (await office.change("/rule-changes", "propose", body)).json()
    decision = {"decision": "approve", "content_hash": change["content_hash"], "to_open": True}
    path = f"/rule-changes/{change['id']}/decision"
    await office.change(path, "approve", decision, Role.SUPERVISOR)
    await asyncio.gather(*office.services.imports.tasks.values())
    lives = {number: office.desk.judged_by[number] for number in (first, second)}
    assert all(one.calendar.is_announced(date(2027, 6, 1)) for one in lives.values())
    office.counter.away = True
    office.services.library.books.clear()
    assert await rules_of_all(office.services, [first, second]) == lives


async def test_each_row_of_a_list_has_its_light_by_its_own_policy(office: Office) -> None:
    first, second = await two_lives(office)
    page = await seen(office, "/problems")
    lights = [light_in(page, number) for number in (first, second)]
    assert lights[0] == "green"
    assert lights[1] != "green"


def light_in(page: str, number: str) -> str:
    """The colour in which a row of a list says how long is left."""
    return found(r'tag (\w+)">剩余', page[page.index(f"/problems/{number}") :])


async def test_the_desk_counts_the_bureaus_days_by_each_lifes_own_policy(office: Office) -> None:
    first, second = await two_lives(office)
    for number in (first, second):
        await answered(office, number)
    page = await seen(office, "/")
    assert "剩余7日" in page  # five working days after Tuesday
    assert "剩余42日" in page  # thirty


async def test_the_desk_sees_and_counts_everything_that_waits(office: Office) -> None:
    number = await office.registered("first")
    await answered(office, number)
    async with office.db.writing() as session:
        row = await session.get(ProblemRow, number)
        assert row is not None
        values = row.model_dump()
        for n in range(119):
            session.add(
                ProblemRow(**{**values, "problem_no": f"CQ2024-{n + 5000}", "row_key": None})
            )
    page = await seen(office, "/")
    assert "本级待办 <small>120 项" in page
    assert page.count("审核反馈") <= 10  # the rest behind a link


async def test_a_change_is_previewed_against_what_each_life_is_judged_by(office: Office) -> None:
    """The older life goes on by the first version though the second is in force for its day."""
    first = await office.registered("first")
    office.services.in_force.policies = (replace(second_version(), valid_from=date(2024, 6, 21)),)
    await answered(office, first)
    text = (FOLDER / "chongqing-2024.yaml").read_text("utf-8")
    body = {
        "kind": "policy",
        "text": text.replace("review_working_days: 5 ", "review_working_days: 9 "),
    }
    answer = await office.change("/rule-changes/preview", "try", {**body, "reason": "示例"})
    (effect,) = answer.json()["effects"]
    assert effect["problem_no"] == first
    assert effect["before"].endswith("2024-07-02")


async def test_a_life_whose_policy_cannot_be_read_says_so_on_its_page(office: Office) -> None:
    first, second = await damaged(office)
    assert UNKNOWN in await seen(office, f"/problems/{first}")
    whole = await seen(office, f"/problems/{second}")
    assert UNKNOWN not in whole
    assert "为什么是这一天" in whole


async def test_a_life_whose_policy_cannot_be_read_says_so_to_programs_too(office: Office) -> None:
    first, second = await damaged(office)
    unread = (await office.ask("GET", f"/problems/{first}")).json()
    assert (unread["rules_known"], unread["rules"]) == (False, UNKNOWN)
    whole = (await office.ask("GET", f"/problems/{second}")).json()
    assert whole["rules_known"]
    assert "第99版" in whole["rules"]
    assert {**unread, **whole}.keys() == unread.keys()


async def test_a_policy_that_cannot_be_read_stops_nobody_else(office: Office) -> None:
    first, second = await damaged(office)
    for path in PAGES:
        await seen(office, path)
    for path in EXPORTS:
        assert (await office.ask("GET", path)).status_code == 200
    wanted = {"act": "remind", "filter": {}}
    answer = await office.change("/batch-acts/preview", "p", wanted)
    codes = {one["problem_no"]: one["code"] for one in answer.json()["results"]}
    assert codes == {first: "rules_unknown", second: ""}
    body = {"kind": "policy", "text": "", "reason": "示例"}
    text = (FOLDER / "chongqing-2024.yaml").read_text("utf-8")
    tried = await office.change(
        "/rule-changes/preview", "try", {**body, "text": text.replace("version: ", "version: v")}
    )
    said = {one["problem_no"]: one["why"] for one in tried.json()["effects"]}
    assert said[first] == UNKNOWN


async def test_what_is_owed_is_on_the_desk_though_nobody_knows_by_when(office: Office) -> None:
    first, _ = await two_lives(office)
    await answered(office, first)
    async with office.db.writing() as session:
        await session.execute(update(RuleBookRow).values(body="{}"))
    office.services.library.books.clear()
    office.counter.away = True
    page = await seen(office, "/")
    assert "本级待办 <small>2 项" in page  # an answer to review, a notice to prove
    assert "期限待查" in page


async def test_a_transfer_is_as_early_as_its_policy_allows(office: Office) -> None:
    early = {**NEW, "transfer": {**TRANSFER, "on": "2024-06-18"}}
    refused = await office.change("/problems", "early", early)
    assert refused.json()["code"] == "before_plan"
    older = replace(rules().policy, valid_from=date(2018, 1, 1))
    older = replace(older, content_hash=content_hash(older))
    office.services.in_force.policies = (older,)
    taken = await office.change("/problems", "taken", early)
    assert taken.status_code == 201, taken.text


async def test_doctor_names_the_policy_that_cannot_be_read(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATABASE_URL", office.db.url.render_as_string(hide_password=False))
    first, _ = await two_lives(office)
    assert "各问题适用的口径和放假安排均可读取" in await said_by_doctor(capsys)
    async with office.db.writing() as session:
        book = col(RuleBookRow.name) == rules().policy.name
        await session.execute(update(RuleBookRow).where(book).values(body="{}"))
    words = await said_by_doctor(capsys)
    assert (
        f"[故障] 口径存档：以下口径或放假安排已损坏或格式不识，无法读取：{rules().policy.name}"
        in words
    )
    assert first in words


async def test_doctor_names_the_problems_whose_policy_is_missing(
    office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BIHUAN_DATABASE_URL", office.db.url.render_as_string(hide_password=False))
    first, second = await two_lives(office)
    async with office.db.writing() as session:
        book = col(RuleBookRow.name) == rules().policy.name
        await session.execute(delete(RuleBookRow).where(book))
    words = await said_by_doctor(capsys)
    assert f"[提示] 口径存档：问题{first}适用的口径或放假安排尚未存档" in words
    assert second not in words


async def said_by_doctor(capsys: pytest.CaptureFixture[str]) -> str:
    """What the examination prints."""
    await doctor.examine(as_json=False)
    return capsys.readouterr().out
