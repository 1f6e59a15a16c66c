"""The desk: what an officer has to do now, what falls due, and what nobody may forget."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageStaff
from api.gated_route import GatedRoute
from api.pages.frame import page
from api.pages.given_back import Back, back_to
from api.pages.lists import shown
from domain.bureau import duties_of_bureau, owed_since_before, still_owed
from domain.commands import ApproveAct, ApproveClosure
from domain.events import BureauDuty
from domain.local_time import day_of, midnight_ending
from domain.problem import Problem
from domain.roles import SUPERVISORS, Role
from domain.rules import Rules
from domain.stages import Light, Stage
from domain.words.dates import bureau_left, standing
from office.caller import Caller
from office.ports import Services
from office.rules.rules_of_a_life import by_the_books
from store import proposals
from store.lives import lists
from store.lives.lists import ProblemFilter
from store.mail import late_returns, letters, notice_log, vacancies
from store.mail.letters import LetterKind
from store.proposals import ProposalState
from store.registers import contacts
from store.tables import ContactRow, ExistingListRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)
SHOWN = 10
_PATIENCE = timedelta(minutes=30)
_OPEN = (
    Stage.REGISTERED,
    Stage.AWAITING_FEEDBACK,
    Stage.UNDER_REVIEW,
    Stage.RECTIFYING,
    Stage.AWAITING_REVISIT,
    Stage.CLOSED,
)


@dataclass(frozen=True, slots=True)
class OurDuty:
    """One thing the bureau owes on a problem; `left` says in words how long it still has.

    `proposers` are those who proposed it, when a second person has to decide; `holds` says that a
    district waits for it with a date that holds meanwhile.
    """

    problem: Problem
    what: str
    due_on: date | None
    light: Light
    left: str
    proposers: tuple[str, ...]
    holds: bool = False


@router.get("/")
async def desk(services: Ours, caller: PageStaff, back: Back) -> Response:
    """Show what is to be done now, what falls due, and what waits for whom.

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
        **await _ours(services, caller, now),
        **await _theirs(services, now),
        **await _unheard(services, now),
        limit=SHOWN,
        flash=back.flash,
    )


async def _counted(services: Services, now: datetime) -> dict[str, object]:
    """Count the problems by stage."""
    async with services.db.reading() as session:
        counts = await lists.counts(session, now)
    bars = [(stage, counts.by_stage.get(stage, 0)) for stage in _OPEN]
    longest = max(1, *(number for _, number in bars))
    return {"counts": counts, "bars": bars, "longest": longest}


async def _ours(services: Services, caller: Caller, now: datetime) -> dict[str, object]:
    """Give what the bureau owes, the most urgent first, and apart what a second person decides."""
    async with services.db.reading() as session:
        ours = await lists.waiting_for_us(session)
        unapproved = await contacts.waiting(session)
        brought = await proposals.in_state(session, ExistingListRow, ProposalState.PROPOSED)
    proposed = brought if caller.role in OFFICE else []
    rules = await by_the_books(services, (judged for _, judged in ours))
    found = [duty for one, judged in ours for duty in _our_duties(one, now, rules[judged])]
    duties = sorted(found, key=_urgency)
    alone = [duty for duty in duties if not duty.proposers]
    return {
        "duties": alone,
        "approvals": [duty for duty in duties if duty.proposers],
        "unapproved": unapproved,
        "proposed_lists": [(row, _may_settle(row, caller)) for row in proposed],
        "contacts_mine": sum(_may_decide(row, caller) for row in unapproved),
        "mine": lambda duty: _may_approve(duty, caller),
        "late_here": sum(duty.light is Light.RED for duty in alone),
    }


async def _theirs(services: Services, now: datetime) -> dict[str, object]:
    """Give what the districts owe by tomorrow, and what is overdue."""
    tomorrow_ends = midnight_ending(day_of(now) + timedelta(days=1))
    # The instant that ends tomorrow is itself the due instant of what falls due tomorrow.
    soon = ProblemFilter(due_after=now, due_before=tomorrow_ends + timedelta(seconds=1))
    late = ProblemFilter(overdue=True, now=now)
    async with services.db.reading() as session:
        due = await lists.page(session, soon, limit=SHOWN, with_total=True)
        overdue = await lists.page(session, late, limit=SHOWN, with_total=True)
    return {
        "due": await shown(services, due.rows),
        "due_total": due.total,
        "overdue": await shown(services, overdue.rows),
        "overdue_total": overdue.total,
    }


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
        "unproven": [_unproven(problem, now) for problem in unproven],
        "failed": failed,
        "stuck": backlog if stuck else None,
        "letters": written,
        "letters_total": written_total,
        "vacant": vacant,
        "late_returns": late,
        "letter_kind": lambda row: LetterKind(row.kind).label,
    }


def _our_duties(problem: Problem, now: datetime, rules: Rules | None) -> Iterator[OurDuty]:
    if problem.stage is Stage.REGISTERED:
        yield OurDuty(problem, "移交区县", None, Light.BLUE, "待移交", ())
    if rules is None:
        yield from _undated(problem)
        return
    # Two registers owed by the same day are one thing to do.
    once = {
        (o.duty, o.ref if o.duty is BureauDuty.PROPOSAL else o.due_on): o
        for o in still_owed(problem, rules)
    }
    for due in once.values():
        light, left = bureau_left(due.due_on, now)
        proposers = tuple(_proposers(problem, due.duty, due.ref))
        asked = due.duty in _ASKED
        yield OurDuty(problem, due.duty.label, due.due_on, light, left, proposers, holds=asked)


def _undated(problem: Problem) -> Iterator[OurDuty]:
    """Give what is owed where the rules of the life are unknown, and so by when."""
    for duty, ref in (*duties_of_bureau(problem), *owed_since_before(problem)):
        proposers = tuple(_proposers(problem, duty, ref))
        asked = duty in _ASKED
        yield OurDuty(problem, duty.label, None, Light.BLUE, "期限待查", proposers, holds=asked)


_ASKED = frozenset({BureauDuty.EXTENSION, BureauDuty.OBJECTION})
"""What a district has asked for, and waits for."""


def _proposers(problem: Problem, duty: BureauDuty, ref: str) -> Iterator[str]:
    """Name who may not approve what is owed; nobody when no second person is needed."""
    if duty is BureauDuty.APPROVAL and problem.proposal is not None:
        yield problem.proposal.by.id
    if duty is BureauDuty.PROPOSAL:
        yield from (one.by.id for one in problem.proposed if str(one.seq) == ref)


def _urgency(duty: OurDuty) -> tuple[bool, date, str]:
    """First what a district waits for, then what is due first."""
    return not duty.holds, duty.due_on or date.max, duty.problem.problem_no


_APPROVING = ApproveClosure.may & ApproveAct.may


def _may_approve(duty: OurDuty, caller: Caller) -> bool:
    return caller.actor.id not in duty.proposers and caller.role in _APPROVING


def _may_decide(row: ContactRow, caller: Caller) -> bool:
    return caller.actor.id != row.entered_by and caller.role in SUPERVISORS


def _may_settle(row: ExistingListRow, caller: Caller) -> bool:
    return caller.actor.id != row.proposed_by and caller.role in SUPERVISORS


def _unproven(problem: Problem, now: datetime) -> tuple[Problem, str, bool]:
    """Give a problem, how long its round has, and whether a consequence already waits for proof."""
    owed = problem.open_round
    if owed is None:
        raise ValueError("only an open round can lack proof of service")
    return problem, standing(problem, owed, now, None).left, owed.held_at is not None
