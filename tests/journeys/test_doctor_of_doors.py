"""The doctor says what crosses a network in clear."""

from __future__ import annotations

from typing import Any

import pytest

from command_line.doctor_of_doors import connections
from command_line.examined import Finding
from settings import Settings


async def said(**given: Any) -> tuple[Finding, str]:
    """Give what the doctor says of the connections."""
    found = await connections(Settings(_env_file=None, **given))
    return found.finding, found.words


async def test_what_stays_on_this_machine_needs_no_tls() -> None:
    assert (await said())[0] is Finding.OK
    here = "postgresql://bihuan@127.0.0.1/bihuan"
    assert (await said(database_url=here, temporal_address="[::1]:7233"))[0] is Finding.OK


@pytest.mark.parametrize(
    ("name", "plain", "sealed"),
    [
        (
            "数据库",
            {"database_url": "postgresql://a@db/b"},
            {"database_url": "postgresql://a@db/b?sslmode=verify-full"},
        ),
        (
            "Temporal",
            {"temporal_address": "temporal:7233"},
            {"temporal_address": "temporal:7233", "temporal_tls": True},
        ),
        (
            "邮件服务器",
            {"smtp_host": "mail.example"},
            {"smtp_host": "mail.example", "smtp_security": "tls"},
        ),
        (
            "佐证材料存储",
            {"s3_endpoint": "http://s3.example"},
            {"s3_endpoint": "https://s3.example"},
        ),
    ],
)
async def test_what_crosses_a_network_in_clear_is_named(
    name: str, plain: dict[str, Any], sealed: dict[str, Any]
) -> None:
    finding, words = await said(**plain)
    assert (finding, name in words) == (Finding.NOTE, True)
    assert (await said(**sealed))[0] is Finding.OK
