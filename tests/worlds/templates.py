"""The templates of pages and mails, compiled once a run rather than once a test."""

from __future__ import annotations

from functools import cache

from gateways.renderer import Renderer


@cache
def renderer() -> Renderer:
    """Give the renderer that all worlds share, as all requests do; it keeps nothing of a test."""
    return Renderer()
