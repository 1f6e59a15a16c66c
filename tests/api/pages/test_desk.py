"""The desk shows first what hurts a district, and after a long list is not buried under what is on its way."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import event
from sqlalchemy.engine import Engine

from domain.roles import Role
from store.lives.problems import columns
from store.lives.records import record
from store.tables import ContactRow, ProblemRow
from tests.worlds.life import Life, transferred
from tests.worlds.many_problems import copied
from tests.worlds.office import Office


async def kept(office: Office, life: Life) -> None:
    """Record a life, judged by the office's own rules."""
    office.clock.now = max(office.clock.now, life.now)
    await office.everybody_is_back()
    await record(office.db, life.problem.problem_no, life.history, life.notices)


async def test_a_long_list_on_its_way_is_no_duty_and_buries_no_review(office: Office) -> None:
    await office.registered("first")
    await copied(office.db, 300)
    answered = transferred()
    answered.answer()
    async with office.db.writing() as session:
        row = await session.get(ProblemRow, "L000001")
        assert row is not None
        for name, value in columns(answered.problem, office.clock.now).items():
            if name not in {"problem_no", "body"}:
                setattr(row, name, value)
        row.body = columns(answered.problem, office.clock.now)["body"].replace(
            "CQ2024-0001", "L000001"
        )
    page = (await office.seated(Role.OFFICER).get("/")).text
    assert "本级待办 <small>1 项" in page
    assert "审核反馈" in page
    assert "另有 300 个通知已发出、送达待证实" in page
    assert "送达落实" not in page


async def test_service_that_is_to_be_seen_to_is_one_line_for_a_list(office: Office) -> None:
    await office.registered("first")
    await copied(office.db, 120)
    office.clock.now += timedelta(days=4)
    await office.everybody_is_back()
    page = (await office.seated(Role.OFFICER).get("/")).text
    assert page.count("<b>送达落实</b>") == 1
    assert "<b>121</b> 个" in page
    assert "全部 121 个" in page


async def test_a_row_says_whom_to_call_and_what_follows(office: Office) -> None:
    number = await office.registered("first")
    async with office.db.writing() as session:
        session.add(
            ContactRow(
                district="500103",
                position="handler",
                name="示例经办人",
                email="h@example.cn",
                telephone="023-00000000",
                valid_from=date(2024, 1, 1),
            )
        )
        row = await session.get(ProblemRow, number)
        assert row is not None
        assert row.due_at is not None
        office.clock.now = row.due_at - timedelta(hours=8)
    await office.everybody_is_back()
    page = (await office.seated(Role.OFFICER).get("/")).text
    assert "示例经办人" in page
    assert "tel:023-00000000" in page
    assert "列入督察问题清单" in page
    assert "本年累计将达" in page
    assert "链接未打开" in page


async def test_what_fell_due_at_midnight_is_said_to_be_told_in_the_morning(office: Office) -> None:
    life = transferred()
    life.prove()
    life.until(date(2024, 7, 10), time(1))
    await kept(office, life)
    page = (await office.seated(Role.OFFICER).get("/")).text
    assert "末次将于 2024-07-10 09:00 发出" in page


async def test_the_desk_asks_as_often_for_many_as_for_few(office: Office) -> None:
    await office.registered("first")
    asked: list[str] = []

    def note(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        officer = office.seated(Role.OFFICER)
        await officer.get("/")
        few = len(asked)
        await copied(office.db, 200)
        asked.clear()
        await officer.get("/")
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    assert few <= len(asked) <= few + 1


async def test_several_are_pressed_at_once_after_a_look(office: Office) -> None:
    first, second = (
        await office.registered("first"),
        await office.registered("second", enterprise="示例二厂"),
    )
    officer = await office.sign_in(Role.OFFICER)
    place = f"/together?act=remind&no={first}&no={second}&no=none"
    shown = await officer.see(place)
    assert "可以办理 <small>2 个" in shown
    fields = {"act": "remind", "problems": f"{first} {second}"}
    done = await officer.press(place, "/together", fields)
    assert "已催办 2 个" in done.text


async def test_what_the_rules_refuse_is_said_before_it_is_done(office: Office) -> None:
    number = await office.closed()
    officer = await office.sign_in(Role.OFFICER)
    shown = await officer.see(f"/together?act=extend&no={number}&reason=示例")
    assert "不能办理 <small>1 个" in shown
    assert "可以办理 <small>0 个" in shown
    assert "请先勾选问题" in (await officer.see("/together?act=remind"))


async def test_the_next_one_follows_in_the_order_of_the_desk_and_ends_with_a_word(
    office: Office,
) -> None:
    async with office.seated(Role.OFFICER) as officer:
        assert (await officer.get("/next")).headers["location"] == "/?flash=nothing_next"
        first, second = [
            await office.registered(key, enterprise=f"示例{key}厂", transfer=None)
            for key in ("one", "two")
        ]
        led = [
            (await officer.get(f"/next?after={number}")).headers["location"]
            for number in ("", first, second)
        ]
    assert led == [f"/problems/{number}" for number in (first, second, first)]
