"""Make the sample lists anew; the same code gives the same files: `python samples/make_samples.py`.

`problem-list.xlsx` is a whole list of sixty problems, `annex-form.xlsx` a filled annex form of the
plan with two problems of one district. All enterprises, numbers and credit codes are invented.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import xlsxwriter

FOLDER = Path(__file__).parent
if __name__ == "__main__":
    sys.path.insert(0, str(FOLDER.parent))

from domain.catalogues import clue_sources, credit_code, key_objects  # noqa: E402
from domain.catalogues.districts import District, find_district  # noqa: E402
from domain.work_calendar import WorkCalendar  # noqa: E402
from gateways.calendar_files import load_calendar  # noqa: E402
from gateways.problem_list.rows import ListRow  # noqa: E402
from gateways.problem_list.writing import list_workbook  # noqa: E402
from samples.sample_problems import SAMPLE_PROBLEMS, SampleProblem  # noqa: E402

FIRST_DAY, LAST_DAY = date(2024, 6, 24), date(2025, 3, 31)
TITLE = "2024年蓝天保卫执法行动市级执法帮扶发现问题清单（示例）"

BEHAVIOURS = (
    "on_time",
    "in_progress",
    "on_time",
    "late_feedback",
    "on_time",
    "silent",
    "in_progress",
    "returned_once",
    "on_time",
    "false_report",
    "on_time",
    "broken_promise",
    "in_progress",
    "not_in_place",
    "on_time",
)
"""How the districts behave, over and over; mostly well."""


def sample_rows(calendar: WorkCalendar) -> list[ListRow]:
    """Return the sixty problems, transferred on working days spread over the plan's first year."""
    days = [day for day in every_day() if calendar.is_workday(day)]
    last = len(SAMPLE_PROBLEMS) - 1
    return [
        sample_row(number, problem, days[(number - 1) * (len(days) - 1) // last], calendar)
        for number, problem in enumerate(SAMPLE_PROBLEMS, 1)
    ]


def every_day() -> list[date]:
    """Return the days on which a sample problem may be transferred."""
    return [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]


def sample_row(number: int, problem: SampleProblem, day: date, calendar: WorkCalendar) -> ListRow:
    """Return one problem as a row of the list."""
    unit = unit_of(problem.district, day)
    behaviour = BEHAVIOURS[(number - 1) % len(BEHAVIOURS)]
    dated = problem.content and behaviour == "on_time"
    due_on = calendar.next_workday(day + timedelta(days=29)) if dated else None
    values = {
        "sheet": "问题清单",
        "row": number + 2,
        "transferred_on": day,
        "found_on": day - timedelta(days=3 + number % 5),
        "rectification_due_on": due_on,
        "district": unit.code,
        "enterprise": problem.enterprise,
        "description": problem.problem,
        "problem_no": f"CQ2024-{number:04d}",
        "credit_code": code_of(unit, number),
        "address": f"示例大道{number * 7 % 180 + 1}号",
        "key_content": str(problem.content or ""),
        "key_object": key_object_of(problem),
        "clue_source": source_of(problem),
        "document_no": f"渝环执法移〔{day.year}〕示例{number}号",
        "requirement": problem.requirement,
        "inspection_group": f"市级第{number % 6 + 1}执法帮扶组（示例）",
        "behaviour": behaviour,
    }
    return ListRow.model_validate(values, context={"today": LAST_DAY})


def unit_of(name: str, day: date) -> District:
    """Return the unit of the sample; raises ValueError for a name that is none on that day."""
    unit = find_district(name, day)
    if unit is None:
        raise ValueError(f"no district on {day}: {name}")
    return unit


def code_of(unit: District, number: int) -> str:
    """Return an invented credit code with a right check digit; EX marks it as an example."""
    area = unit.code if unit.code.isdecimal() else "500000"
    return credit_code.with_check_digit(f"91{area}MAEX{number:05d}")


def key_object_of(problem: SampleProblem) -> str:
    """Return the key object's code, or nothing."""
    found = key_objects.find(str(problem.key_object)) if problem.key_object else None
    return found.code if found else ""


def source_of(problem: SampleProblem) -> str:
    """Return the clue source's code; raises ValueError for one no catalogue knows."""
    found = clue_sources.find(problem.source)
    if found is None:
        raise ValueError(f"no such clue source: {problem.source}")
    return found.code


def annex_form() -> bytes:
    """Return the plan's annex form as a district of the sample list might send it back."""
    problems = [problem for problem in SAMPLE_PROBLEMS if problem.district == "渝北区"]
    answers = (
        ("已完成整改，车间密闭并通过自查。", "否（首违不罚）"),
        ("正在整改。", "是（立案处罚）"),
    )
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": datetime(2024, 6, 21, tzinfo=UTC)})
        sheet = workbook.add_worksheet("整改表")
        title = workbook.add_format({"bold": True, "font_size": 22, "align": "center"})
        bold = workbook.add_format({"bold": True, "border": 1, "align": "center"})
        cell = workbook.add_format({"border": 1, "text_wrap": True, "valign": "top"})
        sheet.merge_range("A1:D1", "市级大气污染防治执法帮扶问题整改表", title)
        sheet.merge_range("A2:D2", "渝北区 区（县）    填报人：示例        联系电话：")
        for column, (label, width) in enumerate(
            (("企业名称", 28), ("存在的环境问题", 50), ("整改情况", 60), ("是否立案处罚", 22))
        ):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, label, bold)
        for at, (problem, answer) in enumerate(zip(problems, answers, strict=True), 3):
            for column, text in enumerate((problem.enterprise, problem.problem, *answer)):
                sheet.write_string(at, column, text, cell)
        note = "备注：若一个企业存在多个问题的，每个问题请单独填写一列。"
        sheet.merge_range(5, 0, 5, 3, note)
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.repeat_rows(2)
    return out.getvalue()


def make() -> dict[str, bytes]:
    """Return file name to content."""
    return {
        "problem-list.xlsx": list_workbook(sample_rows(load_calendar()), TITLE),
        "annex-form.xlsx": annex_form(),
    }


if __name__ == "__main__":
    for name, content in make().items():
        (FOLDER / name).write_bytes(content)
