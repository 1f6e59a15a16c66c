"""Every kind of mail can be written, says what it must, and gives nothing away."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import pytest
from jinja2 import Environment, FileSystemLoader, nodes
from sqlmodel import select

from activities.notice_mail import MailWriter
from domain import commands as c
from domain import events as e
from domain.commands import Verdict
from domain.notices import CARRIES_LINK, DIGESTIBLE, OF_A_ROUND, NoticeKind
from gateways.mail import check_header
from gateways.renderer import TEMPLATES
from store.engine import Database
from store.lives.records import record
from store.registers.contacts import BUREAU_POSITIONS
from store.tables import LinkRow
from tests.templates.mails import parcel, written
from tests.worlds.databases import SteppingClock
from tests.worlds.dated_lives import by_half_past_five, life_by
from tests.worlds.life import Life, transferred
from tests.worlds.post_office import BASE_URL, signer
from tests.worlds.told_lives import CANARIES, LIVES, bent, elsewhere, late

EMAILS = TEMPLATES / "emails"


@pytest.mark.parametrize("kind", [*(kind.value for kind in NoticeKind), "digest"])
def test_every_kind_has_its_two_files_and_nothing_else(kind: str) -> None:
    folder = EMAILS / kind.replace("_", "-")
    assert {file.name for file in folder.iterdir()} == {"body.txt", "body.html"}


def test_there_is_no_folder_without_a_kind() -> None:
    kinds = {kind.value.replace("_", "-") for kind in NoticeKind}
    assert {folder.name for folder in EMAILS.iterdir()} == kinds | {"digest", "_base"}


def test_the_lives_of_these_tests_order_every_kind() -> None:
    ordered = {order.kind for make in (*LIVES, elsewhere) for order in make().notices}
    assert ordered == set(NoticeKind)


@pytest.mark.parametrize("make", LIVES)
async def test_a_mail_gives_nothing_away_but_the_number(
    db: Database, writer: MailWriter, make: Callable[[], Life]
) -> None:
    for one in await written(db, writer, make()):
        assert "金丝雀" not in one.everything, one.order.key
        assert "CANARY" not in one.everything
        assert one.order.problem_no in one.mail.subject
        assert one.order.problem_no in one.mail.text
        assert one.order.problem_no in one.mail.html


@pytest.mark.parametrize("make", LIVES)
async def test_a_mail_says_why_one_receives_it_and_who_sends_it(
    db: Database, writer: MailWriter, make: Callable[[], Life]
) -> None:
    for one in await written(db, writer, make()):
        for body in (one.mail.text, one.mail.html):
            assert "本通知发送至" in body
            assert "示例市生态环境局" in body
        position = one.order.audience[0]
        unit = "市级" if position in BUREAU_POSITIONS else "渝中区生态环境局"
        name = position.label.removeprefix("市级") if position in BUREAU_POSITIONS else ""
        assert one.mail.text.startswith(f"{unit}{name}：\n")


@pytest.mark.parametrize("make", LIVES)
async def test_a_link_stands_where_the_rules_say_and_nowhere_else(
    db: Database, writer: MailWriter, clock: SteppingClock, make: Callable[[], Life]
) -> None:
    for one in await written(db, writer, make()):
        for body in (one.mail.text, one.mail.html):
            found = re.findall(rf"{re.escape(BASE_URL)}/f/([\w.-]+)", body)
            assert bool(found) is (one.order.kind in CARRIES_LINK), one.order.key
            for token in found:
                claim = signer(clock).read(token)
                assert (claim.problem_no, claim.round_no) == (
                    one.order.problem_no,
                    one.order.round_no,
                )
        assert "http" not in one.mail.html.replace(BASE_URL, "")


@pytest.mark.parametrize("make", LIVES)
async def test_a_mail_that_asks_for_something_says_by_when(
    db: Database, writer: MailWriter, make: Callable[[], Life]
) -> None:
    life = make()
    for one in await written(db, writer, life):
        if one.order.kind in OF_A_ROUND:
            due_on = life.problem.rounds[one.order.round_no - 1].due_on
            written_day = f"{due_on.year}年{due_on.month}月{due_on.day}日"
            assert f"{written_day}24:00" in one.mail.subject
            assert re.search(rf"{written_day}（星期.）24:00", one.mail.text)
            assert re.search(rf"{written_day}（星期.）24:00", one.mail.html)
        if one.order.kind in DIGESTIBLE:
            assert one.order.light is not None
            assert one.order.light.label not in one.mail.subject
            assert re.match(r"【(临期提醒·(剩\d+日|今日到期)|逾期催办|催办)】", one.mail.subject)
            assert one.order.light.label in one.mail.html


def _by_half_past_five() -> Life:
    """A life whose counted periods end at half past five, with every mail about a round."""
    rules = by_half_past_five()
    life = life_by(rules)
    life.answer_objection(life.object(), uphold=False)
    life.answer_request(life.ask_for_time(), grant=True)
    life.suspend()
    life.until(life.today + timedelta(days=5))
    life.resume()
    life.propose(c.MoveDueDate(round_no=1, due_on=date(2024, 7, 31)))
    life.agree()
    life.until(date(2024, 8, 20))
    life.answer()
    life.review(Verdict.RETURN_FOR_SUPPLEMENT)
    life.answer()
    life.review(Verdict.FOUND_FALSE)
    return life


async def test_a_cut_off_stands_in_every_mail_that_says_by_when(
    db: Database, writer: MailWriter
) -> None:
    mails = [
        one
        for one in await written(db, writer, _by_half_past_five())
        if one.order.kind in OF_A_ROUND
    ]
    assert {one.order.kind for one in mails} == OF_A_ROUND
    for one in mails:
        assert "日17:30" in one.mail.subject, one.order.key
        assert "）17:30" in one.mail.text
        assert "）17:30" in one.mail.html
        assert "24:00" not in one.everything


async def test_a_date_in_a_mail_is_written_as_in_a_letter(db: Database, writer: MailWriter) -> None:
    for one in await written(db, writer, bent()):
        assert not re.search(r"\d{4}-\d{2}-\d{2}(?! \d\d:)", one.mail.subject + one.mail.text), (
            one.order.key
        )


@pytest.mark.parametrize("make", LIVES)
async def test_a_mail_is_one_clean_subject_and_html_without_anything_from_outside(
    db: Database, writer: MailWriter, make: Callable[[], Life]
) -> None:
    for one in await written(db, writer, make()):
        assert check_header(one.mail.subject) == one.mail.subject
        assert len(one.mail.subject) <= 60
        assert "None" not in one.everything
        assert "—" not in one.everything
        assert not re.search(r"<(img|script|link|iframe|style)\b", one.mail.html)
        for first, second in pairwise(one.mail.text.splitlines()):
            assert first or second, f"two empty lines together in {one.order.key}"


async def test_the_district_that_lost_a_problem_gets_no_link_and_the_new_one_does(
    db: Database, writer: MailWriter
) -> None:
    mails = await written(db, writer, elsewhere())
    told = {one.order.kind: one for one in mails if one.order.district == "500103"}
    assert BASE_URL not in told[NoticeKind.REASSIGNED].everything
    assert "大渡口区" in told[NoticeKind.REASSIGNED].mail.text
    (fresh,) = [one for one in mails if one.order.district == "500104"]
    assert fresh.order.kind is NoticeKind.TRANSFER_NOTICE
    assert fresh.mail.text.startswith("大渡口区生态环境局")
    assert BASE_URL in fresh.mail.text


async def test_the_district_that_keeps_its_points_gets_a_link_to_appeal_them(
    db: Database, writer: MailWriter
) -> None:
    life = transferred()
    life.answer()
    life.review(Verdict.FOUND_FALSE)
    life.propose(c.MoveListed(to_district="500104"))
    life.agree()
    mails = await written(db, writer, life)
    own = {one.order.kind: one for one in mails if one.order.district == "500103"}
    for kind in (NoticeKind.REASSIGNED, NoticeKind.POINTS_DEDUCTED):
        assert BASE_URL in own[kind].mail.text
        assert "申诉" in own[kind].mail.text
        assert "申诉" in own[kind].mail.html
    assert BASE_URL not in own[NoticeKind.LISTED].mail.text


async def test_a_listing_for_silence_says_that_the_plan_is_silent_too(
    db: Database, writer: MailWriter
) -> None:
    life = late()
    listed = [one for one in await written(db, writer, life) if one.order.kind is NoticeKind.LISTED]
    for one in listed:
        for_silence = dict(one.order.details)["reason"] == "no_feedback"
        assert ("按本市现行口径执行" in one.mail.text) is for_silence
        assert ("按本市现行口径执行" in one.mail.html) is for_silence
        event = life.history[int(one.order.key.rpartition("seq-")[2]) - 1].event
        added = isinstance(event, e.ListReasonAdded)
        assert ("拟纳入" in one.mail.subject) is not added
        assert ("增加列入" in one.mail.subject) is added
    assert {dict(one.order.details)["reason"] for one in listed} >= {"no_feedback"}


async def test_a_digest_names_every_problem_with_light_and_date_and_one_link(
    db: Database, writer: MailWriter, clock: SteppingClock
) -> None:
    life = transferred(**CANARIES)
    life.until(date(2024, 7, 12))
    await record(db, life.problem.problem_no, life.history, life.notices)
    reminders = [order for order in life.notices if order.kind in DIGESTIBLE]
    mail = await writer.write(parcel(*reminders, day=date(2024, 7, 12)))
    assert mail is not None
    late = sum(order.kind is NoticeKind.OVERDUE_REMINDER for order in reminders)
    assert mail.subject == (
        f"【待办提醒】渝中区2024年7月12日有{len(reminders)}个问题待办，其中{late}个已逾期"
    )
    assert mail.text.count("CQ2024-0001") == len(reminders)
    assert mail.html.count("CQ2024-0001") == len(reminders)
    assert mail.text.count("2024年7月9日（星期二）24:00（已逾期）") == late
    assert "金丝雀" not in mail.text + mail.html
    (token,) = set(re.findall(r"/f/([\w.-]+)", mail.text + mail.html))
    claim = signer(clock).read(token)
    assert (claim.purpose, claim.district, claim.day) == ("district_day", "500103", "2024-07-12")
    async with db.reading() as session:
        (link,) = await session.scalars(select(LinkRow))
    assert (link.jti, link.recipient) == (claim.jti, "someone@unit.example")


def test_no_template_switches_escaping_off_or_reaches_for_the_facts() -> None:
    environment = Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True)
    for file in EMAILS.rglob("*"):
        if file.is_file():
            tree = environment.parse(file.read_text(encoding="utf-8"))
            filters = {node.name for node in tree.find_all(nodes.Filter)}
            reached = {node.attr for node in tree.find_all(nodes.Getattr)}
            assert "safe" not in filters, file
            assert not reached & {"facts", "enterprise", "description", "answer", "findings"}, file
