"""The annex form as typed in: every field with its bounds, every error with its remedy.

What was typed comes as plain text from any browser; problem, district and round never come from the
form but from the link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic import field_validator as validates
from pydantic_core import PydanticCustomError

from domain.catalogues import penalty_outcomes
from domain.commands import Answer, EvidenceFile, RectificationState
from domain.plain_text import line, prose

LONGEST = {
    "text": 2000,
    "penalty_document_no": 100,
    "penalty_ground": 500,
    "filled_by": 30,
    "telephone": 30,
}
"""The most characters a field may hold."""

FIELDS = (
    "state",
    "text",
    "promised_on",
    "penalty_outcome",
    "penalty_document_no",
    "penalty_amount",
    "penalty_ground",
    "filled_by",
    "telephone",
)
"""What a person types or chooses, in the order of the form."""

LABELS = {
    "state": "整改情况",
    "text": "整改情况说明",
    "promised_on": "承诺完成日期",
    "penalty_outcome": "是否立案处罚",
    "penalty_document_no": "文号",
    "penalty_amount": "罚款金额",
    "penalty_ground": "依据或理由",
    "filled_by": "填报人",
    "telephone": "联系电话",
    "files": "附件",
    "receipt_id": "表单",
}

_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?")
_TELEPHONE = re.compile(r"\+?\d[\d\-() 转]{5,28}\d")
_FARTHEST = timedelta(days=3 * 366)


def wrong(code: str, message: str) -> PydanticCustomError:
    """Say what is wrong with a field: a stable code and the sentence with its remedy."""
    return PydanticCustomError(code, message)


def typed_prose(value: object) -> str:
    """Read a text of several lines as somebody typed it."""
    return prose(value) if isinstance(value, str) else ""


def typed_line(value: object) -> str:
    """Read a text of one line as somebody typed it."""
    return line(value) if isinstance(value, str) else ""


def _half_width(value: object) -> str:
    return unicodedata.normalize("NFKC", typed_line(value))


def _state(value: object) -> RectificationState:
    try:
        return RectificationState(typed_line(value))
    except ValueError as error:
        raise wrong(
            "state_missing", "请选择整改情况：已完成整改、正在整改或尚未开始整改。"
        ) from error


def typed_day(value: object) -> date | None:
    """Read a day however it is written, None where nothing is."""
    typed = _half_width(value)
    if not typed:
        return None
    parts = _DAY.fullmatch(typed)
    try:
        return date(*map(int, parts.groups())) if parts else _no_day(typed)
    except ValueError as error:
        raise wrong("day_impossible", "没有这一天，请核对年、月、日。") from error


def _no_day(typed: str) -> date:
    raise ValueError(typed)


def _amount(value: object) -> Decimal | None:
    typed = _half_width(value).replace(",", "").removesuffix("元").strip()
    if not typed:
        return None
    if not _AMOUNT.fullmatch(typed):
        raise wrong(
            "amount_impossible", "金额请填数字，单位为元，最多两位小数，如 20000 或 20000.50。"
        )
    return Decimal(typed)


def _outcome(value: object) -> str:
    code = typed_line(value)
    if code not in {outcome.code for outcome in penalty_outcomes.PENALTY_OUTCOMES}:
        raise wrong("outcome_missing", "请选择是否立案处罚及处理结果。")
    return code


def typed_telephone(value: object) -> str:
    """Read a telephone number, which must be there."""
    typed = _half_width(value)
    if not typed:
        raise wrong("telephone_missing", "请填写联系电话，便于市级承办人核对。")
    if not _TELEPHONE.fullmatch(typed):
        raise wrong("telephone_impossible", "联系电话请填手机号或带区号的座机号，如 023-00000000。")
    return typed


def short_enough(typed: str, longest: int) -> str:
    """Refuse a text with more characters than its field holds."""
    if len(typed) > longest:
        raise wrong("too_long", f"最多{longest}字，现为{len(typed)}字，请精简；详情可放在附件中。")
    return typed


def named(typed: str) -> str:
    """Refuse a person's name that is missing."""
    if not typed:
        raise wrong("filler_missing", "请填写填报人姓名。")
    return typed


class AnnexForm(BaseModel):
    """A form that may be handed in, as far as that can be told without the problem."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    receipt_id: UUID
    state: Annotated[RectificationState, BeforeValidator(_state)]
    text: Annotated[str, BeforeValidator(typed_prose)]
    promised_on: Annotated[date | None, BeforeValidator(typed_day)]
    penalty_outcome: Annotated[str, BeforeValidator(_outcome)]
    penalty_document_no: Annotated[str, BeforeValidator(typed_line)]
    penalty_amount: Annotated[Decimal | None, BeforeValidator(_amount)]
    penalty_ground: Annotated[str, BeforeValidator(typed_line)]
    filled_by: Annotated[str, BeforeValidator(typed_line)]
    telephone: Annotated[str, BeforeValidator(typed_telephone)]

    @validates("text", "penalty_document_no", "penalty_ground", "filled_by", "telephone")
    @classmethod
    def _short_enough(cls, typed: str, info: ValidationInfo) -> str:
        return short_enough(typed, LONGEST[str(info.field_name)])

    @validates("text")
    @classmethod
    def _said(cls, typed: str) -> str:
        if not typed:
            raise wrong("text_missing", "请写明整改情况：采取了哪些措施、目前进展如何。")
        return typed

    @validates("filled_by")
    @classmethod
    def _named(cls, typed: str) -> str:
        return named(typed)

    @validates("promised_on")
    @classmethod
    def _promised(cls, day: date | None, info: ValidationInfo) -> date | None:
        if info.data.get("state") is not RectificationState.IN_PROGRESS:
            return None
        today = _today(info)
        if day is None:
            raise wrong("promise_missing", "正在整改的，请填写承诺完成日期。")
        if day < today:
            raise wrong("promise_in_past", "承诺完成日期不得早于今天，请填写今天或今后的日期。")
        if day > today + _FARTHEST:
            raise wrong("promise_too_far", "承诺完成日期过远，请核对年份。")
        return day

    @validates("penalty_document_no")
    @classmethod
    def _numbered(cls, typed: str, info: ValidationInfo) -> str:
        code = info.data.get("penalty_outcome")
        outcome = penalty_outcomes.by_code(code) if code else None
        if outcome is not None and outcome.needs_document_no and not typed:
            raise wrong("document_no_missing", f"选择“{outcome.short}”的，请填写相应文书的文号。")
        return typed

    def answer(self, files: tuple[EvidenceFile, ...]) -> Answer:
        """Give the answer with its files, as the rules know it."""
        return Answer(
            state=self.state,
            text=self.text,
            promised_on=self.promised_on,
            penalty_outcome=self.penalty_outcome,
            penalty_document_no=self.penalty_document_no,
            penalty_amount=self.penalty_amount,
            penalty_ground=self.penalty_ground,
            files=files,
        )


def _today(info: ValidationInfo) -> date:
    today: date = (info.context or {})["today"]
    return today


class FormErrors(Exception):
    """What is wrong with a form: field by field, a stable code and a sentence with the remedy."""

    def __init__(self, errors: Mapping[str, tuple[str, str]]) -> None:
        """Carry (code, sentence) by field."""
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


def read(typed: Mapping[str, str], receipt_id: str, today: date) -> AnnexForm:
    """Read a form as typed; raises `FormErrors` with everything that is wrong with it."""
    raw: dict[str, Any] = {name: typed.get(name, "") for name in FIELDS}
    try:
        return AnnexForm.model_validate({**raw, "receipt_id": receipt_id}, context={"today": today})
    except ValidationError as error:
        raise form_errors(error) from error


def form_errors(error: ValidationError) -> FormErrors:
    """Say what pydantic found, field by field."""
    return FormErrors(
        {str(found["loc"][0]): _said_about(found["type"], found["msg"]) for found in error.errors()}
    )


def _said_about(code: str, message: str) -> tuple[str, str]:
    if code.startswith("uuid"):
        return "form_outdated", "表单已失效，请刷新页面后再提交；已填内容保存在草稿中。"
    return code, message
