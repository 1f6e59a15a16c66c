"""What the doors need from outside, and the bundle in which they receive it.

Entry points build one `Services` and hand it to `create_app`; nothing in `api/` opens a connection
or reads a setting of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import urlsplit

import structlog

from domain.commands import Command, RegisterProblem, TransferProblem
from domain.local_time import day_of
from domain.outcomes import Outcome
from domain.policy import Policy
from domain.problem import Problem
from domain.rules import Rules
from domain.work_calendar import WorkCalendar
from office.people_first import People, few
from store.lives.recorded import Recorded

if TYPE_CHECKING:
    from gateways.evidence import EvidenceStore
    from gateways.letter_press import LetterPress
    from gateways.link_signer import LinkSigner
    from gateways.mail_folder import MailFolder
    from gateways.renderer import Renderer
    from store.engine import Database
    from store.people.second_factors import Seals
    from store.registers.rule_books import Book, Key


_log = structlog.get_logger(__name__)


class ProblemDesk(Protocol):
    """The counter at which problems' lives are begun, commanded and asked."""

    async def start(
        self,
        problem_no: str,
        register: RegisterProblem,
        transfer: TransferProblem | None,
        *,
        row_key: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Begin a life by some rules; beginning the same number again changes nothing.

        Raises `CommandRefused` when a rule says no, `OutcomeUnknown` when nobody can say yet.
        """

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        """Apply a command once per `command_id`, however often it is asked.

        Raises `CommandRefused`, `OutcomeUnknown` or `NoSuchLife`.
        """

    async def state(self, problem_no: str) -> Problem:
        """Give the life's own view of the problem; raises `NoSuchLife`."""

    async def judged(self, problem_no: str) -> tuple[Problem, Rules]:
        """Give the life's own view of the problem, and by what it is judged.

        Raises `NoSuchLife` or `OutcomeUnknown`.
        """


@dataclass(slots=True)
class Imports:
    """The imports under way in this process, by batch; what they have done stands in the store.

    They share a few `places` for lives that are not `recorded` yet, and take turns chunk by chunk:
    however many lists come in, a person's answer finds the same few before it.
    """

    tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    places: asyncio.Semaphore = field(default_factory=few)
    recorded: Recorded = field(default_factory=Recorded)

    def begin(self, batch_id: str, work: Coroutine[Any, Any, None]) -> None:
        """Go on in the background; a batch that is under way here goes on as it is."""
        if batch_id in self.tasks:
            work.close()
            return
        task = asyncio.create_task(work)
        self.tasks[batch_id] = task
        task.add_done_callback(lambda _: self.tasks.pop(batch_id, None))
        task.add_done_callback(lambda done: _tell_failure(batch_id, done))


def _tell_failure(batch_id: str, done: asyncio.Task[None]) -> None:
    failure = None if done.cancelled() else done.exception()
    if failure is not None:
        _log.error("work in the background failed", batch=batch_id, exc_info=failure)


@dataclass(slots=True)
class Exports:
    """Who has an export under way in this process; large ones are written one after another."""

    under_way: set[str] = field(default_factory=set)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(slots=True)
class Library:
    """What this process has read of the rule books, and which lives it asked for theirs in vain.

    `silent_until` is told by the process's own monotonic clock, in seconds.
    """

    books: dict[Key, Book] = field(default_factory=dict)
    silent_until: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class RulesInForce:
    """What new lives are begun with, never what judges one that is there already.

    Approved changes are added while the app runs.

    `policies` are the versions of one policy by the day from which each counts; `changes` names the
    approved changes that are in here already.
    """

    policies: tuple[Policy, ...]
    calendar: WorkCalendar
    changes: tuple[str, ...] = ()

    def on(self, day: date) -> Rules:
        """Give the rules for a problem transferred on a day."""
        begun = [policy for policy in self.policies if policy.valid_from <= day]
        return Rules((begun or [self.policies[0]])[-1], self.calendar)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything the doors work with.

    `base_url` is the address under which people reach us (`https://bihuan.example.cn`); links,
    cookies and the accepted host follow from it. `readiness` names further things that must answer
    before the app is ready. `samples` gives the sample list as a workbook whose transfers fall on
    the days before the given one. `mails` is the local mail folder, in development only.
    `press` prints official letters. `second_factor` demands one of supervisors and administrators.
    """

    db: Database
    desk: ProblemDesk
    renderer: Renderer
    signer: LinkSigner
    seals: Seals
    evidence: EvidenceStore
    in_force: RulesInForce
    base_url: str
    press: LetterPress
    development: bool = False
    second_factor: bool = False
    mails: MailFolder | None = None
    samples: Callable[[date], bytes] | None = None
    readiness: Mapping[str, Callable[[], Awaitable[bool]]] = field(default_factory=dict)
    people: People = field(default_factory=People)
    imports: Imports = field(default_factory=Imports)
    exports: Exports = field(default_factory=Exports)
    library: Library = field(default_factory=Library)

    @property
    def rules(self) -> Rules:
        """Today's policy and calendar, for checks before a life begins; a life has its own."""
        return self.in_force.on(day_of(self.clock()))

    @property
    def policy(self) -> Policy:
        """Today's policy."""
        return self.rules.policy

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar in force."""
        return self.in_force.calendar

    @property
    def secure(self) -> bool:
        """Whether people reach us over https."""
        return urlsplit(self.base_url).scheme == "https"

    def clock(self) -> datetime:
        """Give the store's now (aware UTC): the one clock of the doors."""
        return self.db.now()
