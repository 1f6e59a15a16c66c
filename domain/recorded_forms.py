"""The forms in which policies, calendars, acts and closures have been hashed: fixed for ever.

A hash that stands in a life's record was taken over these fields. A field added to one of the types
later is written only where it says something else than by default, so that it is named nowhere here.
"""

from __future__ import annotations

from domain.canonical import Form


def _fields(names: str) -> frozenset[str]:
    return frozenset(names.split())


_EXCEPTION_RULES_AT_FIRST = _fields(
    "extension_max_days extensions_max extensions_by_officer extension_answer_working_days "
    "objection_working_days objection_answer_working_days suspension_max_days "
    "appeal_answer_working_days proposal_working_days register_working_days "
    "service_working_days escalate_every_working_days"
)

_POLICY_AT_FIRST = {
    "Policy": _fields(
        "policy_id version title document_no author valid_from valid_to demo clocks reminders "
        "listing deductions levels cap_per_problem_year demands_proof_of_service"
    ),
    "Clocks": _fields(
        "feedback supplement rectification redo promise_max_days review_working_days "
        "revisit_after_working_days revisit_grace_working_days approval_working_days "
        "appeal_working_days"
    ),
    "DayCountRule": _fields(
        "days unit clause count_first_day roll_off_rest_days cut_off starts_from"
    ),
    "Reminders": _fields("rungs overdue_audience overdue_every_working_days opens_at closes_at"),
    "Rung": _fields("rung days_before light audience"),
    "ListingRule": _fields("fact lists clause"),
    "DeductionRule": _fields("rule_id fact bands clause doubled_for paper"),
    "Band": _fields("occurrence points"),
    "LevelRule": _fields("level after_working_days title clause"),
}

_ITS_HASH = {"Policy": _fields("content_hash")}

POLICY = Form(
    name="policy",
    written=_POLICY_AT_FIRST
    | {"ExceptionRules": _EXCEPTION_RULES_AT_FIRST | {"revisit_share_percent"}},
    left_out=_ITS_HASH,
    style="json",
)
"""How policies are hashed; their group of exceptions is written where there is one."""

POLICY_WITHOUT_SHARE = Form(
    name="policy without revisit_share_percent",
    written=_POLICY_AT_FIRST | {"ExceptionRules": _EXCEPTION_RULES_AT_FIRST},
    left_out=_ITS_HASH,
    style="json",
)
"""How they were hashed while the share of the others in a draw was no number of a policy."""

POLICY_FORMS = (POLICY, POLICY_WITHOUT_SHARE)

CALENDAR = Form(
    name="calendar",
    written={
        "CalendarYear": _fields("year notice announced holidays make_up_workdays"),
        "Holiday": _fields("name days"),
    },
    style="json",
)
"""How the years of a calendar are hashed."""

APPROVAL = Form(
    name="approval",
    written={
        "ExtendRound": _fields("receipt_id until"),
        "MoveDueDate": _fields("round_no due_on"),
        "SuspendProblem": _fields("review_on"),
        "ReverseDeduction": _fields("deduction receipt_id"),
        "ReopenProblem": _fields("findings"),
    },
    style="code",
)
"""How is hashed what a second person approves: an act, or what a closure stands on."""
