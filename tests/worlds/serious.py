"""Settings that production accepts."""

from __future__ import annotations

from typing import Any

SERIOUS: dict[str, Any] = {
    "environment": "production",
    "base_url": "https://bihuan.example.cn",
    "link_keys": "2026a:" + "k3J9xQ2mZ7vT" * 3,
}
