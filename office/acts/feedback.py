"""What is said of a district's answer, and answers that come on paper or by telephone."""

from __future__ import annotations

import hashlib
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain import commands as c
from domain.catalogues import penalty_outcomes, referrals
from domain.local_time import at_local
from domain.roles import Actor
from domain.stages import ENDED
from office.acts.act import Act, Doing
from office.answering.annex_form import answer_of
from office.answering.penalty_form import no_fine_words
from office.answering.scans import demand_as_sealed
from office.typed import HASH, Day, Line, NeededLine, NeededProse, Number, Prose, Typed, example
from store.codec import json_text


class ReviewBody(Typed):
    """审核: the officer's verdict on the answer `receipt_id`."""

    model_config = example(
        receipt_id="3f2b8c1e-6a51-4b0e-9d7b-0d5f0a3c9b11",
        verdict="accept_done",
        reason="佐证材料齐全",
    )

    receipt_id: NeededLine
    verdict: c.Verdict
    reason: Prose = ""
    promised_on: Day | None = None

    def command(self, by: Actor) -> c.ReviewFeedback:
        """Give the command."""
        return c.ReviewFeedback(
            receipt_id=self.receipt_id,
            verdict=self.verdict,
            reason=self.reason,
            promised_on=self.promised_on,
            by=by,
        )


class FileBody(Typed):
    """A file uploaded before; its SHA-256 is its address."""

    sha256: Annotated[str, Field(pattern=HASH)]
    name: NeededLine
    media_type: NeededLine
    size: Annotated[int, Field(ge=1, le=20_000_000)]


class PaperAnswerBody(Typed):
    """代录反馈: an answer that came on paper or by telephone on a day, with its scan."""

    model_config = example(
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
    referral: Line = ""
    referral_document_no: Line = ""
    files: Annotated[tuple[FileBody, ...], Field(max_length=10)] = ()

    @model_validator(mode="after")
    def _plausible(self) -> PaperAnswerBody:
        if self.referral and referrals.find(self.referral) is None:
            raise ValueError(f"处罚并移送应为{'、'.join(one.code for one in referrals.REFERRALS)}")
        outcome = penalty_outcomes.find(self.penalty_outcome)
        if self.penalty_amount and outcome is not None and not outcome.may_fine:
            raise ValueError(no_fine_words(outcome))
        return self

    def command(self, receipt_id: str, by: Actor) -> c.EnterAnswer:
        """Give the command; a day's paper counts from the day's beginning."""
        content = json_text(self.model_dump(mode="json"))
        files = tuple(c.EvidenceFile(**file.model_dump()) for file in self.files)
        return c.EnterAnswer(
            receipt_id=receipt_id,
            round_no=self.round_no,
            received_at=at_local(self.received_on, time(0)),
            channel=self.channel,
            answer=answer_of(self, files),
            content_sha256=hashlib.sha256(content.encode()).hexdigest(),
            by=by,
        )


async def _entered(doing: Doing, body: PaperAnswerBody) -> c.Command:
    """The scans are sealed first; without the answer they are evidence of nothing."""
    for file in body.files:
        await demand_as_sealed(doing.services, c.EvidenceFile(**file.model_dump()))
    return body.command(doing.made_under, doing.by)


ACTS = (
    Act(
        name="review",
        path="reviews",
        does="审核区县反馈",
        body=ReviewBody,
        commands=(c.ReviewFeedback,),
        title="审核反馈",
        button="登记审核结论",
        done="审核结论已登记",
        when=lambda problem, _: problem.under_review is not None,
        step=True,
    ),
    Act(
        name="enter_answer",
        path="paper-answers",
        does="代录书面或电话反馈，附扫描件；收到日期由承办人如实填写并留痕",
        body=PaperAnswerBody,
        commands=(c.EnterAnswer,),
        make=_entered,
        title="代录书面或电话反馈",
        button="登记反馈",
        done="反馈已代录",
        when=lambda problem, _: bool(problem.rounds) and problem.stage not in ENDED,
        files=True,
    ),
)
