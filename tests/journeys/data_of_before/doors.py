"""The doors through which lives were begun and led, as commit f6ba842 had them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx2

from domain.local_time import day_of
from domain.roles import Role
from gateways.mail_inbox import MailFolder  # type: ignore[attr-defined]  # there in that commit

LIVES = {
    "CQ2026-0001": "重庆示例印务有限公司",
    "CQ2026-0002": "重庆示例涂装有限公司",
    "CQ2026-0003": "重庆示例铸造有限公司",
    "CQ2026-0004": "重庆示例建材有限公司",
    "CQ2026-0005": "重庆示例化工有限公司",
    "CQ2026-0006": "重庆示例家具有限公司",
    "CQ2026-0007": "重庆示例汽修有限公司",
    "CQ2026-0008": "重庆示例搅拌站有限公司",
}
TODAY = day_of(datetime.now(UTC))


@dataclass
class City:
    """The doors, and the keys of an officer and a supervisor."""

    browser: httpx2.AsyncClient
    base_url: str
    mails: MailFolder
    tokens: dict[Role, str]

    async def ask(self, path: str) -> Any:
        """Read something."""
        return await self._send("GET", path, Role.OFFICER, {})

    async def do(
        self, path: str, role: Role = Role.OFFICER, *, key: str = "", **values: Any
    ) -> Any:
        """Change something; the key is made of what is changed unless it is given."""
        named = key or f"{path.strip('/').replace('/', '-')}-{role.value}-{len(values)}"
        return await self._send("POST", path, role, {"Idempotency-Key": named}, json=values)

    async def _send(
        self, method: str, path: str, role: Role, headers: dict[str, str], **rest: Any
    ) -> Any:
        headers = {**headers, "Authorization": f"Bearer {self.tokens[role]}"}
        answer = await self.browser.request(method, f"/api/v1{path}", headers=headers, **rest)
        if answer.status_code not in (200, 201, 202):
            raise RuntimeError(f"{path}: {answer.text}")
        return answer.json()

    async def stage(self, number: str, wanted: str) -> Any:
        """Wait until a problem has come to a stage; give the problem."""

        async def there() -> Any:
            found = await self.ask(f"/problems?text={number}")
            if not found["problems"]:
                return None
            problem = await self.ask(f"/problems/{number}")
            return problem if problem["stage"] == wanted else None

        return await eventually(there)

    async def register(self, number: str) -> None:
        """Register and transfer today, and see the mail with the link arrive."""
        transfer = {"on": TODAY.isoformat(), "document_no": "渝环执法移示例1号"}
        await self.do(
            "/problems",
            key=f"new-{number}",
            problem_no=number,
            district="500103",
            enterprise=LIVES[number],
            description="集气罩未全部开启，有机废气无组织排放。",
            transfer=transfer,
        )
        await self.stage(number, "awaiting_feedback")
        await eventually(lambda: self.link(number))

    async def link(self, number: str) -> str:
        """Give the token of the mail that transferred a problem."""
        texts = [mail.text for mail in self.mails.list() if f"{number}号问题移交" in mail.text]
        found = [re.search(r"http://\S+/f/(\S+)", text) for text in texts]
        return next((match[1] for match in found if match), "")

    async def answer(self, number: str) -> None:
        """Hand the form in as a district's clerk does."""
        transport = self.browser._transport  # the same app, another browser
        async with httpx2.AsyncClient(
            transport=transport,
            base_url=self.base_url,
            follow_redirects=True,
            headers={"origin": self.base_url},
        ) as phone:
            form = await phone.post("/f/enter", data={"token": await self.link(number)})
            hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
            action = re.search(r'<form[^>]*action="(/f/[^"]+)"', form.text)
            assert action is not None, form.text
            typed = {
                "state": "done",
                "text": "集气罩已全部开启。",
                "penalty_outcome": "first_violation",
                "penalty_ground": "初次违法且危害后果轻微并及时改正",
                "filled_by": "示例填报人",
                "telephone": "023-00000000",
                "action": "submit",
            }
            receipt = await phone.post(action[1], data={**hidden, **typed})
            assert "/f/receipt/" in str(receipt.url), receipt.text[-4000:]

    async def review(self, number: str, verdict: str) -> None:
        """Review the answer that waits."""
        problem = await self.stage(number, "under_review")
        receipt = problem["submissions"][-1]["receipt_id"]
        key = f"{number}-{verdict}"
        path = f"/problems/{number}/reviews"
        await self.do(path, key=key, receipt_id=receipt, verdict=verdict, reason="示例：已核实")

    async def propose_closure(self, number: str) -> str:
        """Accept, revisit, and so propose closure; give the hash to approve."""
        await self.review(number, "accept_done")
        await self.do(
            f"/problems/{number}/revisits",
            on=TODAY.isoformat(),
            result="in_place",
            findings="示例：现场核查，已到位。",
        )
        return str((await self.ask(f"/problems/{number}"))["proposal"]["content_hash"])

    async def close(self, number: str) -> None:
        """Go on until a second person has approved the closure."""
        agreed = {"decision": "approve", "content_hash": await self.propose_closure(number)}
        await self.do(f"/problems/{number}/closure", Role.SUPERVISOR, **agreed)


async def eventually(look: Callable[[], Awaitable[Any]]) -> Any:
    """Look until something is there."""
    for _ in range(600):
        found = await look()
        if found:
            return found
        await asyncio.sleep(0.1)
    raise AssertionError("it did not come")
