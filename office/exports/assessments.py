"""The yearly assessments as workbooks: each figure with its denominator, and what each means."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from pathlib import Path

from sqlmodel import col

from domain.assessment import ContentFigures, Figures, Posting, assess, by_content, by_six_batch
from domain.catalogues import key_contents
from domain.catalogues.districts import district
from domain.catalogues.six_batches import Batches
from domain.local_time import day_of
from domain.problem import Problem
from office.exports.reading import chunks_where
from office.exports.workbooks import Cell, Sheet, workbook
from office.registers import six_batches
from store.engine import Database
from store.points import ledger, points_accounts
from store.points.points_accounts import Caps
from store.registers import six_batches as names
from store.tables import LedgerRow, ProblemRow

_PLAN_DUE = "行动方案四（三）“于15日内反馈”"
_PLAN_LIST = "行动方案三（二）三是"
_TRANSFERS = "问题台账"
_ROUNDS = "收件记录的收到时间和反馈时限"
_LEDGER = "扣分台账"
_VISITS = "回头看记录"
_ANSWERS = "区县反馈的整改表“是否立案处罚”"


class Assessment(StrEnum):
    """The two assessments the plan names (plan 四（一）)."""

    POLLUTION_BATTLE = "pollution_battle"
    ENFORCEMENT_TRAINING = "enforcement_training"

    @property
    def label(self) -> str:
        """The assessment's name."""
        return {"pollution_battle": "污染防治攻坚战", "enforcement_training": "执法大练兵"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Measure:
    """One column: its figure, what it counts, and where that stands."""

    heading: str
    value: Callable[[Figures], Cell]
    meaning: str
    source: str
    width: int = 12


def rate(numerator: int, denominator: int) -> str:
    """Write a share in percent with one decimal; a dash where there is nothing to divide by."""
    if not denominator:
        return "—"
    share = Decimal(numerator * 100) / denominator
    return f"{share.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def mean_days(total: int, number: int) -> str:
    """Write a mean number of days with one decimal."""
    if not number:
        return "—"
    return str((Decimal(total) / number).quantize(Decimal("0.1"), ROUND_HALF_UP))


_COMMON = (
    Measure(
        "移交问题",
        lambda f: f.transferred,
        "移交日期在本年度的问题；退回改派的计入改派后的区县，区划调整承继的仍计入原单位",
        _TRANSFERS,
    ),
    Measure("其中撤回、合并办理", lambda f: f.gone, "移交后撤回或合并至其他问题的", _TRANSFERS),
    Measure("计入考核的问题", lambda f: f.counted, "移交问题减撤回、合并办理", _TRANSFERS),
    Measure(
        "其中重点区域",
        lambda f: f.key_region,
        "全域列入重点区域的区县的全部问题，部分列入的区县登记为在城市建成区或园区内的问题",
        "行动方案二（二）",
    ),
    Measure(
        "重点区域待核",
        lambda f: f.region_unknown,
        "部分列入重点区域的区县未登记是否在城市建成区或园区内的，不计入重点区域",
        "行动方案二（二）",
    ),
    Measure(
        "应反馈（分母）",
        lambda f: f.owed,
        "反馈时限在本年度且已届满或已反馈的，即按时、逾期、未反馈之和",
        _PLAN_DUE,
    ),
    Measure(
        "按时反馈（分子）",
        lambda f: f.in_time,
        "收到时间早于时限届满时刻的；以系统收到时间为准，与市级何时审核无关",
        _ROUNDS,
    ),
    Measure("逾期反馈", lambda f: f.late, "收到时间不早于时限届满时刻的", _ROUNDS),
    Measure("未反馈", lambda f: f.missing, "时限已届满、至导出时仍未收到的", _ROUNDS),
    Measure(
        "按时反馈率",
        lambda f: rate(f.in_time, f.owed),
        "按时反馈÷应反馈，分母为零的不计算",
        _PLAN_DUE,
    ),
    Measure(
        "未到期", lambda f: f.pending, "至导出时时限尚未届满或暂缓办理的，不计入应反馈", _ROUNDS
    ),
    Measure("送达未证实", lambda f: f.unproven, "通知是否送达未证实的，不计入应反馈", "送达记录"),
    Measure(
        "已整改（分子）",
        lambda f: f.rectified,
        "计入考核的问题中，整改已经审核通过、待回头看或已销号的",
        _TRANSFERS,
    ),
    Measure("整改率", lambda f: rate(f.rectified, f.counted), "已整改÷计入考核的问题", _PLAN_LIST),
    Measure(
        "区县用时合计（天，分子）",
        lambda f: f.district_days,
        "已整改的问题各轮自开始次日至收到反馈之日的日历天数之和；市级审核、回头看、审批的时间和暂缓办理时间不计",
        _ROUNDS,
    ),
    Measure(
        "平均用时（天）",
        lambda f: mean_days(f.district_days, f.rectified),
        "区县用时合计÷已整改",
        _ROUNDS,
    ),
    Measure("列入督察问题清单", lambda f: f.listed, "本年度列入（含拟纳入）的次数", _PLAN_LIST),
    Measure("扣分", lambda f: f.deducted, "本年度扣分之和；分值按政策，标示例的为示例", _LEDGER),
    Measure("撤销", lambda f: f.reversed, "经申诉或复核撤销的分值之和", _LEDGER),
    Measure(
        "超出上限",
        lambda f: f.beyond_caps,
        "政策规定扣完为止的项目，账户中超出上限而不计的分值之和",
        _LEDGER,
    ),
    Measure("净扣分", lambda f: f.net, "扣分减撤销和超出上限的分值，即区县账户的年度扣分", _LEDGER),
    Measure("回头看（分母）", lambda f: f.revisited, "本年度进行的回头看次数", _VISITS),
    Measure("整改到位（分子）", lambda f: f.passed, "结果为整改到位的次数", _VISITS),
    Measure("整改不到位", lambda f: f.failed, "结果为整改不到位的次数", _VISITS),
    Measure("到位率", lambda f: rate(f.passed, f.revisited), "整改到位÷回头看", _VISITS),
)
_ENFORCEMENT = (
    Measure(
        "已反馈处罚情况（分母）",
        lambda f: f.answered,
        "计入考核的问题中，区县已反馈处置结果的",
        _ANSWERS,
    ),
    Measure(
        "立案处罚（分子）",
        lambda f: f.case_filed,
        "其中填报为立案的，含已立案、正在调查的",
        _ANSWERS,
    ),
    Measure("立案率", lambda f: rate(f.case_filed, f.answered), "立案处罚÷已反馈", _ANSWERS),
    Measure(
        "首违不罚、轻微免罚、无主观过错",
        lambda f: f.no_penalty,
        "其中依法不予处罚的",
        _ANSWERS,
    ),
    Measure("法定最低、免除加处", lambda f: f.lenient, "立案处罚中依法从宽的", _ANSWERS),
    Measure("移送", lambda f: f.referred, "其中移送公安等机关的，含处罚并移送的", _ANSWERS),
    Measure("罚款（元）", lambda f: f.fines, "区县填报的罚款金额之和", _ANSWERS, 14),
)

MEASURES: Mapping[Assessment, tuple[Measure, ...]] = {
    Assessment.POLLUTION_BATTLE: _COMMON,
    Assessment.ENFORCEMENT_TRAINING: (*_COMMON, *_ENFORCEMENT),
}

CONTENTS = (("重点内容", 60), ("计入考核的问题", 14), ("其中已整改", 12), ("整改率", 12))
CONTENTS_NOTE = (
    "备注：一个问题涉及多项重点内容的，在每一项中各计一次，各项之和可能大于问题数；"
    "问题数见“计入考核的问题”。"
)
BATCHES_NOTE = (
    "备注：计入考核的问题按“六个一批”分类的数量，口径同“计入考核的问题”；"
    "方案未列明分类名称，标示例的未经市级设定。"
)
MEANINGS = (("指标", 26), ("口径", 80), ("数据来源或依据", 40))
NOTE = (
    "备注：只列数据和分母，不计算得分；考核评分表未公开，须按当年考核办法使用。"
    "市级自身用时不计入区县任何一项数据。"
)


@dataclass(slots=True)
class _Counted:
    """What the problems read so far come to."""

    figures: dict[str, Figures] = field(default_factory=dict)
    contents: dict[str, ContentFigures] = field(default_factory=dict)
    batches: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, problems: Sequence[Problem], year: int, now: datetime) -> None:
        """Count some more problems."""
        self.post(assess(problems, (), year, now))
        for code, more in by_content(problems, year).items():
            known = self.contents.get(code, ContentFigures(0, 0))
            self.contents[code] = ContentFigures(
                known.problems + more.problems, known.rectified + more.rectified
            )
        six_batches.add_up(self.batches, by_six_batch(problems, year))

    def post(self, figures: Mapping[str, Figures]) -> None:
        """Add figures by unit."""
        for code, one in figures.items():
            self.figures[code] = self.figures.get(code, Figures()) + one


async def write_assessment(db: Database, path: Path, year: int, wanted: Assessment) -> None:
    """Write a year's figures by unit, the city's sum last, and what each figure means."""
    now, counted = db.now(), _Counted()
    async with db.reading() as session:
        batches = await names.in_force(session)
        rows = await ledger.rows(session)
        caps = await points_accounts.caps_of(session)
    counted.add((), year, now)
    async for chunk in chunks_where(db, col(ProblemRow.transferred_on) <= date(year, 12, 31)):
        counted.add(chunk, year, now)
    counted.post(assess((), _postings(rows, caps, year), year, now))
    content = await asyncio.to_thread(
        workbook, *_sheets(counted, batches, year, wanted, day_of(now))
    )
    await asyncio.to_thread(path.write_bytes, content)


def _sheets(
    counted: _Counted, batches: Batches, year: int, wanted: Assessment, today: date
) -> tuple[Sheet, ...]:
    measures = MEASURES[wanted]
    rows = [_row(district(code).name, one, measures) for code, one in counted.figures.items()]
    total = sum(counted.figures.values(), Figures())
    title = f"{year}年度{wanted.label}考核数据"
    columns = (("区县", 20), *((one.heading, one.width) for one in measures))
    meanings = [(one.heading, one.meaning, one.source) for one in measures]
    until = f"数据截至{today.isoformat()}。"
    return (
        Sheet(title, columns, [*rows, _row("全市合计", total, measures)], until + NOTE),
        Sheet("指标口径和来源", MEANINGS, meanings, NOTE),
        Sheet("按重点内容", CONTENTS, _content_rows(counted.contents), CONTENTS_NOTE),
        _batch_sheet(six_batches.named(counted.batches), batches),
    )


def _batch_sheet(counted: Sequence[tuple[str, Mapping[str, int]]], batches: Batches) -> Sheet:
    """Count the year's problems by unit and by batch of 六个一批."""
    headings = ((label, 16) for _, label in six_batches.columns(batches))
    rows = six_batches.rows(counted, batches)
    return Sheet("按六个一批", (("区县", 20), *headings, ("合计", 10)), rows, BATCHES_NOTE)


def _content_rows(contents: Mapping[str, ContentFigures]) -> list[tuple[Cell, ...]]:
    return [
        (
            key_contents.words((code,) if code else ()),
            one.problems,
            one.rectified,
            rate(one.rectified, one.problems),
        )
        for code, one in contents.items()
    ]


def _row(name: str, figures: Figures, measures: tuple[Measure, ...]) -> tuple[Cell, ...]:
    return (name, *(one.value(figures) for one in measures))


def _postings(rows: Sequence[LedgerRow], caps: Caps, year: int) -> list[Posting]:
    """Give the year's rows, each deduction with what of it the district's account does not count."""
    left, counts = points_accounts.left_of(rows), points_accounts.counts_for(rows, caps)
    beyond = {key: left[key] - counts[key] for key in left}
    return [
        Posting(
            district=row.district,
            points=row.points,
            taken_back=row.kind != ledger.DEDUCTION,
            beyond=beyond.get((row.problem_no, row.seq), Decimal(0)),
        )
        for row in rows
        if row.year == year
    ]
