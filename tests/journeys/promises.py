"""Lives that go on step by step, and what was acknowledged to people meanwhile: each of it must be there once."""

from __future__ import annotations

import uuid
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import groupby
from random import Random

from audit.sources import NoHistory, joined, life_on_server, lives_in
from audit.verify import verify_life
from domain import commands as c
from domain.command_ids import of_receipt
from domain.local_time import day_of
from domain.problem import Problem
from domain.stages import WITH_DISTRICT, Stage
from gateways.problem_desk import TemporalDesk
from gateways.temporal_client import DATA_CONVERTER
from store.district import inbox, papers
from store.lives import problems
from store.points import ledger
from store.tables import InboxRow
from tests.journeys.whole_life import begin, demand_folded
from tests.worlds.city import City
from tests.worlds.life import OFFICER, SUPERVISOR
from tests.worlds.patience import eventually
from tests.worlds.processes import insist, known
from wiring import desk_for, rules_of_the_day
from workflows.names import TASK_QUEUE

MOST_STEPS = 12
"""More than any problem needs to its closure."""
TEXT = "集气罩已全部开启，已更换活性炭。"


def desk_of(city: City) -> TemporalDesk:
    """The counter of a city."""
    return desk_for(city.client, city.settings, rules_of_the_day(city.settings))


@dataclass
class Promises:
    """What was acknowledged: papers by their receipts, acts by the ids of their commands."""

    draw: Random = field(default_factory=lambda: Random(20240624))
    numbers: list[str] = field(default_factory=list)
    receipts: dict[str, str] = field(default_factory=dict)
    acts: dict[str, str] = field(default_factory=dict)

    async def begin(self, city: City, queue: str = TASK_QUEUE) -> str:
        """Begin another life; its number is acknowledged."""
        today = day_of(city.db.now())
        number = f"CQ{today.year}-{9001 + len(self.numbers)}"
        await begin(replace(desk_of(city), task_queue=queue), number, today)
        self.numbers.append(number)
        return number

    async def hand_in(self, city: City, number: str, round_no: int = 1) -> str:
        """Hand in a district's answer; it has its receipt before any life hears of it."""
        paper = papers.AnswerPaper(
            problem_no=number,
            district="500103",
            round_no=round_no,
            answer=c.Answer(state=c.RectificationState.DONE, text=TEXT),
            filled_by="示例",
            telephone="",
        )
        receipt = str(uuid.uuid4())
        new = inbox.NewSubmission(receipt_id=receipt, link_jti="", paper=paper)
        await inbox.submit(city.db, new)
        self.receipts[receipt] = number
        return receipt

    async def go_on(self, city: City, number: str, verdict: c.Verdict | None = None) -> Problem:
        """Have the next step done, whoever owes it; what was answered with yes is remembered."""
        desk = desk_of(city)
        problem = await eventually(lambda: desk.state(number), number)
        if problem.stage in WITH_DISTRICT:
            there = {one.receipt_id for one in problem.submissions}
            if there.issuperset(one for one, of in self.receipts.items() if of == number):
                await self.hand_in(city, number, len(problem.rounds))
            return await known(desk, number, Stage.UNDER_REVIEW)
        command = self._next_act(city, problem, verdict)
        if command is not None:
            act = f"key:u-drill/{uuid.uuid4()}"
            await insist(desk, number, command, act)
            self.acts[act] = number
        return await eventually(lambda: desk.state(number), number)

    def _next_act(
        self, city: City, problem: Problem, verdict: c.Verdict | None
    ) -> c.Command | None:
        if problem.under_review is not None:
            either = (c.Verdict.ACCEPT_DONE, c.Verdict.FOUND_FALSE)
            return c.ReviewFeedback(
                receipt_id=problem.under_review.receipt_id,
                verdict=verdict or self.draw.choice(either),
                reason="示例：已核实",
                by=OFFICER,
            )
        if problem.proposal is not None:
            return c.ApproveClosure(content_hash=problem.proposal.content_hash, by=SUPERVISOR)
        if problem.stage is Stage.AWAITING_REVISIT:
            return c.RecordRevisit(
                on=day_of(city.db.now()),
                result=c.RevisitResult.IN_PLACE,
                findings="示例：现场核查，已到位",
                by=OFFICER,
            )
        return None

    async def close(self, city: City, number: str) -> None:
        """See a problem through to its closure."""
        async with city.db.reading() as session:
            shown = await problems.get(session, number)
        if shown is not None and shown.ended:
            return
        for _ in range(MOST_STEPS):
            if (await self.go_on(city, number, c.Verdict.ACCEPT_DONE)).stage is Stage.CLOSED:
                return
        raise AssertionError(f"{number} comes to no end")

    async def demand_kept(self, city: City, forgotten: frozenset[str] = frozenset()) -> None:
        """Demand that everything acknowledged is there once, and that the audit says so too.

        Of the `forgotten` receipts a store of before knows no paper: only their lives do.
        """
        assert len(set(self.numbers)) == len(self.numbers)
        for number in self.numbers:
            await self._demand_life(city, number)
        async with city.db.reading() as session:
            for receipt in self.receipts.keys() - forgotten:
                row = await session.get_one(InboxRow, receipt)
                assert row.state == inbox.InboxState.APPLIED, (receipt, row.state)
        sent = Counter(mail.message_id for mail in city.mails.list())
        assert not [one for one, times in sent.items() if times > 1]

    async def _demand_life(self, city: City, number: str) -> None:
        log, problem = await demand_folded(city.db, number)
        receipts = [one for one, of in self.receipts.items() if of == number]
        assert sorted(one.receipt_id for one in problem.submissions) == sorted(receipts)
        times = Counter(cause for cause, _ in groupby(one.cause for one in log))
        acts = [one for one, of in self.acts.items() if of == number]
        for cause in (*acts, *map(of_receipt, receipts)):
            assert times[cause] == 1, (number, cause, times)
        async with city.db.reading() as session:
            rows = [row for row in await ledger.rows(session) if row.problem_no == number]
        assert sum(row.points for row in rows) == problem.points
        assert await difference(city, number) is None


async def difference(city: City, number: str) -> str | None:
    """What the second look finds in the histories of the server and the archive."""
    folder = city.settings.archive / number
    archived = [run for runs in lives_in(folder) for run in runs] if folder.exists() else []
    try:
        runs = joined(await life_on_server(city.client, number), archived)
    except NoHistory:
        runs = archived
    return (await verify_life(runs, DATA_CONVERTER)).difference
