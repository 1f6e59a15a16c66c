"""What several changes share: moving to a stage, changing one round."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from domain.events import BureauDuty
from domain.problem import Problem
from domain.stages import TRANSITIONS, Stage

Changes = dict[str, Any]
"""Fields of a problem and their new values."""

_OF_A_STAGE = tuple(
    f"{duty}:" for duty in (BureauDuty.REVIEW, BureauDuty.REVISIT, BureauDuty.APPROVAL)
)


def to_stage(p: Problem, stage: Stage, at: datetime) -> Changes:
    """Move to a stage; ValueError when the step is not on the table."""
    if stage is not p.stage and stage not in TRANSITIONS[p.stage]:
        raise ValueError(f"{p.stage} may not become {stage}")
    changes: Changes = {"stage": stage, "stage_since": at, "bureau_overdue": ()}
    if p.reminded:
        kept = tuple(one for one in p.reminded if not one[0].startswith(_OF_A_STAGE))
        changes["reminded"] = kept
    return changes


def with_round(p: Problem, round_no: int, **changes: Any) -> Changes:
    """Change one round."""
    rounds = tuple(replace(r, **changes) if r.round_no == round_no else r for r in p.rounds)
    return {"rounds": rounds}
