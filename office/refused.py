"""What the office refuses: a stable code, and a sentence that says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from typing import Any, TypeVar

from domain.outcomes import LIFE_ENDED, NO_ANSWER
from domain.plain_text import line
from domain.refusals import REFUSALS, Refusal
from store.people.accounts import AccountRefused
from store.refusing import StoreRefused

T = TypeVar("T")

OWN_SENTENCES: Mapping[str, str] = {
    "not_signed_in": "请先登录，或在请求头 Authorization 中提供有效的个人令牌。",
    "not_allowed": "您的角色（{role}）无权使用此功能。",
    "token_reads_only": "该个人令牌只能查询；需要办理的，请使用可办理的令牌或登录网页。",
    "token_never_approves": "审批事项不接受个人令牌，请审批人本人登录网页办理。",
    "password_first": "刚才填写的内容没有提交，已为您保留，请核对后重新提交。",
    "own_second_factor": "不能重置自己的双重验证，请由其他管理员办理。",
    "revocation_reason_missing": "请填写收回链接的理由。",
    "second_factor_needed": "请先登录网页完成双重验证。",
    "password_unchosen": "当前密码由他人设置，请先登录网页并设置自己的密码。",
    "cross_site": "请求来自其他网站，未予受理；请从本系统页面重新操作。",
    "form_expired": "页面已过期，请返回上一页刷新后重新提交。",
    "too_many_headers": "请求头过多，请减少后重试。",
    "not_found": "没有这个地址，请核对后重试。",
    "problem_not_found": "没有编号为“{problem_no}”的问题，请核对问题编号。",
    "life_repair_not_found": "没有编号如此的接续办理提请，请核对编号。",
    "existing_list_not_found": "没有这份既有问题清单，请从导入页面重新进入。",
    "batch_not_found": "没有这次导入的记录，请从导入页面重新进入。",
    "operation_not_found": "没有以此 Idempotency-Key 提交过的操作，请核对。",
    "letter_not_found": "没有这封来信，请从工作台重新进入。",
    "late_return_not_found": "没有这件退回的扣分告知，请从工作台重新进入。",
    "late_return_settled": "该件退回的扣分告知已经办结，请刷新页面查看办理情况。",
    "mail_not_found": "没有这封邮件，请从问题页的“通知”栏重新进入。",
    "second_look": "尚未办理，请核对后果后确认。",
    "reconsidered": "尚未办理，请核对、修改后重新提交。",
    "letter_without_grounds": "按目前的办理情况，本问题没有起草{letter}的事由，请返回问题页面核对。",
    "file_not_found": "没有这个附件，或者附件不属于该问题。",
    "inspector_not_found": "人员不在名册上，可能已调离；请刷新后重新选择。",
    "inspection_group_not_found": "没有这个执法帮扶组，或执法帮扶组已解散；请刷新后重试。",
    "group_name_taken": "已有同名的执法帮扶组，请换一个名称，或在原执法帮扶组上调整人员。",
    "listing_not_found": "正面清单没有第 {listing} 号记录，请刷新页面后重试。",
    "six_batch_not_found": "没有代码为“{batch}”的分类，请从“六个一批”页面重新进入。",
    "draw_not_found": "没有这次抽取，请从抽取页面重新进入。",
    "export_under_way": "您的上一次导出尚未完成，请待其下载后再导出。",
    "draw_already_made": "本次抽取已用另一种子完成，结果不能更改；请核对种子。",
    "deduction_not_found": "没有编号为 {deduction} 的扣分记录，请在扣分台账中核对。",
    "appeal_not_found": "第 {deduction} 号扣分没有申诉，无需答复。",
    "position_unfit": "“{position}”与所选单位不符：市级职务只用于市级，区县职务只用于区县。",
    "contact_not_found": "没有这个联系人（{contact}），请刷新页面后重试。",
    "contact_differs": "该邮箱已登记为该单位同一职务的联系人“{name}”（{state}），姓名、电话或启用日期与所填不同；"
    "需要更改的，请先停用原联系人，再重新登记。",
    "contact_is_officer": "邮箱或电话与市级人员“{name}”的相同，不能登记为区县联系人；请填写区县人员的邮箱和电话。",
    "officer_is_contact": "邮箱或电话已登记为区县联系人，不能再登记为市级联系人；请核对。",
    "rule_change_not_found": "没有这项变更，请从“日历和口径”页面重新进入。",
    "rebuild_not_found": "没有这项重建，请核对提请时打印的编号。",
    "rebuild_under_way": "另有人正在提请重建，请待其完成后重新提请。",
    "rebuild_not_approved": "这项重建未获批准，不能切换。",
    "rule_change_unreadable": "提交的内容不能使用，请按提示修改。",
    "other_policy": "只能变更正在使用的口径“{policy_id}”，请核对 policy_id。",
    "already_decided": "该项变更已经办理，请刷新页面查看结果。",
    "scan_differs": "附件“{name}”的类型或大小与已上传的文件不符，请按上传时返回的内容填写后再提交。",
    "scan_missing": "附件“{name}”尚未上传，请先上传扫描件再提交。",
    "scan_refused": "扫描件不能接收，请按提示更换文件。",
    "district_not_found": "没有代码为“{district}”的区县，请核对。",
    "method_not_allowed": "该地址不支持此种请求方式。",
    LIFE_ENDED: NO_ANSWER[LIFE_ENDED],
    "idempotency_key_missing": "请在请求头 Idempotency-Key 中提供唯一编号（如 UUID）。",
    "idempotency_key_unusable": "Idempotency-Key 须为1至255个可见的 ASCII 字符。",
    "idempotency_key_reused": "同一 Idempotency-Key 已用于另一项请求，请换一个新的编号。",
    "problem_no_taken": "该问题此前已登记，编号为“{problem_no}”；确为另一问题的，请填写不同的问题编号或移交文号。",
    "cursor_unusable": "翻页参数无效，请从第一页重新开始。",
    "body_unreadable": "请求内容无法读取，请检查格式。",
    "encoded_body": "不接受压缩后的提交，请用浏览器正常提交。",
    "length_required": "提交内容未注明长度，请用浏览器正常提交。",
    "too_large": "提交的内容过大，请减少内容或分次提交。",
    "list_missing": "请选择要导入的问题清单（.xlsx 文件）。",
    "invalid_request": "提交的内容有误，请按提示修改后重新提交。",
    "restored_unchecked": "系统发现数据恢复过，正在核对，暂停登记、办理和发送邮件；可以登录和查看，区县提交照常接收。",
    "unavailable": "业务服务暂时无法连接，请稍候重试；已提交的内容不会丢失。",
    "internal_error": "系统出现内部错误，已记录；请稍后重试，仍有问题请联系管理员。",
}
"""Every refusal that no rule speaks: the sentence with its remedy."""


class Refused(Exception):
    """Refused: a request ends here, whichever door it came through.

    It carries a stable `code`, a Chinese `detail`, the fields concerned and what else a page tells;
    the door makes of it a status and a page.
    """

    def __init__(
        self,
        code: str,
        detail: str = "",
        *,
        errors: Sequence[dict[str, str]] = (),
        **values: object,
    ) -> None:
        """Refuse for the reason `code`; `values` fill its sentence unless `detail` says it."""
        self.code = code
        self.detail = detail or OWN_SENTENCES[code].format_map(_shown(values))
        self.errors = list(errors)
        self.values = values
        super().__init__(self.detail)

    @classmethod
    def by_rule(cls, refusal: Refusal | AccountRefused) -> Refused:
        """Carry a refusal of the rules or of the accounts outside."""
        return cls(refusal.code, str(refusal))


def _shown(values: Mapping[str, object]) -> dict[str, object]:
    """Give what was sent as it may be told again: an address may hide what turns a sentence round."""
    return {name: line(one) if isinstance(one, str) else one for name, one in values.items()}


async def allowed(act: Awaitable[T]) -> T:
    """Do what the rules or the store may refuse; raises Refused in their words."""
    try:
        return await act
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal
    except StoreRefused as refused:
        if refused.code in REFUSALS:
            raise Refused.by_rule(REFUSALS[refused.code](refused.code)) from refused
        values: dict[str, Any] = dict(refused.values)
        raise Refused(refused.code, **values) from refused
