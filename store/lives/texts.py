"""Finding problems by words of one character and more, on both databases, without reading them all.

Beside each problem stands its text as it is looked through, and its grams: every run of one, two and
four characters. The database keeps an index of the grams (SQLite fts5, PostgreSQL gin); what has all
grams of a word is then held against the text itself.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from sqlalchemy import (
    ColumnElement,
    column,
    delete,
    false,
    insert,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from domain.catalogues.districts import district
from domain.problem import Problem
from store.tables import ProblemRow, ProblemTextRow

_LENGTHS = (1, 2, 4)
_BETWEEN = "|"
"""Parts the fields of a text: no word reaches over it, for no plain word holds it."""

_INDEX = table("problem_grams", column("rowid"))
_MATCHES: ColumnElement[str] = literal_column("problem_grams")


def plain(written: str) -> str:
    """Give letters, digits and characters alone, in one width and case."""
    folded = unicodedata.normalize("NFKC", written).casefold()
    return "".join(one for one in folded if one.isalnum())


def text_of(problem: Problem) -> str:
    """Give what of a problem is looked through: what it is called, whose it is, and what is wrong."""
    facts = problem.facts
    fields = (
        problem.problem_no,
        problem.document_no,
        *(entry.number for entry in problem.entries),
        district(problem.district).name,
        facts.enterprise,
        facts.credit_code,
        facts.address,
        facts.description,
    )
    return _BETWEEN.join(filter(None, map(plain, fields)))


def grams_of(searched: str) -> list[str]:
    """Give every run of one, two and four characters of a text's fields, once."""
    fields = searched.split(_BETWEEN)
    return sorted({gram for one in fields for size in _LENGTHS for gram in _runs(one, size)})


def _runs(word: str, size: int) -> Iterator[str]:
    return (word[at : at + size] for at in range(len(word) - size + 1))


def _grams_asked(word: str) -> Iterator[str]:
    """Give the grams that part a word best: the longest that fit into it."""
    return _runs(word, max(size for size in _LENGTHS if size <= len(word)))


def holds(session: AsyncSession, asked: str) -> ColumnElement[bool]:
    """Say of a problem whether its text holds every word that was asked for."""
    words = [word for word in map(plain, asked.split()) if word]
    grams = sorted({gram for word in words for gram in _grams_asked(word)})
    if not grams:
        return false()
    held = [col(ProblemTextRow.text).contains(word) for word in words]
    numbers = select(col(ProblemTextRow.problem_no)).where(_has(session, grams), *held)
    return col(ProblemRow.problem_no).in_(numbers)


def _has(session: AsyncSession, grams: Sequence[str]) -> ColumnElement[bool]:
    if not _on_sqlite(session):
        return col(ProblemTextRow.grams).op("@>", is_comparison=True)(grams)
    asked = " ".join(f'"{gram}"' for gram in grams)
    found = select(_INDEX.c.rowid).where(_MATCHES.op("MATCH")(asked))
    return col(ProblemTextRow.id).in_(found)


async def keep(session: AsyncSession, problem: Problem, before: Problem | None) -> None:
    """Keep a problem's text beside it, where it is another than `before`."""
    if before is None or text_of(problem) != text_of(before):
        await forget(session, problem.problem_no)
        await add(session, [problem])


async def add(session: AsyncSession, problems: Sequence[Problem]) -> None:
    """Keep the texts of problems that have none."""
    texts = {one.problem_no: text_of(one) for one in problems}
    rows = [{"problem_no": no, "text": said, "grams": grams_of(said)} for no, said in texts.items()]
    await session.execute(insert(ProblemTextRow), rows)
    if _on_sqlite(session):
        await _index(session, "INSERT INTO problem_grams(rowid, grams) SELECT id, grams", [*texts])


async def forget(session: AsyncSession, problem_no: str) -> None:
    """Take the text of a problem away."""
    if _on_sqlite(session):
        taken = "INSERT INTO problem_grams(problem_grams, rowid, grams) SELECT 'delete', id, grams"
        await _index(session, taken, [problem_no])
    await session.execute(
        delete(ProblemTextRow).where(col(ProblemTextRow.problem_no) == problem_no)
    )


async def forget_all(session: AsyncSession) -> None:
    """Take all texts away."""
    if _on_sqlite(session):
        await session.execute(
            text("INSERT INTO problem_grams(problem_grams) VALUES ('delete-all')")
        )
    await session.execute(delete(ProblemTextRow))


async def _index(session: AsyncSession, deed: str, numbers: Sequence[str]) -> None:
    """Tell the index of SQLite what becomes of the rows of some problems."""
    query = text(f"{deed} FROM problem_texts WHERE problem_no = :number")
    await session.execute(query, [{"number": number} for number in numbers])


def _on_sqlite(session: AsyncSession) -> bool:
    return session.get_bind().dialect.name == "sqlite"
