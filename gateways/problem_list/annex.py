"""Read a filled annex form 整改表: what a district says of each problem, as its own form would have it.

What is said in the two free columns of the plan is taken apart only where it says one thing; what
is not clear stays empty, and the form's model asks for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from domain.catalogues import penalty_outcomes, referrals
from domain.commands.values import RectificationState
from gateways.problem_list.cells import LostDigits, is_blank, key_of, text_of
from gateways.problem_list.columns_told import REMARK
from gateways.problem_list.days import day_in, day_said
from gateways.problem_list.entries import Entry
from gateways.problem_list.errors import ListError
from gateways.problem_list.headings import LABELS, heading_key
from gateways.problem_list.layout import Table, find_tables
from gateways.problem_list.report import ColumnRead, Reading, Unread
from gateways.problem_list.workbook import Broken, Cell, Sheet, content_of, read_sheets

NUMBER = LABELS["problem_no"]
RECTIFICATION, PENALTY = "整改情况", "是否立案处罚"
PROMISED, DOCUMENT = "承诺完成日期", "处罚文号"
AMOUNT, GROUND = "罚款金额（元）", "依据或理由"
REFERRAL, REFERRAL_NO = "处罚并移送", "移送文书编号"
FORM_COLUMNS = {
    RECTIFICATION: "text",
    PENALTY: "penalty",
    PROMISED: "promised_on",
    DOCUMENT: "penalty_document_no",
    AMOUNT: "penalty_amount",
    GROUND: "penalty_ground",
    REFERRAL: "referral",
    REFERRAL_NO: "referral_document_no",
}

OF_LISTS = {"hidden_rows", "unknown_date_column", "own_feedback_date"}
"""What is said of a list and means nothing for a form; a form's hidden rows are told one by one."""

NOT_ENTERED = "未录入（原件留存）"
"""What becomes of a column that the form does not have."""

HEAD = re.compile(r"填报人:(?P<filled_by>.*?)联系电话:(?P<telephone>[^:]*)$")
PIECES = re.compile(r"[，,。；;：:\n]")
NOT_YET = re.compile(
    r"(?:未|没有|尚未|暂未)(?:开始|启动|开展|进行|实施)?整改$|(?:未|尚未)(?:开始|启动)"
)
UNDER_WAY = re.compile(
    r"(?:正在|持续|继续|抓紧|推进).{0,4}整改|整改(?:中|正在|推进)|(?:未|没有|未能)(?:全部)?(?:完成|整改到位)"
    r"|(?:预计|计划|承诺|拟|将|力争|确保).*(?:完成|整改)|(?:部分|基本|大部分?|阶段性)(?:完成|整改)"
    r"|(?<!\d)\d{1,2}(?:\.\d+)?[%％]|(?:仍|还|尚)(?:有|存在|未|需)|(?:整改|治理|施工|推进)中$"
)
FINISHED = re.compile(
    r"(?:已|全部)?完成(?:全部)?整改|整改(?:已|全部)*(?:完成|完毕|到位)|已(?:全部)?整改"
    r"|^(?:均|已|全部|都)*(?:完成|办结|落实|整改)(?:到位|完毕)?$"
)
PERCENT = re.compile(r"(?<!\d)\d{1,2}(?:\.\d+)?[%％]")
UNFINISHED = re.compile(r"(?:仍|还|尚)(?:有|存在|未|需)")
"""What leaves it open whether all is done: the form's model asks."""
DAY_SAID = re.compile(r"\d{4}\s*[年./-]\s*\d{1,2}\s*[月./-]\s*\d{1,2}\s*日?")
IN_BRACKETS = re.compile(r"^[是否]?\((?P<why>.*?)\)(?=,|$)")
FINE = re.compile(r"罚款(?P<amount>[\d.,]+)元")
NUMBERED = re.compile(r"文号:(?P<number>.+?)(?:,罚款|$)")


@dataclass(frozen=True, slots=True)
class AnnexRow:
    """One problem of the form: what names it, and `typed` under the names of the district's form."""

    sheet: str
    row: int
    problem_no: str
    district: str
    enterprise: str
    description: str
    typed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ReadAnnex:
    """The answered problems of a workbook; rows that nobody filled in stand in `reading.unread`."""

    rows: tuple[AnnexRow, ...]
    reading: Reading


def read_annex(path_or_bytes: Path | str | bytes) -> ReadAnnex:
    """Read a filled form; raises ListError, `not_an_annex` where no sheet has the form's columns."""
    sheets = read_sheets(content_of(path_or_bytes))
    tables, left = find_tables(sheets)
    forms = [table for table in tables if has_form_columns(table)]
    if not forms:
        message = (
            f"不是整改表：没有“{RECTIFICATION}”和“{PENALTY}”两列。问题清单请在“问题清单”处导入。"
        )
        raise ListError("not_an_annex", message)
    heads = {sheet.name: head_of(sheet) for sheet in sheets}
    rows: list[AnnexRow] = []
    unread = [*left, *(row for table in forms for row in table.passed)]
    for table in forms:
        for entry in table.entries:
            row = row_of(table.sheet, entry, heads[table.sheet])
            if entry.number in table.hidden:
                why = "该行被隐藏或筛选"
                unread.append(Unread(table.sheet, entry.number, row.enterprise, why))
            elif any(said(entry, heading) for heading in FORM_COLUMNS):
                rows.append(row)
            else:
                why = f"{RECTIFICATION}和{PENALTY}均未填写"
                unread.append(Unread(table.sheet, entry.number, row.enterprise, why))
    columns = tuple(as_form_column(column) for table in forms for column in table.columns)
    notes = tuple(n for table in forms for n in table.notes if n.note.code not in OF_LISTS)
    return ReadAnnex(tuple(rows), Reading(columns, tuple(unread), notes))


def as_form_column(column: ColumnRead) -> ColumnRead:
    """Say of one of the form's own columns that it was read as itself."""
    own = {heading_key(heading): heading for heading in FORM_COLUMNS}
    others = NOT_ENTERED if column.read_as == REMARK else column.read_as
    return replace(column, read_as=own.get(heading_key(column.heading), others))


def has_form_columns(table: Table) -> bool:
    """Say whether a table has both columns that a district fills in."""
    names = {heading_key(column.heading) for column in table.columns}
    return {heading_key(RECTIFICATION), heading_key(PENALTY)} <= names


def is_filled_annex(table: Table) -> bool:
    """Say whether a table is the annex with answers in it, and no list: it tells of no transfer."""
    return has_form_columns(table) and any(
        said(entry, RECTIFICATION) and not entry.values.keys() & {"transferred_on", "document_no"}
        for entry in table.entries
    )


def head_of(sheet: Sheet) -> tuple[str, str]:
    """Return who filled the form in and the telephone, from its head line; empty where not said."""
    for row in sheet.rows[:10]:
        found = HEAD.search(key_of("".join(map(plain, row))))
        if found:
            return found["filled_by"].strip("_"), found["telephone"].strip("_")
    return "", ""


def plain(cell: Cell) -> str:
    """Return a cell as text, nothing for one that holds no value that can be trusted."""
    if isinstance(cell, Broken):
        return ""
    try:
        return "" if is_blank(cell) else text_of(cell)
    except LostDigits:
        return ""


def said(entry: Entry, heading: str) -> str:
    """Return what a row says under one of the form's headings."""
    wanted = heading_key(heading)
    for name, cell in entry.remarks.items():
        if heading_key(name) == wanted:
            return plain(cell)
    return ""


def row_of(sheet: str, entry: Entry, head: tuple[str, str]) -> AnnexRow:
    """Return what one row says, taken apart for the district's form."""
    own = {name: said(entry, heading) for heading, name in FORM_COLUMNS.items()}
    text, penalty = own["text"], taken_apart(own.pop("penalty"))
    own["referral"] = sent_to(own["referral"])
    own["promised_on"] = promised(own["promised_on"])
    state = state_in(text)
    if state == RectificationState.IN_PROGRESS and not own["promised_on"]:
        own["promised_on"] = promised_in(text)
    filled = {name: own.get(name) or penalty.get(name, "") for name in {*own, *penalty}}
    values = {field: plain(cell) for field, cell in entry.values.items()}
    return AnnexRow(
        sheet,
        entry.number,
        values.get("problem_no", ""),
        values.get("district", ""),
        values.get("enterprise", ""),
        values.get("description", ""),
        filled | {"state": state, "filled_by": head[0], "telephone": head[1]},
    )


def state_in(text: str) -> str:
    """Return the state that the first telling clause says, as the form's code, or nothing."""
    clauses = [piece.strip() for piece in PIECES.split(text)]
    for state in RectificationState:
        if text.startswith(state.label) and not PERCENT.search(clauses[0]):
            return state.value
    for clause in clauses:
        if NOT_YET.search(clause):
            return RectificationState.NOT_BEGUN.value
        if UNDER_WAY.search(clause):
            return RectificationState.IN_PROGRESS.value
        if FINISHED.search(clause):
            return "" if any(map(UNFINISHED.search, clauses)) else RectificationState.DONE.value
    return ""


def promised_in(text: str) -> str:
    """Return the one full day that a text names, or nothing where it names none or several.

    A clause that names the end of a month names its last day.
    """
    days = {day for found in DAY_SAID.findall(text) if (day := day_in(found))}
    if not days:
        clauses = (day_said(piece, due=True) for piece in PIECES.split(text))
        days = {told[0] for told in clauses if told is not None}
    return days.pop().isoformat() if len(days) == 1 else ""


def promised(text: str) -> str:
    """Return the day that the form's own column says, in whatever words; else the words themselves."""
    told = day_said(text, due=True) if text else None
    return told[0].isoformat() if told else text


def sent_to(text: str) -> str:
    """Return the code of where a case is sent; a text that says something else stays, to be refused."""
    found = referrals.find(text) if text else None
    return found.code if found else text


def taken_apart(text: str) -> dict[str, str]:
    """Return outcome, document number, fine and reason from what stands under 是否立案处罚."""
    key = key_of(text)
    outcome = next(filter(None, map(penalty_outcomes.find, candidates(key))), None)
    fine = FINE.search(key)
    pieces = re.split(r"[，,；;]", IN_BRACKETS.sub("", key_of(text), count=1))
    reasons = [one for one in pieces[1:] if one and not re.match(r"文号:|罚款[\d.]", one)]
    return {
        "penalty_outcome": outcome.code if outcome else "",
        "penalty_document_no": text_number(text) if NUMBERED.search(key) else "",
        "penalty_amount": fine["amount"] if fine else "",
        "penalty_ground": "，".join(reasons) if outcome else "",
    }


def candidates(key: str) -> list[str]:
    """Return the readings to try: the whole, what stands in brackets, the part before a comma."""
    found = IN_BRACKETS.match(key)
    first = key.partition(",")[0]
    return [word for word in (key, found["why"] if found else "", first, first[1:]) if word]


def text_number(text: str) -> str:
    """Return the document's number as it was written behind 文号."""
    found = re.search(r"文号[:：]\s*(.+?)(?:[，,]\s*罚款|$)", text)
    return found[1].strip() if found else ""
