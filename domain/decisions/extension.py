"""Extension 延期: asked before expiry, bounded by the policy.

One request of a round holds its consequence until the bureau has answered: its time never counts
against the district. The transfer's own date for rectification moves along.

依据与先例: 《信访工作条例》第三十四条 (延长期限须经批准并告知理由); 省级督查制度普遍要求到期前申请。
The first is decided by the officer; a further one is proposed to the supervisor.
"""

from __future__ import annotations

from datetime import date, datetime

from domain import events as e
from domain.commands import DecideExtension, ExtendRound, RequestExtension
from domain.decisions.bureaus_time import settle
from domain.decisions.draft import ByCommand, Draft
from domain.decisions.extension_bounds import (
    asked_until,
    days_left,
    extended_from,
    latest_date,
    waits_for_service,
)
from domain.decisions.guard import demand_not_suspended, demand_own, demand_reason
from domain.decisions.rounds import (
    instant_ending,
    move_due_date,
    move_transfer_date,
    transfer_date_running,
)
from domain.local_time import day_of, last_day_before, midnight_ending
from domain.problem import ExtensionAsk, Round
from domain.refusals import WrongContent, WrongMoment
from domain.reminders import next_working_morning
from domain.rules import FAIR_POINTS

LAPSED = "时限届满前未获同意，申请终止"


def request(draft: Draft, command: RequestExtension) -> None:
    """Take the request; whether it came before expiry is judged by `received_at` alone."""
    demand_own(draft, command.district)
    demand_not_suspended(draft)
    round_ = _open_round(draft, command.round_no)
    demand_reason(command.reason)
    unproven = waits_for_service(round_, command.received_at)
    if round_.overdue_at is not None or (command.received_at >= round_.due_at and not unproven):
        raise WrongMoment("extension_after_expiry", due_on=round_.due_on.isoformat())
    if round_.asked is not None:
        raise WrongMoment("already_asked", receipt_id=round_.asked.receipt_id)
    if not unproven:
        _demand_early(draft, round_, command)
    _demand_some_left(draft, round_)
    _demand_bounded(draft, round_, command.wanted_on, command.received_at)
    if unproven and midnight_ending(command.wanted_on) <= command.received_at:
        raise WrongContent("extension_in_past", on=command.wanted_on.isoformat())
    draft.add(
        e.ExtensionRequested(
            receipt_id=command.receipt_id,
            round_no=round_.round_no,
            received_at=command.received_at,
            wanted_on=command.wanted_on,
            reason=command.reason,
            content_sha256=command.content_sha256,
            files=command.files,
            holds=draft.rules.since(FAIR_POINTS) and not round_.was_held,
        )
    )


def _demand_early(draft: Draft, round_: Round, command: RequestExtension) -> None:
    until = asked_until(draft.problem, round_, draft.rules)
    if command.received_at >= until:
        lead = draft.rules.policy.limits.extension_lead_days
        raise WrongMoment(
            "extension_asked_late", days=str(lead), until=last_day_before(until).isoformat()
        )


def _demand_some_left(draft: Draft, round_: Round) -> None:
    limits = draft.rules.policy.limits
    if round_.extensions >= limits.extensions_max:
        raise WrongMoment("extensions_used_up", times=str(round_.extensions))
    if not days_left(draft.problem, draft.rules):
        raise WrongMoment("extension_days_used_up", days=str(limits.extension_total_days))


def decide(draft: Draft, command: DecideExtension) -> None:
    """Grant or refuse; what is granted beyond the officer's own is only proposed."""
    round_, asked = asked_for(draft, command.receipt_id)
    if not command.grant:
        demand_reason(command.reason)
        refuse(draft, round_, asked, command.reason)
        return
    until = command.until or asked.wanted_on
    act = ExtendRound(receipt_id=command.receipt_id, until=until)
    if round_.extensions < draft.rules.policy.limits.extensions_by_officer:
        grant(draft, act, command.reason)
        return
    demand_grantable(draft, act)
    draft.propose(act, command.reason)


def demand_grantable(draft: Draft, act: ExtendRound) -> None:
    """Refuse what could not be granted now."""
    round_, _ = asked_for(draft, act.receipt_id)
    _demand_possible(draft, round_, act.until)


def asked_for(draft: Draft, receipt_id: str) -> tuple[Round, ExtensionAsk]:
    """Give the open round and its request; refuse when this one does not wait."""
    round_ = draft.problem.open_round
    if round_ is None or round_.asked is None or round_.asked.receipt_id != receipt_id:
        raise WrongMoment("nothing_asked", receipt_id=receipt_id)
    return round_, round_.asked


def grant(draft: Draft, act: ExtendRound, reason: str, _: int = 0) -> None:
    """Grant the request and move the due date; the original one stays beside it."""
    round_, asked = asked_for(draft, act.receipt_id)
    _demand_possible(draft, round_, act.until)
    settle(draft)
    draft.add(
        e.ExtensionDecided(
            receipt_id=asked.receipt_id,
            round_no=round_.round_no,
            granted=True,
            until=act.until,
            reason=reason,
            days=_days_of_total(draft, round_, act.until),
        )
    )
    if act.until > round_.due_on:
        move_due_date(draft, round_, act.until, e.MovedWhy.EXTENSION, reason)
    if draft.rules.since(FAIR_POINTS):
        move_transfer_date(draft, act.until, e.MovedWhy.EXTENSION, reason)


def _days_of_total(draft: Draft, round_: Round, until: date) -> int:
    """Count what an extension adds, where the policy bounds the sum of them all."""
    if not draft.rules.policy.limits.extension_total_days:
        return 0
    added = (until - extended_from(draft.problem, round_, until, draft.rules)).days
    return min(added, days_left(draft.problem, draft.rules))


def refuse(draft: Draft, round_: Round, asked: ExtensionAsk, reason: str) -> None:
    """Refuse the request; the date stays, unless it passed while the district waited for the answer."""
    settle(draft)
    draft.add(
        e.ExtensionDecided(
            receipt_id=asked.receipt_id,
            round_no=round_.round_no,
            granted=False,
            until=None,
            reason=reason,
        )
    )
    if asked.holds:
        _leave_days(draft, round_, asked)


def _leave_days(draft: Draft, round_: Round, asked: ExtensionAsk) -> None:
    """Give what passed while the request waited a few working days more, from being told.

    What has not passed yet keeps of them as many as were left when it was asked.
    """
    why, running = e.MovedWhy.REFUSAL, transfer_date_running(draft.problem)
    if running is not None and (until := _left_after(draft, asked, running)) > running:
        move_transfer_date(draft, until, why, why.label)
    until = _left_after(draft, asked, round_.due_on)
    if until > round_.due_on and round_.overdue_at is None:
        move_due_date(draft, round_, until, why, why.label)


def _left_after(draft: Draft, asked: ExtensionAsk, due_on: date) -> date:
    """Give the day until which a date is left to the district after the answer to its request."""
    days = draft.rules.policy.limits.refused_working_days
    if midnight_ending(due_on) > draft.now:
        asked_on = day_of(asked.received_at)
        left = (
            draft.rules.calendar.working_days_between(asked_on, due_on) if asked_on < due_on else 0
        )
        days = min(days, left)
    return _from_being_told(draft, days) if days else due_on


def _from_being_told(draft: Draft, working_days: int) -> date:
    told_on = day_of(next_working_morning(draft.now, draft.rules))
    return draft.rules.working_days_after(told_on, working_days)


def _open_round(draft: Draft, round_no: int) -> Round:
    round_ = draft.problem.open_round
    if round_ is None or round_.round_no != round_no:
        raise WrongMoment("round_not_open", round_no=str(round_no))
    return round_


def _demand_possible(draft: Draft, round_: Round, until: date) -> None:
    demand_not_suspended(draft)
    if round_.overdue_at is not None:
        raise WrongMoment("round_overdue", due_on=round_.due_on.isoformat())
    _demand_bounded(draft, round_, until, draft.now)
    if not draft.rules.since(FAIR_POINTS) and midnight_ending(until) <= draft.now:
        raise WrongContent(
            "extension_not_later", on=until.isoformat(), due_on=draft.today.isoformat()
        )
    if instant_ending(draft, round_, until) <= draft.now:
        raise WrongContent("extension_in_past", on=until.isoformat())
    _demand_as_much_as_a_refusal(draft, round_, until)


def _demand_as_much_as_a_refusal(draft: Draft, round_: Round, until: date) -> None:
    """Refuse to grant, after the due instant, less than was asked and than a refusal leaves."""
    asked = round_.asked
    if asked is None or not asked.holds or round_.due_at > draft.now or until >= asked.wanted_on:
        return
    earliest = _from_being_told(draft, draft.rules.policy.limits.refused_working_days)
    if until < earliest:
        raise WrongContent(
            "extension_too_short", on=until.isoformat(), earliest=earliest.isoformat()
        )


def _demand_bounded(draft: Draft, round_: Round, until: date, at: datetime) -> None:
    due_on = extended_from(draft.problem, round_, until, draft.rules)
    if until <= due_on:
        raise WrongContent("extension_not_later", on=until.isoformat(), due_on=due_on.isoformat())
    limit = latest_date(draft.problem, round_, until, at, draft.rules)
    if until > limit:
        raise WrongContent("extension_too_long", on=until.isoformat(), limit=limit.isoformat())


DECISIONS: ByCommand = {
    RequestExtension: request,
    DecideExtension: decide,
}
