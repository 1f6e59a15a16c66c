"""The columns of a list and the names people give them."""

from __future__ import annotations

import re
from functools import lru_cache

from gateways.problem_list.cells import key_of

LABELS = {
    "district": "区县",
    "enterprise": "企业名称",
    "description": "存在的环境问题",
    "problem_no": "问题编号",
    "credit_code": "统一社会信用代码",
    "address": "地址",
    "key_content": "重点内容",
    "key_object": "重点对象",
    "clue_source": "线索来源",
    "coordinates": "坐标",
    "longitude": "经度",
    "latitude": "纬度",
    "key_region": "是否在重点区域",
    "found_on": "发现日期",
    "transferred_on": "移交日期",
    "document_no": "移交文号",
    "served_on": "送达日期",
    "served_by": "送达方式",
    "rectification_due_on": "整改时限",
    "requirement": "整改要求",
    "inspection_group": "检查组",
    "six_batch": "六个一批",
    "behaviour": "演练",
}
"""Field of a row to the heading of its column; the order is that of the sample list."""

OF_PLACE = frozenset({"coordinates", "longitude", "latitude", "key_region"})
SELDOM = OF_PLACE | {"served_on", "served_by", "six_batch"}
"""Columns that are written only where a row says something in them."""

REQUIRED = ("district", "enterprise", "description")

ALIASES = {
    "district": (
        "区(县) 县(区) 县(市、区) 区(自治县) 区县(自治县) 区(市)县 区县名称 属地 属地区县 所属区县 "
        "所在区县 责任区县 移交区县 行政区县 行政区 辖区 县市区 牵头区县 属地政府 所属地 责任区县人民政府 "
        "区县人民政府 区县政府"
    ),
    "enterprise": (
        "企业 企业名 单位名称 单位 企业(单位)名称 单位(企业)名称 排污单位 排污单位名称 涉事企业 "
        "被检查单位 被检查单位名称 企业(点位)名称 责任企业 整改单位 施工单位 被督察对象 被督察单位"
    ),
    "description": (
        "问题 存在问题 存在的问题 环境问题 存在环境问题 存在的主要问题 主要问题 问题描述 问题内容 "
        "发现问题 发现的问题 存在的主要环境问题 违法行为 违法事实 问题线索 现场检查情况 问题清单"
    ),
    "problem_no": "编号 问题编码 问题号",
    "credit_code": "信用代码 社会信用代码 统一信用代码 统一社会信用代码(组织机构代码)",
    "address": "企业地址 单位地址 详细地址 所在地 地点",
    "key_content": "对应重点内容 重点内容类别 重点问题类别",
    "key_object": "对应重点对象 重点对象类别",
    "clue_source": "问题来源 来源 线索",
    "coordinates": "经纬度 地理坐标 点位坐标 坐标位置 经纬度坐标 gps坐标 位置坐标 坐标(经度,纬度)",
    "longitude": "东经 坐标经度 中心经度 gps经度 企业经度 点位经度",
    "latitude": "北纬 坐标纬度 中心纬度 gps纬度 企业纬度 点位纬度",
    "key_region": (
        "是否重点区域 是否位于重点区域 是否属于重点区域 是否在城市建成区或园区 是否在城市建成区或园区内 "
        "是否在城市建成区、园区内 是否位于城市建成区或园区 是否位于城市建成区(园区)"
    ),
    "found_on": "发现时间 检查日期 检查时间",
    "transferred_on": "移交时间 交办日期 交办时间 移送日期 移送时间 发函日期 函告日期 推送日期 推送时间",
    "served_on": "送达时间 送达日 签收日期 签收时间 签收日 送达(签收)日期 送达签收日期",
    "served_by": "送达途径 送达形式",
    "document_no": "文号 移交函文号 移交函号 交办文号 函号 文件号 文件编号 文件文号 发函文号",
    "rectification_due_on": (
        "整改期限 整改完成时限 要求完成时间 要求整改时限 整改到位时间 整改到位时限 办结时限 办结期限 "
        "计划完成时间 整改截止"
    ),
    "requirement": "处理要求 整改措施要求",
    "inspection_group": "执法帮扶组 帮扶组 检查组别 检查组名称",
    "six_batch": "六个一批分类 “六个一批”分类 “六个一批” 分类处置 分类处置(六个一批) 处置分类 分类处置情况",
    "behaviour": "演练方式 演练行为",
}
"""Other names of the columns, separated by spaces, compared by `heading_key`."""

RESULT, REASONS = "处理结果", "原因"
COUNTERS = frozenset({"序号", "行号", "no", "no."})
IGNORED = COUNTERS | {RESULT, REASONS}
"""Columns that say nothing of the problem: row counters, and what an earlier import wrote."""

IN_GENERAL = frozenset(
    "问题 主要问题 环境问题 问题线索 问题清单 企业 单位 编号 来源 线索 文号 地点 所在地".split()  # noqa: SIM905
)
"""Names so general that another column for the same says it better."""

IN_BRACKETS = re.compile(r"\([^)]*\)$")


ANY_BRACKETS = re.compile(r"\([^)]*\)")
GROUP_ENDS = re.compile(r"(?:基本)?(?:情况|信息|内容|事项|环节)$")
DATE_WORDS = re.compile(r"日期|时间|时限|期限|限期|截止")

_WHO = r"(?:被检查|被检|受检|受查|被查|被抽查|被帮扶|排污|涉事|涉气|涉污|违法|违规|产污|产废)"
_PLACE = r"(?:企业|单位|公司|点位|点源|项目|工地|场所|污染源|商户|店铺|经营者|当事人)"
_FOUND = r"(?:现场|检查|执法|帮扶|督察|督查|核查|抽查|巡查|发现|存在|查出|反映|交办|移交|转办|涉及)"
_KIND = r"(?:主要|突出|具体|涉气|大气|生态|污染|违法|环境|环保|防治|生态环境)"
GRAMMAR = {
    "district": re.compile(
        r"(?:所属|所在|所处|责任|属地|移交|被检查|涉及|行政|问题|企业所在|企业所属)*"
        r"(?:的)?(?:区县|县区|区、县|区/县|区市县|辖区|行政区划|行政区域|区域名称|地区|区县市)(?:名称|名)?"
    ),
    "enterprise": re.compile(
        rf"{_WHO}(?:单位|企业|公司|对象|点位|主体)(?:名称|名|全称)?"
        rf"|(?:检查|抽查|监管|执法|帮扶|核查)(?:对象|企业)(?:名称|名)?"
        rf"|(?:问题|涉及)?{_PLACE}(?:[、/]?{_PLACE})*(?:的)?(?:名称|全称)|点位|(?:企业|单位)全称"
    ),
    "description": re.compile(
        rf"{_FOUND}*的?{_KIND}*的?问题(?:的)?"
        r"(?:描述|简述|内容|情况|概述|概况|详情|说明|表述|摘要|基本情况|具体情况|情况描述|情况说明)?"
        r"(?:及描述)?"
    ),
    "transferred_on": re.compile(
        r"(?:问题|清单|线索|函件)?(?:移交|交办|转办|转交|下发|下达|派发|派单)(?:的)?(?:日期|时间|日)"
    ),
    "rectification_due_on": re.compile(
        r"(?:要求|责令|限期|计划|应)?(?:整改|整治|治理|完成整改|整改到位)(?:完成)?(?:的)?"
        r"(?:时限|期限|限期|截止日期|截止时间|截至日期|截至时间|时限要求|最后期限)"
        r"|(?:要求|限期|最晚|最迟|计划|拟)(?:完成)?整改(?:完成)?(?:日期|时间|时限|期限)"
        r"|整改完成(?:日期|时间)|完成(?:时限|期限)|(?:要求|限期|最迟|最晚)完成(?:日期|时间|时限)"
    ),
    "found_on": re.compile(
        r"(?:现场)?(?:检查|执法|发现|帮扶|巡查|核查|抽查|问题发现|发现问题)(?:的)?(?:日期|时间)"
    ),
    "address": re.compile(
        r"(?:企业|单位|公司|点位|项目|工地|具体|详细|所在|问题|现场|污染源|经营|生产|发现)?(?:的)?"
        r"(?:地址|位置|地点|坐落)"
    ),
    "document_no": re.compile(
        r"(?:移交|交办|转办|下发|来文|发文|函件|公文)(?:函|单|通知|通知书|件)?(?:的)?"
        r"(?:文号|字号|编号|函号|单号|文件号|号)"
    ),
    "credit_code": re.compile(r"(?:企业|单位)?(?:统一)?社会?信用代码|组织机构代码"),
    "inspection_group": re.compile(r"(?:执法|检查|帮扶|督察|督查|工作)+组(?:别|名称|名)?"),
    "requirement": re.compile(r"(?:整改|处理|办理)(?:工作)?(?:要求|意见|建议)"),
    "clue_source": re.compile(r"(?:问题|线索|信息|案件)(?:的)?来源"),
    "key_content": re.compile(
        r"(?:对应|涉及|所属|属于)?(?:的)?(?:11项|十一项)?重点(?:内容|问题)(?:类别|类型|序号|名称|分类)?"
    ),
    "key_object": re.compile(
        r"(?:对应|涉及|所属|属于)?(?:的)?(?:8类|八类)?重点对象(?:类别|类型|序号|名称|分类)?"
    ),
}
"""How each field may be named besides: a grammar, tried on the heading without its brackets."""


def heading_key(text: str) -> str:
    """Return a heading as it is compared: no spaces, stars, colons; full-width folded."""
    return key_of(text).strip("*※:")


def _names() -> dict[str, str]:
    names = {}
    for field, label in LABELS.items():
        for name in (label, *ALIASES[field].split()):
            names[heading_key(name)] = field
    return names


FIELD_OF = _names()


@lru_cache(4096)
def field_of(heading: str) -> str | None:
    """Return the field a heading means, or None; a remark in brackets at its end is passed over."""
    key = heading_key(heading)
    bare = IN_BRACKETS.sub("", key).strip("*※:")
    flat = ANY_BRACKETS.sub("", key.replace("(县)", "县")).strip("*※:")
    by_name = (FIELD_OF.get(one) for one in (key, bare, flat))
    by_form = (by_grammar(one) for one in (key, bare, flat))
    return next((found for found in (*by_name, *by_form) if found), None)


def by_grammar(key: str) -> str | None:
    """Return the field whose way of being named fits the whole heading."""
    plain = ANY_BRACKETS.sub("", key)
    return next((f for f, names in GRAMMAR.items() if names.fullmatch(plain)), None)


def field_under(group: str, heading: str) -> str | None:
    """Return the field of a heading under the heading of a group: 日期 under 移交情况."""
    topic = GROUP_ENDS.sub("", heading_key(group))
    return field_of(topic + heading_key(heading)) or field_of(heading)


def rank(heading: str, field: str) -> int:
    """Return how properly a heading names its field: its own name, another, by grammar, in general.

    问题 beside 问题描述 is the kind of problem, not the problem.
    """
    key = heading_key(heading)
    if key == heading_key(LABELS[field]):
        return 0
    if key in IN_GENERAL:
        return 3
    return 1 if FIELD_OF.get(key) == field else 2


def looks_like_a_date(heading: str) -> bool:
    """Say whether a heading that names no field speaks of a day."""
    return DATE_WORDS.search(heading_key(heading)) is not None
