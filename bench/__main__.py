"""`python -m bench`: print the design's figures, each measured in one run.

Ends with one where a figure was not reached.
"""

from __future__ import annotations

import asyncio
import os
import platform
import sys

from bench.alone import audits, list_reading, on_the_real_workflow, rules_alone
from bench.answers import answers_beside_lists
from bench.database import ledger_page, receipts
from bench.deadlines import deadlines
from bench.exports import large_export
from bench.hostile import hostile
from bench.lives import lives_and_updates
from bench.measuring import MISSED, attempt, doing
from bench.people import judging
from bench.place import Place, open_place
from bench.quick_look import quick_look
from bench.strangers import strangers


async def main() -> int:
    """Measure everything; the rules alone before server and database are there."""
    # As an ordinary installation has it: without, the sandbox would compile the workflow's file
    # anew for each life, on both sides of the comparison.
    sys.dont_write_bytecode = False
    print(
        f"{os.cpu_count()} 核，Python {platform.python_version()}，{platform.machine()}", flush=True
    )
    await attempt("纯规则", rules_alone)
    doing("读取清单")
    reading = list_reading()
    async with open_place() as place:
        await _on_one_server(place, reading)
    await attempt("导入期间的反馈", answers_beside_lists)
    await attempt("陌生人之下的页面和登录", strangers)
    await attempt("恶意输入之下的内存", hostile)
    await attempt("一千个时限（约十分钟）", deadlines)
    await attempt("核对十万个问题（约八分钟）", quick_look)
    await attempt("核查", audits)
    await attempt("六十个问题在真实流程上", on_the_real_workflow)
    if MISSED:
        print(f"\n未达到：{'；'.join(MISSED)}", flush=True)
    return 1 if MISSED else 0


async def _on_one_server(place: Place, reading: float) -> None:
    await attempt("移交与反馈", lambda: lives_and_updates(place.client, place.desk, place.noting))
    await attempt("回执", lambda: receipts(place.db))
    await attempt("台账页", lambda: ledger_page(place.db))
    await attempt("核对清单", lambda: judging(place.services, reading))
    await attempt("导出", lambda: large_export(place.services))


if __name__ == "__main__":
    code = asyncio.run(main())
    sys.stdout.flush()
    os._exit(code)
