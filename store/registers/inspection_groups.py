"""Inspectors and the groups they form; who belonged to which group, and when, stays on record."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from domain.catalogues.entry import squeezed
from domain.inspection_groups import InspectionGroup, Member, MemberKind
from store.engine import Database
from store.refusing import StoreRefused
from store.registers.register_changes import Register, RegisterAct, note
from store.tables import GroupMemberRow, InspectionGroupRow, InspectorRow

_LOCK = "inspection-groups"


async def add_inspector(db: Database, member: Member, by_id: str) -> None:
    """Put somebody on the register; adding the same again changes nothing.

    Raises StoreRefused `idempotency_key_reused` when the id stands for somebody else.
    """
    values = {
        "id": member.member_id,
        "name": member.name,
        "kind": member.kind.value,
        "home_district": member.home_district,
        "added_at": db.now(),
        "added_by": by_id,
    }
    async with db.writing() as session:
        known = await session.get(InspectorRow, member.member_id)
        if known is None:
            await db.insert_new(session, InspectorRow, [values])
            _note_person(db, session, by_id, RegisterAct.ENTERED, member)
        if _member(await session.get_one(InspectorRow, member.member_id)) != member:
            raise StoreRefused("idempotency_key_reused")


async def strike_inspector(db: Database, inspector_id: str, by_id: str) -> None:
    """Take somebody off the register and out of every group; what was stays on record."""
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        row = await session.get(InspectorRow, inspector_id)
        if row is None:
            raise StoreRefused("inspector_not_found")
        if row.left_at is None:
            row.left_at = db.now()
            _note_person(db, session, by_id, RegisterAct.RETIRED, _member(row))
        await _leave(db, session, col(GroupMemberRow.inspector_id) == inspector_id)


async def inspectors(session: AsyncSession) -> tuple[Member, ...]:
    """Give everybody on the register, in the order they were added."""
    there = select(InspectorRow).where(col(InspectorRow.left_at).is_(None))
    ordered = there.order_by(col(InspectorRow.added_at), col(InspectorRow.id))
    return tuple(_member(row) for row in await session.scalars(ordered))


async def form_group(
    db: Database, group_id: str, name: str, member_ids: Iterable[str], by_id: str
) -> InspectionGroup:
    """Form a group; forming the same again gives it as it stands.

    Raises StoreRefused when the name is in use or a member is not on the register.
    """
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        known = await session.get(InspectionGroupRow, group_id)
        if known is not None:
            if known.name != name:
                raise StoreRefused("idempotency_key_reused")
            return await _group(session, known)
        key = squeezed(name)
        if await _row_by_key(session, key) is not None:
            raise StoreRefused("group_name_taken")
        row = InspectionGroupRow(
            id=group_id, name=name, name_key=key, formed_at=db.now(), formed_by=by_id
        )
        session.add(row)
        await _join(db, session, group_id, tuple(dict.fromkeys(member_ids)))
        formed = await _group(session, row)
        _note_group(db, session, by_id, RegisterAct.ENTERED, formed)
        return formed


async def set_members(
    db: Database, group_id: str, member_ids: Iterable[str], by_id: str
) -> InspectionGroup:
    """Let a group consist of exactly these people from now on; raises StoreRefused."""
    wanted = tuple(dict.fromkeys(member_ids))
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        row = await _lasting(session, group_id)
        there = {member.member_id for member in (await _group(session, row)).members}
        gone = there - set(wanted)
        if gone:
            of_group = col(GroupMemberRow.group_id) == group_id
            await _leave(db, session, of_group & col(GroupMemberRow.inspector_id).in_(gone))
        await _join(db, session, group_id, [one for one in wanted if one not in there])
        changed = await _group(session, row)
        if set(wanted) != there:
            _note_group(db, session, by_id, RegisterAct.CHANGED, changed)
        return changed


async def dissolve(db: Database, group_id: str, by_id: str) -> None:
    """End a group; problems that name it keep the name as plain text."""
    async with db.writing() as session:
        await db.lock(session, _LOCK)
        row = await _lasting(session, group_id)
        _note_group(db, session, by_id, RegisterAct.RETIRED, await _group(session, row))
        row.dissolved_at, row.name_key = db.now(), row.id
        await _leave(db, session, col(GroupMemberRow.group_id) == group_id)


def _note_person(
    db: Database, session: AsyncSession, by_id: str, act: RegisterAct, member: Member
) -> None:
    details = {"name": member.name, "kind": member.kind, "home_district": member.home_district}
    note(db, session, by_id, Register.INSPECTION_GROUPS, act, member.member_id, details)


def _note_group(
    db: Database, session: AsyncSession, by_id: str, act: RegisterAct, group: InspectionGroup
) -> None:
    details = {"name": group.name, "members": [one.name for one in group.members]}
    note(db, session, by_id, Register.INSPECTION_GROUPS, act, group.group_id, details)


async def groups(session: AsyncSession) -> tuple[InspectionGroup, ...]:
    """Give the groups that last, by name."""
    lasting = select(InspectionGroupRow).where(col(InspectionGroupRow.dissolved_at).is_(None))
    rows = list(await session.scalars(lasting.order_by(col(InspectionGroupRow.name))))
    members = await _members_of(session, [row.id for row in rows])
    return tuple(_with(row, members.get(row.id, ())) for row in rows)


async def named(session: AsyncSession, name: str) -> InspectionGroup | None:
    """Give the group of this name, however it is spaced, or None: then it is a text like any."""
    key = squeezed(name)
    row = await _row_by_key(session, key) if key else None
    return await _group(session, row) if row is not None else None


async def _row_by_key(session: AsyncSession, key: str) -> InspectionGroupRow | None:
    found: InspectionGroupRow | None = await session.scalar(
        select(InspectionGroupRow).where(
            col(InspectionGroupRow.name_key) == key, col(InspectionGroupRow.dissolved_at).is_(None)
        )
    )
    return found


async def _lasting(session: AsyncSession, group_id: str) -> InspectionGroupRow:
    row = await session.get(InspectionGroupRow, group_id)
    if row is None or row.dissolved_at is not None:
        raise StoreRefused("inspection_group_not_found")
    return row


async def _join(
    db: Database, session: AsyncSession, group_id: str, member_ids: Sequence[str]
) -> None:
    known = select(col(InspectorRow.id)).where(
        col(InspectorRow.id).in_(member_ids), col(InspectorRow.left_at).is_(None)
    )
    if set(await session.scalars(known)) != set(member_ids):
        raise StoreRefused("inspector_not_found")
    for one in member_ids:
        session.add(GroupMemberRow(group_id=group_id, inspector_id=one, joined_at=db.now()))
    await session.flush()


async def _leave(db: Database, session: AsyncSession, who: ColumnElement[bool]) -> None:
    await session.execute(
        update(GroupMemberRow)
        .where(who, col(GroupMemberRow.left_at).is_(None))
        .values(left_at=db.now())
        .execution_options(synchronize_session=False)
    )


async def _group(session: AsyncSession, row: InspectionGroupRow) -> InspectionGroup:
    return _with(row, (await _members_of(session, [row.id])).get(row.id, ()))


async def _members_of(
    session: AsyncSession, group_ids: Sequence[str]
) -> dict[str, tuple[Member, ...]]:
    query = (
        select(col(GroupMemberRow.group_id), InspectorRow)
        .join(InspectorRow, col(InspectorRow.id) == col(GroupMemberRow.inspector_id))
        .where(col(GroupMemberRow.group_id).in_(group_ids), col(GroupMemberRow.left_at).is_(None))
        .order_by(col(GroupMemberRow.id))
    )
    found: dict[str, tuple[Member, ...]] = {}
    for group_id, row in await session.execute(query):
        found[group_id] = (*found.get(group_id, ()), _member(row))
    return found


def _with(row: InspectionGroupRow, members: tuple[Member, ...]) -> InspectionGroup:
    return InspectionGroup(group_id=row.id, name=row.name, members=members)


def _member(row: InspectorRow) -> Member:
    return Member(
        member_id=row.id,
        name=row.name,
        kind=MemberKind(row.kind),
        home_district=row.home_district,
    )


async def names(session: AsyncSession) -> dict[str, str]:
    """Give everybody's name by id, those who left included: old draws still name them."""
    rows = await session.execute(select(col(InspectorRow.id), col(InspectorRow.name)))
    return {row.id: row.name for row in rows}
