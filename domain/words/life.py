"""Why a problem's dates are what they are, in sentences for people."""

from __future__ import annotations

from collections.abc import Iterator

from domain.catalogues.districts import district
from domain.local_time import day_of
from domain.problem import Deduction, Problem, Reassignment, Round, Suspension
from domain.rules import Rules
from domain.words.counted import counted_words, first_day
from domain.words.days import day_brief, due_brief
from domain.words.rules import level_words, rules_words


def explain_problem(problem: Problem, rules: Rules) -> tuple[str, ...]:
    """Give stage and level, one sentence per round and per turn of its life, then its policy."""
    head = f"问题{problem.problem_no}：{problem.stage.label}{level_words(problem, rules)}。"
    rounds = (_round(round_, problem) for round_ in problem.rounds)
    return (head, *rounds, *_turns(problem), rules_words(rules))


def _round(round_: Round, problem: Problem) -> str:
    provisional = "，所在年份放假安排尚未公布，为暂定日期" if round_.provisional else ""
    return (
        f"第{round_.round_no}轮（{round_.kind.label}）：{counted_words(round_, problem)}，"
        f"{due_brief(round_.due_at)}届满{_moved(round_, problem)}{provisional}{_became(round_, problem)}。"
    )


def _moved(round_: Round, problem: Problem) -> str:
    """Say from which day a due date moved, and how, as far as the problem itself knows."""
    if round_.due_on == round_.original_due_on:
        return ""
    how = [f"经批准延期{round_.extensions}次"] if round_.extensions else []
    stays = (one for one in problem.suspensions if one.round_no == round_.round_no)
    if any(one.days and one.days_left is not None for one in stays):
        how.append("恢复计时后顺延")
    if not how and round_.counted_from == first_day(round_, problem):
        how.append("已按记录的事由调整")
    return f"（{'，'.join((f'原为{day_brief(round_.original_due_on)}', *how))}）"


def _became(round_: Round, problem: Problem) -> str:
    """Say what became of a round, or what it waits for."""
    if round_.answered_at is not None:
        late = "逾期" if problem.answered_late(round_) else "按时"
        return f"；{day_brief(day_of(round_.answered_at))}{late}答复"
    if round_.asked is not None:
        meanwhile = "答复前不认定逾期" if round_.asked.holds else "答复前时限照常计算"
        wanted = day_brief(round_.asked.wanted_on)
        return f"；区县申请延期至{wanted}，尚未答复，{meanwhile}"
    if round_.excused_at is not None and problem.fell_before(round_.due_at):
        return "；登记前已届满，不认定逾期，待市级重新确定时限"
    if round_.excused_at is not None:
        return "；逾期认定已撤销，待市级重新确定时限"
    return _of_its_service(round_)


def _of_its_service(round_: Round) -> str:
    if round_.held_at is not None:
        return "；送达未证实，逾期认定暂缓"
    if round_.bounced_at is not None:
        return f"；{day_brief(day_of(round_.bounced_at))}通知未能送达，送达未证实"
    return "；送达尚未证实，以送达为准" if round_.unproven else ""


def _turns(problem: Problem) -> Iterator[str]:
    """Say where the life did not go straight."""
    yield from (_reassigned(one) for one in problem.reassignments)
    if problem.objection is not None:
        raised_on = day_brief(day_of(problem.objection.received_at))
        yield f"{raised_on}区县对移交对象提出异议，答复前不认定逾期。"
    yield from (_suspended(one) for one in problem.suspensions)
    yield from (_appealed(one) for one in problem.deductions if one.appeal or one.reversed_seq)
    if problem.reopened:
        yield f"销号后反弹，已恢复办理{problem.reopened}次。"


def _reassigned(one: Reassignment) -> str:
    return (
        f"{day_brief(one.on)}由{district(one.from_district).name}改由"
        f"{district(one.to_district).name}办理（{one.why.label}）。"
    )


def _suspended(suspension: Suspension) -> str:
    left = "" if suspension.days_left is None else f"，时限余{suspension.days_left}日"
    since = f"{day_brief(suspension.on)}起暂缓办理{left}"
    if suspension.resumed_on is None:
        return f"{since}，应于{day_brief(suspension.review_on)}前复核；暂缓办理期间时限停止计算。"
    return f"{since}；{day_brief(suspension.resumed_on)}恢复计时，暂缓办理{suspension.days}日。"


def _appealed(one: Deduction) -> str:
    lost = one.points - one.given_back
    what = f"{day_brief(one.on)}扣{lost.normalize():f}分（{one.fact.label}）"
    if one.reversed_seq:
        return f"{what}：已撤销。"
    if one.appeal is None or one.appeal.upheld is None:
        return f"{what}：申诉中，答复前扣分不变。"
    return f"{what}：申诉不成立，维持扣分。"
