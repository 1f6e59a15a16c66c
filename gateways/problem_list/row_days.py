"""Which days of a row can be, beside the day of its transfer and today."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from gateways.problem_list.errors import RowError
from gateways.problem_list.refusals import Refused, far_off, is_unlikely, refuse_implausible


def demand_possible(field: str, day: date | None, transferred_on: date | None, today: date) -> None:
    """Refuse a day that cannot be; raises Refused.

    Whether a transfer is too early says the policy that will judge the problem
    (decisions/transfer.py).
    """
    if day is None:
        return
    _PLACES[field](day, transferred_on, today)
    if field in {"found_on", "rectification_due_on"}:
        refuse_implausible(field, day, transferred_on or today)


def _transferred(day: date, _: date | None, today: date) -> None:
    if day > today:
        raise Refused("in_future", f"移交日期{day}晚于今天；请核对，或到移交当日再导入")


def _found(day: date, transferred_on: date | None, today: date) -> None:
    if day > today:
        raise Refused("in_future", f"发现日期{day}晚于今天；请核对")
    if transferred_on and day > transferred_on:
        message = f"发现日期{day}晚于移交日期{transferred_on}；请核对两个日期"
        raise Refused("found_after_transfer", message)


def _due(day: date, transferred_on: date | None, _: date) -> None:
    if transferred_on and day < transferred_on:
        message = f"整改时限{day}早于移交日期{transferred_on}；请核对两个日期"
        raise Refused("due_before_transfer", message)


def _served(day: date, transferred_on: date | None, today: date) -> None:
    if day > today:
        raise Refused("in_future", f"送达日期{day}晚于今天；请核对，尚未送达的请留空")
    if transferred_on is None:
        raise Refused("served_without_transfer", "填写送达日期的，请同时填写移交日期")
    if day < transferred_on:
        message = f"送达日期{day}早于移交日期{transferred_on}；请核对两个日期"
        raise Refused("served_before_transfer", message)


_PLACES = {
    "transferred_on": _transferred,
    "found_on": _found,
    "rectification_due_on": _due,
    "served_on": _served,
}


def unlikely_days(days: Mapping[str, date | None], on: date) -> tuple[RowError, ...]:
    """Ask about days so far from the transfer that a digit may be wrong."""
    return tuple(far_off(f, day, on) for f, day in days.items() if day and is_unlikely(day, on))
