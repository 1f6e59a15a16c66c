"""No field of a policy is idle: changed alone, it changes a date, a point, a duty or a sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import zip_longest
from typing import Any

import pytest

from domain import commands as c
from domain.agenda import agenda
from domain.bureau import owed_by_bureau
from domain.deadlines import DayCount
from domain.draw.announcing import rule_of
from domain.policy import LateBand, Multiplier, Policy, Position
from domain.proof import ProofKind
from domain.refusals import Refusal
from domain.roles import SYSTEM
from domain.stages import Fact
from domain.words.dates import promise_until, standing
from domain.words.events import in_words
from domain.words.life import explain_problem
from domain.words.whose_turn import whose_turn
from domain.words.why import why_this_date
from gateways.policy_files import PolicyNotObeyed, demand_obeyed
from tests.worlds.life import MONDAY, OFFICER, Life, default_rules

KEY = "treatment_missing_or_idle"
SOURCE = "national_round"

Path = tuple[str | int, ...]
Step = Callable[[Life], object]


# -- the scripted lives ------------------------------------------------------------------------


def days(count: int) -> Step:
    """Let days pass."""
    return lambda life: life.until(life.today + timedelta(days=count))


def evening(life: Life) -> None:
    """It is twenty past five."""
    life.until(life.today, time(17, 20))


def transfer(life: Life) -> None:
    """Transfer the problem today."""
    life.transfer()


def answer(life: Life) -> None:
    """Report rectification done."""
    life.answer()


def promise(life: Life) -> None:
    """Promise rectification for the last day there is."""
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=MONDAY + timedelta(days=90))


def promise_soon(life: Life) -> None:
    """Promise rectification for tomorrow."""
    tomorrow = life.today + timedelta(days=1)
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=tomorrow)


def with_a_date_of_its_own(life: Life) -> None:
    """Transfer it with a date of its own."""
    life.transfer(rectify_by=MONDAY + timedelta(days=1))


def verdict(given: c.Verdict) -> Step:
    """Give a verdict on what waits."""
    return lambda life: life.review(given)


def revisit(result: c.RevisitResult) -> Step:
    """Go back to look."""
    return lambda life: life.revisit(result)


def more_time(count: int) -> Step:
    """Ask for more time."""
    return lambda life: life.ask_for_time(count)


def grant(life: Life) -> None:
    """Grant what was asked for."""
    asked = life.problem.rounds[-1].asked
    life.answer_request(asked.receipt_id if asked else "none")


def refuse(life: Life) -> None:
    """Refuse what was asked for."""
    asked = life.problem.rounds[-1].asked
    life.answer_request(asked.receipt_id if asked else "none", grant=False)


def object_to_it(life: Life) -> None:
    """Say that the problem is another's."""
    life.object()


def refuse_objection(life: Life) -> None:
    """Leave the problem where it is."""
    raised = life.problem.objection
    life.answer_objection(raised.receipt_id if raised else "none", uphold=False)


def agree(life: Life) -> None:
    """The second person approves."""
    if life.problem.proposed:
        life.agree()


def pause(life: Life) -> None:
    """Propose to suspend the problem for the longest time there is."""
    life.propose(c.SuspendProblem(review_on=life.today + timedelta(days=180)))


def appeal(life: Life) -> None:
    """Appeal the last deduction."""
    if life.problem.deductions:
        life.appeal()


def uphold(life: Life) -> None:
    """Uphold the appeal."""
    for deduction in life.problem.appeals_open:
        if deduction.appeal:
            life.answer_appeal(deduction.appeal.receipt_id, uphold=True)


def close(life: Life) -> None:
    """The second person closes the problem."""
    life.approve()


def nobody_was_told(life: Life) -> None:
    """No notice was accepted for delivery."""
    life.served = False


def served(life: Life) -> None:
    """Record service by hand."""
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))


def proven(life: Life) -> None:
    """A server of the district's took the notice."""
    life.prove()


def by_the_relay(life: Life) -> None:
    """Our own relay took it."""
    life.prove(ProofKind.RELAY_ACCEPTED)


def bounce(life: Life) -> None:
    """The notice came back."""
    life.do(c.ReportBounce(round_no=1, notice_key="n", reported_at=life.now, by=SYSTEM))


NOT_STRICT = (days(1), answer, verdict(c.Verdict.FOUND_FALSE))
NOT_IN_PLACE = (answer, verdict(c.Verdict.ACCEPT_DONE), revisit(c.RevisitResult.NOT_IN_PLACE))

RETURNED_IN_VAIN = (answer, verdict(c.Verdict.RETURN_FOR_SUPPLEMENT), days(9))

SCRIPTS: dict[str, tuple[Step, ...]] = {
    "neither answered nor supplemented": (
        *(transfer, days(20), answer, verdict(c.Verdict.RETURN_FOR_SUPPLEMENT), days(12)),
    ),
    "found false after hours": (transfer, answer, evening, verdict(c.Verdict.FOUND_FALSE)),
    "nobody was told": (nobody_was_told, transfer, days(16), days(20), served, days(20)),
    "more time": (
        *(transfer, more_time(30), days(7), grant, more_time(10), days(7), grant, days(5)),
        *(agree, more_time(10)),
    ),
    "more time asked for on the last day": (transfer, days(15), more_time(5)),
    "more time refused after the due instant": (transfer, more_time(5), days(20), refuse),
    "an objection, and a dispute": (
        *(transfer, days(7), object_to_it, days(9), refuse_objection, days(7), object_to_it),
    ),
    "found false twice in a month": (
        *(transfer, answer, verdict(c.Verdict.FOUND_FALSE)),
        *(answer, verdict(c.Verdict.FOUND_FALSE)),
    ),
    "found false in two years": (
        *(transfer, answer, verdict(c.Verdict.FOUND_FALSE), days(200)),
        *(answer, verdict(c.Verdict.FOUND_FALSE)),
    ),
    "every other ground, twice in a month and again next year": (
        *(with_a_date_of_its_own, days(2), promise_soon, verdict(c.Verdict.ACCEPT_IN_PROGRESS)),
        *(days(4), *NOT_IN_PLACE, *NOT_IN_PLACE, *RETURNED_IN_VAIN, *RETURNED_IN_VAIN, days(170)),
        *(*RETURNED_IN_VAIN, answer, verdict(c.Verdict.ACCEPT_DONE), days(10)),
        *(revisit(c.RevisitResult.NOT_IN_PLACE), days(20)),
    ),
    "suspended": (transfer, pause, days(1), agree, days(200)),
    "an appeal": (transfer, days(16), days(14), appeal, days(40), uphold, agree),
    "a notice came back": (transfer, bounce, days(3), days(3), days(3), days(3)),
    "a transfer entered late": (days(8), lambda life: life.transfer(MONDAY), days(20)),
    "told two days after the transfer": (
        *(nobody_was_told, transfer, days(2), proven, days(1), days(30)),
    ),
    "told by our own relay alone": (nobody_was_told, transfer, by_the_relay, days(30)),
    "an early transfer": (lambda life: life.transfer(date(2024, 6, 21)),),
    "promised and missed": (
        *(transfer, promise, verdict(c.Verdict.ACCEPT_IN_PROGRESS), days(91), answer),
        *(verdict(c.Verdict.ACCEPT_IN_PROGRESS), days(20)),
    ),
    "found wanting twice": (transfer, *NOT_IN_PLACE, *NOT_IN_PLACE),
    "answered, returned, promised, missed, revisited, closed": (
        *(transfer, days(3), answer, days(12), verdict(c.Verdict.RETURN_FOR_SUPPLEMENT)),
        *(days(20), promise, verdict(c.Verdict.ACCEPT_IN_PROGRESS), days(90), *NOT_IN_PLACE),
        *(days(30), *NOT_IN_PLACE, days(3), answer, verdict(c.Verdict.ACCEPT_DONE), days(40)),
        *(revisit(c.RevisitResult.IN_PLACE), days(20), close, days(60)),
    ),
    "never answered, found false until the cap holds": (
        *(transfer, days(15), days(1), days(60), days(60)),
        *(*NOT_STRICT, days(30), *NOT_STRICT, days(30), *NOT_STRICT),
    ),
}
"""The short ones first: a field that shows in one of them needs no long life."""


# -- what is told of them ----------------------------------------------------------------------


def story(policy: Policy) -> Iterator[str]:
    """Live every script by a policy; give everything that came of it and was said of it."""
    return (line for steps in SCRIPTS.values() for line in _lived(policy, steps))


def _lived(policy: Policy, steps: tuple[Step, ...]) -> Iterator[str]:
    life = Life(rules=replace(default_rules(), policy=policy))
    life.register(clue_source=SOURCE, key_content=KEY)
    for step in steps:
        try:
            step(life)
        except Refusal as refusal:
            yield f"{refusal.code} {refusal}"
        yield from _told(life)
    yield from (repr(recorded) for recorded in life.history)
    yield from (in_words(event) for event in life.events)
    yield from (repr(notice) for notice in life.notices)


def _told(life: Life) -> Iterator[str]:
    """Tell how the problem stands: duties, whose turn, dates and the reasons for them."""
    problem, rules = life.problem, life.rules
    yield repr(agenda(problem, rules))
    yield from (repr(round_) for round_ in owed_by_bureau(problem, rules))
    yield whose_turn(problem, rules, life.now)
    yield promise_until(problem, rules)
    yield from explain_problem(problem, rules)
    for round_ in problem.rounds:
        yield from (step.note for step in why_this_date(round_, problem, life.history, rules).steps)
        for left in range(8):
            now = round_.due_at - timedelta(days=left, hours=1)
            yield repr(standing(problem, round_, now, rules))
    yield repr(rule_of(rules.policy))


# -- one field after the other -----------------------------------------------------------------


def leaves(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Give every field that holds no further fields, with the way to it."""
    if is_dataclass(value):
        for one in fields(value):
            yield from leaves(getattr(value, one.name), (*path, one.name))
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for place, one in enumerate(value):
            yield from leaves(one, (*path, place))
    else:
        yield path, value


def changed(whole: Any, path: Path, new: object) -> Any:
    """Give a copy with one field changed."""
    if not path:
        return new
    first, rest = path[0], path[1:]
    if isinstance(first, int):
        return (*whole[:first], changed(whole[first], rest, new), *whole[first + 1 :])
    return replace(whole, **{first: changed(getattr(whole, first), rest, new)})


def other_values(path: Path, value: object) -> tuple[object, ...]:
    """Give other values of the same kind; a difference in one of them is enough."""
    if path[-1] in _NOTHING_YET:
        return (_NOTHING_YET[path[-1]],)
    if isinstance(value, StrEnum):
        return tuple(one for one in type(value) if one is not value)
    if isinstance(value, bool):
        return (not value,)
    if isinstance(value, int | Decimal):
        return (value + 1, value - 1) if value > 1 else (value + 1,)
    if isinstance(value, tuple):
        return (value[:-1] or tuple(Position)[-2:],)
    return (_later(value),)


_NOTHING_YET = {
    "doubled_for": (SOURCE,),
    "cut_off": time(17, 30),
    "also_for": (Fact.RED_LIGHT,),
    "at_facts": (Fact.NO_FEEDBACK,),
    "by_days_late": (LateBand(days=1, points=Decimal("0.1")),),
    "multipliers": (Multiplier(source=SOURCE, factor=Decimal(3)),),
    "proofs": (ProofKind.RELAY_ACCEPTED,),
    "valid_to": date(2026, 12, 31),
}
"""What the default policy leaves open."""


def _later(value: object) -> object:
    if isinstance(value, time):
        return value.replace(minute=15)
    return value + timedelta(days=1) if isinstance(value, date) else f"{value}（改）"


@cache
def policies() -> tuple[Policy, ...]:
    """The default policy, and one that counts everything in calendar days, for these may roll."""
    default = default_rules().policy
    clocks, days_of_the_calendar = default.clocks, DayCount.CALENDAR_DAYS
    supplement = replace(clocks.supplement, unit=days_of_the_calendar)
    redo = replace(clocks.redo, unit=days_of_the_calendar)
    rolling = replace(clocks, supplement=supplement, redo=redo, rectification=redo)
    return default, replace(default, clocks=rolling)


@cache
def told_before(place: int) -> tuple[str, ...]:
    """The story by a policy as it is."""
    return tuple(story(policies()[place]))


def is_told_otherwise(policy: Policy, place: int) -> bool:
    """Live a changed policy until its story differs for the first time from what was told before."""
    lines = zip_longest(story(policy), told_before(place))
    return any(now != before for now, before in lines)


LEAVES = [(path, value) for path, value in leaves(policies()[0]) if path != ("content_hash",)]
IDLE = {("levels", 0, "after_working_days"), ("levels", 0, "at_facts")}
"""What no rule reads: a policy that relies on it is not loaded."""


def _name(value: object) -> str:
    return ".".join(map(str, value)) if isinstance(value, tuple) else ""


@pytest.mark.parametrize(("path", "value"), LEAVES, ids=[_name(path) for path, _ in LEAVES])
def test_each_field_of_a_policy_makes_a_difference_or_is_refused(path: Path, value: object) -> None:
    if path == ("account_caps",):
        return  # over all problems of a district: tests/domain/test_account.py
    if path in IDLE or (path[-1] == "starts_from" and path[1] != "feedback"):
        for other in other_values(path, value):
            with pytest.raises(PolicyNotObeyed):
                demand_obeyed(changed(policies()[0], path, other), "示例")
        return
    assert any(
        is_told_otherwise(changed(policy, path, other), place)
        for place, policy in enumerate(policies())
        for other in other_values(path, value)
    )
