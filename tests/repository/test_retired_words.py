"""Words that officials do not use for what they mean, or that have another word here, do not return."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.repository.files import ROOT, tracked_files

RETIRED = {
    "挂账": "挂账督办、挂账销号 means pressed until solved; a stopped clock is 暂缓办理（暂停计时）",
    "并案": "a word of police and courts; 合并办理",
    "重启办理": "machines restart; 恢复办理",
    "号事项": "an inner number; a deduction is named by its day and ground",
    "现在要办": "spoken; 本级待办",
    "另一名审批人": "提请人以外的审批人员",
    "待另一人审批": "待审批",
    "后果暂缓": "逾期认定暂缓",
    "还剩": "spoken; 剩余7日",
    "没有办理：": "未能提交：",
    "请走": "spoken; 请按……程序办理",
    "蓝灯提醒": "a colour says nothing in a subject; 临期提醒·剩5日",
    "黄灯提醒": "a colour says nothing in a subject; 临期提醒·剩5日",
    "双人审批事项": "inner word; 待审批事项",
    "审计": "means the audit office; 核查, 核查人员",
    "截止日期": "反馈时限, 整改时限",
    "反馈截止": "反馈时限",
    "本轮时限": "办理时限",
    "督办级别": "督办层级",
    "本系统默认口径": "按本市现行口径",
    "计划未": "the document is a 方案",
    "未明文": "未作明确规定",
    "方案只说": "方案仅规定",
    "贵单位": "to a lower unit 你局, on a district's own pages 本单位",
    "本区县": "本单位",
    "外部系统录入": "录入移动执法系统、国家大气帮扶系统",
    "移交异议": "管辖异议",
    "退回异议": "管辖异议",
    "尚无此链接": "链接无效",
    "件问题": "problems are counted 个",
    "件在办问题": "problems are counted 个",
    "抽取哪些": "spoken; 随机确定",
    "您收到本邮件，是因为": "translated; 本通知发送至……登记的联系人",
    "市级自身事项": "市级办理时效",
    "已按完成整改审核通过": "经审核，认定已完成整改",
    "规则只管思考": "translated wit",
}
"""Each retired word with the reason and the word that people use."""

KEPT = {
    ("domain/decisions/suspension.py", "挂账"): "the name of a precedent",
    ("policies/chongqing-2024.yaml", "挂账"): "the name of a precedent",
    (
        "policies/chongqing-2024.yaml",
        "本系统默认口径",
    ): "text of a version in force, kept by its hash",
    ("policies/chongqing-2024.yaml", "计划未"): "text of a version in force, kept by its hash",
    ("policies/chongqing-2024.yaml", "未明文"): "text of a version in force, kept by its hash",
    ("policies/chongqing-2024.yaml", "方案只说"): "text of a version in force, kept by its hash",
    ("policies/guangyuan-2018.yaml", "黄灯提醒"): "text of a version in force, kept by its hash",
    ("gateways/problem_list/headings.py", "截止日期"): "what districts write above their columns",
}
"""Where a retired word stays, and why."""

READ = re.compile(
    r"^(domain|api|office|store|activities|gateways|command_line|embedded|settings|templates|policies)/"
    r".*\.(py|html|txt|yaml)$|^README\.zh\.md$|^static/[^/]+\.js$"
)
CHINESE_BESIDE_ENGLISH = re.compile(r"\(本系统默认口径\)")
"""A docstring names the kind of a rule, as docs/rules.md does."""


@cache
def _read() -> tuple[tuple[str, str], ...]:
    """Give each file that people read words of, with its text."""
    names = [(file.relative_to(ROOT).as_posix(), file) for file in tracked_files()]
    return tuple(
        (name, CHINESE_BESIDE_ENGLISH.sub("", file.read_text(encoding="utf-8")))
        for name, file in names
        if READ.search(name)
    )


@pytest.mark.parametrize("word", RETIRED)
def test_a_retired_word_does_not_return(word: str) -> None:
    found = [name for name, text in _read() if word in text and (name, word) not in KEPT]
    assert not found, f"{word}: {RETIRED[word]}"


def test_every_exception_is_still_needed() -> None:
    idle = [
        (name, word) for name, word in KEPT if word not in (ROOT / name).read_text(encoding="utf-8")
    ]
    assert idle == []
