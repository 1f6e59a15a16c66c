"""The columns of a register: by them an entry is typed, read from a list, shown and exported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar

from domain.catalogues.districts import district
from gateways.plain_lists import PlainList
from gateways.problem_list.cells import key_of
from office.exports.workbooks import Cell
from office.typed import Typed

Body = TypeVar("Body", bound=Typed)


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and how wide it is printed: written at a body's field, which says all the rest.

    `also` is what else a list may call a choice, `blank` what an empty field means.
    """

    heading: str
    width: int
    name: str = ""
    long: bool = False
    also: Mapping[str, str] = field(default_factory=dict)
    blank: str = ""
    kind: Any = str
    needed: bool = False

    def cell(self, entry: object) -> Cell:
        """Give what stands in the column for an entry, as people read it."""
        value = getattr(entry, self.name)
        if self.name == "district":
            return district(value).name if value else self.blank
        told: Cell = getattr(value, "label", value)
        return told

    @property
    def is_day(self) -> bool:
        """Say whether days stand in it."""
        return self.kind is date

    @property
    def choices(self) -> tuple[tuple[str, str], ...]:
        """Give each value of a choice with its label; nothing for anything else."""
        kinds = self.kind if issubclass(self.kind, StrEnum) else ()
        return tuple((one.value, one.label) for one in kinds)

    @property
    def codes(self) -> Mapping[str, str]:
        """Give each word that a list may write for a value, with the value."""
        named = {word: value for value, label in self.choices for word in (value, label)}
        return {key_of(word): value for word, value in {**named, **self.also}.items()} | (
            {key_of(self.blank): ""} if self.blank else {}
        )


class Columns(Generic[Body]):
    """The columns of a register called `what`, as the fields of an entry's body declare them."""

    def __init__(self, what: str, body: type[Body]) -> None:
        """Read the columns off the body's fields."""
        self.what = what
        self.body = body
        self.columns = tuple(
            replace(one, name=name, kind=typed.annotation, needed=typed.is_required())
            for name, typed in body.model_fields.items()
            for one in typed.metadata
            if isinstance(one, Column)
        )

    @property
    def headings(self) -> tuple[tuple[str, int], ...]:
        """Give heading and width of each column, for an export."""
        return tuple((one.heading, one.width) for one in self.columns)

    @property
    def in_a_list(self) -> PlainList:
        """Say how a workbook lists entries."""
        return PlainList(
            what=self.what,
            headings={key_of(one.heading): one.name for one in self.columns},
            needed=frozenset(one.name for one in self.columns if one.needed),
            days=frozenset(one.name for one in self.columns if one.is_day),
            codes={one.name: one.codes for one in self.columns},
        )

    def of(self, name: str) -> Column:
        """Give the column of a field."""
        return next(one for one in self.columns if one.name == name)

    def row(self, entry: object) -> tuple[Cell, ...]:
        """Give the cells of an entry."""
        return tuple(one.cell(entry) for one in self.columns)
