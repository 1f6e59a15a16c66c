"""What happened at the doors, told to people and to programs."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import AsyncIterator, Mapping
from datetime import datetime

from gateways.renderer import instant
from office.ports import Services
from store.people import accounts, security_log
from store.people.security_log import WARNINGS, Happened
from store.tables import SecurityLogRow

LABELS = {
    Happened.SIGNED_IN: "登录",
    Happened.SIGN_IN_FAILED: "登录失败",
    Happened.SIGN_IN_HELD: "登录受限（失败次数过多）",
    Happened.SIGNED_OUT: "退出",
    Happened.SESSIONS_ENDED: "由管理员退出全部登录",
    Happened.REFUSED: "越权或被拒绝的操作",
    Happened.ACCOUNT_OPENED: "开通账号",
    Happened.ACCOUNT_ENABLED: "启用账号",
    Happened.ACCOUNT_DISABLED: "停用账号",
    Happened.ACCOUNT_REACHED: "修改账号联系方式",
    Happened.LINK_MADE: "生成一次性链接",
    Happened.PASSWORD_CHOSEN: "通过链接设置密码",
    Happened.PASSWORD_CHANGED: "修改密码",
    Happened.PASSWORD_CONFIRMED: "再次验证密码",
    Happened.PASSWORD_SET: "由他人设置密码",
    Happened.SECOND_FACTOR_SET: "启用双重验证",
    Happened.SECOND_FACTOR_FAILED: "双重验证失败",
    Happened.SECOND_FACTOR_RESET: "重置双重验证",
    Happened.RECOVERY_CODE_USED: "使用恢复码",
    Happened.TOKEN_ISSUED: "新建个人令牌",
    Happened.TOKEN_REVOKED: "撤销个人令牌",
    Happened.LINKS_REVOKED: "收回填报链接",
    Happened.CONTACT_CHANGED: "变更联系人",
    Happened.DATA_ERASED: "依规清除个人信息",
    Happened.REBUILD_PROPOSED: "提请重建记录",
    Happened.REBUILD_DECIDED: "批准或不同意重建记录",
    Happened.DOORS_SHUT: "发现数据恢复，暂停办理",
    Happened.DOORS_OPENED: "核对后恢复办理",
}
_COMMAND_LINE = "命令行"
_SYSTEM = "系统"
HEADINGS = ("编号", "时间", "人员", "事项", "结果", "对象", "来源地址", "说明")


def entry_view(row: SecurityLogRow, names: Mapping[str, str]) -> dict[str, object]:
    """Show an entry to a program."""
    what = Happened(row.what)
    return {
        "id": row.id,
        "at": row.at,
        "by": row.by_id,
        "by_name": _named(row.by_id, names),
        "what": what,
        "what_label": LABELS[what],
        "outcome": "refused" if what in WARNINGS else "done",
        "subject": row.subject,
        "subject_name": names.get(row.subject, row.subject),
        "address": row.address,
        "details": row.details,
    }


def _named(by_id: str, names: Mapping[str, str]) -> str:
    if by_id == security_log.SYSTEM:
        return _SYSTEM
    operator = security_log.operator_of(by_id)
    if operator is None:
        return names.get(by_id, by_id)
    return f"{_COMMAND_LINE}（{operator}）" if operator else _COMMAND_LINE


async def as_json_lines(services: Services) -> AsyncIterator[bytes]:
    """Give the whole log as one JSON object a line, for programs that collect logs."""
    async with services.db.reading() as session:
        names = await accounts.names(session)
    async for row in security_log.everything(services.db):
        told = entry_view(row, names)
        yield json.dumps(told, ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: object) -> str:
    """Write an instant as every answer of the API does."""
    if not isinstance(value, datetime):
        return str(value)
    return value.isoformat().replace("+00:00", "Z")


async def as_csv(services: Services) -> AsyncIterator[bytes]:
    """Give the whole log as CSV, which spreadsheets open, a line at a time."""
    async with services.db.reading() as session:
        names = await accounts.names(session)
    yield "\ufeff".encode() + _line(HEADINGS)
    async for row in security_log.everything(services.db):
        told = entry_view(row, names)
        outcome = "拒绝" if told["outcome"] == "refused" else "成功"
        cells = (told["by_name"], told["what_label"], outcome, told["subject_name"])
        yield _line((row.id, instant(row.at), *cells, row.address, row.details))


def _line(cells: tuple[object, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow([_harmless(str(cell)) for cell in cells])
    return out.getvalue().encode()


def _harmless(text: str) -> str:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
