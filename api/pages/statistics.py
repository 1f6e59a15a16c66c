"""The statistics of a year: by unit with a map, by month, by kind, and what falls due ahead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Ours, PageReader
from api.gated_route import GatedRoute
from api.pages.frame import page
from api.pages.map_picture import drawn, tone
from domain.local_time import day_of
from gateways.map_shapes import shapes_on
from office.exports.statistics import FEWEST, Statistics, UnitLine, gathered

router = APIRouter(include_in_schema=False, route_class=GatedRoute)

_SHOWN: Mapping[str, tuple[str, Callable[[UnitLine], float]]] = {
    "open": ("在办", lambda one: one.figures.open),
    "overdue": ("逾期", lambda one: one.figures.overdue),
    "rate": (
        "销号率",
        lambda one: (
            one.figures.closed / one.figures.transferred if one.figures.transferred >= FEWEST else 0
        ),
    ),
    "points": ("扣分", lambda one: float(one.points)),
}
"""What the map can show, by how the address asks for it."""


@router.get("/statistics")
async def statistics(
    services: Ours,
    caller: PageReader,
    year: Annotated[int | None, Query(ge=2024, le=2099)] = None,
    show: Annotated[str, Query(max_length=20)] = "open",
) -> Response:
    """Show the statistics of a year."""
    now = services.clock()
    today = day_of(now)
    async with services.db.reading() as session:
        found = await gathered(session, year or today.year, now)
    chosen = show if show in _SHOWN else "open"
    return page(
        services,
        caller,
        "statistics.html",
        found=found,
        years=range(today.year, 2023, -1),
        chosen=chosen,
        ways={key: label for key, (label, _) in _SHOWN.items()},
        fewest=FEWEST,
        most_month=max((max(one.transferred, one.closed) for one in found.months), default=0) or 1,
        most_due=max(found.falling_due.values(), default=0),
        tone=tone,
        **_map(found, chosen),
    )


def _map(found: Statistics, chosen: str) -> dict[str, object]:
    """Draw the units of the year's last day that has come; those without a shape stand beside it."""
    value = _SHOWN[chosen][1]
    values = {one.code: value(one) for one in found.units}
    shapes = shapes_on(min(found.today, date(found.year, 12, 31)))
    drawn_codes = {shape.code for shape in shapes}
    most = max(values.values(), default=0)
    beside = [one for one in found.units if one.code not in drawn_codes]
    return {
        "picture": drawn(shapes, values) if shapes else None,
        "beside": [(one, tone(values[one.code], most)) for one in beside],
        "said": {one.code: _said(one, chosen) for one in found.units},
    }


def _said(one: UnitLine, chosen: str) -> str:
    figures = one.figures
    texts = {
        "open": str(figures.open),
        "overdue": str(figures.overdue),
        "rate": one.closed_rate,
        "points": f"{one.points.normalize():f}",
    }
    return texts[chosen]
