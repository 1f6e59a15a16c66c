"""What people do with a register kept by list, whichever register and whichever door."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

from sqlmodel import col

from domain.catalogues.districts import find_district
from domain.local_time import day_of
from domain.problem import Problem
from domain.refusals import WrongContent
from office.caller import Caller
from office.exports.workbooks import Sheet, workbook
from office.once import claim_body, id_under
from office.ports import Services
from office.refused import Refused
from office.registers.register import Entry, Register
from office.typed import Typed
from store.lives import problems
from store.registers import entries as registers
from store.registers.entries import Entered

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


async def enter(
    services: Services, caller: Caller, key: str, register: Register[Entry], bodies: Sequence[Typed]
) -> tuple[Entered[Entry], ...]:
    """Make entries once under `key`; raises Refused before any of them is made."""
    entries = [
        await _entry(services, register, body, place) for place, body in enumerate(bodies, 1)
    ]
    asked = register.bodies.model_validate({register.many: tuple(bodies)})
    await claim_body(services, caller, key, register.address, asked)
    under = {id_under(caller, f"{key}/{place}"): entry for place, entry in enumerate(entries, 1)}
    return await registers.enter(services.db, register.kept, under, caller.account.id)


async def _entry(services: Services, register: Register[Entry], body: Typed, place: int) -> Entry:
    """Give the entry a body means; raises Refused."""
    values = body.model_dump()
    unit = find_district(values["district"], values[register.kept.day])
    if values["district"] and unit is None:
        raise Refused("invalid_request", f"第{place}条：没有名为“{values['district']}”的区县")
    if values["problem_no"]:
        async with services.db.reading() as session:
            if await problems.row(session, values["problem_no"]) is None:
                raise Refused("problem_not_found", problem_no=values["problem_no"])
    entry = register.kept.entry(**values | {"district": unit.code if unit else ""})
    try:
        register.demand(entry, day_of(services.clock()))
    except WrongContent as refusal:
        raise Refused.by_rule(refusal) from refusal
    return entry


async def take_back(
    services: Services, caller: Caller, register: Register[Entry], entry_id: str
) -> None:
    """Take an entry back; raises Refused where none stands."""
    by_id = caller.account.id
    if not await registers.take_back(services.db, register.kept, entry_id, by_id):
        raise Refused("not_found")


async def standing(
    services: Services, register: Register[Entry], unit: str = ""
) -> tuple[Entered[Entry], ...]:
    """Give the entries that stand, the latest first, of one district or all."""
    wanted = (col(register.kept.table.district) == unit,) if unit else ()
    async with services.db.reading() as session:
        return await registers.listed(session, register.kept, *wanted)


async def lines_of(services: Services, register: Register[Entry], problem: Problem) -> list[str]:
    """Tell the entries about a problem, a line each, the latest first."""
    async with services.db.reading() as session:
        found = await registers.of_problem(session, register.kept, problem)
    return [register.line(one) for one in found]


async def document(
    services: Services, register: Register[Entry], unit: str, year: int | None
) -> dict[str, Any]:
    """Show a register as REST does: its entries, a year's figures, and what is outstanding."""
    found = await standing(services, register, unit)
    wanted = year or day_of(services.clock()).year
    shown = {
        register.many: [entered_view(one) for one in found],
        "year": wanted,
        "figures": register.figures.count((one.entry for one in found), wanted),
    }
    if register.outstanding is None:
        return shown
    left = [_plain(one) for one in await register.outstanding.find(services)]
    return shown | {
        register.outstanding.name: [one for one in left if unit in ("", one["district"])]
    }


def entered_view(one: Entered[Entry]) -> dict[str, Any]:
    """Show an entry."""
    by = {"entered_by": one.entered_by, "entered_at": one.entered_at.isoformat()}
    return {"id": one.entry_id, **_plain(one.entry), **by}


def _plain(entry: DataclassInstance) -> dict[str, Any]:
    told = asdict(entry)
    return {k: v.isoformat() if isinstance(v, date) else v for k, v in told.items()}


async def register_workbook(services: Services, register: Register[Entry]) -> bytes:
    """Give a register as a workbook that can be read back, and what is outstanding on a second sheet."""
    columns, left = register.columns, register.outstanding
    rows = [columns.row(one.entry) for one in await standing(services, register)]
    sheets = [Sheet(register.export, columns.headings, rows, tab=columns.what)]
    if left is not None:
        cells = [tuple(c.cell(one) for c in left.columns) for one in await left.find(services)]
        headings = [(one.heading, one.width) for one in left.columns]
        sheets.append(Sheet(left.title, headings, cells, f"备注：{left.note}", tab=left.tab))
    return await asyncio.to_thread(workbook, *sheets)
