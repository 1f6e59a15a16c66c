"""The six batches 六个一批 as the doors see them: their names, who named them, the year's figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import col

from domain.assessment import UNSORTED, by_six_batch
from domain.catalogues.districts import district
from domain.catalogues.six_batches import Batches
from domain.refusals import WrongContent
from office.caller import Caller
from office.exports.reading import chunks_where
from office.exports.workbooks import Cell
from office.ports import Services
from office.refused import Refused
from office.typed import NeededLine, Typed, example
from store.registers import six_batches
from store.tables import ProblemRow

UNSORTED_WORDS = "尚未分类"


class NameBody(Typed):
    """The name a batch is to have; its code stays."""

    model_config = example(name="立行立改一批")

    name: NeededLine


async def in_force(services: Services) -> Batches:
    """Give the six batches by the names they have now."""
    async with services.db.reading() as session:
        return await six_batches.in_force(session)


async def rename(services: Services, caller: Caller, code: str, body: NameBody) -> Batches:
    """Name a batch; raises Refused."""
    try:
        return await six_batches.rename(services.db, code, body.name, caller.account.id)
    except KeyError as error:
        raise Refused("six_batch_not_found", batch=code) from error
    except WrongContent as refusal:
        raise Refused.by_rule(refusal) from refusal


async def figures(services: Services, year: int) -> Sequence[tuple[str, Mapping[str, int]]]:
    """Count a year's problems by district, named, and by batch."""
    on = col(ProblemRow.transferred_on)
    counted: dict[str, Counter[str]] = {}
    wanted = (on >= date(year, 1, 1), on <= date(year, 12, 31))
    async for chunk in chunks_where(services.db, *wanted):
        add_up(counted, by_six_batch(chunk, year))
    return named(counted)


def add_up(counted: dict[str, Counter[str]], more: Mapping[str, Counter[str]]) -> None:
    """Add the figures of some more problems, by district."""
    for code, figures_ in more.items():
        counted.setdefault(code, Counter()).update(figures_)


def named(counted: Mapping[str, Counter[str]]) -> Sequence[tuple[str, Mapping[str, int]]]:
    """Give figures by the names of the districts, in the order of their codes."""
    return [(district(code).name, one) for code, one in sorted(counted.items())]


def columns(batches: Batches) -> tuple[tuple[str, str], ...]:
    """Give code and heading of each column of the figures, the unsorted last."""
    return (*((one.code, one.label) for one in batches), (UNSORTED, UNSORTED_WORDS))


def rows(
    counted: Sequence[tuple[str, Mapping[str, int]]], batches: Batches
) -> list[tuple[Cell, ...]]:
    """Give a line a district, the sum of all last; the last cell of each is its sum."""
    codes = [code for code, _ in columns(batches)]
    city = {code: sum(one.get(code, 0) for _, one in counted) for code in codes}
    lines = [*counted, ("全市合计", city)]
    return [(name, *(one.get(code, 0) for code in codes), sum(one.values())) for name, one in lines]


def batches_view(
    batches: Batches, year: int, counted: Sequence[tuple[str, Mapping[str, int]]]
) -> dict[str, Any]:
    """Show names and figures; `unsorted` are the problems in no batch yet."""
    return {
        "batches": [
            {"code": one.code, "number": one.number, "name": one.short, "label": one.label}
            for one in batches
        ],
        "year": year,
        "districts": [
            {
                "name": name,
                "problems": sum(one.values()),
                "unsorted": one.get(UNSORTED, 0),
                **{batch.code: one.get(batch.code, 0) for batch in batches},
            }
            for name, one in counted
        ],
    }
