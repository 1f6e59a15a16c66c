"""双人审批: another person decides on exactly what was proposed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from domain import commands as c
from domain.roles import Actor
from office.acts.act import Act
from office.typed import HASH, Number, Prose, Typed, example


class ApprovalBody(Typed):
    """双人审批: a second person decides on exactly what was proposed."""

    model_config = example(proposal=9, decision="approve", content_hash="0" * 64)

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


def _chosen(fields: Mapping[str, str]) -> Mapping[str, str]:
    """Each proposal stands in the form with its own hash; the chosen one's counts."""
    given = {name: v for name, v in fields.items() if not name.startswith("content_hash_")}
    chosen = fields.get(f"content_hash_{given.get('proposal', '')}")
    bound = chosen and given.get("decision") == "approve"
    return given | ({"content_hash": chosen} if chosen and bound else {})


ACTS = (
    Act(
        name="approve",
        path="approvals",
        does="批准或不同意待批事项；提出人不得批准",
        body=ApprovalBody,
        commands=(c.ApproveAct, c.DeclineAct),
        form=_chosen,
        title="双人审批",
        button="登记审批意见",
        done="审批意见已登记",
        when=lambda problem, actor: any(one.by.id != actor.id for one in problem.proposed),
        step=True,
    ),
)
