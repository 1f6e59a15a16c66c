"""One problem: its facts, dates, answers, acts and history; and registering a new one."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import ValidationError

from api.access import Ours, PageActing, PageOfficer, PageReader
from api.errors import of_validation, status_of
from api.pages.frame import back_to, files_of, filled, form_of, page
from api.pages.requests import left_behind, requests_in
from domain.catalogues import clue_sources, key_contents, key_objects
from domain.catalogues.districts import valid_districts
from domain.catalogues.routes import Route
from domain.local_time import day_of
from domain.problem import Problem
from domain.rules import Rules
from domain.stages import ENDED
from domain.words.answers import actor_name, penalty_words
from domain.words.dates import Standing, standing
from domain.words.events import act_words, in_words
from domain.words.whose_turn import span, steps, whose_turn
from domain.words.why import why_this_date
from gateways.evidence import DamagedEvidence, NoSuchEvidence
from gateways.uploads import MAX_TOTAL_BYTES
from office.acts import BY_PATH, offered
from office.acts.act import Act, Doing
from office.caller import Caller
from office.duplicates import duplicates
from office.new_problem import NewProblem
from office.once import Answer, act, id_under, take_in, usable_key
from office.ports import Services
from office.refused import Refused
from office.rules_of_a_life import rules_of
from office.scans import take_scan
from office.typed import NothingBody
from store import (
    accounts,
    drafts,
    event_log,
    inbox,
    inspection_groups,
    ledger,
    notice_log,
    problems,
)
from store.codec import json_text

router = APIRouter(include_in_schema=False)


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
        status_of(refused) if refused else 200,
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
    key = usable_key(fields.pop("key", ""))
    try:
        answer = await take_in(services, caller, key, _new_problem(fields))
        _demand_known(answer)
    except ValidationError as error:
        return await _new_page(services, caller, fields, of_validation(error))
    except Refused as refused:
        return await _new_page(services, caller, fields, refused)
    number = str(answer.body["problem_no"])
    await _appears(services, number)
    alike = "、".join(answer.body.get("possible_duplicates", ()))
    said = f"问题已登记；该企业已有同类在办问题{alike}，确属重复的可并案" if alike else "问题已登记"
    return back_to(_address(number), said)


def _new_problem(fields: dict[str, str]) -> NewProblem:
    values = filled(fields)
    transfer = {
        name: values.pop(f"transfer_{name}")
        for name in ("on", "document_no", "rectification_due_on")
        if f"transfer_{name}" in values
    }
    return NewProblem.model_validate(values | ({"transfer": transfer} if transfer else {}))


def _demand_known(answer: Answer) -> None:
    if answer.state == "open":
        raise Refused(
            "unavailable", "已收到，正在确认登记结果；请稍后在问题清单中查看，勿重复登记。"
        )
    if answer.refusal is not None:
        raise answer.refusal


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
    refused_act: str = "",
    typed: Mapping[str, str] | None = None,
) -> Response:
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        if problem is None:
            raise Refused("problem_not_found", problem_no=problem_no)
        history = await event_log.timeline(session, problem_no)
        notices = await notice_log.for_problem(session, problem_no)
        rows = await ledger.of_problem(session, problem_no)
        names = await accounts.names(session)
        handed_in = await inbox.of_problem(session, problem_no)
        abandoned = await drafts.left_behind(session, problem)
    rules = await rules_of(services, problem_no)
    return page(
        services,
        caller,
        "problem.html",
        status_of(refused) if refused else 200,
        problem=problem,
        facts=_facts(problem),
        steps=steps(problem),
        turn=whose_turn(problem, rules),
        rules_known=rules is not None,
        rounds=[
            (
                owed,
                why_this_date(owed, problem, history, rules) if rules else None,
                span(owed, _ran_until(problem, services)),
            )
            for owed in reversed(problem.rounds)
        ],
        standing=_standing(problem, services, rules),
        timeline=[
            (one, in_words(one.event), actor_name(one.by, names)) for one in reversed(history)
        ],
        notices=notices,
        rows=rows,
        received={row.receipt_id: row for row in handed_in},
        requests=requests_in(handed_in),
        abandoned=[left_behind(row, draft) for row, draft in abandoned],
        penalty_words=penalty_words,
        acts=offered(problem, caller.actor),
        act_words=act_words,
        alike=await duplicates(services, problem),
        district_options=[
            (unit.code, unit.name) for unit in valid_districts(day_of(services.clock()))
        ],
        flash=flash,
        refused=refused,
        refused_act=refused_act,
        typed=defaultdict(str, typed or {}),
    )


def _ran_until(problem: Problem, services: Services) -> datetime:
    """Give the instant up to which the clocks have run: they stand once a problem is over."""
    ended_at = problem.stage_since if problem.stage in ENDED else None
    return ended_at or services.clock()


def _standing(problem: Problem, services: Services, rules: Rules | None) -> Standing | None:
    """Say how the open round stands; None where the district owes nothing."""
    owed = problem.open_round
    if owed is None:
        return None
    return standing(problem, owed, services.clock(), rules)


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


@router.post("/problems/{problem_no}/{what}", max_body_size=MAX_TOTAL_BYTES + 1_000_000)
async def do(
    request: Request, services: Ours, caller: PageActing, problem_no: str, what: str
) -> Response:
    """Do one act on a problem."""
    one = BY_PATH.get(what)
    if one is None:
        raise Refused("not_found")
    if caller.role not in one.right:
        raise Refused("not_allowed", role=caller.role.label)
    fields = await form_of(request, caller)
    key = usable_key(fields.pop("key", ""))
    try:
        answer = await _done(request, services, caller, key, problem_no, one, filled(fields))
        if answer.state == "open":
            return back_to(_address(problem_no), "已收到，正在确认办理结果，请稍后刷新本页")
        _demand_known(answer)
    except ValidationError as error:
        refused = of_validation(error)
    except Refused as error:
        refused = error
    else:
        return back_to(_address(problem_no), one.done)
    return await _problem_page(
        services, caller, problem_no, refused=refused, refused_act=what, typed=fields
    )


async def _done(
    request: Request,
    services: Services,
    caller: Caller,
    key: str,
    problem_no: str,
    one: Act,
    fields: Mapping[str, str],
) -> Answer:
    """Read an act's form and do it once; raises ValidationError or Refused."""
    wordless = issubclass(one.body, NothingBody)
    values: dict[str, Any] = {} if wordless else dict(one.form(fields))
    if one.files:
        chosen = await files_of(request)
        values["files"] = [
            await take_scan(services, file.filename or "", await file.read()) for file in chosen
        ]
    doing = Doing(services=services, by=caller.actor, made_under=id_under(caller, key))
    command = await one.make(doing, one.body.model_validate(values))
    return await act(services, caller, key, problem_no, command, asked=json_text(dict(fields)))


def _address(problem_no: str) -> str:
    return f"/problems/{quote(problem_no, safe='')}"


@router.get("/problems/{problem_no}/files/{sha256}")
async def evidence(
    services: Ours, _: PageReader, problem_no: str, sha256: str, view: bool = False
) -> Response:
    """Give a file of a district's, to look at (re-encoded) or as it was handed in or left behind."""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        files = [f for s in (problem.submissions if problem else ()) for f in s.answer.files]
        files += inbox.files_of(await inbox.of_problem(session, problem_no))
        if problem is not None:
            abandoned = await drafts.left_behind(session, problem)
            files += [file for _, draft in abandoned for file in draft.files]
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
