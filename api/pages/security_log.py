"""What happened at the doors, for those who watch over them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import Ours, PageWatcher
from api.gated_route import GatedRoute
from api.pages.frame import page
from office import security_log as office
from store.people import accounts, security_log
from store.people.security_log import Happened

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
_A_PAGE = 100


@router.get("/security-log")
async def show(
    services: Ours,
    caller: PageWatcher,
    what: str = "",
    before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
) -> Response:
    """Show what happened last, a page at a time."""
    chosen = Happened(what) if what in set(Happened) else None
    async with services.db.reading() as session:
        found = await security_log.latest(session, before=before, what=chosen, limit=_A_PAGE)
        names = await accounts.names(session)
    return page(
        services,
        caller,
        "security_log.html",
        entries=[office.entry_view(one, names) for one in found],
        labels=office.LABELS,
        chosen=chosen,
        older=found[-1].id if len(found) == _A_PAGE else None,
    )
