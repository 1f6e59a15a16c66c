"""The life of one problem: wait for the agenda, or for someone; ask the rules; order the deeds.

There is no rule and no timer of a rule in here. Every command is an Update named after it; every
duty comes from `domain.agenda`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from temporalio import workflow
from temporalio.common import RawValue, RetryPolicy, SearchAttributeUpdate
from temporalio.exceptions import ApplicationError

with workflow.unsafe.imports_passed_through():
    from domain.agenda import Duty, agenda, lets_in
    from domain.commands import COMMANDS, HANDED, Command
    from domain.decide import decide, decide_duty
    from domain.decisions.draft import Decision
    from domain.notices import notice_orders
    from domain.outcomes import Outcome
    from domain.problem import Problem
    from domain.refusals import Refusal
    from domain.rules import Rules, shared
    from domain.words.life import explain_problem
    from workflows.messages import (
        AgendaAnswer,
        Carried,
        Handled,
        Legacy,
        LetIn,
        LetInOrder,
        LifeStart,
        RecordOrder,
        Revival,
    )
    from workflows.names import DISTRICT, DUE_AT, LEVEL, STAGE
    from workflows.ports import InboxPort, RecordPort
    from workflows.versions import DUTIES_FIRST, rules_version

_RETRY = RetryPolicy(
    initial_interval=timedelta(seconds=1),
    maximum_interval=timedelta(minutes=1),
)
_PATIENCE = timedelta(seconds=30)


@workflow.defn(name="ProblemWorkflow")
class ProblemWorkflow:
    """One transferred problem, from the problem list to its closure and its appeal window."""

    @workflow.init
    def __init__(self, start: LifeStart) -> None:
        """Stand ready before the first task, so that an early Update finds a whole life."""
        version = rules_version(start.rules_version)
        self._start = start
        self._rules = shared(Rules(start.policy, start.calendar, version))
        self._shift = timedelta(seconds=start.clock_shift_seconds)
        self._problem: Problem | None = start.carried.problem if start.carried else None
        carried = start.carried.handled if start.carried else ()
        self._handled = {handled.command_id: handled for handled in carried}
        self._lock = asyncio.Lock()
        self._shown: tuple[str, int, datetime | None] | None = None
        self._shown_district = start.register.facts.district

    @workflow.run
    async def run(self, start: LifeStart) -> Outcome:
        """Live: begin, then wait for the agenda and do what falls due, until the life has ended."""
        if self._problem is None:
            await self._begin(start)
        elif start.revival is not None:
            await self._revive(start.revival)
        while not self._life.ended:
            self._show()
            duty = agenda(self._life, self._rules)
            await self._wait_for(duty)
            if duty is not None and self._now() >= duty.at:
                async with self._lock:
                    await self._meet(duty)
            if self._has_grown():
                await self._go_on_in_a_new_run()
        await workflow.wait_condition(workflow.all_handlers_finished)
        return self._outcome(())

    # -- what others ask ---------------------------------------------------------------------

    @workflow.update(dynamic=True)
    async def obey(self, name: str, args: Sequence[RawValue]) -> Outcome:
        """Decide one command under the lock and record what it came to; refusals are recorded."""
        command = _decoded(name, args)
        info = workflow.current_update_info()
        command_id = info.id if info else name
        await workflow.wait_condition(lambda: self._problem is not None)
        async with self._lock:
            if isinstance(command, HANDED) and command_id not in self._handled:
                await self._meet_what_fell_due_by(command.received_at)
            handled = await self._handle(command, command_id)
        if handled.outcome is None:
            raise ApplicationError(handled.refusal_message, type=handled.refusal_code)
        return handled.outcome

    @obey.validator
    def check_form(self, name: str, args: Sequence[RawValue]) -> None:
        """Turn away what is no command at all; what a rule says is decided in the handler."""
        _decoded(name, args)

    @workflow.query
    def state(self) -> Problem | None:
        """The problem as it stands; None before its registration was recorded."""
        return self._problem

    @workflow.query
    def agenda(self) -> AgendaAnswer:
        """The duty that is due next, and the rules it follows from."""
        return AgendaAnswer(
            duty=agenda(self._problem, self._rules) if self._problem else None,
            policy=_policy_name(self._rules),
            calendar=self._rules.calendar.name,
            rules_version=self._rules.version,
        )

    @workflow.query
    def explanation(self) -> tuple[str, ...]:
        """Why the dates are what they are, in sentences for people."""
        return explain_problem(self._problem, self._rules) if self._problem else ()

    @workflow.query
    def legacy(self) -> Legacy | None:
        """What another run of this life would begin with: its rules, its problem, its receipts.

        A life that has ended still answers, as long as the server keeps its history: the answer is
        that history, replayed. None before the registration was recorded.
        """
        if self._problem is None:
            return None
        return Legacy(run_id=workflow.info().run_id, start=self._next_start())

    # -- living ------------------------------------------------------------------------------

    @property
    def _life(self) -> Problem:
        if self._problem is None:
            raise RuntimeError("the life has not begun")
        return self._problem

    def _now(self) -> datetime:
        return workflow.now() + self._shift

    async def _begin(self, start: LifeStart) -> None:
        """Register, and transfer at once when the start says so, as one record.

        The door has asked the same rules before; should the moment have passed meanwhile, the
        problem stays registered and its officer sees it there.
        """
        now = self._now()
        begun = decide(None, start.register, cause="start", now=now, rules=self._rules)
        if start.transfer is not None:
            try:
                transferred = decide(
                    begun.problem, start.transfer, cause="start", now=now, rules=self._rules
                )
            except Refusal as refusal:
                workflow.logger.warning("transfer at start refused: %s", refusal.code)
            else:
                events = begun.events + transferred.events
                begun = Decision(events, transferred.problem, self._rules)
        async with self._lock:
            await self._record(begun)

    async def _revive(self, revival: Revival) -> None:
        """Take up an ended life again, with the proposal to reopen it as its first act.

        A refusal is recorded like any other; the life is over again at once then.
        """
        async with self._lock:
            await self._handle(revival.proposal, revival.command_id)

    async def _wait_for(self, duty: Duty | None) -> None:
        """Sleep until the duty's instant, or until anything has changed the problem."""
        seq = self._life.seq
        left = None if duty is None else max(duty.at - self._now(), timedelta(0))
        if left == timedelta(0):
            return
        try:
            await workflow.wait_condition(
                lambda: self._life.seq != seq,
                timeout=left,
                timeout_summary=_summary(duty),
            )
        except TimeoutError:
            return

    async def _meet(self, duty: Duty) -> None:
        """Meet a due duty, unless what was received before its instant changes the agenda.

        Called with the lock held.
        """
        served = True
        if lets_in(duty, self._life, self._rules):
            let_in = await self._let_in(duty)
            for handed in let_in.everything():
                await self._handle(handed, handed.receipt_id)
            served = let_in.served
        if agenda(self._life, self._rules) == duty:
            decision = decide_duty(
                self._life, duty, served=served, now=self._now(), rules=self._rules
            )
            await self._record(decision)

    async def _meet_what_fell_due_by(self, received_at: datetime) -> None:
        """Meet what should have been met before an answer came in; called with the lock held.

        After an outage waiting Updates are handled before the timers that have long run out. Where
        the inbox's clock is ahead of the server's, the difference is waited for.
        """
        while (duty := agenda(self._life, self._rules)) is not None:
            if duty.at > received_at or not workflow.patched(DUTIES_FIRST.patch_id):
                return
            await asyncio.sleep(max((duty.at - self._now()).total_seconds(), 0))
            await self._meet(duty)

    async def _handle(self, command: Command, command_id: str) -> Handled:
        """Decide a command once for all runs of the life; called with the lock held."""
        known = self._handled.get(command_id)
        if known is not None:
            return known
        try:
            decision = decide(
                self._life, command, cause=command_id, now=self._now(), rules=self._rules
            )
        except Refusal as refusal:
            handled = Handled(
                command_id=command_id,
                outcome=None,
                refusal_code=refusal.code,
                refusal_message=str(refusal),
            )
        else:
            await self._record(decision)
            tags = tuple(recorded.event.tag for recorded in decision.events)
            handled = Handled(command_id=command_id, outcome=self._outcome(tags))
        self._handled[command_id] = handled
        return handled

    # -- what the life orders ----------------------------------------------------------------

    async def _record(self, decision: Decision) -> None:
        """Have the decision written down, then let it be the life's state."""
        rules = decision.rules
        order = RecordOrder(
            problem_no=decision.problem.problem_no,
            recorded=decision.events,
            notices=notice_orders(decision.events, decision.problem, rules),
            next_duty=agenda(decision.problem, rules),
            policy=_policy_name(rules),
            calendar=rules.calendar.name,
            rules_version=rules.version,
            row_key=self._start.row_key,
        )
        await workflow.execute_activity_method(
            RecordPort.record,
            order,
            start_to_close_timeout=_PATIENCE,
            retry_policy=_RETRY,
            summary="、".join(recorded.event.tag for recorded in decision.events),
        )
        self._problem, self._rules = decision.problem, rules

    async def _let_in(self, duty: Duty) -> LetIn:
        order = LetInOrder(
            problem_no=self._life.problem_no,
            round_no=len(self._life.rounds),
            cutoff=duty.at,
        )
        return await workflow.execute_activity_method(
            InboxPort.let_in,
            order,
            start_to_close_timeout=_PATIENCE,
            retry_policy=_RETRY,
            summary=f"{duty.kind.label} {duty.at.isoformat()}",
        )

    def _show(self) -> None:
        """Keep the search attributes and the page's text in step with the problem."""
        owed = self._life.open_round
        self._show_district()
        now_shown = (self._life.stage.value, self._life.level, owed.due_at if owed else None)
        if now_shown != self._shown:
            self._shown = now_shown
            updates: list[SearchAttributeUpdate[Any]] = [
                STAGE.value_set(now_shown[0]),
                LEVEL.value_set(now_shown[1]),
                DUE_AT.value_set(now_shown[2]) if now_shown[2] else DUE_AT.value_unset(),
            ]
            workflow.upsert_search_attributes(updates)
        workflow.set_current_details("\n\n".join(self.explanation()))

    def _show_district(self) -> None:
        """Let the district follow a problem that was handed on.

        The one it was registered with stands there from the start. Writing it again would be a
        command that the histories of all other lives do not hold.
        """
        district = self._life.district
        if district != self._shown_district:
            self._shown_district = district
            workflow.upsert_search_attributes([DISTRICT.value_set(district)])

    def _outcome(self, tags: tuple[str, ...]) -> Outcome:
        return Outcome(
            problem_no=self._life.problem_no,
            seq=self._life.seq,
            stage=self._life.stage,
            level=self._life.level,
            events=tags,
        )

    # -- growing old -------------------------------------------------------------------------

    def _has_grown(self) -> bool:
        info = workflow.info()
        length = info.get_current_history_length()
        return info.is_continue_as_new_suggested() or length > self._start.continue_after_events

    async def _go_on_in_a_new_run(self) -> None:
        """Close this history; unfinished handlers first, for what they hold would be lost."""
        await workflow.wait_condition(workflow.all_handlers_finished)
        workflow.continue_as_new(self._next_start())

    def _next_start(self) -> LifeStart:
        start, rules = self._start, self._rules
        return LifeStart(
            register=start.register,
            transfer=start.transfer,
            policy=rules.policy,
            calendar=rules.calendar,
            rules_version=rules.version,
            row_key=start.row_key,
            clock_shift_seconds=start.clock_shift_seconds,
            continue_after_events=start.continue_after_events,
            carried=Carried(problem=self._life, handled=tuple(self._handled.values())),
        )


def _decoded(name: str, args: Sequence[RawValue]) -> Command:
    """Read an Update as the command of its name; ApplicationError when it is none."""
    kind = COMMANDS.get(name)
    if kind is None or len(args) != 1:
        raise ApplicationError(f"没有名为 {name} 的指令。", type="unknown_command")
    try:
        command: Command = workflow.payload_converter().from_payload(args[0].payload, kind)
    except (RuntimeError, ValueError, TypeError) as error:
        raise ApplicationError(f"指令 {name} 的内容无法识别：{error}", type="malformed") from error
    return command


def _policy_name(rules: Rules) -> str:
    policy = rules.policy
    return f"{policy.policy_id}@{policy.version}#{policy.content_hash[:12]}"


def _summary(duty: Duty | None) -> str | None:
    return (
        None if duty is None else f"{duty.kind.label} {duty.at.isoformat()} {duty.detail}".strip()
    )
