"""Running problems come in by list, by two persons, with what had happened so far."""

from __future__ import annotations

import asyncio
import io
import re
from datetime import UTC, date, datetime
from typing import Any

import httpx2
import openpyxl
import pytest
from sqlmodel import select

from domain.problem import Problem
from domain.roles import Role
from domain.stages import Stage
from office.caller import Caller
from office.once import id_under
from office.registering.existing_lists import go_on_approved
from office.registering.list_imports import go_on
from store.lives import problems
from store.people import accounts
from store.tables import BatchRow, ExistingListRow, ProblemRow
from tests.office.test_inspection_groups import mixed_group
from tests.worlds.office import NEW, Office

HEADINGS = (
    *("区县", "企业名称", "存在的环境问题", "移交日期", "移交文号", "整改时限"),
    *("送达日期", "是否反馈", "反馈日期", "整改情况", "承诺整改时限", "验收情况", "督察清单编号"),
    *("扣分情况", "备注栏"),
)
SILENT = ("渝中区", "重庆示例印务有限公司", "印刷车间集气罩未开启。", "2024-06-24", "示例1号", "")
PROMISED = ("大渡口区", "重庆示例涂装有限公司", "喷漆房未密闭。", "2024-06-25", "示例2号", "")
DONE = ("江北区", "重庆示例家具有限公司", "活性炭未更换。", "2024-06-26", "示例3号", "2024-08-31")
ROWS = (
    (*SILENT, "2024年6月24日", "否", "", "", "", "", "第3号", "0.2", "甲"),
    (*PROMISED, "2024.6.25", "是", "2024.7.8", "正在整改", "2024年12月底前", "", "", "", "乙"),
    (*DONE, "2024-06-26", "是", "2024-07-10", "已完成整改", "", "通过", "", "", "丙"),
)


@pytest.fixture
async def office(office: Office) -> Office:
    """The house in October 2024, long after the papers were sent."""
    office.clock.now = datetime(2024, 10, 14, 2, tzinfo=UTC)
    await office.everybody_is_back()
    return office


def workbook(*rows: tuple[str, ...], headings: tuple[str, ...] = HEADINGS) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (headings, *(rows or ROWS)):
        sheet.append(row)
    book.save(out)
    return out.getvalue()


async def sent(office: Office, content: bytes, key: str = "k", **data: str) -> httpx2.Response:
    return await office.ask(
        "POST",
        "/existing-lists",
        headers={"Idempotency-Key": key},
        files={"file": ("在办问题.xlsx", content)},
        data=data,
    )


async def decided(
    office: Office, shown: dict[str, Any], key: str = "d", **body: str
) -> httpx2.Response:
    asked = {"decision": "approve", "file_sha256": shown["file_sha256"], **body}
    path = f"/existing-lists/{shown['id']}/decision"
    answer = await office.change(path, key, asked, Role.SUPERVISOR)
    for task in list(office.services.imports.tasks.values()):
        await task
    return answer


async def living(office: Office) -> list[Problem]:
    async with office.db.reading() as session:
        numbers = [row.problem_no for row in await session.scalars(select(ProblemRow))]
        found = [await problems.get(session, number) for number in numbers]
    return sorted((one for one in found if one), key=lambda one: one.document_no)


async def test_a_preview_writes_nothing_and_says_what_was_missed(office: Office) -> None:
    report = (await sent(office, workbook(), dry_run="true")).json()
    assert (report["accepted"], report["refused"]) == (3, 0), report
    codes = {one["code"] for row in report["rows"] for one in row["warnings"]}
    assert "missed_before" in codes
    assert "entered_late" not in codes
    read_as = {one["heading"]: one["read_as"] for one in report["columns"]}
    assert read_as["送达日期"] == "既有情况：送达日期"
    assert await living(office) == []


async def test_a_list_lives_after_the_second_persons_approval_with_its_facts(
    office: Office,
) -> None:
    shown = await sent(office, workbook())
    assert shown.status_code == 201, shown.text
    assert shown.json()["state"] == "proposed"
    assert await living(office) == []
    answer = await decided(office, shown.json())
    assert answer.status_code == 200, answer.text
    silent, promised, done = await living(office)
    assert (silent.stage, silent.transferred_on) == (Stage.AWAITING_FEEDBACK, date(2024, 6, 24))
    assert silent.rounds[0].served_on == date(2024, 6, 24)
    assert silent.brought_in is not None
    assert (silent.brought_in.listed, silent.brought_in.points) == ("第3号", "0.2")
    assert silent.brought_in.proposed_by.role is Role.OFFICER
    assert dict(silent.facts.remarks)["备注栏"] == "甲"
    assert promised.stage is Stage.RECTIFYING
    assert promised.rounds[-1].due_on == date(2024, 12, 31)
    assert done.stage is Stage.AWAITING_REVISIT
    assert all(one.points == 0 and one.entries == () for one in (silent, promised, done))
    listed = (await office.ask("GET", "/existing-lists")).json()["lists"]
    assert [one["state"] for one in listed] == ["approved"]
    batch = (await office.ask("GET", f"/batches/{shown.json()['id']}")).json()
    assert (batch["state"], batch["accepted"]) == ("done", 3)
    again = (await sent(office, workbook(), key="k2", dry_run="true")).json()
    assert again["already"] == 3


async def test_what_was_missed_before_is_late_on_no_list(office: Office) -> None:
    shown = (await sent(office, workbook(ROWS[0]))).json()
    await decided(office, shown)
    (problem,) = await living(office)
    person = await office.sign_in(Role.OFFICER)
    rows = (await person.browser.get("/problems")).text
    assert "待重新确定时限" in rows
    assert "已逾期9" not in rows
    late = (await person.browser.get("/problems?only=overdue")).text
    assert problem.problem_no not in late
    life = (await office.ask("GET", f"/problems/{problem.problem_no}")).json()
    assert life["brought_in"]["listed"] == "第3号"
    desk = (await person.browser.get("/")).text
    assert "重新确定时限" in desk


async def test_the_proposer_cannot_approve_and_a_decline_is_on_record(office: Office) -> None:
    own = await office.ask(
        "POST",
        "/existing-lists",
        Role.SUPERVISOR,
        headers={"Idempotency-Key": "own"},
        files={"file": ("在办问题.xlsx", workbook())},
    )
    refused = await decided(office, own.json())
    assert (refused.status_code, refused.json()["code"]) == (403, "second_person_required")
    shown = (await sent(office, workbook())).json()
    stale = await decided(office, shown, "stale", file_sha256="0" * 64)
    assert stale.json()["code"] == "approval_is_stale"
    bare = await decided(office, shown, "bare", decision="decline")
    assert bare.status_code == 422
    declined = await decided(office, shown, "no", decision="decline", reason="请补送达日期")
    assert (declined.json()["state"], declined.json()["reason"]) == ("declined", "请补送达日期")
    late = await decided(office, shown, "late")
    assert late.json()["code"] == "already_decided"
    assert await living(office) == []
    gone = await decided(office, shown | {"id": "none"}, "gone")
    assert (gone.status_code, gone.json()["code"]) == (404, "existing_list_not_found")


async def test_the_page_previews_proposes_and_is_approved_by_another(office: Office) -> None:
    person = await office.sign_in(Role.OFFICER)
    data = {"mark": office.mark(Role.OFFICER), "existing": "yes"}
    files: Any = {"file": ("在办问题.xlsx", workbook())}
    shown = await person.browser.post("/import", data=data, files=files)
    assert "提请登记 3 行" in shown.text
    assert "登记前已届满" in shown.text
    sha256 = re.search(r'name="sha256" value="(\w+)"', shown.text)
    assert sha256
    kept = {**data, "sha256": sha256[1], "file_name": "在办问题.xlsx", "hidden": "ask"}
    proposed = await person.browser.post("/import/existing", data={**kept, "key": "k"})
    assert proposed.status_code == 200, proposed.text
    assert "由提请人以外的审批人批准" in proposed.text
    async with office.db.reading() as session:
        row = (await session.scalars(select(ExistingListRow))).one()
    other = await office.sign_in(Role.SUPERVISOR)
    where = f"/import/existing/{row.id}"
    assert "请您审批" in (await other.browser.get("/")).text
    assert where in (await person.browser.get("/")).text
    assert "请您审批" not in (await person.browser.get("/")).text
    assert "双人审批" in (await other.browser.get(where)).text
    said = {
        "mark": office.mark(Role.SUPERVISOR),
        "key": "d",
        "decision": "approve",
        "file_sha256": row.file_sha256,
    }
    refused = await other.browser.post(where, data={**said, "file_sha256": "0" * 64})
    assert "不一致" in refused.text
    await other.browser.post(where, data=said)
    for task in list(office.services.imports.tasks.values()):
        await task
    assert "已登记完毕" in (await other.browser.get(where)).text
    number = (await living(office))[0].problem_no
    life = (await person.browser.get(f"/problems/{number}")).text
    assert "登记前已办情况" in life
    assert "第3号" in life


async def test_an_interruption_leaves_no_approved_list_unbegun_or_read_otherwise(
    office: Office,
) -> None:
    shown = (await sent(office, workbook())).json()
    await decided(office, shown)
    async with office.db.writing() as session:
        batch = await session.get_one(BatchRow, shown["id"])
        await session.delete(batch)
    await go_on_approved(office.services)
    for task in list(office.services.imports.tasks.values()):
        await task
    async with office.db.writing() as session:
        batch = await session.get_one(BatchRow, shown["id"])
        batch.state = "open"
        batch.report = '{"existing":["x","officer"],"hidden":"ask"}'
    await go_on(office.services)
    for task in list(office.services.imports.tasks.values()):
        await task
    done = (await office.ask("GET", f"/batches/{shown['id']}")).json()
    assert (done["accepted"], done["already"], done["refused"]) == (3, 0, 0), done
    assert len(await living(office)) == 3


async def test_an_interrupted_list_is_read_as_of_the_day_it_was_proposed(office: Office) -> None:
    ahead = (*PROMISED, "2024.6.25", "是", "2024.10.15", "正在整改", "", "", "", "", "乙")
    shown = (await sent(office, workbook(ROWS[0], ahead))).json()
    office.clock.pass_by(days=3)
    await office.everybody_is_back()
    office.services.imports.tasks[shown["id"]] = asyncio.create_task(asyncio.sleep(0))
    await decided(office, shown)
    office.services.imports.tasks.clear()
    await go_on(office.services)
    for task in list(office.services.imports.tasks.values()):
        await task
    done = (await office.ask("GET", f"/batches/{shown['id']}")).json()
    assert (done["accepted"], done["refused"]) == (1, 1), done


@pytest.mark.parametrize(
    ("changes", "code", "column"),
    [
        ({"移交日期": "", "送达日期": ""}, "missing", "移交日期"),
        ({"是否反馈": "是"}, "answered_without_day", "是否反馈"),
        ({"送达日期": "2024-06-01"}, "served_before_transfer", "送达日期"),
        ({"反馈日期": "2024-06-01"}, "date_not_plausible", "反馈日期"),
        ({"反馈日期": "2024-12-01"}, "in_future", "反馈日期"),
        ({"销号情况": "已销号"}, "existing_closed", "销号情况"),
    ],
)
async def test_a_row_that_cannot_be_is_refused_by_name(
    office: Office, changes: dict[str, str], code: str, column: str
) -> None:
    cells = dict(zip(HEADINGS, ROWS[0], strict=True)) | changes
    content = workbook(tuple(cells.values()), headings=tuple(cells))
    report = (await sent(office, content, dry_run="true")).json()
    (row,) = report["rows"]
    assert [(one["column"], one["code"]) for one in row["errors"]] == [(column, code)]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"送达日期": "/"}, "service_unknown"),
        ({"送达日期": "已当面送达"}, "day_unread"),
        ({"承诺整改时限": "2024年12月底前"}, "day_understood"),
        ({"验收情况": "待验收"}, "verdict_unread"),
        ({"整改情况": "正在整改"}, "answered_without_day"),
        (
            {"反馈日期": "2024-07-08", "整改时限": "2024-12-31", "验收情况": "通过"},
            "own_date_agreed",
        ),
    ],
)
async def test_what_is_doubtful_is_told_and_costs_no_row(
    office: Office, changes: dict[str, str], code: str
) -> None:
    cells = dict(zip(HEADINGS, ROWS[0], strict=True)) | changes
    content = workbook(tuple(cells.values()), headings=tuple(cells))
    report = (await sent(office, content, dry_run="true")).json()
    (row,) = report["rows"]
    assert row["status"] == "accepted", row
    assert code in {one["code"] for one in row["warnings"]}


async def test_no_list_at_all_is_refused(office: Office) -> None:
    assert (await sent(office, b"")).json()["code"] == "list_missing"
    assert (await sent(office, b"no workbook")).json()["code"] == "invalid_request"


async def test_a_group_of_before_is_told_and_not_refused(office: Office) -> None:
    await mixed_group(office)
    headings = (*HEADINGS, "执法帮扶组", "重点内容")
    rows = [(*ROWS[0], "示例一组", ""), (*ROWS[1], "别的执法帮扶组", ""), (*ROWS[2], "", "1")]
    content = workbook(*rows, headings=headings)
    preview = (await sent(office, content, dry_run="true")).json()
    codes = [{one["code"] for one in row["warnings"]} for row in preview["rows"]]
    assert preview["accepted"] == 3
    assert "home_district_inspected" in codes[0]
    assert "inspection_group_unknown" in codes[1]
    assert "inspection_group_missing" in codes[2]


async def test_nobodys_batch_takes_the_place_of_a_proposed_list(office: Office) -> None:
    shown = (await sent(office, workbook())).json()
    other = workbook(ROWS[0], headings=HEADINGS)
    for path, more in (
        ("/batches", {"files": {"file": ("清单.xlsx", other)}}),
        ("/batches/rows", {"json": {"rows": [NEW]}}),
    ):
        taken = await office.send("POST", path, key=shown["id"], **more)
        assert (taken.status_code, taken.json()["code"]) == (409, "idempotency_key_reused")
    assert (await decided(office, shown)).status_code == 200
    assert len(await living(office)) == 3


async def test_a_list_whose_id_is_a_key_already_is_not_proposed(office: Office) -> None:
    list_ = workbook()
    id_ = (await sent(office, list_, key="first")).json()["id"]
    assert (await sent(office, list_, key="first")).json()["id"] == id_
    foreseen = id_under(await caller(office), "second")
    began = await office.send(
        "POST", "/batches", key=foreseen, files={"file": ("清单.xlsx", workbook(ROWS[0]))}
    )
    assert began.status_code == 202, began.text
    refused = await sent(office, workbook(), key="second")
    assert (refused.status_code, refused.json()["code"]) == (409, "idempotency_key_reused")


async def caller(office: Office) -> Caller:
    return Caller(await accounts.of_id(office.db, "u-officer"))


async def test_the_same_key_with_another_answer_about_hidden_rows_is_another_request(
    office: Office,
) -> None:
    first = await sent(office, workbook(), hidden="leave")
    assert first.status_code < 300, first.text
    other = await sent(office, workbook(), hidden="take")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")
