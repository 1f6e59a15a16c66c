"""Rule books: the policies and calendars by which lives are judged, once each under their hash.

A life's record names its policy and calendar; what the names stand for is kept here before a life
begins or changes its rules, or is learnt from the life itself. A book counts only while its content
has the hash it is kept under.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Self, cast

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import ColumnElement, and_, exists, or_, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import QueryableAttribute, defer
from sqlmodel import col, select

from domain.policy import Policy, has_content_hash
from domain.rules import Rules
from domain.work_calendar import WorkCalendar, years_hash
from store.codec import to_text
from store.engine import Database
from store.tables import ProblemRow, RuleBookRow

Book = Policy | WorkCalendar
Key = tuple[str, str]
"""The hash and the name of a book."""

_AT_A_TIME = 400
_BODY = cast("QueryableAttribute[str]", ProblemRow.body)
_KINDS: dict[str, TypeAdapter[Any]] = {
    "policy": TypeAdapter(Policy),
    "calendar": TypeAdapter(WorkCalendar),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """By what a life is judged, as its record names it; empty and 0 where that is not known."""

    policy: str
    calendar: str
    rules_version: int

    @classmethod
    def of(cls, rules: Rules) -> Named:
        """Name rules as a life's record does."""
        return cls(
            policy=rules.policy.name,
            calendar=rules.calendar.name,
            rules_version=rules.version,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """By what a problem's life is judged, as its row says."""

    policy: Key
    calendar: Key
    rules_version: int

    @classmethod
    def of(cls, row: ProblemRow) -> Self:
        """Read it from a row of the problems."""
        return cls(
            policy=(row.policy_hash, row.policy),
            calendar=(row.calendar_hash, row.calendar),
            rules_version=row.rules_version,
        )

    @property
    def books(self) -> tuple[Key, ...]:
        """The two books, or nothing while either is unknown."""
        keys = (self.policy, self.calendar)
        return keys if all(found for found, _ in keys) else ()


def key_of(book: Book) -> Key:
    """Give the key of a book; a calendar recorded before cuts were hashed is hashed here."""
    found = book.content_hash
    return (found or years_hash(book.years) if isinstance(book, WorkCalendar) else found), book.name


def fits(book: Book, key: Key) -> bool:
    """Say whether a book is what its key promises."""
    found, name = key
    if isinstance(book, Policy):
        return name == book.name and has_content_hash(book, found)
    return name == book.name and years_hash(book.years) == found


async def keep(session: AsyncSession, db: Database, books: Iterable[Book]) -> None:
    """Keep some books; what stands there under their keys is renewed.

    The key binds the content, so that renewing mends a damaged book and changes no other.
    """
    rows = [_row(db, book) for book in books if fits(book, key_of(book))]
    if not rows:
        return
    insert = db.insert(RuleBookRow)
    keys = [col(RuleBookRow.content_hash), col(RuleBookRow.name)]
    renewed = insert.on_conflict_do_update(
        index_elements=keys,
        set_={"body": insert.excluded.body, "kind": insert.excluded.kind},
        where=col(RuleBookRow.body) != insert.excluded.body,
    )
    await session.execute(renewed, rows)


def _row(db: Database, book: Book) -> dict[str, Any]:
    found, name = key_of(book)
    kind = "policy" if isinstance(book, Policy) else "calendar"
    return {
        "content_hash": found,
        "name": name,
        "kind": kind,
        "body": to_text(book),
        "kept_at": db.now(),
    }


async def columns(session: AsyncSession, row: ProblemRow | None, named: Named) -> dict[str, Any]:
    """Give the columns that change when a record names by what the life is judged.

    A hash is empty while its book is unknown. A name without a hash is that of several cuts of the
    calendar: what was learnt of it stays while the name stays.
    """
    if row is not None and named == _named_in(row):
        return {}
    policy = await _hash_of(session, named.policy)
    calendar = await _hash_of(session, named.calendar)
    if row is not None and row.calendar == named.calendar:
        calendar = row.calendar_hash
    return {
        "policy": named.policy,
        "policy_hash": policy,
        "calendar": named.calendar,
        "calendar_hash": calendar,
        "rules_version": named.rules_version,
    }


def _named_in(row: ProblemRow) -> Named:
    return Named(policy=row.policy, calendar=row.calendar, rules_version=row.rules_version)


async def _hash_of(session: AsyncSession, name: str) -> str:
    """Give the hash of the book of a name; none for a name that holds no part of its hash."""
    start = name.partition("#")[2]
    found = await session.scalars(
        select(RuleBookRow.content_hash).where(col(RuleBookRow.name) == name)
    )
    fitting = [one for one in found if start and one.startswith(start)]
    return fitting[0] if len(fitting) == 1 else ""


async def learn(db: Database, problem_no: str, rules: Rules) -> None:
    """Keep what a life itself says it is judged by, unless its record has gone on meanwhile."""
    named = Named.of(rules)
    async with db.writing() as session:
        await keep(session, db, (rules.policy, rules.calendar))
        await session.execute(
            update(ProblemRow)
            .where(
                col(ProblemRow.problem_no) == problem_no,
                or_(col(ProblemRow.policy) == "", _is_named(named)),
            )
            .values(
                policy=named.policy,
                policy_hash=key_of(rules.policy)[0],
                calendar=named.calendar,
                calendar_hash=key_of(rules.calendar)[0],
                rules_version=named.rules_version,
            )
            .execution_options(synchronize_session=False)
        )


def _is_named(named: Named) -> ColumnElement[bool]:
    return and_(col(ProblemRow.policy) == named.policy, col(ProblemRow.calendar) == named.calendar)


async def judged_of(session: AsyncSession, numbers: Collection[str]) -> dict[str, Judged]:
    """Give by what problems are judged, as their rows say."""
    listed, found = list(numbers), dict[str, Judged]()
    for start in range(0, len(listed), _AT_A_TIME):
        some = col(ProblemRow.problem_no).in_(listed[start : start + _AT_A_TIME])
        query = select(ProblemRow).options(defer(_BODY, raiseload=True)).where(some)
        found |= {row.problem_no: Judged.of(row) for row in await session.scalars(query)}
    return found


async def read(session: AsyncSession, keys: Collection[Key]) -> dict[Key, Book]:
    """Give the books of some keys; one that is missing or cannot be read is left out."""
    if not keys:
        return {}
    where = tuple_(col(RuleBookRow.content_hash), col(RuleBookRow.name)).in_(list(keys))
    rows = await session.scalars(select(RuleBookRow).where(where))
    return dict(_readable(rows))


async def policies(session: AsyncSession) -> tuple[Policy, ...]:
    """Give every policy there is, in the order in which they were kept; damaged ones left out."""
    of_policies = select(RuleBookRow).where(col(RuleBookRow.kind) == "policy")
    rows = await session.scalars(of_policies.order_by(col(RuleBookRow.kept_at)))
    return tuple(book for _, book in _readable(rows) if isinstance(book, Policy))


def _readable(rows: Iterable[RuleBookRow]) -> Iterator[tuple[Key, Book]]:
    for row in rows:
        book = book_in(row)
        if book is not None:
            yield (row.content_hash, row.name), book


def book_in(row: RuleBookRow) -> Book | None:
    """Read a book; None when it is damaged, or of a shape that this version does not know."""
    try:
        book: Book = _KINDS[row.kind].validate_json(row.body)
    except (KeyError, ValidationError):
        return None
    return book if fits(book, (row.content_hash, row.name)) else None


async def unknown(session: AsyncSession) -> list[str]:
    """Give the numbers of the problems whose policy or calendar is in no book, the newest first."""
    query = select(col(ProblemRow.problem_no)).where(
        or_(
            _no_book(ProblemRow.policy_hash, ProblemRow.policy),
            _no_book(ProblemRow.calendar_hash, ProblemRow.calendar),
        )
    )
    return list(await session.scalars(query.order_by(col(ProblemRow.updated_at).desc())))


def _no_book(content_hash: str, name: str) -> ColumnElement[bool]:
    return ~exists().where(
        col(RuleBookRow.content_hash) == col(content_hash), col(RuleBookRow.name) == col(name)
    )


async def damaged(session: AsyncSession) -> dict[str, list[str]]:
    """Give the names of the books that cannot be read, each with the problems judged by it."""
    rows = await session.scalars(select(RuleBookRow).order_by(col(RuleBookRow.name)))
    unreadable = [row.name for row in rows if book_in(row) is None]
    return {name: await _judged_by(session, name) for name in unreadable}


async def _judged_by(session: AsyncSession, name: str) -> list[str]:
    where = or_(col(ProblemRow.policy) == name, col(ProblemRow.calendar) == name)
    query = select(col(ProblemRow.problem_no)).where(where)
    return list(await session.scalars(query.order_by(col(ProblemRow.problem_no))))
