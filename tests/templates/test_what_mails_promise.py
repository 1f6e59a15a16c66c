"""What a mail says is so when it is read: its dates, its grounds, and what its page will take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time

import pytest

from activities.notice_mail import MailWriter
from domain import commands as c
from domain.local_time import at_local
from domain.notices import NoticeKind
from store.engine import Database
from tests.templates.mails import Written, parcel, written
from tests.worlds.life import OFFICER, SUPERVISOR, Life, default_rules, some_facts, transferred

DUE = date(2024, 7, 9)


def proven() -> Life:
    """A life whose district was told at once."""
    life = transferred()
    life.prove()
    return life


def with_its_own_date(rectify_by: date) -> Life:
    """A life whose transfer sets a date for rectification."""
    life = Life(rules=default_rules())
    life.register()
    life.transfer(rectify_by=rectify_by)
    life.prove()
    return life


async def mails(db: Database, writer: MailWriter, life: Life, kind: NoticeKind) -> list[Written]:
    """The mails of one kind."""
    return [one for one in await written(db, writer, life) if one.order.kind is kind]


async def test_the_transfers_own_date_stands_in_the_mails_about_its_round(
    db: Database, writer: MailWriter
) -> None:
    life = with_its_own_date(date(2024, 7, 31))
    life.until(date(2024, 7, 8))
    kinds = (NoticeKind.TRANSFER_NOTICE, NoticeKind.REMINDER)
    told = [one for kind in kinds for one in await mails(db, writer, life, kind)]
    assert len(told) > len(kinds)
    for one in told:
        for body in (one.mail.text, one.mail.html):
            assert "2024年7月31日（星期三）24:00（移交时确定" in body


async def test_the_mail_about_missing_proof_promises_no_days_that_the_rules_do_not_give(
    db: Database, writer: MailWriter
) -> None:
    life = transferred()
    life.served = False
    life.until(date(2024, 7, 10))
    (told,) = await mails(db, writer, life, NoticeKind.SERVICE_UNPROVEN)
    life.do(c.RecordService(served_on=date(2024, 6, 25), means="直接送达", by=OFFICER))
    assert life.problem.rounds[-1].due_on == DUE
    for body in (told.mail.text, told.mail.html):
        assert "未晚于宽限" in body
        assert "时限不变，已届满的按逾期认定" in body


async def test_a_red_mail_names_the_date_that_was_missed(db: Database, writer: MailWriter) -> None:
    life = with_its_own_date(date(2024, 7, 5))
    life.until(date(2024, 7, 8))
    (first,) = await mails(db, writer, life, NoticeKind.OVERDUE_REMINDER)
    assert "整改时限已于2024年7月5日24:00届满" in first.mail.subject
    for body in (first.mail.text, first.mail.html):
        assert "移交时确定的整改时限已于2024年7月5日（星期五）24:00届满" in body
        assert "2024年7月9日（星期二）24:00届满" not in body
    digest = await writer.write(parcel(first.order, day=date(2024, 7, 8)))
    assert digest is not None
    for body in (digest.text, digest.html):
        assert "整改时限：2024年7月5日（星期五）24:00" in body
        assert "2024年7月9日（星期二）24:00（已逾期）" not in body
    life.until(date(2024, 7, 11))
    both = await mails(db, writer, life, NoticeKind.OVERDUE_REMINDER)
    assert len({one.order.key for one in both}) == len(both) == 2
    assert "已于2024年7月9日24:00到期" in both[1].mail.subject


async def test_who_leaves_the_list_is_told_and_not_who_has_the_problem_since(
    db: Database, writer: MailWriter
) -> None:
    life = proven()
    life.until(date(2024, 7, 11))
    life.propose(c.MoveListed(to_district="500104", receipt_id=""))
    life.agree()
    (told,) = await mails(db, writer, life, NoticeKind.UNLISTED)
    assert told.mail.text.startswith("渝中区生态环境局")


async def test_a_request_that_ended_by_itself_is_not_called_examined(
    db: Database, writer: MailWriter
) -> None:
    life = proven()
    life.answer_request(life.ask_for_time(1), grant=False)
    life.ask_for_time(10)
    life.until(date(2024, 7, 11))
    refused, lapsed = await mails(db, writer, life, NoticeKind.EXTENSION_DECIDED)
    assert "经审核未予同意" in refused.mail.text
    assert "申请终止" in lapsed.mail.subject
    assert "经审核" not in lapsed.mail.text + lapsed.mail.html


async def test_the_officer_is_told_whether_a_request_holds_the_date(
    db: Database, writer: MailWriter
) -> None:
    life = proven()
    life.ask_for_time()
    (task,) = await mails(db, writer, life, NoticeKind.BUREAU_TASK)
    assert "答复之前不认定区县逾期" in task.mail.text
    life.answer_request(life.problem.rounds[0].asked.receipt_id, grant=False)  # type: ignore[union-attr]  # just asked
    life.ask_for_time()
    *_, task = await mails(db, writer, life, NoticeKind.BUREAU_TASK)
    assert "不停止计算时限" in task.mail.text
    assert "不认定区县逾期" not in task.mail.text


async def test_a_dispute_once_decided_may_not_be_raised_again(
    db: Database, writer: MailWriter
) -> None:
    life = proven()
    life.answer_objection(life.object(), uphold=False)
    life.answer_objection(life.object(), uphold=False, by=SUPERVISOR)
    first, last = await mails(db, writer, life, NoticeKind.OBJECTION_DECIDED)
    assert "可在办理页面再提出一次" in first.mail.text
    assert "再提出一次" not in last.mail.text + last.mail.html
    assert "不再受理" in last.mail.text


async def test_an_answer_on_paper_is_confirmed_as_such(db: Database, writer: MailWriter) -> None:
    life = proven()
    life.until(date(2024, 7, 2))
    life.do(
        c.EnterAnswer(
            receipt_id="paper-1",
            round_no=1,
            received_at=at_local(date(2024, 7, 1), time(0)),
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            content_sha256="0" * 64,
            channel=c.Channel.PAPER,
            by=OFFICER,
        )
    )
    (receipt,) = await mails(db, writer, life, NoticeKind.RECEIPT)
    for body in (receipt.mail.text, receipt.mail.html):
        assert "书面反馈" in body
        assert "2024年7月1日" in body
        assert "00:00" not in body
        assert "办理地址提交" not in body


async def test_a_progress_report_is_not_said_to_wait_for_a_verdict(
    db: Database, writer: MailWriter
) -> None:
    life = proven()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 2))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.prove()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 9, 30))
    first, progress = await mails(db, writer, life, NoticeKind.RECEIPT)
    assert "不另行审核" not in first.mail.text
    assert "不另行审核，办理时限不变" in progress.mail.text


async def test_a_closure_says_that_it_ends_the_listing(db: Database, writer: MailWriter) -> None:
    life = proven()
    life.until(date(2024, 7, 11))
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    (closed,) = await mails(db, writer, life, NoticeKind.CLOSED)
    assert "移出生态环保督察问题清单，提级督办同时终止" in closed.mail.text


@pytest.mark.parametrize("deducts", [True, False])
async def test_a_listing_promises_the_notice_of_points_only_where_one_comes(
    db: Database, writer: MailWriter, deducts: bool
) -> None:
    life = proven()
    if not deducts:
        life.rules = replace(life.rules, policy=replace(life.rules.policy, deductions=()))
    life.until(date(2024, 7, 11))
    (listed,) = await mails(db, writer, life, NoticeKind.LISTED)
    assert ("扣分另行告知" in listed.mail.text) is deducts
    assert some_facts().enterprise not in listed.mail.text
