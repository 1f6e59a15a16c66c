"""New calendar years and policy versions, over REST."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from fastapi import APIRouter

from api.access import Office, Ours, RuleApprover, Staff
from api.rest.answers import Key
from api.rest.strict import StrictRoute
from office.once import claim_body, id_under
from office.rules.reading_rules import read_change
from office.rules.rule_changes import (
    DecisionBody,
    ProposalBody,
    change_view,
    changes_of,
    decide,
    find,
    preview,
    propose,
)
from store import proposals
from store.registers.rule_changes import ChangeKind
from store.tables import RuleChangeRow

router = APIRouter(tags=["日历和口径"], route_class=StrictRoute)


@router.get("/rule-changes")
async def show_all(services: Ours, _: Staff) -> dict[str, Any]:
    """全部放假安排和口径变更。承办人、审批人、核查人员、管理员可用。"""
    async with services.db.reading() as session:
        rows = await proposals.recent(session, RuleChangeRow)
    return {"changes": changes_of(rows)}


@router.post("/rule-changes/preview")
async def try_out(services: Ours, _: Office, key: Key, body: ProposalBody) -> dict[str, Any]:
    """预览：逐件列出受影响的在办问题，不作任何改动。承办人、审批人、管理员可用。"""
    del key
    effects = await preview(services, read_change(services, body.kind, body.text))
    return {"effects": [asdict(effect) for effect in effects]}


@router.post("/rule-changes", status_code=201)
async def put_forward(
    services: Ours, caller: Office, key: Key, body: ProposalBody
) -> dict[str, Any]:
    """提请变更，由提请人以外的审批人员批准。承办人、审批人、管理员可用。"""
    await claim_body(services, caller, key, "rule-changes", body)
    row = await propose(services, id_under(caller, key), body, caller.actor)
    return change_view(row)


@router.get("/rule-changes/{change_id}")
async def show(services: Ours, _: Staff, change_id: str) -> dict[str, Any]:
    """一项变更：原文、对在办问题的影响、办理结果。承办人、审批人、核查人员、管理员可用。"""
    row = await find(services, change_id)
    change = read_change(services, ChangeKind(row.kind), row.content, kept=True)
    effects = await preview(services, change)
    shown = {"text": row.content, "effects": [asdict(effect) for effect in effects]}
    return change_view(row) | shown


@router.post("/rule-changes/{change_id}/decision")
async def settle(
    services: Ours, caller: RuleApprover, key: Key, change_id: str, body: DecisionBody
) -> dict[str, Any]:
    """批准或不同意；批准后即行生效，并逐件适用于在办问题。提出人不得批准。审批人可用。"""
    await claim_body(services, caller, key, f"rule-changes/{change_id}", body)
    return change_view(await decide(services, change_id, body, caller.actor))
