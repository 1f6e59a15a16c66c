"""The whole app in this process, with people of every role: real store, real rules, real doors.

Only the desk is ours. Like the real one it applies a command once per id, and it can be told to be
away (nothing reaches it) or to lose its answers (what was asked is done, and nobody hears of it), or to
lag (a life is there, but its row of the list is not found by it yet).
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import openpyxl
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlalchemy import select, update
from sqlmodel import col

from api.app import create_app
from api.forms import mark_of, veiled
from domain import commands as c
from domain.outcomes import NoSuchLife, Outcome, OutcomeUnknown
from domain.problem import Problem
from domain.roles import ROLE_LABELS, Role
from domain.rules import Rules
from gateways.evidence_folder import EvidenceFolder
from gateways.letter_press import LetterPress
from gateways.link_signer import DISTRICT_DAY, OWN_LIST, LinkSigner
from gateways.seals import SecretSeals
from office.ports import RulesInForce, Services
from store.district import links
from store.district.links import LinkKey
from store.engine import Database
from store.lives import problems
from store.lives.records import record
from store.people import tokens as personal_tokens
from store.people.accounts import fingerprint
from store.people.tokens import Scope
from store.tables import AccountRow, ProblemRow, SessionRow, Table
from tests.worlds.house import BASE_URL, MONDAY, YUZHONG, Clock, Desk, House, rules
from tests.worlds.life import Life
from tests.worlds.templates import renderer

if TYPE_CHECKING:
    from sqlite3 import Connection

API = "/api/v1"
_SEEN = ("last_seen_at", "last_used_at")
PEOPLE = (Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR, Role.ADMINISTRATOR)
NEW: dict[str, Any] = {
    "district": YUZHONG,
    "enterprise": "重庆示例印务有限公司",
    "description": "印刷车间集气罩未全部开启，有机废气无组织排放。",
}
TRANSFER = {"on": MONDAY.isoformat(), "document_no": "渝环执法移示例1号"}


@dataclass
class Counter(Desk):
    """Decides and records at once, each id once."""

    away: bool = False
    loses_answers: bool = False
    lags: bool = False
    one_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def start(
        self,
        problem_no: str,
        register: c.RegisterProblem,
        transfer: c.TransferProblem | None,
        *,
        row_key: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Begin a life; beginning it again changes nothing."""
        if self.away:
            raise OutcomeUnknown
        if rules is not None:
            recorded = rules.recorded(transfer.on if transfer else None)
            self.judged_by.setdefault(problem_no, recorded)
        async with self.one_at_a_time:
            if await self._known(problem_no) is None:
                await super().command(problem_no, register, f"{problem_no}-register")
                if transfer is not None:
                    await super().command(problem_no, transfer, f"{problem_no}-transfer")
                if not self.lags:
                    await self._found_by_row(problem_no, row_key)
        if self.loses_answers:
            raise OutcomeUnknown

    async def command(self, problem_no: str, command: c.Command, command_id: str) -> Outcome:
        """Apply a command once per id, or give what it came to before."""
        if self.away:
            raise OutcomeUnknown
        begins = isinstance(command, c.RegisterProblem)
        if not begins and await self._known(problem_no) is None:
            raise NoSuchLife(problem_no)
        outcome = await super().command(problem_no, command, command_id)
        if self.loses_answers:
            raise OutcomeUnknown
        return outcome

    async def judged(self, problem_no: str) -> tuple[Problem, Rules]:
        """Give the problem and by what it is judged."""
        if self.away:
            raise OutcomeUnknown
        return await super().judged(problem_no)

    async def _found_by_row(self, problem_no: str, row_key: str) -> None:
        of_problem = update(ProblemRow).where(col(ProblemRow.problem_no) == problem_no)
        async with self.db.writing() as session:
            await session.execute(of_problem.values(row_key=row_key or None))

    async def _known(self, problem_no: str) -> Problem | None:
        async with self.db.reading() as session:
            return await problems.get(session, problem_no)


@dataclass
class Office(House):
    """The house with its people, and everybody's key to it."""

    cookies: dict[Role, str] = field(default_factory=dict)
    tokens: dict[Role, str] = field(default_factory=dict)
    _watcher: Connection | None = None
    _reckoned: str = ""
    _reckoned_at: int = -1

    @property
    def counter(self) -> Counter:
        """The desk, to be told how it fares."""
        assert isinstance(self.desk, Counter)
        return self.desk

    def seated(self, role: Role) -> httpx2.AsyncClient:
        """The browser of somebody who has signed in."""
        browser = self.browser()
        browser.cookies.set("__Host-bihuan", self.cookies[role])
        return browser

    def mark(self, role: Role) -> str:
        """The mark that the forms of somebody's session carry."""
        return veiled(mark_of("form", self.cookies[role]))

    async def ask(
        self, method: str, path: str, role: Role | None = Role.OFFICER, **rest: Any
    ) -> httpx2.Response:
        """Call REST with somebody's personal token, or with none; a supervisor by his session.

        No token approves.
        """
        headers = dict(rest.pop("headers", {}))
        if role is Role.SUPERVISOR:
            await self.everybody_is_back()
            return await self._called(self.seated(role), method, path, headers, rest)
        if role is not None:
            headers["Authorization"] = f"Bearer {self.tokens[role]}"
        return await self._called(self.browser(), method, path, headers, rest)

    async def _called(
        self,
        client: httpx2.AsyncClient,
        method: str,
        path: str,
        headers: Mapping[str, str],
        rest: Mapping[str, Any],
    ) -> httpx2.Response:
        async with client as browser:
            return await browser.request(method, f"{API}{path}", headers=headers, **rest)

    async def change(
        self, path: str, key: str, body: object = None, role: Role = Role.OFFICER
    ) -> httpx2.Response:
        """Ask for a change under an Idempotency-Key."""
        headers = {"Idempotency-Key": key}
        return await self.ask("POST", path, role, headers=headers, json=body)

    async def send(
        self, method: str, path: str, role: Role = Role.OFFICER, key: str = "", **rest: Any
    ) -> httpx2.Response:
        """Call REST as somebody; under a key of its own, unless one is given."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        return await self.ask(method, path, role, headers=headers, **rest)

    async def sheet(
        self, path: str, role: Role = Role.OFFICER, number: int = 0
    ) -> list[tuple[Any, ...]]:
        """Give the rows of an exported sheet, headings first, title and note left out."""
        answer = await self.ask("GET", path, role)
        assert answer.status_code == 200, answer.text
        book = openpyxl.load_workbook(io.BytesIO(answer.content))
        return list(book.worksheets[number].iter_rows(min_row=2, values_only=True))

    async def sign_in(self, role: Role) -> Person:
        """Let somebody sign in now and sit down in front of the pages."""
        await self.everybody_is_back()
        browser = self.seated(role)
        browser.follow_redirects = True
        return Person(browser)

    async def registered(self, key: str = "register-1", **changes: Any) -> str:
        """Register and transfer a problem over REST; give its number."""
        made = await self.change("/problems", key, {**NEW, "transfer": TRANSFER, **changes})
        assert made.status_code == 201, made.text
        return str(made.json()["problem_no"])

    async def close(self) -> None:
        """Let what works in the background come to its end, then close the database.

        A connection in use would never be closed.
        """
        under_way = list(self.services.imports.tasks.values())
        if under_way:
            _, left = await asyncio.wait(under_way, timeout=5)
            for task in left:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
        if self._watcher is not None:
            self._watcher.close()
        await self.db.dispose()

    async def everybody_is_back(self) -> None:
        """Everybody has signed in this very moment."""
        now = self.clock.now
        async with self.db.writing() as session:
            await session.execute(update(SessionRow).values(created_at=now, last_seen_at=now))

    async def until_overdue(self, problem_no: str) -> None:
        """Let the open round's due instant pass and what is due then be met."""
        async with self.db.reading() as session:
            problem = await problems.get(session, problem_no)
        assert problem is not None
        life = Life(rules=rules(), now=self.clock.now, problem_or_none=problem)
        life.until(problem.rounds[-1].due_on + timedelta(days=1))
        self.clock.now = life.now
        await record(self.db, problem_no, life.history, life.notices)

    async def closed(self) -> str:
        """Give a problem that went straight to its closure."""
        return await self.closed_one("register-1")

    async def closed_one(self, key: str) -> str:
        """Give another one."""
        document = {**TRANSFER, "document_no": f"渝环执法移示例{key}号"}
        no = await self.registered(key, transfer=document)
        async with self.db.reading() as session:
            problem = await problems.get(session, no)
        life = Life(rules=rules(), now=self.clock.now, problem_or_none=problem)
        life.answer()
        life.review()
        life.revisit()
        life.approve()
        await record(self.db, no, life.history, life.notices)
        return no

    async def district_browser(self, problem_no: str) -> httpx2.AsyncClient:
        """A browser let in by links to a form, to a day's list and to the district's own list."""
        visitor = await self.visitor(await self.link(problem_no))
        expires = self.clock.now.replace(year=self.clock.now.year + 1)
        day = LinkKey(
            purpose=DISTRICT_DAY,
            district=YUZHONG,
            recipient="a@example.cn",
            day=MONDAY.isoformat(),
        )
        own = LinkKey(purpose=OWN_LIST, district=YUZHONG, recipient="示例经办人")
        for key in (day, own):
            link = await links.issue(self.db, key, expires)
            entered = await visitor.browser.post("/f/enter", data={"token": self.token(link)})
            assert entered.status_code == 303, entered.text
        return visitor.browser

    async def digest(self) -> str:
        """A hash of every row of every table, but for when somebody was last seen and refused.

        It is reckoned anew only after somebody committed.
        """
        version = self._commits()
        if version != self._reckoned_at:
            self._reckoned, self._reckoned_at = await self._rows_hashed(), version
        return self._reckoned

    async def _rows_hashed(self) -> str:
        found = hashlib.sha256()
        async with self.db.reading() as session:
            for table in Table.metadata.sorted_tables:
                if table.name == "security_log":
                    continue
                kept = [column for column in table.columns if column.name not in _SEEN]
                rows = (await session.execute(select(*kept))).all()
                found.update(f"{table.name} {sorted(map(repr, rows))}".encode())
        return found.hexdigest()

    def _commits(self) -> int:
        """Give SQLite's own mark of the last commit by any connection but this one."""
        if self._watcher is None:
            import sqlite3  # the one that store.engine has put under this name

            self._watcher = sqlite3.connect(str(self.db.url.database))
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])


@dataclass
class Person:
    """Somebody signed in, in front of the pages."""

    browser: httpx2.AsyncClient

    async def see(self, path: str) -> str:
        """Look at a page."""
        answer = await self.browser.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text

    async def press(self, page: str, path: str, fields: dict[str, Any]) -> httpx2.Response:
        """Look at a page, then post one of its forms."""
        shown = await self.see(page)
        mark = re.search(r'name="mark" value="([0-9a-f]{64})"', shown)
        key = re.search(r'name="key" value="([^"]+)"', shown)
        assert mark is not None
        hidden = {"mark": mark[1]} | ({"key": key[1]} if key else {})
        return await self.browser.post(path, data={**hidden, **fields})


def operations(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Give method and path of every address the app answers, pages and programs alike."""
    for route in iter_route_contexts(app.routes):
        for method in sorted(route.methods or ()):
            yield method, str(getattr(route, "path_format", route.path))


def documented(app: FastAPI) -> Mapping[tuple[str, str], dict[str, Any]]:
    """Give every operation of the app's OpenAPI by method and path."""
    return {
        (method.upper(), path): operation
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
    }


def sample_list(_: date) -> bytes:
    """Stands for the sample list, which the entry point knows."""
    return b"no workbook"


async def make_office(folder: Path, db: Database) -> Office:
    """Build everything over a migrated database, whose clock becomes the office's."""
    db.now = clock = Clock()
    desk = Counter(db)
    services = Services(
        db=db,
        desk=desk,
        renderer=renderer(),
        signer=LinkSigner([("k1", "0" * 40)], clock),
        seals=SecretSeals([("k1", "0" * 40)]),
        evidence=EvidenceFolder(folder / "evidence"),
        in_force=RulesInForce(policies=(rules().policy,), calendar=rules().calendar),
        base_url=BASE_URL,
        press=LetterPress(issuer="重庆市生态环境局（示例）"),
        samples=sample_list,
    )
    office = Office(services, clock, desk, create_app(services))
    for role in PEOPLE:
        await _seat(office, role)
    return office


async def _seat(office: Office, role: Role) -> None:
    """Give one person of a role an account, an open session and a personal token."""
    db, now, name = office.db, office.clock.now, role.value
    async with db.writing() as session:
        session.add(
            AccountRow(
                id=f"u-{name}",
                login=name,
                name=ROLE_LABELS[role],
                role=name,
                password_hash="nobody signs in with it",
                created_at=now,
            )
        )
        await session.flush()
        office.cookies[role] = f"cookie-{name}"
        session.add(
            SessionRow(
                id=fingerprint(office.cookies[role]),
                account_id=f"u-{name}",
                created_at=now,
                last_seen_at=now,
            )
        )
    office.tokens[role] = await personal_tokens.issue(
        db, f"u-{name}", "test", Scope.ACT, timedelta(days=3650)
    )
