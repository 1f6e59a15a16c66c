"""`bihuan reconcile`: what of store, lives and archive does not agree, each named."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sqlalchemy.exc import SQLAlchemyError
from temporalio.client import Client
from temporalio.service import RPCError

from activities.reconciled import Reconciled
from activities.reconciler import Reconciler, held_there
from command_line.persons import NotPossible, Typed, approver, failed
from command_line.telling import answer
from domain.notices import NoticeKind
from gateways.temporal_client import connect
from settings import Settings
from store.engine import Database
from store.mail.unsure import Unsure
from store.watch import doors
from wiring import evidence_for, rules_of_the_day, services_for, shifted_clock

_FEW = 50
"""So many are read before anybody wonders."""


async def reconcile(*, deep: bool, whole: bool, as_json: bool) -> int:
    """Look once; give the exit code: 0 all agrees, 1 something does not, 2 nothing could be seen.

    `deep` looks into what has changed since it agreed, `whole` into everything.
    """
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await connect(settings.temporal)
        looker = _reconciler(client, db, settings)
        found = await (looker.look_deep(whole=whole) if deep or whole else looker.look())
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


async def take_on_record(reason: str, typed: Typed) -> int:
    """Look whole, tell what was found, and open what a restore shut: a supervisor answers for it."""
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await connect(settings.temporal)
        services = services_for(client, db, settings, rules_of_the_day(settings))
        by = await approver(services, typed)
        there = await held_there(client)
        found = await _reconciler(client, db, settings).look_whole()
        _tell(found, as_json=False)
        row = await doors.reopen(db, there, by.id, reason, found.as_json())
    except NotPossible as error:
        return failed(error)
    except (RuntimeError, RPCError, SQLAlchemyError, OSError) as error:
        print(f"无法核对：{error}", file=sys.stderr)
        return 2
    finally:
        await db.dispose()
    if row is not None:
        _tell_mails(doors.mails_of(row))
    print(
        "已恢复登记、办理和发送邮件，差异清单和理由已记录在案。" if row else "登记和办理没有暂停。"
    )
    return 0


def _tell_mails(mails: Sequence[Unsure]) -> None:
    """Name what was due before the restore was noticed and is not sent again by itself."""
    if not mails:
        return
    print(f"恢复前到期的邮件 {len(mails)} 封，可能已经发出，不再自动发送，请逐一核实、需要时补发：")
    for one in mails:
        to = one.recipient or "尚未确定收件人"
        print(f"  {one.problem_no} {NoticeKind(one.kind).label}：{to}")


def _reconciler(client: Client, db: Database, settings: Settings) -> Reconciler:
    evidence = evidence_for(settings)
    return Reconciler(client, db, settings.archive, evidence=evidence, progress=_progress)


def _progress(done: int, of: int) -> None:
    if of > _FEW:
        end = "\n" if done >= of else ""
        print(f"\r已读取 {done}/{of}", end=end, file=sys.stderr, flush=True)


def _tell(found: Reconciled, *, as_json: bool) -> None:
    if as_json:
        answer(found.as_json())
        return
    for one in found.differences:
        print(f"[{one.code.value}] {one.words}")
    for unseen in found.unseen:
        print(f"[未能核对] {unseen.words}")
    fine = "已核对的全部一致" if found.unseen else "全部一致"
    verdict = f"差异 {len(found.differences)} 项" if found.differences else fine
    untold = f"，未能核对 {len(found.unseen)} 项" if found.unseen else ""
    unchanged = f"，另有 {found.unchanged} 个上次一致、此后没有变化" if found.unchanged else ""
    read = (
        f"（读取内容 {found.looked_into} 个{unchanged}）" if found.looked_into or unchanged else ""
    )
    print(
        f"已核对问题 {found.problems} 个{read}、"
        f"办理流程 {found.lives} 个、归档 {found.runs_archived} 份，"
        f"用时 {found.seconds:.1f} 秒：{verdict}{untold}"
    )
