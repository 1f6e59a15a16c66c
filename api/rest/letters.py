"""Mails that people wrote to the sender's address, over REST."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import Officer, Ours, Reader
from api.letter_files import handed_out
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from office.answering.late_returns import SettlementBody
from office.refused import allowed
from store.mail import late_returns, letters
from store.mail.late_returns import LateReturn
from store.mail.letters import LetterKind
from store.people import accounts
from store.tables import LetterRow

router = APIRouter(tags=["来信"], route_class=StrictRoute)


@router.get("/letters")
async def show_all(
    services: Ours, _: Reader, state: Literal["waiting", "done"] = "waiting"
) -> dict[str, Any]:
    """来信：待办的最多 200 封，联系人的和涉及问题的在前，先到的在前；
    办结的最近 50 封。承办人、审批人、核查人员可用。"""
    async with services.db.reading() as session:
        found = letters.waiting if state == "waiting" else letters.done
        rows = await found(session)
        names = await accounts.names(session)
    return {"letters": [_view(row, names) for row in rows]}


@router.get("/letters/{letter_id}")
async def show(services: Ours, _: Reader, letter_id: str) -> dict[str, Any]:
    """一封来信及其附件清单。承办人、审批人、核查人员可用。"""
    async with services.db.reading() as session:
        row = await allowed(letters.get(session, letter_id))
        names = await accounts.names(session)
    return _view(row, names)


@router.get("/letters/{letter_id}/files/{sha256}")
async def attachment(services: Ours, _: Reader, letter_id: str, sha256: str) -> Response:
    """来信的一个附件，原样下载。承办人、审批人、核查人员可用。"""
    return await handed_out(services, letter_id, sha256)


@router.post("/letters/{letter_id}/done")
async def settle(services: Ours, caller: Officer, key: Key, letter_id: str) -> dict[str, Any]:
    """办结来信；已办结的保持原办结人和时间。承办人、审批人可用。"""
    del key  # doing it again changes nothing
    row = await allowed(letters.settle(services.db, letter_id, caller.account.id))
    async with services.db.reading() as session:
        names = await accounts.names(session)
    return _view(row, names)


@router.get("/late-returns")
async def show_late_returns(
    services: Ours, _: Reader, state: Literal["waiting", "settled"] = "waiting"
) -> dict[str, Any]:
    """问题办结后退回的扣分告知：待办的最多 200 件，先到的在前；已办结的最近 50 件。承办人、审批人、核查人员可用。"""
    found = late_returns.waiting if state == "waiting" else late_returns.settled
    async with services.db.reading() as session:
        rows = await found(session)
        names = await accounts.names(session)
    return {"late_returns": [_late_view(row, names) for row in rows]}


@router.post("/late-returns/{delivery_id}/settlement")
async def settle_late_return(
    services: Ours, caller: Officer, key: Key, delivery_id: int, body: SettlementBody
) -> dict[str, Any]:
    """登记退回的扣分告知如何办理：另行告知的方式、时间和对象，或已提请恢复办理。承办人、审批人可用。"""
    del key  # the second time finds it settled
    by_id = caller.account.id
    row = await allowed(late_returns.settle(services.db, delivery_id, by_id, body.words))
    async with services.db.reading() as session:
        names = await accounts.names(session)
    return _late_view(row, names)


def _late_view(row: LateReturn, names: dict[str, str]) -> dict[str, Any]:
    return asdict(row) | {"settled_by": names.get(row.settled_by) if row.settled_by else None}


def _view(row: LetterRow, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "kind_label": LetterKind(row.kind).label,
        "arrived_at": row.arrived_at,
        "sent_at": row.sent_at,
        "sender": row.sender,
        "subject": row.subject,
        "text": row.text,
        "problem_no": row.problem_no or None,
        "files": [asdict(one) for one in letters.files_of(row)],
        "left_out": [asdict(one) for one in letters.left_out_of(row)],
        "done_by": names.get(row.done_by) if row.done_by else None,
        "done_at": row.done_at,
        "erased_at": row.erased_at,
    }
