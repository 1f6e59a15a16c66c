"""In which order a courier's round goes through what is due, and when it gives the relay up.

A relay that ends the dialogue over one recipient, falls silent over him or limits us at his provider may serve
everybody else: his provider's other mails go to the end of the line. Only when several recipients in a row
fared so is it the relay that ails.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from gateways.relay_answers import SendOutcome, SendResult
from store.mail.parcels import Parcel

SEVERAL = 3
"""So many different recipients in a row without one plain answer: the relay is down."""

_SILENT = frozenset({SendOutcome.CUT_OFF, SendOutcome.AMBIGUOUS})
_NOT_ASKED = frozenset({SendOutcome.CALLED_BACK})


class OthersFirst:
    """The line of one round; it is gone through once."""

    def __init__(self, due: Iterable[Parcel]) -> None:
        """Begin with what is due, in its order."""
        self._line = deque(due)
        self._doubtful: set[str] = set()

    def __iter__(self) -> Iterator[Parcel]:
        """Give the parcels one by one; what is heard meanwhile changes the order of the others."""
        while self._line:
            yield self._line.popleft()

    def hear(self, parcel: Parcel, result: SendResult) -> bool:
        """Take in what became of a parcel; True when the relay itself seems to be down."""
        if result.outcome in _SILENT or result.pause:
            self._doubtful.add(parcel.recipient.casefold())
            self._send_back(_provider(parcel))
            return len(self._doubtful) >= SEVERAL
        if result.outcome not in _NOT_ASKED:
            self._doubtful.clear()
        return False

    def _send_back(self, provider: str) -> None:
        self._line = deque(sorted(self._line, key=lambda one: _provider(one) == provider))


def _provider(parcel: Parcel) -> str:
    return parcel.recipient.rpartition("@")[2].casefold()
