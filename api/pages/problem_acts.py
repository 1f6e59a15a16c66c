"""What people may do to a problem on its page: one entry per act, one template per form.

A new act needs an entry in `ACTS` and its fields in `templates/pages/acts/<path>.html`; the frame
around them (form, key, refusal, what was typed) is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from api.models import (
    ClosureBody,
    RegisterNumberBody,
    ReviewBody,
    RevisitBody,
    ServiceBody,
    TransferBody,
)
from domain.commands import Command, SendReminder
from domain.problem import Problem
from domain.roles import Actor, may
from domain.stages import Stage

Reader = Callable[[Mapping[str, str], Actor], Command]
When = Callable[[Problem, Actor], bool]


class _Body(Protocol):
    @classmethod
    def model_validate(cls, obj: Mapping[str, str], /) -> Self: ...

    def command(self, by: Actor) -> Command: ...


def _form(model: type[_Body]) -> Reader:
    return lambda fields, by: model.model_validate(fields).command(by)


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAct:
    """One act as the page offers it.

    `path` ends its address and names its template; `right` is the command whose row in the table of
    roles decides who sees it; `when` says whether the problem calls for it. `step` is True for what
    moves the problem on: such an act stands open, the others wait folded.
    """

    path: str
    title: str
    button: str
    done: str
    right: str
    when: When
    read: Reader
    step: bool = False


def _with_district(problem: Problem, _: Actor) -> bool:
    return problem.open_round is not None


def _second_person(problem: Problem, actor: Actor) -> bool:
    """Closure is approved by another than its proposer; the rules refuse it again."""
    return problem.proposal is not None and problem.proposal.by.id != actor.id


ACTS = (
    PageAct(
        path="transfer",
        title="移交区县",
        button="移交",
        done="问题已移交",
        right="transfer_problem",
        when=lambda problem, _: problem.stage is Stage.REGISTERED,
        read=_form(TransferBody),
        step=True,
    ),
    PageAct(
        path="reviews",
        title="审核反馈",
        button="登记审核结论",
        done="审核结论已登记",
        right="review_feedback",
        when=lambda problem, _: problem.under_review is not None,
        read=_form(ReviewBody),
        step=True,
    ),
    PageAct(
        path="revisits",
        title="回头看",
        button="登记回头看",
        done="回头看结果已登记",
        right="record_revisit",
        when=lambda problem, _: (
            problem.stage is Stage.AWAITING_REVISIT and problem.proposal is None
        ),
        read=_form(RevisitBody),
        step=True,
    ),
    PageAct(
        path="closure",
        title="销号审批",
        button="登记审批意见",
        done="审批意见已登记",
        right="approve_closure",
        when=_second_person,
        read=_form(ClosureBody),
        step=True,
    ),
    PageAct(
        path="service-records",
        title="登记送达",
        button="登记送达",
        done="送达已登记",
        right="record_service",
        when=_with_district,
        read=_form(ServiceBody),
    ),
    PageAct(
        path="reminders",
        title="催办",
        button="立即催办一次",
        done="催办已登记，将随即发出",
        right="send_reminder",
        when=_with_district,
        read=lambda _, by: SendReminder(by=by),
    ),
    PageAct(
        path="register-numbers",
        title="登记督察问题清单编号",
        button="登记编号",
        done="清单编号已登记",
        right="record_list_number",
        when=lambda problem, _: problem.entry is not None,
        read=_form(RegisterNumberBody),
    ),
)
BY_PATH = {act.path: act for act in ACTS}


def offered(problem: Problem, actor: Actor) -> tuple[PageAct, ...]:
    """Name the acts that role and state allow; the rules decide again when one is asked for."""
    return tuple(act for act in ACTS if may(actor.role, act.right) and act.when(problem, actor))
