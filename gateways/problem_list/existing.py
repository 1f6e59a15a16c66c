"""Running problems 既有问题: what a list says of what has happened so far, read as recorded facts.

The columns are found by how they are named, a grammar like that of the other headings. They stay
remarks of the problem as well, so that nothing is lost of what could not be read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from domain.commands import BroughtIn, RectificationState
from domain.roles import Actor
from gateways.problem_list.cells import key_of
from gateways.problem_list.days import day_said
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import ANY_BRACKETS, LABELS, heading_key
from gateways.problem_list.reading import ReadList, refuse_read
from gateways.problem_list.refusals import OWN_FEEDBACK_DATE, shown
from gateways.problem_list.rows import ListRow
from gateways.problem_list.standing_words import is_placeholder

_DAY = r"(?:的)?(?:日期|时间|日)"
_DUE = r"(?:的)?(?:时限|期限|限期|日期|时间)"
_HOW = r"(?:的)?(?:情况|结果|结论|意见|状态)"
_BACK = r"(?:反馈|回复|答复|回函|复函)"

FACTS = {
    "served_on": "送达日期",
    "answered_on": "反馈日期",
    "answered": "是否反馈",
    "state": "整改进度",
    "answer": "反馈内容",
    "accepted": "审核（验收）情况",
    "promised_on": "承诺整改时限",
    "granted_by": "同意延期的单位",
    "listed": "督察清单记载",
    "points": "扣分记载",
    "closed": "销号情况",
}
"""What may have happened to a running problem, and how its column is called."""

NAMED = {
    "served_on": re.compile(
        rf"(?:文书|移交函?|交办函?|函件|通知书?|区县)?(?:送达|签收|收到|收函|接收|收文){_DAY}"
    ),
    "answered_on": re.compile(rf"(?:区县|属地)?(?:书面)?{_BACK}(?:结果|情况|意见)?{_DAY}"),
    "answered": re.compile(
        rf"(?:区县|属地)?(?:是否|有无)(?:已|按时|按期)?{_BACK}|{_BACK}(?:与否|状态)"
    ),
    "state": re.compile(
        r"(?:是否|有无)(?:已)?(?:完成)?(?:整改|办结)(?:完成|到位)?|是否完成"
        r"|(?:整改|办理|完成)(?:状态|进度|完成情况|阶段)"
    ),
    "answer": re.compile(
        rf"(?:区县|属地)?{_BACK}(?:内容|情况|结果|意见)|(?:处置|办理|整改|整改落实|落实)(?:结果|情况|进展|进展情况)"
        r"|(?:处理)?处罚(?:情况|结果)|(?:采取的?)?整改措施"
    ),
    "accepted": re.compile(
        rf"(?:市级|现场)?(?:验收|审核|核查|复核|核实){_HOW}|是否(?:通过)?(?:验收|审核)(?:通过)?"
    ),
    "promised_on": re.compile(
        rf"(?:整改)?(?:延期|延长|顺延)(?:整改|办理)?(?:情况|说明)?|"
        rf"(?:区县|企业)?(?:承诺|约定|商定)(?:完成)?(?:整改)?(?:完成)?{_DUE}"
        rf"|(?:同意|批准|申请)?(?:延期|延长|顺延)(?:整改|办理)?(?:后)?(?:的)?(?:整改)?(?:至|到|{_DUE})"
    ),
    "granted_by": re.compile(r"(?:延期|延长|承诺)?(?:批准|同意|审批)(?:人|单位|部门|机关|处室)"),
    "listed": re.compile(
        r"(?:是否)?(?:拟)?(?:列入|纳入)?(?:督察|督办)(?:问题)?清单(?:的)?(?:编号|序号|号|情况|日期|时间)?"
        r"|督办(?:编号|情况|层级|级别|等级)"
    ),
    "points": re.compile(r"(?:是否)?(?:已)?(?:考核)?(?:扣分|计分)(?:情况|分值|数|值|记录)?"),
    "closed": re.compile(rf"(?:是否)?(?:已)?销号(?:{_DAY}|{_HOW})?"),
}
"""How each is named, tried on the whole heading without its brackets."""

_PENDING = re.compile(r"^(?:未|尚未|待|暂未|正在)")
_AGAINST = re.compile(r"(?:未|不|没有)(?:予)?(?:通过|合格|到位|属实|同意|完成)|退回|不严不实|^否$")
_IN_FAVOUR = re.compile(r"通过|合格|到位|属实|同意|^是$|^已(?:验收|审核|核查|核实)$|^√$")
_DONE = re.compile(
    r"已?(?:全部)?(?:完成整改|整改完成|整改到位|整改完毕)|^(?:已完成|已整改|完成|是|已办结|√)$"
)
_PART = re.compile(r"部分|基本|大部|阶段性|(?<!\d)\d{1,2}(?:\.\d+)?%|尚有|仍有|还有|剩余|其余")
_NOT_NEEDED = re.compile(r"(?:无需|不需|无须|不涉及)")
_NOT_DONE = re.compile(
    r"(?:未|尚未|没有|未能|不能)(?:按期|全部|完全)?(?:完成|整改|到位|办结)|尚|正在|整改中|推进|^(?:否|未|没有)$"
)
_NOT_BEGUN = re.compile(r"(?:未|尚未)(?:开始|启动)")
_YES = re.compile(r"^(?:是|有|√|已?按?[时期]?(?:反馈|回复|答复)|已)")
_CLOSED = re.compile(r"^(?:是|√|已销号|同意销号|销号|已)$|\d{4}")


def says_closed(text: str) -> bool:
    """Say whether what a column of closures says is that the problem is closed."""
    key = key_of(text)
    return _CLOSED.search(key) is not None and _PENDING.search(key) is None


def fact_of(heading: str) -> str | None:
    """Return what of a running problem a column tells, or None."""
    key = ANY_BRACKETS.sub("", heading_key(heading))
    return next((name for name, named in NAMED.items() if named.fullmatch(key)), None)


def state_said(text: str) -> RectificationState | None:
    """Return how far a rectification is by the words of a cell, None where they do not say."""
    if _NOT_NEEDED.search(text):
        return None
    if _NOT_BEGUN.search(text):
        return RectificationState.NOT_BEGUN
    if _NOT_DONE.search(text) or _PART.search(text):
        return RectificationState.IN_PROGRESS
    return RectificationState.DONE if _DONE.search(text) else None


class NotRunning(Exception):
    """A row cannot be brought in as it is; `error` says why."""

    def __init__(self, column: str, code: str, message: str) -> None:
        """Refuse a row for what stands in a column."""
        super().__init__(message)
        self.error = RowError(column, code, message)


def as_existing(read: ReadList, proposed_by: Actor, sha256: str, today: date) -> ReadList:
    """Return a list as one of running problems, proposed by the first person, kept under `sha256`."""
    rows: list[ListRow] = []
    refused = list(read.refused)
    first = BroughtIn(proposed_by=proposed_by, source_sha256=sha256)
    for row in read.rows:
        try:
            rows.append(_Told(row, first, today).row)
        except NotRunning as why:
            refused.append(refuse_read(row, why.error))
    columns = tuple(
        replace(one, read_as=f"既有情况：{FACTS[name]}") if (name := fact_of(one.heading)) else one
        for one in read.reading.columns
    )
    notes = tuple(one for one in read.reading.notes if not _is_answered(one.note))
    reading = replace(read.reading, columns=columns, notes=notes)
    return replace(
        read,
        rows=tuple(rows),
        refused=tuple(refused),
        reading=reading,
        proposed_by=proposed_by,
        source_sha256=sha256,
    )


def _is_answered(note: RowError) -> bool:
    """Say whether a note asks about a column that is read by now."""
    return note.code in (OWN_FEEDBACK_DATE, "unknown_date_column") and bool(fact_of(note.column))


@dataclass(slots=True)
class _Told:
    """What one row tells, read fact by fact, with what its reader should look at."""

    of: ListRow
    first: BroughtIn
    today: date
    cells: Mapping[str, Mapping[str, str]] = field(init=False)
    warnings: list[RowError] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Sort the remarks by what they tell; what only says that it holds nothing tells nothing."""
        cells: dict[str, dict[str, str]] = {}
        for heading, text in self.of.remarks.items():
            name = fact_of(heading)
            if name and text and not is_placeholder(text):
                cells.setdefault(name, {})[heading] = text
        self.cells = cells

    @property
    def row(self) -> ListRow:
        """The row with its facts; raises NotRunning."""
        if self.of.transferred_on is None:
            raise NotRunning(
                LABELS["transferred_on"], "missing", "既有问题须填移交日期，以便按当日计算时限"
            )
        self._demand_running()
        served_on, answered_on = self.of.served_on or self._passed("served_on"), self._answered_on()
        existing = replace(
            self.first,
            answered_on=answered_on,
            answer="；".join(self.cells.get("answer", {}).values()),
            state=self._state(),
            accepted=self._accepted(),
            promised_on=self._day("promised_on", answered_on or self.of.transferred_on),
            granted_by=self._text("granted_by"),
            listed=self._text("listed"),
            points=self._text("points"),
        )
        existing = self._agreed(existing)
        if served_on is None and answered_on is None:
            self._warn("", "service_unknown", "未填送达日期，时限以送达为准；当日已送达的请补填")
        kept = (one for one in self.of.warnings if not _is_answered(one))
        changes = {
            "existing": existing,
            "served_on": served_on,
            "served_by": self.of.served_by or ("原登记" if served_on else ""),
            "warnings": (*kept, *self.warnings),
        }
        return self.of.model_copy(update=changes)

    def _demand_running(self) -> None:
        for heading, text in self.cells.get("closed", {}).items():
            if says_closed(text):
                said = f"“{shown(text)}”：已销号的问题不是在办问题，未登记"
                raise NotRunning(heading, "existing_closed", said)

    def _answered_on(self) -> date | None:
        day = self._passed("answered_on")
        said = self.cells.get("answered", {})
        yes = next((h for h, text in said.items() if _YES.search(key_of(text))), None)
        if day is None and yes is not None:
            raise NotRunning(yes, "answered_without_day", "已反馈的请填反馈日期")
        if day is None and self.cells.get("answer"):
            self._warn(
                "", "answered_without_day", "有反馈内容而未填反馈日期，按尚未反馈登记；请核对"
            )
        return day

    def _agreed(self, existing: BroughtIn) -> BroughtIn:
        """Take the list's own date for agreed where an answer was accepted as under way."""
        own, under_way = self.of.rectification_due_on, existing.state is not RectificationState.DONE
        if existing.promised_on or not (own and existing.accepted and under_way):
            return existing
        said = f"反馈已审核通过、整改未完成，以整改时限{own}为承诺完成日期；请核对"
        self._warn(LABELS["rectification_due_on"], "own_date_agreed", said)
        return replace(existing, promised_on=own)

    def _state(self) -> RectificationState | None:
        said, answers = self.cells.get("state", {}), self.cells.get("answer", {}).items()
        told = (*said.items(), *((h, text) for h, text in answers if "处罚" not in h))
        for _, text in told:
            state = state_said(key_of(text))
            if state is not None:
                return state
        for heading, text in said.items():
            self._warn(heading, "state_unread", f"“{shown(text)}”未读作整改进度；请核对")
        return None

    def _accepted(self) -> bool | None:
        for heading, text in self.cells.get("accepted", {}).items():
            said = key_of(text)
            if _AGAINST.search(said):
                return False
            if _IN_FAVOUR.search(said) and not _PENDING.search(said):
                return True
            self._warn(heading, "verdict_unread", f"“{shown(text)}”未读作审核结论，登记后请审核")
        return None

    def _passed(self, name: str) -> date | None:
        """Return a day that must lie between the transfer and today."""
        day = self._day(name, self.of.transferred_on)
        if day is not None and day > self.today:
            heading = next(iter(self.cells[name]))
            raise NotRunning(heading, "in_future", f"{FACTS[name]}{day}晚于今天；请核对")
        return day

    def _day(self, name: str, not_before: date | None) -> date | None:
        for heading, text in self.cells.get(name, {}).items():
            said = day_said(text, due=name == "promised_on")
            if said is None:
                self._warn(
                    heading, "day_unread", f"“{shown(text)}”未读作日期，已按备注保留；请核对"
                )
                continue
            if not_before and said[0] < not_before:
                what = f"{FACTS[name]}{said[0]}早于移交日期或反馈日期；请核对"
                raise NotRunning(heading, "date_not_plausible", what)
            if not said[1]:
                self._warn(heading, "day_understood", f"“{shown(text)}”按{said[0]}理解；请核对")
            return said[0]
        return None

    def _text(self, name: str) -> str:
        return "；".join(self.cells.get(name, {}).values())[:200]

    def _warn(self, column: str, code: str, message: str) -> None:
        self.warnings.append(RowError(column, code, message))
