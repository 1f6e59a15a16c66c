"""`bihuan demo`: everything on this machine, with a year that has been lived already."""

from __future__ import annotations

import asyncio
import os
import shutil

from command_line.telling import progress, say
from embedded.run import run_everything
from embedded.temporal_server import ServerNotStarted
from settings import Settings
from simulation.demonstration import demonstration, elsewhere, live_a_year


async def demo(*, again: bool, only_prepare: bool) -> int:
    """Live the year where it has not been lived, then run; 2 where this installation must not."""
    settings = Settings()
    if settings.environment != "development":
        say("演示只能在开发环境运行：生产环境不得混入演示数据。")
        return 2
    if places := elsewhere(settings):
        say(f"演示数据只存放在自己的文件夹，请先去掉这些设置：{'、'.join(places)}")
        return 2
    shown = demonstration(settings)
    if again:
        await asyncio.to_thread(shutil.rmtree, shown.data_dir, ignore_errors=True)
    if not await asyncio.to_thread(shown.data_dir.exists) and not await _lived(shown):
        return 1
    if only_prepare:
        return 0
    os.environ["BIHUAN_DATA_DIR"] = str(shown.data_dir)
    return await run_everything()


async def _lived(shown: Settings) -> bool:
    """Live it with a bar that moves; say what went wrong."""
    say(
        "正在生成演示数据：六十个示例问题在一年中的移交、反馈、审核、扣分、督办和销号，约需三分钟。"
    )
    with progress() as bar:
        task = bar.add_task("演示", total=None)
        try:
            await live_a_year(shown, lambda n, of: bar.update(task, completed=n, total=of))
        except (RuntimeError, ServerNotStarted) as error:
            say(f"演示数据未能生成：{error}")
            return False
    return True
