"""Which problem a row of a list is already, if it is one: closed ones too, withdrawn ones no more.

Two rows are the same problem when 问题编号, or else 区县, 企业, 问题 and the transfer agree. A number
that stands for something else is refused by name; a row that tells nothing of its transfer is told
to be taken for the problem it resembles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalogues.districts import district
from domain.problem import Problem
from domain.stages import Stage
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.identity import document_key, key_of_return, same_words
from gateways.problem_list.rows import ListRow, key_without_day, row_key
from office.ports import Services
from office.registering.same_rows import Transfer, same_transfer, tells, transfer_of
from store.lives import problems


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


@dataclass(frozen=True, slots=True)
class LookedUp:
    """What stands in the store about some rows: by number, by row key, by district and enterprise."""

    numbered: Mapping[str, Problem]
    keyed: Mapping[str, Problem]
    of_enterprise: Mapping[tuple[str, str], Sequence[Problem]]

    def alike(self, row: ListRow) -> Sequence[Problem]:
        """Give the problems of the row's enterprise in its district, the oldest first."""
        return self.of_enterprise.get((row.district, row.enterprise), ())


async def looked_up(session: AsyncSession, rows: Iterable[ListRow]) -> LookedUp:
    """Look rows up among all problems that ever were, with one question of each kind for all."""
    rows = tuple(rows)
    both = [*rows, *(_without_number(row) for row in rows if row.problem_no)]
    keys = {key for row in both for key in (row_key(row), key_without_day(row))}
    return LookedUp(
        await problems.by_numbers(session, {row.problem_no for row in rows if row.problem_no}),
        await problems.by_row_keys(session, keys),
        await problems.of_enterprises(session, {(row.district, row.enterprise) for row in rows}),
    )


async def standing_of(services: Services, row: ListRow) -> Standing:
    """Look a row up among all problems that ever were."""
    async with services.db.reading() as session:
        return await standing_among(session, row, await looked_up(session, [row]))


async def standing_among(session: AsyncSession, row: ListRow, known: LookedUp) -> Standing:
    """Say what a row is among what was looked up for it."""
    numbered = known.numbered.get(row.problem_no) if row.problem_no else None
    if numbered is None:
        return await _by_content(session, row, known)
    if _differs(row, numbered):
        return Standing(row, row_key(row), refused=_stands_for_another(numbered))
    if numbered.stage is Stage.WITHDRAWN:
        return await _by_content(session, _without_number(row), known)
    return _known(row, row_key(row), numbered)


async def _by_content(session: AsyncSession, row: ListRow, known: LookedUp) -> Standing:
    """Follow the returns of a row: each began anew after the one before was withdrawn."""
    first, before = row_key(row), key_without_day(row)
    found = {key: known.keyed[key] for key in (first, before) if key in known.keyed}
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
    if problem is not None:
        return _known(row, key, problem)
    if found.get(first) is not None:
        return Standing(row, key)
    return _among(row, key, [one for one in known.alike(row) if _is_like(row, one)])


def _is_like(row: ListRow, problem: Problem) -> bool:
    """Say whether a problem that was not withdrawn is in the words of the row."""
    same = same_words(row.description, problem.facts.description)
    return same and problem.stage is not Stage.WITHDRAWN


def _among(row: ListRow, key: str, alike: list[Problem]) -> Standing:
    """Say which of the problems in the same words a row is: one side may tell less of the transfer.

    Where the row tells nothing of it, it is asked about; where the problem does, it is to be transferred.
    """
    ours, theirs = transfer_of(row), {one.problem_no: _transfer_of(one) for one in alike}
    for one in alike:
        if same_transfer(ours, theirs[one.problem_no]):
            said = (_taken_for(row, one), *_ended(one), *_changed(row, one))
            return Standing(row, key, one, said)
    if alike and not tells(ours) and not row.problem_no:
        return _known(row, key, alike[-1])
    waiting = next((one for one in alike if not tells(theirs[one.problem_no])), None)
    if tells(ours) and waiting is not None:
        return Standing(row, key, refused=_to_be_transferred(waiting))
    return Standing(row, key)


def _transfer_of(problem: Problem) -> Transfer:
    return problem.transferred_on, document_key(problem.document_no) or None


def _to_be_transferred(problem: Problem) -> RowError:
    """Refuse the transfer of what is registered already and was never transferred."""
    message = (
        f"与问题{problem.problem_no}的区县、企业、问题内容一致，该问题已登记、尚未移交；"
        "请在该问题办理移交，或者先撤回该问题再导入"
    )
    return RowError(LABELS["transferred_on"], "registered_not_transferred", message)


def _taken_for(row: ListRow, problem: Problem) -> RowError:
    """Say that a row is taken for a problem of which it tells less, more, or another number."""
    number = f"，编号{row.problem_no}未采用" if row.problem_no else ""
    said = (
        f"与问题{problem.problem_no}的区县、企业、问题内容和移交一致，按同一问题处理，未作更改{number}；"
        "如系另一问题，请补全移交日期和移交文号，或者写明不同之处"
    )
    return RowError(LABELS["problem_no"], "same_as_known", said)


def _changed(row: ListRow, problem: Problem) -> tuple[RowError, ...]:
    """Say what a row asks for that a problem of before does not: nothing of it is taken over."""
    due_on, facts = problem.rectification_due_on, problem.facts
    told = []
    if row.rectification_due_on and row.rectification_due_on != due_on:
        now = (
            f"问题{problem.problem_no}现为{due_on}"
            if due_on
            else f"问题{problem.problem_no}未定整改时限"
        )
        said = f"清单写整改时限{row.rectification_due_on}，{now}，未作更改；需要调整的请办理“调整办理时限”"
        told.append(RowError(LABELS["rectification_due_on"], "due_differs", said))
    if row.requirement and not same_words(row.requirement, facts.requirement):
        said = f"整改要求与问题{problem.problem_no}登记的不同，未作更改；请核对"
        told.append(RowError(LABELS["requirement"], "requirement_differs", said))
    return tuple(told)


def _known(row: ListRow, key: str, problem: Problem) -> Standing:
    said = (*_ended(problem), *_transfer_doubtful(row, problem), *_changed(row, problem))
    return Standing(row, key, problem, said)


def _ended(problem: Problem) -> tuple[RowError, ...]:
    if problem.stage is Stage.CLOSED:
        on = f"已于{problem.closed_on}销号" if problem.closed_on else "已销号"
        return (RowError("", "already_closed", f"问题{problem.problem_no}{on}，不再登记"),)
    if problem.stage is Stage.MERGED:
        into = f"问题{problem.problem_no}已合并至{problem.merged_into}，不再登记"
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
    said = f"问题{problem.problem_no}{now}，清单写{row.transferred_on}，未作更改；请核对，"
    said += (
        "如系再次发现的问题，请将编号留空后重新导入"
        if row.problem_no
        else "如系再次发现，请核对日期"
    )
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
