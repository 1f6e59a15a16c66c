"""`bihuan calendar`: a new year's holidays, previewed, proposed, applied."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from command_line.telling import AsJson, Login, Token, done

app = typer.Typer(help="放假安排：预览、提请、批准，逐件适用。", no_args_is_help=True)


@app.command("preview")
def calendar_preview(
    year_file: Annotated[
        Path, typer.Argument(help="放假安排（YAML，格式见 calendars/README.md）。")
    ],
    as_json: AsJson = False,
) -> None:
    """逐件列出时限将变化的在办问题，不作任何改动。"""
    from command_line.calendar_years import preview_year

    done(preview_year(year_file, as_json=as_json))


@app.command("propose")
def calendar_propose(
    year_file: Annotated[Path, typer.Argument(help="放假安排（YAML）。")],
    reason: Annotated[str, typer.Option(help="理由。")],
    token: Token,
    as_json: AsJson = False,
) -> None:
    """提请适用新的放假安排，打印供批准的编号和核对码。"""
    from command_line.calendar_years import propose_year

    done(propose_year(year_file, reason, token, as_json=as_json))


@app.command("apply")
def calendar_apply(
    change_id: Annotated[str, typer.Argument(help="提请时打印的编号。")],
    content_hash: Annotated[str, typer.Argument(help="提请时打印的核对码。")],
    login: Login,
    as_json: AsJson = False,
) -> None:
    """由提请人以外的审批人员批准，并逐件适用于在办问题。"""
    from command_line.calendar_years import apply_year
    from command_line.persons import asked

    done(apply_year(change_id, content_hash, asked(login), as_json=as_json))
