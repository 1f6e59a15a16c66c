"""The columns of a list and the names people give them."""

from __future__ import annotations

import re

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
    "found_on": "发现日期",
    "transferred_on": "移交日期",
    "document_no": "移交文号",
    "rectification_due_on": "整改时限",
    "requirement": "整改要求",
    "inspection_group": "检查组",
    "behaviour": "演练",
}
"""Field of a row to the heading of its column; the order is that of the sample list."""

REQUIRED = ("district", "enterprise", "description")

ALIASES = {
    "district": "区(县) 区县名称 属地 属地区县 所属区县 所在区县 责任区县 移交区县 行政区县 行政区 辖区",
    "enterprise": (
        "企业 企业名 单位名称 单位 企业(单位)名称 单位(企业)名称 排污单位 排污单位名称 涉事企业 "
        "被检查单位 被检查单位名称 企业(点位)名称"
    ),
    "description": (
        "问题 存在问题 存在的问题 环境问题 存在环境问题 存在的主要问题 主要问题 问题描述 问题内容 "
        "发现问题 发现的问题 存在的主要环境问题"
    ),
    "problem_no": "编号 问题编码 问题号",
    "credit_code": "信用代码 社会信用代码 统一信用代码 统一社会信用代码(组织机构代码)",
    "address": "企业地址 单位地址 详细地址 所在地 地点",
    "key_content": "对应重点内容 重点内容类别 重点问题类别",
    "key_object": "对应重点对象 重点对象类别",
    "clue_source": "问题来源 来源 线索",
    "found_on": "发现时间 检查日期 检查时间",
    "transferred_on": "移交时间 交办日期 交办时间",
    "document_no": "文号 移交函文号 移交函号 交办文号",
    "rectification_due_on": "整改期限 整改完成时限 要求完成时间 要求整改时限",
    "requirement": "处理要求 整改措施要求",
    "inspection_group": "执法帮扶组 帮扶组 检查组别 检查组名称",
    "behaviour": "演练方式 演练行为",
}
"""Other names of the columns, separated by spaces, compared by `heading_key`."""

RESULT, REASONS = "处理结果", "原因"
IGNORED = frozenset({"序号", "行号", "no", "no.", RESULT, REASONS})
"""Columns that say nothing of the problem: row counters, and what an earlier import wrote."""

IN_BRACKETS = re.compile(r"\([^)]*\)$")


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


def field_of(heading: str) -> str | None:
    """Return the field a heading means, or None; a remark in brackets at its end is passed over."""
    key = heading_key(heading)
    return FIELD_OF.get(key) or FIELD_OF.get(IN_BRACKETS.sub("", key).strip("*※:"))
