"""What someone may ask of a problem. Imperative, one small value each; `name` is the Update's name.

`may` says which roles may ask it; who may do what is read there and nowhere else. A command is
written in its topic and named in the topic's union, and with that it is known everywhere.

Every text, date and number in here has already passed the typed models of the doors; what a rule
has to say about it is said by `domain.decide`.
"""

from __future__ import annotations

from typing import get_args

from domain.commands.appeal import *
from domain.commands.closing import *
from domain.commands.consequences import *
from domain.commands.districts import *
from domain.commands.draws import *
from domain.commands.extension import *
from domain.commands.feedback import *
from domain.commands.new_rules import *
from domain.commands.registers import *
from domain.commands.second_person import *
from domain.commands.service import *
from domain.commands.six_batches import *
from domain.commands.stopping import *
from domain.commands.suspension import *
from domain.commands.transfer import *
from domain.commands.typical_cases import *
from domain.commands.values import *

Command = (
    TransferCommand
    | FeedbackCommand
    | ClosingCommand
    | ConsequenceCommand
    | ServiceCommand
    | ExtensionCommand
    | AssignmentCommand
    | SecondPersonCommand
    | SuspensionCommand
    | StoppingCommand
    | AppealCommand
    | NewRulesCommand
    | DrawCommand
    | TypicalCaseCommand
    | SixBatchCommand
    | RegisterCommand
)

DistrictCommand = SubmitFeedback | RequestExtension | RaiseObjection | AppealDeduction
"""What a district hands in on its link, through the inbox."""

COMMANDS: dict[str, type[Command]] = {
    kind.name: kind for kind in get_args(Command) if kind is not RegisterProblem
}
"""Every command a living problem takes, by the name of its Update; registering starts the life."""
