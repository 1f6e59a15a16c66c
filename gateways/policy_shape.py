"""The shape of a policy file: what is taken, within which bounds, in which words it is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, time
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    model_validator,
)

from domain.catalogues import clue_sources
from domain.deadlines import DayCount, StartsFrom
from domain.policy import ExceptionRules, Policy, Position, Within, content_hash
from domain.proof import COUNTED, ProofKind
from domain.stages import LATENESS, Fact, Light

_POLICY = TypeAdapter(Policy)
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]*")


def _clock_text(value: object) -> object:
    # YAML reads an unquoted 17:30 as the number 1050.
    if not isinstance(value, str):
        raise ValueError(f'时间须写在引号内，如"09:00"，现为{value}')
    return value


def _known_source(code: str) -> str:
    try:
        return clue_sources.by_code(code).code
    except KeyError as error:
        raise ValueError(f"没有线索来源{code}") from error


def _slug(name: str) -> str:
    if not _SLUG.fullmatch(name):
        raise ValueError(f"只能由小写字母、数字和连字符组成，现为{name}")
    return name


def _demand_distinct(what: str, values: Iterable[object]) -> None:
    listed = list(values)
    twice = {str(value) for value in listed if listed.count(value) > 1}
    if twice:
        raise ValueError(f"{what}重复：{'、'.join(sorted(twice))}")


def _demand_rising(what: str, steps: list[int]) -> None:
    if steps != sorted(set(steps)):
        raise ValueError(f"{what}应逐档递增")


Text = Annotated[str, Field(min_length=1)]
Slug = Annotated[str, AfterValidator(_slug)]
Count = Annotated[int, Field(ge=0, le=1000)]
Days = Annotated[int, Field(ge=1, le=1000)]
PointValue = Annotated[Decimal, Field(ge=0, le=1000, decimal_places=3)]
LocalTime = Annotated[time, BeforeValidator(_clock_text)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _DayCountRule(_Model):
    days: Days
    unit: DayCount
    clause: Text
    count_first_day: bool = False
    roll_off_rest_days: bool = True
    cut_off: LocalTime | None = None
    starts_from: StartsFrom = StartsFrom.TRANSFER


class _Clocks(_Model):
    feedback: _DayCountRule
    supplement: _DayCountRule
    redo: _DayCountRule
    rectification: _DayCountRule | None = None
    promise_max_days: Days
    review_working_days: Days
    revisit_after_working_days: Count
    revisit_grace_working_days: Count
    approval_working_days: Days
    appeal_working_days: Count
    appeal_from_receipt: bool = False


class _Rung(_Model):
    rung: Slug
    days_before: Days
    light: Light
    audience: Annotated[tuple[Position, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _before_red(self) -> Self:
        if self.light is Light.RED:
            raise ValueError("到期之前的提醒不能为红灯")
        return self


class _Reminders(_Model):
    rungs: tuple[_Rung, ...]
    overdue_audience: Annotated[tuple[Position, ...], Field(min_length=1)]
    overdue_every_working_days: Days
    opens_at: LocalTime
    closes_at: LocalTime

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.opens_at >= self.closes_at:
            raise ValueError("发送时段的开始（opens_at）应早于结束（closes_at）")
        _demand_distinct("提醒名称（rung）", (rung.rung for rung in self.rungs))
        _demand_distinct("提前天数（days_before）", (rung.days_before for rung in self.rungs))
        return self


class _ListingRule(_Model):
    fact: Fact
    lists: bool
    clause: Text


class _Band(_Model):
    occurrence: Days
    points: PointValue


class _LateBand(_Model):
    days: Days
    points: PointValue


class _Multiplier(_Model):
    source: Annotated[str, AfterValidator(_known_source)]
    factor: PointValue


class _AccountCap(_Model):
    rules: Annotated[tuple[Slug, ...], Field(min_length=1)]
    points: PointValue
    within: Within
    clause: Text


class _DeductionRule(_Model):
    rule_id: Slug
    fact: Fact
    bands: tuple[_Band, ...] = ()
    clause: Text
    doubled_for: tuple[Annotated[str, AfterValidator(_known_source)], ...] = ()
    paper: str = ""
    also_for: tuple[Fact, ...] = ()
    in_all: bool = False
    counted_within: Literal[Within.LIFE, Within.YEAR] = Within.LIFE
    monthly: bool = False
    multipliers: tuple[_Multiplier, ...] = ()
    by_days_late: tuple[_LateBand, ...] = ()

    @model_validator(mode="after")
    def _rising(self) -> Self:
        if bool(self.bands) is bool(self.by_days_late):
            raise ValueError("按次数各档（bands）和按超期天数各档（by_days_late）须填其一")
        _demand_rising("各档（bands）的次数（occurrence）", [one.occurrence for one in self.bands])
        days = [one.days for one in self.by_days_late]
        _demand_rising("各档（by_days_late）的天数（days）", days)
        return self

    @model_validator(mode="after")
    def _lasts(self) -> Self:
        if not self.by_days_late:
            return self
        if not {self.fact, *self.also_for} <= LATENESS:
            named = "、".join(sorted(fact.label for fact in LATENESS))
            raise ValueError(f"按超期天数扣分（by_days_late）只用于{named}")
        if self.in_all or self.monthly or self.counted_within is Within.YEAR:
            raise ValueError(
                "按超期天数扣分（by_days_late）不与in_all、monthly、counted_within: year同用"
            )
        return self


class _LevelRule(_Model):
    level: Days
    after_working_days: Count
    title: Text
    clause: Text
    at_facts: tuple[Fact, ...] = ()


class _ExceptionRules(_Model):
    """A file that names the group decides every number in it; those that came later may be left out."""

    extension_max_days: Days
    extensions_max: Count
    extensions_by_officer: Count
    extension_answer_working_days: Days
    proof_working_days: Days = ExceptionRules().proof_working_days
    service_tolerance_working_days: Count = ExceptionRules().service_tolerance_working_days
    least_working_days: Count = ExceptionRules().least_working_days
    refused_working_days: Days = ExceptionRules().refused_working_days
    extension_total_days: Count = 0
    extension_lead_days: Count = 0
    objection_working_days: Days
    objection_answer_working_days: Days
    suspension_max_days: Days
    appeal_answer_working_days: Days
    proposal_working_days: Days
    register_working_days: Days
    service_working_days: Days
    escalate_every_working_days: Days
    revisit_share_percent: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.extensions_by_officer > self.extensions_max:
            raise ValueError(
                "承办人可决定的延期次数（extensions_by_officer）不得多于延期次数上限（extensions_max）"
            )
        return self


class PolicyFile(_Model):
    """The shape of one `policies/*.yaml`; what each field means stands in domain/policy.py."""

    policy_id: Slug
    version: Text
    title: Text
    document_no: Text
    author: Text
    valid_from: date
    demo: bool
    clocks: _Clocks
    reminders: _Reminders
    listing: tuple[_ListingRule, ...]
    deductions: tuple[_DeductionRule, ...]
    levels: tuple[_LevelRule, ...]
    valid_to: date | None = None
    cap_per_problem_year: PointValue | None = None
    demands_proof_of_service: bool = True
    proofs: tuple[ProofKind, ...] = COUNTED
    account_caps: tuple[_AccountCap, ...] = ()
    exceptions: _ExceptionRules | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError("失效日期（valid_to）早于施行日期（valid_from）")
        if [rule.level for rule in self.levels] != list(range(1, len(self.levels) + 1)):
            raise ValueError("督办层级（levels）应从1起逐级列出")
        if any(rule.lists for rule in self.listing) and not self.levels:
            raise ValueError("有纳入清单的情形（listing），就应至少有一级督办（levels）")
        listed = {rule.fact for rule in self.listing if rule.lists}
        unlisted = [f.label for rule in self.levels for f in rule.at_facts if f not in listed]
        if unlisted:
            raise ValueError(
                f"督办层级（levels）的直达情形（at_facts）须同时纳入清单（listing）：{'、'.join(unlisted)}"
            )
        _demand_distinct("扣分规则编号（rule_id）", (rule.rule_id for rule in self.deductions))
        known = {rule.rule_id for rule in self.deductions}
        unknown = [name for cap in self.account_caps for name in cap.rules if name not in known]
        if unknown:
            raise ValueError(f"扣分上限（account_caps）所列规则编号{'、'.join(unknown)}不存在")
        _demand_distinct("纳入清单的情形（fact）", (rule.fact.label for rule in self.listing))
        return self

    def policy(self) -> Policy:
        """Give the policy as the domain knows it, with the hash of its content."""
        content = self.model_dump()
        clocks = content["clocks"]
        clocks["rectification"] = clocks["rectification"] or clocks["redo"]
        policy: Policy = _POLICY.validate_python({**content, "content_hash": ""})
        return replace(policy, content_hash=content_hash(policy))
