"""What became of a request: kept under its key, and given again when the same is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from domain.outcomes import NO_ANSWER, OUTCOME_UNKNOWN, Outcome, Reply
from domain.problem import Problem
from office.refused import Refused
from store.codec import json_text

State = Literal["done", "created", "open", "refused"]
_OLD_STATES: dict[int, State] = {200: "done", 201: "created", 202: "open"}
"""What answers kept before states had names say by their HTTP status; all others are refusals."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a request: kept, and given again when the same is asked.

    `body` is what was done or made; for a refusal its `code`, `detail` and `errors`.
    """

    state: State
    body: dict[str, Any]

    @classmethod
    def of(cls, reply: Reply) -> Answer:
        """Give what a life replied, once it is known."""
        if reply.outcome is None:
            return cls.refusing(Refused(reply.code, reply.message))
        return cls("done", outcome_body(reply.outcome))

    @property
    def text(self) -> str:
        """The answer as it is kept."""
        return json_text({"state": self.state, "body": self.body})

    @classmethod
    def kept(cls, text: str) -> Answer:
        """Read a kept answer, also one kept by its HTTP status."""
        content = json.loads(text)
        state: State = content.get("state") or _OLD_STATES.get(content["status"], "refused")
        return cls(state, content["body"])

    @classmethod
    def refusing(cls, refused: Refused) -> Answer:
        """Carry a refusal."""
        body = {"code": refused.code, "detail": refused.detail, "errors": refused.errors}
        return cls("refused", body)

    def reply(self, problem_no: str) -> Reply:
        """Give it as what a life replied to one command."""
        refused = self.refusal
        if refused is not None:
            return Reply(problem_no=problem_no, code=refused.code, message=refused.detail)
        code = OUTCOME_UNKNOWN if self.state == "open" else ""
        return Reply(problem_no=problem_no, code=code, message=NO_ANSWER.get(code, ""))

    @property
    def refusal(self) -> Refused | None:
        """The refusal it carries, if any."""
        if self.state != "refused":
            return None
        body = self.body
        return Refused(body["code"], body["detail"], errors=body.get("errors", ()))


def pending(key: str) -> Answer:
    """Say that the outcome is not known yet, and where to ask."""
    body = {"key": key, "state": "open", "detail": "已收到，正在确认办理结果，请稍后查询。"}
    return Answer("open", body)


def outcome_body(outcome: Outcome) -> dict[str, Any]:
    """Give what a command came to."""
    return {
        "problem_no": outcome.problem_no,
        "seq": outcome.seq,
        "stage": outcome.stage.value,
        "level": outcome.level,
        "events": list(outcome.events),
    }


def created_body(problem_no: str, foreseen: Problem) -> dict[str, Any]:
    """Give what was registered; the due date is that of the round the transfer opened."""
    owed = foreseen.open_round
    return {
        "problem_no": problem_no,
        "stage": foreseen.stage.value,
        "route": foreseen.route,
        "district": foreseen.district,
        "due_on": owed.due_on.isoformat() if owed else None,
        "due_at": owed.due_at.isoformat() if owed else None,
        "provisional": owed.provisional if owed else False,
    }
