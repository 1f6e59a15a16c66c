"""A phone with a slow network: no form goes without the files that were chosen for it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from store.district import inbox
from tests.browser.phones import Phone, received
from tests.worlds.house import picture

pytestmark = pytest.mark.browser


def kept_in(held: list[Route]) -> Callable[[Route], None]:
    """Hold requests until somebody lets them go on; the driver takes no built-in method."""

    def hold(route: Route) -> None:
        held.append(route)

    return hold


def test_nothing_is_handed_in_while_a_file_is_still_on_its_way(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    on_their_way: list[Route] = []
    page.route("**/f/files?*", kept_in(on_their_way))
    phone.open(phone.served.do(house.link()))
    phone.fill()
    phone.choose(("现场.jpg", "image/jpeg", picture()))
    expect(page.get_by_text("正在上传 1/1")).to_be_visible()
    for name in ("提交反馈", "保存草稿"):
        page.get_by_role("button", name=name).last.click()
        expect(page.get_by_text("附件正在上传，请等传完后再按一次")).to_be_visible()
    expect(page.get_by_text("自动保存")).to_be_visible()
    assert phone.served.do(received(house)) == []
    page.get_by_role("button", name="提交反馈").click()
    on_their_way[0].continue_()
    expect(page.get_by_text("附件已传完，请再按一次")).to_be_visible()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    (row,) = phone.served.do(received(house))
    assert [file.name for file in inbox.paper_of(row).files] == ["现场.jpg"]


def test_a_file_that_does_not_arrive_holds_no_form(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    on_their_way: list[Route] = []
    page.route("**/f/files?*", kept_in(on_their_way))
    page.clock.install()
    phone.open(phone.served.do(house.link()))
    phone.fill()
    phone.choose(("现场.jpg", "image/jpeg", picture()))
    expect(page.get_by_text("正在上传 1/1")).to_be_visible()
    page.get_by_role("button", name="提交反馈").click()
    page.clock.fast_forward(130_000)
    expect(page.get_by_text("“现场.jpg”上传中断，请检查网络后重新选择")).to_be_visible()
    expect(page.get_by_text("有附件未能上传，请核对附件后再按一次")).to_be_visible()
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()


def test_a_large_photo_goes_on_where_the_connection_broke_off(phone: Phone) -> None:
    house, page = phone.served.house, phone.page
    sent: list[str] = []

    def break_off(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            if len(sent) == 2:
                route.abort()
                return
        route.continue_()

    page.route("**/f/file-parts?*", break_off)
    phone.open(phone.served.do(house.link()))
    phone.fill()
    phone.choose(("现场.jpg", "image/jpeg", picture() + b"\0" * 1_200_000))
    expect(page.get_by_text("已上传1个附件")).to_be_visible(timeout=15_000)
    assert len(sent) == 4  # three parts, one of them twice
    page.get_by_role("button", name="提交反馈").click()
    expect(page.get_by_role("heading", name="反馈回执")).to_be_visible()
    (row,) = phone.served.do(received(house))
    assert [file.size > 1_200_000 for file in inbox.paper_of(row).files] == [True]
