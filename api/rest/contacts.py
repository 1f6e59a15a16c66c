"""Contacts, over REST."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import ContactApprover, Office, Ours
from api.rest.answers import Key, RowNumber
from api.rest.strict import StrictRoute
from office.once import claim_body
from office.registers import contacts as office
from office.registers.contacts import ContactBody, contact_view
from office.registers.register_changes import change_view
from office.typed import Decision
from store.people import accounts
from store.registers import contacts, register_changes
from store.registers.register_changes import Register

router = APIRouter(tags=["联系人"], route_class=StrictRoute)


@router.get("/contacts")
async def show_all(
    services: Ours, _: Office, district: Annotated[str, Query(max_length=20)] = ""
) -> dict[str, Any]:
    """现用和待审批的联系人（见 state）；市级联系人的 district 为 CITY。承办人、审批人、管理员可用。"""
    async with services.db.reading() as session:
        rows = await contacts.active(session, district or None)
    return {"contacts": [contact_view(row) for row in rows]}


@router.post("/contacts", status_code=201)
async def enter(services: Ours, caller: Office, key: Key, body: ContactBody) -> dict[str, Any]:
    """登记联系人；经登记人以外的审批人员批准后，通知方发往该邮箱。承办人、审批人、管理员可用。"""
    await claim_body(services, caller, key, "contacts", body)
    return contact_view(await office.add(services, caller, body))


@router.post("/contacts/{contact_id}/decision")
async def decide(
    services: Ours, caller: ContactApprover, key: Key, contact_id: RowNumber, body: Decision
) -> dict[str, Any]:
    """批准或不批准待审批的联系人；登记人不得批准。审批人可用。"""
    await claim_body(services, caller, key, f"contacts/{contact_id}/decision", body)
    return contact_view(await office.decide(services, caller, contact_id, body))


@router.delete("/contacts/{contact_id}")
async def retire(
    services: Ours, caller: Office, contact_id: RowNumber, revoke_links: bool = False
) -> dict[str, Any]:
    """停用联系人；尚未发出的改发同一职务的其他联系人，没有的待登记后自动补发，此前的发送记录保留。

    revoke_links 为 true 时一并收回发给该邮箱的链接。承办人、审批人、管理员可用。
    """
    await office.retire(services, caller, contact_id, take_back_links=revoke_links)
    return {"id": contact_id, "active": False}


@router.get("/register-changes")
async def changes(
    services: Ours,
    _: Office,
    register: Register | None = None,
    before: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 200,
) -> dict[str, Any]:
    """联系人、执法帮扶组、区县自查清单及其填报链接、六个一批名称和正面清单的变更记录，最近的在前。

    before 填上一页最后的 id。承办人、审批人、管理员可用。
    """
    async with services.db.reading() as session:
        found = await register_changes.latest(session, register, before=before, limit=limit)
        names = await accounts.names(session)
    return {"changes": [change_view(one, names) for one in found]}
