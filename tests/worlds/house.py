"""One small house for the tests of the district's side: a real database, real files, real rules.

Only the desk is ours: it decides and records in this process, and can be told to be silent.
"""

from __future__ import annotations

import io
import re
import uuid
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from PIL import Image

from api.district import district_router
from domain import commands as c
from domain.decide import decide
from domain.decisions.draft import Decision
from domain.handled import CommandRecord, Handled, record_of, refusal_of
from domain.local_time import at_local
from domain.notices import notice_orders
from domain.outcomes import CommandRefused, NoSuchLife, Outcome, OutcomeUnknown
from domain.problem import Problem
from domain.proof import ProofKind
from domain.refusals import Refusal
from domain.roles import SYSTEM, Actor, Role
from domain.rules import Rules
from gateways.calendar_files import load_calendar
from gateways.evidence_folder import EvidenceFolder
from gateways.letter_press import LetterPress
from gateways.link_signer import ANSWER, LinkClaim, LinkSigner
from gateways.policy_files import load_policy
from gateways.seals import SecretSeals
from office.ports import RulesInForce, Services
from store.district import links
from store.district.links import LinkKey
from store.engine import Database
from store.lives import problems
from store.lives.records import record
from store.migrate import upgrade
from store.registers import rule_books
from store.tables import LinkRow
from tests.worlds.templates import renderer

ROOT = Path(__file__).parents[2]
OFFICER = Actor("officer-1", Role.OFFICER)
SUPERVISOR = Actor("supervisor-1", Role.SUPERVISOR)
MONDAY = date(2024, 6, 24)
MORNING = at_local(MONDAY, time(9))
YUZHONG, DADUKOU = "500103", "500104"
BASE_URL = "https://bihuan.example"


@cache
def rules() -> Rules:
    """The default policy with the calendars of the years in which the tests live."""
    return Rules(load_policy(), load_calendar(range(2024, 2028)))


@dataclass
class Clock:
    """A clock that stands still until a test moves it."""

    now: datetime = MORNING

    def __call__(self) -> datetime:
        """Tell the time."""
        return self.now

    def pass_by(self, **spans: float) -> None:
        """Let time pass."""
        self.now += timedelta(**spans)


@dataclass
class Desk:
    """Decides and records at once; `silent` answers nothing, `gone` knows no life."""

    db: Database
    silent: bool = False
    gone: bool = False
    asked: list[str] = field(default_factory=list)
    judged_by: dict[str, Rules] = field(default_factory=dict)
    handled: dict[str, Handled] = field(default_factory=lambda: defaultdict(Handled))

    async def start(
        self,
        problem_no: str,
        register: c.RegisterProblem,
        transfer: c.TransferProblem | None,
        *,
        row_key: str = "",
        rules: Rules | None = None,
    ) -> None:
        """Begin a life."""
        if rules is not None:
            self.judged_by[problem_no] = rules.recorded(transfer.on if transfer else None)
        await self.command(problem_no, register, f"{problem_no}-register")
        if transfer is not None:
            await self.command(problem_no, transfer, f"{problem_no}-transfer")

    async def command(self, problem_no: str, command: c.Command, command_id: str) -> Outcome:
        """Apply a command once per id."""
        self.asked.append(command_id)
        if self.silent:
            raise OutcomeUnknown
        if self.gone:
            raise NoSuchLife(problem_no)
        async with self.db.reading() as session:
            problem = await problems.get(session, problem_no)
        known = self.handled[problem_no].find(command_id, command, problem)
        if known is not None:
            return outcome_of(known)
        try:
            in_force = self.judged_by.get(problem_no, rules())
            decision = decide(problem, command, cause=command_id, now=self.db.now(), rules=in_force)
        except Refusal as refusal:
            kept = refusal_of(command_id, refusal, command)
            self.handled[problem_no].keep([kept])
            raise CommandRefused(refusal.code, str(refusal)) from refusal
        self.judged_by[problem_no] = decision.rules
        orders = notice_orders(decision.events, decision.problem, decision.rules)
        named = rule_books.Named.of(decision.rules)
        await record(self.db, problem_no, decision.events, orders, judged_by=named)
        outcome = _outcome(decision)
        self.handled[problem_no].keep([record_of(command_id, outcome, command)])
        return outcome

    async def state(self, problem_no: str) -> Problem:
        """Give the problem."""
        async with self.db.reading() as session:
            found = await problems.get(session, problem_no)
        if found is None:
            raise NoSuchLife(problem_no)
        return found

    async def judged(self, problem_no: str) -> tuple[Problem, Rules]:
        """Give the problem and by what it is judged."""
        if self.silent:
            raise OutcomeUnknown
        if self.gone:
            raise NoSuchLife(problem_no)
        return await self.state(problem_no), self.judged_by.get(problem_no, rules())


def _outcome(decision: Decision) -> Outcome:
    problem = decision.problem
    return Outcome(
        problem_no=problem.problem_no,
        seq=problem.seq,
        stage=problem.stage,
        level=problem.level,
        events=tuple(recorded.event.tag for recorded in decision.events),
    )


def outcome_of(known: CommandRecord) -> Outcome:
    """Give what a command came to before; raises CommandRefused."""
    if known.outcome is None:
        raise CommandRefused(known.refusal_code, known.refusal_message)
    return known.outcome


@dataclass
class House:
    """The services, the app over them, and what a test does with them."""

    services: Services
    clock: Clock
    desk: Desk
    app: FastAPI

    @property
    def db(self) -> Database:
        """The store."""
        return self.services.db

    async def transferred(self, problem_no: str = "CQ2024-0001", **facts: Any) -> Problem:
        """Register a problem of 渝中区 and transfer it today."""
        given = {
            "enterprise": "重庆示例印务有限公司",
            "description": "喷涂工序未在密闭空间内进行，废气收集不完全。",
            "district": YUZHONG,
            "requirement": "完善密闭措施，确保废气有效收集处理。",
            "address": "渝中区示例路1号",
        }
        register = c.RegisterProblem(
            problem_no=problem_no, facts=c.Facts(**{**given, **facts}), by=OFFICER
        )
        transfer = c.TransferProblem(on=MONDAY, document_no="渝环函〔2024〕示例1号", by=OFFICER)
        await self.desk.start(problem_no, register, transfer)
        return await self.desk.state(problem_no)

    async def do(self, command: c.Command, problem_no: str = "CQ2024-0001") -> Problem:
        """Have the life do something."""
        await self.desk.command(problem_no, command, str(uuid.uuid4()))
        return await self.desk.state(problem_no)

    async def proven(self, problem_no: str = "CQ2024-0001") -> Problem:
        """The notice of the open round is known to have arrived now."""
        problem = await self.desk.state(problem_no)
        proof = c.RecordProof(
            round_no=len(problem.rounds),
            kind=ProofKind.LINK_OPENED,
            recipient="handler@example.cn",
            proven_at=self.clock.now,
            by=SYSTEM,
        )
        return await self.do(proof, problem_no)

    async def found_false(self, problem_no: str = "CQ2024-0001") -> Problem:
        """The district answers, the officer finds it false: points, the list, another round."""
        receipt_id = str(uuid.uuid4())
        problem = await self.desk.state(problem_no)
        answer = c.SubmitFeedback(
            receipt_id=receipt_id,
            round_no=len(problem.rounds),
            district=problem.district,
            received_at=self.clock.now,
            answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
            content_sha256="0" * 64,
            by=Actor("district", Role.DISTRICT),
        )
        await self.do(answer, problem_no)
        verdict = c.ReviewFeedback(
            receipt_id=receipt_id, verdict=c.Verdict.FOUND_FALSE, reason="现场未见", by=OFFICER
        )
        return await self.do(verdict, problem_no)

    async def act(self, act: c.Act, problem_no: str = "CQ2024-0001") -> Problem:
        """Two persons agree on an act."""
        problem = await self.do(c.ProposeAct(act=act, reason="示例理由", by=OFFICER), problem_no)
        proposed = problem.proposed[-1]
        approval = c.ApproveAct(
            proposal=proposed.seq, content_hash=proposed.content_hash, by=SUPERVISOR
        )
        return await self.do(approval, problem_no)

    async def moved_with_points(self) -> LinkRow:
        """渝中区 lost points, then the problem went to 大渡口区; give the former's link of before."""
        await self.found_false()
        link = await self.link(round_no=2)
        await self.act(c.MoveListed(to_district=DADUKOU))
        return link

    async def link(
        self,
        problem_no: str = "CQ2024-0001",
        round_no: int = 1,
        recipient: str = "handler@example.cn",
        days: float = 60,
    ) -> LinkRow:
        """Issue the link of a round."""
        problem = await self.desk.state(problem_no)
        key = LinkKey(
            purpose=ANSWER,
            district=problem.district,
            recipient=recipient,
            problem_no=problem_no,
            round_no=round_no,
        )
        return await links.issue(self.db, key, self.clock.now + timedelta(days=days))

    def token(self, link: LinkRow, **changes: Any) -> str:
        """Sign a link."""
        claim = LinkClaim(
            purpose=link.purpose,
            problem_no=link.problem_no,
            district=link.district,
            round_no=link.round_no,
            jti=link.jti,
            expires_at=link.expires_at,
            day=link.day,
        )
        return self.services.signer.sign(replace(claim, **changes))

    def browser(self) -> httpx2.AsyncClient:
        """A browser without any session."""
        transport = httpx2.ASGITransport(self.app)
        return httpx2.AsyncClient(transport=transport, base_url=self.services.base_url)

    async def visitor(self, link: LinkRow | None = None) -> Visitor:
        """A browser let in by a link."""
        browser = self.browser()
        token = self.token(link or await self.link())
        answer = await browser.post("/f/enter", data={"token": token})
        assert answer.status_code == 303, answer.text
        return Visitor(browser)


@dataclass
class Visitor:
    """Somebody in front of an open form."""

    browser: httpx2.AsyncClient

    async def see(self, path: str = "/f/problem") -> httpx2.Response:
        """Look at a page."""
        return await self.browser.get(path)

    async def hidden(self, path: str = "/f/problem") -> dict[str, Any]:
        """The hidden fields of a form as it stands."""
        page = (await self.see(path)).text
        return {
            "csrf": found(r'name="csrf" value="([0-9a-f]{64})"', page),
            "receipt_id": found(r'name="receipt_id" value="([^"]+)"', page),
            "file": re.findall(r'name="file" value="([0-9a-f]{64})"', page),
        }

    async def press(
        self,
        action: str,
        typed: Mapping[str, Any],
        files: Any = (),
        path: str = "/f/problem",
        **headers: str,
    ) -> httpx2.Response:
        """Press a button of a form with what was typed, after looking at the form."""
        fields = {**await self.hidden(path), **typed, "action": action}
        return await self.post(fields, files, path, **headers)

    async def post(
        self, fields: Mapping[str, Any], files: Any = (), path: str = "/f/problem", **headers: str
    ) -> httpx2.Response:
        """Post a form as given."""
        parts = [("upload", file) for file in files] or [("upload", ("", b""))]
        answer = await self.browser.post(path, data=dict(fields), files=parts, headers=headers)
        return await given_back(self.browser, answer)

    async def upload(self, name: str, content: bytes, kind: str = "") -> httpx2.Response:
        """Upload one file as the page's script does."""
        return await self.upload_with(await self.hidden(), name, content, kind)

    async def upload_with(
        self, hidden: Mapping[str, Any], name: str, content: bytes, kind: str = ""
    ) -> httpx2.Response:
        """The same from a page that was opened before."""
        return await self.browser.post(
            "/f/files",
            data={name: hidden[name] for name in ("csrf", "form") if name in hidden},
            files={"upload": (name, content, kind or "application/octet-stream")},
            headers={"accept": "application/json"},
        )


async def given_back(browser: httpx2.AsyncClient, answer: httpx2.Response) -> httpx2.Response:
    """The page that a refused form leads to; any other answer as it is."""
    leads_to = answer.headers.get("location", "")
    return await browser.get(leads_to) if "returned=" in leads_to else answer


def found(pattern: str, page: str) -> str:
    """The first match of a pattern in a page."""
    match = re.search(pattern, page)
    assert match is not None, page
    return match[1]


def typed(**changes: str) -> dict[str, str]:
    """A complete form as somebody would type it."""
    return {
        "state": "done",
        "text": "已完成密闭改造，废气收集率达标，现场照片见附件。",
        "promised_on": "",
        "penalty_outcome": "first_violation",
        "penalty_document_no": "",
        "penalty_amount": "",
        "penalty_ground": "初次违法且危害后果轻微并及时改正",
        "filled_by": "张某",
        "telephone": "023-00000000",
        **changes,
    }


def picture(width: int = 60, height: int = 40, kind: str = "JPEG", **save: Any) -> bytes:
    """A small picture that no other call gives."""
    drawn = io.BytesIO()
    shade = tuple(uuid.uuid4().bytes[:3])
    Image.new("RGB", (width, height), shade).save(drawn, kind, **save)
    return drawn.getvalue()


PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
    b"xref\n0 3\ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n95\n%%EOF\n"
)


async def make_house(
    folder: Path,
    base_url: str = BASE_URL,
    clock: Clock | None = None,
    db: Database | None = None,
) -> House:
    """Build everything in `folder`, over a migrated database where one is given."""
    if db is None:
        url = f"sqlite:///{folder / 'store.db'}"
        await upgrade(url)
        db = Database(url)
    db.now = clock = clock or Clock()
    desk = Desk(db)
    services = Services(
        db=db,
        desk=desk,
        renderer=renderer(),
        signer=LinkSigner([("k1", "0" * 40)], clock),
        seals=SecretSeals([("k1", "0" * 40)]),
        evidence=EvidenceFolder(folder / "evidence"),
        in_force=RulesInForce(policies=(rules().policy,), calendar=rules().calendar),
        base_url=base_url,
        press=LetterPress(issuer="重庆市生态环境局（示例）"),
    )
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(district_router(services))
    app.mount("/static", StaticFiles(directory=ROOT / "static"))
    return House(services, clock, desk, app)
