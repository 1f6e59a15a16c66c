"""One act of a person on a problem, declared once: every door is made from it.

REST makes its route and its OpenAPI entry from an act, the problem's page its form, a batch its
way over many problems, the documentation its table of who may do what (docs/who-may-do-what.md).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from domain.commands import Command
from domain.problem import Problem
from domain.roles import Actor, Right, Role
from domain.rules import Rules
from office.ports import Services
from office.typed import Typed


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """Who does an act on which problem, with what, and the id under which what it makes is kept."""

    services: Services
    by: Actor
    made_under: str
    problem_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedOfMany:
    """One act asked for many problems at once, as it stands before one of them.

    `days` counts calendar days; what an act does not use is left as it is.
    """

    problem: Problem
    by: Actor
    today: date
    reason: str = ""
    to_district: str = ""
    because: Literal["correction", "successor"] = "correction"
    days: int = 7


@dataclass(frozen=True, slots=True)
class OverMany:
    """How an act is done to many problems: its name in a batch, and its command for one of them.

    The command may be refused while it is made, like by the rules: `make` raises a `Refusal`.
    """

    name: str
    make: Callable[[AskedOfMany], Command]


ON_PROBLEM = "/problems/{problem_no}"

When = Callable[[Problem, Actor], bool]
Make = Callable[[Doing, Any], Awaitable[Command]]


async def said_by_body(doing: Doing, body: Any) -> Command:
    """Have the body itself make the command, which most can."""
    command: Command = body.command(doing.by)
    return command


def as_typed(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Read a form's fields as they stand."""
    return fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What somebody may do to a problem.

    `path` ends its addresses, on the page and over REST below `at`, and names its form in
    `templates/pages/acts/`. `name` and `does` are what the OpenAPI calls it. `commands` are what
    it may come to; who may issue them may do it. `make` gives the command for a read `body` and
    raises `Refused`; where the command holds what may change between two requests, `told_by_body`
    lets the body alone tell them apart. `form` prepares a form's fields for the body. `when` says
    whether the problem calls for the act now; the rules decide again when it is asked for. `step`
    is True for what moves the problem on: its form stands open, the others wait folded. `known_to`
    says whether the rules of a life know of such an act at all.
    """

    name: str
    path: str
    does: str
    body: type[Typed]
    commands: tuple[type[Command], ...]
    title: str
    button: str
    done: str
    when: When
    known_to: Callable[[Rules], bool] = lambda _: True
    at: str = ON_PROBLEM
    make: Make = said_by_body
    form: Callable[[Mapping[str, str]], Mapping[str, str]] = as_typed
    told_by_body: bool = False
    step: bool = False
    files: bool = False
    over_many: tuple[OverMany, ...] = ()

    @property
    def right(self) -> Right:
        """The roles that may do it; the system itself comes through no door."""
        rights = frozenset.intersection(*(command.may for command in self.commands))
        return rights - {Role.SYSTEM}

    @property
    def description(self) -> str:
        """What it does and who may do it, in one sentence each."""
        roles = "、".join(role.label for role in Role if role in self.right)
        return f"{self.does}。{roles}可用。"
