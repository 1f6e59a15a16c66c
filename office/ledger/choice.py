"""What somebody has chosen to see of the ledger: the same for the page, its pages, and its export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal
from urllib.parse import urlencode

from pydantic import BaseModel, ConfigDict

from domain.catalogues.districts import district as unit
from domain.catalogues.six_batches import Batches
from domain.stages import STAGE_LABELS, Stage
from office.typed import Line
from store.lives import lists
from store.lives.lists import SOON, ProblemFilter
from store.lives.sorted_lists import Sort

ONLY = {
    "overdue": "已逾期",
    "soon": "三日内到期",
    "listed": "在督察清单",
    "general": "一般问题",
}
"""The ranges that are asked for by a word."""

SORTS = {
    Sort.DUE: "时限先后",
    Sort.NEWEST: "编号倒序",
    Sort.OLDEST: "编号顺序",
    Sort.DISTRICT: "区县",
    Sort.LEVEL: "督办层级",
}
Only = Literal["", "overdue", "soon", "listed", "general"]


class Choice(BaseModel):
    """What of the ledger is shown, and in which order; empty means all of it."""

    model_config = ConfigDict(frozen=True)

    text: Line = ""
    district: Line = ""
    stage: Stage | None = None
    only: Only = ""
    six_batch: Line = ""
    sort: Sort = Sort.DUE

    def wanted(self, now: datetime) -> ProblemFilter:
        """Give the filter as of `now`."""
        soon = self.only == "soon"
        return ProblemFilter(
            text=self.text,
            district=self.district,
            stage=self.stage,
            six_batch=self.six_batch,
            listed=True if self.only == "listed" else None,
            general=True if self.only == "general" else None,
            overdue=self.only == "overdue",
            now=now,
            due_after=now if soon else None,
            due_before=now + SOON if soon else None,
        )

    @property
    def fields(self) -> dict[str, str]:
        """What differs from the whole ledger, by the names it has in an address."""
        said = self.model_dump(mode="json", exclude_defaults=True)
        return {name: str(value) for name, value in said.items() if value}

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return bool(set(self.fields) - {"sort"})

    def address(self, place: str = "/problems", **other: object) -> str:
        """Give the address of this choice at a place, with some of it said otherwise."""
        said: Mapping[str, object] = {**self.fields, **other}
        query = urlencode({name: value for name, value in said.items() if value})
        return f"{place}?{query}" if query else place

    def told(self, batches: Batches) -> list[tuple[str, str]]:
        """Tell each condition in words, with the address of the ledger without it."""
        words = {
            "text": f"含“{self.text}”" if self.text else "",
            "district": self._district(),
            "stage": f"环节为{STAGE_LABELS[self.stage]}" if self.stage else "",
            "only": ONLY.get(self.only, ""),
            "six_batch": self._batch(batches),
        }
        return [(said, self.address(**{name: ""})) for name, said in words.items() if said]

    def _district(self) -> str:
        try:
            return unit(self.district).name if self.district else ""
        except KeyError:
            return f"区县代码{self.district}"

    def _batch(self, batches: Batches) -> str:
        if self.six_batch == lists.UNSORTED:
            return "六个一批尚未分类"
        known = {one.code: one.label for one in batches}
        return f"六个一批：{known.get(self.six_batch, self.six_batch)}" if self.six_batch else ""
