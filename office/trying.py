"""What something would come to, tried on the pure rules: nothing is done and nothing is kept."""

from __future__ import annotations

from typing import Any

from domain.commands import Command
from domain.decide import decide
from domain.decisions.draft import Decision
from domain.refusals import Refusal
from domain.words.dates import entered_late_words
from domain.words.events import in_words
from domain.words.rules import UNKNOWN
from gateways.problem_list.errors import RowError
from gateways.problem_list.headings import LABELS
from office.answering.answers import Answer, created_body
from office.caller import Caller
from office.ports import Services
from office.refused import Refused
from office.registering.cross_district import demand_from_elsewhere
from office.registering.duplicates import duplicates
from office.registering.new_problem import NewProblem
from office.registering.registration import entrant_of
from office.rules.rules_of_a_life import rules_of
from store.lives import problems

ENTERED_LATE = "entered_late"


async def try_new(services: Services, caller: Caller, new: NewProblem) -> Answer:
    """Say what registering a problem would come to; raises Refused."""
    entrant = await entrant_of(services, caller, new)
    alike = await duplicates(services, entrant.foreseen)
    body = created_body(entrant.row.problem_no, entrant.foreseen) | {
        "dry_run": True,
        "possible_duplicates": list(alike),
        "warnings": [one.document for one in entrant.row.warnings],
    }
    return Answer("done", body)


async def try_act(services: Services, problem_no: str, command: Command) -> Answer:
    """Say what an act would come to, event by event; raises Refused."""
    async with services.db.reading() as session:
        problem = await problems.get(session, problem_no)
    if problem is None:
        raise Refused("problem_not_found", problem_no=problem_no)
    await demand_from_elsewhere(services, problem_no, command)
    rules = await rules_of(services, problem_no)
    if rules is None:
        raise Refused("rules_unknown", UNKNOWN)
    try:
        tried = decide(problem, command, cause="preview", now=services.clock(), rules=rules)
    except Refusal as refusal:
        raise Refused.by_rule(refusal) from refusal
    return Answer("done", _would(problem_no, tried))


def _would(problem_no: str, tried: Decision) -> dict[str, Any]:
    said = entered_late_words(tried.problem, tried.rules)
    late = RowError(LABELS["transferred_on"], ENTERED_LATE, said)
    opened = any(one.event.tag == "problem:transferred" for one in tried.events)
    return {
        "problem_no": problem_no,
        "dry_run": True,
        "events": [{"tag": one.event.tag, "said": in_words(one.event)} for one in tried.events],
        "warnings": [late.document] if said and opened else [],
    }


def demand_confirmed(tried: Answer, *, confirmed: bool) -> None:
    """Refuse, in the words of its warning, a transfer dated back that nobody has confirmed yet."""
    for one in tried.body["warnings"]:
        if one["code"] == ENTERED_LATE and not confirmed:
            raise Refused(ENTERED_LATE, one["message"])
