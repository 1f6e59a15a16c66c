"""What the bureau itself owes: one by one, or one line where a list brought the same many times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from domain.bureau import BureauDue, duties_of_bureau, owed_since_before, still_owed
from domain.events import BureauDuty
from domain.local_time import day_of
from domain.problem import Problem
from domain.rules import Rules
from domain.stages import Light, Stage
from domain.urgency import Urgency, answer_by, is_on_its_way, urgency
from domain.words.dates import bureau_left
from domain.words.events import act_words
from office.ports import Services
from office.rules.rules_of_a_life import by_the_books
from store.lives.waiting import BY_THE_LIST, waiting_for_us

TRANSFER = "移交区县"


@dataclass(frozen=True, slots=True, kw_only=True)
class OurDuty:
    """One thing the bureau owes on a problem; `left` says in words how long it still has.

    `proposers` are those who proposed it, when a second person has to decide; `case` is what they proposed
    and why. `by_list` says that a list brings it many times over, `on_its_way` that so far nobody has
    anything to do.
    """

    problem: Problem
    what: str
    due_on: date | None
    urgency: Urgency
    light: Light
    left: str
    proposers: tuple[str, ...] = ()
    case: str = ""
    by_list: bool = False
    on_its_way: bool = False

    @property
    def first(self) -> tuple[int, bool, date, str]:
        """Its place: by consequence; people's own work before what came by a list; then by its day."""
        return self.urgency, self.by_list, self.due_on or date.max, self.problem.problem_no


@dataclass(frozen=True, slots=True)
class Bundle:
    """The same duty of one district and one letter of transfer, to be opened; or one duty alone."""

    duties: tuple[OurDuty, ...]

    @property
    def one(self) -> OurDuty:
        """The most urgent of them, which stands for all."""
        return self.duties[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """All that the bureau owes; `unread` more problems wait by a list, none more urgent by its date."""

    duties: tuple[OurDuty, ...]
    unread: int

    @property
    def approvals(self) -> tuple[OurDuty, ...]:
        """What a second person decides."""
        return tuple(duty for duty in self.duties if duty.proposers)

    @property
    def alone(self) -> tuple[OurDuty, ...]:
        """What one person does, as far as there is something to do."""
        return tuple(duty for duty in self.duties if not (duty.proposers or duty.on_its_way))

    @property
    def on_their_way(self) -> int:
        """How many notices have left and are not proven to have arrived, with time left."""
        return sum(duty.on_its_way for duty in self.duties)

    @property
    def groups(self) -> tuple[tuple[Urgency, tuple[Bundle, ...]], ...]:
        """What one person does, by how soon; nothing where nothing is to be done so soon."""
        found = ((level, tuple(_bundles(level, self.alone))) for level in Urgency)
        return tuple((level, bundles) for level, bundles in found if bundles)


def _bundles(level: Urgency, duties: Iterable[OurDuty]) -> Iterator[Bundle]:
    together: dict[tuple[str, ...], list[OurDuty]] = {}
    for duty in duties:
        if duty.urgency is level:
            together.setdefault(_bundle_of(duty), []).append(duty)
    return (Bundle(tuple(found)) for found in together.values())


def _bundle_of(duty: OurDuty) -> tuple[str, ...]:
    problem = duty.problem
    alike = problem.document_no if duty.by_list else problem.problem_no
    return duty.what, problem.district if duty.by_list else "", alike, str(duty.due_on)


async def owed(services: Services) -> Owed:
    """Give what the bureau owes now, the most urgent first."""
    now = services.clock()
    async with services.db.reading() as session:
        waiting = await waiting_for_us(session)
    rules = await by_the_books(services, (judged for _, judged in waiting.problems))
    found = (duty for one, judged in waiting.problems for duty in _duties(one, now, rules[judged]))
    return Owed(
        duties=tuple(sorted(found, key=lambda duty: duty.first)),
        unread=waiting.unread,
    )


def _duties(problem: Problem, now: datetime, rules: Rules | None) -> Iterator[OurDuty]:
    if problem.stage is Stage.REGISTERED:
        yield OurDuty(
            problem=problem,
            what=TRANSFER,
            due_on=None,
            urgency=Urgency.TODAY,
            light=Light.BLUE,
            left="待移交",
            by_list=True,
        )
    if rules is None:
        yield from _undated(problem)
        return
    # Two registers owed by the same day are one thing to do.
    once = {
        (o.duty, o.ref if o.duty is BureauDuty.PROPOSAL else o.due_on): o
        for o in still_owed(problem, rules)
    }
    for due in once.values():
        yield _dated(problem, due, now)


def _dated(problem: Problem, due: BureauDue, now: datetime) -> OurDuty:
    by = answer_by(problem, due)
    light, left = bureau_left(by, now)
    lapses = by < due.due_on or (due.duty is BureauDuty.EXTENSION and by <= day_of(now))
    return OurDuty(
        problem=problem,
        what=due.duty.label,
        due_on=by,
        urgency=urgency(due.duty, by, now),
        light=Light.RED if lapses and by <= day_of(now) else light,
        left=left,
        proposers=tuple(_proposers(problem, due.duty, due.ref)),
        case=_case(problem, due.duty, due.ref),
        by_list=due.duty in BY_THE_LIST,
        on_its_way=is_on_its_way(problem, due, now),
    )


def _undated(problem: Problem) -> Iterator[OurDuty]:
    """Give what is owed where the rules of the life are unknown, and so by when."""
    for duty, ref in (*duties_of_bureau(problem), *owed_since_before(problem)):
        yield OurDuty(
            problem=problem,
            what=duty.label,
            due_on=None,
            urgency=urgency(duty, None, problem.registered_at),
            light=Light.BLUE,
            left="期限待查",
            proposers=tuple(_proposers(problem, duty, ref)),
            case=_case(problem, duty, ref),
            by_list=duty in BY_THE_LIST,
        )


def _proposers(problem: Problem, duty: BureauDuty, ref: str) -> Iterator[str]:
    """Name who may not approve what is owed; nobody when no second person is needed."""
    if duty is BureauDuty.APPROVAL and problem.proposal is not None:
        yield problem.proposal.by.id
    if duty is BureauDuty.PROPOSAL:
        yield from (one.by.id for one in problem.proposed if str(one.seq) == ref)


def _case(problem: Problem, duty: BureauDuty, ref: str) -> str:
    """Say what was proposed and why, or what the district asks for and why."""
    round_ = problem.open_round
    if duty is BureauDuty.PROPOSAL:
        one = next(one for one in problem.proposed if str(one.seq) == ref)
        return f"{act_words(one.act)}。理由：{one.reason}"
    if duty is BureauDuty.APPROVAL and problem.revisits:
        last = problem.revisits[-1]
        return f"{last.on.isoformat()}回头看：{last.findings}"
    if duty is BureauDuty.EXTENSION and round_ is not None and round_.asked is not None:
        return f"申请延至{round_.asked.wanted_on.isoformat()}。理由：{round_.asked.reason}"
    if duty is BureauDuty.OBJECTION and problem.objection is not None:
        return problem.objection.reason
    return ""
