"""What the doors answer when something is refused: one table, one shape (RFC 9457 problem+json)."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.exceptions import HTTPException

from api.field_labels import field_label
from domain.refusals import REFUSALS, Refusal, WrongActor, WrongContent
from gateways.typed_errors import said
from office.refused import Refused
from store.people.accounts import AccountRefused

_OWN: Mapping[str, int] = {
    "not_signed_in": 401,
    "too_many_headers": 431,
    "not_allowed": 403,
    "token_reads_only": 403,
    "token_never_approves": 403,
    "password_first": 409,
    "own_second_factor": 403,
    "revocation_reason_missing": 422,
    "second_factor_needed": 403,
    "password_unchosen": 403,
    "cross_site": 403,
    "form_expired": 403,
    "not_found": 404,
    "problem_not_found": 404,
    "existing_list_not_found": 404,
    "batch_not_found": 404,
    "operation_not_found": 404,
    "letter_not_found": 404,
    "late_return_not_found": 404,
    "late_return_settled": 409,
    "mail_not_found": 404,
    "second_look": 409,
    "reconsidered": 409,
    "letter_without_grounds": 409,
    "file_not_found": 404,
    "inspector_not_found": 404,
    "inspection_group_not_found": 404,
    "group_name_taken": 409,
    "listing_not_found": 404,
    "six_batch_not_found": 404,
    "draw_not_found": 404,
    "draw_already_made": 409,
    "export_under_way": 409,
    "deduction_not_found": 404,
    "appeal_not_found": 404,
    "position_unfit": 422,
    "contact_not_found": 404,
    "contact_differs": 409,
    "contact_is_officer": 422,
    "officer_is_contact": 422,
    "rule_change_not_found": 404,
    "rebuild_not_found": 404,
    "rebuild_not_approved": 409,
    "rebuild_under_way": 409,
    "rule_change_unreadable": 422,
    "other_policy": 422,
    "already_decided": 409,
    "scan_differs": 422,
    "scan_missing": 422,
    "scan_refused": 422,
    "district_not_found": 404,
    "method_not_allowed": 405,
    "life_ended": 409,
    "idempotency_key_missing": 400,
    "idempotency_key_unusable": 400,
    "idempotency_key_reused": 409,
    "problem_no_taken": 409,
    "cursor_unusable": 400,
    "body_unreadable": 400,
    "too_large": 413,
    "list_missing": 422,
    "invalid_request": 422,
    "restored_unchecked": 503,
    "unavailable": 503,
    "internal_error": 500,
}

_LIFE = {"record_conflict": 409}
_ACCOUNTS = {
    "wrong_login": 401,
    "too_many_attempts": 429,
    "too_many_codes": 429,
    "signing_in_busy": 503,
    "no_such_account": 404,
    "link_over": 410,
}


def _status_of_family(family: type[Refusal]) -> int:
    if issubclass(family, WrongActor):
        return 403
    return 422 if issubclass(family, WrongContent) else 409


STATUS: Mapping[str, int] = {
    **{code: _status_of_family(family) for code, family in REFUSALS.items()},
    **_OWN,
    **{code: _ACCOUNTS.get(code, 422) for code in AccountRefused.sentences},
    **_LIFE,
}
"""Refusal code to HTTP status. A rule's code not listed here is a conflict (409)."""


_FORMS = {"encoded_body": 415, "length_required": 411}
"""What only a posted form can be refused for: no program meets it."""


MOST_NAMED = 200
"""A body may be wrong in as many places as it has; nobody reads more of them."""


def status_of(refused: Refused) -> int:
    """Give the HTTP status of a refusal; a code without one is a conflict."""
    return _FORMS.get(refused.code) or STATUS.get(refused.code, 409)


def document(refused: Refused, status: int = 0) -> dict[str, Any]:
    """Give the problem+json document of a refusal, under its own status unless another is given."""
    status = status or status_of(refused)
    told: dict[str, Any] = {
        "type": f"urn:bihuan:refusal:{refused.code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": refused.code,
        "detail": refused.detail,
    }
    return told | ({"errors": refused.errors} if refused.errors else {})


def of_validation(error: RequestValidationError | ValidationError) -> Refused:
    """Name each field that is wrong and what is wrong with it, in Chinese; of very many the first."""
    return Refused("invalid_request", errors=[_one(found) for found in error.errors()[:MOST_NAMED]])


def of_http(error: HTTPException) -> Refused:
    """Put the framework's own refusals into the same shape."""
    codes = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
    return Refused(codes.get(error.status_code, "body_unreadable"))


def _one(found: Mapping[str, Any]) -> dict[str, str]:
    where = [str(part) for part in found["loc"] if part not in ("body", "query", "path", "header")]
    names = [field_label(part) for part in where if not part.isdecimal()]
    message = f"{'、'.join(names[-1:]) or '请求内容'}：{said(found)}。"
    return {"field": ".".join(where), "code": str(found["type"]), "message": message}
