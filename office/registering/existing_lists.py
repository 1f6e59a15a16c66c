"""Running problems brought in by list 既有问题: previewed, proposed by one person, approved by another.

Approved, the list is taken in like any other, a batch under the proposal's own id; each life then
records what had happened before, by whom it was proposed and by whom approved.
"""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

from pydantic import Field

from domain.local_time import day_of
from domain.plain_text import line
from domain.roles import Actor, Role
from gateways.list_rooms import read_apart
from gateways.problem_list.errors import ListError
from gateways.problem_list.existing import as_existing
from gateways.problem_list.reading import ReadList, read_list
from gateways.problem_list.refusals import Hidden
from office.caller import Caller
from office.once import claim_key, id_under
from office.ports import Services
from office.refused import Refused, allowed
from office.registering.intake_of_lists import import_rows
from office.registering.list_imports import begin_read, list_error
from office.registering.row_results import ImportResult
from office.registers import six_batches
from office.typed import HASH, Decision, example
from store import proposals
from store.codec import json_text
from store.lives import batches
from store.people import accounts
from store.proposals import ProposalState
from store.tables import ExistingListRow

ROUTE = "existing-lists"
LAST_LISTS = 20
SECOND_PERSON = Actor("second-person", Role.SUPERVISOR)
"""Whoever will approve: nobody knows him while a list is tried."""


class ExistingDecision(Decision):
    """The second person's decision, bound to the address of the list that was proposed."""

    model_config = example(decision="approve", file_sha256="0" * 64)

    file_sha256: Annotated[str, Field(pattern=HASH)]


async def read_existing(
    services: Services, content: bytes, proposed_by: Actor, hidden: Hidden = Hidden.ASK
) -> ReadList:
    """Read a list of running problems and keep its file; raises Refused for none that is a list."""
    if not content:
        raise Refused("list_missing")
    today = day_of(services.clock())
    try:
        names = await six_batches.in_force(services)
        read = await read_apart(read_list, content, today=today, hidden=hidden, batches=names)
    except ListError as error:
        raise Refused("invalid_request", str(error), errors=[list_error(error)]) from error
    sealed = await asyncio.to_thread(services.evidence.put, content)
    return as_existing(read, proposed_by, sealed.sha256, today)


async def rehearse(services: Services, read: ReadList) -> ImportResult:
    """Say what would become of each row; nothing is written."""
    return await import_rows(services, read, SECOND_PERSON, dry_run=True)


async def propose(
    services: Services,
    caller: Caller,
    key: str,
    file_name: str,
    content: bytes,
    hidden: Hidden = Hidden.ASK,
) -> ExistingListRow:
    """Keep a list for the second person, with its preview; the same key gives the same proposal."""
    read = await read_existing(services, content, caller.actor, hidden)
    asked = f"{read.source_sha256} {hidden.value}"
    await claim_key(services, caller.account.id, key, ROUTE, asked)
    list_id = id_under(caller, key)
    return await propose_read(services, caller.actor, list_id, file_name, read)


async def propose_read(
    services: Services, by: Actor, list_id: str, file_name: str, read: ReadList
) -> ExistingListRow:
    """Keep a list that was read, with what would become of its rows; raises Refused.

    Its import will bear its id: were that somebody's key, his batch would stand in its place.
    """
    asked = f"{read.source_sha256} {read.hidden.value}"
    await claim_key(services, by.id, list_id, ROUTE, asked)
    result = await rehearse(services, read)
    row = ExistingListRow(
        id=list_id,
        file_name=line(file_name)[:100] or "既有问题清单.xlsx",
        file_sha256=read.source_sha256,
        hidden=read.hidden.value,
        total=len(result.rows),
        report=json_text(result.document),
        proposed_at=services.clock(),
        proposed_by=by.id,
        proposed_role=by.role.value,
    )
    return await proposals.propose(services.db, row)


async def decide(
    services: Services, list_id: str, body: ExistingDecision, by: Actor
) -> ExistingListRow:
    """Approve or decline as the second person; what is approved begins at once."""
    row = await allowed(
        proposals.decide(
            services.db,
            ExistingListRow,
            list_id,
            by,
            approve=body.approved,
            bound_to=body.file_sha256,
            reason=body.reason,
        )
    )
    if row.state == ProposalState.APPROVED:
        await begin(services, row)
    return row


async def begin(services: Services, row: ExistingListRow) -> None:
    """Begin the import of an approved list, in the second person's name; once."""
    read = await read_kept(services, row)
    by = (await accounts.of_id(services.db, row.decided_by)).actor
    await begin_read(services, by, row.id, row.file_name, row.file_sha256, read)


async def go_on_approved(services: Services) -> None:
    """Begin what was approved before an interruption."""
    async with services.db.reading() as session:
        approved = await proposals.in_state(session, ExistingListRow, ProposalState.APPROVED)
        left = [row for row in approved if await batches.get(session, row.id) is None]
    for row in left:
        await begin(services, row)


async def read_kept(services: Services, row: ExistingListRow) -> ReadList:
    """Read a proposed list as it was proposed."""
    content = await asyncio.to_thread(services.evidence.read, row.file_sha256)
    today = day_of(row.proposed_at)
    hidden = Hidden(row.hidden)
    names = await six_batches.in_force(services)
    read = await read_apart(read_list, content, today=today, hidden=hidden, batches=names)
    return as_existing(read, proposals.proposer_of(row), row.file_sha256, today)


async def find(services: Services, list_id: str) -> ExistingListRow:
    """Give a proposed list; raises Refused."""
    async with services.db.reading() as session:
        return await allowed(proposals.find(session, ExistingListRow, list_id))


def list_view(row: ExistingListRow) -> dict[str, Any]:
    """Show a proposed list as REST does, without its rows."""
    return {
        "id": row.id,
        "state": row.state,
        "file_name": row.file_name,
        "file_sha256": row.file_sha256,
        "total": row.total,
        "proposed_at": row.proposed_at,
        "proposed_by": row.proposed_by,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
        "reason": row.reason,
    }


def previewed(row: ExistingListRow) -> dict[str, Any]:
    """Give the preview that was proposed."""
    report: dict[str, Any] = json.loads(row.report)
    return report
