"""The annex form as typed in: every field with its bounds, every error with its remedy.

What was typed comes as plain text from any browser; problem, district and round never come from the
form but from the link.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ValidationError, ValidationInfo
from pydantic import field_validator as validates

from domain.commands import Answer, EvidenceFile, RectificationState
from office.answering import penalty_form
from office.answering.form_texts import (
    named,
    short_enough,
    typed_day,
    typed_line,
    typed_prose,
    typed_telephone,
    wrong,
)

LONGEST = {
    **penalty_form.LONGEST,
    "text": 2000,
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
    "referral",
    "referral_document_no",
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
    "referral": "处罚并移送",
    "referral_document_no": "移送文书编号",
    "filled_by": "填报人",
    "telephone": "联系电话",
    "files": "附件",
    "receipt_id": "表单",
}

_FARTHEST = timedelta(days=3 * 366)


def _state(value: object) -> RectificationState:
    try:
        return RectificationState(typed_line(value))
    except ValueError as error:
        raise wrong(
            "state_missing", "请选择整改情况：已完成整改、正在整改或尚未开始整改。"
        ) from error


def answer_of(typed: BaseModel, files: tuple[EvidenceFile, ...]) -> Answer:
    """Give what was typed as the rules know it: each field of an answer is typed under its own name."""
    names = (one.name for one in fields(Answer) if one.name != "files")
    return Answer(**{name: getattr(typed, name) for name in names}, files=files)


class AnnexForm(penalty_form.PenaltyForm):
    """A form that may be handed in, as far as that can be told without the problem."""

    receipt_id: UUID
    state: Annotated[RectificationState, BeforeValidator(_state)]
    text: Annotated[str, BeforeValidator(typed_prose)]
    promised_on: Annotated[date | None, BeforeValidator(typed_day)]
    filled_by: Annotated[str, BeforeValidator(typed_line)]
    telephone: Annotated[str, BeforeValidator(typed_telephone)]

    @validates("text", "filled_by", "telephone")
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

    def answer(self, files: tuple[EvidenceFile, ...]) -> Answer:
        """Give the answer with its files, as the rules know it."""
        return answer_of(self, files)


def _today(info: ValidationInfo) -> date:
    today: date = (info.context or {})["today"]
    return today


class FormErrors(Exception):
    """What is wrong with a form: field by field, a stable code and a sentence with the remedy."""

    def __init__(self, errors: Mapping[str, tuple[str, str]]) -> None:
        """Carry (code, sentence) by field."""
        super().__init__(", ".join(errors))
        self.errors = dict(errors)


def read(
    typed: Mapping[str, str], receipt_id: str, today: date, *, punished_by_group: bool = False
) -> AnnexForm:
    """Read a form as typed; raises `FormErrors` with everything that is wrong with it.

    What the inspection group punished itself cannot be answered as let go unpunished.
    """
    raw: dict[str, Any] = {name: typed.get(name, "") for name in FIELDS}
    context = {"today": today, "punished_by_group": punished_by_group}
    try:
        return AnnexForm.model_validate({**raw, "receipt_id": receipt_id}, context=context)
    except ValidationError as error:
        raise form_errors(error) from error


def form_errors(error: ValidationError) -> FormErrors:
    """Say what pydantic found, field by field, in the order of the form."""
    wrongs = {str(one["loc"][0]): _said_about(one["type"], one["msg"]) for one in error.errors()}
    return FormErrors(dict(sorted(wrongs.items(), key=lambda one: _place(one[0]))))


def _place(field: str) -> int:
    return FIELDS.index(field) if field in FIELDS else -1


def _said_about(code: str, message: str) -> tuple[str, str]:
    if code.startswith("uuid"):
        return "form_outdated", "表单已失效，请刷新页面后再提交；已填内容保存在草稿中。"
    return code, message
