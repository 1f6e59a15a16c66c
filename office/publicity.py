"""What was made public as the doors enter, count and export it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from domain.catalogues.districts import district, find_district
from domain.local_time import day_of
from domain.publicity import PublicityKind, PublicityRecord, counted, demand_published
from domain.refusals import WrongContent
from gateways.plain_lists import PlainList
from gateways.problem_list.cells import key_of
from office.caller import Caller
from office.exports.workbooks import Cell, Sheet, workbook
from office.once import claim_body, id_under
from office.plain_lists import MOST
from office.ports import Services
from office.refused import Refused
from office.typed import Day, Line, NeededLine, Typed, example
from store import problems, publicity
from store.publicity import EnteredRecord

COLUMNS = (
    ("发布日期", 12),
    ("类别", 12),
    ("媒体", 20),
    ("标题", 50),
    ("地址或文号", 40),
    ("区县", 16),
    ("关联问题", 16),
)
LIST = PlainList(
    what="宣传台账",
    headings={
        "发布日期": "published_on",
        "类别": "kind",
        "媒体": "medium",
        "标题": "title",
        "地址或文号": "reference",
        "区县": "district",
        "关联问题": "problem_no",
    },
    needed=frozenset({"published_on", "kind", "medium", "title", "reference"}),
    days=frozenset({"published_on"}),
    codes={
        "kind": {
            key_of(word): one.value for one in PublicityKind for word in (one.label, one.value)
        }
    },
)
"""How a workbook lists publications."""


class PublicityBody(Typed):
    """A publication: of which kind, when, in which medium, under which title, where to be found."""

    model_config = example(
        kind="guidance",
        published_on="2024-06-24",
        medium="示例日报",
        title="示例：蓝天保卫执法行动启动",
        reference="https://news.example.cn/1",
    )

    kind: PublicityKind
    published_on: Day
    medium: NeededLine
    title: NeededLine
    reference: NeededLine
    district: Line = ""
    problem_no: Line = ""


class PublicityListBody(Typed):
    """Many publications at once; all of them are entered or none."""

    records: Annotated[tuple[PublicityBody, ...], Field(min_length=1, max_length=MOST)]


async def enter(
    services: Services, caller: Caller, key: str, bodies: Sequence[PublicityBody]
) -> tuple[EnteredRecord, ...]:
    """Enter publications once under `key`; raises Refused before any of them is entered."""
    records = [await _record(services, body, place) for place, body in enumerate(bodies, 1)]
    await claim_body(services, caller, key, "publicity", PublicityListBody(records=tuple(bodies)))
    under = {id_under(caller, f"{key}/{place}"): record for place, record in enumerate(records, 1)}
    return await publicity.enter(services.db, under, caller.account.id)


async def _record(services: Services, body: PublicityBody, place: int) -> PublicityRecord:
    unit = find_district(body.district, body.published_on) if body.district else None
    if body.district and unit is None:
        raise Refused("invalid_request", f"第{place}条：没有名为“{body.district}”的区县")
    if body.problem_no:
        async with services.db.reading() as session:
            if await problems.row(session, body.problem_no) is None:
                raise Refused("problem_not_found", problem_no=body.problem_no)
    code = unit.code if unit else ""
    record = PublicityRecord(**body.model_dump(exclude={"district"}), district=code)
    try:
        demand_published(record, day_of(services.clock()))
    except WrongContent as refusal:
        raise Refused.by_rule(refusal) from refusal
    return record


async def take_back(services: Services, caller: Caller, record_id: str) -> None:
    """Take a record back; raises Refused where none stands."""
    if not await publicity.take_back(services.db, record_id, caller.account.id):
        raise Refused("not_found")


async def all_records(services: Services, problem_no: str = "") -> tuple[EnteredRecord, ...]:
    """Give what stands, the latest first; of one problem, or all."""
    async with services.db.reading() as session:
        return await publicity.listed(session, problem_no)


def figures(records: Sequence[EnteredRecord], year: int) -> list[dict[str, Any]]:
    """Count a year's publications by month and medium."""
    found = counted((one.record for one in records), year)
    return [
        {"month": month, "medium": medium}
        | {kind.value: numbers[kind.value] for kind in PublicityKind}
        for (month, medium), numbers in found.items()
    ]


async def publicity_workbook(services: Services) -> bytes:
    """Give all publications as a workbook."""
    rows = [_row(one.record) for one in await all_records(services)]
    return await asyncio.to_thread(workbook, Sheet("宣传引导和回应台账", COLUMNS, rows))


def _row(record: PublicityRecord) -> tuple[Cell, ...]:
    return (
        record.published_on,
        record.kind.label,
        record.medium,
        record.title,
        record.reference,
        district(record.district).name if record.district else "",
        record.problem_no,
    )


def record_view(one: EnteredRecord) -> dict[str, Any]:
    """Show a publication."""
    record = one.record
    return {
        "id": one.record_id,
        "kind": record.kind.value,
        "published_on": record.published_on.isoformat(),
        "medium": record.medium,
        "title": record.title,
        "reference": record.reference,
        "district": record.district,
        "problem_no": record.problem_no,
        "entered_by": one.entered_by,
        "entered_at": one.entered_at.isoformat(),
    }
