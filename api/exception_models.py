"""The typed models of acts on lives that do not go straight."""

from __future__ import annotations

import hashlib
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, JsonValue, model_validator

from api.models import HASH, Day, Line, NeededLine, NeededProse, Prose, Typed
from domain import commands as c
from domain.local_time import at_local
from domain.roles import Actor
from store.codec import json_text

Number = Annotated[int, Field(ge=1, le=1_000_000)]


def _example(**values: JsonValue) -> ConfigDict:
    return ConfigDict(json_schema_extra={"examples": [values]})


class ExtensionDecisionBody(Typed):
    """答复延期申请: granted until a day (left out: the day asked for), or refused with a reason."""

    model_config = _example(
        receipt_id="3f2b8c1e-6a51-4b0e-9d7b-0d5f0a3c9b11",
        decision="grant",
        until="2024-07-19",
        reason="设备到货延迟，情况属实",
    )

    receipt_id: NeededLine
    decision: Literal["grant", "refuse"]
    until: Day | None = None
    reason: Prose = ""

    def command(self, by: Actor) -> c.DecideExtension:
        """Give the command."""
        return c.DecideExtension(
            receipt_id=self.receipt_id,
            grant=self.decision == "grant",
            until=self.until,
            reason=self.reason,
            by=by,
        )


class ObjectionDecisionBody(Typed):
    """答复移交异议: upheld with the district that gets the problem, or refused with a reason."""

    model_config = _example(
        receipt_id="3f2b8c1e-6a51-4b0e-9d7b-0d5f0a3c9b11",
        decision="uphold",
        to_district="500104",
        reason="厂区位于大渡口区",
    )

    receipt_id: NeededLine
    decision: Literal["uphold", "refuse"]
    to_district: Line = ""
    reason: Prose = ""

    @model_validator(mode="after")
    def _complete(self) -> ObjectionDecisionBody:
        if self.decision == "uphold" and not self.to_district:
            raise ValueError("异议成立的，须选择改由哪个区县办理")
        return self

    def command(self, by: Actor) -> c.DecideObjection:
        """Give the command."""
        return c.DecideObjection(
            receipt_id=self.receipt_id,
            uphold=self.decision == "uphold",
            to_district=self.to_district,
            reason=self.reason,
            by=by,
        )


class ReassignmentBody(Typed):
    """改派: the bureau corrects its choice, or a successor takes an ended unit's problem over."""

    model_config = _example(to_district="500104", because="correction", reason="移交对象有误")

    to_district: NeededLine
    because: Literal["correction", "successor"] = "correction"
    reason: NeededProse

    def command(self, by: Actor) -> c.ReassignProblem | c.AssignSuccessor:
        """Give the command."""
        kind = c.AssignSuccessor if self.because == "successor" else c.ReassignProblem
        return kind(to_district=self.to_district, reason=self.reason, by=by)


class SuspensionBody(Typed):
    """挂账: proposed with a reason and the day it is looked at again; a second person approves."""

    model_config = _example(review_on="2024-10-08", reason="企业停产检修，复产后整改")

    review_on: Day
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        return c.ProposeAct(
            act=c.SuspendProblem(review_on=self.review_on), reason=self.reason, by=by
        )


class ReasonBody(Typed):
    """An act that needs nothing but its reason."""

    model_config = _example(reason="企业已复产")

    reason: NeededProse


class ResumptionBody(ReasonBody):
    """恢复办理."""

    def command(self, by: Actor) -> c.ResumeProblem:
        """Give the command."""
        return c.ResumeProblem(reason=self.reason, by=by)


class WithdrawalBody(ReasonBody):
    """撤回, before any feedback."""

    def command(self, by: Actor) -> c.WithdrawProblem:
        """Give the command."""
        return c.WithdrawProblem(reason=self.reason, by=by)


class ReissueBody(ReasonBody):
    """重新送达, after another contact has been named."""

    def command(self, by: Actor) -> c.ReissueNotice:
        """Give the command."""
        return c.ReissueNotice(reason=self.reason, by=by)


class DueDateBody(Typed):
    """调整时限: another due date for the open round, proposed for a second person."""

    model_config = _example(round_no=1, due_on="2024-07-31", reason="汛期停工")

    round_no: Number
    due_on: Day
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.MoveDueDate(round_no=self.round_no, due_on=self.due_on)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


class ReversalBody(Typed):
    """撤销扣分: proposed for a second person; `deduction` is the number of its event."""

    model_config = _example(deduction=12, reason="扣分事实有误")

    deduction: Number
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.ReverseDeduction(deduction=self.deduction)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


class ReopeningBody(Typed):
    """反弹重启: proposed for a second person, under the same number."""

    model_config = _example(findings="复查发现集气罩再次停用。", reason="问题反弹")

    findings: NeededProse
    reason: NeededProse

    def command(self, by: Actor) -> c.ProposeAct:
        """Give the command."""
        act = c.ReopenProblem(findings=self.findings)
        return c.ProposeAct(act=act, reason=self.reason, by=by)


class ApprovalBody(Typed):
    """双人审批: a second person decides on exactly what was proposed."""

    model_config = _example(proposal=9, decision="approve", content_hash="0" * 64)

    proposal: Number
    decision: Literal["approve", "decline"]
    content_hash: Annotated[str, Field(pattern=HASH)] | None = None
    reason: Prose = ""

    @model_validator(mode="after")
    def _complete(self) -> ApprovalBody:
        if self.decision == "approve" and self.content_hash is None:
            raise ValueError("批准须附核对码 content_hash（见问题详情中的 proposed）")
        return self

    def command(self, by: Actor) -> c.ApproveAct | c.DeclineAct:
        """Give the command."""
        if self.decision == "approve":
            return c.ApproveAct(proposal=self.proposal, content_hash=self.content_hash or "", by=by)
        return c.DeclineAct(proposal=self.proposal, reason=self.reason, by=by)


class AppealDecisionBody(Typed):
    """答复申诉: upholding it proposes the reversal; never by the deduction's author."""

    model_config = _example(decision="refuse", reason="扣分事实清楚、依据充分")

    decision: Literal["uphold", "refuse"]
    reason: NeededProse

    def command(self, receipt_id: str, by: Actor) -> c.DecideAppeal:
        """Give the command for the appeal under a receipt."""
        return c.DecideAppeal(
            receipt_id=receipt_id, uphold=self.decision == "uphold", reason=self.reason, by=by
        )


class AppealOnPageBody(AppealDecisionBody):
    """The same on the problem's page, where the receipt is known."""

    receipt_id: NeededLine

    def at_hand(self, by: Actor) -> c.DecideAppeal:
        """Give the command."""
        return self.command(self.receipt_id, by)


class MergerBody(Typed):
    """并案: the problem joins its duplicate `into_no`."""

    model_config = _example(into_no="CQ2024-0001", reason="同一企业同一问题重复移交")

    into_no: NeededLine
    reason: NeededProse


class TypicalCaseBody(Typed):
    """典型案例: marked, or no longer."""

    model_config = _example(typical=True, reason="查处及时、整改彻底")

    typical: bool
    reason: NeededProse

    def command(self, by: Actor) -> c.MarkTypicalCase:
        """Give the command."""
        return c.MarkTypicalCase(typical=self.typical, reason=self.reason, by=by)


class FileBody(Typed):
    """A file uploaded before; its SHA-256 is its address."""

    sha256: Annotated[str, Field(pattern=HASH)]
    name: NeededLine
    media_type: NeededLine
    size: Annotated[int, Field(ge=1, le=20_000_000)]


class PaperAnswerBody(Typed):
    """代录反馈: an answer that came on paper or by telephone on a day, with its scan."""

    model_config = _example(
        round_no=1,
        received_on="2024-07-05",
        channel="paper",
        state="done",
        text="集气罩已全部开启，详见书面反馈。",
    )

    round_no: Number
    received_on: Day
    channel: Literal[c.Channel.PAPER, c.Channel.TELEPHONE]
    state: c.RectificationState
    text: NeededProse
    promised_on: Day | None = None
    penalty_outcome: Line = ""
    penalty_document_no: Line = ""
    penalty_amount: Annotated[Decimal, Field(ge=0, le=10**9, decimal_places=2)] | None = None
    penalty_ground: Line = ""
    files: Annotated[tuple[FileBody, ...], Field(max_length=10)] = ()

    def command(self, receipt_id: str, by: Actor) -> c.EnterAnswer:
        """Give the command; a day's paper counts from the day's beginning."""
        content = json_text(self.model_dump(mode="json"))
        return c.EnterAnswer(
            receipt_id=receipt_id,
            round_no=self.round_no,
            received_at=at_local(self.received_on, time(0)),
            channel=self.channel,
            answer=self._answer(),
            content_sha256=hashlib.sha256(content.encode()).hexdigest(),
            by=by,
        )

    def _answer(self) -> c.Answer:
        return c.Answer(
            state=self.state,
            text=self.text,
            promised_on=self.promised_on,
            penalty_outcome=self.penalty_outcome,
            penalty_document_no=self.penalty_document_no,
            penalty_amount=self.penalty_amount,
            penalty_ground=self.penalty_ground,
            files=tuple(c.EvidenceFile(**file.model_dump()) for file in self.files),
        )
