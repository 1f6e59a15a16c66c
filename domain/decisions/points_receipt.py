"""The notice of a deduction 扣分告知: proven to have arrived, or come back.

先例: 《重庆市行政执法监督条例》第二十一条 (十个工作日内申诉，自收到处理决定之日起). Until it is proven the
appeal is open, and seeing to it is the bureau's.
"""

from __future__ import annotations

from domain import events as e
from domain.commands import RecordPointsReceipt, ReportBounce
from domain.decisions.draft import ByCommand, Draft
from domain.local_time import day_of
from domain.notices.kinds import deduction_told_in
from domain.problem import Deduction, Proof
from domain.proof import BY_MAIL, ProofKind
from domain.refusals import WrongContent, WrongMoment
from domain.roles import Role
from domain.rules import Rules


def counting_kinds(rules: Rules) -> frozenset[ProofKind]:
    """Give the kinds of proof that count for a policy; an officer's record always does."""
    return frozenset(rules.policy.proofs) | {ProofKind.OFFICER_RECORD}


def rests_on(proof: Proof | None, recipient: str) -> bool:
    """Say whether a proof rests on the mail to this recipient; empty where nobody knows whom."""
    by_mail = proof is not None and proof.kind in BY_MAIL
    return by_mail and proof is not None and recipient in ("", proof.recipient)


def left_untold(row: Deduction, recipient: str) -> bool:
    """Say whether a deduction's district knows nothing of it any more, its notice to `recipient` having come back.

    A proof that stands on its own, and a deduction taken back, leave nothing to tell.
    """
    return not row.reversed_seq and (row.receipt is None or rests_on(row.receipt, recipient))


def record(draft: Draft, command: RecordPointsReceipt) -> None:
    """Take the first proof that a deduction's notice arrived."""
    row = draft.problem.deduction(command.deduction)
    if row is None:
        raise WrongMoment("no_such_deduction", deduction=str(command.deduction))
    if not row.unreceived:
        raise WrongMoment("nothing_changes")
    _demand_plausible(draft, row, command)
    draft.add(
        e.PointsNoticeReceived(
            deduction=row.seq,
            kind=command.kind,
            recipient=command.recipient,
            received_at=command.received_at,
        )
    )


def _demand_plausible(draft: Draft, row: Deduction, command: RecordPointsReceipt) -> None:
    by_hand = command.by.role is not Role.SYSTEM
    allowed = {ProofKind.OFFICER_RECORD} if by_hand else counting_kinds(draft.rules)
    if command.kind not in allowed:
        raise WrongContent("proof_does_not_count", kind=command.kind.label)
    on = day_of(command.received_at)
    if not row.on <= on <= draft.today:
        raise WrongContent("date_not_plausible", on=on.isoformat(), why="应在扣分之日与今天之间")


def come_back(draft: Draft, command: ReportBounce) -> None:
    """Record that a deduction's notice came back; a proof that rests on it proves nothing more."""
    row = draft.problem.deduction(deduction_told_in(command.notice_key))
    if row is None or not row.awaits_receipt or row.reversed_seq:
        raise WrongMoment("nothing_changes")
    draft.add(
        e.PointsNoticeFailed(
            deduction=row.seq,
            notice_key=command.notice_key,
            reported_at=command.reported_at,
            withdraws=rests_on(row.receipt, command.recipient),
        )
    )


DECISIONS: ByCommand = {
    RecordPointsReceipt: record,
}
