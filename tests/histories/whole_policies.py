"""Lives judged by the policies as they are shipped, every group of numbers among them."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time, timedelta

from domain import commands as c
from domain.local_time import at_local
from domain.rules import Rules
from domain.work_calendar import years_hash
from gateways.calendar_files import load_calendar
from gateways.policy_files import load_policy
from simulation.behaviours import OFFICER, OTHER_OFFICER, SUPERVISOR, Behaviour
from simulation.script import Casting, live
from tests.worlds.carrying import Carrying
from tests.worlds.life import MONDAY, default_rules, some_facts
from tests.worlds.server import Living

Lived = Callable[[Living], Awaitable[None]]


def _played(behaviour: Behaviour, policy_id: str) -> Lived:
    """Give a scripted life, from transfer to the end, by one policy."""

    async def lived(life: Living) -> None:
        rules = default_rules(policy_id)
        life.desk = replace(life.desk, rules=rules)
        register = c.RegisterProblem(problem_no=life.problem_no, facts=some_facts(), by=OFFICER)
        transfer = c.TransferProblem(on=MONDAY, document_no="示例1号", by=OFFICER)
        casting = Casting(row=1, behaviour=behaviour, register=register, transfer=transfer)
        await live(casting, Carrying(life), rules, None)

    return lived


async def _approve_act(life: Living, command_id: str) -> None:
    (proposed,) = (await life.state()).proposed
    await life.do(
        c.ApproveAct(proposal=proposed.seq, content_hash=proposed.content_hash, by=SUPERVISOR),
        command_id,
    )


async def _answer_and_close(life: Living) -> None:
    problem = await life.state()
    answer = await life.answer(f"r{len(problem.rounds)}", len(problem.rounds))
    await life.do(answer, answer.receipt_id)
    await life.close()


async def extended_by_two(life: Living) -> None:
    """Have a second extension approved by a second person, then close."""
    await life.begin()
    for number in (1, 2):
        due_on = (await life.state()).rounds[0].due_on
        asked = replace(await life.request(f"wait-{number}"), wanted_on=due_on + timedelta(days=10))
        await life.do(asked, asked.receipt_id)
        granted = c.DecideExtension(
            receipt_id=asked.receipt_id, grant=True, reason="设备到货延迟属实", by=OFFICER
        )
        await life.do(granted, f"granted-{number}")
    await _approve_act(life, "approved")
    await _answer_and_close(life)


async def moved_and_suspended(life: Living) -> None:
    """Have two acts approved by a second person, one after another, then close."""
    await life.begin()
    acts: tuple[c.Act, ...] = (
        c.MoveDueDate(round_no=1, due_on=date(2024, 7, 19)),
        c.SuspendProblem(review_on=date(2024, 9, 2)),
    )
    for number, act in enumerate(acts):
        await life.do(c.ProposeAct(act=act, reason="示例", by=OFFICER), f"proposed-{number}")
        await _approve_act(life, f"approved-{number}")
    await life.sleep_until(at_local(date(2024, 8, 1), time(10)))
    await life.do(c.ResumeProblem(reason="示例", by=OFFICER), "resumed")
    await _answer_and_close(life)


async def new_policy(life: Living) -> None:
    """Take up another policy under way, over several runs; have a deduction by it reversed."""
    await life.begin()
    await life.state()
    policy = load_policy("jinhua")
    await life.do(c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR), "jinhua")
    back = load_policy()
    await life.do(c.ApplyPolicy(policy=back, proposed_by=OFFICER, by=SUPERVISOR), "chongqing")
    for number in range(8):
        await life.do(c.SendReminder(by=OFFICER), f"press-{number}")
    await life.sleep_until(await life.now() + timedelta(days=20))
    (deducted,) = (await life.state()).deductions
    act = c.ReverseDeduction(deduction=deducted.seq)
    await life.do(c.ProposeAct(act=act, reason="示例", by=OTHER_OFFICER), "proposed")
    await _approve_act(life, "approved")


async def new_calendar(life: Living) -> None:
    """Take up the calendar of further years under way, then close."""
    whole = default_rules()
    short = Rules(whole.policy, load_calendar(range(MONDAY.year, MONDAY.year + 1)))
    life.desk = replace(life.desk, rules=short)
    await life.begin()
    await life.state()
    calendar = whole.calendar.for_years(MONDAY.year, MONDAY.year + 2)
    applied = c.ApplyCalendar(
        calendar=calendar,
        content_hash=years_hash(calendar.years),
        proposed_by=OFFICER,
        by=SUPERVISOR,
    )
    await life.do(applied, "calendar")
    await _answer_and_close(life)


LIVES: dict[str, Lived] = {
    "chongqing_silent": _played(Behaviour.SILENT, "chongqing-2024"),
    "chongqing_appeal_upheld": _played(Behaviour.APPEAL_UPHELD, "chongqing-2024"),
    "chongqing_rebound": _played(Behaviour.REBOUND, "chongqing-2024"),
    "chongqing_extended_by_two": extended_by_two,
    "chongqing_moved_and_suspended": moved_and_suspended,
    "chongqing_new_policy": new_policy,
    "chongqing_new_calendar": new_calendar,
    "guangyuan_late_feedback": _played(Behaviour.LATE_FEEDBACK, "guangyuan-2018"),
    "jinhua_returned_once": _played(Behaviour.RETURNED_ONCE, "jinhua"),
}
"""Every life by its folder's name."""
