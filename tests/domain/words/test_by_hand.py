"""What came by hand is told with its day, by whom it was entered, and a moved date with its why."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain import commands as c
from domain.local_time import at_local
from domain.words.answers import answered_by_hand, entered_by_hand
from domain.words.why import transfer_date_moves
from tests.worlds.life import MONDAY, OFFICER, Life, transferred

WORDS = "2024年6月26日（星期三）书面反馈，由市级承办人代录"


def test_an_answer_on_paper_is_told_with_its_day_and_one_by_link_is_not() -> None:
    life = transferred()
    life.until(MONDAY + timedelta(days=3))
    life.do(
        c.EnterAnswer(
            receipt_id="paper-1",
            round_no=1,
            received_at=at_local(MONDAY + timedelta(days=2), time(0)),
            channel=c.Channel.PAPER,
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            content_sha256="0" * 64,
            by=OFFICER,
        )
    )
    round_ = life.problem.rounds[0]
    assert answered_by_hand(life.problem, round_) == WORDS
    assert [words for _, words in entered_by_hand(life.problem, round_)] == [WORDS]
    other = transferred()
    assert answered_by_hand(other.problem, other.problem.rounds[0]) == ""
    other.answer()
    assert answered_by_hand(other.problem, other.problem.rounds[0]) == ""
    assert entered_by_hand(other.problem, other.problem.rounds[0]) == ()


def test_the_transfers_own_date_is_told_with_since_when_and_why() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 20))
    assert transfer_date_moves(life.history) == ()
    life.served = False
    life.until(date(2024, 7, 3))
    life.prove()
    assert transfer_date_moves(life.history) == (
        "2024年7月3日（星期三）起，由2024年7月20日（星期六）改为2024年7月29日（星期一）（按送达日重新计算）",
    )


def with_own_date() -> Life:
    """A problem whose transfer named a date for rectification, served the same day."""
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 20))
    return life


def test_a_suspension_tells_why_the_transfers_own_date_is_another() -> None:
    life = with_own_date()
    life.until(date(2024, 6, 26))
    life.suspend()
    life.until(date(2024, 7, 6))
    life.resume()
    assert life.problem.rectification_due_on == date(2024, 7, 30)
    assert transfer_date_moves(life.history) == (
        "2024年7月6日（星期六）起，由2024年7月20日（星期六）改为2024年7月30日（星期二）（暂缓办理期间扣除）",
    )


def test_an_answered_objection_tells_why_the_transfers_own_date_is_another() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 6, 28))
    receipt = life.object()
    life.until(date(2024, 6, 27))
    life.answer_objection(receipt, uphold=False)
    moved = life.problem.rectification_due_on
    assert moved == date(2024, 7, 4)
    assert transfer_date_moves(life.history) == (
        "2024年6月27日（星期四）起，由2024年6月28日（星期五）改为2024年7月4日（星期四）（异议答复后顺延）",
    )


def test_another_district_is_told_why_the_transfers_own_date_is_another() -> None:
    life = with_own_date()
    receipt = life.object()
    life.until(date(2024, 6, 27))
    life.answer_objection(receipt, uphold=True)
    assert life.problem.rectification_due_on == date(2024, 7, 23)
    assert transfer_date_moves(life.history) == (
        "2024年6月27日（星期四）起，由2024年7月20日（星期六）改为2024年7月23日（星期二）（区县异议成立）",
    )
