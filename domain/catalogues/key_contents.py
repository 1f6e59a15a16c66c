"""The eleven key contents 重点内容 of an inspection, in the plan's own words (plan 二（四）)."""

from __future__ import annotations

from domain.catalogues.entry import Catalogue, Entry, squeezed

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


def _content(number: int, code: str, short: str, label: str) -> Entry:
    source = f"《2024年蓝天保卫执法行动方案》二（四）{number}"
    return Entry(
        code=code,
        number=number,
        label=label,
        short=short,
        source=source,
        aliases=tuple(_ALSO[code].split()),
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

by_code = KEY_CONTENTS.by_code
find = KEY_CONTENTS.find


def alike(text: str) -> tuple[Entry, ...]:
    """Give up to four entries that share a run of two characters with `text`, likeliest first."""
    wanted = squeezed(text)
    pairs = {wanted[i : i + 2] for i in range(len(wanted) - 1)}

    def shared(entry: Entry) -> int:
        words = "|".join((entry.label, entry.short, *entry.aliases))
        return sum(pair in words for pair in pairs)

    found = sorted((entry for entry in KEY_CONTENTS if shared(entry)), key=shared, reverse=True)
    return tuple(found[:4])
