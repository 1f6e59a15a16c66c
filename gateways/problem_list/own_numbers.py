"""Which numbers of a list are problems' own: a counter is none, nor is one merged over several."""

from __future__ import annotations

from dataclasses import replace

from gateways.problem_list.cells import text_of
from gateways.problem_list.entries import Entry
from gateways.problem_list.heading_rows import Headings
from gateways.problem_list.headings import LABELS, heading_key
from gateways.problem_list.refusals import number_of_several, running_number
from gateways.problem_list.running_numbers import counted_by, is_running, merged_rows
from gateways.problem_list.workbook import Sheet


def counts_rows(entries: tuple[Entry, ...], headings: Headings) -> bool:
    """Say whether what stands where the problems' numbers would only counts the rows."""
    if "problem_no" not in headings.columns:
        return False
    numbers = [entry.values["problem_no"] for entry in entries if "problem_no" in entry.values]
    name = headings.names[headings.columns["problem_no"]]
    return is_running(numbers, proper=heading_key(name) == LABELS["problem_no"])


def own_numbers(
    entries: tuple[Entry, ...], sheet: Sheet, headings: Headings, counted: bool
) -> tuple[Entry, ...]:
    """Leave a problem only a number of its own: a counter is none, nor is one merged over several."""
    if counted:
        return tuple(without_number(entry) for entry in entries)
    column = headings.columns.get("problem_no", -1)
    shared = {row + 1 for row in merged_rows(sheet.merged, column)}
    own = tuple(shared_number(e) if e.number in shared else e for e in entries)
    numbers = [entry.values["problem_no"] for entry in own if "problem_no" in entry.values]
    mixed = any(counted_by(number) is None for number in numbers)
    return tuple(map(counter_left_out, own)) if mixed else own


def counter_left_out(entry: Entry) -> Entry:
    """Return an entry without a number that only counts, where others of its column are real."""
    number = entry.values.get("problem_no", "")
    if counted_by(number) is None:
        return entry
    told = running_number(text_of(number))
    return replace(without_number(entry), notes=(*entry.notes, told))


def without_number(entry: Entry) -> Entry:
    """Return the entry without the counter that stood where its number would."""
    return replace(entry, values={f: v for f, v in entry.values.items() if f != "problem_no"})


def shared_number(entry: Entry) -> Entry:
    """Keep a number merged over several problems as a remark: it names all of them, none alone."""
    number = entry.values.get("problem_no")
    if number is None:
        return entry
    return replace(
        without_number(entry),
        remarks={**entry.remarks, LABELS["problem_no"]: number},
        notes=(*entry.notes, number_of_several()),
    )
