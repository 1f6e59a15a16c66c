"""What the doors answer when something is refused: one table, one shape (RFC 9457 problem+json)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from api.words import field_label
from domain.outcomes import CommandRefused
from domain.refusals import REFUSALS, Refusal, WrongActor, WrongContent
from store.accounts import AccountRefused

OWN_SENTENCES: Mapping[str, tuple[int, str]] = {
    "not_signed_in": (401, "请先登录，或在请求头 Authorization 中提供有效的个人令牌。"),
    "not_allowed": (403, "您的角色（{role}）无权使用此功能。"),
    "cross_site": (403, "请求来自其他网站，未予受理；请从本系统页面重新操作。"),
    "form_expired": (403, "页面已过期，请返回上一页刷新后重新提交。"),
    "not_found": (404, "没有这个地址，请核对后重试。"),
    "problem_not_found": (404, "没有编号为“{problem_no}”的问题，请核对问题编号。"),
    "batch_not_found": (404, "没有这次导入的记录，请从导入页面重新进入。"),
    "operation_not_found": (404, "没有以此 Idempotency-Key 提交过的操作，请核对。"),
    "file_not_found": (404, "没有这个附件，或者附件不属于该问题。"),
    "inspector_not_found": (404, "人员不在名册上，可能已调离；请刷新后重新选择。"),
    "inspection_group_not_found": (404, "没有这个检查组，或检查组已解散；请刷新后重试。"),
    "group_name_taken": (409, "已有同名的检查组，请换一个名称，或在原检查组上调整人员。"),
    "draw_not_found": (404, "没有这次抽取，请从抽取页面重新进入。"),
    "draw_already_made": (409, "本次抽取已用另一种子完成，结果不能更改；请核对种子。"),
    "deduction_not_found": (404, "没有编号为 {deduction} 的扣分记录，请在扣分台账中核对。"),
    "appeal_not_found": (404, "第 {deduction} 号扣分没有申诉，无需答复。"),
    "position_unfit": (422, "“{position}”与所选单位不符：市级职务只用于市级，区县职务只用于区县。"),
    "rule_change_not_found": (404, "没有这项变更，请从“日历和口径”页面重新进入。"),
    "rule_change_unreadable": (422, "提交的内容不能使用，请按提示修改。"),
    "other_policy": (422, "只能变更正在使用的口径“{policy_id}”，请核对 policy_id。"),
    "already_decided": (409, "该项变更已经办理，请刷新页面查看结果。"),
    "scan_missing": (422, "附件“{name}”尚未上传，请先上传扫描件再提交。"),
    "scan_refused": (422, "扫描件不能接收，请按提示更换文件。"),
    "district_not_found": (404, "没有代码为“{district}”的区县，请核对。"),
    "method_not_allowed": (405, "该地址不支持此种请求方式。"),
    "life_ended": (409, "该问题的办理流程已经结束，不再接受操作。"),
    "idempotency_key_missing": (400, "请在请求头 Idempotency-Key 中提供唯一编号（如 UUID）。"),
    "idempotency_key_unusable": (400, "Idempotency-Key 须为1至255个可见的 ASCII 字符。"),
    "idempotency_key_reused": (409, "同一 Idempotency-Key 已用于另一项请求，请换一个新的编号。"),
    "problem_no_taken": (
        409,
        "该问题此前已登记，编号为“{problem_no}”；确为另一问题的，请填写不同的问题编号或移交文号。",
    ),
    "cursor_unusable": (400, "翻页参数无效，请从第一页重新开始。"),
    "body_unreadable": (400, "请求内容无法读取，请检查格式。"),
    "too_large": (413, "提交的内容过大，请减少内容或分次提交。"),
    "list_missing": (422, "请选择要导入的问题清单（.xlsx 文件）。"),
    "invalid_request": (422, "提交的内容有误，请按提示修改后重新提交。"),
    "unavailable": (503, "业务服务暂时无法连接，请稍候重试；已提交的内容不会丢失。"),
    "internal_error": (500, "系统出现内部错误，已记录；请稍后重试，仍有问题请联系管理员。"),
}
"""Every refusal of the doors themselves: HTTP status and the sentence with its remedy."""

_LIFE = {"record_conflict": 409}
_ACCOUNTS = {"wrong_login": 401, "too_many_attempts": 429, "no_such_account": 404}


def _status_of_family(family: type[Refusal]) -> int:
    if issubclass(family, WrongActor):
        return 403
    return 422 if issubclass(family, WrongContent) else 409


STATUS: Mapping[str, int] = {
    **{code: _status_of_family(family) for code, family in REFUSALS.items()},
    **{code: status for code, (status, _) in OWN_SENTENCES.items()},
    **{code: _ACCOUNTS.get(code, 422) for code in AccountRefused.sentences},
    **_LIFE,
}
"""Refusal code to HTTP status. A rule's code not listed here is a conflict (409)."""

_SAID = {
    "missing": "必须填写",
    "extra_forbidden": "没有这个字段，请删去",
    "string_too_long": "过长，最多{max_length}个字",
    "string_too_short": "不能为空",
    "string_type": "应为文字",
    "string_pattern_mismatch": "格式不正确",
    "date_from_datetime_parsing": "应为日期，如 2024-06-24",
    "date_parsing": "应为日期，如 2024-06-24",
    "date_type": "应为日期，如 2024-06-24",
    "date_from_datetime_inexact": "应为日期，不带时间",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "bool_parsing": "应为 true 或 false",
    "decimal_parsing": "应为数字",
    "enum": "不在可选范围内（{expected}）",
    "literal_error": "不在可选范围内（{expected}）",
    "greater_than_equal": "不得小于{ge}",
    "less_than_equal": "不得大于{le}",
    "too_long": "项数过多，最多{max_length}项",
    "too_short": "至少填写{min_length}项",
    "json_invalid": "不是有效的 JSON：{error}",
    "model_attributes_type": "应为 JSON 对象",
    "dict_type": "应为 JSON 对象",
    "list_type": "应为 JSON 数组",
}


class Refused(Exception):
    """A door refuses: stable `code`, HTTP `status`, Chinese `detail`, and the fields concerned."""

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
        self.status = STATUS.get(code, 409)
        self.detail = detail or OWN_SENTENCES[code][1].format(**values)
        self.errors = list(errors)
        self.headers: Mapping[str, str] = {}
        super().__init__(self.detail)

    @classmethod
    def by_rule(cls, refusal: Refusal | CommandRefused | AccountRefused) -> Refused:
        """Carry a refusal of the rules, of a life, or of the accounts outside."""
        return cls(refusal.code, str(refusal))

    def body(self) -> dict[str, Any]:
        """Give the problem+json document."""
        document: dict[str, Any] = {
            "type": f"urn:bihuan:refusal:{self.code}",
            "title": HTTPStatus(self.status).phrase,
            "status": self.status,
            "code": self.code,
            "detail": self.detail,
        }
        return document | ({"errors": self.errors} if self.errors else {})


def of_validation(error: RequestValidationError) -> Refused:
    """Name each field that is wrong and what is wrong with it, in Chinese."""
    return Refused("invalid_request", errors=[_one(found) for found in error.errors()])


def of_http(error: HTTPException) -> Refused:
    """Put the framework's own refusals into the same shape."""
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    refused = Refused(codes.get(error.status_code, "body_unreadable"))
    refused.status = error.status_code
    refused.headers = error.headers or {}
    return refused


def said(found: Mapping[str, Any]) -> str:
    """Say in Chinese what one finding of pydantic means."""
    if found["type"] == "value_error":
        reason = str(found["ctx"]["error"])
        return reason if not reason.isascii() else "取值不正确"  # a library's own words are English
    sentence = _SAID.get(str(found["type"]), "取值不正确")
    return sentence.format_map(found.get("ctx") or {})


def _one(found: Mapping[str, Any]) -> dict[str, str]:
    where = [str(part) for part in found["loc"] if part not in ("body", "query", "path", "header")]
    names = [field_label(part) for part in where if not part.isdecimal()]
    message = f"{'、'.join(names[-1:]) or '请求内容'}：{said(found)}。"
    return {"field": ".".join(where), "code": str(found["type"]), "message": message}
