"""Every change asked of the system: done once per Idempotency-Key, answered the same again.

Account and key name the command for its life. When nobody can say yet whether a command was applied, the answer is
"open", and the same question may be asked again.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Literal

import structlog
from pydantic import TypeAdapter, ValidationError

from domain.command_ids import of_key, of_rule_at_transfer
from domain.commands import COMMANDS, Command, TransferProblem
from domain.local_time import day_of
from domain.outcomes import CommandRefused, NoSuchLife, Outcome, OutcomeUnknown
from domain.problem import Problem
from domain.refusals import Refusal
from gateways.problem_list.rows import errors_of
from office import intake
from office.caller import Caller
from office.duplicates import duplicates
from office.new_problem import NewProblem
from office.ports import Services
from office.refused import Refused
from office.rule_changes import policy_for
from store import accounts, idempotency, problems
from store.codec import json_text, to_text
from store.idempotency import NewRequest
from store.tables import RequestRow

INTAKE = "intake"
BATCH = "batch"

PATIENCE = timedelta(seconds=30)
"""How old a request without outcome must be before it is asked for again; its caller waits less."""

AT_ONCE = 10
"""How many of them are asked for at the same time."""


_log = structlog.get_logger(__name__)


State = Literal["done", "created", "open", "refused"]
_OLD_STATES: dict[int, State] = {200: "done", 201: "created", 202: "open"}
"""What answers kept before states had names say by their HTTP status; all others are refusals."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: kept, and given again when the same is asked.

    `body` is what was done or made; for a refusal its `code`, `detail` and `errors`.
    """

    state: State
    body: dict[str, Any]

    @property
    def text(self) -> str:
        """The answer as it is kept."""
        return json_text({"state": self.state, "body": self.body})

    @classmethod
    def kept(cls, text: str) -> Answer:
        """Read a kept answer, also one kept by its HTTP status."""
        content = json.loads(text)
        state: State = content.get("state") or _OLD_STATES.get(content["status"], "refused")
        return cls(state, content["body"])

    @classmethod
    def refusing(cls, refused: Refused) -> Answer:
        """Carry a refusal."""
        body = {"code": refused.code, "detail": refused.detail, "errors": refused.errors}
        return cls("refused", body)

    @property
    def refusal(self) -> Refused | None:
        """The refusal it carries, if any."""
        if self.state != "refused":
            return None
        body = self.body
        return Refused(body["code"], body["detail"], errors=body.get("errors", ()))


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
    places = asyncio.Semaphore(AT_ONCE)

    async def one(row: RequestRow) -> None:
        async with places:
            await _settle(services, row, Caller(await accounts.of_id(services.db, row.account_id)))

    faults = await asyncio.gather(*map(one, left), return_exceptions=True)
    for row, fault in zip(left, faults, strict=True):
        if isinstance(fault, Exception):  # one that cannot be carried out must not stop the others
            _log.error("a request cannot be carried out", key=row.key, exc_info=fault)


async def claim_key(
    services: Services, caller: Caller, key: str, route: str, body_sha256: str
) -> None:
    """Claim a key for a change that keeps its own record; raises Refused."""
    request = NewRequest(
        key=key, account_id=caller.account.id, route=route, body_sha256=body_sha256
    )
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
        answer = await _carry_out(services, row, caller)
    except OutcomeUnknown:
        return pending(row.key)
    except Refused as refused:
        answer = Answer.refusing(refused)
    state: Literal["done", "refused"] = "refused" if answer.state == "refused" else "done"
    await idempotency.finish(services.db, row.key, state, answer.text)
    return answer


def pending(key: str) -> Answer:
    """Say that the outcome is not known yet, and where to ask."""
    body = {"key": key, "state": "open", "detail": "已收到，正在确认办理结果，请稍后查询。"}
    return Answer("open", body)


async def _carry_out(services: Services, row: RequestRow, caller: Caller | None) -> Answer:
    content = json.loads(row.command)
    if content["name"] == INTAKE:
        if caller is None:
            raise ValueError("a registration needs its caller")
        return await _register(services, caller, row.key, content["value"])
    kind: type[Command] = COMMANDS[content["name"]]
    command: Command = TypeAdapter(kind).validate_python(content["value"])
    command_id = content.get("id") or of_key(row.account_id, row.key)
    return await _command(services, row, command, command_id)


async def _command(
    services: Services, row: RequestRow, command: Command, command_id: str
) -> Answer:
    try:
        if isinstance(command, TransferProblem):
            await _judge_by_the_day(services, row, command)
        outcome = await services.desk.command(row.problem_no, command, command_id)
    except CommandRefused as refusal:
        raise Refused.by_rule(refusal) from refusal
    except NoSuchLife as gone:
        async with services.db.reading() as session:
            known = await problems.row(session, row.problem_no)
        code = "problem_not_found" if known is None else "life_ended"
        raise Refused(code, problem_no=row.problem_no) from gone
    return Answer("done", outcome_body(outcome))


async def _judge_by_the_day(services: Services, row: RequestRow, command: TransferProblem) -> None:
    """A new policy counts for every problem transferred after its start, registered before or not."""
    newer = await policy_for(services, command.on)
    if newer is not None:
        change_id, policy = newer
        command_id = of_rule_at_transfer(change_id, row.problem_no)
        with contextlib.suppress(CommandRefused):  # it began with this very version
            await services.desk.command(row.problem_no, policy, command_id)


def outcome_body(outcome: Outcome) -> dict[str, Any]:
    """Give what a command came to."""
    return {
        "problem_no": outcome.problem_no,
        "seq": outcome.seq,
        "stage": outcome.stage.value,
        "level": outcome.level,
        "events": list(outcome.events),
    }


async def _register(services: Services, caller: Caller, key: str, value: dict[str, Any]) -> Answer:
    new = NewProblem.model_validate(value)
    entrant = await _entrant(services, caller, new)
    claim = (await intake.claim_numbers(services, [entrant], origin=key))[0]
    if intake.origin_of(claim) != key:
        raise _taken(claim.row.problem_no)
    number = claim.row.problem_no
    if new.problem_no and claim.verdict == "new":
        await _demand_free(services, number)
    await intake.begin(services, entrant, claim)
    await idempotency.finish_all(services.db, [claim.row.key])
    alike = await duplicates(services, replace(entrant.foreseen, problem_no=number))
    body = created_body(number, entrant.foreseen) | {"possible_duplicates": list(alike)}
    return Answer("created", body)


async def _entrant(services: Services, caller: Caller, new: NewProblem) -> intake.Entrant:
    try:
        row = intake.read_problem(new, day_of(services.clock()))
    except ValidationError as error:
        errors = [
            {"field": e.column, "code": e.code, "message": f"{e.column}：{e.message}"}
            for e in errors_of(error)
        ]
        raise Refused("invalid_request", errors=errors) from error
    try:
        await intake.demand_cross_district(services, row)
        return intake.check(services, row, caller.actor)
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal


async def _demand_free(services: Services, problem_no: str) -> None:
    async with services.db.reading() as session:
        if await problems.row(session, problem_no) is not None:
            raise _taken(problem_no)


def _taken(problem_no: str) -> Refused:
    return Refused("problem_no_taken", problem_no=problem_no)


def created_body(problem_no: str, foreseen: Problem) -> dict[str, Any]:
    """Give what was registered; the due date is that of the round the transfer opened."""
    owed = foreseen.open_round
    return {
        "problem_no": problem_no,
        "stage": foreseen.stage.value,
        "route": foreseen.route,
        "district": foreseen.district,
        "due_on": owed.due_on.isoformat() if owed else None,
        "due_at": owed.due_at.isoformat() if owed else None,
        "provisional": owed.provisional if owed else False,
    }
