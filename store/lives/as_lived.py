"""The records of one life as a life's own decisions make them, told from its history or its event log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pydantic import TypeAdapter

from domain.addenda import Addendum, with_addenda
from domain.events import Recorded
from domain.fold import fold
from domain.notices import NoticeOrder
from domain.problem import Problem
from domain.roles import Actor, Role
from domain.rules import Rules
from store.codec import event_from, json_text
from store.lives import event_log, problems
from store.lives.records import notice_values
from store.registers import rule_books

ORDERED = (
    *("key", "kind", "problem_no", "district", "round_no", "rung", "light", "audience"),
    *("not_before", "due_on", "details", "ordered_at"),
)
"""What of a notice its life ordered; what became of it no life knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventLine:
    """One event as its row holds it."""

    seq: int
    at: datetime
    tag: str
    by_id: str
    by_role: str
    cause: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeLine:
    """One notice as its row holds what was ordered."""

    key: str
    kind: str
    problem_no: str
    district: str
    round_no: int
    rung: str
    light: str | None
    audience: str
    not_before: datetime
    due_on: date | None
    details: str
    ordered_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """What stands on a problem's row and does not follow from its events."""

    row_key: str | None
    policy: str
    policy_hash: str
    calendar: str
    calendar_hash: str
    rules_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Lived:
    """One life's records; None where their source does not know them. `addenda` are beside the life."""

    problem_no: str
    events: tuple[EventLine, ...]
    notices: tuple[NoticeLine, ...] | None
    carried: Carried | None
    addenda: tuple[Addendum, ...] | None = None

    @property
    def recorded(self) -> tuple[Recorded, ...]:
        """The events as the rules know them."""
        return tuple(
            Recorded(
                seq=one.seq,
                at=one.at,
                by=Actor(one.by_id, Role(one.by_role)),
                cause=one.cause,
                event=event_from(one.tag, one.body),
            )
            for one in self.events
        )


_LIVED = TypeAdapter(Lived)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one decision of a life recorded and ordered, and the list its problem came from."""

    recorded: tuple[Recorded, ...]
    notices: tuple[NoticeOrder, ...]
    row_key: str = ""


def of_decisions(
    problem_no: str,
    decisions: Sequence[Decision],
    rules: Rules,
    added: tuple[Addendum, ...] | None = None,
) -> Lived:
    """Tell a life from its decisions, oldest first, and from the rules it is judged by at last.

    `added` is what was noted after its end, None where that is not known. Of a notice ordered twice the
    first order counts, as it does when a life is lived.
    """
    notices: dict[str, NoticeLine] = {}
    for one in decisions:
        for order in one.notices:
            values = notice_values(order, 0, one.recorded[-1].at)
            line = NoticeLine(**{name: values[name] for name in ORDERED})
            notices.setdefault(order.key, line)
    policy, calendar = rule_books.key_of(rules.policy), rule_books.key_of(rules.calendar)
    return Lived(
        problem_no=problem_no,
        events=lines(problem_no, [event for one in decisions for event in one.recorded]),
        notices=tuple(notices.values()),
        carried=Carried(
            row_key=decisions[0].row_key or None,
            policy=policy[1],
            policy_hash=policy[0],
            calendar=calendar[1],
            calendar_hash=calendar[0],
            rules_version=rules.version,
        ),
        addenda=added,
    )


def lines(problem_no: str, recorded: Iterable[Recorded]) -> tuple[EventLine, ...]:
    """Give events as their rows hold them."""
    rows = (event_log.values(problem_no, one) for one in recorded)
    return tuple(EventLine(**{n: v for n, v in row.items() if n != "problem_no"}) for row in rows)


def to_text(lived: Lived) -> str:
    """Write a life's records canonically."""
    return json_text(_LIVED.dump_python(lived, mode="json"))


def from_text(text: str) -> Lived:
    """Read what `to_text` wrote."""
    return _LIVED.validate_json(text)


def problem_row(
    recorded: Sequence[Recorded], added: Sequence[Addendum], carried: Mapping[str, Any]
) -> dict[str, Any]:
    """Fold a life's events and addenda into the row of the problems."""
    problem: Problem | None = None
    for one in recorded:
        problem = fold(one, problem)
        problem = with_addenda(problem, [each for each in added if each.after_seq == one.seq])
    if problem is None:
        raise ValueError("a life has at least one event")
    at = max([recorded[-1].at, *(one.at for one in added)])
    return {**carried, **problems.columns(problem, at)}
