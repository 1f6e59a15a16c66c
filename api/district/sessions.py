"""A visit: the browser that a link let in, asked about on every request.

The cookie holds a random number of which only the hash is stored. Whoever posts must also show the
form's own token, and may not come from a foreign page.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from api.district.frame import COOKIE_BETWEEN, Side
from api.district.refusals import refuse, revoked
from api.forms import demand_mark, demand_same_site, mark_of, read_form, see_other, texts_of, veiled
from domain.appeal_window import points_of
from domain.problem import Problem, Round
from gateways.link_signer import ANSWER, DISTRICT_DAY, OWN_LIST
from office.ports import Services
from store.district import beside, links
from store.lives import problems
from store.tables import LinkRow

_COOKIES = {ANSWER: "bihuan-form", DISTRICT_DAY: "bihuan-day", OWN_LIST: "bihuan-own"}

LONGEST_FIELD = 64 * 1024

_OF = 12


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser that was let in by `link`."""

    link: LinkRow
    cookie: str

    def at(self, path: str) -> str:
        """Give the address of a page for this link: a browser may have several open."""
        return address_at(path, self.link)

    @property
    def owner(self) -> str:
        """By whom a form given back to this link is found again."""
        return f"link:{self.link.jti}"

    @property
    def mark(self) -> str:
        """The mark by which this session's forms are known."""
        return mark_of("csrf", self.cookie)

    @property
    def csrf(self) -> str:
        """The token that a form of this session carries."""
        return veiled(self.mark)


@dataclass(frozen=True, slots=True)
class ProblemVisit(Visit):
    """A visit to the form of one round.

    `day` is the list of the day that the same browser has open, if any; `beside` are the
    links under which it is let in for the same person.
    """

    problem: Problem
    day: Visit | None = None
    beside: tuple[LinkRow, ...] = ()

    @property
    def day_at(self) -> str:
        """Give the address of the list to go back to; empty where none is open."""
        return self.day.at("/f/day") if self.day else ""

    @property
    def round(self) -> Round:
        """The round the link was issued for."""
        return self.problem.rounds[self.link.round_no - 1]


V = TypeVar("V", bound=Visit)
Letting = Callable[[Side, Request], Awaitable[V]]


def cookie_name(services: Services, purpose: str) -> str:
    """Name the cookie; over https the browser itself then keeps it to this host."""
    name = _COOKIES[purpose]
    return f"__Host-{name}" if services.secure else name


def address_at(path: str, link: LinkRow) -> str:
    """Give the address of a page for a link; the few characters of its id open nothing."""
    return f"{path}?of={link.jti[:_OF]}"


def _cookies(side: Side, request: Request, purpose: str) -> list[str]:
    """Give the sessions of this browser, the newest first."""
    held = request.cookies.get(cookie_name(side.services, purpose), "")
    return [one for one in held.split(COOKIE_BETWEEN) if one][: links.MOST_SESSIONS]


async def let_in(side: Side, request: Request, path: str, link: LinkRow) -> Response:
    """Begin a session for a link and lead to its page; those of other links go on."""
    response = see_other(address_at(path, link))
    held = _cookies(side, request, link.purpose)
    cookies = await links.open_session(side.services.db, link.jti, held)
    response.set_cookie(
        cookie_name(side.services, link.purpose),
        COOKIE_BETWEEN.join(cookies),
        max_age=int(links.SESSION_LIFE.total_seconds()),
        path="/",
        secure=side.services.secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def visit_to_problem(side: Side, request: Request) -> ProblemVisit:
    """Give the visit behind a request; raises `Refused` when its link opens nothing any more."""
    async with side.services.db.reading() as session:
        visit = await _visit(side, session, request, ANSWER)
        problem = await demand_open(side, session, visit.link)
        return await _with_others(side, session, request, visit, problem)


async def visit_to_papers(side: Side, request: Request) -> ProblemVisit:
    """Give the visit of a district to what is its own of a problem, whoever has the problem now."""
    async with side.services.db.reading() as session:
        visit = await _visit(side, session, request, ANSWER)
        problem = await problem_behind(side, session, visit.link)
        return await _with_others(side, session, request, visit, problem)


async def _with_others(
    side: Side, session: AsyncSession, request: Request, visit: Visit, problem: Problem
) -> ProblemVisit:
    """Give the visit to a problem with what the same person has open in this browser beside it."""
    now, own = side.services.clock(), visit.link
    forms, days = (_cookies(side, request, purpose) for purpose in (ANSWER, DISTRICT_DAY))
    others = await beside.links_of(session, forms, own, now)
    return ProblemVisit(
        link=own,
        cookie=visit.cookie,
        problem=problem,
        day=await _day_of(side, session, days, own),
        beside=tuple(others),
    )


async def _day_of(
    side: Side, session: AsyncSession, cookies: list[str], own: LinkRow
) -> Visit | None:
    now = side.services.clock()
    for cookie in cookies:
        link = await links.link_of_session(session, cookie, now)
        if link is None or link.revoked_at is not None or now >= link.expires_at:
            continue
        if (link.district, link.recipient) == (own.district, own.recipient):
            return Visit(link, cookie)
    return None


async def visit_to_day(side: Side, request: Request) -> Visit:
    """Give the visit of a district's day; raises `Refused` when its link opens nothing any more."""
    async with side.services.db.reading() as session:
        visit = await _visit(side, session, request, DISTRICT_DAY)
    demand_live(side, visit.link)
    return visit


async def visit_to_own_list(side: Side, request: Request) -> Visit:
    """Give the visit of a district's own list; raises `Refused` when its link opens nothing any more."""
    async with side.services.db.reading() as session:
        visit = await _visit(side, session, request, OWN_LIST)
    demand_live(side, visit.link)
    return visit


async def _visit(side: Side, session: AsyncSession, request: Request, purpose: str) -> Visit:
    """Give the visit of the link that the address names, else of the one opened last."""
    wanted, now = request.query_params.get("of", ""), side.services.clock()
    for cookie in _cookies(side, request, purpose):
        link = await links.link_of_session(session, cookie, now)
        if link is not None and link.jti.startswith(wanted):
            return Visit(link, cookie)
    raise refuse("session_over")


async def demand_open(side: Side, session: AsyncSession, link: LinkRow) -> Problem:
    """Give the problem of a link that still holds and still belongs to its district."""
    demand_live(side, link)
    problem = await _problem_of(session, link)
    if problem.district != link.district:
        raise revoked("reassigned")
    return problem


async def problem_behind(side: Side, session: AsyncSession, link: LinkRow) -> Problem:
    """Give the problem of a link that still holds, or that was cut off and left its district points.

    What the problem cost a district stays its own when the problem goes to another one.
    """
    problem = await _problem_of(session, link)
    if problem.district == link.district or not points_of(problem, link.district):
        return await demand_open(side, session, link)
    if link.revoked_why not in ("", "reassigned") or side.services.clock() >= link.expires_at:
        demand_live(side, link)
    return problem


async def _problem_of(session: AsyncSession, link: LinkRow) -> Problem:
    problem = await problems.get(session, link.problem_no)
    if problem is None or not 1 <= link.round_no <= len(problem.rounds):
        raise refuse("link_unknown")
    return problem


def demand_live(side: Side, link: LinkRow) -> None:
    """Refuse a link that was revoked or is over."""
    if link.revoked_at is not None:
        raise revoked(link.revoked_why)
    if side.services.clock() >= link.expires_at:
        raise refuse("link_expired", token="")


async def posted(
    side: Side, request: Request, letting: Letting[V], limit: int
) -> tuple[V, FormData]:
    """Give the visit behind a posted form and the form, once both are known to be ours."""
    demand_same_site(request, side.services)
    visit = await letting(side, request)
    form = await read_form(request, limit, LONGEST_FIELD)
    demand_mark(texts_of(form).get("csrf", ""), visit.mark)
    return visit, form
