"""Where on the map a problem was found."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

_WEST, _EAST = Decimal("105.28"), Decimal("110.20")
_SOUTH, _NORTH = Decimal("28.16"), Decimal("32.22")
"""The city's borders in degrees, 105°17′ to 110°11′ east and 28°10′ to 32°13′ north, outward."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coordinates:
    """A point, in degrees east and north (WGS 84)."""

    longitude: Decimal
    latitude: Decimal

    @property
    def words(self) -> str:
        """The point as an official writes it."""
        return f"东经{self.longitude:f}°，北纬{self.latitude:f}°"

    @property
    def may_be_in_chongqing(self) -> bool:
        """Whether the point lies in the rectangle around the city."""
        return _WEST <= self.longitude <= _EAST and _SOUTH <= self.latitude <= _NORTH
