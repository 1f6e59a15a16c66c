"""An entry of the district's own list as typed in: every field with its bounds and its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationError, ValidationInfo
from pydantic import field_validator as validates

from domain.catalogues.entry import Catalogue, Entry
from domain.catalogues.key_objects import KEY_OBJECTS
from domain.catalogues.six_batches import SIX_BATCHES
from domain.commands import RectificationState
from domain.refusals import WrongContent
from domain.self_inspection import SelfInspection, demand_plausible
from office.answering.annex_form import FormErrors
from office.answering.form_texts import typed_day, typed_line, typed_prose, wrong

LONGEST = {"enterprise": 100, "address": 200, "finding": 1000, "measure": 1000}
"""The most characters a field may hold."""

LABELS = {
    "enterprise": "企业（点位）名称",
    "address": "地址",
    "key_object": "重点检查对象",
    "finding": "自查发现的问题",
    "state": "整改情况",
    "measure": "整改措施",
    "corrected_on": "完成日期",
    "slot": "分类处置（六个一批）",
}
"""The fields in the order of the form, as people know them."""


def _state(value: object) -> RectificationState:
    try:
        return RectificationState(typed_line(value))
    except ValueError as error:
        raise wrong("state_missing", "请选择整改情况。") from error


def _code_of(catalogue: Catalogue[Entry], value: object, message: str) -> str:
    code = typed_line(value)
    if code not in {entry.code for entry in catalogue}:
        raise wrong("choice_missing", message)
    return code


def _key_object(value: object) -> str:
    return _code_of(KEY_OBJECTS, value, "请选择对应的重点检查对象。")


def _slot(value: object) -> str:
    return _code_of(SIX_BATCHES, value, "请选择分类处置。")


class OwnEntryForm(BaseModel):
    """An entry that may be saved, as far as that can be told without the calendar."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    enterprise: Annotated[str, BeforeValidator(typed_line)]
    address: Annotated[str, BeforeValidator(typed_line)]
    key_object: Annotated[str, BeforeValidator(_key_object)]
    finding: Annotated[str, BeforeValidator(typed_prose)]
    state: Annotated[RectificationState, BeforeValidator(_state)]
    measure: Annotated[str, BeforeValidator(typed_prose)]
    corrected_on: Annotated[date | None, BeforeValidator(typed_day)]
    slot: Annotated[str, BeforeValidator(_slot)]

    @validates("enterprise", "address", "finding", "measure")
    @classmethod
    def _short_enough(cls, typed: str, info: ValidationInfo) -> str:
        longest = LONGEST[str(info.field_name)]
        if len(typed) > longest:
            raise wrong("too_long", f"最多{longest}字，现为{len(typed)}字，请精简。")
        return typed

    @validates("enterprise", "finding")
    @classmethod
    def _said(cls, typed: str, info: ValidationInfo) -> str:
        if not typed:
            raise wrong("missing", f"请填写{LABELS[str(info.field_name)]}。")
        return typed

    @property
    def entry(self) -> SelfInspection:
        """The entry as the rules know it; a day counts only where something is corrected."""
        done = self.state is RectificationState.DONE
        return SelfInspection(
            enterprise=self.enterprise,
            address=self.address,
            key_object=self.key_object,
            finding=self.finding,
            state=self.state,
            measure=self.measure,
            corrected_on=self.corrected_on if done else None,
            slot=self.slot,
        )


def read(typed: Mapping[str, str], today: date) -> SelfInspection:
    """Read an entry as typed; raises `FormErrors` with everything that is wrong with it."""
    try:
        entry = OwnEntryForm.model_validate({name: typed.get(name, "") for name in LABELS}).entry
    except ValidationError as error:
        found = {str(one["loc"][0]): (one["type"], one["msg"]) for one in error.errors()}
        raise FormErrors(found) from error
    try:
        demand_plausible(entry, today)
    except WrongContent as refusal:
        raise FormErrors({"corrected_on": (refusal.code, str(refusal))}) from refusal
    return entry


def typed_of(entry: SelfInspection | None) -> dict[str, str]:
    """Give a form's fields as they stand on an entry, empty for a new one."""
    if entry is None:
        return dict.fromkeys(LABELS, "")
    values = {name: getattr(entry, name) for name in LABELS}
    return {name: "" if value is None else str(value) for name, value in values.items()}
