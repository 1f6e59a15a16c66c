"""What a district's pages tell beside its form: closed ways, what came by hand, moved dates."""

from __future__ import annotations

from datetime import date, time, timedelta

from domain import commands as c
from domain.local_time import at_local
from tests.worlds.house import MONDAY, OFFICER, YUZHONG, House

EXTENSION, OBJECTION = "/f/problem/extension", "/f/problem/objection"


async def test_a_way_that_is_closed_says_why_and_leads_nowhere(house: House) -> None:
    visitor = await house.visitor()
    page = (await visitor.see()).text
    assert f'href="{EXTENSION}' in page
    assert f'href="{OBJECTION}' in page
    round_ = (await house.desk.state("CQ2024-0001")).rounds[-1]
    await house.proven()
    house.clock.now = round_.due_at + timedelta(hours=9)
    visitor = await house.visitor()
    page = (await visitor.see()).text
    assert f'href="{EXTENSION}' not in page
    assert f'href="{OBJECTION}' not in page
    assert "不再受理延期申请" in page


async def entered(house: House, on: date) -> None:
    """The bureau enters an answer that came on paper on a day."""
    answer = c.EnterAnswer(
        receipt_id="paper-1",
        round_no=1,
        received_at=at_local(on, time(0)),
        answer=c.Answer(state=c.RectificationState.DONE, text="已完成密闭改造。"),
        content_sha256="0" * 64,
        channel=c.Channel.PAPER,
        by=OFFICER,
    )
    await house.do(answer)


async def test_an_answer_on_paper_stands_on_the_page_with_its_day(house: House) -> None:
    house.clock.pass_by(days=2)
    await entered(house, MONDAY + timedelta(days=1))
    page = (await (await house.visitor()).see()).text
    assert "2024年6月25日（星期二）书面反馈，由市级承办人代录（已完成整改）" in page
    assert "已完成密闭改造。" in page
    assert "00:00" not in page


async def test_the_page_says_since_when_and_why_the_transfers_own_date_is_another(
    house: House,
) -> None:
    facts = c.Facts(
        enterprise="重庆示例化工有限公司", description="示例", district=YUZHONG, requirement="示例"
    )
    register = c.RegisterProblem(problem_no="CQ2024-0002", facts=facts, by=OFFICER)
    transfer = c.TransferProblem(
        on=MONDAY, document_no="", rectification_due_on=date(2024, 7, 20), by=OFFICER
    )
    await house.desk.start("CQ2024-0002", register, transfer)
    house.clock.pass_by(days=9)
    await house.proven("CQ2024-0002")
    page = (await (await house.visitor(await house.link("CQ2024-0002"))).see()).text
    assert "由2024年7月20日（星期六）改为2024年7月29日（星期一）（按送达日重新计算）" in page
