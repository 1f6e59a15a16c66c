"""The cross-district rule 异地交叉执法 before a life is asked: no life knows the register of groups.

A group never checks a district one of its members comes from: asked as a problem is registered or
handed on, and of whoever goes back to look. Without a register a group's name is a text like any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from domain.commands import (
    ApproveAct,
    AssignSuccessor,
    Command,
    DecideObjection,
    MoveListed,
    ReassignProblem,
    RecordRevisit,
)
from domain.inspection_groups import (
    InspectionGroup,
    Member,
    demand_cross_district,
    group_called,
    known_group,
    owes_group,
)
from domain.inspection_groups import demand_from_elsewhere as demand_members_from_elsewhere
from domain.problem import Problem
from domain.refusals import Refusal, WrongContent
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.report import SheetNote
from gateways.problem_list.rows import ListRow
from office.ports import Services
from office.refused import Refused
from store.lives import problems
from store.registers import draws, inspection_groups

_COLUMN = LABELS["inspection_group"]
NO_REGISTER = RowError(
    _COLUMN,
    "inspection_group_unchecked",
    "执法帮扶组名册尚未建立，本列按文字登记，未核对执法帮扶组人员是否来自被检查区县；请人工核对",
)


async def known_groups(services: Services) -> tuple[InspectionGroup, ...]:
    """Give the groups that last; none where no register is kept."""
    async with services.db.reading() as session:
        return await inspection_groups.groups(session)


def with_group(row: ListRow, groups: Sequence[InspectionGroup]) -> ListRow:
    """Give a row with its group's name as the register writes it.

    Raises Refusal when the register has no such group, when one of it comes from the district, and
    when a key problem names none; of a running problem of before, all that is only told.
    """
    try:
        return _with_known_group(row, groups)
    except WrongContent as refusal:
        if row.existing is None:
            raise
        told = RowError(_COLUMN, refusal.code, str(refusal))
        return row.model_copy(update={"warnings": (*row.warnings, told)})


def _with_known_group(row: ListRow, groups: Sequence[InspectionGroup]) -> ListRow:
    group = known_group(row.inspection_group, groups)
    if group is not None:
        demand_cross_district(group, row.district)
        return row.model_copy(update={"inspection_group": group.name})
    if groups and owes_group(row.facts):
        raise WrongContent("inspection_group_missing")
    return row


def told_unchecked(row: ListRow, groups: Sequence[InspectionGroup]) -> ListRow:
    """Tell of a row that its group is a text like any, because no register is kept."""
    if groups or not row.inspection_group:
        return row
    return row.model_copy(update={"warnings": (*row.warnings, NO_REGISTER)})


def unchecked_sheets(
    rows: Iterable[ListRow], groups: Sequence[InspectionGroup]
) -> tuple[SheetNote, ...]:
    """Tell the same of a list, once a sheet."""
    sheets = dict.fromkeys(row.sheet for row in rows if row.inspection_group and not groups)
    return tuple(SheetNote(sheet, NO_REGISTER) for sheet in sheets)


async def group_by_its_name(services: Services, said: str) -> str:
    """Give a group's name as the register writes it; raises Refused when it has no such group."""
    try:
        group = known_group(said, await known_groups(services))
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal
    return group.name if group is not None else said


async def demand_from_elsewhere(services: Services, problem_no: str, command: Command) -> None:
    """Refuse a command by which people would check their own district; raises Refused."""
    if not isinstance(command, RecordRevisit | ApproveAct | _HandsOn):
        return
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        return
    try:
        if isinstance(command, RecordRevisit):
            await _demand_who_goes(services, problem, command)
        else:
            demand_own_group_may(problem, command, await known_groups(services))
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal


_HandsOn = ReassignProblem | AssignSuccessor | DecideObjection


def demand_own_group_may(
    problem: Problem, command: Command, groups: Sequence[InspectionGroup]
) -> None:
    """Refuse to hand a problem on to a district of its own group; raises Refusal."""
    group = group_called(problem.facts.inspection_group, groups)
    to = _handed_to(problem, command)
    if group is not None and to and to != problem.district:
        demand_cross_district(group, to)


def _handed_to(problem: Problem, command: Command) -> str:
    """Give the district that a command hands a problem to, empty where it does not."""
    if isinstance(command, ApproveAct):
        acts = (one.act for one in problem.proposed if one.seq == command.proposal)
        return next((act.to_district for act in acts if isinstance(act, MoveListed)), "")
    return command.to_district if isinstance(command, _HandsOn) else ""


async def _demand_who_goes(services: Services, problem: Problem, command: RecordRevisit) -> None:
    """Look at those who are named, else at those who were drawn, else at the problem's group."""
    groups = await known_groups(services)
    named = command.inspection_group
    people = await _people(services, problem, command)
    if not named and not people:
        named = problem.facts.inspection_group
    group = group_called(named, groups)
    if group is not None:
        demand_cross_district(group, problem.district)
    demand_members_from_elsewhere(people, problem.district)


async def _people(
    services: Services, problem: Problem, command: RecordRevisit
) -> tuple[Member, ...]:
    async with services.db.reading() as session:
        known = {one.member_id: one for one in await inspection_groups.inspectors(session)}
        if any(one not in known for one in command.inspectors):
            raise Refused("inspector_not_found")
        if command.inspectors or command.inspection_group or not problem.draw_id:
            return tuple(known[one] for one in command.inspectors)
        draw = await draws.find(session, problem.draw_id)
    outcomes = draw.result.outcomes if draw is not None and draw.result is not None else ()
    drawn = {one.problem_no: (*one.inspectors, *one.experts) for one in outcomes}
    return tuple(known[one] for one in drawn.get(problem.problem_no, ()) if one in known)
