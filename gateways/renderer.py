"""Turns templates into pages and mails.

Templates come from our own folder only, never from data. A value that is missing is an error, HTML
is always escaped, and everything a person reads as a date, an amount or a label passes a filter
from here, so that it reads the same on a page, in a mail and on paper.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Protocol

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from domain.catalogues.districts import district
from domain.local_time import SHANGHAI, day_of
from domain.words.dates import proof_words
from domain.words.days import cut_off, day_brief, day_text, due_text
from domain.words.days import due_brief as due_in_brief
from domain.words.days import due_in_list as due_in_column
from domain.words.events import deduction_words
from domain.words.facts import found_words, place_words
from domain.words.levels import level_text
from domain.words.rules import UNKNOWN
from gateways.static_files import static

TEMPLATES = Path(__file__).parent.parent / "templates"

NOTHING = "—"
"""What stands where there is no value."""

HANDLING: Mapping[str, object] = {
    "handler": "市级承办单位",
    "signers_days": 0,
    "bureau_contact": "市级承办人",
}
"""Who handles the personal data that a form asks for, how many days it is kept, 0: for ever, and whom
at the bureau a district calls."""


class Labelled(Protocol):
    """An enum member, or anything else, that has a name for people."""

    @property
    def label(self) -> str:
        """The name in Chinese."""


def day(value: date | None) -> str:
    """Write a day: 2024年7月9日; of an instant the day in Chongqing."""
    if value is None:
        return NOTHING
    return day_brief(day_of(value) if isinstance(value, datetime) else value)


def full_day(value: date | None) -> str:
    """Write a day with its weekday: 2024年7月9日（星期二）."""
    return NOTHING if value is None else day_text(value)


def due(value: datetime | None) -> str:
    """Write the instant that ends a period: of 2024-07-10 00:00 2024年7月9日（星期二）24:00."""
    return NOTHING if value is None else due_text(value)


def due_brief(value: datetime | None) -> str:
    """Write the instant that ends a period as a subject line does: 2024年7月9日24:00."""
    return NOTHING if value is None else due_in_brief(value)


def due_in_list(value: datetime | None) -> str:
    """Write it in a column of days: 2024-07-09, with the clock where it does not end at midnight."""
    return NOTHING if value is None else due_in_column(value)


def instant(value: datetime | None) -> str:
    """Write an instant in local time: 2024-07-09 10:05."""
    return NOTHING if value is None else value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def label(value: Labelled | None) -> str:
    """Write the name of an enum member."""
    return NOTHING if value is None else value.label


def money(value: Decimal | None) -> str:
    """Write an amount in yuan: 12,500元, 0.50元."""
    return NOTHING if value is None else f"{value:,.2f}".removesuffix(".00") + "元"


def points(value: Decimal | None) -> str:
    """Write points without idle zeros: 1.5分."""
    return NOTHING if value is None else f"{value.normalize():f}分"


def district_name(code: str) -> str:
    """Write the name of a reporting unit; KeyError for an unknown code."""
    return district(code).name


_FILTERS = (
    day,
    deduction_words,
    full_day,
    due,
    due_brief,
    due_in_list,
    cut_off,
    instant,
    label,
    money,
    points,
    district_name,
    found_words,
    level_text,
    place_words,
    proof_words,
    static,
)


class Renderer:
    """Renders the templates of one folder; safe to share between requests."""

    def __init__(
        self, folder: Path = TEMPLATES, common: Mapping[str, object] | None = None
    ) -> None:
        """Read templates from `folder`; `common` are values that every template may use."""
        self._environment = Environment(
            loader=FileSystemLoader(folder),
            # Text stays text, whatever else a file is called is HTML.
            autoescape=select_autoescape((), disabled_extensions=("txt",), default=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters.update({one.__name__: one for one in _FILTERS})
        self._environment.globals.update({"rules_unknown": UNKNOWN, **HANDLING, **(common or {})})

    def page(self, name: str, /, **values: object) -> str:
        """Render the page `name`, such as `pages/problem.html`."""
        return self._environment.get_template(name).render(values)

    def mail(self, kind: str, /, **values: object) -> tuple[str, str, str]:
        """Render subject, text and HTML of the mail `kind` (a NoticeKind, or `digest`).

        The subject stands in the same file as the text, which is laid out twice.
        """
        folder = f"emails/{kind.replace('_', '-')}"

        def text_as(part: str) -> str:
            return self.page(f"{folder}/body.txt", layout=f"emails/_base/{part}.txt", **values)

        subject = " ".join(text_as("subject").split())
        return subject, text_as("body"), self.page(f"{folder}/body.html", **values)
