"""Deriving a recorded life once more, with the pure rules alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from audit.compare import Notes, first_difference
from audit.recording import (
    Answered,
    Asked,
    Happening,
    InboxDrained,
    Ordered,
    Recording,
)
from domain.command_ids import (
    RESTORED,
    bare_of,
    of_points_receipt,
    of_proof,
    of_receipt,
    of_restoration,
)
from domain.commands import Command
from domain.handled import CommandRecord
from domain.life import AT_THE_START, Life, NotBegun, Step
from domain.refusals import Refusal
from domain.rules import Rules
from workflows.messages import LifeStart, RecordOrder
from workflows.versions import NAMED_IDS

_SAME_INSTANT = timedelta(milliseconds=1)


class Differs(Exception):
    """The record says one thing and the rules say another."""


@dataclass(slots=True)
class _Derivation:
    """The life as derived so far, and what it has been given.

    `asked` are the commands that came as Updates, `let_in` those of the inbox.
    """

    run: Recording
    life: Life
    notes: Notes
    asked: dict[str, Command] = field(default_factory=dict)
    let_in: dict[str, Command] = field(default_factory=dict)
    served: bool = True

    @property
    def start(self) -> LifeStart:
        return self.run.start

    @property
    def shift(self) -> timedelta:
        return timedelta(seconds=self.start.clock_shift_seconds)

    def named(self, receipt_id: str) -> str:
        """Give the id under which this run decides a paper that it let in."""
        return of_receipt(receipt_id) if NAMED_IDS.patch_id in self.run.patches else receipt_id

    def caused_by(self, command_id: str) -> Command | None:
        """Give the command of an id that is not dealt with yet."""
        for given in (self.let_in, self.asked):
            command = given.get(command_id)
            if command is not None and self.life.answered(command_id, command) is None:
                return command
        return None


def derive(run: Recording, notes: Notes) -> Life:
    """Derive one run: the life as it comes to its end; raises `Differs` at the first difference.

    Other wording of a sentence goes to the notes.
    """
    start = run.start
    life = Life(Rules(start.policy, start.calendar, _version(run)), start.carried)
    so_far = _Derivation(run=run, life=life, notes=notes)
    if start.revival is not None:
        so_far.asked[start.revival.command_id] = start.revival.proposal
    for happening in run.happenings:
        try:
            _take(so_far, happening)
        except NotBegun:
            raise Differs(f"第 {happening.event_id} 个事件：登记之前已有其他记录") from None
        except Differs as difference:
            raise Differs(f"第 {happening.event_id} 个事件：{difference}") from None
    _check_end(run, life, notes)
    return life


def _version(run: Recording) -> int:
    """Give the rules version of a run: a patch may have raised the one it was started with.

    The orders say which it was; whether they say so rightly is found by replaying.
    """
    orders = (h.order for h in run.happenings if isinstance(h, Ordered))
    first = next(orders, None)
    return run.start.rules_version if first is None else first.rules_version


def _take(so_far: _Derivation, happening: Happening) -> None:
    if isinstance(happening, Asked):
        _demand_same_paper(so_far.let_in, happening.command_id, happening.command)
        so_far.asked[happening.command_id] = happening.command
    elif isinstance(happening, InboxDrained):
        _take_papers(so_far, happening)
    elif isinstance(happening, Ordered):
        _check_order(so_far, happening)
    elif isinstance(happening, Answered):
        _check_answer(so_far, happening)


def _take_papers(so_far: _Derivation, happening: InboxDrained) -> None:
    """Take what was let in: proofs of service, then the papers, received before the cut-off.

    A refusal leaves no order; when the same comes later as an Update of its own, it is answered by
    this one. So a second life goes ahead through all of them, and its refusals are kept.
    """
    so_far.served = happening.answer.served
    cutoff = happening.order.cutoff
    ahead = Life(so_far.life.rules, so_far.life.carried_over())
    for command_id, command in _let_in(so_far, happening):
        _demand_same_paper(so_far.asked, command_id, command)
        so_far.let_in[command_id] = command
        answer = ahead.handle(command, command_id, cutoff)
        if isinstance(answer, Step):
            ahead.apply(answer)
        elif answer.outcome is None:
            so_far.life.keep([answer])


def _demand_same_paper(given: Mapping[str, Command], command_id: str, command: Command) -> None:
    """A paper comes from the inbox and as an Update of its own; under a bare id no hash holds them together."""
    other = given.get(command_id)
    if other is not None and not bare_of(command_id):
        _demand_same(f"回执 {command_id} 与此前收到的同一回执不同：", command, other, Notes())


def _let_in(so_far: _Derivation, happening: InboxDrained) -> Iterator[tuple[str, Command]]:
    """Give what was let in with its ids, in the order in which the life takes it."""
    number, answer = so_far.start.register.problem_no, happening.answer
    if answer.proof is not None:
        yield of_proof(number, answer.proof), answer.proof
    for receipt in answer.receipts:
        yield of_points_receipt(number, receipt), receipt
    for paper in answer.in_order():
        if paper.received_at >= happening.order.cutoff:
            raise Differs(f"回执 {paper.receipt_id} 的收到时间不早于截止时刻")
        yield so_far.named(paper.receipt_id), paper


def _check_order(so_far: _Derivation, happening: Ordered) -> None:
    life, order = so_far.life, happening.order
    if not order.recorded:
        raise Differs("记录中没有任何事项")
    at = order.recorded[0].at
    if abs(happening.decided_at + so_far.shift - at) > _SAME_INSTANT:
        raise Differs(f"记录时刻 {at.isoformat()} 与流程时钟不符")
    step = _decide_again(so_far, order, at)
    _demand_same(_label(order), order.recorded, step.decision.events, so_far.notes)
    life.apply(step)
    _demand_same("通知", order.notices, step.notices, so_far.notes)
    _demand_same("下一事项", order.next_duty, step.next_duty, so_far.notes)


def _decide_again(so_far: _Derivation, order: RecordOrder, at: datetime) -> Step:
    life, cause = so_far.life, order.recorded[0].cause
    try:
        if cause == AT_THE_START:
            return life.begin(so_far.start.register, so_far.start.transfer, at)
        if cause.startswith(RESTORED):
            return _restore_again(so_far, cause, at)
        if cause.startswith("duty:"):
            return _meet_again(so_far, cause, at)
        command = so_far.caused_by(cause)
        if command is not None:
            return life.decide(command, cause, at)
        known = cause in so_far.asked or cause in so_far.let_in
        raise Differs(f"指令 {cause} 被办理了两次" if known else f"没有编号为 {cause} 的指令")
    except Refusal as refusal:
        raise Differs(f"记录为已办理，按规则应予拒绝：{refusal}") from refusal


def _restore_again(so_far: _Derivation, cause: str, at: datetime) -> Step:
    start = so_far.start
    number, restoration = start.register.problem_no, start.restoration
    if restoration is None or cause != of_restoration(restoration.restoration_id, number):
        raise Differs(f"本次运行不是按 {cause} 接续办理的")
    if so_far.life.problem != (start.carried.problem if start.carried else None):
        raise Differs(f"{cause} 之前已有其他记录")
    return so_far.life.restore(restoration, at)


def _meet_again(so_far: _Derivation, cause: str, at: datetime) -> Step:
    life, duty = so_far.life, so_far.life.duty
    if duty is None or duty.cause != cause:
        expected = "无" if duty is None else duty.cause
        raise Differs(f"记录的到期事项为 {cause}，按规则应为 {expected}")
    if at < duty.at:
        raise Differs(f"事项 {cause} 在到期之前即被办理")
    return life.meet(duty, served=so_far.served, now=at)


def _check_answer(so_far: _Derivation, happening: Answered) -> None:
    """A refusal must follow from the rules just as an outcome does, and stays what it was."""
    command = so_far.asked.get(happening.command_id)
    if command is None:
        raise Differs(f"没有编号为 {happening.command_id} 的指令")
    known = so_far.life.answered(happening.command_id, command)
    if known is None and happening.outcome is None:
        known = _refuse_now(so_far, command, happening)
    if known is None:
        raise Differs(f"指令 {happening.command_id} 答复为已办理，但没有相应记录")
    _demand_same(
        f"指令 {happening.command_id} 的答复", happening.outcome, known.outcome, so_far.notes
    )
    if known.refusal_code != happening.refusal_code:
        raise Differs(f"拒绝代码记录为 {happening.refusal_code}，按规则应为 {known.refusal_code}")


def _refuse_now(so_far: _Derivation, command: Command, happening: Answered) -> CommandRecord:
    command_id = happening.command_id
    answer = so_far.life.handle(command, command_id, happening.decided_at + so_far.shift)
    if isinstance(answer, Step):
        raise Differs(f"指令 {command_id} 记录为拒绝，按规则应予办理")
    return answer


def _check_end(run: Recording, life: Life, notes: Notes) -> None:
    if run.result is not None:
        recorded = (run.result.seq, run.result.stage, run.result.level)
        problem = life.problem
        _demand_same("流程结果", recorded, (problem.seq, problem.stage, problem.level), notes)
    if run.goes_on is not None:
        demand_handed_over(life, run.goes_on, notes)


def demand_handed_over(ended: Life, start: LifeStart, notes: Notes) -> None:
    """Demand that a run begins with exactly what the one before it came to.

    The problem, the rules it is judged by, and every command dealt with: one that were missing
    could be applied a second time.
    """
    if start.carried is None:
        raise Differs("新运行没有结转此前的问题")
    _demand_same("结转的问题", start.carried.problem, ended.problem_or_none, notes)
    rules = Rules(start.policy, start.calendar, start.rules_version)
    _demand_same("结转的规则", rules, ended.rules, notes)
    carried = {record.command_id: record for record in start.carried.handled}
    derived = {record.command_id: record for record in ended.records}
    missing = sorted(derived.keys() ^ carried.keys())
    if missing:
        raise Differs(f"结转的已办指令与此前的运行不符：{'、'.join(missing)}")
    for command_id, record in carried.items():
        _demand_same(f"结转的指令 {command_id}", record, derived[command_id], notes)


def _demand_same(what: str, recorded: object, derived: object, notes: Notes) -> None:
    difference = first_difference(recorded, derived, notes=notes)
    if difference is not None:
        raise Differs(f"{what} {difference}")


def _label(order: RecordOrder) -> str:
    tags = "、".join(recorded.event.tag for recorded in order.recorded)
    return f"记录（{tags}）"
