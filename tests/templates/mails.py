"""Mails as the courier would write them, for the notices of a life."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from activities.notice_mail import MailWriter
from domain.notices import NoticeOrder
from gateways.mail import Mail
from store.engine import Database
from store.lives.records import record
from store.mail.parcels import Item, Parcel
from tests.worlds.life import Life


@dataclass(frozen=True)
class Written:
    """One order and the mail written for it."""

    order: NoticeOrder
    mail: Mail

    @property
    def everything(self) -> str:
        """All that anybody could read."""
        return "\n".join((self.mail.subject, self.mail.text, self.mail.html))


def parcel(*orders: NoticeOrder, day: date | None = None) -> Parcel:
    return Parcel(
        digest_id=1 if day else None,
        recipient="someone@unit.example",
        position=orders[0].audience[0].value,
        message_id="<1@city.example>",
        attempts=0,
        ambiguous=False,
        day=day,
        items=tuple(Item(n, order) for n, order in enumerate(orders, start=1)),
    )


async def written(db: Database, writer: MailWriter, life: Life) -> list[Written]:
    await record(db, life.problem.problem_no, life.history, life.notices)
    mails = []
    for order in life.notices:
        mail = await writer.write(parcel(order))
        assert mail is not None
        mails.append(Written(order, mail))
    return mails
