"""Whatever pydantic can find wrong with what people send has a sentence in Chinese."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, Field, ValidationError
from pydantic_core._pydantic_core import list_all_errors

import api.pages
import api.rest
import gateways
import office
from api.district.own_list_form import OwnEntryForm
from gateways.problem_list.rows import ListRow
from gateways.typed_errors import SENTENCES, in_words, said
from office.answering.annex_form import AnnexForm
from office.answering.request_forms import RequestForm
from settings import Settings

OWN_WORDS = (AnnexForm, RequestForm, OwnEntryForm, ListRow)
"""Forms whose every field is read by a function of ours, which says itself what is wrong."""

OF_KIND: Mapping[str, set[str]] = {
    "str": {"string_type", "string_unicode"},
    "int": {"int_type", "int_parsing", "int_parsing_size", "int_from_float", "finite_number"},
    "float": {"float_type", "float_parsing"},
    "decimal": {"decimal_type", "decimal_parsing", "finite_number"},
    "bool": {"bool_type", "bool_parsing"},
    "date": {
        "date_type",
        "date_parsing",
        "date_from_datetime_parsing",
        "date_from_datetime_inexact",
    },
    "datetime": {"datetime_type", "datetime_parsing", "datetime_from_date_parsing"},
    "time": {"time_type", "time_parsing"},
    "enum": {"enum"},
    "literal": {"literal_error"},
    "tuple": {"tuple_type"},
    "list": {"list_type"},
    "dict": {"dict_type"},
    "model": {"model_type", "model_attributes_type"},
    "model-fields": {"missing", "extra_forbidden"},
}
"""What a part of a model may find wrong, by its kind in pydantic's core schema."""

OF_BOUND = {
    ("str", "min_length"): "string_too_short",
    ("str", "max_length"): "string_too_long",
    ("str", "pattern"): "string_pattern_mismatch",
    ("tuple", "min_length"): "too_short",
    ("tuple", "max_length"): "too_long",
    ("list", "max_length"): "too_long",
    ("dict", "max_length"): "too_long",
    ("int", "ge"): "greater_than_equal",
    ("int", "le"): "less_than_equal",
    ("decimal", "ge"): "greater_than_equal",
    ("decimal", "le"): "less_than_equal",
    ("decimal", "decimal_places"): "decimal_max_places",
}

FINDS_NOTHING = {
    *("any", "default", "definition-ref", "definitions", "function-after", "function-before"),
    *("function-plain", "is-instance", "json-or-python", "lax-or-strict", "model-field"),
    *("no-info", "none", "nullable", "union", "with-info", "function-wrap"),
}
"""Kinds that hold others together, or say themselves what is wrong."""

BOUNDS = {"min_length", "max_length", "pattern", "ge", "gt", "le", "lt", "decimal_places"}


def schemas() -> Iterator[Any]:
    """Give the schema of every model and every parameter by which something comes in."""
    for package in (office, gateways, api.rest, api.pages):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            loaded = importlib.import_module(module.name)
            for route in getattr(getattr(loaded, "router", None), "routes", ()):
                if isinstance(route, APIRoute):
                    yield from _of_route(route.dependant)
    ours = ("office", "gateways", "api")
    for model in set(_below(BaseModel)):
        if model.__module__.split(".")[0] in ours and not issubclass(model, OWN_WORDS):
            yield model.__pydantic_core_schema__
    yield Settings.__pydantic_core_schema__


def _of_route(needs: Dependant) -> Iterator[Any]:
    for field in (*needs.query_params, *needs.path_params, *needs.body_params):
        yield field._type_adapter.core_schema
    for inner in needs.dependencies:
        yield from _of_route(inner)


def _below(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for one in model.__subclasses__():
        yield one
        yield from _below(one)


def kinds(schema: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """Give each part of a schema by its kind, with the bounds it keeps."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema["type"], frozenset(BOUNDS & set(schema))
        for key, part in schema.items():
            if key not in ("metadata", "serialization", "default"):
                yield from kinds(part)
    elif isinstance(schema, list | tuple):
        for part in schema:
            yield from kinds(part)


def test_everything_that_can_be_wrong_with_what_comes_in_has_a_sentence() -> None:
    met = {kind for schema in schemas() for kind in kinds(schema)}
    assert {kind for kind, _ in met} <= OF_KIND.keys() | FINDS_NOTHING
    wanted = set().union(*(OF_KIND.get(kind, set()) for kind, _ in met))
    wanted |= {OF_BOUND[kind, bound] for kind, bounds in met for bound in bounds}
    assert len(wanted) > 20
    assert wanted <= SENTENCES.keys()


def test_every_sentence_is_of_an_error_that_exists_and_needs_no_more_than_it_brings() -> None:
    errors: dict[str, Any] = {one["type"]: one for one in list_all_errors()}
    for code, sentence in SENTENCES.items():
        told = said({"type": code, "ctx": errors[code]["example_context"]})
        assert told, (code, sentence)
        assert not told.endswith("。")


class _Entry(BaseModel):
    days: Annotated[int, Field(ge=1)]


class _File(BaseModel, extra="forbid"):
    title: str
    entries: tuple[_Entry, ...] = ()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "title：必须填写"),
        ({"title": "示例", "titel": "示例"}, "titel：没有这个字段，请删去或更正名称"),
        ({"title": 7}, "title：应为文字，现为7"),
        ({"title": ["示例"]}, "title：应为文字"),
        (
            {"title": "示例", "entries": [{"days": 1}, {"days": 0}, {"days": "半月"}]},
            "entries.第2项.days：不得小于1，现为0；entries.第3项.days：应为整数，现为半月",
        ),
        ("示例", "全文：应为一组“名称: 值”，现为示例"),
    ],
)
def test_a_files_faults_are_told_with_their_place_and_what_stands_there(
    content: object, words: str
) -> None:
    with pytest.raises(ValidationError) as found:
        _File.model_validate(content)
    assert in_words(found.value) == words


def test_what_only_a_library_can_say_is_not_said_in_english() -> None:
    assert said({"type": "value_error", "ctx": {"error": ValueError("bad value")}}) == "取值不正确"
    assert said({"type": "no_such_type"}) == "取值不正确"
