"""What the doors learn about a command: done, refused by a rule, or not yet known."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass

from domain.stages import Stage

LIFE_ENDED = "life_ended"
NUMBER_TAKEN = "problem_no_taken"
OUTCOME_UNKNOWN = "outcome_unknown"

NO_ANSWER = {
    LIFE_ENDED: "该问题的办理流程已经结束，不再办理。",
    OUTCOME_UNKNOWN: "业务服务暂时没有答复，是否办理尚不确定；请稍后重新提交，不会重复办理。",
}
"""What is said where no life answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """A command was applied: the problem's state after it and the tags of its events."""

    problem_no: str
    seq: int
    stage: Stage
    level: int
    events: tuple[str, ...]


class CommandRefused(Exception):
    """A rule refused the command; `code` is stable, the message is Chinese for people."""

    def __init__(self, code: str, message: str) -> None:
        """Carry the refusal's code and sentence."""
        super().__init__(message)
        self.code = code
        self.message = message


def number_taken(problem_no: str) -> CommandRefused:
    """Refuse to begin a life under a number that another life holds, as after restoring a store."""
    return CommandRefused(
        NUMBER_TAKEN,
        f"编号“{problem_no}”在业务服务中已用于另一问题，未予登记；请填写不同的问题编号。",
    )


class OutcomeUnknown(Exception):
    """Nobody can say yet whether the command was applied; ask again under the same id."""


class NoSuchLife(Exception):
    """No workflow lives (any more) under this problem number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a caller is told of one command to one life; `code` is empty when it was applied.

    Else it is the refusal's own, or one of `NO_ANSWER`.
    """

    problem_no: str
    outcome: Outcome | None = None
    code: str = ""
    message: str = ""

    @property
    def unknown(self) -> bool:
        """Whether nobody can say yet what became of it; it may be sent again under its id."""
        return self.code == OUTCOME_UNKNOWN

    @property
    def document(self) -> dict[str, str]:
        """The reply as a report on several problems keeps it."""
        return {"problem_no": self.problem_no, "code": self.code, "message": self.message}


async def hear(problem_no: str, attempt: Awaitable[Outcome | None]) -> Reply:
    """Await what a life answers, and say it as a caller is told."""
    try:
        return Reply(problem_no=problem_no, outcome=await attempt)
    except CommandRefused as refused:
        return Reply(problem_no=problem_no, code=refused.code, message=refused.message)
    except NoSuchLife:
        code = LIFE_ENDED
    except OutcomeUnknown:
        return no_answer(problem_no)
    return Reply(problem_no=problem_no, code=code, message=NO_ANSWER[code])


def no_answer(problem_no: str) -> Reply:
    """Say that nobody can say yet what became of a command."""
    code = OUTCOME_UNKNOWN
    return Reply(problem_no=problem_no, code=code, message=NO_ANSWER[code])
