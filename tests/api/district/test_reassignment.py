"""When a problem goes to another district, everything the former one held opens nothing any more."""

from __future__ import annotations

import asyncio
from datetime import date, time

import pytest
from sqlmodel import col, select

from activities.deliverer import Deliverer
from domain import commands as c
from domain.local_time import at_local
from domain.notices import NoticeKind
from gateways.link_signer import DISTRICT_DAY
from store.district import drafts, inbox, links
from store.district.inbox import LinkGone, NewSubmission
from store.district.links import LinkKey, Resend
from store.district.papers import ExtensionPaper
from store.engine import Database
from store.mail import notice_log
from store.tables import DeliveryRow, LinkRow, NoticeRow
from tests.worlds.house import DADUKOU, OFFICER, YUZHONG, House, typed

JIANGBEI, LIANGJIANG = "500105", "500157"


def to_dadukou() -> c.ReassignProblem:
    return c.ReassignProblem(to_district=DADUKOU, reason="点位在大渡口区", by=OFFICER)


async def test_old_links_and_sessions_open_nothing_from_the_same_instant_on(
    any_house: House,
) -> None:
    house = any_house
    handler, chief = await house.link(), await house.link(recipient="chief@example.cn")
    visitor = await house.visitor(handler)
    hidden = await visitor.hidden()
    await house.do(to_dadukou())
    async with house.db.reading() as session:
        kept = [await links.find(session, link.jti) for link in (handler, chief)]
    assert [link and link.revoked_why for link in kept] == ["reassigned"] * 2
    pages = [
        await visitor.see(),
        await visitor.see("/f/problem/extension"),
        await visitor.see("/f/problem/self-inspection"),
        await visitor.post({**hidden, **typed(), "action": "submit"}),
        await visitor.post({**hidden, "action": "save"}, path="/f/problem/objection"),
        await visitor.upload_with(hidden, "现场.jpg", b"x"),
    ]
    async with house.browser() as browser:
        for link in (handler, chief):
            pages.append(await browser.post("/f/enter", data={"token": house.token(link)}))
            pages.append(await browser.post("/f/resend", data={"token": house.token(link)}))
    assert [page.status_code for page in pages] == [410] * len(pages)
    assert "已改由其他单位办理" in pages[0].text
    async with house.db.reading() as session:
        assert await inbox.of_problem(session, "CQ2024-0001") == []


async def test_a_form_pressed_in_the_same_moment_is_acknowledged_before_or_not_at_all(
    any_house: House,
) -> None:
    house = any_house
    visitor = await house.visitor()
    fields = {**await visitor.hidden(), **typed(), "action": "submit"}
    link = await house.link()
    lock_held = asyncio.Event()

    async def hold() -> None:
        async with house.db.writing() as session:
            await house.db.lock_problem(session, "CQ2024-0001")
            lock_held.set()
            await asyncio.sleep(0.3)
            # What the reassignment writes, in the transaction that holds the problem's lock.
            held = await session.get(LinkRow, link.jti)
            assert held is not None
            held.revoked_at, held.revoked_why = house.clock.now, "reassigned"

    holding = asyncio.create_task(hold())
    await lock_held.wait()
    answer = await visitor.post(fields)
    await holding
    assert answer.status_code == 410
    async with house.db.reading() as session:
        assert await inbox.of_problem(session, "CQ2024-0001") == []


async def test_the_inbox_itself_takes_nothing_from_a_district_that_lost_the_problem(
    any_house: House,
) -> None:
    await any_house.do(to_dadukou())
    paper = ExtensionPaper(
        problem_no="CQ2024-0001",
        district=YUZHONG,
        round_no=1,
        wanted_on=date(2024, 7, 20),
        reason="示例",
        files=(),
        filled_by="张某",
        telephone="",
    )
    with pytest.raises(LinkGone, match="reassigned"):
        await inbox.submit(any_house.db, NewSubmission(receipt_id="r", link_jti="", paper=paper))


async def test_what_was_acknowledged_before_is_delivered_and_its_refusal_kept(
    house: House,
) -> None:
    visitor = await house.visitor()
    house.desk.silent = True
    assert (await visitor.press("submit", typed())).status_code == 303
    house.desk.silent = False
    await house.do(to_dadukou())
    assert await Deliverer(house.db, house.desk).run_once() == 1
    async with house.db.reading() as session:
        (row,) = await inbox.of_problem(session, "CQ2024-0001")
    assert (row.state, row.refusal_code) == ("refused", "wrong_district")


async def test_the_draft_is_kept_for_the_city_and_not_for_the_next_district(
    any_house: House,
) -> None:
    visitor = await any_house.visitor()
    await visitor.press("save", typed(text="渝中区写了一半"))
    problem = await any_house.do(to_dadukou())
    async with any_house.db.reading() as session:
        ((row, draft),) = await drafts.left_behind(session, problem)
    assert (row.district, row.form) == (YUZHONG, "answer")
    assert draft.fields["text"] == "渝中区写了一半"
    successor = await any_house.visitor(await any_house.link(round_no=2, recipient="d@e.cn"))
    assert "渝中区写了一半" not in (await successor.see()).text
    assert "没有作为反馈，也不转给接办单位，仅供市级承办人查阅" in (await visitor.see()).text


async def test_the_next_district_answers_on_its_own_link(any_house: House) -> None:
    await any_house.do(to_dadukou())
    visitor = await any_house.visitor(await any_house.link(round_no=2, recipient="d@e.cn"))
    assert (await visitor.press("submit", typed())).status_code == 303
    problem = await any_house.desk.state("CQ2024-0001")
    assert problem.submissions[-1].moved_state


async def test_a_day_s_list_of_the_former_district_leads_to_it_no_more(house: House) -> None:
    ends = at_local(date(2024, 8, 1), time(9))
    key = LinkKey(
        purpose=DISTRICT_DAY, district=YUZHONG, recipient="handler@example.cn", day="2024-06-24"
    )
    link = await links.issue(house.db, key, ends)
    visitor = await house.visitor(link)
    await house.do(to_dadukou())
    assert "所列问题均已不由本单位办理" in (await visitor.see("/f/day")).text


async def taken_over(house: House) -> tuple[LinkRow, LinkRow]:
    """江北区 has a problem and two links to it, then 两江新区 takes its place; old and new link."""
    house.clock.now = at_local(date(2025, 11, 3), time(9))
    number = "CQ2025-0001"
    register = c.RegisterProblem(
        problem_no=number,
        facts=c.Facts(
            enterprise="重庆示例机械有限公司",
            description="打磨粉尘未收集。",
            district=JIANGBEI,
        ),
        by=OFFICER,
    )
    transfer = c.TransferProblem(on=date(2025, 11, 3), document_no="示例", by=OFFICER)
    await house.desk.start(number, register, transfer)
    old = await house.link(number, recipient="shared@example.cn")
    house.clock.now = at_local(date(2025, 11, 6), time(9))
    await house.do(c.AssignSuccessor(to_district=LIANGJIANG, reason="区划调整", by=OFFICER), number)
    new = await house.link(number, recipient="shared@example.cn")
    return old, new


async def test_a_successor_in_the_same_round_is_sent_its_own_notice_again(
    any_house: House,
) -> None:
    old, new = await taken_over(any_house)
    assert old.jti != new.jti
    assert await links.request_new_link(any_house.db, old) is Resend.NOT_NEEDED
    assert await links.request_new_link(any_house.db, new) is Resend.ORDERED
    async with any_house.db.reading() as session:
        notices = await notice_log.for_problem(session, "CQ2025-0001")
    again = [one for one in notices if "resend" in one.key]
    assert [(one.district, one.kind) for one in again] == [(LIANGJIANG, NoticeKind.TRANSFER_NOTICE)]


async def accepted(db: Database, district: str) -> None:
    """The opening notice of a district was accepted for delivery."""
    async with db.writing() as session:
        key = await session.scalar(
            select(NoticeRow.key).where(
                col(NoticeRow.problem_no) == "CQ2025-0001",
                col(NoticeRow.district) == district,
                col(NoticeRow.kind) == NoticeKind.TRANSFER_NOTICE,
            )
        )
        session.add(
            DeliveryRow(
                notice_key=str(key),
                recipient=f"{district}@example.cn",
                position="handler",
                message_id=f"m-{district}",
                state="accepted",
                accepted_at=db.now(),
            )
        )


async def test_what_its_predecessor_was_told_proves_nothing_against_a_successor(
    any_house: House,
) -> None:
    await taken_over(any_house)
    await accepted(any_house.db, JIANGBEI)
    async with any_house.db.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2025-0001", 1) is None
    await accepted(any_house.db, LIANGJIANG)
    async with any_house.db.reading() as session:
        assert await notice_log.proof_of_service(session, "CQ2025-0001", 1) is not None
