"""What was made public, and what was answered to the public: 宣传引导, 积极回应 (plan 四（四）).

开展多层次宣传舆论引导，…运用典型案例强化警示教育，还要积极回应社会关切. A record moves no date and no point; the
figures count it by month and medium.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.refusals import WrongContent


class PublicityKind(StrEnum):
    """To whom it speaks: to everybody, or to somebody who had asked."""

    GUIDANCE = "guidance"
    RESPONSE = "response"

    @property
    def label(self) -> str:
        """The kind as the plan calls it."""
        return {"guidance": "宣传引导", "response": "积极回应"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicityRecord:
    """One publication; `reference` is its address or document number, `district` and `problem_no` what
    it is about, where it is about one."""

    kind: PublicityKind
    published_on: date
    medium: str
    title: str
    reference: str
    district: str = ""
    problem_no: str = ""


def demand_published(record: PublicityRecord, today: date) -> None:
    """Demand a day that has come; raises WrongContent."""
    if record.published_on > today:
        on = record.published_on.isoformat()
        raise WrongContent("date_not_plausible", on=on, why="发布日期晚于今天")


def counted(records: Iterable[PublicityRecord], year: int) -> dict[tuple[int, str], Counter[str]]:
    """Count a year's records by month and medium, each by its kind."""
    found: dict[tuple[int, str], Counter[str]] = {}
    for record in records:
        if record.published_on.year == year:
            place = (record.published_on.month, record.medium)
            found.setdefault(place, Counter())[record.kind.value] += 1
    return dict(sorted(found.items()))
