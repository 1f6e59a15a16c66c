"""`bihuan repair`: lost lives previewed, proposed by one person, approved by another, begun again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from uuid import uuid4

from temporalio.client import Client
from temporalio.service import RPCError

from activities.kept_exports import keep_for_audit
from command_line.lost_lives import CannotRestore, Found, Looker
from command_line.lost_lives_told import shown_to_people, tell
from command_line.persons import NotPossible, Typed, approver, by_token, failed
from command_line.telling import answer, say
from domain.events import Lost
from domain.outcomes import OutcomeUnknown, Reply
from domain.reconciliation import GOING_ON, Disagreement
from domain.roles import CITY, Actor, Role
from gateways.lives_on_server import lives
from gateways.lost_lives import end_run, restored_by
from gateways.temporal_client import connect
from office.ports import Services
from office.refused import Refused, allowed
from office.rules.applying_rules import refresh
from settings import Settings
from store import proposals
from store.engine import Database
from store.lives import repairs
from store.lives.repairs import LostLife
from store.proposals import proposer_of
from store.tables import LifeRepairRow
from store.watch import doors, reconciliations, reconciling
from wiring import desk_for, rules_of_the_day, services_for, shifted_clock

PAUSE_SECONDS = 0.05
"""Between two lives begun again: what people do comes first."""
_GO_WRONG = frozenset(
    {
        Disagreement.LIFE_RESET,
        Disagreement.LIFE_STARTED_TWICE,
        Disagreement.LIFE_STUCK,
        Disagreement.LIFE_NOT_OVER,
        Disagreement.LIFE_DIFFERS,
        Disagreement.LIFE_TERMINATED,
        Disagreement.LIFE_CANCELED,
        Disagreement.HISTORY_BEHIND,
    }
)
"""What a look says of lives that may have to be begun again although they run, or their problem is over."""
_PROPOSERS = CITY | {Role.ADMINISTRATOR}


@dataclass(frozen=True, slots=True)
class _House:
    settings: Settings
    services: Services
    looker: Looker


@asynccontextmanager
async def _house() -> AsyncIterator[_House]:
    settings = Settings()
    db = Database(settings.database, shifted_clock(settings))
    try:
        client = await _client(settings)
        services = services_for(client, db, settings, rules_of_the_day(settings))
        await refresh(services)
        looker = Looker(
            services, client, settings.archive, settings.open_lives, settings.clock_shift_seconds
        )
        yield _House(settings, services, looker)
    except RPCError as error:
        raise NotPossible(f"Temporal 没有答复，请稍后重试：{error}") from error
    finally:
        await db.dispose()


async def _client(settings: Settings) -> Client:
    try:
        return await connect(settings.temporal)
    except RuntimeError as error:
        where = settings.temporal_address
        raise NotPossible(f"连接不上 Temporal（{where}），没有作任何改动：{error}") from error


async def preview(numbers: Sequence[str], *, as_json: bool) -> int:
    """Tell what each lost life would take up, without changing anything; without numbers, of all."""
    try:
        async with _house() as house:
            found, refused = await _look(house, numbers)
            shown = [await shown_to_people(house.services.db, one) for one in found]
    except (NotPossible, Refused) as error:
        return failed(error)
    tell(shown, refused, as_json=as_json)
    return 1 if refused else 0


async def propose(numbers: Sequence[str], reason: str, token: str, *, as_json: bool) -> int:
    """Keep a proposal and print what its approval needs."""
    try:
        async with _house() as house:
            by = await by_token(house.services.db, token)
            if by.role not in _PROPOSERS:
                raise NotPossible("只有承办人、审批人或管理员可以提请接续办理。")
            found, refused = await _look(house, numbers)
            if not found:
                raise NotPossible(
                    "没有可以接续办理的问题。" + "".join(one.message for one in refused)
                )
            lost = [one.life for one in found]
            row = await repairs.propose(house.services.db, uuid4().hex, lost, reason, by)
            shown = [await shown_to_people(house.services.db, one) for one in found]
    except (NotPossible, Refused) as error:
        return failed(error)
    tell(shown, refused, as_json=as_json, proposal=row)
    return 1 if refused else 0


async def apply(repair_id: str, content_hash: str, typed: Typed, *, as_json: bool) -> int:
    """Approve what was proposed and begin the lives again, one after the other."""
    try:
        async with _house() as house:
            db = house.services.db
            by = await approver(house.services, typed)
            deciding = proposals.decide(
                db, LifeRepairRow, repair_id, by, approve=True, bound_to=content_hash
            )
            report = await _begin(house, await allowed(deciding), by)
    except (NotPossible, Refused) as error:
        return failed(error)
    refused = [one for one in report if one.code]
    if as_json:
        answer({"id": repair_id, "lives": [one.document for one in report]})
    for one in refused:
        say(f"  {one.problem_no}：{one.message}")
    say(f"已接续办理 {len(report) - len(refused)} 件，未能接续 {len(refused)} 件。")
    return 1 if refused else 0


async def _begin(house: _House, row: LifeRepairRow, by: Actor) -> list[Reply]:
    """Begin each life; asked again, it goes on where it stopped."""
    persons = (proposer_of(row), by)
    report: list[Reply] = []
    for place, life in enumerate(repairs.lives_of(row), start=1):
        report.append(await _begin_one(house, row, life, persons))
        print(f"\r接续办理 {place}", end="", file=sys.stderr, flush=True)
        await asyncio.sleep(PAUSE_SECONDS)
    print(file=sys.stderr)
    told = all(one.code != "outcome_unknown" for one in report)
    await repairs.noted(house.services.db, row.id, report, all_told=told)
    return report


async def _begin_one(
    house: _House, row: LifeRepairRow, life: LostLife, persons: tuple[Actor, Actor]
) -> Reply:
    number = life.problem_no
    looker = house.looker
    desk = desk_for(looker.client, house.settings, house.services.rules)
    try:
        found = await looker.find(number)
        if not _is_as_proposed(found.life, life):
            raise CannotRestore("approval_is_stale", f"{number} 在提请之后有变化，请重新提请。")
        if found.goes_wrong:
            await end_run(
                looker.client, number, found.goes_wrong, f"接续办理 {row.id}：{row.reason}"
            )
        found = replace(found, life=life)
        if not await desk.restore(number, found.begun_by(row.id, row.reason, persons)):
            raise CannotRestore("life_running", f"{number} 的办理流程已在运行。")
        if found.life.lost is Lost.MISSING:
            await keep_for_audit(
                house.services.db, house.settings.open_lives, house.settings.archive, found.life
            )
    except (OutcomeUnknown, RPCError) as error:
        return Reply(problem_no=number, code="outcome_unknown", message=str(error))
    except CannotRestore as refused:
        # Whoever approves twice at once may see what the other one has begun.
        if await restored_by(looker.client, number) == row.id:
            return Reply(problem_no=number)
        return Reply(problem_no=number, code=refused.code, message=str(refused))
    return Reply(problem_no=number)


def _is_as_proposed(found: LostLife, proposed: LostLife) -> bool:
    """Say whether a life is what was approved; one that was ended for it, and not begun, still is."""
    ended = proposed.lost is Lost.BEHIND and found.lost is Lost.TERMINATED
    return replace(found, lost=proposed.lost if ended else found.lost) == proposed


async def _look(house: _House, numbers: Sequence[str]) -> tuple[list[Found], list[Reply]]:
    found, refused = [], []
    doubtful = set() if numbers else await _named(house.services.db)
    for number in numbers or sorted({*await _all_lost(house), *doubtful}):
        try:
            found.append(await house.looker.find(number))
        except CannotRestore as error:
            if number not in doubtful or error.code not in ("life_running", "life_over"):
                refused.append(Reply(problem_no=number, code=error.code, message=str(error)))
    return found, refused


async def _named(db: Database) -> set[str]:
    """Give the problems of which the last looks say that their lives go wrong; these may be mended by now."""
    async with db.reading() as session:
        looks = [
            await reconciliations.last(session, kind)
            for kind in (reconciliations.QUICK, doors.WHOLE)
        ]
    told = (one for look in looks if look for one in reconciliations.body_of(look)["differences"])
    return {one["problem_no"] for one in told if one["code"] in _GO_WRONG}


async def _all_lost(house: _House) -> list[str]:
    """Name every problem under way whose life runs no more."""
    db = house.services.db
    async with db.reading() as session:
        kept = await reconciling.kept(session, db.now())
    on_server = await lives(house.looker.client)
    going_on = {number for number, runs in on_server.items() if runs[-1].state in GOING_ON}
    open_ = (one.problem_no for one in kept if one.seq is not None and not one.ended)
    return sorted(number for number in open_ if number not in going_on)
