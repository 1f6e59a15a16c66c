"""The whole of it: PostgreSQL, Temporal on it, two workers, the web app behind nginx with TLS."""

from __future__ import annotations

import asyncio
import os
import shutil
import ssl
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
from sqlmodel import col, select
from temporalio.client import Client

from domain.roles import Role
from embedded.child import Child
from embedded.prepare import add_sample_contacts
from embedded.temporal_server import LOOPBACK, NAMESPACE, free_port
from gateways.mail_folder import MailFolder
from gateways.mail_inbox import MailInbox
from settings import Settings
from store.engine import Database
from store.people.accounts import fingerprint
from store.tables import SecondFactorRow, SessionRow
from tests.cluster.postgresql import BIN, PostgreSQL
from tests.cluster.temporal import Temporal
from tests.worlds.city import City, token_of
from tests.worlds.compose import ROOT
from tests.worlds.patience import eventually
from wiring import rules_of_the_day, services_for

_KEYS = "k1:3f9c1e7a5b2d8046f1a9c3e75b8d204613579bdf02468ace"


@dataclass
class Production:
    """An installation whose places stand in one folder, but for its databases."""

    folder: Path
    database: PostgreSQL
    temporal: Temporal
    workers: list[Child] = field(default_factory=list)
    _others: list[Child] = field(default_factory=list)
    _closing: list[MailInbox | Database | httpx2.AsyncClient] = field(default_factory=list)
    ports: dict[str, int] = field(
        default_factory=lambda: {name: free_port() for name in ("web", "http", "https", "smtp")}
    )

    @property
    def url(self) -> str:
        """The address people use."""
        return f"https://localhost:{self.ports['https']}"

    @property
    def environment(self) -> dict[str, str]:
        """What every part of the app is told."""
        return {
            "BIHUAN_ENVIRONMENT": "production",
            "BIHUAN_DATA_DIR": str(self.folder / "data"),
            "BIHUAN_DATABASE_URL": self.database.store,
            "BIHUAN_TEMPORAL_ADDRESS": self.temporal.address,
            "BIHUAN_TEMPORAL_NAMESPACE": NAMESPACE,
            "BIHUAN_TEMPORAL_DATABASE_URLS": ",".join(self.database.temporal),
            "BIHUAN_BASE_URL": self.url,
            "BIHUAN_LINK_KEYS": _KEYS,
            "BIHUAN_TRUSTED_PROXIES": LOOPBACK,
            "BIHUAN_SMTP_PORT": str(self.ports["smtp"]),
            "BIHUAN_DIGESTS": "False",
        }

    async def bihuan(self, *words: str) -> str:
        """Run one of the jobs to its end, as the owner of the tables; give what it said."""
        done = await asyncio.to_thread(
            subprocess.run,
            [sys.executable, "-m", "cli", *words],
            env={
                **self._inherited,
                **self.environment,
                "BIHUAN_MIGRATION_DATABASE_URL": self.database.owned,
            },
            cwd=ROOT,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"bihuan {words[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    async def start(self, people: str) -> City:
        """Start everything on databases that are there; `people` begins the logins."""
        client = await self.temporal.start()
        await self.bihuan("migrate")
        mails = MailFolder(self.folder / "mails")
        inbox = MailInbox(mails, self.ports["smtp"])
        inbox.start()
        self._closing.append(inbox)
        for _ in range(2):
            await self.start_worker()
        self._others.append(await self._run("web", "--port", str(self.ports["web"])))
        self._others.append(await self._nginx())
        return await self._city(client, mails, people)

    async def start_worker(self) -> None:
        """Start one more."""
        self.workers.append(await self._run("worker"))

    async def stop(self) -> None:
        """Stop everything but the database."""
        await asyncio.gather(*(one.stop(30) for one in (*self.workers, *self._others)))
        for one in self._closing:
            if isinstance(one, MailInbox):
                one.stop()
            elif isinstance(one, Database):
                await one.dispose()
            else:
                await one.aclose()
        await self.temporal.stop()

    @property
    def _inherited(self) -> dict[str, str]:
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        return {**os.environ, "PATH": path}

    async def _run(self, *words: str) -> Child:
        number = len(self.workers) + len(self._others)
        log = self.folder / f"{words[0]}-{number}.log"
        environment = {**self._inherited, **self.environment}
        child = Child((sys.executable, "-m", "cli", *words), environment, log)
        await child.start()
        return child

    async def _nginx(self) -> Child:
        program = shutil.which("nginx")
        assert program is not None
        (self.folder / "proxy.conf").write_text(self._proxy(), encoding="utf-8")
        (self.folder / "nginx.conf").write_text(self._site(), encoding="utf-8")
        command = (program, "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"))
        await asyncio.to_thread(self._certify)
        child = Child((*command, "-g", "daemon off;"), log=self.folder / "nginx.log")
        await child.start()
        return child

    def _proxy(self) -> str:
        shipped = (ROOT / "deploy/bihuan-proxy.conf").read_text(encoding="utf-8")
        return shipped.replace("127.0.0.1:8000", f"{LOOPBACK}:{self.ports['web']}")

    def _site(self) -> str:
        """The sample as it is shipped, at our addresses and with our certificate."""
        shipped = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
        ours = {
            "listen 80;": f"listen {LOOPBACK}:{self.ports['http']};",
            "listen 443 ssl http2;": f"listen {LOOPBACK}:{self.ports['https']} ssl http2;",
            "bihuan.example.cn": "localhost",
            "/etc/ssl/bihuan/fullchain.pem": str(self.folder / "cert.pem"),
            "/etc/ssl/bihuan/key.pem": str(self.folder / "key.pem"),
            "/etc/nginx/bihuan-proxy.conf": str(self.folder / "proxy.conf"),
        }
        for theirs, here in ours.items():
            assert theirs in shipped, theirs
            shipped = shipped.replace(theirs, here)
        temporary = "".join(
            f"{kind}_temp_path {self.folder}/nginx-{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        log = f"access_log {self.folder}/access.log;\n"
        return (
            f"{user}pid {self.folder}/nginx.pid;\nerror_log stderr;\nevents {{}}\n"
            f"http {{\n{log}{temporary}{shipped}}}\n"
        )

    def _certify(self) -> None:
        words = "req -x509 -newkey rsa:2048 -nodes -days 30 -subj /CN=localhost"
        places = ["-keyout", str(self.folder / "key.pem"), "-out", str(self.folder / "cert.pem")]
        names = ["-addext", "subjectAltName=DNS:localhost"]
        openssl = shutil.which("openssl")
        assert openssl is not None, "openssl comes with nginx"
        subprocess.run([openssl, *words.split(), *names, *places], check=True, capture_output=True)

    async def _city(self, client: Client, mails: MailFolder, people: str) -> City:
        fields = {
            name.removeprefix("BIHUAN_").lower(): value for name, value in self.environment.items()
        }
        settings = Settings(_env_file=None, **fields)  # type: ignore[arg-type]  # read from words
        db = Database(settings.database)
        await add_sample_contacts(db)
        services = services_for(client, db, settings, rules_of_the_day(settings))
        trusted = ssl.create_default_context(cafile=str(self.folder / "cert.pem"))
        browser = httpx2.AsyncClient(base_url=self.url, verify=trusted, timeout=60)
        self._closing += [browser, db]
        roles = (Role.OFFICER, Role.SUPERVISOR)
        tokens = {role: await token_of(db, f"{people}.{role}", role) for role in roles}
        await _show_second_factor(db, tokens[Role.SUPERVISOR])
        city = City(settings, client, services, browser, mails, tokens, "__Host-bihuan")

        async def answered() -> bool:
            try:
                return (await browser.get("/health/ready")).status_code == 200
            except httpx2.TransportError:
                return False

        await eventually(answered, "the web app behind nginx")
        return city


async def _show_second_factor(db: Database, cookie: str) -> None:
    """Production demands one of a supervisor; how it is shown is tested elsewhere."""
    async with db.writing() as session:
        row = await session.scalar(
            select(SessionRow).where(col(SessionRow.id) == fingerprint(cookie))
        )
        assert row is not None
        row.verified = True
        session.add(SecondFactorRow(account_id=row.account_id, secret="", in_use=True))
