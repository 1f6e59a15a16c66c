"""Copies of databases, each by its own tool: SQLite's online backup, pg_dump and pg_restore."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL, make_url

_HOURS = 6 * 3600


class CopyFailed(Exception):
    """A copy could not be made or brought back; `code` is stable, the words say what to do."""

    def __init__(self, code: str, words: str) -> None:
        """Fail for the reason `code`."""
        super().__init__(words)
        self.code = code


def copy_out(address: str, target: Path) -> None:
    """Write one database, as it stands at one instant, to a file; raises CopyFailed."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        _copy_sqlite(_file_of(url), target)
        return
    _run("pg_dump", url, "--format=custom", "--no-owner", "--no-privileges", "--file", str(target))


def copy_in(source: Path, address: str) -> None:
    """Fill an empty database from a file; raises CopyFailed, also where it is not empty."""
    url = make_url(address)
    demand_empty(address)
    if url.get_backend_name() == "sqlite":
        _file_of(url).parent.mkdir(parents=True, exist_ok=True)
        _copy_sqlite(source, _file_of(url))
        return
    options = ("--no-owner", "--no-privileges", "--exit-on-error", "--single-transaction")
    _run("pg_restore", url, *options, str(source))


def demand_empty(address: str) -> None:
    """Raise CopyFailed where a database holds anything: nothing is ever overwritten."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        full = _file_of(url).exists()
    else:
        tables = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"
        full = _run("psql", url, "--tuples-only", "--no-align", "--command", tables).strip() != "0"
    if full:
        raise CopyFailed(
            "target_not_empty",
            f"数据库{shown(address)}已有内容。为防覆盖，恢复只写入空的数据库，请另建空库或移走原文件。",
        )


def shown(address: str) -> str:
    """Show a database's address without its password."""
    return make_url(address).render_as_string(hide_password=True)


def _file_of(url: URL) -> Path:
    return Path(url.database or "")


def _copy_sqlite(source: Path, target: Path) -> None:
    if not source.exists():
        raise CopyFailed("database_missing", f"找不到数据库文件{source}，请核对设置。")
    beside = target.with_name(f".{target.name}.new")
    beside.unlink(missing_ok=True)
    try:
        with (
            closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old,
            closing(sqlite3.connect(beside)) as new,
        ):
            old.backup(new)
            new.execute("PRAGMA journal_mode = DELETE")  # one file, without a log beside it
    except sqlite3.Error as error:
        beside.unlink(missing_ok=True)
        raise CopyFailed("database_unreadable", f"数据库文件{source}无法复制：{error}") from error
    beside.replace(target)


def _run(program: str, url: URL, *arguments: str) -> str:
    """Run one of PostgreSQL's tools; the password goes by the environment, where nobody lists it."""
    found = shutil.which(program)
    if found is None:
        raise CopyFailed(
            "tool_missing", f"找不到{program}，请安装与服务器同版本的 PostgreSQL 客户端工具。"
        )
    where = URL.create(
        "postgresql", url.username, None, url.host, url.port, url.database, url.query
    )
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    command = [found, "--dbname", where.render_as_string(hide_password=False), *arguments]
    try:
        done = subprocess.run(  # noqa: S603  # the program is PostgreSQL's, the address our setting
            command, env=environment, capture_output=True, text=True, timeout=_HOURS, check=False
        )
    except subprocess.TimeoutExpired as late:
        raise CopyFailed("tool_too_slow", f"{program}超过6小时未完成，已中止。") from late
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["没有说明"]
        said = next((line for line in lines if "error" in line), lines[-1])
        raise CopyFailed("tool_failed", f"{program}未能完成：{said}")
    return done.stdout
