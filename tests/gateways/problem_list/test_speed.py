"""A large list is read while the officer waits."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.gateways.problem_list.books import HEADINGS, book

COLUMNS = (*HEADINGS, "问题编号", "移交日期", "移交文号", "重点内容", "整改要求")
PROBLEM = "1号喷漆房作业时治理设施未运行，废气经车间门窗无组织排放，现场PID读数为42ppm。"

READ = """
import os, sys
from datetime import date
from gateways.problem_list.reading import read_list
began = sum(os.times()[:4])
rows = read_list(sys.argv[1], today=date(2025, 4, 1)).rows
print(len(rows), sum(os.times()[:4]) - began)
"""
"""Run apart from the tests, which may be slowed by what watches them; counts the reader too."""


def test_ten_thousand_rows_take_less_than_two_seconds_of_processor_time(tmp_path: Path) -> None:
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
    command = [sys.executable, "-c", READ, str(path)]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    count, seconds = done.stdout.split()
    assert count == "10000"
    assert float(seconds) < 2
