"""Pages go out compressed, files as they are; what never changes is fetched once."""

from __future__ import annotations

import pytest

from domain.roles import Role
from gateways.static_files import static
from tests.worlds.office import Office

ASKING = {"Accept-Encoding": "gzip"}


async def test_a_page_goes_out_compressed_and_is_never_kept(office: Office) -> None:
    async with office.seated(Role.OFFICER) as browser:
        packed = await browser.get("/problems", headers=ASKING)
        plain = await browser.get("/problems", headers={"Accept-Encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
    assert packed.headers["cache-control"] == "no-store"
    assert "Accept-Encoding" in packed.headers["vary"]
    assert "content-encoding" not in plain.headers


async def test_a_districts_page_goes_out_compressed_too(office: Office) -> None:
    async with office.browser() as browser:
        answer = await browser.get("/f/nothing-here", headers=ASKING)
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["referrer-policy"] == "no-referrer"


async def test_a_workbook_is_packed_already_and_keeps_its_length(office: Office) -> None:
    answer = await office.ask("GET", "/exports/ledger.xlsx", headers=ASKING)
    assert "content-encoding" not in answer.headers
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("name", ["bihuan.css", "navigation.css", "district.css", "district.js"])
async def test_a_static_file_is_kept_under_the_address_of_its_content(
    office: Office, name: str
) -> None:
    async with office.browser() as browser:
        named = await browser.get(static(name), headers=ASKING)
        other = await browser.get(f"/static/{name}?v=0123456789ab")
        bare = await browser.get(f"/static/{name}")
    assert named.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert named.headers["content-encoding"] == "gzip"
    assert other.headers["cache-control"] == bare.headers["cache-control"] == "no-cache"


async def test_a_static_file_that_is_not_there_is_told_in_our_words(office: Office) -> None:
    async with office.browser() as browser:
        missing = await browser.get("/static/nothing.css?v=x")
    assert missing.status_code == 404
    assert "immutable" not in missing.headers.get("cache-control", "")
