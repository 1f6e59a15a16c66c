"""The officers' pages with eyes and fingers: on a phone, at a desk, and without a script."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from domain.problem import Problem
from domain.stages import Stage
from tests.browser.office import PASSWORD, TODAY, UNPROVEN, keep, make_office, waiting
from tests.browser.serving import Served, browser, served

pytestmark = pytest.mark.browser

PHONE = 360
UNDER_REVIEW, PROPOSED, ACCEPTED = "CQ2024-0005", "CQ2024-0010", "CQ2024-0009"
PAGES = (
    "/",
    "/problems",
    "/problems?text=nothing",
    "/problems/new",
    "/import",
    "/supervisory-list",
    "/statistics?year=2024",
    "/scores?year=2024&district=500117",
    "/scores?year=2030",
    "/inspection-groups",
    "/six-batches",
    "/positive-list",
    "/self-inspections",
    "/enterprise-visits",
    "/publicity",
    "/draws",
    "/accounts",
    "/mailbox",
    "/problems/none",
    *(f"/problems/CQ2024-{number:04}" for number in range(1, 14)),
)


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """One browser for all tests."""
    with browser(tmp_path_factory.mktemp("browser")) as started:
        yield started


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Served]:
    """An office with its doors open."""
    with served(tmp_path, make_office) as opened:
        yield opened


@dataclass
class Screen:
    """A page in front of the office; browsers here run no script, for no page of ours needs one."""

    page: Page
    office: Served

    def sign_in(self, login: str, password: str = PASSWORD) -> Screen:
        """Sign in as somebody."""
        self.page.goto(self.office.address("/login"))
        self.page.get_by_label("登录名").fill(login)
        self.page.get_by_label("密码").fill(password)
        self.page.get_by_role("button", name="登录").click()
        return self

    def open(self, path: str) -> Page:
        """Open a page."""
        self.page.goto(self.office.address(path))
        return self.page

    def problem(self, number: str) -> Problem:
        """The problem as it was recorded."""
        return self.office.do(self.office.house.desk.state(number))

    def act(self, number: str, path: str) -> Locator:
        """The form of an act on a problem's page, opened anew."""
        return self.open(f"/problems/{number}").locator(f"#act-{path}")

    def card(self, heading: str) -> Locator:
        """The card under a heading."""
        return self.page.locator("section.card", has=self.page.get_by_role("heading", name=heading))


@pytest.fixture
def screen(chromium: Browser, office: Served) -> Iterator[Screen]:
    """A screen as wide as a phone."""
    context = chromium.new_context(
        viewport={"width": PHONE, "height": 740}, java_script_enabled=False
    )
    yield Screen(context.new_page(), office)
    context.close()


@pytest.fixture
def officer(screen: Screen) -> Screen:
    """A screen somebody has signed in at."""
    return screen.sign_in("officer")


def test_a_wrong_password_says_so_and_keeps_the_login(screen: Screen) -> None:
    screen.sign_in("officer", "not this one at all")
    expect(screen.page.get_by_role("alert")).to_contain_text("登录名或密码不正确")
    expect(screen.page.get_by_label("登录名")).to_have_value("officer")
    screen.sign_in("officer")
    expect(screen.page.get_by_role("heading", level=1, name="待办")).to_be_visible()


def test_the_desk_says_what_is_to_be_done_now(officer: Screen) -> None:
    now = officer.card("本级待办")
    expect(now).to_contain_text("5 项，须立即办理 2 项")
    expect(now.get_by_role("listitem").first).to_contain_text("审核反馈 CQ2024-0006")
    expect(now.get_by_role("listitem").first).to_contain_text("已超期")
    expect(officer.card("区县今日到期").get_by_role("listitem")).to_have_count(1)
    expect(officer.card("区县今日到期")).to_contain_text("列入督察问题清单")
    expect(officer.card("区县已逾期")).to_contain_text("CQ2024-0008")
    expect(officer.card("待审批")).to_contain_text(PROPOSED)
    expect(officer.card("待审批")).not_to_contain_text("请您审批")
    expect(now).to_contain_text("送达落实")
    expect(now).to_contain_text(UNPROVEN)


def test_the_list_is_searched_and_filtered(officer: Screen) -> None:
    page = officer.open("/problems")
    page.get_by_label("编号、企业、文号、问题内容").fill("砖厂")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 1 个")
    page.get_by_role("link", name="清除条件").click()
    page.get_by_label("范围").select_option("三日内到期")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 2 个")
    page.get_by_label("环节").select_option("已销号")
    page.get_by_role("button", name="查询").click()
    expect(page.get_by_text("没有符合条件的问题")).to_be_visible()


def test_the_samples_are_checked_confirmed_and_followed(officer: Screen) -> None:
    page = officer.open("/import")
    page.get_by_role("button", name="检查示例清单").click()
    page.get_by_role("button", name="确认登记 60 行").click()
    expect(page.get_by_role("heading", name="导入完成")).to_be_visible()
    page.get_by_role("link", name="查看问题清单").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("共 73 个")


@pytest.mark.parametrize(
    ("verdict", "number", "stage"),
    [
        ("审核通过（已完成整改）", "CQ2024-0005", Stage.AWAITING_REVISIT),
        ("审核通过（限期整改）", "CQ2024-0006", Stage.RECTIFYING),
        ("退回补充", "CQ2024-0005", Stage.AWAITING_FEEDBACK),
        ("认定整改不严不实", "CQ2024-0005", Stage.RECTIFYING),
    ],
)
def test_an_answer_is_reviewed(officer: Screen, verdict: str, number: str, stage: Stage) -> None:
    page, act = officer.page, officer.act(number, "reviews")
    act.get_by_label(verdict).check()
    act.get_by_label("理由").fill("已核对材料。")
    act.get_by_role("button", name="登记审核结论").click()
    if verdict == "认定整改不严不实":
        expect(page.locator("main")).to_contain_text("将列入")
        page.get_by_role("button", name="确认办理").click()
    expect(page.get_by_role("status")).to_have_text("审核结论已登记")
    assert officer.problem(number).stage is stage
    expect(page.locator(".stage.big")).to_have_text(stage.label)


def test_a_refused_form_says_why_and_keeps_what_was_typed(officer: Screen) -> None:
    page, act = officer.page, officer.act("CQ2024-0006", "reviews")
    act.get_by_label("审核通过（已完成整改）").check()
    act.get_by_label("理由").fill("写了很久的理由")
    act.get_by_role("button", name="登记审核结论").click()
    expect(page.get_by_role("alert").first).to_contain_text("不能按已完成整改通过")
    expect(act.get_by_label("理由")).to_have_value("写了很久的理由")
    expect(act.get_by_label("审核通过（已完成整改）")).to_be_checked()
    assert officer.problem("CQ2024-0006").stage is Stage.UNDER_REVIEW


def test_after_a_refusal_loading_again_and_going_back_send_nothing_again(officer: Screen) -> None:
    page, act = officer.page, officer.act("CQ2024-0006", "reviews")
    act.get_by_label("审核通过（已完成整改）").check()
    act.get_by_label("理由").fill("写了很久的理由")
    act.get_by_role("button", name="登记审核结论").click()
    page.reload()
    expect(act.get_by_label("理由")).to_have_value("写了很久的理由")
    officer.open("/problems")
    page.go_back()
    expect(page.get_by_role("alert").first).to_contain_text("不能按已完成整改通过")


def test_the_proposer_waits_for_a_second_person_who_closes(
    screen: Screen, chromium: Browser
) -> None:
    page, act = screen.page, screen.sign_in("supervisor").act(ACCEPTED, "revisits")
    act.get_by_label("整改到位").check()
    act.get_by_label("现场情况").fill("现场核查，集气罩已全部开启。")
    act.get_by_role("button", name="登记回头看").click()
    expect(page.get_by_text("待提请人以外的审批人员批准").first).to_be_visible()
    expect(page.get_by_role("button", name="登记审批意见")).to_have_count(0)
    context = chromium.new_context(java_script_enabled=False)
    second = Screen(context.new_page(), screen.office).sign_in("second")
    expect(second.card("待审批")).to_contain_text("请您审批")
    page, act = second.page, second.act(ACCEPTED, "closure")
    act.get_by_label("同意销号", exact=True).check()
    act.get_by_role("button", name="登记审批意见").click()
    expect(page.locator(".stage.big")).to_have_text("已销号")
    context.close()


def test_a_link_in_a_mail_opens_the_districts_page_beside_it(officer: Screen) -> None:
    mails = officer.office.house.services.mails
    assert mails is not None
    message = EmailMessage()
    message["Subject"], message["To"] = "示例通知", "handler@example.com"
    message.set_content("示例")
    link = officer.office.address("/f/dev.answer.nothing")
    page_of_mail = f"<html><head></head><body><a href='{link}'>打开反馈表</a></body></html>"
    message.add_alternative(page_of_mail, subtype="html")
    mails.keep(message.as_bytes(), officer.office.house.clock())
    officer.open("/mailbox").get_by_role("link", name="示例通知").click()
    with officer.page.expect_popup() as opened:
        officer.page.frame_locator("iframe").get_by_role("link", name="打开反馈表").click()
    opened.value.get_by_role("button", name="继续").click()
    expect(opened.value.get_by_role("heading", name="链接无效")).to_be_visible()


def test_a_second_press_acts_once(officer: Screen) -> None:
    page = officer.open("/problems/CQ2024-0002")
    before = officer.problem("CQ2024-0002").reminders_sent
    act = page.locator("#act-reminders")
    act.get_by_text("催办", exact=True).click()
    act.get_by_role("button", name="立即催办一次").dblclick()
    expect(page.get_by_role("status")).to_contain_text("催办已登记")
    assert officer.problem("CQ2024-0002").reminders_sent == before + 1


def test_a_session_that_ended_says_so_and_gives_the_text_back(officer: Screen) -> None:
    page, act = officer.page, officer.act(UNDER_REVIEW, "reviews")
    act.get_by_label("退回补充").check()
    act.get_by_label("理由").fill("请补充活性炭更换记录。")
    officer.office.house.clock.now += timedelta(hours=13)
    page.get_by_role("button", name="登记审核结论").click()
    expect(page.get_by_role("alert")).to_contain_text("刚才填写的内容没有提交")
    expect(page.get_by_text("请补充活性炭更换记录。")).to_be_visible()
    assert officer.problem(UNDER_REVIEW).stage is Stage.UNDER_REVIEW
    page.get_by_label("登录名").fill("officer")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(UNDER_REVIEW)


def test_no_page_is_wider_than_a_phone_or_hard_to_use(office: Served, chromium: Browser) -> None:
    context = chromium.new_context(viewport={"width": PHONE, "height": 740})
    screen = Screen(context.new_page(), office).sign_in("supervisor")
    for path in PAGES:
        page = screen.open(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE, path
        found: list[dict[str, Any]] = Axe().run(page).response["violations"]
        serious = [one["id"] for one in found if one["impact"] in ("serious", "critical")]
        assert serious == [], path
    context.close()


def test_a_long_name_stays_inside_the_page(office: Served, chromium: Browser) -> None:
    office.do(keep(office.house, waiting("CQ2024-0099", "X" * 200, "500103", TODAY)))
    context = chromium.new_context(viewport={"width": PHONE, "height": 740})
    screen = Screen(context.new_page(), office).sign_in("officer")
    for path in ("/", "/problems", "/problems/CQ2024-0099"):
        width = screen.open(path).evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE, path
    context.close()
