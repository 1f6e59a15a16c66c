"""What was made public 宣传引导, and what was answered to the public 积极回应."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlmodel import col

from domain.publicity import PublicityKind, PublicityRecord, counted, demand_published
from domain.words.days import day_brief
from office.registers.columns import Column, Columns
from office.registers.lists import MOST
from office.registers.register import Figures, Register
from office.typed import Day, Line, NeededLine, Typed, example
from store.registers.entries import Kept
from store.tables import PublicityRow


class PublicityBody(Typed):
    """A publication: of which kind, when, in which medium, under which title, where to be found."""

    model_config = example(
        kind="guidance",
        published_on="2024-06-24",
        medium="示例日报",
        title="示例：蓝天保卫执法行动启动",
        reference="https://news.example.cn/1",
    )

    published_on: Annotated[Day, Column("发布日期", 12)]
    kind: Annotated[PublicityKind, Column("类别", 12)]
    medium: Annotated[NeededLine, Column("媒体", 20)]
    title: Annotated[NeededLine, Column("标题", 50)]
    reference: Annotated[NeededLine, Column("地址或文号", 40)]
    district: Annotated[Line, Column("区县", 16, blank="全市")] = ""
    problem_no: Annotated[Line, Column("关联问题", 16)] = ""


class PublicityListBody(Typed):
    """Many publications at once; all of them are entered or none."""

    records: Annotated[tuple[PublicityBody, ...], Field(min_length=1, max_length=MOST)]


def _count(records: Iterable[PublicityRecord], year: int) -> Sequence[dict[str, Any]]:
    return [
        {"month": month, "medium": medium}
        | {kind.value: numbers[kind.value] for kind in PublicityKind}
        for (month, medium), numbers in counted(records, year).items()
    ]


def _line(record: PublicityRecord) -> str:
    where = f"{day_brief(record.published_on)} {record.kind.label}（{record.medium}）"
    return f"{where}：{record.title}，{record.reference}"


PUBLICITY: Register[PublicityRecord] = Register(
    address="publicity",
    title="宣传引导",
    lead="宣传引导和积极回应社会关切的记录（行动方案四（四））；不影响时限和扣分。",
    entry="宣传记录",
    export="宣传引导和回应台账",
    many="records",
    columns=Columns("宣传台账", PublicityBody),
    bodies=PublicityListBody,
    kept=Kept(
        table=PublicityRow,
        entry=PublicityRecord,
        day="published_on",
        may_be_of=lambda problem: col(PublicityRow.problem_no) == problem.problem_no,
    ),
    demand=demand_published,
    line=_line,
    figures=Figures(
        headings={"month": "月份", "medium": "媒体"}
        | {one.value: one.label for one in PublicityKind},
        count=_count,
    ),
)
