"""What commands and events speak of: the facts of a problem, answers, verdicts, results."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from enum import StrEnum

from domain.coordinates import Coordinates
from domain.roles import Actor


class RectificationState(StrEnum):
    """How far the enterprise has come, as the district reports it (annex, column 整改情况)."""

    DONE = "done"
    IN_PROGRESS = "in_progress"
    NOT_BEGUN = "not_begun"

    @property
    def label(self) -> str:
        """The state as it stands on the annex form."""
        return {"done": "已完成整改", "in_progress": "正在整改", "not_begun": "尚未开始整改"}[
            self.value
        ]


class Verdict(StrEnum):
    """What the officer finds in the district's answer."""

    ACCEPT_DONE = "accept_done"
    ACCEPT_IN_PROGRESS = "accept_in_progress"
    RETURN_FOR_SUPPLEMENT = "return_for_supplement"
    FOUND_FALSE = "found_false"

    @property
    def label(self) -> str:
        """The verdict as officers say it."""
        return {
            "accept_done": "审核通过（已完成整改）",
            "accept_in_progress": "审核通过（限期整改）",
            "return_for_supplement": "退回补充",
            "found_false": "认定整改不严不实",
        }[self.value]


class RevisitResult(StrEnum):
    """What a revisit 回头看 found on site."""

    IN_PLACE = "in_place"
    NOT_IN_PLACE = "not_in_place"

    @property
    def label(self) -> str:
        """The result as it stands in the revisit record."""
        return {"in_place": "整改到位", "not_in_place": "整改不到位"}[self.value]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The problem itself, by the five precisions 五个精准: what, when, where, who, measure.

    `key_content` is a code of the 11 key contents, or None for a general problem 一般问题.
    `further_contents` are the codes of others in the same problem. `remarks` keeps the list's
    unknown columns as (heading, text). `found_time` is the time of day of `found_on`, and
    `inside_key_region` the answer for units that belong to the key regions in part, None unasked. `six_batch`
    is the code of its batch of 六个一批, empty while it is not sorted.
    """

    enterprise: str
    description: str
    district: str
    credit_code: str = ""
    address: str = ""
    key_content: str | None = None
    key_object: str | None = None
    clue_source: str = ""
    found_on: date | None = None
    requirement: str = ""
    inspection_group: str = ""
    plan: str = "chongqing-2024"
    remarks: tuple[tuple[str, str], ...] = ()
    further_contents: tuple[str, ...] = ()
    found_time: time | None = None
    coordinates: Coordinates | None = None
    inside_key_region: bool | None = None
    six_batch: str = ""

    @property
    def contents(self) -> tuple[str, ...]:
        """The codes of all key contents of the problem, the first first; none for a general one."""
        return (self.key_content, *self.further_contents) if self.key_content else ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceFile:
    """One uploaded file: its SHA-256 is its address in the evidence store; sizes in bytes."""

    sha256: str
    name: str
    media_type: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The annex form as the district filled it in, one problem a form.

    Who filled it in and the telephone number stay in the inbox; the life carries no personal data.
    `penalty_amount` is in yuan. `referral` is a code of where the case is sent besides its penalty
    移送, or empty; `referral_document_no` the number of the letter that sends it.
    """

    state: RectificationState
    text: str
    promised_on: date | None = None
    penalty_outcome: str = ""
    penalty_document_no: str = ""
    penalty_amount: Decimal | None = None
    penalty_ground: str = ""
    files: tuple[EvidenceFile, ...] = ()
    referral: str = ""
    referral_document_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BroughtIn:
    """What had happened to a running problem before it was entered here, as its papers say.

    `proposed_by` is the first of the two persons who brought it in, `source_sha256` the address of the
    list it was read from. `accepted` is None where nobody says whether the answer was found in order.
    `promised_on` was granted by `granted_by`. `listed` and `points` are what was listed and posted
    elsewhere, as it was written: nothing is listed or posted for it again.
    """

    proposed_by: Actor
    source_sha256: str = ""
    answered_on: date | None = None
    answer: str = ""
    state: RectificationState | None = None
    accepted: bool | None = None
    promised_on: date | None = None
    granted_by: str = ""
    listed: str = ""
    points: str = ""


class Channel(StrEnum):
    """How an answer reached the bureau."""

    LINK = "link"
    PAPER = "paper"
    TELEPHONE = "telephone"

    @property
    def label(self) -> str:
        """The channel as it stands beside the answer."""
        return {"link": "在线填报", "paper": "书面反馈", "telephone": "电话反馈"}[self.value]


class Register(StrEnum):
    """The outside registers in which a key problem of a national round is entered too.

    方案 三(二) 一是: 国家监督帮扶期间，检查发现的重点突出环境问题，除录入移动执法系统外，同步录入
    国家大气帮扶系统。
    """

    MOBILE_ENFORCEMENT = "mobile_enforcement"
    NATIONAL_AIR = "national_air"

    @property
    def label(self) -> str:
        """The register's name."""
        return {"mobile_enforcement": "移动执法系统", "national_air": "国家大气帮扶系统"}[
            self.value
        ]
