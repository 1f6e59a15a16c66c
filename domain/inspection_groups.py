"""Inspection groups 执法帮扶组: drawn from other districts, joined by experts (plan 二（一）, 三（一）).

A group checks across districts (异地交叉执法), so none of its members may come from the district it
checks. Experts of an industry have no district to answer for, unless they name one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from domain.catalogues import clue_sources
from domain.catalogues.districts import district
from domain.catalogues.entry import squeezed
from domain.commands.values import Facts
from domain.refusals import WrongContent


class MemberKind(StrEnum):
    """As what somebody belongs to a group (plan 三（一）)."""

    DISTRICT_INSPECTOR = "district_inspector"
    CITY_INSPECTOR = "city_inspector"
    AIR_EXPERT = "air_expert"
    ONLINE_EXPERT = "online_expert"
    VEHICLE_EXPERT = "vehicle_expert"

    @property
    def label(self) -> str:
        """The kind as groups write it."""
        return _KIND_LABELS[self]

    @property
    def inspects(self) -> bool:
        """Whether this is a person of the enforcement staff, not an invited expert."""
        return self in INSPECTORS


_KIND_LABELS = {
    MemberKind.DISTRICT_INSPECTOR: "区县抽调执法人员",
    MemberKind.CITY_INSPECTOR: "市执法总队执法人员",
    MemberKind.AIR_EXPERT: "大气专家",
    MemberKind.ONLINE_EXPERT: "在线监测专家",
    MemberKind.VEHICLE_EXPERT: "尾气专家",
}

INSPECTORS = frozenset({MemberKind.DISTRICT_INSPECTOR, MemberKind.CITY_INSPECTOR})


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One person who may join a group; `home_district` is a code, or empty for nobody's district.

    Only name and kind are kept of a person, no number to call.
    """

    member_id: str
    name: str
    kind: MemberKind
    home_district: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionGroup:
    """A group with its present members."""

    group_id: str
    name: str
    members: tuple[Member, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Costs:
    """Who pays for a member's lodging, travel on duty, and the way there and back."""

    lodging: str
    travel: str
    journey: str
    clause: str


def demand_home(member: Member) -> None:
    """Demand that somebody sent by a district says which; raises WrongContent.

    A home district that is named must exist.
    """
    if member.kind is MemberKind.DISTRICT_INSPECTOR and not member.home_district:
        raise WrongContent("home_district_missing")
    if member.home_district:
        try:
            district(member.home_district)
        except KeyError as unknown:
            raise WrongContent("district_unknown", district=member.home_district) from unknown


def home_units(code: str) -> frozenset[str]:
    """Give a member's home district and the units that took its place: none may be checked."""
    if not code:
        return frozenset()
    heirs = (home_units(heir) for heir in district(code).successors)
    return frozenset({code}).union(*heirs)


def may_inspect(member: Member, inspected: str) -> bool:
    """Tell whether the member comes from elsewhere than the inspected district."""
    return inspected not in home_units(member.home_district)


def demand_cross_district(group: InspectionGroup, inspected: str) -> None:
    """Demand that nobody of the group comes from the inspected district; raises WrongContent.

    The sentence names the home district, never the person: it is read by people who need not know.
    """
    local = next((m for m in group.members if not may_inspect(m, inspected)), None)
    if local is not None:
        raise WrongContent(
            "home_district_inspected",
            group=group.name,
            home=district(local.home_district).name,
            inspected=district(inspected).name,
        )


def demand_from_elsewhere(members: Iterable[Member], inspected: str) -> None:
    """Demand that nobody who goes comes from the inspected district; raises WrongContent."""
    local = next((one for one in members if not may_inspect(one, inspected)), None)
    if local is not None:
        raise WrongContent(
            "home_inspector_sent",
            home=district(local.home_district).name,
            inspected=district(inspected).name,
        )


def group_called(said: str, groups: Sequence[InspectionGroup]) -> InspectionGroup | None:
    """Give the group with this name, however it is spaced, or this id; None where it is unknown."""
    key = squeezed(said)
    found = (one for one in groups if key in (squeezed(one.name), squeezed(one.group_id)))
    return next(found, None) if key else None


def known_group(said: str, groups: Sequence[InspectionGroup]) -> InspectionGroup | None:
    """Give the group that a text names; raises WrongContent when the register has no such group.

    None where none is named, or where no register is kept: then every name is a text.
    """
    found = group_called(said, groups)
    if found is None and said and groups:
        nearest = sorted(groups, key=lambda one: -_alike(said, one.name))
        known = "、".join(one.name for one in nearest[:_NEAREST])
        raise WrongContent("inspection_group_unknown", group=said, known=known)
    return found


_NEAREST = 3


def _alike(first: str, second: str) -> float:
    return SequenceMatcher(None, squeezed(first), squeezed(second)).ratio()


def owes_group(facts: Facts) -> bool:
    """Tell whether a problem must say which group found it, and does not.

    A key problem is punished by the group itself (plan 三（二）), so it has one unless its clue came
    from elsewhere than a round.
    """
    source = clue_sources.CLUE_SOURCES.find(facts.clue_source) if facts.clue_source else None
    in_a_round = source is None or source.by_group
    return bool(facts.contents) and in_a_round and not facts.inspection_group


def costs_of(member: Member) -> Costs:
    """Say who pays for a member.

    The plan settles it for people sent by districts only: 区县抽调人员住宿费、差旅费在督导帮扶专项中
    统筹，往返交通费由派员单位负责 (plan 四（一）).
    """
    if member.kind is not MemberKind.DISTRICT_INSPECTOR:
        return Costs(lodging=_OPEN, travel=_OPEN, journey=_OPEN, clause="行动方案未作明确规定")
    sender = district(member.home_district).bureau
    return Costs(
        lodging=_POOLED,
        travel=_POOLED,
        journey=f"派员单位负责（{sender}）",
        clause="行动方案四（一）",
    )


_POOLED = "督导帮扶专项统筹"
_OPEN = "由市级另行明确"


def home_districts(members: Iterable[Member]) -> tuple[str, ...]:
    """Give the districts a group's members come from, each once."""
    return tuple(dict.fromkeys(m.home_district for m in members if m.home_district))
