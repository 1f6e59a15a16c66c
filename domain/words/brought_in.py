"""What had happened to a running problem 既有问题 before it was brought in, in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from domain.commands import BroughtIn
from domain.local_time import midnight_ending
from domain.problem import Problem
from domain.stages import Stage
from domain.words.days import day_text


def facts_words(existing: BroughtIn) -> str:
    """Tell the recorded facts in one line; empty when the papers say nothing."""
    return "；".join(_facts(existing))


def _facts(existing: BroughtIn) -> Iterator[str]:
    if existing.answered_on is not None:
        state = f"，{existing.state.label}" if existing.state else ""
        said = f"：{existing.answer}" if existing.answer else ""
        yield f"{day_text(existing.answered_on)}反馈{state}{said}"
    if existing.accepted is not None:
        yield "反馈已审核通过" if existing.accepted else "反馈审核未通过"
    if existing.promised_on is not None:
        by = f"（{existing.granted_by}）" if existing.granted_by else ""
        yield f"承诺至{day_text(existing.promised_on)}完成{by}"
    if existing.listed:
        yield f"督察清单原记载：{existing.listed}"
    if existing.points:
        yield f"扣分原记载：{existing.points}，本系统不再扣分"


def missed_before(problem: Problem, now: datetime) -> tuple[str, ...]:
    """Say which dates had passed when the problem was brought in: shown and asked, never charged."""
    if problem.brought_in is None:
        return ()
    said = []
    round_ = problem.open_round
    if round_ is not None and round_.excused_at is not None and round_.due_at <= now:
        day = day_text(round_.due_on)
        said.append(f"{round_.kind.label}时限{day}在登记前已届满，不认定逾期，请重新确定时限")
    own = problem.rectification_due_on
    unfinished = problem.stage not in (Stage.AWAITING_REVISIT, Stage.CLOSED)
    passed = own is not None and problem.fell_before(midnight_ending(own))
    if own is not None and passed and unfinished and not problem.rectification_agreed:
        said.append(f"移交确定的整改时限{day_text(own)}在登记前已届满，不认定逾期，请核实")
    if problem.stage is Stage.UNDER_REVIEW and problem.brought_in.accepted is False:
        said.append("反馈原审核未通过，登记后请重新审核")
    return tuple(said)
