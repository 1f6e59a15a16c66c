"""How a command answers: JSON on standard output, words to people on standard error."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from collections.abc import Coroutine
from typing import Annotated, Any, NoReturn

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import InterfaceError, OperationalError

from gateways.temporal_door import DoorUnusable
from gateways.typed_errors import settings_in_words
from settings import Settings

AsJson = Annotated[bool, typer.Option("--json", help="标准输出只输出 JSON。")]
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

Login = Annotated[
    str,
    typer.Option(
        "--login",
        prompt="登录名",
        help="审批人的登录名；随后输入密码，启用双重验证的还须输入动态码。",
    ),
]


def say(text: str) -> None:
    """Tell a person something, beside the answer."""
    typer.echo(text, err=True)


def answer(content: Any) -> None:
    """Give the answer as JSON on standard output; what JSON does not know, a day say, as its text."""
    typer.echo(json.dumps(content, ensure_ascii=False, indent=2, default=str))


def progress() -> Progress:
    """Give a bar that counts on standard error, and is gone when its work is done."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )


def leave(code: int) -> NoReturn:
    """End the process without tearing the interpreter down.

    Temporal's native threads can abort a process while Python finalises; everything has been
    written by now, so the exit code must be ours.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def done(work: Coroutine[Any, Any, int]) -> NoReturn:
    """Run a command's work and leave with its exit code: 2, with words, where a setting is wrong or the store away."""
    try:
        code = asyncio.run(work)
    except KeyboardInterrupt:
        code = 130
    except ValidationError as error:
        if error.title != Settings.__name__:
            raise
        say(f"设置有误：{settings_in_words(error)}")
        code = 2
    except (OperationalError, InterfaceError) as error:
        say(f"数据库无法读写，请检查其是否运行、地址和权限：{str(error.orig).splitlines()[0]}")
        code = 2
    except DoorUnusable as error:
        say(f"设置有误：{error}")
        code = 2
    leave(code)
