"""Problems are found by any words of theirs, one character or more, on both databases, and not by reading all."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select, text
from sqlmodel import col

from domain.problem import Problem
from store.engine import Database
from store.lives import lists, texts
from store.lives.lists import ProblemFilter
from store.lives.rebuild import rebuild
from store.tables import ProblemRow, ProblemTextRow
from tests.worlds.life import Life, transferred
from tests.worlds.recorded_lives import keep

SAID = "厂区内露天焚烧秸秆；收集罩未开启，Ａ线VOCs浓度超标。"


async def kept(db: Database, number: str = "CQ2024-0001", said: str = SAID) -> Life:
    """A transferred problem in the store, of which `said` was found."""
    life = transferred(description=said)
    await keep(db, life, number)
    return life


async def found(db: Database, asked: str) -> list[str]:
    """The numbers of what is found by some words."""
    async with db.reading() as session:
        page = await lists.page(session, ProblemFilter(text=asked), with_total=True)
    assert page.total == len(page.rows)
    return [row.problem_no for row in page.rows]


@pytest.mark.parametrize(
    "asked",
    [
        "焚", "焚烧", "天焚烧", "露天焚烧", "露天焚烧秸秆", "烧秸秆收集", "a线voc", "VOCs", "voc", "Ｖ",
        "0001", "CQ2024-0001", "cq2024", "秸秆 收集罩", " 渝中区 焚烧 ",
    ],
)  # fmt: skip
async def test_a_word_of_any_length_finds_its_problem(db: Database, asked: str) -> None:
    await kept(db)
    assert await found(db, asked) == ["CQ2024-0001"]


@pytest.mark.parametrize(
    "asked", ["扬尘", "烧焚", "焚秸", "秸秆 扬尘", "%", "_", "“", "|", '"', "' OR 1=1", "超标CQ"]
)
async def test_what_is_not_there_is_not_found(db: Database, asked: str) -> None:
    await kept(db)
    assert await found(db, asked) == []


async def test_what_was_added_later_is_found_and_after_a_rebuild_too(db: Database) -> None:
    life = await kept(db)
    await kept(db, "CQ2024-0002", "堆场扬尘")
    assert await found(db, life.problem.document_no) == ["CQ2024-0002", "CQ2024-0001"]
    await rebuild(db)
    assert await found(db, "扬尘") == ["CQ2024-0002"]
    assert await found(db, "焚烧") == ["CQ2024-0001"]
    async with db.reading() as session:
        assert len(list(await session.scalars(select(ProblemTextRow)))) == 2


async def test_no_search_reads_the_whole_table(db: Database) -> None:
    life = await kept(db)
    others = (said_of(life.problem, place) for place in range(2000))
    async with db.writing() as session:
        await texts.add(session, list(others))
        if not db.on_sqlite:
            # What a vacuum does by itself, before long.
            await session.execute(text("SELECT gin_clean_pending_list('ix_problem_texts_grams')"))
            await session.execute(text("ANALYZE problem_texts"))
    async with db.reading() as session:
        query = select(col(ProblemRow.problem_no)).where(texts.holds(session, "露天焚烧"))
        said = str(query.compile(session.get_bind(), compile_kwargs={"literal_binds": True}))
        if db.on_sqlite:
            plan = [row[3] for row in await session.execute(text(f"EXPLAIN QUERY PLAN {said}"))]
            assert not [line for line in plan if "SCAN" in line and "VIRTUAL TABLE" not in line]
        else:
            # A store of one problem would be read from that one: where there are many, texts come first.
            await session.execute(text("SET LOCAL enable_nestloop = off"))
            plan = [row[0] for row in await session.execute(text(f"EXPLAIN {said}"))]
            assert any("ix_problem_texts_grams" in line for line in plan), plan
            assert not [line for line in plan if "Seq Scan on problem_texts" in line]


def said_of(problem: Problem, place: int) -> Problem:
    """The problem under another number, of which something else was found."""
    facts = replace(problem.facts, description=f"堆场扬尘第{place}处")
    return replace(problem, problem_no=f"L{place:06d}", facts=facts)
