"""A life on the real time-skipping server."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.client import WorkflowUpdateFailedError
from temporalio.exceptions import ApplicationError

from audit.sources import life_on_server
from audit.verify import verify_life
from domain import commands as c
from domain.command_ids import of_key, of_receipt
from domain.local_time import at_local
from domain.outcomes import CommandRefused, NoSuchLife
from domain.stages import Stage
from gateways.temporal_client import DATA_CONVERTER
from tests.worlds.life import MONDAY, OFFICER
from tests.worlds.server import Living, living
from workflows.problem_workflow import ProblemWorkflow

DAY_TEN = at_local(date(2024, 7, 4), time(10))
DUE_AT = at_local(date(2024, 7, 10), time(0))


async def events_of(life: Living, kind: EventType.ValueType) -> int:
    """Count the history's events of a kind."""
    history = await life.handle.fetch_history()
    return sum(event.event_type == kind for event in history.events)


async def test_an_ordinary_life_stays_under_120_events_and_verifies() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DAY_TEN)
        await life.do(await life.answer(), "r1")
        await life.close()
        await life.handle.result()
        history = await life.handle.fetch_history()
        runs = await life_on_server(life.env.client, life.problem_no)
        verified = await verify_life(runs, DATA_CONVERTER)
    assert len(history.events) < 120
    assert verified.difference is None
    assert verified.closed


async def test_a_refusal_is_recorded_with_its_code_and_changes_nothing() -> None:
    async with living() as life:
        await life.begin()
        await life.state()
        with pytest.raises(CommandRefused) as refused:
            await life.do(c.RecordListNumber(number="1", by=OFFICER), "n1")
        completed = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_COMPLETED
        assert await events_of(life, completed) == 1
    assert refused.value.code == "nothing_listed"
    assert life.records.seqs == [1, 2, 3]


async def test_what_is_no_command_is_turned_away_without_an_event() -> None:
    async with living() as life:
        await life.begin()
        await life.state()
        codes = []
        for name, content in (("no_such_command", {}), ("send_reminder", {"by": 7})):
            with pytest.raises(WorkflowUpdateFailedError) as failed:
                await life.handle.execute_update(name, content, id=f"bad-{name}")
            cause = failed.value.cause
            assert isinstance(cause, ApplicationError)
            codes.append(cause.type)
        accepted = EventType.EVENT_TYPE_WORKFLOW_EXECUTION_UPDATE_ACCEPTED
        assert await events_of(life, accepted) == 0
    assert codes == ["unknown_command", "malformed"]


async def test_the_same_command_id_has_one_effect_also_in_a_later_run() -> None:
    async with living(continue_after=30) as life:
        await life.begin()
        press = c.SendReminder(by=OFFICER)
        first = await life.do(press, "press-1")
        for number in range(2, 8):
            await life.do(press, f"press-{number}")
        again = await life.do(press, "press-1")
        runs = await life_on_server(life.env.client, life.problem_no)
        verified = await verify_life(runs, DATA_CONVERTER)
    assert again == first
    assert len(runs) > 1
    assert verified.difference is None
    assert life.records.seqs == list(range(1, 3 + 7 + 1))


async def test_an_answer_let_in_and_delivered_again_has_one_effect() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DUE_AT - timedelta(seconds=2))
        answer = await life.answer()
        life.inbox.waiting.append(answer)
        await life.sleep_until(DUE_AT + timedelta(hours=1))
        problem = await life.state()
        outcome = await life.do(answer, "r1")
    assert problem.stage is Stage.UNDER_REVIEW
    assert problem.entry is None
    assert not problem.submissions[0].late
    assert outcome.events == ("feedback:received",)
    assert len(problem.submissions) == 1
    assert life.inbox.asked[-1].cutoff == DUE_AT


async def test_a_life_that_knows_bare_ids_recognises_what_bore_them_and_nothing_else() -> None:
    press = c.SendReminder(by=OFFICER)
    async with living(continue_after=30) as life:
        await life.begin()
        first = await life.do(press, "r1")
        for number in range(2, 8):
            await life.do(press, f"press-{number}")
        again = await life.do(press, of_key("officer-1", "r1"))
        answer = await life.answer("r1")
        taken = await life.do(answer, of_receipt("r1"))
        for number in range(8):  # in one run the server itself would answer a known id
            entry = c.RecordRegisterNumber(
                register=c.Register.NATIONAL_AIR, number=f"{number}", by=OFFICER
            )
            await life.do(entry, of_key("officer-1", f"entry-{number}"))
        repeated = await life.do(answer, of_receipt("r1"))
        with pytest.raises(CommandRefused) as refused:
            await life.do(press, of_key("officer-1", "entry-1"))
        runs = await life_on_server(life.env.client, life.problem_no)
        verified = await verify_life(runs, DATA_CONVERTER)
    assert again == first
    assert taken == repeated
    assert taken.events == ("feedback:received",)
    assert refused.value.code == "id_reused"
    assert len(runs) > 1
    assert verified.difference is None


async def test_an_answer_stamped_late_by_a_clock_ahead_waits_for_the_consequence() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DUE_AT - timedelta(seconds=2))
        answer = replace(await life.answer(), received_at=DUE_AT + timedelta(seconds=1))
        await life.do(answer, "r1")
        problem = await life.state()
        runs = await life_on_server(life.env.client, life.problem_no)
        verified = await verify_life(runs, DATA_CONVERTER)
    assert problem.submissions[0].late
    assert problem.entry is not None
    assert problem.points > 0
    assert verified.difference is None


async def test_twenty_commands_at_once_are_decided_one_after_another() -> None:
    async with living() as life:
        await life.begin()
        await asyncio.gather(
            *(life.do(c.SendReminder(by=OFFICER), f"press-{n}") for n in range(20))
        )
    assert life.records.seqs == list(range(1, 24))


async def test_an_update_before_the_first_task_finds_a_whole_life() -> None:
    async with living() as life:
        await life.begin()
        outcome = await life.do(c.SendReminder(by=OFFICER), "early")
    assert outcome.seq == 4


async def test_a_conflict_in_the_store_holds_the_life_but_does_not_end_it() -> None:
    async with living() as life:
        life.records.conflicts = 3
        await life.begin()
        await life.sleep_until(DAY_TEN)
        problem = await life.state()
    assert life.records.refused == 3
    assert problem.stage is Stage.AWAITING_FEEDBACK


async def test_unproven_service_holds_the_consequence() -> None:
    async with living() as life:
        life.inbox.served = False
        await life.begin()
        await life.sleep_until(DUE_AT + timedelta(days=1))
        problem = await life.state()
    assert problem.entry is None
    assert problem.rounds[0].held_at is not None


async def test_long_supervision_goes_on_in_new_runs_with_nothing_twice() -> None:
    async with living(continue_after=150) as life:
        await life.begin()
        for _ in range(8):
            await life.sleep_until(await life.now() + timedelta(days=90))
            await life.state()
        runs = await life_on_server(life.env.client, life.problem_no)
        verified = await verify_life(runs, DATA_CONVERTER)
    assert len(runs) >= 3
    assert max(len(run.events) for run in runs) < 250
    assert life.records.seqs == list(range(1, len(life.records.seqs) + 1))
    assert verified.difference is None


async def test_the_queries_explain_the_life() -> None:
    async with living() as life:
        await life.begin()
        await life.state()
        explained = await life.handle.query(ProblemWorkflow.explanation)
        agenda = await life.handle.query(ProblemWorkflow.agenda)
    assert "2024年7月9日24:00届满" in explained[1]
    assert agenda.duty is not None
    assert agenda.duty.detail == "service:r1#1"  # nobody has said yet that the notice arrived
    assert agenda.policy.startswith("chongqing-2024@")


async def test_a_life_tells_by_what_it_is_judged_and_its_records_name_the_same_even_when_over() -> (
    None
):
    async with living() as life:
        await life.begin()
        await life.sleep_until(DAY_TEN)
        problem, rules = await life.desk.judged(life.problem_no)
        assert problem == await life.state()
        await life.do(await life.answer(), "r1")
        await life.close()
        await life.handle.result()
        ended, same = await life.desk.judged(life.problem_no)
        with pytest.raises(NoSuchLife):
            await life.desk.judged("CQ2024-9999")
    assert rules == same == life.desk.rules.recorded(MONDAY)
    assert ended.ended
    last = life.records.orders[-1]
    assert (last.policy, last.calendar) == (rules.policy.name, rules.calendar.name)


@pytest.mark.parametrize("module", ["workflows.problem_workflow", "audit.verify"])
def test_importing_a_life_or_its_audit_loads_no_database_mail_or_web_library(module: str) -> None:
    heavy = "{'sqlmodel', 'sqlalchemy', 'fastapi', 'aiosmtplib', 'jinja2'}"
    code = f"import sys, {module}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
