"""Writes one export in a process of its own: `python -m office.exports.apart`, told on standard input.

The store's address comes that way too, for everybody can read a process's arguments.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
from datetime import datetime
from pathlib import Path

from office.exports.orders import WRITERS, Order
from store.engine import Database

_AFTER_PEOPLE = 5


async def main() -> None:
    """Write what was ordered as of the instant it was ordered at."""
    told = json.load(sys.stdin)
    order, now = Order.model_validate(told["order"]), datetime.fromisoformat(told["now"])
    db = Database(told["url"], lambda: now)
    try:
        await WRITERS[order.what](db, Path(told["path"]), order)
    finally:
        await db.dispose()


if __name__ == "__main__":
    with contextlib.suppress(OSError, AttributeError):
        os.nice(_AFTER_PEOPLE)
    asyncio.run(main())
