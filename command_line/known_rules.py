"""By which policies and calendars lives may rightly be judged: where the register is, and its export."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from activities.known_rules import known_here
from gateways.known_rules import (
    NAME,
    KnownRules,
    KnownRulesError,
    of_this_release,
    read_register,
    written,
)
from settings import Settings
from store.engine import Database


def beside(path: Path) -> KnownRules:
    """Give what this release knows and the register in a folder, or in the one it lies in, adds.

    Raises `KnownRulesError` where that file is no register.
    """
    folder = path if path.is_dir() else path.parent
    found = next((at for at in (folder / NAME, folder.parent / NAME) if at.exists()), None)
    return of_this_release().joined([] if found is None else [read_register(found)])


def given(path: Path) -> KnownRules:
    """Give what this release knows and a register that the auditor brought adds.

    Raises `KnownRulesError`.
    """
    return of_this_release().joined([read_register(path)])


async def of_installation(settings: Settings) -> KnownRules:
    """Give the register of this installation; without its database, as its archive has it."""
    db = Database(settings.database)
    try:
        if not await db.is_there():
            return await asyncio.to_thread(beside, settings.archive)
        return await known_here(db, settings.archive)
    except (SQLAlchemyError, OSError):
        print("数据库无法读取，口径登记以归档为准", file=sys.stderr)
        return await asyncio.to_thread(beside, settings.archive)
    finally:
        await db.dispose()


async def export_command(file: Path) -> int:
    """Write the register of this installation into a file; gives the exit code."""
    try:
        register = await of_installation(Settings())
    except KnownRulesError as error:
        print(str(error), file=sys.stderr)
        return 1
    await asyncio.to_thread(file.write_text, written(register), "utf-8")
    print(
        f"已写入 {file}：{len(register.policies)} 个政策版本，{len(register.calendar_years)} 个日历年度"
    )
    return 0
