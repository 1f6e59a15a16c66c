"""What follows for the district if nothing happens until the next date, found by the rules themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from domain import events as e
from domain.agenda import next_consequence
from domain.decide import decide_duty
from domain.problem import Problem
from domain.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True)
class Unanswered:
    """What the instant `at` brings: whether the problem is listed, points lost, the level it rises to.

    `level` is 0 where none rises. `lapses` says that a request for more time ends unanswered by it.
    """

    at: datetime
    listed: bool = False
    points: Decimal = Decimal(0)
    level: int = 0
    title: str = ""
    lapses: bool = False

    @property
    def nothing(self) -> bool:
        """Whether that date passes without a consequence that a district feels."""
        return not (self.listed or self.points or self.level or self.lapses)


def if_unanswered(problem: Problem, rules: Rules, now: datetime) -> Unanswered | None:
    """Give what the next date against the district brings, its notice taken for served; None without one.

    The duty itself is decided on a draft, so that nothing is said here which the life would not do.
    """
    duty = next_consequence(problem, rules)
    if duty is None:
        return None
    at = max(duty.at, now)
    decision = decide_duty(problem, duty, served=True, now=at, rules=rules)
    found = [recorded.event for recorded in decision.events]
    raised = [event for event in found if isinstance(event, e.LevelRaised)]
    return Unanswered(
        at=duty.at,
        listed=any(isinstance(event, e.PlacedOnList) for event in found),
        points=sum(
            (event.points for event in found if isinstance(event, e.PointsDeducted)), Decimal(0)
        ),
        level=raised[-1].level if raised else 0,
        title=raised[-1].title if raised else "",
        lapses=any(isinstance(event, e.ExtensionDecided) for event in found),
    )
