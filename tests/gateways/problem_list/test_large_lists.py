"""A large list is read whole; how fast is measured by `make bench`."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from gateways.problem_list.reading import read_list
from tests.gateways.problem_list.books import HEADINGS, book

COLUMNS = (*HEADINGS, "问题编号", "移交日期", "移交文号", "重点内容", "整改要求")
PROBLEM = "1号喷漆房作业时治理设施未运行，废气经车间门窗无组织排放，现场PID读数为42ppm。"


def test_a_list_of_ten_thousand_rows_is_read_whole(tmp_path: Path) -> None:
    rows = [
        (
            "渝中区",
            f"示例第{n}公司",
            PROBLEM,
            f"CQ{n}",
            "2024年7月1日",
            "示例1号",
            n % 11 + 1,
            "整改",
        )
        for n in range(10_000)
    ]
    path = tmp_path / "list.xlsx"
    path.write_bytes(book([COLUMNS, *rows]))
    read = read_list(path, today=date(2025, 4, 1))
    assert (len(read.rows), read.refused) == (10_000, ())
