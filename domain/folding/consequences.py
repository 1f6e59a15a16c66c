"""How facts, the list, points and levels change a problem."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from domain import events as e
from domain.folding.changes import ByEvent, Changes, with_round
from domain.local_time import day_of
from domain.problem import Deduction, Ground, LevelClock, ListEntry, Problem
from domain.stages import LATENESS, WITH_DISTRICT


def _fact(p: Problem, event: e.FactEstablished, recorded: e.Recorded) -> Changes:
    counts = dict(p.fact_counts) | {event.fact: event.occurrence}
    changes: Changes = {"fact_counts": tuple(sorted(counts.items()))}
    if event.on is not None:
        changes["grounds"] = (*p.grounds, _ground(p, event, event.on, recorded.seq))
    if event.fact not in LATENESS:
        return changes
    changes["reminders_sent"] = p.reminders_sent + 1
    if event.round_no == 0:
        return changes | {"transfer_date_missed": True}
    return changes | with_round(p, event.round_no, overdue_at=recorded.at)


def _ground(p: Problem, event: e.FactEstablished, on: date, seq: int) -> Ground:
    return Ground(
        seq=seq,
        fact=event.fact,
        round_no=event.round_no,
        on=on,
        planned_at=event.planned_at,
        district=p.district,
        source=event.source,
        stated_by=event.stated_by,
    )


def _fell(p: Problem, event: e.FactFell, recorded: e.Recorded) -> Changes:
    """A fallen lateness is forgiven, unless it is only to be proven anew that the district knew."""
    grounds = tuple(
        replace(one, fallen_seq=recorded.seq) if one.seq == event.established else one
        for one in p.grounds
    )
    changes: Changes = {"grounds": grounds}
    to_be_proven = event.why is e.FellWhy.PROOF_WITHDRAWN
    if event.fact not in LATENESS:
        excused = with_round(p, event.excuses, excused_at=recorded.at) if event.excuses else {}
        return changes | excused
    if event.round_no == 0:
        return changes | {"transfer_date_missed": not to_be_proven}
    answered = p.rounds[event.round_no - 1].answered_at is not None
    excused_at = None if to_be_proven and not answered else recorded.at
    return changes | with_round(p, event.round_no, overdue_at=None, excused_at=excused_at)


def _grew(p: Problem, event: e.LatenessGrew, _: e.Recorded) -> Changes:
    grounds = tuple(
        replace(one, lasted=event.days) if one.seq == event.established else one
        for one in p.grounds
    )
    return {"grounds": grounds}


def _held(p: Problem, event: e.ConsequenceHeld, recorded: e.Recorded) -> Changes:
    return with_round(p, event.round_no, held_at=recorded.at)


def _placed(p: Problem, event: e.PlacedOnList, _: e.Recorded) -> Changes:
    entry = ListEntry(reasons=(event.reason,), listed_on=event.on, since=event.established)
    return {"entries": (*p.entries, entry)}


def _present_entry(p: Problem, **changes: Any) -> Changes:
    return {"entries": (*p.entries[:-1], replace(p.entries[-1], **changes))}


def _reason_added(p: Problem, event: e.ListReasonAdded, _: e.Recorded) -> Changes:
    return _present_entry(p, reasons=(*p.entries[-1].reasons, event.reason))


def _reason_fell(p: Problem, event: e.ListReasonFell, _: e.Recorded) -> Changes:
    entry = p.entries[-1]
    left = tuple(one for one in entry.reasons if one is not event.reason)
    return _present_entry(p, reasons=left, fallen=(*entry.fallen, event.reason))


def _number_recorded(p: Problem, event: e.ListNumberRecorded, _: e.Recorded) -> Changes:
    return _present_entry(p, number=event.number)


def _taken_off(p: Problem, event: e.TakenOffList, _: e.Recorded) -> Changes:
    off = _present_entry(p, taken_off_on=event.on)
    return off | {"level": 0, "level_clock": LevelClock()}


def _deducted(p: Problem, event: e.PointsDeducted, recorded: e.Recorded) -> Changes:
    row = Deduction(
        seq=recorded.seq,
        rule_id=event.rule_id,
        fact=event.fact,
        occurrence=event.occurrence,
        points=event.points,
        year=event.year,
        on=event.on,
        district=event.district,
        by=recorded.by,
        established=event.established,
        counted=event.counted,
        told_on=event.told_on,
        days_late=event.days_late,
        awaits_receipt=event.awaits_receipt,
    )
    return {"deductions": (*p.deductions, row)}


def _repriced(p: Problem, event: e.PointsRepriced, _: e.Recorded) -> Changes:
    rows = tuple(
        replace(d, given_back=d.given_back + event.points) if d.seq == event.deduction else d
        for d in p.deductions
    )
    return {"deductions": rows}


def _level_raised(p: Problem, event: e.LevelRaised, recorded: e.Recorded) -> Changes:
    running = day_of(recorded.at) if p.stage in WITH_DISTRICT else None
    return {
        "level": event.level,
        "highest_level": max(p.highest_level, event.level),
        "level_clock": LevelClock(running_from=running),
    }


def _lowered(p: Problem, event: e.LevelLowered, _: e.Recorded) -> Changes:
    running = event.on if p.stage in WITH_DISTRICT and p.suspension is None else None
    clock = LevelClock(used=event.level_days_used, running_from=running)
    return {"level": event.level, "level_clock": clock}


def _rested(p: Problem, event: e.ClocksRested, _: e.Recorded) -> Changes:
    """No day of a lateness, nor of the level, is counted of what the bureau took."""
    grounds = tuple(
        replace(one, rested=one.rested + max((event.on - max(event.since, one.on)).days, 0))
        if one.fact in LATENESS and not one.fallen_seq
        else one
        for one in p.grounds
    )
    changes: Changes = {"grounds": grounds, "rested_on": event.on}
    if p.level_clock.running_from is not None:
        clock = LevelClock(used=event.level_days_used, running_from=event.on)
        changes["level_clock"] = clock
    return changes


CHANGES: ByEvent = {
    e.ClocksRested: _rested,
    e.LevelLowered: _lowered,
    e.FactEstablished: _fact,
    e.LatenessGrew: _grew,
    e.FactFell: _fell,
    e.ConsequenceHeld: _held,
    e.PlacedOnList: _placed,
    e.ListReasonAdded: _reason_added,
    e.ListReasonFell: _reason_fell,
    e.ListNumberRecorded: _number_recorded,
    e.TakenOffList: _taken_off,
    e.PointsDeducted: _deducted,
    e.PointsRepriced: _repriced,
    e.LevelRaised: _level_raised,
}
