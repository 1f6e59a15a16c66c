"""What became of the violation, as the annex form asks it: outcome, decision, reason, referral."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, ValidationInfo
from pydantic import field_validator as validates

from domain.catalogues import penalty_outcomes, referrals
from domain.refusals import WrongContent
from office.answering.form_texts import half_width, short_enough, typed_line, wrong

LONGEST = {"penalty_document_no": 100, "penalty_ground": 500, "referral_document_no": 100}
"""The most characters a field may hold."""

_AMOUNT = re.compile(r"\d{1,10}(\.\d{1,2})?")


def _amount(value: object) -> Decimal | None:
    typed = half_width(value).replace(",", "").removesuffix("元").strip()
    if not typed:
        return None
    if not _AMOUNT.fullmatch(typed):
        raise wrong(
            "amount_impossible", "金额请填数字，单位为元，最多两位小数，如 20000 或 20000.50。"
        )
    return Decimal(typed)


def _outcome(value: object) -> str:
    code = typed_line(value)
    if code not in {outcome.code for outcome in penalty_outcomes.PENALTY_OUTCOMES}:
        raise wrong("outcome_missing", "请选择是否立案处罚及处理结果。")
    return code


def _referral(value: object) -> str:
    code = typed_line(value)
    if code and code not in {one.code for one in referrals.REFERRALS}:
        raise wrong("referral_unknown", "请从所列情形中选择，未移送的选“未移送”。")
    return code


class PenaltyForm(BaseModel):
    """The part of the annex form about penalties; `punished_by_group` comes by the context."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    penalty_outcome: Annotated[str, BeforeValidator(_outcome)]
    penalty_document_no: Annotated[str, BeforeValidator(typed_line)]
    penalty_amount: Annotated[Decimal | None, BeforeValidator(_amount)]
    penalty_ground: Annotated[str, BeforeValidator(typed_line)]
    referral: Annotated[str, BeforeValidator(_referral)]
    referral_document_no: Annotated[str, BeforeValidator(typed_line)]

    @validates(*LONGEST)
    @classmethod
    def _brief_enough(cls, typed: str, info: ValidationInfo) -> str:
        return short_enough(typed, LONGEST[str(info.field_name)])

    @validates("penalty_outcome")
    @classmethod
    def _open_to_the_route(cls, code: str, info: ValidationInfo) -> str:
        by_group = bool((info.context or {}).get("punished_by_group"))
        if code not in {one.code for one in penalty_outcomes.open_to(punished_by_group=by_group)}:
            refused = WrongContent(
                "outcome_against_route", outcome=penalty_outcomes.by_code(code).short
            )
            raise wrong(refused.code, str(refused))
        return code

    @validates("penalty_document_no")
    @classmethod
    def _numbered(cls, typed: str, info: ValidationInfo) -> str:
        outcome = _chosen(info)
        if outcome is not None and outcome.needs_document_no and not typed:
            raise wrong("document_no_missing", f"选择“{outcome.short}”的，请填写相应文书的文号。")
        return typed

    @validates("penalty_amount")
    @classmethod
    def _fined_by_a_penalty(cls, amount: Decimal | None, info: ValidationInfo) -> Decimal | None:
        outcome = _chosen(info)
        if amount and outcome is not None and not outcome.may_fine:
            raise wrong("amount_without_penalty", no_fine_words(outcome))
        return amount

    @validates("penalty_ground")
    @classmethod
    def _reasoned(cls, typed: str, info: ValidationInfo) -> str:
        outcome = _chosen(info)
        if outcome is not None and outcome.unpunished and not typed:
            raise wrong("reason_missing", f"选择“{outcome.short}”的，请写明事实和理由。")
        return typed

    @validates("referral")
    @classmethod
    def _beside_a_case(cls, code: str, info: ValidationInfo) -> str:
        outcome = _chosen(info)
        if code and outcome is not None and not outcome.case_filed:
            raise wrong(
                "referral_without_case", "未立案处罚的不填本项；只移送的，上面请选“否（移送）”。"
            )
        return code

    @validates("referral_document_no")
    @classmethod
    def _sent_by_letter(cls, typed: str, info: ValidationInfo) -> str:
        if info.data.get("referral") and not typed:
            raise wrong("referral_document_no_missing", "已移送的，请填写移送文书的编号。")
        return typed if info.data.get("referral") else ""


def no_fine_words(outcome: penalty_outcomes.PenaltyOutcome) -> str:
    """Say that no fine goes with an outcome, and what to do."""
    return f"选择“{outcome.short}”的没有罚款，请不填罚款金额；已决定罚款的，请改选“立案处罚”。"


def _chosen(info: ValidationInfo) -> penalty_outcomes.PenaltyOutcome | None:
    code = info.data.get("penalty_outcome")
    return penalty_outcomes.by_code(code) if code else None
