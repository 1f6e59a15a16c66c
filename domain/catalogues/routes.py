"""The two routes after an inspection (plan 三（二）, second way of working: 问题处置)."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from domain.catalogues import key_contents


class Route(StrEnum):
    """Who deals with the violation; the district owes feedback on both routes."""

    DIRECT_PUNISHMENT = "direct_punishment"
    GENERAL = "general"

    @property
    def label(self) -> str:
        """The route as the plan words it."""
        if self is Route.DIRECT_PUNISHMENT:
            return "检查组直接依法查处，交辖区督促整改"
        return "移交属地生态环境部门依法调查处理"


def route_of(contents: Sequence[str]) -> Route:
    """Give the route of a problem: any key content is punished by the inspection group itself.

    `contents` are codes of the eleven, none for a general problem 一般问题. Raises KeyError for an
    unknown code.
    """
    return Route.DIRECT_PUNISHMENT if key_contents.of(contents) else Route.GENERAL
