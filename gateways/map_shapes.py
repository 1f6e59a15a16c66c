"""The shapes of the reporting units, from `maps/*.geojson`; which file serves a day says its name.

A file may be replaced by the bureau's own (maps/README.md). What is no such file is refused with
what is wrong with it; a unit without a shape is none of an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from domain.catalogues.districts import is_district
from gateways.typed_errors import in_words

FOLDER = Path(__file__).parent.parent / "maps"
_NAMED = "chongqing-"

Point = tuple[float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """One unit's outline: rings of points in degrees east and north."""

    code: str
    rings: tuple[Ring, ...]


class MapFileError(ValueError):
    """A file of `maps/` cannot be used; the message says which, where and what to do."""

    code = "map_file_invalid"


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class _Properties(_Model):
    code: str


class _Polygons(_Model):
    type: Literal["MultiPolygon"]
    coordinates: tuple[tuple[Ring, ...], ...]


class _Feature(_Model):
    properties: _Properties
    geometry: _Polygons


class _Collection(_Model):
    type: Literal["FeatureCollection"]
    features: tuple[_Feature, ...]


def shapes_on(day: date, folder: Path = FOLDER) -> tuple[Shape, ...]:
    """Give the shapes in force on a day; none where no file reaches so far back."""
    known = sorted((_since(path), path) for path in folder.glob(f"{_NAMED}*.geojson"))
    serving = [path for since, path in known if since <= day]
    return _read(serving[-1], serving[-1].stat().st_mtime_ns) if serving else ()


def _since(path: Path) -> date:
    try:
        return date.fromisoformat(path.stem.removeprefix(_NAMED))
    except ValueError as error:
        raise MapFileError(
            f"地图文件{path.name}的名称应为{_NAMED}生效日期.geojson，如{_NAMED}2025-11-06.geojson"
        ) from error


@lru_cache(maxsize=8)
def _read(path: Path, _changed: int) -> tuple[Shape, ...]:
    """Read a file once, and again when it was replaced."""
    try:
        found = _Collection.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise MapFileError(f"地图文件{path.name}内容有误：{in_words(error)}") from error
    unknown = [
        one.properties.code for one in found.features if not is_district(one.properties.code)
    ]
    if unknown:
        raise MapFileError(f"地图文件{path.name}中的区县代码{unknown[0]}不在区县名录中，请更正")
    return tuple(
        Shape(
            one.properties.code,
            tuple(ring for polygon in one.geometry.coordinates for ring in polygon),
        )
        for one in found.features
    )
