"""Problems and a district's own findings as plain values, for what looks at many at once."""

from __future__ import annotations

from datetime import UTC, date, datetime

from domain.commands import Facts, RectificationState
from domain.problem import Problem
from domain.self_inspection import SelfInspection
from domain.stages import Stage

NOON = datetime(2024, 9, 2, 4, tzinfo=UTC)
YUZHONG = "500103"
TODAY = date(2024, 6, 24)
ENTRY = SelfInspection(
    enterprise="重庆示例加油站有限公司",
    address="渝中区示例路2号",
    key_object="mobile_sources",
    finding="油气回收装置密封不严。",
    state=RectificationState.DONE,
    measure="更换密封圈并复测合格。",
    corrected_on=TODAY,
    slot="batch_1",
)


def problem(number: int, district: str = YUZHONG, content: str | None = None) -> Problem:
    """A problem that awaits its revisit, written down as a value."""
    facts = Facts(
        enterprise="重庆示例印务有限公司",
        description="示例",
        district=district,
        key_content=content,
    )
    return Problem(
        problem_no=f"CQ2024-{number:04}",
        facts=facts,
        route="general",
        district=district,
        stage=Stage.AWAITING_REVISIT,
        registered_at=NOON,
    )
