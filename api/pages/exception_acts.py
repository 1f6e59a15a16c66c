"""The acts on problems that do not go straight, as their page offers them."""

from __future__ import annotations

from api import exception_models as m
from api.merging import merger
from api.pages.page_act import Asked, PageAct, read_as
from api.scans import take_scan
from domain.bureau import owes
from domain.commands import Command
from domain.events import BureauDuty
from domain.problem import Problem
from domain.roles import Actor, Role
from domain.stages import ENDED, Stage


def _asked_for_time(problem: Problem, _: Actor) -> bool:
    """A request waits, and is not waiting for its second person already."""
    owed = problem.open_round
    proposed = any(one.act.tag == "extend_round" for one in problem.proposed)
    return owed is not None and owed.asked is not None and not proposed


def _objected(problem: Problem, actor: Actor) -> bool:
    raised = problem.objection
    return raised is not None and (not raised.disputed or actor.role is Role.SUPERVISOR)


def _appealed(problem: Problem, actor: Actor) -> bool:
    proposed = any(one.act.tag == "reverse_deduction" for one in problem.proposed)
    mine = all(deduction.by.id == actor.id for deduction in problem.appeals_open)
    return bool(problem.appeals_open) and not proposed and not mine


def _can_still_move(problem: Problem, _: Actor) -> bool:
    owed = problem.open_round
    return owed is not None and owed.overdue_at is None and problem.suspension is None


def _can_be_suspended(problem: Problem, _: Actor) -> bool:
    waits = problem.open_round is not None or owes(problem, BureauDuty.REVISIT, "")
    proposed = any(one.act.tag == "suspend_problem" for one in problem.proposed)
    return waits and problem.suspension is None and not proposed


def _can_be_withdrawn(problem: Problem, _: Actor) -> bool:
    early = problem.stage in (Stage.REGISTERED, Stage.AWAITING_FEEDBACK)
    return early and not problem.submissions and problem.entry is None


def _is_going_on(problem: Problem, _: Actor) -> bool:
    return problem.stage not in ENDED


async def _appeal_decision(asked: Asked) -> Command:
    return m.AppealOnPageBody.model_validate(asked.fields).at_hand(asked.by)


async def _approval(asked: Asked) -> Command:
    """Each proposal stands in the form with its own hash; the chosen one's counts."""
    fields = {name: v for name, v in asked.fields.items() if not name.startswith("content_hash_")}
    chosen = asked.fields.get(f"content_hash_{fields.get('proposal', '')}")
    given = {"content_hash": chosen} if chosen and fields.get("decision") == "approve" else {}
    return m.ApprovalBody.model_validate({**fields, **given}).command(asked.by)


async def _merger(asked: Asked) -> Command:
    return await merger(asked.services, m.MergerBody.model_validate(asked.fields), asked.by)


async def _paper_answer(asked: Asked) -> Command:
    """The scans are sealed first; without the answer they are evidence of nothing."""
    files = [await take_scan(asked.services, file) for file in asked.files]
    body = m.PaperAnswerBody.model_validate({**asked.fields, "files": files})
    return body.command(asked.act_id, asked.by)


ACTS = (
    PageAct(
        path="extension-decisions",
        title="答复延期申请",
        button="登记答复",
        done="延期申请已答复；再次延期的，已转审批人批准",
        right="decide_extension",
        when=_asked_for_time,
        read=read_as(m.ExtensionDecisionBody),
        step=True,
    ),
    PageAct(
        path="objection-decisions",
        title="答复移交异议",
        button="登记答复",
        done="移交异议已答复",
        right="decide_objection",
        when=_objected,
        read=read_as(m.ObjectionDecisionBody),
        step=True,
    ),
    PageAct(
        path="appeal-decisions",
        title="答复扣分申诉",
        button="登记答复",
        done="申诉已答复；成立的，已转审批人批准撤销",
        right="decide_appeal",
        when=_appealed,
        read=_appeal_decision,
        step=True,
    ),
    PageAct(
        path="approvals",
        title="双人审批",
        button="登记审批意见",
        done="审批意见已登记",
        right="approve_act",
        when=lambda problem, actor: any(one.by.id != actor.id for one in problem.proposed),
        read=_approval,
        step=True,
    ),
    PageAct(
        path="resumption",
        title="恢复办理",
        button="恢复办理",
        done="问题已恢复办理",
        right="resume_problem",
        when=lambda problem, _: problem.suspension is not None,
        read=read_as(m.ResumptionBody),
        step=True,
    ),
    PageAct(
        path="paper-answers",
        title="代录书面或电话反馈",
        button="登记反馈",
        done="反馈已代录",
        right="enter_answer",
        when=lambda problem, _: bool(problem.rounds) and problem.stage not in ENDED,
        read=_paper_answer,
        files=True,
    ),
    PageAct(
        path="notice-reissues",
        title="重新送达本轮通知",
        button="重新送达",
        done="通知已重新安排送达，时限重新计算",
        right="reissue_notice",
        when=_can_still_move,
        read=read_as(m.ReissueBody),
    ),
    PageAct(
        path="due-date",
        title="调整本轮时限",
        button="提请批准",
        done="已提请批准",
        right="propose_act",
        when=_can_still_move,
        read=read_as(m.DueDateBody),
    ),
    PageAct(
        path="suspension",
        title="挂账",
        button="提请批准",
        done="已提请批准",
        right="propose_act",
        when=_can_be_suspended,
        read=read_as(m.SuspensionBody),
    ),
    PageAct(
        path="reassignment",
        title="改派",
        button="改派",
        done="问题已改派",
        right="reassign_problem",
        when=_is_going_on,
        read=read_as(m.ReassignmentBody),
    ),
    PageAct(
        path="merger",
        title="并案",
        button="并入",
        done="问题已并案",
        right="merge_problem",
        when=lambda problem, _: problem.stage not in ENDED and problem.entry is None,
        read=_merger,
    ),
    PageAct(
        path="withdrawal",
        title="撤回",
        button="撤回问题",
        done="问题已撤回",
        right="withdraw_problem",
        when=_can_be_withdrawn,
        read=read_as(m.WithdrawalBody),
    ),
    PageAct(
        path="reversals",
        title="撤销扣分",
        button="提请批准",
        done="已提请批准",
        right="propose_act",
        when=lambda problem, _: any(not d.reversed_seq for d in problem.deductions),
        read=read_as(m.ReversalBody),
    ),
    PageAct(
        path="reopening",
        title="问题反弹，重启办理",
        button="提请批准",
        done="已提请批准",
        right="propose_act",
        when=lambda problem, _: problem.stage is Stage.CLOSED,
        read=read_as(m.ReopeningBody),
    ),
    PageAct(
        path="typical-case",
        title="典型案例",
        button="登记",
        done="典型案例标记已更新",
        right="mark_typical_case",
        when=lambda problem, _: problem.transferred_on is not None,
        read=read_as(m.TypicalCaseBody),
    ),
)
