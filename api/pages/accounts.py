"""Accounts and personal tokens; and, on a development machine, the local mail inbox."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from api.access import Ours, PageAdministrator, PageStaff
from api.gated_route import GatedRoute
from api.pages.confirming import ACCOUNTS, demand_fresh, demand_fresh_keeping
from api.pages.frame import form_of, page
from api.pages.given_back import Back, Returned, back_to, give_back
from api.pages.shown_once import Once, ToShow, lead_to, shown
from domain.plain_text import line
from domain.roles import Role
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from store.people import accounts, chosen_passwords, sessions
from store.people import tokens as personal_tokens
from store.people.accounts import AccountRefused
from store.people.tokens import Scope

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
SCOPE_LABELS = {
    Scope.READ: "只查询",
    Scope.ACT: "查询和办理（审批除外）",
    Scope.FULL: "查询和办理（审批除外；旧令牌，建议撤销后新建）",
}
_LONGEST_REACH = 254
ROLES = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)


@router.get("/accounts")
async def show(services: Ours, caller: PageStaff, back: Back, once: ToShow) -> Response:
    """Show one's own tokens, all accounts to an administrator, and once what was made."""
    return shown(await _page(services, caller, back, once), services, once)


async def _page(services: Services, caller: Caller, back: Returned, once: Once | None) -> Response:
    made = {once.kind: once.values} if once else {}
    administrator = caller.role is Role.ADMINISTRATOR
    async with services.db.reading() as session:
        people = await accounts.everyone(session) if administrator else ()
        tokens = await personal_tokens.in_force(session, caller.account.id, services.clock())
        own = await sessions.of_account(session, caller.account.id, services.clock())
    return page(
        services,
        caller,
        "accounts.html",
        back.status,
        people=people,
        tokens=tokens,
        ends_at=personal_tokens.ends_at,
        scopes=SCOPE_LABELS,
        lives=personal_tokens.LIVES,
        sessions=own,
        this_session=accounts.fingerprint(caller.cookie),
        administrator=administrator,
        watches=caller.role in (Role.AUDITOR, Role.ADMINISTRATOR),
        roles=ROLES,
        role_of=Role,
        flash=back.flash,
        typed=defaultdict(str, back.fields),
        error=back.refused.detail if back.refused else "",
        token=made.get("token"),
        link=made.get("link"),
        link_hours=int(chosen_passwords.LINK_LIFE / timedelta(hours=1)),
    )


@router.post("/accounts")
async def open_account(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Open an account, and lead to the link by which its person chooses a password, shown once."""
    fields = await form_of(request, caller)
    await demand_fresh_keeping(services, caller, ACCOUNTS, fields)
    wanted = {role.value: role for role in ROLES}.get(fields.get("role", ""), Role.OFFICER)
    try:
        opened = await accounts.create(
            services.db,
            fields.get("login", "").strip(),
            line(fields.get("name", ""))[:100],
            wanted,
            email=_reach(fields, "email"),
            telephone=_reach(fields, "telephone"),
        )
    except AccountRefused as refused:
        return await give_back(services, caller, "/accounts", Refused.by_rule(refused), fields)
    return await _link_shown(services, caller, opened.id)


@router.post("/accounts/reset")
async def reset(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Lead to a one-time link by which somebody chooses a new password, shown once."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    try:
        return await _link_shown(services, caller, fields.get("account", ""))
    except AccountRefused as refused:
        return await give_back(services, caller, "/accounts", Refused.by_rule(refused))


async def _link_shown(services: Services, caller: Caller, account_id: str) -> Response:
    token = await chosen_passwords.make_link(services.db, account_id, caller.account.id)
    account = await accounts.of_id(services.db, account_id)
    link = chosen_passwords.address(services.base_url, token)
    return lead_to(services, caller, "/accounts", "link", account.name, account.login, link)


@router.post("/accounts/reach")
async def set_reach(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Say how an account's person is reached."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    account_id = fields.get("account", "")
    email, telephone = _reach(fields, "email"), _reach(fields, "telephone")
    try:
        await accounts.set_reach(services.db, account_id, email, telephone)
    except AccountRefused as refused:
        return await give_back(services, caller, "/accounts", Refused.by_rule(refused))
    return back_to("/accounts", "account_reach")


def _reach(fields: Mapping[str, str], name: str) -> str:
    return line(fields.get(name, "")).strip()[:_LONGEST_REACH]


@router.post("/accounts/active")
async def set_active(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """Enable or disable an account; disabling ends its sessions."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    active = fields.get("active") == "yes"
    try:
        await accounts.set_active(services.db, fields.get("account", ""), active=active)
    except AccountRefused as refused:
        return await give_back(services, caller, "/accounts", Refused.by_rule(refused))
    return back_to("/accounts", "account_enabled" if active else "account_disabled")


@router.post("/accounts/tokens")
async def issue_token(request: Request, services: Ours, caller: PageStaff) -> Response:
    """Issue a personal token, and lead to where it is shown once."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    label = fields.get("label", "").strip()[:100] or "接口调用"
    scope = Scope.ACT if fields.get("scope") == Scope.ACT else Scope.READ
    days = {str(one): one for one in personal_tokens.LIVES}.get(
        fields.get("days", ""), personal_tokens.LIVES[0]
    )
    token = await personal_tokens.issue(
        services.db, caller.account.id, label, scope, timedelta(days=days)
    )
    return lead_to(services, caller, "/accounts", "token", token)


@router.post("/accounts/tokens/revoke")
async def revoke_token(request: Request, services: Ours, caller: PageStaff) -> Response:
    """Withdraw one of one's own tokens."""
    fields = await form_of(request, caller)
    await personal_tokens.revoke(services.db, caller.account.id, fields.get("token", ""))
    return back_to("/accounts", "token_revoked")


@router.post("/accounts/sessions/end-all")
async def end_sessions_of(request: Request, services: Ours, caller: PageAdministrator) -> Response:
    """End every session of somebody, whose account stays as it is."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    await sessions.end_all_of(services.db, fields.get("account", ""))
    return back_to("/accounts", "sessions_ended")


@router.post("/accounts/sessions/end")
async def end_session(request: Request, services: Ours, caller: PageStaff) -> Response:
    """End one of one's own sessions."""
    fields = await form_of(request, caller)
    demand_fresh(caller, ACCOUNTS)
    await sessions.end_own(services.db, caller.account.id, fields.get("session", ""))
    return back_to("/accounts", "session_ended")


@router.get("/mailbox")
async def mailbox(services: Ours, caller: PageStaff) -> Response:
    """Show the mails this development machine has taken instead of sending them."""
    if services.mails is None:
        raise Refused("not_found")
    return page(services, caller, "mailbox.html", mails=services.mails.list(), mail=None)


@router.get("/mailbox/{mail_id}")
async def mail(services: Ours, caller: PageStaff, mail_id: str) -> Response:
    """Show one mail."""
    found = services.mails.read(mail_id) if services.mails else None
    if found is None:
        raise Refused("not_found")
    return page(services, caller, "mailbox.html", mails=(), mail=found)


@router.get("/mailbox/{mail_id}/html")
async def mail_html(services: Ours, _: PageStaff, mail_id: str) -> Response:
    """Give one mail's HTML for the frame that shows it; nothing in it may run."""
    found = services.mails.read(mail_id) if services.mails else None
    if found is None:
        raise Refused("not_found")
    # A link opens beside the frame: our own pages refuse to be shown inside another.
    html = found.html.replace("<head>", '<head><base target="_blank">', 1)
    policy = "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
    headers = {
        "Content-Security-Policy": f"{policy}style-src 'unsafe-inline'; frame-ancestors 'self'",
        "X-Frame-Options": "SAMEORIGIN",
    }
    return HTMLResponse(html, headers=headers)
