"""What happened at the doors: who did what, when, from where, and whether it was let happen.

Append-only: an entry is never altered, and may go only after half a year. A login nobody has is not
kept: somebody may have typed a password there.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.engine import Database
from store.tables import SecurityLogRow

_OPERATOR = "cli"

SYSTEM = "system"
"""What is done by itself, by settings."""

_LONGEST = 200
_PAGE = 1000


class Happened(StrEnum):
    """What is kept."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_HELD = "sign_in_held"
    SIGNED_OUT = "signed_out"
    SESSIONS_ENDED = "sessions_ended"
    REFUSED = "refused"
    ACCOUNT_OPENED = "account_opened"
    ACCOUNT_ENABLED = "account_enabled"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_REACHED = "account_reached"
    LINK_MADE = "link_made"
    PASSWORD_CHOSEN = "password_chosen"  # noqa: S105 - a name, no secret
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a name, no secret
    PASSWORD_CONFIRMED = "password_confirmed"  # noqa: S105 - a name, no secret
    PASSWORD_SET = "password_set"  # noqa: S105 - a name, no secret
    SECOND_FACTOR_SET = "second_factor_set"
    SECOND_FACTOR_FAILED = "second_factor_failed"
    SECOND_FACTOR_RESET = "second_factor_reset"
    RECOVERY_CODE_USED = "recovery_code_used"
    TOKEN_ISSUED = "token_issued"  # noqa: S105 - a name, no secret
    TOKEN_REVOKED = "token_revoked"  # noqa: S105 - a name, no secret
    LINKS_REVOKED = "links_revoked"
    CONTACT_CHANGED = "contact_changed"
    DATA_ERASED = "data_erased"
    REBUILD_PROPOSED = "rebuild_proposed"
    REBUILD_DECIDED = "rebuild_decided"
    DOORS_SHUT = "doors_shut"
    DOORS_OPENED = "doors_opened"


WARNINGS = frozenset(
    {
        Happened.SIGN_IN_FAILED,
        Happened.SIGN_IN_HELD,
        Happened.SECOND_FACTOR_FAILED,
        Happened.REFUSED,
    }
)
"""What was not let happen."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where what happens now comes from: an address and, once known, an account's id."""

    address: str = ""
    by_id: str = ""


# Set at the doors, where a request is first seen and its caller is first known; whatever a request
# changes, in whichever store, is then told with it.
ORIGIN: ContextVar[Origin] = ContextVar("origin", default=Origin())  # noqa: B039 - it is frozen


def operator_id(name: str) -> str:
    """Give the id of whoever acts on the command line as a user of the operating system."""
    return f"{_OPERATOR}:{name}"


def operator_of(by_id: str) -> str | None:
    """Give the operating system's user of an id; "" where it was not kept, None for an account."""
    mark, _, name = by_id.partition(":")
    return name if mark == _OPERATOR else None


def comes_from(address: str) -> None:
    """Say where what follows comes from."""
    ORIGIN.set(Origin(address))


def is_done_by(by_id: str) -> None:
    """Say who does what follows."""
    ORIGIN.set(Origin(ORIGIN.get().address, by_id))


def note(
    db: Database,
    session: AsyncSession,
    what: Happened,
    subject: str = "",
    details: str = "",
    *,
    by_id: str | None = None,
) -> None:
    """Keep what happened, in the transaction that makes it happen.

    `subject` is the id of what it happened to; `by_id` is who is known to have done it where the door
    does not know him.
    """
    origin = ORIGIN.get()
    session.add(
        SecurityLogRow(
            at=db.now(),
            by_id=origin.by_id if by_id is None else by_id,
            what=what.value,
            subject=subject[:_LONGEST],
            address=origin.address[:_LONGEST],
            details=details[:_LONGEST],
        )
    )


async def note_alone(
    db: Database, what: Happened, subject: str = "", details: str = "", *, by_id: str | None = None
) -> None:
    """Keep what changed nothing else."""
    async with db.writing() as session:
        note(db, session, what, subject, details, by_id=by_id)


async def note_held(db: Database, account_id: str, since: datetime) -> None:
    """Keep that tries to sign in are not looked at any more: once since then, not each of them."""
    query = (
        select(SecurityLogRow.id)
        .where(col(SecurityLogRow.at) > since)
        .where(col(SecurityLogRow.what) == Happened.SIGN_IN_HELD.value)
        .where(col(SecurityLogRow.subject) == account_id)
        .where(col(SecurityLogRow.address) == ORIGIN.get().address[:_LONGEST])
        .limit(1)
    )
    async with db.reading() as session:
        known = await session.scalar(query) is not None
    if not known:
        await note_alone(db, Happened.SIGN_IN_HELD, account_id)


async def latest(
    session: AsyncSession,
    *,
    before: int = 0,
    what: Happened | None = None,
    limit: int = _PAGE,
) -> tuple[SecurityLogRow, ...]:
    """Give the last of what happened, newest first; `before` goes on where an earlier answer ended."""
    wanted = select(SecurityLogRow).order_by(col(SecurityLogRow.id).desc()).limit(limit)
    if before:
        wanted = wanted.where(col(SecurityLogRow.id) < before)
    if what is not None:
        wanted = wanted.where(col(SecurityLogRow.what) == what.value)
    return tuple(await session.scalars(wanted))


async def forget_before(session: AsyncSession, before: datetime, _: datetime) -> int:
    """Delete the entries from before an instant; give how many.

    The database refuses to delete one that is younger than 184 days, the longest six months.
    """
    done = await session.execute(
        delete(SecurityLogRow)
        .where(col(SecurityLogRow.at) < before)
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)  # type: ignore[attr-defined]  # of a DELETE there always is one


async def everything(db: Database) -> AsyncIterator[SecurityLogRow]:
    """Give all that happened, newest first, some at a time."""
    before = 0
    while True:
        async with db.reading() as session:
            rows = await latest(session, before=before)
        for row in rows:
            yield row
        if len(rows) < _PAGE:
            return
        before = rows[-1].id or 0
