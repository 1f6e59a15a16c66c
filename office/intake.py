"""Taking problems in: the same path for REST, page and command line, for checking and writing.

Every problem, however it comes, passes the typed row of the problem list, then the pure rules, then
gets its number, then its life begins. Doing it again does nothing again: a row is the same as
before when its 问题编号 is, else its 移交文号, 区县, 企业 and 问题 together.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from domain import inspection_groups as cross_district
from domain.catalogues.districts import district
from domain.commands import RegisterProblem, TransferProblem
from domain.decide import decide
from domain.local_time import day_of
from domain.outcomes import CommandRefused, NoSuchLife, OutcomeUnknown
from domain.problem import Problem
from domain.refusals import Refusal
from domain.roles import Actor
from gateways.problem_list.annotate import RowOutcome
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.layout import Entry
from gateways.problem_list.reading import ReadList, RefusedRow
from gateways.problem_list.rows import ListRow, errors_of, read_row, row_key
from office.duplicates import duplicates
from office.new_problem import NewProblem
from office.ports import Services
from office.rules_of_a_life import keep
from store import idempotency, inspection_groups, problems
from store.codec import json_text, to_text
from store.idempotency import Claim, NewRequest
from store.tables import RequestRow

AT_ONCE = 16
"""How many lives are begun at the same time."""

CHUNK = 64
"""How many rows claim their numbers in one transaction."""

CHECK_NO = "CHECK-0000"
"""The number under which a problem is tried on the rules before it has one."""

REFUSAL_COLUMNS = {
    "transfer_too_old": "transferred_on",
    "transfer_in_future": "transferred_on",
    "before_plan": "transferred_on",
    "district_unknown": "district",
    "district_not_valid": "district",
    "key_content_unknown": "key_content",
    "rectification_before_transfer": "rectification_due_on",
    "home_district_inspected": "inspection_group",
}
"""Which column a rule's refusal belongs to."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `status` is accepted, already or refused."""

    sheet: str
    row: int
    status: str
    problem_no: str | None = None
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    enterprise: str = ""
    district: str = ""

    @property
    def document(self) -> dict[str, Any]:
        """The row as the report gives it."""
        errors = [{"column": e.column, "code": e.code, "message": e.message} for e in self.errors]
        return {"row": self.row, "problem_no": self.problem_no, "errors": errors}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a list, in the order of its rows."""

    rows: tuple[RowResult, ...]

    def count(self, status: str) -> int:
        """Count the rows with a status."""
        return sum(row.status == status for row in self.rows)

    @property
    def document(self) -> dict[str, Any]:
        """The report as JSON content: three counts and one entry a row."""
        return {
            **{status: self.count(status) for status in ("accepted", "already", "refused")},
            "rows": [row.document for row in self.rows],
        }

    @property
    def outcomes(self) -> tuple[RowOutcome, ...]:
        """The report as the annotated workbook wants it."""
        return tuple(_outcome(row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Entrant:
    """A row that passed the typed model and the rules; `foreseen` is the problem it will be."""

    row: ListRow
    key: str
    register: RegisterProblem
    transfer: TransferProblem | None
    foreseen: Problem

    def numbered(self, problem_no: str) -> RegisterProblem:
        """Give the registration under the number the problem got."""
        return replace(self.register, problem_no=problem_no)


Progress = Callable[[int, int], Awaitable[None]]


def read_problem(new: NewProblem, today: date, row: int = 1) -> ListRow:
    """Check a problem from REST or a form as a row of the list; raises pydantic's ValidationError."""
    values: dict[str, Any] = new.model_dump(exclude={"transfer", "remarks", "found_on"})
    values["found_on"] = new.found_on or ""
    if new.transfer is not None:
        values["transferred_on"] = new.transfer.on
        values["document_no"] = new.transfer.document_no
        values["rectification_due_on"] = new.transfer.rectification_due_on or ""
    return read_row("", Entry(number=row, values=values, remarks=dict(new.remarks)), today)


def read_rows(news: Sequence[NewProblem], today: date) -> ReadList:
    """Check a list that came as JSON, as a workbook would be."""
    rows: list[ListRow] = []
    refused: list[RefusedRow] = []
    for number, new in enumerate(news, 1):
        try:
            rows.append(read_problem(new, today, number))
        except ValidationError as error:
            refused.append(RefusedRow("", number, new.problem_no, errors_of(error)))
    return ReadList(tuple(rows), tuple(refused))


def check(services: Services, row: ListRow, by: Actor) -> Entrant:
    """Try a row on the pure rules; raises Refusal."""
    register = RegisterProblem(problem_no=row.problem_no or CHECK_NO, facts=row.facts, by=by)
    transfer = _transfer_of(row, by)
    now = services.clock()
    rules = services.in_force.on(row.transferred_on or day_of(now))
    decision = decide(None, register, cause="check", now=now, rules=rules)
    if transfer is not None:
        decision = decide(decision.problem, transfer, cause="check", now=now, rules=rules)
    return Entrant(row, row_key(row), register, transfer, decision.problem)


async def demand_cross_district(services: Services, row: ListRow) -> None:
    """Refuse a problem that a group found in a member's own district; raises Refusal.

    A name of no known group is a text like any other.
    """
    async with services.db.reading() as session:
        group = await inspection_groups.named(session, row.inspection_group)
    if group is not None:
        cross_district.demand_cross_district(group, row.district)


def _transfer_of(row: ListRow, by: Actor) -> TransferProblem | None:
    if row.transferred_on is None:
        return None
    return TransferProblem(
        on=row.transferred_on,
        document_no=row.document_no,
        rectification_due_on=row.rectification_due_on,
        by=by,
    )


async def known_number(services: Services, row: ListRow) -> str | None:
    """Give the number under which a row has been taken in before, if it has."""
    async with services.db.reading() as session:
        if row.problem_no and await problems.row(session, row.problem_no) is not None:
            return row.problem_no
        return await problems.by_row_key(session, row_key(row))


async def claim_numbers(
    services: Services, entrants: Sequence[Entrant], origin: str
) -> tuple[Claim, ...]:
    """Give each entrant its number in one transaction; one claimed before keeps the number."""
    year = day_of(services.clock()).year
    wanted = [
        NewRequest(
            key=_claim_key(entrant.key),
            account_id="",
            route="intake",
            body_sha256=entrant.key,
            command=json_text({"origin": origin, "entrant": _text_of(entrant)}),
            problem_no=entrant.row.problem_no,
            number_year=entrant.row.transferred_on.year if entrant.row.transferred_on else year,
        )
        for entrant in entrants
    ]
    return await idempotency.claim_all(services.db, wanted)


async def begin(services: Services, entrant: Entrant, claim: Claim) -> None:
    """Begin the life under the claimed number; raises CommandRefused or OutcomeUnknown."""
    number = claim.row.problem_no
    begins_on = entrant.transfer.on if entrant.transfer else day_of(services.clock())
    rules = services.in_force.on(begins_on)
    recorded = rules.recorded(entrant.transfer.on if entrant.transfer else None)
    await keep(services, recorded.policy, recorded.calendar)
    await services.desk.start(
        number,
        entrant.numbered(number),
        entrant.transfer,
        row_key=entrant.key,
        rules=rules,
    )


def origin_of(claim: Claim) -> str:
    """Say which request or list first claimed a problem's number."""
    return str(json.loads(claim.row.command)["origin"])


def _claim_key(key: str) -> str:
    # The blank keeps it apart from every Idempotency-Key, which has none.
    return f"row {key}"


def _text_of(entrant: Entrant) -> list[str]:
    return [to_text(part) for part in (entrant.register, entrant.transfer) if part is not None]


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
    results = [_refused_by_model(row) for row in read.refused]
    first: dict[str, RowResult] = {}
    for start in range(0, len(read.rows), CHUNK):
        rows = read.rows[start : start + CHUNK]
        taken = await _take_chunk(services, rows, by, first, "" if dry_run else origin)
        results.extend(taken)
        if progress is not None:
            await progress(len(results), total)
    order = {sheet: place for place, sheet in enumerate(_sheets(read))}
    return ImportResult(tuple(sorted(results, key=lambda r: (order[r.sheet], r.row))))


async def _take_chunk(
    services: Services,
    rows: Sequence[ListRow],
    by: Actor,
    first: dict[str, RowResult],
    origin: str,
) -> list[RowResult]:
    """Judge each row, then begin the lives of the new ones, a few at a time; none without origin."""
    entrants: list[Entrant] = []
    fresh: set[int] = set()
    for row in rows:
        key = row_key(row)
        if key not in first:
            fresh.add(id(row))
            judged = await _judge(services, row, by, origin)
            first[key] = judged if isinstance(judged, RowResult) else _accepted(judged.row, None)
            if isinstance(judged, Entrant):
                entrants.append(judged)
    if origin and entrants:
        begun = await _begin_all(services, entrants, origin)
        for entrant, result in zip(entrants, begun, strict=True):
            first[entrant.key] = result
    return [_result_for(row, first[row_key(row)], fresh=id(row) in fresh) for row in rows]


def _result_for(row: ListRow, first: RowResult, *, fresh: bool) -> RowResult:
    """Give a row its own result; the second of two equal rows is there already."""
    status = "already" if first.status == "accepted" and not fresh else first.status
    return replace(first, sheet=row.sheet, row=row.row, status=status)


async def _judge(services: Services, row: ListRow, by: Actor, origin: str) -> Entrant | RowResult:
    number = await known_number(services, row)
    if number is not None:
        own = await _claimed(services, row, origin) is not None
        return replace(_accepted(row, number), status="accepted" if own else "already")
    try:
        await demand_cross_district(services, row)
        entrant = check(services, row, by)
        return replace(entrant, row=await with_duplicates(services, entrant))
    except Refusal as refusal:
        # What was begun before an interruption stays begun, whatever the rules say of it by now.
        number = await _claimed(services, row, origin)
        if number is not None and await _lives(services, number):
            return _accepted(row, number)
        return _refused(row, error_of(refusal))


async def with_duplicates(services: Services, entrant: Entrant) -> ListRow:
    """Add a warning to a row whose enterprise has an open problem of the same content already."""
    others = await duplicates(services, entrant.foreseen)
    if not others:
        return entrant.row
    said = f"该企业已有同类在办问题{'、'.join(others)}，请核对；确属重复的可并案"
    warning = RowError(LABELS["enterprise"], "possible_duplicate", said)
    warnings = (*entrant.row.warnings, warning)
    return entrant.row.model_copy(update={"warnings": warnings})


async def _claimed(services: Services, row: ListRow, origin: str) -> str | None:
    """Give the number that the list `origin` has claimed for a row before, if it has."""
    async with services.db.reading() as session:
        found = await session.get(RequestRow, _claim_key(row_key(row)))
    if found is None or json.loads(found.command)["origin"] != origin:
        return None
    return found.problem_no


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
    places = asyncio.Semaphore(AT_ONCE)

    async def one(entrant: Entrant, claim: Claim) -> RowResult:
        async with places:
            return await _begin_row(services, entrant, claim, origin)

    results = await asyncio.gather(*map(one, entrants, claims))
    begun = [claim.row.key for claim, r in zip(claims, results, strict=True) if r.problem_no]
    await idempotency.finish_all(services.db, begun)
    return results


async def _begin_row(services: Services, entrant: Entrant, claim: Claim, origin: str) -> RowResult:
    try:
        await begin(services, entrant, claim)
    except CommandRefused as refused:
        return _refused(entrant.row, error_of(refused))
    except OutcomeUnknown:
        message = "业务服务暂时没有答复，本行是否登记尚不确定；请稍后重新导入同一份清单，不会重复"
        return _refused(entrant.row, RowError("", "outcome_unknown", message))
    done = claim.row.state == "done" and origin_of(claim) != origin
    return replace(
        _accepted(entrant.row, claim.row.problem_no), status="already" if done else "accepted"
    )


def error_of(refusal: Refusal | CommandRefused) -> RowError:
    """Put a rule's refusal under the column it is about."""
    column = LABELS.get(REFUSAL_COLUMNS.get(refusal.code, ""), "")
    return RowError(column, refusal.code, str(refusal))


def _refused_by_model(refused: RefusedRow) -> RowResult:
    number = refused.problem_no or None
    return RowResult(refused.sheet, refused.row, "refused", number, refused.errors)


def _refused(row: ListRow, error: RowError) -> RowResult:
    number = row.problem_no or None
    return replace(_accepted(row, number), status="refused", errors=(error,))


def _accepted(row: ListRow, problem_no: str | None) -> RowResult:
    return RowResult(
        row.sheet,
        row.row,
        "accepted",
        problem_no or row.problem_no or None,
        warnings=row.warnings,
        enterprise=row.enterprise,
        district=district(row.district).name,
    )


def _sheets(read: ReadList) -> Iterable[str]:
    taken: list[ListRow | RefusedRow] = [*read.rows, *read.refused]
    return dict.fromkeys(one.sheet for one in taken)


def _outcome(row: RowResult) -> RowOutcome:
    words = {"accepted": "已登记", "already": "以前已登记", "refused": "未登记"}
    number = f"，编号{row.problem_no}" if row.problem_no and row.status != "refused" else ""
    said = (f"{e.column}：{e.message}" if e.column else e.message for e in row.errors)
    warned = (f"提示：{w.column}：{w.message}" for w in row.warnings)
    return RowOutcome(
        row.sheet,
        row.row,
        words[row.status] + number,
        (*said, *warned),
        refused=row.status == "refused",
    )
