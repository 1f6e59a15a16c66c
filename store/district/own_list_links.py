"""The links to the districts' own lists 自查自纠, each with who issued, prolonged and took it back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col, select

from store.district import links
from store.district.links import LinkKey
from store.engine import Database
from store.registers.register_changes import Register, RegisterAct, note
from store.tables import LinkRow


async def issue(
    db: Database, purpose: str, district: str, recipient: str, expires_at: datetime, by_id: str
) -> LinkRow:
    """Give a recipient's one link, made or prolonged where it does not last that long."""
    async with db.writing() as session:
        key = LinkKey(purpose=purpose, district=district, recipient=recipient)
        before = await links.find_same(session, key)
        jti, until = (before.jti, before.expires_at) if before else ("", None)
        link = await links.issue_in(db, session, key, expires_at)
        if link.jti != jti:
            _note(db, session, by_id, RegisterAct.ENTERED, link)
        elif link.expires_at != until:
            _note(db, session, by_id, RegisterAct.CHANGED, link)
        return link


async def revoke(db: Database, jti: str, by_id: str) -> None:
    """End a link at once; one that is ended stays as it is."""
    async with db.writing() as session:
        link = await session.scalar(
            select(LinkRow).where(
                col(LinkRow.jti) == jti,
                col(LinkRow.revoked_at).is_(None),
            )
        )
        if link is not None:
            link.revoked_at, link.revoked_why = db.now(), "by_hand"
            _note(db, session, by_id, RegisterAct.RETIRED, link)


def _note(db: Database, session: AsyncSession, by_id: str, act: RegisterAct, link: LinkRow) -> None:
    told = {
        "district": link.district,
        "recipient": link.recipient,
        "expires_at": link.expires_at.isoformat(),
    }
    note(db, session, by_id, Register.OWN_LIST_LINKS, act, link.jti, told)
