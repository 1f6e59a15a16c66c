"""What several changes share: moving to a stage, changing one round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from domain.commands import Act
from domain.events import Recorded
from domain.problem import Problem, ProposedAct
from domain.stages import TRANSITIONS, Stage

Changes = dict[str, Any]
"""Fields of a problem and their new values."""

ByEvent = dict[type, Callable[[Problem, Any, Recorded], Changes]]
"""How each kind of event changes a problem; one table a topic."""


def to_stage(p: Problem, stage: Stage, at: datetime) -> Changes:
    """Move to a stage; ValueError when the step is not on the table."""
    if stage is not p.stage and stage not in TRANSITIONS[p.stage]:
        raise ValueError(f"{p.stage} may not become {stage}")
    return {"stage": stage, "stage_since": at, "bureau_overdue": ()}


def with_round(p: Problem, round_no: int, **changes: Any) -> Changes:
    """Change one round."""
    rounds = tuple(replace(r, **changes) if r.round_no == round_no else r for r in p.rounds)
    return {"rounds": rounds}


def lapsed(p: Problem, *kinds: type[Act]) -> tuple[ProposedAct, ...]:
    """Give what stays proposed when acts of these kinds have lost their object."""
    return tuple(one for one in p.proposed if not isinstance(one.act, kinds))


def transfer_date(due_on: date | None) -> Changes:
    """Give the transfer's own date for rectification, where it was moved."""
    return {} if due_on is None else {"rectification_due_on": due_on}
