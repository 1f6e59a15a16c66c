"""The eleven key contents 重点内容 of an inspection, in the plan's own words (plan 二（四）)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from domain.catalogues.entry import Catalogue, Entry, squeezed

_AIR = "《中华人民共和国大气污染防治法》（2018年修正）"
_ENVIRONMENT = "《中华人民共和国环境保护法》（2014年修订）"
_PERMITS = "《排污许可管理条例》（2021年）"
_EVADED = f"{_AIR}第二十条第二款"
_EVASION = f"{_AIR}第九十九条第三项"
_DETENTION = f"{_ENVIRONMENT}第六十三条第三项（尚不构成犯罪的，移送公安机关处以拘留）"

_GROUNDS = {
    "online_data_falsified": (_EVADED, f"{_EVASION}；{_DETENTION}"),
    "report_falsified": (
        f"{_EVADED}（以此逃避监管的）；{_ENVIRONMENT}第六十五条（监测等机构弄虚作假的）",
        f"{_EVASION}（以此逃避监管的）；{_ENVIRONMENT}第六十五条（机构依照有关法律法规处罚，并承担连带责任）",
    ),
    "treatment_missing_or_idle": (
        f"{_AIR}第四十五条（挥发性有机物）、第四十八条（粉尘等）；"
        f"以不正常运行逃避监管的，第二十条第二款",
        f"{_AIR}第一百零八条第一项、第五项；以不正常运行逃避监管的，第九十九条第三项",
    ),
    "excessive_emission": (f"{_AIR}第十八条", f"{_AIR}第九十九条第二项"),
    "covert_discharge": (_EVADED, f"{_EVASION}；{_DETENTION}"),
    "monitoring_abnormal": (f"{_AIR}第二十四条", f"{_AIR}第一百条第三项"),
    "heavy_pollution_response_failed": (
        f"{_AIR}第九十六条",
        f"{_AIR}第一百二十一条第二款",
    ),
    "ledger_falsified": (
        f"{_PERMITS}第二十一条第一款；工业涂装企业，{_AIR}第四十六条",
        f"{_PERMITS}第三十七条第二项；工业涂装企业，{_AIR}第一百零八条第二项",
    ),
    "construction_dust": (f"{_AIR}第六十九条", f"{_AIR}第一百一十五条第一款、第二款"),
    "off_road_machinery": (
        f"{_AIR}第五十一条、第六十一条",
        f"{_AIR}第一百一十四条第一款、第二款",
    ),
    "open_burning": (f"{_AIR}第八十二条", f"{_AIR}第一百一十九条第二款"),
}
"""Clause that each content violates, and the clause that punishes it; each was read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyContent(Entry):
    """One content: `ground` is the clause it violates, `penalty_ground` the clause that punishes it.

    What applies in a case is for whoever decides it; the clauses are offered, with law and year.
    """

    ground: str
    penalty_ground: str


_ALSO = {
    "online_data_falsified": "在线监测数据造假 自动监测数据造假 在线监测数据弄虚作假 监测数据弄虚作假",
    "report_falsified": "监测报告弄虚作假 检测报告造假",
    "treatment_missing_or_idle": (
        "不正常运行大气治污设施 大气治污设施不正常运行 不正常运行治污设施 治污设施不正常运行 "
        "未安装大气治污设施 未安装治污设施"
    ),
    "excessive_emission": "超标排污 超标排放涉气污染物 未执行超低排放标准 超标排放大气污染物",
    "covert_discharge": "偷排偷放 偷排 旁路偷排 暗管偷排",
    "monitoring_abnormal": "在线监测设备不正常运行 在线监测不正常运行",
    "heavy_pollution_response_failed": "未落实重污染天气应急管控措施 重污染天气应急管控",
    "ledger_falsified": "台账弄虚作假",
    "construction_dust": "在建工地扬尘 建筑工地扬尘 施工扬尘 扬尘防控措施未落实",
    "off_road_machinery": "非道路移动机械超标",
    "open_burning": "违规露天焚烧",
}
"""Shorter words for the contents, among them the plan's own in 三（二）, separated by spaces."""


def _content(number: int, code: str, short: str, label: str) -> KeyContent:
    source = f"《2024年蓝天保卫执法行动方案》二（四）{number}"
    ground, penalty_ground = _GROUNDS[code]
    return KeyContent(
        code=code,
        number=number,
        label=label,
        short=short,
        source=source,
        aliases=tuple(_ALSO[code].split()),
        ground=ground,
        penalty_ground=penalty_ground,
    )


KEY_CONTENTS = Catalogue(
    _content(
        1,
        "online_data_falsified",
        "在线监测造假",
        "大气在线监测数据弄虚作假的",
    ),
    _content(
        2,
        "report_falsified",
        "监测报告造假",
        "涉气监测报告造假的",
    ),
    _content(
        3,
        "treatment_missing_or_idle",
        "治污设施未装或不正常运行",
        "未安装大气治污设施或大气治污设施不正常运行的",
    ),
    _content(
        4,
        "excessive_emission",
        "超标排放",
        "超标排放涉气污染物或未执行超低排放标准的",
    ),
    _content(
        5,
        "covert_discharge",
        "旁路暗管偷排",
        "大气污染物旁路或暗管偷排的",
    ),
    _content(
        6,
        "monitoring_abnormal",
        "在线监测设备不正常",
        "大气在线监测设备不正常运行的",
    ),
    _content(
        7,
        "heavy_pollution_response_failed",
        "未落实重污染应急管控",
        "未按要求落实重污染天气应急管控措施的",
    ),
    _content(
        8,
        "ledger_falsified",
        "台账造假",
        "为掩盖不落实重污染管控措施或设施不正常运行而台账造假的",
    ),
    _content(
        9,
        "construction_dust",
        "工地扬尘",
        "在建建筑工地未落实扬尘防控措施的",
    ),
    _content(
        10,
        "off_road_machinery",
        "非道路移动机械",
        "非道路移动机械不在规定区域使用或排放检测超标的",
    ),
    _content(
        11,
        "open_burning",
        "露天焚烧",
        "露天焚烧电子废物、油毡、沥青、橡胶、塑料、皮革以及其他产生有毒有害烟尘和恶臭气体的物质的",
    ),
)

GENERAL = "一般问题"
"""What a problem of none of the eleven is called."""

by_code = KEY_CONTENTS.by_code
find = KEY_CONTENTS.find


def of(codes: Iterable[str]) -> tuple[KeyContent, ...]:
    """Give the contents of these codes; raises KeyError for an unknown one."""
    return tuple(map(by_code, codes))


def words(codes: Iterable[str]) -> str:
    """Name the contents of a problem, 一般问题 where there are none."""
    return "；".join(one.label for one in of(codes)) or GENERAL


def alike(text: str) -> tuple[Entry, ...]:
    """Give up to four entries that share a run of two characters with `text`, likeliest first."""
    wanted = squeezed(text)
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}

    def shared(entry: Entry) -> int:
        words = "|".join((entry.label, entry.short, *entry.aliases))
        return sum(pair in words for pair in pairs)

    found = sorted((entry for entry in KEY_CONTENTS if shared(entry)), key=shared, reverse=True)
    return tuple(found[:4])
