"""A whole life by the real doors, and what must be true of it afterwards."""

from __future__ import annotations

import uuid
from datetime import date

from audit.sources import life_on_server
from audit.verify import verify_life
from domain import commands as c
from domain.events import PointsDeducted, Recorded
from domain.fold import fold
from domain.local_time import day_of
from domain.outcomes import CommandRefused
from domain.problem import Problem
from domain.stages import Stage
from gateways.problem_desk import TemporalDesk
from gateways.temporal_client import DATA_CONVERTER
from store.district import inbox, papers
from store.engine import Database
from store.lives import event_log, problems
from tests.worlds.life import OFFICER, SUPERVISOR, some_facts
from tests.worlds.patience import eventually
from tests.worlds.processes import Processes, insist, known

Verdicts = tuple[c.Verdict, ...]
"""What the reviewer says of each answer, one round after another."""

HONEST: Verdicts = (c.Verdict.ACCEPT_DONE,)
LISTED: Verdicts = (c.Verdict.FOUND_FALSE, c.Verdict.ACCEPT_DONE)


async def begin(desk: TemporalDesk, number: str, on: date) -> None:
    """Register a problem and transfer it on a day, on which it was handed over on paper."""
    register = c.RegisterProblem(problem_no=number, facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(
        on=on, document_no="示例", served_on=on, served_by="直接送达", by=OFFICER
    )

    async def begun() -> bool:
        await desk.start(number, register, transfer)
        return True

    await eventually(begun, f"the beginning of {number}")
    await known(desk, number, Stage.AWAITING_FEEDBACK)


async def live_to_closure(
    house: Processes, desk: TemporalDesk, number: str, verdicts: Verdicts
) -> None:
    """Answer a transferred problem until it is accepted, then revisit and close it."""
    for round_no, verdict in enumerate(verdicts, start=1):
        receipt = str(uuid.uuid4())
        new = inbox.NewSubmission(
            receipt_id=receipt,
            link_jti="",
            paper=papers.AnswerPaper(
                problem_no=number,
                district="500103",
                round_no=round_no,
                answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
                filled_by="示例",
                telephone="",
            ),
        )
        first = await inbox.submit(house.db, new)
        assert (await inbox.submit(house.db, new)).received_at == first.received_at
        await known(desk, number, Stage.UNDER_REVIEW)
        review = c.ReviewFeedback(
            receipt_id=receipt, verdict=verdict, reason="核实情况", by=OFFICER
        )
        await insist(desk, number, review, f"{number}-review-{round_no}")
    visit = c.RecordRevisit(
        on=day_of(house.db.now()), result=c.RevisitResult.IN_PLACE, findings="已到位", by=OFFICER
    )
    await insist(desk, number, visit, f"{number}-visit")
    proposal = (await known(desk, number, Stage.AWAITING_REVISIT)).proposal
    assert proposal is not None
    approval = c.ApproveClosure(content_hash=proposal.content_hash, by=SUPERVISOR)
    try:
        await insist(desk, number, approval, f"{number}-approval")
    except CommandRefused as refused:
        raise AssertionError(f"{number}: {refused.code}") from refused


async def at_one_moment(db: Database, number: str) -> tuple[tuple[Recorded, ...], Problem]:
    """Read log and read model of one moment: a life may be ending between the two questions."""

    async def both() -> tuple[tuple[Recorded, ...], Problem] | None:
        async with db.reading() as session:
            history = await event_log.timeline(session, number)
            shown = await problems.get(session, number)
        return (history, shown) if shown is not None and history[-1].seq == shown.seq else None

    return await eventually(both, f"the read model of {number}")


async def demand_folded(db: Database, number: str) -> tuple[tuple[Recorded, ...], Problem]:
    """Demand that the read model is what the history folds to; give both."""
    history, shown = await at_one_moment(db, number)
    folded: Problem | None = None
    for recorded in history:
        folded = fold(recorded, folded)
    assert folded == shown
    return history, shown


async def demand_whole(
    house: Processes, desk: TemporalDesk, number: str, verdicts: Verdicts
) -> None:
    """Demand that a closed life has each of its events once, in history and store alike."""
    await known(desk, number, Stage.CLOSED)
    history, folded = await demand_folded(house.db, number)
    assert len(folded.submissions) == len(verdicts)
    found_false = verdicts.count(c.Verdict.FOUND_FALSE)
    assert folded.points == 2 * found_false
    deducted = [r.event for r in history if isinstance(r.event, PointsDeducted)]
    assert len({(row.rule_id, row.occurrence) for row in deducted}) == len(deducted) == found_false
    runs = await life_on_server(desk.client, number)
    assert (await verify_life(runs, DATA_CONVERTER)).difference is None
