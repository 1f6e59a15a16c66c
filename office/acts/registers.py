"""Numbers that other registers gave a problem."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from domain import commands as c
from domain.bureau import registers_missing
from domain.roles import Actor
from office.acts.act import Act
from office.typed import NeededLine, Typed, example


class RegisterNumberBody(Typed):
    """A number another register gave the problem: the supervisory list, or an outside system."""

    model_config = example(register="supervisory_list", number="渝督清单2024-示例12")

    register_name: Literal["supervisory_list", "mobile_enforcement", "national_air"] = Field(
        "supervisory_list", alias="register"
    )
    number: NeededLine

    def command(self, by: Actor) -> c.RecordListNumber | c.RecordRegisterNumber:
        """Give the command."""
        if self.register_name == "supervisory_list":
            return c.RecordListNumber(number=self.number, by=by)
        register = c.Register(self.register_name)
        return c.RecordRegisterNumber(register=register, number=self.number, by=by)


ACTS = (
    Act(
        name="record_number",
        path="register-numbers",
        does="登记督察问题清单编号",
        body=RegisterNumberBody,
        commands=(c.RecordListNumber, c.RecordRegisterNumber),
        title="登记清单和外部系统编号",
        button="登记编号",
        done="编号已登记",
        when=lambda problem, _: bool(problem.entries or registers_missing(problem)),
    ),
)
