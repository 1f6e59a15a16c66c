"""A lost life goes on where its events stand, and nothing that was dealt with is dealt with twice."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from domain import commands as c
from domain.command_ids import of_key
from domain.events import LifeRestored, Lost, Recorded
from domain.handled import CommandRecord
from domain.life import CarriedOver, Life
from domain.local_time import at_local
from domain.restoring import Restoration, gone_on
from domain.stages import Stage
from domain.words.events import in_words
from tests.worlds.life import MONDAY, OFFICER, SUPERVISOR, default_rules, some_facts

NOW = at_local(MONDAY, time(9))
REMINDER = of_key("u-officer", "reminder-1")


def lived() -> tuple[Life, tuple[Recorded, ...]]:
    """Registered, transferred, reminded by hand; the life, and its event log."""
    life = Life(default_rules())
    register = c.RegisterProblem(problem_no="CQ2024-0001", facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(on=MONDAY, document_no="示例1号", by=OFFICER)
    begun = life.begin(register, transfer, NOW)
    life.apply(begun)
    step = life.decide(c.SendReminder(by=OFFICER), REMINDER, NOW)
    life.apply(step)
    return life, (*begun.decision.events, *step.decision.events)


def restoration(log: tuple[Recorded, ...]) -> Restoration:
    """By two persons."""
    return Restoration(
        restoration_id="r1",
        lost=Lost.TERMINATED,
        proposed_by=OFFICER,
        approved_by=SUPERVISOR,
        reason="误操作",
        from_log=log,
    )


def test_from_its_event_log_alone_a_life_is_what_it_was() -> None:
    life, log = lived()
    problem, handled = gone_on(None, (), log)
    assert problem == life.problem
    assert [one.command_id for one in handled] == [REMINDER]
    assert handled[0].outcome == life.records[0].outcome
    again = Life(life.rules, CarriedOver(problem=problem, handled=handled))
    answer = again.handle(c.SendReminder(by=OFFICER), REMINDER, NOW)
    assert isinstance(answer, CommandRecord)
    assert answer.outcome == life.records[0].outcome
    assert again.duty == life.duty


def test_what_its_history_tells_is_kept_and_the_log_goes_on_from_there() -> None:
    life, log = lived()
    earlier, first = gone_on(None, (), log[:-1])
    kept = CommandRecord(command_id="refused", outcome=None, refusal_code="x")
    problem, handled = gone_on(earlier, (*first, kept), log[-1:])
    assert problem == life.problem
    assert [one.command_id for one in handled] == ["refused", REMINDER]
    assert not handled[0].from_log


def test_events_that_do_not_follow_or_are_missing_are_no_life() -> None:
    _, log = lived()
    for broken in (log[1:], log[:0]):
        with pytest.raises(ValueError, match=r"life|follow"):
            gone_on(None, (), broken)


def test_it_is_recorded_that_it_goes_on_and_no_date_moves() -> None:
    life, log = lived()
    later = NOW + timedelta(days=3)
    before, duty = life.problem, life.duty
    step = life.restore(restoration(log), later)
    life.apply(step)
    (recorded,) = step.decision.events
    assert isinstance(recorded.event, LifeRestored)
    assert (recorded.by, recorded.event.proposed_by) == (SUPERVISOR, OFFICER)
    assert (recorded.at, recorded.cause) == (later, "restored:r1/CQ2024-0001")
    assert life.problem.rounds == before.rounds
    assert (life.problem.stage, life.duty) == (Stage.AWAITING_FEEDBACK, duty)
    assert step.notices == ()
    whole = gone_on(None, (), (*log, recorded))
    assert whole[0] == life.problem
    assert [one.command_id for one in whole[1]] == [REMINDER]


def test_it_is_told_in_words_with_the_reason_and_what_no_history_tells() -> None:
    for lost in Lost:
        event = LifeRestored(lost=lost, proposed_by=OFFICER, reason="误操作", from_log=2)
        assert lost.label in in_words(event)
        assert "误操作" in in_words(event)
        assert "2项取自数据库的事件记录" in in_words(event)
