"""The positive list of enforcement 监督执法正面清单 (plan 四（三）): who is looked at from afar first.

An enterprise stands on it on a ground and for a time, and may leave it earlier. While it does, no draw
sends anybody to it; what of its problems need not be revisited on site is revisited by other means
(环办执法〔2021〕10号: 非现场方式优先，无线索不现场检查).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from domain.catalogues.entry import squeezed
from domain.commands import Facts
from domain.refusals import WrongContent
from domain.words.days import day_brief


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """One stay of an enterprise, from the day `from_on` to the end of `until_on`."""

    enterprise: str
    credit_code: str
    ground: str
    from_on: date
    until_on: date

    def is_of(self, facts: Facts) -> bool:
        """Say whether it is the enterprise of a problem: by credit code where both have one."""
        if self.credit_code and facts.credit_code:
            return self.credit_code == facts.credit_code
        return squeezed(self.enterprise) == squeezed(facts.enterprise)

    def holds_on(self, day: date) -> bool:
        """Say whether it holds on a day."""
        return self.from_on <= day <= self.until_on

    @property
    def words(self) -> str:
        """Say ground and end."""
        return f"{self.ground}，有效期至{day_brief(self.until_on)}"


def demand_plausible(listing: Listing, today: date) -> None:
    """Refuse a stay that ends before it begins, or is over already."""
    if listing.until_on < listing.from_on:
        raise WrongContent("listing_days_crossed", on=listing.until_on.isoformat())
    if listing.until_on < today:
        raise WrongContent("listing_is_over", on=listing.until_on.isoformat())


def stay_of(listings: Iterable[Listing], facts: Facts, day: date) -> Listing | None:
    """Give the stay of a problem's enterprise on a day, the longest of several; None without."""
    found = [one for one in listings if one.holds_on(day) and one.is_of(facts)]
    return max(found, key=lambda one: one.until_on, default=None)
