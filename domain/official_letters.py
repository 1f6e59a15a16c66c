"""Official letters 公文: which ones a problem's record gives grounds for, and what they say.

A letter here is a draft: its text follows from the record alone. It takes effect on paper, numbered,
signed and sealed by the bureau; nothing of that happens here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.catalogues.districts import district
from domain.plain_text import line
from domain.problem import Problem, Round
from domain.rules import Rules
from domain.stages import RoundKind
from domain.words.days import day_brief, due_brief
from domain.words.facts import found_words


class LetterForm(StrEnum):
    """How a letter is laid out by GB/T 9704-2012: in letter form 信函格式, or in the ordinary one."""

    LETTER = "letter"
    ORDINARY = "ordinary"


class OfficialKind(StrEnum):
    """What an official letter does."""

    TRANSFER = "transfer"
    PRESSING = "pressing"
    SUPPLEMENT = "supplement"
    ESCALATION = "escalation"
    SUPERVISION = "supervision"
    INTERVIEW = "interview"
    PUBLIC_SUPERVISION = "public_supervision"
    CLOSURE = "closure"

    @property
    def label(self) -> str:
        """What the letter is called."""
        return _LABELS[self]

    @property
    def form(self) -> LetterForm:
        """How it is laid out: 函 in letter form, notices and the closure slip in the ordinary one."""
        return LetterForm.ORDINARY if self in _ORDINARY else LetterForm.LETTER


_LABELS = {
    OfficialKind.TRANSFER: "移交函",
    OfficialKind.PRESSING: "催办函",
    OfficialKind.SUPPLEMENT: "退回补充通知",
    OfficialKind.ESCALATION: "提级督办函",
    OfficialKind.SUPERVISION: "督办函",
    OfficialKind.INTERVIEW: "约谈通知书",
    OfficialKind.PUBLIC_SUPERVISION: "挂牌督办通知书",
    OfficialKind.CLOSURE: "销号单",
}

_ORDINARY = frozenset(
    {OfficialKind.INTERVIEW, OfficialKind.PUBLIC_SUPERVISION, OfficialKind.CLOSURE}
)

_AT_TITLES = {
    "督办函": OfficialKind.SUPERVISION,
    "约谈": OfficialKind.INTERVIEW,
    "挂牌督办": OfficialKind.PUBLIC_SUPERVISION,
}
"""Which letter a level of the policy asks for, by the level's title; any other asks for 提级督办函."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialLetter:
    """One letter as it stands on paper; `paragraphs` without numbering, `drafted_on` the day under it."""

    kind: OfficialKind
    issuer: str
    title: str
    addressee: str
    paragraphs: tuple[str, ...]
    drafted_on: date
    annexes: tuple[str, ...] = ()


def grounds_for(problem: Problem, rules: Rules) -> tuple[OfficialKind, ...]:
    """Give the kinds of letter that the problem's record gives grounds for, in the order of a life."""
    return tuple(kind for kind in OfficialKind if kind in set(_grounds(problem, rules)))


def _grounds(problem: Problem, rules: Rules) -> Iterator[OfficialKind]:
    if _asked(problem):
        yield OfficialKind.TRANSFER
    owed = problem.open_round
    if owed is not None:
        yield OfficialKind.PRESSING
        if owed.kind is RoundKind.SUPPLEMENT:
            yield OfficialKind.SUPPLEMENT
    if problem.level:
        yield _at_level(problem, rules)
    if problem.closed_on is not None:
        yield OfficialKind.CLOSURE


def _at_level(problem: Problem, rules: Rules) -> OfficialKind:
    rule = rules.policy.level_rule(problem.level)
    return _AT_TITLES.get(rule.title if rule else "", OfficialKind.ESCALATION)


def _asked(problem: Problem) -> tuple[Round, ...]:
    """Give the round in which the present district was last asked for its feedback, if it was."""
    return tuple(one for one in problem.rounds if one.kind is RoundKind.FEEDBACK)[-1:]


def draft(
    kind: OfficialKind, problem: Problem, rules: Rules, *, issuer: str, on: date
) -> OfficialLetter:
    """Write a letter from the record; ValueError where the record gives no grounds for it."""
    if kind not in grounds_for(problem, rules):
        raise ValueError(f"no grounds for {kind.value}: {problem.problem_no}")
    return OfficialLetter(
        kind=kind,
        issuer=line(issuer),
        title=_TITLES[kind].format(line(problem.facts.enterprise)),
        addressee=district(problem.district).bureau,
        paragraphs=tuple(map(line, _SAID[kind](problem, rules))),
        drafted_on=on,
        annexes=("整改表",) if kind is OfficialKind.TRANSFER else (),
    )


_Says = Callable[[Problem, Rules], Iterator[str]]

_TITLES = {
    OfficialKind.TRANSFER: "关于移交{}大气污染问题的函",
    OfficialKind.PRESSING: "关于催办{}大气污染问题的函",
    OfficialKind.SUPPLEMENT: "关于退回补充{}大气污染问题反馈材料的通知",
    OfficialKind.ESCALATION: "关于对{}大气污染问题提级督办的函",
    OfficialKind.SUPERVISION: "关于督办{}大气污染问题整改的函",
    OfficialKind.INTERVIEW: "关于就{}大气污染问题整改进行约谈的通知",
    OfficialKind.PUBLIC_SUPERVISION: "关于对{}大气污染问题挂牌督办的通知",
    OfficialKind.CLOSURE: "关于{}大气污染问题销号的通知",
}


def _clause(problem: Problem, rules: Rules) -> Iterator[str]:
    """Name what the level rests on, as the policy names it."""
    rule = rules.policy.level_rule(problem.level)
    if rule is not None:
        yield f"督办依据：{_ended(rule.clause)}"


def _ended(said: str) -> str:
    """End a text with a full stop where whoever wrote it left it out."""
    return said if said.rstrip().endswith(("。", "！", "？", "；", ".")) else f"{said}。"


def _the_problem(problem: Problem) -> Iterator[str]:
    facts = problem.facts
    known = (
        (f"问题编号：{problem.problem_no}", True),
        (f"统一社会信用代码：{facts.credit_code}", facts.credit_code),
        (f"地址：{facts.address}", facts.address),
        (f"发现时间：{found_words(facts)}", facts.found_on),
    )
    yield f"{facts.enterprise}（{'；'.join(words for words, there in known if there)}）。"
    yield f"问题情况：{_ended(facts.description)}"
    if facts.requirement:
        yield f"整改要求：{_ended(facts.requirement)}"


def _transfer(problem: Problem, _: Rules) -> Iterator[str]:
    yield "经执法帮扶检查发现以下大气污染问题，现移交你局依法办理。"
    yield from _the_problem(problem)
    yield from (
        f"请于{due_brief(asked.due_at)}前将处置结果（包括整改及处罚等情况）书面反馈我局，"
        "并附整改佐证材料。"
        for asked in _asked(problem)
    )


def _pressing(problem: Problem, _: Rules) -> Iterator[str]:
    yield f"{_handed_over(problem)}的以下大气污染问题，目前尚未收到你局应报送的材料。"
    yield from _the_problem(problem)
    yield from _until(problem)


def _supplement(problem: Problem, _: Rules) -> Iterator[str]:
    yield f"{_handed_over(problem)}的以下大气污染问题，你局反馈材料经审核须补充完善，现予退回。"
    yield from _the_problem(problem)
    reasons = [one.reason for one in problem.submissions if one.reason]
    if reasons:
        yield f"退回原因：{_ended(reasons[-1])}"
    yield from _until(problem)


def _supervised(what: str) -> _Says:
    def said(problem: Problem, rules: Rules) -> Iterator[str]:
        yield f"{_handed_over(problem)}的以下大气污染问题尚未完成整改，{what}"
        yield from _the_problem(problem)
        listed = problem.entries[-1:]
        yield from (
            f"该问题已于{day_brief(one.listed_on)}列入生态环保督察问题清单，"
            f"列入事由：{one.first_reason.label}。"
            for one in listed
        )
        yield from _clause(problem, rules)
        yield "请你局压实责任，采取有力措施推进整改，督办至问题整改完成为止，并及时书面报告进展情况。"
        yield from _until(problem)

    return said


def _closure(problem: Problem, _: Rules) -> Iterator[str]:
    yield from (
        f"{_handed_over(problem)}的以下大气污染问题，经审核已于{day_brief(on)}予以销号。"
        for on in filter(None, (problem.closed_on,))
    )
    yield from _the_problem(problem)
    yield "请你局落实长效监管措施，防止问题反弹。"


def _handed_over(problem: Problem) -> str:
    on = problem.handed_over_on
    return f"我局{day_brief(on)}移交你局" if on else "我局移交你局"


def _until(problem: Problem) -> Iterator[str]:
    owed = problem.open_round
    if owed is not None:
        ended = "，该时限已过，请立即办理" if owed.overdue_at else ""
        yield f"{owed.kind.label}的时限为{due_brief(owed.due_at)}{ended}。"


_SAID: Mapping[OfficialKind, _Says] = {
    OfficialKind.TRANSFER: _transfer,
    OfficialKind.PRESSING: _pressing,
    OfficialKind.SUPPLEMENT: _supplement,
    OfficialKind.ESCALATION: _supervised("现予提级督办。"),
    OfficialKind.SUPERVISION: _supervised("现予督办。"),
    OfficialKind.INTERVIEW: _supervised("决定约谈你局有关负责人，约谈时间、地点另行通知。"),
    OfficialKind.PUBLIC_SUPERVISION: _supervised("决定予以挂牌督办。"),
    OfficialKind.CLOSURE: _closure,
}
