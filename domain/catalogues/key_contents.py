"""The eleven key contents 重点内容 of an inspection, in the plan's own words (plan 二（四）)."""

from __future__ import annotations

from domain.catalogues.entry import Catalogue, Entry


def _content(number: int, code: str, short: str, label: str) -> Entry:
    source = f"《2024年蓝天保卫执法行动方案》二（四）{number}"
    return Entry(code=code, number=number, label=label, short=short, source=source)


KEY_CONTENTS = Catalogue(
    _content(1, "online_data_falsified", "在线监测造假", "大气在线监测数据弄虚作假的"),
    _content(2, "report_falsified", "监测报告造假", "涉气监测报告造假的"),
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
    _content(5, "covert_discharge", "旁路暗管偷排", "大气污染物旁路或暗管偷排的"),
    _content(6, "monitoring_abnormal", "在线监测设备不正常", "大气在线监测设备不正常运行的"),
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
    _content(9, "construction_dust", "工地扬尘", "在建建筑工地未落实扬尘防控措施的"),
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
