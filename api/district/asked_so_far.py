"""What a district may ask for beside its answer, what it has asked for, and what came of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from api.district import probes
from api.district.frame import Side
from api.district.handing_in import would_refuse
from api.district.sessions import ProblemVisit
from domain import events as e
from domain.appeal_window import points_of
from domain.events import Recorded
from domain.local_time import day_of
from domain.problem import Deduction
from domain.stages import RoundKind, Stage
from domain.words.days import day_text
from office.rules.rules_of_a_life import rules_of
from store.district import inbox
from store.district.inbox import InboxState
from store.district.papers import AppealPaper, Paper, PaperKind
from store.lives import event_log
from store.tables import InboxRow

Decision = e.ExtensionDecided | e.ObjectionDecided | e.AppealDecided


@dataclass(frozen=True, slots=True)
class Asked:
    """One request as handed in; `status` in words, `tone` a colour's name, `answer` the reason."""

    row: InboxRow
    paper: Paper
    status: str
    tone: str
    answer: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Way:
    """One way beside the answer: where it leads, and how far it has come.

    `closed` says why nothing may be asked on it, where nothing was.
    """

    path: str
    title: str
    status: str = ""
    tone: str = ""
    closed: str = ""


async def requests(side: Side, visit: ProblemVisit, kind: PaperKind) -> list[Asked]:
    """Give what the district asked for on this problem, the last first."""
    async with side.services.db.reading() as session:
        rows = await inbox.of_problem(session, visit.link.problem_no)
        history = await event_log.timeline(session, visit.link.problem_no)
    own = [row for row in rows if row.district == visit.link.district and row.kind == kind]
    return [_asked(row, _decision_on(row, history)) for row in reversed(own)]


def _decision_on(row: InboxRow, history: Iterable[Recorded]) -> Recorded | None:
    return next(
        (
            one
            for one in history
            if isinstance(one.event, Decision) and one.event.receipt_id == row.receipt_id
        ),
        None,
    )


def _asked(row: InboxRow, decision: Recorded | None) -> Asked:
    paper, state = inbox.paper_of(row), InboxState(row.state)
    if state is InboxState.APPLIED and decision is not None:
        event = decision.event
        if isinstance(event, Decision):
            words, tone = _in_words(event)
            return Asked(row, paper, words, tone, event.reason, decision.at)
    if state is InboxState.APPLIED:
        return Asked(row, paper, "申诉中" if row.kind == PaperKind.APPEAL else "待答复", "yellow")
    tone = "done" if state is InboxState.RECEIVED else "orange"
    return Asked(row, paper, state.label, tone, refusal_words(row))


def _in_words(event: Decision) -> tuple[str, str]:
    if isinstance(event, e.ExtensionDecided):
        if event.until is not None and event.granted:
            return f"同意延至{day_text(event.until)}", "green"
        return "未同意", "orange"
    name = "异议" if isinstance(event, e.ObjectionDecided) else "申诉"
    return (f"{name}成立", "green") if event.upheld else (f"{name}不成立", "orange")


def refusal_words(row: InboxRow) -> str:
    """Say why a request was not taken; to whom a problem now belongs is not said."""
    if row.refusal_code == "wrong_district":
        return "问题已改由其他单位办理。"
    return row.refusal_message


def own_deductions(visit: ProblemVisit) -> list[Deduction]:
    """Give what of the problem's deductions is this district's to appeal."""
    return list(points_of(visit.problem, visit.link.district))


async def ways(side: Side, visit: ProblemVisit) -> list[Way]:
    """Give the ways beside the answer that make sense now, with their state."""
    found = []
    round_ = visit.problem.open_round
    own = visit.problem.district == visit.link.district
    if own and round_ is not None and round_.round_no == visit.link.round_no:
        extensions = [
            one
            for one in await requests(side, visit, PaperKind.EXTENSION)
            if one.row.round_no == round_.round_no
        ]
        found.append(await _open_way(side, visit, "extension", "申请延期", extensions))
        if visit.problem.stage is Stage.AWAITING_FEEDBACK and round_.kind is RoundKind.FEEDBACK:
            objections = await requests(side, visit, PaperKind.OBJECTION)
            found.append(await _open_way(side, visit, "objection", "管辖异议", objections))
    deductions = own_deductions(visit)
    if deductions:
        appeals = await requests(side, visit, PaperKind.APPEAL)
        found.append(_way("appeals", f"扣分申诉（本问题扣分{len(deductions)}项）", appeals))
    return found


async def _open_way(
    side: Side, visit: ProblemVisit, path: str, title: str, asked: list[Asked]
) -> Way:
    """Give a way on which something was asked, or may be; the rules say why it may not."""
    way = _way(path, title, asked)
    if asked:
        return way
    today = day_of(side.services.clock())
    paper = probes.extension(visit, today) if path == "extension" else probes.objection(visit)
    rules = await rules_of(side.services, visit.link.problem_no)
    refused = await would_refuse(side, visit, rules, "", paper)
    return way if refused is None else replace(way, closed=str(refused))


def _way(path: str, title: str, asked: list[Asked]) -> Way:
    last = asked[0] if asked else None
    return Way(f"/f/problem/{path}", title, last.status if last else "", last.tone if last else "")


def appeal_of(asked: Iterable[Asked], deduction: int) -> Asked | None:
    """Give the appeal of a deduction that counts: the one not refused at its delivery, if any."""
    own = [
        one
        for one in asked
        if isinstance(one.paper, AppealPaper) and one.paper.deduction == deduction
    ]
    standing = [one for one in own if one.row.state != InboxState.REFUSED]
    return next(iter(standing or own), None)
