"""The one door to the rules: what follows from a command, or from a duty that has come due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from domain import commands as c
from domain.agenda import Duty
from domain.decisions import (
    appeal,
    closing,
    consequences,
    districts,
    draws,
    duties,
    extension,
    feedback,
    new_rules,
    registers,
    second_person,
    service,
    stopping,
    suspension,
    transfer,
    typical_cases,
)
from domain.decisions.draft import Decision, Draft
from domain.decisions.guard import demand_role
from domain.problem import Problem
from domain.roles import SYSTEM
from domain.rules import Rules

_DECISIONS: dict[type, Callable[[Draft, Any], None]] = {
    c.RegisterProblem: transfer.register,
    c.TransferProblem: transfer.transfer,
    c.SubmitFeedback: feedback.submit,
    c.EnterAnswer: feedback.enter,
    c.ReviewFeedback: feedback.review,
    c.RecordRevisit: closing.record_revisit,
    c.ApproveClosure: closing.approve_closure,
    c.DeclineClosure: closing.decline_closure,
    c.RecordListNumber: consequences.record_list_number,
    c.RecordService: service.record_service,
    c.ReissueNotice: service.reissue,
    c.ReportBounce: service.report_bounce,
    c.SendReminder: service.send_reminder,
    c.RequestExtension: extension.request,
    c.DecideExtension: extension.decide,
    c.RaiseObjection: districts.raise_objection,
    c.DecideObjection: districts.decide_objection,
    c.ReassignProblem: districts.reassign,
    c.AssignSuccessor: districts.assign_successor,
    c.ProposeAct: second_person.propose,
    c.ApproveAct: second_person.approve,
    c.DeclineAct: second_person.decline,
    c.ResumeProblem: suspension.resume,
    c.MergeProblem: stopping.merge,
    c.WithdrawProblem: stopping.withdraw,
    c.AppealDeduction: appeal.file,
    c.DecideAppeal: appeal.decide,
    c.ApplyCalendar: new_rules.apply_calendar,
    c.ApplyPolicy: new_rules.apply_policy,
    c.RecordDraw: draws.record_draw,
    c.MarkTypicalCase: typical_cases.mark_typical_case,
    c.RecordRegisterNumber: registers.record_register_number,
}


def decide(
    problem: Problem | None, command: c.Command, *, cause: str, now: datetime, rules: Rules
) -> Decision:
    """Decide a command at the instant `now` (aware UTC).

    `problem` is None only for the registration. `cause` is the command's id. Raises a `Refusal`
    with a stable code when a rule says no; then nothing has happened.
    """
    demand_role(command)
    draft = Draft(problem, now, command.by, cause, rules)
    _DECISIONS[type(command)](draft, command)
    return draft.decision


def decide_duty(
    problem: Problem, duty: Duty, *, served: bool, now: datetime, rules: Rules
) -> Decision:
    """Decide a duty that has come due; it always yields an event and never refuses.

    Raises ValueError when called before the duty's instant (I11: no early action).
    """
    if now < duty.at:
        raise ValueError(f"{duty.kind} is not due before {duty.at.isoformat()}")
    draft = Draft(problem, now, SYSTEM, duty.cause, rules)
    duties.meet(draft, duty, served=served)
    return draft.decision
