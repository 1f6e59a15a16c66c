"""What the bureau's officers do next, and what its mail relay reports.

They review on the second working day after an answer came in, answer requests on the next one and
appeals after five, go back to look on the day the policy says, and record both register numbers on
the second working day after the transfer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta

from domain import commands as c
from domain.bureau import registers_missing
from domain.local_time import at_local, day_of
from domain.notices import NoticeKind, notice_key
from domain.problem import Problem, Submission
from domain.roles import SYSTEM
from domain.rules import Rules
from domain.stages import ENDED, Stage
from simulation.behaviours import (
    ELEVEN,
    OFFICER,
    OTHER_OFFICER,
    TEN,
    Act,
    Behaviour,
    on_day,
    transferred_on,
)
from simulation.districts import DONE, receipt

_SUSPENDED_DAYS = 60
_REBOUND_AFTER = timedelta(days=20)


def officer_acts(problem: Problem, behaviour: Behaviour, rules: Rules) -> Iterator[Act]:
    """Give what officers and relay would do next, each act with its instant."""
    if problem.stage is Stage.UNDER_REVIEW:
        yield _review(problem, behaviour, rules)
    elif problem.stage is Stage.AWAITING_REVISIT and problem.proposal is None:
        yield _revisit(problem, behaviour)
    if problem.stage not in ENDED:
        yield from _numbers(problem, rules)
    yield from _answers(problem, behaviour, rules)
    if behaviour in _BENDING and not problem.proposed:
        yield from _BENDING[behaviour](problem, rules)


# -- lives that go straight ------------------------------------------------------------------------


def _review(problem: Problem, behaviour: Behaviour, rules: Rules) -> Act:
    waiting = problem.under_review
    if waiting is None:
        raise ValueError("nothing is under review")
    verdict = _verdict(waiting, behaviour)
    negative = verdict in (c.Verdict.FOUND_FALSE, c.Verdict.RETURN_FOR_SUPPLEMENT)
    return Act(
        _working_days_after(rules, day_of(waiting.received_at), 2),
        lambda _: c.ReviewFeedback(
            receipt_id=waiting.receipt_id,
            verdict=verdict,
            reason="示例：材料与现场不符。" if negative else "",
            by=OFFICER,
        ),
    )


def _verdict(waiting: Submission, behaviour: Behaviour) -> c.Verdict:
    first = waiting.round_no == 1
    if first and behaviour is Behaviour.FALSE_REPORT:
        return c.Verdict.FOUND_FALSE
    if first and behaviour is Behaviour.RETURNED_ONCE:
        return c.Verdict.RETURN_FOR_SUPPLEMENT
    if waiting.answer.state is c.RectificationState.IN_PROGRESS:
        return c.Verdict.ACCEPT_IN_PROGRESS
    return c.Verdict.ACCEPT_DONE


def _revisit(problem: Problem, behaviour: Behaviour) -> Act:
    on = problem.revisit_on
    if on is None:
        raise ValueError("no revisit is planned")
    fails = behaviour is Behaviour.NOT_IN_PLACE and not problem.revisits
    result = c.RevisitResult.NOT_IN_PLACE if fails else c.RevisitResult.IN_PLACE
    return Act(
        at_local(on, TEN),
        lambda now: c.RecordRevisit(
            on=day_of(now), result=result, findings=f"示例：现场核查，{result.label}。", by=OFFICER
        ),
    )


def _numbers(problem: Problem, rules: Rules) -> Iterator[Act]:
    """Record the numbers of the outside registers, where they are owed."""
    at = _working_days_after(rules, transferred_on(problem), 2)
    for register in registers_missing(problem):
        command = c.RecordRegisterNumber(
            register=register, number=f"示例-{problem.problem_no}", by=OFFICER
        )
        yield Act(at, lambda _, command=command: command)  # type: ignore[misc]  # binds now


# -- answers to what a district asked for ----------------------------------------------------------


def _answers(problem: Problem, behaviour: Behaviour, rules: Rules) -> Iterator[Act]:
    round_ = problem.open_round
    if round_ is not None and round_.asked is not None:
        extension = c.DecideExtension(
            receipt_id=round_.asked.receipt_id, grant=True, reason="示例：理由成立。", by=OFFICER
        )
        yield Act(
            _working_days_after(rules, day_of(round_.asked.received_at), 1), lambda _: extension
        )
    raised = problem.objection
    if raised is not None:
        objection = c.DecideObjection(
            receipt_id=raised.receipt_id,
            uphold=True,
            to_district=raised.proper_district,
            reason="示例：经核实属实。",
            by=OFFICER,
        )
        yield Act(_working_days_after(rules, day_of(raised.received_at), 1), lambda _: objection)
    if problem.appeals_open and not problem.proposed:
        yield _answer_appeal(problem, behaviour, rules)


def _answer_appeal(problem: Problem, behaviour: Behaviour, rules: Rules) -> Act:
    """Somebody else than the deduction's author decides."""
    appeal = problem.appeals_open[0].appeal
    if appeal is None:
        raise ValueError("no appeal is open")
    command = c.DecideAppeal(
        receipt_id=appeal.receipt_id,
        uphold=behaviour is Behaviour.APPEAL_UPHELD,
        reason="示例：经复核。",
        by=OTHER_OFFICER,
    )
    return Act(_working_days_after(rules, day_of(appeal.received_at), 5), lambda _: command)


# -- lives that bend -------------------------------------------------------------------------------


def _suspend_and_resume(problem: Problem, _: Rules) -> Iterator[Act]:
    suspension = problem.suspension
    if suspension is not None:
        resumption = c.ResumeProblem(reason="示例：已具备整改条件。", by=OFFICER)
        yield Act(at_local(suspension.review_on, TEN), lambda _: resumption)
    elif not problem.suspensions:
        at = on_day(problem, 5)
        act = c.SuspendProblem(review_on=day_of(at) + timedelta(days=_SUSPENDED_DAYS))
        yield Act(at, lambda _: c.ProposeAct(act=act, reason="示例：季节性停产。", by=OFFICER))


def _see_to_service(problem: Problem, rules: Rules) -> Iterator[Act]:
    """The relay reports the bounce on day 0; the consequence held, the notice goes out anew."""
    round_ = problem.open_round
    if round_ is None or round_.round_no > 1 or round_.reissues:
        return
    if round_.bounced_at is None:
        key = notice_key(problem.problem_no, NoticeKind.TRANSFER_NOTICE, 1, "issue")
        yield Act(
            on_day(problem, 0, ELEVEN),
            lambda now: c.ReportBounce(round_no=1, notice_key=key, reported_at=now, by=SYSTEM),
        )
    elif round_.held_at is not None:
        command = c.ReissueNotice(reason="示例：已更换联系人。", by=OFFICER)
        yield Act(_working_days_after(rules, round_.due_on, 1), lambda _: command)


def _enter_paper(problem: Problem, _: Rules) -> Iterator[Act]:
    """The paper that came in on day 11 is entered on day 12."""
    round_ = problem.open_round
    if round_ is None or round_.round_no > 1:
        return
    command = c.EnterAnswer(
        receipt_id=receipt(problem, "paper"),
        round_no=1,
        received_at=on_day(problem, 11),
        channel=c.Channel.PAPER,
        answer=DONE,
        content_sha256="",
        by=OFFICER,
    )
    yield Act(on_day(problem, 12), lambda _: command)


def _find_rebound(problem: Problem, _: Rules) -> Iterator[Act]:
    if problem.closed_on is None or problem.reopened:
        return
    found = c.ReopenProblem(findings="示例：现场复查，问题反弹。")
    command = c.ProposeAct(act=found, reason="示例：问题反弹。", by=OFFICER)
    yield Act(at_local(problem.closed_on + _REBOUND_AFTER, TEN), lambda _: command)


_BENDING: dict[Behaviour, Callable[[Problem, Rules], Iterator[Act]]] = {
    Behaviour.SUSPENDED: _suspend_and_resume,
    Behaviour.BOUNCED: _see_to_service,
    Behaviour.PAPER_ANSWER: _enter_paper,
    Behaviour.REBOUND: _find_rebound,
}


def _working_days_after(rules: Rules, day: date, number: int, at: time = TEN) -> datetime:
    return at_local(rules.calendar.add_working_days(day, number), at)
