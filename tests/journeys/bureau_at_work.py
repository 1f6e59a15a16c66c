"""What officer and supervisor do to carry a problem on over REST."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from domain.local_time import day_of
from domain.roles import Role
from tests.worlds.city import City, stage
from tests.worlds.patience import eventually


async def shown(city: City, number: str) -> Any:
    """A problem as REST shows it."""
    return (await city.ask("GET", f"/problems/{number}")).json()


async def revisit_and_close(city: City, number: str) -> None:
    """Find it in place and have a second person close it."""
    visit = {
        "on": day_of(datetime.now(UTC)).isoformat(),
        "result": "in_place",
        "findings": "示例：现场核查，已到位。",
    }
    await city.change(f"/problems/{number}/revisits", f"visit-{number}", json=visit)
    await approve_closure(city, number)


async def approve_closure(city: City, number: str) -> None:
    """Have a second person close what was proposed; without points the life is over then."""
    proposal = (await shown(city, number))["proposal"]
    agreed = {"decision": "approve", "content_hash": proposal["content_hash"]}
    path = f"/problems/{number}/closure"
    await city.change(path, f"close-{number}", Role.SUPERVISOR, json=agreed)
    await city.client.get_workflow_handle(f"problem-{number}").result()


async def accept(city: City, number: str) -> None:
    """Review the answer that waits, once it waits."""

    async def under_review() -> bool:
        return await stage(city, number) == "under_review"

    await eventually(under_review)
    receipt = (await shown(city, number))["submissions"][-1]["receipt_id"]
    verdict = {"receipt_id": receipt, "verdict": "accept_done", "reason": "示例：已核实"}
    await city.change(f"/problems/{number}/reviews", f"accept-{number}", json=verdict)


async def approve_act(city: City, number: str) -> None:
    """Have a second person agree to what was proposed last."""
    waiting = (await shown(city, number))["proposed"][-1]
    agreed = {
        "decision": "approve",
        "proposal": waiting["seq"],
        "content_hash": waiting["content_hash"],
    }
    path = f"/problems/{number}/approvals"
    await city.change(path, f"agree-{number}-{waiting['seq']}", Role.SUPERVISOR, json=agreed)


async def outcome(city: City, key: str) -> Any:
    """What a request came to, as soon as it is known."""

    async def known() -> Any:
        answer = (await city.ask("GET", f"/operations/{key}")).json()
        return answer if "seq" in answer else None

    return await eventually(known)
