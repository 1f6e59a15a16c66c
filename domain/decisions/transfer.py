"""Registering a problem and transferring it to its district."""

from __future__ import annotations

from datetime import date

from domain.catalogues.districts import district
from domain.catalogues.routes import route_of
from domain.commands import RecordService, RegisterProblem, TransferProblem
from domain.deadlines import due_date
from domain.decisions.brought_in import bring_in, demand_plausible_facts
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.guard import demand_stage, district_not_valid
from domain.decisions.rounds import move_transfer_date, open_round
from domain.decisions.service import record_service
from domain.decisions.six_batches import demand_known
from domain.events import MovedWhy, ProblemRegistered, ProblemTransferred
from domain.local_time import midnight_ending
from domain.refusals import WrongContent, WrongMoment
from domain.rules import FAIR_POINTS, Rules
from domain.stages import RoundKind, Stage


def register(draft: Draft, command: RegisterProblem) -> None:
    """Put the problem on the problem list; its route follows from its key content.

    方案 三(二) 二是: a problem of the 11 key contents is punished directly by the group and handed
    over for supervised rectification; any other is transferred for lawful handling.
    """
    facts = command.facts
    try:
        district(facts.district)
    except KeyError:
        raise WrongContent("district_unknown", district=facts.district) from None
    try:
        route = route_of(facts.contents)
    except KeyError as unknown:
        raise WrongContent("key_content_unknown", key_content=unknown.args[0]) from None
    if facts.six_batch:
        demand_known(facts.six_batch)
    draft.add(ProblemRegistered(problem_no=command.problem_no, facts=facts, route=route.value))


def transfer(draft: Draft, command: TransferProblem) -> None:
    """Hand the problem to its district and open the feedback round of 15 days.

    方案 四(三): 对市级执法帮扶组移交问题，于15日内反馈处置结果（包括整改及处罚等情况）。
    """
    if draft.problem.transferred_on is not None:
        raise WrongMoment("already_transferred", on=draft.problem.transferred_on.isoformat())
    demand_stage(draft, Stage.REGISTERED)
    _demand_plausible_dates(draft, command)
    _demand_valid_district(draft, command)
    existing, late = command.existing, _is_entered_late(draft, command)
    if existing is not None:
        demand_plausible_facts(draft, command, existing)
    elif not late:
        _demand_time_left(draft, command)
    draft.add(
        ProblemTransferred(
            on=command.on,
            document_no=command.document_no,
            rectification_due_on=_rectification_date(draft, command, late=late),
        )
    )
    if existing is not None:
        bring_in(draft, command, existing)
        return
    feedback, counted_from = draft.rules.policy.clocks.feedback, draft.today if late else command.on
    open_round(draft, RoundKind.FEEDBACK, counted_from, feedback, entered_late=late)
    if late and command.rectification_due_on is not None:
        why, days = MovedWhy.REGISTRATION, draft.today - command.on
        move_transfer_date(draft, command.rectification_due_on + days, why, why.label)
    if command.served_on is not None:
        record_service(
            draft,
            RecordService(served_on=command.served_on, means=command.served_by, by=command.by),
        )


def _rectification_date(draft: Draft, command: TransferProblem, *, late: bool) -> date | None:
    """Give the transfer's own date; a key problem without one has that of the policy, if it has any.

    A policy whose clock of rectification is that of a repeated one sets no date of its own.
    """
    clocks = draft.rules.policy.clocks
    named, key = command.rectification_due_on, draft.problem.facts.key_content
    if named is not None or key is None or clocks.rectification == clocks.redo:
        return named
    if not draft.rules.since(FAIR_POINTS):
        return None
    counted_from = draft.today if late else command.on
    return due_date(counted_from, clocks.rectification, draft.rules.calendar).due_on


def _demand_plausible_dates(draft: Draft, command: TransferProblem) -> None:
    valid_from = draft.rules.policy.valid_from
    if command.on < valid_from:
        raise WrongMoment(
            "before_plan", on=command.on.isoformat(), valid_from=valid_from.isoformat()
        )
    if command.on > draft.today:
        raise WrongMoment("transfer_in_future", on=command.on.isoformat())
    rectify = command.rectification_due_on
    if rectify is not None and rectify < command.on:
        raise WrongContent("rectification_before_transfer", on=rectify.isoformat())
    passed = rectify is not None and midnight_ending(rectify) <= draft.now
    judged = draft.rules.since(FAIR_POINTS) and command.existing is None
    if passed and rectify is not None and judged:
        raise WrongContent("rectification_date_passed", on=rectify.isoformat())


def _demand_valid_district(draft: Draft, command: TransferProblem) -> None:
    unit = district(draft.problem.district)
    if not unit.is_valid(command.on):
        raise district_not_valid(unit, command.on)


def _is_entered_late(draft: Draft, command: TransferProblem) -> bool:
    """Say whether a transfer dated back would leave its district too few days (since FAIR_POINTS).

    Then the days are counted from the registration: before it no notice left. Where service on the
    paper's day is recorded, or a running problem is brought in, the paper's day counts.
    """
    told = command.served_on is not None or command.existing is not None
    return (
        draft.rules.since(FAIR_POINTS)
        and not told
        and is_entered_late(command.on, draft.today, draft.rules)
    )


def is_entered_late(on: date, today: date, rules: Rules) -> bool:
    """Say whether a transfer of an earlier day leaves fewer working days than a district must have."""
    due_on = due_date(on, rules.policy.clocks.feedback, rules.calendar).due_on
    left = rules.calendar.working_days_between(today, due_on) if today < due_on else 0
    return on < today and left < rules.policy.limits.least_working_days


def _demand_time_left(draft: Draft, command: TransferProblem) -> None:
    due = due_date(command.on, draft.rules.policy.clocks.feedback, draft.rules.calendar)
    if due.due_at <= draft.now:
        raise WrongMoment(
            "transfer_too_old", on=command.on.isoformat(), due_on=due.due_on.isoformat()
        )


DECISIONS: ByCommand = {
    RegisterProblem: register,
    TransferProblem: transfer,
}
