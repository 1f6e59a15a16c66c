"""The two axes of a problem: its stage, and how closely it is supervised.

A problem that stands on the supervisory list goes on being rectified, reviewed and revisited;
the list entry and its level are therefore no stages of their own (plan, part 三(二), third rule).
"""

from __future__ import annotations

from enum import StrEnum


class Stage(StrEnum):
    """Who owes the next step, and which."""

    REGISTERED = "registered"
    AWAITING_FEEDBACK = "awaiting_feedback"
    UNDER_REVIEW = "under_review"
    RECTIFYING = "rectifying"
    AWAITING_REVISIT = "awaiting_revisit"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"

    @property
    def label(self) -> str:
        """The word officials use for this stage."""
        return STAGE_LABELS[self]


STAGE_LABELS = {
    Stage.REGISTERED: "已登记待移交",
    Stage.AWAITING_FEEDBACK: "待区县反馈",
    Stage.UNDER_REVIEW: "待审核",
    Stage.RECTIFYING: "整改中",
    Stage.AWAITING_REVISIT: "待回头看",
    Stage.CLOSED: "已销号",
    Stage.WITHDRAWN: "已撤回",
    Stage.MERGED: "已合并办理",
}

WITH_DISTRICT = frozenset({Stage.AWAITING_FEEDBACK, Stage.RECTIFYING})
"""The stages in which the district owes the next step: only here do its clocks run."""

ENDED = frozenset({Stage.CLOSED, Stage.WITHDRAWN, Stage.MERGED})

TRANSITIONS: dict[Stage, frozenset[Stage]] = {
    Stage.REGISTERED: frozenset({Stage.AWAITING_FEEDBACK, Stage.WITHDRAWN, Stage.MERGED}),
    Stage.AWAITING_FEEDBACK: frozenset({Stage.UNDER_REVIEW, Stage.WITHDRAWN, Stage.MERGED}),
    Stage.UNDER_REVIEW: frozenset(
        {Stage.AWAITING_FEEDBACK, Stage.RECTIFYING, Stage.AWAITING_REVISIT, Stage.MERGED}
    ),
    Stage.RECTIFYING: frozenset({Stage.UNDER_REVIEW, Stage.AWAITING_FEEDBACK, Stage.MERGED}),
    Stage.AWAITING_REVISIT: frozenset({Stage.RECTIFYING, Stage.CLOSED, Stage.MERGED}),
    Stage.CLOSED: frozenset({Stage.RECTIFYING}),
    Stage.WITHDRAWN: frozenset(),
    Stage.MERGED: frozenset(),
}
"""Every step from one stage to another that a life may take; a pair not listed is a bug."""


class RoundKind(StrEnum):
    """What the district is asked for in one round: one duty to answer, with its own due date."""

    FEEDBACK = "feedback"
    SUPPLEMENT = "supplement"
    RECTIFICATION = "rectification"

    @property
    def label(self) -> str:
        """The word officials use for what is owed in this round."""
        return ROUND_LABELS[self]


ROUND_LABELS = {
    RoundKind.FEEDBACK: "反馈处置结果",
    RoundKind.SUPPLEMENT: "补充反馈",
    RoundKind.RECTIFICATION: "报告整改完成",
}


class Light(StrEnum):
    """The warning colour of a reminder."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"

    @property
    def label(self) -> str:
        """The colour in Chinese."""
        return {"green": "绿灯", "blue": "蓝灯", "yellow": "黄灯", "orange": "橙灯", "red": "红灯"}[
            self.value
        ]


class Fact(StrEnum):
    """What a rule of the policy can hang a consequence on.

    The first four are the plan's grounds for the supervisory list (part 三(二), third rule), the
    silence of the district among them only by the policy's own switch. The last three are stated by a
    person, with what they rest on, and by a second one.
    """

    NO_FEEDBACK = "no_feedback"
    OVERDUE_RECTIFICATION = "overdue_rectification"
    NOT_STRICT_OR_FALSE = "not_strict_or_false"
    NOT_IN_PLACE = "not_in_place"
    RETURNED = "returned"
    YELLOW_LIGHT = "yellow_light"
    RED_LIGHT = "red_light"
    REBOUND = "rebound"
    CRITICISED = "criticised"
    EXPOSED = "exposed"
    SHIRKED = "shirked"

    @property
    def label(self) -> str:
        """The ground as it is written on the list and in the ledger."""
        return FACT_LABELS[self]


FACT_LABELS = {
    Fact.NO_FEEDBACK: "逾期未反馈",
    Fact.OVERDUE_RECTIFICATION: "未按期完成整改",
    Fact.NOT_STRICT_OR_FALSE: "整改不严不实",
    Fact.NOT_IN_PLACE: "整改不到位",
    Fact.RETURNED: "反馈被退回补充",
    Fact.YELLOW_LIGHT: "黄灯预警",
    Fact.RED_LIGHT: "红灯警示",
    Fact.REBOUND: "问题反弹",
    Fact.CRITICISED: "被省级及以上通报批评",
    Fact.EXPOSED: "被省级及以上媒体曝光",
    Fact.SHIRKED: "推诿、拒不办理",
}

STATED = frozenset({Fact.CRITICISED, Fact.EXPOSED, Fact.SHIRKED})
"""What no clock and no finding in the course establishes: it is stated 人工认定."""

FINDINGS = frozenset({Fact.RETURNED, Fact.NOT_STRICT_OR_FALSE, Fact.NOT_IN_PLACE, Fact.REBOUND})
"""What the bureau finds of an answer or on site: each asks the district anew, in a round of its own."""

LATENESS = frozenset({Fact.NO_FEEDBACK, Fact.OVERDUE_RECTIFICATION})
"""What lasts: its days may be counted."""
