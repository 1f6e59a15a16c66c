"""What REST shows: plain JSON content of problems, events and list rows."""

from __future__ import annotations

import json
from typing import Any

from domain.addenda import Addendum
from domain.events import Recorded
from domain.problem import Problem
from domain.rules import Rules
from domain.words.rules import UNKNOWN, rules_words
from store.codec import to_text
from store.tables import LedgerRow, ProblemRow

_ROW = (
    "problem_no",
    "district",
    "enterprise",
    "credit_code",
    "key_content",
    "six_batch",
    "route",
    "clue_source",
    "stage",
    "level",
    "listed",
    "list_reason",
    "list_number",
    "listed_on",
    "points",
    "transferred_on",
    "document_no",
    "round_no",
    "due_on",
    "due_at",
    "provisional",
    "closed_on",
)


def row_view(row: ProblemRow) -> dict[str, Any]:
    """Show a row of the problem list."""
    return {name: getattr(row, name) for name in _ROW} | {"contents": row.contents.split()}


def problem_view(problem: Problem, rules: Rules | None) -> dict[str, Any]:
    """Show everything a problem has come to, and by which rules; points as a sum beside their rows.

    While nobody can say by what its life is judged, the view says so in words.
    """
    content: dict[str, Any] = json.loads(to_text(problem))
    content["points"] = float(problem.points)
    round_ = problem.open_round
    content["due_on"] = round_.due_on.isoformat() if round_ else None
    content["stage_label"] = problem.stage.label
    content["rules_known"] = rules is not None
    content["rules"] = rules_words(rules) if rules else UNKNOWN
    return content


def event_view(recorded: Recorded) -> dict[str, Any]:
    """Show one event in its place."""
    content: dict[str, Any] = json.loads(to_text(recorded))
    return content


def addendum_view(added: Addendum) -> dict[str, Any]:
    """Show what was noted after a life had ended, with its place in the chain."""
    content: dict[str, Any] = json.loads(to_text(added))
    return content


def ledger_view(row: LedgerRow) -> dict[str, Any]:
    """Show one row of the score ledger."""
    return {
        "id": row.id,
        "problem_no": row.problem_no,
        "rule_id": row.rule_id,
        "occurrence": row.counted or row.occurrence,
        "fact": row.fact,
        "district": row.district,
        "year": row.year,
        "on": row.on_day,
        "points": float(row.points),
        "capped": row.capped,
        "clause": row.clause,
        "paper": row.paper,
        "policy": row.policy,
        "kind": row.kind,
    }
