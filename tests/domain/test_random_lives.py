"""Random lives: whatever people do and in whatever order, the invariants hold after each step."""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from domain import commands as c
from domain import events as e
from domain.agenda import agenda
from domain.fold import fold
from domain.local_time import at_local, day_of
from domain.notices import DIGESTIBLE, NoticeKind
from domain.problem import Problem
from domain.refusals import REFUSALS, Refusal
from domain.roles import Actor, Role
from domain.stages import TRANSITIONS, WITH_DISTRICT, Stage
from tests.domain.lives import OFFICER, SUPERVISOR, Life, default_rules

POLICIES = ("chongqing-2024", "guangyuan-2018", "jinhua")


class RandomLife(RuleBasedStateMachine):
    """Anyone may try anything at any time; what the rules refuse changes nothing."""

    @initialize(
        policy=st.sampled_from(POLICIES),
        start=st.dates(date(2024, 7, 1), date(2026, 6, 30)),
        rectify_in=st.none() | st.integers(0, 60),
        district=st.sampled_from(["500103", "500109", "500229"]),
    )
    def begin(self, policy: str, start: date, rectify_in: int | None, district: str) -> None:
        """A problem is transferred."""
        rules = default_rules(policy)
        self.life = Life(rules=rules)
        self.life.now = max(self.life.now, _nine(start))
        self.life.register(district=district)
        by = None if rectify_in is None else start + timedelta(days=rectify_in)
        self.life.transfer(start, rectify_by=by)
        self.district = district

    def attempt(self, command: c.Command) -> None:
        """Try a command; a refusal is fine when its code is known and nothing has changed."""
        before = self.life.problem
        refused = None
        try:
            self.life.do(command)
        except Refusal as refusal:
            refused = refusal
        if refused is not None:
            assert refused.code in REFUSALS
            assert str(refused)
            assert self.life.problem is before

    @rule(days=st.integers(0, 45), served=st.booleans())
    def time_passes(self, days: int, served: bool) -> None:
        """Days go by."""
        self.life.served = served or self.life.served
        self.life.until(self.life.today + timedelta(days=days))

    @rule(days=st.integers(1, 40))
    def nobody_works(self, days: int) -> None:
        """An outage: everything that fell due meanwhile is met late."""
        self.life.now += timedelta(days=days)
        self.life.until(self.life.today)

    @rule(
        state=st.sampled_from(c.RectificationState),
        promised=st.none() | st.integers(-5, 120),
        earlier=st.booleans(),
    )
    def district_answers(
        self, state: c.RectificationState, promised: int | None, earlier: bool
    ) -> None:
        """The district answers, the present round or an earlier one."""
        number = max(len(self.life.problem.rounds) - earlier, 1)
        on = None if promised is None else self.life.today + timedelta(days=promised)
        self.attempt(
            c.SubmitFeedback(
                receipt_id=f"r{len(self.life.problem.submissions) + 1}",
                round_no=number,
                district=self.district,
                received_at=self.life.now,
                answer=c.Answer(state=state, text="x", promised_on=on),
                content_sha256="0",
                by=Actor(f"district:{self.district}", Role.DISTRICT),
            )
        )

    @rule(verdict=st.sampled_from(c.Verdict), days=st.none() | st.integers(-3, 120))
    def officer_reviews(self, verdict: c.Verdict, days: int | None) -> None:
        """The officer gives a verdict."""
        waiting = self.life.problem.under_review
        on = None if days is None else self.life.today + timedelta(days=days)
        self.attempt(
            c.ReviewFeedback(
                receipt_id=waiting.receipt_id if waiting else "none",
                verdict=verdict,
                reason="理由",
                promised_on=on,
                by=OFFICER,
            )
        )

    @rule(result=st.sampled_from(c.RevisitResult))
    def someone_looks(self, result: c.RevisitResult) -> None:
        """A revisit is recorded."""
        self.attempt(c.RecordRevisit(on=self.life.today, result=result, findings="x", by=OFFICER))

    @rule(agrees=st.booleans())
    def supervisor_decides(self, agrees: bool) -> None:
        """The second person approves or declines."""
        proposal = self.life.problem.proposal
        held = proposal.content_hash if proposal else ""
        if agrees:
            self.attempt(c.ApproveClosure(content_hash=held, by=SUPERVISOR))
        else:
            self.attempt(c.DeclineClosure(reason="补充材料", by=SUPERVISOR))

    @rule(days_ago=st.integers(0, 30))
    def officer_records_service(self, days_ago: int) -> None:
        """Service is recorded for a day."""
        on = self.life.today - timedelta(days=days_ago)
        self.attempt(c.RecordService(served_on=on, means="直接送达", by=OFFICER))

    @rule()
    def officer_presses(self) -> None:
        """A reminder by hand."""
        self.attempt(c.SendReminder(by=OFFICER))

    @invariant()
    def the_events_alone_give_the_problem(self) -> None:
        """I14: the read model is the fold of the events."""
        if hasattr(self, "life"):
            problem: Problem | None = None
            for recorded in self.life.history:
                problem = fold(recorded, problem)
            assert problem == self.life.problem

    @invariant()
    def each_deduction_is_posted_once_and_the_points_add_up(self) -> None:
        """I5, I6: one row per rule and occurrence; the sum is the sum of the rows."""
        if hasattr(self, "life"):
            rows = [v for v in self.life.events if isinstance(v, e.PointsDeducted)]
            keys = Counter((row.rule_id, row.occurrence) for row in rows)
            assert all(count == 1 for count in keys.values())
            assert sum((row.points for row in rows), Decimal(0)) == self.life.problem.points
            cap = self.life.rules.policy.cap_per_problem_year
            years = {row.year for row in rows}
            for year in years:
                total = sum((row.points for row in rows if row.year == year), Decimal(0))
                assert cap is None or total <= cap

    @invariant()
    def nothing_comes_early_and_time_never_runs_back(self) -> None:
        """I11, I27: no event before its planned instant; instants never decrease."""
        if hasattr(self, "life"):
            before = None
            for place, recorded in enumerate(self.life.history, start=1):
                assert recorded.seq == place
                planned = getattr(recorded.event, "planned_at", None)
                assert planned is None or planned <= recorded.at
                assert before is None or before <= recorded.at
                before = recorded.at

    @invariant()
    def nothing_due_is_left_lying(self) -> None:
        """I10, I26: after time has passed, what was due has been met; someone owes the next step."""
        if hasattr(self, "life"):
            problem, duty = self.life.problem, agenda(self.life.problem, self.life.rules)
            self.life.until(self.life.today)
            owed = self.life.problem.open_round
            if owed is not None and owed.due_at <= self.life.now:
                assert owed.overdue_at is not None or owed.held_at is not None
            assert duty is not None or problem.ended or _waits_for_a_person(problem)

    @invariant()
    def listed_and_escalated_go_together(self) -> None:
        """A stay on the list has a level, and only a passed revisit ends both."""
        if hasattr(self, "life"):
            problem = self.life.problem
            assert (problem.entry is not None) == (problem.level > 0)
            off = [v for v in self.life.events if isinstance(v, e.TakenOffList)]
            passed = [v for v in problem.revisits if v.result is c.RevisitResult.IN_PLACE]
            assert len(off) <= len(passed)

    @invariant()
    def no_reminder_while_the_bureau_owes_the_step(self) -> None:
        """I8: reminders belong to a round that waits for its answer."""
        if hasattr(self, "life"):
            problem: Problem | None = None
            for recorded in self.life.history:
                if isinstance(recorded.event, e.ReminderIssued):
                    assert problem is not None
                    assert problem.stage in WITH_DISTRICT
                problem = fold(recorded, problem)

    @invariant()
    def every_notice_has_its_own_key(self) -> None:
        """I9: one key, one notice; reminders are ordered for working mornings."""
        if hasattr(self, "life"):
            orders = {order.key: order for order in self.life.notices}
            for order in orders.values():
                if order.kind in DIGESTIBLE and not order.rung.startswith("manual"):
                    assert self.life.rules.calendar.is_workday(day_of(order.not_before))
                assert order.kind in NoticeKind


def _nine(day: date) -> datetime:
    return at_local(day, time(9))


def _waits_for_a_person(problem: Problem) -> bool:
    """Everything that fell due was recorded; only a person can move the life now."""
    if problem.stage is Stage.REGISTERED:
        return True
    if problem.open_round is not None:
        return problem.open_round.held_at is not None
    return bool(problem.late_duties)


def test_every_stage_has_its_transitions() -> None:
    assert set(TRANSITIONS) == set(Stage)


TestRandomLives = RandomLife.TestCase
TestRandomLives.settings = settings(
    max_examples=150,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
