"""What was acknowledged and is known to no life is brought again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from activities.lost_papers import LostPapers
from domain.command_ids import of_receipt
from domain.commands import Answer, Command, RectificationState
from domain.outcomes import Outcome, OutcomeUnknown
from domain.stages import Stage
from store.district import delivering, inbox
from store.district.inbox import InboxState, NewSubmission
from store.district.papers import AnswerPaper
from store.engine import Database
from store.tables import InboxRow
from store.watch import reconciliations
from tests.worlds.recorded_lives import keep, waiting_life


@dataclass
class Desk:
    """A life that hears what is brought; `silent` says nothing."""

    silent: bool = False
    heard: list[str] = field(default_factory=list)

    async def command(self, problem_no: str, command: Command, command_id: str) -> Outcome:
        """Hear a command."""
        self.heard.append(command_id)
        if self.silent:
            raise OutcomeUnknown(problem_no)
        return Outcome(problem_no=problem_no, seq=7, stage=Stage.UNDER_REVIEW, level=0, events=())


async def applied(db: Database, *receipts: str) -> None:
    """Papers handed in and applied, as the store knows."""
    life = waiting_life()
    await keep(db, life)
    for receipt_id in receipts:
        paper = AnswerPaper(
            problem_no=life.problem.problem_no,
            district="500103",
            round_no=len(life.problem.rounds),
            answer=Answer(state=RectificationState.DONE, text="已整改"),
            filled_by="示例填报人",
            telephone="",
        )
        await inbox.submit(db, NewSubmission(receipt_id=receipt_id, link_jti="", paper=paper))
        await delivering.mark(db, receipt_id, InboxState.APPLIED)


async def looked(db: Database, names: Sequence[str]) -> None:
    """A look that names these receipts as lost, and another difference."""
    lost = [{"code": "receipt_not_in_log", "detail": name} for name in names]
    body = {
        "ok": False,
        "counts": {},
        "differences": [*lost, {"code": "life_reset", "detail": "r"}],
    }
    await reconciliations.keep(db, body)


async def test_a_paper_a_life_has_forgotten_is_brought_once_a_look(db: Database) -> None:
    await applied(db, "r-1", "r-2")
    desk = Desk()
    again = LostPapers(db, desk)
    assert await again.run_once() == 0
    await looked(db, ["r-2", "gone"])
    assert await again.run_once() == 1
    assert await again.run_once() == 0
    assert desk.heard == [of_receipt("r-2")]
    async with db.reading() as session:
        assert (await session.get_one(InboxRow, "r-2")).state == InboxState.APPLIED


async def test_where_nobody_answers_the_next_look_brings_it_again(db: Database) -> None:
    await applied(db, "r-1")
    desk = Desk(silent=True)
    again = LostPapers(db, desk)
    await looked(db, ["r-1"])
    assert await again.run_once() == 0
    desk.silent = False
    await looked(db, ["r-1"])
    assert await LostPapers(db, desk).run_once() == 1
    assert desk.heard == [of_receipt("r-1")] * 2
