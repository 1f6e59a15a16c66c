"""What the store refuses, whichever part of it."""

from __future__ import annotations


class StoreRefused(Exception):
    """Nothing was written; `code` is stable, the office has its sentence, which `values` fill."""

    def __init__(self, code: str, **values: str) -> None:
        """Refuse for the reason `code`."""
        super().__init__(code)
        self.code = code
        self.values = values
