"""`bihuan run`: everything on one machine, started in order and stopped in order."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from pydantic import ValidationError
from temporalio.client import Client

from api.app import create_app
from api.serving import server_for
from embedded.prepare import SampleAccount, prepare
from embedded.temporal_server import LOOPBACK, NAMESPACE, ServerNotStarted, TemporalServer
from gateways.log_lines import configure
from gateways.mail_inbox import MailFolder, MailInbox
from gateways.typed_errors import in_words
from settings import Settings
from store.engine import Database
from wiring import rules_of_the_day, services_for, shifted_clock, until_stopped
from worker import working


def step(text: str) -> None:
    """Say what is being started."""
    print(f"  · {text}", flush=True)


async def run_everything() -> int:
    """Start, print where to go, wait for Ctrl-C, stop; give the exit code."""
    try:
        settings = Settings(temporal_namespace=NAMESPACE)
    except ValidationError as error:
        print(f"设置有误：{in_words(error)}")
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
    db = Database(settings.database, shifted_clock(settings))
    server = TemporalServer(
        settings.data_dir / "temporal",
        _port_of(settings.temporal_address),
        settings.temporal_ui_port,
        payload_keys=settings.temporal.payload_keys,
    )
    inbox = MailInbox(MailFolder(settings.data_dir / "mails"), settings.smtp_port)
    keeping_up: asyncio.Task[None] | None = None
    try:
        step("数据库与示例人员")
        people = await prepare(settings, db)
        step("Temporal 服务")
        client = await server.start()
        keeping_up = asyncio.create_task(server.keep_up())
        step("本地邮件箱")
        inbox.start()
        step("办理进程与网页")
        async with working(client, db, settings), _web(client, db, settings):
            yield people
    finally:
        with suppress(AssertionError):  # an inbox that never started has nothing to stop
            inbox.stop()
        if keeping_up is not None:
            keeping_up.cancel()
            await asyncio.wait([keeping_up])
        await server.stop()
        await db.dispose()


@asynccontextmanager
async def _web(client: Client, db: Database, settings: Settings) -> AsyncIterator[None]:
    rules = rules_of_the_day(settings)
    app = create_app(services_for(client, db, settings, rules))
    server = server_for(app, settings.web_host, settings.web_port, settings.proxies)
    serving = asyncio.create_task(server.serve())
    try:
        await server.until_started(serving)
        yield
    finally:
        server.should_exit = True
        await serving


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
