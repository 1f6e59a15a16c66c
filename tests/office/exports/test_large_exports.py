"""A large export is written apart: nobody waits for it, and it is the same as a small one."""

from __future__ import annotations

import asyncio
import io
import os
import tracemalloc
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from office.exports import orders
from office.exports.ledgers import write_ledger
from tests.worlds.many_problems import copied
from tests.worlds.office import NEW, TRANSFER, Office

PATHS = (
    "ledger.xlsx",
    "annex.xlsx",
    "annex.xlsx?district=500103",
    "typical-cases.xlsx",
    "assessment.xlsx?for=pollution_battle",
    "assessment.xlsx?for=enforcement_training",
)


@pytest.fixture
async def filled(office: Office) -> Office:
    """Hold one transferred problem."""
    answer = await office.change("/problems", "first", {**NEW, "transfer": TRANSFER})
    assert answer.status_code == 201, answer.text
    return office


async def cells(office: Office, path: str) -> list[list[tuple[Any, ...]]]:
    """Export and give the cells of each sheet."""
    answer = await office.ask("GET", f"/exports/{path}")
    assert answer.status_code == 200, answer.text
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    return [list(sheet.iter_rows(values_only=True)) for sheet in book.worksheets]


@pytest.mark.parametrize("path", PATHS)
async def test_it_is_the_same_whoever_writes_it(
    filled: Office, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    await copied(filled.db, 5)
    here = await cells(filled, path)
    monkeypatch.setattr(orders, "FEW", 0)
    assert await cells(filled, path) == here


async def test_every_problem_stands_in_it_once_in_the_order_of_numbers(filled: Office) -> None:
    await copied(filled.db, 3 * orders.FEW)
    (sheet,) = await cells(filled, "ledger.xlsx")
    numbers = [row[0] for row in sheet[2:]]
    assert len(numbers) == 3 * orders.FEW + 1
    assert numbers == sorted(set(numbers))


async def test_the_pages_work_next_to_nothing_for_it(filled: Office) -> None:
    """Of the work for three thousand rows nearly all is done by the process of its own."""
    await copied(filled.db, 3_000)
    before = os.times()
    assert len((await cells_only_sent(filled)).content) > 100_000
    after = os.times()
    here = after.user + after.system - before.user - before.system
    apart = after.children_user + after.children_system
    apart -= before.children_user + before.children_system
    assert here < apart / 3


async def test_its_memory_does_not_grow_with_it(filled: Office, tmp_path: Path) -> None:
    """Four times the problems take no more memory at once."""
    peaks = []
    for number in (300, 900):
        await copied(filled.db, number, start=number)
        tracemalloc.start()
        await write_ledger(filled.db, tmp_path / "ledger")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.3 * peaks[0]


async def cells_only_sent(office: Office) -> Any:
    """Export without reading what came."""
    return await office.ask("GET", "/exports/ledger.xlsx")


async def test_a_person_has_one_export_at_a_time(
    filled: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orders, "FEW", 0)
    first, second = await asyncio.gather(cells_only_sent(filled), cells_only_sent(filled))
    codes = sorted(one.status_code for one in (first, second))
    assert codes == [200, 409]
    refused = first if first.status_code == 409 else second
    assert refused.json()["code"] == "export_under_way"
    assert (await cells_only_sent(filled)).status_code == 200


async def test_an_export_that_fails_says_why_and_frees_its_place(
    filled: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(orders, "FEW", 0)
    missing = str(tmp_path / "missing" / "x")
    monkeypatch.setattr(filled.services.db, "url", filled.services.db.url.set(database=missing))
    with pytest.raises(RuntimeError, match="the export was not written"):
        await orders._written_apart(
            filled.services.db, tmp_path / "export", orders.Order(what="ledger")
        )
    assert not filled.services.exports.under_way
