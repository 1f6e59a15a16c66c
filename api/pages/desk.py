"""The desk: what an officer has to do now, in order of consequence, and what nobody may forget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageStaff
from api.gated_route import GatedRoute
from api.pages.frame import page
from api.pages.given_back import Back, back_to
from domain.commands import ApproveAct, ApproveClosure
from domain.local_time import day_of, midnight_ending
from domain.problem import Problem
from domain.roles import SUPERVISORS, Role
from domain.stages import Fact, Light, Stage
from domain.urgency import Urgency
from domain.words.dates import standing
from domain.words.days import time_left
from office.caller import Caller
from office.desk.district_rows import DistrictRow, district_rows
from office.desk.duties import OurDuty, owed
from office.ports import Services
from office.typed import Line
from store import proposals
from store.lives import lists
from store.lives.lists import ProblemFilter
from store.lives.waiting import unnumbered
from store.mail import late_returns, letters, notice_log, vacancies
from store.mail.letters import LetterKind
from store.proposals import ProposalState
from store.registers import contacts
from store.tables import ContactRow, ExistingListRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
SHOWN = 8
"""So many rows a group shows; its link leads to the rest."""

WHOLE = 300
"""So many rows a group shows that was asked for alone."""

_PATIENCE = timedelta(minutes=30)
_INSTANT = timedelta(seconds=1)
_OPEN = (
    Stage.REGISTERED,
    Stage.AWAITING_FEEDBACK,
    Stage.UNDER_REVIEW,
    Stage.RECTIFYING,
    Stage.AWAITING_REVISIT,
    Stage.CLOSED,
)


@dataclass(frozen=True, slots=True)
class DueGroup:
    """Problems whose districts owe an answer by a day: the first rows, how many there are, where they are."""

    name: str
    label: str
    rows: list[DistrictRow]
    total: int
    address: str


@router.get("/")
async def desk(
    services: Ours, caller: PageStaff, back: Back, only: Annotated[Line, Query()] = ""
) -> Response:
    """Show what is to be done now, what falls due, and what waits for whom; `only` one group, whole.

    An administrator handles no problems; what waits for him stands with calendar and policy.
    """
    if caller.role is Role.ADMINISTRATOR:
        return back_to("/rule-changes", back.code)
    now = services.clock()
    return page(
        services,
        caller,
        "desk.html",
        **await _counted(services, now),
        **await _ours(services, caller, only),
        **await _theirs(services, now),
        **await _listed(services),
        **await _unheard(services, now),
        limit=WHOLE if only else SHOWN,
        only=only,
        supervisor=caller.role in SUPERVISORS,
        flash=back.flash,
    )


async def _counted(services: Services, now: datetime) -> dict[str, object]:
    """Count the problems by stage."""
    async with services.db.reading() as session:
        counts = await lists.counts(session, now)
    bars = [(stage, counts.by_stage.get(stage, 0)) for stage in _OPEN]
    longest = max(1, *(number for _, number in bars))
    return {"counts": counts, "bars": bars, "longest": longest}


async def _ours(services: Services, caller: Caller, only: str) -> dict[str, object]:
    """Give what the bureau owes, the most urgent first, and apart what a second person decides."""
    ours = await owed(services)
    async with services.db.reading() as session:
        unapproved = await contacts.waiting(session)
        brought = await proposals.in_state(session, ExistingListRow, ProposalState.PROPOSED)
    proposed = brought if caller.role in OFFICE else []
    groups = [group for group in ours.groups if only in {"", group[0].name.lower()}]
    return {
        "groups": [group for group in groups if only or group[0] <= Urgency.TODAY],
        "later": [group for group in groups if group[0] > Urgency.TODAY],
        "owed": len(ours.alone),
        "on_their_way": ours.on_their_way,
        "unread": ours.unread,
        "approvals": ours.approvals,
        "unapproved": unapproved,
        "proposed_lists": [(row, _may_settle(row, caller)) for row in proposed],
        "contacts_mine": sum(_may_decide(row, caller) for row in unapproved),
        "mine": lambda duty: _may_approve(duty, caller),
        "late_here": sum(duty.light is Light.RED for duty in ours.alone),
    }


async def _theirs(services: Services, now: datetime) -> dict[str, object]:
    """Give what the districts owe: by today, what is overdue, and by tomorrow."""
    # The instant that ends a day is itself the due instant of what falls due on it.
    today_ends = midnight_ending(day_of(now)) + _INSTANT
    tomorrow_ends = today_ends + timedelta(days=1)
    today = ProblemFilter(due_after=now, due_before=today_ends)
    late = ProblemFilter(overdue=True, now=now)
    tomorrow = ProblemFilter(due_after=today_ends - _INSTANT, due_before=tomorrow_ends)
    due = [
        await _due(services, "today", "区县今日到期", today, "/problems?only=soon"),
        await _due(services, "overdue", "区县已逾期", late, "/problems?only=overdue"),
        await _due(services, "tomorrow", "区县明日到期", tomorrow, "/problems?only=soon"),
    ]
    return {
        "due": due,
        "due_today": due[0].total,
        "hours_left": time_left(midnight_ending(day_of(now)), now),
    }


async def _due(
    services: Services, name: str, label: str, wanted: ProblemFilter, address: str
) -> DueGroup:
    async with services.db.reading() as session:
        found = await lists.page(session, wanted, limit=SHOWN, with_total=True)
    rows = await district_rows(services, found.rows)
    return DueGroup(name, label, rows, found.total or 0, address)


async def _listed(services: Services) -> dict[str, object]:
    """Give what was listed and has no number of the list yet, the newest first."""
    async with services.db.reading() as session:
        rows, total = await unnumbered(session, SHOWN)
    reason = {fact.value: fact.label for fact in Fact}
    return {"unnumbered": rows, "unnumbered_total": total, "fact": reason}


async def _unheard(services: Services, now: datetime) -> dict[str, object]:
    """Give the problems of which nobody is proved to know, and the mail that goes nowhere."""
    async with services.db.reading() as session:
        unproven = await notice_log.unproven(session, now - _PATIENCE, limit=SHOWN)
        failed = await notice_log.undeliverable(session, limit=SHOWN)
        backlog = await notice_log.backlog(session, now)
        written = await letters.waiting(session, limit=SHOWN)
        written_total = await letters.count_waiting(session)
        vacant = await vacancies.vacancies(session, now)
        late = await late_returns.count_waiting(session)
    stuck = backlog.oldest_at is not None and now - backlog.oldest_at > _PATIENCE
    return {
        "unproven": [_unproven(problem, now) for problem in unproven if not _is_owed(problem)],
        "failed": failed,
        "stuck": backlog if stuck else None,
        "letters": written,
        "letters_total": written_total,
        "vacant": vacant,
        "late_returns": late,
        "letter_kind": lambda row: LetterKind(row.kind).label,
    }


_APPROVING = ApproveClosure.may & ApproveAct.may


def _may_approve(duty: OurDuty, caller: Caller) -> bool:
    return caller.actor.id not in duty.proposers and caller.role in _APPROVING


def _may_decide(row: ContactRow, caller: Caller) -> bool:
    return caller.actor.id != row.entered_by and caller.role in SUPERVISORS


def _may_settle(row: ExistingListRow, caller: Caller) -> bool:
    return caller.actor.id != row.proposed_by and caller.role in SUPERVISORS


def _is_owed(problem: Problem) -> bool:
    """Say whether its service is a duty of the bureau, which stands among the others."""
    return problem.open_round is not None and problem.open_round.needs_proof


def _unproven(problem: Problem, now: datetime) -> tuple[Problem, str, bool]:
    """Give a problem, how long its round has, and whether a consequence already waits for proof."""
    round_ = problem.open_round
    if round_ is None:
        raise ValueError("only an open round can lack proof of service")
    return problem, standing(problem, round_, now, None).left, round_.held_at is not None
