"""What the documentation says is so: names, paths, commands, numbers and dates."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date, datetime
from enum import StrEnum
from functools import reduce
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any, get_args

import pytest
import typer
from pydantic import SecretStr

import cli
from domain import events as e
from domain.agenda import DutyKind
from domain.catalogues.routes import Route
from domain.commands import COMMANDS, RectificationState, RegisterProblem, RevisitResult, Verdict
from domain.deadlines import DayCount
from domain.local_time import SHANGHAI, day_of
from domain.notices import NoticeKind
from domain.policy import Position
from domain.refusals import REFUSALS
from domain.roles import Role
from domain.stages import Fact, Light, RoundKind, Stage
from domain.words.working import explain
from domain.work_calendar import DayKind
from gateways.relay_answers import SendOutcome
from office.acts.role_table import role_table
from settings import Settings
from tests.repository.markdown import (
    ROOT,
    all_code,
    anchors,
    code_in,
    documents,
    links,
    section,
    tables,
    text_of,
)
from tests.repository.two_lives import difficult_life, ordinary_life
from tests.worlds.life import Life, default_rules
from workflows.names import SEARCH_ATTRIBUTES

GLOSSARY = "docs/glossary.md"
LIVES = "docs/life-of-a-problem.md"
RULES = "docs/rules.md"
RUNNING = "docs/running.md"

_ISO = re.compile(r"\b\d{4}-\d{2}-\d{2}\b")

# -- the glossary ----------------------------------------------------------------------------------

LABELLED: Mapping[str, tuple[type[StrEnum], ...]] = MappingProxyType(
    {
        "Stages": (Stage,),
        "Rounds": (RoundKind,),
        "Duties": (DutyKind,),
        "Bureau duties": (e.BureauDuty,),
        "Notices": (NoticeKind,),
        "Facts": (Fact,),
        "Roles": (Role,),
        "Positions": (Position,),
        "Lights": (Light,),
        "Answers": (RectificationState,),
        "Verdicts": (Verdict,),
        "Revisit results": (RevisitResult,),
        "Routes": (Route,),
        "Days": (DayKind, DayCount),
    }
)

EVENT_TAGS = [
    str(field.default)
    for kind in get_args(e.Event)
    for field in fields(kind)
    if field.name == "tag"
]

NAMED: Mapping[str, Iterable[str]] = MappingProxyType(
    {
        "Commands": [RegisterProblem.name, *COMMANDS],
        "Events": EVENT_TAGS,
        "Refusals": list(REFUSALS),
    }
)


def glossary(heading: str) -> list[tuple[str, str]]:
    """Give (name, Chinese) of every line under a heading of the glossary."""
    (rows,) = tables(section(GLOSSARY, heading))
    return [(code_in(row[0])[0], row[1]) for row in rows]


@pytest.mark.parametrize("heading", LABELLED)
def test_the_glossary_has_a_line_for_each_name_with_the_label_people_see(heading: str) -> None:
    members = [(m.value, m.label) for kind in LABELLED[heading] for m in _members(kind)]
    assert glossary(heading) == members


def _members(kind: type[StrEnum]) -> Iterable[Any]:
    return list(kind)


@pytest.mark.parametrize("heading", NAMED)
def test_the_glossary_has_a_line_for_each_name_and_a_name_for_each_line(heading: str) -> None:
    lines = glossary(heading)
    assert [name for name, _ in lines] == list(NAMED[heading])
    assert all(chinese for _, chinese in lines)


def test_the_glossary_leads_to_each_of_its_sections() -> None:
    headings = re.findall(r"^## (.+)$", text_of(GLOSSARY), re.MULTILINE)
    for heading in headings:
        assert f"[{heading}](#{heading.lower().replace(' ', '-')})" in text_of(GLOSSARY)


def test_the_picture_shows_every_stage_a_command_leads_to() -> None:
    picture = text_of("docs/life.svg")
    for stage in set(Stage) - {Stage.WITHDRAWN, Stage.MERGED}:
        assert f">{stage.value}<" in picture
        assert f">{stage.label}<" in picture


def test_the_picture_names_every_level_of_the_default_policy() -> None:
    picture = text_of("docs/life.svg")
    for rule in default_rules().policy.levels[1:]:
        assert f">{rule.level} {rule.title}<" in picture


# -- the rules -------------------------------------------------------------------------------------


def rule_lines() -> list[list[str]]:
    """Give the lines of all tables of rules: rule, source, code, test."""
    return [
        row for rows in tables(text_of(RULES)) for row in rows if len(row) == 4 and "[" in row[2]
    ]


def test_each_rule_names_its_source_its_code_and_a_test() -> None:
    lines = rule_lines()
    assert len(lines) > 30
    for rule, source, code, test in lines:
        assert source, rule
        assert all(link.startswith("../domain/") for link in links(code)), rule
        assert links(code), rule
        assert links(test), rule


@pytest.mark.parametrize("line", rule_lines(), ids=lambda line: line[0][:60])
def test_the_tests_that_a_rule_names_exist(line: list[str]) -> None:
    for name, file in re.findall(r"\[`(\w+)`\]\(([^)]+)\)", line[3]):
        assert name in _defined_in((ROOT / "docs" / file).resolve())


def _defined_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(tree) if isinstance(node, functions)}


def numbers_section() -> list[list[list[str]]]:
    """Give the tables of the default policy's numbers: fields, grounds, levels."""
    return tables(section(RULES, "The numbers of the default policy"))


def test_the_numbers_in_the_rules_are_those_of_the_default_policy() -> None:
    policy = default_rules().policy
    for field, value, _ in numbers_section()[0]:
        held: object = reduce(getattr, code_in(field)[0].split("."), policy)
        assert str(held) == value, field


def test_the_points_in_the_rules_are_those_of_the_default_policy() -> None:
    lines = [(code_in(row[0])[0], row[1], row[2]) for row in numbers_section()[1]]
    assert lines == [
        (rule.fact.value, *(str(band.points) for band in rule.bands))
        for rule in default_rules().policy.deductions
    ]


def test_the_levels_in_the_rules_are_those_of_the_default_policy() -> None:
    assert [row[:3] for row in numbers_section()[2]] == [
        [str(rule.level), str(rule.after_working_days), rule.title]
        for rule in default_rules().policy.levels
    ]


# -- two lives -------------------------------------------------------------------------------------

TOLD = {"An ordinary life": ordinary_life, "A difficult life": difficult_life}


def told(heading: str) -> list[list[str]]:
    """Give the lines of one life's table: when, what, events."""
    (rows,) = tables(section(LIVES, heading))
    return rows


def lived(life: Life) -> list[tuple[str, list[e.Event]]]:
    """Give what happened at each instant, in local time."""
    return [
        (at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"), [r.event for r in recorded])
        for at, recorded in groupby(life.history, key=lambda r: r.at)
    ]


@pytest.mark.parametrize("heading", TOLD)
def test_a_life_is_told_as_the_rules_live_it(heading: str) -> None:
    expected = [(when, [event.tag for event in events]) for when, events in lived(TOLD[heading]())]
    assert [(when, code_in(tags)) for when, _, tags in told(heading)] == expected


@pytest.mark.parametrize("heading", TOLD)
def test_what_is_told_of_an_instant_is_what_its_events_say(heading: str) -> None:
    for (_, events), (when, what, _) in zip(lived(TOLD[heading]()), told(heading), strict=True):
        assert set(_ISO.findall(what)) <= _dates(events), when
        for words in map(_must_be_told, events):
            assert all(word in what for word in words), (when, words)


def _must_be_told(event: e.Event) -> tuple[str, ...]:
    match event:
        case e.RoundOpened():
            return (event.due_on.isoformat(),)
        case e.RevisitPlanned():
            return (event.on.isoformat(),)
        case e.ReminderIssued():
            return (f"`{event.rung}`", event.light.value)
        case e.PointsDeducted():
            return (f"{event.points} points",)
        case e.LevelRaised():
            return (f"level {event.level}",)
        case _:
            return ()


def _dates(events: Iterable[e.Event]) -> set[str]:
    values = [getattr(event, field.name) for event in events for field in fields(event)]
    return {v.isoformat() for v in values if isinstance(v, date) and not isinstance(v, datetime)}


def test_every_date_of_the_two_lives_comes_from_the_rules() -> None:
    known: set[str] = set()
    for life in (ordinary_life(), difficult_life()):
        known |= _dates(life.events) | {day_of(r.at).isoformat() for r in life.history}
        known |= {step.on.isoformat() for step in _working(life)}
    assert set(_ISO.findall(text_of(LIVES))) <= known


def _working(life: Life) -> Iterable[Any]:
    first = life.problem.rounds[0]
    rules = life.rules
    return explain(first.counted_from, rules.policy.clocks.feedback, rules.calendar)


def test_what_remains_of_the_two_lives_is_what_the_rules_leave() -> None:
    (rows,) = tables(section(LIVES, "What remains"))
    assert {name: (left, right) for name, left, right in rows} == {
        name: (remains(ordinary_life())[name], remains(difficult_life())[name])
        for name in remains(ordinary_life())
    }


def remains(life: Life) -> dict[str, str]:
    """Give what a life leaves behind, as the last table tells it."""
    problem = life.problem
    entry = problem.entries[0] if problem.entries else None
    return {
        "Events": str(problem.seq),
        "Reminders": str(problem.reminders_sent),
        "Listed": str(entry.listed_on) if entry else "–",
        "Off the list": str(entry.taken_off_on) if entry else "–",
        "Highest level": str(problem.highest_level),
        "Points": str(problem.points),
        "Closed": str(problem.closed_on),
    }


# -- settings and commands -------------------------------------------------------------------------


def test_every_setting_has_its_line_with_its_default() -> None:
    (rows,) = tables(section(RUNNING, "Settings"))
    lines = {code_in(row[0])[0]: row[1] for row in rows}
    assert list(lines) == [f"BIHUAN_{name.upper()}" for name in Settings.model_fields]
    secrets = {
        f"BIHUAN_{name.upper()}": "–"
        for name, field in Settings.model_fields.items()
        if field.annotation is SecretStr
    } | {"BIHUAN_LINK_KEYS": "a placeholder"}
    for name, field in Settings.model_fields.items():
        setting = f"BIHUAN_{name.upper()}"
        plain = f"`{field.default}`" if field.default not in ("", None) else "–"
        assert lines[setting] == secrets.get(setting, plain)


def test_every_setting_stands_in_the_example_file() -> None:
    example = text_of(".env.example")
    for name in Settings.model_fields:
        assert f"BIHUAN_{name.upper()}=" in example


def test_every_answer_of_the_mail_relay_has_its_line() -> None:
    (rows,) = tables(section(RUNNING, "Mail"))
    assert [code_in(row[0])[0] for row in rows] == [outcome.value for outcome in SendOutcome]


def cli_commands() -> set[str]:
    """Name every command of the command line, with the group it belongs to."""
    return set(_names_of(cli.app, ""))


def _names_of(app: typer.Typer, group: str) -> Iterable[str]:
    for command in app.registered_commands:
        assert command.callback is not None
        yield group + (command.name or command.callback.__name__)
    for inner in app.registered_groups:
        assert inner.typer_instance is not None
        named = isinstance(inner.name, str)  # a topic without a name adds its commands as they are
        if inner.typer_instance.info.invoke_without_command is True:  # it does something itself
            yield f"{group}{inner.name}"
        yield from _names_of(inner.typer_instance, f"{group}{inner.name} " if named else group)


def test_every_command_of_the_command_line_has_its_line() -> None:
    (rows,) = tables(section(RUNNING, "Command line"))
    told_of = {" ".join(re.findall(r"\b[a-z]+\b", code_in(row[0])[0])[1:]) for row in rows}
    assert told_of == cli_commands()


def test_every_command_named_in_the_documentation_exists() -> None:
    known = cli_commands()
    for name in documents():
        for words in re.findall(r"\bbihuan ([a-z]+(?: [a-z]+)?)", all_code(text_of(name))):
            first = words.split()[0]
            assert words in known or first in known, f"{name}: bihuan {words}"


def test_every_make_target_named_in_the_documentation_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", text_of("Makefile"), re.MULTILINE))
    for name in documents():
        named = set(re.findall(r"\bmake ([a-z-]+)", all_code(text_of(name))))
        assert named <= targets, name


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_both_readmes_show_the_two_commands_and_every_folder(readme: str) -> None:
    text = text_of(readme)
    assert "make run" in all_code(text)
    assert "make test" in all_code(text)
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert all(f"[{folder}/]({folder})" in text for folder in folders)


def test_both_readmes_lead_to_the_same_places() -> None:
    def away(text: str) -> set[str]:
        return {link for link in links(text) if link.startswith("docs/")}

    assert away(text_of("README.md")) == away(text_of("README.zh.md"))


# -- links -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", documents())
def test_every_link_leads_somewhere(name: str) -> None:
    folder = (ROOT / name).parent
    for link in links(text_of(name)):
        if link.startswith("http"):
            continue
        path, _, anchor = link.partition("#")
        target = (folder / path).resolve() if path else ROOT / name
        assert target.exists(), f"{name}: {link}"
        if anchor:
            assert anchor in anchors(target.read_text(encoding="utf-8")), f"{name}: {link}"


def test_every_page_and_every_decision_is_linked_from_another() -> None:
    linked = {
        (ROOT / name).parent.joinpath(link.partition("#")[0]).resolve()
        for name in documents()
        for link in links(text_of(name))
        if not link.startswith("http")
    }
    for page in (ROOT / "docs").rglob("*.md"):
        assert page.resolve() in linked, page


def test_every_search_attribute_is_explained_with_its_type() -> None:
    (table,) = tables(section("docs/running.md", "Finding lives in Temporal"))
    named = {row[0].strip("`"): row[1] for row in table if row[0].startswith("`")}
    assert named == SEARCH_ATTRIBUTES


def test_the_table_of_who_may_do_what_is_the_one_the_code_says() -> None:
    """`make docs` writes it."""
    assert (ROOT / "docs" / "who-may-do-what.md").read_text(encoding="utf-8") == role_table()
