"""The bureau's lateness stands on its own board and never on a district's."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from domain.commands import ApplyPolicy
from domain.events import BureauDuty
from domain.policy import content_hash
from domain.rules import RULES_VERSION
from store.engine import Database
from store.lives.bureau_board import BureauScore, board
from store.lives.records import record
from store.points import ledger
from tests.worlds.life import OFFICER, SUPERVISOR, default_rules, transferred


def taking_over() -> ApplyPolicy:
    """Judge a life by the newest rules, with a new version of its policy."""
    policy = replace(default_rules().policy, version="9", content_hash="")
    return ApplyPolicy(
        policy=replace(policy, content_hash=content_hash(policy)),
        proposed_by=OFFICER,
        rules_version=RULES_VERSION,
        by=SUPERVISOR,
    )


async def test_each_late_duty_counts_once_beside_how_often_it_arose(db: Database) -> None:
    life = transferred()
    life.prove()
    life.until(date(2024, 7, 4))
    life.ask_for_time()
    life.answer()
    life.until(date(2024, 9, 30))
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        found = await board(session, 2024)
        scores = await ledger.scores(session, 2024)
        assert await board(session, 2025) == ()
    assert found == (
        BureauScore(duty=BureauDuty.REVIEW, arose=1, late=1),
        BureauScore(duty=BureauDuty.EXTENSION, arose=1, late=0),
        BureauScore(duty=BureauDuty.SERVICE, arose=1, late=0),
    )
    assert scores == ()


async def test_service_is_owed_once_a_round_however_it_came_to_be_late(db: Database) -> None:
    life = transferred()
    life.served = False
    life.until(date(2024, 7, 11))
    assert (life.tags.count("bureau:reminded") > 1, "fact:held" in life.tags) == (True, True)
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        found = await board(session, 2024)
    assert found == (BureauScore(duty=BureauDuty.SERVICE, arose=1, late=1),)


async def test_service_proven_late_never_counts_late_without_having_arisen(db: Database) -> None:
    life = transferred()
    life.until(date(2024, 7, 2))
    life.prove()
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        found = await board(session, 2024)
    assert found == (BureauScore(duty=BureauDuty.SERVICE, arose=1, late=1),)


async def test_a_round_taken_over_by_later_rules_arises_with_its_first_reminder(
    db: Database,
) -> None:
    life = transferred(version=2)
    life.until(date(2024, 6, 26))
    life.do(taking_over())
    life.until(date(2024, 7, 2))
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        found = await board(session, 2024)
    assert found == (BureauScore(duty=BureauDuty.SERVICE, arose=1, late=1),)


async def test_what_arises_without_an_event_of_its_own_is_not_counted_but_late(
    db: Database,
) -> None:
    life = transferred(key_content="treatment_missing_or_idle", clue_source="national_round")
    life.prove()
    life.until(date(2024, 7, 3))
    await record(db, "CQ2024-0001", life.history, life.notices)
    async with db.reading() as session:
        found = await board(session, 2024)
    assert BureauScore(duty=BureauDuty.REGISTER, arose=None, late=2) in found
