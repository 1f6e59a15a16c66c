"""What is done when a duty of the agenda falls due: always an event, never a refusal."""

from __future__ import annotations

from domain import events as e
from domain.agenda import Duty, DutyKind
from domain.bureau import latest_step
from domain.decisions import extension, points
from domain.decisions.consequences import establish, raise_level
from domain.decisions.draft import Draft
from domain.decisions.service import from_sign_in
from domain.problem import Round
from domain.reminders import is_overtaken, next_rung
from domain.rules import BUREAU_LADDER, FAIR_POINTS
from domain.stages import Fact, Light, RoundKind

_BUREAU_DUTIES = {
    DutyKind.REVIEW_DUE: e.BureauDuty.REVIEW,
    DutyKind.REVISIT_DUE: e.BureauDuty.REVISIT,
    DutyKind.APPROVAL_DUE: e.BureauDuty.APPROVAL,
}

_LIGHT_FACTS = {Light.YELLOW: Fact.YELLOW_LIGHT}


def meet(draft: Draft, duty: Duty, *, served: bool) -> None:
    """Meet one due duty; `served` says whether what it rests on is proven to have been served.

    That is a notice of the open round; at the end of a life, the notice of each deduction.
    """
    if duty.kind is DutyKind.REMINDER:
        _remind(draft, duty, served=served)
    elif duty.kind is DutyKind.ROUND_DUE:
        _round_due(draft, duty, served=served)
    elif _holds_with_the_round(draft, duty) and _must_hold(draft, served=served):
        _hold(draft, duty)
    elif duty.kind is DutyKind.TRANSFER_DATE_DUE:
        establish(draft, Fact.OVERDUE_RECTIFICATION, planned_at=duty.at)
        if draft.rules.since(FAIR_POINTS):
            establish(draft, Fact.RED_LIGHT, planned_at=duty.at)
    elif duty.kind is DutyKind.LATENESS_DUE:
        _lateness_due(draft, duty)
    elif duty.kind is DutyKind.LEVEL_DUE:
        raise_level(draft, int(duty.detail), planned_at=duty.at)
    elif duty.kind is DutyKind.BUREAU_DUE:
        _remind_bureau(draft, duty)
    elif duty.kind is DutyKind.LIFE_END:
        _end(draft, duty, served=served)
    else:
        draft.add(e.BureauDutyOverdue(duty=_BUREAU_DUTIES[duty.kind], planned_at=duty.at))


def _end(draft: Draft, duty: Duty, *, served: bool) -> None:
    """End the life, unless nobody can show that the district was told of each deduction."""
    if draft.problem.unreceived and not served:
        draft.add(e.LifeEndHeld(planned_at=duty.at))
    else:
        draft.add(e.LifeEnded(planned_at=duty.at))


_AGAINST_THE_DISTRICT = frozenset(
    {DutyKind.TRANSFER_DATE_DUE, DutyKind.LATENESS_DUE, DutyKind.LEVEL_DUE}
)


def _holds_with_the_round(draft: Draft, duty: Duty) -> bool:
    """Before FAIR_POINTS only the round's own date waited for proof of service."""
    return draft.rules.since(FAIR_POINTS) and duty.kind in _AGAINST_THE_DISTRICT


def _lateness_due(draft: Draft, duty: Duty) -> None:
    seq, _, days = duty.detail.partition(":")
    ground = next(one for one in draft.problem.grounds if one.seq == int(seq))
    draft.add(
        e.LatenessGrew(established=ground.seq, fact=ground.fact, days=int(days), planned_at=duty.at)
    )
    points.charge_days(draft, ground, int(days), duty.at)


def _must_hold(draft: Draft, *, served: bool) -> bool:
    """Say whether nobody can show that the district knew of the open round, its 签收 where that counts."""
    round_ = draft.problem.rounds[-1]
    if not draft.rules.policy.demands_proof_of_service:
        return False
    if draft.rules.since(FAIR_POINTS):
        return round_.unproven and (not served or from_sign_in(round_, draft.rules))
    return not served and round_.served_on is None


def _hold(draft: Draft, duty: Duty) -> None:
    draft.add(e.ConsequenceHeld(round_no=draft.problem.rounds[-1].round_no, planned_at=duty.at))


def _remind(draft: Draft, duty: Duty, *, served: bool) -> None:
    round_ = draft.problem.rounds[-1]
    planned = next_rung(round_, draft.rules)
    if planned is None or planned.rung != duty.detail:
        raise ValueError(f"the agenda holds no reminder {duty.detail}")
    unproven = round_.unproven and not served
    if unproven or is_overtaken(round_, planned, draft.now, draft.rules):
        draft.add(
            e.ReminderSkipped(
                round_no=round_.round_no,
                rung=planned.rung,
                planned_at=planned.at,
                unproven=unproven,
            )
        )
        return
    draft.add(
        e.ReminderIssued(
            round_no=round_.round_no,
            rung=planned.rung,
            light=planned.light,
            planned_at=planned.at,
        )
    )
    if planned.light in _LIGHT_FACTS:
        establish(draft, _LIGHT_FACTS[planned.light], round_.round_no, planned.at)


def _round_due(draft: Draft, duty: Duty, *, served: bool) -> None:
    """Draw the consequence of silence, unless nobody can show that the district was told.

    The policy's own reading (本系统默认口径), not the plan's: without proof of service the clock's
    consequence waits for an officer.
    """
    round_ = draft.problem.rounds[-1]
    _let_request_lapse(draft, round_, duty)
    if _must_hold(draft, served=served):
        _hold(draft, duty)
        return
    establish(draft, _lateness(round_), round_.round_no, duty.at)
    establish(draft, Fact.RED_LIGHT, round_.round_no, duty.at)


def _let_request_lapse(draft: Draft, round_: Round, duty: Duty) -> None:
    """The clock runs while a request waits; unanswered at the due instant it is the bureau's delay.

    That delay stands on the record, for the appeal.
    """
    if round_.asked is None:
        return
    key = f"{e.BureauDuty.EXTENSION}:{round_.asked.receipt_id}"
    if draft.rules.since(BUREAU_LADDER) and not draft.problem.times_reminded(key):
        draft.add(
            e.BureauReminded(
                duty=e.BureauDuty.EXTENSION,
                ref=round_.asked.receipt_id,
                step=1,
                planned_at=duty.at,
            )
        )
    extension.refuse(draft, round_, round_.asked, extension.LAPSED)


def _remind_bureau(draft: Draft, duty: Duty) -> None:
    key, _, first = duty.detail.rpartition("#")
    kind, _, ref = key.partition(":")
    step, at = latest_step(key, int(first), draft.problem, draft.now, draft.rules)
    draft.add(e.BureauReminded(duty=e.BureauDuty(kind), ref=ref, step=step, planned_at=at))


def _lateness(round_: Round) -> Fact:
    if round_.kind is RoundKind.RECTIFICATION:
        return Fact.OVERDUE_RECTIFICATION
    return Fact.NO_FEEDBACK
