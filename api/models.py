"""The typed models of the doors: what REST bodies, forms and rows of a list must look like.

Unknown fields are refused, texts lose invisible characters and have an upper length, dates lie in
this century. What the rules say about them is said by `domain.decide`.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from domain import commands as c
from domain.roles import Actor

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2099, 12, 31)
HASH = r"^[0-9a-f]{64}$"


def plain_text(text: str) -> str:
    """Drop characters nobody can see and bring line ends to one form."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (c for c in lines if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return "".join(kept).strip()


def not_blank(text: str) -> str:
    """Refuse a text of which nothing is left."""
    if not text:
        raise ValueError("不能为空")
    return text


def plausible(day: date) -> date:
    """Refuse a day outside this century: a slip of the keyboard."""
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError("应在2000年至2099年之间")
    return day


_Plain = AfterValidator(plain_text)
_Filled = AfterValidator(not_blank)

Line = Annotated[str, Field(max_length=200), _Plain]
NeededLine = Annotated[str, Field(max_length=200), _Plain, _Filled]
Prose = Annotated[str, Field(max_length=4000), _Plain]
NeededProse = Annotated[str, Field(max_length=4000), _Plain, _Filled]
Day = Annotated[date, AfterValidator(plausible)]


class Typed(BaseModel):
    """Nothing but the named fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TransferBody(Typed):
    """移交: day zero of the feedback clock, and the letter it was done with."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"on": "2024-06-24", "document_no": "渝环执法〔2024〕示例1号"}]
        }
    )

    on: Day
    document_no: Line = ""
    rectification_due_on: Day | None = None

    def command(self, by: Actor) -> c.TransferProblem:
        """Give the command."""
        return c.TransferProblem(
            on=self.on,
            document_no=self.document_no,
            rectification_due_on=self.rectification_due_on,
            by=by,
        )


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


class ReviewBody(Typed):
    """审核: the officer's verdict on the answer `receipt_id`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "receipt_id": "3f2b8c1e-6a51-4b0e-9d7b-0d5f0a3c9b11",
                    "verdict": "accept_done",
                    "reason": "佐证材料齐全",
                }
            ]
        }
    )

    receipt_id: NeededLine
    verdict: c.Verdict
    reason: Prose = ""
    promised_on: Day | None = None

    def command(self, by: Actor) -> c.ReviewFeedback:
        """Give the command."""
        return c.ReviewFeedback(
            receipt_id=self.receipt_id,
            verdict=self.verdict,
            reason=self.reason,
            promised_on=self.promised_on,
            by=by,
        )


class RevisitBody(Typed):
    """回头看: what was found on site; 整改到位 proposes closure."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"on": "2024-07-30", "result": "in_place", "findings": "集气罩已全部开启。"}
            ]
        }
    )

    on: Day
    result: c.RevisitResult
    findings: NeededProse

    def command(self, by: Actor) -> c.RecordRevisit:
        """Give the command."""
        return c.RecordRevisit(on=self.on, result=self.result, findings=self.findings, by=by)


class ClosureBody(Typed):
    """销号审批 by a second person: approval is bound to the hash of what was proposed."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"decision": "approve", "content_hash": "0" * 64}]}
    )

    decision: Literal["approve", "decline"]
    content_hash: Annotated[str, Field(pattern=HASH)] | None = None
    reason: Prose = ""

    @model_validator(mode="after")
    def _complete(self) -> ClosureBody:
        if self.decision == "approve" and self.content_hash is None:
            raise ValueError("批准销号须附核对码 content_hash（见问题详情中的 proposal）")
        return self

    def command(self, by: Actor) -> c.ApproveClosure | c.DeclineClosure:
        """Give the command."""
        if self.decision == "approve":
            return c.ApproveClosure(content_hash=self.content_hash or "", by=by)
        return c.DeclineClosure(reason=self.reason, by=by)


class ServiceBody(Typed):
    """送达: the notice of the open round was served on a day, by some means."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"served_on": "2024-06-25", "means": "机要交换"}]}
    )

    served_on: Day
    means: NeededLine

    def command(self, by: Actor) -> c.RecordService:
        """Give the command."""
        return c.RecordService(served_on=self.served_on, means=self.means, by=by)


class RegisterNumberBody(Typed):
    """A number another register gave the problem: the supervisory list, or an outside system."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"register": "supervisory_list", "number": "渝督清单2024-示例12"}]
        }
    )

    register_name: Literal["supervisory_list", "mobile_enforcement", "national_air"] = Field(
        "supervisory_list", alias="register"
    )
    number: NeededLine

    def command(self, by: Actor) -> c.RecordListNumber | c.RecordRegisterNumber:
        """Give the command."""
        if self.register_name == "supervisory_list":
            return c.RecordListNumber(number=self.number, by=by)
        register = c.Register(self.register_name)
        return c.RecordRegisterNumber(register=register, number=self.number, by=by)
