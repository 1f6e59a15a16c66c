"""The policy: every number the rules use, as data with its source.

A policy is read from `policies/*.yaml`, recorded in each life at its start with version and hash,
and never changes under a running life. Values that no document fixes are demo values and their
clause says 示例.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from domain.canonical import digest, form_of
from domain.deadlines import DayCountRule
from domain.proof import COUNTED, ProofKind
from domain.recorded_forms import POLICY, POLICY_FORMS
from domain.stages import Fact, Light


class Position(StrEnum):
    """Who is written to: four positions in the district, two in the city bureau."""

    HANDLER = "handler"
    SECTION_CHIEF = "section_chief"
    DEPUTY_DIRECTOR = "deputy_director"
    DIRECTOR = "director"
    CASE_OFFICER = "case_officer"
    SUPERVISOR = "supervisor"

    @property
    def label(self) -> str:
        """The position's name in Chinese."""
        return POSITION_LABELS[self]


POSITION_LABELS = {
    Position.HANDLER: "经办人",
    Position.SECTION_CHIEF: "科长",
    Position.DEPUTY_DIRECTOR: "分管局长",
    Position.DIRECTOR: "局长",
    Position.CASE_OFFICER: "市级承办人",
    Position.SUPERVISOR: "市级审批人",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clocks:
    """The day counts of the district's duties and the working days the bureau allows itself.

    Every rectification that is asked for anew is counted by `redo`. `rectification` is the date of a
    key problem whose transfer names none (since FAIR_POINTS); where it equals `redo` there is none.
    Only `feedback` may start from 签收. With `appeal_from_receipt` the window of an appeal runs from the
    proof that the deduction's notice arrived, else from the day it left.
    """

    feedback: DayCountRule
    supplement: DayCountRule
    rectification: DayCountRule
    redo: DayCountRule
    promise_max_days: int
    review_working_days: int
    revisit_after_working_days: int
    revisit_grace_working_days: int
    approval_working_days: int
    appeal_working_days: int
    appeal_from_receipt: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One reminder before the due date; `days_before` counts calendar days back from it."""

    rung: str
    days_before: int
    light: Light
    audience: tuple[Position, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """The ladder of reminders and the hours in which they may be sent (Asia/Shanghai)."""

    rungs: tuple[Rung, ...]
    overdue_audience: tuple[Position, ...]
    overdue_every_working_days: int
    opens_at: time
    closes_at: time


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingRule:
    """Whether a fact puts the problem on the supervisory list, and on what ground."""

    fact: Fact
    lists: bool
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From the `occurrence`-th time on, a fact costs `points`."""

    occurrence: int
    points: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LateBand:
    """From the `days`-th day on that lateness lasts, it costs `points` in all."""

    days: int
    points: Decimal


class Within(StrEnum):
    """The time in which occurrences, or points, are counted together."""

    LIFE = "life"
    YEAR = "year"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Multiplier:
    """How many times a problem of a clue source counts."""

    source: str
    factor: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class DeductionRule:
    """What a fact costs the district.

    Below the first band a fact costs nothing. The facts of `also_for` are counted with `fact`. Each
    band is the price of one more time or, with `in_all`, of the whole case after so many times.
    Times are counted within the life or a calendar year (`counted_within`); with `monthly` all of a
    calendar month are one. `doubled_for` names clue sources whose problems count twice,
    `multipliers` others with their factor; `paper` is what goes with the deduction (a letter, a
    talk), if anything. A rule with `by_days_late` has no bands of times: each lateness costs by the
    calendar days it lasts 按超期天数, the first being the day after the date that was missed.
    """

    rule_id: str
    fact: Fact
    bands: tuple[Band, ...]
    clause: str
    doubled_for: tuple[str, ...] = ()
    paper: str = ""
    also_for: tuple[Fact, ...] = ()
    in_all: bool = False
    counted_within: Within = Within.LIFE
    monthly: bool = False
    multipliers: tuple[Multiplier, ...] = ()
    by_days_late: tuple[LateBand, ...] = ()

    @property
    def facts(self) -> frozenset[Fact]:
        """All facts that are counted by this rule."""
        return frozenset({self.fact, *self.also_for})

    def factor(self, clue_source: str) -> Decimal:
        """How many times a problem of this clue source counts."""
        own = {one.source: one.factor for one in self.multipliers}
        return own.get(clue_source, Decimal(2 if clue_source in self.doubled_for else 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountCap:
    """What a district loses at most by some rules together, over all its problems of a time 扣完为止."""

    rules: tuple[str, ...]
    points: Decimal
    within: Within
    clause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRule:
    """One level of escalated supervision and the working days unrectified before it.

    A fact of `at_facts`, which also lists the problem, leads to it at once.
    """

    level: int
    after_working_days: int
    title: str
    clause: str
    at_facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExceptionRules:
    """The numbers of lives that do not go straight.

    The defaults hold for a policy that says nothing of them; where no document fixes a number it
    is a demo value 示例. Working days are counted after the day of the event.
    """

    extension_max_days: int = 30  # 示例
    extensions_max: int = 2  # 示例
    extensions_by_officer: int = 1  # 示例；第二次起由审批人决定
    extension_answer_working_days: int = 3  # 示例
    objection_working_days: int = 5  # 参照《信访工作条例》第二十三条第三款：5个工作日内提出异议
    objection_answer_working_days: int = 5  # 示例
    suspension_max_days: int = 180  # 示例
    appeal_answer_working_days: int = 15  # 参照重庆市行政执法监督条例第二十一条：15个工作日
    proposal_working_days: int = 3  # 示例
    register_working_days: int = 5  # 示例
    service_working_days: int = 1  # 示例
    escalate_every_working_days: int = 3  # 示例
    proof_working_days: int = 2  # 示例；市级须在开出每一轮后的2个工作日内落实送达
    service_tolerance_working_days: int = 1  # 示例；送达迟于移交不足1个工作日的，仍自移交之日起算
    least_working_days: int = 5  # 示例；补录移交时区县剩余工作日不足的，自登记之日起算
    refused_working_days: int = 2  # 示例；延期申请在时限届满后不获同意的，自告知之日起另给的工作日
    extension_total_days: int = 0  # 累计延期的日数上限；0为不限
    extension_lead_days: int = 0  # 申请须早于时限的日数；0为时限届满前均可
    revisit_share_percent: int = 20  # 示例；双随机抽取中一般问题的回头看比例


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """All rules of one plan, in one validity. `demo` marks values that no document fixes."""

    policy_id: str
    version: str
    title: str
    document_no: str
    author: str
    valid_from: date
    demo: bool
    clocks: Clocks
    reminders: Reminders
    listing: tuple[ListingRule, ...]
    deductions: tuple[DeductionRule, ...]
    levels: tuple[LevelRule, ...]
    content_hash: str
    valid_to: date | None = None
    cap_per_problem_year: Decimal | None = None
    demands_proof_of_service: bool = True
    exceptions: ExceptionRules | None = None
    proofs: tuple[ProofKind, ...] = COUNTED
    account_caps: tuple[AccountCap, ...] = ()

    def __hash__(self) -> int:
        """Hash by content hash: policies are cache keys in every agenda."""
        return hash(self.content_hash)

    @property
    def name(self) -> str:
        """What a record order calls the policy: its version, and what it says."""
        return f"{self.policy_id}@{self.version}#{self.content_hash[:12]}"

    @property
    def limits(self) -> ExceptionRules:
        """The numbers of lives that do not go straight, the defaults where it says nothing."""
        return self.exceptions or _EXCEPTION_DEFAULTS

    def listing_rule(self, fact: Fact) -> ListingRule | None:
        """Give the rule by which `fact` lists a problem, or None when it does not."""
        return next((rule for rule in self.listing if rule.fact == fact and rule.lists), None)

    def level_at(self, fact: Fact) -> int:
        """Give the highest level a fact leads to at once, 0 when to none."""
        return max((rule.level for rule in self.levels if fact in rule.at_facts), default=0)

    def level_rule(self, level: int) -> LevelRule | None:
        """Give the rule of `level`, or None above the highest."""
        return next((rule for rule in self.levels if rule.level == level), None)


_EXCEPTION_DEFAULTS = ExceptionRules()


def content_hash(policy: Policy) -> str:
    """Hash what a policy says, its own hash field left out; SHA-256 in hex."""
    return digest(policy, POLICY)


def has_content_hash(policy: Policy, recorded_hash: str) -> bool:
    """Say whether a policy is what was once hashed so, in whichever form that was."""
    return form_of(policy, recorded_hash, POLICY_FORMS) is not None
