"""A problem as it is registered, whichever door it comes through, and many of them as one list."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from office.acts.transfer import TransferBody
from office.typed import Day, Line, NeededLine, NeededProse, Prose, Typed


def _hour_and_minute(value: object) -> object:
    """Leave seconds out: nobody notes them of a finding."""
    return value[:5] if isinstance(value, str) and re.fullmatch(r"\d\d:\d\d:\d\d", value) else value


Clock = Annotated[time, BeforeValidator(_hour_and_minute)]
Degrees = Annotated[Decimal, Field(ge=-180, le=180, decimal_places=8)]
_ELSEWHERE = {
    *("transfer", "remarks", "found_on", "found_time", "key_content", "further_contents"),
    *("longitude", "latitude", "inside_key_region"),
}


class NewProblem(Typed):
    """A problem for the problem list, transferred at once when `transfer` is given.

    `district` is a code or an exact name; `key_content` a code, number or wording of the 11 key
    contents, empty for a general problem 一般问题; `further_contents` others in the same problem.
    `found_time` is the hour and minute of `found_on` in Chongqing, longitude and latitude are degrees
    (WGS 84), and `inside_key_region` says, for units that belong to the key regions in part, whether
    the place lies inside. `six_batch` is the code, number or name of a batch of 六个一批.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "district": "500103",
                    "enterprise": "重庆示例印务有限公司",
                    "description": "印刷车间集气罩未全部开启，有机废气无组织排放。",
                    "key_content": "",
                    "clue_source": "on_site_inspection",
                    "found_on": "2024-06-20",
                    "transfer": {"on": "2024-06-24", "document_no": "渝环执法〔2024〕示例1号"},
                }
            ]
        }
    )

    district: NeededLine
    enterprise: NeededLine
    description: NeededProse
    problem_no: Line = ""
    credit_code: Line = ""
    address: Line = ""
    key_content: Line = ""
    key_object: Line = ""
    clue_source: Line = ""
    found_on: Day | None = None
    requirement: Prose = ""
    inspection_group: Line = ""
    six_batch: Line = ""
    further_contents: Annotated[tuple[NeededLine, ...], Field(max_length=10)] = ()
    found_time: Clock | None = None
    longitude: Degrees | None = None
    latitude: Degrees | None = None
    inside_key_region: bool | None = None
    remarks: dict[NeededLine, Prose] = Field(default_factory=dict, max_length=50)
    transfer: TransferBody | None = None

    @model_validator(mode="after")
    def _whole(self) -> NewProblem:
        if self.found_time is not None and self.found_on is None:
            raise ValueError("填写发现时刻的，请同时填写发现日期")
        if (self.longitude is None) != (self.latitude is None):
            raise ValueError("经度和纬度请同时填写")
        return self

    @property
    def cells(self) -> dict[str, Any]:
        """The problem as the cells of a list's row, which is checked like any other."""
        values: dict[str, Any] = self.model_dump(exclude=_ELSEWHERE)
        at = f" {self.found_time:%H:%M}" if self.found_time else ""
        values["found_on"] = f"{self.found_on}{at}" if self.found_on else ""
        values["key_content"] = "；".join((self.key_content, *self.further_contents)).strip("；")
        if self.longitude is not None:
            values |= {"longitude": str(self.longitude), "latitude": str(self.latitude)}
        if self.inside_key_region is not None:
            values["key_region"] = "是" if self.inside_key_region else "否"
        return values


MOST_ROWS = 5_000
ROWS_BYTES = MOST_ROWS * 2_000
"""The largest list taken in as JSON, by rows of a usual length."""


class RowsBody(Typed):
    """A problem list as JSON; the n-th row is row n of the report."""

    rows: Annotated[tuple[NewProblem, ...], Field(min_length=1, max_length=MOST_ROWS)]
    dry_run: bool = False
