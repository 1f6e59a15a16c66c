"""`bihuan mail`: whether mails go out, and whether what comes back is read."""

from __future__ import annotations

from typing import Annotated

import typer

from command_line.telling import AsJson, done

app = typer.Typer(help="邮件：测试发送和退信通道。", no_args_is_help=True)


@app.callback()
def mail() -> None:
    """邮件：测试发送和退信通道。"""


@app.command(name="test")
def try_out(
    address: Annotated[str, typer.Argument(help="收测试邮件的邮箱，填写本人的即可。")],
    bounce: Annotated[
        str,
        typer.Option(
            "--bounce", help="不存在的邮箱，用来产生退信；留空为收件邮箱所在域名下的一个随机地址。"
        ),
    ] = "",
    wait: Annotated[int, typer.Option("--wait", min=0, max=3600, help="等待退信的秒数。")] = 180,
    as_json: AsJson = False,
) -> None:
    """发一封测试邮件和一封必然退回的邮件，等待办理进程读到退信；退信通道由此得到验证。"""
    from command_line.mail_test import mail_test

    done(mail_test(address, bounce, wait_seconds=wait, as_json=as_json))
