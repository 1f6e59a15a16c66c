"""The register of an installation: what it ships, its own files, and what two persons approved."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateways.calendar_files import CalendarFileError, read_calendar_text
from gateways.known_rules import (
    NAME,
    KnownPolicy,
    KnownRules,
    KnownYear,
    known_policy,
    known_year,
    of_this_release,
    read_register,
)
from gateways.policy_files import PolicyFileError, read_kept_policy
from store.engine import Database
from store.registers import rule_changes
from store.registers.rule_changes import ChangeKind
from store.tables import RuleChangeRow


async def known_here(db: Database, folder: Path) -> KnownRules:
    """Give the register of an installation; what its archive once knew stays known.

    Raises `KnownRulesError` where the archive's file is no register.
    """
    async with db.reading() as session:
        approved = _approved(await rule_changes.in_force(session))
    return await asyncio.to_thread(_joined, folder / NAME, approved)


async def register_to_keep(db: Database, folder: Path) -> KnownRules | None:
    """Give the register where the archive's file does not hold all of it yet; None where it does.

    Raises `KnownRulesError` as `known_here` does.
    """
    register = await known_here(db, folder)
    kept = await asyncio.to_thread(_kept, folder / NAME)
    return None if kept == register else register


def _joined(path: Path, approved: KnownRules) -> KnownRules:
    return of_this_release().joined([approved, _kept(path)])


def _kept(path: Path) -> KnownRules:
    return read_register(path) if path.exists() else KnownRules()


def _approved(rows: list[RuleChangeRow]) -> KnownRules:
    policies: list[KnownPolicy] = []
    years: list[KnownYear] = []
    for row in rows:
        try:
            if row.kind == ChangeKind.POLICY:
                policy = read_kept_policy(row.content, row.name)
                policies.append(known_policy(policy, "approved", row.decided_at))
            else:
                year = read_calendar_text(row.content, row.name, kept=True)
                years.append(known_year(year, "approved", row.decided_at))
        except (PolicyFileError, CalendarFileError):
            continue  # nothing can be begun by a text that is none any more
    return KnownRules(policies=tuple(policies), calendar_years=tuple(years))
