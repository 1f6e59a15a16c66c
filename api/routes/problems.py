"""Problems: register, transfer, read, and every act on one of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse
from pydantic import AfterValidator

from api.access import Caller, Officer, Ours, Reader, Supervisor
from api.acts import Key, act, outcome_of, take_in
from api.errors import Refused
from api.models import (
    ClosureBody,
    Day,
    NewProblem,
    RegisterNumberBody,
    ReviewBody,
    RevisitBody,
    ServiceBody,
    TransferBody,
    plain_text,
)
from api.ports import Services
from api.strict import StrictRoute
from api.views import event_view, problem_view, row_view
from domain.commands import Command, SendReminder
from domain.local_time import midnight_ending
from domain.stages import Stage
from store import event_log, lists, problems
from store.lists import CursorInvalid, ProblemFilter

router = APIRouter(tags=["问题"], route_class=StrictRoute)

Text = Annotated[str, Query(max_length=200), AfterValidator(plain_text)]


@router.post("/problems", status_code=201)
async def register(services: Ours, caller: Officer, key: Key, body: NewProblem) -> JSONResponse:
    """登记问题；带 transfer 时立即移交。承办人、审批人可用。"""
    return (await take_in(services, caller, key, body)).response


@router.get("/problems")
async def find(  # noqa: PLR0913, PLR0917 - each filter is a parameter of the contract
    services: Ours,
    _: Reader,
    district: Text = "",
    stage: Stage | None = None,
    level: Annotated[int | None, Query(ge=0, le=9)] = None,
    listed: bool | None = None,
    key_content: Text = "",
    general: bool | None = None,
    overdue: bool = False,
    text: Text = "",
    due_before: Day | None = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """问题清单，可筛选、按游标翻页。承办人、审批人、审计可用。"""
    wanted = ProblemFilter(
        district=district,
        stage=stage,
        level=level,
        listed=listed,
        key_content=key_content,
        general=general,
        overdue=overdue,
        now=services.clock(),
        text=text,
        due_before=midnight_ending(due_before) if due_before else None,
    )
    async with services.db.reading() as session:
        try:
            found = await lists.page(session, wanted, cursor, limit)
        except CursorInvalid as error:
            raise Refused("cursor_unusable") from error
    return {"problems": [row_view(row) for row in found.rows], "next_cursor": found.next_cursor}


@router.get("/problems/{problem_no}")
async def read(services: Ours, _: Reader, problem_no: str) -> dict[str, Any]:
    """一个问题的全部现状。承办人、审批人、审计可用。"""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        raise Refused("problem_not_found", problem_no=problem_no)
    return problem_view(problem)


@router.get("/problems/{problem_no}/timeline")
async def timeline(services: Ours, _: Reader, problem_no: str) -> dict[str, Any]:
    """一个问题的全部事项，按先后。承办人、审批人、审计可用。"""
    async with services.db.reading() as session:
        recorded = await event_log.timeline(session, problem_no)
    if not recorded:
        raise Refused("problem_not_found", problem_no=problem_no)
    return {"problem_no": problem_no, "events": [event_view(one) for one in recorded]}


@router.post("/problems/{problem_no}/transfer")
async def transfer(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: TransferBody
) -> JSONResponse:
    """移交已登记的问题。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post("/problems/{problem_no}/reviews")
async def review(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: ReviewBody
) -> JSONResponse:
    """审核区县反馈。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post("/problems/{problem_no}/revisits")
async def revisit(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: RevisitBody
) -> JSONResponse:
    """登记回头看结果；整改到位即提出销号。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post("/problems/{problem_no}/closure")
async def close(
    services: Ours, caller: Supervisor, key: Key, problem_no: str, body: ClosureBody
) -> JSONResponse:
    """批准或不同意销号；提出人不得批准。审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post("/problems/{problem_no}/service-records")
async def record_service(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: ServiceBody
) -> JSONResponse:
    """登记送达；自送达之日起重新计算时限。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post("/problems/{problem_no}/register-numbers")
async def record_number(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: RegisterNumberBody
) -> JSONResponse:
    """登记督察问题清单编号。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post("/problems/{problem_no}/reminders")
async def remind(services: Ours, caller: Officer, key: Key, problem_no: str) -> JSONResponse:
    """人工催办一次。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, SendReminder(by=caller.actor))


@router.get("/operations/{key}")
async def operation(services: Ours, caller: Officer, key: str) -> JSONResponse:
    """查询本人以某 Idempotency-Key 提交的操作结果。承办人、审批人可用。"""
    return (await outcome_of(services, caller, key)).response


async def _act(
    services: Services, caller: Caller, key: str, problem_no: str, command: Command
) -> JSONResponse:
    return (await act(services, caller, key, problem_no, command)).response
