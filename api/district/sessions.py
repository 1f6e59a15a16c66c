"""A visit: the browser that a link let in, asked about on every request.

The cookie holds a random number of which only the hash is stored. Whoever posts must also show the
form's own token, and may not come from a foreign page.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request, Response
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData

from api.district.frame import Halt, Side, refusal
from domain.problem import Problem, Round
from gateways.link_signer import ANSWER, DISTRICT_DAY
from office.ports import Services
from store import links, problems
from store.tables import LinkRow

_COOKIES = {ANSWER: "bihuan-form", DISTRICT_DAY: "bihuan-day"}

_FORM_LIMITS = {"max_files": 11, "max_fields": 60, "max_part_size": 64 * 1024}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of a browser that was let in by `link`."""

    link: LinkRow
    cookie: str

    @property
    def csrf(self) -> str:
        """The token that every form of this session carries."""
        return hashlib.sha256(f"csrf:{self.cookie}".encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class ProblemVisit(Visit):
    """A visit to the form of one round."""

    problem: Problem

    @property
    def round(self) -> Round:
        """The round the link was issued for."""
        return self.problem.rounds[self.link.round_no - 1]


def cookie_name(services: Services, purpose: str) -> str:
    """Name the cookie; over https the browser itself then keeps it to this host."""
    name = _COOKIES[purpose]
    return f"__Host-{name}" if services.secure else name


async def let_in(side: Side, request: Request, response: Response, link: LinkRow) -> Response:
    """Begin a session for a link; an older one of this browser ends."""
    name = cookie_name(side.services, link.purpose)
    cookie = await links.open_session(
        side.services.db, link.jti, instead_of=request.cookies.get(name, "")
    )
    response.set_cookie(
        name,
        cookie,
        max_age=int(links.SESSION_LIFE.total_seconds()),
        path="/",
        secure=side.services.secure,
        httponly=True,
        samesite="lax",
    )
    return response


async def visit_to_problem(side: Side, request: Request) -> ProblemVisit:
    """Give the visit behind a request; raises `Halt` when its link opens nothing any more."""
    async with side.services.db.reading() as session:
        visit = await _visit(side, session, request, ANSWER)
        problem = await demand_open(side, session, visit.link)
    return ProblemVisit(visit.link, visit.cookie, problem)


async def visit_to_day(side: Side, request: Request) -> Visit:
    """Give the visit of a district's day; raises `Halt` when its link opens nothing any more."""
    async with side.services.db.reading() as session:
        visit = await _visit(side, session, request, DISTRICT_DAY)
    demand_live(side, visit.link)
    return visit


async def _visit(side: Side, session: AsyncSession, request: Request, purpose: str) -> Visit:
    cookie = request.cookies.get(cookie_name(side.services, purpose), "")
    now = side.services.clock()
    link = await links.link_of_session(session, cookie, now) if cookie else None
    if link is None:
        raise Halt(
            "session_over",
            403,
            code="session_over",
            message="页面已超时，此前保存的草稿仍在。请从邮件中重新打开链接。",
        )
    return Visit(link, cookie)


async def demand_open(side: Side, session: AsyncSession, link: LinkRow) -> Problem:
    """Give the problem of a link that still holds and still belongs to its district."""
    demand_live(side, link)
    problem = await problems.get(session, link.problem_no)
    if problem is None or not 1 <= link.round_no <= len(problem.rounds):
        raise unknown()
    if problem.district != link.district:
        raise revoked("reassigned")
    return problem


def demand_live(side: Side, link: LinkRow) -> None:
    """Refuse a link that was revoked or is over."""
    if link.revoked_at is not None:
        raise revoked(link.revoked_why)
    if side.services.clock() >= link.expires_at:
        raise Halt("expired", 410, token="", code="link_expired", message="链接已过期。")


def unknown() -> Halt:
    """Say that there is no such link."""
    return Halt("unknown", 404, code="link_unknown", message="尚无此链接，请核对后重新打开。")


def revoked(why: str) -> Halt:
    """Say that a link was revoked, as when the problem went to another district."""
    return Halt(
        "revoked",
        410,
        code="link_revoked",
        message="链接已撤销，此前保存的草稿已保留。",
        reassigned=why == "reassigned",
    )


async def read_form(request: Request, limit: int) -> FormData:
    """Read a posted form of at most `limit` bytes; the length must be told beforehand."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise refusal(415, "encoded_body", "不接受压缩后的提交，请用浏览器正常提交。")
    length = request.headers.get("content-length", "")
    if not length.isdecimal():
        raise refusal(411, "length_required", "提交内容未注明长度，请用浏览器正常提交。")
    if int(length) > limit:
        raise refusal(
            413, "too_large", "一次上传的内容过大。请返回上一页，减少或压缩附件后再上传。"
        )
    return await request.form(**_FORM_LIMITS)


def demand_own_page(side: Side, request: Request) -> None:
    """Refuse a post that a foreign page made.

    Under `no-referrer` browsers send `Origin: null` even for our own forms; then Sec-Fetch-Site
    decides, and in browsers too old for it the form's token.
    """
    site = request.headers.get("sec-fetch-site", "")
    origin = request.headers.get("origin", "null")
    hosts = {urlsplit(side.services.base_url).netloc, request.headers.get("host", "")}
    foreign = origin != "null" and urlsplit(origin).netloc not in hosts
    if site in ("cross-site", "same-site") or foreign:
        raise refusal(403, "foreign_page", "请从邮件中的链接打开页面后再提交。")


def demand_csrf(visit: Visit, form: FormData) -> None:
    """Refuse a form that was not made for this session."""
    shown = form.get("csrf")
    if not isinstance(shown, str) or not hmac.compare_digest(shown.encode(), visit.csrf.encode()):
        raise refusal(
            403, "form_outdated", "页面已失效，此前保存的草稿仍在。请从邮件中重新打开链接。"
        )
