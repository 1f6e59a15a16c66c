"""Every officers' page stands somewhere in the navigation, and every act has its form."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.pages.frame import _PLACES
from office.acts import ACTS

PAGES = Path(__file__).parents[3] / "templates" / "pages"
NOWHERE = {"login.html", "first_password.html", "refused.html"}
"""Pages of nobody's place: before the door, and in place of another page."""
BY_REGISTER = {"register.html"}
"""Pages that stand at the address of the register they show."""

SHOWN = sorted(path.name for path in PAGES.glob("*.html") if path.name[0] != "_")


@pytest.mark.parametrize("name", [name for name in SHOWN if name not in NOWHERE | BY_REGISTER])
def test_every_page_says_where_in_the_navigation_it_stands(name: str) -> None:
    assert name in _PLACES, f"name the place of templates/pages/{name} in api/pages/frame.py"


def test_every_act_has_its_form_and_every_form_its_act() -> None:
    forms = {path.stem for path in (PAGES / "acts").glob("*.html") if path.name[0] != "_"}
    assert forms == {act.path for act in ACTS}
