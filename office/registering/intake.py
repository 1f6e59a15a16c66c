"""Taking a problem in: the same path for REST, page and list, for checking and writing.

Every problem, however it comes, passes the typed row of the problem list, then the pure rules, then
gets its number, then its life begins. Doing it again does nothing again: which rows are the same
says `office.registering.known_problems`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from domain.catalogues.six_batches import SIX_BATCHES, Batches
from domain.commands import RegisterProblem, TransferProblem
from domain.decide import decide
from domain.local_time import day_of
from domain.outcomes import NUMBER_TAKEN, Reply, hear
from domain.problem import Problem
from domain.roles import Actor
from domain.rules import Rules
from domain.words.brought_in import missed_before
from domain.words.dates import entered_late_words
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.rows import ListRow, read_row
from office.acts.transfer import WITH_ITS_LETTER
from office.ports import Services
from office.registering.new_problem import NewProblem
from office.rules.rules_of_a_life import keep
from store import idempotency
from store.codec import json_text, to_text
from store.idempotency import Claim, NewRequest
from store.tables import RequestRow

_MOST_NUMBERS = 200
"""So many numbers are passed over at one asking; asking again goes on from there."""
CHECK_NO = "CHECK-0000"
"""The number under which a problem is tried on the rules before it has one."""


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


def read_problem(
    new: NewProblem, today: date, row: int = 1, batches: Batches = SIX_BATCHES
) -> ListRow:
    """Check a problem from REST or a form as a row of the list; raises pydantic's ValidationError."""
    values = new.cells
    if new.transfer is not None:
        values["transferred_on"] = new.transfer.on
        values["document_no"] = new.transfer.document_no
        values["rectification_due_on"] = new.transfer.rectification_due_on or ""
        values["served_on"] = new.transfer.served_on or ""
        values["served_by"] = new.transfer.served_by
    return read_row("", Entry(number=row, values=values, remarks=dict(new.remarks)), today, batches)


def check(services: Services, row: ListRow, by: Actor, key: str) -> Entrant:
    """Try a row on the pure rules, to be taken in under `key`; raises Refusal."""
    register = RegisterProblem(problem_no=row.problem_no or CHECK_NO, facts=row.facts, by=by)
    transfer = _transfer_of(row, by)
    now = services.clock()
    rules = services.in_force.on(row.transferred_on or day_of(now))
    decision = decide(None, register, cause="check", now=now, rules=rules)
    if transfer is not None:
        decision = decide(decision.problem, transfer, cause="check", now=now, rules=rules)
    return Entrant(_warned(row, decision.problem, rules), key, register, transfer, decision.problem)


def _warned(row: ListRow, foreseen: Problem, rules: Rules) -> ListRow:
    """Say before it is done what a date that lies back means: a late entry, a running problem."""
    said = entered_late_words(foreseen, rules)
    told = [RowError(LABELS["transferred_on"], "entered_late", said)] if said else []
    if foreseen.brought_in_at is not None:
        missed = missed_before(foreseen, foreseen.brought_in_at)
        told += [RowError("", "missed_before", one) for one in missed]
    return row.model_copy(update={"warnings": (*row.warnings, *told)}) if told else row


def _transfer_of(row: ListRow, by: Actor) -> TransferProblem | None:
    if row.transferred_on is None:
        return None
    return TransferProblem(
        on=row.transferred_on,
        document_no=row.document_no,
        rectification_due_on=row.rectification_due_on,
        served_on=row.served_on,
        served_by=(row.served_by or WITH_ITS_LETTER) if row.served_on else "",
        existing=row.existing,
        by=by,
    )


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


async def begin(services: Services, entrant: Entrant, claim: Claim) -> Reply:
    """Begin the life under the claimed number; a reply without a code says that it lives.

    After a restore the store may give numbers that lives hold already: then the claim gets the next
    one, unless the number was asked for. The reply names the number.
    """
    begun = await _begin(services, entrant, claim)
    for _ in range(_MOST_NUMBERS):
        if begun.code != NUMBER_TAKEN or entrant.row.problem_no:
            break
        year = (entrant.row.transferred_on or day_of(services.clock())).year
        taken = claim.row.problem_no
        claim.row.problem_no = await idempotency.renumber(services.db, claim.row.key, taken, year)
        if claim.row.problem_no == taken:
            break
        begun = await _begin(services, entrant, claim)
    return begun


async def _begin(services: Services, entrant: Entrant, claim: Claim) -> Reply:
    number = claim.row.problem_no
    begins_on = entrant.transfer.on if entrant.transfer else day_of(services.clock())
    rules = services.in_force.on(begins_on)
    recorded = rules.recorded(entrant.transfer.on if entrant.transfer else None)
    await keep(services, recorded.policy, recorded.calendar)
    register, transfer = entrant.numbered(number), entrant.transfer
    attempt = services.desk.start(number, register, transfer, row_key=entrant.key, rules=rules)
    return await hear(number, attempt)


def origin_of(claim: Claim) -> str:
    """Say which request or list first claimed a problem's number."""
    return str(json.loads(claim.row.command)["origin"])


async def claimed_by(services: Services, key: str, origin: str) -> str | None:
    """Give the number that the list `origin` has claimed before under the key of a row."""
    async with services.db.reading() as session:
        found = await session.get(RequestRow, _claim_key(key))
    if found is None or json.loads(found.command)["origin"] != origin:
        return None
    return found.problem_no


def _claim_key(key: str) -> str:
    # The blank keeps it apart from every Idempotency-Key, which has none.
    return f"row {key}"


def _text_of(entrant: Entrant) -> list[str]:
    return [to_text(part) for part in (entrant.register, entrant.transfer) if part is not None]
