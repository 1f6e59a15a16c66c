"""The register of inspectors and inspection groups, as its doors see it: models, acts, export."""

from __future__ import annotations

import asyncio
from typing import Annotated, Any, TypeVar

from pydantic import Field

from domain.catalogues.districts import district
from domain.inspection_groups import InspectionGroup, Member, MemberKind, costs_of, demand_home
from domain.refusals import Refusal
from office.caller import Caller
from office.exports.workbooks import Cell, Sheet, workbook
from office.once import claim_body, id_under
from office.ports import Services
from office.refused import Refused, allowed
from office.typed import Line, NeededLine, Typed
from store.registers import inspection_groups as register

GROUPS = (
    ("执法帮扶组", 18),
    ("姓名", 12),
    ("人员类别", 20),
    ("派出区县", 16),
    ("住宿费", 20),
    ("差旅费", 20),
    ("往返交通费", 34),
    ("依据", 18),
)
GROUPS_TITLE = "执法帮扶组人员及费用承担"

T = TypeVar("T")


class InspectorBody(Typed):
    """Somebody who may join a group; `home_district` is a code."""

    name: NeededLine
    kind: MemberKind
    home_district: Line = ""

    def member(self, member_id: str) -> Member:
        """Give the member under an id; raises Refusal."""
        made = Member(
            member_id=member_id, name=self.name, kind=self.kind, home_district=self.home_district
        )
        demand_home(made)
        return made


Members = Annotated[tuple[NeededLine, ...], Field(max_length=60)]


class GroupBody(Typed):
    """A group and the ids of its members."""

    name: NeededLine
    members: Members = ()


class MembersBody(Typed):
    """The ids of all members a group has from now on."""

    members: Members


async def add_inspector(
    services: Services, caller: Caller, key: str, body: InspectorBody
) -> Member:
    """Put somebody on the register, once under `key`; raises Refused."""
    try:
        member = body.member(id_under(caller, key))
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal
    await claim_body(services, caller, key, "inspectors", body)
    await allowed(register.add_inspector(services.db, member, caller.account.id))
    return member


async def form_group(
    services: Services, caller: Caller, key: str, body: GroupBody
) -> InspectionGroup:
    """Form a group, once under `key`; raises Refused."""
    await claim_body(services, caller, key, "inspection-groups", body)
    group_id, by_id = id_under(caller, key), caller.account.id
    return await allowed(register.form_group(services.db, group_id, body.name, body.members, by_id))


def member_view(member: Member) -> dict[str, Any]:
    """Show a person of the register."""
    return {
        "id": member.member_id,
        "name": member.name,
        "kind": member.kind.value,
        "kind_label": member.kind.label,
        "home_district": member.home_district,
    }


def group_view(group: InspectionGroup) -> dict[str, Any]:
    """Show a group with its present members."""
    return {
        "id": group.group_id,
        "name": group.name,
        "members": [member_view(member) for member in group.members],
    }


async def groups_workbook(services: Services) -> bytes:
    """Give groups and members with who bears which cost, one row a member; no number to call."""
    async with services.db.reading() as session:
        groups = await register.groups(session)
    rows = [group_row(group, member) for group in groups for member in group.members]
    return await asyncio.to_thread(workbook, Sheet(GROUPS_TITLE, GROUPS, rows))


def group_row(group: InspectionGroup, member: Member) -> tuple[Cell, ...]:
    """Give a member's cells in the order of `GROUPS`."""
    costs = costs_of(member)
    return (
        group.name,
        member.name,
        member.kind.label,
        district(member.home_district).name if member.home_district else "",
        costs.lodging,
        costs.travel,
        costs.journey,
        costs.clause,
    )
