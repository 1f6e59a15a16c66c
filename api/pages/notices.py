"""What a page says was done: sentences known by their codes, for an address may say anything."""

from __future__ import annotations

from collections.abc import Mapping

from office.acts import ACTS
from office.registers import REGISTERS

NOTICES: Mapping[str, str] = {
    "password_changed": "密码已修改，其他已登录的浏览器均已退出",
    "password_confirmed": "密码已验证，请重新办理刚才的事项",
    "password_chosen": "密码已设置，请登录",
    "account_reach": "邮箱和电话已保存",
    "account_enabled": "账号已启用",
    "account_disabled": "账号已停用",
    "second_factor_reset": "双重验证已重置，本人下次登录时重新设置",
    "links_revoked": "本问题的填报链接已收回；需要区县继续填报的，请办理“催办”发出新链接",
    "session_ended": "该处登录已退出",
    "sessions_ended": "该人员的全部登录已退出",
    "token_revoked": "令牌已撤销",
    "problem_registered": "问题已登记",
    "being_confirmed": "已收到，正在确认办理结果，请稍后刷新本页",
    "draw_announced": "抽取已公布，名单和权重不再变动",
    "draw_made": "抽取完成，结果已登记到各问题",
    "listing_entered": "企业已登记，经登记人以外的审批人员批准后生效",
    "listing_left": "企业已移出正面清单",
    "nothing_next": "没有其他待办事项",
    "none_ticked": "请先勾选问题，再选择办理事项",
    "letter_done": "来信已办结",
    "late_return_settled": "办理情况已登记",
    "decided": "审批意见已登记",
    "proposed": "已提请，请提请人以外的审批人员批准",
    "contact_entered": "联系人已登记，经登记人以外的审批人员批准后方用于通知",
    "contact_declined": "联系人未获批准，不用于通知",
    "contact_approved": "联系人已批准；此前因没有联系人未能发出的通知将自动补发",
    "contact_retired": "联系人已停用",
    "batch_renamed": "分类名称已更新，已归入的问题随之显示新名称",
    "inspector_entered": "人员已登记",
    "inspector_struck": "人员已调离，所在执法帮扶组已同步调整",
    "group_formed": "执法帮扶组已组建",
    "group_dissolved": "执法帮扶组已解散",
    "group_changed": "执法帮扶组人员已调整",
    "own_list_link_revoked": "链接已收回",
    **{f"done-{act.path}": act.done for act in ACTS},
    **{f"{one.address}-made": f"{one.entry}已登记" for one in REGISTERS},
    **{f"{one.address}-known": f"{one.entry}此前已登记，未重复登记" for one in REGISTERS},
    **{f"{one.address}-withdrawn": f"{one.entry}已撤回" for one in REGISTERS},
}
