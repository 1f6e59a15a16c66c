"""The whole city: real Temporal server, worker, doors and mail folder, all in one folder."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
from pydantic import SecretStr
from sqlmodel import col, select
from temporalio.client import Client

from api.app import create_app
from domain.local_time import day_of
from domain.roles import Role
from embedded.prepare import prepare
from embedded.temporal_server import NAMESPACE, TemporalServer, free_port
from gateways.mail_folder import MailFolder
from gateways.mail_inbox import MailInbox
from office.ports import Services
from settings import Settings
from store.engine import Database
from store.people import accounts
from store.people import tokens as personal_tokens
from store.people.accounts import fingerprint
from store.people.tokens import Scope
from store.tables import AccountRow, SessionRow
from tests.worlds.patience import eventually
from wiring import rules_of_the_day, services_for, shifted_clock
from worker import working

SUPERVISOR = Role.SUPERVISOR


@dataclass
class City:
    """Everything running, and two people with a key each: a token, a supervisor's his session."""

    settings: Settings
    client: Client
    services: Services
    browser: httpx2.AsyncClient
    mails: MailFolder
    tokens: dict[Role, str]
    cookie: str = "bihuan"
    """The name of the session cookie; over https it has another."""

    @property
    def db(self) -> Database:
        """Its store."""
        return self.services.db

    async def ask(
        self, method: str, path: str, role: Role = Role.OFFICER, **rest: Any
    ) -> httpx2.Response:
        """Call REST as somebody."""
        key = self.tokens[role]
        own = (
            {"Cookie": f"{self.cookie}={key}"}
            if role is SUPERVISOR
            else {"Authorization": f"Bearer {key}"}
        )
        headers = {**own, **rest.pop("headers", {})}
        return await self.browser.request(method, f"/api/v1{path}", headers=headers, **rest)

    async def change(self, path: str, key: str, role: Role = Role.OFFICER, **rest: Any) -> Any:
        """Change something; it must succeed."""
        answer = await self.ask("POST", path, role, headers={"Idempotency-Key": key}, **rest)
        assert answer.status_code in (200, 201), answer.text
        return answer.json()


@asynccontextmanager
async def city_in(
    folder: Path,
    people: str = "test",
    payload_keys: str = "",
    *,
    heeds_doors: bool = False,
    url: str = "",
    shift: timedelta = timedelta(0),
) -> AsyncIterator[City]:
    """A city that lives in a folder, or goes on there; its people's logins begin with `people`.

    `url` is the store's address, SQLite in the folder by default; `shift` moves the domain's now.
    """
    server = TemporalServer(folder / "temporal", free_port())
    settings = Settings(
        _env_file=None,
        data_dir=folder,
        temporal_address=server.address,
        temporal_namespace=NAMESPACE,
        smtp_port=free_port(),
        web_port=free_port(),
        digests=False,
        database_url=url,
        clock_shift_seconds=shift.total_seconds(),
        payload_keys=SecretStr(payload_keys),
    )
    server.payload_keys = settings.temporal.payload_keys
    db = Database(settings.database, shifted_clock(settings))
    mails = MailFolder(folder / "mails")
    inbox = MailInbox(mails, settings.smtp_port)
    await prepare(settings, db)
    if heeds_doors:
        # Past the checks of a production start: nothing else of it is wanted here.
        settings = settings.model_copy(update={"environment": "production"})
    client = await server.start()
    inbox.start()
    try:
        async with working(client, db, settings):
            services = services_for(client, db, settings, rules_of_the_day(settings))
            app = create_app(services)
            transport = httpx2.ASGITransport(app=app)
            async with (
                app.router.lifespan_context(app),
                httpx2.AsyncClient(transport=transport, base_url=settings.public_url) as browser,
            ):
                roles = (Role.OFFICER, Role.SUPERVISOR)
                tokens = {role: await token_of(db, f"{people}.{role}", role) for role in roles}
                yield City(settings, client, services, browser, mails, tokens)
    finally:
        inbox.stop()
        await server.stop()
        await db.dispose()


async def token_of(db: Database, somebody: str, role: Role) -> str:
    """Give somebody's key; he gets an account first where there is none. No token approves."""
    async with db.reading() as session:
        known = await session.scalar(select(AccountRow.id).where(col(AccountRow.login) == somebody))
    if known is None:
        account = await accounts.create(db, somebody, somebody, role, "a long enough phrase")
        known = account.id
    if role is not SUPERVISOR:
        return await personal_tokens.issue(db, known, "test", Scope.ACT, timedelta(days=3650))
    async with db.writing() as session:
        now, cookie = db.now(), f"cookie-{known}"
        await session.merge(
            SessionRow(id=fingerprint(cookie), account_id=known, created_at=now, last_seen_at=now)
        )
    return cookie


NEW = {
    "district": "500103",
    "enterprise": "重庆示例印务有限公司",
    "description": "印刷车间集气罩未全部开启，有机废气无组织排放。",
}


async def register(city: City) -> str:
    """Register and transfer today."""
    today = day_of(datetime.now(UTC)).isoformat()
    transfer = {"on": today, "document_no": "渝环执法移示例1号"}
    created = await city.change("/problems", "new-1", json={**NEW, "transfer": transfer})
    number = str(created["problem_no"])

    async def known() -> bool:
        return (await city.ask("GET", f"/problems/{number}")).status_code == 200

    await eventually(known)
    return number


async def answer_by_link(city: City, number: str) -> None:
    """Follow the link of the transfer mail and hand in the form, as a district's clerk would."""
    asked = f"{number}号问题移交"

    async def mailed() -> str:
        texts = [mail.text for mail in city.mails.list() if asked in mail.text]
        found = [re.search(r"https?://\S+/f/(\S+)", text) for text in texts]
        return next((match[1] for match in found if match), "")

    token = await eventually(mailed)
    async with httpx2.AsyncClient(
        transport=city.browser._transport,  # the same app, another browser
        base_url=city.settings.public_url,
        follow_redirects=True,
        headers={"origin": city.settings.public_url},
    ) as phone:
        assert (await phone.get(f"/f/{token}")).status_code == 200
        form = await phone.post("/f/enter", data={"token": token})
        assert number in form.text
        hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
        typed = {
            "state": "done",
            "text": "集气罩已全部开启，已更换活性炭。",
            "penalty_outcome": "first_violation",
            "penalty_ground": "初次违法且危害后果轻微并及时改正",
            "filled_by": "示例填报人",
            "telephone": "023-00000000",
            "action": "submit",
        }
        action = re.search(r'<form[^>]*action="(/f/[^"]+)"', form.text)
        assert action is not None
        receipt = await phone.post(action[1], data={**hidden, **typed})
        assert "/f/receipt/" in str(receipt.url), receipt.text


async def stage(city: City, number: str) -> str:
    """Ask for the stage."""
    return str((await city.ask("GET", f"/problems/{number}")).json()["stage"])


async def review_and_revisit(city: City, number: str, key: str) -> str:
    """See the answer that waits reviewed, and the problem revisited; give the hash to approve."""

    async def under_review() -> bool:
        return await stage(city, number) == "under_review"

    await eventually(under_review)
    problem = (await city.ask("GET", f"/problems/{number}")).json()
    receipt = problem["submissions"][-1]["receipt_id"]
    review = {"receipt_id": receipt, "verdict": "accept_done", "reason": "齐全"}
    await city.change(f"/problems/{number}/reviews", f"review-{key}", json=review)
    visit = {
        "on": day_of(datetime.now(UTC)).isoformat(),
        "result": "in_place",
        "findings": "现场核查，已到位。",
    }
    await city.change(f"/problems/{number}/revisits", f"visit-{key}", json=visit)
    problem = (await city.ask("GET", f"/problems/{number}")).json()
    return str(problem["proposal"]["content_hash"])
