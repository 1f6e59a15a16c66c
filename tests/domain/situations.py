"""Every situation a problem can be in: stage, level, suspended or not, and what waits for an answer.

A situation is written `stage/level`, with `/s` while the problem is suspended; level 4 is the
highest of the default policy, and there the notice of the deduction arrived long ago. What waits
is named by itself: `objection`, `held`, ...
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import cache

from domain import commands as c
from domain.roles import Actor, Role
from domain.stages import Stage
from tests.worlds.life import MONDAY, OTHER_OFFICER, Life, transferred

SECOND_SUPERVISOR = Actor("supervisor-2", Role.SUPERVISOR)
HIGHEST = 4


def registered() -> Life:
    """On the problem list, not transferred."""
    life = Life()
    life.register()
    return life


def silent_until(level: int) -> Life:
    """Transferred and never answered, until the level is reached."""
    life = transferred()
    _wait_for(life, level)
    return life


def _wait_for(life: Life, level: int) -> None:
    day = life.today
    while life.problem.level < level:
        day += timedelta(days=1)
        life.until(day)
        if level == HIGHEST and life.problem.unreceived:
            life.prove_told()


def under_review(level: int = 0) -> Life:
    """Answered, in time or at a level."""
    life = silent_until(level)
    life.answer()
    return life


def rectifying(level: int = 0) -> Life:
    """Accepted as in progress; with a level, found false and left so until the level is reached."""
    life = transferred()
    if level == 0:
        life.answer(c.RectificationState.IN_PROGRESS, promised_on=MONDAY + timedelta(days=60))
        life.review(c.Verdict.ACCEPT_IN_PROGRESS)
        return life
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    _wait_for(life, level)
    return life


def awaiting_revisit(level: int = 0) -> Life:
    """Accepted as done, nobody has gone to look yet."""
    life = under_review(level)
    life.review()
    return life


def closure_proposed() -> Life:
    """Found in place; the second person has not approved."""
    life = awaiting_revisit()
    life.revisit()
    return life


def closed() -> Life:
    """Struck off the list, nothing deducted."""
    life = closure_proposed()
    life.approve()
    return life


def withdrawn() -> Life:
    """Taken back by the bureau before any feedback."""
    life = transferred()
    life.do(c.WithdrawProblem(reason="示例", by=OTHER_OFFICER))
    return life


def merged() -> Life:
    """Gone on under another number."""
    life = transferred()
    problem = life.problem
    life.do(
        c.MergeProblem(
            into_no="CQ2024-0002",
            into_district=problem.district,
            into_enterprise=problem.facts.enterprise,
            into_key_content=None,
            into_is_open=True,
            into_due_on=problem.rounds[-1].due_on,
            reason="示例",
            by=OTHER_OFFICER,
        )
    )
    return life


def reopened() -> Life:
    """Closed, and taken up again because it came back."""
    life = closed()
    life.propose(c.ReopenProblem(findings="示例"))
    life.agree()
    return life


def suspended(build: Callable[[int], Life], level: int) -> Life:
    """The same, suspended 暂缓办理."""
    life = build(level)
    life.suspend()
    return life


def asked() -> Life:
    """The district asked for more time."""
    life = transferred()
    life.ask_for_time()
    return life


def asked_again() -> Life:
    """A further extension was asked for, and proposed to the second person."""
    life = transferred()
    life.answer_request(life.ask_for_time(), grant=True)
    life.answer_request(life.ask_for_time(), grant=True)
    return life


def objection() -> Life:
    """The district says the problem is not its own."""
    life = transferred()
    life.object()
    return life


def dispute() -> Life:
    """It said so again after the refusal."""
    life = transferred()
    life.answer_objection(life.object(), uphold=False)
    life.object()
    return life


def date_proposed() -> Life:
    """Another due date awaits the second person."""
    life = transferred()
    life.propose(c.MoveDueDate(round_no=1, due_on=MONDAY + timedelta(days=30)))
    return life


def pause_proposed() -> Life:
    """A suspension awaits the second person."""
    life = transferred()
    life.propose(c.SuspendProblem(review_on=MONDAY + timedelta(days=30)))
    return life


def held() -> Life:
    """The due instant passed, and no service is proven."""
    life = transferred()
    life.served = False
    life.until(MONDAY + timedelta(days=17))
    return life


def appealed() -> Life:
    """Listed; the district appealed the deduction."""
    life = silent_until(1)
    life.appeal()
    return life


def reversal_proposed() -> Life:
    """The appeal is to be upheld, and awaits the second person."""
    life = appealed()
    deduction = life.problem.deductions[-1]
    assert deduction.appeal is not None
    life.answer_appeal(deduction.appeal.receipt_id, uphold=True)
    return life


def closed_appealed() -> Life:
    """Closed, while an appeal still waits."""
    life = appealed()
    life.answer()
    life.review()
    life.revisit()
    life.approve()
    return life


def reopening_proposed() -> Life:
    """Closed; to be taken up again, which awaits the second person."""
    life = closed()
    life.propose(c.ReopenProblem(findings="示例"))
    return life


def lived_once(build: Callable[[], Life]) -> Callable[[], Life]:
    """Live a situation once; whoever asks for it goes on with a life of his own from there."""
    lived = cache(build)

    def own() -> Life:
        life = lived()
        return replace(life, history=[*life.history], notices=[*life.notices])

    return own


_LEVELS = (0, 1, HIGHEST)
_BY_LEVEL: dict[str, Callable[[int], Life]] = {
    "awaiting": silent_until,
    "review": under_review,
    "rectifying": rectifying,
    "revisit": awaiting_revisit,
}

_WAYS: dict[str, Callable[[], Life]] = {
    "new/0": registered,
    "passed/0": closure_proposed,
    "closed/0": closed,
    "withdrawn/0": withdrawn,
    "merged/0": merged,
    "reopened/0": reopened,
    "asked": asked,
    "asked-again": asked_again,
    "objection": objection,
    "dispute": dispute,
    "date": date_proposed,
    "pause": pause_proposed,
    "held": held,
    "appeal": appealed,
    "reversal": reversal_proposed,
    "closed-appeal": closed_appealed,
    "reopening": reopening_proposed,
}


def _add(stage: str, level: int) -> None:
    build = _BY_LEVEL[stage]
    _WAYS[f"{stage}/{level}"] = lambda: build(level)
    if stage != "review":  # an answer ends the suspension, and what waits for review is not paused
        _WAYS[f"{stage}/{level}/s"] = lambda: suspended(build, level)


for _stage in _BY_LEVEL:
    for _level in _LEVELS:
        _add(_stage, _level)

SITUATIONS = {name: lived_once(build) for name, build in _WAYS.items()}

STAGES = {
    "new": Stage.REGISTERED,
    "awaiting": Stage.AWAITING_FEEDBACK,
    "review": Stage.UNDER_REVIEW,
    "rectifying": Stage.RECTIFYING,
    "revisit": Stage.AWAITING_REVISIT,
    "passed": Stage.AWAITING_REVISIT,
    "closed": Stage.CLOSED,
    "withdrawn": Stage.WITHDRAWN,
    "merged": Stage.MERGED,
    "reopened": Stage.RECTIFYING,
}
"""What stage the first part of a situation's name means."""
