"""The rows below the headings: problems, and what stands between and below them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from domain.catalogues.districts import is_district
from gateways.problem_list.cells import is_blank, key_of, text_of
from gateways.problem_list.counter_cells import counters_of, in_words, numbers_columns
from gateways.problem_list.entries import Entry
from gateways.problem_list.heading_rows import Headings, columns_of, tables_passed
from gateways.problem_list.headings import IGNORED, REQUIRED, field_of, heading_key
from gateways.problem_list.refusals import words_for_number
from gateways.problem_list.report import Unread
from gateways.problem_list.running_numbers import NUMERALS
from gateways.problem_list.standing_words import is_ditto
from gateways.problem_list.workbook import Broken, Cell, Sheet

LONGEST_HEADING, LONGEST_AGAIN = 60, 20
SECTION_ROW = "分组标题行"
AROUND_SECTION = ":【】[]<>《》*#— -"

FOOTER = re.compile(
    r"(?:备注|注|说明|填表说明|填报说明)[::\d]"
    r"|(?:填报|填表|制表|审核|审批|复核|校核|经办|联系|负责|报送|签发|签字|主管|分管|单位|部门)"
    r"(?:人|负责|领导|人员|单位|部门|电话|日期|时间|方式|签字|姓名|员)*(?:\([^)]*\))?:"
    r"|(?:电话|手机|日期|盖章|公章)(?:\([^)]*\))?:"
)
EXAMPLE = re.compile(r"[(]?(?:填报|填写)?(?:例|例如|示例|样例|范例|举例|例子)[)]?:?")
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
    """What a table holds: its problems, the rows that are none with what they say, its headings."""

    entries: list[Entry] = field(default_factory=list)
    passed: list[Unread] = field(default_factory=list)
    headings: list[Headings] = field(default_factory=list)


@dataclass(slots=True)
class Columns:
    """What the columns of a table mean under the headings that hold by now."""

    headings: Headings
    names: dict[int, str] = field(init=False)
    fields: dict[int, str] = field(init=False)
    counters: frozenset[int] = field(init=False)
    needed: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        """Take the headings apart once for all rows below them."""
        self.names = remark_names(self.headings)
        self.fields = {column: f for f, column in self.headings.columns.items()}
        self.counters = counters_of(self.headings.names, self.fields)
        found = map(self.headings.columns.get, ("enterprise", "description"))
        self.needed = frozenset(column for column in found if column is not None)

    def own(self, row: list[Cell]) -> list[int]:
        """Return the columns in which a row says something, a counter's where it says words."""
        return [at for at, cell in enumerate(row) if self._says(at, cell)]

    def _says(self, at: int, cell: Cell) -> bool:
        if isinstance(cell, Broken):
            return at in self.needed
        if at in self.counters:
            return in_words(cell)
        return self.names.get(at) != "" and not is_blank(cell)


def rows_of(sheet: Sheet, headings: Headings, district: str) -> Rows:
    """Return every row that holds something of its own and is neither heading nor footnote."""
    rows, section, columns = Rows(headings=[headings]), Section(district), Columns(headings)
    inherited = inherited_cells(sheet)
    rows.passed.extend(above(sheet, at) for at in tables_passed(sheet, headings))
    for at, row in enumerate(sheet.rows[headings.at + 1 :], headings.at + 1):
        again = headings_again(row, columns.headings, at)
        if again is not None:
            columns = Columns(again)
            rows.headings.append(again)
            continue
        own = columns.own(row)
        if not own:
            continue
        why = why_passed(row, own, columns, sheet, at)
        if why:
            text = text_of(row[own[0]])
            section = section.followed_by(text) if why == SECTION_ROW else section
            rows.passed.append(Unread(sheet.name, at + 1, text[:LONGEST_HEADING], why))
            continue
        full = [inherited.get((at, i), cell) for i, cell in enumerate(row)]
        rows.entries.append(section.around(entry_of(at + 1, full, columns)))
        section.is_new = False
    return rows


def above(sheet: Sheet, at: int) -> Unread:
    """Name a row of a table that stands above the one that is read, and lacks a needed column."""
    first = next(text_of(cell) for cell in sheet.rows[at] if not is_blank(cell))
    return Unread(sheet.name, at + 1, first[:LONGEST_HEADING], "上方另一张表的行，该表缺少必填列")


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


def entry_of(number: int, row: list[Cell], columns: Columns) -> Entry:
    """Return what a row says under each heading; words in a counter's column are a remark."""
    said = columns.names | {at: columns.headings.names[at] for at in columns.counters}
    values = {f: row[i] for i, f in columns.fields.items() if not is_blank(row[i])}
    remarks = {
        n: row[i]
        for i, n in said.items()
        if n and not is_blank(row[i]) and (i not in columns.counters or in_words(row[i]))
    }
    kept = (said[at] for at in columns.counters if said[at] in remarks)
    return Entry(number, values, remarks, tuple(map(words_for_number, kept)))


def why_passed(row: list[Cell], own: list[int], columns: Columns, sheet: Sheet, at: int) -> str:
    """Say why a row is no problem: a total, a section's heading, an example; empty when it is one."""
    headings, first = columns.headings, row[own[0]]
    if is_footnote(row, own, headings):
        return "表下说明"
    if at == headings.at + 1 and numbers_columns(row):
        return "列号行"
    counted = any(isinstance(row[i], str) and is_total(str(row[i])) for i in own[:2])
    if counted and not tells_a_problem(row, own, headings):
        return "合计行"
    if own[0] in columns.counters and EXAMPLE.fullmatch(key_of(str(first))):
        return "示例行"
    if len(own) > 1 or not isinstance(first, str) or isinstance(first, Broken):
        return ""
    return SECTION_ROW if heads_a_section(row, own[0], columns, sheet, at) else ""


def heads_a_section(row: list[Cell], only: int, columns: Columns, sheet: Sheet, at: int) -> bool:
    """Say whether the only cell of a row that says something is a heading, and no problem's name."""
    text, found = str(row[only]), columns.headings.columns
    merged = (m for m in sheet.merged if m[0] == (at, only))
    if any(right > only for _, (_, right) in merged) or only in columns.counters:
        return True
    if only == found.get("enterprise"):
        numeral = any(isinstance(row[c], str) and str(row[c]) in NUMERALS for c in columns.counters)
        if named_in(text) or numeral:
            return True
    leads = only <= min(found.values())
    named = {found.get("enterprise"), found.get("description")}
    return leads and (only not in named or NUMBERED.match(key_of(text)) is not None)


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
    columns = Columns(headings)
    for row in sheet.rows[headings.at + 1 :]:
        own = columns.own(row) if sum(map(holds, row)) < 3 else ()
        if len(own) == 1 and named_in(text_of(row[own[0]])):
            return True
    return False


def headings_again(row: list[Cell], headings: Headings, at: int) -> Headings | None:
    """Return the headings that stand in this row: once more, as on every page, or of a next table."""
    first = row[next(headings.columns[f] for f in REQUIRED if f in headings.columns)]
    if not may_be_headings(row) and not (
        isinstance(first, str) and len(first) <= LONGEST_AGAIN and field_of(first) is not None
    ):
        return None
    columns = columns_of(row)
    if len(columns.keys() & set(REQUIRED)) < 2:
        return None
    return Headings(at, tuple(str(cell) for cell in row), columns, at)


def may_be_headings(row: list[Cell]) -> bool:
    """Say whether a row holds short texts alone, as headings do."""
    texts = [cell for cell in row if cell != ""]
    return len(texts) > 1 and all(isinstance(t, str) and len(t) <= LONGEST_AGAIN for t in texts)


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
