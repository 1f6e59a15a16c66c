"""Writing the mails of notices: their values, their links, their text.

What a template gets is listed here: numbers, dates, labels and the link. The problem's text and the
enterprise's name are not among it, so no mistyped address can give them away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from domain.appeal_window import points_of
from domain.catalogues.districts import district
from domain.commands import Channel
from domain.decisions.rounds import transfer_date_running
from domain.events import BureauDuty
from domain.local_time import day_of
from domain.notices import CARRIES_LINK, TELLS_OF_POINTS, NoticeKind, NoticeOrder
from domain.policy import Position
from domain.problem import Problem, Round
from domain.stages import Fact, Light
from domain.words.dates import pressing_words, proof_words
from gateways.link_signer import ANSWER, DISTRICT_DAY, LinkClaim, LinkSigner
from gateways.mail import Mail
from gateways.renderer import Renderer
from store.district import links
from store.district.links import LinkKey
from store.engine import Database
from store.lives import problems
from store.mail.parcels import Parcel
from store.points import points_accounts
from store.registers.contacts import BUREAU_POSITIONS
from store.tables import LinkRow

LINK_LIFE = timedelta(days=60)
"""How long a link lives after the due date, or after it was last sent: late answers are taken."""


@dataclass(frozen=True, slots=True)
class MailWriter:
    """Writes the mail of a parcel; `office` signs it."""

    db: Database
    renderer: Renderer
    signer: LinkSigner
    base_url: str
    office: str

    async def write(self, parcel: Parcel) -> Mail | None:
        """Write the mail as things stand now; None while the read model lacks a problem."""
        async with self.db.reading() as session:
            found = [await problems.get(session, order.problem_no) for order in parcel.orders]
        known = [problem for problem in found if problem is not None]
        if len(known) < len(found):
            return None
        if parcel.day is None:
            return await self._notice(parcel, parcel.orders[0], known[0])
        return await self._digest(parcel, parcel.day, known)

    async def _notice(self, parcel: Parcel, order: NoticeOrder, problem: Problem) -> Mail:
        round_ = problem.rounds[order.round_no - 1] if order.round_no else None
        link = ""
        if round_ and _opens_something(order, problem):
            key = LinkKey(
                purpose=ANSWER,
                district=order.district,
                recipient=parcel.recipient,
                problem_no=order.problem_no,
                round_no=order.round_no,
            )
            link = await self._link(key, round_.due_at)
        values = {
            **self._common(order.district, Position(parcel.position)),
            **_of_problem(order, problem),
            **_of_what_is_told(order, problem),
            **_of_round(round_),
            **await self._account(order),
            "light": order.light,
            "pressing": _pressing(order, round_, self.db.now()),
            "details": _details(order),
            "link": link,
        }
        return self._mail(parcel, order.kind.value, values)

    async def _account(self, order: NoticeOrder) -> dict[str, Any]:
        """Give what the district has lost in the year of a deduction, as its account stands now."""
        details = dict(order.details)
        if "year" not in details:
            return {}
        year = int(details["year"])
        async with self.db.reading() as session:
            lost = await points_accounts.total(session, order.district, year)
        return {"year": year, "year_total": lost}

    async def _digest(self, parcel: Parcel, day: date, known: list[Problem]) -> Mail:
        unit, now = parcel.orders[0].district, self.db.now()
        key = LinkKey(
            purpose=DISTRICT_DAY, district=unit, recipient=parcel.recipient, day=day.isoformat()
        )
        link = await self._link(key, now)
        entries = [
            {"problem_no": order.problem_no, "light": order.light or Light.BLUE}
            | _of_round(problem.rounds[order.round_no - 1])
            | {"rectify_by": transfer_date_running(problem), "details": _details(order)}
            | {"overdue": order.kind is NoticeKind.OVERDUE_REMINDER}
            for order, problem in zip(parcel.orders, known, strict=True)
        ]
        values = {
            **self._common(unit, Position(parcel.position)),
            "day": day,
            "entries": entries,
            "overdue_count": sum(bool(entry["overdue"]) for entry in entries),
            "link": link,
        }
        return self._mail(parcel, "digest", values)

    def _mail(self, parcel: Parcel, kind: str, values: dict[str, Any]) -> Mail:
        subject, text, html = self.renderer.mail(kind, **values)
        return Mail(
            recipient=parcel.recipient,
            message_id=parcel.message_id,
            subject=subject,
            text=text,
            html=html,
            written_at=self.db.now(),
        )

    def _common(self, unit_code: str, position: Position) -> dict[str, Any]:
        """Address the district's bureau, or the city's own people."""
        unit = "市级" if position in BUREAU_POSITIONS else district(unit_code).bureau
        name = position.label.removeprefix("市级")
        return {
            "addressee": f"{unit}{name}" if position in BUREAU_POSITIONS else unit,
            "unit": unit,
            "position": position.label,
            "district_name": district(unit_code).name,
            "office": self.office,
            "written_at": self.db.now(),
        }

    async def _link(self, key: LinkKey, due_at: datetime) -> str:
        """Give the address of a link that lives on after the due date, or after now."""
        issued = await links.issue(self.db, key, max(due_at, self.db.now()) + LINK_LIFE)
        return f"{self.base_url.rstrip('/')}/f/{self.signer.sign(_claim(issued))}"


def _pressing(order: NoticeOrder, round_: Round | None, now: datetime) -> str:
    """Name a reminder by what it says; empty for other notices."""
    if round_ is None or order.light is None:
        return ""
    if order.kind is NoticeKind.OVERDUE_REMINDER:
        return "逾期催办"
    return pressing_words(round_.due_at, now, by_hand=order.by_hand)


def _opens_something(order: NoticeOrder, problem: Problem) -> bool:
    """Say whether a link has a page: the problem is the district's own, or points of it are."""
    if order.district == problem.district:
        return order.kind in CARRIES_LINK
    return order.kind in TELLS_OF_POINTS and bool(points_of(problem, order.district))


def _claim(link: LinkRow) -> LinkClaim:
    return LinkClaim(
        purpose=link.purpose,
        problem_no=link.problem_no,
        district=link.district,
        round_no=link.round_no,
        jti=link.jti,
        expires_at=link.expires_at,
        day=link.day,
    )


def _of_problem(order: NoticeOrder, problem: Problem) -> dict[str, Any]:
    receipt_id = dict(order.details).get("receipt_id")
    received = [s.received_at for s in problem.submissions if s.receipt_id == receipt_id]
    if "received_at" in dict(order.details):
        received.append(datetime.fromisoformat(dict(order.details)["received_at"]))
    return {
        "problem_no": order.problem_no,
        "received_at": received[0] if received else None,
        "closed_on": problem.closed_on or day_of(order.not_before),
    }


def _of_what_is_told(order: NoticeOrder, problem: Problem) -> dict[str, Any]:
    """Give what a mail says of the problem as it stands now.

    `rectify_by` is the transfer's own date for rectification while it runs, `holds` whether the
    request that waits holds the date, `by_hand` how an answer came that no link brought, `added`
    whether the reason told came to a list entry that stood already.
    """
    details = dict(order.details)
    round_, last = problem.open_round, problem.entries[-1] if problem.entries else None
    answers = [s for s in problem.submissions if s.receipt_id == details.get("receipt_id")]
    return {
        "rectify_by": transfer_date_running(problem) if round_ else None,
        "holds": round_ is not None and round_.waits_for_bureau,
        "by_hand": next((s.channel.label for s in answers if s.channel is not Channel.LINK), ""),
        "progress": any(not one.moved_state for one in answers),
        "added": order.kind is NoticeKind.LISTED and _came_to_an_entry(order, problem),
        "left_list": last is not None and last.taken_off_on is not None,
        "priced": any(one.fact.value == details.get("reason") for one in problem.deductions),
    }


def _came_to_an_entry(order: NoticeOrder, problem: Problem) -> bool:
    """Say whether the reason told is another than the one a stay on the list began with."""
    seq = int(order.key.rpartition("seq-")[2])
    since = max((one.since for one in problem.entries if one.since <= seq), default=0)
    began = next((one.fact.value for one in problem.grounds if one.seq == since), "")
    return began not in ("", dict(order.details).get("reason"))


def _of_round(round_: Round | None) -> dict[str, Any]:
    return {
        "round_label": round_.kind.label if round_ else "",
        "due_on": round_.due_on if round_ else None,
        "due_at": round_.due_at if round_ else None,
        "provisional": round_.provisional if round_ else False,
        "proof_words": proof_words(round_) if round_ else "",
    }


def _details(order: NoticeOrder) -> dict[str, Any]:
    """Give the order's own values; those that have a type get it back."""
    typed: dict[str, Any] = dict(order.details)
    for name, read in _TYPED.items():
        if name in typed:
            typed[name] = read(typed[name])
    return typed


_TYPED: dict[str, Callable[[str], object]] = {
    "reason": Fact,
    "duty": BureauDuty,
    "points": Decimal,
    "from_on": date.fromisoformat,
    "missed_on": date.fromisoformat,
    "review_on": date.fromisoformat,
}
