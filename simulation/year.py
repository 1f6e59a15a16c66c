"""A year of problems for a first look: the sample list, spread over the months before today."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import cycle, islice

from domain.work_calendar import WorkCalendar
from gateways.problem_list.redate import redated_row
from gateways.problem_list.rows import ListRow
from simulation.behaviours import Behaviour
from simulation.casting import cast
from simulation.script import Casting

_OLDEST_DAYS = 330
_RECENT_DAYS = 40
_RECENT_SHARE = 0.35
"""So many of all are still fresh enough to be under way."""

_PARTS = (
    Behaviour.ON_TIME,
    Behaviour.SILENT,
    Behaviour.IN_PROGRESS,
    Behaviour.EXTENSION,
    Behaviour.FALSE_REPORT,
    Behaviour.ON_TIME,
    Behaviour.RETURNED_ONCE,
    Behaviour.LATE_FEEDBACK,
    Behaviour.APPEAL_REFUSED,
    Behaviour.SUSPENDED,
    Behaviour.ON_TIME,
    Behaviour.NOT_IN_PLACE,
    Behaviour.BROKEN_PROMISE,
    Behaviour.WRONG_DISTRICT,
    Behaviour.APPEAL_UPHELD,
    Behaviour.BOUNCED,
    Behaviour.PAPER_ANSWER,
)
"""Which parts the districts play, in turn: each kind of life, the ordinary ones oftener."""


def a_year(rows: Sequence[ListRow], today: date, calendar: WorkCalendar) -> list[Casting]:
    """Cast the rows as problems transferred on working days of the year before `today`.

    The newest come last; none is transferred today.
    """
    days = transfer_days(len(rows), today, calendar)
    parts = islice(cycle(_PARTS), len(rows))
    moved = [
        redated_row(row, number, on).model_copy(
            update={"problem_no": f"SL{on:%Y}-{number:04d}", "behaviour": part.value}
        )
        for number, (row, on, part) in enumerate(zip(rows, days, parts, strict=True), 1)
    ]
    return cast(moved, seed=1, today=today)


def transfer_days(number: int, today: date, calendar: WorkCalendar) -> list[date]:
    """Spread so many transfers over the year before `today`, denser in its last weeks."""
    recent = round(number * _RECENT_SHARE)
    older = number - recent
    back = [
        *(_OLDEST_DAYS - place * (_OLDEST_DAYS - _RECENT_DAYS) // older for place in range(older)),
        *(_RECENT_DAYS - place * (_RECENT_DAYS - 2) // recent for place in range(recent)),
    ]
    return [calendar.previous_workday(today - timedelta(days=one)) for one in back]
