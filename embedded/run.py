"""`bihuan run`: everything on one machine, started in order and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from functools import partial

from pydantic import ValidationError

from embedded.child import Child
from embedded.prepare import SampleAccount, prepare
from embedded.temporal_server import LOOPBACK, NAMESPACE, ServerNotStarted, TemporalServer
from gateways.log_lines import configure
from gateways.mail_folder import MailFolder
from gateways.mail_inbox import MailInbox
from gateways.typed_errors import settings_in_words
from settings import Settings
from store.engine import Database
from wiring import shifted_clock, until_stopped
from worker import ANYWHERE

_SERVED_WITHIN = 300.0
_PATIENCE = 30.0
"""Seconds that worker and web have to finish what is under way."""
_NAMES = {"worker": "办理进程", "web": "网页"}


def step(text: str) -> None:
    """Say what is being started."""
    print(f"  · {text}", flush=True)


async def run_everything() -> int:
    """Start, print where to go, wait for Ctrl-C, stop; give the exit code."""
    try:
        settings = Settings(temporal_namespace=NAMESPACE)
    except ValidationError as error:
        print(f"设置有误：{settings_in_words(error)}")
        return 2
    # People watch this console: what is ordinary stays out of their way.
    configure(settings.log_shape, logging.WARNING)
    print("闭环 Bihuan 正在启动（数据保存在 " + str(settings.data_dir.absolute()) + "）")
    try:
        _demand_free_ports(settings)
        async with _everything(settings) as people:
            _tell_where(settings, people)
            await until_stopped()
            print("\n正在停止，已受理的事项不会丢失……", flush=True)
    except ServerNotStarted as error:
        print(f"未能启动：{error}")
        return 1
    print("已停止。再次运行将从停止处继续。")
    return 0


def _demand_free_ports(settings: Settings) -> None:
    """Say which port is taken before half of everything has started."""
    temporal_port = _port_of(settings.temporal_address)
    wanted = {
        "BIHUAN_WEB_PORT": settings.web_port,
        "BIHUAN_TEMPORAL_ADDRESS": temporal_port,
        "BIHUAN_TEMPORAL_UI_PORT": settings.temporal_ui_port,
        "BIHUAN_SMTP_PORT": settings.smtp_port,
    }
    for name, port in wanted.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((LOOPBACK, port))
            except OSError as error:
                raise ServerNotStarted(
                    f"端口 {port} 已被占用（或许闭环已在运行）；可用环境变量 {name} 另指定。"
                ) from error


def _port_of(address: str) -> int:
    return int(address.rpartition(":")[2])


@asynccontextmanager
async def _everything(settings: Settings) -> AsyncIterator[Sequence[SampleAccount]]:
    server = TemporalServer(
        settings.data_dir / "temporal",
        _port_of(settings.temporal_address),
        settings.temporal_ui_port,
        payload_keys=settings.temporal.payload_keys,
    )
    inbox = MailInbox(MailFolder(settings.data_dir / "mails"), settings.smtp_port)
    try:
        step("数据库与示例人员")
        people = await _prepared(settings)
        step("Temporal 服务")
        await server.start()
        step("本地邮件箱")
        inbox.start()
        step("办理进程与网页")
        async with kept_up({"temporal": server.keep_up}), _processes(settings):
            yield people
    finally:
        with suppress(AssertionError):  # an inbox that never started has nothing to stop
            inbox.stop()
        await server.stop()


async def _prepared(settings: Settings) -> Sequence[SampleAccount]:
    db = Database(settings.database, shifted_clock(settings))
    try:
        return await prepare(settings, db)
    finally:
        await db.dispose()


@asynccontextmanager
async def _processes(settings: Settings) -> AsyncIterator[None]:
    """Run worker and web, each a process: neither waits for the other's work."""
    web = ("web", "--host", settings.web_host, "--port", str(settings.web_port))
    parts = {"worker": _bihuan("worker"), "web": _bihuan(*web)}
    try:
        for part in parts.values():
            await part.start()
        await _until_served(settings, parts)
        async with kept_up({name: partial(one.keep_up, name) for name, one in parts.items()}):
            yield
    finally:
        await asyncio.gather(*(part.stop(_PATIENCE) for part in parts.values()))


def _bihuan(*words: str) -> Child:
    """One of our own commands, with our settings and on our terminal."""
    environment = {**os.environ, "BIHUAN_TEMPORAL_NAMESPACE": NAMESPACE}
    return Child((sys.executable, "-m", "cli", *words, "--quiet"), environment)


@asynccontextmanager
async def kept_up(keepers: Mapping[str, Callable[[], Awaitable[None]]]) -> AsyncIterator[None]:
    """Keep processes up while the context is open; what ends after it ends for good."""
    keeping = [asyncio.ensure_future(keeper()) for keeper in keepers.values()]
    try:
        yield
    finally:
        for one in keeping:
            one.cancel()
        await asyncio.wait(keeping)


async def _until_served(settings: Settings, parts: Mapping[str, Child]) -> None:
    """Wait for the first page; raises ServerNotStarted where a process ended instead."""
    host = LOOPBACK if settings.web_host == ANYWHERE else settings.web_host
    deadline = asyncio.get_running_loop().time() + _SERVED_WITHIN
    while asyncio.get_running_loop().time() < deadline:
        for name, part in parts.items():
            if part.exit_code is not None:
                raise ServerNotStarted(f"{_NAMES[name]}未能启动（退出码 {part.exit_code}）。")
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, settings.web_port)
            writer.close()
            return
        await asyncio.sleep(0.1)
    raise ServerNotStarted("网页在五分钟内没有就绪。")


def _tell_where(settings: Settings, people: Sequence[SampleAccount]) -> None:
    url = settings.public_url
    print("\n已就绪：")
    print(f"  市级工作台    {url}/")
    print(f"  本地邮件箱    {url}/mailbox")
    print(f"  Temporal 网页 http://{LOOPBACK}:{settings.temporal_ui_port}/namespaces/{NAMESPACE}")
    print(f"  接口说明      {url}/api/v1/openapi.json")
    if people:
        print("\n示例账号（密码在本机首次启动时随机生成）：")
        for one in people:
            print(f"  {one.role.label}  {one.login}  {one.password}")
    print("\n登录后在“导入”页可一键导入六十个示例问题。按 Ctrl-C 停止。", flush=True)
