"""One problem: its facts, dates, answers, acts and history; and registering a new one."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from api.access import Caller, Ours, PageOfficer, PageReader
from api.acts import Answer, act, idempotency_key, take_in
from api.errors import Refused
from api.models import (
    ClosureBody,
    NewProblem,
    RegisterNumberBody,
    ReviewBody,
    RevisitBody,
    ServiceBody,
    TransferBody,
)
from api.pages.side import OFFICE, back_to, filled, form_of, page, refused_form
from api.ports import Services
from api.words import actor_name, in_words, penalty_words, why_this_date
from domain.catalogues import clue_sources, key_contents, key_objects
from domain.catalogues.districts import valid_districts
from domain.catalogues.routes import Route
from domain.commands import Command, RevisitResult, SendReminder, Verdict
from domain.local_time import day_of
from domain.problem import Problem
from domain.roles import Role
from domain.stages import Stage
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from store import accounts, event_log, inbox, inspection_groups, ledger, notice_log, problems

router = APIRouter(include_in_schema=False)

_MODELS: Mapping[str, type[Any]] = {
    "transfer": TransferBody,
    "reviews": ReviewBody,
    "revisits": RevisitBody,
    "closure": ClosureBody,
    "service-records": ServiceBody,
    "register-numbers": RegisterNumberBody,
}
_DONE = {
    "transfer": "问题已移交",
    "reviews": "审核结论已登记",
    "revisits": "回头看结果已登记",
    "closure": "审批意见已登记",
    "service-records": "送达已登记",
    "register-numbers": "清单编号已登记",
    "reminders": "催办已登记，将随即发出",
}


@router.get("/problems/new")
async def ask_new(services: Ours, caller: PageOfficer) -> Response:
    """Ask for a new problem."""
    return await _new_page(services, caller, {}, None)


async def _new_page(
    services: Services, caller: Caller, fields: Mapping[str, str], refused: Refused | None
) -> Response:
    today = day_of(services.clock())
    async with services.db.reading() as session:
        groups = await inspection_groups.groups(session)
    return page(
        services,
        caller,
        "new_problem.html",
        refused.status if refused else 200,
        fields=defaultdict(str, fields),
        refused=refused,
        districts=valid_districts(today),
        contents=key_contents.KEY_CONTENTS,
        objects=key_objects.KEY_OBJECTS,
        sources=clue_sources.CLUE_SOURCES,
        groups=groups,
    )


@router.post("/problems/new")
async def register(request: Request, services: Ours, caller: PageOfficer) -> Response:
    """Register a problem and transfer it at once when a transfer date is given."""
    fields = await form_of(request, caller)
    key = idempotency_key(fields.pop("key", ""))
    try:
        answer = await take_in(services, caller, key, _new_problem(fields))
        _demand_known(answer)
    except ValidationError as error:
        return await _new_page(services, caller, fields, refused_form(error))
    except Refused as refused:
        return await _new_page(services, caller, fields, refused)
    number = str(answer.body["problem_no"])
    await _appears(services, number)
    return back_to(_address(number), "问题已登记")


def _new_problem(fields: dict[str, str]) -> NewProblem:
    values = filled(fields)
    transfer = {
        name: values.pop(f"transfer_{name}")
        for name in ("on", "document_no", "rectification_due_on")
        if f"transfer_{name}" in values
    }
    return NewProblem.model_validate(values | ({"transfer": transfer} if transfer else {}))


def _demand_known(answer: Answer) -> None:
    if answer.status == 202:
        raise Refused(
            "unavailable", "已收到，正在确认登记结果；请稍后在问题清单中查看，勿重复登记。"
        )
    if answer.status >= 400:
        raise Refused(
            str(answer.body["code"]),
            str(answer.body["detail"]),
            errors=answer.body.get("errors", ()),
        )


async def _appears(services: Services, problem_no: str) -> None:
    """Wait a moment until what was begun can be read; the page says so when it takes longer."""
    for _ in range(40):
        async with services.db.reading() as session:
            if await problems.row(session, problem_no) is not None:
                return
        await asyncio.sleep(0.1)


@router.get("/problems/{problem_no}")
async def show(services: Ours, caller: PageReader, problem_no: str, flash: str = "") -> Response:
    """Show everything about one problem."""
    return await _problem_page(services, caller, problem_no, flash=flash[:200])


async def _problem_page(
    services: Services,
    caller: Caller,
    problem_no: str,
    *,
    flash: str = "",
    refused: Refused | None = None,
) -> Response:
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        if problem is None:
            raise Refused("problem_not_found", problem_no=problem_no)
        history = await event_log.timeline(session, problem_no)
        notices = await notice_log.for_problem(session, problem_no)
        rows = await ledger.of_problem(session, problem_no)
        names = await accounts.names(session)
        received = {
            row.receipt_id: row
            for number in range(1, len(problem.rounds) + 1)
            for row in await inbox.of_round(session, problem_no, number)
        }
    return page(
        services,
        caller,
        "problem.html",
        refused.status if refused else 200,
        problem=problem,
        facts=_facts(problem),
        why=[why_this_date(owed, history, services.rules) for owed in reversed(problem.rounds)],
        timeline=[
            (one, in_words(one.event), actor_name(one.by, names)) for one in reversed(history)
        ],
        notices=notices,
        rows=rows,
        received=received,
        penalty_words=penalty_words,
        may=_may(problem, caller),
        verdicts=Verdict,
        results=RevisitResult,
        flash=flash,
        refused=refused,
    )


def _facts(problem: Problem) -> dict[str, str]:
    """Give the five precisions 五个精准 and what else is known, in words."""
    facts = problem.facts
    content = key_contents.by_code(facts.key_content).label if facts.key_content else "一般问题"
    source = clue_sources.CLUE_SOURCES.find(facts.clue_source) if facts.clue_source else None
    given = {
        "对象（企业）": facts.enterprise,
        "统一社会信用代码": facts.credit_code,
        "问题": facts.description,
        "重点内容": content,
        "时间（发现日期）": facts.found_on.isoformat() if facts.found_on else "",
        "区位（地址）": facts.address,
        "措施（整改要求）": facts.requirement,
        "处置路径": Route(problem.route).label,
        "线索来源": source.label if source else "",
        "检查组": facts.inspection_group,
        "移交文号": problem.document_no,
        **dict(facts.remarks),
    }
    return {name: text for name, text in given.items() if text}


def _may(problem: Problem, caller: Caller) -> set[str]:
    """Name the acts that role and stage allow; the rules decide again when one is asked for."""
    if caller.role not in OFFICE:
        return set()
    acts: set[str] = set()
    if problem.stage is Stage.REGISTERED:
        acts.add("transfer")
    if problem.open_round is not None:
        acts |= {"reminders", "service-records"}
    if problem.stage is Stage.UNDER_REVIEW:
        acts.add("reviews")
    if problem.stage is Stage.AWAITING_REVISIT and problem.proposal is None:
        acts.add("revisits")
    if problem.proposal is not None and caller.role is Role.SUPERVISOR:
        acts.add("closure")
    if problem.entry is not None:
        acts.add("register-numbers")
    return acts


@router.post("/problems/{problem_no}/{what}")
async def do(
    request: Request, services: Ours, caller: PageOfficer, problem_no: str, what: str
) -> Response:
    """Do one act on a problem."""
    if what not in _DONE:
        raise Refused("not_found")
    fields = await form_of(request, caller)
    key = idempotency_key(fields.pop("key", ""))
    try:
        answer = await act(services, caller, key, problem_no, _command(what, fields, caller))
        if answer.status == 202:
            return back_to(_address(problem_no), "已收到，正在确认办理结果，请稍后刷新本页")
        _demand_known(answer)
    except ValidationError as error:
        refused = refused_form(error)
        return await _problem_page(services, caller, problem_no, refused=refused)
    except Refused as refused:
        return await _problem_page(services, caller, problem_no, refused=refused)
    return back_to(_address(problem_no), _DONE[what])


def _command(what: str, fields: Mapping[str, str], caller: Caller) -> Command:
    if what == "reminders":
        return SendReminder(by=caller.actor)
    command: Command = _MODELS[what].model_validate(filled(fields)).command(caller.actor)
    return command


def _address(problem_no: str) -> str:
    return f"/problems/{quote(problem_no, safe='')}"


@router.get("/problems/{problem_no}/files/{sha256}")
async def evidence(
    services: Ours, _: PageReader, problem_no: str, sha256: str, view: bool = False
) -> Response:
    """Give a file of the district's, to look at (re-encoded) or as it was handed in."""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    files = [f for s in (problem.submissions if problem else ()) for f in s.answer.files]
    file = next((f for f in files if f.sha256 == sha256), None)
    if file is None:
        raise Refused("file_not_found")
    headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
    try:
        if view:
            seen = await asyncio.to_thread(services.evidence.view, sha256)
            if seen is not None:
                return Response(seen, media_type="image/jpeg", headers=headers)
        content = await asyncio.to_thread(services.evidence.read, sha256)
    except (NoSuchEvidence, DamagedEvidence) as error:
        raise Refused("file_not_found") from error
    headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name)}"
    return Response(content, media_type=file.media_type, headers=headers)
