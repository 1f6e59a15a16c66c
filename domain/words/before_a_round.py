"""What led to a round: the bureau's own words on the answer, the revisit or the return before it."""

from __future__ import annotations

from collections.abc import Sequence

from domain import events as e
from domain.events import Recorded


def led_to(round_no: int, history: Sequence[Recorded]) -> tuple[str, str]:
    """Give what the bureau said last before a round was opened: whose words, and the words.

    Empty where it said nothing, as before the first round.
    """
    said = ("", "")
    for one in history:
        event = one.event
        if isinstance(event, e.RoundOpened):
            if event.round_no == round_no:
                return said
            said = ("", "")
        elif isinstance(event, e.FeedbackReviewed):
            said = ("市级审核意见", event.reason)
        elif isinstance(event, e.RevisitRecorded):
            said = ("“回头看”核查情况", event.findings)
        elif isinstance(event, e.ProblemReopened):
            said = ("问题反弹核查情况", event.findings)
    return said
