"""Handing in: committed once before it is acknowledged, whatever is pressed how often."""

from __future__ import annotations

import asyncio
import hashlib
import re
import uuid
from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from activities.deliverer import Deliverer
from domain import commands as c
from domain.local_time import at_local, midnight_ending
from domain.stages import Stage
from store.district import inbox, links
from store.district.papers import AnswerPaper
from store.tables import InboxRow
from tests.worlds.house import OFFICER, House, Visitor, found, picture, typed
from tests.worlds.patience import eventually


async def rows(house: House) -> list[InboxRow]:
    """Everything in the inbox."""
    async with house.db.reading() as session:
        return await inbox.of_round(session, "CQ2024-0001", 1)


def answer_in(row: InboxRow) -> c.Answer:
    """What a row of the inbox answers."""
    paper = inbox.paper_of(row)
    assert isinstance(paper, AnswerPaper)
    return paper.answer


async def test_the_form_shows_the_problem_and_explains_its_due_date(house: House) -> None:
    page = (await (await house.visitor()).see()).text
    for said in (
        "执法帮扶<wbr>问题整改表",
        "重庆示例印务有限公司",
        "喷涂工序未在密闭空间内进行",
        "完善密闭措施",
        "2024年7月9日（星期二）24:00",
        "剩余15日",
        "自移交之日2024年6月24日（星期一）起计算期限，当日不计入",
        "是（立案处罚）",
        "否（首违不罚）",
    ):
        assert said in page


async def test_the_form_says_what_name_and_telephone_are_for_and_how_long_they_are_kept(
    house: House,
) -> None:
    page = (await (await house.visitor()).see()).text
    for said in ("用于核实填报内容、联系办理", "仅本单位和市级有权限的人员可见", "长期保存"):
        assert said in page


async def test_a_receipt_is_shown_and_the_life_has_the_answer(house: House) -> None:
    visitor = await house.visitor()
    answer = await visitor.press("submit", typed())
    assert answer.status_code == 303
    page = (await visitor.see(answer.headers["location"])).text
    (row,) = await rows(house)
    problem = await house.desk.state("CQ2024-0001")
    assert problem.stage is Stage.UNDER_REVIEW
    assert problem.submissions[0].receipt_id == row.receipt_id
    assert problem.submissions[0].content_sha256 == row.content_sha256
    for said in ("已登记", "按时收到", row.receipt_id, row.content_sha256, "张某"):
        assert said in page


async def test_the_life_carries_no_personal_data(house: House) -> None:
    visitor = await house.visitor()
    await visitor.press("submit", typed(filled_by="金丝雀", telephone="139-0000-0001"))
    async with house.db.reading() as session:
        for table in ("problems", "events", "notices"):
            whole = repr((await session.execute(text(f"SELECT * FROM {table}"))).all())  # noqa: S608 - fixed names
            assert "金丝雀" not in whole
            assert "139-0000-0001" not in whole


async def test_while_the_life_is_silent_the_receipt_says_so_and_delivery_goes_on(
    house: House,
) -> None:
    visitor = await house.visitor()
    house.desk.silent = True
    answer = await visitor.press("submit", typed())
    page = (await visitor.see(answer.headers["location"])).text
    assert "已收到，正在登记" in page
    assert "失败" not in page
    deliverer = Deliverer(house.db, house.desk)
    assert await deliverer.run_once() == 0
    house.desk.silent = False
    assert await deliverer.run_once() == 1
    assert "已登记" in (await visitor.see(answer.headers["location"])).text
    assert await deliverer.run_once() == 0


async def test_the_deliverer_goes_on_until_it_is_stopped(house: House) -> None:
    visitor = await house.visitor()
    house.desk.silent = True
    await visitor.press("submit", typed())
    stop = asyncio.Event()
    running = asyncio.create_task(Deliverer(house.db, house.desk, 0.01).run_forever(stop))
    await asyncio.sleep(0.1)
    house.desk.silent = False

    async def applied() -> bool:
        return (await rows(house))[0].state == "applied"

    await eventually(applied)
    stop.set()
    await running
    assert (await rows(house))[0].state == "applied"


async def test_a_lost_life_keeps_its_submission_waiting_until_it_is_really_over(
    house: House,
) -> None:
    visitor = await house.visitor()
    house.desk.gone = True
    await visitor.press("submit", typed())
    deliverer = Deliverer(house.db, house.desk)
    assert await deliverer.run_once() == 0
    async with house.db.writing() as session:
        body = str(await session.scalar(text("SELECT body FROM problems")))
        ended = body.replace('"ended":false', '"ended":true')
        await session.execute(text("UPDATE problems SET body = :b"), {"b": ended})
    assert await deliverer.run_once() == 1
    assert (await rows(house))[0].state == "life_ended"


async def test_twenty_presses_at_once_are_one_submission(house: House) -> None:
    visitor = await house.visitor()
    file = ("现场.jpg", picture())
    fields = {**await visitor.hidden(), **typed(), "action": "submit"}
    answers = await asyncio.gather(*(visitor.post(fields, [file]) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.headers["location"] for answer in answers}) == 1
    (row,) = await rows(house)
    assert len(inbox.paper_of(row).files) == 1
    problem = await house.desk.state("CQ2024-0001")
    assert len(problem.submissions) == 1


async def test_the_same_form_posted_later_gets_the_same_receipt(house: House) -> None:
    visitor = await house.visitor()
    await visitor.upload("现场.jpg", picture())
    fields = {**await visitor.hidden(), **typed(), "action": "submit"}
    first = await visitor.post(fields)
    house.clock.pass_by(minutes=30)
    second = await visitor.post(fields)
    assert first.headers["location"] == second.headers["location"]
    assert len(await rows(house)) == 1


async def test_another_content_under_the_same_receipt_is_refused(house: House) -> None:
    visitor = await house.visitor()
    fields = {**await visitor.hidden(), **typed(), "action": "submit"}
    assert (await visitor.post(fields)).status_code == 303
    answer = await visitor.post({**fields, "text": "另一份内容"})
    assert answer.status_code == 409
    assert "receipt_conflict" in answer.text
    (row,) = await rows(house)
    assert answer_in(row).text == typed()["text"]


async def test_a_second_form_for_an_answered_round_is_told_so_and_kept(house: House) -> None:
    first, second = await house.visitor(), await house.visitor(await house.link(recipient="b@e.cn"))
    late = {**await second.hidden(), **typed(text="第二份"), "action": "submit"}
    assert (await first.press("submit", typed())).status_code == 303
    answer = await second.post(late)
    assert answer.status_code == 422
    assert "已受理" in answer.text
    assert len(await rows(house)) == 1
    assert "反馈回执" in (await second.see()).text


async def test_an_answered_round_shows_its_receipt_and_no_form(house: House) -> None:
    visitor = await house.visitor()
    await visitor.press("submit", typed())
    page = await visitor.see()
    assert page.status_code == 200
    assert "反馈回执" in page.text
    assert 'name="action"' not in page.text


@pytest.mark.parametrize(
    ("seconds", "late"), [(-1, False), (0, True), (1, True)], ids=["before", "at", "after"]
)
async def test_in_time_is_what_is_received_before_the_due_instant(
    house: House, seconds: int, late: bool
) -> None:
    house.clock.now = midnight_ending(date(2024, 7, 9)) + timedelta(seconds=seconds)
    visitor = await house.visitor()
    answer = await visitor.press("submit", typed())
    said = "逾期收到" if late else "按时收到"
    assert said in (await visitor.see(answer.headers["location"])).text
    problem = await house.desk.state("CQ2024-0001")
    assert problem.submissions[0].late is late


async def test_received_at_is_stamped_after_the_lock_is_held(house: House) -> None:
    visitor = await house.visitor()
    fields = {**await visitor.hidden(), **typed(), "action": "submit"}
    async with house.db.writing():
        posting = asyncio.create_task(visitor.post(fields))
        await asyncio.sleep(0.2)
        house.clock.now = at_local(date(2024, 7, 1), time(9))
    assert (await posting).status_code == 303
    assert (await rows(house))[0].received_at == house.clock.now


async def test_what_was_received_before_an_instant_is_let_in(house: House) -> None:
    visitor = await house.visitor()
    house.desk.silent = True
    await visitor.press("submit", typed())
    at = (await rows(house))[0].received_at
    async with house.db.reading() as session:
        assert await inbox.received_before(session, "CQ2024-0001", at) == ()
        just_after = at + timedelta(microseconds=1)
        (command,) = await inbox.received_before(session, "CQ2024-0001", just_after)
        assert await inbox.received_before(session, "CQ2024-0002", just_after) == ()
    assert command.by.id == "district:500103"
    assert isinstance(command, c.SubmitFeedback)
    assert command.answer.text == typed()["text"]


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"state": ""}, "state", "请选择整改情况"),
        ({"state": "finished"}, "state", "请选择整改情况"),
        ({"text": "  "}, "text", "请写明整改情况"),
        ({"text": "字" * 2001}, "text", "最多2000字，现为2001字"),
        ({"text": "\n" * 30_000 + "字" + "x\n" * 3000}, "text", "最多2000字"),
        ({"state": "in_progress"}, "promised_on", "请填写承诺完成日期"),
        ({"state": "in_progress", "promised_on": "2024-06-23"}, "promised_on", "不得早于今天"),
        ({"state": "in_progress", "promised_on": "2024-02-30"}, "promised_on", "没有这一天"),
        ({"state": "in_progress", "promised_on": "0001-01-01"}, "promised_on", "不得早于今天"),
        ({"state": "in_progress", "promised_on": "9999-12-31"}, "promised_on", "请核对年份"),
        ({"state": "in_progress", "promised_on": "明天"}, "promised_on", "没有这一天"),
        ({"penalty_outcome": ""}, "penalty_outcome", "请选择是否立案处罚"),
        ({"penalty_outcome": "none"}, "penalty_outcome", "请选择是否立案处罚"),
        ({"penalty_outcome": "case_filed"}, "penalty_document_no", "请填写相应文书的文号"),
        ({"referral": "detention"}, "referral", "未立案处罚的不填本项"),
        ({"referral": "elsewhere"}, "referral", "请从所列情形中选择"),
        ({"penalty_ground": ""}, "penalty_ground", "请写明事实和理由"),
        ({"penalty_amount": "-5"}, "penalty_amount", "金额请填数字"),
        ({"penalty_amount": "1e9"}, "penalty_amount", "金额请填数字"),
        ({"penalty_amount": "NaN"}, "penalty_amount", "金额请填数字"),
        ({"penalty_ground": "由" * 501}, "penalty_ground", "最多500字"),
        ({"filled_by": "\u200b"}, "filled_by", "请填写填报人姓名"),
        ({"telephone": "abc"}, "telephone", "联系电话请填手机号"),
        ({"telephone": ""}, "telephone", "请填写联系电话"),
        ({"receipt_id": "not-a-uuid"}, "receipt_id", "表单已失效"),
    ],
)
async def test_what_is_wrong_is_said_at_the_field_and_the_draft_is_kept(
    house: House, changes: dict[str, str], field: str, said: str
) -> None:
    visitor = await house.visitor()
    answer = await visitor.press("submit", {**typed(penalty_ground="此处应保留"), **changes})
    assert answer.status_code == 422
    assert f'href="#field-{field}"' in answer.text
    assert said in answer.text
    assert await rows(house) == []
    if "penalty_ground" not in changes:
        assert "此处应保留" in (await visitor.see()).text


@pytest.mark.parametrize("written", ["2024-07-20", "2024/7/20", "２０２４年７月２０日"])
async def test_a_promised_day_may_be_written_in_several_ways(house: House, written: str) -> None:
    visitor = await house.visitor()
    answer = await visitor.press("submit", typed(state="in_progress", promised_on=written))
    assert answer.status_code == 303
    (row,) = await rows(house)
    assert answer_in(row).promised_on == date(2024, 7, 20)


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><svg onload=alert(1)>',
        "{{7*7}}${7*7}#{7*7}",
        "</textarea><script>x</script>",
        "Z̸̡͇̼̈́a̶͔̅l̴̰̓g̵̢͐ỏ",
        "'; DROP TABLE inbox; --",
    ],
)
async def test_hostile_text_is_shown_literally(house: House, hostile: str) -> None:
    visitor = await house.visitor()
    fields = typed(
        text=hostile, penalty_ground=hostile, filled_by=hostile[:30], penalty_document_no=hostile
    )
    await visitor.press("save", fields)
    form = (await visitor.see()).text
    answer = await visitor.press("submit", fields)
    receipt = (await visitor.see(answer.headers["location"])).text
    for page in (form, receipt):
        assert "<script>" not in page
        assert "<svg" not in page
        assert "49" not in page.replace(found(r"([0-9a-f-]{36})", page), "").split("</head>")[0]
    (row,) = await rows(house)
    assert "{{7*7}}" not in hostile or "{{7*7}}" in receipt
    assert row.filled_by


async def test_invisible_characters_are_taken_out_of_what_was_typed(house: House) -> None:
    visitor = await house.visitor()
    await visitor.press(
        "submit", typed(text="整改\u202e完成\x00\u200b。\r\n第二行", filled_by="张\u200b某")
    )
    (row,) = await rows(house)
    assert answer_in(row).text == "整改完成。\n第二行"
    assert row.filled_by == "张某"


async def test_fields_of_a_form_cannot_name_another_problem_or_time(house: House) -> None:
    await house.transferred("CQ2024-0002")
    visitor = await house.visitor()
    extra = {
        "problem_no": "CQ2024-0002",
        "round_no": "2",
        "received_at": "2020-01-01",
        "status": "x",
    }
    assert (await visitor.press("submit", {**typed(), **extra})).status_code == 303
    (row,) = await rows(house)
    assert (row.problem_no, row.round_no, row.received_at) == ("CQ2024-0001", 1, house.clock.now)


async def test_a_draft_is_kept_for_days_and_found_by_every_browser(house: House) -> None:
    link = await house.link()
    visitor = await house.visitor(link)
    await visitor.press("save", typed(text="写了一半"), [("现场.jpg", picture())])
    house.clock.pass_by(days=10)
    page = (await (await house.visitor(link)).see()).text
    assert "写了一半" in page
    assert "现场.jpg" in page
    other = await house.visitor(await house.link(recipient="chief@example.cn"))
    assert "写了一半" not in (await other.see()).text


async def test_the_script_saves_a_draft(house: House) -> None:
    visitor = await house.visitor()
    hidden = await visitor.hidden()
    answer = await visitor.browser.post(
        "/f/draft",
        data={"csrf": hidden["csrf"], **typed(text="自动保存")},
        headers={"accept": "application/json"},
    )
    assert answer.status_code == 200
    assert answer.json()["saved_at"].startswith("2024-06-24T01:00:00")
    assert "自动保存" in (await visitor.see()).text


async def test_on_the_direct_route_the_city_group_has_dealt_with_the_penalty(house: House) -> None:
    await house.transferred("CQ2024-0003", key_content="covert_discharge")
    page = (await (await house.visitor(await house.link("CQ2024-0003"))).see()).text
    assert '<option value="city_group" selected>' in page
    general = (await (await house.visitor()).see()).text
    assert "selected" not in general


async def _review(house: House, verdict: c.Verdict, **more: Any) -> None:
    problem = await house.desk.state("CQ2024-0001")
    waiting = problem.under_review
    assert waiting is not None
    command = c.ReviewFeedback(
        receipt_id=waiting.receipt_id, verdict=verdict, reason="请补充照片", by=OFFICER, **more
    )
    await house.desk.command("CQ2024-0001", command, uuid.uuid4().hex)


async def test_a_returned_answer_gets_a_second_round_with_the_reason_and_the_old_penalty(
    house: House,
) -> None:
    first = await house.visitor()
    await first.press("submit", typed())
    await _review(house, c.Verdict.RETURN_FOR_SUPPLEMENT)
    assert "反馈回执" in (await first.see()).text
    second = await house.visitor(await house.link(round_no=2))
    page = (await second.see()).text
    assert "第2轮：补充反馈" in page
    assert "请补充照片" in page
    assert '<option value="first_violation" selected>' in page
    assert (await second.press("submit", typed(text="已补充"))).status_code == 303


async def test_a_progress_report_leaves_the_round_open_for_the_next(house: House) -> None:
    first = await house.visitor()
    await first.press("submit", typed(state="in_progress", promised_on="2024-07-20"))
    await _review(house, c.Verdict.ACCEPT_IN_PROGRESS)
    visitor = await house.visitor(await house.link(round_no=2))
    assert "可以先报进展" in (await visitor.see()).text
    answer = await visitor.press("submit", typed(state="not_begun", text="设备已订购"))
    receipt = (await visitor.see(answer.headers["location"])).text
    assert "继续反馈本轮进展" in receipt
    page = (await visitor.see()).text
    assert "本轮已提交" in page
    assert "设备已订购" not in page
    await visitor.press("submit", typed(text="安装完毕"))
    assert (await house.desk.state("CQ2024-0001")).stage is Stage.UNDER_REVIEW


class _Locked:
    """A transaction that cannot begin."""

    async def __aenter__(self) -> None:
        raise OperationalError("BEGIN IMMEDIATE", {}, Exception("database is locked"))

    async def __aexit__(self, *_: object) -> None:
        """Nothing has begun."""


Busy = Callable[[], None]


@pytest.fixture
def busy(house: House, monkeypatch: pytest.MonkeyPatch) -> Busy:
    """Make the store busy for writers."""
    return lambda: monkeypatch.setattr(house.db, "writing", _Locked)


async def test_a_busy_store_keeps_the_form_in_the_page(
    house: House, busy: Busy, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await house.visitor()
    fields = {**await visitor.hidden(), **typed(text="<b>不能丢</b>"), "action": "submit"}
    busy()
    answer = await visitor.post(fields)
    assert answer.status_code == 503
    assert "请勿关闭本页" in answer.text
    assert answer.headers["retry-after"] == "30"
    kept = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text))
    assert kept["text"] == "&lt;b&gt;不能丢&lt;/b&gt;"
    assert kept["receipt_id"] == fields["receipt_id"]
    monkeypatch.undo()
    assert (await visitor.post({**kept, "text": "<b>不能丢</b>"})).status_code == 303


async def test_a_busy_store_lets_nobody_in_and_says_so(house: House, busy: Busy) -> None:
    token = house.token(await house.link())
    busy()
    async with house.browser() as browser:
        answer = await browser.post("/f/enter", data={"token": token})
    assert answer.status_code == 503
    assert "系统繁忙" in answer.text


async def test_every_one_of_the_six_answers_has_its_own_page(house: House) -> None:
    """Valid, unknown, expired, revoked, answered and busy; the last has tests of its own."""
    titles = {}
    for name, days in (("valid", 60.0), ("expired", 0.5), ("revoked", 60.0), ("answered", 60.0)):
        link = await house.link(recipient=f"{name}@example.cn", days=days)
        titles[name] = house.token(link)
        if name == "revoked":
            await links.revoke(house.db, "staff_change", jti=link.jti)
    valid: Visitor = await house.visitor(await house.link(recipient="valid@example.cn"))
    pages = {"valid": await valid.see()}
    await valid.press("submit", typed())
    house.clock.pass_by(days=1)
    async with house.browser() as browser:
        pages["unknown"] = await browser.post("/f/enter", data={"token": "k1.answer.x.y"})
        pages["expired"] = await browser.post("/f/enter", data={"token": titles["expired"]})
        pages["revoked"] = await browser.post("/f/enter", data={"token": titles["revoked"]})
        await browser.post("/f/enter", data={"token": titles["answered"]})
        pages["answered"] = await browser.get("/f/problem")
    statuses = {name: page.status_code for name, page in pages.items()}
    assert statuses == {
        "valid": 200,
        "unknown": 404,
        "expired": 410,
        "revoked": 410,
        "answered": 200,
    }
    assert len({found(r"<title>([^<]+)</title>", page.text) for page in pages.values()}) == 5


async def test_a_penalty_and_a_referral_to_the_police_stand_beside_each_other(house: House) -> None:
    visitor = await house.visitor()
    punished = typed(
        penalty_outcome="case_filed",
        penalty_document_no="渝中环罚〔2024〕示例1号",
        referral="detention",
    )
    refused = await visitor.press("submit", punished)
    assert 'href="#field-referral_document_no"' in refused.text
    sent = {**punished, "referral_document_no": "渝中环移〔2024〕示例1号"}
    handed_in = await visitor.press("submit", sent)
    assert handed_in.status_code == 303, handed_in.text
    receipt = (await visitor.see(handed_in.headers["location"])).text
    assert "移送公安（行政拘留）（渝中环移〔2024〕示例1号）" in receipt
    answer = answer_in((await rows(house))[0])
    assert (answer.penalty_outcome, answer.referral) == ("case_filed", "detention")


async def test_the_same_answer_is_the_same_paper_as_before_referrals_were_known(
    house: House,
) -> None:
    visitor = await house.visitor()
    await visitor.press("submit", typed())
    (row,) = await rows(house)
    assert "referral" not in row.body
    assert hashlib.sha256(row.body.encode()).hexdigest() == row.content_sha256


async def test_what_the_group_punished_itself_is_not_offered_and_not_taken_as_unpunished(
    house: House,
) -> None:
    await house.transferred("CQ2024-0002", key_content="excessive_emission")
    visitor = await house.visitor(await house.link("CQ2024-0002"))
    page = (await visitor.see()).text
    assert "由市级检查组直接依法查处：不能填报首违不罚" in page
    assert 'value="first_violation"' not in page
    assert "（2018年修正）第九十九条第二项" in page
    refused = await visitor.press("submit", typed())
    assert refused.status_code == 422
    assert 'href="#field-penalty_outcome"' in refused.text
    assert "已由市级检查组直接依法查处" in refused.text


async def test_a_refused_form_is_loaded_again_without_being_sent_again(house: House) -> None:
    visitor = await house.visitor()
    bare = typed(telephone="", filled_by="", penalty_outcome="")
    fields = {**await visitor.hidden(), **bare, "action": "submit"}
    refused = await visitor.browser.post("/f/problem", data=fields)
    where = refused.headers["location"]
    assert refused.status_code == 303
    assert "密闭" not in where
    for _ in range(2):
        page = (await visitor.see(where)).text
        assert "尚未提交，请更正以下内容" in page
        assert page.index('href="#field-penalty_outcome"') < page.index('href="#field-filled_by"')
        assert "已完成密闭改造" in page
    stranger = await house.visitor(await house.link(recipient="chief@example.cn"))
    foreign = where.replace(where.partition("of=")[2][:12], "")
    assert "尚未提交" not in (await stranger.see(foreign)).text
    await visitor.press("submit", typed())
    assert "反馈回执" in (await visitor.see(where)).text
