"""The command line `bihuan`: each command loads only what it needs.

With `--json`, standard output holds JSON only; everything said to people goes to standard error.
"""

from __future__ import annotations

import typer

from command_line import (
    account,
    dates,
    lists,
    mails,
    rebuilds,
    repairs,
    second_look,
    servers,
    years,
)

app = typer.Typer(
    name="bihuan",
    help="闭环：大气环境问题移交、反馈、审核、回头看、提级督办全过程管理。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
for part in (dates, servers, lists):
    app.add_typer(part.app)
app.add_typer(second_look.audit, name="audit")
app.add_typer(second_look.draw, name="draw")
app.add_typer(account.app, name="account")
app.add_typer(mails.app, name="mail")
app.add_typer(repairs.app, name="repair")
app.add_typer(years.app, name="calendar")
app.add_typer(rebuilds.app, name="rebuild")


if __name__ == "__main__":
    app()
