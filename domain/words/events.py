"""What happened, event by event, in the words officials would write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from domain import events as e
from domain.catalogues.districts import district
from domain.commands import (
    ACT_LABELS,
    Act,
    ExtendRound,
    MoveDueDate,
    MoveListed,
    ReopenProblem,
    RestartDays,
    ReverseDeduction,
    StateFact,
    SuspendProblem,
)
from domain.local_time import day_of
from domain.problem import Problem
from domain.reminders import rung_of_policy
from domain.words.brought_in import facts_words
from domain.words.counted import moved_words
from domain.words.days import day_brief, day_text, due_text, last_day
from domain.words.levels import level_text

RUNG_WORDS = {"due": "到期当日"}


def in_words(event: e.Event, problem: Problem | None = None) -> str:
    """Tell one event as officers would; a deduction by day and ground as `problem` knows it."""
    about = OF_A_DEDUCTION.get(type(event))
    if about is None:
        return WORDS[type(event)](event)
    seq: int = getattr(event, "deduction", 0)
    return about(event, deduction_words(problem, seq))


def deduction_words(problem: Problem | None, seq: int) -> str:
    """Name a deduction as people know it: 2026年11月26日“整改不严不实”扣2分."""
    known = problem.deduction(seq) if problem else None
    if known is None:
        return "扣分"
    return f"{day_brief(known.on)}“{known.fact.label}”扣{known.points.normalize():f}分"


def _opened_words(event: e.RoundOpened) -> str:
    mark = "（暂定）" if event.provisional else ""
    agreed = f"（{e.AGREED}）" if event.agreed else ""
    due = f"{due_text(event.due_at)}{mark}"
    return f"第{event.round_no}轮开始：区县须于{due}前{event.kind.label}{agreed}"


def _received_words(event: e.FeedbackReceived) -> str:
    late = "（逾期）" if event.late else ""
    return f"收到区县第{event.round_no}轮反馈{late}：{event.answer.state.label}"


def _filed_words(event: e.AnswerFiled) -> str:
    why = "进展报告" if event.why is e.FiledWhy.PROGRESS else "属于以前的轮次"
    return f"收到区县材料并存档（{why}），不改变办理环节"


def _reviewed_words(event: e.FeedbackReviewed) -> str:
    agreed = f"，完成日期{day_text(event.promised_on)}" if event.promised_on else ""
    reason = f"；理由：{event.reason}" if event.reason else ""
    return f"审核结论：{event.verdict.label}{agreed}{reason}"


def _deducted_words(event: e.PointsDeducted) -> str:
    capped = "（已达上限）" if event.capped else ""
    days = f"（超期{event.days_late}日）" if event.days_late else ""
    return (
        f"扣{event.points.normalize():f}分{capped}：{event.fact.label}{days}。依据：{event.clause}"
    )


def _reminded_words(event: e.ReminderIssued) -> str:
    if event.rung.startswith("manual-"):
        return f"发出人工催办（第{event.round_no}轮）"
    return f"发出{event.light.label}提醒（第{event.round_no}轮，{rung_words(event.rung)}）"


def rung_words(rung: str) -> str:
    """Name a rung of the ladder: d-3 is 到期前3天, overdue-2 is 逾期第2次催办."""
    kind, _, number = rung_of_policy(rung).partition("-")
    if kind == "d":
        return f"到期前{number}天"
    return f"逾期第{number}次催办" if kind == "overdue" else RUNG_WORDS.get(rung, rung)


def act_words(act: Act, problem: Problem | None = None) -> str:
    """Say what a second person is asked to approve."""
    if isinstance(act, ExtendRound):
        detail = f"至{day_text(act.until)}"
    elif isinstance(act, MoveDueDate):
        detail = f"第{act.round_no}轮改为{day_text(act.due_on)}"
    elif isinstance(act, RestartDays):
        detail = f"第{act.round_no}轮自{day_text(act.counted_from)}起"
    elif isinstance(act, SuspendProblem):
        detail = f"{day_text(act.review_on)}前复核"
    elif isinstance(act, ReverseDeduction):
        detail = deduction_words(problem, act.deduction)
    elif isinstance(act, MoveListed):
        detail = f"改由{_unit(act.to_district)}办理"
    elif isinstance(act, StateFact):
        detail = f"{day_text(act.on)}{act.fact.label}，依据：{act.source}"
    elif isinstance(act, ReopenProblem):
        detail = act.findings
    else:
        return ACT_LABELS[act.tag]
    return f"{ACT_LABELS[act.tag]}（{detail}）"


def _who_went(event: e.RevisitRecorded) -> str:
    people = f"检查人员{len(event.inspectors)}名" if event.inspectors else ""
    said = "，".join(one for one in (event.inspection_group, people) if one)
    return f"（{said}）" if said else ""


def _from_afar(event: e.RevisitRecorded) -> str:
    if event.positive_until is None:
        return ""
    return f"（非现场；企业在正面清单内，有效期至{day_text(event.positive_until)}）"


def _because(reason: str) -> str:
    return f"；理由：{reason}" if reason else ""


def _unit(code: str) -> str:
    return district(code).name


def _extension_words(event: e.ExtensionDecided) -> str:
    answer = f"同意延至{day_text(event.until)}" if event.until else "不同意延期"
    return f"延期申请：{answer}{_because(event.reason)}"


def _objection_words(event: e.ObjectionRaised) -> str:
    again = "再次" if event.disputed else ""
    proper = f"，认为应由{_unit(event.proper_district)}办理" if event.proper_district else ""
    return f"区县{again}对移交对象提出异议{proper}：{event.reason}"


WORDS: dict[type, Callable[[Any], str]] = {
    e.ProblemRegistered: lambda v: f"登记入问题清单，编号{v.problem_no}",
    e.ProblemTransferred: lambda v: (
        f"移交{day_text(v.on)}" + (f"，文号{v.document_no}" if v.document_no else "")
    ),
    e.ProblemBroughtIn: lambda v: (
        f"作为既有问题登记，登记前的事项不作认定、不扣分。{facts_words(v.existing)}"
    ),
    e.RoundOpened: _opened_words,
    e.DueDateMoved: lambda v: f"第{v.round_no}轮{moved_words(v)}",
    e.TransferDateMoved: lambda v: (
        f"移交确定的整改时限由{day_text(v.from_on)}改为{day_text(v.due_on)}（{v.why.label}）"
    ),
    e.ReminderIssued: _reminded_words,
    e.ReminderSkipped: lambda v: (
        f"提醒（{rung_words(v.rung)}）"
        + ("因送达未证实未发送" if v.unproven else "已被后续环节取代，未再发送")
    ),
    e.FeedbackReceived: _received_words,
    e.AnswerFiled: _filed_words,
    e.FeedbackReviewed: _reviewed_words,
    e.FactEstablished: lambda v: (
        f"认定：{v.fact.label}（第{v.occurrence}次）" + (f"，依据：{v.source}" if v.source else "")
    ),
    e.LatenessGrew: lambda v: f"{v.fact.label}，已超期{v.days}日",
    e.FactFell: lambda v: f"不再认定：{v.fact.label}（{v.why.label}）",
    e.ConsequenceHeld: lambda v: (
        f"第{v.round_no}轮时限届满，但送达未证实，暂不作逾期认定，待承办人核实送达情况"
    ),
    e.PlacedOnList: lambda v: f"拟纳入督察问题清单：{v.reason.label}。依据：{v.clause}",
    e.ListReasonAdded: lambda v: f"督察问题清单增加事由：{v.reason.label}。依据：{v.clause}",
    e.ListNumberRecorded: lambda v: f"登记督察问题清单编号：{v.number}",
    e.ListReasonFell: lambda v: f"督察问题清单事由不再成立：{v.reason.label}（{v.why.label}）",
    e.TakenOffList: lambda v: f"{v.why.label}，移出督察问题清单",
    e.PointsDeducted: _deducted_words,
    e.LevelLowered: lambda v: f"督办层级降为{level_text(v.level, v.title)}（{v.why.label}）",
    e.ClocksRested: lambda v: (
        f"{day_text(v.since)}至{day_text(v.on)}为市级办理时间，不计入区县的天数"
    ),
    e.LevelRaised: lambda v: f"提级督办，督办层级升为{level_text(v.level, v.title)}",
    e.ServiceProven: lambda v: f"第{v.round_no}轮通知送达得到证实：{v.kind.label}",
    e.ServiceRecorded: lambda v: (
        f"登记送达：第{v.round_no}轮通知于{day_text(v.served_on)}送达（{v.means}）"
    ),
    e.RevisitPlanned: lambda v: (
        f"计划于{day_text(v.on)}起回头看，最迟{day_text(last_day(v.due_at))}"
    ),
    e.RevisitRecorded: lambda v: (
        f"{day_text(v.on)}回头看{_who_went(v)}{_from_afar(v)}：{v.result.label}。{v.findings}"
    ),
    e.ClosureProposed: lambda _: "提出销号，待提请人以外的审批人员批准",
    e.ClosureDeclined: lambda v: f"销号未获批准，须再次回头看；理由：{v.reason}",
    e.ProblemClosed: lambda v: f"{day_text(v.on)}批准销号",
    e.DueDateConfirmed: lambda v: f"第{v.round_no}轮时限确定为{day_text(v.due_on)}，不再是暂定日期",
    e.ExtensionRequested: lambda v: f"区县申请延至{day_text(v.wanted_on)}：{v.reason}",
    e.ExtensionDecided: _extension_words,
    e.ObjectionRaised: _objection_words,
    e.ObjectionDecided: lambda v: f"管辖异议{'成立' if v.upheld else '不成立'}{_because(v.reason)}",
    e.ProblemReassigned: lambda v: (
        f"由{_unit(v.from_district)}转{_unit(v.to_district)}办理（{v.why.label}）{_because(v.reason)}"
    ),
    e.ActProposed: lambda v: f"提请审批：{act_words(v.act)}{_because(v.reason)}",
    e.ActApproved: lambda _: "批准提请的内容",
    e.ActDeclined: lambda v: f"不同意提请的内容{_because(v.reason)}",
    e.ProblemSuspended: lambda v: (
        f"暂缓办理（暂停计时），{day_text(v.review_on)}前复核{_because(v.reason)}"
    ),
    e.ProblemResumed: lambda v: f"恢复计时，共暂缓办理{v.days_suspended}日{_because(v.reason)}",
    e.ProblemMerged: lambda v: f"与{v.into_no}合并办理{_because(v.reason)}",
    e.ProblemWithdrawn: lambda v: f"撤回{_because(v.reason)}",
    e.ProblemReopened: lambda v: f"问题反弹，以原编号恢复办理。{v.findings}",
    e.NoticeReissued: lambda v: f"重新送达第{v.round_no}轮通知{_because(v.reason)}",
    e.ServiceFailed: lambda v: f"第{v.round_no}轮通知未能送达，送达未证实",
    e.CalendarApplied: lambda _: "适用新公布的放假安排",
    e.PolicyApplied: lambda v: f"适用新的口径{v.policy}",
    e.RevisitDrawn: lambda v: (
        f"双随机抽取（{v.draw_id}）：{'须回头看' if v.drawn else '免予回头看'}"
    ),
    e.TypicalCaseMarked: lambda v: (
        f"{'标记为' if v.typical else '取消'}典型案例{_because(v.reason)}"
    ),
    e.ProblemSorted: lambda v: f"归入“六个一批”：{v.called}{_because(v.reason)}",
    e.RegisterNumberRecorded: lambda v: f"登记{v.register.label}编号：{v.number}",
    e.BureauReminded: lambda v: f"市级事项超过内部时限：{v.duty.label}（第{v.step}次提示）",
    e.BureauDutyOverdue: lambda v: f"市级事项超过内部时限：{v.duty.label}",
    e.LifeEnded: lambda _: "申诉期满，办理流程结束",
    e.LifeRestored: lambda v: (
        f"办理流程{v.lost.label}，经两人批准接续办理{_because(v.reason)}"
        + (f"；此前{v.from_log}项取自数据库的事件记录" if v.from_log else "")
    ),
    e.LifeEndHeld: lambda _: "扣分告知送达未证实，申诉期限尚未起算，办理流程暂不结束",
}

OF_A_DEDUCTION: dict[type, Callable[[Any, str], str]] = {
    e.PointsRepriced: lambda v, it: (
        f"核减{v.points.normalize():f}分，原扣分：{it}{_because(v.clause)}"
    ),
    e.AppealFiled: lambda v, it: f"区县对{it}提出申诉：{v.reason}",
    e.AppealDecided: lambda v, it: (
        f"对{it}的申诉{'成立' if v.upheld else '不成立'}{_because(v.reason)}"
    ),
    e.PointsNoticeReceived: lambda v, it: (
        f"{it}的告知于{day_text(day_of(v.received_at))}送达：{v.kind.label}，申诉期限自次日起算"
    ),
    e.PointsNoticeFailed: lambda v, it: (
        f"{it}的告知被退回" + ("，送达未证实，申诉期限停止计算" if v.withdraws else "")
    ),
    e.PointsReversed: lambda v, it: (
        f"撤销{v.points.normalize():f}分，原扣分：{it}{_because(v.clause)}"
    ),
}
"""Sentences about a deduction, given the deduction in words; nobody outside knows its number."""
