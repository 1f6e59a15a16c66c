"""What the morning's mail says of how things stand with the installation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from domain.local_time import SHANGHAI

CLEAN_ON = 0
"""Monday: the one day on which a mail says that all agrees; on others that is no news."""
MOST_NAMED = 50


def is_due(day: date, *, last_clean: bool | None, last_sent: date | None) -> bool:
    """Say whether a day's mail goes out: always where something does not agree or was not looked at."""
    if last_clean:
        return day.weekday() == CLEAN_ON or last_sent is None
    return True


def subject(day: date, number: int | None, *, shut: bool = False) -> str:
    """Give the subject; `number` of differences, None where nothing was looked at.

    `shut`: a restore was noticed, and starts, acts and mails wait until it was looked at.
    """
    of_day = f"【闭环】{day.month}月{day.day}日"
    if shut:
        return f"{of_day}发现数据恢复过，登记和办理暂停"
    if number is None:
        return f"{of_day}尚未核对"
    return f"{of_day}核对发现 {number} 项不一致" if number else f"{of_day}核对一致"


def shut_row(shut_at: datetime, why: str) -> str:
    """Say since when starts and acts are shut, and how they are opened; `why` is what was noticed."""
    at = f"{shut_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    return (
        f"{at} 发现{why}，已暂停登记、办理和发送邮件；全面核对一致即自动恢复，"
        "有差异的由审批人以 bihuan reconcile --take 确认后恢复。"
    )


def rows(looked_at: datetime | None, words: Sequence[str], number: int, *, late: bool) -> list[str]:
    """Give the mail line by line: when was looked, what was found, what is to be done."""
    if looked_at is None:
        return ["数据库、办理流程与归档尚未相互核对过，请检查办理进程是否在运行。"]
    at = f"{looked_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    said = [f"最近一次核对：{at}。"]
    if late:
        said.append("此后没有再核对，请检查办理进程。")
    if not number:
        return [*said, "数据库、办理流程与归档全部一致。"]
    more = [f"……另有 {number - MOST_NAMED} 项。"] if number > MOST_NAMED else []
    named = [f"{place}. {one}" for place, one in enumerate(words[:MOST_NAMED], start=1)]
    how = "全部差异用 bihuan reconcile 查看，处理办法见 docs/running.md。"
    return [*said, f"共有 {number} 项不一致：", *named, *more, how]
