"""What shows that a district was told 送达证明; which kinds count, the policy says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ProofKind(StrEnum):
    """How a notice is known to have arrived."""

    RELAY_ACCEPTED = "relay_accepted"
    RECIPIENT_SERVER = "recipient_server"
    DELIVERY_REPORT = "delivery_report"
    LINK_OPENED = "link_opened"
    OFFICER_RECORD = "officer_record"

    @property
    def label(self) -> str:
        """The kind as officers read it."""
        return _LABELS[self]


_LABELS = {
    ProofKind.RELAY_ACCEPTED: "本单位邮件服务器已接收",
    ProofKind.RECIPIENT_SERVER: "收件方邮件服务器已接收",
    ProofKind.DELIVERY_REPORT: "收到送达回执",
    ProofKind.LINK_OPENED: "区县已打开办理链接",
    ProofKind.OFFICER_RECORD: "承办人登记送达",
}

BY_MAIL = frozenset(
    {ProofKind.RELAY_ACCEPTED, ProofKind.RECIPIENT_SERVER, ProofKind.DELIVERY_REPORT}
)
"""Proofs that a notice which comes back withdraws."""

IN_HAND = frozenset({ProofKind.LINK_OPENED, ProofKind.OFFICER_RECORD})
"""Proofs that somebody at the district had it in hand: what counts as 签收."""

COUNTED = (
    ProofKind.RECIPIENT_SERVER,
    ProofKind.DELIVERY_REPORT,
    ProofKind.LINK_OPENED,
    ProofKind.OFFICER_RECORD,
)
"""The kinds that count unless a policy says otherwise: our own relay's yes proves nothing."""


@dataclass(frozen=True, slots=True)
class MailProof:
    """What the yes of our mail server to a notice stands for.

    For recipients at `served`, domains in lower case whose mailboxes that very server keeps, it is the recipient's
    own; for all others it is `kind`.
    """

    kind: ProofKind = ProofKind.RECIPIENT_SERVER
    served: frozenset[str] = frozenset()

    def of(self, recipient: str) -> ProofKind:
        """Give the kind of proof for one recipient."""
        at = recipient.rpartition("@")[2].casefold()
        return ProofKind.RECIPIENT_SERVER if at in self.served else self.kind


DIRECT = MailProof()
"""Every mail is handed to the recipient's own server."""
