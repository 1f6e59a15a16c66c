"""`bihuan account`: the first administrator, and whoever has no other way in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from command_line.telling import AsJson, done
from domain.roles import ROLE_LABELS, Role

app = typer.Typer(help="账号：开通、重置密码、查看。", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="登录名。")]
FromStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="从标准输入第一行读取密码，本人首次登录时须更换；不用此项则生成一次性链接。",
    ),
]


def _role(value: str) -> Role:
    if value not in ROLE_LABELS or value in (Role.SYSTEM, Role.DISTRICT):
        raise typer.BadParameter("角色须为 officer、supervisor、auditor 或 administrator")
    return Role(value)


@app.command()
def create(
    login: Login,
    name: Annotated[str, typer.Option(help="姓名。")],
    role: Annotated[
        Role,
        typer.Option(
            parser=_role, metavar="ROLE", help="officer、supervisor、auditor 或 administrator。"
        ),
    ],
    email: Annotated[str, typer.Option(help="邮箱。")] = "",
    password_stdin: FromStdin = False,
    as_json: AsJson = False,
) -> None:
    """开通账号，并生成由本人设置密码的一次性链接。"""
    from command_line.accounts_kept import create_account

    password = _read() if password_stdin else None
    done(create_account(login, name, role, email=email, password=password, as_json=as_json))


@app.command()
def reset(
    login: Login,
    password_stdin: FromStdin = False,
    second_factor: Annotated[
        bool, typer.Option("--second-factor", help="同时重置双重验证（手机遗失）。")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """为已有账号生成由本人重新设置密码的一次性链接。"""
    from command_line.accounts_kept import reset_account

    password = _read() if password_stdin else None
    done(reset_account(login, password=password, second_factor=second_factor, as_json=as_json))


@app.command(name="list")
def list_accounts(as_json: AsJson = False) -> None:
    """列出所有账号。"""
    from command_line.accounts_kept import list_all

    done(list_all(as_json=as_json))


def _read() -> str:
    return sys.stdin.readline().rstrip("\r\n")
