"""Problems: register, transfer, read, and every act on one of them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from fastapi.responses import JSONResponse

from api.access import Officer, Ours, Reader
from api.rest.answers import DryRun, Key, response
from api.rest.strict import StrictRoute
from api.rest.views import addendum_view, event_view, problem_view, row_view
from domain.local_time import midnight_ending
from domain.stages import Stage
from office.once import outcome_of, take_in
from office.refused import Refused
from office.registering.new_problem import NewProblem
from office.rules.rules_of_a_life import rules_of
from office.trying import try_new
from office.typed import Day, Line
from store.lives import addenda, event_log, lists, problems
from store.lives.lists import CursorInvalid, ProblemFilter

router = APIRouter(tags=["问题"], route_class=StrictRoute)

Text = Annotated[Line, Query()]


@router.post("/problems", status_code=201)
async def register(
    services: Ours, caller: Officer, key: Key, body: NewProblem, dry_run: DryRun = False
) -> JSONResponse:
    """登记问题；带 transfer 时立即移交。dry_run 只检查，不登记。承办人、审批人可用。"""
    if dry_run:
        return response(await try_new(services, caller, body))
    return response(await take_in(services, caller, key, body))


@router.get("/problems")
async def find(  # noqa: PLR0913, PLR0917 - each filter is a parameter of the contract
    services: Ours,
    _: Reader,
    district: Text = "",
    stage: Stage | None = None,
    level: Annotated[int | None, Query(ge=0, le=9)] = None,
    listed: bool | None = None,
    key_content: Text = "",
    six_batch: Annotated[Line, Query(description="六个一批的代码；none 为尚未分类")] = "",
    general: bool | None = None,
    overdue: bool = False,
    text: Text = "",
    due_before: Day | None = None,
    cursor: Annotated[str | None, Query(max_length=500)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> dict[str, Any]:
    """问题清单，可筛选、按游标翻页。承办人、审批人、核查人员可用。"""
    wanted = ProblemFilter(
        district=district,
        stage=stage,
        level=level,
        listed=listed,
        key_content=key_content,
        six_batch=six_batch,
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
    """一个问题的全部现状。承办人、审批人、核查人员可用。"""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        raise Refused("problem_not_found", problem_no=problem_no)
    return problem_view(problem, await rules_of(services, problem_no))


@router.get("/problems/{problem_no}/timeline")
async def timeline(services: Ours, _: Reader, problem_no: str) -> dict[str, Any]:
    """一个问题的全部事项，按先后；addenda 是流程结束后的补记。承办人、审批人、核查人员可用。"""
    async with services.db.reading() as session:
        recorded = await event_log.timeline(session, problem_no)
        added = await addenda.of_problem(session, problem_no)
    if not recorded:
        raise Refused("problem_not_found", problem_no=problem_no)
    return {
        "problem_no": problem_no,
        "events": [event_view(one) for one in recorded],
        "addenda": [addendum_view(one) for one in added],
    }


@router.get("/operations/{key:path}")
async def operation(services: Ours, caller: Officer, key: str) -> JSONResponse:
    """查询本人以某 Idempotency-Key 提交的操作结果。承办人、审批人可用。"""
    return response(await outcome_of(services, caller, key))
