"""Holding against each other what should agree: problems, lives, event log, archive, receipts.

Whoever gathers the facts leaves out what is younger than the ordinary lag between them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from hashlib import sha256


class Disagreement(StrEnum):
    """What does not agree; the codes are stable, programs and alert rules go by them."""

    LIFE_TERMINATED = "life_terminated"
    LIFE_CANCELED = "life_canceled"
    LIFE_FAILED = "life_failed"
    LIFE_TIMED_OUT = "life_timed_out"
    LIFE_RESET = "life_reset"
    LIFE_STARTED_TWICE = "life_started_twice"
    LIFE_MISSING = "life_missing"
    LIFE_STUCK = "life_stuck"
    LIFE_OVER_EARLY = "life_over_early"
    LIFE_NOT_OVER = "life_not_over"
    LIFE_DIFFERS = "life_differs"
    PROBLEM_MISSING = "problem_missing"
    EVENTS_MISSING = "events_missing"
    READ_MODEL_BEHIND = "read_model_behind"
    RECEIPT_NOT_IN_LOG = "receipt_not_in_log"
    RECEIPT_UNKNOWN = "receipt_unknown"
    ARCHIVE_MISSING = "archive_missing"
    ARCHIVE_CHANGED = "archive_changed"
    ARCHIVE_NOT_INDEXED = "archive_not_indexed"
    HISTORY_MISSING = "history_missing"
    HISTORY_BEHIND = "history_behind"
    STORE_BEHIND = "store_behind"
    EVENT_DIFFERS = "event_differs"
    EVIDENCE_MISSING = "evidence_missing"
    EVIDENCE_CHANGED = "evidence_changed"
    PAPER_CHANGED = "paper_changed"
    MOVE_UNTOLD = "move_untold"
    CONTACT_DIFFERS = "contact_differs"
    RULES_CHANGED = "rules_changed"

    @property
    def label(self) -> str:
        """What it is, as an operator reads it."""
        return _LABELS[self]


_LABELS = {
    Disagreement.LIFE_TERMINATED: "办理流程被强行终止，时限不再计算",
    Disagreement.LIFE_CANCELED: "办理流程被取消，时限不再计算",
    Disagreement.LIFE_FAILED: "办理流程异常结束，时限不再计算",
    Disagreement.LIFE_TIMED_OUT: "办理流程超时结束，时限不再计算",
    Disagreement.LIFE_RESET: "办理流程被重置过",
    Disagreement.LIFE_STARTED_TWICE: "同一问题另行启动过办理流程",
    Disagreement.LIFE_MISSING: "问题在办，服务器上没有办理流程",
    Disagreement.LIFE_STUCK: "办理流程停住，反复重试不能前进",
    Disagreement.LIFE_OVER_EARLY: "办理流程已结束，数据库中问题仍在办",
    Disagreement.LIFE_NOT_OVER: "数据库中问题已办结，办理流程仍在运行",
    Disagreement.LIFE_DIFFERS: "办理流程与数据库所记的阶段、级别或时限不同",
    Disagreement.PROBLEM_MISSING: "有办理流程，数据库中没有该问题",
    Disagreement.EVENTS_MISSING: "事件记录缺号",
    Disagreement.READ_MODEL_BEHIND: "问题列表与事件记录不一致",
    Disagreement.RECEIPT_NOT_IN_LOG: "回执已登记，事件记录中没有",
    Disagreement.RECEIPT_UNKNOWN: "事件记录中的回执，收件箱中没有",
    Disagreement.ARCHIVE_MISSING: "归档文件缺失",
    Disagreement.ARCHIVE_CHANGED: "归档文件被改动",
    Disagreement.ARCHIVE_NOT_INDEXED: "归档文件夹中的文件没有列入索引",
    Disagreement.HISTORY_MISSING: "问题已办结，服务器和归档中都没有其历史记录",
    Disagreement.HISTORY_BEHIND: "办理流程缺少数据库已记录的事件",
    Disagreement.STORE_BEHIND: "数据库缺少办理流程已登记的事件",
    Disagreement.EVENT_DIFFERS: "同一编号的事件，办理流程与数据库所记不同",
    Disagreement.EVIDENCE_MISSING: "材料的文件缺失",
    Disagreement.EVIDENCE_CHANGED: "材料的文件与收到时不同",
    Disagreement.PAPER_CHANGED: "收件箱中的内容与收到时不同",
    Disagreement.MOVE_UNTOLD: "记录的现状与其变动记录不符",
    Disagreement.CONTACT_DIFFERS: "联系人与其变动记录不符",
    Disagreement.RULES_CHANGED: "口径或放假安排的内容与其哈希不符",
}

SEEN_BY_READING = frozenset(
    {
        Disagreement.HISTORY_BEHIND,
        Disagreement.STORE_BEHIND,
        Disagreement.EVENT_DIFFERS,
        Disagreement.ARCHIVE_CHANGED,
        Disagreement.EVIDENCE_MISSING,
        Disagreement.EVIDENCE_CHANGED,
        Disagreement.PAPER_CHANGED,
    }
)
"""What only a look into histories and files may find: it stays named until a problem was looked into again."""


class RunState(StrEnum):
    """How a run of a life stands, as the server tells it."""

    RUNNING = "running"
    COMPLETED = "completed"
    CONTINUED = "continued"
    TERMINATED = "terminated"
    CANCELED = "canceled"
    FAILED = "failed"
    TIMED_OUT = "timed_out"


class RunOrigin(StrEnum):
    """How a run came to be."""

    BEGUN = "begun"
    WENT_ON = "went_on"
    REOPENED = "reopened"
    RESTORED = "restored"
    RESET = "reset"
    BEGUN_AGAIN = "begun_again"


_BROKEN_OFF = {
    RunState.TERMINATED: Disagreement.LIFE_TERMINATED,
    RunState.CANCELED: Disagreement.LIFE_CANCELED,
    RunState.FAILED: Disagreement.LIFE_FAILED,
    RunState.TIMED_OUT: Disagreement.LIFE_TIMED_OUT,
}
GOING_ON = frozenset({RunState.RUNNING, RunState.CONTINUED, RunState.COMPLETED})
"""A life whose newest run is one of these was not lost."""
_STRANGE = {
    RunOrigin.RESET: Disagreement.LIFE_RESET,
    RunOrigin.BEGUN_AGAIN: Disagreement.LIFE_STARTED_TWICE,
}


@dataclass(frozen=True, slots=True)
class Run:
    """One run of a life; `shown` is its stage, level and due instant as far as the server shows them.

    `young` when it began or ended so lately that the store may not know yet.
    """

    run_id: str
    state: RunState
    origin: RunOrigin = RunOrigin.BEGUN
    shown: tuple[str, int, datetime | None] | None = None
    young: bool = False


@dataclass(frozen=True, slots=True)
class Kept:
    """What the store keeps of a problem: read model and event log.

    `seq` is None where only events are there. `archived` when any run of it is in the archive's index.
    """

    problem_no: str
    seq: int | None
    ended: bool = False
    shown: tuple[str, int, datetime | None] = ("", 0, None)
    events: int = 0
    last_event: int = 0
    archived: bool = False
    young: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Difference:
    """One thing that does not agree, of one problem; `detail` names the run, file or receipt."""

    code: Disagreement
    problem_no: str
    detail: str = ""

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        named = f"（{self.detail}）" if self.detail else ""
        of_problem = f"{self.problem_no}：" if self.problem_no else ""
        return f"{of_problem}{self.code.label}{named}"


@dataclass(frozen=True, slots=True, order=True)
class Unseen:
    """What could not be looked at, of one problem, and why; it is not said to agree."""

    problem_no: str
    why: str

    @property
    def words(self) -> str:
        """Say it in a sentence."""
        return f"{self.problem_no}：{self.why}" if self.problem_no else self.why


@dataclass(frozen=True, slots=True)
class Beside:
    """What belongs to a problem beside its records: archived runs and papers, as far as counting tells."""

    archived: tuple[str, ...] = ()
    papers: int = 0


def state_of(problem: Kept | None, runs: Sequence[Run], beside: Beside) -> str:
    """Give what is seen of a problem without reading: while it is the same, nothing was added to it."""
    records = problem and replace(problem, young=False)
    told = (records, [(run.run_id, run.state, run.origin) for run in runs], beside)
    return sha256(repr(told).encode()).hexdigest()


def disagreements(kept: Iterable[Kept], lives: Mapping[str, Sequence[Run]]) -> Iterator[Difference]:
    """Hold problems and lives against each other, both ways; runs of a life are oldest first."""
    known = set()
    for problem in kept:
        known.add(problem.problem_no)
        yield from _within_the_store(problem)
        yield from _of_life(problem, lives.get(problem.problem_no, ()))
    for problem_no, runs in lives.items():
        if problem_no not in known and not runs[-1].young:
            yield Difference(Disagreement.PROBLEM_MISSING, problem_no, runs[-1].run_id)


def _within_the_store(problem: Kept) -> Iterator[Difference]:
    if problem.events != problem.last_event:
        told = f"{problem.last_event}号以前只有{problem.events}条"
        yield Difference(Disagreement.EVENTS_MISSING, problem.problem_no, told)
    if problem.seq != problem.last_event:
        there = "没有该问题" if problem.seq is None else f"列表记到{problem.seq}号"
        told = f"{there}，事件记到{problem.last_event}号"
        yield Difference(Disagreement.READ_MODEL_BEHIND, problem.problem_no, told)


def _of_life(problem: Kept, runs: Sequence[Run]) -> Iterator[Difference]:
    if not runs:
        if not problem.ended and not problem.young:
            yield Difference(Disagreement.LIFE_MISSING, problem.problem_no)
        elif problem.ended and not problem.archived:
            yield Difference(Disagreement.HISTORY_MISSING, problem.problem_no)
        return
    for run in not_answered_for(runs):
        if run.origin in _STRANGE:
            yield Difference(_STRANGE[run.origin], problem.problem_no, run.run_id)
    newest = runs[-1]
    code = _BROKEN_OFF.get(newest.state) or _of_two_ends(problem, newest)
    if code is not None:
        yield Difference(code, problem.problem_no, newest.run_id)


def not_answered_for(runs: Sequence[Run]) -> Sequence[Run]:
    """Give the runs from the newest one on that two persons have begun; what was before was seen by them."""
    restored = (place for place, run in enumerate(runs) if run.origin is RunOrigin.RESTORED)
    return runs[max(restored, default=0) :]


def _of_two_ends(problem: Kept, newest: Run) -> Disagreement | None:
    """Compare a life that was left alone with what the store holds of it."""
    if problem.young or newest.young:
        return None
    running = newest.state is not RunState.COMPLETED
    if running and problem.ended:
        return Disagreement.LIFE_NOT_OVER
    if not running and not problem.ended:
        return Disagreement.LIFE_OVER_EARLY
    if running and newest.shown is not None and not _same(newest.shown, problem.shown):
        return Disagreement.LIFE_DIFFERS
    return None


def _same(shown: tuple[str, int, datetime | None], kept: tuple[str, int, datetime | None]) -> bool:
    """Compare to the second; while it is undecided whose a problem is, the store names no date."""
    if shown[:2] != kept[:2]:
        return False
    if kept[2] is None:
        return True
    return shown[2] is not None and abs(shown[2] - kept[2]).total_seconds() < 1
