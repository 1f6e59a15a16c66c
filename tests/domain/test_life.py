"""One life, thought through: each command is answered once, and nothing is kept before its time."""

from __future__ import annotations

from datetime import date, time

import pytest

from domain import commands as c
from domain.handled import CommandRecord
from domain.life import CarriedOver, Life, NotBegun, Step
from domain.local_time import at_local
from domain.stages import Stage
from tests.worlds.life import DISTRICT, MONDAY, OFFICER, default_rules, some_facts

NOW = at_local(MONDAY, time(9))
REGISTER = c.RegisterProblem(problem_no="CQ2024-0001", facts=some_facts(), by=OFFICER)
TRANSFER = c.TransferProblem(on=MONDAY, document_no="渝环执法移〔2024〕示例1号", by=OFFICER)
TOO_EARLY = c.ApproveClosure(content_hash="", by=OFFICER)


def begun() -> Life:
    """Registered and transferred at once."""
    life = Life(default_rules())
    life.apply(life.begin(REGISTER, TRANSFER, NOW))
    return life


def feedback() -> c.SubmitFeedback:
    """What the district answers to the first round."""
    return c.SubmitFeedback(
        receipt_id="r1",
        round_no=1,
        district="500103",
        received_at=NOW,
        answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
        content_sha256="0" * 64,
        by=DISTRICT,
    )


def handled(life: Life, command: c.Command, command_id: str) -> Step:
    """Handle a command that is decided anew."""
    step = life.handle(command, command_id, NOW)
    assert isinstance(step, Step)
    return step


def test_before_its_registration_is_recorded_there_is_no_problem() -> None:
    life = Life(default_rules())
    life.begin(REGISTER, TRANSFER, NOW)
    assert not life.begun
    assert (life.problem_or_none, life.duty, life.records) == (None, None, ())
    for ask in (lambda: life.problem, life.outcome, life.carried_over):
        with pytest.raises(NotBegun):
            ask()


def test_registered_and_transferred_at_once_is_one_step() -> None:
    life = Life(default_rules())
    step = life.begin(REGISTER, TRANSFER, NOW)
    assert step.refused is None
    assert step.tags[:2] == ("problem:registered", "problem:transferred")
    assert [one.seq for one in step.decision.events] == list(range(1, len(step.tags) + 1))
    outcome = life.apply(step)
    assert life.begun
    assert (outcome.stage, outcome.events) == (Stage.AWAITING_FEEDBACK, step.tags)
    assert life.duty == step.next_duty
    assert {order.kind.label for order in step.notices} == {"移交通知"}


def test_without_a_transfer_it_is_only_registered() -> None:
    life = Life(default_rules())
    outcome = life.apply(life.begin(REGISTER, None, NOW))
    assert (outcome.stage, outcome.events) == (Stage.REGISTERED, ("problem:registered",))


def test_a_transfer_that_is_refused_leaves_the_problem_registered() -> None:
    life = Life(default_rules())
    tomorrow = c.TransferProblem(on=date(2024, 6, 25), document_no="示例", by=OFFICER)
    step = life.begin(REGISTER, tomorrow, NOW)
    assert step.refused is not None
    assert life.apply(step).stage is Stage.REGISTERED


def test_a_command_is_kept_when_its_step_is_applied_and_answered_the_same_ever_after() -> None:
    life = begun()
    step = handled(life, feedback(), "r1")
    assert life.answered("r1", feedback()) is None
    assert life.problem.stage is Stage.AWAITING_FEEDBACK
    outcome = life.apply(step)
    assert (outcome.stage, outcome.seq) == (Stage.UNDER_REVIEW, life.problem.seq)
    assert outcome.events == ("feedback:received",)
    again = life.handle(feedback(), "r1", NOW)
    assert again == CommandRecord(command_id="r1", outcome=outcome)
    assert life.records == (again,)


def test_a_refusal_is_an_answer_that_is_kept_at_once() -> None:
    life = begun()
    before = life.problem
    refused = life.handle(TOO_EARLY, "c1", NOW)
    assert isinstance(refused, CommandRecord)
    assert refused.outcome is None
    assert refused.refusal_code
    assert refused.refusal_message
    assert life.handle(TOO_EARLY, "c1", NOW) is refused
    assert life.problem is before


def test_a_duty_is_met_at_its_instant_and_answers_no_command() -> None:
    life = begun()
    duty = life.duty
    assert duty is not None
    with pytest.raises(ValueError, match="is not due before"):
        life.meet(duty, served=True, now=NOW)
    life.apply(life.meet(duty, served=True, now=duty.at))
    assert life.records == ()
    following = life.duty
    assert following != duty
    assert life.duty is following, "worked out once"


def test_what_is_carried_over_goes_on_with_the_problem_and_every_answer() -> None:
    life = begun()
    life.handle(TOO_EARLY, "c1", NOW)
    life.apply(handled(life, feedback(), "r1"))
    carried = life.carried_over()
    assert carried == CarriedOver(problem=life.problem, handled=life.records)
    next_run = Life(life.rules, carried)
    assert next_run.begun
    assert next_run.problem_or_none == life.problem
    assert next_run.records == life.records
    assert next_run.handle(feedback(), "r1", NOW) == life.answered("r1", feedback())
