"""Histories sealed by keys: what the server keeps, and who can still read it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from temporalio.client import WorkflowHistory

from audit.sources import NoHistory, life_on_server, lives_in
from audit.verify import verify_life
from domain.reconciliation import RunOrigin
from gateways.lives_on_server import lives
from gateways.payload_codec import CannotOpen, SealedPayloads
from gateways.temporal_client import DATA_CONVERTER, connect
from gateways.temporal_door import TemporalDoor
from tests.worlds.city import City, answer_by_link, city_in, register
from workflows.names import workflow_id

FIRST = "a:" + base64.b64encode(bytes(range(32))).decode()
SECOND = "b:" + base64.b64encode(bytes(range(32, 64))).decode()
BOTH = f"{FIRST},{SECOND}"


async def as_kept(city: City, number: str) -> WorkflowHistory:
    """The history as the server keeps it, read without any key."""
    door = city.settings.temporal
    plain = await connect(TemporalDoor(address=door.address, namespace=door.namespace))
    return await plain.get_workflow_handle(workflow_id(number)).fetch_history()


def by_keys(history: WorkflowHistory) -> set[str]:
    """The keys that some value of the history was sealed by."""
    marks = {one: base64.b64encode(one.encode()).decode() for one in ("a", "b")}
    text = history.to_json()
    return {one for one, mark in marks.items() if f'"encryption-key-id": "{mark}"' in text}


async def test_the_server_keeps_no_word_of_a_life_and_a_new_key_leaves_the_old_one_readable(
    tmp_path: Path,
) -> None:
    async with city_in(tmp_path, payload_keys=FIRST) as city:
        number = await register(city)
        kept = await as_kept(city, number)
        told = b"".join(event.SerializeToString() for event in kept.events)
        assert "示例印务".encode() not in told
        assert "废气".encode() not in told
        assert by_keys(kept) == {"a"}
    async with city_in(tmp_path, "other", payload_keys=BOTH) as city:
        await answer_by_link(city, number)
        refused = await city.ask(
            "POST",
            f"/problems/{number}/reviews",
            headers={"Idempotency-Key": "no-such-receipt"},
            json={"receipt_id": "none", "verdict": "accept_done", "reason": "已核实"},
        )
        assert (refused.status_code, refused.json().get("code")) == (
            409,
            "receipt_not_under_review",
        )
        kept = await as_kept(city, number)
        assert by_keys(kept) == {"a", "b"}
        (runs,) = (await lives(city.client)).values()
        assert [run.origin for run in runs] == [RunOrigin.BEGUN]
        whole = await life_on_server(city.client, number)
        assert (await verify_life(whole, DATA_CONVERTER)).difference is None
    file = tmp_path / "exported.json"
    file.write_text(kept.to_json(), encoding="utf-8")
    keys = city.settings.temporal.payload_keys
    assert [len(runs) for runs in lives_in(file, SealedPayloads(keys))] == [1]
    for wrong in (keys[1:], ()):
        with pytest.raises(NoHistory, match="BIHUAN_PAYLOAD_KEYS 中没有这把密钥"):
            lives_in(file, SealedPayloads(wrong))


async def test_what_was_changed_after_it_was_sealed_is_not_opened() -> None:
    codec = SealedPayloads((("a", bytes(32)),))
    (plain,) = await DATA_CONVERTER.encode(["废气"])
    (sealed,) = await codec.encode([plain])
    assert await codec.decode([sealed]) == [plain]
    sealed.data = sealed.data[:-1] + bytes([sealed.data[-1] ^ 1])
    with pytest.raises(CannotOpen, match="不同"):
        await codec.decode([sealed])
    other = SealedPayloads((("b", bytes(32)), ("a", bytes([1]) * 32)))
    with pytest.raises(CannotOpen):
        await other.decode([sealed])
