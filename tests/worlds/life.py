"""Builders for tests of the rules: a policy, a calendar, a life driven by hand."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Any

from domain import commands as c
from domain.agenda import Duty
from domain.events import Event, Recorded
from domain.life import CarriedOver, Step
from domain.life import Life as PureLife
from domain.local_time import at_local, day_of
from domain.notices import NoticeOrder
from domain.problem import Problem
from domain.proof import ProofKind
from domain.roles import SYSTEM, Actor, Role
from domain.rules import RULES_VERSION, Rules
from gateways.calendar_files import load_calendar
from gateways.policy_files import load_policy

OFFICER = Actor("officer-1", Role.OFFICER)
OTHER_OFFICER = Actor("officer-2", Role.OFFICER)
SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR)
DISTRICT = Actor("district:500103", Role.DISTRICT)
MONDAY = date(2024, 6, 24)


@cache
def default_rules(policy_id: str = "chongqing-2024", version: int = RULES_VERSION) -> Rules:
    """The default policy with the calendars of the years that tests live in."""
    return Rules(load_policy(policy_id), load_calendar(range(2024, 2028)), version)


def some_facts(**changes: object) -> c.Facts:
    """A general problem in 渝中区."""
    facts: dict[str, object] = {
        "enterprise": "重庆示例印务有限公司",
        "description": "喷涂工序废气收集不完全",
        "district": "500103",
    }
    return c.Facts(**(facts | changes))  # type: ignore[arg-type]  # test builder


@dataclass
class Life:
    """One life, driven by hand: time passes only when a test says so."""

    rules: Rules = field(default_factory=default_rules)
    now: datetime = field(default_factory=lambda: at_local(MONDAY, time(9)))
    problem_or_none: Problem | None = None
    history: list[Recorded] = field(default_factory=list)
    notices: list[NoticeOrder] = field(default_factory=list)
    served: bool = True
    asked: int = 0

    @property
    def problem(self) -> Problem:
        """The problem as it stands."""
        assert self.problem_or_none is not None
        return self.problem_or_none

    @property
    def today(self) -> date:
        """The day it is."""
        return day_of(self.now)

    @property
    def events(self) -> list[Event]:
        """Every event so far."""
        return [recorded.event for recorded in self.history]

    @property
    def tags(self) -> list[str]:
        """The tags of every event so far."""
        return [event.tag for event in self.events]

    def do(self, command: c.Command, cause: str = "") -> Problem:
        """Decide a command now."""
        self.asked += 1
        return self._keep(self._pure.decide(command, cause or f"c{self.asked}", self.now))

    def until(self, day: date, at: time = time(10)) -> Problem:
        """Let time pass to a local time of a day; every duty due by then is met on its instant."""
        instant = at_local(day, at)
        while (duty := self._pure.duty) is not None and duty.at <= instant:
            self.meet(duty)
        self.now = max(instant, self.now)
        return self.problem

    def meet(self, duty: Duty, late_by: timedelta = timedelta(0)) -> Problem:
        """Meet one duty, at its instant or later."""
        self.now = max(self.now, duty.at + late_by)
        return self._keep(self._pure.meet(duty, served=self.served, now=self.now))

    def prove(self, kind: ProofKind = ProofKind.RECIPIENT_SERVER) -> Problem:
        """The notice of the last round is proven to have arrived now."""
        number = len(self.problem.rounds)
        proof = c.RecordProof(
            round_no=number, kind=kind, recipient="a@example.cn", proven_at=self.now, by=SYSTEM
        )
        return self._keep(self._pure.decide(proof, f"p{self.problem.seq}", self.now))

    def prove_told(self, number: int = -1) -> Problem:
        """The notice of a deduction, the last by default, is proven to have arrived now."""
        receipt = c.RecordPointsReceipt(
            deduction=self.problem.deductions[number].seq,
            kind=ProofKind.RECIPIENT_SERVER,
            recipient="a@example.cn",
            received_at=self.now,
            by=SYSTEM,
        )
        return self._keep(self._pure.decide(receipt, f"d{self.problem.seq}", self.now))

    @property
    def _pure(self) -> PureLife:
        """The life as the rules see it; a test may have put another problem in its place."""
        problem = self.problem_or_none
        carried = CarriedOver(problem=problem, handled=()) if problem else None
        return PureLife(self.rules, carried)

    def _keep(self, step: Step) -> Problem:
        decision = step.decision
        self.problem_or_none, self.rules = decision.problem, decision.rules
        self.history += decision.events
        self.notices += step.notices
        return decision.problem

    # -- short words for common acts -----------------------------------------------------------

    def register(self, **facts: object) -> Problem:
        """Register a problem."""
        return self.do(
            c.RegisterProblem(problem_no="CQ2024-0001", facts=some_facts(**facts), by=OFFICER)
        )

    def transfer(self, on: date | None = None, rectify_by: date | None = None) -> Problem:
        """Transfer it."""
        return self.do(
            c.TransferProblem(
                on=on or self.today,
                document_no="渝环执法移〔2024〕示例1号",
                rectification_due_on=rectify_by,
                by=OFFICER,
            )
        )

    def answer(
        self,
        state: c.RectificationState = c.RectificationState.DONE,
        *,
        round_no: int | None = None,
        receipt: str = "",
        promised_on: date | None = None,
        received_at: datetime | None = None,
        district: str = "500103",
    ) -> Problem:
        """The district answers."""
        number = round_no or len(self.problem.rounds)
        receipt_id = receipt or f"r{len(self.problem.submissions) + 1}"
        return self.do(
            c.SubmitFeedback(
                receipt_id=receipt_id,
                round_no=number,
                district=district,
                received_at=received_at or self.now,
                answer=c.Answer(state=state, text="已整改", promised_on=promised_on),
                content_sha256="0" * 64,
                by=DISTRICT,
            ),
            cause=receipt_id,
        )

    def review(
        self,
        verdict: c.Verdict = c.Verdict.ACCEPT_DONE,
        reason: str = "材料不全",
        promised_on: date | None = None,
    ) -> Problem:
        """The officer gives a verdict on what waits."""
        waiting = self.problem.under_review
        return self.do(
            c.ReviewFeedback(
                receipt_id=waiting.receipt_id if waiting else "none",
                verdict=verdict,
                reason=reason,
                promised_on=promised_on,
                by=OFFICER,
            )
        )

    def revisit(self, result: c.RevisitResult = c.RevisitResult.IN_PLACE) -> Problem:
        """Someone goes back to look."""
        return self.do(
            c.RecordRevisit(on=self.today, result=result, findings="现场核查", by=OFFICER)
        )

    def approve(self, by: Actor = SUPERVISOR) -> Problem:
        """The second person closes it."""
        proposal = self.problem.proposal
        content_hash = proposal.content_hash if proposal else ""
        return self.do(c.ApproveClosure(content_hash=content_hash, by=by))

    # -- short words for lives that bend -------------------------------------------------------

    def handed(self, receipt: str = "") -> dict[str, Any]:
        """What every paper of the district carries."""
        return {
            "receipt_id": receipt or f"h{self.asked + 1}",
            "district": self.problem.district,
            "received_at": self.now,
            "reason": "示例理由",
            "content_sha256": "0" * 64,
            "by": Actor(f"district:{self.problem.district}", Role.DISTRICT),
        }

    def ask_for_time(self, days: int = 10) -> str:
        """The district asks for more time; give the receipt."""
        round_ = self.problem.rounds[-1]
        paper = self.handed()
        wanted_on = round_.due_on + timedelta(days=days)
        self.do(
            c.RequestExtension(round_no=round_.round_no, wanted_on=wanted_on, **paper),
            cause=paper["receipt_id"],
        )
        return str(paper["receipt_id"])

    def answer_request(self, receipt: str, *, grant: bool = True, by: Actor = OFFICER) -> Problem:
        """The bureau answers it."""
        return self.do(c.DecideExtension(receipt_id=receipt, grant=grant, reason="示例", by=by))

    def object(self, proper: str = "500104") -> str:
        """The district says the problem is not its own; give the receipt."""
        paper = self.handed()
        self.do(
            c.RaiseObjection(round_no=len(self.problem.rounds), proper_district=proper, **paper),
            cause=paper["receipt_id"],
        )
        return str(paper["receipt_id"])

    def answer_objection(
        self, receipt: str, *, uphold: bool, to: str = "500104", by: Actor = OFFICER
    ) -> Problem:
        """The bureau answers it."""
        return self.do(
            c.DecideObjection(
                receipt_id=receipt, uphold=uphold, to_district=to, reason="示例", by=by
            )
        )

    def propose(self, act: c.Act, by: Actor = OFFICER) -> Problem:
        """The first person proposes an act."""
        return self.do(c.ProposeAct(act=act, reason="示例", by=by))

    def agree(self, by: Actor = SUPERVISOR) -> Problem:
        """The second person approves what was proposed last."""
        proposed = self.problem.proposed[-1]
        return self.do(
            c.ApproveAct(proposal=proposed.seq, content_hash=proposed.content_hash, by=by)
        )

    def disagree(self, by: Actor = SUPERVISOR) -> Problem:
        """The second person declines it."""
        proposed = self.problem.proposed[-1]
        return self.do(c.DeclineAct(proposal=proposed.seq, reason="示例", by=by))

    def suspend(self, days: int = 60) -> Problem:
        """Two persons suspend the problem."""
        self.propose(c.SuspendProblem(review_on=self.today + timedelta(days=days)))
        return self.agree()

    def resume(self) -> Problem:
        """The suspension ends."""
        return self.do(c.ResumeProblem(reason="示例", by=OFFICER))

    def appeal(self, number: int = -1) -> str:
        """The district appeals a deduction, the last one by default; give the receipt."""
        paper = self.handed()
        deduction = self.problem.deductions[number]
        paper["district"] = deduction.district
        self.do(c.AppealDeduction(deduction=deduction.seq, **paper), cause=paper["receipt_id"])
        return str(paper["receipt_id"])

    def answer_appeal(self, receipt: str, *, uphold: bool, by: Actor = OTHER_OFFICER) -> Problem:
        """Somebody else than the deduction's author answers it."""
        return self.do(c.DecideAppeal(receipt_id=receipt, uphold=uphold, reason="示例", by=by))


def transferred(on: date = MONDAY, version: int = RULES_VERSION, **facts: object) -> Life:
    """A life transferred on a day at nine."""
    life = Life(rules=default_rules(version=version), now=at_local(on, time(9)))
    life.register(**facts)
    life.transfer()
    return life
