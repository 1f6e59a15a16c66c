"""Which notices follow, for when, and when one has become pointless."""

from __future__ import annotations

import ast
import inspect
from dataclasses import replace
from datetime import date, time, timedelta
from importlib import import_module

import pytest

from domain import commands as c
from domain.local_time import at_local
from domain.notices import (
    CARRIES_LINK,
    DIGESTIBLE,
    NOTICE_LABELS,
    OPENS_ROUND,
    NoticeKind,
    NoticeOrder,
    is_obsolete,
    not_sent_again,
    notice_key,
)
from domain.policy import Position
from domain.stages import Light
from domain.words.notices import OBSOLETE_WORDS
from tests.worlds.life import OFFICER, Life, transferred


def order(life: Life, kind: NoticeKind, rung: str = "") -> NoticeOrder:
    """The last order of a kind (and rung)."""
    return next(o for o in reversed(life.notices) if o.kind is kind and rung in ("", o.rung))


def obsolete(life: Life, one: NoticeOrder, *, in_inbox: bool = False) -> str:
    """Why it is obsolete now."""
    return is_obsolete(one, life.problem, answer_in_inbox=in_inbox)


def returned() -> Life:
    """A life whose answer was returned."""
    life = transferred()
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    return life


def test_the_key_of_a_notice_is_stable_for_ever() -> None:
    key = notice_key("CQ2024-0001", NoticeKind.REMINDER, 1, "d-3")
    assert key == "CQ2024-0001/r1/reminder/d-3"


def test_a_transfer_is_told_at_once_with_its_due_date() -> None:
    life = transferred()
    told = order(life, NoticeKind.TRANSFER_NOTICE)
    assert told.not_before == life.now
    assert told.due_on == date(2024, 7, 9)
    assert told.audience == (Position.HANDLER, Position.SECTION_CHIEF)


def test_who_receives_each_rung_grows_up_the_ladder() -> None:
    life = transferred()
    life.until(date(2024, 7, 17))
    audiences = [len(o.audience) for o in life.notices if o.kind in DIGESTIBLE]
    assert audiences == sorted(audiences)
    assert Position.DIRECTOR in order(life, NoticeKind.OVERDUE_REMINDER).audience


def test_the_red_light_of_midnight_goes_out_on_the_next_working_morning() -> None:
    life = transferred(date(2024, 9, 13))
    life.until(date(2024, 9, 30))
    red = order(life, NoticeKind.OVERDUE_REMINDER, "due")
    assert red.light is Light.RED
    assert red.not_before == at_local(date(2024, 9, 30), time(9))


@pytest.mark.parametrize(
    ("at", "sent_on", "sent_at"),
    [
        (time(8), date(2024, 7, 8), time(9)),
        (time(10), date(2024, 7, 8), time(10)),
        (time(17, 30), date(2024, 7, 9), time(9)),
    ],
)
def test_a_consequence_is_told_in_working_hours(at: time, sent_on: date, sent_at: time) -> None:
    life = transferred()
    life.until(date(2024, 7, 8), time(7))
    life.answer()
    life.until(date(2024, 7, 8), at)
    life.review(c.Verdict.FOUND_FALSE)
    assert order(life, NoticeKind.LISTED).not_before == at_local(sent_on, sent_at)


def test_a_listing_tells_its_ground_and_each_deduction_is_told_by_itself() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 9))
    life.until(date(2024, 7, 10))
    listed = [dict(o.details) for o in life.notices if o.kind is NoticeKind.LISTED]
    assert listed == [
        {"reason": "no_feedback"},
        {"reason": "overdue_rectification"},
    ]
    told = [o for o in life.notices if o.kind is NoticeKind.POINTS_DEDUCTED]
    assert [(dict(o.details)["reason"], dict(o.details)["points"]) for o in told] == [
        ("no_feedback", "0.2"),
        ("overdue_rectification", "0.5"),
    ]
    assert all(Position.DIRECTOR in one.audience for one in told)


def test_a_higher_level_is_told_to_the_leaders() -> None:
    life = transferred()
    life.until(date(2024, 7, 25))
    told = order(life, NoticeKind.LEVEL_RAISED)
    assert dict(told.details) == {"level": "2", "title": "督办函"}
    assert Position.DIRECTOR in told.audience


def test_each_verdict_is_told() -> None:
    told = {
        c.Verdict.ACCEPT_DONE: NoticeKind.ACCEPTED,
        c.Verdict.RETURN_FOR_SUPPLEMENT: NoticeKind.RETURNED,
        c.Verdict.FOUND_FALSE: NoticeKind.RECTIFICATION_OPENED,
    }
    for verdict, kind in told.items():
        life = transferred()
        life.answer()
        life.review(verdict)
        assert order(life, kind).key


def test_revisits_and_closure_are_told() -> None:
    life = transferred()
    life.answer()
    life.review()
    life.revisit(c.RevisitResult.NOT_IN_PLACE)
    assert dict(order(life, NoticeKind.RECTIFICATION_OPENED).details) == {"why": "not_in_place"}
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    assert order(life, NoticeKind.CLOSED).key


def test_the_bureau_is_told_of_its_own_lateness_and_of_unproven_service() -> None:
    late, unproven = transferred(), transferred()
    late.answer()
    late.until(date(2024, 7, 31))
    assert order(late, NoticeKind.BUREAU_OVERDUE).audience[0] is Position.CASE_OFFICER
    unproven.served = False
    unproven.until(date(2024, 7, 11))
    assert order(unproven, NoticeKind.SERVICE_UNPROVEN).key


def test_pressing_by_hand_goes_out_at_once() -> None:
    life = transferred()
    life.now = at_local(date(2024, 6, 29), time(20))
    life.do(c.SendReminder(by=OFFICER))
    pressed = order(life, NoticeKind.REMINDER)
    assert pressed.not_before == life.now
    assert pressed.audience == (Position.HANDLER, Position.SECTION_CHIEF)


# -- the last look ---------------------------------------------------------------------------------


def test_a_reminder_is_wanted_until_the_round_is_answered() -> None:
    life = transferred()
    life.until(date(2024, 7, 4))
    reminder = order(life, NoticeKind.REMINDER)
    assert obsolete(life, reminder) == ""
    assert obsolete(life, reminder, in_inbox=True) == "answered"
    life.answer()
    assert obsolete(life, reminder) == "answered"


def test_a_reminder_overtaken_by_a_higher_one_is_not_sent_any_more() -> None:
    life = transferred()
    life.until(date(2024, 7, 5))
    assert obsolete(life, order(life, NoticeKind.REMINDER, "d-5")) == "overtaken"
    last = order(life, NoticeKind.REMINDER, "d-3")
    life.until(date(2024, 7, 8))
    last_before_due = order(life, NoticeKind.REMINDER, "d-1")
    life.until(date(2024, 7, 10))
    assert obsolete(life, last) == "overtaken"
    assert obsolete(life, last_before_due) == "overtaken"
    red = order(life, NoticeKind.OVERDUE_REMINDER, "due")
    assert obsolete(life, red) == ""
    life.until(date(2024, 7, 17))
    assert obsolete(life, red) == "overtaken"


def test_a_notice_of_an_earlier_round_or_another_district_is_not_sent() -> None:
    life = returned()
    first = order(life, NoticeKind.TRANSFER_NOTICE)
    assert obsolete(life, first) == "later_round"
    second = order(life, NoticeKind.RETURNED)
    assert obsolete(life, replace(second, district="500104")) == "reassigned"
    assert obsolete(life, second) == ""
    life.answer()
    assert obsolete(life, second) == "answered"


def test_a_receipt_is_always_sent() -> None:
    life = returned()
    assert obsolete(life, order(life, NoticeKind.RECEIPT)) == ""


def test_what_the_bureau_has_done_meanwhile_is_not_pressed_for() -> None:
    life = transferred()
    life.answer()
    life.until(date(2024, 7, 31))
    pressed = order(life, NoticeKind.BUREAU_OVERDUE)
    assert obsolete(life, pressed) == ""
    life.review()
    assert obsolete(life, pressed) == "done_meanwhile"


def test_unproven_service_is_told_only_while_it_is_unproven() -> None:
    life = transferred()
    life.served = False
    life.until(date(2024, 7, 11))
    told = order(life, NoticeKind.SERVICE_UNPROVEN)
    assert obsolete(life, told) == ""
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    assert obsolete(life, told) == "no_longer_held"


def test_every_kind_has_a_label_and_links_go_only_where_an_answer_is_owed() -> None:
    assert set(NOTICE_LABELS) == set(NoticeKind)
    assert all(kind.label for kind in NoticeKind)
    assert OPENS_ROUND < CARRIES_LINK
    assert DIGESTIBLE < CARRIES_LINK


def test_every_reason_why_a_notice_is_pointless_has_its_words() -> None:
    source = ast.parse(inspect.getsource(import_module("domain.notices.obsolete")))
    given = {
        node.value.value
        for node in ast.walk(source)
        if isinstance(node, ast.Return)
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
        and node.value.value
    }
    assert given | {"restored_unknown"} == set(OBSOLETE_WORDS), "the last is the store's to say"


def test_after_a_loss_only_what_is_to_come_or_must_arrive_is_sent_again() -> None:
    life = transferred()
    told = order(life, NoticeKind.TRANSFER_NOTICE)
    later = life.now + timedelta(days=1)
    assert not_sent_again(told, life.problem, later) == ""
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    assert not_sent_again(told, life.problem, later) == "sending_unknown"
    assert not_sent_again(replace(told, not_before=later), life.problem, life.now) == ""
    life.answer()
    assert not_sent_again(told, life.problem, later) == "answered"
    other = replace(told, kind=NoticeKind.LISTED)
    assert not_sent_again(other, life.problem, later) == "sending_unknown"
