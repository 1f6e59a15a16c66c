"""Who may do what, as a table for people: made from the acts and the commands themselves."""

from __future__ import annotations

from collections.abc import Iterator

from domain.commands import COMMANDS
from domain.roles import Right, Role
from office.acts import ACTS
from office.acts.act import Act

_ROLES = tuple(Role)

_INTRO = """# Who may do what

Made from the declarations in `office/acts/` and `domain/commands/` by `make docs`; a test holds it
against them. A proposal and its approval need two persons: whoever proposed may not approve.

## Acts of a person on a problem
"""

_OTHERS = """
## Commands that come by another way

From a district's signed link, from a draw, a rule change or a returned mail; the rules ask the
same question of them.
"""


def role_table() -> str:
    """Give the whole page in Markdown."""
    acts = "\n".join(_acts())
    others = "\n".join(_others())
    return f"{_INTRO}\n{acts}\n{_OTHERS}\n{others}\n"


def _head(*columns: str) -> Iterator[str]:
    names = (*columns, *(role.value for role in _ROLES))
    yield f"| {' | '.join(names)} |"
    yield f"|{'---|' * len(names)}"


def _marks(right: Right) -> str:
    return " | ".join("✓" if role in right else "" for role in _ROLES)


def _acts() -> Iterator[str]:
    yield from _head("act", "over REST", "commands")
    for act in ACTS:
        names = "、".join(f"`{command.name}`" for command in act.commands)
        yield f"| {act.title} | `{_address(act)}` | {names} | {_marks(act.right)} |"


def _address(act: Act) -> str:
    return f"POST {act.at}/{act.path}"


def _others() -> Iterator[str]:
    declared = {command.name for act in ACTS for command in act.commands}
    yield from _head("command")
    for name in sorted(set(COMMANDS) - declared):
        yield f"| `{name}` | {_marks(COMMANDS[name].may)} |"
