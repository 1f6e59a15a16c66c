"""Service of notices 送达: recorded, failed, repeated; and pressing by hand 催办."""

from __future__ import annotations

from datetime import date

from domain import events as e
from domain.commands import RecordService, ReissueNotice, ReportBounce, SendReminder
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_not_suspended, demand_open_round, demand_reason
from domain.decisions.rounds import recount
from domain.problem import Round
from domain.refusals import WrongContent, WrongMoment
from domain.rules import BUREAU_LADDER
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
    draft.add(
        e.ServiceRecorded(
            round_no=round_.round_no, served_on=command.served_on, means=command.means
        )
    )
    counted = _is_counted(draft, round_, command.served_on) and round_.overdue_at is None
    if counted and command.served_on > round_.counted_from:
        reason = f"送达日为{command.served_on.isoformat()}"
        recount(draft, round_, command.served_on, e.MovedWhy.SERVICE, reason)


def _is_counted(draft: Draft, round_: Round, served_on: date) -> bool:
    """Lives of the first version took every rectification for a promised one."""
    if draft.rules.since(BUREAU_LADDER):
        return not round_.agreed or served_on > round_.due_on
    return round_.kind is not RoundKind.RECTIFICATION


def reissue(draft: Draft, command: ReissueNotice) -> None:
    """Send the round's notice once more, to the contacts as they stand now; its days restart.

    A consequence that waited for proof of service goes on waiting, for the new due date.
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
    if restarts and draft.today > round_.counted_from:
        recount(draft, round_, draft.today, e.MovedWhy.REISSUE, command.reason)


def report_bounce(draft: Draft, command: ReportBounce) -> None:
    """Record that a notice came back: the relay's acceptance proves no service any more."""
    if not 1 <= command.round_no <= len(draft.problem.rounds):
        raise WrongMoment("unknown_round", round_no=str(command.round_no))
    draft.add(
        e.ServiceFailed(
            round_no=command.round_no,
            notice_key=command.notice_key,
            reported_at=command.reported_at,
        )
    )


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
    ReissueNotice: reissue,
    ReportBounce: report_bounce,
    SendReminder: send_reminder,
}
