"""How the values of a life are read is known before the first of them comes."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter

from gateways import temporal_client
from workflows.messages import SPOKEN


def test_a_type_that_was_built_beforehand_is_built_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first task of a life finds everything it is spoken to in."""
    temporal_client.read_beforehand(SPOKEN)

    def refuse(kind: object) -> TypeAdapter[object]:
        raise AssertionError(f"{kind} is built inside of a task")

    monkeypatch.setattr(temporal_client, "TypeAdapter", refuse)
    temporal_client.read_beforehand(SPOKEN)
