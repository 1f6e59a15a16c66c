"""Service of notices 送达: recorded, failed, repeated; and pressing by hand 催办."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.commands import RecordProof, RecordService, ReissueNotice, ReportBounce, SendReminder
from domain.deadlines import StartsFrom
from domain.decisions import points_receipt
from domain.decisions.bureaus_time import leave_out
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.fallen import fall
from domain.decisions.guard import demand_not_suspended, demand_open_round, demand_reason
from domain.decisions.points_receipt import counting_kinds, rests_on
from domain.decisions.restart import propose_restart
from domain.decisions.rounds import (
    leave_days,
    move_transfer_date,
    recount,
    transfer_date_running,
)
from domain.local_time import day_of
from domain.notices.kinds import deduction_told_in
from domain.problem import Ground, Problem, Round
from domain.proof import IN_HAND, ProofKind
from domain.refusals import WrongContent, WrongMoment
from domain.rules import BUREAU_LADDER, FAIR_POINTS, PLAUSIBLE_PROOF, Rules
from domain.stages import Light, RoundKind


def record_service(draft: Draft, command: RecordService) -> None:
    """Record that the open round's notice was served on a day; its days count from there.

    Only a count by the policy restarts: a date the district itself promised stays, unless the
    service came after it.
    """
    round_ = demand_open_round(draft)
    demand_not_suspended(draft)
    first = draft.problem.handed_over_on
    if command.served_on > draft.today or (first is not None and command.served_on < first):
        raise WrongContent(
            "date_not_plausible", on=command.served_on.isoformat(), why="应在移交日与今天之间"
        )
    if draft.rules.since(FAIR_POINTS):
        _record_fairly(draft, round_, command)
        return
    _add_service(draft, round_, command)
    counted = _is_counted(draft, round_, command.served_on) and round_.overdue_at is None
    if counted and command.served_on > round_.counted_from:
        reason = served_words(command.served_on)
        recount(draft, round_, command.served_on, e.MovedWhy.SERVICE, reason)


def _leave_out_what_was_held(draft: Draft, round_: Round) -> None:
    """A level that waited for proof rises by no day on which the district was not told."""
    if round_.held_at is not None:
        leave_out(draft, round_.bounced_at or round_.opened_at)


def _add_service(draft: Draft, round_: Round, command: RecordService) -> None:
    _leave_out_what_was_held(draft, round_)
    draft.add(
        e.ServiceRecorded(
            round_no=round_.round_no, served_on=command.served_on, means=command.means
        )
    )


def _record_fairly(draft: Draft, round_: Round, command: RecordService) -> None:
    """Record service; the first proof of a round moves its days, a later one proposes it."""
    first = round_.proof is None and round_.served_on is None
    _add_service(draft, round_, command)
    left = draft.problem.rounds[-1]
    if first:
        run_from(draft, left, command.served_on)
    elif command.served_on > left.counted_from and _may_restart(left, command.served_on):
        propose_restart(draft, left, command.served_on, served_words(command.served_on))


def _may_restart(round_: Round, on: date) -> bool:
    agreed_still = round_.agreed and on <= round_.due_on
    return round_.overdue_at is None and not agreed_still


def served_words(on: date) -> str:
    """Say in the record from which day's service days are counted."""
    return f"送达日为{on.isoformat()}"


def record_proof(draft: Draft, command: RecordProof) -> None:
    """Take the first proof of an open round; its days run from there where that is later."""
    round_ = demand_open_round(draft)
    if round_.round_no != command.round_no:
        raise WrongMoment("round_not_open", round_no=str(command.round_no))
    if not round_.unproven:
        raise WrongMoment("nothing_changes")
    if command.kind not in kinds_that_count(round_, draft.rules):
        raise WrongContent("proof_does_not_count", kind=command.kind.label)
    _demand_plausible(draft, round_, day_of(command.proven_at))
    _leave_out_what_was_held(draft, round_)
    draft.add(
        e.ServiceProven(
            round_no=round_.round_no,
            kind=command.kind,
            recipient=command.recipient,
            proven_at=command.proven_at,
        )
    )
    # What was missed before a problem was brought in gets its new date from two persons, not from a mail.
    missed_before = draft.problem.fell_before(round_.due_at)
    if draft.problem.suspension is None and not missed_before:
        run_from(draft, draft.problem.rounds[-1], day_of(command.proven_at))


def _demand_plausible(draft: Draft, round_: Round, on: date) -> None:
    """Refuse a proof by a clock that is wrong: days would run from it."""
    if draft.rules.since(PLAUSIBLE_PROOF) and not day_of(round_.opened_at) <= on <= draft.today:
        raise WrongContent(
            "date_not_plausible", on=on.isoformat(), why="应在通知发出之日与今天之间"
        )


def kinds_that_count(round_: Round, rules: Rules) -> frozenset[ProofKind]:
    """Give the kinds of proof that count for a round: of 签收 only those that somebody had in hand."""
    counted = counting_kinds(rules)
    return counted & IN_HAND if from_sign_in(round_, rules) else counted


def from_sign_in(round_: Round, rules: Rules) -> bool:
    """Say whether a round's days run from 签收, not from the transfer."""
    starts = rules.policy.clocks.feedback.starts_from
    return round_.kind is RoundKind.FEEDBACK and starts is StartsFrom.SIGN_IN


def run_from(draft: Draft, round_: Round, proven_on: date) -> None:
    """Let an open round run from the day of its proof, where that is later by more than tolerated.

    The transfer's own date moves by as many days. A date that the district itself promised stays,
    unless the proof came after it; what was established stays too. A successor goes on with every date
    but those that passed before it was told.
    """
    if round_.taken_over:
        leave_days(draft, proven_on, e.MovedWhy.SUCCESSOR)
        return
    tolerated = draft.rules.policy.limits.service_tolerance_working_days
    days = 0 if from_sign_in(round_, draft.rules) else tolerated
    counted_from = round_.counted_from
    late = proven_on > draft.rules.working_days_after(counted_from, days)
    if round_.overdue_at or (round_.agreed and proven_on <= round_.due_on):
        return
    reason, running = served_words(proven_on), transfer_date_running(draft.problem)
    if late:
        recount(draft, round_, proven_on, e.MovedWhy.SERVICE, reason)
    if running is not None and (late or running < proven_on):
        due_on = running + (proven_on - counted_from)
        move_transfer_date(draft, due_on, e.MovedWhy.SERVICE, reason)


def _is_counted(draft: Draft, round_: Round, served_on: date) -> bool:
    """Lives of the first version took every rectification for a promised one."""
    if draft.rules.since(BUREAU_LADDER):
        return not round_.agreed or served_on > round_.due_on
    return round_.kind is not RoundKind.RECTIFICATION


def reissue(draft: Draft, command: ReissueNotice) -> None:
    """Send the round's notice once more, to the contacts as they stand now; its days restart.

    A consequence that waited for proof of service goes on waiting, for the new due date. Since
    FAIR_POINTS the days restart by one person only where service is known to have failed; else their
    restart waits for the second.
    """
    round_ = demand_open_round(draft)
    demand_not_suspended(draft)
    demand_reason(command.reason)
    if round_.overdue_at is not None:
        raise WrongMoment("nothing_to_reissue")
    draft.add(
        e.NoticeReissued(
            round_no=round_.round_no, number=round_.reissues + 1, reason=command.reason
        )
    )
    restarts = not round_.agreed or round_.due_at <= draft.now
    if not restarts or draft.today <= round_.counted_from:
        return
    failed = round_.unproven and (round_.bounced_at or round_.held_at) is not None
    if failed or not draft.rules.since(FAIR_POINTS):
        recount(draft, round_, draft.today, e.MovedWhy.REISSUE, command.reason)
    else:
        propose_restart(draft, round_, draft.today, command.reason)


def report_bounce(draft: Draft, command: ReportBounce) -> None:
    """Record that a notice came back: the relay's acceptance proves no service any more."""
    if deduction_told_in(command.notice_key):
        points_receipt.come_back(draft, command)
        return
    if not 1 <= command.round_no <= len(draft.problem.rounds):
        raise WrongMoment("unknown_round", round_no=str(command.round_no))
    round_ = draft.problem.rounds[command.round_no - 1]
    withdraws = rests_on(round_.proof, command.recipient)
    draft.add(
        e.ServiceFailed(
            round_no=command.round_no,
            notice_key=command.notice_key,
            reported_at=command.reported_at,
            withdraws=withdraws,
        )
    )
    if withdraws:
        _hold_again(draft, command.round_no)


def _hold_again(draft: Draft, round_no: int) -> None:
    """Let what was established without proof fall, and wait for proof anew."""
    resting = [g for g in draft.problem.grounds if _rests_on_proof(g, round_no, draft.problem)]
    for ground in resting:
        standing = next(g for g in draft.problem.grounds if g.seq == ground.seq)
        if not standing.fallen_seq:
            fall(draft, standing, e.FellWhy.PROOF_WITHDRAWN)
    owed = draft.problem.open_round
    passed = owed is not None and owed.due_at <= draft.now
    if owed is not None and resting and passed and draft.problem.suspension is None:
        draft.add(e.ConsequenceHeld(round_no=round_no, planned_at=owed.due_at))


def _rests_on_proof(ground: Ground, round_no: int, problem: Problem) -> bool:
    """Say whether a ground rests on a round's proof: a missed date does, what a person stated on any."""
    if ground.source:
        return not problem.was_told
    return ground.round_no in (0, round_no) and ground.planned_at is not None


def send_reminder(draft: Draft, _: SendReminder) -> None:
    """Press by hand 催办: one more reminder of the open round, beside the ladder."""
    round_ = demand_open_round(draft)
    demand_not_suspended(draft)
    number = 1 + sum(rung.startswith("manual-") for rung in round_.rungs)
    light = Light.RED if draft.now >= round_.due_at else Light.BLUE
    draft.add(
        e.ReminderIssued(
            round_no=round_.round_no, rung=f"manual-{number}", light=light, planned_at=draft.now
        )
    )


DECISIONS: ByCommand = {
    RecordService: record_service,
    RecordProof: record_proof,
    ReissueNotice: reissue,
    ReportBounce: report_bounce,
    SendReminder: send_reminder,
}
