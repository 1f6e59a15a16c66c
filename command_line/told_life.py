"""One life told from its histories, in a process of its own: reading and deriving it is what takes long."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from temporalio.client import WorkflowHistory

from audit.addenda import demand_chained
from audit.derive import Differs
from audit.orders import LifeOrders, orders_of_life
from audit.pool import Sent, received
from audit.recording import Unreadable
from audit.sources import Altered, NoHistory, addenda_in, joined, lives_in
from domain.addenda import Addendum
from domain.rules import Rules
from gateways.payload_codec import PayloadKeys, SealedPayloads
from gateways.temporal_client import DATA_CONVERTER
from store.lives.as_lived import Decision, Lived, of_decisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Where a life is to be read: its folder in the archive, None for none, and what the server sent."""

    folder: Path | None
    on_server: Sent
    keys: PayloadKeys


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A life's records and the rules that judge it; neither where it ordered nothing, or cannot be told.

    `why` it cannot be told; `unknown` is what of it could not be read, and is left as it is.
    """

    lived: Lived | None = None
    rules: Rules | None = None
    why: str = ""
    unknown: str = ""


def tell_life(asked: Asked) -> Answer:
    """Read a life and derive it once more."""
    try:
        archived = _archived(asked)
        found = orders_of_life(joined(received(asked.on_server), archived), DATA_CONVERTER)
    except (NoHistory, Altered, Differs, Unreadable) as error:
        return Answer(why=str(error))
    if found is None:
        return Answer()
    try:
        added, unknown = _added(asked, found), ""
    except (Altered, Differs) as error:
        added, unknown = None, str(error)
    return Answer(lived=lived(found, added), rules=found.rules, unknown=unknown)


def lived(found: LifeOrders, added: tuple[Addendum, ...] | None = None) -> Lived:
    """Give the records that a life's orders make, with what was noted after its end where that is known."""
    decisions = [
        Decision(recorded=one.recorded, notices=one.notices, row_key=one.row_key)
        for one in found.orders
    ]
    return of_decisions(found.problem_no, decisions, found.rules, added)


def _archived(asked: Asked) -> list[WorkflowHistory]:
    if asked.folder is None or not any(asked.folder.glob("*.json")):
        return []
    lives = lives_in(asked.folder, SealedPayloads(asked.keys))
    return lives[0] if lives else []


def _added(asked: Asked, found: LifeOrders) -> tuple[Addendum, ...] | None:
    """Read what was noted after the life's end, and decide it once more; None where nothing is kept.

    Raises `Altered`, `Differs`.
    """
    if asked.folder is None:
        return None
    every, faults = addenda_in(asked.folder)
    for fault in faults:
        raise Altered(fault.words)
    added = every.get(found.problem_no)
    if added is None:
        return None
    demand_chained(added, [one for order in found.orders for one in order.recorded], found.rules)
    return added
