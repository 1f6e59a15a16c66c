"""One problem: its facts, dates, answers, acts and history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter
from fastapi.responses import Response

from api.access import OFFICE, Ours, PageReader
from api.gated_route import GatedRoute
from api.pages.frame import page
from api.pages.given_back import Back, Returned
from api.pages.problem_facts import facts_shown
from api.pages.requests import left_behind, requests_in
from domain.addenda import Addendum
from domain.bureau import registers_missing
from domain.catalogues import penalty_outcomes, referrals
from domain.catalogues.districts import valid_districts
from domain.catalogues.routes import Route
from domain.catalogues.six_batches import Batches
from domain.decisions.stated_facts import statable
from domain.events import Recorded, RevisitRecorded
from domain.local_time import day_of
from domain.official_letters import grounds_for
from domain.positive_list import Listing, stay_of
from domain.problem import Problem
from domain.revisits import must_be_revisited
from domain.rules import Rules
from domain.stages import ENDED
from domain.words.answers import actor_name, answered_by_hand, by_hand_words, penalty_words
from domain.words.brought_in import facts_words, missed_before
from domain.words.dates import standing
from domain.words.events import act_words, in_words
from domain.words.rules import feedback_words
from domain.words.whose_turn import awaited_of, span, steps, whose_turn
from domain.words.why import transfer_date_moves, why_this_date
from office.acts import offered
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registering.cross_district import known_groups
from office.registering.duplicates import duplicates
from office.registers import REGISTERS
from office.registers.keeping import lines_of
from office.rules.rules_of_a_life import rules_of
from store.district import drafts, inbox
from store.lives import addenda, event_log, problems
from store.mail import letters, notice_log
from store.mail.letters import LetterKind
from store.mail.notice_log import SentNotice
from store.mail.vacancies import vacant_now
from store.people import accounts
from store.points import ledger
from store.registers import inspection_groups, positive_list, six_batches
from store.tables import DraftRow, InboxRow, LedgerRow, LetterRow

router = APIRouter(include_in_schema=False, route_class=GatedRoute)


@router.get("/problems/{problem_no}")
async def show(services: Ours, caller: PageReader, problem_no: str, back: Back) -> Response:
    """Show everything about one problem."""
    return await _problem_page(services, caller, problem_no, back)


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the store keeps of one problem."""

    problem: Problem
    history: Sequence[Recorded]
    added: Sequence[Addendum]
    notices: Sequence[SentNotice]
    rows: Sequence[LedgerRow]
    names: Mapping[str, str]
    handed_in: Sequence[InboxRow]
    letters: Sequence[LetterRow]
    abandoned: Sequence[tuple[DraftRow, drafts.Draft]]
    inspectors: Mapping[str, str]
    batches: Batches
    listed: Listing | None


async def _kept(services: Services, caller: Caller, problem_no: str) -> _Kept:
    today = day_of(services.clock())
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        if problem is None:
            raise Refused("problem_not_found", problem_no=problem_no)
        return _Kept(
            problem=problem,
            history=await event_log.timeline(session, problem_no),
            added=await addenda.of_problem(session, problem_no),
            notices=await notice_log.for_problem(session, problem_no),
            rows=await ledger.of_problem(session, problem_no),
            names=await accounts.names(session),
            handed_in=await inbox.of_problem(session, problem_no),
            letters=await letters.of_problem(session, problem_no),
            abandoned=await drafts.left_behind(session, problem),
            # Who may not know the names of inspectors reads their ids.
            inspectors=await inspection_groups.names(session) if caller.role in OFFICE else {},
            batches=await six_batches.in_force(session),
            listed=stay_of(await positive_list.approved(session), problem.facts, today),
        )


async def _problem_page(
    services: Services,
    caller: Caller,
    problem_no: str,
    back: Returned,
) -> Response:
    kept, now = await _kept(services, caller, problem_no), services.clock()
    rules = await rules_of(services, problem_no)
    units = valid_districts(day_of(now))
    return page(
        services,
        caller,
        "problem.html",
        back.status,
        acts=offered(kept.problem, caller.actor, rules),
        alike=await duplicates(services, kept.problem),
        outcome_options=[(one.code, one.annex_text) for one in _open_outcomes(kept.problem)],
        referral_options=[(one.code, one.label) for one in referrals.REFERRALS],
        group_options=[(one.name, one.name) for one in await known_groups(services)],
        batches=kept.batches,
        positive=kept.listed,
        on_site_because=must_be_revisited(kept.problem),
        six_batch_options=[(one.code, one.label) for one in kept.batches],
        district_options=[(unit.code, unit.name) for unit in units],
        official_letters=grounds_for(kept.problem, rules) if rules else (),
        flash=back.flash,
        refused=back.refused,
        refused_act=back.act,
        typed=defaultdict(str, back.fields),
        stated_facts=[(one.value, one.label) for one in statable(rules)] if rules else [],
        in_registers=[
            (one.title, await lines_of(services, one, kept.problem)) for one in REGISTERS
        ],
        **_life(kept, rules, now),
        **_papers(kept),
    )


def _open_outcomes(problem: Problem) -> tuple[penalty_outcomes.PenaltyOutcome, ...]:
    by_group = problem.route == Route.DIRECT_PUNISHMENT
    return penalty_outcomes.open_to(punished_by_group=by_group)


def _life(kept: _Kept, rules: Rules | None, now: datetime) -> dict[str, object]:
    """Tell how the problem stands: facts, whose turn, each round's dates, all that happened."""
    problem, history = kept.problem, kept.history
    until = _ran_until(problem, now)
    owed = problem.open_round
    return {
        "problem": problem,
        "facts": facts_shown(problem, kept.batches),
        "steps": steps(problem),
        "awaited": awaited_of(problem),
        "visits": _visits(kept),
        "turn": whose_turn(problem, rules, now),
        **_brought_in(kept, now),
        "rules_known": rules is not None,
        "feedback_period": feedback_words(rules) if rules else "",
        "rounds": [
            (
                one,
                why_this_date(one, problem, history, rules) if rules else None,
                span(one, until),
                problem.answered_late(one),
                answered_by_hand(problem, one),
            )
            for one in reversed(problem.rounds)
        ],
        "transfer_moves": transfer_date_moves(history),
        "standing": standing(problem, owed, now, rules) if owed else None,
        "timeline": [
            (one, in_words(one.event, problem), actor_name(one.by, kept.names))
            for one in reversed(history)
        ],
        "added": [
            (one, in_words(one.event, problem), actor_name(one.by, kept.names))
            for one in reversed(kept.added)
        ],
        "numbers_missing": [one.label for one in registers_missing(problem)],
    }


def _brought_in(kept: _Kept, now: datetime) -> dict[str, object]:
    """Tell what was said of a problem that was under way before it came here."""
    facts = kept.problem.brought_in
    return {
        "brought_in": facts_words(facts) if facts else "",
        "brought_in_by": actor_name(facts.proposed_by, kept.names) if facts else "",
        "missed_before": missed_before(kept.problem, now),
    }


def _visits(kept: _Kept) -> list[tuple[RevisitRecorded, str, str]]:
    """Give the revisits, the last first: each with who went and who recorded it."""
    return [
        (
            one.event,
            "、".join(kept.inspectors.get(each, each) for each in one.event.inspectors),
            actor_name(one.by, kept.names),
        )
        for one in reversed(kept.history)
        if isinstance(one.event, RevisitRecorded)
    ]


def _papers(kept: _Kept) -> dict[str, object]:
    """Tell what was sent, handed in, deducted and left behind."""
    return {
        "notices": kept.notices,
        "vacant": vacant_now(kept.notices, kept.problem),
        "rows": kept.rows,
        "received": {row.receipt_id: row for row in kept.handed_in},
        "letters": kept.letters,
        "letters_waiting": sum(row.done_at is None for row in kept.letters),
        "letter_kind": lambda row: LetterKind(row.kind).label,
        "letter_files": letters.files_of,
        "letter_done": lambda row: kept.names.get(row.done_by, row.done_by),
        "requests": requests_in(kept.handed_in),
        "abandoned": [left_behind(row, draft) for row, draft in kept.abandoned],
        "penalty_words": penalty_words,
        "by_hand_words": by_hand_words,
        "act_words": act_words,
    }


def _ran_until(problem: Problem, now: datetime) -> datetime:
    """Give the instant up to which the clocks have run: they stand once a problem is over."""
    ended_at = problem.stage_since if problem.stage in ENDED else None
    return ended_at or now
