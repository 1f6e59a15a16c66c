"""What happens at the doors is kept: who, what, when, from where."""

from __future__ import annotations

import csv
import io
import json
import os
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from command_line.persons import operator
from domain.roles import Role
from store.people import chosen_passwords, security_log
from tests.api.signing_in import PASSWORD, browser_at, person, tried
from tests.worlds.office import Office

pytestmark = pytest.mark.usefixtures("quick_hashes")
ADMIN = Role.ADMINISTRATOR


async def kept(office: Office, what: str = "") -> list[dict[str, Any]]:
    """Give the entries, newest first, as the auditor reads them."""
    suffix = f"?what={what}" if what else ""
    answer = await office.ask("GET", f"/security-log{suffix}", Role.AUDITOR)
    assert answer.status_code == 200, answer.text
    entries: list[dict[str, Any]] = answer.json()["entries"]
    return entries


async def test_a_sign_in_a_failure_and_a_stop_are_kept_with_where_they_came_from(
    office: Office,
) -> None:
    account = await person(office, "wang.li")
    async with browser_at(office, "203.0.113.5") as browser:
        assert await tried(browser, "wang.li") == 303
    async with browser_at(office, "203.0.113.6") as browser:
        assert await tried(browser, PASSWORD, "no") == 401
        met = [await tried(browser, "wang.li", "no") for _ in range(13)]
        assert met[-3:] == [429] * 3
    (held,) = await kept(office, "sign_in_held")
    (signed_in,) = await kept(office, "signed_in")
    failed = await kept(office, "sign_in_failed")
    assert (held["subject"], held["address"]) == (account.id, "203.0.113.6")
    assert (signed_in["by"], signed_in["address"]) == (account.id, "203.0.113.5")
    assert (len(failed), failed[0]["by_name"]) == (11, "")
    assert (failed[0]["subject_name"], failed[0]["outcome"]) == (account.name, "refused")
    assert PASSWORD not in str(failed)


async def test_a_refused_act_is_kept_by_route_and_code(office: Office) -> None:
    assert (await office.ask("GET", "/security-log", Role.OFFICER)).status_code == 403
    (entry,) = await kept(office, "refused")
    assert entry["by"] == "u-officer"
    assert (entry["subject"], entry["details"]) == ("GET /api/v1/security-log", "not_allowed")


async def test_what_is_done_to_accounts_tokens_and_contacts_is_kept(office: Office) -> None:
    mark = {"mark": office.mark(ADMIN)}
    async with office.seated(ADMIN) as browser:
        opened = {"login": "wang.li", "name": "示例", "role": "officer"}
        await browser.post("/accounts", data=mark | opened)
        await browser.post("/accounts/reach", data=mark | {"account": "u-officer"})
        for active in ("no", "yes"):
            await browser.post(
                "/accounts/active", data=mark | {"account": "u-auditor", "active": active}
            )
        await browser.post("/accounts/tokens", data=mark | {"label": "示例脚本"})
        await browser.post("/logout", data=mark)
    contact = {
        "district": "500103",
        "position": "handler",
        "name": "示例",
        "email": "one@unit.example",
        "valid_from": "2024-06-01",
    }
    assert (await office.change("/contacts", "one", contact)).status_code < 300
    done = [(one["by"], one["what"]) for one in await kept(office) if one["by"]]
    assert done == [
        ("u-officer", "contact_changed"),
        ("u-administrator", "signed_out"),
        ("u-administrator", "token_issued"),
        ("u-administrator", "account_enabled"),
        ("u-administrator", "account_disabled"),
        ("u-administrator", "account_reached"),
        ("u-administrator", "link_made"),
        ("u-administrator", "account_opened"),
    ]


async def test_what_is_done_on_the_command_line_names_the_systems_user(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SUDO_USER", "ops")
    monkeypatch.setattr(os, "getuid", lambda: 123_456_789)
    assert operator() == "cli:uid 123456789"
    monkeypatch.setattr(os, "getuid", lambda: 0)
    security_log.is_done_by(operator())
    await chosen_passwords.make_link(office.db, "u-officer", operator())
    (entry,) = await kept(office, "link_made")
    assert (entry["by"], entry["by_name"]) == ("cli:ops", "命令行（ops）")


async def test_the_log_is_paged_exported_and_shown(office: Office) -> None:
    for _ in range(3):
        await office.ask("GET", "/security-log", Role.OFFICER)
    first = await kept(office)
    older = await office.ask("GET", f"/security-log?before={first[0]['id']}&limit=1", Role.AUDITOR)
    assert [one["id"] for one in older.json()["entries"]] == [first[1]["id"]]
    exported = await office.ask("GET", "/exports/security-log.csv", Role.AUDITOR)
    rows = list(csv.reader(io.StringIO(exported.content.decode("utf-8-sig"))))
    assert len(rows) == len(first) + 1
    assert rows[1][3:6] == ["越权或被拒绝的操作", "拒绝", "GET /api/v1/security-log"]
    lines = await office.ask("GET", "/exports/security-log.jsonl", Role.AUDITOR)
    assert [json.loads(line) for line in lines.text.splitlines()] == first
    async with office.seated(Role.AUDITOR) as auditor:
        shown = await auditor.get("/security-log?what=refused")
        assert (shown.status_code, "not_allowed" in shown.text) == (200, True)
        assert "/security-log" in (await auditor.get("/accounts")).text


@pytest.mark.parametrize("act", ["UPDATE security_log SET by_id = ''", "DELETE FROM security_log"])
async def test_an_entry_is_never_altered(office: Office, act: str) -> None:
    office.clock.now = datetime.now(UTC)
    await office.everybody_is_back()
    await office.ask("GET", "/security-log", Role.OFFICER)
    with pytest.raises(DBAPIError, match="append-only"):
        async with office.db.writing() as session:
            await session.execute(text(act))


async def test_an_entry_is_not_replaced(office: Office) -> None:
    await office.ask("GET", "/security-log", Role.OFFICER)
    with pytest.raises(DBAPIError, match="append-only"):
        async with office.db.writing() as session:
            await session.execute(
                text(
                    "INSERT OR REPLACE INTO security_log (id, at, by_id, what, subject, address, details) "
                    "SELECT id, at, '', what, subject, address, details FROM security_log"
                )
            )
