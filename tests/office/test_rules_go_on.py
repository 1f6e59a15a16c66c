"""Approved rules reach every open problem: what does not answer is asked again, in order of approval."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from api import resuming
from domain.roles import Role
from gateways.policy_files import FOLDER
from office.ports import Imports, Services
from office.rules.applying_rules import apply_all, go_on_applying
from tests.office.test_rule_changes import approved, proposed, state, transferred
from tests.worlds.office import Office


@pytest.fixture
async def office(office: Office) -> Office:
    """The house in December 2026, everybody having signed in that morning."""
    office.clock.now = datetime(2026, 12, 18, 2, tzinfo=UTC)
    await office.everybody_is_back()
    return office


def policy_text(version: str) -> str:
    """The default policy under another version."""
    text = (FOLDER / "chongqing-2024.yaml").read_text(encoding="utf-8")
    lines = text.splitlines()
    place = next(n for n, line in enumerate(lines) if line.startswith("version:"))
    lines[place] = f'version: "{version}"'
    return "\n".join(lines)


async def gone_on(office: Office) -> None:
    await go_on_applying(office.services)
    await asyncio.gather(*office.services.imports.tasks.values())


async def shown(office: Office, change_id: str) -> dict[str, object]:
    content: dict[str, object] = (await office.ask("GET", f"/rule-changes/{change_id}")).json()
    return content


async def test_what_does_not_answer_keeps_the_change_open_and_is_asked_again(
    office: Office,
) -> None:
    no = await transferred(office)
    change = await proposed(office)
    office.counter.silent = True
    done = await approved(office, change)
    assert done["state"] == "approved"
    assert [one["code"] for one in done["not_applied"]] == ["outcome_unknown"]
    office.counter.silent = False
    await gone_on(office)
    after = await shown(office, change["id"])
    assert (after["state"], after["applied"], after["not_applied"]) == ("applied", 1, [])
    assert not (await state(office, no)).rounds[0].provisional


async def test_a_later_change_does_not_overtake_one_that_was_not_answered(office: Office) -> None:
    await transferred(office)
    office.counter.silent = True
    first = await approved(office, await proposed(office, policy_text("8"), "policy"))
    office.clock.pass_by(minutes=1)
    second = await approved(office, await proposed(office, policy_text("9"), "policy"))
    assert (first["state"], second["state"]) == ("approved", "approved")
    office.counter.silent = False
    office.counter.asked.clear()
    await gone_on(office)
    asked = [one for one in office.counter.asked if "rule" in one]
    assert [first["id"] in asked[0], second["id"] in asked[1]] == [True, True]
    assert len(asked) == 2


async def test_a_life_that_began_by_the_new_rules_counts_as_one_that_has_them(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = await proposed(office, policy_text("9"), "policy")
    monkeypatch.setattr("office.rules.rule_changes.begin_applying", lambda _: None)
    body = {"decision": "approve", "content_hash": change["content_hash"], "to_open": True}
    path = f"/rule-changes/{change['id']}/decision"
    assert (await office.change(path, "yes", body, Role.SUPERVISOR)).status_code == 200
    await transferred(office)
    await apply_all(office.services)
    after = await shown(office, change["id"])
    assert (after["state"], after["applied"], after["not_applied"]) == ("applied", 1, [])


async def test_what_cannot_be_gone_on_with_keeps_nothing_else_from_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    settled = asyncio.Event()

    async def broken(_: Services) -> None:
        raise KeyError("示例")

    async def settle(_: Services) -> None:
        settled.set()

    monkeypatch.setattr(resuming, "go_on", broken)
    monkeypatch.setattr(resuming, "settle_open", settle)
    loop = asyncio.create_task(resuming._look_forever(office.services))
    try:
        await asyncio.wait_for(settled.wait(), 5)
    finally:
        loop.cancel()


async def test_work_in_the_background_that_fails_is_told(
    capsys: pytest.CaptureFixture[str],
) -> None:
    async def broken() -> None:
        raise KeyError("示例")

    imports = Imports()
    imports.begin("b1", broken())
    with pytest.raises(KeyError):
        await imports.tasks["b1"]
    await asyncio.sleep(0)
    assert "work in the background failed" in "".join(capsys.readouterr())
