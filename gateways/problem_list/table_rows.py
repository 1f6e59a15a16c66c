"""The rows below the headings: problems, and what stands between and below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from domain.catalogues.districts import is_district
from gateways.problem_list.cells import is_blank, key_of, text_of
from gateways.problem_list.entries import Entry
from gateways.problem_list.heading_rows import Headings, columns_of
from gateways.problem_list.headings import IGNORED, REQUIRED, field_of, heading_key
from gateways.problem_list.report import Unread
from gateways.problem_list.standing_words import is_ditto
from gateways.problem_list.workbook import Broken, Cell, Sheet

LONGEST_HEADING = 60
SECTION_ROW = "分组标题行"
AROUND_SECTION = ":【】[]<>《》*#— -"

FOOTER = re.compile(
    r"(?:备注|注|说明|填表说明|填报说明)[::\d]"
    r"|(?:填报|填表|制表|审核|审批|复核|校核|经办|联系|负责|报送|签发|签字|主管|分管|单位|部门)"
    r"(?:人|负责|领导|人员|单位|部门|电话|日期|时间|方式|签字|姓名|员)*(?:\([^)]*\))?:"
    r"|(?:电话|手机|日期|盖章|公章)(?:\([^)]*\))?:"
)
TOTAL = re.compile(r"(?:本页|本表|全市|全区)?(?:[小合总共累]计|总数)(?:\([^)]*\))?[::]?.{0,12}")
NUMBERED = re.compile(
    r"^(?:第[一二三四五六七八九十\d]+[批组类部分章节项]*|[(]?[一二三四五六七八九十]{1,3}[)、.,])"
)
SECTION_MARKS = (
    re.compile(r"第[一二三四五六七八九十\d]+[批组类部分章节项]"),
    re.compile(r"[一二三四五六七八九十]{1,3}[、.,]"),
    re.compile(r"[(][一二三四五六七八九十]{1,3}[)]"),
    re.compile(r"\d{1,2}[、.,)]"),
    re.compile(r"[(]\d{1,2}[)]"),
)
"""How sections are numbered, the outer before the inner."""
COUNTED = re.compile(r"(?:共|合计|总计)?[\d.,]*(?:个|家|项|件|条|起|处)?(?:问题|企业|点位)?")
COUNT_AFTER = re.compile(r"\(?(?:共|合计)?\d+(?:个|家|项|件|条)?(?:问题|企业|点位)?\)?$")


@dataclass(slots=True)
class Rows:
    """What a table holds: its problems, and the rows that are none with what they say."""

    entries: list[Entry] = field(default_factory=list)
    passed: list[Unread] = field(default_factory=list)


def rows_of(sheet: Sheet, headings: Headings, district: str) -> Rows:
    """Return every row that holds something of its own and is neither heading nor footnote."""
    rows, section = Rows(), Section(district)
    inherited = inherited_cells(sheet)
    for at, row in enumerate(sheet.rows[headings.at + 1 :], headings.at + 1):
        again = headings_again(row, headings, at)
        if again is not None:
            headings = again
            continue
        names, fields = remark_names(headings), {c: f for f, c in headings.columns.items()}
        own = [i for i, cell in enumerate(row) if holds(cell) and names.get(i) != ""]
        if not own:
            continue
        why = why_passed(row, own, headings, sheet, at)
        if why:
            text = text_of(row[own[0]])
            section = section.followed_by(text) if why == SECTION_ROW else section
            rows.passed.append(Unread(sheet.name, at + 1, text[:LONGEST_HEADING], why))
            continue
        full = [inherited.get((at, i), cell) for i, cell in enumerate(row)]
        entry = entry_of(at + 1, full, fields, names)
        rows.entries.append(section.around(entry))
        section.is_new = False
    return rows


@dataclass(slots=True)
class Section:
    """The part of a table that belongs to one district; `mark` is how its heading is numbered.

    `is_new` until its first row: nothing in that row can be as above.
    """

    district: str
    mark: int = -1
    is_new: bool = False

    def followed_by(self, heading: str) -> Section:
        """Give the section after a heading: another, or this one where it only goes on inside.

        What names no district and stands where one did ends it: its rows say of themselves whose they
        are, or are refused under its name.
        """
        named, mark = named_in(heading), mark_of(heading)
        if named:
            return Section(named, mark, is_new=True)
        if (
            self.mark < 0
            or mark > self.mark
            or (self.mark == len(SECTION_MARKS) and mark < self.mark)
        ):
            return self
        return Section(heading, mark, is_new=True)

    def around(self, entry: Entry) -> Entry:
        """Give a row its section's district, unless it says another itself."""
        if not self.district:
            return entry
        said = entry.values.get("district")
        values = dict(entry.values)
        if said is None or (self.is_new and is_ditto(said)):
            values = {"district": self.district} | values | {"district": self.district}
        return replace(entry, values=values, opens=self.is_new)


def holds(cell: Cell) -> bool:
    """Say whether a cell makes its row a row: a formula without a value does not."""
    return not is_blank(cell) and not isinstance(cell, Broken)


def entry_of(number: int, row: list[Cell], fields: dict[int, str], names: dict[int, str]) -> Entry:
    """Return what a row says under each heading."""
    values = {f: row[i] for i, f in fields.items() if not is_blank(row[i])}
    remarks = {n: row[i] for i, n in names.items() if n and not is_blank(row[i])}
    return Entry(number, values, remarks)


def why_passed(row: list[Cell], own: list[int], headings: Headings, sheet: Sheet, at: int) -> str:
    """Say why a row is no problem: a total, or the heading of a section; empty when it is one."""
    if is_footnote(row, own, headings):
        return "表下说明"
    counted = any(isinstance(row[i], str) and is_total(str(row[i])) for i in own[:2])
    if counted and not tells_a_problem(row, own, headings):
        return "合计行"
    first = row[own[0]]
    if len(own) > 1 or not isinstance(first, str):
        return ""
    merged = (m for m in sheet.merged if m[0] == (at, own[0]))
    wide = any(right > own[0] for _, (_, right) in merged)
    named = {headings.columns.get(f) for f in ("enterprise", "description")}
    leads = own[0] <= min(headings.columns.values())
    is_section = wide or (leads and (own[0] not in named or NUMBERED.match(key_of(first))))
    return SECTION_ROW if is_section else ""


def tells_a_problem(row: list[Cell], own: list[int], headings: Headings) -> bool:
    """Say whether a row says what is wrong somewhere, in words and not in numbers."""
    at = headings.columns.get("description")
    if at is None or at not in own or at == own[0]:
        return False
    text = key_of(text_of(row[at]))
    return not is_total(text) and COUNTED.fullmatch(text) is None


def is_total(text: str) -> bool:
    """Say whether a cell opens a row of totals."""
    return len(text) < 24 and TOTAL.fullmatch(key_of(text)) is not None


def named_in(section: str) -> str:
    """Return the district that the heading of a section names, or nothing."""
    name = NUMBERED.sub("", COUNT_AFTER.sub("", key_of(section).strip(AROUND_SECTION)))
    name = name.strip(AROUND_SECTION)
    return name if is_district(name) else ""


def mark_of(section: str) -> int:
    """Say how a section's heading is numbered: the place among the marks, behind them for not at all."""
    key = key_of(section).strip(AROUND_SECTION)
    found = (place for place, mark in enumerate(SECTION_MARKS) if mark.match(key))
    return next(found, len(SECTION_MARKS))


def names_district(sheet: Sheet, headings: Headings) -> bool:
    """Say whether a section of the table names a district."""
    single = (
        next((str(cell) for cell in row if holds(cell)), "")
        for row in sheet.rows[headings.at + 1 :]
        if sum(map(holds, row)) == 1
    )
    return any(named_in(text) for text in single)


def headings_again(row: list[Cell], headings: Headings, at: int) -> Headings | None:
    """Return the headings that stand in this row once more, as on every page or over a next table."""
    first = row[next(headings.columns[f] for f in REQUIRED if f in headings.columns)]
    if not isinstance(first, str) or len(first) > 20 or field_of(first) is None:
        return None
    columns = columns_of(row)
    if len(columns) < 2 or len(columns.keys() & set(REQUIRED)) < 2:
        return None
    return Headings(at, tuple(str(cell) for cell in row), columns)


def remark_names(headings: Headings) -> dict[int, str]:
    """Return column to remark name for the columns that are no field; ignored ones have no name."""
    names: dict[int, str] = {}
    taken = set(headings.columns.values())
    for at, text in enumerate(headings.names):
        if at not in taken:
            heading = text_of(text).replace("\n", "")[:LONGEST_HEADING] or f"第{at + 1}列"
            ignored = heading_key(heading) in IGNORED
            name = f"{heading}（第{at + 1}列）" if heading in names.values() else heading
            names[at] = "" if ignored else name
    return names


def inherited_cells(sheet: Sheet) -> dict[tuple[int, int], Cell]:
    """Return the value every lower row of a merged range inherits, in the range's first column."""
    return dict(_inherited(sheet))


def _inherited(sheet: Sheet) -> Iterator[tuple[tuple[int, int], Cell]]:
    for (top, left), (bottom, _) in sheet.merged:
        if top < len(sheet.rows) and left < len(sheet.rows[top]):
            for row in range(top + 1, min(bottom + 1, len(sheet.rows))):
                yield (row, left), sheet.rows[top][left]


def is_footnote(row: list[Cell], own: list[int], headings: Headings) -> bool:
    """Say whether the row is the note below the table: a note's opening word and no problem."""
    problem_at = headings.columns.get("description")
    if problem_at is not None and problem_at in own and problem_at != own[0]:
        problem = row[problem_at]
        if not isinstance(problem, str) or FOOTER.match(key_of(problem)) is None:
            return False
    first = row[own[0]]
    return isinstance(first, str) and FOOTER.match(key_of(first)) is not None
