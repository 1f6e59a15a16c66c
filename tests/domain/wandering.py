"""A life in which anybody tries anything at any time, driven by one source of randomness.

The source may be a seeded generator, for volume, or Hypothesis' own, which shrinks what it finds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from domain import commands as c
from domain.agenda import Duty, agenda, lets_in
from domain.catalogues.districts import takers_of
from domain.catalogues.six_batches import SIX_BATCHES
from domain.deadlines import StartsFrom
from domain.decide import decide, decide_duty
from domain.decisions.draft import Decision
from domain.local_time import at_local, day_of
from domain.notices import NoticeKind, notice_key
from domain.policy import Band, DeductionRule, LateBand, Policy, Within, content_hash
from domain.problem import Problem
from domain.proof import ProofKind
from domain.refusals import REFUSALS, Refusal
from domain.roles import SYSTEM, Actor, Role
from domain.rules import Rules
from domain.stages import ENDED, Fact, Stage
from domain.work_calendar import CalendarYear, Holiday, WorkCalendar, years_hash
from tests.domain.invariants import Witness
from tests.worlds.life import OFFICER, OTHER_OFFICER, SUPERVISOR, default_rules, some_facts

POLICIES = ("chongqing-2024", "guangyuan-2018", "jinhua", "anhui-guapai-2021")
UNITS = ("500103", "500104", "500109", "500112", "500157", "500229")
PEOPLE = (OFFICER, OTHER_OFFICER, SUPERVISOR, Actor("supervisor-2", Role.SUPERVISOR))
SUPERVISORS = PEOPLE[2:]
KEY_CONTENT = "treatment_missing_or_idle"
_PATIENCE = 2000
"""So many duties cannot fall due in one step: the agenda would be running in circles."""


@cache
def calendars() -> tuple[WorkCalendar, ...]:
    """Years as they may come to be announced, 2027 with a longer and a shorter New Year."""
    known = default_rules().calendar
    made = []
    for last in (2, 5, 9):
        days = tuple(date(2027, 1, n) for n in range(1, last + 1))
        year = CalendarYear(2027, "示例", True, (Holiday("元旦", days),), ())
        years = (*(one for one in known.years if one.year != 2027), year)
        made.append(WorkCalendar(f"示例-{last}", years))
    return tuple(made)


@cache
def policies() -> tuple[Policy, ...]:
    """The policies there are, one in working days, and one that says what none of them does."""
    loaded = [default_rules(name).policy for name in POLICIES]
    clocks = loaded[0].clocks
    slower = replace(clocks, feedback=replace(clocks.supplement, days=12), promise_max_days=60)
    other = replace(loaded[0], version="示例", clocks=slower, content_hash="")
    made = (other, _all_it_can(loaded[0]))
    return (*loaded, *(replace(one, content_hash=content_hash(one)) for one in made))


def _all_it_can(policy: Policy) -> Policy:
    """Price lateness by its days, lead facts to levels, count from 签收, bound all extensions."""
    late = DeductionRule(
        rule_id="late",
        fact=Fact.NO_FEEDBACK,
        also_for=(Fact.OVERDUE_RECTIFICATION,),
        bands=(),
        by_days_late=tuple(LateBand(days=n, points=Decimal(n) / 10) for n in (1, 3, 10, 40)),
        clause="示例",
    )
    stated = DeductionRule(
        rule_id="stated",
        fact=Fact.SHIRKED,
        also_for=(Fact.CRITICISED,),
        bands=(Band(occurrence=1, points=Decimal(1)),),
        counted_within=Within.YEAR,
        clause="示例",
    )
    levels = tuple(
        replace(one, at_facts=(Fact.NOT_STRICT_OR_FALSE,)) if one.level == 3 else one
        for one in policy.levels
    )
    feedback = replace(policy.clocks.feedback, starts_from=StartsFrom.SIGN_IN)
    return replace(
        policy,
        version="示例-2",
        deductions=(late, stated, *policy.deductions[2:]),
        levels=levels,
        clocks=replace(policy.clocks, feedback=feedback),
        exceptions=replace(policy.limits, extension_total_days=40, extension_lead_days=2),
        content_hash="",
    )


def without_proof(policy: Policy) -> Policy:
    """The same policy, asking for no proof of service."""
    lax = replace(policy, demands_proof_of_service=False, version="示例-3", content_hash="")
    return replace(lax, content_hash=content_hash(lax))


@dataclass
class Wanderer:
    """One life; `days` are the virtual days it has been through."""

    random: Random
    rules: Rules = field(init=False)
    now: datetime = field(init=False)
    problem: Problem = field(init=False)
    witness: Witness = field(init=False)
    served: bool = True
    asked: int = 0
    inbox: list[tuple[datetime, c.DistrictCommand]] = field(default_factory=list)
    begun_on: date = field(init=False)
    by_proof_alone: bool = field(init=False)

    def __post_init__(self) -> None:
        """Register a problem, and transfer it most of the time."""
        pick = self.random.choice
        self.begun_on = date(2024, 7, 1) + timedelta(days=self.random.randint(0, 900))
        self.now = at_local(self.begun_on, time(9))
        self.rules = replace(default_rules(), policy=pick(policies()))
        self.by_proof_alone = self.random.random() < 0.3
        facts = some_facts(
            district=pick(UNITS),
            key_content=pick((None, None, KEY_CONTENT)),
            clue_source=pick(("", "national_round")),
        )
        register = c.RegisterProblem(problem_no="示例-1", facts=facts, by=OFFICER)
        decision = decide(None, register, cause="c0", now=self.now, rules=self.rules)
        self.witness = Witness()
        self._keep(decision, duty=None)
        if self.random.random() < 0.9:
            self._transfer()

    @property
    def days(self) -> int:
        """How long the life has been lived."""
        return (day_of(self.now) - self.begun_on).days

    @property
    def today(self) -> date:
        """The day it is."""
        return day_of(self.now)

    # -- time ----------------------------------------------------------------------------------

    def step(self) -> None:
        """Let time pass, by a jump now and then, then let somebody try something."""
        days = self.random.choice((0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 5, 8, 13, 40))
        self.served = not self.by_proof_alone and self.random.random() < 0.8
        self._live_until(self.now + timedelta(days=days, hours=self.random.randint(0, 20)))
        fitting = tuple(self._fitting())
        choice = fitting if fitting and self.random.random() < 0.5 else ACTS
        self.random.choice(choice)(self)
        self.witness.look(self.problem, self.rules, self.now)

    def _live_until(self, instant: datetime) -> None:
        """Meet what falls due; in an outage all of it only at the end, late."""
        outage = self.random.random() < 0.1
        if outage:
            self.now = instant
        met = 0
        while (duty := agenda(self.problem, self.rules)) is not None and duty.at <= instant:
            met += 1
            assert met < _PATIENCE, f"the agenda runs in circles: {duty}"
            if not (lets_in(duty, self.problem, self.rules) and self._let_in(duty.at)):
                self._meet(duty)
        self.now = max(self.now, instant)
        self._let_in(self.now + timedelta(seconds=1))

    def _meet(self, duty: Duty) -> None:
        self.now = max(self.now, duty.at)
        decision = decide_duty(
            self.problem, duty, served=self.served, now=self.now, rules=self.rules
        )
        self._keep(decision, duty)

    def _let_in(self, before: datetime) -> bool:
        """Let in what the inbox received before an instant; say whether there was anything."""
        came = [one for one in self.inbox if one[0] < before]
        self.inbox = [one for one in self.inbox if one[0] >= before]
        for received_at, command in came:
            self.now = max(self.now, received_at)
            self.attempt(command)
        return bool(came)

    def attempt(self, command: c.Command) -> None:
        """Try a command; a refusal has a known code and a sentence, and changes nothing."""
        self.asked += 1
        before, refusal = self.problem, None
        try:
            self._keep(self._decide(command), duty=None)
        except Refusal as refused:
            refusal = refused
        if refusal is None:
            self.witness.accepted(command.name)
            return
        assert refusal.code in REFUSALS
        assert "{" not in str(refusal)
        assert self.problem is before
        if refusal.code == "appeal_too_late":
            assert isinstance(command, c.AppealDeduction)
            self.witness.no_appeal_is_late_before_its_notice_came(before, command)
        self.witness.refused(command.name, refusal.code)

    def _decide(self, command: c.Command) -> Decision:
        cause = f"c{self.asked}"
        return decide(self.problem, command, cause=cause, now=self.now, rules=self.rules)

    def _keep(self, decision: Decision, duty: Duty | None) -> None:
        self.witness.see(decision, duty, self.rules, served=self.served)
        self.problem, self.rules = decision.problem, decision.rules

    def _fitting(self) -> Iterator[Act]:
        """What somebody would sensibly do now."""
        yield from self._waiting()
        problem, round_ = self.problem, self.problem.open_round
        if problem.under_review is not None:
            yield from (Wanderer._accept, Wanderer._review)
        elif problem.proposal is not None:
            yield from (Wanderer._close, Wanderer._close, Wanderer._decline_closure)
        elif problem.stage is Stage.AWAITING_REVISIT:
            yield from (Wanderer._revisit, Wanderer._draw)
        elif round_ is not None and round_.asked is not None:
            yield Wanderer._decide_extension
        elif round_ is not None:
            yield from _OF_A_ROUND[round_.unproven and self.by_proof_alone]

    def _waiting(self) -> Iterator[Act]:
        """What somebody would answer that waits for an answer."""
        problem = self.problem
        if problem.proposed:
            yield from (Wanderer._approve, Wanderer._approve, Wanderer._decline)
        if problem.suspension is not None:
            yield Wanderer._resume
        if problem.objection is not None:
            yield Wanderer._decide_objection
        if problem.appeals_open:
            yield Wanderer._decide_appeal
        if problem.unreceived:
            yield Wanderer._told_of_points

    # -- what people try -----------------------------------------------------------------------

    def _unit(self) -> str:
        return self.random.choice(UNITS)

    def _day(self, least: int, most: int) -> date:
        return self.today + timedelta(days=self.random.randint(least, most))

    def _person(self) -> Actor:
        return self.random.choice(PEOPLE)

    def _round_no(self) -> int:
        earlier = self.random.random() < 0.1
        return max(len(self.problem.rounds) - earlier, 1)

    def _handed(self) -> dict[str, Any]:
        """What a paper of a district carries; at times another district's, at times too late."""
        own = self.random.random() < 0.95
        code = self.problem.district if own else self._unit()
        return {
            "receipt_id": f"h{self.asked}-{len(self.inbox)}",
            "district": code,
            "received_at": self.now,
            "reason": self.random.choice(("示例理由", "示例理由", "示例理由", " ")),
            "content_sha256": "0" * 64,
            "by": Actor(f"district:{code}", Role.DISTRICT),
        }

    def _hand_in(self, command: c.DistrictCommand) -> None:
        """Most papers are let in at once, others wait until the next duty asks for them."""
        if self.random.random() < 0.8:
            self.attempt(command)
        else:
            self.inbox.append((self.now, command))

    def _answer_form(self) -> c.Answer:
        state = self.random.choice(tuple(c.RectificationState))
        promised = self._day(-3, 100) if self.random.random() < 0.8 else None
        return c.Answer(state=state, text="示例", promised_on=promised)

    def _transfer(self) -> None:
        rectify_by = self._day(-1, 60) if self.random.random() < 0.4 else None
        self.attempt(
            c.TransferProblem(
                on=self._day(-3, 0),
                document_no="示例1号",
                rectification_due_on=rectify_by,
                by=self._person(),
            )
        )

    def _answer(self) -> None:
        paper = self._handed()
        del paper["reason"]
        self._hand_in(
            c.SubmitFeedback(round_no=self._round_no(), answer=self._answer_form(), **paper)
        )

    def _answer_done(self) -> None:
        paper = self._handed()
        del paper["reason"]
        done = c.Answer(state=c.RectificationState.DONE, text="示例")
        self._hand_in(c.SubmitFeedback(round_no=self._round_no(), answer=done, **paper))

    def _enter_answer(self) -> None:
        self.attempt(
            c.EnterAnswer(
                receipt_id=f"paper{self.asked}",
                round_no=self._round_no(),
                received_at=self.now - timedelta(days=self.random.randint(-1, 20)),
                channel=self.random.choice((c.Channel.PAPER, c.Channel.TELEPHONE)),
                answer=self._answer_form(),
                content_sha256="0",
                by=self._person(),
            )
        )

    def _review(self) -> None:
        waiting = self.problem.under_review
        self.attempt(
            c.ReviewFeedback(
                receipt_id=waiting.receipt_id if waiting else "none",
                verdict=self.random.choice(tuple(c.Verdict)),
                reason="示例",
                promised_on=self._day(-2, 100) if self.random.random() < 0.3 else None,
                by=self._person(),
            )
        )

    def _accept(self) -> None:
        waiting = self.problem.under_review
        if waiting is not None:
            verdict = c.Verdict.ACCEPT_IN_PROGRESS
            if waiting.answer.state is c.RectificationState.DONE:
                verdict = c.Verdict.ACCEPT_DONE
            self.attempt(
                c.ReviewFeedback(
                    receipt_id=waiting.receipt_id, verdict=verdict, reason="", by=self._person()
                )
            )

    def _revisit(self) -> None:
        result = self.random.choice(tuple(c.RevisitResult))
        self.attempt(
            c.RecordRevisit(on=self._day(-3, 0), result=result, findings="示例", by=self._person())
        )

    def _close(self) -> None:
        proposal = self.problem.proposal
        held = proposal.content_hash if proposal and self.random.random() < 0.9 else "0"
        self.attempt(c.ApproveClosure(content_hash=held, by=self._person()))

    def _decline_closure(self) -> None:
        self.attempt(c.DeclineClosure(reason="示例", by=self._person()))

    def _record_service(self) -> None:
        self.attempt(c.RecordService(served_on=self._day(-20, 1), means="示例", by=self._person()))

    def _record_list_number(self) -> None:
        self.attempt(c.RecordListNumber(number="示例1", by=self._person()))

    def _press(self) -> None:
        self.attempt(c.SendReminder(by=self._person()))

    def _ask_for_time(self) -> None:
        round_ = self.problem.open_round
        day = round_.due_on if round_ else self.today
        wanted_on = day + timedelta(days=self.random.randint(-1, 35))
        self._hand_in(
            c.RequestExtension(round_no=self._round_no(), wanted_on=wanted_on, **self._handed())
        )

    def _decide_extension(self) -> None:
        round_ = self.problem.open_round
        asked = round_.asked if round_ else None
        self.attempt(
            c.DecideExtension(
                receipt_id=asked.receipt_id if asked else "none",
                grant=self.random.random() < 0.7,
                reason="示例",
                until=self._day(-2, 40) if self.random.random() < 0.2 else None,
                by=self._person(),
            )
        )

    def _object(self) -> None:
        self._hand_in(c.RaiseObjection(round_no=self._round_no(), **self._handed()))

    def _decide_objection(self) -> None:
        raised = self.problem.objection
        self.attempt(
            c.DecideObjection(
                receipt_id=raised.receipt_id if raised else "none",
                uphold=self.random.random() < 0.5,
                to_district=self._unit(),
                reason="示例",
                by=self._person(),
            )
        )

    def _reassign(self) -> None:
        self.attempt(c.ReassignProblem(to_district=self._unit(), reason="示例", by=self._person()))

    def _assign_successor(self) -> None:
        heir = self.random.choice((*takers_of(self.problem.district), self._unit()))
        self.attempt(c.AssignSuccessor(to_district=heir, reason="示例", by=self._person()))

    def _propose(self) -> None:
        round_, rows = self.problem.open_round, self.problem.deductions
        asked = round_.asked.receipt_id if round_ and round_.asked else "none"
        appeals = [row.appeal.receipt_id for row in rows if row.appeal]
        acts: tuple[c.Act, ...] = (
            c.ExtendRound(receipt_id=asked, until=self._day(0, 40)),
            c.MoveDueDate(round_no=self._round_no(), due_on=self._day(0, 60)),
            c.SuspendProblem(review_on=self._day(0, 200)),
            c.SuspendProblem(review_on=self._day(1, 90)),
            c.ReverseDeduction(
                deduction=self.random.choice(rows).seq if rows else 0,
                receipt_id=self.random.choice(("", "", *appeals)),
            ),
            c.ReopenProblem(findings="示例"),
            c.StateFact(
                fact=self.random.choice(
                    (Fact.SHIRKED, Fact.CRITICISED, Fact.EXPOSED, Fact.RED_LIGHT)
                ),
                on=self._day(-20, 1),
                source="示例",
            ),
        )
        self.attempt(c.ProposeAct(act=self.random.choice(acts), reason="示例", by=self._person()))

    def _approve(self) -> None:
        for one in self.problem.proposed[-1:]:
            held = one.content_hash if self.random.random() < 0.9 else "0"
            self.attempt(
                c.ApproveAct(
                    proposal=one.seq, content_hash=held, by=self.random.choice(SUPERVISORS)
                )
            )

    def _decline(self) -> None:
        for one in self.problem.proposed[:1]:
            self.attempt(c.DeclineAct(proposal=one.seq, reason="示例", by=self._person()))

    def _resume(self) -> None:
        self.attempt(c.ResumeProblem(reason="示例", by=self._person()))

    def _merge(self) -> None:
        if self.random.random() < 0.2:
            self.attempt(
                c.MergeProblem(
                    into_no="示例-2",
                    into_district=self.problem.district,
                    into_enterprise=self.problem.facts.enterprise,
                    into_key_content=self.problem.facts.key_content,
                    into_is_open=self.random.random() < 0.9,
                    into_due_on=self._day(-10, 20),
                    reason="示例",
                    by=self._person(),
                )
            )

    def _withdraw(self) -> None:
        if self.random.random() < 0.2:
            self.attempt(c.WithdrawProblem(reason="示例", by=self._person()))

    def _reissue(self) -> None:
        self.attempt(c.ReissueNotice(reason="示例", by=self._person()))

    def _bounce(self) -> None:
        self.attempt(
            c.ReportBounce(
                round_no=self._round_no(), notice_key="示例", reported_at=self.now, by=SYSTEM
            )
        )

    def _prove(self) -> None:
        self.attempt(
            c.RecordProof(
                round_no=self._round_no(),
                kind=self.random.choice(tuple(ProofKind)),
                recipient="a@example.cn",
                proven_at=self.now,
                by=SYSTEM,
            )
        )

    def _told_of_points(self) -> None:
        rows = self.problem.unreceived or self.problem.deductions
        row = self.random.choice(rows) if rows else None
        by, kind = self.random.choice(
            (
                (SYSTEM, ProofKind.RECIPIENT_SERVER),
                (SYSTEM, ProofKind.RELAY_ACCEPTED),
                (OFFICER, ProofKind.OFFICER_RECORD),
            )
        )
        self.attempt(
            c.RecordPointsReceipt(
                deduction=row.seq if row else 0,
                kind=kind,
                recipient="a@example.cn",
                received_at=self.now - timedelta(days=self.random.choice((0, 0, 0, 1, 5))),
                by=by,
            )
        )

    def _points_notice_comes_back(self) -> None:
        rows = self.problem.deductions
        seq = self.random.choice(rows).seq if rows else 0
        key = notice_key("示例-1", NoticeKind.POINTS_DEDUCTED, self._round_no(), f"seq-{seq}")
        self.attempt(
            c.ReportBounce(
                round_no=self._round_no(), notice_key=key, reported_at=self.now, by=SYSTEM
            )
        )

    def _appeal(self) -> None:
        rows = self.problem.deductions
        row = self.random.choice(rows) if rows else None
        paper = self._handed()
        if row is not None and self.random.random() < 0.7:
            paper["district"] = row.district
        self._hand_in(c.AppealDeduction(deduction=row.seq if row else 0, **paper))

    def _decide_appeal(self) -> None:
        waiting = [row.appeal.receipt_id for row in self.problem.appeals_open if row.appeal]
        self.attempt(
            c.DecideAppeal(
                receipt_id=self.random.choice(waiting) if waiting else "none",
                uphold=self.random.random() < 0.5,
                reason="示例",
                by=self._person(),
            )
        )

    def _apply_calendar(self) -> None:
        calendar = self.random.choice(calendars())
        self.attempt(
            c.ApplyCalendar(
                calendar=calendar,
                content_hash=years_hash(calendar.years),
                proposed_by=self._person(),
                by=self.random.choice(SUPERVISORS),
            )
        )

    def _apply_policy(self) -> None:
        self.attempt(
            c.ApplyPolicy(
                policy=self.random.choice(policies()),
                proposed_by=self._person(),
                by=self.random.choice(SUPERVISORS),
            )
        )

    def _draw(self) -> None:
        drawn = self.random.random() < 0.5
        self.attempt(c.RecordDraw(draw_id=f"draw{self.asked}", drawn=drawn, by=self._person()))

    def _mark(self) -> None:
        typical = self.random.random() < 0.5
        self.attempt(c.MarkTypicalCase(typical=typical, reason="示例", by=self._person()))

    def _sort(self) -> None:
        batch = self.random.choice(tuple(SIX_BATCHES))
        self.attempt(
            c.SortProblem(six_batch=batch.code, called=batch.label, reason="", by=self._person())
        )

    def _register_number(self) -> None:
        register = self.random.choice(tuple(c.Register))
        self.attempt(
            c.RecordRegisterNumber(register=register, number=f"示例{self.asked}", by=OFFICER)
        )

    @property
    def over(self) -> bool:
        """Whether nothing more is likely to happen."""
        return self.problem.ended or (self.problem.stage in ENDED and self.random.random() < 0.2)


Act = Callable[[Wanderer], None]

_OF_A_ROUND: dict[bool, tuple[Act, ...]] = {
    False: (Wanderer._answer_done, Wanderer._ask_for_time, Wanderer._object),
    True: (Wanderer._prove, Wanderer._prove, Wanderer._answer_done, Wanderer._object),
}
"""What somebody does while the district owes an answer, by whether only its proof is awaited."""

_LIKELY: tuple[Act, ...] = (
    Wanderer._answer,
    Wanderer._answer_done,
    Wanderer._review,
    Wanderer._accept,
    Wanderer._revisit,
    Wanderer._close,
    Wanderer._ask_for_time,
    Wanderer._decide_extension,
    Wanderer._propose,
    Wanderer._approve,
    Wanderer._appeal,
    Wanderer._decide_appeal,
)
_RARE: tuple[Act, ...] = (
    Wanderer._transfer,
    Wanderer._enter_answer,
    Wanderer._decline_closure,
    Wanderer._record_service,
    Wanderer._record_list_number,
    Wanderer._press,
    Wanderer._object,
    Wanderer._decide_objection,
    Wanderer._reassign,
    Wanderer._assign_successor,
    Wanderer._decline,
    Wanderer._resume,
    Wanderer._merge,
    Wanderer._withdraw,
    Wanderer._reissue,
    Wanderer._bounce,
    Wanderer._prove,
    Wanderer._told_of_points,
    Wanderer._points_notice_comes_back,
    Wanderer._apply_calendar,
    Wanderer._apply_policy,
    Wanderer._draw,
    Wanderer._mark,
    Wanderer._sort,
    Wanderer._register_number,
)
ACTS = (*_LIKELY, *_LIKELY, *_RARE)
"""What somebody may try; what happens often in real lives stands twice."""
