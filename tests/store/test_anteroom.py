"""A crowd of strangers costs no more than the few of them who are looked at."""

from __future__ import annotations

import asyncio

import pytest

from store.people.anteroom import Anteroom, Full


async def test_only_a_few_are_in_at_once_and_everybody_has_his_turn_in_order() -> None:
    room, inside, most, served = Anteroom(at_once=2), 0, 0, list[int]()

    async def come(number: int) -> None:
        nonlocal inside, most
        async with room.turn():
            inside += 1
            most = max(most, inside)
            await asyncio.sleep(0)
            served.append(number)
            inside -= 1

    for _ in range(2):
        await asyncio.gather(*(come(number) for number in range(20)))
    assert most == 2
    assert served == [*range(20), *range(20)]


async def test_who_would_wait_behind_too_many_is_sent_away_at_once() -> None:
    room = Anteroom(at_once=1, most_waiting=1)
    async with room.turn():
        waiting = asyncio.create_task(_have_a_turn(room))
        await asyncio.sleep(0)
        with pytest.raises(Full):
            await _have_a_turn(room)
    await waiting


async def test_who_goes_away_while_he_waits_keeps_nobodys_place() -> None:
    room = Anteroom(at_once=1, most_waiting=3)
    async with room.turn():
        waiting = [asyncio.create_task(_have_a_turn(room)) for _ in range(3)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        await asyncio.sleep(0)
    waiting[1].cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    assert [one.cancelled() for one in waiting] == [True, True, False]
    async with asyncio.timeout(1), room.turn():
        pass


async def _have_a_turn(room: Anteroom) -> None:
    async with room.turn():
        await asyncio.sleep(0)
