"""The districts' own lists: every change is one more version, nothing is overwritten."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.commands import RectificationState
from domain.self_inspection import SelfInspection
from store.engine import Database
from store.refusing import StoreRefused
from store.registers.register_changes import Register, RegisterAct, note
from store.tables import ProblemRow, SelfInspectionRow

CHANGES_A_DAY = 500
"""How often a district may write in 24 hours: a link that leaked must not fill the disk."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedEntry:
    """An entry as it stands on a district's list."""

    entry_id: str
    district: str
    version: int
    at: datetime
    entry: SelfInspection


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries are wanted; what is empty or None does not matter."""

    district: str = ""
    key_object: str = ""
    state: RectificationState | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """A district's own findings beside what the city transferred to it."""

    district: str
    own: int
    corrected: int
    transferred: int


async def save(
    db: Database, district: str, entry_id: str, entry: SelfInspection, link_jti: str
) -> None:
    """Put an entry on the district's list, or a new version of it; the same again changes nothing.

    Raises StoreRefused `entry_not_found` when the entry is another district's or was removed.
    """
    async with db.writing() as session:
        last = await _writable(db, session, district, entry_id)
        if last is None or _entry(last) != entry:
            _append(db, session, last, district, entry_id, entry, link_jti, removed=False)


async def remove(db: Database, district: str, entry_id: str, link_jti: str) -> None:
    """Take an entry off the district's list; its versions stay. Raises StoreRefused."""
    async with db.writing() as session:
        last = await _writable(db, session, district, entry_id)
        if last is None:
            raise StoreRefused("entry_not_found")
        _append(db, session, last, district, entry_id, _entry(last), link_jti, removed=True)


async def listed(session: AsyncSession, wanted: EntryFilter) -> tuple[ListedEntry, ...]:
    """Give the entries that stand on the lists, the last written first."""
    query = _present().where(*_conditions(wanted))
    query = query.order_by(col(SelfInspectionRow.at).desc(), col(SelfInspectionRow.entry_id))
    return tuple(_listed(row) for row in await session.scalars(query))


async def versions(session: AsyncSession, entry_id: str) -> tuple[SelfInspectionRow, ...]:
    """Give every version of an entry, the first first."""
    query = select(SelfInspectionRow).where(col(SelfInspectionRow.entry_id) == entry_id)
    return tuple(await session.scalars(query.order_by(col(SelfInspectionRow.version))))


async def beside(session: AsyncSession) -> tuple[Beside, ...]:
    """Count, by district, own findings and transferred problems."""
    transferred = await session.execute(
        select(col(ProblemRow.district), func.count())
        .where(col(ProblemRow.transferred_on).is_not(None))
        .group_by(col(ProblemRow.district))
    )
    counts = {district: [0, 0, number] for district, number in transferred}
    for one in await listed(session, EntryFilter()):
        row = counts.setdefault(one.district, [0, 0, 0])
        row[0] += 1
        row[1] += one.entry.state is RectificationState.DONE
    return tuple(
        Beside(district=district, own=own, corrected=corrected, transferred=number)
        for district, (own, corrected, number) in sorted(counts.items())
    )


def _present() -> SelectOfScalar[SelfInspectionRow]:
    """Choose the last version of every entry that was not removed."""
    last = (
        select(
            col(SelfInspectionRow.entry_id).label("entry_id"),
            func.max(col(SelfInspectionRow.version)).label("version"),
        )
        .group_by(col(SelfInspectionRow.entry_id))
        .subquery()
    )
    is_last = and_(
        col(SelfInspectionRow.entry_id) == last.c.entry_id,
        col(SelfInspectionRow.version) == last.c.version,
    )
    return select(SelfInspectionRow).join(last, is_last).where(~col(SelfInspectionRow.removed))


def _conditions(wanted: EntryFilter) -> list[ColumnElement[bool]]:
    conditions = []
    if wanted.district:
        conditions.append(col(SelfInspectionRow.district) == wanted.district)
    if wanted.key_object:
        conditions.append(col(SelfInspectionRow.key_object) == wanted.key_object)
    if wanted.state is not None:
        conditions.append(col(SelfInspectionRow.state) == wanted.state.value)
    return conditions


async def _writable(
    db: Database, session: AsyncSession, district: str, entry_id: str
) -> SelfInspectionRow | None:
    """Give the last version of an entry the district may write, None for a new one."""
    await db.lock(session, f"self-inspections:{district}")
    since = db.now() - timedelta(days=1)
    recent = select(func.count()).where(
        col(SelfInspectionRow.district) == district, col(SelfInspectionRow.at) > since
    )
    if (await session.scalars(recent)).one() >= CHANGES_A_DAY:
        raise StoreRefused("too_many_entries")
    kept = await versions(session, entry_id)
    if kept and (kept[-1].district != district or kept[-1].removed):
        raise StoreRefused("entry_not_found")
    return kept[-1] if kept else None


def _append(
    db: Database,
    session: AsyncSession,
    last: SelfInspectionRow | None,
    district: str,
    entry_id: str,
    entry: SelfInspection,
    link_jti: str,
    *,
    removed: bool,
) -> None:
    version = last.version + 1 if last else 1
    values = asdict(entry) | {"state": entry.state.value}
    act = RegisterAct.CHANGED if last else RegisterAct.ENTERED
    act = RegisterAct.RETIRED if removed else act
    details = {"district": district, "key_object": entry.key_object, "version": version}
    note(db, session, f"link:{link_jti}", Register.OWN_LISTS, act, entry_id, details)
    session.add(
        SelfInspectionRow(
            entry_id=entry_id,
            version=version,
            district=district,
            at=db.now(),
            link_jti=link_jti,
            removed=removed,
            **values,
        )
    )


def _listed(row: SelfInspectionRow) -> ListedEntry:
    return ListedEntry(
        entry_id=row.entry_id,
        district=row.district,
        version=row.version,
        at=row.at,
        entry=_entry(row),
    )


def _entry(row: SelfInspectionRow) -> SelfInspection:
    values = {one.name: getattr(row, one.name) for one in fields(SelfInspection)}
    return SelfInspection(**values | {"state": RectificationState(row.state)})
