"""Every id says where its command comes from, and stands for one command."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from domain import command_ids as ids
from domain import commands as c
from domain.decide import decide
from domain.handled import CommandRecord, Handled, record_of, refusal_of
from domain.life import CarriedOver, Life, Step
from domain.outcomes import Outcome
from domain.problem import Problem
from domain.refusals import Refusal, WrongMoment
from domain.roles import Actor, Role
from tests.domain.commands_at_hand import AT_HAND
from tests.domain.situations import SITUATIONS
from tests.worlds.life import OFFICER, OTHER_OFFICER, transferred

NAMED = {
    ids.of_key("u-officer", "a/b"): "a/b",
    ids.of_receipt("r1"): "r1",
    ids.of_rule("change", "CQ2024-0001"): "change/CQ2024-0001",
    ids.of_rule_at_transfer("change", "CQ2024-0001"): "change/CQ2024-0001/transfer",
    ids.of_draw("draw-1", "CQ2024-0001"): "draw-1/CQ2024-0001",
    ids.of_batch("u-officer", "k", "CQ2024-0001"): "k/CQ2024-0001",
    ids.of_bounce(7): "bounce-7",
    ids.of_passing_bounce(7, "0123456789abcdef0123"): "bounce-7/0123456789abcdef",
}
PRESS = c.SendReminder(by=OFFICER)
TAKEN = WrongMoment("id_reused")
TAKEN_NOWHERE = {"assign_successor", "record_points_receipt", "record_proof", "sort_problem"}
"""What no situation at hand takes, a unit having to end, and what was never sent under a bare id."""


def applied(name: str) -> tuple[c.Command, Outcome, Problem]:
    """A command in a situation that takes it, what it comes to, and the problem then."""
    for situation in SITUATIONS.values():
        life = situation()
        command = AT_HAND[name](life)
        try:
            came_to = decide(life.problem, command, cause="x", now=life.now, rules=life.rules)
        except Refusal:
            continue
        tags = tuple(recorded.event.tag for recorded in came_to.events)
        return command, outcome(*tags), came_to.problem
    raise AssertionError(f"no situation takes {name}")


def outcome(*tags: str) -> Outcome:
    problem = transferred().problem
    return Outcome(problem_no=problem.problem_no, seq=9, stage=problem.stage, level=0, events=tags)


def bare(command_id: str, *tags: str) -> CommandRecord:
    """A record as it was kept before ids were named."""
    return CommandRecord(command_id=command_id, outcome=outcome(*tags))


@pytest.mark.parametrize(("named", "before"), NAMED.items())
def test_each_source_has_ids_of_its_own_and_each_had_a_bare_one(named: str, before: str) -> None:
    assert ids.bare_of(named) == before
    assert ids.bare_of(before) == ""


def test_a_key_cannot_be_made_to_look_like_anything_else() -> None:
    for other in NAMED:
        assert ids.of_key("u-officer", other) not in NAMED
        assert ids.bare_of(ids.of_key("u-officer", other)) == other


@pytest.mark.parametrize("name", AT_HAND)
def test_sent_again_by_whomever_a_command_is_the_same_and_no_other(name: str) -> None:
    command = AT_HAND[name](transferred())
    by_another = replace(command, by=Actor("another", Role.OFFICER))
    assert ids.hash_of(by_another) == ids.hash_of(command)
    others = [AT_HAND[one](transferred()) for one in AT_HAND if one != name]
    assert ids.hash_of(command) not in map(ids.hash_of, others)


def test_what_changes_between_two_sendings_makes_no_other_command() -> None:
    life = transferred()
    told = AT_HAND["report_bounce"](life)
    assert isinstance(told, c.ReportBounce)
    later = replace(told, reported_at=told.reported_at + timedelta(hours=1))
    assert ids.hash_of(later) == ids.hash_of(told)
    other = replace(told, notice_key="another notice")
    assert ids.hash_of(other) != ids.hash_of(told)
    applying = AT_HAND["apply_calendar"](life)
    assert isinstance(applying, c.ApplyCalendar)
    years = replace(applying.calendar, years=applying.calendar.years[:1])
    assert ids.hash_of(replace(applying, calendar=years)) == ids.hash_of(applying)


def test_another_command_under_a_known_id_is_refused_and_changes_nothing() -> None:
    review = c.ReviewFeedback(receipt_id="r1", verdict=c.Verdict.ACCEPT_DONE, reason="", by=OFFICER)
    for known in (
        record_of("key:o/k", outcome("reminder:issued"), PRESS),
        refusal_of("key:o/k", WrongMoment("suspended", on="示例"), PRESS),
    ):
        handled = Handled([known])
        assert handled.find("key:o/k", PRESS, None) == known
        assert handled.find("key:o/k", replace(PRESS, by=OTHER_OFFICER), None) == known
        refused = handled.find("key:o/k", review, None)
        assert refused == refusal_of("key:o/k", TAKEN)
        assert handled.records == (known,)


@pytest.mark.parametrize("name", [name for name in AT_HAND if name not in TAKEN_NOWHERE])
def test_an_id_of_before_is_recognised_for_the_command_that_bore_it(name: str) -> None:
    command, came_to, problem = applied(name)
    known = CommandRecord(command_id="x", outcome=came_to)
    handled = Handled([known])
    assert handled.find(ids.of_key("u-officer", "x"), command, problem) == known
    assert handled.find("x", command, problem) == known


@pytest.mark.parametrize(
    ("borne_by", "other"),
    [("submit_feedback", "enter_answer"), ("enter_answer", "submit_feedback")],
)
def test_an_answer_of_before_is_none_that_came_another_way(borne_by: str, other: str) -> None:
    """Both lead to the same events; the problem says which answer stands, and how it came."""
    borne, came_to, problem = applied(borne_by)
    handled = Handled([CommandRecord(command_id="x", outcome=came_to)])
    asked = AT_HAND[other](transferred())
    assert isinstance(borne, c.SubmitFeedback | c.EnterAnswer)
    assert isinstance(asked, c.SubmitFeedback | c.EnterAnswer)
    for receipt in (borne.receipt_id, "x"):
        command = replace(asked, receipt_id=receipt)
        assert handled.find(ids.of_receipt("x"), command, problem) is None
        assert handled.find(ids.of_key("o", "x"), command, problem) is None
    assert handled.find(ids.of_receipt("x"), borne, None) is None


@pytest.mark.parametrize(
    ("command_id", "tag", "name"),
    [
        (ids.of_key("o", "x"), "feedback:received", "review_feedback"),
        (ids.of_receipt("x"), "reminder:issued", "submit_feedback"),
        (ids.of_rule("x", "n"), "reminder:issued", "apply_calendar"),
    ],
)
def test_an_id_of_before_answers_no_command_it_cannot_have_borne(
    command_id: str, tag: str, name: str
) -> None:
    handled = Handled([bare(ids.bare_of(command_id), tag)])
    assert handled.find(command_id, AT_HAND[name](transferred()), None) is None


def test_a_refusal_of_before_is_decided_anew_for_it_does_not_say_what_it_refused() -> None:
    before = CommandRecord(command_id="x", outcome=None, refusal_code="suspended")
    assert Handled([before]).find(ids.of_key("o", "x"), PRESS, None) is None
    assert Handled([before]).find("x", PRESS, None) == before


def test_an_old_process_that_asks_once_more_is_answered_by_the_named_id() -> None:
    known = record_of(ids.of_key("o", "x"), outcome("reminder:issued"), PRESS)
    assert Handled([known]).find("x", PRESS, None) == known
    assert Handled([known]).find("x", AT_HAND["review_feedback"](transferred()), None) is None


def test_a_life_takes_the_paper_whose_number_somebody_used_as_his_key() -> None:
    situation = transferred()
    life = Life(situation.rules, CarriedOver(problem=situation.problem, handled=()))
    answer = AT_HAND["submit_feedback"](situation)
    for command_id, command in ((ids.of_key("o", "new"), PRESS), (ids.of_receipt("new"), answer)):
        step = life.handle(command, command_id, situation.now)
        assert isinstance(step, Step)
        life.apply(step)
    assert [one.command_id for one in life.records] == ["key:o/new", "receipt:new"]
    taken = life.handle(answer, ids.of_key("o", "new"), situation.now)
    assert isinstance(taken, CommandRecord)
    assert taken.refusal_code == "id_reused"
    assert len(life.records) == 2
