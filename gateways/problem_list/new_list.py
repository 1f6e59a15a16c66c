"""A list of new problems: what it says of problems that run already, or ended, is asked about."""

from __future__ import annotations

from dataclasses import replace

from gateways.problem_list.errors import RowError
from gateways.problem_list.existing import FACTS, fact_of, says_closed
from gateways.problem_list.reading import ReadList, refuse_read
from gateways.problem_list.refusals import shown
from gateways.problem_list.report import SheetNote
from gateways.problem_list.rows import ListRow
from gateways.problem_list.standing_words import is_placeholder

ASKED = frozenset({"answered_on", "accepted", "promised_on", "listed", "points"})
"""What a problem that is only now transferred cannot have behind it."""


def as_new(read: ReadList) -> ReadList:
    """Return a list of new problems: rows that say they are closed refused, told what was passed over."""
    refused = {id(row): closed for row in read.rows if (closed := _closed(row)) is not None}
    rows = tuple(row for row in read.rows if id(row) not in refused)
    reading = replace(read.reading, notes=(*read.reading.notes, *_passed_over(rows)))
    turned = (refuse_read(row, refused[id(row)]) for row in read.rows if id(row) in refused)
    return replace(read, rows=rows, refused=(*read.refused, *turned), reading=reading)


def _closed(row: ListRow) -> RowError | None:
    for heading, text in row.remarks.items():
        if fact_of(heading) == "closed" and says_closed(text):
            said = f"“{shown(text)}”：清单写明已销号，未登记移交；仍需移交的请改正"
            return RowError(heading, "said_closed", said)
    return None


def _passed_over(rows: tuple[ListRow, ...]) -> tuple[SheetNote, ...]:
    """Tell of columns that say what happened to running problems, once a sheet."""
    told: dict[tuple[str, str], SheetNote] = {}
    for row in rows:
        for heading, text in row.remarks.items():
            fact = fact_of(heading)
            if fact in ASKED and text and not is_placeholder(text):
                said = (
                    f"该列是{FACTS[fact]}，本次按新移交登记，已按备注保留、未采用；"
                    "在办问题请按既有问题导入"
                )
                note = SheetNote(row.sheet, RowError(heading, "existing_facts", said))
                told.setdefault((row.sheet, heading), note)
    return tuple(told.values())
