"""What must hold of any life after every step, looked at from its events alone.

The numbers I4 to I27 are those of the reliability notes: in time is what was received before the
due instant; consequences that follow from a rule need no approval.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from domain import commands as c
from domain import events as e
from domain.agenda import Duty, DutyKind, agenda
from domain.bureau import duties_of_bureau
from domain.catalogues.districts import district
from domain.decisions.draft import Decision
from domain.decisions.service import from_sign_in
from domain.fold import fold
from domain.local_time import day_of, last_day_before
from domain.notices import DIGESTIBLE, NoticeKind, notice_orders
from domain.problem import Problem, Round
from domain.roles import SYSTEM, Actor, Role
from domain.rules import FAIR_POINTS, Rules
from domain.stages import ENDED, TRANSITIONS, WITH_DISTRICT, Fact, Stage

_LATENESS = (Fact.NO_FEEDBACK, Fact.OVERDUE_RECTIFICATION)
_OF_THE_CLOCK = (e.FactEstablished, e.LevelRaised, e.ReminderIssued, e.ConsequenceHeld)
_MOVES_THE_TRANSFERS_DATE = (
    e.ProblemTransferred,
    e.ProblemResumed,
    e.ProblemReassigned,
    e.ObjectionDecided,
    e.TransferDateMoved,
)
_AFTER_THE_END = (
    e.AppealFiled,
    e.AppealDecided,
    e.ActProposed,
    e.ActApproved,
    e.ActDeclined,
    e.PointsReversed,
    e.PointsRepriced,
    e.FactFell,
    e.ListReasonFell,
    e.TakenOffList,
    e.BureauReminded,
    e.TypicalCaseMarked,
    e.ProblemSorted,
    e.RegisterNumberRecorded,
    e.ListNumberRecorded,
    e.ServiceFailed,
    e.PointsNoticeReceived,
    e.PointsNoticeFailed,
    e.LifeEndHeld,
    e.LifeEnded,
)


_HELD_FOR_SERVICE = (DutyKind.TRANSFER_DATE_DUE, DutyKind.LATENESS_DUE, DutyKind.LEVEL_DUE)


@dataclass
class Witness:
    """Sees every decision of one life and remembers what the invariants need."""

    problem: Problem | None = None
    last_at: datetime | None = None
    met: set[str] = field(default_factory=set)
    deducted: dict[int, e.PointsDeducted] = field(default_factory=dict)
    given_back: defaultdict[int, Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    keys: set[tuple[str, int]] = field(default_factory=set)
    reversed: set[int] = field(default_factory=set)
    late_rounds: set[int] = field(default_factory=set)
    proposals: dict[int, tuple[e.ActProposed, Actor]] = field(default_factory=dict)
    closure: tuple[str, Actor] | None = None
    history: list[e.Recorded] = field(default_factory=list)
    answers: Counter[str] = field(default_factory=Counter)

    def accepted(self, command: str) -> None:
        """Count a command that was accepted."""
        self.answers[f"{command} ok"] += 1

    def refused(self, command: str, code: str) -> None:
        """Count a refusal."""
        self.answers[f"{command} {code}"] += 1

    def see(
        self, decision: Decision, duty: Duty | None, rules: Rules, *, served: bool = True
    ) -> None:
        """Look at one decision, event by event, then at what it left."""
        if duty is not None:
            self.every_duty_yields_an_event_and_is_met_once(decision, duty)
        approved: e.ActApproved | None = None
        before = self.problem
        for recorded in decision.events:
            self.nothing_comes_early_and_time_never_runs_back(recorded)
            if isinstance(recorded.event, e.ActApproved):
                approved = recorded.event
            earlier, self.problem = self.problem, fold(recorded, self.problem)
            self.history.append(recorded)
            if earlier is not None:
                self.what_is_owed_again_may_fall_due_again(earlier, self.problem, recorded.event)
                self.each_step_is_legal(earlier, self.problem, recorded)
                self.no_date_moves_unsaid_or_earlier(earlier, self.problem, recorded.event)
                self.no_clock_runs_against_a_suspended_district(earlier, recorded.event)
                self.lateness_is_judged_by_the_inbox(earlier, recorded)
                self.reserved_acts_have_two_persons(earlier, recorded, approved)
                self.no_point_is_for_the_bureaus_time(earlier, recorded)
                self.no_life_ends_before_every_point_was_told(
                    earlier, recorded.event, served=served
                )
            self.each_deduction_is_posted_once_and_the_points_add_up(recorded, decision.rules)
            self.no_point_is_moved_by_an_outage(recorded)
            self.no_point_without_proof(recorded, decision.rules, served)
        assert self.problem == decision.problem
        if before is not None:
            self.a_suspended_life_loses_no_days(before, decision)
        self.every_notice_has_its_own_key(decision)
        self.every_point_is_told(decision)
        self.nothing_is_left_of_a_fallen_ground(decision.problem)

    def no_appeal_is_late_before_its_notice_came(
        self, problem: Problem, appeal: c.AppealDeduction
    ) -> None:
        """Who was not told cannot be too late."""
        row = problem.deduction(appeal.deduction)
        assert row is not None
        assert not row.unreceived
        assert row.receipt is None or day_of(row.receipt.at) <= day_of(appeal.received_at)

    def no_life_ends_before_every_point_was_told(
        self, before: Problem, event: e.Event, *, served: bool
    ) -> None:
        """Every point is told: without proof of that nothing ends."""
        if isinstance(event, e.LifeEnded):
            assert served or not before.unreceived

    def look(self, problem: Problem, rules: Rules, now: datetime) -> None:
        """Look at a life after a step, everything due by now having been met."""
        self.nothing_due_is_left_lying(problem, rules, now)
        self.listed_and_escalated_go_together(problem)

    # -- events ----------------------------------------------------------------------------------

    def every_duty_yields_an_event_and_is_met_once(self, decision: Decision, duty: Duty) -> None:
        """A duty never comes back once it was met."""
        assert decision.events, duty
        key = f"{duty.cause} r{duty.round_no} #{self._times_told(duty)}"
        assert key not in self.met, key
        self.met.add(key)
        following = agenda(decision.problem, decision.rules)
        assert following is None or following != duty

    def what_is_owed_again_may_fall_due_again(
        self, before: Problem, after: Problem, event: e.Event
    ) -> None:
        """A problem opened again, or an end undone by the proposal to do so, owes anew.

        So does the bureau what it owed no more for a while, a successor for instance.
        """
        if isinstance(event, e.ProblemReopened) or (before.ended and not after.ended):
            self.met.clear()
        for owed in dict(before.reminded).keys() - dict(after.reminded).keys():
            spell = f"duty:{DutyKind.BUREAU_DUE}:{owed}#"
            self.met = {one for one in self.met if not one.startswith(spell)}

    def _times_told(self, duty: Duty) -> int:
        """How often a duty may have come before: an end undone, a consequence held or undone."""
        if duty.kind is DutyKind.LIFE_END:
            return len(self.history)
        held = [r.event for r in self.history if isinstance(r.event, e.ConsequenceHeld)]
        fell = [r.event for r in self.history if isinstance(r.event, e.FactFell)]
        undone = sum(one.why is e.FellWhy.PROOF_WITHDRAWN for one in fell)
        if duty.kind is DutyKind.ROUND_DUE:
            return sum(h.round_no == duty.round_no for h in held) + undone
        return len(held) + undone if duty.kind in _HELD_FOR_SERVICE else 0

    def nothing_comes_early_and_time_never_runs_back(self, recorded: e.Recorded) -> None:
        """I11, I27: no event before its planned instant; instants never decrease."""
        assert recorded.at.tzinfo is not None
        assert recorded.seq == len(self.history) + 1
        planned = getattr(recorded.event, "planned_at", None)
        assert planned is None or planned <= recorded.at
        assert self.last_at is None or self.last_at <= recorded.at
        self.last_at = recorded.at

    def each_step_is_legal(self, before: Problem, after: Problem, recorded: e.Recorded) -> None:
        """I12, I13: only steps on the table; after the end only what does not move the life."""
        if after.stage is not before.stage:
            assert after.stage in TRANSITIONS[before.stage]
        if before.stage in ENDED:
            reopening = before.stage is Stage.CLOSED and isinstance(
                recorded.event, e.ProblemReopened
            )
            begun_again = before.closed_on is None and before.stage is Stage.CLOSED
            assert isinstance(recorded.event, _AFTER_THE_END) or reopening or begun_again

    def no_date_moves_unsaid_or_earlier(
        self, before: Problem, after: Problem, event: e.Event
    ) -> None:
        """I24: a due date changes by its own event only, and one that was told never to earlier."""
        for old, new in zip(before.rounds, after.rounds, strict=False):
            assert new.original_due_on == old.original_due_on
            if (new.due_on, new.due_at) != (old.due_on, old.due_at):
                assert isinstance(event, e.DueDateMoved)
                assert event.round_no == new.round_no
                assert (event.from_on, event.due_on) == (old.due_on, new.due_on)
                assert new.due_on >= old.due_on, event
                assert event.why is not e.MovedWhy.CALENDAR or not old.agreed
        old_date, new_date = before.rectification_due_on, after.rectification_due_on
        if new_date != old_date:
            assert isinstance(event, _MOVES_THE_TRANSFERS_DATE)
            assert old_date is None or (new_date is not None and new_date >= old_date)

    def no_clock_runs_against_a_suspended_district(self, before: Problem, event: e.Event) -> None:
        """While suspended, and while the bureau owes the step, no reminder and no lateness (I8)."""
        stated = isinstance(event, e.FactEstablished) and event.stated_by  # two persons, no clock
        if before.suspension is not None and not stated:
            assert not isinstance(event, _OF_THE_CLOCK)
        if isinstance(event, e.ReminderIssued):
            assert before.stage in WITH_DISTRICT
            assert before.rounds[-1].round_no == event.round_no
            assert before.rounds[-1].answered_at is None

    def lateness_is_judged_by_the_inbox(self, before: Problem, recorded: e.Recorded) -> None:
        """I4, I10: late is what was received at the due instant or later; each round once."""
        event = recorded.event
        if isinstance(event, e.FeedbackReceived | e.AnswerFiled):
            answered = before.rounds[event.round_no - 1]
            past = event.received_at >= answered.due_at
            raised = before.objections[-1] if before.objections else None
            undecided = raised is not None and raised.round_no == answered.round_no
            undecided = undecided and answered.overdue_at is None
            undecided = undecided and (before.objection is not None or self._let_go(recorded))
            nobody_is_late = answered.waits_for_bureau or answered.excused_at
            nobody_is_late = nobody_is_late or undecided or answered.held_at
            assert event.late == (past and not nobody_is_late)
        if isinstance(event, e.ExtensionRequested):
            extended = before.rounds[event.round_no - 1]
            assert event.received_at < extended.due_at or extended.unproven
        if isinstance(event, e.FactFell):
            self.late_rounds.discard(event.round_no)
        if isinstance(event, e.FactEstablished) and event.fact in _LATENESS and event.round_no:
            round_ = before.rounds[event.round_no - 1]
            assert event.round_no not in self.late_rounds
            assert round_.answered_at is None
            assert round_.due_at <= recorded.at
            assert before.objection is None
            assert not round_.waits_for_bureau
            self.late_rounds.add(event.round_no)

    def _let_go(self, recorded: e.Recorded) -> bool:
        """Whether the answer itself ended the objection, which nobody had decided."""
        return any(
            one.cause == recorded.cause and isinstance(one.event, e.ObjectionDecided)
            for one in self.history[-6:]
        )

    def reserved_acts_have_two_persons(
        self, before: Problem, recorded: e.Recorded, approved: e.ActApproved | None
    ) -> None:
        """I7: what needs two persons had two, the second a supervisor, on exactly that act."""
        event, by = recorded.event, recorded.by
        if isinstance(event, e.ActProposed):
            self.proposals[recorded.seq] = (event, by)
        if isinstance(event, e.ClosureProposed):
            self.closure = (event.content_hash, by)
        if isinstance(event, e.ProblemClosed):
            assert self.closure is not None
            assert event.content_hash == self.closure[0]
            assert by.id != self.closure[1].id
            assert by.role is Role.SUPERVISOR
        if isinstance(event, e.CalendarApplied | e.PolicyApplied):
            assert event.proposed_by.id != by.id
        if isinstance(event, e.TakenOffList) and not self._proof_was_withdrawn():
            assert by.role is Role.SUPERVISOR
        if _is_reserved(event, before):
            assert approved is not None, event
            proposed, proposer = self.proposals[approved.proposal]
            assert proposed.content_hash == approved.content_hash
            assert proposer.id != by.id
            assert by.role is Role.SUPERVISOR
            assert _is_what_was_proposed(event, proposed.act, before)

    def _proof_was_withdrawn(self) -> bool:
        """Whether the last ground fell because a notice came back, which needs nobody's word."""
        fell = [r.event for r in self.history if isinstance(r.event, e.FactFell)]
        return bool(fell) and fell[-1].why is e.FellWhy.PROOF_WITHDRAWN

    def each_deduction_is_posted_once_and_the_points_add_up(
        self, recorded: e.Recorded, rules: Rules
    ) -> None:
        """I5, I6: one row per rule and occurrence, taken back once at most, never by its author."""
        event, problem = recorded.event, self.problem
        assert problem is not None
        if isinstance(event, e.PointsDeducted):
            assert (event.rule_id, event.occurrence) not in self.keys
            assert event.points > 0
            assert event.district == problem.district
            self.keys.add((event.rule_id, event.occurrence))
            self.deducted[recorded.seq] = event
            cap = rules.policy.cap_per_problem_year
            standing = (
                self._left(seq)
                for seq, row in self.deducted.items()
                if row.year == event.year and row.district in problem.held_as
            )
            assert cap is None or sum(standing, Decimal(0)) <= cap
        elif isinstance(event, e.PointsRepriced):
            row = self.deducted[event.deduction]
            assert 0 < event.points <= self._left(event.deduction)
            assert (event.district, event.year) == (row.district, row.year)
            self.given_back[event.deduction] += event.points
        elif isinstance(event, e.PointsReversed):
            row = self.deducted[event.deduction]
            assert event.deduction not in self.reversed
            assert (event.points, event.district, event.year) == (
                self._left(event.deduction),
                row.district,
                row.year,
            )
            author = self.history[event.deduction - 1].by
            proposer = self.proposals[event.proposal][1]
            assert recorded.by.id != author.id
            assert proposer.id != author.id or proposer == SYSTEM
            self.reversed.add(event.deduction)
        assert problem.points == sum((self._left(seq) for seq in self.deducted), Decimal(0))

    def _left(self, seq: int) -> Decimal:
        return (
            Decimal(0) if seq in self.reversed else self.deducted[seq].points - self.given_back[seq]
        )

    def no_point_is_for_the_bureaus_time(self, before: Problem, recorded: e.Recorded) -> None:
        """A date of the transfer that is missed was missed while the district owed the step."""
        event = recorded.event
        if not isinstance(event, e.FactEstablished) or event.fact not in _LATENESS:
            return
        if event.planned_at and event.on and not event.round_no:
            owed = before.open_round
            assert owed is not None
            assert owed.opened_at < event.planned_at
            assert not owed.waits_for_bureau

    def no_point_is_moved_by_an_outage(self, recorded: e.Recorded) -> None:
        """A point belongs to the day that was missed, whenever that was found."""
        event = recorded.event
        if isinstance(event, e.PointsDeducted) and event.established:
            ground = self.history[event.established - 1].event
            assert isinstance(ground, e.FactEstablished)
            missed = ground.planned_at
            day = last_day_before(missed) if missed else day_of(recorded.at)
            if ground.source or ground.fact is Fact.NOT_IN_PLACE:
                day = ground.on or day
            assert (event.on, event.year, ground.on) == (day, day.year, day)

    def no_point_without_proof(self, recorded: e.Recorded, rules: Rules, served: bool) -> None:
        """What the clock takes rests on a proof, in the life or known to the store 送达已证实."""
        event, problem = recorded.event, self.problem
        if not isinstance(event, e.PointsDeducted) or not event.planned_at or problem is None:
            return
        demanded = rules.policy.demands_proof_of_service and rules.since(FAIR_POINTS)
        round_ = problem.rounds[-1]
        in_hand = event.established and from_sign_in(round_, rules)
        assert not demanded or not round_.unproven or (served and not in_hand)

    def every_point_is_told(self, decision: Decision) -> None:
        """No deduction without a notice of its own, to the district it was taken from."""
        orders = notice_orders(decision.events, decision.problem, decision.rules)
        told = {
            (o.district, dict(o.details)["deduction"])
            for o in orders
            if o.kind is NoticeKind.POINTS_DEDUCTED
        }
        posted = {
            (r.event.district, str(r.seq))
            for r in decision.events
            if isinstance(r.event, e.PointsDeducted) and r.event.established
        }
        assert told == posted

    def nothing_is_left_of_a_fallen_ground(self, problem: Problem) -> None:
        """With a ground its points fall, or are proposed to; with the last one the listing."""
        proposed = {
            act.act.deduction
            for act, _ in self.proposals.values()
            if isinstance(act.act, c.ReverseDeduction)
        }
        for ground in problem.grounds:
            rows = [d for d in problem.deductions if d.established == ground.seq and d.left]
            same = [g for g in problem.grounds if g.fact is ground.fact and not g.fallen_seq]
            of_before = (d for d in problem.deductions if not d.established and d.left)
            held = any(d.fact is ground.fact for d in of_before)
            if ground.fallen_seq and not same and not held:
                assert all(row.seq in proposed for row in rows)
                assert problem.entry is None or ground.fact not in problem.entry.reasons

    def a_suspended_life_loses_no_days(self, before: Problem, decision: Decision) -> None:
        """What was left of the open round when its clock stopped is left when it goes on."""
        suspension, after = before.suspension, decision.problem
        if suspension is None or suspension.days_left is None or after.suspension is not None:
            return
        resumed = next(r for r in decision.events if isinstance(r.event, e.ProblemResumed))
        round_ = after.rounds[suspension.round_no - 1]
        assert (
            _days_left(round_, resumed.at, suspension.in_working_days, decision.rules)
            >= suspension.days_left
        )

    def every_notice_has_its_own_key(self, decision: Decision) -> None:
        """I9: one key, one notice; reminders are ordered for working mornings."""
        orders = notice_orders(decision.events, decision.problem, decision.rules)
        assert len({order.key for order in orders}) == len(orders)
        for order in orders:
            assert order.kind in NoticeKind
            if order.kind in DIGESTIBLE and not order.rung.startswith("manual"):
                assert decision.rules.calendar.is_workday(day_of(order.not_before))

    # -- what is left ----------------------------------------------------------------------------

    def nothing_due_is_left_lying(self, problem: Problem, rules: Rules, now: datetime) -> None:
        """I10, I26: what was due has been met; a duty or a person moves the life on."""
        duty = agenda(problem, rules)
        round_ = problem.open_round
        stopped = problem.suspension is not None or problem.objection is not None
        stopped = stopped or (round_ is not None and round_.waits_for_bureau)
        stopped = stopped or (round_ is not None and self._is_orphaned(problem, round_))
        if round_ is not None and round_.due_at <= now and not stopped and _is_met(duty, now):
            assert round_.overdue_at or round_.held_at or round_.excused_at
        waits = problem.stage is Stage.REGISTERED or any(duties_of_bureau(problem))
        assert duty is not None or problem.ended or waits

    def _is_orphaned(self, problem: Problem, round_: Round) -> bool:
        """Its unit is gone by the due instant: it waits for the successor that the bureau owes."""
        last_day = district(problem.district).valid_to
        gone = last_day is not None and last_day_before(round_.due_at) > last_day
        return gone and any(duty is e.BureauDuty.SUCCESSOR for duty, _ in duties_of_bureau(problem))

    def listed_and_escalated_go_together(self, problem: Problem) -> None:
        """A stay on the list has a level; a passed revisit ends both, or the fall of every ground."""
        assert (problem.entry is not None) == (problem.level > 0)
        left = [r.event for r in self.history if isinstance(r.event, e.TakenOffList)]
        off = sum(event.why is e.OffWhy.PASSED_REVISIT for event in left)
        empty = sum(not entry.reasons for entry in problem.entries)
        assert empty == len(left) - off
        passed = [v for v in problem.revisits if v.result is c.RevisitResult.IN_PLACE]
        assert off <= len(passed)

    def the_events_alone_give_the_problem(self) -> None:
        """I14: the whole life folded anew is the life."""
        problem: Problem | None = None
        for recorded in self.history:
            problem = fold(recorded, problem)
        assert problem == self.problem


def _is_met(duty: Duty | None, now: datetime) -> bool:
    return duty is None or duty.at > now


def _is_reserved(event: e.Event, before: Problem) -> bool:
    if isinstance(event, e.DueDateMoved):
        return event.why in {e.MovedWhy.BUREAU, e.MovedWhy.RESTART}
    if isinstance(event, e.ExtensionDecided):
        return event.granted and before.rounds[event.round_no - 1].extensions > 0
    return isinstance(event, e.ProblemSuspended | e.ProblemReopened | e.PointsReversed)


def _is_what_was_proposed(event: e.Event, act: c.Act, before: Problem) -> bool:
    """Say whether an event carries out exactly this act."""
    if isinstance(event, e.DueDateMoved) and isinstance(act, c.MoveDueDate | c.RestartDays):
        moved = event.due_on if isinstance(act, c.MoveDueDate) else event.counted_from
        wanted = act.due_on if isinstance(act, c.MoveDueDate) else act.counted_from
        return (event.round_no, moved) == (act.round_no, wanted)
    if isinstance(event, e.ExtensionDecided) and isinstance(act, c.ExtendRound):
        return (event.receipt_id, event.until) == (act.receipt_id, act.until)
    if isinstance(event, e.ProblemSuspended) and isinstance(act, c.SuspendProblem):
        return event.review_on == act.review_on
    if isinstance(event, e.PointsReversed) and isinstance(act, c.ReverseDeduction):
        return event.deduction == act.deduction
    if isinstance(event, e.ProblemReopened) and isinstance(act, c.ReopenProblem):
        return event.findings == act.findings and before.stage is Stage.CLOSED
    return False


def _days_left(round_: Round, at: datetime, in_working_days: bool, rules: Rules) -> int:
    today = day_of(at)
    if in_working_days:
        return rules.calendar.working_days_between(today, round_.due_on)
    return (round_.due_on - today).days
