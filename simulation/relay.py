"""What the mail relay proves: the notice of a round or of a deduction arrives a minute after it left."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from domain import commands as c
from domain.local_time import at_local
from domain.problem import Deduction, Problem, Round
from domain.proof import ProofKind
from domain.roles import SYSTEM
from domain.rules import Rules
from simulation.behaviours import Act

_ON_THE_WAY = timedelta(minutes=1)
_RECIPIENT = "handler@example.com"


def relay_acts(problem: Problem, rules: Rules) -> Iterator[Act]:
    """Give the proofs that come next; what came back proves nothing until it is sent anew."""
    round_ = problem.open_round
    if round_ is not None and round_.unproven and round_.bounced_at is None:
        yield _of_a_round(round_)
    for row in problem.unreceived:
        yield _of_a_deduction(row, rules)


def _of_a_round(round_: Round) -> Act:
    return Act(
        (round_.reissued_at or round_.opened_at) + _ON_THE_WAY,
        lambda now: c.RecordProof(
            round_no=round_.round_no,
            kind=ProofKind.RECIPIENT_SERVER,
            recipient=_RECIPIENT,
            proven_at=now,
            by=SYSTEM,
        ),
    )


def _of_a_deduction(row: Deduction, rules: Rules) -> Act:
    leaves_at = at_local(row.told_on or row.on, rules.policy.reminders.opens_at)
    return Act(
        leaves_at + _ON_THE_WAY,
        lambda now: c.RecordPointsReceipt(
            deduction=row.seq,
            kind=ProofKind.RECIPIENT_SERVER,
            recipient=_RECIPIENT,
            received_at=now,
            by=SYSTEM,
        ),
    )
