"""Opening a round and moving its due date."""

from __future__ import annotations

from datetime import date

from domain.deadlines import DayCountRule, due_date
from domain.decisions.draft import Draft
from domain.events import DueDateMoved, RoundOpened
from domain.local_time import midnight_ending
from domain.problem import Round
from domain.stages import RoundKind


def open_round(draft: Draft, kind: RoundKind, counted_from: date, rule: DayCountRule) -> None:
    """Open a round whose due date is counted by a rule of the policy."""
    due = due_date(counted_from, rule, draft.rules.calendar)
    draft.add(
        RoundOpened(
            round_no=len(draft.problem.rounds) + 1,
            kind=kind,
            district=draft.problem.district,
            counted_from=counted_from,
            due_on=due.due_on,
            due_at=due.due_at,
            provisional=due.provisional,
            calendar_version=draft.rules.calendar.version,
            clause=due.clause,
        )
    )


def open_promised_round(draft: Draft, promised_on: date) -> None:
    """Open the rectification round for a date the district promised and the officer accepted.

    A promised day stands as it was promised: it is not counted and does not roll.
    """
    draft.add(
        RoundOpened(
            round_no=len(draft.problem.rounds) + 1,
            kind=RoundKind.RECTIFICATION,
            district=draft.problem.district,
            counted_from=draft.today,
            due_on=promised_on,
            due_at=midnight_ending(promised_on),
            provisional=False,
            calendar_version=draft.rules.calendar.version,
            clause="区县承诺、市级审核同意的完成日期",
        )
    )


def recount(draft: Draft, owed: Round, counted_from: date, reason: str) -> None:
    """Count an open round anew from another day (a recorded change; both dates stay)."""
    clocks = draft.rules.policy.clocks
    rule = clocks.feedback if owed.kind is RoundKind.FEEDBACK else clocks.supplement
    due = due_date(counted_from, rule, draft.rules.calendar)
    draft.add(
        DueDateMoved(
            round_no=owed.round_no,
            counted_from=counted_from,
            from_on=owed.due_on,
            due_on=due.due_on,
            due_at=due.due_at,
            provisional=due.provisional,
            calendar_version=draft.rules.calendar.version,
            reason=reason,
        )
    )
