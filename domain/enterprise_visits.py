"""The three visits of an enterprise: 体检式帮扶, 手术刀式执法, 康复式回访 (plan 四（三）).

强化事前“体检式”帮扶，事中“手术刀”式执法，事后“康复式”回访. A visit moves no date and no point; the figures show
which enterprises were punished and have not been visited since.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from domain.catalogues import penalty_outcomes
from domain.catalogues.entry import squeezed
from domain.problem import Problem
from domain.refusals import WrongContent


class VisitKind(StrEnum):
    """Before, during and after: what somebody came for."""

    CHECK_UP = "check_up"
    ENFORCEMENT = "enforcement"
    RECOVERY = "recovery"

    @property
    def label(self) -> str:
        """The visit as the plan calls it."""
        return _LABELS[self]


_LABELS = {
    VisitKind.CHECK_UP: "体检式帮扶",
    VisitKind.ENFORCEMENT: "手术刀式执法",
    VisitKind.RECOVERY: "康复式回访",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EnterpriseVisit:
    """One visit; `who` went there, `problem_no` is the problem it belongs to, if any."""

    kind: VisitKind
    district: str
    enterprise: str
    visited_on: date
    who: str
    findings: str
    credit_code: str = ""
    problem_no: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwaitsRecovery:
    """An enterprise that was punished and not visited since; `since` is the day of closure."""

    problem_no: str
    district: str
    enterprise: str
    since: date


def demand_plausible(visit: EnterpriseVisit, today: date) -> None:
    """Demand a day that has come; raises WrongContent."""
    if visit.visited_on > today:
        on = visit.visited_on.isoformat()
        raise WrongContent("date_not_plausible", on=on, why="到访日期晚于今天")


def counted(visits: Iterable[EnterpriseVisit], year: int) -> dict[str, Counter[VisitKind]]:
    """Count a year's visits by district and kind, the districts by their code."""
    found: dict[str, Counter[VisitKind]] = {}
    for visit in visits:
        if visit.visited_on.year == year:
            found.setdefault(visit.district, Counter())[visit.kind] += 1
    return dict(sorted(found.items()))


def is_of(visit: EnterpriseVisit, problem: Problem) -> bool:
    """Say whether a visit was to a problem's enterprise: by its code, or by its district and name."""
    facts = problem.facts
    if visit.problem_no == problem.problem_no:
        return True
    if visit.credit_code and facts.credit_code:
        return visit.credit_code == facts.credit_code
    same = squeezed(visit.enterprise) == squeezed(facts.enterprise)
    return same and visit.district in {problem.district, facts.district}


def awaiting_recovery(
    problems: Iterable[Problem], visits: Iterable[EnterpriseVisit]
) -> list[AwaitsRecovery]:
    """Give the punished enterprises that nobody has visited 康复式 since, the longest first."""
    recovering = [visit for visit in visits if visit.kind is VisitKind.RECOVERY]
    found = []
    for problem in problems:
        since = _punished_on(problem)
        if since is None:
            continue
        if any(is_of(visit, problem) and visit.visited_on >= since for visit in recovering):
            continue
        found.append(
            AwaitsRecovery(
                problem_no=problem.problem_no,
                district=problem.district,
                enterprise=problem.facts.enterprise,
                since=since,
            )
        )
    return sorted(found, key=lambda one: (one.since, one.problem_no))


def _punished_on(problem: Problem) -> date | None:
    """Give the day a problem was closed whose case was filed; None for any other."""
    if problem.closed_on is None:
        return None
    told = (s.answer.penalty_outcome for s in problem.submissions)
    filed = any(penalty_outcomes.PENALTY_OUTCOMES.by_code(code).case_filed for code in told if code)
    return problem.closed_on if filed else None
