"""The eight key objects 重点对象 of the action, in the plan's own words (plan 二（三）)."""

from __future__ import annotations

from domain.catalogues.entry import Catalogue, Entry


def _object(number: int, code: str, short: str, label: str) -> Entry:
    source = f"《2024年蓝天保卫执法行动方案》二（三）{number}"
    return Entry(code=code, number=number, label=label, short=short, source=source)


KEY_OBJECTS = Catalogue(
    _object(
        1,
        "national_assistance",
        "国家监督帮扶发现和交办问题",
        "生态环境部重点区域空气质量改善监督帮扶发现和交办问题",
    ),
    _object(
        2,
        "city_assistance",
        "市级帮扶移交的整改不到位企业等",
        "市级大气帮扶移交的整改不到位企业和加密监测超标问题等",
    ),
    _object(
        3,
        "high_emission_industry",
        "高排放强度行业企业",
        "水泥、玻璃、陶瓷等即将实施新地标及火电、钢铁等高排放强度行业企业设施安装、运行、达标排污情况",
    ),
    _object(
        4,
        "mobile_sources",
        "移动源",
        "移动源（包括加油站（特别是年销售量5000吨以上的加油站）、储油库）管控情况",
    ),
    _object(
        5,
        "heavy_pollution_response",
        "重污染天气应急减排",
        "污染天气应急应对响应时段，工业企业、涉扬尘点位落实重污染天气应急减排措施情况",
    ),
    _object(6, "open_burning_control", "露天焚烧管控", "露天焚烧管控情况"),
    _object(
        7,
        "repeated_complaints",
        "群众长期反复投诉",
        "群众长期反复投诉的重点涉气污染源",
    ),
    _object(8, "assigned_typical", "各级交办典型问题", "各级交办的典型涉气问题"),
)

by_code = KEY_OBJECTS.by_code
find = KEY_OBJECTS.find
