"""How an Update is read as the command of its name."""

from __future__ import annotations

from collections.abc import Sequence

from temporalio import workflow
from temporalio.common import RawValue
from temporalio.exceptions import ApplicationError

from domain.commands import COMMANDS, Command


def decoded(name: str, args: Sequence[RawValue]) -> Command:
    """Read an Update as the command of its name; ApplicationError when it is none."""
    kind = COMMANDS.get(name)
    if kind is None or len(args) != 1:
        raise ApplicationError(f"没有名为 {name} 的指令。", type="unknown_command")
    try:
        command: Command = workflow.payload_converter().from_payload(args[0].payload, kind)
    except (RuntimeError, ValueError, TypeError) as error:
        raise ApplicationError(f"指令 {name} 的内容无法识别：{error}", type="malformed") from error
    return command
