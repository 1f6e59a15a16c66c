"""`bihuan reconcile`: what of store, lives and archive does not agree, each named."""

from __future__ import annotations

import json
import sys

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from activities.reconciler import Reconciled, Reconciler
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from wiring import shifted_clock


async def reconcile(*, deep: bool, as_json: bool) -> int:
    """Look once; give the exit code: 0 all agrees, 1 something does not, 2 nothing could be seen."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await connect(settings.temporal)
        found = await Reconciler(client, db, settings.archive).look(read_all=deep)
    except (RuntimeError, RPCError) as error:
        where = settings.temporal_address
        print(f"无法核对：连接不上 Temporal（{where}）：{error}", file=sys.stderr)
        return 2
    except (SQLAlchemyError, OSError) as error:
        print(f"无法核对：数据库或归档无法读取：{error}", file=sys.stderr)
        return 2
    finally:
        await db.dispose()
    _tell(found, as_json=as_json)
    return 1 if found.differences else 0


def _tell(found: Reconciled, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(found.as_json(), ensure_ascii=False, indent=2))
        return
    for one in found.differences:
        print(f"[{one.code.value}] {one.words}")
    verdict = f"差异 {len(found.differences)} 项" if found.differences else "全部一致"
    print(
        f"已核对问题 {found.problems} 个、办理流程 {found.lives} 个、"
        f"归档 {found.runs_archived} 份，用时 {found.seconds:.1f} 秒：{verdict}"
    )
