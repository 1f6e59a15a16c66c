"""What a register kept by list declares: pages, REST routes, lists and exports are made from it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from office.ports import Services
from office.registers.columns import Column, Columns
from office.typed import Typed
from store.registers.entries import Kept

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Entry = TypeVar("Entry", bound="DataclassInstance")


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures(Generic[Entry]):
    """How a year's entries are counted: a line each, under these headings by the line's own names."""

    headings: Mapping[str, str]
    count: Callable[[Iterable[Entry], int], Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outstanding:
    """What a register shows to be missing still; REST calls it `name`, an export's sheet `tab`."""

    name: str
    title: str
    tab: str
    note: str
    columns: tuple[Column, ...]
    find: Callable[[Services], Awaitable[Sequence[DataclassInstance]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Register(Generic[Entry]):
    """A register whose entries are made singly or by list, taken back, counted and exported.

    `address` is its place at every door, `many` what REST calls its entries, and `bodies` the body
    that makes several. `demand` refuses an entry that cannot be by today; `line` tells one in a line.
    """

    address: str
    title: str
    lead: str
    entry: str
    export: str
    many: str
    columns: Columns[Any]
    bodies: type[Typed]
    kept: Kept[Entry]
    demand: Callable[[Entry, date], None]
    line: Callable[[Entry], str]
    figures: Figures[Entry]
    outstanding: Outstanding | None = None
