"""A district's officer on an old phone: from the link to the receipt, with a script and without."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import update

from domain.stages import Stage
from gateways.link_signer import DISTRICT_DAY
from store.district import inbox, links
from store.district.links import LinkKey
from store.tables import DigestRow, LinkRow, NoticeRow
from tests.browser.phones import PHONE, Phone, received
from tests.browser.serving import Served
from tests.worlds.house import PDF, YUZHONG, House, picture

pytestmark = pytest.mark.browser


def test_with_a_script_drafts_save_themselves_and_files_go_up_at_once(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    phone.open(phone.served.do(house.link()))
    phone.check("form")
    page.get_by_label("整改情况说明").fill("写了一半")
    expect(page.get_by_text("自动保存")).to_be_visible()
    phone.choose(("现场.jpg", "image/jpeg", picture()), ("方案.pdf", "application/pdf", PDF))
    expect(page.get_by_text("已上传1个附件")).to_be_visible()
    expect(page.get_by_text("方案.pdf", exact=True).first).to_be_visible()
    phone.choose(("图.svg", "image/svg+xml", b"<svg/>"))
    expect(page.get_by_text("“图.svg”不是可接收的文件")).to_be_visible()
    page.reload()
    expect(page.get_by_label("整改情况说明")).to_have_value("写了一半")
    expect(page.get_by_text("现场.jpg", exact=True).first).to_be_visible()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_text("尚未提交，请更正以下内容")).to_be_visible()
    phone.check("errors")
    phone.fill()
    page.get_by_role("button", name="移除 方案.pdf").click()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    page.reload()
    expect(page.get_by_text("已登记", exact=True)).to_be_visible()
    phone.check("receipt")
    (row,) = phone.served.do(received(house))
    assert [file.name for file in inbox.paper_of(row).files] == ["现场.jpg"]
    problem = phone.served.do(house.desk.state("CQ2024-0001"))
    assert problem.stage is Stage.UNDER_REVIEW


def test_without_a_script_every_button_keeps_what_was_typed(plain_phone: Phone) -> None:
    house, page = plain_phone.served.house, plain_phone.page
    page.goto(plain_phone.served.address(f"/f/{house.token(plain_phone.served.do(house.link()))}"))
    page.get_by_role("button", name="继续").click()
    page.get_by_label("整改情况说明").fill("写了一半")
    plain_phone.choose(("现场.jpg", "image/jpeg", picture()))
    page.get_by_role("button", name="上传附件").click()
    expect(page.get_by_label("整改情况说明")).to_have_value("写了一半")
    plain_phone.choose(("再一张.jpg", "image/jpeg", picture()))
    page.get_by_role("button", name="保存草稿").click()
    page.get_by_role("button", name="移除 现场.jpg").click()
    plain_phone.fill(outcome="case_filed")
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_text("请填写相应文书的文号").first).to_be_visible()
    page.get_by_label("文号").fill("渝中环罚〔2024〕示例1号")
    plain_phone.choose(("文书.pdf", "application/pdf", PDF))
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    (row,) = plain_phone.served.do(received(house))
    names = [file.name for file in inbox.paper_of(row).files]
    assert names == ["再一张.jpg", "文书.pdf"]


def test_enter_in_a_field_saves_and_never_hands_in(plain_phone: Phone) -> None:
    house, page = plain_phone.served.house, plain_phone.page
    page.goto(plain_phone.served.address(f"/f/{house.token(plain_phone.served.do(house.link()))}"))
    page.get_by_role("button", name="继续").click()
    plain_phone.fill()
    page.get_by_label("填报人").press("Enter")
    expect(page.get_by_text("草稿已于")).to_be_visible()
    assert plain_phone.served.do(received(house)) == []


def test_a_second_press_and_the_back_button_hand_in_once(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    phone.open(phone.served.do(house.link()))
    phone.fill()
    page.get_by_role("button", name="提交反馈").dblclick()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    assert len(phone.served.do(received(house))) == 1


@pytest.mark.parametrize("script", [True, False])
def test_after_a_corrected_error_going_back_sends_nothing_again(
    chromium: Browser, served_house: Served, script: bool
) -> None:
    context = chromium.new_context(viewport=PHONE, java_script_enabled=script)  # type: ignore[arg-type]  # a plain dict
    phone = Phone(context.new_page(), served_house)
    house, page = served_house.house, phone.page
    page.goto(served_house.address(f"/f/{house.token(served_house.do(house.link()))}"))
    page.get_by_role("button", name="继续").click()
    phone.fill()
    page.get_by_label("联系电话").fill("")
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_text("尚未提交，请更正以下内容")).to_be_visible()
    page.reload()
    expect(page.get_by_text("尚未提交，请更正以下内容")).to_be_visible()
    expect(page.get_by_label("整改情况说明")).to_have_value("已完成密闭改造。")
    page.get_by_label("联系电话").fill("023-00000000")
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    page.go_back()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    assert len(served_house.do(received(house))) == 1
    context.close()


def test_the_promised_date_is_asked_for_only_where_it_is_needed(phone: Phone) -> None:
    phone.open(phone.served.do(phone.served.house.link()))
    promised = phone.page.get_by_label("承诺完成日期")
    expect(promised).to_be_hidden()
    phone.page.get_by_label("正在整改").check()
    expect(promised).to_be_visible()


def test_numbers_and_fines_are_asked_for_only_where_the_outcome_has_them(phone: Phone) -> None:
    page = phone.page
    phone.open(phone.served.do(phone.served.house.link()))
    number, fine = page.get_by_label("文号", exact=True), page.get_by_label("罚款金额")
    for one in (number, fine, page.get_by_label("处罚并移送"), page.get_by_label("依据或理由")):
        expect(one).to_be_hidden()
    page.get_by_label("是否立案处罚").select_option("case_filed")
    fine.fill("20000")
    page.get_by_label("是否立案处罚").select_option("unfounded")
    expect(number).to_be_hidden()
    expect(fine).to_have_value("20000")
    expect(fine).to_be_visible()  # what is typed is handed in, so it is seen
    fine.fill("")
    page.get_by_label("是否立案处罚").select_option("first_violation")
    expect(fine).to_be_hidden()
    expect(number).to_be_visible()


def test_without_a_network_nothing_typed_is_lost_and_it_gets_through_by_itself(
    phone: Phone,
) -> None:
    page = phone.page
    phone.open(phone.served.do(phone.served.house.link()))
    page.context.set_offline(True)
    phone.fill()
    expect(page.get_by_text("已填内容留在本页")).to_be_visible()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_label("整改情况说明")).to_have_value("已完成密闭改造。")
    page.context.set_offline(False)
    expect(page.get_by_text("网络已恢复，草稿已于")).to_be_visible()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()


def test_a_long_name_and_a_long_text_stay_inside_the_page(phone: Phone) -> None:
    house = phone.served.house
    phone.served.do(
        house.transferred(
            "CQ2024-0009", enterprise="X" * 200, description="http://" + "y" * 600 + "Z̸̡͇̼̈́" * 50
        )
    )
    phone.open(phone.served.do(house.link("CQ2024-0009")))
    phone.check("long form")


def test_the_other_answers_are_easy_to_use_too(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    expired = phone.served.do(house.link(recipient="e@example.cn", days=0.5))
    revoked = phone.served.do(house.link(recipient="r@example.cn"))
    phone.served.do(links.revoke(house.db, "staff_change", jti=revoked.jti))
    house.clock.pass_by(days=1)
    for link, heading in ((expired, "链接已过期"), (revoked, "链接已收回")):
        phone.open(link)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        phone.check(heading)
    phone.open(expired)
    page.get_by_role("button", name="向登记邮箱重新发送").click()
    expect(page.get_by_role("heading", name="新链接即将发出")).to_be_visible()
    phone.check("resent")
    page.goto(phone.served.address("/f/k1.answer.nothing"))
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_role("heading", name="链接无效")).to_be_visible()
    phone.check("unknown")


def test_a_days_list_leads_into_each_form_and_back(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    phone.served.do(house.transferred("CQ2024-0002", enterprise="重庆示例化工有限公司"))
    phone.open(phone.served.do(_day_link(house)))
    expect(page.get_by_role("heading", name="渝中区待反馈问题")).to_be_visible()
    phone.check("day")
    page.get_by_role("button", name="重庆示例化工有限公司").click()
    expect(page.get_by_text("CQ2024-0002")).to_be_visible()
    phone.fill()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    phone.check("receipt with the next, registered or not yet")
    page.get_by_role("link", name="返回待反馈问题").click()
    expect(page.get_by_role("button", name="查看回执 重庆示例化工有限公司")).to_be_visible()
    expect(page.get_by_text("已反馈 1/2")).to_be_visible()
    page.get_by_role("button", name="查看回执 重庆示例化工有限公司").click()
    page.get_by_role("button", name="下一件（剩余1件）").click()
    expect(page.get_by_text("CQ2024-0001")).to_be_visible()
    expect(page.get_by_label("填报人")).to_have_value("张某")


async def _day_link(house: House) -> LinkRow:
    async with house.db.writing() as session:
        digest = DigestRow(
            district=YUZHONG, day=date(2024, 7, 4), recipient="h@example.cn", message_id="m-1"
        )
        session.add(digest)
        await session.flush()
        await session.execute(update(NoticeRow).values(digest_id=digest.id))
    ends = house.clock.now + timedelta(days=20)
    key = LinkKey(
        purpose=DISTRICT_DAY, district=YUZHONG, recipient="h@example.cn", day="2024-07-04"
    )
    return await links.issue(house.db, key, ends)


def test_a_former_district_appeals_its_points_on_its_old_link(phone: Phone) -> None:
    link = phone.served.do(phone.served.house.moved_with_points())
    phone.open(link)
    phone.check("points of a former district")
    with phone.page.expect_navigation():
        phone.page.get_by_role("link", name="申诉").click()
    phone.check("appeal of a former district")
    phone.page.get_by_label("理由").fill("该点位不在本区。")
    phone.page.get_by_label("填报人").fill("张某")
    phone.page.get_by_label("联系电话").fill("023-00000000")
    with phone.page.expect_navigation():
        phone.page.get_by_role("button", name="提交申诉").click()
    expect(phone.page.get_by_role("heading", name="扣分申诉回执")).to_be_visible()
    phone.page.get_by_role("link", name="返回扣分清单").click()
    expect(phone.page.get_by_text("申诉中")).to_be_visible()
