"""One row of a filled annex form: whose answer it is, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from uuid import NAMESPACE_URL, uuid5

from pydantic import ValidationError
from sqlalchemy import select
from sqlmodel import col

from domain import commands as c
from domain.catalogues.districts import district, find_district
from domain.catalogues.routes import Route
from domain.problem import Problem
from domain.roles import Actor
from domain.stages import ENDED, WITH_DISTRICT
from domain.words.answers import rectification_words
from gateways.problem_list.annex import AnnexRow
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from gateways.problem_list.identity import same_words
from office.acts.feedback import FileBody, PaperAnswerBody
from office.answering.annex_form import LABELS as FORM_LABELS
from office.answering.annex_form import AnnexForm, FormErrors
from office.answering.annex_form import read as read_form
from office.exports.workbooks import XLSX
from office.ports import Services
from office.registering.row_results import RowResult
from store.codec import problem_from
from store.lives import problems
from store.tables import ProblemRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnexFile:
    """A filled form as it was sent back: sealed, named, and on which day it reached the bureau."""

    content: bytes
    name: str
    received_on: date
    sha256: str

    @property
    def evidence(self) -> FileBody:
        """The workbook as the evidence of what it says."""
        return FileBody(
            sha256=self.sha256,
            name=(self.name or "整改表.xlsx")[:100],
            media_type=XLSX,
            size=len(self.content),
        )


async def problem_of(services: Services, row: AnnexRow) -> Problem | RowError:
    """Find the problem by its number; where the form has none, by district, enterprise and text."""
    async with services.db.reading() as session:
        if row.problem_no:
            problem = await problems.get(session, row.problem_no)
            if problem is None:
                said = f"没有编号为“{row.problem_no}”的问题，请核对"
                return RowError(LABELS["problem_no"], "problem_not_found", said)
            return _of_its_own(row, problem)
        unit = find_district(row.district, date.max)
        query = select(col(ProblemRow.body)).where(
            col(ProblemRow.district) == (unit.code if unit else row.district),
            col(ProblemRow.stage).not_in([stage.value for stage in ENDED]),
        )
        alike = [p for p in map(problem_from, await session.scalars(query)) if _same(row, p)]
    if len(alike) == 1:
        return alike[0]
    why = "找到多个相同的在办问题" if alike else "未找到该区县、企业的这一在办问题"
    return RowError(LABELS["problem_no"], "problem_not_found", f"{why}，请填写问题编号")


def _same(row: AnnexRow, problem: Problem) -> bool:
    return same_words(row.enterprise, problem.facts.enterprise) and same_words(
        row.description, problem.facts.description
    )


def _of_its_own(row: AnnexRow, problem: Problem) -> Problem | RowError:
    """Refuse an answer that stands under the number of another district's or firm's problem."""
    unit = find_district(row.district, date.max) if row.district else None
    if unit and unit.code not in {problem.district, problem.facts.district}:
        owner = district(problem.district).name
        said = f"问题{problem.problem_no}由{owner}负责，不是{unit.name}，请核对编号"
        return RowError(LABELS["problem_no"], "wrong_district", said)
    if not same_words(row.enterprise, problem.facts.enterprise):
        said = f"问题{problem.problem_no}的企业是{problem.facts.enterprise}，与本行不同，请核对编号"
        return RowError(LABELS["problem_no"], "answers_another", said)
    return problem


def repeated(problem: Problem) -> RowError:
    """Refuse two answers to one problem in the same form."""
    said = f"问题{problem.problem_no}在表中填了不止一行，请合并为一行"
    return RowError(LABELS["problem_no"], "problem_no_repeated", said)


def judge(
    row: AnnexRow, problem: Problem, file: AnnexFile, by: Actor
) -> tuple[RowResult, c.EnterAnswer | None]:
    """Check a row by the model of the district's own form, and make the officer's command of it."""
    result = _accepted(row, problem)
    receipt = uuid5(NAMESPACE_URL, f"{file.sha256}/{problem.problem_no}/{len(problem.rounds)}")
    if _is_known(row, problem, file):
        return replace(result, status="already"), None
    try:
        form = read_form(
            row.typed,
            str(receipt),
            file.received_on,
            punished_by_group=problem.route == Route.DIRECT_PUNISHMENT,
        )
        body = _body(form, problem, file)
    except FormErrors as wrong:
        said = [RowError(FORM_LABELS[f], code, text) for f, (code, text) in wrong.errors.items()]
        return replace(result, status="refused", errors=tuple(said)), None
    except ValidationError:
        unready = RowError("", "not_transferred", "该问题尚未移交，不能录入反馈")
        return replace(result, status="refused", errors=(unready,)), None
    return result, body.command(receipt.hex, by)


def _body(form: AnnexForm, problem: Problem, file: AnnexFile) -> PaperAnswerBody:
    return PaperAnswerBody(
        round_no=len(problem.rounds),
        received_on=file.received_on,
        channel=c.Channel.PAPER,
        state=form.state,
        text=form.text,
        promised_on=form.promised_on,
        penalty_outcome=form.penalty_outcome,
        penalty_document_no=form.penalty_document_no,
        penalty_amount=form.penalty_amount,
        penalty_ground=form.penalty_ground,
        referral=form.referral,
        referral_document_no=form.referral_document_no,
        files=(file.evidence,),
    )


def _is_known(row: AnnexRow, problem: Problem, file: AnnexFile) -> bool:
    """Say whether this workbook was entered, or repeats the answer that the bureau has in hand."""
    for given in problem.submissions:
        if any(kept.sha256 == file.sha256 for kept in given.answer.files):
            return True
    last = problem.submissions[-1].answer if problem.submissions else None
    waits = problem.stage in WITH_DISTRICT
    return not waits and last is not None and rectification_words(last) == row.typed["text"]


def _accepted(row: AnnexRow, problem: Problem) -> RowResult:
    differs = not same_words(row.description, problem.facts.description)
    said = RowError(LABELS["description"], "description_differs", "与登记的问题表述不同，请核对")
    return RowResult(
        row.sheet,
        row.row,
        "accepted",
        problem.problem_no,
        warnings=(said,) if differs else (),
        enterprise=problem.facts.enterprise,
        district=district(problem.district).name,
        transferred_on=problem.transferred_on,
    )


def refused(row: AnnexRow, error: RowError) -> RowResult:
    """Report a row whose problem cannot be told."""
    return RowResult(
        row.sheet,
        row.row,
        "refused",
        row.problem_no or None,
        (error,),
        enterprise=row.enterprise,
        district=row.district,
    )
