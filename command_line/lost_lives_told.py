"""What a lost life would take up, in words and as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from command_line.lost_lives import Found
from command_line.telling import answer, say
from domain.agenda import agenda
from domain.local_time import SHANGHAI
from domain.outcomes import Reply
from store.district import inbox
from store.engine import Database
from store.tables import LifeRepairRow


async def shown_to_people(db: Database, found: Found) -> dict[str, Any]:
    """Say what a life takes up, what will be brought to it again, and what falls due at once."""
    problem, life = found.carried.problem, found.life
    async with db.reading() as session:
        waiting = (await inbox.undelivered(session)).get(life.problem_no, ())
    duty = agenda(problem, found.rules)
    return {
        "problem_no": life.problem_no,
        "lost": life.lost.value,
        "lost_words": life.lost.label,
        "stage": problem.stage.value,
        "stage_words": problem.stage.label,
        "from_history": life.after_seq,
        "from_log": life.log_seq - life.after_seq,
        "history_unread": found.unread,
        "ends_run": found.goes_wrong,
        "submissions_waiting": list(waiting),
        "next_duty": duty.kind.label if duty else "",
        "due_at": f"{duty.at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if duty else "",
        "due_now": duty is not None and duty.at <= db.now(),
    }


def tell(
    shown: Sequence[dict[str, Any]],
    refused: Sequence[Reply],
    *,
    as_json: bool,
    proposal: LifeRepairRow | None = None,
) -> None:
    """Tell what is proposed, or would be, and what cannot be."""
    if as_json:
        told = {"id": proposal.id, "content_hash": proposal.content_hash} if proposal else {}
        not_possible = [one.document for one in refused]
        answer(told | {"lives": list(shown), "not_restorable": not_possible})
        return
    for one in shown:
        say(_sentence(one))
    for reply in refused:
        say(f"{reply.problem_no}：{reply.message}")
    if proposal is not None:
        say(f"已提请接续办理 {len(shown)} 件，请提请人以外的审批人员批准：")
        say(f"  bihuan repair apply {proposal.id} {proposal.content_hash}")
    elif not shown:
        say("没有需要接续办理的问题。")


def _sentence(one: dict[str, Any]) -> str:
    """Say it of one life."""
    parts = [f"{one['problem_no']}：办理流程{one['lost_words']}，接续于“{one['stage_words']}”"]
    if one["ends_run"]:
        parts.append("现有的运行先予终止")
    if one["from_history"]:
        parts.append(f"第1至{one['from_history']}项事项取自历史记录")
    if one["from_log"]:
        parts.append(f"其后{one['from_log']}项取自数据库的事件记录，没有历史记录可供重新推算")
    if one["history_unread"]:
        parts.append(f"历史记录不能采用（{one['history_unread']}）")
    if one["submissions_waiting"]:
        parts.append(f"收件箱中有{len(one['submissions_waiting'])}份材料待送达，接续后登记")
    if one["next_duty"]:
        now = "，接续后立即办理" if one["due_now"] else ""
        parts.append(f"下一事项：{one['next_duty']}，{one['due_at']}到期{now}")
    return "；".join(parts)
