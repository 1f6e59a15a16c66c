"""What a district hands in on its link: an answer, or a request beside it. One content per kind."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar

from pydantic import TypeAdapter

from domain.commands import (
    Answer,
    AppealDeduction,
    DistrictCommand,
    EvidenceFile,
    RaiseObjection,
    RequestExtension,
    SubmitFeedback,
)
from domain.roles import Actor, Role
from store.codec import json_text, to_text


class PaperKind(StrEnum):
    """What a paper in the inbox is."""

    ANSWER = "answer"
    EXTENSION = "extension"
    OBJECTION = "objection"
    APPEAL = "appeal"

    @property
    def label(self) -> str:
        """What it is called on its receipt."""
        return {
            "answer": "反馈",
            "extension": "延期申请",
            "objection": "管辖异议",
            "appeal": "扣分申诉",
        }[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Signed:
    """What every paper says: through which round's link it came, and who filled it in.

    Each paper names the command it `becomes`; what both call by one name is the same.
    """

    problem_no: str
    district: str
    round_no: int
    filled_by: str
    telephone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerPaper(_Signed):
    """The annex form 整改表, filled in."""

    becomes: ClassVar[type[SubmitFeedback]] = SubmitFeedback
    answer: Answer

    @property
    def files(self) -> tuple[EvidenceFile, ...]:
        """The files handed in with it."""
        return self.answer.files


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionPaper(_Signed):
    """A request for more time 延期."""

    becomes: ClassVar[type[RequestExtension]] = RequestExtension
    wanted_on: date
    reason: str
    files: tuple[EvidenceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectionPaper(_Signed):
    """The word that the problem is not this district's; `proper_district` may be empty."""

    becomes: ClassVar[type[RaiseObjection]] = RaiseObjection
    proper_district: str
    reason: str
    files: tuple[EvidenceFile, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AppealPaper(_Signed):
    """The appeal of the deduction that is event number `deduction` of the problem."""

    becomes: ClassVar[type[AppealDeduction]] = AppealDeduction
    deduction: int
    reason: str
    files: tuple[EvidenceFile, ...]


Paper = AnswerPaper | ExtensionPaper | ObjectionPaper | AppealPaper

_KINDS: dict[PaperKind, type[Paper]] = {
    PaperKind.ANSWER: AnswerPaper,
    PaperKind.EXTENSION: ExtensionPaper,
    PaperKind.OBJECTION: ObjectionPaper,
    PaperKind.APPEAL: AppealPaper,
}
_ADAPTERS: dict[PaperKind, TypeAdapter[Paper]] = {
    kind: TypeAdapter(content) for kind, content in _KINDS.items()
}


def kind_of(paper: Paper) -> PaperKind:
    """Say what a paper is."""
    return next(kind for kind, content in _KINDS.items() if isinstance(paper, content))


_LATER = ("referral", "referral_document_no")
"""What answers say since papers were first hashed; written where something is said."""


def paper_text(paper: Paper) -> str:
    """Write a paper as it is kept and hashed: the same one gives the same text in every release."""
    content = json.loads(to_text(paper))
    if isinstance(paper, AnswerPaper):
        answer = content["answer"]
        content["answer"] = {n: v for n, v in answer.items() if v or n not in _LATER}
    return json_text(content)


def paper_from(kind: PaperKind, text: str) -> Paper:
    """Read a paper; raises pydantic.ValidationError when the text is none of that kind."""
    return _ADAPTERS[kind].validate_json(text)


def command_of(
    paper: Paper, receipt_id: str, received_at: datetime, content_sha256: str = ""
) -> DistrictCommand:
    """Give the command that delivers a paper: what both say, and no personal data."""
    command = paper.becomes
    said = {one.name for one in fields(paper)} & {one.name for one in fields(command)}
    values: dict[str, Any] = {name: getattr(paper, name) for name in said}
    return command(
        **values,
        receipt_id=receipt_id,
        received_at=received_at,
        content_sha256=content_sha256,
        by=Actor(f"district:{paper.district}", Role.DISTRICT),
    )
