"""Where lists are read: two at a time, in threads of their own.

One hostile workbook takes its reader a minute; in the threads of everybody else a handful of them would hold up
each upload and each file that is handed out.
"""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

AT_ONCE = 2
_ROOMS = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="lists")


async def read_apart(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    """Give what reading a list comes to, once it has its turn; raises what it raises."""
    within = partial(contextvars.copy_context().run, partial(work, *given, **named))
    return await asyncio.get_running_loop().run_in_executor(_ROOMS, within)
