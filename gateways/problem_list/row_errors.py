"""What is wrong with a row, one entry a column, as the list's user reads it."""

from __future__ import annotations

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.refusals import Refused


def errors_of(error: ValidationError) -> tuple[RowError, ...]:
    """Return what is wrong with a row, one entry a column, as the list's user reads it."""
    return tuple(
        RowError(column_of(item["loc"]), *code_and_message(item))
        for item in error.errors(include_url=False)
    )


def column_of(location: tuple[int | str, ...]) -> str:
    """Return the heading of the column an error belongs to."""
    first = str(location[0])
    return str(location[1]) if first == "remarks" else LABELS[first]


def code_and_message(item: ErrorDetails) -> tuple[str, str]:
    """Return our own code and words."""
    refused = item["ctx"]["error"]
    if not isinstance(refused, Refused):
        raise TypeError(f"an error without words for it: {item['type']}")
    return refused.code, refused.message
