"""Appeals 扣分申诉: the list of a district's deductions, and the form by which one is appealed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from fastapi import APIRouter, Request, Response

from api.district.asked_so_far import Asked, appeal_of, own_deductions, requests
from api.district.form_page import FORM_BYTES
from api.district.frame import Side
from api.district.refusals import refuse
from api.district.requests import SIGNED, RequestPage
from api.district.sessions import ProblemVisit, posted, visit_to_papers
from domain.appeal_window import appeal_until, days_to_appeal
from domain.commands import EvidenceFile
from domain.problem import Deduction
from domain.rules import Rules
from office.answering.request_forms import AppealForm, RequestForm
from office.rules.rules_of_a_life import rules_of
from store.district.papers import AppealPaper, Paper, PaperKind
from store.points import ledger, points_accounts


class AppealPage(RequestPage):
    """扣分申诉 of one deduction."""

    kind = PaperKind.APPEAL
    model = AppealForm
    fields = SIGNED

    def __init__(
        self, side: Side, visit: ProblemVisit, rules: Rules | None, deduction: Deduction
    ) -> None:
        super().__init__(side, visit, rules)
        self.deduction = deduction

    @property
    def form(self) -> str:
        """Each deduction has a draft of its own."""
        return f"appeal-{self.deduction.seq}"

    @property
    def address(self) -> str:
        """Each deduction has a page of its own."""
        return f"/f/problem/appeals/{self.deduction.seq}"

    def paper(self, entered: RequestForm, files: tuple[EvidenceFile, ...]) -> Paper:
        """Give the appeal."""
        return AppealPaper(
            **self.signed,
            **entered.model_dump(exclude={"receipt_id"}),
            deduction=self.deduction.seq,
            files=files,
        )

    def probe(self) -> Paper:
        """Appeal this deduction."""
        return AppealPaper(
            **self.signed,
            deduction=self.deduction.seq,
            reason="-",
            filled_by="",
            telephone="",
            files=(),
        )

    async def told(self) -> dict[str, object]:
        """Tell which deduction, by which clause, and until when."""
        rules = self.rules
        return {
            "until": rules and appeal_until(self.deduction, rules),
            "appeal_days": rules and days_to_appeal(self.deduction, rules),
            "answer_days": rules and rules.policy.limits.appeal_answer_working_days,
            "deduction": self.deduction,
            "clause": (await _clauses(self.side, self.visit)).get(self.deduction.seq, ""),
        }

    async def asked(self) -> list[Asked]:
        """Give the appeals of this deduction."""
        return [
            one
            for one in await super().asked()
            if isinstance(one.paper, AppealPaper) and one.paper.deduction == self.deduction.seq
        ]


def add_appeals(router: APIRouter, side: Side) -> None:
    """Add the list of deductions and the form of each."""

    @router.get("/problem/appeals")
    async def deductions(request: Request) -> Response:
        return await _deductions_page(side, await visit_to_papers(side, request))

    @router.get("/problem/appeals/{seq}")
    async def appeal(request: Request, seq: str, again: str = "", returned: str = "") -> Response:
        visit = await visit_to_papers(side, request)
        return await (await _appeal_page(side, visit, seq)).show(again, returned)

    @router.post("/problem/appeals/{seq}")
    async def press_appeal(request: Request, seq: str) -> Response:
        visit, form = await posted(side, request, visit_to_papers, FORM_BYTES)
        return await (await _appeal_page(side, visit, seq)).press(form)


async def _appeal_page(side: Side, visit: ProblemVisit, seq: str) -> AppealPage:
    rules = await rules_of(side.services, visit.link.problem_no)
    return AppealPage(side, visit, rules, _deduction(visit, seq))


def _deduction(visit: ProblemVisit, seq: str) -> Deduction:
    found = next((one for one in own_deductions(visit) if str(one.seq) == seq), None)
    if found is None:
        raise refuse("no_such_deduction")
    return found


async def _deductions_page(side: Side, visit: ProblemVisit) -> Response:
    clauses = await _clauses(side, visit)
    asked = await requests(side, visit, PaperKind.APPEAL)
    now = side.services.clock()
    rules = await rules_of(side.services, visit.link.problem_no)

    deductions = own_deductions(visit)
    account = await _account(side, visit.link.district, deductions)

    def line(one: Deduction) -> dict[str, object]:
        until = None if rules is None else appeal_until(one, rules)
        return {
            "deduction": one,
            "clause": clauses.get(one.seq, ""),
            "until": until,
            "appeal_days": rules and days_to_appeal(one, rules),
            "appeal": appeal_of(asked, one.seq),
            "open": _is_open(one, until, now),
            "counts_for": account.counts.get((visit.link.problem_no, one.seq), one.left),
        }

    return side.page(
        "appeals",
        at=visit.at,
        day_at=visit.day_at,
        problem=visit.problem,
        unit=visit.link.district,
        own=visit.problem.district == visit.link.district,
        round=visit.round,
        lines=[line(one) for one in deductions],
        totals=account.totals,
        today=now,
    )


@dataclass(frozen=True, slots=True)
class _Account:
    """What a district's deductions count for, and what it lost in each of their years."""

    counts: Mapping[tuple[str, int], Decimal]
    totals: Mapping[int, Decimal]


async def _account(side: Side, unit: str, deductions: Sequence[Deduction]) -> _Account:
    """Count what each row counts for; the totals are those of `unit` itself, not of who was before."""
    counts: dict[tuple[str, int], Decimal] = {}
    totals: dict[int, Decimal] = {}
    async with side.services.db.reading() as session:
        caps = await points_accounts.caps_of(session)
        for owner in {one.district for one in deductions}:
            rows = await ledger.rows(session, owner)
            counts |= points_accounts.counts_for(rows, caps)
        for year in {one.year for one in deductions if one.district == unit}:
            totals[year] = await points_accounts.total(session, unit, year)
    return _Account(counts, totals)


def _is_open(one: Deduction, until: datetime | None, now: datetime) -> bool:
    """Say whether a deduction may be appealed; where the last day is not known, it may."""
    return one.appeal is None and not one.reversed_seq and (until is None or now < until)


async def _clauses(side: Side, visit: ProblemVisit) -> dict[int, str]:
    """Give the clause by which each deduction was made, by its event's number."""
    async with side.services.db.reading() as session:
        rows = await ledger.of_problem(session, visit.link.problem_no)
    return {row.seq: row.clause for row in rows if row.kind == ledger.DEDUCTION}
