"""Handing in a form: its draft, its files, the rules asked beforehand, the inbox, one delivery.

Handing in commits to the inbox first; the receipt is shown from that, and the delivery to the
problem's life is tried at once but never waited for.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fastapi import Response
from sqlalchemy.exc import OperationalError
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from api.district.files import own_files, take, unique
from api.district.frame import Side
from api.district.refusals import revoked
from api.district.sessions import ProblemVisit
from api.forms import files_of, many_of, see_other, texts_of
from domain.commands import EvidenceFile
from domain.refusals import Refusal
from domain.rules import Rules
from gateways.uploads import MAX_FILES, UploadRefused
from office.answering.annex_form import FormErrors
from office.asked_beforehand import sure_refusal
from office.refused import Refused
from office.rules.rules_of_a_life import rules_of
from store.district import delivering, drafts, inbox, links
from store.district.inbox import InboxState, LinkGone, NewSubmission, ReceiptConflict
from store.district.papers import Paper, command_of
from store.tables import InboxRow

DELIVERY_SECONDS = 5.0
"""How long the first delivery is tried; the deliverer goes on after it."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A posted form: what was typed, its receipt's number, and the files its page listed."""

    fields: Mapping[str, str]
    receipt_id: str
    listed: tuple[str, ...]


def typed_in(form: FormData, wanted: Iterable[str]) -> Typed:
    """Take from a posted form what it may say; everything else it carries is left unread."""
    typed = texts_of(form)
    listed = many_of(form, "file")[: 2 * MAX_FILES]
    fields = {name: typed.get(name, "") for name in wanted}
    return Typed(fields, typed.get("receipt_id", ""), listed)


async def save(side: Side, visit: ProblemVisit, form: str, typed: Typed) -> drafts.Draft:
    """Keep what was typed; whoever saves is still working, so the session goes on."""
    await links.touch(side.services.db, visit.cookie, *([visit.day.cookie] if visit.day else ()))
    return await drafts.save_fields(side.services.db, visit.link, form, typed.fields)


async def take_all(
    side: Side, visit: ProblemVisit, name: str, form: FormData
) -> tuple[EvidenceFile, ...]:
    """Take the files chosen in the form `name`; raises `FormErrors` when one is refused."""
    taken, wrong = [], []
    for chosen in files_of(form, "upload"):
        try:
            taken.append(await take(side, visit, name, chosen))
        except UploadRefused as refused:
            wrong.append(refused)
    if wrong:
        raise FormErrors({"files": (wrong[0].code, "".join(map(str, wrong)))})
    return tuple(taken)


async def with_listed(
    side: Side, visit: ProblemVisit, typed: Typed, attached: Iterable[EvidenceFile]
) -> tuple[EvidenceFile, ...]:
    """Give the files that the posted form listed, and those just attached.

    They follow from the form alone, so that the same form posted twice has the same content, even
    when the draft is gone by then.
    """
    known = {file.sha256: file for file in await own_files(side, visit)}
    if not set(typed.listed) <= set(known):
        message = "附件已在另一页面中变动，请核对附件后再提交。"
        raise FormErrors({"files": ("files_changed", message)})
    return unique((*(known[sha256] for sha256 in typed.listed), *attached))


async def asked_beforehand(
    side: Side, visit: ProblemVisit, receipt_id: str, paper: Paper
) -> Refusal | None:
    """Ask what the life would surely refuse now; a form handed in before is not asked again."""
    async with side.services.db.reading() as session:
        if await inbox.find(session, receipt_id) is not None:
            return None
    rules = await rules_of(side.services, visit.problem.problem_no)
    return await would_refuse(side, visit, rules, receipt_id, paper)


async def would_refuse(
    side: Side, visit: ProblemVisit, rules: Rules | None, receipt_id: str, paper: Paper
) -> Refusal | None:
    """Say what the life would surely answer to a paper received now; None when it may take it."""
    command = command_of(paper, receipt_id, side.services.clock())
    return await sure_refusal(side.services, visit.problem, rules, command, receipt_id)


async def commit(
    side: Side, visit: ProblemVisit, form: str, receipt_id: str, paper: Paper
) -> Response:
    """Commit a paper to the inbox and lead to its receipt."""
    new = NewSubmission(receipt_id=receipt_id, link_jti=visit.link.jti, paper=paper)
    try:
        row = await inbox.submit(side.services.db, new)
    except ReceiptConflict as conflict:
        raise Refused(conflict.code, str(conflict)) from conflict
    except LinkGone as gone:
        raise revoked(gone.why) from gone
    after = BackgroundTask(_after_receipt, side, visit, form, row)
    return see_other(visit.at(f"/f/receipt/{row.receipt_id}"), after)


async def _after_receipt(side: Side, visit: ProblemVisit, form: str, row: InboxRow) -> None:
    """Forget the draft and try one delivery; what is not settled then the deliverer brings again."""
    with contextlib.suppress(TimeoutError, OperationalError):
        await drafts.drop(side.services.db, visit.link.jti, form)
        if row.state != InboxState.RECEIVED:
            return
        async with asyncio.timeout(DELIVERY_SECONDS):
            await delivering.deliver(side.services.db, side.services.desk, row)
