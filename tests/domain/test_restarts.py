"""Whatever counts a told date anew needs two persons; what is sent or recorded never waits."""

from __future__ import annotations

from datetime import date

import pytest

from domain import commands as c
from domain import events as e
from domain.local_time import day_of
from domain.notices import NoticeKind
from domain.refusals import Refusal
from domain.words.events import act_words, in_words
from tests.worlds.life import OFFICER, SUPERVISOR, Life, default_rules

DUE, WEDNESDAY, COUNTED_ANEW = date(2024, 7, 9), date(2024, 7, 3), date(2024, 7, 18)


def told(rectify_by: date | None = None, version: int = 3) -> Life:
    """A life whose district is proven to know its date, nine days later."""
    life = Life(rules=default_rules(version=version))
    life.register()
    life.transfer(rectify_by=rectify_by)
    if version == 3 and life.problem.rounds[0].unproven:
        life.prove()
    life.until(WEDNESDAY)
    return life


def reissue(life: Life) -> None:
    life.do(c.ReissueNotice(reason="联系人已更换", by=OFFICER))


def serve(life: Life, on: date) -> None:
    life.do(c.RecordService(served_on=on, means="直接送达", by=OFFICER))


def approval(life: Life) -> c.ApproveAct:
    (one,) = life.problem.proposed
    return c.ApproveAct(proposal=one.seq, content_hash=one.content_hash, by=SUPERVISOR)


def refused(life: Life, command: c.Command) -> str:
    with pytest.raises(Refusal) as found:
        life.do(command)
    return found.value.code


def due_on(life: Life) -> date:
    return life.problem.rounds[-1].due_on


def test_a_notice_goes_out_at_once_and_its_restart_waits_for_the_second_person() -> None:
    life = told()
    before = len(life.notices)
    reissue(life)
    kinds = [order.kind for order in life.notices[before:]]
    assert kinds == [NoticeKind.TRANSFER_NOTICE, NoticeKind.BUREAU_TASK]
    assert due_on(life) == DUE
    life.do(approval(life))
    assert due_on(life) == COUNTED_ANEW
    assert life.notices[-1].kind is NoticeKind.DUE_DATE_MOVED
    moved = next(one for one in life.events if isinstance(one, e.DueDateMoved))
    assert moved.why.label == "经批准重新计算"
    assert "经批准自2024年7月3日（星期三）起重新计算" in in_words(moved)


def test_one_officer_alone_moves_a_told_date_by_no_number_of_notices_and_records() -> None:
    life = told()
    for day in (3, 4, 5, 8):
        life.until(date(2024, 7, day))
        reissue(life)
        reissue(life)
        serve(life, date(2024, 7, day))
    assert due_on(life) == DUE
    (only,) = life.problem.proposed
    assert act_words(only.act) == "重新计算时限（第1轮自2024年7月8日（星期一）起）"
    assert refused(
        life, c.ApproveAct(proposal=only.seq, content_hash=only.content_hash, by=OFFICER)
    )


def test_a_further_service_is_recorded_at_once_and_moves_the_date_by_two_persons() -> None:
    life = told(rectify_by=date(2024, 8, 1))
    serve(life, date(2024, 7, 2))
    assert (life.problem.rounds[0].served_on, due_on(life)) == (date(2024, 7, 2), DUE)
    life.do(approval(life))
    assert due_on(life) == date(2024, 7, 17)
    assert life.problem.rectification_due_on == date(2024, 8, 9)


def test_a_service_that_would_move_nothing_needs_nobody_else() -> None:
    life = told()
    serve(life, date(2024, 6, 24))
    assert life.problem.proposed == ()
    extended = told()
    extended.answer_request(extended.ask_for_time(20), grant=True)
    serve(extended, date(2024, 7, 2))
    reissue(extended)
    assert extended.problem.proposed == ()


def test_an_agreed_date_is_not_counted_anew_by_a_service_before_it() -> None:
    life = told()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 8, 20))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.prove()
    life.until(date(2024, 7, 20))
    serve(life, date(2024, 7, 19))
    assert (due_on(life), life.problem.proposed) == (date(2024, 8, 20), ())


def test_a_restart_that_came_too_late_or_moves_nothing_any_more_is_not_approved() -> None:
    late = told()
    reissue(late)
    late.until(date(2024, 7, 12))
    assert refused(late, approval(late)) == "round_overdue"
    overtaken = told()
    reissue(overtaken)
    overtaken.answer_request(overtaken.ask_for_time(20), grant=True)
    assert refused(overtaken, approval(overtaken)) == "due_date_not_later"
    assert day_of(overtaken.now) < due_on(overtaken)
    known = told()
    reissue(known)
    (one,) = known.problem.proposed
    other = c.RestartDays(round_no=2, counted_from=WEDNESDAY)
    assert refused(known, c.ProposeAct(act=other, reason="示例", by=OFFICER)) == "round_not_open"
    known.do(c.DeclineAct(proposal=one.seq, reason="示例", by=SUPERVISOR))
    assert (due_on(known), known.problem.proposed) == (DUE, ())


def test_a_restart_lapses_with_the_answer() -> None:
    life = told()
    reissue(life)
    life.answer()
    assert life.problem.proposed == ()


def test_lives_of_before_count_anew_by_one_person() -> None:
    life = told(version=2)
    reissue(life)
    assert (due_on(life), life.problem.proposed) == (COUNTED_ANEW, ())


def test_a_restart_whose_own_last_day_has_passed_meanwhile_is_refused() -> None:
    life = told()
    serve(life, date(2024, 6, 26))
    life.until(date(2024, 7, 8))
    life.ask_for_time()
    life.until(date(2024, 7, 15))
    assert (due_on(life), life.problem.rounds[-1].overdue_at) == (DUE, None)
    assert refused(life, approval(life)) == "due_date_not_later"
