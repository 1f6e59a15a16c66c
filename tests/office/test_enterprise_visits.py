"""The three visits of an enterprise, at every door."""

from __future__ import annotations

import io
from dataclasses import replace
from uuid import uuid4

import openpyxl
import pytest

from domain.roles import Role
from store.codec import to_text
from store.lives import problems
from tests.worlds.office import Office

NAME = "重庆示例印务有限公司"
VISIT = {
    "kind": "check_up",
    "district": "渝中区",
    "enterprise": NAME,
    "visited_on": "2024-06-24",
    "who": "示例执法人员",
    "findings": "集气设施运行正常。",
}
HEADINGS = ("区县", "企业名称", "类别", "到访日期", "到访人员", "情况")
ROW = ("渝中区", NAME, "体检", "2024年6月20日", "示例", "运行正常")


def book(*rows: tuple[object, ...]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.worksheets[0].append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


async def kept(office: Office) -> list[dict[str, str]]:
    answer = await office.ask("GET", "/enterprise-visits")
    visits: list[dict[str, str]] = answer.json()["visits"]
    return visits


async def test_visits_are_entered_once_counted_shown_and_exported(office: Office) -> None:
    no = await office.registered()
    body = {"visits": [VISIT, {**VISIT, "kind": "enforcement", "problem_no": no}]}
    first = await office.change("/enterprise-visits", "k", body)
    assert first.status_code == 201, first.text
    assert (await office.change("/enterprise-visits", "k", body)).json() == first.json()
    answer = (await office.ask("GET", "/enterprise-visits?year=2024")).json()
    assert len(answer["visits"]) == 2
    (figures,) = answer["figures"]
    assert (figures["check_up"], figures["enforcement"], figures["recovery"]) == (1, 1, 0)
    officer = await office.sign_in(Role.OFFICER)
    assert "体检式帮扶" in await officer.see(f"/problems/{no}")
    rows = await office.sheet("/exports/enterprise-visits.xlsx")
    assert rows[1][1] == NAME


async def test_one_that_cannot_be_leaves_all_of_them_out(office: Office) -> None:
    for wrong in (
        {"district": "火星区"},
        {"visited_on": "2030-01-01"},
        {"problem_no": "CQ2024-9999"},
        {"credit_code": "123"},
        {"kind": "chat"},
    ):
        body = {"visits": [VISIT, {**VISIT, **wrong}]}
        refused = await office.change("/enterprise-visits", f"k-{next(iter(wrong))}", body)
        assert refused.status_code in {404, 422}, refused.text
    assert await kept(office) == []


async def test_a_visit_entered_wrongly_is_taken_back(office: Office) -> None:
    made = (await office.change("/enterprise-visits", "k", {"visits": [VISIT]})).json()
    path = f"/enterprise-visits/{made['visits'][0]['id']}/withdrawal"
    for role, status in ((Role.OFFICER, 200), (Role.OFFICER, 200), (Role.SUPERVISOR, 404)):
        assert (await office.change(path, "w", role=role)).status_code == status
    assert await kept(office) == []


async def test_a_visit_is_entered_on_the_page(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    page = "/enterprise-visits"
    done = await officer.press(page, page, {**VISIT, "district": "500103"})
    assert "到访记录已登记" in done.text
    assert NAME in done.text
    refused = await officer.press(page, page, {**VISIT, "visited_on": "2030-01-01"})
    assert refused.status_code == 422
    (one,) = await kept(office)
    back = await officer.press(page, f"{page}/{one['id']}/withdrawal", {})
    assert "到访记录已撤回" in back.text


async def test_a_workbook_of_visits_is_taken_whole_or_not_at_all(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    page = "/enterprise-visits"
    shown = await officer.see(page)
    mark = shown.partition('name="mark" value="')[2][:64]

    async def sent(content: bytes, key: str) -> str:
        answer = await officer.browser.post(
            f"{page}/list", data={"mark": mark, "key": key}, files={"file": ("台账.xlsx", content)}
        )
        return answer.text

    broken = book(HEADINGS, ROW, (*ROW[:2], "喝茶", *ROW[3:]))
    assert "第3行" in await sent(broken, "a")
    assert "没有找到到访台账的表头" in await sent(book(("甲", "乙")), "b")
    assert "至多登记1000条" in await sent(book(HEADINGS, *[ROW] * 1001), "d")
    assert await kept(office) == []
    other = (*ROW[:5], "另一次")
    assert "已登记2条到访记录" in await sent(book(HEADINGS, ROW, other, other), "c")
    assert {one["visited_on"] for one in await kept(office)} == {"2024-06-20"}


async def test_a_key_stands_for_one_list_of_visits(office: Office) -> None:
    await office.change("/enterprise-visits", "k", {"visits": [VISIT]})
    other = {"visits": [{**VISIT, "findings": "另一次"}]}
    refused = await office.change("/enterprise-visits", "k", other)
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert len(await kept(office)) == 1


async def test_a_problem_shows_the_visits_of_its_enterprise_alone(office: Office) -> None:
    no = await office.registered()
    other = {**VISIT, "enterprise": "另一家企业", "findings": "别家的事"}
    await office.change("/enterprise-visits", "k", {"visits": [VISIT, other]})
    officer = await office.sign_in(Role.OFFICER)
    page = await officer.see(f"/problems/{no}")
    assert VISIT["findings"] in page
    assert "别家的事" not in page


async def test_who_was_punished_and_not_visited_since_is_named_at_every_door(
    office: Office,
) -> None:
    no = await office.closed()
    async with office.db.reading() as session:
        problem = await problems.get(session, no)
    assert problem is not None
    answer = replace(problem.submissions[-1].answer, penalty_outcome="case_filed")
    told = replace(problem.submissions[-1], answer=answer)
    punished = replace(problem, submissions=(*problem.submissions[:-1], told))
    async with office.db.writing() as session:
        row = await problems.row(session, no)
        assert row is not None
        row.body = to_text(punished)
    (left,) = (await office.ask("GET", "/enterprise-visits")).json()["awaiting_recovery"]
    assert left["problem_no"] == no
    office.clock.pass_by(days=800)
    assert (await office.ask("GET", "/enterprise-visits")).json()["awaiting_recovery"] == []


async def handed_in(office: Office, content: bytes) -> str:
    officer = await office.sign_in(Role.OFFICER)
    mark = (await officer.see("/enterprise-visits")).partition('name="mark" value="')[2][:64]
    data = {"mark": mark, "key": uuid4().hex}
    files = {"file": ("台账.xlsx", content)}
    return (await officer.browser.post("/enterprise-visits/list", data=data, files=files)).text


@pytest.mark.parametrize(
    ("at", "cell", "told"),
    [
        (6, 915001031234567890, "第2行：统一社会信用代码：数字过长，末位已失"),
        (1, "同上", "第2行：企业名称：请写明，不能填“同上”"),
        (4, "=1/0", "第2行：到访人员：错误值，或公式没有计算结果"),
        (2, "喝茶", "第2行：类别：应为体检式帮扶、手术刀式执法、康复式回访"),
    ],
)
async def test_a_cell_that_says_nothing_certain_is_told_with_row_and_heading(
    office: Office, at: int, cell: object, told: str
) -> None:
    row: list[object] = [*ROW, ""]
    row[at] = cell
    assert told in await handed_in(office, book((*HEADINGS, "统一社会信用代码"), tuple(row)))
    assert await kept(office) == []


async def test_what_is_hidden_is_asked_and_what_is_left_aside_is_named(office: Office) -> None:
    made = openpyxl.load_workbook(io.BytesIO(book((*HEADINGS, "备忘"), (*ROW, "带照片"))))
    made.create_sheet("照片").append(["目录"])
    out = io.BytesIO()
    made.save(out)
    told = await handed_in(office, out.getvalue())
    assert "已登记1条到访记录" in told
    assert "“备忘”列、工作表“照片”没有表头" in told
    made.worksheets[0].row_dimensions[2].hidden = True
    made.save(out := io.BytesIO())
    assert "第2行：该行被隐藏或筛选" in await handed_in(office, out.getvalue())


async def test_the_same_visit_is_entered_once_however_often_it_is_handed_in(
    office: Office,
) -> None:
    first = (await office.change("/enterprise-visits", "k", {"visits": [VISIT, VISIT]})).json()
    again = (await office.change("/enterprise-visits", "l", {"visits": [VISIT]})).json()
    assert [one["known"] for one in (*first["visits"], *again["visits"])] == [False, True, True]
    (one,) = await kept(office)
    assert again["visits"][0]["id"] == one["id"]
    await office.change(f"/enterprise-visits/{one['id']}/withdrawal", "w")
    anew = (await office.change("/enterprise-visits", "m", {"visits": [VISIT]})).json()
    assert anew["visits"][0]["known"] is False
