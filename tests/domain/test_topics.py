"""What a topic says it has is complete: nothing can be asked or recorded that nobody deals with."""

from __future__ import annotations

import inspect
from types import ModuleType
from typing import get_args

import pytest

from domain import commands, decide, events, fold
from domain.commands import Command
from domain.events import Event


def test_every_command_is_decided_by_exactly_one_topic() -> None:
    decided = [kind for topic in decide._TOPICS for kind in topic.DECISIONS]
    assert len(decided) == len(set(decided))
    assert set(decided) == set(get_args(Command))


def test_every_event_but_the_first_changes_a_problem_in_exactly_one_topic() -> None:
    folded = [kind for topic in fold._TOPICS for kind in topic.CHANGES]
    assert len(folded) == len(set(folded))
    assert set(folded) == set(get_args(Event)) - {events.ProblemRegistered}


@pytest.mark.parametrize(
    ("package", "mark", "known"),
    [(commands, "may", get_args(Command)), (events, "tag", get_args(Event))],
)
def test_what_is_written_in_a_topic_stands_in_its_union(
    package: ModuleType, mark: str, known: tuple[type, ...]
) -> None:
    acts = get_args(commands.Act)
    written = {
        one
        for _, one in inspect.getmembers(package, inspect.isclass)
        if one.__module__.startswith(f"{package.__name__}.") and hasattr(one, mark)
    }
    assert written - set(acts) == set(known)


def test_a_name_and_a_tag_are_borne_once() -> None:
    assert len(commands.COMMANDS) == len(get_args(Command)) - 1
    tags = [kind.__dataclass_fields__["tag"].default for kind in get_args(Event)]
    assert len(set(tags)) == len(tags)
