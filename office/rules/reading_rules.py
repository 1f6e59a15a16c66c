"""A proposed change of the rules, read from its text."""

from __future__ import annotations

from dataclasses import dataclass

from domain.plain_text import hidden_on
from domain.policy import Policy
from domain.work_calendar import WorkCalendar
from gateways.calendar_files import CalendarFileError, load_calendar, read_calendar_text
from gateways.policy_files import PolicyFileError, read_kept_policy, read_policy_text
from office.ports import Services
from office.refused import Refused
from store.registers.rule_changes import ChangeKind


@dataclass(frozen=True, slots=True)
class Change:
    """A proposed text, read: its name and what it would put in force."""

    kind: ChangeKind
    name: str
    calendar: WorkCalendar | None = None
    policy: Policy | None = None


def read_change(services: Services, kind: ChangeKind, text: str, *, kept: bool = False) -> Change:
    """Read a proposal; raises Refused saying what is wrong with it.

    What is `kept` in the store already is read even where it relies on what no rule reads. The second
    person approves what he sees: a text is refused that holds what nobody can.
    """
    line = 0 if kept else hidden_on(text.removeprefix("\ufeff"))
    if line:
        said = f"第{line}行含有看不见的字符（如控制字符、改变文字方向的字符），请删去后重新提交。"
        raise Refused("rule_change_unreadable", said)
    read = read_kept_policy if kept else read_policy_text
    try:
        if kind is ChangeKind.CALENDAR:
            year = read_calendar_text(text, "提交的日历", kept=kept)
            known = [one for one in services.calendar.years if one.announced]
            calendar = load_calendar(announced=(*known, year))
            return Change(kind, f"{year.year}年放假安排", calendar=calendar)
        policy = read(text, "提交的口径")
    except (CalendarFileError, PolicyFileError) as error:
        raise Refused("rule_change_unreadable", str(error)) from error
    if policy.policy_id != services.policy.policy_id:
        raise Refused("other_policy", policy_id=services.policy.policy_id)
    return Change(kind, f"{policy.policy_id}@{policy.version}", policy=policy)
