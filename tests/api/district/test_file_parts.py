"""A file in parts: what has come need not come again, and nobody puts together what another one sent."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx2
import pytest

from store.district import drafts, upload_parts
from store.district.upload_parts import PART_BYTES
from store.keeping import leftovers
from tests.worlds.house import House, Visitor, picture

JSON = {"accept": "application/json"}
PHOTO = picture() + b"\0" * (2 * PART_BYTES)


async def send(
    visitor: Visitor, place: int, content: bytes = PHOTO, /, **changes: Any
) -> httpx2.Response:
    """Send one part of a photo as the page's script does."""
    hidden = await visitor.hidden()
    fields = {"upload": "1-2-3", "place": place, "of": 3, "name": "现场.jpg", "form": "answer"}
    part = content[place * PART_BYTES : (place + 1) * PART_BYTES]
    return await visitor.browser.post(
        "/f/file-parts",
        data={"csrf": hidden["csrf"], **fields, **changes},
        files={"part": ("part", part)},
        headers=JSON,
    )


async def there(visitor: Visitor) -> list[int]:
    answer = await visitor.browser.get("/f/file-parts?upload=1-2-3", headers=JSON)
    return list(answer.json()["there"])


async def test_parts_come_in_any_order_and_the_last_puts_the_file_together(house: House) -> None:
    visitor = await house.visitor()
    assert (await send(visitor, 2)).json() == {"there": [2]}
    assert (await send(visitor, 0)).json() == {"there": [0, 2]}
    assert await there(visitor) == [0, 2]
    taken = (await send(visitor, 1)).json()
    assert (taken["name"], taken["size"]) == ("现场.jpg", len(PHOTO))
    assert house.services.evidence.read(taken["sha256"]) == PHOTO
    assert await there(visitor) == []
    link = await house.link()
    async with house.db.reading() as session:
        (file,) = (await drafts.find(session, link.jti, "answer")).files
    assert file.sha256 == taken["sha256"]


async def test_a_part_sent_twice_is_one_part(house: House) -> None:
    visitor = await house.visitor()
    await send(visitor, 0)
    assert (await send(visitor, 0)).json() == {"there": [0]}


async def test_what_another_link_sent_is_not_put_together(house: House) -> None:
    await house.transferred("CQ2024-0002")
    one = await house.visitor()
    other = await house.visitor(await house.link("CQ2024-0002"))
    await send(one, 0)
    await send(one, 1)
    assert await there(other) == []
    assert (await send(other, 2)).json() == {"there": [2]}


async def test_what_is_no_photo_is_refused_and_its_parts_are_let_go(house: House) -> None:
    visitor = await house.visitor()
    for place in range(2):
        await send(visitor, place, b"<svg/>" * PART_BYTES)
    answer = await send(visitor, 2, b"<svg/>" * PART_BYTES)
    assert (answer.status_code, answer.json()["code"]) == (415, "type_not_allowed")
    assert await there(visitor) == []


CANNOT_BE: tuple[dict[str, str], ...] = (
    {"place": "3"},
    {"place": "-1"},
    {"of": "41"},
    {"of": "x"},
    {"upload": "../etc"},
    {"upload": ""},
    {"upload": "a" * 65},
)


async def test_a_part_that_cannot_be_is_refused(house: House) -> None:
    visitor = await house.visitor()
    for changes in CANNOT_BE:
        assert (await send(visitor, 0, PHOTO, **changes)).status_code == 422, changes
    assert await there(visitor) == []


async def test_a_part_that_is_too_long_is_refused(house: House) -> None:
    visitor = await house.visitor()
    answer = await visitor.browser.post(
        "/f/file-parts",
        data={
            "csrf": (await visitor.hidden())["csrf"],
            "upload": "1-2-3",
            "place": "0",
            "of": "1",
            "name": "a.jpg",
        },
        files={"part": ("part", b"\0" * (PART_BYTES + 1))},
        headers=JSON,
    )
    assert answer.status_code == 422


async def test_a_link_cannot_let_parts_wait_without_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_parts, "MOST_WAITING", 1)
    visitor = await house.visitor()
    await send(visitor, 0)
    assert (await send(visitor, 1)).status_code == 429


async def test_parts_left_alone_are_forgotten_after_a_day(house: House) -> None:
    visitor = await house.visitor()
    await send(visitor, 0)
    assert (await leftovers.remove(house.db, 0))["upload_parts"] == 0
    house.clock.now += timedelta(days=1, seconds=1)
    assert (await leftovers.remove(house.db, 0))["upload_parts"] == 1
