"""What the district is told when something is refused: its status, its words, and its page."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, JSONResponse

from api.errors import status_of
from office.ports import Services
from office.refused import Refused


@dataclass(frozen=True, slots=True)
class Saying:
    """How one refusal is told; `page` names its template in `templates/district/`."""

    status: int
    words: str
    page: str = "refused"


SAYINGS: Mapping[str, Saying] = {
    "link_unknown": Saying(404, "链接无效，请核对后重新打开。", "unknown"),
    "link_expired": Saying(410, "链接已过期。", "expired"),
    "link_revoked": Saying(410, "链接已收回，此前保存的草稿已保留。", "revoked"),
    "session_over": Saying(403, "页面已超时，此前保存的草稿仍在。请重新打开链接。", "session_over"),
    "busy": Saying(503, "当前无法保存，请勿关闭页面，稍后再试。", "busy"),
    "cross_site": Saying(403, "请从邮件中的链接打开页面后再提交。"),
    "form_expired": Saying(403, "页面已失效，此前保存的草稿仍在。请从邮件中重新打开链接。"),
    "form_outdated": Saying(400, "页面已失效，请刷新后再操作。"),
    "token_missing": Saying(400, "链接不完整，请从邮件中重新打开。"),
    "body_unreadable": Saying(400, "提交的内容无法识别。请返回上一页，刷新后再试。"),
    "too_large": Saying(413, "一次上传的内容过大。请返回上一页，减少或压缩附件后再上传。"),
    "too_many_uploads": Saying(429, "上传过于频繁，请一小时后再试；已上传的附件和草稿均已保存。"),
    "uploads_of_the_day": Saying(
        429, "今日上传的附件总量已达上限，请明天再传或联系市级承办人；已上传的附件和草稿均已保存。"
    ),
    "one_file_expected": Saying(422, "请一次选择一个文件上传。"),
    "file_unknown": Saying(404, "没有这个附件。"),
    "file_lost": Saying(404, "附件无法读取，请联系市级承办人。"),
    "receipt_unknown": Saying(404, "没有这个回执，请从邮件中的链接重新打开。"),
    "no_such_deduction": Saying(404, "没有这项扣分，请返回扣分清单重新选择。"),
    "entry_not_found": Saying(404, "没有这一条，可能已被删除；请返回清单刷新后再操作。"),
    "too_many_entries": Saying(429, "今日填报次数过多，请明天再填；此前填报的内容均已保存。"),
}
"""The refusals told otherwise here than elsewhere, or told here alone."""


_WAYS_BACK = (
    (re.compile(r"(/f/(?:problem|day|own)/self-inspection)"), "返回清单"),
    (re.compile(r"(/f/problem/appeals)(?:/.*)?"), "返回扣分清单"),
    (re.compile(r"(/f/day)"), "返回待反馈问题"),
    (re.compile(r"(/f/problem)(?:/.*)?|/f/(?:receipt|files)/.*"), "返回问题整改表"),
)
"""Which page a refusal leads back to, by the address that was asked for."""

NOTHING_TYPED: Mapping[str, str] = {}


def refuse(code: str, **values: object) -> Refused:
    """Refuse for one of the reasons of this door; `values` go to its page."""
    return Refused(code, SAYINGS[code].words, errors=(), **values)


def revoked(why: str) -> Refused:
    """Say that a link was revoked, as when the problem went to another district."""
    return refuse("link_revoked", reassigned=why == "reassigned")


def told(
    services: Services,
    request: Request,
    refused: Refused,
    status: int = 0,
    typed: Mapping[str, str] = NOTHING_TYPED,
) -> Response:
    """Tell it on its page, or in short to the page's own script; `status` may be given.

    `typed` is what somebody wrote into the form that was refused, by the names of the fields.
    """
    saying = SAYINGS.get(refused.code) or Saying(status_of(refused), refused.detail)
    status = status or saying.status
    if wants_json(request):
        return JSONResponse({"code": refused.code, "message": saying.words}, status)
    told = {"code": refused.code, "message": saying.words, "typed": typed}
    values = {**told, "back": _way_back(request), **refused.values}
    html = services.renderer.page(f"district/{saying.page}.html", **values)
    return HTMLResponse(html, status, {"Retry-After": "30"} if status == 503 else None)


def _way_back(request: Request) -> tuple[str, str] | None:
    """Give the page to go back to, with its words, for the same link."""
    for pattern, words in _WAYS_BACK:
        if found := pattern.fullmatch(request.url.path):
            of = urlencode({"of": request.query_params.get("of", "")})
            return f"{found[1] or '/f/problem'}?{of}", words
    return None


def wants_json(request: Request) -> bool:
    """Whether the page's script asks, not a person's browser."""
    return request.headers.get("accept", "").startswith("application/json")
