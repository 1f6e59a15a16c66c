"""The explanation tells where a life did not go straight."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain import commands as c
from domain.local_time import at_local
from domain.roles import SYSTEM
from domain.words.life import explain_problem
from tests.worlds.life import OFFICER, SUPERVISOR, Life, transferred


def told(life: Life) -> str:
    """The whole explanation."""
    return "\n".join(explain_problem(life.problem, life.rules))


def silent() -> Life:
    """A life of which the due date has passed without a word."""
    life = transferred()
    life.until(date(2024, 7, 10), time(10))
    return life


def test_an_extension_tells_what_was_asked_then_both_dates() -> None:
    life = transferred()
    receipt = life.ask_for_time(10)
    assert "申请延期至2024年7月19日，尚未答复" in told(life)
    life.answer_request(receipt)
    assert (
        "自移交之日2024年6月24日起算，2024年7月19日24:00届满（原为2024年7月9日，经批准延期1次）"
        in told(life)
    )


def test_a_date_moved_for_another_reason_counts_no_extension() -> None:
    life = transferred()
    life.until(date(2024, 6, 28))
    life.do(c.RecordService(served_on=date(2024, 6, 28), means="直接送达", by=OFFICER))
    assert "自送达之日2024年6月28日起算，2024年7月15日24:00届满（原为2024年7月9日）" in told(life)


def test_an_objection_and_the_reassignment_that_follows_are_told() -> None:
    life = transferred()
    receipt = life.object()
    assert "2024年6月24日区县对移交对象提出异议" in told(life)
    life.answer_objection(receipt, uphold=True)
    assert "2024年6月24日由渝中区改由大渡口区办理（区县异议成立）。" in told(life)
    assert "提出异议" not in told(life)


def test_a_suspension_tells_its_days_left_and_then_its_length() -> None:
    life = transferred()
    life.until(date(2024, 6, 29))
    life.suspend(60)
    assert "2024年6月29日起暂缓办理，时限余10日，应于2024年8月28日前复核" in told(life)
    life.until(date(2024, 8, 28))
    life.resume()
    assert "2024年8月28日恢复计时，暂缓办理60日。" in told(life)


def test_a_suspension_with_no_round_running_names_no_days() -> None:
    life = transferred()
    life.answer()
    life.review()
    life.suspend(20)
    assert "起暂缓办理，应于" in told(life)


def test_an_appeal_is_told_while_it_waits_and_when_it_is_decided() -> None:
    life = silent()
    receipt = life.appeal()
    assert "2024年7月9日扣0.2分（逾期未反馈）：申诉中，答复前扣分不变。" in told(life)
    life.answer_appeal(receipt, uphold=False)
    assert "申诉不成立，维持扣分。" in told(life)


def test_a_deduction_taken_back_is_told() -> None:
    life = silent()
    life.answer_appeal(life.appeal(), uphold=True)
    life.agree()
    assert "：已撤销。" in told(life)


def test_a_bounce_and_a_consequence_that_waits_are_told() -> None:
    life = transferred()
    life.do(c.ReportBounce(round_no=1, notice_key="n", reported_at=life.now, by=SYSTEM))
    assert "2024年6月24日通知未能送达，送达未证实" in told(life)
    life.served = False
    life.until(date(2024, 7, 10))
    assert "送达未证实，逾期认定暂缓" in told(life)


def test_a_problem_that_came_back_says_so() -> None:
    life = transferred()
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    assert "反弹" not in told(life)
    life.now = at_local(life.today + timedelta(days=20), time(10))
    life.propose(c.ReopenProblem(findings="示例：现场复查，问题反弹。"))
    life.agree(SUPERVISOR)
    assert "销号后反弹，已恢复办理1次。" in told(life)
