"""What someone may ask of a problem. Imperative, one small value each; `name` is the Update's name.

Every text, date and number in here has already passed the typed models of the doors; what a rule
has to say about it is said by `domain.decide`.
"""

from __future__ import annotations

from domain.commands.appeal import AppealDeduction, DecideAppeal
from domain.commands.closing import ApproveClosure, DeclineClosure, RecordRevisit
from domain.commands.consequences import RecordListNumber
from domain.commands.districts import (
    AssignSuccessor,
    DecideObjection,
    RaiseObjection,
    ReassignProblem,
)
from domain.commands.draws import RecordDraw
from domain.commands.extension import DecideExtension, RequestExtension
from domain.commands.feedback import EnterAnswer, ReviewFeedback, SubmitFeedback
from domain.commands.new_rules import ApplyCalendar, ApplyPolicy
from domain.commands.registers import RecordRegisterNumber
from domain.commands.second_person import (
    ACT_LABELS,
    Act,
    ApproveAct,
    DeclineAct,
    ExtendRound,
    MoveDueDate,
    ProposeAct,
    ReopenProblem,
    ReverseDeduction,
    SuspendProblem,
    act_hash,
)
from domain.commands.service import RecordService, ReissueNotice, ReportBounce, SendReminder
from domain.commands.stopping import MergeProblem, WithdrawProblem
from domain.commands.suspension import ResumeProblem
from domain.commands.transfer import RegisterProblem, TransferProblem
from domain.commands.typical_cases import MarkTypicalCase
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
