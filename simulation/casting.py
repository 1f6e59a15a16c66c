"""From a list's rows to lives with their parts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import date

from domain.commands import RegisterProblem, TransferProblem
from gateways.problem_list.rows import ListRow
from simulation.behaviours import OFFICER, STRAIGHT, Behaviour
from simulation.script import Casting


def cast(rows: Sequence[ListRow], seed: int, today: date) -> list[Casting]:
    """Give each row its part; a row without one draws it by `seed` and its place in the list.

    A row without a number gets one, and a row without a transfer date is transferred `today`.
    """
    return [_casting(row, place, seed, today) for place, row in enumerate(rows, start=1)]


def _casting(row: ListRow, place: int, seed: int, today: date) -> Casting:
    problem_no = row.problem_no or f"SIM-{place:05d}"
    return Casting(
        row=row.row,
        behaviour=_part(row, place, seed),
        register=RegisterProblem(problem_no=problem_no, facts=row.facts, by=OFFICER),
        transfer=TransferProblem(
            on=row.transferred_on or today,
            document_no=row.document_no,
            rectification_due_on=row.rectification_due_on,
            by=OFFICER,
        ),
    )


def _part(row: ListRow, place: int, seed: int) -> Behaviour:
    if row.behaviour:
        return Behaviour(row.behaviour)
    return random.Random(f"{seed}:{place}").choice(STRAIGHT)
