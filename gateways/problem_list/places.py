"""Where a problem was found, as lists write it: coordinates, and whether they lie in a key region."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal

from domain.coordinates import Coordinates
from domain.key_regions import is_asked, lies_inside
from gateways.problem_list.cells import LostDigits, key_of, text_of
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS, OF_PLACE
from gateways.problem_list.refusals import shown
from gateways.problem_list.standing_words import is_ditto, is_placeholder
from gateways.problem_list.workbook import Broken, Cell

PLACES = ("coordinates", "longitude", "latitude")
SIXTY, EXACT = Decimal(60), Decimal("0.000001")
DEGREES = re.compile(
    r"(?:东经|北纬|经度|纬度|[en])?[:：]?"
    r"(\d{1,3}(?:\.\d+)?)"
    r"(?:[°º度](?:(\d{1,2}(?:\.\d+)?)['′’分](?:(\d{1,2}(?:\.\d+)?)(?:\"|″|”|''|′′|秒))?)?)?"
    r"[en]?"
)
BETWEEN = re.compile(r"[,，;；、/()\[\]]*")
INSIDE = frozenset(
    (
        *("是", "在", "属于", "内", "√", "✓", "✔", "y", "yes", "true", "1"),
        *("建成区", "城市建成区", "建成区内", "园区", "园区内"),
    )
)
OUTSIDE = frozenset(("否", "不在", "不是", "不属于", "外", "n", "no", "false", "0"))


@dataclass(frozen=True, slots=True)
class Place:
    """What a row says of the place, and the row without it."""

    entry: Entry
    coordinates: Coordinates | None = None
    inside: bool | None = None


def place_of(entry: Entry) -> Place:
    """Read the place of a row; what cannot be read becomes a remark of which the reader is told."""
    if entry.values.keys().isdisjoint(OF_PLACE):
        return Place(entry)
    entry, inside = _region(entry)
    said = {f: _text(entry.values[f]) for f in PLACES if _says(entry.values.get(f, ""))}
    values = {f: v for f, v in entry.values.items() if f not in PLACES}
    bare = replace(entry, values=values)
    if not said:
        return Place(bare, None, inside)
    both = said.get("coordinates") or f"{said.get('longitude', '')},{said.get('latitude', '')}"
    point = point_in(both)
    if point is not None and point.may_be_in_chongqing:
        return Place(bare, point, inside)
    return Place(_kept(bare, said, point), None, inside)


def point_in(text: str) -> Coordinates | None:
    """Return the point of two numbers of degrees in either order: here the larger is the longitude."""
    plain = "".join(unicodedata.normalize("NFKC", text).replace("′′", "″").split()).casefold()
    found = list(DEGREES.finditer(plain))
    if len(found) != 2 or not BETWEEN.fullmatch(DEGREES.sub("", plain)):
        return None
    north, east = sorted(_degrees(one) for one in found)
    return Coordinates(longitude=east, latitude=north)


def for_unit(inside: bool | None, unit: str) -> tuple[bool | None, tuple[RowError, ...]]:
    """Return the answer where the unit needs one; one against the plan is passed over and told."""
    if inside is None or is_asked(unit):
        return inside, ()
    if lies_inside(unit, None) is inside:
        return None, ()
    message = "该区县是否属于重点区域由行动方案确定，本列未采用；请核对"
    return None, (RowError(LABELS["key_region"], "key_region_by_plan", message),)


def _region(entry: Entry) -> tuple[Entry, bool | None]:
    cell = entry.values.get("key_region", "")
    if not _says(cell):
        return entry, None
    key = key_of(_text(cell))
    bare = replace(entry, values={f: v for f, v in entry.values.items() if f != "key_region"})
    if key in INSIDE or key in OUTSIDE:
        return bare, key in INSIDE
    message = f"“{shown(_text(cell))}”不能识别为“是”或“否”，已按备注保留"
    note = RowError(LABELS["key_region"], "kept_as_remark", message)
    remarks = {**entry.remarks, LABELS["key_region"]: cell}
    return replace(bare, remarks=remarks, notes=(*entry.notes, note)), None


def _kept(entry: Entry, said: dict[str, str], point: Coordinates | None) -> Entry:
    words = "，".join(said.values())
    if point is None:
        code, why = "coordinates_unreadable", "不是能识别的经纬度，请写成106.5516，29.5630"
    else:
        code, why = "coordinates_outside", "不在重庆市范围内，请核对"
    field = "coordinates" if "coordinates" in said else next(iter(said))
    note = RowError(LABELS[field], code, f"“{shown(words)}”{why}；已按备注保留")
    remarks = {**entry.remarks, **{LABELS[f]: text for f, text in said.items()}}
    return replace(entry, remarks=remarks, notes=(*entry.notes, note))


def _says(cell: Cell) -> bool:
    if isinstance(cell, Broken) or is_ditto(cell) or is_placeholder(cell):
        return False
    return cell != ""


def _text(cell: Cell) -> str:
    try:
        return text_of(cell)
    except LostDigits:
        return str(cell)


def _degrees(found: re.Match[str]) -> Decimal:
    whole, minutes, seconds = (Decimal(part or 0) for part in found.groups())
    return (whole + minutes / SIXTY + seconds / SIXTY / SIXTY).quantize(EXACT).normalize()
