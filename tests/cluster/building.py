"""The Temporal server of production and its schema tool, built from their module.

The versions and hashes of everything in them stand in temporal/go.mod and temporal/go.sum. What was built stays in
the user's cache, outside the project.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

MODULE = Path(__file__).parent / "temporal"
SERVER = "go.temporal.io/server"
PROGRAMS = {
    "temporal-server": f"{SERVER}/cmd/server",
    "temporal-sql-tool": f"{SERVER}/cmd/tools/sql",
}
_BUILT_WITHIN = 5_400.0


class NotBuilt(Exception):
    """The server cannot be had here; the words say what is missing or what failed."""


def version() -> str:
    """The server's version."""
    pinned = re.search(rf"{SERVER} v(?P<version>\S+)", (MODULE / "go.mod").read_text("utf-8"))
    assert pinned is not None
    return pinned["version"]


def built() -> Path:
    """Give the folder of the programs, built once for each version; raises NotBuilt."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache / "bihuan" / f"temporal-{version()}"
    for name, package in PROGRAMS.items():
        if not (folder / name).exists():
            folder.mkdir(parents=True, exist_ok=True)
            _go("build", "-ldflags=-s -w", "-o", str(folder / f".{name}"), package)
            (folder / f".{name}").replace(folder / name)
    return folder


def schemas() -> Path:
    """Give the folder of the schemas that belong to the server; raises NotBuilt."""
    return Path(_go("list", "-m", "-f", "{{.Dir}}", SERVER).strip()) / "schema/postgresql/v12"


def _go(*words: str) -> str:
    go = shutil.which("go")
    if go is None:
        raise NotBuilt("no Go toolchain here: the Temporal server cannot be built")
    environment = {**os.environ, "GOFLAGS": "-mod=readonly -buildvcs=false"}
    done = subprocess.run(
        [go, *words],
        cwd=MODULE,
        env=environment,
        capture_output=True,
        text=True,
        timeout=_BUILT_WITHIN,
        check=False,
    )
    if done.returncode:
        raise NotBuilt(f"go {words[0]} failed: {done.stderr.strip()[-600:]}")
    return done.stdout
