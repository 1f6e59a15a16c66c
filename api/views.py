"""What REST answers look like, and how they are made from rows and lives."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from api.ports import Services
from api.words import WhyThisDate, actor_name, in_words, light_of, why_this_date
from domain.agenda import agenda
from domain.catalogues.districts import district
from domain.events import Event, Recorded
from domain.problem import Problem
from domain.roles import Role
from domain.stages import Fact, Light, Stage
from store.ledger import Score
from store.lists import Page
from store.tables import LedgerRow, ProblemRow


class View(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)


class FieldError(View):
    """One field that is wrong."""

    field: str
    code: str
    message: str


class ProblemDocument(View):
    """An error by RFC 9457; `code` is stable, `detail` is for people."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:bihuan:refusal:transfer_too_old",
                    "title": "Conflict",
                    "status": 409,
                    "code": "transfer_too_old",
                    "detail": "按移交日期 2024-06-24 计算，反馈时限 2024-07-09 已过，不能移交；"
                    "请核对移交日期。",
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldError] = []


class ProblemSummary(View):
    """A problem as the lists show it; points are net and positive."""

    problem_no: str
    district: str
    district_name: str
    enterprise: str
    credit_code: str
    key_content: str | None
    route: str
    clue_source: str
    stage: Stage
    stage_label: str
    level: int
    listed: bool
    list_reason: Fact | None
    list_number: str
    listed_on: date | None
    points: Decimal
    transferred_on: date | None
    document_no: str
    round_no: int
    due_on: date | None
    due_at: datetime | None
    provisional: bool
    light: Light
    closed_on: date | None
    updated_at: datetime


class ProblemPage(View):
    """One page of problems; ask on with `cursor=next_cursor` until it is null."""

    problems: list[ProblemSummary]
    next_cursor: str | None


class Step(View):
    """One step of a date's working."""

    on: date
    code: str
    note: str


class DueView(View):
    """A round's due date and why it is this one; `original_on` differs when it was moved."""

    round_no: int
    due_on: date
    due_at: datetime
    provisional: bool
    original_on: date
    steps: list[Step]


class DutyView(View):
    """What falls due next."""

    kind: str
    label: str
    at: datetime


class ProblemView(View):
    """The whole problem: its state, its dates with their working, and what falls due next."""

    problem: Problem
    stage_label: str
    district_name: str
    light: Light
    rounds: list[DueView]
    next_duty: DutyView | None


class TimelineEntry(View):
    """One event in its place."""

    seq: int
    at: datetime
    by: str
    role: Role
    cause: str
    tag: str
    words: str
    event: Event


class Timeline(View):
    """Everything that happened to a problem, in order."""

    problem_no: str
    entries: list[TimelineEntry]


class ListEntryView(ProblemSummary):
    """An entry of the supervisory list; without its own number it reads 拟纳入."""

    entry_label: str


class SupervisoryList(View):
    """The problems that stand on the supervisory list."""

    entries: list[ListEntryView]


class ScoreView(View):
    """What a district lost in a year."""

    district: str
    district_name: str
    points: Decimal
    deductions: int
    problems: int


class Scoreboard(View):
    """The scores of a year, the most points first."""

    year: int
    scores: list[ScoreView]


class LedgerEntry(View):
    """One row of the score ledger."""

    problem_no: str
    on: date
    kind: str
    fact: Fact
    occurrence: int
    rule_id: str
    points: Decimal
    capped: bool
    clause: str
    paper: str
    policy: str


class DistrictScore(ScoreView):
    """A district's score with the rows it is made of."""

    year: int
    ledger: list[LedgerEntry]


class Created(View):
    """A registered problem; the due date is that of the round its transfer opened."""

    problem_no: str
    stage: Stage
    route: str
    district: str
    due_on: date | None
    due_at: datetime | None
    provisional: bool


class Done(View):
    """What a command came to: the problem's state after it and the tags of its events."""

    problem_no: str
    seq: int
    stage: Stage
    level: int
    events: list[str]


class Pending(View):
    """The outcome is not known yet; ask again at the address in Location."""

    key: str
    state: str
    detail: str


class OperationView(View):
    """What became of a request under an Idempotency-Key: open, done or refused."""

    key: str
    state: str
    problem_no: str
    status: int
    response: dict[str, Any]


class RowView(View):
    """What became of one row of a list; `row` is the sheet's row number."""

    row: int
    problem_no: str | None
    errors: list[dict[str, str]]


class ImportReport(View):
    """What became of a list."""

    accepted: int
    already: int
    refused: int
    rows: list[RowView]


class BatchView(View):
    """An import: `preview` until it is started, then `running`, then `done` with its result."""

    id: str
    state: str
    file_name: str
    total: int
    done: int
    result: ImportReport | None


class TokenView(View):
    """A personal token, without its secret."""

    id: str
    label: str
    created_at: datetime
    last_used_at: datetime | None


class NewTokenView(View):
    """A new personal token: the only time its secret is shown."""

    label: str
    token: str


class AccountView(View):
    """An account, without anything secret."""

    id: str
    login: str
    name: str
    role: Role
    role_label: str
    active: bool


def summary_values(row: ProblemRow, services: Services) -> dict[str, Any]:
    """Give what a summary is made of."""
    now = services.clock()
    values = {name: getattr(row, name) for name in ProblemSummary.model_fields if hasattr(row, name)}
    return values | {
        "district_name": district(row.district).name,
        "stage_label": Stage(row.stage).label,
        "list_reason": row.list_reason or None,
        "light": light_of(row.due_on, row.due_at, now, services.rules),
    }


def page_view(page: Page, services: Services) -> ProblemPage:
    """Show a page of problems."""
    return ProblemPage(
        problems=[ProblemSummary(**summary_values(row, services)) for row in page.rows],
        next_cursor=page.next_cursor,
    )


def list_entry_view(row: ProblemRow, services: Services) -> ListEntryView:
    """Show an entry of the supervisory list."""
    label = "已纳入" if row.list_number else "拟纳入"
    return ListEntryView(**summary_values(row, services), entry_label=label)


def problem_view(
    problem: Problem, history: tuple[Recorded, ...], services: Services
) -> ProblemView:
    """Show a whole problem."""
    owed = problem.open_round
    due_on, due_at = (owed.due_on, owed.due_at) if owed else (None, None)
    duty = agenda(problem, services.rules)
    rounds = [due_view(why_this_date(one, history, services.rules)) for one in problem.rounds]
    return ProblemView(
        problem=problem,
        stage_label=problem.stage.label,
        district_name=district(problem.district).name,
        light=light_of(due_on, due_at, services.clock(), services.rules),
        rounds=rounds,
        next_duty=DutyView(kind=duty.kind, label=duty.kind.label, at=duty.at) if duty else None,
    )


def due_view(why: WhyThisDate) -> DueView:
    """Show a due date with its working."""
    return DueView.model_validate(asdict(why))


def timeline_view(
    problem_no: str, history: tuple[Recorded, ...], names: Mapping[str, str]
) -> Timeline:
    """Show a timeline in words."""
    entries = [
        TimelineEntry(
            seq=one.seq,
            at=one.at,
            by=actor_name(one.by, names),
            role=one.by.role,
            cause=one.cause,
            tag=one.event.tag,
            words=in_words(one.event),
            event=one.event,
        )
        for one in history
    ]
    return Timeline(problem_no=problem_no, entries=entries)


def score_view(score: Score) -> ScoreView:
    """Show a district's score."""
    return ScoreView(**asdict(score), district_name=district(score.district).name)


def ledger_entry(row: LedgerRow) -> LedgerEntry:
    """Show a row of the score ledger; a reversal gives its points back."""
    values = {name: getattr(row, name) for name in LedgerEntry.model_fields if hasattr(row, name)}
    return LedgerEntry(**values, on=row.on_day)
