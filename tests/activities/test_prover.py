"""What is known of a notice's arrival reaches the life, whatever came before it or beside it."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

import pytest

from activities import prover
from activities.prover import Prover
from domain.commands import Command, RecordProof
from domain.outcomes import CommandRefused, Outcome, OutcomeUnknown
from domain.proof import MailProof, ProofKind
from domain.stages import Stage
from store.district.delivering import Desk
from store.engine import Database
from store.lives.proofs import KnownProof

RELAY, OPENED = ProofKind.RELAY_ACCEPTED, ProofKind.LINK_OPENED


@dataclass
class Lives:
    """Lives by the proofs known of them, and what they were told; a relay's word counts for none."""

    known: dict[str, list[ProofKind]]
    silent: bool = False
    told: list[tuple[str, ProofKind]] = field(default_factory=list)

    async def command(self, problem_no: str, command: Command, _: str) -> Outcome:
        """Take a proof that counts."""
        assert isinstance(command, RecordProof)
        self.told.append((problem_no, command.kind))
        if self.silent:
            raise OutcomeUnknown
        if command.kind is RELAY:
            raise CommandRefused("proof_does_not_count", "示例")
        del self.known[problem_no]
        return Outcome(
            problem_no=problem_no, seq=9, stage=Stage.AWAITING_FEEDBACK, level=0, events=()
        )

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[None]:
        """Stand in for the store."""
        yield None


@pytest.fixture
def lives(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Lives]:
    def of(**known: list[ProofKind]) -> Lives:
        made = Lives(known)

        async def awaited(_: object, after: str, limit: int) -> list[tuple[str, int]]:
            return [(no, 1) for no in sorted(made.known) if no > after][:limit]

        async def proofs(
            _: object, problem_no: str, round_no: int, mail: MailProof
        ) -> list[KnownProof]:
            assert mail.kind is RELAY
            return [
                KnownProof(
                    problem_no=problem_no,
                    round_no=round_no,
                    kind=kind,
                    recipient="a@example.cn",
                    at=datetime(2024, 6, 24, hour, tzinfo=UTC),
                )
                for hour, kind in enumerate(made.known[problem_no], start=1)
            ]

        async def no_deductions(_: object, __: str, ___: int) -> list[str]:
            return []

        monkeypatch.setattr("store.points.points_receipts.awaited", no_deductions)
        monkeypatch.setattr("store.lives.proofs.awaited", awaited)
        monkeypatch.setattr("store.lives.proofs.known", proofs)
        return made

    return of


def proving(lives: Lives) -> Prover:
    """The loop over these lives, whose mail is only known to have been accepted by our own relay."""
    return Prover(cast("Database", lives), cast("Desk", lives), MailProof(RELAY))


async def test_a_proof_that_does_not_count_hides_none_that_does(
    lives: Callable[..., Lives],
) -> None:
    there = lives(P1=[RELAY, OPENED])
    loop = proving(there)
    assert [await loop.run_once() for _ in range(3)] == [0, 1, 0]
    assert there.told == [("P1", RELAY), ("P1", OPENED)]


async def test_a_life_that_did_not_answer_is_told_again(lives: Callable[..., Lives]) -> None:
    there = lives(P1=[OPENED])
    there.silent = True
    loop = proving(there)
    assert await loop.run_once() == 0
    there.silent = False
    assert await loop.run_once() == 1


async def test_lives_whose_proofs_do_not_count_keep_none_behind_them_waiting(
    lives: Callable[..., Lives], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prover, "AT_A_TIME", 2)
    there = lives(P1=[RELAY], P2=[RELAY], P3=[OPENED])
    loop = proving(there)
    assert await loop.run_once() == 1
