"""The maps are known by the day from which they serve; what is no map is refused in words."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from domain.catalogues.districts import valid_districts
from gateways.map_shapes import MapFileError, shapes_on

BEFORE, SINCE = date(2025, 11, 5), date(2025, 11, 6)


@pytest.mark.parametrize(("day", "number"), [(BEFORE, 38), (SINCE, 37)])
def test_each_day_has_the_units_that_existed_on_it(day: date, number: int) -> None:
    codes = {shape.code for shape in shapes_on(day)}
    assert len(codes) == number
    assert codes <= {unit.code for unit in valid_districts(day)}
    assert ("500157" in codes) == (day == SINCE)


def test_before_the_first_file_there_is_no_map() -> None:
    assert shapes_on(date(2023, 12, 31)) == ()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("chongqing-neu.geojson", "{}", "生效日期"),
        ("chongqing-2024-01-01.geojson", "{}", "内容有误"),
        ("chongqing-2024-01-01.geojson", "not json", "内容有误"),
        (
            "chongqing-2024-01-01.geojson",
            json.dumps(
                {
                    "type": "FeatureCollection",
                    "features": [
                        {
                            "type": "Feature",
                            "properties": {"code": "999999"},
                            "geometry": {
                                "type": "MultiPolygon",
                                "coordinates": [[[[106, 29], [107, 29], [106, 30]]]],
                            },
                        }
                    ],
                }
            ),
            "999999",
        ),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_what_is_wrong(
    tmp_path: Path, name: str, content: str, said: str
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(MapFileError, match=said):
        shapes_on(SINCE, tmp_path)
