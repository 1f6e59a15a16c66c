"""Where the clue to a problem came from (plan 二（一）, 二（三）, 三（二）).

A key problem found in a national round owes an entry in both outside registers: 移动执法系统 and
国家大气帮扶系统 (plan 三（二）, first way of working).
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalogues.entry import Catalogue, Entry

_PLAN = "《2024年蓝天保卫执法行动方案》"
_OWN = "本系统补充，方案未列明"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClueSource(Entry):
    """A source of clues.

    `national` when it belongs to a national round 国家监督帮扶, `by_group` when an inspection group
    finds the problem on the spot.
    """

    national: bool = False
    by_group: bool = False


CLUE_SOURCES = Catalogue(
    ClueSource(
        code="national_round",
        number=1,
        label="国家大气监督帮扶发现、交办或推送",
        short="国家监督帮扶",
        source=f"{_PLAN}二（一）、二（三）1",
        national=True,
        by_group=True,
    ),
    ClueSource(
        code="city_round",
        number=2,
        label="市级大气监督帮扶发现、移交或推送",
        short="市级监督帮扶",
        source=f"{_PLAN}二（一）、二（三）2",
        aliases=("市级大气帮扶", "市级执法帮扶"),
        by_group=True,
    ),
    ClueSource(
        code="on_site_inspection",
        number=3,
        label="执法帮扶组现场检查发现",
        short="现场检查",
        source=f"{_PLAN}三（二）",
        by_group=True,
    ),
    ClueSource(
        code="air_quality_warning",
        number=4,
        label="空气质量预警",
        short="空气质量预警",
        source=f"{_PLAN}二（一）",
    ),
    ClueSource(
        code="data_analysis",
        number=5,
        label="实时空气质量和多源大数据分析推送",
        short="大数据分析",
        source=f"{_PLAN}三（二）、四（二）",
        aliases=("在线数据", "用电数据", "走航数据", "监测数据"),
    ),
    ClueSource(
        code="public_complaint",
        number=6,
        label="群众投诉举报",
        short="群众投诉",
        source=f"{_PLAN}二（三）7",
        aliases=("信访件", "信访投诉", "投诉举报"),
    ),
    ClueSource(
        code="assigned",
        number=7,
        label="各级交办",
        short="交办",
        source=f"{_PLAN}二（三）8",
    ),
    ClueSource(
        code="referred",
        number=8,
        label="有关部门和单位移交",
        short="问题移交",
        source=f"{_PLAN}二（一）",
        aliases=("部门移交",),
    ),
    ClueSource(
        code="self_inspection",
        number=9,
        label="区县自查自纠发现",
        short="自查自纠",
        source=f"{_PLAN}四（三）",
        aliases=("区县自查",),
    ),
    ClueSource(
        code="leader_instruction",
        number=10,
        label="领导批示",
        short="领导批示",
        source=_OWN,
    ),
    ClueSource(
        code="media_report",
        number=11,
        label="媒体曝光",
        short="媒体曝光",
        source=_OWN,
    ),
)

by_code = CLUE_SOURCES.by_code
find = CLUE_SOURCES.find
