"""An answer entered by hand has a day on the officers' page, and no hour that nobody gave."""

from __future__ import annotations

from typing import Any

from domain.roles import Role
from tests.worlds.office import Office


async def test_an_answer_on_paper_stands_under_its_day(office: Office) -> None:
    number = await office.registered()
    office.clock.pass_by(days=2)
    body: dict[str, Any] = {
        "round_no": 1,
        "channel": "telephone",
        "received_on": "2024-06-25",
        "state": "done",
        "text": "已完成密闭改造。",
        "penalty_outcome": "first_violation",
        "penalty_ground": "初次违法且危害后果轻微并及时改正",
    }
    entered = await office.change(f"/problems/{number}/paper-answers", "by-hand", body)
    assert entered.status_code == 200, entered.text
    page = await (await office.sign_in(Role.OFFICER)).see(f"/problems/{number}")
    assert page.count("2024年6月25日（星期二）电话反馈，由市级承办人代录") == 2
    assert "2024-06-25 00:00" not in page
