"""The exports for the yearly assessments, and typical cases in which nobody can be found."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from domain.commands import MarkTypicalCase, RevisitResult, Verdict, WithdrawProblem
from domain.policy import AccountCap, Within, content_hash
from domain.stages import Fact
from office.exports.assessments import MEASURES, Assessment, mean_days, rate
from store.points.ledger import DEDUCTION
from store.registers import rule_books
from store.tables import LedgerRow
from tests.office.living import SUPERVISOR, answered, rectified, reviewed, revisited
from tests.worlds.life import default_rules
from tests.worlds.office import Office

DADUKOU = "500104"
ADDRESS = "/exports/assessment.xlsx?year=2024&for="


async def a_year(office: Office) -> None:
    """One rectified, one late and false, one silent, of two districts."""
    house = office
    await rectified(house, "CQ2024-0001")
    await house.transferred("CQ2024-0002")
    await house.transferred("CQ2024-0003", district=DADUKOU, key_content="covert_discharge")
    house.clock.pass_by(days=16)
    await answered(house, "CQ2024-0002")
    await reviewed(house, "CQ2024-0002", Verdict.FOUND_FALSE, "现场未整改")
    house.clock.pass_by(days=10)
    await revisited(house, "CQ2024-0001", RevisitResult.IN_PLACE)


async def table(
    office: Office, wanted: Assessment
) -> tuple[dict[str, dict[str, Any]], list[tuple[Any, ...]]]:
    headings, *rows = await office.sheet(ADDRESS + wanted.value)
    units = {str(row[0]): dict(zip(headings, row, strict=True)) for row in rows[:-1]}
    return units, await office.sheet(ADDRESS + wanted.value, number=1)


async def test_each_unit_has_its_figures_with_their_denominators(office: Office) -> None:
    await a_year(office)
    units, _ = await table(office, Assessment.POLLUTION_BATTLE)
    assert len(units) == 42
    ours, theirs, city = units["渝中区"], units["大渡口区"], units["全市合计"]
    assert (ours["应反馈（分母）"], ours["按时反馈（分子）"], ours["按时反馈率"]) == (2, 1, "50.0%")
    assert (ours["逾期反馈"], ours["未反馈"]) == (1, 0)
    assert (ours["计入考核的问题"], ours["已整改（分子）"], ours["整改率"]) == (2, 1, "50.0%")
    assert (ours["列入督察问题清单"], ours["扣分"], ours["净扣分"]) == (1, 2, 2)
    assert (ours["回头看（分母）"], ours["整改到位（分子）"], ours["到位率"]) == (1, 1, "100.0%")
    assert (theirs["应反馈（分母）"], theirs["未反馈"], theirs["到位率"]) == (1, 1, "—")
    assert (city["移交问题"], city["应反馈（分母）"], city["扣分"]) == (3, 3, 2)


async def capped_at_one(office: Office) -> None:
    """Three rows of one point each, by a policy that takes no more than one in a year."""
    cap = AccountCap(rules=("falsified",), points=Decimal(1), within=Within.YEAR, clause="示例")
    policy = replace(default_rules("jinhua").policy, version="示例", account_caps=(cap,))
    policy = replace(policy, content_hash=content_hash(policy))
    async with office.db.writing() as session:
        await rule_books.keep(session, office.db, [policy])
        session.add_all(
            LedgerRow(
                problem_no=f"CQ2024-000{number}",
                seq=9,
                rule_id="falsified",
                occurrence=1,
                fact=Fact.NOT_STRICT_OR_FALSE,
                district=DADUKOU,
                year=2024,
                on_day=date(2024, 7, number),
                points=Decimal(1),
                capped=False,
                clause="示例",
                paper="",
                policy="jinhua@示例",
                kind=DEDUCTION,
                reverses=0,
            )
            for number in (1, 2, 3)
        )


async def test_points_beyond_a_cap_are_told_and_the_net_is_the_districts_account(
    office: Office,
) -> None:
    await capped_at_one(office)
    units, meanings = await table(office, Assessment.POLLUTION_BATTLE)
    theirs = units["大渡口区"]
    assert (theirs["扣分"], theirs["超出上限"], theirs["净扣分"]) == (3, 2, 1)
    (score,) = (await office.ask("GET", "/scores?year=2024")).json()["scores"]
    assert score["points"] == theirs["净扣分"]
    assert any(row[0] == "超出上限" for row in meanings)


async def test_the_bureaus_time_is_in_no_figure_of_a_district(office: Office) -> None:
    house = office
    await house.transferred()
    house.clock.pass_by(days=4)
    await answered(house, "CQ2024-0001")
    house.clock.pass_by(days=90)
    await reviewed(house, "CQ2024-0001")
    units, _ = await table(office, Assessment.POLLUTION_BATTLE)
    ours = units["渝中区"]
    assert (ours["按时反馈率"], ours["平均用时（天）"]) == ("100.0%", "4.0")


@pytest.mark.parametrize("wanted", list(Assessment))
async def test_every_figure_says_what_it_means_and_where_it_stands(
    office: Office, wanted: Assessment
) -> None:
    _, (headings, *meanings) = await table(office, wanted)
    assert headings == ("指标", "口径", "数据来源或依据")
    told = [row[0] for row in meanings if row[1]]
    assert told == [one.heading for one in MEASURES[wanted]]
    assert all(row[1] and row[2] for row in meanings[:-1])


async def test_enforcement_training_adds_what_became_of_the_violations(office: Office) -> None:
    await a_year(office)
    units, _ = await table(office, Assessment.ENFORCEMENT_TRAINING)
    ours = units["渝中区"]
    assert (
        ours["已反馈处罚情况（分母）"],
        ours["立案率"],
        ours["首违不罚、轻微免罚、无主观过错"],
    ) == (
        2,
        "0.0%",
        2,
    )


async def test_an_assessment_must_be_named_and_a_year_be_one(office: Office) -> None:
    for query in ("", "?for=other", "?for=pollution_battle&year=1999"):
        refused = await office.send("GET", f"/exports/assessment.xlsx{query}")
        assert refused.status_code == 422


def test_nothing_is_divided_by_nothing() -> None:
    assert (rate(0, 0), rate(1, 3), rate(2, 3)) == ("—", "33.3%", "66.7%")
    assert (mean_days(0, 0), mean_days(7, 2)) == ("—", "3.5")


async def mark(office: Office, number: str) -> None:
    command = MarkTypicalCase(typical=True, reason="有警示意义", by=SUPERVISOR)
    await office.desk.command(number, command, f"{number}-typical")


async def test_typical_cases_tell_what_happened_and_not_to_whom(office: Office) -> None:
    await rectified(
        office,
        "CQ2024-0001",
        enterprise="重庆示例印务有限公司",
        description="示例印务未密闭，联系人张某示例，电话13800000000。",
        credit_code="91500000MA5U000000",
        inspection_group="示例一组",
    )
    await rectified(office, "CQ2024-0002")
    await mark(office, "CQ2024-0001")
    headings, case, *rest = await office.sheet("/exports/typical-cases.xlsx")
    told = dict(zip(headings, case, strict=True))
    assert (told["序号"], told["企业（已隐去名称）"]) == (1, "重庆某有限公司")
    assert told["存在的环境问题"] == "某未密闭，联系人〔略〕，电话〔略〕。"
    assert told["是否立案处罚"] == "否（首违不罚）"
    everything = str([case, *rest])
    for secret in ("示例印务", "张某", "138", "91500000", "示例路", "CQ2024", "一组", "密闭改造"):
        assert secret not in everything
    assert len(rest) == 1


async def test_a_case_that_was_withdrawn_is_none(office: Office) -> None:
    await office.transferred()
    await mark(office, "CQ2024-0001")
    assert len(await office.sheet("/exports/typical-cases.xlsx")) == 3
    withdrawn = WithdrawProblem(reason="重复移交", by=SUPERVISOR)
    await office.desk.command("CQ2024-0001", withdrawn, "withdrawn")
    assert len(await office.sheet("/exports/typical-cases.xlsx")) == 2
