"""A clerk has several mails: their forms stand side by side in one browser, and nothing typed is lost."""

from __future__ import annotations

import re
from datetime import date, time

import httpx2

from domain import commands as c
from domain.local_time import at_local
from domain.proof import ProofKind
from domain.roles import SYSTEM, Actor, Role
from store.district import inbox, links
from store.district.links import MOST_SESSIONS
from store.tables import LinkRow
from tests.worlds.house import OFFICER, House, found, typed


async def opened(house: House, browser: httpx2.AsyncClient, link: LinkRow) -> str:
    """Open a link in a browser that may have others open; give the address it leads to."""
    answer = await browser.post("/f/enter", data={"token": house.token(link)})
    assert answer.status_code == 303
    return str(answer.headers["location"])


async def test_two_problems_are_answered_side_by_side(house: House) -> None:
    await house.transferred("CQ2024-0002", enterprise="重庆示例家具有限公司")
    browser = house.browser()
    first = await opened(house, browser, await house.link())
    second = await opened(house, browser, await house.link("CQ2024-0002"))
    assert first != second
    form = (await browser.get(first)).text
    assert "重庆示例印务有限公司" in form
    assert "重庆示例家具有限公司" in (await browser.get(second)).text
    hidden = {
        "csrf": found(r'name="csrf" value="([0-9a-f]{64})"', form),
        "receipt_id": found(r'name="receipt_id" value="([^"]+)"', form),
    }
    action = found(r'id="annex" method="post" action="([^"]+)"', form)
    assert action == first
    answer = await browser.post(
        action, data={**typed(), **hidden, "action": "submit"}, files=[("upload", ("", b""))]
    )
    assert answer.status_code == 303, answer.text
    async with house.db.reading() as session:
        assert len(await inbox.of_problem(session, "CQ2024-0001")) == 1
        assert await inbox.of_problem(session, "CQ2024-0002") == []
    receipt = (await browser.get(answer.headers["location"])).text
    assert "CQ2024-0001" in receipt
    assert "CQ2024-0002" not in receipt


async def test_every_address_of_a_page_names_its_own_link(house: House) -> None:
    browser = house.browser()
    page = (await browser.get(await opened(house, browser, await house.link()))).text
    addresses = re.findall(r'(?:href|action|src)="(/f/[^"]+)"', page)
    assert addresses
    assert all("?of=" in one for one in addresses)


async def test_a_link_opened_again_goes_on_alone_and_the_oldest_of_many_ends(house: House) -> None:
    again = await house.link()
    first = await links.open_session(house.db, again.jti)
    second = await links.open_session(house.db, again.jti, first)
    assert len(second) == 1
    assert second != first
    held: tuple[str, ...] = second
    for number in range(MOST_SESSIONS):
        other = await house.link(recipient=f"clerk{number}@example.cn")
        held = await links.open_session(house.db, other.jti, held)
    assert len(held) == MOST_SESSIONS
    async with house.db.reading() as session:
        assert await links.link_of_session(session, second[0], house.clock.now) is None
        assert await links.link_of_session(session, held[-1], house.clock.now) is not None


async def test_what_was_typed_into_a_page_that_is_over_is_shown_to_be_copied(house: House) -> None:
    visitor = await house.visitor()
    hidden = await visitor.hidden()
    house.clock.pass_by(hours=9)
    fields = {**typed(text="写了半天的整改说明。"), **hidden, "action": "submit"}
    answer = await visitor.post(fields)
    assert answer.status_code == 403
    assert "您刚才填写的内容" in answer.text
    assert "写了半天的整改说明。" in answer.text
    assert "first_violation" not in answer.text
    assert hidden["csrf"] not in answer.text


async def test_a_pending_request_is_said_to_wait_also_when_the_date_has_passed(
    house: House,
) -> None:
    await prove_and_ask(house)
    house.clock.now = at_local(date(2024, 7, 11), time(9))
    page = (await (await house.visitor()).see("/f/problem/extension")).text
    assert "待答复，无需重复提交" in page
    assert "不再受理延期申请" not in page
    form = (await (await house.visitor()).see()).text
    assert "待市级答复，暂不认定逾期" in form
    assert "将注明逾期" not in form


async def prove_and_ask(house: House) -> None:
    """The district was told, and asks for more time on the last day."""
    proof = c.RecordProof(
        round_no=1,
        kind=ProofKind.RECIPIENT_SERVER,
        recipient="handler@example.cn",
        proven_at=house.clock.now,
        by=SYSTEM,
    )
    await house.do(proof)
    house.clock.now = at_local(date(2024, 7, 9), time(16))
    visitor = await house.visitor()
    asked = {"wanted_on": "2024-07-19", "reason": "设备未到货", "filled_by": "张某"}
    answer = await visitor.press(
        "submit", {**asked, "telephone": "023-00000000"}, path="/f/problem/extension"
    )
    assert answer.status_code == 303, answer.text


async def test_a_fine_beside_no_penalty_is_asked_about(house: House) -> None:
    answer = await (await house.visitor()).press("submit", typed(penalty_amount="20000"))
    assert answer.status_code == 422
    assert "选择“首违不罚”的没有罚款，请不填罚款金额" in answer.text


async def test_the_page_tells_the_transfers_own_date(house: House) -> None:
    facts = c.Facts(enterprise="重庆示例家具有限公司", description="无组织排放", district="500103")
    register = c.RegisterProblem(problem_no="CQ2024-0003", facts=facts, by=OFFICER)
    transfer = c.TransferProblem(
        on=date(2024, 6, 24),
        document_no="渝环函〔2024〕示例2号",
        rectification_due_on=date(2024, 7, 5),
        by=OFFICER,
    )
    await house.desk.start("CQ2024-0003", register, transfer)
    visitor = await house.visitor(await house.link("CQ2024-0003"))
    for path in ("/f/problem", "/f/problem/extension"):
        assert "2024年7月5日（星期五）24:00" in (await visitor.see(path)).text


async def test_what_a_revisit_found_stands_on_the_page_of_the_next_round(house: House) -> None:
    answer = c.SubmitFeedback(
        receipt_id="r1",
        round_no=1,
        district="500103",
        received_at=house.clock.now,
        answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
        content_sha256="0" * 64,
        by=Actor("district", Role.DISTRICT),
    )
    await house.do(answer)
    accepted = c.Verdict.ACCEPT_DONE
    await house.do(
        c.ReviewFeedback(receipt_id="r1", verdict=accepted, reason="情况属实", by=OFFICER)
    )
    visit = c.RecordRevisit(
        on=date(2024, 6, 24),
        result=c.RevisitResult.NOT_IN_PLACE,
        findings="活性炭箱未更换。",
        by=OFFICER,
    )
    await house.do(visit)
    page = (await (await house.visitor(await house.link(round_no=2))).see()).text
    assert "“回头看”核查情况" in page
    assert "活性炭箱未更换。" in page
    assert "情况属实" not in page
