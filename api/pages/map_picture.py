"""The city's units as a picture: outlines drawn to scale, each in one of a few tones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, cos, radians

from gateways.map_shapes import Point, Ring, Shape

WIDTH = 800
TONES = 5
"""Tones of a value above nothing; 0 is the tone of nothing."""
_ROOM_FOR_WORDS = 34
"""A unit narrower than that, in the picture's own points, has no room for its figure."""


@dataclass(frozen=True, slots=True)
class Area:
    """One unit: its outline as an SVG path, its tone, and where its figure stands, if it has room."""

    code: str
    path: str
    tone: int
    at: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Picture:
    """All areas, and the picture's height at `WIDTH`."""

    height: int
    areas: Sequence[Area]


def drawn(shapes: Sequence[Shape], values: Mapping[str, float]) -> Picture:
    """Draw shapes in the tones of their values."""
    scale = _Scale.of([point for shape in shapes for ring in shape.rings for point in ring])
    most = max(values.values(), default=0)
    areas = [
        Area(
            shape.code,
            "".join(scale.path(ring) for ring in shape.rings),
            tone(values.get(shape.code, 0), most),
            scale.middle(shape.rings),
        )
        for shape in shapes
    ]
    return Picture(scale.height, areas)


def tone(value: float, most: float) -> int:
    """Give the tone of a value: 0 for nothing, else its fifth of the greatest one."""
    return ceil(value / most * TONES) if value > 0 else 0


@dataclass(frozen=True, slots=True)
class _Scale:
    """Degrees to points of the picture: a degree of longitude is shorter the further north."""

    west: float
    north: float
    per_east: float
    per_north: float
    height: int

    @classmethod
    def of(cls, points: Sequence[Point]) -> _Scale:
        easts, norths = [one[0] for one in points], [one[1] for one in points]
        middle = radians((min(norths) + max(norths)) / 2)
        per_east = WIDTH / (max(easts) - min(easts))
        per_north = per_east / cos(middle)
        height = ceil((max(norths) - min(norths)) * per_north)
        return cls(min(easts), max(norths), per_east, per_north, height)

    def __call__(self, point: Point) -> tuple[int, int]:
        east, north = point
        return round((east - self.west) * self.per_east), round(
            (self.north - north) * self.per_north
        )

    def path(self, ring: Ring) -> str:
        """Write a ring as a path of steps from point to point."""
        (x, y), *rest = [self(point) for point in ring]
        steps = [f"M{x} {y}l"]
        for to_x, to_y in rest:
            if (to_x, to_y) != (x, y):
                steps.append(f"{to_x - x} {to_y - y} ")
                x, y = to_x, to_y
        return "".join(steps).rstrip() + "z"

    def middle(self, rings: Iterable[Ring]) -> tuple[int, int] | None:
        points = [self(point) for ring in rings for point in ring]
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        if right - left < _ROOM_FOR_WORDS:
            return None
        return (left + right) // 2, (top + bottom) // 2
