"""Record the lives of this folder anew: `python -m tests.histories.record`.

Only for a life that is new. A history recorded once is never recorded again: it is the proof that
today's code still replays what ran before.
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from pathlib import Path

from temporalio.client import Client, WorkflowHistory

from audit.sources import life_on_server
from domain import commands as c
from domain.command_ids import of_key, of_receipt
from domain.local_time import at_local
from domain.outcomes import CommandRefused
from domain.policy import Band, DeductionRule, LateBand, ListingRule, Policy, content_hash
from domain.rules import Rules
from domain.stages import Fact
from domain.work_calendar import years_hash
from gateways.calendar_files import load_calendar
from simulation.behaviours import OFFICER, SUPERVISOR, Behaviour
from simulation.script import Casting, live
from tests.histories import begun_again, third_rules, whole_policies
from tests.histories.third_rules import approve, prove
from tests.worlds.carrying import Carrying
from tests.worlds.life import default_rules, some_facts
from tests.worlds.night import LATE, a_night
from tests.worlds.server import Living, living

FOLDER = Path(__file__).parent
MONDAY = date(2024, 6, 24)


async def record_behaviour(behaviour: Behaviour) -> None:
    """Live one scripted life and keep its history."""
    async with living() as life:
        casting = Casting(
            row=1,
            behaviour=behaviour,
            register=c.RegisterProblem(problem_no=life.problem_no, facts=some_facts(), by=OFFICER),
            transfer=c.TransferProblem(on=MONDAY, document_no="示例1号", by=OFFICER),
        )
        await live(casting, Carrying(life), default_rules(), None)
        await _keep(life, behaviour.value)


async def record_hashed_calendar() -> None:
    """Keep a life whose calendar carries the hash of its own years."""
    async with living() as life:
        await life.begin()
        answer = await life.answer()
        await life.do(answer, answer.receipt_id)
        await life.close()
        await _keep(life, "hashed_calendar")


async def record_refusals_and_runs() -> None:
    """Keep a life with refused commands that went on over several runs."""
    async with living(continue_after=40) as life:
        await life.begin()
        for number in range(8):
            await life.do(c.SendReminder(by=OFFICER), f"press-{number}")
            try:
                await life.do(c.RecordListNumber(number="1", by=OFFICER), f"number-{number}")
            except CommandRefused:
                continue
        await _keep(life, "refused_and_continued")


async def record_held() -> None:
    """Keep a life whose consequence waits for proof of service, and then comes."""
    async with living() as life:
        life.inbox.served = False
        await life.begin()
        await life.sleep_until(await life.now() + timedelta(days=17))
        served = c.RecordService(served_on=date(2024, 7, 11), means="直接送达", by=OFFICER)
        await life.do(served, "served")
        await life.sleep_until(await life.now() + timedelta(days=30))
        await life.state()
        await _keep(life, "held_for_service")


async def record_new_rules() -> None:
    """Keep a life under way when a calendar and then a policy are applied, over several runs."""
    async with living(continue_after=40) as life:
        rules = short_sighted(life.desk.rules)
        life.desk = replace(life.desk, rules=rules)
        await life.begin()
        await life.state()
        calendar, policy = default_rules().calendar, firmer(rules)
        applied = c.ApplyCalendar(
            calendar=calendar,
            content_hash=years_hash(calendar.years),
            proposed_by=OFFICER,
            by=SUPERVISOR,
        )
        await life.do(applied, "calendar")
        await life.do(c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR), "policy")
        for number in range(8):
            await life.do(c.SendReminder(by=OFFICER), f"press-{number}")
        await life.sleep_until(await life.now() + timedelta(days=20))
        await life.state()
        await _keep(life, "new_rules")


def short_sighted(rules: Rules) -> Rules:
    """Rules of somebody who knows the calendar of the first year only."""
    return replace(rules, calendar=load_calendar(range(MONDAY.year, MONDAY.year + 1)))


def firmer(rules: Rules) -> Policy:
    """A policy by which silence costs half a point."""
    dearer = tuple(
        replace(rule, bands=(replace(rule.bands[0], points=Decimal("0.5")),))
        if rule.rule_id == "no-feedback"
        else rule
        for rule in rules.policy.deductions
    )
    policy = replace(rules.policy, version="2", deductions=dearer)
    return replace(policy, content_hash=content_hash(policy))


async def record_let_in() -> None:
    """Keep a life in which a request and an appeal are let in before a consequence, one refused."""
    async with living() as life:
        await life.begin()
        await life.sleep_until(at_local(date(2024, 7, 8), time(10)))
        asked = await life.request("wait-1")
        again = replace(asked, receipt_id="wait-2")
        life.inbox.extensions = [asked, again]
        await life.sleep_until(at_local(date(2024, 7, 10), time(1)))
        await life.state()
        for paper in (asked, again):
            try:
                await life.do(paper, paper.receipt_id)
            except CommandRefused:
                continue
        await _keep(life, "let_in")


async def record_named_ids() -> None:
    """Keep a life whose ids say where they come from; another command under one is refused."""
    async with living(continue_after=40) as life:
        await life.begin()
        press = c.SendReminder(by=OFFICER)
        for number in range(8):
            await life.do(press, of_key(OFFICER.id, f"press-{number}"))
        await life.sleep_until(at_local(date(2024, 7, 8), time(10)))
        asked = await life.request("wait-1")
        life.inbox.extensions = [asked, replace(asked, receipt_id="wait-2")]
        await life.sleep_until(at_local(date(2024, 7, 10), time(1)))
        await life.state()
        asking: list[tuple[c.Command, str]] = [
            (paper, of_receipt(paper.receipt_id)) for paper in life.inbox.extensions
        ]
        asking.append((c.RecordListNumber(number="1", by=OFFICER), of_key(OFFICER.id, "press-1")))
        for command, command_id in asking:
            with suppress(CommandRefused):
                await life.do(command, command_id)
        await _keep(life, "named_ids")


async def record_fair_points() -> None:
    """Keep a life of version 3 over several runs: proven, late, appealed with success, answered."""
    async with living(continue_after=30) as life:
        await life.begin()
        await life.sleep_until(at_local(date(2024, 6, 27), time(10)))
        await prove(life, date(2024, 6, 27))
        await life.sleep_until(at_local(date(2024, 7, 16), time(10)))
        (row,) = (await life.state()).deductions
        act = c.ReverseDeduction(deduction=row.seq)
        reverse = c.ProposeAct(act=act, reason="示例：并未逾期", by=OFFICER)
        await life.do(reverse, of_key(OFFICER.id, "reverse"))
        await approve(life, "reverse")
        move = c.ProposeAct(
            act=c.MoveDueDate(round_no=1, due_on=date(2024, 7, 26)), reason="示例", by=OFFICER
        )
        await life.do(move, of_key(OFFICER.id, "move"))
        await approve(life, "move")
        await life.sleep_until(at_local(date(2024, 8, 20), time(10)))
        answer = await life.answer()
        await life.do(answer, of_receipt(answer.receipt_id))
        await _keep(life, "fair_points")


def by_days(rules: Rules) -> Policy:
    """A policy that prices lateness by its days, knows a stated fact, and bounds all extensions."""
    late = DeductionRule(
        rule_id="late",
        fact=Fact.NO_FEEDBACK,
        bands=(),
        by_days_late=(
            LateBand(days=1, points=Decimal("0.1")),
            LateBand(days=4, points=Decimal("0.3")),
        ),
        clause="示例",
    )
    shirked = DeductionRule(
        rule_id="shirked",
        fact=Fact.SHIRKED,
        bands=(Band(occurrence=1, points=Decimal(1)),),
        clause="示例",
    )
    listing = ListingRule(fact=Fact.SHIRKED, lists=True, clause="示例")
    levels = tuple(
        replace(one, at_facts=(Fact.SHIRKED,)) if one.level == 3 else one
        for one in rules.policy.levels
    )
    policy = replace(
        rules.policy,
        version="示例-按天",
        deductions=(late, shirked),
        listing=(*rules.policy.listing, listing),
        levels=levels,
        exceptions=replace(rules.policy.limits, extension_total_days=10, extension_lead_days=2),
    )
    return replace(policy, content_hash=content_hash(policy))


async def record_priced_by_days() -> None:
    """Keep a life over several runs that is late by days and more, and of which a fact is stated."""
    async with living(continue_after=30) as life:
        life.desk = replace(
            life.desk, rules=replace(life.desk.rules, policy=by_days(default_rules()))
        )
        await life.begin()
        await prove(life, date(2024, 6, 24))
        await begun_again.more_time(life)
        await life.sleep_until(at_local(date(2024, 7, 18), time(10)))
        fact = c.StateFact(fact=Fact.SHIRKED, on=date(2024, 7, 17), source="示例函")
        await life.do(
            c.ProposeAct(act=fact, reason="示例", by=OFFICER), of_key(OFFICER.id, "shirked")
        )
        await approve(life, "shirked")
        await life.sleep_until(at_local(date(2024, 8, 20), time(10)))
        answer = await life.answer()
        await life.do(answer, of_receipt(answer.receipt_id))
        await _keep(life, "priced_by_days")


async def record_brought_in() -> None:
    """Keep a running problem of before over several runs: missed, given a new date, late, answered."""
    async with living(continue_after=30) as life:
        await life.sleep_until(at_local(date(2024, 10, 14), time(9)))
        register = c.RegisterProblem(problem_no=life.problem_no, facts=some_facts(), by=SUPERVISOR)
        transfer = c.TransferProblem(
            on=MONDAY,
            document_no="示例1号",
            served_on=MONDAY,
            served_by="直接送达",
            existing=c.BroughtIn(proposed_by=OFFICER, listed="示例：第3号", points="示例：0.2"),
            by=SUPERVISOR,
        )
        await life.desk.start(life.problem_no, register, transfer)
        await life.state()
        date_set = c.MoveDueDate(round_no=1, due_on=date(2024, 11, 4))
        await life.do(
            c.ProposeAct(act=date_set, reason="示例", by=OFFICER), of_key(OFFICER.id, "date")
        )
        await approve(life, "date")
        await life.sleep_until(at_local(date(2024, 11, 20), time(10)))
        answer = await life.answer()
        await life.do(answer, of_receipt(answer.receipt_id))
        await _keep(life, "brought_in")


async def record_spread_reminders() -> None:
    """Keep a life of version 4 over several runs: reminded by the second of its number, then late."""
    async with living(continue_after=30) as life:
        await life.begin()
        await prove(life, MONDAY)
        await life.sleep_until(at_local(date(2024, 7, 18), time(10)))
        answer = await life.answer()
        await life.do(answer, of_receipt(answer.receipt_id))
        await life.state()
        await _keep(life, "spread_reminders")


async def record_off_site() -> None:
    """Keep a life that was sorted into a batch, and revisited from afar by a named group."""
    async with living() as life:
        await life.begin()
        await life.state()
        sort = c.SortProblem(six_batch="batch_1", called="立行立改一批", reason="示例", by=OFFICER)
        await life.do(sort, of_key(OFFICER.id, "sort"))
        answer = await life.answer()
        await life.do(answer, of_receipt(answer.receipt_id))
        accept = c.ReviewFeedback(
            receipt_id=answer.receipt_id, verdict=c.Verdict.ACCEPT_DONE, reason="", by=OFFICER
        )
        await life.do(accept, of_key(OFFICER.id, "review"))
        on = (await life.state()).revisit_on or MONDAY
        await life.sleep_until(at_local(on, time(10)))
        looked = c.RecordRevisit(
            on=on,
            result=c.RevisitResult.IN_PLACE,
            findings="在线监测数据达标",
            inspection_group="示例一组",
            off_site=True,
            positive_until=date(2025, 12, 31),
            by=OFFICER,
        )
        await life.do(looked, of_key(OFFICER.id, "revisit"))
        proposal = (await life.state()).proposal
        approval = c.ApproveClosure(
            content_hash=proposal.content_hash if proposal else "", by=SUPERVISOR
        )
        await life.do(approval, of_key(SUPERVISOR.id, "close"))
        await _keep(life, "off_site")


async def record_late_while_down() -> None:
    """Keep a life whose answer came one second late while no worker was there."""
    with tempfile.TemporaryDirectory(prefix="bihuan-night-") as folder:
        async with a_night(Path(folder)) as night:
            await _keep_runs(night.desk.client, LATE, "late_while_down")


_RUNS = {"chongqing_new_policy": 40, "bureaus_time": 80}
"""After how many events a life goes on in another run, where it does."""


async def record_lives() -> None:
    """Keep the lives judged by the policies as they are shipped, and those of the third rules."""
    for name, lived in (whole_policies.LIVES | third_rules.LIVES).items():
        if (FOLDER / name).exists():
            continue
        async with living(continue_after=_RUNS.get(name, 2_000)) as life:
            await lived(life)
            await _keep(life, name)


async def _keep(life: Living, name: str) -> None:
    await _keep_runs(life.env.client, life.problem_no, name)


async def record_begun_again() -> None:
    """Keep the lives that were broken off and begun again."""
    for name, lived in begun_again.LIVES.items():
        if not (FOLDER / name).exists():
            async with living() as life:
                _write(await lived(life), name)


async def _keep_runs(client: Client, problem_no: str, name: str) -> None:
    _write(await life_on_server(client, problem_no), name)


def _write(runs: Sequence[WorkflowHistory], name: str) -> None:
    for number, run in enumerate(runs, start=1):
        suffix = f".{number}" if len(runs) > 1 else ""
        target = FOLDER / name / f"run{suffix}.json"
        target.parent.mkdir(exist_ok=True)
        # A refusal's stack trace names folders of the machine; replay does not look at it.
        text = re.sub(r'("stackTrace": )"(?:[^"\\]|\\.)*"', r'\1""', run.to_json())
        target.write_text(text, encoding="utf-8")


_OF_THEIR_OWN: dict[str, Callable[[], Awaitable[None]]] = {
    "hashed_calendar": record_hashed_calendar,
    "refused_and_continued": record_refusals_and_runs,
    "held_for_service": record_held,
    "new_rules": record_new_rules,
    "let_in": record_let_in,
    "late_while_down": record_late_while_down,
    "named_ids": record_named_ids,
    "fair_points": record_fair_points,
    "priced_by_days": record_priced_by_days,
    "brought_in": record_brought_in,
    "off_site": record_off_site,
    "spread_reminders": record_spread_reminders,
}


async def main() -> None:
    """Record what is not there yet."""
    for behaviour in Behaviour:
        if not (FOLDER / behaviour.value).exists():
            await record_behaviour(behaviour)
    for name, record in _OF_THEIR_OWN.items():
        if not (FOLDER / name).exists():
            await record()
    await record_lives()
    await record_begun_again()


if __name__ == "__main__":
    asyncio.run(main())
    os._exit(0)
