"""Who people are to the bureau. What they may do each command says itself: `may`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """The roles of people, and the system itself."""

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
    Role.AUDITOR: "核查人员",
    Role.ADMINISTRATOR: "管理员",
    Role.SYSTEM: "系统",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """One person (or the system), by stable id and the role acted in; never a name or number."""

    id: str
    role: Role


SYSTEM = Actor("system", Role.SYSTEM)

Right = frozenset[Role]
"""The roles that may do something."""

CITY: Right = frozenset({Role.OFFICER, Role.SUPERVISOR})
SUPERVISORS: Right = frozenset({Role.SUPERVISOR})
DISTRICTS: Right = frozenset({Role.DISTRICT})
SYSTEM_ALONE: Right = frozenset({Role.SYSTEM})
