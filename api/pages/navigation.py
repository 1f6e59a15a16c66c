"""The main navigation: what each role works with stands on one line, the rest behind a word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from api.access import OFFICE, READERS
from domain.roles import SUPERVISORS, Role
from office.registers import REGISTERS


@dataclass(frozen=True, slots=True)
class Place:
    """A page of the navigation."""

    address: str
    label: str


@dataclass(frozen=True, slots=True)
class Menu:
    """Pages behind a word, for what is not gone to every hour."""

    label: str
    places: tuple[Place, ...]

    def holds(self, address: str) -> bool:
        """Whether the page at `address` stands in it."""
        return any(place.address == address for place in self.places)


LEDGER = Place("/problems", "问题台账")
LISTED = Place("/supervisory-list", "督察问题清单")
DRAWS = Place("/draws", "回头看抽取")
RULES = Place("/rule-changes", "日历和口径")
ACCOUNTS = Place("/accounts", "账号")
CONTACTS = Place("/contacts", "联系人")
GROUPS = Place("/inspection-groups", "执法帮扶组")
BATCHES = Place("/six-batches", "六个一批")
SECURITY_LOG = Place("/security-log", "安全日志")
MAILBOX = Place("/mailbox", "邮箱")
FIGURES = Menu("统计", (Place("/statistics", "年度统计"), Place("/scores", "扣分")))
NEW = Menu("新登记", (Place("/problems/new", "登记单个问题"), Place("/import", "导入问题清单")))
REGISTERS_MENU = Menu(
    "专项工作",
    (
        Place("/self-inspections", "自查自纠"),
        Place("/positive-list", "正面清单"),
        BATCHES,
        *(Place(f"/{one.address}", one.title) for one in REGISTERS),
    ),
)


def navigation(role: Role, *, development: bool) -> tuple[Place | Menu, ...]:
    """Give what stands on the line, in order; in development the caught mails are at its end."""
    caught = (MAILBOX,) if development else ()
    return (*_line_of(role), *caught)


def _line_of(role: Role) -> Iterator[Place | Menu]:
    if role is Role.ADMINISTRATOR:
        yield from (CONTACTS, GROUPS, ACCOUNTS, RULES, BATCHES, SECURITY_LOG)
        return
    yield Place("/", _desk_of(role))
    yield from (LEDGER, LISTED, FIGURES, DRAWS)
    if role is Role.AUDITOR:
        yield from (RULES, REGISTERS_MENU, Menu("管理", (SECURITY_LOG, ACCOUNTS)))
        return
    yield from (REGISTERS_MENU, *([NEW] if role in OFFICE else []))
    yield Menu("管理", (CONTACTS, GROUPS, RULES, ACCOUNTS))


def _desk_of(role: Role) -> str:
    if role in SUPERVISORS:
        return "待批"
    return "概况" if role is Role.AUDITOR else "待办"


def may_search(role: Role) -> bool:
    """Whether the search box leads somewhere: who keeps accounts alone sees no problems."""
    return role in READERS
