"""Drawing: who is drawn, calculated from what was announced and its seed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, Decimal

from domain.draw.announcing import Announcement, Candidate, Drawable, fingerprint
from domain.draw.chance import PRECISE, uniform
from domain.inspection_groups import MemberKind
from domain.refusals import WrongMoment

_SHOWN = Decimal("1e-30")
"""To how many places a key is kept beside its outcome."""

EXPERT_FOR: Mapping[str, MemberKind] = {
    "online_data_falsified": MemberKind.ONLINE_EXPERT,
    "monitoring_abnormal": MemberKind.ONLINE_EXPERT,
    "off_road_machinery": MemberKind.VEHICLE_EXPERT,
}
"""Which expert goes along for a key content; for any other it is the air expert (示例)."""


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
    exact = PRECISE.multiply(announcement.rule.share, general)
    return int(exact.to_integral_value(ROUND_CEILING))


def _chosen(announcement: Announcement, keys: Mapping[str, Decimal]) -> frozenset[str]:
    general = [one.problem_no for one in announcement.candidates if not one.must]
    ordered = sorted(general, key=lambda number: (keys[number], number))
    must = (one.problem_no for one in announcement.candidates if one.must)
    return frozenset([*must, *ordered[: quota(announcement)]])


def key_of(announcement: Announcement, seed: str, candidate: Candidate) -> Decimal:
    """Give a candidate's key −ln(u)/w: an exponential waiting time, the heavier the shorter."""
    u = uniform(seed, announcement.purpose, candidate.problem_no)
    return PRECISE.divide(PRECISE.minus(u.ln(PRECISE)), candidate.weight)


def _outcome(
    announcement: Announcement, seed: str, candidate: Candidate, key: Decimal, *, drawn: bool
) -> Drawn:
    return Drawn(
        problem_no=candidate.problem_no,
        drawn=drawn,
        key="" if candidate.must else str(key.quantize(_SHOWN, context=PRECISE)),
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
