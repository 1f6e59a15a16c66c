"""Holding the store against the lives: what was compared, what differs, and what could not be told."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field

from command_line.lives_told import Source, Told, teller
from domain.rebuilding import Difference
from domain.rules import Rules
from settings import Settings
from store.engine import Database
from store.lives import event_log, problems, rebuilding
from store.lives.as_lived import Lived
from store.lives.comparing import Compared, compare
from store.registers import rule_books

SHOWN = 50
"""How many differences are printed; `--json` gives them all."""
_UNTOLD = "服务器和归档中都没有其流程历史，无法核对"

Untold = list[tuple[str, str]]


@dataclass(slots=True)
class Looked:
    """What was compared: how many lives, what differs by problem, and what could not be told.

    `unknown` is what of a life could not be read and is left as it is; `only_here` how many addenda of
    a life stand in the store alone, so that nothing can be held against them.
    """

    lives: int = 0
    differing: dict[str, tuple[Difference, ...]] = field(default_factory=dict)
    untold: Untold = field(default_factory=list)
    unknown: Untold = field(default_factory=list)
    only_here: dict[str, int] = field(default_factory=dict)
    seconds: float = 0

    @property
    def agrees(self) -> bool:
        """Whether all was compared and is the same."""
        return not (self.differing or self.untold or self.unknown)

    def as_json(self) -> dict[str, object]:
        """Give it as plain JSON content."""
        return {
            "ok": self.agrees,
            "lives": self.lives,
            "seconds": round(self.seconds, 1),
            "differences": differences_as_json(self.differing),
            "not_compared": [_why(one) for one in self.untold],
            "left_as_they_are": [_why(one) for one in self.unknown],
            "addenda_only_in_store": self.only_here,
        }


def differences_as_json(differing: dict[str, tuple[Difference, ...]]) -> dict[str, object]:
    """Give differences by problem as plain JSON content."""
    return {
        number: [asdict(one) | {"words": one.words} for one in found]
        for number, found in differing.items()
    }


def _why(one: tuple[str, str]) -> dict[str, str]:
    return {"problem_no": one[0], "why": one[1]}


async def look(
    settings: Settings, db: Database, source: Source, numbers: Sequence[str], generation: int
) -> Looked:
    """Compare some lives, or all; what differs is kept as `generation` unless that is 0.

    Raises RuntimeError, RPCError, StoreRefused.
    """
    began, looked, again = time.monotonic(), Looked(), list[str]()
    async with teller(settings, db, source) as lives:
        wanted = sorted(set(numbers)) or await lives.numbers()
        async for told in lives.tell(wanted):
            looked.lives += len(told.lives)
            differ = await _differing(db, looked, told)
            if source is Source.HISTORIES:
                again += [one.lived.problem_no for one in differ]
            else:
                await _take(db, looked, generation, differ, told.rules)
            _progress(looked, len(wanted), began)
        _progress(looked, len(wanted), began, ended=True)
        # What was being written down at that moment agrees when it is looked at once more.
        async for told in lives.tell(again):
            await _take(db, looked, generation, await _differing(db, looked, told), told.rules)
    if source is Source.HISTORIES and not numbers:
        looked.untold += await _without_history(db, wanted)
    looked.seconds = time.monotonic() - began
    return looked


async def _differing(db: Database, looked: Looked, told: Told) -> list[Compared]:
    """Compare what was told, and note what could not be."""
    looked.untold += told.untold
    looked.unknown += [one for one in told.unknown if one not in looked.unknown]
    found, unread = await _compared(db, told.lives)
    looked.untold += unread
    looked.only_here |= {one.lived.problem_no: one.only_here for one in found if one.only_here}
    return [one for one in found if one.differences]


async def _compared(db: Database, lives: Sequence[Lived]) -> tuple[list[Compared], Untold]:
    """Compare some lives; where one of them cannot be, each by itself."""
    async with db.reading() as session:
        try:
            return await compare(session, lives), []
        except ValueError as error:
            if len(lives) == 1:
                return [], [(lives[0].problem_no, f"库中的记录无法识别：{error}")]
    each = [await _compared(db, [one]) for one in lives]
    return [one for found, _ in each for one in found], [one for _, why in each for one in why]


async def _take(
    db: Database,
    looked: Looked,
    generation: int,
    differ: Sequence[Compared],
    rules: Sequence[Rules],
) -> None:
    """Note what differs, and keep it as a generation, with the rule books it names."""
    looked.differing |= {one.lived.problem_no: one.differences for one in differ}
    if generation and differ:
        async with db.writing() as session:
            for one in dict.fromkeys(rules):
                await rule_books.keep(session, db, (one.policy, one.calendar))
        await rebuilding.keep(db, generation, differ)


async def _without_history(db: Database, told: Sequence[str]) -> Untold:
    """Name what stands in the store and has no history anywhere."""
    async with db.reading() as session:
        there = {*await event_log.problems_with_any(session), *await problems.numbers(session)}
    return [(number, _UNTOLD) for number in sorted(there - set(told))]


def _progress(looked: Looked, wanted: int, began: float, *, ended: bool = False) -> None:
    if wanted > SHOWN:
        done = wanted if ended else looked.lives + len(looked.untold)
        progress("已比对", done, wanted, time.monotonic() - began)


def progress(what: str, done: int, of: int, seconds: float) -> None:
    """Tell how far a long work has come, and about how long it still takes."""
    left = (of - done) * seconds / done if done else 0
    end = "    \n" if done >= of else f"，约剩 {left:.0f} 秒    "
    print(f"\r{what} {done}/{of}，用时 {seconds:.0f} 秒", end=end, file=sys.stderr, flush=True)


def tell(looked: Looked, source: Source) -> None:
    """Tell a person what was found."""
    tell_differences(looked.differing)
    for number, why in looked.untold:
        print(f"未比对：{number}：{why}")
    for number, why in looked.unknown:
        print(f"补记无法读取，仍按库中记录：{number}：{why}")
    for number, count in looked.only_here.items():
        print(f"补记只在数据库中，无从核对：{number}：{count} 项")
    kinds = Counter(
        f"{d.book.label}{d.how.label}" for all_ in looked.differing.values() for d in all_
    )
    fine = "全部一致" if looked.agrees else "已比对的全部一致"
    verdict = "，".join(f"{kind} {count} 处" for kind, count in kinds.items()) or fine
    print(
        f"以{source.label}为准，比对问题 {looked.lives} 个，用时 {looked.seconds:.1f} 秒，"
        f"不一致的 {len(looked.differing)} 个，未能比对的 {len(looked.untold)} 个：{verdict}"
    )


def tell_differences(differing: dict[str, tuple[Difference, ...]]) -> None:
    """Tell a person the first differences."""
    lines = [f"{number}：{one.words}" for number, all_ in differing.items() for one in all_]
    print("\n".join(lines[:SHOWN]), end="\n" if lines else "")
    if len(lines) > SHOWN:
        print(f"……另有 {len(lines) - SHOWN} 处，加 --json 全部列出")
