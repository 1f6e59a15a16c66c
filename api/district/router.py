"""All routes of the district's side, under `/f`."""

from __future__ import annotations

from fastapi import APIRouter

from api.district.answer_form import add_form
from api.district.appeals import add_appeals
from api.district.digest_day import add_days
from api.district.file_parts import add_parts
from api.district.files import add_files
from api.district.form_page import FORM_BYTES
from api.district.frame import Side, route_class
from api.district.going_on import add_same_text
from api.district.links import add_doors
from api.district.own_list import add_own_list
from api.district.receipts import add_receipts
from api.district.requests import add_requests
from api.district.saved_drafts import add_drafts
from gateways.uploads import Uploads
from office.ports import Services


def district_router(services: Services) -> APIRouter:
    """Give the router of the district's side over these services."""
    side = Side(services, Uploads(services.evidence))
    router = APIRouter(
        prefix="/f",
        include_in_schema=False,
        route_class=route_class(side),
        max_body_size=FORM_BYTES + 1,
    )
    add_form(router, side)
    add_requests(router, side)
    add_appeals(router, side)
    add_drafts(router, side)
    add_files(router, side)
    add_parts(router, side)
    add_receipts(router, side)
    add_days(router, side)
    add_same_text(router, side)
    add_own_list(router, side)
    add_doors(router, side)  # last: its neutral page takes every other address
    return router
