"""Every change asked of the system: done once per Idempotency-Key, answered the same again.

Account and key name the command for its life. When nobody can say yet whether a command was
applied, the answer is "open", and the same question may be asked again.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import uuid
from datetime import timedelta
from typing import Any, Literal

import structlog
from pydantic import BaseModel, TypeAdapter

from domain.command_ids import of_key, of_rule_at_transfer
from domain.commands import COMMANDS, Command, TransferProblem
from office.answering.answers import Answer, pending
from office.caller import Caller
from office.commanding import command_life
from office.people_first import few
from office.ports import Services
from office.refused import Refused
from office.registering.cross_district import demand_from_elsewhere
from office.registering.new_problem import NewProblem
from office.registering.registration import register
from office.rules.applying_rules import policy_for
from store import idempotency
from store.codec import json_text, to_text
from store.idempotency import NewRequest
from store.people import accounts
from store.tables import RequestRow

INTAKE = "intake"
BATCH = "batch"

PATIENCE = timedelta(seconds=30)
"""How old a request without outcome must be before it is asked for again; its caller waits less."""

"""How many of them are asked for at the same time."""

_UNREADABLE = "保存的请求已无法读取，未能确认是否办理；请先核对问题现状，再换一个编号重新提交。"

_log = structlog.get_logger(__name__)


def usable_key(key: str | None) -> str:
    """Demand the key that makes a change safe to repeat; raises Refused."""
    if not key:
        raise Refused("idempotency_key_missing")
    printable = key.isascii() and key.isprintable()
    if not printable or " " in key or len(key) > 255:
        raise Refused("idempotency_key_unusable")
    return key


_MADE_UNDER_KEYS = uuid.UUID("5b0c4b7e-93a5-4b1e-8a0e-0d6f8d1c2a10")


def id_under(caller: Caller, key: str) -> str:
    """Give the id of what the caller makes under a key, so that asking twice makes one."""
    return uuid.uuid5(_MADE_UNDER_KEYS, f"{caller.account.id}/{key}").hex


async def act(
    services: Services,
    caller: Caller,
    key: str,
    problem_no: str,
    command: Command,
    *,
    asked: str = "",
    command_id: str = "",
) -> Answer:
    """Apply a command once under `key`; raises Refused when the key belongs to another request.

    `asked` is what tells two requests apart where the command holds what may change between them.
    The life knows the command by the caller and the key, unless it has a `command_id` of its own.
    """
    content = {"name": command.name, "value": json.loads(to_text(command))}
    text = json_text(content | ({"id": command_id} if command_id else {}))
    row = await _claim(services, caller, key, problem_no, text, route=command.name, asked=asked)
    return await _settle(services, row)


async def again(services: Services, caller: Caller, key: str) -> Answer | None:
    """Go on with what the caller asked under `key` before; None when it was nothing."""
    async with services.db.reading() as session:
        row = await session.get(RequestRow, key)
    if row is None or row.account_id != caller.account.id:
        return None
    return await _settle(services, row)


async def take_in(services: Services, caller: Caller, key: str, new: NewProblem) -> Answer:
    """Register a problem, and transfer it when it says so, once under `key`."""
    text = json_text({"name": INTAKE, "value": new.model_dump(mode="json")})
    row = await _claim(services, caller, key, "", text, route=INTAKE)
    return await _settle(services, row, caller)


async def outcome_of(services: Services, caller: Caller, key: str) -> Answer:
    """Give what became of a request of the caller's own, as far as it is known; asking changes
    nothing, `settle_open` does."""
    async with services.db.reading() as session:
        row = await session.get(RequestRow, key)
    if row is None or row.account_id != caller.account.id:
        raise Refused("operation_not_found")
    return pending(key) if row.state == "open" else Answer.kept(row.response)


async def settle_open(services: Services) -> None:
    """Ask again for every request whose outcome its own caller could not wait for."""
    before = services.clock() - PATIENCE
    async with services.db.reading() as session:
        left = await idempotency.unfinished(session, before)
    places = few()

    async def one(key: str) -> None:
        async with services.people.behind(places):
            await _go_on(services, key)

    faults = await asyncio.gather(*map(one, left), return_exceptions=True)
    for key, fault in zip(left, faults, strict=True):
        if isinstance(fault, Exception):  # one that cannot be carried out must not stop the others
            _log.error("a request cannot be carried out", key=key, exc_info=fault)


async def _go_on(services: Services, key: str) -> None:
    async with services.db.reading() as session:
        row = await session.get_one(RequestRow, key)
    await _settle(services, row, Caller(await accounts.of_id(services.db, row.account_id)))


async def claim_body(
    services: Services, caller: Caller, key: str, route: str, body: BaseModel
) -> None:
    """Claim a key for a change that keeps its own record, with what it asks; raises Refused."""
    asked = body.model_dump_json().encode()
    await claim_key(services, caller.account.id, key, route, hashlib.sha256(asked).hexdigest())


async def claim_key(
    services: Services, account_id: str, key: str, route: str, body_sha256: str
) -> None:
    """Claim a key, or an id made here that nobody may send as one, for what keeps its own record."""
    request = NewRequest(key=key, account_id=account_id, route=route, body_sha256=body_sha256)
    if (await idempotency.claim(services.db, request)).verdict == "conflict":
        raise Refused("idempotency_key_reused")


async def _claim(
    services: Services,
    caller: Caller,
    key: str,
    problem_no: str,
    text: str,
    *,
    route: str,
    asked: str = "",
) -> RequestRow:
    claim = await idempotency.claim(
        services.db,
        NewRequest(
            key=key,
            account_id=caller.account.id,
            route=route,
            body_sha256=hashlib.sha256(f"{problem_no}\n{asked or text}".encode()).hexdigest(),
            command=text,
            problem_no=problem_no,
        ),
    )
    if claim.verdict == "conflict":
        raise Refused("idempotency_key_reused")
    return claim.row


async def _settle(services: Services, row: RequestRow, caller: Caller | None = None) -> Answer:
    """Carry out an open request, or give the answer kept for it."""
    if row.state != "open":
        return Answer.kept(row.response)
    try:
        with services.people.first():
            answer = await _carry_out(services, row, caller)
    except Refused as refused:
        answer = Answer.refusing(refused)
    if answer.state == "open":
        return answer
    state: Literal["done", "refused"] = "refused" if answer.state == "refused" else "done"
    await idempotency.finish(services.db, row.key, state, answer.text)
    return answer


async def _carry_out(services: Services, row: RequestRow, caller: Caller | None) -> Answer:
    asked, command_id = _asked(row)
    if not isinstance(asked, NewProblem):
        return await _command(services, row, asked, command_id)
    if caller is None:
        raise ValueError("a registration needs its caller")
    return await register(services, caller, row.key, asked)


def _asked(row: RequestRow) -> tuple[NewProblem | Command, str]:
    """Read a request as it was kept, and the id of its command; raises Refused.

    What cannot be read now never can be: refused it is settled, where a fault would leave it open.
    """
    try:
        content = json.loads(row.command)
        name = content["name"]
        kind: Any = NewProblem if name == INTAKE else COMMANDS[name]
        asked = TypeAdapter(kind).validate_python(content["value"])
    except (KeyError, TypeError, ValueError) as fault:
        _log.error("a kept request cannot be read again", key=row.key, exc_info=fault)
        raise Refused("body_unreadable", _UNREADABLE) from fault
    return asked, content.get("id") or of_key(row.account_id, row.key)


async def _command(
    services: Services, row: RequestRow, command: Command, command_id: str
) -> Answer:
    if isinstance(command, TransferProblem) and await _judged_by_the_day(services, row, command):
        return pending(row.key)
    await demand_from_elsewhere(services, row.problem_no, command)
    reply = await command_life(services, row.problem_no, command, command_id)
    return pending(row.key) if reply.unknown else Answer.of(reply)


async def _judged_by_the_day(services: Services, row: RequestRow, command: TransferProblem) -> bool:
    """Give a problem the policy of the day it is transferred; True while nobody knows if it has it.

    A new policy counts for every problem transferred after its start, registered before or not. A
    life that began with this very version refuses it.
    """
    newer = await policy_for(services, command.on)
    if newer is None:
        return False
    change_id, policy = newer
    command_id = of_rule_at_transfer(change_id, row.problem_no)
    return (await command_life(services, row.problem_no, policy, command_id)).unknown
