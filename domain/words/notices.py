"""Why a notice is no longer needed, as officers read it beside it."""

from __future__ import annotations

RESTORED_UNKNOWN = "数据恢复前可能已经发出，不再自动发送，需要时请核实后补发"
"""What is said of a mail that was due before a restore was noticed, and which the store takes for unsent."""

OBSOLETE_WORDS = {
    "reassigned": "已改由其他单位办理",
    "later_round": "已进入下一轮",
    "answered": "区县已反馈",
    "overtaken": "已由后一次提醒代替",
    "no_longer_held": "送达已证实",
    "fallen": "事由已不成立",
    "done_meanwhile": "该事项已办理",
    "suspended": "问题已暂缓办理",
    "reopened": "问题已恢复办理",
    "restored_unknown": RESTORED_UNKNOWN,
    "sending_unknown": "记录重建，原发送情况不明，不重复发送",
}
"""By the reason that `domain.notices.is_obsolete` gives, or `not_sent_again`, or a restore of the store."""
