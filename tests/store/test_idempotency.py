"""Numbers, requests under a key, batches and the index of archives."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from store import idempotency
from store.engine import Database
from store.idempotency import Claim, NewRequest
from store.lives import batches, numbers
from store.tables import ArchiveRow
from store.watch import archive_index
from tests.worlds.databases import NOON, SteppingClock
from tests.worlds.recorded_lives import keep, waiting_life

ASKED = NewRequest(
    key="k-1",
    account_id="officer-1",
    route="POST /api/v1/problems",
    body_sha256="a" * 64,
    command='{"name":"register_problem"}',
    number_year=2024,
)


async def _allocate(db: Database, year: int = 2024) -> str:
    async with db.writing() as session:
        return await numbers.allocate(db, session, year)


async def _reserve(db: Database, problem_no: str) -> None:
    async with db.writing() as session:
        await numbers.reserve(db, session, problem_no)


async def test_numbers_count_up_from_one_in_each_year(db: Database) -> None:
    given = [await _allocate(db, year) for year in (2024, 2024, 2025, 2024)]
    assert given == ["CQ2024-0001", "CQ2024-0002", "CQ2025-0001", "CQ2024-0003"]


async def test_numbers_asked_for_at_once_are_all_different(db: Database) -> None:
    given = await asyncio.gather(*(_allocate(db) for _ in range(20)))
    assert sorted(given) == [f"CQ2024-{n:04d}" for n in range(1, 21)]


async def test_a_number_of_a_failed_transaction_is_given_again(db: Database) -> None:
    async def fail() -> None:
        async with db.writing() as session:
            await numbers.allocate(db, session, 2024)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await _allocate(db) == "CQ2024-0001"


async def test_a_reserved_number_is_never_allocated(db: Database) -> None:
    await _reserve(db, "CQ2024-0041")
    await _reserve(db, "CQ2024-0007")
    await _reserve(db, "渝问题-9")
    assert await _allocate(db) == "CQ2024-0042"


async def test_a_number_already_on_the_problem_list_is_passed_over(db: Database) -> None:
    await keep(db, waiting_life(), "CQ2024-0001")
    await keep(db, waiting_life(), "CQ2024-0002")
    assert await _allocate(db) == "CQ2024-0003"


async def test_numbers_go_on_beyond_four_digits(db: Database) -> None:
    await _reserve(db, "CQ2024-9999")
    assert await _allocate(db) == "CQ2024-10000"


async def test_a_key_is_new_once_and_the_same_ever_after(db: Database) -> None:
    first = await idempotency.claim(db, ASKED)
    again = await idempotency.claim(db, ASKED)
    assert (first.verdict, again.verdict) == ("new", "same")
    assert first.row.problem_no == again.row.problem_no == "CQ2024-0001"
    assert again.row.command == ASKED.command
    assert again.row.created_at == NOON


@pytest.mark.parametrize(
    "change", [{"body_sha256": "b" * 64}, {"account_id": "officer-2"}, {"route": "POST /x"}]
)
async def test_a_key_taken_by_another_request_is_a_conflict(
    db: Database, change: dict[str, str]
) -> None:
    await idempotency.claim(db, ASKED)
    assert (await idempotency.claim(db, replace(ASKED, **change))).verdict == "conflict"  # type: ignore[arg-type]  # only texts change
    assert await _allocate(db) == "CQ2024-0002"


async def test_of_twenty_claims_at_once_one_is_new(db: Database) -> None:
    claims: list[Claim] = await asyncio.gather(*(idempotency.claim(db, ASKED) for _ in range(20)))
    assert sorted(claim.verdict for claim in claims) == ["new", *["same"] * 19]
    assert {claim.row.problem_no for claim in claims} == {"CQ2024-0001"}


async def test_a_request_about_a_known_problem_takes_no_number(db: Database) -> None:
    about = replace(ASKED, problem_no="CQ2024-0009", number_year=None)
    assert (await idempotency.claim(db, about)).row.problem_no == "CQ2024-0009"
    assert await _allocate(db) == "CQ2024-0001"


async def test_the_first_answer_stands(db: Database) -> None:
    await idempotency.claim(db, ASKED)
    await idempotency.finish(db, "k-1", "done", '{"seq":3}')
    await idempotency.finish(db, "k-1", "refused", "{}")
    row = (await idempotency.claim(db, ASKED)).row
    assert (row.state, row.response) == ("done", '{"seq":3}')


async def test_requests_without_an_outcome_are_found_oldest_first(
    db: Database, clock: SteppingClock
) -> None:
    for number in range(3):
        clock.now = NOON + timedelta(minutes=number)
        await idempotency.claim(db, replace(ASKED, key=f"k-{number}"))
    await idempotency.finish(db, "k-1", "done", "{}")
    async with db.reading() as session:
        left = await idempotency.unfinished(session, NOON + timedelta(minutes=2))
        all_left = await idempotency.unfinished(session, NOON + timedelta(minutes=3))
    assert left == ("k-0",)
    assert all_left == ("k-0", "k-2")


async def test_however_many_stay_unknown_a_younger_request_has_its_turn(
    db: Database, clock: SteppingClock
) -> None:
    for number in range(104):
        await idempotency.claim(db, replace(ASKED, key=f"stuck-{number}"))
    clock.now += timedelta(minutes=1)
    await idempotency.claim(db, replace(ASKED, key="younger"))
    async with db.reading() as session:
        left = await idempotency.unfinished(session, clock.now + timedelta(minutes=1))
    assert (len(left), left[-1]) == (105, "younger")


async def _begin(db: Database, batch_id: str, total: int = 5) -> None:
    await batches.begin(
        db,
        batch_id=batch_id,
        by_id="officer-1",
        file_name="问题清单.xlsx",
        file_sha256="",
        total=total,
    )


async def test_a_batch_begun_twice_keeps_its_progress(db: Database) -> None:
    await _begin(db, "b-1")
    await batches.progress(db, "b-1", done=3, report='[{"row":2}]')
    await _begin(db, "b-1", total=99)
    async with db.reading() as session:
        row = await batches.get(session, "b-1")
        assert row is not None
        assert (row.total, row.done, row.report, row.state) == (5, 3, '[{"row":2}]', "open")
        assert await batches.get(session, "b-2") is None


async def test_the_last_batches_come_newest_first(db: Database, clock: SteppingClock) -> None:
    for number in range(3):
        clock.now = NOON + timedelta(minutes=number)
        await _begin(db, f"b-{number}")
    await batches.progress(db, "b-2", done=5, report="[]", state="done")
    async with db.reading() as session:
        found = await batches.recent(session, limit=2)
    assert [(row.id, row.state) for row in found] == [("b-2", "done"), ("b-1", "open")]


async def test_a_run_is_entered_in_the_archive_once(db: Database) -> None:
    entry = ArchiveRow(
        run_id="run-1",
        workflow_id="problem/CQ2024-0001",
        problem_no="CQ2024-0001",
        sha256="a" * 64,
        events=88,
        close_type="completed",
        path="2024/run-1.json.gz",
        archived_at=NOON,
    )
    await archive_index.add(db, entry)
    await archive_index.add(db, ArchiveRow(**{**entry.model_dump(), "path": "elsewhere"}))
    async with db.reading() as session:
        (found,) = await archive_index.of_problem(session, "CQ2024-0001")
        assert found.path == "2024/run-1.json.gz"
        assert found.archived_at == NOON
        assert await archive_index.known(session, ["run-1", "run-2"]) == {"run-1"}
        assert await archive_index.known(session, []) == set()
