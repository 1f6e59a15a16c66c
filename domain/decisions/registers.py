"""Numbers of outside registers."""

from __future__ import annotations

from domain import events as e
from domain.commands import RecordRegisterNumber
from domain.decisions.draft import ByCommand, Draft
from domain.refusals import WrongContent, WrongMoment


def record_register_number(draft: Draft, command: RecordRegisterNumber) -> None:
    """Record the number an outside register gave; a later one corrects it."""
    if not command.number.strip():
        raise WrongContent("number_missing")
    if dict(draft.problem.register_numbers).get(command.register) == command.number:
        raise WrongMoment("nothing_changes")
    draft.add(e.RegisterNumberRecorded(register=command.register, number=command.number))


DECISIONS: ByCommand = {
    RecordRegisterNumber: record_register_number,
}
