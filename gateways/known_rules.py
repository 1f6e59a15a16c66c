"""The register of policies and calendar years that were ever in force, each by the hash of its content.

What a release ships stands in `policies/register.json`: lines are added, never changed. An installation adds its own
files and what two persons approved; the register of an archive lies in its folder as `known-rules.json`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from domain.policy import Policy, content_hash
from domain.work_calendar import CalendarYear, years_hash
from gateways.calendar_files import expected_year, load_calendar
from gateways.policy_files import PolicyFileError, load_policy, policy_ids
from gateways.typed_errors import in_words

SHIPPED = Path(__file__).parent.parent / "policies" / "register.json"
NAME = "known-rules.json"
"""What the register of an archive is called, in the archive's folder."""

Source = Literal["shipped", "installed", "approved"]


class KnownRulesError(ValueError):
    """A file is no register; the message says which and why."""


class _Known(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    content_hash: str = Field(pattern="^[0-9a-f]{64}$")
    since: date | datetime | None = None
    source: Source


class KnownPolicy(_Known):
    """One version of a policy; `since` when it came into force here, where that is known."""

    policy_id: str
    version: str


class KnownYear(_Known):
    """One year of the calendar as it was once announced, or expected before it was."""

    year: int
    announced: bool


class KnownRules(BaseModel):
    """Everything by which a life may rightly be judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    policies: tuple[KnownPolicy, ...] = ()
    calendar_years: tuple[KnownYear, ...] = ()

    def joined(self, others: Iterable[KnownRules]) -> KnownRules:
        """Add what other registers know; what is known already stays as it stands here."""
        policies = {(one.policy_id, one.version, one.content_hash): one for one in self.policies}
        years = {(one.year, one.content_hash): one for one in self.calendar_years}
        for other in others:
            for one in other.policies:
                policies.setdefault((one.policy_id, one.version, one.content_hash), one)
            for year in other.calendar_years:
                years.setdefault((year.year, year.content_hash), year)
        return KnownRules(policies=tuple(policies.values()), calendar_years=tuple(years.values()))

    def policy(self, policy: Policy) -> KnownPolicy | None:
        """Find a policy by its name and hash, in the form it was recorded with or in today's."""
        named, hashes = (policy.policy_id, policy.version), _hashes(policy)
        fitting = (one for one in self.policies if (one.policy_id, one.version) == named)
        return next((one for one in fitting if one.content_hash in hashes), None)

    def year(self, year: CalendarYear) -> KnownYear | None:
        """Find a year as it was announced, or as it is expected while it is not."""
        key = (year.year, years_hash((year,)))
        known = (one for one in self.calendar_years if (one.year, one.content_hash) == key)
        expected = not year.announced and year == expected_year(year.year)
        return next(known, known_year(year, "shipped") if expected else None)


def _hashes(policy: Policy) -> frozenset[str]:
    return frozenset({policy.content_hash, content_hash(policy)})


def known_policy(policy: Policy, source: Source, since: datetime | None = None) -> KnownPolicy:
    """Enter a policy."""
    return KnownPolicy(
        policy_id=policy.policy_id,
        version=policy.version,
        content_hash=policy.content_hash,
        since=since,
        source=source,
    )


def known_year(year: CalendarYear, source: Source, since: datetime | None = None) -> KnownYear:
    """Enter a year of the calendar."""
    return KnownYear(
        year=year.year,
        announced=year.announced,
        content_hash=years_hash((year,)),
        since=since,
        source=source,
    )


def read_register(path: Path) -> KnownRules:
    """Read a register; raises `KnownRulesError`."""
    try:
        return KnownRules.model_validate_json(path.read_bytes())
    except OSError as error:
        raise KnownRulesError(f"口径登记 {path} 无法读取：{error.strerror}") from error
    except ValidationError as error:
        raise KnownRulesError(f"{path} 不是口径登记：{in_words(error)}") from error


def written(register: KnownRules) -> str:
    """Write a register, a line each, so that two of them can be compared."""
    parts = (
        (name, ",\n".join(f"    {one.model_dump_json(exclude_none=True)}" for one in entries))
        for name, entries in (
            ("policies", register.policies),
            ("calendar_years", register.calendar_years),
        )
    )
    return "{\n" + ",\n".join(f'  "{name}": [\n{lines}\n  ]' for name, lines in parts) + "\n}\n"


@lru_cache(maxsize=1)
def of_this_release() -> KnownRules:
    """Give what this release and all before it shipped, and the files that lie here now."""
    policies = []
    for policy_id in policy_ids():
        try:
            policies.append(known_policy(load_policy(policy_id), "installed"))
        except PolicyFileError:
            continue  # nothing begins by it either
    years = tuple(known_year(year, "installed") for year in load_calendar().years)
    here = KnownRules(policies=tuple(policies), calendar_years=years)
    return read_register(SHIPPED).joined([here])
