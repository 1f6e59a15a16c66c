"""The districts' own lists as the office reads and exports them."""

from __future__ import annotations

import asyncio
from typing import Any

from domain.catalogues import key_objects
from domain.catalogues.districts import district
from domain.catalogues.six_batches import SIX_BATCHES, Batches
from domain.local_time import day_of
from office.exports.workbooks import Cell, Sheet, workbook
from office.ports import Services
from office.registers import six_batches
from store.district import self_inspections
from store.district.self_inspections import EntryFilter, ListedEntry

OWN = (
    ("区县", 16),
    ("企业（点位）名称", 30),
    ("地址", 28),
    ("重点检查对象", 40),
    ("自查发现的问题", 50),
    ("整改情况", 14),
    ("完成日期", 12),
    ("整改措施", 50),
    ("分类处置（六个一批）", 22),
    ("填报日期", 12),
)
TITLE = "区县自查自纠清单"
NOTE = (
    "备注：由区县自行填报，与市级移交问题分列，不参与扣分。“六个一批”分类名称标示例的未经市级设定。"
)


async def entries(services: Services, wanted: EntryFilter) -> tuple[ListedEntry, ...]:
    """Give the entries that are wanted."""
    async with services.db.reading() as session:
        return await self_inspections.listed(session, wanted)


async def own_lists_workbook(services: Services, wanted: EntryFilter) -> bytes:
    """Give the entries as a workbook, by district."""
    found = sorted(await entries(services, wanted), key=lambda one: one.district)
    batches = await six_batches.in_force(services)
    rows = [own_row(one, batches) for one in found]
    return await asyncio.to_thread(workbook, Sheet(TITLE, OWN, rows, NOTE))


def own_row(one: ListedEntry, batches: Batches = SIX_BATCHES) -> tuple[Cell, ...]:
    """Give an entry's cells in the order of `OWN`."""
    entry = one.entry
    return (
        district(one.district).name,
        entry.enterprise,
        entry.address,
        key_objects.by_code(entry.key_object).label,
        entry.finding,
        entry.state.label,
        entry.corrected_on,
        entry.measure,
        batches.by_code(entry.slot).label,
        day_of(one.at),
    )


def own_view(one: ListedEntry) -> dict[str, Any]:
    """Show an entry."""
    entry = one.entry
    return {
        "entry_id": one.entry_id,
        "version": one.version,
        "district": one.district,
        "enterprise": entry.enterprise,
        "address": entry.address,
        "key_object": entry.key_object,
        "finding": entry.finding,
        "state": entry.state.value,
        "measure": entry.measure,
        "corrected_on": entry.corrected_on,
        "slot": entry.slot,
        "written_at": one.at,
    }
