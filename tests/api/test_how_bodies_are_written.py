"""A body is written in UTF-8: what says otherwise is refused before anything of it is read."""

from __future__ import annotations

import time

import pytest

from api.content_types import LONGEST, is_sober
from domain.roles import Role
from tests.worlds.office import Office

DOORS = ("/login", "/password/nobody", "/f/enter", "/f/resend")
SLOW = b"x" * 30_000 + b"-" + b"a" * 30_000
"""Takes some seconds to be read as punycode, a megabyte minutes."""


def a_form(field: bytes = SLOW) -> bytes:
    part = b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n'
    return part + field + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    "told",
    [
        "charset=punycode",
        "charset=idna",
        "charset=undefined",
        "CHARSET = unicode_escape",
        "charset=utf-8; charset=punycode",
        "charset*=utf-8''punycode",
        "charset*0=puny; charset*1=code",
        f"charset*{'9' * 5_000}*=x",
        f"x*{'9' * 5_000}=y",
    ],
)
async def test_nobody_chooses_how_a_form_is_read(shared: Office, told: str) -> None:
    headers = {"content-type": f"multipart/form-data; boundary=b; {told}"}
    begun = time.process_time()
    async with shared.browser() as browser:
        for door in DOORS:
            answer = await browser.post(door, content=a_form(), headers=headers)
            assert answer.status_code == 400, door
    json = {"Idempotency-Key": "k", "content-type": f"application/json; {told}"}
    said = await shared.ask("POST", "/problems", Role.OFFICER, content=b"{}", headers=json)
    assert (said.status_code, said.json()["code"]) == (400, "body_unreadable")
    assert time.process_time() - begun < 2


async def test_a_part_whose_name_counts_without_end_is_refused(shared: Office) -> None:
    part = f"--b\r\nContent-Disposition: form-data; name*{'9' * 5_000}*=x\r\n\r\nx\r\n--b--\r\n"
    headers = {"content-type": "multipart/form-data; boundary=b"}
    async with shared.browser() as browser:
        for door in DOORS:
            assert (await browser.post(door, content=part, headers=headers)).status_code == 400


def test_what_browsers_and_programs_say_is_taken() -> None:
    boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW"
    assert is_sober("")
    assert is_sober(f"multipart/form-data; boundary={boundary}")
    assert is_sober("application/json; charset=UTF-8")
    assert is_sober('application/x-www-form-urlencoded; charset="utf-8"')
    assert not is_sober("a" * (LONGEST + 1))
