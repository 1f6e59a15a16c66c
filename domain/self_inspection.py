"""A district's own list from self-inspection 自查自纠 (plan 四（三）).

要对标8项重点检查对象，及时开展自查自纠，建立问题清单、整改台账，按照“六个一批”要求分类处置. The list stands
beside the transferred problems. It has no due dates, and no rule of points ever looks at it: whoever
were scored for what they find themselves would find nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from domain.commands import RectificationState
from domain.refusals import WrongContent

OLDEST = timedelta(days=3 * 366)
"""How long ago something may have been corrected that is entered today: more is a slip of the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfInspection:
    """One finding of a district's own.

    `key_object` and `slot` are codes of the 8 key objects and the six batches; `corrected_on` is
    the day it was corrected, None while it is not.
    """

    enterprise: str
    address: str
    key_object: str
    finding: str
    state: RectificationState
    measure: str
    corrected_on: date | None
    slot: str


def demand_plausible(entry: SelfInspection, today: date) -> None:
    """Demand a day for what is corrected, and a plausible one; raises WrongContent."""
    if entry.state is not RectificationState.DONE:
        return
    if entry.corrected_on is None:
        raise WrongContent("correction_date_missing")
    if entry.corrected_on > today:
        on = entry.corrected_on.isoformat()
        raise WrongContent("date_not_plausible", on=on, why="完成日期晚于今天")
    if entry.corrected_on < today - OLDEST:
        on = entry.corrected_on.isoformat()
        raise WrongContent("date_not_plausible", on=on, why="完成日期过早，请核对年份")
