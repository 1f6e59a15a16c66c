"""What a life has answered, so that no command is applied twice and none gets another's answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from domain import commands as c
from domain.command_ids import bare_of, hash_of
from domain.outcomes import Outcome
from domain.problem import Problem
from domain.refusals import Refusal, WrongMoment


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandRecord:
    """One command a life has dealt with, so that it is never applied twice, over all its runs.

    `command_hash` is what `hash_of` gave for the command; empty under a bare id, as it was before
    ids were named. `from_log` where the event log alone tells of it: then the id stands for the command.
    """

    command_id: str
    outcome: Outcome | None
    refusal_code: str = ""
    refusal_message: str = ""
    command_hash: str = ""
    from_log: bool = False


class Handled:
    """Every command a life has dealt with, by its id, in order."""

    def __init__(self, records: Iterable[CommandRecord] = ()) -> None:
        """Go on from the answers given before."""
        self._records = {record.command_id: record for record in records}

    @property
    def records(self) -> tuple[CommandRecord, ...]:
        """All of them, in order."""
        return tuple(self._records.values())

    def keep(self, records: Iterable[CommandRecord]) -> None:
        """Answer these commands so from now on."""
        self._records.update((record.command_id, record) for record in records)

    def find(
        self, command_id: str, command: c.Command, problem: Problem | None
    ) -> CommandRecord | None:
        """Give what this command is answered where the problem stands; None when it is a new one.

        Another command under a known id is refused, `id_reused`. A bare id is answered as it always
        was: by itself.
        """
        known, bare = self._records.get(command_id), bare_of(command_id)
        if known is not None and known.from_log:
            return known
        if not bare:
            return known or self._named_since(command_id, command)
        if known is not None and known.command_hash:
            same = known.command_hash == hash_of(command)
            return known if same else refusal_of(command_id, WrongMoment("id_reused"))
        older = known or self._records.get(bare)
        return older if older is not None and _may_be(older, command, problem) else None

    def _named_since(self, bare: str, command: c.Command) -> CommandRecord | None:
        """Find a bare command under its id of today: it may come once more from an old process."""
        for record in self._records.values():
            if bare_of(record.command_id) == bare and record.command_hash == hash_of(command):
                return record
        return None


def record_of(command_id: str, outcome: Outcome, command: c.Command) -> CommandRecord:
    """Record that a command was applied."""
    kept = hash_of(command) if bare_of(command_id) else ""
    return CommandRecord(command_id=command_id, outcome=outcome, command_hash=kept)


def refusal_of(
    command_id: str, refusal: Refusal, command: c.Command | None = None
) -> CommandRecord:
    """Record that a command was refused; without it, for an answer that is not kept."""
    return CommandRecord(
        command_id=command_id,
        outcome=None,
        refusal_code=refusal.code,
        refusal_message=str(refusal),
        command_hash=hash_of(command) if command and bare_of(command_id) else "",
    )


_ANSWERS = (c.SubmitFeedback, c.EnterAnswer)
_ANSWERED = frozenset({"feedback:received", "feedback:filed"})
_REASSIGNED = frozenset({"problem:reassigned"})

_LEADS_TO: Mapping[type[c.Command], frozenset[str]] = {
    c.TransferProblem: frozenset({"problem:transferred"}),
    c.SubmitFeedback: _ANSWERED,
    c.EnterAnswer: _ANSWERED,
    c.ReviewFeedback: frozenset({"feedback:reviewed"}),
    c.RecordRevisit: frozenset({"revisit:recorded"}),
    c.ApproveClosure: frozenset({"problem:closed"}),
    c.DeclineClosure: frozenset({"closure:declined"}),
    c.RecordService: frozenset({"service:recorded"}),
    c.RecordListNumber: frozenset({"list:number_recorded"}),
    c.SendReminder: frozenset({"reminder:issued"}),
    c.RequestExtension: frozenset({"extension:requested"}),
    c.DecideExtension: frozenset({"extension:decided", "act:proposed"}),
    c.RaiseObjection: frozenset({"objection:raised"}),
    c.DecideObjection: frozenset({"objection:decided"}),
    c.ReassignProblem: _REASSIGNED,
    c.AssignSuccessor: _REASSIGNED,
    c.ProposeAct: frozenset({"act:proposed"}),
    c.ApproveAct: frozenset({"act:approved"}),
    c.DeclineAct: frozenset({"act:declined"}),
    c.ResumeProblem: frozenset({"problem:resumed"}),
    c.MergeProblem: frozenset({"problem:merged"}),
    c.WithdrawProblem: frozenset({"problem:withdrawn"}),
    c.ReissueNotice: frozenset({"notice:reissued"}),
    c.ReportBounce: frozenset({"service:failed"}),
    c.AppealDeduction: frozenset({"appeal:filed"}),
    c.DecideAppeal: frozenset({"appeal:decided", "act:proposed"}),
    c.ApplyCalendar: frozenset({"calendar:applied"}),
    c.ApplyPolicy: frozenset({"policy:applied"}),
    c.RecordDraw: frozenset({"revisit:drawn"}),
    c.MarkTypicalCase: frozenset({"problem:typical"}),
    c.RecordRegisterNumber: frozenset({"register:number_recorded"}),
}
"""By which event one knows what kind of command was applied under a bare id.

Complete as it is: a command added later was never sent under one.
"""


def _may_be(record: CommandRecord, command: c.Command, problem: Problem | None) -> bool:
    """Say whether a record without a hash may be of this command.

    A refusal does not say what it refused. It applied nothing either, so deciding anew is safe.
    """
    if record.command_hash or record.outcome is None:
        return False
    if _LEADS_TO.get(type(command), frozenset()).isdisjoint(record.outcome.events):
        return False
    return _stands(command, problem) if isinstance(command, _ANSWERS) else True


def _stands(answer: c.SubmitFeedback | c.EnterAnswer, problem: Problem | None) -> bool:
    """Say whether the problem holds this answer, by the way it came.

    A district's answer and one that an officer entered lead to the same events.
    """
    channel = answer.channel if isinstance(answer, c.EnterAnswer) else c.Channel.LINK
    held = problem.submissions if problem else ()
    return (answer.receipt_id, channel) in {(one.receipt_id, one.channel) for one in held}
