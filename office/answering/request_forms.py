"""The forms of requests as typed in: more time, another district, an appeal."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, TypeVar
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    ValidationError,
    ValidationInfo,
)
from pydantic import field_validator as validates

from office.answering.annex_form import form_errors
from office.answering.form_texts import (
    named,
    short_enough,
    typed_day,
    typed_line,
    typed_prose,
    typed_telephone,
    wrong,
)

LONGEST = {"reason": 1000, "filled_by": 30, "telephone": 30}
"""The most characters a field may hold."""

LABELS = {
    "wanted_on": "申请延至",
    "proper_district": "认为应由其办理的区县",
    "reason": "理由",
    "filled_by": "填报人",
    "telephone": "联系电话",
    "files": "附件",
    "receipt_id": "表单",
    "form": "申请",
}

T = TypeVar("T", bound="RequestForm")


def _wanted(value: object) -> date:
    day = typed_day(value)
    if day is None:
        raise wrong("day_missing", "请填写申请延至的日期。")
    return day


class RequestForm(BaseModel):
    """What every request says, whatever it asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    receipt_id: UUID
    reason: Annotated[str, BeforeValidator(typed_prose)]
    filled_by: Annotated[str, BeforeValidator(typed_line), AfterValidator(named)]
    telephone: Annotated[str, BeforeValidator(typed_telephone)]

    @validates("reason", "filled_by", "telephone")
    @classmethod
    def _short_enough(cls, typed: str, info: ValidationInfo) -> str:
        return short_enough(typed, LONGEST[str(info.field_name)])

    @validates("reason")
    @classmethod
    def _said(cls, typed: str) -> str:
        if not typed:
            raise wrong("reason_missing", "请写明理由。")
        return typed


class ExtensionForm(RequestForm):
    """A request for more time."""

    wanted_on: Annotated[date, BeforeValidator(_wanted)]


class ObjectionForm(RequestForm):
    """The word that the problem is another district's."""

    proper_district: Annotated[str, BeforeValidator(typed_line)]

    @validates("proper_district")
    @classmethod
    def _of_the_list(cls, code: str, info: ValidationInfo) -> str:
        if code and code not in (info.context or {})["districts"]:
            raise wrong("district_unknown", "请从名单中选择区县；不清楚的可以不选。")
        return code


class AppealForm(RequestForm):
    """The appeal of a deduction."""


def read_as(
    form: type[T], typed: Mapping[str, str], receipt_id: str, districts: frozenset[str]
) -> T:
    """Read a form as typed; raises `FormErrors` with everything that is wrong with it.

    `districts` are the codes that may be named instead.
    """
    raw = {name: typed.get(name, "") for name in form.model_fields if name != "receipt_id"}
    try:
        return form.model_validate(
            {**raw, "receipt_id": receipt_id}, context={"districts": districts}
        )
    except ValidationError as error:
        raise form_errors(error) from error
