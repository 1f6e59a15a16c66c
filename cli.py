"""The command line `bihuan`: each command loads only what it needs.

With `--json`, standard output holds JSON only; everything said to people goes to standard error.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Coroutine
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

app = typer.Typer(
    name="bihuan",
    help="闭环：大气环境问题移交、反馈、审核、回头看、提级督办全过程管理。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
audit = typer.Typer(help="审计：重放历史记录，重新推算每个日期和每一分。", no_args_is_help=True)
app.add_typer(audit, name="audit")
draw = typer.Typer(help="双随机抽取：任何人都可以核对。", no_args_is_help=True)
app.add_typer(draw, name="draw")

calendar = typer.Typer(help="放假安排：预览、提请、批准，逐件适用。", no_args_is_help=True)
app.add_typer(calendar, name="calendar")

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只输出 JSON。")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="移交日期，如 2024-06-21。")]


def say(text: str) -> None:
    """Tell a person something, beside the answer."""
    typer.echo(text, err=True)


def answer(content: Any) -> None:
    """Give the answer as JSON on standard output."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2))


def leave(code: int) -> NoReturn:
    """End the process without tearing the interpreter down.

    Temporal's native threads can abort a process while Python finalises; everything has been
    written by now, so the exit code must be ours.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def done(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run a command's work and leave with its exit code."""
    try:
        code = asyncio.run(work)
    except KeyboardInterrupt:
        code = 130
    leave(code)


@app.command()
def due(
    on: Day,
    policy: Annotated[str, typer.Option(help="政策编号。")] = "chongqing-2024",
    as_json: AsJson = False,
) -> None:
    """计算反馈时限，并逐步说明推算依据。"""
    from domain.deadlines import due_date, explain
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
    typer.echo(f"反馈时限：{found.due_on.isoformat()}{'（暂定）' if found.provisional else ''}")
    for step in steps:
        typer.echo(f"  {step.on.isoformat()}  {step.note}")


@app.command()
def run() -> None:
    """在本机启动全部服务：Temporal、办理进程、网页、本地邮件箱。"""
    from embedded.run import run_everything

    done(run_everything())


@app.command()
def worker() -> None:
    """启动办理进程（连接已有的 Temporal）。"""
    from worker import main

    done(main())


@app.command()
def web(
    host: Annotated[str, typer.Option(help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口。")] = 8000,
) -> None:
    """启动网页和接口服务。"""
    from asgi import main

    done(main(host, port))


@app.command()
def migrate() -> None:
    """建立或升级数据库结构，并准备 Temporal 命名空间。"""
    from embedded.prepare import migrate_all

    done(migrate_all())


@app.command(name="import")
def import_list(
    workbook: Annotated[Path, typer.Argument(help="问题清单（xlsx）。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    annotated: Annotated[
        Path | None, typer.Option("--annotated", help="把带处理结果的清单另存到此文件。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """导入问题清单：逐行检查，合格的立即登记移交，不合格的逐行说明原因。"""
    from embedded.importing import import_workbook

    done(import_workbook(workbook, dry_run=dry_run, annotated=annotated, as_json=as_json))


@app.command()
def simulate(
    workbook: Annotated[Path, typer.Argument(help="问题清单（xlsx），列“演练”指定区县的行为。")],
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="过到这一天为止。")
    ] = None,
    seed: Annotated[int, typer.Option(help="“演练”为空的行按此种子抽取行为。")] = 1,
    rules_only: Annotated[
        bool, typer.Option("--rules-only", help="只用纯规则推演，不启动服务。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """演练：让清单上的每个问题从移交活到销号，输出台账和扣分。"""
    from simulation.command import simulate_workbook

    day: date | None = until.date() if until else None
    done(simulate_workbook(workbook, until=day, seed=seed, rules_only=rules_only, as_json=as_json))


Token = Annotated[
    str,
    typer.Option(
        "--token",
        envvar="BIHUAN_TOKEN",
        prompt="个人令牌",
        hide_input=True,
        help="办理人的个人令牌，在“账号”页面生成。",
    ),
]


@calendar.command("preview")
def calendar_preview(
    year_file: Annotated[
        Path, typer.Argument(help="放假安排（YAML，格式见 calendars/README.md）。")
    ],
    as_json: AsJson = False,
) -> None:
    """逐件列出时限将变化的在办问题，不作任何改动。"""
    from embedded.calendar_years import preview_year

    done(preview_year(year_file, as_json=as_json))


@calendar.command("propose")
def calendar_propose(
    year_file: Annotated[Path, typer.Argument(help="放假安排（YAML）。")],
    reason: Annotated[str, typer.Option(help="理由。")],
    token: Token,
    as_json: AsJson = False,
) -> None:
    """提请适用新的放假安排，打印供批准的编号和核对码。"""
    from embedded.calendar_years import propose_year

    done(propose_year(year_file, reason, token, as_json=as_json))


@calendar.command("apply")
def calendar_apply(
    change_id: Annotated[str, typer.Argument(help="提请时打印的编号。")],
    content_hash: Annotated[str, typer.Argument(help="提请时打印的核对码。")],
    token: Token,
    as_json: AsJson = False,
) -> None:
    """由另一名审批人批准，并逐件适用于在办问题。"""
    from embedded.calendar_years import apply_year

    done(apply_year(change_id, content_hash, token, as_json=as_json))


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """体检：缺什么、坏了什么、该怎么办。"""
    from embedded.doctor import examine

    done(examine(as_json=as_json))


@audit.command()
def verify(
    what: Annotated[str, typer.Argument(help="问题编号、历史记录文件或文件夹。")],
    as_json: AsJson = False,
) -> None:
    """重放并重新推算；有不符之处时退出码为 1，并指出第一处。"""
    from audit.command import verify_command

    done(verify_command(what, as_json=as_json))


@draw.command(name="verify")
def verify_draw(
    file: Annotated[Path, typer.Argument(help="抽取记录（JSON，从抽取页面下载）。")],
    as_json: AsJson = False,
) -> None:
    """按公布的名单、权重和种子重新计算抽取结果；有不符之处时退出码为 1。"""
    from domain.draw import differences
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


if __name__ == "__main__":
    app()
