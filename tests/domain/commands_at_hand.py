"""One well-formed command of each name, and a proposal of each act, fitting as far as it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from functools import cache

from domain import commands as c
from domain.policy import content_hash
from domain.proof import ProofKind
from domain.roles import SYSTEM
from domain.work_calendar import WorkCalendar, years_hash
from gateways.calendar_files import load_calendar
from tests.worlds.life import OFFICER, OTHER_OFFICER, SUPERVISOR, Life

_DONE = c.Answer(state=c.RectificationState.DONE, text="示例")


def round_no(life: Life) -> int:
    """The open round, or the last one."""
    return max(len(life.problem.rounds), 1)


def later(life: Life, days: int) -> date:
    """A day after today and after whatever is due."""
    round_ = life.problem.open_round
    return max(round_.due_on if round_ else life.today, life.today) + timedelta(days=days)


def deduction(life: Life) -> int:
    """The last deduction, 0 where there is none."""
    return life.problem.deductions[-1].seq if life.problem.deductions else 0


def request(life: Life) -> str:
    """The request for more time that waits."""
    round_ = life.problem.open_round
    return round_.asked.receipt_id if round_ and round_.asked else "none"


def appeal(life: Life) -> str:
    """The appeal that waits."""
    waiting = [row.appeal.receipt_id for row in life.problem.appeals_open if row.appeal]
    return waiting[-1] if waiting else "none"


def proposal(life: Life) -> tuple[int, str]:
    """What was proposed last, and its hash."""
    last = life.problem.proposed[-1:]
    return next(((one.seq, one.content_hash) for one in last), (0, ""))


def propose(make: Callable[[Life], c.Act]) -> Callable[[Life], c.Command]:
    """A proposal by an officer who decided nothing before."""
    return lambda life: c.ProposeAct(act=make(life), reason="示例", by=OTHER_OFFICER)


def transfer(life: Life) -> c.Command:
    return c.TransferProblem(on=life.today, document_no="示例", by=OFFICER)


def submit(life: Life) -> c.Command:
    paper = life.handed("new")
    del paper["reason"]
    return c.SubmitFeedback(round_no=round_no(life), answer=_DONE, **paper)


def enter(life: Life) -> c.Command:
    return c.EnterAnswer(
        receipt_id="paper",
        round_no=round_no(life),
        received_at=life.now,
        channel=c.Channel.PAPER,
        answer=_DONE,
        content_sha256="0",
        by=OFFICER,
    )


def review(life: Life) -> c.Command:
    waiting = life.problem.under_review
    return c.ReviewFeedback(
        receipt_id=waiting.receipt_id if waiting else "none",
        verdict=c.Verdict.ACCEPT_DONE,
        reason="",
        by=OFFICER,
    )


def revisit(life: Life) -> c.Command:
    return c.RecordRevisit(
        on=life.today, result=c.RevisitResult.IN_PLACE, findings="示例", by=OFFICER
    )


def approve_closure(life: Life) -> c.Command:
    held = life.problem.proposal
    return c.ApproveClosure(content_hash=held.content_hash if held else "", by=SUPERVISOR)


def ask_for_time(life: Life) -> c.Command:
    return c.RequestExtension(
        round_no=round_no(life), wanted_on=later(life, 5), **life.handed("new")
    )


def decide_extension(life: Life) -> c.Command:
    return c.DecideExtension(receipt_id=request(life), grant=True, reason="示例", by=OFFICER)


def raise_objection(life: Life) -> c.Command:
    return c.RaiseObjection(round_no=round_no(life), **life.handed("new"))


def decide_objection(life: Life) -> c.Command:
    raised = life.problem.objection
    return c.DecideObjection(
        receipt_id=raised.receipt_id if raised else "none",
        uphold=True,
        to_district="500104",
        reason="示例",
        by=OFFICER,
    )


def merge(life: Life) -> c.Command:
    round_ = life.problem.open_round
    return c.MergeProblem(
        into_no="CQ2024-0002",
        into_district=life.problem.district,
        into_enterprise=life.problem.facts.enterprise,
        into_key_content=life.problem.facts.key_content,
        into_is_open=True,
        into_due_on=round_.due_on if round_ else None,
        reason="示例",
        by=OFFICER,
    )


def approve_act(life: Life) -> c.Command:
    seq, held = proposal(life)
    return c.ApproveAct(proposal=seq, content_hash=held, by=SUPERVISOR)


def decline_act(life: Life) -> c.Command:
    return c.DeclineAct(proposal=proposal(life)[0], reason="示例", by=SUPERVISOR)


def appeal_deduction(life: Life) -> c.Command:
    return c.AppealDeduction(deduction=deduction(life), **life.handed("new"))


def points_receipt(life: Life) -> c.Command:
    return c.RecordPointsReceipt(
        deduction=deduction(life),
        kind=ProofKind.OFFICER_RECORD,
        recipient="直接送达",
        received_at=life.now,
        by=OFFICER,
    )


def decide_appeal(life: Life) -> c.Command:
    return c.DecideAppeal(receipt_id=appeal(life), uphold=False, reason="示例", by=SUPERVISOR)


@cache
def announced() -> tuple[WorkCalendar, str]:
    """A calendar of more years than lives begin with, and its hash."""
    calendar = load_calendar(range(2024, 2030)).for_years(2024, 2029)
    return calendar, years_hash(calendar.years)


def apply_calendar(_: Life) -> c.Command:
    calendar, held = announced()
    return c.ApplyCalendar(calendar=calendar, content_hash=held, proposed_by=OFFICER, by=SUPERVISOR)


def apply_policy(life: Life) -> c.Command:
    policy = replace(life.rules.policy, version="示例", content_hash="")
    policy = replace(policy, content_hash=content_hash(policy))
    return c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR)


def report_bounce(life: Life) -> c.Command:
    return c.ReportBounce(
        round_no=round_no(life), notice_key="示例", reported_at=life.now, by=SYSTEM
    )


def record_proof(life: Life) -> c.Command:
    return c.RecordProof(
        round_no=round_no(life),
        kind=ProofKind.RECIPIENT_SERVER,
        recipient="a@example.cn",
        proven_at=life.now,
        by=SYSTEM,
    )


AT_HAND: dict[str, Callable[[Life], c.Command]] = {
    "transfer_problem": transfer,
    "submit_feedback": submit,
    "enter_answer": enter,
    "review_feedback": review,
    "record_revisit": revisit,
    "approve_closure": approve_closure,
    "decline_closure": lambda _: c.DeclineClosure(reason="示例", by=SUPERVISOR),
    "record_list_number": lambda _: c.RecordListNumber(number="示例", by=OFFICER),
    "record_service": lambda life: c.RecordService(
        served_on=life.today, means="直接送达", by=OFFICER
    ),
    "reissue_notice": lambda _: c.ReissueNotice(reason="示例", by=OFFICER),
    "record_proof": record_proof,
    "report_bounce": report_bounce,
    "send_reminder": lambda _: c.SendReminder(by=OFFICER),
    "request_extension": ask_for_time,
    "decide_extension": decide_extension,
    "raise_objection": raise_objection,
    "decide_objection": decide_objection,
    "reassign_problem": lambda _: c.ReassignProblem(
        to_district="500104", reason="示例", by=OFFICER
    ),
    "assign_successor": lambda _: c.AssignSuccessor(
        to_district="500109", reason="示例", by=OFFICER
    ),
    "resume_problem": lambda _: c.ResumeProblem(reason="示例", by=OFFICER),
    "merge_problem": merge,
    "withdraw_problem": lambda _: c.WithdrawProblem(reason="示例", by=OFFICER),
    "appeal_deduction": appeal_deduction,
    "record_points_receipt": points_receipt,
    "decide_appeal": decide_appeal,
    "propose_act:extend": propose(
        lambda life: c.ExtendRound(receipt_id=request(life), until=later(life, 5))
    ),
    "propose_act:date": propose(
        lambda life: c.MoveDueDate(round_no=round_no(life), due_on=later(life, 9))
    ),
    "propose_act:suspend": propose(lambda life: c.SuspendProblem(review_on=later(life, 9))),
    "propose_act:reverse": propose(lambda life: c.ReverseDeduction(deduction=deduction(life))),
    "propose_act:reopen": propose(lambda _: c.ReopenProblem(findings="示例")),
    "approve_act": approve_act,
    "decline_act": decline_act,
    "apply_calendar": apply_calendar,
    "apply_policy": apply_policy,
    "record_draw": lambda _: c.RecordDraw(draw_id="示例", drawn=False, by=OFFICER),
    "mark_typical_case": lambda _: c.MarkTypicalCase(typical=True, reason="示例", by=SUPERVISOR),
    "sort_problem": lambda _: c.SortProblem(
        six_batch="batch_2", called="示例", reason="", by=OFFICER
    ),
    "record_register_number": lambda _: c.RecordRegisterNumber(
        register=c.Register.NATIONAL_AIR, number="示例", by=OFFICER
    ),
}
"""By the command's name; of a proposal the act stands after the colon."""
