"""Make `city.zip` anew: lives begun through the doors of commit f6ba842, and left alone.

Run by that commit's own interpreter from its own folder; the README beside says how.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import sqlite3
import sys
import tempfile
import time
import zipfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx2
from temporalio.client import Client

from activities.archive import Archive
from api.app import create_app
from domain.roles import Role
from domain.rules import Rules
from embedded.prepare import add_sample_contacts
from embedded.temporal_server import NAMESPACE, TemporalServer, free_port
from gateways.calendar_files import load_calendar
from gateways.mail_inbox import MailFolder, MailInbox
from gateways.policy_files import load_policy
from settings import Settings
from store.engine import Database
from store.migrate import upgrade
from store.people import accounts
from tests.journeys.data_of_before.doors import LIVES, TODAY, City, eventually
from tests.journeys.data_of_before.patient import FAR, patient
from worker import working

EN_ROUTE = "CQ2026-0007"
UNKNOWN = "CQ2026-0008"


async def live(city: City) -> None:
    """Bring each life to where it waits for the new version."""
    for number in LIVES:
        await city.register(number)
    await city.answer("CQ2026-0002")
    await city.stage("CQ2026-0002", "under_review")
    await suspend(city, "CQ2026-0003")
    await city.answer("CQ2026-0004")
    await city.propose_closure("CQ2026-0004")
    await close_with_points(city, "CQ2026-0005")
    await city.answer("CQ2026-0006")
    await city.close("CQ2026-0006")
    await city.answer(UNKNOWN)
    await city.stage(UNKNOWN, "under_review")


async def suspend(city: City, number: str) -> None:
    """Have a problem suspended for years, by two persons."""
    until = TODAY + timedelta(days=FAR - 1)
    await city.do(
        f"/problems/{number}/suspension", review_on=until.isoformat(), reason="示例：停产检修"
    )
    (waiting,) = (await city.ask(f"/problems/{number}"))["proposed"]
    await city.do(
        f"/problems/{number}/approvals",
        Role.SUPERVISOR,
        decision="approve",
        proposal=waiting["seq"],
        content_hash=waiting["content_hash"],
    )


async def close_with_points(city: City, number: str) -> None:
    """Found false, answered again on paper, closed: its window of appeal is open for years."""
    await city.answer(number)
    await city.review(number, "found_false")
    await city.stage(number, "rectifying")
    await city.do(
        f"/problems/{number}/paper-answers",
        round_no=2,
        received_on=TODAY.isoformat(),
        channel="paper",
        state="done",
        text="示例：集气罩已全部开启，详见书面反馈。",
    )
    await city.close(number)


async def leave_open(city: City) -> None:
    """With nobody at work, an answer is handed in and a review is asked for."""
    await city.answer(EN_ROUTE)
    await city.review(UNKNOWN, "accept_done")


@asynccontextmanager
async def open_doors(settings: Settings, client: Client, db: Database) -> AsyncIterator[City]:
    """Open the doors by the patient rules, with one mail folder behind them."""
    # Where wiring stood then; today's tree has it elsewhere.
    wiring = importlib.import_module("asgi")
    rules = Rules(patient(load_policy()), load_calendar())
    app = create_app(wiring.services_for(client, db, settings, rules))
    tokens = {}
    for role in (Role.OFFICER, Role.SUPERVISOR):
        name = f"before.{role.value}"
        account = await accounts.create(db, name, f"示例{role.label}", role, "a long enough phrase")
        tokens[role] = await accounts.issue_token(db, account.id, "示例")
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=app), base_url=settings.public_url
    ) as browser:
        yield City(browser, settings.public_url, MailFolder(settings.data_dir / "mails"), tokens)


async def make() -> None:
    """Live in the folder one stands in."""
    server = TemporalServer(Path("var/temporal"), free_port())
    settings = Settings(
        _env_file=None,
        data_dir=Path("var"),
        temporal_address=server.address,
        temporal_namespace=NAMESPACE,
        smtp_port=free_port(),
        web_port=8000,
        digests=False,
        sweep_minutes=10_000,
    )
    settings.data_dir.mkdir()
    db = Database(settings.database)
    post = MailInbox(MailFolder(settings.data_dir / "mails"), settings.smtp_port)
    await upgrade(settings.database)
    await add_sample_contacts(db)
    client = await server.start()
    post.start()
    try:
        async with open_doors(settings, client, db) as city:
            async with working(client, db, settings):
                await live(city)
                await client.get_workflow_handle("problem-CQ2026-0006").result()
                swept = Archive(client, db, settings.archive).archive_closed_runs
                await eventually(swept)
                await asyncio.sleep(3)  # the last mails go out
            await leave_open(city)
    finally:
        post.stop()
        await server.stop()
        await db.dispose()


def pack(folder: Path, target: Path) -> None:
    """Keep what a restart needs, as small as it gets."""
    for name in ("bihuan.db", "temporal/temporal.db"):
        with sqlite3.connect(folder / name) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("VACUUM")
    kept = [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in {".db", ".eml", ".json", ".gz"}
    ]
    # By name and content alone: nothing of the machine, its user or its hour.
    with zipfile.ZipFile(target, "w", zipfile.ZIP_LZMA) as archive:
        for path in kept:
            member = zipfile.ZipInfo(path.relative_to(folder).as_posix())
            archive.writestr(member, path.read_bytes(), zipfile.ZIP_LZMA)


def main() -> None:
    """Live, and keep what is left in the folder of this file."""
    # A client's identity stands in every history it writes.
    socket.gethostname = lambda: "example"
    target = Path(__file__).parent / "city.zip"
    # What is recorded of a file's place is then relative, as in a folder where `bihuan run` is run.
    with tempfile.TemporaryDirectory() as name, contextlib.chdir(name):
        begun = time.monotonic()
        asyncio.run(make())
        pack(Path("var"), target)
        size = target.stat().st_size
    sys.stdout.write(f"{target.name}: {size} bytes, {time.monotonic() - begun:.0f} s\n")


if __name__ == "__main__":
    main()
