"""Who may do what: one table, role by command (design §1)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of design §1, and the system itself."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    DISTRICT = "district"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"

    @property
    def label(self) -> str:
        """The role's name in Chinese."""
        return ROLE_LABELS[self]


ROLE_LABELS = {
    Role.OFFICER: "承办人",
    Role.SUPERVISOR: "审批人",
    Role.DISTRICT: "区县",
    Role.AUDITOR: "审计",
    Role.ADMINISTRATOR: "管理员",
    Role.SYSTEM: "系统",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or the system), by stable id and the role acted in; never a name or number."""

    id: str
    role: Role


SYSTEM = Actor("system", Role.SYSTEM)

_CITY = frozenset({Role.OFFICER, Role.SUPERVISOR})
_SUPERVISOR = frozenset({Role.SUPERVISOR})
_DISTRICT = frozenset({Role.DISTRICT})

MAY: dict[str, frozenset[Role]] = {
    "register_problem": _CITY,
    "transfer_problem": _CITY,
    "submit_feedback": _DISTRICT,
    "review_feedback": _CITY,
    "record_revisit": _CITY,
    "approve_closure": _SUPERVISOR,
    "decline_closure": _SUPERVISOR,
    "record_service": _CITY,
    "record_list_number": _CITY,
    "send_reminder": _CITY,
    "request_extension": _DISTRICT,
    "decide_extension": _CITY,
    "raise_objection": _DISTRICT,
    "decide_objection": _CITY,
    "reassign_problem": _CITY,
    "assign_successor": _CITY,
    "propose_act": _CITY,
    "approve_act": _SUPERVISOR,
    "decline_act": _SUPERVISOR,
    "resume_problem": _CITY,
    "merge_problem": _CITY,
    "withdraw_problem": _CITY,
    "enter_answer": _CITY,
    "reissue_notice": _CITY,
    "report_bounce": frozenset({Role.SYSTEM}),
    "appeal_deduction": _DISTRICT,
    "decide_appeal": _CITY,
    "apply_calendar": _SUPERVISOR,
    "apply_policy": _SUPERVISOR,
    "record_draw": _CITY,
    "mark_typical_case": _SUPERVISOR,
    "record_register_number": _CITY,
}


def may(role: Role, command: str) -> bool:
    """Say whether `role` may issue `command`; an unknown command nobody may issue."""
    return role in MAY.get(command, frozenset())
