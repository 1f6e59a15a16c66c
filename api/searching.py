"""The filters of the problem list, the same for REST, page and export."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Depends, Query
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from api.models import Day, Line
from domain.local_time import at_local
from domain.stages import Stage
from store.lists import ProblemFilter


def _none_if_blank(value: object) -> object:
    """Read a field that a form left empty as not given."""
    return None if value == "" else value


def blank_ok[T](kind: type[T]) -> object:
    """Not used."""
    return kind


class Search(BaseModel):
    """What to look for; every field may be left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)
