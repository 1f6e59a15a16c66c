"""Names that others depend on: task queue, workflow ids, search attributes."""

from __future__ import annotations

from temporalio.common import SearchAttributeKey, SearchAttributePair, TypedSearchAttributes

from domain.commands import Facts

TASK_QUEUE = "bihuan"
PROBLEM_PREFIX = "problem-"

DISTRICT = SearchAttributeKey.for_keyword("District")
STAGE = SearchAttributeKey.for_keyword("Stage")
LEVEL = SearchAttributeKey.for_int("Level")
DUE_AT = SearchAttributeKey.for_datetime("DueAt")
CONTENT = SearchAttributeKey.for_keyword("Content")
PLAN = SearchAttributeKey.for_keyword("Plan")

SEARCH_ATTRIBUTES = {
    "District": "Keyword",
    "Stage": "Keyword",
    "Level": "Int",
    "DueAt": "Datetime",
    "Content": "Keyword",
    "Plan": "Keyword",
}
"""Registered once per namespace at set-up, by name and type."""


def found_by(facts: Facts) -> TypedSearchAttributes:
    """Give the search attributes with which a problem's life begins."""
    return TypedSearchAttributes(
        [
            SearchAttributePair(DISTRICT, facts.district),
            SearchAttributePair(CONTENT, facts.key_content or "general"),
            SearchAttributePair(PLAN, facts.plan),
        ]
    )


def workflow_id(problem_no: str) -> str:
    """Give the id of a problem's workflow: one life, one id, for ever."""
    return f"{PROBLEM_PREFIX}{problem_no}"


def problem_no_of(workflow_id: str) -> str:
    """Give the problem number back; ValueError for a workflow that is no problem's life."""
    if not workflow_id.startswith(PROBLEM_PREFIX):
        raise ValueError(f"{workflow_id} is not the life of a problem")
    return workflow_id.removeprefix(PROBLEM_PREFIX)
