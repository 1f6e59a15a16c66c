"""`bihuan rebuild`: the records held against the lives, and written anew where they differ."""

from __future__ import annotations

import asyncio
import sys
from contextlib import redirect_stdout
from typing import Annotated

import typer

from command_line.telling import AsJson, Login, done, say

app = typer.Typer(
    help="重建：把数据库的记录与流程历史逐条比对，不一致的另写一代，经两人办理后生效。",
    invoke_without_command=True,
)

_SOURCES = ("histories", "archive", "log")
RebuildId = Annotated[str, typer.Argument(help="提请时打印的编号。")]
Content = Annotated[str, typer.Argument(help="提请时打印的核对码。")]


@app.callback()
def rebuild(
    context: typer.Context,
    source: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="|".join(_SOURCES),
            help="以何为准：histories 服务器和归档中的流程历史，archive 仅归档，log 数据库自身的事件记录。",
        ),
    ] = "histories",
    number: Annotated[
        list[str] | None, typer.Option("--number", help="只办理这个问题，可重复；不填为全部。")
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="只比对，不提请；有不一致时退出码为 1。")
    ] = False,
    reason: Annotated[str, typer.Option(help="提请的理由。")] = "",
    token: Annotated[
        str, typer.Option("--token", envvar="BIHUAN_TOKEN", help="提请人的个人令牌。")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """逐条列出数据库缺少、多出、不同的记录；不加 --check 则提请重建，由提请人以外的审批人员批准。"""
    if context.invoked_subcommand is not None:
        return
    if source not in _SOURCES:
        raise typer.BadParameter(f"--from 须为 {'、'.join(_SOURCES)}")
    from command_line.lives_told import Source
    from command_line.rebuild import check as compare
    from command_line.rebuild import propose

    chosen, numbers = Source(source), number or []
    if check:
        done(compare(chosen, numbers, as_json=as_json))
    if not reason.strip():
        say("提请重建须用 --reason 说明理由；只比对请加 --check")
        raise typer.Exit(2)
    shown = token or typer.prompt("个人令牌", hide_input=True, err=True)
    done(propose(chosen, numbers, reason.strip(), shown, as_json=as_json))


@app.command(name="proposal")
def show_proposal(rebuild_id: RebuildId, as_json: AsJson = False) -> None:
    """查阅一项提请：提请人、理由，以及所依据的全部不一致之处。"""
    from command_line.rebuild import proposal

    done(proposal(rebuild_id, as_json=as_json))


@app.command()
def approve(rebuild_id: RebuildId, content: Content, login: Login, as_json: AsJson = False) -> None:
    """列出不一致之处，由审批人登录批准并切换：新一代记录生效，原记录保留。中断后重新运行即继续。"""
    from command_line.persons import asked
    from command_line.rebuild import proposal, settle

    with redirect_stdout(sys.stderr):
        seen = asyncio.run(proposal(rebuild_id, as_json=False))
    if seen:
        raise typer.Exit(seen)
    done(settle(rebuild_id, content, asked(login), approve=True, as_json=as_json))


@app.command()
def decline(rebuild_id: RebuildId, content: Content, login: Login, as_json: AsJson = False) -> None:
    """不同意：原记录继续有效。"""
    from command_line.persons import asked
    from command_line.rebuild import settle

    done(settle(rebuild_id, content, asked(login), approve=False, as_json=as_json))


@app.command()
def show(number: Annotated[str, typer.Argument(help="问题编号。")]) -> None:
    """查阅一个问题的各代记录（JSON），包括已不再有效的。"""
    from command_line.rebuild import show as show_all

    done(show_all(number))
