"""`bihuan due`: a due date and its working."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from command_line.telling import AsJson, answer, say

app = typer.Typer()
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="移交日期，如 2024-06-21。")]


@app.command()
def due(
    on: Day,
    policy: Annotated[str, typer.Option(help="政策编号。")] = "chongqing-2024",
    as_json: AsJson = False,
) -> None:
    """计算反馈时限，并逐步说明推算依据。"""
    from domain.deadlines import due_date
    from domain.words.days import due_text
    from domain.words.working import explain
    from gateways.calendar_files import load_calendar
    from gateways.policy_files import PolicyFileError, load_policy

    try:
        rule = load_policy(policy).clocks.feedback
    except PolicyFileError as error:
        say(str(error))
        raise typer.Exit(2) from error
    day = on.date()
    calendar = load_calendar(range(day.year, day.year + 2))
    found = due_date(day, rule, calendar)
    steps = explain(day, rule, calendar)
    if as_json:
        answer(
            {
                "due_on": found.due_on.isoformat(),
                "due_at": found.due_at.isoformat(),
                "provisional": found.provisional,
                "steps": [{"on": s.on.isoformat(), "code": s.code, "note": s.note} for s in steps],
            }
        )
        return
    typer.echo(f"反馈时限：{due_text(found.due_at)}{'（暂定）' if found.provisional else ''}")
    for step in steps:
        typer.echo(f"  {step.on.isoformat()}  {step.note}")
