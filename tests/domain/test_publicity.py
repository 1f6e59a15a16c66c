"""宣传引导, 积极回应: counted by month and medium."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from domain.publicity import PublicityKind, PublicityRecord, counted, demand_published
from domain.refusals import WrongContent

DAY = date(2024, 8, 1)


def record(
    kind: PublicityKind = PublicityKind.GUIDANCE, on: date = DAY, medium: str = "示例日报"
) -> PublicityRecord:
    return PublicityRecord(
        kind=kind, published_on=on, medium=medium, title="示例", reference="示例"
    )


def test_a_years_publications_are_counted_by_month_medium_and_kind() -> None:
    records = [
        record(),
        record(PublicityKind.RESPONSE),
        record(on=date(2024, 9, 1)),
        record(medium="示例电视台"),
        record(on=date(2023, 8, 1)),
    ]
    assert counted(records, 2024) == {
        (8, "示例日报"): {"guidance": 1, "response": 1},
        (8, "示例电视台"): {"guidance": 1},
        (9, "示例日报"): {"guidance": 1},
    }


def test_what_is_to_come_was_not_made_public() -> None:
    demand_published(record(), DAY)
    with pytest.raises(WrongContent) as refused:
        demand_published(record(on=DAY + timedelta(days=1)), DAY)
    assert refused.value.code == "date_not_plausible"


def test_a_kind_is_called_as_in_the_plan() -> None:
    assert [kind.label for kind in PublicityKind] == ["宣传引导", "积极回应"]
