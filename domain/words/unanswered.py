"""What happens if nobody acts, in one line."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from domain.unanswered import Unanswered
from domain.words.days import due_brief
from domain.words.levels import level_text


def unanswered_words(ahead: Unanswered | None, lost: Decimal) -> str:
    """Say what the next date brings if nothing happens; `lost` are the district's points of the year."""
    if ahead is None or ahead.nothing:
        return ""
    return f"{due_brief(ahead.at)}未办结：{'，'.join(_parts(ahead, lost))}"


def _parts(ahead: Unanswered, lost: Decimal) -> Iterator[str]:
    if ahead.lapses:
        yield "延期申请未答复即失效"
    if ahead.listed:
        yield "列入督察问题清单"
    if ahead.points:
        yield f"扣{ahead.points.normalize():f}分（本年累计将达{(lost + ahead.points).normalize():f}分）"
    if ahead.level:
        yield f"督办层级升为{level_text(ahead.level, ahead.title)}"
