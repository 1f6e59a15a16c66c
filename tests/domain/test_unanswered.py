"""What is said to follow is what the life then does."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from domain import commands as c
from domain import events as e
from domain.rules import BUREAU_LADDER
from domain.unanswered import Unanswered, if_unanswered
from domain.words.dates import told_words
from domain.words.days import moment_text, time_left
from domain.words.unanswered import unanswered_words
from tests.worlds.life import OFFICER, Life, transferred

DUE = date(2024, 7, 9)


def served() -> Life:
    """A life whose district knows of it, on the morning of its last day."""
    life = transferred()
    life.prove()
    life.until(DUE, time(9))
    return life


def test_what_is_foreseen_of_the_due_date_then_happens() -> None:
    life = served()
    ahead = if_unanswered(life.problem, life.rules, life.now)
    assert ahead is not None
    life.until(date(2024, 7, 10))
    lost = sum((one.points for one in life.problem.deductions), Decimal(0))
    assert (ahead.listed, ahead.points, ahead.level) == (True, lost, life.problem.level)
    assert not ahead.lapses
    raised = next(event for event in life.events if isinstance(event, e.LevelRaised))
    assert unanswered_words(ahead, Decimal("0.4")) == (
        f"2024年7月9日24:00未办结：列入督察问题清单，扣{lost.normalize():f}分"
        f"（本年累计将达{(lost + Decimal('0.4')).normalize():f}分），督办层级升为第一级（{raised.title}）"
    )


def test_a_request_that_nobody_answers_is_said_to_lapse() -> None:
    life = transferred(version=BUREAU_LADDER)
    life.until(DUE, time(9))
    life.ask_for_time()
    ahead = if_unanswered(life.problem, life.rules, life.now)
    assert ahead is not None
    assert ahead.lapses
    assert "延期申请未答复即失效" in unanswered_words(ahead, Decimal(0))


def test_while_the_bureau_owes_the_step_nothing_is_foreseen() -> None:
    life = transferred()
    life.answer()
    assert if_unanswered(life.problem, life.rules, life.now) is None
    assert not unanswered_words(None, Decimal(0))


def test_a_date_without_consequence_is_not_spoken_of() -> None:
    quiet = Unanswered(at=transferred().now)
    assert quiet.nothing
    assert not unanswered_words(quiet, Decimal(0))


def test_a_level_alone_is_said_alone() -> None:
    risen = Unanswered(at=served().now, level=2, title="督办函")
    assert (
        unanswered_words(risen, Decimal(0))
        == "2024年7月9日09:00未办结：督办层级升为第二级（督办函）"
    )


def test_it_is_said_by_what_a_notice_is_proven() -> None:
    life = transferred()
    assert told_words(life.problem.rounds[-1]) == "送达未证实"
    life.prove()
    assert told_words(life.problem.rounds[-1]) == "收件方邮件服务器已接收，6月24日09:00"


def test_service_that_an_officer_recorded_is_said_with_its_day() -> None:
    life = transferred()
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    assert told_words(life.problem.rounds[-1]) == "已登记送达，2024年6月24日"


def test_the_hours_left_are_told_and_never_less_than_none() -> None:
    life = served()
    assert moment_text(life.now) == "7月9日09:00"
    assert time_left(life.problem.rounds[-1].due_at, life.now) == "15小时0分"
    assert time_left(life.now, life.problem.rounds[-1].due_at) == "0小时0分"


def test_points_without_a_level_are_said_with_the_years_total() -> None:
    told = unanswered_words(Unanswered(at=transferred().now, points=Decimal("0.2")), Decimal(1))
    assert told.endswith("未办结：扣0.2分（本年累计将达1.2分）")
