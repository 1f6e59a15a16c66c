"""Taking a list in, however it came: each row like a problem of its own, with a report by rows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from uuid import uuid4

from domain.inspection_groups import InspectionGroup
from domain.outcomes import NoSuchLife, OutcomeUnknown
from domain.problem import Problem
from domain.refusals import Refusal
from domain.roles import Actor
from gateways.problem_list.days import day_said
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.reading import ReadList, RefusedRow
from gateways.problem_list.refusals import OWN_FEEDBACK_DATE, own_date_differs
from gateways.problem_list.rows import ListRow, row_key
from office.ports import Services
from office.registering.cross_district import known_groups, unchecked_sheets, with_group
from office.registering.duplicates import duplicates_among
from office.registering.intake import (
    Entrant,
    begin,
    check,
    claim_numbers,
    claimed_by,
    origin_of,
)
from office.registering.known_problems import LookedUp, Standing, looked_up, standing_among
from office.registering.pace import place, until_recorded
from office.registering.row_results import (
    ImportResult,
    RowResult,
    accepted,
    error_of,
    of_known,
    refused_by_model,
    refused_row,
)
from office.registering.same_rows import RowsBefore, Twin
from store import idempotency
from store.idempotency import Claim

CHUNK = 64
"""How many rows claim their numbers in one transaction."""

Progress = Callable[[int, int], Awaitable[None]]


async def import_rows(
    services: Services,
    read: ReadList,
    by: Actor,
    *,
    dry_run: bool = False,
    progress: Progress | None = None,
    origin: str = "",
) -> ImportResult:
    """Take a list in, or only say what would become of it.

    Good rows start though others are refused. `progress(done, total)` is told after every chunk.
    A list that was interrupted is taken in again under the same `origin`: what it had begun before
    counts as begun by it, and the report is that of a list taken in without a pause.
    """
    origin = origin or f"list {uuid4()}"
    total = len(read.rows) + len(read.refused)
    results = [refused_by_model(row) for row in read.refused]
    before = _Before()
    for start in range(0, len(read.rows), CHUNK):
        rows = read.rows[start : start + CHUNK]
        if dry_run:
            taken = await _take_chunk(services, rows, by, before, "")
        else:
            async with services.imports.turn:
                taken = await _take_chunk(services, rows, by, before, origin)
        results.extend(taken)
        if progress is not None:
            await progress(len(results), total)
    order = {sheet: place for place, sheet in enumerate(_sheets(read))}
    ordered = sorted(results, key=lambda r: (order[r.sheet], r.row))
    notes = (*read.reading.notes, *unchecked_sheets(read.rows, await known_groups(services)))
    return ImportResult(tuple(ordered), replace(read.reading, notes=notes))


@dataclass(slots=True)
class _Before:
    """What became of the rows of a list so far, by their keys, and what they are about."""

    results: dict[str, RowResult] = field(default_factory=dict)
    rows: RowsBefore = field(default_factory=RowsBefore)

    def twin(self, row: ListRow) -> Twin | None:
        """Give the row before that is the same problem, unless that one was refused."""
        if row_key(row) in self.results:
            return None
        twin = self.rows.twin(row)
        refused = twin is not None and self.results[twin.key].status == "refused"
        return None if refused else twin


async def _take_chunk(
    services: Services,
    rows: Sequence[ListRow],
    by: Actor,
    before: _Before,
    origin: str,
) -> list[RowResult]:
    """Judge each row, then begin the lives of the new ones, a few at a time; none without origin."""
    entrants: dict[str, Entrant] = {}
    twins: dict[int, Twin] = {}
    fresh: set[int] = set()
    groups = await known_groups(services)
    async with services.db.reading() as session:
        known = await looked_up(session, rows)
    for row in rows:
        key = row_key(row)
        twin = before.twin(row)
        if twin is not None:
            twins[id(row)] = twin
        elif key not in before.results:
            fresh.add(id(row))
            judged = await _judge(services, row, by, origin, groups, known)
            await services.people.step_back()
            result = judged if isinstance(judged, RowResult) else _foreseen(judged)
            before.results[key] = result
            before.rows.add(row)
            if isinstance(judged, Entrant):
                entrants[key] = judged
    if origin and entrants:
        begun = await _begin_all(services, tuple(entrants.values()), origin)
        before.results.update(zip(entrants, begun, strict=True))
    return [
        _of_twin(row, twins[id(row)], before.results)
        if id(row) in twins
        else _result_for(row, before.results[row_key(row)], fresh=id(row) in fresh)
        for row in rows
    ]


def _of_twin(row: ListRow, twin: Twin, results: Mapping[str, RowResult]) -> RowResult:
    """Give a row the result of the row before that is the same problem."""
    first = results[twin.key]
    if twin.refused is not None:
        return refused_row(row, twin.refused)
    if first.status == "refused":
        return replace(first, sheet=row.sheet, row=row.row)
    warnings = (*of_known(row.warnings), *twin.said)
    return replace(first, sheet=row.sheet, row=row.row, status="already", warnings=warnings)


def _result_for(row: ListRow, first: RowResult, *, fresh: bool) -> RowResult:
    """Give a row its own result; the second of two equal rows is there already."""
    if fresh or first.status == "refused":
        return replace(first, sheet=row.sheet, row=row.row)
    said = RowError("", "same_as_row", f"与第{first.row}行相同，按同一问题处理")
    warnings = (*of_known(row.warnings), said)
    return replace(first, sheet=row.sheet, row=row.row, status="already", warnings=warnings)


async def _judge(
    services: Services,
    row: ListRow,
    by: Actor,
    origin: str,
    groups: Sequence[InspectionGroup],
    known: LookedUp,
) -> Entrant | RowResult:
    async with services.db.reading() as session:
        standing = await standing_among(session, row, known)
    if standing.refused is not None:
        return refused_row(row, standing.refused)
    if standing.problem is not None:
        return await _known(services, standing, origin)
    row = standing.row
    try:
        row = with_group(row, groups)
        entrant = check(services, row, by, standing.key)
        entrant = replace(entrant, row=with_own_date(entrant))
        return replace(entrant, row=with_duplicates(entrant, known.alike(row)))
    except Refusal as refusal:
        # What was begun before an interruption stays begun, whatever the rules say of it by now.
        number = await claimed_by(services, standing.key, origin)
        if number is not None and await _lives(services, number):
            return accepted(row, number)
        return refused_row(row, error_of(refusal))


async def _known(services: Services, standing: Standing, origin: str) -> RowResult:
    """Say of a row that its problem is there, and whether this very list began it."""
    row, problem = standing.row, standing.problem
    taken = accepted(row, problem.problem_no if problem else None)
    if await claimed_by(services, standing.key, origin) is not None:
        return taken
    return replace(taken, status="already", warnings=(*of_known(row.warnings), *standing.said))


def with_own_date(entrant: Entrant) -> ListRow:
    """Ask about a feedback date that the list names itself, where the rules give another."""
    row, rounds = entrant.row, entrant.foreseen.rounds
    named = [one for one in row.warnings if one.code == OWN_FEEDBACK_DATE]
    if not named or not rounds:
        return row
    due, others = rounds[-1].due_on, [one for one in row.warnings if one not in named]
    texts = dict(row.remarks)
    for one in named:
        said = day_said(texts.get(one.column, ""), due=True)
        if said is None or said[0] != due:
            others.append(own_date_differs(one.column, texts.get(one.column, ""), due))
    return row.model_copy(update={"warnings": tuple(others)})


def with_duplicates(entrant: Entrant, known: Sequence[Problem]) -> ListRow:
    """Add a warning to a row whose enterprise has an open problem of the same content already."""
    others = duplicates_among(known, entrant.foreseen)
    if not others:
        return entrant.row
    said = f"该企业已有同类在办问题{'、'.join(others)}，请核对；确属重复的可合并办理"
    warning = RowError(LABELS["enterprise"], "possible_duplicate", said)
    warnings = (*entrant.row.warnings, warning)
    return entrant.row.model_copy(update={"warnings": warnings})


async def _lives(services: Services, problem_no: str) -> bool:
    try:
        await services.desk.state(problem_no)
    except (NoSuchLife, OutcomeUnknown):
        return False
    return True


async def _begin_all(
    services: Services, entrants: Sequence[Entrant], origin: str
) -> list[RowResult]:
    claims = await claim_numbers(services, entrants, origin)

    async def one(entrant: Entrant, claim: Claim) -> RowResult:
        async with place(services):
            return await _begin_row(services, entrant, claim, origin)

    results = await asyncio.gather(*map(one, entrants, claims))
    begun = [claim.row.key for claim, r in zip(claims, results, strict=True) if r.problem_no]
    await idempotency.finish_all(services.db, begun)
    return results


async def _begin_row(services: Services, entrant: Entrant, claim: Claim, origin: str) -> RowResult:
    """Begin a life and wait until it is written down: then its row is taken in."""
    begun = await begin(services, entrant, claim)
    if not begun.code:
        begun = await until_recorded(services, claim.row.problem_no)
    if begun.code:
        return refused_row(entrant.row, error_of(begun))
    done = claim.row.state == "done" and origin_of(claim) != origin
    taken = _foreseen(entrant, claim.row.problem_no)
    return replace(taken, status="already") if done else taken


def _foreseen(entrant: Entrant, problem_no: str | None = None) -> RowResult:
    """Report a row that is taken, with the day its district is to answer by."""
    rounds = entrant.foreseen.rounds
    return replace(accepted(entrant.row, problem_no), due_on=rounds[-1].due_on if rounds else None)


def _sheets(read: ReadList) -> Iterable[str]:
    taken: list[ListRow | RefusedRow] = [*read.rows, *read.refused]
    return dict.fromkeys(one.sheet for one in taken)
