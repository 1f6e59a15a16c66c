"""The positive list 监督执法正面清单 as the doors see it: entered singly or by list, approved, exported."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import Field

from domain.catalogues.districts import find_district
from domain.local_time import day_of
from domain.positive_list import Listing, demand_plausible, stay_of
from domain.refusals import Refusal
from office.caller import Caller
from office.exports.workbooks import Cell, Sheet, workbook
from office.ports import Services
from office.refused import Refused, allowed
from office.registers.columns import Column, Columns
from office.registers.lists import ReadRow, read_rows
from office.typed import CreditCode, Day, Decision, NeededLine, Number, ReasonBody, Typed, example
from store.lives import problems
from store.people import accounts
from store.registers import positive_list
from store.registers.approvals import ApprovalState
from store.tables import ListingRow

T = TypeVar("T")

NOTE = (
    "备注：在有效期内的企业，一般问题不参加随机抽取，以非现场方式回头看；"
    "重点内容、曾纳入督察问题清单、曾反弹的问题仍须现场回头看。"
)


class ListingBody(Typed):
    """One stay of an enterprise on the list; `district` is a code or a name."""

    model_config = example(
        district="500103",
        enterprise="重庆示例印务有限公司",
        ground="示例：治理水平先进、守法记录良好",
        from_on="2024-07-01",
        until_on="2024-12-31",
    )

    district: Annotated[NeededLine, Column("区县", 16)]
    enterprise: Annotated[NeededLine, Column("企业名称", 32)]
    credit_code: Annotated[CreditCode, Column("统一社会信用代码", 22)] = ""
    ground: Annotated[NeededLine, Column("列入依据", 40)]
    from_on: Annotated[Day, Column("列入日期", 12)]
    until_on: Annotated[Day, Column("有效期至", 12)]

    @property
    def listing(self) -> Listing:
        """The stay as the rules know it."""
        return Listing(
            enterprise=self.enterprise,
            credit_code=self.credit_code,
            ground=self.ground,
            from_on=self.from_on,
            until_on=self.until_on,
        )


COLUMNS = Columns("正面清单", ListingBody)
"""An entry's own columns; an export adds how it stands."""

STANDING = (("状态", 10), ("移出日期", 12), ("登记人", 14), ("审批人", 14))


class ListingsDecisionBody(Decision):
    """What the second person says of entries."""

    model_config = example(ids=[1, 2], decision="approve")

    ids: Annotated[tuple[Number, ...], Field(min_length=1, max_length=5000)]


@dataclass(frozen=True, slots=True)
class ListResult:
    """What became of each row of a workbook: the entry, or what is wrong with the row."""

    rows: tuple[tuple[str, int, ListingRow | None, str], ...]
    unread: tuple[str, ...]

    @property
    def document(self) -> dict[str, Any]:
        """The report over REST."""
        return {
            "accepted": sum(row is not None for _, _, row, _ in self.rows),
            "refused": sum(row is None for _, _, row, _ in self.rows),
            "rows": [
                {"sheet": sheet, "row": number, "id": row.id if row else None, "message": message}
                for sheet, number, row, message in self.rows
            ],
            "unread": self.unread,
        }


async def enter(services: Services, caller: Caller, body: ListingBody) -> ListingRow:
    """Enter a stay for a second person to approve; the same one again changes nothing.

    Raises Refused.
    """
    try:
        entry = _checked(services, body)
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal
    (row,) = await positive_list.enter(services.db, [entry], caller.account.id)
    return row


def _checked(services: Services, body: ListingBody) -> tuple[str, Listing]:
    """Give the district's code and the stay; raises Refusal or Refused."""
    today = day_of(services.clock())
    unit = find_district(body.district, today)
    if unit is None:
        raise Refused("district_not_found", district=body.district)
    demand_plausible(body.listing, today)
    return unit.code, body.listing


async def enter_list(services: Services, caller: Caller, content: bytes) -> ListResult:
    """Enter a workbook: its good rows for approval, the others told; raises Refused for the whole."""
    read = await read_rows(content, COLUMNS)
    judged = [(one, *_judge(services, one)) for one in read.rows]
    good = [entry for _, entry, _ in judged if entry is not None]
    rows = iter(await positive_list.enter(services.db, good, caller.account.id))
    told = tuple(
        (one.sheet, one.row, next(rows) if entry else None, said) for one, entry, said in judged
    )
    return ListResult(told, read.unread)


def _judge(services: Services, row: ReadRow[ListingBody]) -> tuple[tuple[str, Listing] | None, str]:
    if row.body is None:
        return None, row.wrong
    try:
        return _checked(services, row.body), ""
    except (Refusal, Refused) as refused:
        return None, str(refused)


async def decide(
    services: Services, caller: Caller, body: ListingsDecisionBody
) -> tuple[ListingRow, ...]:
    """Approve or decline entries of another person, all or none; raises Refused."""
    return await allowed(
        positive_list.decide(
            services.db,
            body.ids,
            caller.account.id,
            approved=body.approved,
            reason=body.reason,
        )
    )


async def take_off(services: Services, caller: Caller, number: int, body: ReasonBody) -> ListingRow:
    """Take an enterprise off before its time; raises Refused."""
    by_id = caller.account.id
    return await allowed(positive_list.take_off(services.db, number, by_id, body.reason))


async def entries(services: Services) -> list[ListingRow]:
    """Give every entry that was not declined, the last entered first."""
    async with services.db.reading() as session:
        return await positive_list.rows(session)


async def on_positive_list(services: Services, problem_no: str, day: date) -> Listing | None:
    """Give the stay of a problem's enterprise on a day, None where it has none."""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
        listings = await positive_list.approved(session)
    return stay_of(listings, problem.facts, day) if problem is not None else None


def standing_words(row: ListingRow) -> str:
    """Say how an entry stands."""
    return "已移出" if row.left_on else ApprovalState(row.state).label


def listing_view(row: ListingRow) -> dict[str, object]:
    """Show an entry."""
    names = (
        "id",
        *ListingBody.model_fields,
        "state",
        "left_on",
        "entered_at",
        "entered_by",
        "decided_by",
    )
    return {name: getattr(row, name) for name in names}


async def list_workbook(services: Services) -> bytes:
    """Give the list as a workbook that can be read back."""
    async with services.db.reading() as session:
        names = await accounts.names(session)
        rows = await positive_list.rows(session)
    cells = [_row(row, names) for row in rows]
    return await asyncio.to_thread(
        workbook, Sheet("监督执法正面清单", (*COLUMNS.headings, *STANDING), cells, NOTE)
    )


def _row(row: ListingRow, names: Mapping[str, str]) -> Sequence[Cell]:
    return (
        *COLUMNS.row(row),
        standing_words(row),
        row.left_on,
        names.get(row.entered_by, row.entered_by),
        names.get(row.decided_by, row.decided_by),
    )
