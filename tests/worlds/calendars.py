"""A small real calendar for tests: the notices for 2024, 2025 and 2026, written down once."""

from __future__ import annotations

from datetime import date, timedelta

from domain.work_calendar import CalendarYear, Holiday, WorkCalendar

NOTICE_2024 = "《国务院办公厅关于2024年部分节假日安排的通知》（国办发明电〔2023〕7号）"


def _off(name: str, first: str, days: int) -> Holiday:
    start = date.fromisoformat(first)
    return Holiday(name, tuple(start + timedelta(days=n) for n in range(days)))


def _dates(*days: str) -> tuple[date, ...]:
    return tuple(map(date.fromisoformat, days))


REAL = WorkCalendar(
    "test-2024-2026",
    (
        CalendarYear(
            2024,
            NOTICE_2024,
            True,
            (
                _off("元旦", "2023-12-30", 3),
                _off("春节", "2024-02-10", 8),
                _off("清明节", "2024-04-04", 3),
                _off("劳动节", "2024-05-01", 5),
                _off("端午节", "2024-06-08", 3),
                _off("中秋节", "2024-09-15", 3),
                _off("国庆节", "2024-10-01", 7),
            ),
            _dates(
                "2024-02-04",
                "2024-02-18",
                "2024-04-07",
                "2024-04-28",
                "2024-05-11",
                "2024-09-14",
                "2024-09-29",
                "2024-10-12",
            ),
        ),
        CalendarYear(
            2025,
            "《国务院办公厅关于2025年部分节假日安排的通知》（国办发明电〔2024〕12号）",
            True,
            (
                _off("元旦", "2025-01-01", 1),
                _off("春节", "2025-01-28", 8),
                _off("清明节", "2025-04-04", 3),
                _off("劳动节", "2025-05-01", 5),
                _off("端午节", "2025-05-31", 3),
                _off("国庆节、中秋节", "2025-10-01", 8),
            ),
            _dates("2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11"),
        ),
        CalendarYear(
            2026,
            "《国务院办公厅关于2026年部分节假日安排的通知》",
            True,
            (
                _off("元旦", "2026-01-01", 3),
                _off("春节", "2026-02-15", 9),
                _off("清明节", "2026-04-04", 3),
                _off("劳动节", "2026-05-01", 5),
                _off("端午节", "2026-06-19", 3),
                _off("中秋节", "2026-09-25", 3),
                _off("国庆节", "2026-10-01", 7),
            ),
            _dates(
                "2026-01-04",
                "2026-02-14",
                "2026-02-28",
                "2026-05-09",
                "2026-09-20",
                "2026-10-10",
            ),
        ),
    ),
)
