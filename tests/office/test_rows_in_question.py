"""Of a long list the rows in question stand first, by district and enterprise, and go back marked."""

from __future__ import annotations

import io
import re
from typing import Any

import openpyxl

from domain.policy import Position
from domain.roles import Role
from store.codec import json_text
from store.tables import BatchRow
from tests.worlds.office import Office
from tests.worlds.post_office import HANDLER, add_people


def workbook() -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    sheet.append(["区县", "企业名称", "存在的环境问题", "移交日期"])
    for number in range(1, 6):
        said = f"第{number}号堆场物料未覆盖，扬尘散逸。"
        sheet.append(["渝中区", f"重庆示例{number}厂", said, "2024-06-24"])
    sheet.append(["大渡口区", "重庆示例六厂", "喷漆房未密闭。", "2024-06-31"])
    sheet.append(["巴南", "重庆示例七厂", "", "2024-06-24"])
    sheet.append(["南岸区", "重庆示例八厂", "喷漆房未密闭。", "2024-06-24"])
    book.save(out)
    return out.getvalue()


def told(page: str, words: str) -> int:
    assert words in page
    return page.index(words)


async def test_rows_in_question_stand_first_and_go_back_marked(office: Office) -> None:
    await add_people(office.db, ("500103", Position.HANDLER, HANDLER))
    person = await office.sign_in(Role.OFFICER)
    files: Any = {"file": ("清单.xlsx", workbook())}
    data = {"mark": office.mark(Role.OFFICER)}
    shown = (await person.browser.post("/import", data=data, files=files)).text
    assert told(shown, "须核对的行 <small>2 行") < told(shown, "重庆示例六厂")
    assert told(shown, "重庆示例七厂") < told(shown, "其余各行 <small>6 行")
    assert told(shown, "其余各行") < told(shown, "重庆示例1厂")
    assert "大渡口区" in shown
    assert "2024年7月9日" in shown  # the day by which they are to answer
    assert "南岸区（1 行）还没有经办人" in shown
    sha256 = re.search(r'name="sha256" value="(\w+)"', shown)
    assert sha256
    marked = await person.browser.post(
        "/import/checked.xlsx", data=data | {"sha256": sha256[1], "hidden": "ask"}
    )
    assert "xlsx" in marked.headers["content-disposition"]
    rows = list(openpyxl.load_workbook(io.BytesIO(marked.content)).worksheets[0].values)
    assert [row[4] for row in rows] == [
        "处理结果",
        *["可以登记"] * 5,
        *["不能登记"] * 2,
        "可以登记",
    ]
    assert "2024-06-31" in str(rows[6][5])
    assert (await office.ask("GET", "/problems")).json()["problems"] == []


async def test_the_report_of_an_import_names_what_was_left_first(office: Office) -> None:
    person = await office.sign_in(Role.OFFICER)
    answer = await office.ask(
        "POST",
        "/batches",
        headers={"Idempotency-Key": "one"},
        files={"file": ("清单.xlsx", workbook())},
    )
    await office.services.imports.tasks[answer.json()["id"]]
    shown = await person.see(f"/import/{answer.json()['id']}")
    assert told(shown, "重庆示例六厂") < told(shown, "重庆示例1厂")
    report = (await office.ask("GET", f"/batches/{answer.json()['id']}")).json()
    assert {row["due_on"] for row in report["rows"]} == {"2024-07-09", None}
    assert report["rows"][5]["district"] == "大渡口区"


async def test_a_report_of_an_earlier_release_is_still_shown(office: Office) -> None:
    person = await office.sign_in(Role.OFFICER)
    row = {"row": 2, "problem_no": "CQ2024-0001", "errors": []}
    old = json_text({"accepted": 1, "already": 0, "refused": 0, "rows": [row], "outcomes": []})
    async with office.db.writing() as session:
        session.add(
            BatchRow(
                id="old",
                by_id="u",
                file_name="清单.xlsx",
                file_sha256="",
                total=1,
                done=1,
                state="done",
                report=old,
                created_at=office.clock.now,
            )
        )
    assert "CQ2024-0001" in await person.see("/import/old")
