"""A plain list of a register read into the bodies its REST route takes, all of them or none."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from pydantic import ValidationError

from gateways.plain_lists import PlainList, read_plain
from gateways.problem_list.errors import ListError
from gateways.typed_errors import in_words
from office.refused import Refused
from office.typed import Typed

MOST = 1000
"""How many entries one list or one request may hold."""

Body = TypeVar("Body", bound=Typed)


async def read_list(content: bytes, shape: PlainList, kind: type[Body]) -> tuple[Body, ...]:
    """Read a workbook; raises Refused naming every row that cannot be entered."""
    try:
        rows = await asyncio.to_thread(read_plain, content, shape)
    except ListError as error:
        raise Refused("invalid_request", error.message) from error
    if len(rows) > MOST:
        raise Refused("invalid_request", f"清单有{len(rows)}条，一次至多登记{MOST}条；请分成几份。")
    bodies, errors = [], []
    for row in rows:
        try:
            bodies.append(kind.model_validate({f: v for f, v in row.values.items() if v}))
        except ValidationError as error:
            said = f"{row.sheet}第{row.row}行：{in_words(error)}"
            errors.append({"field": "", "code": "invalid", "message": said})
    if errors:
        raise Refused("invalid_request", errors=errors)
    return tuple(bodies)
