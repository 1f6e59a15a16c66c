"""deploy/alerts.yml, read as it stands."""

from __future__ import annotations

from typing import Any

import yaml

from tests.worlds.compose import ROOT


def alarms() -> tuple[dict[str, Any], dict[str, Any]]:
    """Give the groups: over our own figures, and over those of Temporal's client."""
    text = (ROOT / "deploy" / "alerts.yml").read_text(encoding="utf-8")
    ours, of_temporal = yaml.safe_load(text)["groups"]
    return ours, of_temporal
