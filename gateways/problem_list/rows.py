"""One row of the list as a typed model: every column checked."""

from __future__ import annotations

import re
from datetime import date, time

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from domain.catalogues import clue_sources, credit_code, key_objects
from domain.catalogues.districts import find_district
from domain.catalogues.six_batches import SIX_BATCHES, Batches
from domain.commands import BroughtIn, Facts
from domain.coordinates import Coordinates
from gateways.problem_list.cells import LostDigits, key_of, text_of, time_of
from gateways.problem_list.columns import Day, Heading, LongText, Name, Remark
from gateways.problem_list.contents import NO_KEY_CONTENT, contents_in
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.identity import document_key, folded, hashed
from gateways.problem_list.optional_fields import settled
from gateways.problem_list.places import for_unit, place_of
from gateways.problem_list.refusals import (
    OLDEST_MAP,
    Refused,
    elsewhere_by_place,
    kept_as_remark,
    missing,
    not_yet_transferred,
    several_problems,
    shown,
    unknown_district,
    unknown_key_content,
)
from gateways.problem_list.row_days import demand_possible, unlikely_days
from gateways.problem_list.standing_words import (
    is_placeholder,
    points_elsewhere,
    says_no_problem,
    says_nothing,
)
from gateways.problem_list.workbook import Cell

BEHAVIOURS = (
    *("on_time", "in_progress", "broken_promise", "late_feedback", "silent", "false_report"),
    *("not_in_place", "returned_once", "extension", "wrong_district", "suspended"),
    *("appeal_upheld", "appeal_refused", "bounced", "paper_answer", "rebound"),
)
"""What 演练 may say: how the district of a rehearsed problem behaves."""

FIND = {"key_object": key_objects.find, "clue_source": clue_sources.find}

PROBLEM_NO = re.compile(r"[\w()〔〕.-]{1,64}")


def _today(info: ValidationInfo) -> date:
    today: date = (info.context or {})["today"]
    return today


class ListRow(BaseModel):
    """A row that may be registered; field names are those of `domain.commands.Facts`.

    `district` is the code valid on the day of the transfer, `key_content` a code or None for a
    general problem. `row` is the sheet's row number, in a list lying on its side the column's.
    `remarks` are the unknown columns, `warnings` what a person should look at without refusal,
    `key_object`, `clue_source` and `six_batch` codes or empty. `existing` is known of running problems
    alone (existing.py).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True)

    sheet: str
    row: int
    transferred_on: Day = None
    found_on: Day = None
    rectification_due_on: Day = None
    served_on: Day = None
    district: Name = ""
    enterprise: Name = ""
    description: LongText = ""
    problem_no: Name = ""
    credit_code: Name = ""
    address: Name = ""
    key_content: Name | None = ""
    key_object: Name = ""
    clue_source: Name = ""
    document_no: Name = ""
    served_by: Name = ""
    requirement: LongText = ""
    inspection_group: Name = ""
    six_batch: Name = ""
    behaviour: Name = ""
    further_contents: tuple[str, ...] = ()
    found_time: time | None = None
    coordinates: Coordinates | None = None
    inside_key_region: bool | None = None
    existing: BroughtIn | None = None
    remarks: dict[Heading, Remark] = Field(default_factory=dict)
    warnings: tuple[RowError, ...] = ()

    @field_validator("enterprise", "description")
    @classmethod
    def _filled(cls, text: str, info: ValidationInfo) -> str:
        if not text or is_placeholder(text):
            raise missing(LABELS[info.field_name or ""], text)
        return text

    @field_validator("description")
    @classmethod
    def _says_what_is_wrong(cls, text: str) -> str:
        if says_no_problem(text):
            raise Refused("no_problem", f"“{shown(text)}”不是环境问题；未发现问题的请勿列入清单")
        if says_nothing(text):
            raise Refused("no_problem", f"“{shown(text)}”未写明是什么问题；请填写问题内容")
        if points_elsewhere(text):
            raise Refused("described_elsewhere", f"“{shown(text)}”未写明问题；请填写问题内容")
        return text

    @field_validator("transferred_on", "found_on", "rectification_due_on", "served_on")
    @classmethod
    def _possible_day(cls, day: date | None, info: ValidationInfo) -> date | None:
        field, transferred_on = info.field_name or "", info.data.get("transferred_on")
        demand_possible(field, day, transferred_on, _today(info))
        return day

    @field_validator("district")
    @classmethod
    def _known_district(cls, text: str, info: ValidationInfo) -> str:
        if not text or is_placeholder(text):
            raise missing(LABELS["district"], text)
        on = info.data.get("transferred_on") or _today(info)
        unit = find_district(text, on)
        if unit is None and "transferred_on" not in info.data:
            # The day of the transfer was refused already; what is valid on it nobody knows.
            unit = find_district(text, OLDEST_MAP)
        if unit is None:
            raise unknown_district(text, on, (info.context or {}).get("address", ""))
        return unit.code

    @field_validator("problem_no")
    @classmethod
    def _usable_number(cls, text: str) -> str:
        number = key_of(text).upper()
        if number and not PROBLEM_NO.fullmatch(number):
            message = (
                f"问题编号“{shown(text)}”不合规；只能用汉字、字母、数字、括号、点和短横，不超过64字"
            )
            raise Refused("problem_no_invalid", message)
        return number

    @field_validator("credit_code")
    @classmethod
    def _right_check_digit(cls, text: str) -> str:
        code = key_of(text).upper()
        wrong = credit_code.what_is_wrong(code) if code else None
        if wrong:
            raise Refused("credit_code_invalid", f"{wrong}；请对照营业执照改正，暂无代码的可留空")
        return code

    @field_validator("key_content")
    @classmethod
    def _one_of_eleven(cls, text: str) -> str | None:
        if not text or key_of(text) in NO_KEY_CONTENT:
            return None
        entries = contents_in(text)
        if entries is None:
            raise unknown_key_content(text)
        return entries[0].code

    @field_validator("further_contents", mode="before")
    @classmethod
    def _the_others(cls, said: str | tuple[str, ...]) -> tuple[str, ...]:
        if isinstance(said, tuple):
            return said
        return tuple(one.code for one in (contents_in(said) or ())[1:])

    @field_validator("behaviour")
    @classmethod
    def _rehearsable(cls, text: str) -> str:
        behaviour = key_of(text)
        if behaviour and behaviour not in BEHAVIOURS:
            message = f"演练方式“{shown(text)}”无法识别；可填{'、'.join(BEHAVIOURS)}，或者留空"
            raise Refused("unknown_behaviour", message)
        return behaviour

    @property
    def facts(self) -> Facts:
        """The problem itself, as the rules know it."""
        return Facts(
            enterprise=self.enterprise,
            description=self.description,
            district=self.district,
            credit_code=self.credit_code,
            address=self.address,
            key_content=self.key_content,
            key_object=self.key_object or None,
            clue_source=self.clue_source,
            found_on=self.found_on,
            requirement=self.requirement,
            inspection_group=self.inspection_group,
            remarks=tuple(self.remarks.items()),
            further_contents=self.further_contents,
            found_time=self.found_time,
            coordinates=self.coordinates,
            inside_key_region=self.inside_key_region,
            six_batch=self.six_batch,
        )


def read_row(sheet: str, entry: Entry, today: date, batches: Batches = SIX_BATCHES) -> ListRow:
    """Check one row of a sheet; raises pydantic's ValidationError, see `errors_of`."""
    at = time_of(entry.values.get("found_on", ""))
    place = place_of(entry)
    entry = settled(place.entry)
    values = {
        **entry.values,
        "further_contents": _text_of(entry.values.get("key_content", "")),
        "found_time": at,
        "coordinates": place.coordinates,
        "remarks": entry.remarks,
        "sheet": sheet,
        "row": entry.number,
    }
    address = _text_of(entry.values.get("address", ""))
    row = ListRow.model_validate(values, context={"today": today, "address": address})
    inside, against_plan = for_unit(place.inside, row.district)
    at = row.found_time if row.found_on else None
    row = row.model_copy(update={"inside_key_region": inside, "found_time": at})
    on = row.transferred_on or today
    by_place = elsewhere_by_place(row.district, row.address, on)
    notes = (*entry.notes, *against_plan, *unlikely_days(days_of(row), on), *by_place)
    return kept_for_transfer(understood(row, notes, batches))


def kept_for_transfer(row: ListRow) -> ListRow:
    """Keep as remarks what a row says of a transfer without saying its day: it is not transferred."""
    due_on = row.rectification_due_on
    said = {"document_no": row.document_no, "rectification_due_on": due_on and due_on.isoformat()}
    told = {LABELS[field]: text for field, text in said.items() if text}
    if row.transferred_on is not None or not told:
        return row
    warnings = (*row.warnings, not_yet_transferred(told))
    return row.model_copy(update={"remarks": told | row.remarks, "warnings": warnings})


def days_of(row: ListRow) -> dict[str, date | None]:
    """Give the days of a row that may stand far from its transfer."""
    return {"found_on": row.found_on, "rectification_due_on": row.rectification_due_on}


def _text_of(cell: Cell) -> str:
    try:
        return text_of(cell).replace("\n", "")
    except LostDigits:
        return ""  # refused under the cell's own field


def understood(row: ListRow, notes: tuple[RowError, ...], batches: Batches) -> ListRow:
    """Turn object, clue source and batch into codes; what no catalogue knows is kept as a remark.

    `notes` is what was told of the row already.
    """
    changes: dict[str, str] = {}
    remarks = dict(row.remarks)
    warnings = [*notes, *several_problems(row.description)]
    for field, find in {**FIND, "six_batch": batches.find}.items():
        text = getattr(row, field)
        entry = find(text) if text else None
        changes[field] = entry.code if entry else ""
        if text and entry is None:
            remarks[LABELS[field]] = text
            warnings.append(kept_as_remark(LABELS[field], text))
    return row.model_copy(update={**changes, "remarks": remarks, "warnings": tuple(warnings)})


def row_key(row: ListRow) -> str:
    """Return what makes two rows the same problem, as a hash that stays the same.

    The 问题编号 where there is one, else 区县, 企业, 问题 and the transfer, its day and its 文号
    together: what is found again and transferred on another day is another problem.
    """
    if row.problem_no:
        return hashed(key_of(row.problem_no))
    day = row.transferred_on.isoformat() if row.transferred_on else ""
    words = map(folded, (row.district, row.enterprise, row.description))
    return hashed("row", day, *words, document_key(row.document_no))


def key_without_day(row: ListRow) -> str:
    """Return the hash of a row from before its day of transfer belonged to it."""
    return hashed(*map(key_of, (row.document_no, row.district, row.enterprise, row.description)))
