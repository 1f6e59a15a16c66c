"""`bihuan repair`: what was lost is begun again, by two persons."""

from __future__ import annotations

from typing import Annotated

import typer

from command_line.telling import AsJson, Login, Token, done, leave, say

app = typer.Typer(
    help="接续办理：办理流程被终止或丢失的问题，经两人批准后接着办理。", no_args_is_help=True
)
Number = Annotated[list[str] | None, typer.Option("--number", help="问题编号，可多次给出。")]
Everything = Annotated[bool, typer.Option("--all", help="全部办理流程已不存在的在办问题。")]


def _chosen(number: list[str] | None, *, everything: bool) -> list[str]:
    if bool(number) is everything:
        say("请用 --number 给出问题编号，或用 --all 选择全部。")
        leave(2)
    return list(dict.fromkeys(number or []))


@app.command("preview")
def repair_preview(
    number: Number = None, everything: Everything = False, as_json: AsJson = False
) -> None:
    """逐件说明将从哪里接续、缺什么、哪些事项立即到期，不作任何改动。"""
    from command_line.repair import preview

    done(preview(_chosen(number, everything=everything), as_json=as_json))


@app.command("propose")
def repair_propose(
    reason: Annotated[str, typer.Option(help="理由。")],
    token: Token,
    number: Number = None,
    everything: Everything = False,
    as_json: AsJson = False,
) -> None:
    """提请接续办理，打印供批准的编号和核对码。"""
    from command_line.repair import propose

    done(propose(_chosen(number, everything=everything), reason, token, as_json=as_json))


@app.command("apply")
def repair_apply(
    repair_id: Annotated[str, typer.Argument(help="提请时打印的编号。")],
    content_hash: Annotated[str, typer.Argument(help="提请时打印的核对码。")],
    login: Login,
    as_json: AsJson = False,
) -> None:
    """由提请人以外的审批人员批准，并逐件接续办理；中断后可重新运行。"""
    from command_line.persons import asked
    from command_line.repair import apply

    done(apply(repair_id, content_hash, asked(login), as_json=as_json))
