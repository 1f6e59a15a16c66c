"""What falls away, falls away whole: a ground takes with it what rested on it.

A ground that was appealed with success, or that only stood because the bureau had the wrong
district or the wrong problem, never was one. With it fall, by recorded events, its count, the
points posted because of it, its reason on the supervisory list, and with the last reason the stay
on the list and its level.
"""

from __future__ import annotations

from collections.abc import Iterable

from domain import events as e
from domain.commands import ReverseDeduction
from domain.decisions.draft import Draft
from domain.decisions.lowering import lower_level
from domain.decisions.points import reprice
from domain.local_time import day_of
from domain.problem import Deduction, Ground, ListEntry, Problem, Round
from domain.refusals import WrongMoment
from domain.roles import SYSTEM
from domain.rules import FAIR_POINTS
from domain.stages import FINDINGS, LATENESS, Fact, RoundKind


def fall_with(draft: Draft, row: Deduction) -> None:
    """Let fall what a deduction rested on, the deduction itself having been reversed."""
    ground = next((one for one in draft.problem.grounds if one.seq == row.established), None)
    if ground is None:
        _forgive(draft, row)
        leave_list(draft, [row.fact], e.FellWhy.REVERSED)
    elif not ground.fallen_seq:
        fall(draft, ground, e.FellWhy.REVERSED)


def _forgive(draft: Draft, row: Deduction) -> None:
    """Let the lateness fall that an earlier version of the rules judged without a ground of its own."""
    missed = (
        one for one in draft.problem.rounds if one.overdue_at and day_of(one.overdue_at) == row.on
    )
    round_ = next(missed, None)
    if round_ is None or row.fact not in LATENESS or not draft.rules.since(FAIR_POINTS):
        return
    draft.add(
        e.FactFell(established=0, fact=row.fact, round_no=round_.round_no, why=e.FellWhy.REVERSED)
    )


def fall(draft: Draft, ground: Ground, why: e.FellWhy) -> None:
    """Let a ground fall, with those found at the same missed date, and what rested on them.

    A finding takes the round with it that it opened, and whatever was found late with that. An open round
    that nobody is late with any more waits for the bureau to set it another date.
    """
    falling = [one for one in draft.problem.grounds if _same_date(one, ground)]
    opened = _opened_by(draft.problem, ground)
    if opened is not None:
        falling += [one for one in draft.problem.grounds if _late_with(one, opened)]
    _let_fall(draft, falling, why, opened)
    reprice(draft, draft.problem.seq)
    leave_list(draft, [one.fact for one in falling], why)
    lower_level(draft, why)


def _same_date(one: Ground, ground: Ground) -> bool:
    """Say whether a ground is this one, or stands for the same missed date (逾期 and its red light)."""
    if one.fallen_seq:
        return False
    same = (one.planned_at, one.round_no) == (ground.planned_at, ground.round_no)
    return one.seq == ground.seq or (ground.planned_at is not None and same)


def _opened_by(problem: Problem, finding: Ground) -> Round | None:
    """Give the round that a finding opened: each opens one, and nothing else opens such a round."""
    findings = [one.seq for one in problem.grounds if one.fact in FINDINGS]
    asked_anew = [one for one in problem.rounds if _asks_anew(one)]
    pairs = zip(reversed(findings), reversed(asked_anew), strict=False)
    return dict(pairs).get(finding.seq)


def _asks_anew(round_: Round) -> bool:
    counted = round_.kind is RoundKind.RECTIFICATION and not round_.agreed
    return counted or round_.kind is RoundKind.SUPPLEMENT


def _late_with(one: Ground, round_: Round) -> bool:
    return one.round_no == round_.round_no and not one.fallen_seq


def undo_for_district(draft: Draft, why: e.FellWhy) -> None:
    """Undo what stood against the present district; its points are proposed for reversal.

    The bureau itself was wrong: about the district, or about there being a problem.
    """
    problem = draft.problem
    falling = [g for g in problem.grounds if g.district in problem.held_as and not g.fallen_seq]
    rows = [d for d in problem.deductions if d.district in problem.held_as and d.left]
    _let_fall(draft, falling, why)
    if problem.entry is not None:
        leave_list(draft, problem.entry.reasons, why, rows)
    for row in rows:
        _propose_reversal(draft, row, why)


def _let_fall(
    draft: Draft, falling: Iterable[Ground], why: e.FellWhy, opened: Round | None = None
) -> None:
    excuses = opened.round_no if opened is not None and opened == draft.problem.open_round else 0
    for ground in falling:
        draft.add(
            e.FactFell(
                established=ground.seq,
                fact=ground.fact,
                round_no=ground.round_no,
                why=why,
                excuses=excuses if ground.fact in FINDINGS else 0,
            )
        )


def _propose_reversal(draft: Draft, row: Deduction, why: e.FellWhy) -> None:
    alone = "" if draft.proposed_by else draft.by.id
    try:
        draft.propose(ReverseDeduction(deduction=row.seq), why.label, by=SYSTEM, caused_by=alone)
    except WrongMoment:
        return  # somebody proposed it before, or an appeal of it did


def leave_list(
    draft: Draft, facts: Iterable[Fact], why: e.FellWhy, undone: Iterable[Deduction] = ()
) -> None:
    """Let reasons of the listing fall that nothing stands for any more, and the stay with its last.

    `undone` are deductions that stand for nothing, though a second person has yet to reverse them.
    """
    gone = {row.seq for row in undone}
    for fact in facts:
        entry = draft.problem.entry
        if entry is None or fact not in entry.reasons or _stands(draft.problem, entry, fact, gone):
            continue
        draft.add(e.ListReasonFell(reason=fact, on=draft.today, why=why))
    entry = draft.problem.entry
    if entry is not None and not entry.reasons:
        draft.add(e.TakenOffList(on=draft.today, why=e.OffWhy.NO_GROUND_LEFT))


def _stands(problem: Problem, entry: ListEntry, fact: Fact, gone: set[int]) -> bool:
    """Say whether a reason still has a ground; before FAIR_POINTS only its deduction tells."""
    grounds = (
        g.fact is fact and g.seq >= entry.since and not g.fallen_seq for g in problem.grounds
    )
    old = (
        d.fact is fact and not d.established and d.left and d.seq not in gone
        for d in problem.deductions
    )
    return any(grounds) or any(old)
