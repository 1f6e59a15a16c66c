"""Announcing a draw: everything is fixed before its seed can be known."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from domain.draw.chance import PRECISE
from domain.inspection_groups import Member, MemberKind, home_units
from domain.local_time import day_of
from domain.policy import Policy
from domain.positive_list import Listing, stay_of
from domain.problem import Problem
from domain.refusals import WrongContent
from domain.revisits import must_be_revisited
from domain.stages import Stage

REVISIT = "revisit"
"""The one purpose so far; it stands in every hash, so that one seed serves several draws."""
LATEST_SEED = timedelta(days=31)


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawRule:
    """The numbers of a draw.

    `share` of the problems without a key content are drawn, rounded up; a district's weight is one
    and `weight_per_point` for each point it lost in the year; `inspectors` go to each problem.
    """

    share: Decimal
    weight_per_point: Decimal
    inspectors: int
    clause: str


def rule_of(policy: Policy) -> DrawRule:
    """Give the numbers of a draw under a policy; the share is the policy's own."""
    percent = policy.limits.revisit_share_percent
    return DrawRule(
        share=Decimal(percent) / 100,
        weight_per_point=Decimal(1),
        inspectors=2,
        clause=f"示例：一般问题抽取比例{percent}%，区县本年度每扣1分权重加1；执法人员不少于两人"
        "（《行政处罚法》第四十二条）；方案仅规定“双随机、一公开”",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A problem that may be drawn; `key_content` is empty for a general problem.

    `must` says why it is revisited whatever is drawn, empty where the draw decides; `points` is
    what its district lost in the year of the announcement, after reversals; `waiting_since` tells
    this wait for a revisit from an earlier one of the same problem.
    """

    problem_no: str
    district: str
    key_content: str
    must: str
    waiting_since: datetime
    points: Decimal
    weight: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A problem that takes no part because its enterprise stands on the positive list, and until when.

    It is revisited from afar.
    """

    problem_no: str
    district: str
    ground: str
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawable:
    """A person who may be drawn, by id; `barred` are the districts that are home."""

    member_id: str
    kind: MemberKind
    barred: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """Everything of a draw that is fixed before its seed can be known.

    `seed_source` says which public value of the day `seed_on` will be the seed.
    """

    draw_id: str
    purpose: str
    announced_at: datetime
    seed_source: str
    seed_on: date
    rule: DrawRule
    candidates: tuple[Candidate, ...]
    people: tuple[Drawable, ...]
    left_out: tuple[LeftOut, ...] = ()


def is_candidate(problem: Problem) -> bool:
    """Tell whether a problem waits for a revisit that no draw has decided about yet."""
    waits = problem.stage is Stage.AWAITING_REVISIT and problem.suspension is None
    return waits and problem.proposal is None and not problem.draw_id


def announce(  # noqa: PLR0913 - all that is fixed beforehand
    *,
    draw_id: str,
    at: datetime,
    seed_source: str,
    seed_on: date,
    rule: DrawRule,
    problems: Iterable[Problem],
    points: Mapping[str, Decimal],
    people: Iterable[Member],
    listings: Sequence[Listing] = (),
) -> Announcement:
    """Fix a draw among the candidates of `problems`; `points` are the year's, by district. What
    an enterprise of `listings` need not be visited for is left out, and named.

    Raises WrongContent when there is no candidate, or the seed could be known today or only after
    `LATEST_SEED` has passed: until then the candidates take part in no other draw.
    """
    _demand_suitable(seed_on, day_of(at))
    waiting = [one for one in problems if is_candidate(one)]
    left_out = {one.problem_no: one for one in _left_out(waiting, listings, day_of(at))}
    candidates = [_candidate(p, points, rule) for p in waiting if p.problem_no not in left_out]
    if not candidates:
        raise WrongContent("no_draw_candidates")
    return Announcement(
        draw_id=draw_id,
        purpose=REVISIT,
        announced_at=at,
        seed_source=seed_source,
        seed_on=seed_on,
        rule=rule,
        candidates=tuple(sorted(candidates, key=lambda one: one.problem_no)),
        people=tuple(sorted(map(_drawable, people), key=lambda one: one.member_id)),
        left_out=tuple(left_out[number] for number in sorted(left_out)),
    )


def _left_out(
    waiting: Iterable[Problem], listings: Sequence[Listing], today: date
) -> Iterable[LeftOut]:
    """Give what no draw sends anybody to: enterprises on the positive list, without a lead.

    方案 四（三）“监督执法正面清单、‘双随机、一公开’”; what must be revisited on site stays among the candidates.
    """
    for problem in waiting:
        found = stay_of(listings, problem.facts, today)
        if found is not None and not must_be_revisited(problem):
            yield LeftOut(
                problem_no=problem.problem_no,
                district=problem.district,
                ground=found.ground,
                until_on=found.until_on,
            )


def _demand_suitable(seed_on: date, today: date) -> None:
    if not today < seed_on <= today + LATEST_SEED:
        limit = (today + LATEST_SEED).isoformat()
        raise WrongContent("seed_day_unsuitable", on=seed_on.isoformat(), limit=limit)


def _drawable(member: Member) -> Drawable:
    barred = tuple(sorted(home_units(member.home_district)))
    return Drawable(member_id=member.member_id, kind=member.kind, barred=barred)


def _candidate(problem: Problem, points: Mapping[str, Decimal], rule: DrawRule) -> Candidate:
    lost = max(points.get(problem.district, Decimal(0)), Decimal(0))
    return Candidate(
        problem_no=problem.problem_no,
        district=problem.district,
        key_content=problem.facts.key_content or "",
        must=must_be_revisited(problem),
        waiting_since=waiting_since(problem),
        points=lost,
        weight=weight_of(lost, rule),
    )


def waiting_since(problem: Problem) -> datetime:
    """Give the instant from which a problem has waited for its revisit."""
    return problem.stage_since or problem.registered_at


def weight_of(points: Decimal, rule: DrawRule) -> Decimal:
    """Give the weight of a district that lost so many points."""
    return PRECISE.add(1, PRECISE.multiply(rule.weight_per_point, points))


def fingerprint(announcement: Announcement) -> str:
    """Hash what was announced: SHA-256 of its canonical JSON.

    Who was left out is written where somebody was: older draws hash as they did.
    """
    content = asdict(announcement)
    if not announcement.left_out:
        del content["left_out"]
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()
