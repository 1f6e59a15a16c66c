"""人工认定: what a person states and a second one approves costs as the policy says."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.decisions.stated_facts import statable
from domain.policy import ListingRule
from domain.refusals import Refusal
from domain.roles import Actor, Role
from domain.rules import Rules
from domain.stages import STATED, Fact
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, Life, default_rules

DAY = MONDAY + timedelta(days=3)
SOURCE = "示例：省通报〔2024〕1号"


def under(policy_id: str, rules: Rules | None = None, **facts: object) -> Life:
    life = Life(rules=rules or default_rules(policy_id))
    life.register(**facts)
    life.transfer()
    life.prove()
    life.until(MONDAY + timedelta(days=4))
    return life


def stated(life: Life, fact: Fact, on: date = DAY, source: str = SOURCE) -> None:
    life.propose(c.StateFact(fact=fact, on=on, source=source))
    life.agree()


def refused(life: Life, fact: Fact, on: date = DAY, source: str = SOURCE) -> str:
    with pytest.raises(Refusal) as refusal:
        life.propose(c.StateFact(fact=fact, on=on, source=source))
    return refusal.value.code


def costs(life: Life) -> list[tuple[str, str, date]]:
    return [
        (one.rule_id, str(one.points), one.on)
        for one in life.events
        if isinstance(one, e.PointsDeducted)
    ]


@pytest.mark.parametrize("fact", [Fact.CRITICISED, Fact.EXPOSED])
def test_guangyuan_answers_criticism_and_exposure_with_a_red_light(fact: Fact) -> None:
    life = under("guangyuan-2018")
    stated(life, fact)
    assert costs(life) == [("red-light", "2", DAY)]
    told = next(one for one in life.notices if one.kind.value == "points_deducted")
    assert dict(told.details)["source"] == SOURCE


def test_guangyuan_counts_one_red_light_a_month_whatever_gave_it() -> None:
    life = under("guangyuan-2018")
    stated(life, Fact.CRITICISED)
    stated(life, Fact.EXPOSED)
    assert costs(life) == [("red-light", "2", DAY)]


def test_jinhua_deducts_once_for_a_case_that_was_shirked_and_twice_as_much_for_leaders() -> None:
    life = under("jinhua")
    stated(life, Fact.SHIRKED)
    stated(life, Fact.SHIRKED, on=DAY + timedelta(days=1))
    assert costs(life) == [("shirked", "1", DAY)]
    doubled = under("jinhua", clue_source="leader_instruction")
    stated(doubled, Fact.SHIRKED)
    assert costs(doubled) == [("shirked", "2", DAY)]


def test_nobody_states_a_fact_alone() -> None:
    life = under("guangyuan-2018")
    life.propose(c.StateFact(fact=Fact.CRITICISED, on=DAY, source=SOURCE), by=SUPERVISOR)
    assert costs(life) == []
    with pytest.raises(Refusal, match="不得为同一人"):
        life.agree(SUPERVISOR)


def test_a_stated_fact_lists_the_problem_where_the_policy_says_so() -> None:
    rules = default_rules()
    listing = (
        *rules.policy.listing,
        ListingRule(fact=Fact.SHIRKED, lists=True, clause="示例"),
    )
    life = under("", replace(rules, policy=replace(rules.policy, listing=listing)))
    stated(life, Fact.SHIRKED)
    assert life.problem.entry is not None
    assert life.problem.entry.listed_on == DAY
    assert life.problem.level == 1


def test_an_appeal_that_is_upheld_undoes_it() -> None:
    life = under("guangyuan-2018")
    stated(life, Fact.CRITICISED)
    receipt = life.appeal()
    for author in (OFFICER, SUPERVISOR):
        with pytest.raises(Refusal, match="由您作出"):
            life.answer_appeal(receipt, uphold=True, by=author)
    life.answer_appeal(receipt, uphold=True)
    life.agree(Actor("supervisor-2", Role.SUPERVISOR))
    assert life.problem.points == Decimal(0)
    assert life.problem.grounds[-1].fallen_seq
    stated(life, Fact.CRITICISED)
    assert life.problem.points == Decimal(2)


def test_what_cannot_be_stated_is_refused_by_name() -> None:
    life = under("guangyuan-2018")
    assert refused(life, Fact.RED_LIGHT) == "fact_not_stated"
    assert refused(life, Fact.SHIRKED) == "fact_without_consequence"
    assert refused(life, Fact.CRITICISED, source=" ") == "source_missing"
    before, after = MONDAY - timedelta(days=1), life.today + timedelta(days=1)
    assert refused(life, Fact.CRITICISED, on=before) == "fact_outside_time"
    assert refused(life, Fact.CRITICISED, on=after) == "fact_outside_time"
    stated(life, Fact.CRITICISED)
    assert refused(life, Fact.CRITICISED) == "fact_stated_before"


def test_nothing_is_stated_of_a_district_that_was_never_told() -> None:
    life = Life(rules=default_rules("guangyuan-2018"))
    life.register()
    assert refused(life, Fact.CRITICISED) == "fact_outside_time"
    life.transfer()
    assert refused(life, Fact.CRITICISED, on=MONDAY) == "nothing_served"


def test_the_default_policy_and_older_rules_know_no_such_fact() -> None:
    assert statable(default_rules()) == ()
    assert statable(default_rules("guangyuan-2018", version=2)) == ()
    assert set(statable(default_rules("guangyuan-2018"))) < STATED


def test_a_proposal_that_waits_lapses_with_the_problem() -> None:
    life = under("guangyuan-2018")
    life.propose(c.StateFact(fact=Fact.CRITICISED, on=DAY, source=SOURCE))
    life.do(c.WithdrawProblem(reason="示例", by=SUPERVISOR))
    assert life.problem.proposed == ()
