"""The annex goes out a workbook a district and comes back as answers on paper, the same data."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import httpx2
import openpyxl

from domain.commands import Channel
from domain.problem import Problem
from domain.roles import Role
from store.lives import problems
from tests.worlds.office import NEW, Office, Person

DADUKOU = "500104"
TEXT = "已完成整改，集气罩全部开启并通过自查。"
OUTCOME = "否（首违不罚），初次违法且当场改正"


async def two_districts(office: Office) -> list[str]:
    first = await office.registered("one")
    day = {"on": "2024-06-24", "document_no": "渝环执法移示例2号"}
    second = await office.registered("two", district=DADUKOU, transfer=day)
    return [first, second]


async def blank_form(office: Office, district: str = "500103") -> openpyxl.Workbook:
    answer = await office.ask("GET", f"/exports/annex.xlsx?district={district}")
    assert answer.status_code == 200, answer.text
    return openpyxl.load_workbook(io.BytesIO(answer.content))


def filled(book: openpyxl.Workbook, text: str = TEXT, outcome: str = OUTCOME) -> bytes:
    sheet = book.worksheets[0]
    unit = str(sheet["A2"].value).partition(" ")[0]
    sheet["A2"] = f"{unit} 区（县）  填报人：张示例  联系电话：023-00000000"
    sheet["D4"], sheet["E4"] = text, outcome
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


async def sent(
    office: Office, content: bytes, key: str = "k", on: str = "2024-06-24", **fields: str
) -> httpx2.Response:
    return await office.ask(
        "POST",
        "/annex-answers",
        headers={"Idempotency-Key": key},
        files={"file": ("整改表.xlsx", content)},
        data={"received_on": on, **fields},
    )


async def problem_of(office: Office, number: str) -> Problem:
    async with office.db.reading() as session:
        found = await problems.get(session, number)
    assert found is not None
    return found


async def test_each_district_has_a_workbook_with_its_head_line_and_its_open_problems(
    office: Office,
) -> None:
    numbers = await two_districts(office)
    rows = list((await blank_form(office)).worksheets[0].iter_rows(values_only=True))
    assert str(rows[1][0]).startswith("渝中区 区（县）")
    assert "填报人：" in str(rows[1][0])
    assert "联系电话：" in str(rows[1][0])
    assert rows[3][:4] == (numbers[0], NEW["enterprise"], NEW["description"], "")
    assert str(rows[4][0]).startswith("备注：")
    packed = (await office.ask("GET", "/exports/annex.zip")).content
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["整改表（渝中区）.xlsx", "整改表（大渡口区）.xlsx"]
    both = openpyxl.load_workbook(
        io.BytesIO((await office.ask("GET", "/exports/annex.xlsx")).content)
    )
    assert both.sheetnames == ["渝中区", "大渡口区"]


async def test_the_form_of_a_district_nobody_knows_is_refused(office: Office) -> None:
    answer = await office.ask("GET", "/exports/annex.xlsx?district=999999")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "district"


async def test_a_filled_form_comes_back_as_an_answer_on_paper_with_itself_as_evidence(
    office: Office,
) -> None:
    (number, _) = await two_districts(office)
    content = filled(await blank_form(office))
    before = await office.digest()
    tried = (await sent(office, content, dry_run="true")).json()
    assert (tried["accepted"], tried["refused"]) == (1, 0), tried
    assert await office.digest() == before
    done = (await sent(office, content)).json()
    assert (done["accepted"], done["already"]) == (1, 0), done
    given = (await problem_of(office, number)).submissions[-1]
    assert (given.channel, given.answer.text) == (Channel.PAPER, TEXT)
    assert given.answer.penalty_outcome == "first_violation"
    assert office.services.evidence.renew(given.answer.files[0].sha256)


async def test_a_form_is_entered_once_however_often_it_is_sent(office: Office) -> None:
    (number, _) = await two_districts(office)
    content = filled(await blank_form(office))
    first = await sent(office, content)
    assert (await sent(office, content)).json() == first.json()
    again = (await sent(office, content, key="other")).json()
    assert (again["accepted"], again["already"], again["refused"]) == (0, 1, 0)
    assert len((await problem_of(office, number)).submissions) == 1
    exported = filled(await blank_form(office))
    known = (await sent(office, exported, key="exported")).json()
    assert (known["already"], known["refused"]) == (1, 0), known


async def test_what_the_districts_own_form_would_refuse_is_refused_here_with_the_same_words(
    office: Office,
) -> None:
    await two_districts(office)
    for text, outcome, column in (
        ("正在整改。", OUTCOME, "承诺完成日期"),
        ("已收悉。", OUTCOME, "整改情况"),
        (TEXT, "否", "是否立案处罚"),
        (TEXT, "是（立案处罚）", "文号"),
        (TEXT, "否（首违不罚）", "依据或理由"),
    ):
        content = filled(await blank_form(office), text, outcome)
        tried = (await sent(office, content, dry_run="true")).json()
        assert [error["column"] for error in tried["rows"][0]["errors"]] == [column], tried


async def test_a_number_of_another_district_or_firm_is_refused_by_name(office: Office) -> None:
    numbers = await two_districts(office)
    for cell, value, code in (
        ("A4", numbers[1], "wrong_district"),
        ("A4", "CQ2024-9999", "problem_not_found"),
        ("B4", "重庆示例涂装有限公司", "answers_another"),
    ):
        book = await blank_form(office)
        book.worksheets[0][cell] = value
        tried = (await sent(office, filled(book), dry_run="true")).json()
        assert [error["code"] for error in tried["rows"][0]["errors"]] == [code], tried


async def test_a_form_without_numbers_is_matched_by_what_it_says(office: Office) -> None:
    (number, _) = await two_districts(office)
    book = openpyxl.Workbook()
    for row in (
        ["渝中区 区（县）  填报人：张示例  联系电话：023-00000000"],
        ["企业名称", "存在的环境问题", "整改情况", "是否立案处罚"],
        [NEW["enterprise"], NEW["description"], TEXT, OUTCOME],
    ):
        book.worksheets[0].append(row)
    out = io.BytesIO()
    book.save(out)
    tried = (await sent(office, out.getvalue(), dry_run="true")).json()
    assert [row["problem_no"] for row in tried["rows"]] == [number], tried


async def test_an_answer_before_the_transfer_or_of_tomorrow_is_refused(office: Office) -> None:
    await two_districts(office)
    content = filled(await blank_form(office))
    early = (await sent(office, content, on="2024-06-20", dry_run="true")).json()
    assert early["rows"][0]["errors"][0]["code"] == "date_not_plausible", early
    assert (await sent(office, content, on="2024-06-25", dry_run="true")).status_code == 422


async def test_a_filled_form_sent_as_a_list_is_told_what_it_is(office: Office) -> None:
    await two_districts(office)
    content = filled(await blank_form(office))
    answer = await office.ask(
        "POST",
        "/batches",
        headers={"Idempotency-Key": "list"},
        files={"file": ("整改表.xlsx", content)},
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "annex_form"


async def page_of(office: Office, person: Person, content: bytes) -> httpx2.Response:
    shown = await person.see("/import")
    mark = office.mark(Role.OFFICER)
    assert 'name="mark" value="' in shown  # veiled anew with each page
    files: Any = {"file": ("整改表.xlsx", content)}
    data = {"mark": mark, "received_on": "2024-06-24"}
    return await person.browser.post("/import/answers", data=data, files=files)


async def test_an_officer_previews_and_enters_a_form_on_the_page(office: Office) -> None:
    (number, _) = await two_districts(office)
    person = await office.sign_in(Role.OFFICER)
    shown = await page_of(office, person, filled(await blank_form(office)))
    assert "确认录入 1 个问题" in shown.text
    assert not (await problem_of(office, number)).submissions
    here = f"{shown.url.path}?{shown.url.query.decode()}"
    fields = {"received_on": "2024-06-24", "name": "整改表.xlsx"}
    done = await person.press(here, str(shown.url.path), fields)
    assert "录入结果" in done.text
    assert "已录入" in done.text
    assert (await problem_of(office, number)).submissions
    marked = await person.browser.get(f"{shown.url.path}/annotated.xlsx?received_on=2024-06-24")
    sheet = openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0]
    assert "以前已录入" in {cell.value for cell in sheet[4]}


async def test_a_list_sent_as_a_form_is_told_on_the_page(office: Office) -> None:
    person = await office.sign_in(Role.OFFICER)
    shown = await page_of(office, person, b"no workbook")
    assert "整改表" in shown.text
    assert shown.status_code == 422


async def test_a_referral_stands_in_its_own_columns_and_comes_back_as_it_went_out(
    office: Office,
) -> None:
    number = await office.registered("one")
    sheet = (book := await blank_form(office)).worksheets[0]
    sent_on = ["渝罚示例1号", "20000", "", "移送公安（行政拘留）", "渝移示例1号"]
    for column, text in zip("GHIJK", sent_on, strict=True):
        sheet[f"{column}4"] = text
    entered = await sent(office, filled(book, outcome="是（立案处罚）"))
    assert entered.json()["accepted"] == 1, entered.text
    answer = (await problem_of(office, number)).submissions[-1].answer
    assert (answer.penalty_document_no, answer.referral) == ("渝罚示例1号", "detention")
    again = (await blank_form(office)).worksheets[0]
    assert again["E4"].value == "是（立案处罚），文号：渝罚示例1号，罚款20000元"
    assert (again["J4"].value, again["K4"].value) == ("移送公安（行政拘留）", "渝移示例1号")
