"""Every field of any model, by the name people know it by."""

from __future__ import annotations

from collections.abc import Mapping

from gateways.problem_list.headings import LABELS

FIELD_LABELS: Mapping[str, str] = {
    **LABELS,
    "transfer": "移交",
    "on": "日期",
    "receipt_id": "回执编号",
    "until": "延至日期",
    "to_district": "改由区县",
    "because": "原因",
    "review_on": "复核日期",
    "round_no": "轮次",
    "due_on": "时限",
    "deduction": "扣分记录",
    "proposal": "待批事项",
    "into_no": "并入问题编号",
    "typical": "典型案例",
    "code": "代码",
    "received_on": "收到日期",
    "channel": "收到方式",
    "state": "整改情况",
    "files": "扫描件",
    "verdict": "审核结论",
    "reason": "理由",
    "promised_on": "承诺完成日期",
    "result": "回头看结果",
    "findings": "现场情况",
    "inspectors": "检查人员",
    "decision": "审批意见",
    "content_hash": "核对码",
    "served_on": "送达日期",
    "means": "送达方式",
    "register": "登记系统",
    "number": "清单编号",
    "rows": "清单行",
    "remarks": "备注",
    "plan": "方案",
    "login": "登录名",
    "name": "姓名",
    "password": "密码",
    "role": "角色",
    "label": "用途",
    "email": "电子邮箱",
    "telephone": "联系电话",
    "position": "岗位",
    "stage": "环节",
    "level": "督办级别",
    "listed": "是否在清单",
    "general": "是否一般问题",
    "overdue": "是否逾期",
    "text": "文字内容",
    "due_before": "到期早于",
    "limit": "每页条数",
    "cursor": "翻页标记",
    "year": "年度",
    "dry_run": "仅检查",
    "kind": "人员类别",
    "for": "考核",
    "seed": "随机种子",
    "seed_again": "再次输入的随机种子",
    "seed_source": "种子来源",
    "seed_on": "种子公布日期",
    "share": "一般问题抽取比例",
    "weight_per_point": "每扣1分增加的权重",
    "home_district": "派出区县",
    "members": "人员",
    "file": "清单文件",
    "idempotency-key": "Idempotency-Key",
}
"""Field of any model to the name people know it by."""


def field_label(field: str) -> str:
    """Name a field in Chinese; a name nobody translated stays as it is."""
    return FIELD_LABELS.get(field, field)
