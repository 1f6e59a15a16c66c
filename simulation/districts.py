"""What a district does next: it answers, asks for more time, objects, appeals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta

from domain.catalogues.districts import valid_districts
from domain.commands import (
    Answer,
    AppealDeduction,
    Command,
    RaiseObjection,
    RectificationState,
    RequestExtension,
    SubmitFeedback,
)
from domain.local_time import at_local, day_of
from domain.problem import Deduction, Problem, Round
from domain.roles import Actor, Role
from domain.rules import Rules
from domain.stages import RoundKind
from simulation.behaviours import APPEALING, TEN, Act, Behaviour, on_day, transferred_on

_PROMISED_DAYS = 20
_EXTRA_DAYS = 10


def district_acts(problem: Problem, behaviour: Behaviour, rules: Rules) -> Iterator[Act]:
    """Give what the district would do next, each act with its instant."""
    round_ = problem.open_round
    if round_ is None or problem.suspension is not None or problem.objection is not None:
        return
    request = _request(problem, round_, behaviour, rules)
    if request is not None:
        yield request
    elif round_.asked is None and not problem.appeals_open:
        yield from _answer(problem, round_, behaviour)


def _request(problem: Problem, round_: Round, behaviour: Behaviour, rules: Rules) -> Act | None:
    """Give what the district asks for before it answers its first round."""
    if round_.round_no > 1:
        return None
    if behaviour is Behaviour.EXTENSION and round_.asked is None and not round_.extensions:
        at = at_local(round_.due_on - timedelta(days=3), TEN)
        return Act(at, lambda now: _more_time(problem, round_, now))
    if behaviour is Behaviour.WRONG_DISTRICT and not problem.objections:
        return Act(on_day(problem, 2), lambda now: _objection(problem, round_, now))
    deduction = problem.deductions[0] if problem.deductions else None
    if behaviour in APPEALING and deduction is not None and deduction.appeal is None:
        at = at_local(rules.calendar.add_working_days(deduction.on, 2), TEN)
        return Act(at, lambda now: _appeal(problem, deduction, now))
    return None


def _answer(problem: Problem, round_: Round, behaviour: Behaviour) -> Iterator[Act]:
    on = _answers_on(problem, round_, behaviour)
    if on is None:
        return
    promising = behaviour in (Behaviour.IN_PROGRESS, Behaviour.BROKEN_PROMISE)
    if promising and round_.round_no == 1:
        answer = Answer(
            state=RectificationState.IN_PROGRESS,
            text="示例：已制定整改方案，正在实施。",
            promised_on=on + timedelta(days=_PROMISED_DAYS),
        )
    else:
        answer = DONE
    yield Act(at_local(on, TEN), lambda now: _submission(problem, round_, answer, now))


DONE = Answer(state=RectificationState.DONE, text="示例：已按要求完成整改。")


def _answers_on(problem: Problem, round_: Round, behaviour: Behaviour) -> date | None:
    """Give the day of the answer: the first round by the behaviour, later ones within theirs."""
    if round_.round_no > 1:
        return _answers_again_on(round_, behaviour)
    return _FIRST.get(behaviour, _on_day_ten)(problem, round_)


def _on_day_ten(problem: Problem, _: Round) -> date | None:
    return transferred_on(problem) + timedelta(days=10)


def _on_the_last_day(_: Problem, round_: Round) -> date | None:
    return round_.due_on


def _three_days_late(_: Problem, round_: Round) -> date | None:
    return round_.due_on + timedelta(days=3)


def _after_level_two(problem: Problem, _: Round) -> date | None:
    if problem.level < 2:
        return None
    raised_on = problem.level_clock.running_from
    if raised_on is None:
        raise ValueError("a silent district's level has no running clock")
    return raised_on + timedelta(days=1)


def _after_the_appeal(problem: Problem, _: Round) -> date | None:
    appeal = problem.deductions[0].appeal if problem.deductions else None
    if appeal is None or appeal.decided_on is None:
        return None
    return appeal.decided_on + timedelta(days=1)


def _after_suspension(problem: Problem, round_: Round) -> date | None:
    return round_.due_on if problem.suspensions else None


def _after_reissue(_: Problem, round_: Round) -> date | None:
    return round_.counted_from + timedelta(days=10) if round_.reissues else None


def _by_the_officer(_: Problem, __: Round) -> date | None:
    """A paper answer is entered at the bureau."""
    return None


_FIRST: dict[Behaviour, Callable[[Problem, Round], date | None]] = {
    Behaviour.SILENT: _after_level_two,
    Behaviour.LATE_FEEDBACK: _three_days_late,
    Behaviour.EXTENSION: _on_the_last_day,
    Behaviour.SUSPENDED: _after_suspension,
    Behaviour.APPEAL_UPHELD: _after_the_appeal,
    Behaviour.APPEAL_REFUSED: _after_the_appeal,
    Behaviour.BOUNCED: _after_reissue,
    Behaviour.PAPER_ANSWER: _by_the_officer,
}


def _answers_again_on(round_: Round, behaviour: Behaviour) -> date:
    opened_on = day_of(round_.opened_at)
    if round_.kind is RoundKind.FEEDBACK:
        return round_.counted_from + timedelta(days=10)
    if round_.kind is RoundKind.SUPPLEMENT:
        return opened_on + timedelta(days=2)
    if behaviour is Behaviour.BROKEN_PROMISE:
        return round_.due_on + timedelta(days=10)
    if behaviour is Behaviour.IN_PROGRESS:
        return round_.due_on
    return opened_on + timedelta(days=5)


def receipt(problem: Problem, what: str) -> str:
    """Give the stable number of a paper, so that a retry is no second one."""
    return f"sim-{problem.problem_no}-{what}"


def _submission(problem: Problem, round_: Round, answer: Answer, now: datetime) -> Command:
    return SubmitFeedback(
        receipt_id=receipt(problem, str(round_.round_no)),
        round_no=round_.round_no,
        district=problem.district,
        received_at=now,
        answer=answer,
        content_sha256="",
        by=_person_of(problem.district),
    )


def _more_time(problem: Problem, round_: Round, now: datetime) -> Command:
    return RequestExtension(
        receipt_id=receipt(problem, "extension"),
        round_no=round_.round_no,
        district=problem.district,
        received_at=now,
        wanted_on=round_.due_on + timedelta(days=_EXTRA_DAYS),
        reason="示例：设备到货延迟。",
        content_sha256="",
        by=_person_of(problem.district),
    )


def _objection(problem: Problem, round_: Round, now: datetime) -> Command:
    return RaiseObjection(
        receipt_id=receipt(problem, "objection"),
        round_no=round_.round_no,
        district=problem.district,
        received_at=now,
        reason="示例：该企业不在本单位辖区内。",
        content_sha256="",
        by=_person_of(problem.district),
        proper_district=_next_unit(problem.district, day_of(now)),
    )


def _appeal(problem: Problem, deduction: Deduction, now: datetime) -> Command:
    return AppealDeduction(
        receipt_id=receipt(problem, "appeal"),
        deduction=deduction.seq,
        district=deduction.district,
        received_at=now,
        reason="示例：对扣分依据有异议。",
        content_sha256="",
        by=_person_of(deduction.district),
    )


def _person_of(district: str) -> Actor:
    return Actor(f"district:{district}", Role.DISTRICT)


def _next_unit(district: str, on: date) -> str:
    """Give the unit that follows in the catalogue; it stands in for a neighbour."""
    codes = [unit.code for unit in valid_districts(on)]
    return codes[(codes.index(district) + 1) % len(codes)]
