"""Notices say what happened: which date was missed, whether anybody looked, who was listed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from domain import commands as c
from domain.catalogues.penalty_outcomes import PENALTY_OUTCOMES
from domain.commands import RectificationState, RevisitResult, Verdict
from domain.notices import NoticeKind
from domain.refusals import WrongContent
from domain.self_inspection import OLDEST, SelfInspection, demand_plausible
from domain.words.before_a_round import led_to
from tests.worlds.life import MONDAY, SUPERVISOR, Life, default_rules, transferred


def proven() -> Life:
    """A life whose district was told at once."""
    life = transferred()
    life.prove()
    return life


def details(life: Life, kind: NoticeKind) -> list[dict[str, Any]]:
    """What the notices of one kind carry."""
    return [dict(one.details) for one in life.notices if one.kind is kind]


def test_the_red_mail_of_the_transfers_own_date_names_it_while_the_round_still_runs() -> None:
    life = Life(rules=default_rules())
    life.register()
    life.transfer(rectify_by=date(2024, 7, 5))
    life.prove()
    life.until(date(2024, 7, 8))
    assert details(life, NoticeKind.OVERDUE_REMINDER) == [{"missed_on": "2024-07-05"}]
    life.until(date(2024, 7, 11))
    assert details(life, NoticeKind.OVERDUE_REMINDER)[1:] == [{}]
    keys = [one.key for one in life.notices]
    assert len(set(keys)) == len(keys)


def test_a_request_that_ends_with_its_date_is_told_as_ended() -> None:
    life = proven()
    life.answer_request(life.ask_for_time(1), grant=False)
    life.ask_for_time()
    life.until(date(2024, 7, 11))
    refused, lapsed = details(life, NoticeKind.EXTENSION_DECIDED)
    assert ("lapsed" in refused, "lapsed" in lapsed) == (False, True)


def test_a_granted_request_never_reads_as_ended() -> None:
    life = proven()
    life.answer_request(life.ask_for_time(), grant=True)
    assert "lapsed" not in details(life, NoticeKind.EXTENSION_DECIDED)[0]


def test_the_answer_to_a_dispute_is_told_as_the_last() -> None:
    life = proven()
    life.answer_objection(life.object(), uphold=False)
    life.answer_objection(life.object(), uphold=False, by=SUPERVISOR)
    assert details(life, NoticeKind.OBJECTION_DECIDED) == [{}, {"settled": "yes"}]


def test_who_was_listed_is_told_that_it_no_longer_is() -> None:
    life = proven()
    life.until(date(2024, 7, 11))
    life.propose(c.MoveListed(to_district="500104", receipt_id=""))
    life.agree()
    (told,) = [one for one in life.notices if one.kind is NoticeKind.UNLISTED]
    assert (life.problem.district, told.district) == ("500104", "500103")


def test_a_round_says_what_the_bureau_found_before_it() -> None:
    life = proven()
    life.answer()
    life.review(Verdict.RETURN_FOR_SUPPLEMENT, "请补充验收照片。")
    life.answer()
    life.review(reason="情况属实。")
    life.revisit(RevisitResult.NOT_IN_PLACE)
    life.answer()
    life.review(reason="")
    life.revisit()
    life.approve()
    life.propose(c.ReopenProblem(findings="再次闻到异味。"))
    life.agree()
    assert [led_to(number, life.history) for number in range(1, 6)] == [
        ("", ""),
        ("市级审核意见", "请补充验收照片。"),
        ("“回头看”核查情况", "现场核查"),
        ("问题反弹核查情况", "再次闻到异味。"),
        ("", ""),
    ]


def test_a_fine_stands_only_beside_a_penalty_that_was_decided() -> None:
    fined = {one.code for one in PENALTY_OUTCOMES if one.may_fine}
    assert fined == {"case_filed", "statutory_minimum", "surcharge_waived", "city_group"}


def test_a_paper_with_a_number_may_stand_behind_what_was_decided_filed_or_referred() -> None:
    silent = {one.code for one in PENALTY_OUTCOMES if not one.names_document}
    assert silent == {"city_group", "under_investigation", "unfounded"}


def test_a_correction_of_long_ago_is_a_slip_of_the_year() -> None:
    entry = SelfInspection(
        enterprise="重庆示例加油站有限公司",
        address="",
        key_object="mobile_sources",
        finding="油枪密封不严。",
        state=RectificationState.DONE,
        measure="",
        corrected_on=MONDAY - OLDEST,
        slot="now",
    )
    demand_plausible(entry, MONDAY)
    with pytest.raises(WrongContent, match="完成日期过早"):
        demand_plausible(entry, MONDAY + timedelta(days=1))
