"""送达: notices served, sent anew, and a press by hand 催办."""

from __future__ import annotations

from domain import commands as c
from domain.problem import Problem
from domain.roles import Actor
from office.acts.act import Act, OverMany
from office.acts.rounds import can_still_move
from office.typed import Day, NeededLine, NothingBody, ReasonBody, Typed, example


class ServiceBody(Typed):
    """送达: the notice of the open round was served on a day, by some means."""

    model_config = example(served_on="2024-06-25", means="机要交换")

    served_on: Day
    means: NeededLine

    def command(self, by: Actor) -> c.RecordService:
        """Give the command."""
        return c.RecordService(served_on=self.served_on, means=self.means, by=by)


class ReissueBody(ReasonBody):
    """重新送达, after another contact has been named."""

    def command(self, by: Actor) -> c.ReissueNotice:
        """Give the command."""
        return c.ReissueNotice(reason=self.reason, by=by)


class ReminderBody(NothingBody):
    """催办, which needs no words."""

    def command(self, by: Actor) -> c.SendReminder:
        """Give the command."""
        return c.SendReminder(by=by)


def _with_district(problem: Problem, _: Actor) -> bool:
    return problem.open_round is not None and problem.suspension is None


ACTS = (
    Act(
        name="record_service",
        path="service-records",
        does="登记送达；首次送达起重新计算时限，此后的重新计算须双人审批",
        body=ServiceBody,
        commands=(c.RecordService,),
        title="登记送达",
        button="登记送达",
        done="送达已登记",
        when=_with_district,
    ),
    Act(
        name="remind",
        path="reminders",
        does="人工催办一次",
        body=ReminderBody,
        commands=(c.SendReminder,),
        title="催办",
        button="立即催办一次",
        done="催办已登记，将随即发出",
        when=_with_district,
        over_many=(OverMany("remind", lambda asked: c.SendReminder(by=asked.by)),),
    ),
    Act(
        name="reissue",
        path="notice-reissues",
        does="向现有联系人重新送达本轮通知；时限的重新计算须双人审批，原通知未送达的除外",
        body=ReissueBody,
        commands=(c.ReissueNotice,),
        title="重新送达本轮通知",
        button="重新送达",
        done="通知已重新安排送达；时限是否重新计算见问题页面",
        when=can_still_move,
    ),
)
