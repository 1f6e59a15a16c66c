"""Acts on problems that do not go straight; each changes the problem, and its agenda with it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile
from fastapi.responses import JSONResponse

from api import exception_models as m
from api.access import Caller, Officer, Ours, Supervisor
from api.acts import Key, act, id_under
from api.errors import Refused
from api.merging import merger
from api.ports import Services
from api.scans import take_scan
from api.strict import StrictRoute
from domain.commands import Command
from gateways.uploads import MAX_PDF_BYTES
from store import ledger, problems

router = APIRouter(tags=["问题（特殊情形）"], route_class=StrictRoute)

_ONE = "/problems/{problem_no}"


@router.post(_ONE + "/extension-decisions")
async def decide_extension(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ExtensionDecisionBody
) -> JSONResponse:
    """答复区县的延期申请；同意再次延期的，转审批人批准。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/objection-decisions")
async def decide_objection(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ObjectionDecisionBody
) -> JSONResponse:
    """答复区县对移交对象的异议；再次异议由审批人决定。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/reassignment")
async def reassign(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ReassignmentBody
) -> JSONResponse:
    """改派其他区县，或由承继单位接办。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/suspension")
async def suspend(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.SuspensionBody
) -> JSONResponse:
    """提请挂账，由另一名审批人批准后暂停计算时限。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/resumption")
async def resume(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ResumptionBody
) -> JSONResponse:
    """恢复办理，时限按挂账前的剩余时间继续。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/due-date")
async def move_due_date(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.DueDateBody
) -> JSONResponse:
    """提请调整本轮时限，由另一名审批人批准。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/reversals")
async def reverse(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ReversalBody
) -> JSONResponse:
    """提请撤销一项扣分，由另一名审批人批准。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/reopening")
async def reopen(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ReopeningBody
) -> JSONResponse:
    """问题反弹的，提请重启办理，由另一名审批人批准。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/approvals")
async def approve(
    services: Ours, caller: Supervisor, key: Key, problem_no: str, body: m.ApprovalBody
) -> JSONResponse:
    """批准或不同意待批事项；提出人不得批准。审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/merger")
async def merge(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.MergerBody
) -> JSONResponse:
    """并入同一企业同一内容的另一问题。承办人、审批人可用。"""
    command = await merger(services, body, caller.actor)
    asked = body.model_dump_json()
    return (await act(services, caller, key, problem_no, command, asked=asked)).response


@router.post(_ONE + "/withdrawal")
async def withdraw(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.WithdrawalBody
) -> JSONResponse:
    """反馈之前撤回问题。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/notice-reissues")
async def reissue(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.ReissueBody
) -> JSONResponse:
    """向现有联系人重新送达本轮通知，时限重新计算。承办人、审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/typical-case")
async def mark_typical(
    services: Ours, caller: Supervisor, key: Key, problem_no: str, body: m.TypicalCaseBody
) -> JSONResponse:
    """标记或取消典型案例。审批人可用。"""
    return await _act(services, caller, key, problem_no, body.command(caller.actor))


@router.post(_ONE + "/evidence", max_body_size=MAX_PDF_BYTES + 1_000_000)
async def upload(
    services: Ours,
    _: Officer,
    key: Key,
    problem_no: str,
    file: Annotated[UploadFile, File(description="扫描件：JPG、PNG、HEIC 或 PDF")],
) -> dict[str, Any]:
    """上传代录反馈所附的扫描件，返回其校验值，供 paper-answers 引用。承办人、审批人可用。"""
    del key  # sealing the same bytes again changes nothing
    async with services.db.reading() as session:
        if await problems.row(session, problem_no) is None:
            raise Refused("problem_not_found", problem_no=problem_no)
    return await take_scan(services, file)


@router.post(_ONE + "/paper-answers")
async def enter_answer(
    services: Ours, caller: Officer, key: Key, problem_no: str, body: m.PaperAnswerBody
) -> JSONResponse:
    """代录书面或电话反馈，附扫描件；收到日期由承办人如实填写并留痕。承办人、审批人可用。"""
    for file in body.files:
        if not services.evidence.holds(file.sha256):
            raise Refused("scan_missing", name=file.name)
    receipt_id = id_under(caller, key)
    return await _act(services, caller, key, problem_no, body.command(receipt_id, caller.actor))


@router.post("/deductions/{deduction_id}/appeal-decisions")
async def decide_appeal(
    services: Ours, caller: Officer, key: Key, deduction_id: int, body: m.AppealDecisionBody
) -> JSONResponse:
    """答复对一项扣分的申诉；成立的转审批人批准撤销，作出扣分的人员不得答复。承办人、审批人可用。"""
    problem_no, receipt_id = await _appeal_of(services, deduction_id)
    command = body.command(receipt_id, caller.actor)
    return await _act(services, caller, key, problem_no, command)


async def _appeal_of(services: Services, deduction_id: int) -> tuple[str, str]:
    """Find the problem and the appeal of a ledger row."""
    async with services.db.reading() as session:
        row = await ledger.row(session, deduction_id)
        problem = await problems.get(session, row.problem_no) if row else None
    deduction = problem.deduction(row.seq) if problem and row else None
    if problem is None or deduction is None:
        raise Refused("deduction_not_found", deduction=deduction_id)
    if deduction.appeal is None:
        raise Refused("appeal_not_found", deduction=deduction_id)
    return problem.problem_no, deduction.appeal.receipt_id


async def _act(
    services: Services, caller: Caller, key: str, problem_no: str, command: Command
) -> JSONResponse:
    return (await act(services, caller, key, problem_no, command)).response
