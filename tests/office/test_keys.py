"""A key stands for one request, whichever door takes it, and its outcome can be asked for."""

from __future__ import annotations

from typing import Any

import pytest

from domain.roles import Role
from tests.office.test_draws import BODY as DRAW
from tests.office.test_draws import SEED, waiting
from tests.office.test_rule_changes import YEAR
from tests.worlds.office import NEW, TRANSFER, Office

PERSON = {"name": "陈某示例", "kind": "air_expert"}
CALENDAR = {"kind": "calendar", "text": YEAR, "reason": "年度放假安排公布"}
CONTACT = {
    "district": "500103",
    "position": "handler",
    "name": "陈某示例",
    "email": "chen@example.cn",
}
REPEATED = [
    (Role.OFFICER, "/draws", DRAW, {"share": "0.9"}),
    (Role.ADMINISTRATOR, "/inspectors", PERSON, {"name": "别人示例"}),
    (Role.ADMINISTRATOR, "/inspection-groups", {"name": "示例一组"}, {"members": ["nobody"]}),
    (Role.OFFICER, "/contacts", CONTACT, {"name": "别人示例"}),
    (Role.OFFICER, "/rule-changes", CALENDAR, {"reason": "另一理由"}),
]


@pytest.mark.parametrize(("role", "path", "body", "other"), REPEATED)
async def test_another_body_under_a_key_is_refused_and_the_same_is_answered_again(
    office: Office, role: Role, path: str, body: dict[str, Any], other: dict[str, Any]
) -> None:
    await waiting(office)
    made = await office.change(path, "k", body, role)
    assert made.status_code == 201, made.text
    assert (await office.change(path, "k", body, role)).json() == made.json()
    refused = await office.change(path, "k", {**body, **other}, role)
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")


async def test_a_seed_under_the_key_of_another_is_refused(office: Office) -> None:
    await waiting(office)
    made = await office.change("/draws", "draw", DRAW)
    path = f"/draws/{made.json()['announcement']['draw_id']}/result"
    office.clock.pass_by(days=3)
    done = await office.change(path, "seed", SEED)
    assert done.status_code == 200, done.text
    refused = await office.change(path, "seed", {"seed": "03 08 13 23"})
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("path", "role", "fields", "other"),
    [
        ("/draws", Role.OFFICER, DRAW, {"share": "0.9"}),
        ("/inspection-groups", Role.ADMINISTRATOR, {"name": "示例一组"}, {"member": "nobody"}),
        ("/rule-changes", Role.OFFICER, CALENDAR, {"reason": "另一理由"}),
    ],
)
async def test_a_form_sent_again_with_another_content_is_refused(
    office: Office, path: str, role: Role, fields: dict[str, Any], other: dict[str, Any]
) -> None:
    await waiting(office)
    desk = await office.sign_in(role)
    for _ in range(2):
        assert (await desk.press(path, path, {**fields, "key": "k"})).status_code == 200
    refused = await desk.press(path, path, {**fields, **other, "key": "k"})
    assert "已用于另一项请求" in refused.text


@pytest.mark.parametrize("key", ["a/b", "/a", "a/", "a//b", "a/annotated", "a?b#c%2F"])
async def test_the_outcome_under_any_key_is_found_where_the_answer_says(
    office: Office, key: str
) -> None:
    number = await office.registered()
    office.counter.loses_answers = True
    answer = await office.change(f"/problems/{number}/reminders", key)
    office.counter.loses_answers = False
    address = answer.headers["location"].removeprefix("/api/v1")
    assert (await office.ask("GET", address)).json()["key"] == key
    row = {**NEW, "enterprise": "重庆示例涂装有限公司", "transfer": TRANSFER}
    begun = await office.change("/batches/rows", f"list-{key}", {"rows": [row]})
    assert begun.status_code == 202, begun.text
    address = begun.headers["location"].removeprefix("/api/v1")
    assert (await office.ask("GET", address)).json()["id"] == f"list-{key}"
    desk = await office.sign_in(Role.OFFICER)
    page = address.replace("/batches/", "/import/")
    assert "接口导入" in await desk.see("/import")
    assert (await desk.browser.get(page)).status_code == 200
