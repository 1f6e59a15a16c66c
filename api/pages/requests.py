"""What a district handed in beside its answers, and what a former one left behind, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from domain.catalogues.districts import district
from domain.catalogues.penalty_outcomes import PENALTY_OUTCOMES
from domain.catalogues.referrals import REFERRALS
from domain.commands import RectificationState
from office.answering import annex_form, request_forms
from store.district import inbox
from store.district.drafts import Draft
from store.district.inbox import InboxState
from store.district.papers import Paper, PaperKind
from store.tables import DraftRow, InboxRow

_LABELS = {**annex_form.LABELS, **request_forms.LABELS}


@dataclass(frozen=True, slots=True)
class HandedIn:
    """One request as it came in, and how far it has come."""

    row: InboxRow
    kind: PaperKind
    paper: Paper
    state: InboxState


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """One draft of a district that has the problem no longer, field by field."""

    district: str
    what: str
    draft: Draft
    lines: tuple[tuple[str, str], ...]


def requests_in(rows: Sequence[InboxRow]) -> list[HandedIn]:
    """Give the requests among what was handed in, the last first."""
    return [
        HandedIn(row, PaperKind(row.kind), inbox.paper_of(row), InboxState(row.state))
        for row in reversed(rows)
        if row.kind != PaperKind.ANSWER
    ]


def left_behind(row: DraftRow, draft: Draft) -> LeftBehind:
    """Give a draft in words; fields left empty say nothing."""
    what = PaperKind(row.form.partition("-")[0]).label
    return LeftBehind(row.district, what, draft, tuple(_lines(draft.fields)))


def _lines(fields: Mapping[str, str]) -> list[tuple[str, str]]:
    return [
        (_LABELS.get(name, name), _in_words(name, value))
        for name, value in fields.items()
        if value.strip()
    ]


def _in_words(name: str, value: str) -> str:
    """Say what was chosen; what no list holds stands as it was typed."""
    try:
        if name == "state":
            return RectificationState(value).label
        if name == "proper_district":
            return district(value).name
    except (ValueError, KeyError):
        return value
    outcome = PENALTY_OUTCOMES.find(value) if name == "penalty_outcome" else None
    sent = REFERRALS.find(value) if name == "referral" else None
    return outcome.annex_text if outcome else sent.short if sent else value
