"""What waits for the database: a receipt, and a page of the problem list."""

from __future__ import annotations

import time

from sqlalchemy import text

from bench.measuring import p95, report
from domain import commands as c
from store.district import inbox, papers
from store.engine import Database
from store.lives import lists


async def receipts(db: Database) -> None:
    """A submission's receipt against one committed insert, in turn."""
    ours: list[float] = []
    bare: list[float] = []
    async with db.writing() as session:
        await session.execute(text("CREATE TABLE IF NOT EXISTS bench_bare (body TEXT)"))
    for number in range(200):
        new = inbox.NewSubmission(
            receipt_id=f"bench-{number}",
            link_jti="",
            paper=papers.AnswerPaper(
                problem_no="B0-0000",
                district="500103",
                round_no=1,
                answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
                filled_by="示例",
                telephone="",
            ),
        )
        began = time.perf_counter()
        await inbox.submit(db, new)
        ours.append(time.perf_counter() - began)
        began = time.perf_counter()
        async with db.writing() as session:
            await session.execute(text("INSERT INTO bench_bare VALUES ('x')"))
        bare.append(time.perf_counter() - began)
    ratio = p95(ours) / p95(bare)
    words = f"{ratio:.2f}（p95 {p95(ours) * 1e3:.1f} ms ÷ {p95(bare) * 1e3:.1f} ms，n=200）"
    report("回执：无附件提交 ÷ 一次提交的插入，p95", "≤ 3", words, reached=ratio <= 3)


async def ledger_page(db: Database) -> None:
    """The problem list with 100,000 problems, 10,000 of them open, against its bare SQL."""
    async with db.writing() as session:
        columns = [row[1] for row in await session.execute(text("PRAGMA table_info(problems)"))]
        named = ", ".join(columns)
        changed = {"problem_no": "'L' || printf('%06d', n)", "row_key": "NULL"}
        closed = {"stage": "CASE WHEN n % 10 THEN 'closed' ELSE stage END"}
        picked = ", ".join((changed | closed).get(name, f"p.{name}") for name in columns)
        await session.execute(
            text(
                "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < 100000) "
                f"INSERT INTO problems ({named}) SELECT {picked} FROM c, "
                "(SELECT * FROM problems LIMIT 1) p"
            )
        )
        await session.execute(text("ANALYZE"))
    bare_sql = text("SELECT * FROM problems ORDER BY problem_no DESC LIMIT 51")
    ours: list[float] = []
    bare: list[float] = []
    for _ in range(100):
        async with db.reading() as session:
            began = time.perf_counter()
            await lists.page(session, lists.ProblemFilter(), None, 50)
            ours.append(time.perf_counter() - began)
        async with db.reading() as session:
            began = time.perf_counter()
            (await session.execute(bare_sql)).all()
            bare.append(time.perf_counter() - began)
    ratio = p95(ours) / p95(bare)
    words = f"{ratio:.2f}（p95 {p95(ours) * 1e3:.1f} ms ÷ {p95(bare) * 1e3:.1f} ms，n=100）"
    report("台账页：十万问题 ÷ 同一查询的裸 SQL，p95", "≤ 2", words, reached=ratio <= 2)
