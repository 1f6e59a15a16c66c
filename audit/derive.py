"""Deriving a recorded life once more, with the pure rules alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from audit.compare import first_difference
from audit.recording import Answered, Asked, Happening, LetInDone, Ordered, Recording
from domain.agenda import agenda
from domain.commands import Command, Handed
from domain.decide import decide, decide_duty
from domain.decisions.draft import Decision
from domain.fold import fold
from domain.notices import notice_orders
from domain.outcomes import Outcome
from domain.problem import Problem
from domain.refusals import Refusal
from domain.rules import Rules
from workflows.messages import Handled, LifeStart, RecordOrder

_SAME_INSTANT = timedelta(milliseconds=1)


class Differs(Exception):
    """The record says one thing and the rules say another."""


@dataclass(slots=True)
class _Derivation:
    """The life as derived so far, and what it has been given."""

    start: LifeStart
    rules: Rules
    problem: Problem | None
    commands: dict[str, Command] = field(default_factory=dict)
    handled: dict[str, Handled] = field(default_factory=dict)
    served: bool = True

    @property
    def life(self) -> Problem:
        if self.problem is None:
            raise Differs("登记之前已有其他记录")
        return self.problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What a run comes to: the problem, the rules at its end, every command dealt with by id."""

    problem: Problem | None
    rules: Rules
    handled: Mapping[str, Handled]


def derive(run: Recording) -> Derived:
    """Derive one run; raises `Differs` at the first difference."""
    start = run.start
    carried = start.carried
    life = _Derivation(
        start=start,
        rules=Rules(start.policy, start.calendar, _version(run)),
        problem=carried.problem if carried else None,
        handled={h.command_id: h for h in carried.handled} if carried else {},
    )
    if start.revival is not None:
        life.commands[start.revival.command_id] = start.revival.proposal
    for happening in run.happenings:
        try:
            _take(life, happening)
        except Differs as difference:
            raise Differs(f"第 {happening.event_id} 个事件：{difference}") from None
    _check_end(run, life)
    return Derived(problem=life.problem, rules=life.rules, handled=life.handled)


def _version(run: Recording) -> int:
    """Give the rules version of a run: a patch may have raised the one it was started with.

    The orders say which it was; whether they say so rightly is found by replaying.
    """
    orders = (h.order for h in run.happenings if isinstance(h, Ordered))
    first = next(orders, None)
    return run.start.rules_version if first is None else first.rules_version


def _take(life: _Derivation, happening: Happening) -> None:
    if isinstance(happening, Asked):
        life.commands[happening.command_id] = happening.command
    elif isinstance(happening, LetInDone):
        _take_let_in(life, happening)
    elif isinstance(happening, Ordered):
        _check_order(life, happening)
    else:
        _check_answer(life, happening)


def _take_let_in(life: _Derivation, happening: LetInDone) -> None:
    """What was let in must have been received before the cut-off."""
    life.served = happening.answer.served
    cutoff = happening.order.cutoff
    for paper in happening.answer.everything():
        if paper.received_at >= cutoff:
            raise Differs(f"回执 {paper.receipt_id} 的收到时间不早于截止时刻")
        life.commands[paper.receipt_id] = paper
    _refuse_again(life, happening.answer.everything(), cutoff)


def _refuse_again(life: _Derivation, papers: Iterable[Handed], now: datetime) -> None:
    """Note which of the papers let in are refused.

    A refusal leaves no order; when the paper's own Update comes later, it is answered by this one.
    """
    problem = life.life
    for paper in papers:
        if paper.receipt_id in life.handled:
            continue
        cause = paper.receipt_id
        try:
            problem = decide(problem, paper, cause=cause, now=now, rules=life.rules).problem
        except Refusal as refusal:
            life.handled[cause] = _refused(cause, refusal)


def _check_order(life: _Derivation, happening: Ordered) -> None:
    order = happening.order
    if not order.recorded:
        raise Differs("记录中没有任何事项")
    at = order.recorded[0].at
    shift = timedelta(seconds=life.start.clock_shift_seconds)
    if abs(happening.decided_at + shift - at) > _SAME_INSTANT:
        raise Differs(f"记录时刻 {at.isoformat()} 与流程时钟不符")
    decision = _decide_again(life, order, at)
    _demand_same(_label(order), order.recorded, decision.events)
    life.problem, life.rules = decision.problem, decision.rules
    _note_outcome(life, decision)
    _demand_same("通知", order.notices, notice_orders(decision.events, life.life, life.rules))
    _demand_same("下一事项", order.next_duty, agenda(life.life, life.rules))


def _decide_again(life: _Derivation, order: RecordOrder, at: datetime) -> Decision:
    cause = order.recorded[0].cause
    try:
        if cause == "start":
            return _begin_again(life, at)
        if cause.startswith("duty:"):
            return _meet_again(life, cause, at)
        if cause not in life.commands:
            raise Differs(f"没有编号为 {cause} 的指令")
        if cause in life.handled:
            raise Differs(f"指令 {cause} 被办理了两次")
        return decide(life.life, life.commands[cause], cause=cause, now=at, rules=life.rules)
    except Refusal as refusal:
        raise Differs(f"记录为已办理，按规则应予拒绝：{refusal}") from refusal


def _note_outcome(life: _Derivation, decision: Decision) -> None:
    cause = decision.events[0].cause
    if cause in life.commands:
        problem = decision.problem
        outcome = Outcome(
            problem_no=problem.problem_no,
            seq=problem.seq,
            stage=problem.stage,
            level=problem.level,
            events=tuple(recorded.event.tag for recorded in decision.events),
        )
        life.handled[cause] = Handled(command_id=cause, outcome=outcome)


def _refused(command_id: str, refusal: Refusal) -> Handled:
    return Handled(
        command_id=command_id,
        outcome=None,
        refusal_code=refusal.code,
        refusal_message=str(refusal),
    )


def _begin_again(life: _Derivation, at: datetime) -> Decision:
    start = life.start
    begun = decide(None, start.register, cause="start", now=at, rules=life.rules)
    if start.transfer is None:
        return begun
    try:
        transferred = decide(begun.problem, start.transfer, cause="start", now=at, rules=life.rules)
    except Refusal:
        return begun
    return Decision(begun.events + transferred.events, transferred.problem, life.rules)


def _meet_again(life: _Derivation, cause: str, at: datetime) -> Decision:
    duty = agenda(life.life, life.rules)
    if duty is None or duty.cause != cause:
        expected = "无" if duty is None else duty.cause
        raise Differs(f"记录的到期事项为 {cause}，按规则应为 {expected}")
    if at < duty.at:
        raise Differs(f"事项 {cause} 在到期之前即被办理")
    return decide_duty(life.life, duty, served=life.served, now=at, rules=life.rules)


def _check_answer(life: _Derivation, happening: Answered) -> None:
    """A refusal must follow from the rules just as an outcome does, and stays what it was."""
    known = life.handled.get(happening.command_id)
    if known is None and happening.outcome is None:
        known = _refuse_now(life, happening)
    if known is None:
        raise Differs(f"指令 {happening.command_id} 答复为已办理，但没有相应记录")
    _demand_same(f"指令 {happening.command_id} 的答复", happening.outcome, known.outcome)
    if known.refusal_code != happening.refusal_code:
        raise Differs(f"拒绝代码记录为 {happening.refusal_code}，按规则应为 {known.refusal_code}")


def _refuse_now(life: _Derivation, happening: Answered) -> Handled:
    command_id = happening.command_id
    command = life.commands.get(command_id)
    if command is None:
        raise Differs(f"没有编号为 {command_id} 的指令")
    now = happening.decided_at + timedelta(seconds=life.start.clock_shift_seconds)
    try:
        decide(life.life, command, cause=command_id, now=now, rules=life.rules)
    except Refusal as refusal:
        life.handled[command_id] = _refused(command_id, refusal)
        return life.handled[command_id]
    raise Differs(f"指令 {command_id} 记录为拒绝，按规则应予办理")


def _check_end(run: Recording, life: _Derivation) -> None:
    if run.result is not None:
        recorded = (run.result.seq, run.result.stage, run.result.level)
        derived = (life.life.seq, life.life.stage, life.life.level)
        _demand_same("流程结果", recorded, derived)
    if run.goes_on is not None:
        ended = Derived(problem=life.problem, rules=life.rules, handled=life.handled)
        demand_handed_over(ended, run.goes_on)


def demand_handed_over(ended: Derived, start: LifeStart) -> None:
    """Demand that a run begins with exactly what the one before it came to.

    The problem, the rules it is judged by, and every command dealt with: one that were missing
    could be applied a second time.
    """
    if start.carried is None:
        raise Differs("新运行没有结转此前的问题")
    _demand_same("结转的问题", start.carried.problem, ended.problem)
    rules = Rules(start.policy, start.calendar, start.rules_version)
    _demand_same("结转的规则", rules, ended.rules)
    carried = {handled.command_id: handled for handled in start.carried.handled}
    missing = sorted(ended.handled.keys() ^ carried.keys())
    if missing:
        raise Differs(f"结转的已办指令与此前的运行不符：{'、'.join(missing)}")
    for command_id, handled in carried.items():
        derived = ended.handled[command_id]
        # A refusal is its code; its sentence is the wording of the day it was made.
        same_words = replace(derived, refusal_message=handled.refusal_message)
        _demand_same(f"结转的指令 {command_id}", handled, same_words)


def _demand_same(what: str, recorded: object, derived: object) -> None:
    difference = first_difference(recorded, derived)
    if difference is not None:
        raise Differs(f"{what} {difference}")


def _label(order: RecordOrder) -> str:
    tags = "、".join(recorded.event.tag for recorded in order.recorded)
    return f"记录（{tags}）"


def refold(run: Recording) -> Problem | None:
    """Fold the recorded events as they stand; what the read model should show."""
    problem = run.start.carried.problem if run.start.carried else None
    for happening in run.happenings:
        if isinstance(happening, Ordered):
            for recorded in happening.order.recorded:
                problem = fold(recorded, problem)
    return problem
