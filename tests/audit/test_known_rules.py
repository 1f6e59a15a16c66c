"""A life judged by what was never in force is named, whatever hashes were written beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from activities.known_rules import known_here, register_to_keep
from audit.derive import Differs
from audit.known import demand_known
from audit.recording import read_recording
from audit.sources import lives_in
from audit.verify import verify_life
from command_line.audit import verify_command
from domain.policy import content_hash
from domain.roles import Actor, Role
from gateways.calendar_files import load_calendar
from gateways.known_rules import (
    NAME,
    SHIPPED,
    KnownRules,
    KnownRulesError,
    known_policy,
    known_year,
    of_this_release,
    read_register,
    written,
)
from gateways.policy_files import FOLDER, load_policy, policy_ids
from gateways.temporal_client import DATA_CONVERTER
from store.engine import Database
from store.proposals import decide
from store.registers import rule_changes
from store.registers.rule_changes import ChangeKind
from store.tables import RuleChangeRow
from tests.audit.test_verify import HISTORIES, altered, rules_applied


def test_every_policy_and_year_of_this_release_stands_in_the_shipped_register() -> None:
    shipped = read_register(SHIPPED)
    assert all(shipped.policy(load_policy(one)) for one in policy_ids())
    assert all(shipped.year(year) for year in load_calendar().years)


async def test_every_recorded_life_was_judged_by_what_was_in_force() -> None:
    known = of_this_release().joined([read_register(HISTORIES / NAME)])
    for folder in sorted(one for one in HISTORIES.iterdir() if list(one.glob("run*.json"))):
        for runs in lives_in(folder):
            for run in runs:
                demand_known(run, read_recording(run, DATA_CONVERTER), known)


async def test_a_policy_forged_under_its_own_name_with_all_its_hashes_is_named() -> None:
    (runs,) = lives_in(HISTORIES / "on_time")
    policy = read_recording(runs[0], DATA_CONVERTER).start.policy
    clock = replace(policy.clocks.feedback, days=16)
    other = replace(policy, clocks=replace(policy.clocks, feedback=clock))
    forged = altered(
        "on_time", ('"days":15', '"days":16'), (policy.content_hash, content_hash(other))
    )
    found = await verify_life([forged], DATA_CONVERTER, known=of_this_release())
    assert found.difference is not None
    assert "chongqing-2024@1" in found.difference
    assert "不在口径登记中" in found.difference


async def test_a_holiday_edited_in_a_life_without_a_calendar_hash_is_named() -> None:
    forged = altered("on_time", ('"2025-10-08"', '"2025-10-09"'))
    assert (await verify_life([forged], DATA_CONVERTER)).difference is None
    found = await verify_life([forged], DATA_CONVERTER, known=of_this_release())
    assert found.difference is not None
    assert "2025 年不在口径登记中" in found.difference


async def test_a_life_that_began_by_a_policy_before_its_approval_is_named() -> None:
    (runs,) = lives_in(HISTORIES / "priced_by_days")
    recording = read_recording(runs[0], DATA_CONVERTER)
    in_production = replace(recording, start=replace(recording.start, clock_shift_seconds=0))
    begun = runs[0].events[0].event_time.ToDatetime(tzinfo=UTC)
    for since, right in ((begun, True), (begun + timedelta(days=1), False)):
        entry = known_policy(recording.start.policy, "approved", since)
        known = of_this_release().joined([KnownRules(policies=(entry,))])
        if right:
            demand_known(runs[0], in_production, known)
        else:
            with pytest.raises(Differs, match="批准"):
                demand_known(runs[0], in_production, known)


@pytest.mark.parametrize("of_calendar", [False, True])
async def test_rules_put_in_force_under_way_before_their_approval_are_named(
    of_calendar: bool,
) -> None:
    (runs,) = lives_in(HISTORIES / "new_rules")
    recording = read_recording(runs[0], DATA_CONVERTER)
    in_production = replace(recording, start=replace(recording.start, clock_shift_seconds=0))
    calendar, policy = rules_applied()
    year = calendar.calendar.years[-1]
    register = of_this_release().joined([read_register(HISTORIES / NAME)])
    demand_known(runs[0], in_production, register)
    others = KnownRules(
        policies=tuple(one for one in register.policies if of_calendar or one.version != "2"),
        calendar_years=tuple(
            one for one in register.calendar_years if not of_calendar or one.year != year.year
        ),
    )
    asked = runs[0].events[-1].event_time.ToDatetime(tzinfo=UTC)
    for since, right in ((asked - timedelta(days=365), True), (asked + timedelta(days=1), False)):
        approved = (
            KnownRules(calendar_years=(known_year(year, "approved", since),))
            if of_calendar
            else KnownRules(policies=(known_policy(policy.policy, "approved", since),))
        )
        if right:
            demand_known(runs[0], in_production, others.joined([approved]))
        else:
            with pytest.raises(Differs, match="批准"):
                demand_known(runs[0], in_production, others.joined([approved]))


async def test_the_command_takes_the_register_of_an_archive_or_the_one_brought(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    life = tmp_path / "archive" / "CQ2024-0001"
    life.mkdir(parents=True)
    for run in (HISTORIES / "priced_by_days").glob("run*.json"):
        (life / run.name).write_text(run.read_text("utf-8"), "utf-8")
    assert await verify_command(str(life), as_json=True) == 1
    assert "不在口径登记中" in capsys.readouterr().out
    register = HISTORIES / NAME
    assert await verify_command(str(life), as_json=True, rules=register) == 0
    (tmp_path / "archive" / NAME).write_text(register.read_text("utf-8"), "utf-8")
    assert await verify_command(str(tmp_path / "archive"), as_json=True) == 0
    (tmp_path / "other.json").write_text("[]", "utf-8")
    assert await verify_command(str(life), as_json=True, rules=tmp_path / "other.json") == 2


async def test_what_two_persons_approved_is_in_the_register_and_what_one_proposed_is_not(
    db: Database, tmp_path: Path
) -> None:
    text = (FOLDER / "chongqing-2024.yaml").read_text("utf-8")
    version = load_policy().version
    newer = text.replace(f'version: "{version}"', 'version: "示例-9"')
    assert newer != text
    for change in ("a", "b"):
        changed = newer.replace("示例-9", f"示例-{change}")
        await rule_changes.propose(
            db,
            change,
            ChangeKind.POLICY,
            f"chongqing-2024@示例-{change}",
            changed,
            "示例",
            _OFFICER,
        )
    bound = rule_changes.hash_of(newer.replace("示例-9", "示例-a"))
    await decide(db, RuleChangeRow, "a", _SUPERVISOR, approve=True, bound_to=bound)
    register = await register_to_keep(db, tmp_path)
    assert register is not None
    approved = [one for one in register.policies if one.source == "approved"]
    assert [one.version for one in approved] == ["示例-a"]
    assert isinstance(approved[0].since, datetime)
    (tmp_path / NAME).write_text(written(register), "utf-8")
    assert read_register(tmp_path / NAME) == register
    assert await register_to_keep(db, tmp_path) is None
    (tmp_path / NAME).write_text(json.dumps({"policies": "none"}), "utf-8")
    with pytest.raises(KnownRulesError, match=NAME):
        await known_here(db, tmp_path)


_OFFICER = Actor("officer-1", Role.SUPERVISOR)
_SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR)
