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
