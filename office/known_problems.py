"""Which problem a row of a list is already, if it is one: closed ones too, withdrawn ones no more.

Two rows are the same problem when 问题编号, or else 区县, 企业, 问题 and the transfer agree. A number
that stands for something else is refused by name; a row that tells nothing of its transfer is told
to be taken for the problem it resembles.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalogues.districts import district
from domain.problem import Problem
from domain.stages import Stage
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.identity import key_of_return, same_words
from gateways.problem_list.rows import ListRow, key_without_day, row_key
from office.ports import Services
from store import problems


@dataclass(frozen=True, slots=True)
class Standing:
    """Under which `key` a row is or would be taken in, and the `problem` that it is already.

    `row` is the row as it would be taken in, `refused` why it is not. `said` is about the problem.
    """

    row: ListRow
    key: str
    problem: Problem | None = None
    said: tuple[RowError, ...] = ()
    refused: RowError | None = None


async def standing_of(services: Services, row: ListRow) -> Standing:
    """Look a row up among all problems that ever were."""
    async with services.db.reading() as session:
        numbered = await problems.get(session, row.problem_no) if row.problem_no else None
        if numbered is None:
            return await _by_content(session, row)
        if _differs(row, numbered):
            return Standing(row, row_key(row), refused=_stands_for_another(numbered))
        if numbered.stage is Stage.WITHDRAWN:
            return await _by_content(session, _without_number(row))
        return _known(row, row_key(row), numbered)


async def _by_content(session: AsyncSession, row: ListRow) -> Standing:
    """Follow the returns of a row: each began anew after the one before was withdrawn."""
    first, before = row_key(row), key_without_day(row)
    found = await problems.by_row_keys(session, (first, before))
    older = found.get(before)
    if older is not None and _same_day(row, older):
        found[first], key = older, before
    else:
        key = first
    problem, times = found.get(first), 0
    while problem is not None and problem.stage is Stage.WITHDRAWN:
        times += 1
        key = key_of_return(first, times)
        number = await problems.by_row_key(session, key)
        problem = await problems.get(session, number) if number else None
    return _known(row, key, problem) if problem else Standing(row, key)


def _known(row: ListRow, key: str, problem: Problem) -> Standing:
    return Standing(row, key, problem, (*_ended(problem), *_transfer_doubtful(row, problem)))


def _ended(problem: Problem) -> tuple[RowError, ...]:
    if problem.stage is Stage.CLOSED:
        on = f"已于{problem.closed_on}销号" if problem.closed_on else "已销号"
        return (RowError("", "already_closed", f"问题{problem.problem_no}{on}，不再登记"),)
    if problem.stage is Stage.MERGED:
        into = f"问题{problem.problem_no}已并入{problem.merged_into}，不再登记"
        return (RowError("", "already_merged", into),)
    return ()


def _transfer_doubtful(row: ListRow, problem: Problem) -> tuple[RowError, ...]:
    if not (row.problem_no or row.transferred_on or row.document_no):
        asked = (
            f"未填移交日期和移交文号，与问题{problem.problem_no}内容相同，按同一问题处理；"
            "如系再次发现，请补填移交日期或移交文号"
        )
        return (RowError(LABELS["transferred_on"], "same_without_transfer", asked),)
    if _same_day(row, problem) or row.transferred_on is None:
        return ()
    now = f"移交日期为{problem.transferred_on}" if problem.transferred_on else "尚未移交"
    said = f"问题{problem.problem_no}{now}，清单写{row.transferred_on}，未作更改；请核对"
    return (RowError(LABELS["transferred_on"], "transfer_differs", said),)


def _same_day(row: ListRow, problem: Problem) -> bool:
    return row.transferred_on == problem.transferred_on


def _differs(row: ListRow, problem: Problem) -> bool:
    """Say whether a problem of the same number is about something else."""
    facts = problem.facts
    return row.district not in {problem.district, facts.district} or not (
        same_words(row.enterprise, facts.enterprise)
        and same_words(row.description, facts.description)
    )


def _stands_for_another(problem: Problem) -> RowError:
    facts = problem.facts
    whose = f"{district(facts.district).name}{facts.enterprise}"
    message = (
        f"问题编号“{problem.problem_no}”已用于{whose}的问题，与本行内容不同；"
        "请核对，本行另编编号，或者留空由系统编号"
    )
    return RowError(LABELS["problem_no"], "problem_no_repeated", message)


def _without_number(row: ListRow) -> ListRow:
    said = f"编号{row.problem_no}的问题已撤回，本行按新问题登记，由系统另行编号"
    warning = RowError(LABELS["problem_no"], "number_of_withdrawn", said)
    return row.model_copy(update={"problem_no": "", "warnings": (*row.warnings, warning)})
