"""Contacts, over REST."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Office, Ours
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from office.contacts import ContactBody, add, contact_view
from office.once import claim_body
from store import contacts

router = APIRouter(tags=["联系人"], route_class=StrictRoute)


@router.get("/contacts")
async def show_all(
    services: Ours, _: Office, district: Annotated[str, Query(max_length=20)] = ""
) -> dict[str, Any]:
    """现用联系人；市级联系人的 district 为 CITY。承办人、审批人、管理员可用。"""
    async with services.db.reading() as session:
        rows = await contacts.active(session, district or None)
    return {"contacts": [contact_view(row) for row in rows]}


@router.post("/contacts", status_code=201)
async def enter(services: Ours, caller: Office, key: Key, body: ContactBody) -> dict[str, Any]:
    """登记联系人，此后的通知即发往该邮箱。承办人、审批人、管理员可用。"""
    await claim_body(services, caller, key, "contacts", body)
    return contact_view(await add(services, body))


@router.delete("/contacts/{contact_id}")
async def retire(services: Ours, _: Office, contact_id: int) -> dict[str, Any]:
    """停用联系人；此前的发送记录保留。承办人、审批人、管理员可用。"""
    await contacts.retire(services.db, contact_id)
    return {"id": contact_id, "active": False}
