"""Pages that list: the problem list, the supervisory list, the scores."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from api.access import Ours, PageReader
from api.gated_route import GatedRoute
from api.pages.frame import body_of, page
from api.pages.given_back import Back
from domain.catalogues.districts import DISTRICTS
from domain.events import BureauDuty
from domain.local_time import day_of
from domain.rules import Rules
from domain.stages import STAGE_LABELS, Fact, Light, Stage
from domain.words.dates import days_left, light_of
from domain.words.whose_turn import awaited
from office.ledger.choice import ONLY, SORTS, Choice
from office.ports import Services
from office.rules.rules_of_a_life import by_the_books
from office.typed import Line
from store.lives import appeals, lists
from store.lives.bureau_board import board
from store.lives.objections import by_district
from store.lives.sorted_lists import numbered
from store.points import ledger, points_accounts
from store.registers import six_batches
from store.registers.rule_books import Judged
from store.tables import ProblemRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
PAGE = 50
Text = Annotated[Line, Query()]


async def shown(services: Services, rows: Sequence[ProblemRow]) -> list[dict[str, object]]:
    """Give rows with their light, each by its life's rules, and how long they still have."""
    rules = await by_the_books(services, map(Judged.of, rows))
    return [_shown(row, services.clock(), rules[Judged.of(row)]) for row in rows]


def _shown(row: ProblemRow, now: datetime, rules: Rules | None) -> dict[str, object]:
    waits = row.stage in (Stage.AWAITING_FEEDBACK.value, Stage.RECTIFYING.value)
    light = light_of(row.due_on, row.due_at, now, rules) if waits else Light.GREEN
    left = days_left(row.due_on, row.due_at, now) if waits and row.due_on and row.due_at else ""
    held = _held(row, now) if waits else ""
    if held:
        light, left = Light.BLUE, f"待{held}"
    return {
        "row": row,
        "stage": Stage(row.stage),
        "awaited": awaited(Stage(row.stage), _owed(row)),
        "light": light,
        "left": left,
        "reason": Fact(row.list_reason).label if row.list_reason else "",
    }


def _owed(row: ProblemRow) -> list[BureauDuty]:
    return [duty for duty in BureauDuty if f"|{duty.value}|" in row.waiting]


def _held(row: ProblemRow, now: datetime) -> str:
    """Name what the bureau owes while nobody is late with the row's date; empty where somebody is."""
    passed = row.due_at is not None and row.due_at <= now
    held = [BureauDuty.NEW_DATE]
    held += [BureauDuty.EXTENSION] if passed else []
    held += [BureauDuty.SERVICE] if passed and row.awaits_proof else []
    return next((one.label for one in held if f"|{one.value}|" in row.waiting), "")


@router.get("/problems")
async def problem_list(
    request: Request,
    services: Ours,
    caller: PageReader,
    back: Back,
    page_no: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show the ledger as it was asked for, page by page."""
    chosen = choice_of(request.query_params)
    wanted = chosen.wanted(services.clock())
    async with services.db.reading() as session:
        found = await numbered(session, wanted, chosen.sort, page_no, PAGE)
        batches = await six_batches.in_force(session)
    return page(
        services,
        caller,
        "problems.html",
        rows=await shown(services, found.rows),
        found=found,
        chosen=chosen,
        told=chosen.told(batches),
        searched=chosen.text,
        ranges=ONLY,
        sorts=SORTS,
        districts=DISTRICTS,
        stages=STAGE_LABELS,
        batches=[*((one.code, one.label) for one in batches), (lists.UNSORTED, "尚未分类")],
        flash=back.flash,
    )


def choice_of(said: Mapping[str, str]) -> Choice:
    """Read what somebody has chosen of the ledger; raises Refused where it is too long.

    An address may say anything: what no list offers is left out.
    """
    offered: Mapping[str, Collection[str]] = {"stage": STAGE_LABELS, "only": ONLY, "sort": SORTS}
    known = {
        name: said[name]
        for name in Choice.model_fields
        if said.get(name) and said[name] in offered.get(name, [said[name]])
    }
    return body_of(Choice, known)


@router.get("/supervisory-list")
async def supervisory_list(services: Ours, caller: PageReader) -> Response:
    """Show the problems that stand on the supervisory list."""
    async with services.db.reading() as session:
        rows = await lists.supervisory_list(session)
    return page(services, caller, "supervisory_list.html", rows=await shown(services, rows))


@router.get("/scores")
async def scores(
    services: Ours,
    caller: PageReader,
    year: Annotated[int | None, Query(ge=2024, le=2099)] = None,
    district: Text = "",
) -> Response:
    """Show each district's deductions, and the rows of one."""
    wanted = year or day_of(services.clock()).year
    async with services.db.reading() as session:
        found = await points_accounts.scores(session, wanted)
        rows = await ledger.rows(session, district, wanted) if district else ()
        bureau = await board(session, wanted)
        standing = await appeals.standing(session, rows)
        objected = await by_district(session, wanted)
    return page(
        services,
        caller,
        "scores.html",
        year=wanted,
        scores=found,
        most=max([score.points for score in found], default=1) or 1,
        bureau=bureau,
        standing={row_id: appeals.WORDS[word] for row_id, word in standing.items()},
        objected=objected,
        district=district,
        rows=rows,
        facts={fact.value: fact.label for fact in Fact},
    )
