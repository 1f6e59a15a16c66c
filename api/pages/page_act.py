"""One act as a problem's page offers it, and how its form is read."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, Self

from starlette.datastructures import UploadFile

from api.ports import Services
from domain.commands import Command
from domain.problem import Problem
from domain.roles import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody sent with a form: its filled fields, its files, the id it is done under."""

    services: Services
    by: Actor
    fields: Mapping[str, str]
    files: Sequence[UploadFile]
    act_id: str


Reader = Callable[[Asked], Awaitable[Command]]
When = Callable[[Problem, Actor], bool]


class _Body(Protocol):
    @classmethod
    def model_validate(cls, obj: Mapping[str, str], /) -> Self: ...

    def command(self, by: Actor) -> Command: ...


def read_as(model: type[_Body]) -> Reader:
    """Read a form's fields as a model that makes the command by itself."""

    async def read(asked: Asked) -> Command:
        return model.model_validate(asked.fields).command(asked.by)

    return read


@dataclass(frozen=True, slots=True, kw_only=True)
class PageAct:
    """One act as the page offers it.

    `path` ends its address and names its template; `right` is the command whose row in the table of
    roles decides who sees it; `when` says whether the problem calls for it. `step` is True for what
    moves the problem on: such an act stands open, the others wait folded. `files` is True where
    the form takes files.
    """

    path: str
    title: str
    button: str
    done: str
    right: str
    when: When
    read: Reader
    step: bool = False
    files: bool = False
