"""What became of the rows of a list, and how a report says it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from domain.catalogues.districts import district
from domain.outcomes import Reply
from domain.refusals import Refusal
from domain.words.brought_in import facts_words
from domain.words.days import day_text
from gateways.problem_list.annotate import RowOutcome
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.reading import RefusedRow
from gateways.problem_list.refusals import NOT_TRANSFERRED
from gateways.problem_list.report import EVERYTHING, Reading
from gateways.problem_list.rows import ListRow

REFUSAL_COLUMNS = {
    "transfer_too_old": "transferred_on",
    "transfer_in_future": "transferred_on",
    "before_plan": "transferred_on",
    "district_unknown": "district",
    "district_not_valid": "district",
    "key_content_unknown": "key_content",
    "rectification_before_transfer": "rectification_due_on",
    "rectification_date_passed": "rectification_due_on",
    "home_district_inspected": "inspection_group",
    "inspection_group_unknown": "inspection_group",
    "inspection_group_missing": "inspection_group",
}
"""Which column a rule's refusal belongs to."""


@dataclass(frozen=True, slots=True)
class RowResult:
    """What became of one row; `status` is accepted, already or refused.

    A row without `transferred_on` is registered and not transferred: no clock runs for it. `told` is
    what had happened to a running problem before, `due_on` the day by which its district is to answer.
    """

    sheet: str
    row: int
    status: str
    problem_no: str | None = None
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    enterprise: str = ""
    district: str = ""
    transferred_on: date | None = None
    told: str = ""
    due_on: date | None = None

    @property
    def document(self) -> dict[str, Any]:
        """The row as the report gives it."""
        return {
            "sheet": self.sheet,
            "row": self.row,
            "status": self.status,
            "problem_no": self.problem_no,
            "district": self.district,
            "enterprise": self.enterprise,
            "transferred_on": self.transferred_on and self.transferred_on.isoformat(),
            "due_on": self.due_on and self.due_on.isoformat(),
            **({"told": self.told} if self.told else {}),
            "errors": [error.document for error in self.errors],
            "warnings": [warning.document for warning in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of a list, in the order of its rows, and how its file was read."""

    rows: tuple[RowResult, ...]
    reading: Reading = EVERYTHING

    def count(self, status: str) -> int:
        """Count the rows with a status."""
        return sum(row.status == status for row in self.rows)

    @property
    def in_question(self) -> tuple[RowResult, ...]:
        """What somebody must look at: what cannot be taken first, then what is asked about."""
        asked = (row for row in self.rows if row.status != "refused" and row.warnings)
        return (*(row for row in self.rows if row.status == "refused"), *asked)

    @property
    def in_order(self) -> tuple[RowResult, ...]:
        """What needs no look."""
        return tuple(row for row in self.rows if row.status != "refused" and not row.warnings)

    @property
    def transferred(self) -> int:
        """Count the rows that are registered and transferred at once."""
        return sum(row.status == "accepted" and bool(row.transferred_on) for row in self.rows)

    @property
    def document(self) -> dict[str, Any]:
        """The report as JSON content: three counts, how the file was read, and one entry a row."""
        return {
            **{status: self.count(status) for status in ("accepted", "already", "refused")},
            **self.reading.document,
            "rows": [row.document for row in self.rows],
        }

    def outcomes(self, *, tried: bool = False) -> tuple[RowOutcome, ...]:
        """Give the report as the annotated workbook wants it; `tried` where nothing was registered yet."""
        words = _TRIED if tried else _DONE
        return tuple(_outcome(row, words[row.status]) for row in self.rows)


_DONE = {"accepted": "已登记", "already": "以前已登记", "refused": "未登记"}
_TRIED = _DONE | {"accepted": "可以登记", "refused": "不能登记"}


def _outcome(row: RowResult, words: str) -> RowOutcome:
    number = f"，编号{row.problem_no}" if row.problem_no and row.status != "refused" else ""
    said = (error.said for error in row.errors)
    warned = (f"提示：{warning.said}" for warning in row.warnings)
    return RowOutcome(
        row.sheet,
        row.row,
        words + number,
        (*said, *warned),
        refused=row.status == "refused",
    )


def error_of(refusal: Refusal | Reply) -> RowError:
    """Put what a rule or a life refuses under the column it is about."""
    column = LABELS.get(REFUSAL_COLUMNS.get(refusal.code, ""), "")
    said = refusal.message if isinstance(refusal, Reply) else str(refusal)
    return RowError(column, refusal.code, said)


def of_known(warnings: Iterable[RowError]) -> tuple[RowError, ...]:
    """Leave out what is said of a row only where it is registered anew."""
    return tuple(one for one in warnings if one.code != NOT_TRANSFERRED)


def refused_by_model(refused: RefusedRow) -> RowResult:
    """Report a row whose fields could not be read."""
    number = refused.problem_no or None
    return RowResult(
        refused.sheet,
        refused.row,
        "refused",
        number,
        refused.errors,
        enterprise=refused.enterprise,
        district=refused.district,
    )


def refused_row(row: ListRow, error: RowError) -> RowResult:
    """Report a row that a rule or a life refuses."""
    number = row.problem_no or None
    return replace(accepted(row, number), status="refused", errors=(error,))


def accepted(row: ListRow, problem_no: str | None) -> RowResult:
    """Report a row that is taken, under its number where it has one."""
    return RowResult(
        row.sheet,
        row.row,
        "accepted",
        problem_no or row.problem_no or None,
        warnings=row.warnings,
        enterprise=row.enterprise,
        district=district(row.district).name,
        transferred_on=row.transferred_on,
        told=_told(row),
    )


def _told(row: ListRow) -> str:
    if row.existing is None:
        return ""
    served = f"{day_text(row.served_on)}送达（{row.served_by}）" if row.served_on else ""
    return "；".join(filter(None, (served, facts_words(row.existing))))
