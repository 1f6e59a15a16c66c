"""Whatever was received before an instant is let in before a life draws its consequence."""

from __future__ import annotations

from datetime import date, time, timedelta

from audit.sources import life_on_server
from audit.verify import verify_life
from domain import commands as c
from domain.events import ReassignedWhy
from domain.local_time import at_local
from domain.proof import ProofKind
from domain.roles import SYSTEM
from domain.stages import Stage
from gateways.temporal_client import DATA_CONVERTER
from tests.worlds.life import DISTRICT, OFFICER
from tests.worlds.server import Living, living

DUE_AT = at_local(date(2024, 7, 10), time(0))
DAY_SEVENTEEN = at_local(date(2024, 7, 11), time(10))
WINDOW_ENDS_AT = at_local(date(2024, 7, 25), time(0))
FOREIGN = c.RaiseObjection(
    receipt_id="o1",
    round_no=1,
    district="500103",
    received_at=at_local(date(2024, 6, 26), time(10)),
    reason="示例：不在本区。",
    content_sha256="0" * 64,
    proper_district="500104",
    by=DISTRICT,
)


async def difference(life: Living) -> str | None:
    """What a second look at the life finds."""
    runs = await life_on_server(life.env.client, life.problem_no)
    return (await verify_life(runs, DATA_CONVERTER)).difference


async def appeal(life: Living) -> c.AppealDeduction:
    """Make an appeal of the first deduction, received an hour before the window ends."""
    return c.AppealDeduction(
        receipt_id="a1",
        deduction=(await life.state()).deductions[0].seq,
        district="500103",
        received_at=WINDOW_ENDS_AT - timedelta(hours=1),
        reason="示例：对扣分依据有异议。",
        content_sha256="0" * 64,
        by=DISTRICT,
    )


async def test_an_appeal_not_delivered_yet_keeps_a_closed_life_from_ending() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DAY_SEVENTEEN)
        await life.do(await life.answer(), "r1")
        await life.close(at_once=True)
        life.inbox.appeals = [await appeal(life)]
        await life.sleep_until(WINDOW_ENDS_AT + timedelta(days=1))
        waiting = await life.state()
        refusal = c.DecideAppeal(receipt_id="a1", uphold=False, reason="示例", by=OFFICER)
        await life.do(refusal, "refused")
        await life.handle.result()
        over = await life.state()
        found = await difference(life)
    assert (waiting.stage, waiting.ended) == (Stage.CLOSED, False)
    assert len(waiting.appeals_open) == 1
    assert over.ended
    assert found is None


async def test_a_life_waits_for_the_receipt_of_its_deduction_and_for_the_window_after_it() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DAY_SEVENTEEN)
        await life.do(await life.answer(), "r1")
        await life.close(at_once=True)
        await life.sleep_until(WINDOW_ENDS_AT + timedelta(days=1))
        waiting = await life.state()
        deduction = waiting.deductions[0].seq
        receipt = c.RecordPointsReceipt(
            deduction=deduction,
            kind=ProofKind.OFFICER_RECORD,
            recipient="直接送达",
            received_at=at_local(date(2024, 7, 26), time(0)),
            by=OFFICER,
        )
        await life.do(receipt, "served")
        await life.sleep_until(at_local(date(2024, 8, 10), time(1)))
        over = await life.state()
        found = await difference(life)
    assert (waiting.ended, waiting.end_held) == (False, True)
    assert life.inbox.asked[-1].cutoff == at_local(date(2024, 8, 10), time(0))
    assert over.ended
    assert found is None


async def test_a_proof_the_store_knows_of_is_let_in_before_a_date_passes() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DUE_AT - timedelta(hours=1))
        life.inbox.proof = c.RecordProof(
            round_no=1,
            kind=ProofKind.RECIPIENT_SERVER,
            recipient="a@example.cn",
            proven_at=at_local(date(2024, 7, 2), time(9)),
            by=SYSTEM,
        )
        await life.sleep_until(DUE_AT + timedelta(hours=1))
        now_owed = await life.state()
        await life.do(await life.answer(), "r1")
        await life.close(at_once=True)
        await life.handle.result()
        found = await difference(life)
    assert now_owed.rounds[0].due_on == date(2024, 7, 17)
    assert not now_owed.deductions
    assert found is None


async def test_a_receipt_the_store_knows_of_is_let_in_before_a_life_ends() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DAY_SEVENTEEN)
        await life.do(await life.answer(), "r1")
        await life.close(at_once=True)
        known = c.RecordPointsReceipt(
            deduction=(await life.state()).deductions[0].seq,
            kind=ProofKind.RECIPIENT_SERVER,
            recipient="a@example.cn",
            received_at=at_local(date(2024, 7, 12), time(9)),
            by=SYSTEM,
        )
        life.inbox.receipts = [known]
        await life.sleep_until(at_local(date(2024, 7, 27), time(1)))
        over = await life.state()
        found = await difference(life)
    assert over.ended
    assert over.deductions[0].receipt is not None
    assert life.inbox.asked[-1].cutoff == at_local(date(2024, 7, 27), time(0))
    assert found is None


async def test_an_objection_not_delivered_yet_holds_the_consequence_of_silence() -> None:
    async with living() as life:
        await life.begin()
        await life.sleep_until(DUE_AT - timedelta(hours=1))
        life.inbox.objections = [FOREIGN]
        await life.sleep_until(DUE_AT + timedelta(hours=1))
        held = await life.state()
        upheld = c.DecideObjection(
            receipt_id="o1", uphold=True, to_district="500104", reason="示例", by=OFFICER
        )
        await life.do(upheld, "upheld")
        moved = await life.state()
        found = await difference(life)
    assert held.entry is None
    assert held.objection is not None
    assert (moved.district, moved.rounds[-1].district) == ("500104", "500104")
    assert moved.reassignments[0].why is ReassignedWhy.OBJECTION
    assert found is None
