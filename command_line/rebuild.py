"""What `bihuan rebuild` does: compare, propose, let count, and show what counted before."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from uuid import uuid4

from sqlalchemy.exc import SQLAlchemyError
from temporalio.service import RPCError

from command_line.lives_told import Source, Teller
from command_line.persons import NotPossible, Typed, approver, by_token, failed
from command_line.telling import answer
from domain.rebuilding import Difference
from domain.roles import CITY
from domain.rules import Rules
from gateways.temporal_client import lazy
from office.refused import Refused, allowed
from settings import Settings
from store.engine import Database
from store.lives import event_log, old_records, problems, rebuilding
from store.lives.as_lived import Lived
from store.lives.comparing import Compared, compare
from store.registers import rule_books
from store.tables import RebuildRow
from wiring import rules_of_the_day, services_for, shifted_clock

_SHOWN = 50
"""How many differences are printed; `--json` gives them all."""


@dataclass(slots=True)
class _Looked:
    """What was compared: how many lives, what differs by problem, and what could not be told."""

    lives: int = 0
    differing: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    untold: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0

    @property
    def agrees(self) -> bool:
        """Whether all was compared and is the same."""
        return not self.differing and not self.untold

    def as_json(self) -> dict[str, object]:
        """Give it as plain JSON content."""
        return {
            "ok": self.agrees,
            "lives": self.lives,
            "seconds": round(self.seconds, 1),
            "differences": {
                number: [asdict(one) | {"words": one.words} for one in found]
                for number, found in self.differing.items()
            },
            "not_compared": [{"problem_no": number, "why": why} for number, why in self.untold],
        }


@asynccontextmanager
async def _store() -> AsyncIterator[tuple[Settings, Database]]:
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        yield settings, db
    finally:
        await db.dispose()


async def check(source: Source, numbers: Sequence[str], *, as_json: bool) -> int:
    """Only compare; give the exit code: 0 the same, 1 not, 2 nothing could be seen."""
    try:
        async with _store() as (settings, db):
            looked = await _look(settings, db, source, numbers, generation=0)
    except (RuntimeError, RPCError, SQLAlchemyError, OSError) as error:
        return failed(error)
    if as_json:
        answer(looked.as_json())
    else:
        _tell(looked, source)
    return 0 if looked.agrees else 1


async def propose(
    source: Source, numbers: Sequence[str], reason: str, token: str, *, as_json: bool
) -> int:
    """Compare, and propose that the records of what differs be written anew; give the exit code."""
    try:
        async with _store() as (settings, db):
            by = await by_token(db, token)
            if by.role not in CITY:
                raise NotPossible("只有承办人、审批人可以提请，请使用本人的个人令牌。")
            async with db.reading() as session:
                generation = await rebuilding.next_generation(session)
            looked = await _look(settings, db, source, numbers, generation=generation)
            row = None
            if looked.differing:
                row = await rebuilding.propose(
                    db, uuid4().hex, generation, source.value, reason, by
                )
    except (NotPossible, RuntimeError, RPCError, SQLAlchemyError, OSError) as error:
        return failed(error)
    if as_json:
        answer(looked.as_json() | {"proposal": _view(row) if row is not None else None})
        return 0
    _tell(looked, source)
    if row is not None:
        print(f"已提请重建 {row.problems} 个问题的记录，尚未生效，请另一名审批人批准：")
        print(f"  bihuan rebuild approve {row.id} {row.content_sha256} --login 登录名")
    return 0


async def settle(
    rebuild_id: str, content_sha256: str, typed: Typed, *, approve: bool, as_json: bool
) -> int:
    """Approve what was proposed and let it count, or decline it; give the exit code."""
    try:
        async with _store() as (settings, db):
            client = await lazy(settings.temporal)
            services = services_for(client, db, settings, rules_of_the_day(settings))
            by = await approver(services, typed)
            decision = rebuilding.decide(
                db, rebuild_id, by, approve=approve, content_sha256=content_sha256
            )
            row = await allowed(decision)
            counted, left = await rebuilding.switch(db, rebuild_id) if approve else (0, [])
    except (NotPossible, Refused, SQLAlchemyError) as error:
        return failed(NotPossible(error.detail) if isinstance(error, Refused) else error)
    if as_json:
        answer(_view(row) | {"switched": counted, "left": left})
    elif not approve:
        print("未获批准，原记录继续有效。")
    else:
        print(f"第 {row.generation} 代记录已生效：{counted} 个问题。原记录保留，可随时查阅。")
        for number in left:
            print(f"未切换：{number}，提请以后又有新的记录，请重新比对、提请。", file=sys.stderr)
    return 1 if left else 0


async def show(number: str) -> int:
    """Give every generation of a problem's records, as JSON; give the exit code."""
    try:
        async with _store() as (_, db), db.reading() as session:
            found = await old_records.of_problem(session, number)
    except SQLAlchemyError as error:
        return failed(error)
    answer(found)
    return 0 if found else 2


async def _look(
    settings: Settings, db: Database, source: Source, numbers: Sequence[str], generation: int
) -> _Looked:
    """Compare some lives, or all; what differs is kept as `generation` unless that is 0."""
    began, looked, teller = time.monotonic(), _Looked(), Teller(settings, db, source)
    await teller.open()
    wanted = sorted(set(numbers)) or await teller.numbers()
    again: list[str] = []
    async for told in teller.tell(wanted):
        looked.lives += len(told.lives)
        looked.untold += told.untold
        differ = await _differing(db, told.lives)
        if source is Source.HISTORIES:
            again += [one.lived.problem_no for one in differ]
        else:
            await _take(db, looked, generation, differ, told.rules)
        _progress(looked, len(wanted))
    # What was being written down at that moment agrees when it is looked at once more.
    async for told in teller.tell(again):
        await _take(db, looked, generation, await _differing(db, told.lives), told.rules)
    if source is Source.HISTORIES and not numbers:
        looked.untold += await _without_history(db, wanted)
    looked.seconds = time.monotonic() - began
    return looked


async def _differing(db: Database, lives: Sequence[Lived]) -> list[Compared]:
    async with db.reading() as session:
        return [one for one in await compare(session, lives) if one.differences]


async def _take(
    db: Database,
    looked: _Looked,
    generation: int,
    differ: Sequence[Compared],
    rules: Sequence[Rules],
) -> None:
    """Note what differs, and keep it as a generation, with the rule books it names."""
    looked.differing |= {one.lived.problem_no: one.differences for one in differ}
    if generation and differ:
        async with db.writing() as session:
            for one in rules:
                await rule_books.keep(session, db, (one.policy, one.calendar))
        await rebuilding.keep(db, generation, differ)


async def _without_history(db: Database, told: Sequence[str]) -> list[tuple[str, str]]:
    """Name what stands in the store and has no history anywhere."""
    async with db.reading() as session:
        there = {*await event_log.problems_with_any(session), *await problems.numbers(session)}
    why = "服务器和归档中都没有其流程历史，无法核对"
    return [(number, why) for number in sorted(there - set(told))]


def _progress(looked: _Looked, wanted: int) -> None:
    if wanted > _SHOWN:
        done = looked.lives + len(looked.untold)
        end = "\n" if done >= wanted else ""
        print(f"\r已比对 {done}/{wanted}", end=end, file=sys.stderr, flush=True)


def _tell(looked: _Looked, source: Source) -> None:
    lines = [f"{number}：{one.words}" for number, all_ in looked.differing.items() for one in all_]
    print("\n".join(lines[:_SHOWN]), end="\n" if lines else "")
    if len(lines) > _SHOWN:
        print(f"……另有 {len(lines) - _SHOWN} 处，加 --json 全部列出")
    for number, why in looked.untold:
        print(f"未比对：{number}：{why}")
    kinds = Counter(
        f"{d.book.label}{d.how.label}" for all_ in looked.differing.values() for d in all_
    )
    fine = "已比对的全部一致" if looked.untold else "全部一致"
    verdict = "，".join(f"{kind} {count} 处" for kind, count in kinds.items()) or fine
    print(
        f"以{source.label}为准，比对问题 {looked.lives} 个，用时 {looked.seconds:.1f} 秒，"
        f"不一致的 {len(looked.differing)} 个，未能比对的 {len(looked.untold)} 个：{verdict}"
    )


def _view(row: RebuildRow) -> dict[str, object]:
    return {
        "id": row.id,
        "generation": row.generation,
        "source": row.source,
        "problems": row.problems,
        "content_sha256": row.content_sha256,
        "proposed_by": row.proposed_by,
        "decided_by": row.decided_by,
        "state": row.state,
        "reason": row.reason,
    }
