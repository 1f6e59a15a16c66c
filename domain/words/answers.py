"""Who acted, and what an answer says of penalties, in words."""

from __future__ import annotations

from collections.abc import Mapping

from domain.catalogues.districts import district
from domain.catalogues.penalty_outcomes import PENALTY_OUTCOMES
from domain.catalogues.referrals import REFERRALS
from domain.commands import Answer, Channel
from domain.local_time import day_of
from domain.problem import Problem, Round, Submission
from domain.roles import Actor, Role
from domain.words.days import day_text


def actor_name(actor: Actor, names: Mapping[str, str]) -> str:
    """Name who acted: an account by its name, a district by its own, the system as such."""
    if actor.role is Role.SYSTEM:
        return "系统"
    if actor.role is Role.DISTRICT:
        return district(actor.id.removeprefix("district:")).name
    return f"{names.get(actor.id, _ENTRANCES.get(actor.id, actor.id))}（{actor.role.label}）"


_ENTRANCES = {"command-line": "命令行"}
"""Who comes in by no account."""


def penalty_words(answer: Answer) -> str:
    """Say what became of 是否立案处罚, as the annex wants it."""
    if not answer.penalty_outcome:
        return "未填写"
    known = PENALTY_OUTCOMES.find(answer.penalty_outcome)
    parts = [known.annex_text if known else answer.penalty_outcome]
    if answer.penalty_document_no:
        parts.append(f"文号：{answer.penalty_document_no}")
    if answer.penalty_amount is not None:
        parts.append(f"罚款{answer.penalty_amount:f}元")
    if answer.referral:
        parts.append(referral_words(answer))
    return "，".join(parts)


def referral_words(answer: Answer) -> str:
    """Say where the case was sent besides its penalty; nothing where it was not."""
    known = REFERRALS.find(answer.referral)
    where = known.short if known else answer.referral
    number = f"（{answer.referral_document_no}）" if answer.referral_document_no else ""
    return f"{where}{number}"


def rectification_words(answer: Answer) -> str:
    """Say how far the enterprise has come, as the annex's column 整改情况 wants it: state, then text."""
    state = answer.state.label
    return answer.text if answer.text.startswith(state) else f"{state}。{answer.text}"


def by_hand_words(answer: Submission) -> str:
    """Say on which day an answer came on paper or by telephone; empty where it came by its link.

    Of what the bureau entered only the day is known: its instant is nobody's.
    """
    if answer.channel is Channel.LINK:
        return ""
    return f"{day_text(day_of(answer.received_at))}{answer.channel.label}，由市级承办人代录"


def answered_by_hand(problem: Problem, round_: Round) -> str:
    """Say so of the answer that ended a round; empty where none did, or one by its link."""
    ended = (
        one
        for one in problem.submissions
        if one.round_no == round_.round_no and one.received_at == round_.answered_at
    )
    return next(map(by_hand_words, ended), "")


def entered_by_hand(problem: Problem, round_: Round) -> tuple[tuple[Submission, str], ...]:
    """Give what the bureau entered for a round, with the words for when it came."""
    own = (one for one in problem.submissions if one.round_no == round_.round_no)
    return tuple((one, words) for one in own if (words := by_hand_words(one)))
