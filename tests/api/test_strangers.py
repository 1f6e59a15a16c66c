"""While strangers guess passwords, send bad files and drip, others see pages and sign in."""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import replace

from api.app import create_app
from api.serving import server_for
from bench.front import LOGIN, PASSWORD, Front
from bench.strangers import Load, beside_strangers
from domain.roles import Role
from store.people import accounts
from tests.worlds.office import Office

GENEROUS = 10.0
"""Seconds: a machine that runs all tests at once is no place to measure, only to see that nobody is shut out."""


async def test_people_are_served_beside_a_tenth_of_the_strangers(office: Office) -> None:
    number = await office.registered()
    await accounts.create(office.db, LOGIN, "示例承办人", Role.OFFICER, PASSWORD)
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        services = replace(office.services, base_url=f"http://127.0.0.1:{port}")
        server = server_for(create_app(services), "127.0.0.1", 0, ("127.0.0.1",))
        serving = asyncio.create_task(server.serve([listening]))
        await server.until_started(serving)
        token = office.token(await office.link(number))
        front = Front(services.base_url, port, os.getpid(), "", (token,), (number,))
        seen = await beside_strangers(front, Load(10, 1, 5, 3))
        server.should_exit = True
        await serving
    assert max(*seen.views, *seen.sign_ins) < GENEROUS
    assert {"猜密码 303", "坏文件 200"} <= set(seen.told)
