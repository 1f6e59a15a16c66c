"""`bihuan simulate`: read the list, live every life, answer."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from command_line.telling import answer, progress
from domain.catalogues.districts import district
from domain.local_time import day_of
from domain.rules import Rules, shared
from domain.stages import Stage
from gateways.calendar_files import load_calendar
from gateways.policy_files import load_policy
from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import read_list
from simulation.casting import cast
from simulation.report import Lived, as_content, scores_of
from simulation.rules_only import RulesOnly
from simulation.script import Casting, live
from simulation.side_by_side import live_on_temporal

_YEARS_AHEAD = 4


async def simulate_workbook(
    workbook: Path, *, until: date | None, seed: int, rules_only: bool, as_json: bool
) -> int:
    """Live the list; give the exit code: 0 lived, 1 rows refused, 2 unreadable."""
    today = day_of(datetime.now(UTC))
    try:
        read = await asyncio.to_thread(read_list, workbook, today=today)
    except (ListError, OSError) as error:
        print(str(error), file=sys.stderr)
        return 2
    for refused in read.refused:
        why = "；".join(f"{error.column}：{error.message}" for error in refused.errors)
        print(f"第{refused.row}行未参加演练：{why}", file=sys.stderr)
    castings = cast(read.rows, seed, today)
    began = time.monotonic()
    with progress() as bar:
        content = await simulate(castings, until, rules_only=rules_only, bar=bar)
    content["seconds"] = round(time.monotonic() - began, 3)
    _tell(content, as_json=as_json)
    return 1 if read.refused else 0


async def simulate(
    castings: Sequence[Casting],
    until: date | None,
    *,
    rules_only: bool,
    bar: Progress | None = None,
) -> dict[str, Any]:
    """Live every casting and give the answer without its timing."""
    if not castings:
        return as_content([], {}, until)
    rules = _rules(castings)
    task = bar.add_task("演练", total=len(castings)) if bar else None

    def lived_one() -> None:
        if bar is not None and task is not None:
            bar.advance(task)

    scores: dict[str, Decimal]
    if rules_only:
        lives = []
        for casting in castings:
            problem = await live(casting, RulesOnly(rules), rules, until)
            lives.append(Lived(casting=casting, problem=problem))
            lived_one()
        scores = scores_of(lives)
    else:
        lives, scores = await live_on_temporal(castings, rules, until, lived_one)
    return as_content(lives, scores, until)


def _rules(castings: Sequence[Casting]) -> Rules:
    """Today's default policy, with the calendars of the years the list lives through."""
    years = [casting.transfer.on.year for casting in castings]
    calendar = load_calendar(range(min(years), max(years) + _YEARS_AHEAD))
    return shared(Rules(load_policy(), calendar))


def _tell(content: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        answer(content)
        return
    console = Console()
    console.print(_ledger(content["problems"]))
    console.print(_scoreboard(content["scores"]))
    console.print(
        f"共 {len(content['problems'])} 个问题，{content['days_lived']} 个问题日，"
        f"用时 {content['seconds']} 秒。"
    )


def _ledger(problems: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="整改台账（演练）")
    for heading in (
        "编号",
        "区县",
        "行为",
        "移交",
        "反馈时限",
        "反馈",
        "入清单",
        "销号",
        "阶段",
        "扣分",
    ):
        table.add_column(heading)
    for one in problems:
        table.add_row(
            one["problem_no"],
            district(one["district"]).short,
            one["behaviour"],
            one["transferred_on"],
            one["feedback_due_on"],
            one["feedback_received_on"] or "—",
            one["listed_on"] or "—",
            one["closed_on"] or "—",
            Stage(one["stage"]).label,
            f"{one['points']:g}",
        )
    return table


def _scoreboard(scores: Sequence[dict[str, Any]]) -> Table:
    table = Table(title="扣分（演练）")
    table.add_column("区县")
    table.add_column("扣分", justify="right")
    for one in scores:
        table.add_row(district(one["district"]).name, f"{one['points']:g}")
    return table
