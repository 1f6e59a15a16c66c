"""What was made public, at every door."""

from __future__ import annotations

from domain.roles import Role
from tests.office.test_enterprise_visits import book
from tests.worlds.office import Office

RECORD = {
    "kind": "guidance",
    "published_on": "2024-06-24",
    "medium": "示例日报",
    "title": "示例：行动启动",
    "reference": "https://news.example.cn/1",
}
HEADINGS = ("发布日期", "类别", "媒体", "标题", "地址或文号", "区县")
ROW = ("2024年6月20日", "积极回应", "示例日报", "示例", "示例〔2024〕1号", "渝中区")


async def kept(office: Office) -> list[dict[str, str]]:
    records: list[dict[str, str]] = (await office.ask("GET", "/publicity")).json()["records"]
    return records


async def test_publications_are_entered_once_counted_shown_and_exported(office: Office) -> None:
    no = await office.registered()
    about = {**RECORD, "kind": "response", "problem_no": no, "district": "渝中区"}
    body = {"records": [RECORD, about]}
    first = await office.change("/publicity", "k", body)
    assert first.status_code == 201, first.text
    assert (await office.change("/publicity", "k", body)).json() == first.json()
    answer = (await office.ask("GET", "/publicity?year=2024")).json()
    (figures,) = answer["figures"]
    assert (figures["month"], figures["guidance"], figures["response"]) == (6, 1, 1)
    officer = await office.sign_in(Role.OFFICER)
    assert "积极回应（示例日报）" in await officer.see(f"/problems/{no}")
    rows = await office.sheet("/exports/publicity.xlsx")
    assert rows[1][3] == RECORD["title"]


async def test_one_that_cannot_be_leaves_all_of_them_out(office: Office) -> None:
    for wrong in (
        {"district": "火星区"},
        {"published_on": "2030-01-01"},
        {"problem_no": "CQ2024-9999"},
        {"title": ""},
    ):
        body = {"records": [RECORD, {**RECORD, **wrong}]}
        refused = await office.change("/publicity", f"k-{next(iter(wrong))}", body)
        assert refused.status_code in {404, 422}, refused.text
    assert await kept(office) == []


async def test_a_record_is_entered_and_taken_back_on_the_page(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    done = await officer.press("/publicity", "/publicity", RECORD)
    assert "宣传记录已登记" in done.text
    refused = await officer.press("/publicity", "/publicity", {**RECORD, "medium": ""})
    assert refused.status_code == 422
    (one,) = await kept(office)
    back = await officer.press("/publicity", f"/publicity/{one['id']}/withdrawal", {})
    assert "宣传记录已撤回" in back.text
    path = f"/publicity/{one['id']}/withdrawal"
    for role, status in ((Role.OFFICER, 200), (Role.SUPERVISOR, 404)):  # asked again, or too late
        assert (await office.change(path, "w", role=role)).status_code == status


async def test_a_workbook_of_publications_is_taken_whole_or_not_at_all(office: Office) -> None:
    officer = await office.sign_in(Role.OFFICER)
    mark = (await officer.see("/publicity")).partition('name="mark" value="')[2][:64]

    async def sent(content: bytes, key: str) -> str:
        answer = await officer.browser.post(
            "/publicity/list",
            data={"mark": mark, "key": key},
            files={"file": ("台账.xlsx", content)},
        )
        return answer.text

    assert "第3行" in await sent(book(HEADINGS, ROW, ("不知哪天", *ROW[1:])), "a")
    assert await kept(office) == []
    assert "已登记1条宣传记录" in await sent(book(HEADINGS, ROW), "b")
    (one,) = await kept(office)
    assert (one["kind"], one["district"]) == ("response", "500103")


async def test_a_key_stands_for_one_list_of_publications(office: Office) -> None:
    await office.change("/publicity", "k", {"records": [RECORD]})
    other = {"records": [{**RECORD, "title": "另一篇"}]}
    refused = await office.change("/publicity", "k", other)
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")
    assert len(await kept(office)) == 1


async def test_an_export_is_read_back_as_it_was_and_headings_alone_are_no_list(
    office: Office,
) -> None:
    about = {**RECORD, "kind": "response", "district": "渝中区"}
    await office.change("/publicity", "k", {"records": [RECORD, about]})
    officer = await office.sign_in(Role.OFFICER)
    mark = (await officer.see("/publicity")).partition('name="mark" value="')[2][:64]

    async def sent(content: bytes, key: str) -> str:
        data, files = {"mark": mark, "key": key}, {"file": ("台账.xlsx", content)}
        answer = await officer.browser.post("/publicity/list", data=data, files=files)
        return answer.text

    exported = (await office.ask("GET", "/exports/publicity.xlsx")).content
    assert "已登记0条宣传记录；2条与已登记的相同，未重复登记" in await sent(exported, "a")
    for one in await kept(office):
        await office.change(f"/publicity/{one['id']}/withdrawal", one["id"])
    assert "已登记2条宣传记录" in await sent(exported, "c")
    assert "宣传台账的表头下没有内容" in await sent(book(HEADINGS), "b")
