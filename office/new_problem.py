"""A problem as it is registered, whichever door it comes through, and many of them as one list."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field

from office.acts.transfer import TransferBody
from office.typed import Day, Line, NeededLine, NeededProse, Prose, Typed


class NewProblem(Typed):
    """A problem for the problem list, transferred at once when `transfer` is given.

    `district` is a code or an exact name; `key_content` a code, number or wording of the 11 key
    contents, empty for a general problem 一般问题.
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
    remarks: dict[NeededLine, Prose] = Field(default_factory=dict, max_length=50)
    transfer: TransferBody | None = None


class RowsBody(Typed):
    """A problem list as JSON; the n-th row is row n of the report."""

    rows: Annotated[tuple[NewProblem, ...], Field(min_length=1, max_length=5000)]
    dry_run: bool = False
