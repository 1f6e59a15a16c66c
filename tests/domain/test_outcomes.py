"""Whatever a life answers, or nobody: a caller is told one code and one sentence."""

from __future__ import annotations

import pytest

from domain.outcomes import (
    LIFE_ENDED,
    NO_ANSWER,
    NUMBER_TAKEN,
    OUTCOME_UNKNOWN,
    CommandRefused,
    NoSuchLife,
    Outcome,
    OutcomeUnknown,
    hear,
    number_taken,
)
from domain.stages import Stage

NUMBER = "CQ2024-0001"
DONE = Outcome(problem_no=NUMBER, seq=3, stage=Stage.CLOSED, level=0, events=("problem:closed",))


async def done() -> Outcome | None:
    return DONE


async def begun() -> Outcome | None:
    return None


@pytest.mark.parametrize("attempt", [done, begun])
async def test_what_was_applied_has_its_outcome_and_no_code(attempt: object) -> None:
    assert callable(attempt)
    reply = await hear(NUMBER, attempt())
    assert reply.outcome == await attempt()
    assert not reply.unknown
    assert reply.document == {"problem_no": NUMBER, "code": "", "message": ""}


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (CommandRefused("suspended", "问题已暂缓办理。"), "suspended", "问题已暂缓办理。"),
        (NoSuchLife(NUMBER), LIFE_ENDED, NO_ANSWER[LIFE_ENDED]),
        (OutcomeUnknown(), OUTCOME_UNKNOWN, NO_ANSWER[OUTCOME_UNKNOWN]),
    ],
)
async def test_what_was_not_applied_says_why(error: Exception, code: str, message: str) -> None:
    async def attempt() -> Outcome | None:
        raise error

    reply = await hear(NUMBER, attempt())
    assert reply.outcome is None
    assert reply.document == {"problem_no": NUMBER, "code": code, "message": message}
    assert reply.unknown is (code == OUTCOME_UNKNOWN)


def test_who_asks_for_a_number_of_another_life_is_told_which() -> None:
    refused = number_taken("CQ2026-0007")
    assert refused.code == NUMBER_TAKEN
    assert "CQ2026-0007" in refused.message
