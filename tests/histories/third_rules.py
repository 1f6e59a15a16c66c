"""Lives of the third version of the rules: what was told and came back, what rested, what was lowered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import date, time

from domain import commands as c
from domain.command_ids import of_bounce, of_key, of_points_receipt, of_proof, of_receipt, of_rule
from domain.local_time import at_local
from domain.notices import NoticeKind, notice_key
from domain.policy import content_hash
from domain.proof import ProofKind
from domain.roles import SYSTEM, Actor
from domain.rules import RULES_VERSION
from simulation.behaviours import OFFICER, SUPERVISOR
from tests.worlds.life import DISTRICT, MONDAY, some_facts
from tests.worlds.server import Living


async def told_points(life: Living) -> None:
    """Keep a life whose deduction was told, came back, was told by hand, and told anew before the end."""
    await life.begin()
    await prove(life, MONDAY)
    await life.sleep_until(at_local(date(2024, 7, 10), time(10)))
    await _told(life, ProofKind.RECIPIENT_SERVER, date(2024, 7, 10), SYSTEM)
    row = (await life.state()).deductions[0]
    key = notice_key(life.problem_no, NoticeKind.POINTS_DEDUCTED, 1, f"seq-{row.seq}")
    back = c.ReportBounce(
        round_no=1, notice_key=key, reported_at=at_local(date(2024, 7, 11), time(9)), by=SYSTEM
    )
    await life.do(back, of_bounce(1))
    await life.do(await life.answer(), of_receipt("r1"))
    await life.close(at_once=True)
    await life.sleep_until(at_local(date(2024, 7, 26), time(10)))  # the end is held
    await _told(life, ProofKind.OFFICER_RECORD, date(2024, 7, 26), OFFICER)
    await life.sleep_until(at_local(date(2024, 8, 10), time(1)))


async def let_in_proofs(life: Living) -> None:
    """Keep a life that took the proofs of its round and of its deduction as they were let in."""
    await life.begin()
    life.inbox.proof = c.RecordProof(
        round_no=1,
        kind=ProofKind.RECIPIENT_SERVER,
        recipient="jingban@example.cn",
        proven_at=at_local(date(2024, 7, 2), time(9)),
        by=SYSTEM,
    )
    await life.sleep_until(at_local(date(2024, 7, 18), time(10)))
    life.inbox.proof = None
    row = (await life.state()).deductions[0]
    await life.do(await life.answer(), of_receipt("r1"))
    await life.close(at_once=True)
    receipt = c.RecordPointsReceipt(
        deduction=row.seq,
        kind=ProofKind.RECIPIENT_SERVER,
        recipient="jingban@example.cn",
        received_at=at_local(date(2024, 7, 23), time(9)),
        by=SYSTEM,
    )
    life.inbox.receipts = [receipt]
    await life.sleep_until(at_local(date(2024, 8, 7), time(1)))


async def bureaus_time(life: Living) -> None:
    """Keep a life whose level rested while the bureau answered, and was lowered by an appeal."""
    register = c.RegisterProblem(problem_no=life.problem_no, facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(
        on=MONDAY,
        document_no="示例1号",
        rectification_due_on=date(2024, 6, 25),
        by=OFFICER,
    )
    await life.desk.start(life.problem_no, register, transfer)
    await prove(life, MONDAY)
    await life.sleep_until(at_local(date(2024, 6, 28), time(10)))
    objection = c.RaiseObjection(
        receipt_id="o1",
        round_no=1,
        district="500103",
        received_at=await life.now(),
        reason="示例：不在本区。",
        content_sha256="0" * 64,
        proper_district="500104",
        by=DISTRICT,
    )
    await life.do(objection, of_receipt("o1"))
    await life.sleep_until(at_local(date(2024, 7, 8), time(10)))
    refuse = c.DecideObjection(receipt_id="o1", uphold=False, reason="示例", by=OFFICER)
    await life.do(refuse, of_key(OFFICER.id, "objection"))
    await life.sleep_until(at_local(date(2024, 8, 5), time(10)))
    row = (await life.state()).deductions[0]
    act = c.ReverseDeduction(deduction=row.seq)
    reverse = c.ProposeAct(act=act, reason="示例：不应认定", by=OFFICER)
    await life.do(reverse, of_key(OFFICER.id, "reverse"))
    await approve(life, "reverse")


async def taken_over(life: Living) -> None:
    """Keep a life of version 2 that two persons took over, and which then waits for proof."""
    life.inbox.served = False
    life.desk = replace(life.desk, rules=replace(life.desk.rules, version=2))
    await life.begin()
    await life.sleep_until(at_local(date(2024, 7, 1), time(10)))
    policy = life.desk.rules.policy
    change = c.ApplyPolicy(
        policy=policy, proposed_by=OFFICER, by=SUPERVISOR, rules_version=RULES_VERSION
    )
    await life.do(change, of_rule("示例", life.problem_no))
    await life.sleep_until(at_local(date(2024, 7, 20), time(10)))  # nothing is proven
    await prove(life, date(2024, 7, 20))
    await life.sleep_until(at_local(date(2024, 8, 10), time(10)))
    answer = await life.answer()
    await life.do(answer, of_receipt(answer.receipt_id))


async def kept_days(life: Living) -> None:
    """Keep a life whose deduction is appealed by the days it was told, though the policy has others now."""
    await life.begin()
    await prove(life, MONDAY)
    await life.sleep_until(at_local(date(2024, 7, 10), time(10)))
    policy = life.desk.rules.policy
    shorter = replace(policy, version="示例", clocks=replace(policy.clocks, appeal_working_days=3))
    shorter = replace(shorter, content_hash=content_hash(shorter))
    change = c.ApplyPolicy(policy=shorter, proposed_by=OFFICER, by=SUPERVISOR)
    await life.do(change, of_rule("示例", life.problem_no))
    await _told(life, ProofKind.RECIPIENT_SERVER, date(2024, 7, 10), SYSTEM)
    await life.sleep_until(at_local(date(2024, 7, 22), time(10)))
    await _appeal(life)


async def forgiven_after_takeover(life: Living) -> None:
    """Keep a life of version 2, late and taken over, whose appeal is upheld: nobody is late any more."""
    life.desk = replace(life.desk, rules=replace(life.desk.rules, version=2))
    await life.begin()
    await life.sleep_until(at_local(date(2024, 7, 11), time(10)))
    change = c.ApplyPolicy(
        policy=life.desk.rules.policy,
        proposed_by=OFFICER,
        by=SUPERVISOR,
        rules_version=RULES_VERSION,
    )
    await life.do(change, of_rule("示例", life.problem_no))
    await _appeal(life)
    await life.sleep_until(at_local(date(2024, 8, 10), time(10)))


async def _appeal(life: Living) -> None:
    """The district appeals the only deduction; an officer upholds it and a supervisor agrees."""
    appeal = c.AppealDeduction(
        receipt_id="a1",
        district="500103",
        received_at=await life.now(),
        reason="示例：已在期限内反馈。",
        content_sha256="0" * 64,
        deduction=(await life.state()).deductions[0].seq,
        by=DISTRICT,
    )
    await life.do(appeal, of_receipt("a1"))
    decide = c.DecideAppeal(receipt_id="a1", uphold=True, reason="示例", by=OFFICER)
    await life.do(decide, of_key(OFFICER.id, "appeal"))
    if (await life.state()).proposed:
        await approve(life, "appeal")


async def _told(life: Living, kind: ProofKind, on: date, by: Actor) -> None:
    receipt = c.RecordPointsReceipt(
        deduction=(await life.state()).deductions[0].seq,
        kind=kind,
        recipient="jingban@example.cn",
        received_at=at_local(on, time(9)),
        by=by,
    )
    await life.do(receipt, of_points_receipt(life.problem_no, receipt))


async def prove(life: Living, on: date) -> None:
    """The link of the first round was opened on a day at ten."""
    proof = c.RecordProof(
        round_no=1,
        kind=ProofKind.LINK_OPENED,
        recipient="jingban@example.cn",
        proven_at=at_local(on, time(10)),
        by=SYSTEM,
    )
    await life.do(proof, of_proof(life.problem_no, proof))


async def approve(life: Living, key: str) -> None:
    """A supervisor approves what was proposed last."""
    proposed = (await life.state()).proposed[-1]
    approval = c.ApproveAct(
        proposal=proposed.seq, content_hash=proposed.content_hash, by=SUPERVISOR
    )
    await life.do(approval, of_key(SUPERVISOR.id, key))


LIVES: dict[str, Callable[[Living], Awaitable[None]]] = {
    "told_points": told_points,
    "let_in_proofs": let_in_proofs,
    "bureaus_time": bureaus_time,
    "taken_over": taken_over,
    "kept_days": kept_days,
    "forgiven_after_takeover": forgiven_after_takeover,
}
