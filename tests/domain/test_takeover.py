"""Open lives of earlier versions, as they were and taken over: judged by version 3 only for what comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, time
from random import Random
from typing import Any

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import Duty, agenda
from domain.bureau import duties_of_bureau, owed_by_bureau
from domain.decisions.draft import Decision
from domain.decisions.new_rules import policy_effect
from domain.fold import fold
from domain.local_time import at_local
from domain.refusals import Refusal
from domain.rules import Rules
from domain.stages import LATENESS, Fact
from tests.domain import wandering
from tests.domain.invariants import Witness
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, Life, default_rules

DUE = date(2024, 7, 9)
OWN_DATE = date(2024, 7, 3)


def before(version: int = 2, *, served: bool = False, rectify_by: date | None = None) -> Life:
    """A life of an earlier version, transferred on a Monday at nine."""
    rules = default_rules(version=version)
    life = Life(rules=rules, now=at_local(MONDAY, time(9)), served=served)
    life.register()
    life.transfer(rectify_by=rectify_by)
    return life


def take_over(life: Life) -> None:
    """Two persons take a life over into the newest version of the rules."""
    policy = life.rules.policy
    life.do(c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR, rules_version=3))


def late_by(life: Life) -> list[Fact]:
    """The latenesses that were found."""
    facts = (v.fact for v in life.events if isinstance(v, e.FactEstablished))
    return [one for one in facts if one in LATENESS]


# -- as they were ----------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 2])
def test_before_version_3_only_the_rounds_own_date_waits_for_proof(version: int) -> None:
    life = before(version, rectify_by=OWN_DATE)
    life.until(DUE)
    assert late_by(life) == [Fact.OVERDUE_RECTIFICATION]
    assert "fact:held" not in life.tags
    life.until(date(2024, 8, 20))
    assert life.tags.count("fact:held") == 1
    assert life.problem.level > 1


# -- taken over ------------------------------------------------------------------------------------


def test_a_life_taken_over_is_late_only_with_proof() -> None:
    life = before()
    take_over(life)
    assert life.problem.rounds[0].unproven
    life.until(date(2024, 7, 20))
    assert life.problem.points == 0
    assert "fact:established" not in life.tags
    life.prove()
    assert life.problem.rounds[0].due_on == date(2024, 8, 5)


def test_the_preview_of_a_takeover_is_what_is_owed_next_after_it() -> None:
    life = before()
    _, after = policy_effect(life.problem, life.rules, life.rules.policy, life.now)
    take_over(life)
    assert after == agenda(life.problem, life.rules)
    assert after is not None
    assert after.detail == "service:r1#1"


def test_a_recorded_service_of_before_is_proof_after_too() -> None:
    life = before()
    life.do(c.RecordService(served_on=MONDAY, means="直接送达", by=OFFICER))
    take_over(life)
    assert not life.problem.rounds[0].unproven
    life.until(date(2024, 7, 10))
    assert life.problem.entry is not None


def test_the_bureau_owes_that_proof_from_the_takeover_on() -> None:
    life = before()
    life.until(date(2024, 7, 4))
    take_over(life)
    owed = [one.due_on for one in owed_by_bureau(life.problem, life.rules)]
    assert owed == [date(2024, 7, 8)]


def test_a_round_held_before_is_not_late_at_once_when_its_notice_is_sent_again() -> None:
    life = before()
    life.until(date(2024, 7, 20))
    assert life.problem.rounds[0].held_at
    take_over(life)
    life.do(c.ReissueNotice(reason="更正地址", by=OFFICER))
    assert life.problem.rounds[0].due_on == date(2024, 8, 5)
    life.until(date(2024, 8, 4))
    assert late_by(life) == []


def test_a_request_that_waits_at_the_takeover_holds_what_would_fall_due() -> None:
    life = before(served=True)
    receipt = life.ask_for_time()
    take_over(life)
    life.prove()
    life.until(date(2024, 7, 15))
    assert life.problem.points == 0
    life.answer_request(receipt, grant=False)
    assert life.problem.rounds[0].due_on == date(2024, 7, 17)


def test_a_unit_that_is_gone_at_the_takeover_is_owed_a_successor() -> None:
    life = Life(rules=default_rules(version=2), now=at_local(date(2025, 10, 20), time(9)))
    life.register(district="500112", address="渝北区龙溪街道")
    life.transfer()
    life.until(date(2025, 12, 1))
    take_over(life)
    assert e.BureauDuty.SUCCESSOR in {duty for duty, _ in duties_of_bureau(life.problem)}


def test_a_policy_that_comes_to_demand_proof_demands_it_of_the_open_round() -> None:
    demanding = default_rules().policy
    lax = wandering.without_proof(demanding)
    life = Life(rules=Rules(lax, default_rules().calendar), served=False)
    life.register()
    life.transfer()
    assert not life.problem.rounds[0].unproven
    life.do(c.ApplyPolicy(policy=demanding, proposed_by=OFFICER, by=SUPERVISOR))
    life.until(date(2024, 7, 20))
    assert life.problem.points == 0


# -- random lives ----------------------------------------------------------------------------------


@dataclass
class _Later(Witness):
    """Follows a life, and judges it only once it was taken over."""

    strict: bool = False
    taken_at: Any = None
    rounds_late: set[int] = field(default_factory=set)

    def see(
        self, decision: Decision, duty: Duty | None, rules: Rules, *, served: bool = True
    ) -> None:
        """Judge, or only follow."""
        if self.strict:
            for recorded in decision.events:
                self.nothing_of_before_is_decided_again(recorded)
            super().see(decision, duty, rules, served=served)
            return
        for recorded in decision.events:
            self.problem = fold(recorded, self.problem)
            self.history.append(recorded)
            self.last_at = recorded.at
            self._remember(recorded)

    def _remember(self, recorded: e.Recorded) -> None:
        event = recorded.event
        if isinstance(event, e.ActProposed):
            self.proposals[recorded.seq] = (event, recorded.by)
        elif isinstance(event, e.ClosureProposed):
            self.closure = (event.content_hash, recorded.by)
        elif isinstance(event, e.PointsDeducted):
            self.deducted[recorded.seq] = event
            self.keys.add((event.rule_id, event.occurrence))
        elif isinstance(event, e.PointsReversed):
            self.reversed.add(event.deduction)
        elif isinstance(event, e.FactEstablished) and event.fact in LATENESS and event.round_no:
            self.late_rounds.add(event.round_no)

    def nothing_of_before_is_decided_again(self, recorded: e.Recorded) -> None:
        """What fell due before the takeover was decided before it."""
        event = recorded.event
        if isinstance(event, e.FactEstablished | e.LevelRaised) and event.planned_at:
            assert event.planned_at > self.taken_at

    def look(self, *given: Any) -> None:
        """Judge what is left, once the life was taken over."""
        if self.strict:
            super().look(*given)


class _TakenOver(wandering.Wanderer):
    """A life of an earlier version that two persons take over at some step."""

    def step(self) -> None:
        """Go on, and be taken over one day."""
        witness = self.witness
        assert isinstance(witness, _Later)
        if not witness.strict and self.random.random() < 0.08:
            self._take_over(witness)
        super().step()

    def _take_over(self, witness: _Later) -> None:
        same = self.random.random() < 0.6
        policy = self.rules.policy if same else self.random.choice(wandering.policies())
        command = c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR, rules_version=3)
        earlier = self.problem
        try:
            self._keep(self._decide(command), None)
        except Refusal:
            return
        assert [one.due_on for one in earlier.rounds] == [one.due_on for one in self.problem.rounds]
        witness.strict, witness.taken_at = True, self.now


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let lives that are wandered begin by a version of the rules."""
    monkeypatch.setattr(wandering, "Witness", _Later)

    def begin_by(version: int) -> None:
        def rules(policy_id: str = "chongqing-2024") -> Rules:
            return default_rules(policy_id, version)

        monkeypatch.setattr(wandering, "default_rules", rules)

    return begin_by


@pytest.mark.parametrize("version", [1, 2])
def test_whatever_happened_before_the_invariants_hold_after_the_takeover(
    version: int, versions: Callable[[int], None]
) -> None:
    versions(version)
    taken = 0
    for seed in range(60):
        life = _TakenOver(Random(seed))
        try:
            for _ in range(60):
                life.step()
                if life.over:
                    break
        except Exception as error:
            error.add_note(f"this life again: seed {seed}")
            raise
        assert isinstance(life.witness, _Later)
        taken += life.witness.strict
    assert taken > 20
