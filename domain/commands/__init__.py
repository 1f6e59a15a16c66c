"""What someone may ask of a problem. Imperative, one small value each; `name` is the Update's name.

Every text, date and number in here has already passed the typed models of the doors; what a rule
has to say about it is said by `domain.decide`.
"""

from __future__ import annotations

from domain.commands.acts import (
    ACT_LABELS,
    Act,
    ExtendRound,
    MoveDueDate,
    ReopenProblem,
    ReverseDeduction,
    SuspendProblem,
    act_hash,
)
from domain.commands.bending import (
    AppealDeduction,
    ApplyCalendar,
    ApplyPolicy,
    ApproveAct,
    AssignSuccessor,
    DecideAppeal,
    DecideExtension,
    DecideObjection,
    DeclineAct,
    EnterAnswer,
    MarkTypicalCase,
    MergeProblem,
    ProposeAct,
    RaiseObjection,
    ReassignProblem,
    RecordDraw,
    RecordRegisterNumber,
    ReissueNotice,
    ReportBounce,
    RequestExtension,
    ResumeProblem,
    WithdrawProblem,
)
from domain.commands.ordinary import (
    ApproveClosure,
    DeclineClosure,
    RecordListNumber,
    RecordRevisit,
    RecordService,
    RegisterProblem,
    ReviewFeedback,
    SendReminder,
    SubmitFeedback,
    TransferProblem,
)
from domain.commands.values import (
    Answer,
    Channel,
    EvidenceFile,
    Facts,
    RectificationState,
    Register,
    RevisitResult,
    Verdict,
)

Handed = SubmitFeedback | RequestExtension | RaiseObjection | AppealDeduction
"""What a district hands in on its link, through the inbox."""

HANDED = (SubmitFeedback, RequestExtension, RaiseObjection, AppealDeduction)

Command = (
    RegisterProblem
    | TransferProblem
    | Handed
    | ReviewFeedback
    | RecordRevisit
    | ApproveClosure
    | DeclineClosure
    | RecordService
    | RecordListNumber
    | SendReminder
    | DecideExtension
    | DecideObjection
    | ReassignProblem
    | AssignSuccessor
    | ProposeAct
    | ApproveAct
    | DeclineAct
    | ResumeProblem
    | MergeProblem
    | WithdrawProblem
    | EnterAnswer
    | ReissueNotice
    | ReportBounce
    | DecideAppeal
    | ApplyCalendar
    | ApplyPolicy
    | RecordDraw
    | MarkTypicalCase
    | RecordRegisterNumber
)

_LIVING: tuple[type[Command], ...] = (
    TransferProblem,
    SubmitFeedback,
    ReviewFeedback,
    RecordRevisit,
    ApproveClosure,
    DeclineClosure,
    RecordService,
    RecordListNumber,
    SendReminder,
    RequestExtension,
    DecideExtension,
    RaiseObjection,
    DecideObjection,
    ReassignProblem,
    AssignSuccessor,
    ProposeAct,
    ApproveAct,
    DeclineAct,
    ResumeProblem,
    MergeProblem,
    WithdrawProblem,
    EnterAnswer,
    ReissueNotice,
    ReportBounce,
    AppealDeduction,
    DecideAppeal,
    ApplyCalendar,
    ApplyPolicy,
    RecordDraw,
    MarkTypicalCase,
    RecordRegisterNumber,
)

COMMANDS: dict[str, type[Command]] = {kind.name: kind for kind in _LIVING}
"""Every command a living problem takes, by the name of its Update; registering starts the life."""

__all__ = [
    "ACT_LABELS",
    "COMMANDS",
    "HANDED",
    "Act",
    "Answer",
    "AppealDeduction",
    "ApplyCalendar",
    "ApplyPolicy",
    "ApproveAct",
    "ApproveClosure",
    "AssignSuccessor",
    "Channel",
    "Command",
    "DecideAppeal",
    "DecideExtension",
    "DecideObjection",
    "DeclineAct",
    "DeclineClosure",
    "EnterAnswer",
    "EvidenceFile",
    "ExtendRound",
    "Facts",
    "Handed",
    "MarkTypicalCase",
    "MergeProblem",
    "MoveDueDate",
    "ProposeAct",
    "RaiseObjection",
    "ReassignProblem",
    "RecordDraw",
    "RecordListNumber",
    "RecordRegisterNumber",
    "RecordRevisit",
    "RecordService",
    "RectificationState",
    "Register",
    "RegisterProblem",
    "ReissueNotice",
    "ReopenProblem",
    "ReportBounce",
    "RequestExtension",
    "ResumeProblem",
    "ReverseDeduction",
    "ReviewFeedback",
    "RevisitResult",
    "SendReminder",
    "SubmitFeedback",
    "SuspendProblem",
    "TransferProblem",
    "Verdict",
    "WithdrawProblem",
    "act_hash",
]
