"""`bihuan audit` and `bihuan draw`: what anybody may check again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from command_line.telling import AsJson, answer, done, say

audit = typer.Typer(help="核查：重放历史记录，重新推算每个日期和每一分。", no_args_is_help=True)
draw = typer.Typer(help="双随机抽取：任何人都可以核对。", no_args_is_help=True)


@audit.command()
def verify(
    what: Annotated[str, typer.Argument(help="问题编号、历史记录文件或文件夹。")] = "",
    every_open: Annotated[
        bool, typer.Option("--open", help="核验服务器上全部在办问题，升级前用新版本运行。")
    ] = False,
    rules: Annotated[
        Path | None,
        typer.Option("--rules", help="核查人员自备的口径登记（由 bihuan audit register 导出）。"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """重放并重新推算；有不符之处时退出码为 1，并指出第一处。"""
    from command_line.audit import verify_command

    if bool(what) is every_open:
        say("请给出问题编号、文件或文件夹，或用 --open 核验全部在办问题")
        raise typer.Exit(2)
    done(verify_command(what, as_json=as_json, every_open=every_open, rules=rules))


@audit.command()
def register(
    file: Annotated[Path, typer.Argument(help="写入的文件（JSON）。")],
) -> None:
    """导出口径登记：历来施行和经批准的政策版本、日历年度及其校验码，供核验归档时使用。"""
    from command_line.known_rules import export_command

    done(export_command(file))


@draw.command(name="verify")
def verify_draw(
    file: Annotated[Path, typer.Argument(help="抽取记录（JSON，从抽取页面下载）。")],
    as_json: AsJson = False,
) -> None:
    """按公布的名单、权重和种子重新计算抽取结果；有不符之处时退出码为 1。"""
    from domain.draw.checking import differences
    from gateways.draw_files import DrawFileError, read_draw

    try:
        read = read_draw(file)
    except DrawFileError as error:
        say(str(error))
        raise typer.Exit(2) from error
    if read.result is None:
        say(f"{file}：种子尚未公布，还没有结果可以核对")
        raise typer.Exit(2)
    found = differences(read.announcement, read.result)
    if read.announcement_sha256 != read.result.announcement_sha256:
        found = (*found, "文件中两处公布校验码不一致")
    if as_json:
        answer({"verified": not found, "draw_id": read.announcement.draw_id, "differences": found})
    else:
        drawn = sum(one.drawn for one in read.result.outcomes)
        fine = f"核对一致：{len(read.result.outcomes)}个候选问题，抽中{drawn}个"
        typer.echo("\n".join(found) or fine)
    raise typer.Exit(1 if found else 0)
