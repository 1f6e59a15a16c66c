"""One act over many problems: the preview says what happens, and nothing happens twice."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from store.lives import problems
from tests.worlds.office import Office


async def two(office: Office) -> list[str]:
    first = await office.registered("one")
    other = {"on": "2024-06-24", "document_no": "渝环执法移示例2号"}
    second = await office.registered(
        "two", description="另一处问题，有机废气无组织排放。", transfer=other
    )
    return [first, second]


async def test_the_preview_changes_nothing_and_names_who_is_refused(office: Office) -> None:
    numbers = await two(office)
    closed = await office.closed_one("three")
    before = await office.digest()
    answer = await office.change("/batch-acts/preview", "p", {"act": "remind", "filter": {}})
    assert answer.status_code == 200, answer.text
    results = {one["problem_no"]: one["code"] for one in answer.json()["results"]}
    assert results == {numbers[0]: "", numbers[1]: "", closed: "problem_closed"}
    assert await office.digest() == before


async def test_an_act_is_done_once_however_often_it_is_asked(office: Office) -> None:
    numbers = await two(office)
    body = {"act": "withdraw", "reason": "重复移交", "problems": [*numbers, "CQ2024-9999"]}
    first = await office.change("/batch-acts", "b", body)
    again = await office.change("/batch-acts", "b", body)
    assert first.json() == again.json()
    assert (first.json()["done"], first.json()["refused"]) == (2, 1)
    assert first.json()["results"][-1]["code"] == "problem_not_found"
    other = await office.change("/batch-acts", "b", {**body, "act": "remind"})
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


@pytest.mark.parametrize(
    ("changes", "district", "proposals"),
    [
        ({"act": "reassign", "to_district": "500104"}, "500104", 0),
        ({"act": "extend", "days": 5}, "500103", 1),
    ],
)
async def test_reassigning_and_extending_do_what_the_single_act_does(
    office: Office, changes: dict[str, object], district: str, proposals: int
) -> None:
    numbers = await two(office)
    body = {"reason": "示例", "problems": numbers, **changes}
    answer = await office.change("/batch-acts", "b", body)
    assert answer.json()["done"] == 2, answer.text
    async with office.db.reading() as session:
        found = [await problems.get(session, number) for number in numbers]
    assert {one.district for one in found if one} == {district}
    assert {len(one.proposed) for one in found if one} == {proposals}


async def test_successors_take_over_what_is_open_by_place(office: Office) -> None:
    office.clock.now = datetime(2025, 11, 3, 2, tzinfo=UTC)
    day = {"on": "2025-11-03"}
    towns = {"统景镇示例路1号": "500109", "龙溪街道示例路2号": "500157"}
    numbers = [
        await office.registered(
            f"n{n}", district="500112", address=town, transfer={**day, "document_no": town}
        )
        for n, town in enumerate(towns)
    ]
    office.clock.now = datetime(2025, 11, 7, 2, tzinfo=UTC)
    body = {"act": "succeed", "problems": numbers}
    assert (await office.change("/batch-acts", "s", body)).json()["done"] == 2
    async with office.db.reading() as session:
        found = [await problems.get(session, number) for number in numbers]
    assert [one.district for one in found if one] == list(towns.values())


async def test_an_unknown_outcome_is_said_and_may_be_asked_again(office: Office) -> None:
    numbers = await two(office)
    office.counter.loses_answers = True
    body = {"act": "remind", "problems": numbers}
    lost = await office.change("/batch-acts", "b", body)
    assert {one["code"] for one in lost.json()["results"]} == {"outcome_unknown"}
    office.counter.loses_answers = False
    found = await office.change("/batch-acts", "b", body)
    assert found.json()["done"] == 2
    async with office.db.reading() as session:
        problem = await problems.get(session, numbers[0])
    assert problem is not None
    assert problem.reminders_sent == 1


async def test_the_bureaus_own_lateness_is_shown_apart(office: Office) -> None:
    await two(office)
    answer = await office.ask("GET", "/scores/bureau?year=2024")
    assert answer.json() == {
        "year": 2024,
        "duties": [{"duty": "service", "label": "送达落实", "arose": 2, "late": 0}],
    }


async def test_an_address_that_leaves_the_successor_open_is_asked_and_not_moved(
    office: Office,
) -> None:
    office.clock.now = datetime(2025, 11, 3, 2, tzinfo=UTC)
    roads = {"兴隆路5号": "500112", "北碚区复兴路18号": "500109"}
    numbers = [
        await office.registered(
            f"n{n}",
            district=unit,
            address=road,
            transfer={"on": "2025-11-03", "document_no": road},
        )
        for n, (road, unit) in enumerate(roads.items())
    ]
    office.clock.now = datetime(2025, 11, 7, 2, tzinfo=UTC)
    for n, body in enumerate(
        (
            {"act": "succeed"},
            {"act": "reassign", "because": "successor", "to_district": "500157"},
        )
    ):
        asked = await office.change(
            "/batch-acts", f"s{n}", body | {"problems": numbers, "reason": "示例"}
        )
        told = asked.json()["results"]
        assert [one["code"] for one in told] == ["successor_unsure", "successor_unsure"]
        assert "兴隆路5号" in told[0]["message"]
        assert "两江新区、北碚区" in told[0]["message"]
    async with office.db.reading() as session:
        found = [await problems.get(session, number) for number in numbers]
    assert [one.district for one in found if one] == list(roads.values())


async def test_one_successor_for_many_takes_only_what_lies_there(office: Office) -> None:
    office.clock.now = datetime(2025, 11, 3, 2, tzinfo=UTC)
    towns = ("统景镇示例路1号", "龙溪街道示例路2号")
    numbers = [
        await office.registered(
            f"n{n}",
            district="500112",
            address=town,
            transfer={"on": "2025-11-03", "document_no": town},
        )
        for n, town in enumerate(towns)
    ]
    office.clock.now = datetime(2025, 11, 7, 2, tzinfo=UTC)
    body = {
        "act": "reassign",
        "because": "successor",
        "to_district": "500157",
        "reason": "示例",
        "problems": numbers,
    }
    told = (await office.change("/batch-acts", "s", body)).json()["results"]
    assert [one.get("code") or "" for one in told] == ["not_by_place", ""]
    assert "北碚区" in told[0]["message"]
    again = await office.change("/batch-acts", "t", {"act": "succeed", "problems": numbers})
    assert [one.get("code") or "" for one in again.json()["results"]] == ["", "same_district"]
