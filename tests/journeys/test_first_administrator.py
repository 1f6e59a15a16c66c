"""A production install gets its first administrator on the command line."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

from command_line.doctor_of_doors import administrator
from command_line.examined import Finding
from settings import Settings

SERIOUS = {
    "BIHUAN_ENVIRONMENT": "production",
    "BIHUAN_BASE_URL": "https://bihuan.example",
    "BIHUAN_LINK_KEYS": "k1:" + "k3J9xQ2mZ7vT" * 3,
    "BIHUAN_TEMPORAL_ADDRESS": "127.0.0.1:1",
}


def bihuan(folder: Path, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run the command line on a machine of its own."""
    environment = {**os.environ, **SERIOUS, "BIHUAN_DATA_DIR": str(folder)}
    command = [sys.executable, "-m", "cli", *words]
    return subprocess.run(
        command, env=environment, input=typed, capture_output=True, text=True, check=False
    )


async def said_of_administrators(folder: Path) -> Finding:
    """Give what the doctor finds."""
    settings = Settings(
        _env_file=None,
        environment="production",
        base_url=SERIOUS["BIHUAN_BASE_URL"],
        link_keys=SERIOUS["BIHUAN_LINK_KEYS"],
        data_dir=folder,
    )
    return (await administrator(settings)).finding


async def test_the_first_administrator_is_asked_for_made_and_found(tmp_path: Path) -> None:
    migrated = bihuan(tmp_path, "migrate")
    assert "bihuan account create" in migrated.stdout, migrated.stderr
    # Nothing listens there: what starts after this job must not go on as if the namespace were ready.
    assert migrated.returncode == 1
    assert await said_of_administrators(tmp_path) is Finding.BROKEN
    create = ("account", "create", "admin", "--name", "示例管理员", "--role", "administrator")
    made = bihuan(tmp_path, *create)
    assert re.fullmatch(r"https://bihuan\.example/password/[\w-]{43}\n", made.stdout), made.stderr
    assert await said_of_administrators(tmp_path) is Finding.BROKEN
    taken = bihuan(tmp_path, *create)
    assert (taken.returncode, "已被使用" in taken.stderr) == (1, True)
    common = bihuan(tmp_path, "account", "reset", "admin", "--password-stdin", typed="1234567890\n")
    assert (common.returncode, "过于常见" in common.stderr) == (1, True)
    reset = bihuan(
        tmp_path, "account", "reset", "admin", "--password-stdin", typed="a phrase told once\n"
    )
    assert reset.returncode == 0, reset.stderr
    assert await said_of_administrators(tmp_path) is Finding.OK
    listed = json.loads(bihuan(tmp_path, "account", "list", "--json").stdout)
    assert listed == [
        {
            "login": "admin",
            "name": "示例管理员",
            "role": "administrator",
            "state": "首次登录须更换密码",
        }
    ]
    assert "管理员" in bihuan(tmp_path, "account", "list").stdout
    assert bihuan(tmp_path, "account", "reset", "nobody").returncode == 1
    assert bihuan(tmp_path, *create[:-1], "system").returncode == 2
