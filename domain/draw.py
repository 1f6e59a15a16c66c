"""The random draw 双随机: which rectified problems are revisited, and by whom (plan 四（三）).

A draw is announced first: candidates, weights, inspectors and rule are fixed, and a public value of
a later day is named as its seed, so that nobody who fixes them can know what will be drawn. With
the seed everything follows by calculation, on any machine: from SHA-256 a uniform number per
candidate, from it a key in decimal arithmetic of fixed precision, and the smallest keys are drawn
(weighted sampling without replacement, Efraimidis and Spirakis 2006).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_CEILING, ROUND_HALF_EVEN, Context, Decimal

from domain.decisions.draws import must_be_revisited
from domain.inspection_groups import Member, MemberKind, home_units
from domain.local_time import day_of
from domain.policy import Policy
from domain.problem import Problem
from domain.refusals import WrongContent, WrongMoment
from domain.stages import Stage

REVISIT = "revisit"
"""The one purpose so far; it stands in every hash, so that one seed serves several draws."""

LATEST_SEED = timedelta(days=31)

_PRECISE = Context(prec=50, rounding=ROUND_HALF_EVEN)
# `ln` of the decimal arithmetic is correctly rounded by specification: no library, no machine and
# no version gives another last digit. Binary floating point promises nothing of the kind.

_SHOWN = Decimal("1e-30")
"""To how many places a key is kept beside its outcome."""


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
    percent = policy.exception_rules.revisit_share_percent
    return DrawRule(
        share=Decimal(percent) / 100,
        weight_per_point=Decimal(1),
        inspectors=2,
        clause=f"示例：一般问题抽取比例{percent}%，区县本年度每扣1分权重加1；执法人员不少于两人"
        "（《行政处罚法》第四十二条）；方案只说“双随机、一公开”",
    )


EXPERT_FOR: Mapping[str, MemberKind] = {
    "online_data_falsified": MemberKind.ONLINE_EXPERT,
    "monitoring_abnormal": MemberKind.ONLINE_EXPERT,
    "off_road_machinery": MemberKind.VEHICLE_EXPERT,
}
"""Which expert goes along for a key content; for any other it is the air expert (示例)."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """One candidate's outcome; `key` is what was compared, empty where nothing had to be.

    `inspectors` and `experts` are ids, fewer than wanted where too few come from elsewhere.
    """

    problem_no: str
    drawn: bool
    key: str
    inspectors: tuple[str, ...] = ()
    experts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawResult:
    """What a seed made of an announcement, in the order of its candidates."""

    announcement_sha256: str
    seed: str
    outcomes: tuple[Drawn, ...]


def is_candidate(problem: Problem) -> bool:
    """Tell whether a problem waits for a revisit that no draw has decided about yet."""
    waits = problem.stage is Stage.AWAITING_REVISIT and problem.suspension is None
    return waits and problem.proposal is None and not problem.draw_id


def announce(
    *,
    draw_id: str,
    at: datetime,
    seed_source: str,
    seed_on: date,
    rule: DrawRule,
    problems: Iterable[Problem],
    points: Mapping[str, Decimal],
    people: Iterable[Member],
) -> Announcement:
    """Fix a draw among the candidates of `problems`; `points` are the year's, by district.

    Raises WrongContent when there is no candidate, or the seed could be known today or only after
    `LATEST_SEED` has passed: until then the candidates take part in no other draw.
    """
    today = day_of(at)
    if not today < seed_on <= today + LATEST_SEED:
        limit = (today + LATEST_SEED).isoformat()
        raise WrongContent("seed_day_unsuitable", on=seed_on.isoformat(), limit=limit)
    candidates = [_candidate(p, points, rule) for p in problems if is_candidate(p)]
    if not candidates:
        raise WrongContent("no_draw_candidates")
    pool = (
        Drawable(
            member_id=member.member_id,
            kind=member.kind,
            barred=tuple(sorted(home_units(member.home_district))),
        )
        for member in people
    )
    return Announcement(
        draw_id=draw_id,
        purpose=REVISIT,
        announced_at=at,
        seed_source=seed_source,
        seed_on=seed_on,
        rule=rule,
        candidates=tuple(sorted(candidates, key=lambda one: one.problem_no)),
        people=tuple(sorted(pool, key=lambda one: one.member_id)),
    )


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
    return _PRECISE.add(1, _PRECISE.multiply(rule.weight_per_point, points))


def fingerprint(announcement: Announcement) -> str:
    """Hash what was announced: SHA-256 of its canonical JSON."""
    content = asdict(announcement)
    text = json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str
    )
    return hashlib.sha256(text.encode()).hexdigest()


def conclude(announcement: Announcement, seed: str, on: date) -> DrawResult:
    """Draw with the seed that became known; raises WrongMoment before its day."""
    if on < announcement.seed_on:
        raise WrongMoment("seed_not_known_yet", on=announcement.seed_on.isoformat())
    return draw(announcement, seed)


def draw(announcement: Announcement, seed: str) -> DrawResult:
    """Calculate who is drawn."""
    keys = {one.problem_no: key_of(announcement, seed, one) for one in announcement.candidates}
    chosen = _chosen(announcement, keys)
    outcomes = (
        _outcome(announcement, seed, one, keys[one.problem_no], drawn=one.problem_no in chosen)
        for one in announcement.candidates
    )
    return DrawResult(
        announcement_sha256=fingerprint(announcement), seed=seed, outcomes=tuple(outcomes)
    )


def quota(announcement: Announcement) -> int:
    """Give how many of the general problems are drawn: the share, rounded up."""
    general = sum(not one.must for one in announcement.candidates)
    exact = _PRECISE.multiply(announcement.rule.share, general)
    return int(exact.to_integral_value(ROUND_CEILING))


def _chosen(announcement: Announcement, keys: Mapping[str, Decimal]) -> frozenset[str]:
    general = [one.problem_no for one in announcement.candidates if not one.must]
    ordered = sorted(general, key=lambda number: (keys[number], number))
    must = (one.problem_no for one in announcement.candidates if one.must)
    return frozenset([*must, *ordered[: quota(announcement)]])


def key_of(announcement: Announcement, seed: str, candidate: Candidate) -> Decimal:
    """Give a candidate's key −ln(u)/w: an exponential waiting time, the heavier the shorter."""
    u = uniform(seed, announcement.purpose, candidate.problem_no)
    return _PRECISE.divide(_PRECISE.minus(u.ln(_PRECISE)), candidate.weight)


def uniform(seed: str, purpose: str, name: str) -> Decimal:
    """Give a number between 0 and 1, both excluded, that seed, purpose and name alone decide."""
    text = json.dumps([seed, purpose, name], ensure_ascii=False, separators=(",", ":"))
    number = int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")
    return _PRECISE.divide(Decimal(2 * number + 1), Decimal(2**257))


def _outcome(
    announcement: Announcement, seed: str, candidate: Candidate, key: Decimal, *, drawn: bool
) -> Drawn:
    return Drawn(
        problem_no=candidate.problem_no,
        drawn=drawn,
        key="" if candidate.must else str(key.quantize(_SHOWN, context=_PRECISE)),
        inspectors=_inspectors(announcement, seed, candidate) if drawn else (),
        experts=_experts(announcement, seed, candidate) if drawn else (),
    )


def _inspectors(announcement: Announcement, seed: str, candidate: Candidate) -> tuple[str, ...]:
    staff = [one for one in announcement.people if one.kind.inspects]
    return _people(staff, announcement, seed, candidate)[: announcement.rule.inspectors]


def _experts(announcement: Announcement, seed: str, candidate: Candidate) -> tuple[str, ...]:
    if not candidate.key_content:
        return ()
    wanted = EXPERT_FOR.get(candidate.key_content, MemberKind.AIR_EXPERT)
    fitting = [one for one in announcement.people if one.kind is wanted]
    return _people(fitting, announcement, seed, candidate)[:1]


def _people(
    pool: Sequence[Drawable], announcement: Announcement, seed: str, candidate: Candidate
) -> tuple[str, ...]:
    """Order those who come from elsewhere by chance, the same chance for each."""
    purpose = f"{announcement.purpose}/{candidate.problem_no}"
    free = [one.member_id for one in pool if candidate.district not in one.barred]
    return tuple(sorted(free, key=lambda name: (uniform(seed, purpose, name), name)))


def differences(announcement: Announcement, result: DrawResult) -> tuple[str, ...]:
    """Say in Chinese where a kept draw differs from its calculation; nothing when it holds."""
    return tuple(_differences(announcement, result))


def _differences(announcement: Announcement, result: DrawResult) -> Iterable[str]:
    if result.announcement_sha256 != fingerprint(announcement):
        yield "候选名单、权重或规则与公布时的校验码不符"
    for one in announcement.candidates:
        if one.weight != weight_of(one.points, announcement.rule):
            yield f"问题{one.problem_no}的权重{one.weight}与按规则计算的不符"
    expected = {one.problem_no: one for one in draw(announcement, result.seed).outcomes}
    kept = {one.problem_no: one for one in result.outcomes}
    for number in sorted(expected.keys() ^ kept.keys()):
        yield f"问题{number}只在候选名单和抽取结果的其中之一"
    for number in sorted(expected.keys() & kept.keys()):
        yield from _of_one(expected[number], kept[number])


def _of_one(expected: Drawn, kept: Drawn) -> Iterable[str]:
    words = {True: "抽中", False: "未抽中"}
    if kept.drawn is not expected.drawn:
        yield (
            f"问题{kept.problem_no}记载为{words[kept.drawn]}，按种子计算应为{words[expected.drawn]}"
        )
    elif kept != expected:
        yield f"问题{kept.problem_no}的计算值或检查人员与按种子计算的不符"
