"""What runs, and what gets it ready: run, worker, web, migrate, doctor."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Annotated

import typer

from command_line.telling import AsJson, done, leave, say

app = typer.Typer()
Quiet = Annotated[bool, typer.Option("--quiet", help="日志只写警告和错误。")]


def _least(*, quiet: bool) -> int:
    return logging.WARNING if quiet else logging.INFO


@app.command()
def run() -> None:
    """在本机启动全部服务：Temporal、办理进程、网页、本地邮件箱。"""
    from embedded.run import run_everything

    done(run_everything())


@app.command()
def demo(
    again: Annotated[bool, typer.Option("--again", help="删除已有的演示数据，重新生成。")] = False,
    only_prepare: Annotated[
        bool, typer.Option("--only-prepare", help="只生成演示数据，不启动服务。")
    ] = False,
) -> None:
    """演示：在本机启动全部服务，示例清单已办理一年，每个页面都有内容可看；仅限开发环境。"""
    from command_line.demo import demo as show

    done(show(again=again, only_prepare=only_prepare))


@app.command()
def worker(quiet: Quiet = False) -> None:
    """启动办理进程（连接已有的 Temporal）。"""
    from worker import main

    done(main(_least(quiet=quiet)))


@app.command()
def web(
    host: Annotated[str, typer.Option(help="监听地址。")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="监听端口。")] = 8000,
    quiet: Quiet = False,
) -> None:
    """启动网页和接口服务。"""
    from asgi import main

    done(main(host, port, _least(quiet=quiet)))


@app.command()
def migrate() -> None:
    """建立或升级数据库结构，并准备 Temporal 命名空间。"""
    from embedded.prepare import migrate_all

    done(migrate_all())


@app.command()
def probe(address: Annotated[str, typer.Argument(help="健康检查地址。")]) -> None:
    """健康检查：该地址回答正常则退出码为 0（供容器使用）。"""
    from urllib.request import urlopen

    try:
        with urlopen(address, timeout=8) as answer:  # noqa: S310  # the address is the operator's own
            leave(0 if answer.status == 200 else 1)
    except OSError as error:
        say(f"{address}：{error}")
        leave(1)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="存放备份的文件夹，最好在另一块磁盘上。")],
    keep: Annotated[
        int, typer.Option(min=0, help="完成后只保留最近几份，较早的清理；0 为全部保留。")
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """备份：业务数据库、Temporal 数据库、佐证材料和归档，合为一份。"""
    from command_line.backup import backup as take

    done(take(folder, as_json=as_json, keep=keep))


@app.command()
def restore(
    place: Annotated[Path, typer.Argument(help="一份备份的文件夹（其中有 manifest.json）。")],
    as_json: AsJson = False,
) -> None:
    """恢复：把一份备份写入空的数据库和空的文件夹。"""
    from command_line.backup import restore as bring_back

    done(bring_back(place, as_json=as_json))


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """体检：缺什么、坏了什么、该怎么办。"""
    from command_line.doctor import examine

    done(examine(as_json=as_json))


@app.command()
def reconcile(
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="读取各办理流程的历史记录、归档、收件箱和材料的文件，核对内容；上次一致、此后没有变化的不再读取。",
        ),
    ] = False,
    whole: Annotated[
        bool, typer.Option("--whole", help="同 --deep，但不论上次是否一致，全部重新读取。")
    ] = False,
    take: Annotated[
        str, typer.Option(help="数据恢复后由审批人确认差异清单、恢复办理的理由（须登录）。")
    ] = "",
    login: Annotated[str, typer.Option(help="与 --take 同用：审批人的登录名。")] = "",
    as_json: AsJson = False,
) -> None:
    """核对：问题、办理流程、事件记录、收件箱、归档是否一致，逐项列出差异。"""
    from command_line.persons import asked
    from command_line.reconcile import reconcile as hold_against_each_other
    from command_line.reconcile import take_on_record

    if bool(take) is not bool(login):
        say("--take 和 --login 须同时给出")
        raise typer.Exit(2)
    if take:
        done(take_on_record(take, asked(login)))

    done(hold_against_each_other(deep=deep, whole=whole, as_json=as_json))


@app.command()
def collect(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出将清理的内容。")] = False,
    as_json: AsJson = False,
) -> None:
    """清理：无人引用的文件、已结束的登录、已过期的链接和计数（办理进程每天自动清理一次）。"""
    from command_line.collect import collect as gather

    done(gather(dry_run=dry_run, as_json=as_json))
