"""Who is calling, and whether they may: every route carries one gate in its signature."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, cast

from fastapi import Depends, Request
from sqlalchemy.exc import OperationalError

from api.forms import demand_same_site
from api.places import before, place_of
from domain.commands import ApplyCalendar, ApplyPolicy, RecordDraw, RegisterProblem
from domain.roles import SUPERVISORS, Role
from office.acts import ACTS, RIGHT_OVER_MANY
from office.caller import Caller
from office.doors import are_shut, demand_open
from office.ports import Services
from office.refused import Refused
from store.people import sessions, tokens
from store.people.second_factors import Factor
from store.people.security_log import is_done_by
from store.people.tokens import Scope

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SignInNeeded(Exception):
    """A page was asked for by nobody we know."""


class StepNeeded(Exception):
    """A page was asked for by somebody who has something to do first, at `address`."""

    def __init__(self, address: str) -> None:
        """Send to `address`."""
        super().__init__(address)
        self.address = address


CHOOSE, SHOW_CODE = "/password", "/second-factor"
"""What a sign-in may still lack, by the page where it is done."""

_LACKS = {CHOOSE: "password_unchosen", SHOW_CODE: "second_factor_needed"}
_TWO_FACTORS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


def services_of(request: Request) -> Services:
    """Give the bundle the app was made with."""
    return cast("Services", request.app.state.services)


Ours = Annotated[Services, Depends(services_of)]


def cookie_name(services: Services) -> str:
    """Name the session cookie; over https browsers bind it to our host alone."""
    return "__Host-bihuan" if services.secure else "bihuan"


def device_cookie_name(services: Services) -> str:
    """Name the cookie by which a browser is known before anybody signs in."""
    return f"{cookie_name(services)}-device"


class Gate:
    """Lets in the named roles only. `page` sends strangers to the sign-in page instead of 401.

    `lacking` lets in also those whose sign-in lacks one of these. What is not `about_lives` goes on
    while starts and acts are shut.
    """

    def __init__(
        self,
        *roles: Role,
        page: bool = False,
        lacking: Collection[str] = (),
        about_lives: bool = True,
    ) -> None:
        """Let in `roles`."""
        self.about_lives = about_lives
        self.roles = frozenset(roles)
        self.page = page
        self.lacking = lacking

    async def __call__(self, request: Request) -> Caller:
        """Give the caller; raises Refused or SignInNeeded."""
        services = services_of(request)
        caller = getattr(request.state, "caller", None) or await self._caller(request, services)
        request.state.caller = caller
        is_done_by(caller.account.id if caller else "")
        if caller is None:
            raise SignInNeeded if self.page else Refused("not_signed_in")
        lack = lack_of(caller, services)
        if lack and lack not in self.lacking:
            raise self._led_to(lack, request) if self.page else Refused(_LACKS[lack])
        if caller.role not in self.roles:
            raise Refused("not_allowed", role=caller.role.label)
        if request.method not in SAFE_METHODS:
            self._demand_scope(caller)
            if caller.cookie:
                demand_same_site(request, services)
            if self.about_lives:
                await demand_open(services)
        elif self.page:
            caller = replace(caller, held=await are_shut(services))
        return caller

    async def _caller(self, request: Request, services: Services) -> Caller | None:
        """Recognise who calls; pages take no token.

        A page's form could do what no token may: issue the next one, or make somebody's password link.
        """
        return await (of_session if self.page else caller_of)(request, services)

    @staticmethod
    def _led_to(lack: str, request: Request) -> StepNeeded:
        """A code is shown on the way to somewhere; who chooses his password begins anew."""
        return StepNeeded(before(lack, place_of(request)) if lack == SHOW_CODE else lack)

    def _demand_scope(self, caller: Caller) -> None:
        """Refuse a change to a token that only reads; to every token what only supervisors may."""
        if caller.scope is Scope.READ:
            raise Refused("token_reads_only")
        if caller.scope is not None and self.roles <= SUPERVISORS:
            raise Refused("token_never_approves")


def lack_of(caller: Caller, services: Services) -> str:
    """Say what a sign-in still lacks; who has a second factor shows it before anything else."""
    in_use = caller.factor is Factor.IN_USE
    if caller.cookie and in_use and not caller.verified:
        return SHOW_CODE
    if caller.account.must_choose:
        return CHOOSE
    demanded = services.second_factor and caller.role in _TWO_FACTORS
    return SHOW_CODE if caller.cookie and demanded and not in_use else ""


async def caller_of(request: Request, services: Services) -> Caller | None:
    """Recognise a personal token, else the session cookie; None for a stranger."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        shown = await tokens.shown(services.db, token.strip())
        return Caller(shown.account, scope=shown.scope) if shown else None
    return await of_session(request, services)


async def of_session(request: Request, services: Services) -> Caller | None:
    """Recognise the session cookie; None for a stranger."""
    cookie = request.cookies.get(cookie_name(services), "")
    known = await sessions.of_cookie(services.db, cookie) if cookie else None
    if known is None:
        return None
    return Caller(
        known.account,
        cookie,
        factor=known.factor,
        verified=known.verified,
        fresh=known.fresh,
    )


async def recognise(request: Request) -> None:
    """Note who calls where no gate has asked, as of an address that leads nowhere."""
    with suppress(OperationalError):
        if getattr(request.state, "caller", None) is None:
            request.state.caller = await of_session(request, services_of(request))


READERS = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR)
STAFF = (*READERS, Role.ADMINISTRATOR)

OFFICE = RegisterProblem.may
"""Who keeps the problem list, and so may use what leads to it."""

RULE_APPROVERS = ApplyCalendar.may & ApplyPolicy.may
_ACTING = frozenset[Role]().union(*(act.right for act in ACTS))

Reader = Annotated[Caller, Depends(Gate(*READERS))]
Staff = Annotated[Caller, Depends(Gate(*STAFF))]
Officer = Annotated[Caller, Depends(Gate(*OFFICE))]
RuleApprover = Annotated[Caller, Depends(Gate(*RULE_APPROVERS))]
ContactApprover = Annotated[Caller, Depends(Gate(*SUPERVISORS))]
BroughtInApprover = Annotated[Caller, Depends(Gate(*SUPERVISORS))]
ListingApprover = Annotated[Caller, Depends(Gate(*SUPERVISORS))]
Drawer = Annotated[Caller, Depends(Gate(*RecordDraw.may))]
ActingOnMany = Annotated[Caller, Depends(Gate(*RIGHT_OVER_MANY))]
Administrator = Annotated[Caller, Depends(Gate(Role.ADMINISTRATOR, about_lives=False))]
Watcher = Annotated[Caller, Depends(Gate(Role.AUDITOR, Role.ADMINISTRATOR, about_lives=False))]
Office = Annotated[Caller, Depends(Gate(*OFFICE, Role.ADMINISTRATOR))]

PageReader = Annotated[Caller, Depends(Gate(*READERS, page=True))]
PageStaff = Annotated[Caller, Depends(Gate(*STAFF, page=True, about_lives=False))]
PageUnready = Annotated[
    Caller, Depends(Gate(*STAFF, page=True, lacking=(CHOOSE, SHOW_CODE), about_lives=False))
]
PageChooser = Annotated[
    Caller, Depends(Gate(*STAFF, page=True, lacking=(CHOOSE,), about_lives=False))
]
PageFactor = Annotated[
    Caller, Depends(Gate(*STAFF, page=True, lacking=(SHOW_CODE,), about_lives=False))
]
PageOfficer = Annotated[Caller, Depends(Gate(*OFFICE, page=True))]
PageRuleApprover = Annotated[Caller, Depends(Gate(*RULE_APPROVERS, page=True))]
PageContactApprover = Annotated[Caller, Depends(Gate(*SUPERVISORS, page=True))]
PageBroughtInApprover = Annotated[Caller, Depends(Gate(*SUPERVISORS, page=True))]
PageListingApprover = Annotated[Caller, Depends(Gate(*SUPERVISORS, page=True))]
PageDrawer = Annotated[Caller, Depends(Gate(*RecordDraw.may, page=True))]
PageActing = Annotated[Caller, Depends(Gate(*_ACTING, page=True))]
PageAdministrator = Annotated[
    Caller, Depends(Gate(Role.ADMINISTRATOR, page=True, about_lives=False))
]
PageWatcher = Annotated[
    Caller, Depends(Gate(Role.AUDITOR, Role.ADMINISTRATOR, page=True, about_lives=False))
]
PageOffice = Annotated[Caller, Depends(Gate(*OFFICE, Role.ADMINISTRATOR, page=True))]
