"""The second look before a grave act: whom it hits, what it costs, who is written to; nothing is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy.ext.asyncio import AsyncSession

from domain.account import AccountRow
from domain.canonical import digest
from domain.command_ids import hash_of
from domain.commands import Command
from domain.events import PointsDeducted
from domain.foreseen import Foreseen, foresee
from domain.local_time import day_of, midnight_ending
from domain.notices import NoticeOrder
from domain.refusals import Refusal
from domain.words.events import in_words
from office.ports import Services
from office.rules.rules_of_a_life import rules_of
from store.lives import problems
from store.points import points_accounts
from store.registers import contacts


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountAhead:
    """What a district has lost in a year, and would have lost after the act, caps over all its problems included."""

    district: str
    year: int
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class MailAhead:
    """One notice that would be ordered, and the approved people it would go to.

    `vacant` are the names of positions in which nobody is known.
    """

    order: NoticeOrder
    recipients: tuple[tuple[str, str], ...]
    vacant: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SecondLook:
    """What is shown; `seal` stands for the act and its consequences as they were seen."""

    foreseen: Foreseen
    said: tuple[str, ...]
    accounts: tuple[AccountAhead, ...]
    mails: tuple[MailAhead, ...]
    seal: str

    @property
    def number_of_mails(self) -> int:
        """How many mails would leave."""
        return sum(len(one.recipients) for one in self.mails)


async def look(services: Services, problem_no: str, command: Command) -> SecondLook | None:
    """Say what a grave act would come to; None for any other, and where the life has to speak itself.

    That is where it would refuse, and where nobody knows its rules.
    """
    rules, now = await rules_of(services, problem_no), services.clock()
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        if problem is None or rules is None:
            return None
        try:
            ahead = foresee(problem, command, now, rules)
        except Refusal:
            return None
        if not ahead.grave:
            return None
        mails = [await _mail(session, one) for one in ahead.notices]
        accounts = await _accounts(session, problem_no, ahead)
    said = tuple(in_words(one) for one in ahead.events)
    to = [sorted(name for _, name in one.recipients) for one in mails]
    return SecondLook(
        foreseen=ahead,
        said=said,
        accounts=tuple(accounts),
        mails=tuple(mails),
        seal=digest({"asked": hash_of(command), "said": list(said), "to": to}),
    )


async def _mail(session: AsyncSession, order: NoticeOrder) -> MailAhead:
    on = day_of(order.not_before)
    known = await contacts.addressees(session, order.district, order.audience, on)
    return MailAhead(
        order=order,
        recipients=tuple((one.position.label, one.email) for one in known if one.email),
        vacant=tuple(one.position.label for one in known if not one.email),
    )


async def _accounts(
    session: AsyncSession, problem_no: str, ahead: Foreseen
) -> Sequence[AccountAhead]:
    added = [_row(problem_no, seq, one) for seq, one in ahead.deductions]
    touched = dict.fromkeys((one.district, one.year) for _, one in ahead.deductions)
    found = []
    for district, year in touched:
        mine = [
            row
            for row, (_, one) in zip(added, ahead.deductions, strict=True)
            if one.district == district
        ]
        before, after = await points_accounts.total_with(session, district, year, mine)
        found.append(AccountAhead(district=district, year=year, before=before, after=after))
    return found


def _row(problem_no: str, seq: int, event: PointsDeducted) -> AccountRow:
    return AccountRow(
        problem_no=problem_no,
        seq=seq,
        rule_id=event.rule_id,
        occurrence=event.occurrence,
        policy=event.policy,
        planned_at=event.planned_at or midnight_ending(event.on),
        on=event.on,
        year=event.year,
        left=event.points,
    )
