"""The offices that these tests go to."""

from __future__ import annotations

from tests.worlds.office_fixtures import office, shared

__all__ = ["office", "shared"]
