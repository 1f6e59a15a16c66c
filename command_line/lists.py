"""Problem lists: taken in, or lived through by script."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer

from command_line.telling import AsJson, Login, done
from gateways.problem_list.refusals import Hidden

app = typer.Typer()


@app.command(name="import")
def import_list(
    workbook: Annotated[Path, typer.Argument(help="问题清单（xlsx）。")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不写入。")] = False,
    annotated: Annotated[
        Path | None, typer.Option("--annotated", help="把带处理结果的清单另存到此文件。")
    ] = None,
    hidden: Annotated[
        Hidden, typer.Option(help="隐藏或筛选的行：ask 提示核对，take 一并登记，leave 不登记。")
    ] = Hidden.ASK,
    existing: Annotated[
        bool, typer.Option("--existing", help="既有问题（在办）：只检查；加 --propose 提请登记。")
    ] = False,
    propose: Annotated[
        bool, typer.Option("--propose", help="提请登记既有问题，由提请人以外的审批人员批准。")
    ] = False,
    token: Annotated[
        str, typer.Option("--token", envvar="BIHUAN_TOKEN", help="提请人的个人令牌。")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """导入问题清单：逐行检查，合格的立即登记移交，不合格的逐行说明原因。"""
    from command_line.import_list import import_workbook

    if existing:
        _existing(workbook, propose=propose, token=token, hidden=hidden, as_json=as_json)
    done(
        import_workbook(
            workbook, dry_run=dry_run, annotated=annotated, as_json=as_json, hidden=hidden
        )
    )


def _existing(workbook: Path, *, propose: bool, token: str, hidden: Hidden, as_json: bool) -> None:
    from command_line.existing_lists import preview_or_propose

    if propose and not token:
        token = typer.prompt("个人令牌", hide_input=True)
    who = token if propose else None
    done(preview_or_propose(workbook, token=who, hidden=hidden, as_json=as_json))


@app.command()
def existing(
    list_id: Annotated[str, typer.Argument(help="提请时打印的编号。")],
    file_sha256: Annotated[str, typer.Argument(help="提请时打印的核对码。")],
    login: Login,
    decline: Annotated[str, typer.Option("--decline", help="不同意的理由；不填即批准。")] = "",
    as_json: AsJson = False,
) -> None:
    """批准登记既有问题清单，或者说明理由不同意；提请人不得批准。"""
    from command_line.existing_lists import settle
    from command_line.persons import asked

    done(settle(list_id, file_sha256, asked(login), decline=decline, as_json=as_json))


@app.command()
def answers(
    workbook: Annotated[Path, typer.Argument(help="区县填报的整改表（xlsx）。")],
    received_on: Annotated[
        datetime | None,
        typer.Option("--received-on", formats=["%Y-%m-%d"], help="收到日期，不填为今天。"),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只检查，不录入。")] = False,
    annotated: Annotated[
        Path | None, typer.Option("--annotated", help="把带检查结果的整改表另存到此文件。")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """录入整改表：区县寄回的整改表逐行检查，合格的按书面反馈录入，不合格的逐行说明原因。"""
    from command_line.annex_answers import enter_answers

    on = received_on.date() if received_on else None
    done(
        enter_answers(
            workbook, received_on=on, dry_run=dry_run, annotated_to=annotated, as_json=as_json
        )
    )


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
    from command_line.simulate import simulate_workbook

    day: date | None = until.date() if until else None
    done(simulate_workbook(workbook, until=day, seed=seed, rules_only=rules_only, as_json=as_json))
