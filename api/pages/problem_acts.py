"""What people may do to a problem on its page: one entry per act, one template per form.

A new act needs an entry in `ACTS` and its fields in `templates/pages/acts/<path>.html`; the frame
around them (form, key, refusal, what was typed) is the same for all.
"""

from __future__ import annotations

from api.models import (
    ClosureBody,
    RegisterNumberBody,
    ReviewBody,
    RevisitBody,
    ServiceBody,
    TransferBody,
)
from api.pages import exception_acts
from api.pages.page_act import Asked, PageAct, read_as
from domain.bureau import registers_missing
from domain.commands import Command, SendReminder
from domain.problem import Problem
from domain.roles import Actor, may
from domain.stages import Stage


def _with_district(problem: Problem, _: Actor) -> bool:
    return problem.open_round is not None and problem.suspension is None


def _second_person(problem: Problem, actor: Actor) -> bool:
    """Closure is approved by another than its proposer; the rules refuse it again."""
    return problem.proposal is not None and problem.proposal.by.id != actor.id


async def _reminder(asked: Asked) -> Command:
    return SendReminder(by=asked.by)


_ORDINARY = (
    PageAct(
        path="transfer",
        title="移交区县",
        button="移交",
        done="问题已移交",
        right="transfer_problem",
        when=lambda problem, _: problem.stage is Stage.REGISTERED,
        read=read_as(TransferBody),
        step=True,
    ),
    PageAct(
        path="reviews",
        title="审核反馈",
        button="登记审核结论",
        done="审核结论已登记",
        right="review_feedback",
        when=lambda problem, _: problem.under_review is not None,
        read=read_as(ReviewBody),
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
        read=read_as(RevisitBody),
        step=True,
    ),
    PageAct(
        path="closure",
        title="销号审批",
        button="登记审批意见",
        done="审批意见已登记",
        right="approve_closure",
        when=_second_person,
        read=read_as(ClosureBody),
        step=True,
    ),
    PageAct(
        path="service-records",
        title="登记送达",
        button="登记送达",
        done="送达已登记",
        right="record_service",
        when=_with_district,
        read=read_as(ServiceBody),
    ),
    PageAct(
        path="reminders",
        title="催办",
        button="立即催办一次",
        done="催办已登记，将随即发出",
        right="send_reminder",
        when=_with_district,
        read=_reminder,
    ),
    PageAct(
        path="register-numbers",
        title="登记清单和外部系统编号",
        button="登记编号",
        done="编号已登记",
        right="record_list_number",
        when=lambda problem, _: problem.entry is not None or bool(registers_missing(problem)),
        read=read_as(RegisterNumberBody),
    ),
)
ACTS = (*_ORDINARY, *exception_acts.ACTS)
BY_PATH = {act.path: act for act in ACTS}


def offered(problem: Problem, actor: Actor) -> tuple[PageAct, ...]:
    """Name the acts that role and state allow; the rules decide again when one is asked for."""
    return tuple(act for act in ACTS if may(actor.role, act.right) and act.when(problem, actor))
