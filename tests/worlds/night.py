"""One night for three problems of the same due instant; the worker is gone before it, and back after.

Real server, real worker, real forms: two answers come within the last second, one a second late.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx2

from api.app import create_app
from domain import commands as c
from domain.deadlines import due_date
from domain.problem import Problem
from domain.stages import Stage
from gateways.link_signer import ANSWER, LinkClaim
from gateways.problem_desk import TemporalDesk
from store.district import inbox, links, papers
from store.district.links import LinkKey
from tests.worlds.house import typed
from tests.worlds.life import MONDAY, OFFICER, default_rules, some_facts
from tests.worlds.processes import Processes, gone_before, known
from wiring import rules_of_the_day, services_for

DUE = due_date(MONDAY, default_rules().policy.clocks.feedback, default_rules().calendar).due_at
BY_FORM, BY_INBOX, LATE = "CQ2024-0001", "CQ2024-0002", "CQ2024-0003"


@dataclass
class Night:
    """What is left of the night."""

    house: Processes
    desk: TemporalDesk
    back_at: datetime
    lives: dict[str, Problem]


async def begin(house: Processes, desk: TemporalDesk, number: str) -> None:
    """Transfer a problem 15 days ago, with its notice served by hand that day."""
    register = c.RegisterProblem(problem_no=number, facts=some_facts(), by=OFFICER)
    transfer = c.TransferProblem(
        on=MONDAY, document_no="示例", served_on=MONDAY, served_by="直接送达", by=OFFICER
    )
    await desk.start(number, register, transfer)
    await known(desk, number, Stage.AWAITING_FEEDBACK)


@dataclass
class Clerk:
    """Somebody of the district in front of the open form."""

    browser: httpx2.AsyncClient
    hidden: dict[str, str]

    async def hand_in(self) -> None:
        """Press the button; the receipt must come although nobody carries it on."""
        content = {**self.hidden, **typed(), "action": "submit"}
        answer = await self.browser.post("/f/problem", data=content)
        assert answer.status_code == 303, answer.text
        receipt = await self.browser.get(answer.headers["location"])
        assert "已收到，正在登记" in receipt.text


async def clerk_at_form(house: Processes, desk: TemporalDesk, number: str) -> Clerk:
    """Open the form by a link of the first round."""
    services = services_for(desk.client, house.db, house.settings, rules_of_the_day(house.settings))
    ends = DUE + timedelta(days=60)
    key = LinkKey(
        purpose=ANSWER,
        district="500103",
        recipient="x@example.cn",
        problem_no=number,
        round_no=1,
    )
    link = await links.issue(house.db, key, ends)
    claim = LinkClaim(
        purpose=ANSWER,
        problem_no=number,
        district=link.district,
        round_no=1,
        jti=link.jti,
        expires_at=link.expires_at,
        day="",
    )
    address = house.settings.public_url
    browser = httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=create_app(services)),
        base_url=address,
        headers={"origin": address},
    )
    await browser.post("/f/enter", data={"token": services.signer.sign(claim)})
    form = (await browser.get("/f/problem")).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form))
    return Clerk(browser, hidden)


async def put_in_inbox(house: Processes, number: str) -> None:
    """Commit an answer of which no life is told."""
    answer = inbox.NewSubmission(
        receipt_id=str(uuid.uuid4()),
        link_jti="",
        paper=papers.AnswerPaper(
            problem_no=number,
            district="500103",
            round_no=1,
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            filled_by="示例",
            telephone="",
        ),
    )
    await inbox.submit(house.db, answer)


async def clerks(house: Processes, desk: TemporalDesk) -> tuple[Clerk, Clerk]:
    """Begin the three lives, and let the two who use the form open it."""
    for number in (BY_FORM, BY_INBOX, LATE):
        await begin(house, desk, number)
    in_time, late = [await clerk_at_form(house, desk, number) for number in (BY_FORM, LATE)]
    return in_time, late


@asynccontextmanager
async def a_night(folder: Path) -> AsyncIterator[Night]:
    """Live the night."""
    house, desk, (in_time, late) = await gone_before(DUE, folder, clerks)
    try:
        with house.stopped_at(DUE - timedelta(seconds=0.9)):
            await in_time.hand_in()
            await put_in_inbox(house, BY_INBOX)
        with house.stopped_at(DUE + timedelta(seconds=1)):
            await late.hand_in()
        await house.until(DUE + timedelta(seconds=1))
        back_at = house.db.now()
        await house.start_worker()
        lives = {
            number: await known(desk, number, Stage.UNDER_REVIEW)
            for number in (BY_FORM, BY_INBOX, LATE)
        }
        yield Night(house, desk, back_at, lives)
        await in_time.browser.aclose()
        await late.browser.aclose()
    finally:
        await house.stop()
