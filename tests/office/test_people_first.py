"""What a person does to one problem goes before what is done to many."""

from __future__ import annotations

import asyncio

import pytest

from office import people_first
from office.people_first import People, few


async def _one_of_many(people: People, done: list[str]) -> None:
    async with people.behind(few()):
        done.append("one of many")


async def test_one_of_many_waits_until_a_person_has_acted() -> None:
    people, done = People(), list[str]()
    with people.first():
        waiting = asyncio.create_task(_one_of_many(people, done))
        await asyncio.sleep(0.05)
        done.append("person")
    await waiting
    assert done == ["person", "one of many"]


async def test_lists_get_on_though_somebody_always_acts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(people_first, "LONGEST_STEP_BACK", 0.02)
    people, done = People(), list[str]()
    with people.first():
        await asyncio.wait_for(_one_of_many(people, done), 5)
    assert done == ["one of many"]


async def test_many_do_not_wait_for_each_other_as_if_they_were_people() -> None:
    people = People()
    async with people.behind(few()):
        with people.first():
            assert not people.acting


async def test_an_act_that_fails_is_over() -> None:
    people, done = People(), list[str]()
    with pytest.raises(ValueError, match="refused"), people.first():
        raise ValueError("refused")
    await asyncio.wait_for(_one_of_many(people, done), 5)
    assert done == ["one of many"]
