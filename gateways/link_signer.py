"""Signs the addresses that are handed to districts, and reads them back.

A token is `kid.purpose.payload.signature`. Key id and purpose are part of the salt, so neither can
be exchanged. Several spellings of one signature verify (the last character carries idle bits):
whatever must be unique is keyed by the claim's `jti`, never by the token's text.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

ANSWER = "answer"
DISTRICT_DAY = "district_day"
OWN_LIST = "own_list"
PURPOSES = frozenset({ANSWER, DISTRICT_DAY, OWN_LIST})
"""What a link is for: one round's form, one day's list of a district's open forms, or its own list
from self-inspection, which needs no problem."""

LONGEST_TOKEN = 1000

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,16}")
_SHORTEST_SECRET = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkClaim:
    """What a link says: no more than whose form of which round, until when.

    `day` (ISO) only where the purpose is a district's day; then there is no problem and no round, nor are
    there for a district's own list.
    """

    purpose: str
    problem_no: str
    district: str
    round_no: int
    jti: str
    expires_at: datetime
    day: str = ""


class LinkInvalid(Exception):
    """Not one of our links: altered, cut off, signed with a key that is gone, or made up."""


class LinkExpired(Exception):
    """A link of ours whose time is over; `claim` says which, so that a new one can be sent."""

    def __init__(self, claim: LinkClaim) -> None:
        """Carry the claim."""
        super().__init__(f"link {claim.jti} expired at {claim.expires_at.isoformat()}")
        self.claim = claim


def _utc_now() -> datetime:
    return datetime.now(UTC)


class LinkSigner:
    """Signs with the newest key and accepts every key still in the list."""

    def __init__(
        self, keys: Sequence[tuple[str, str]], clock: Callable[[], datetime] = _utc_now
    ) -> None:
        """Take (key id, secret) pairs, newest last.

        Raises ValueError for an empty list, a repeated or unusable key id, or a secret shorter
        than 32 characters.
        """
        self._secrets = dict(keys)
        if not keys or len(self._secrets) < len(keys):
            raise ValueError("链接签名密钥须至少一把，且编号不得重复")
        for kid, secret in keys:
            if not _KEY_ID.fullmatch(kid) or len(secret) < _SHORTEST_SECRET:
                raise ValueError(f"链接签名密钥 {kid!r} 不可用：编号限字母数字，密钥不少于32个字符")
        self._newest = keys[-1][0]
        self._clock = clock

    def sign(self, claim: LinkClaim) -> str:
        """Write a claim as a token for a URL path; the expiry is kept to the second."""
        if claim.purpose not in PURPOSES:
            raise ValueError(f"unknown purpose {claim.purpose!r}")
        body = [
            claim.jti,
            claim.problem_no,
            claim.district,
            claim.round_no,
            int(claim.expires_at.timestamp()),
            claim.day,
        ]
        signed = self._serializer(self._newest, claim.purpose).dumps(body)
        return f"{self._newest}.{claim.purpose}.{signed}"

    def read(self, token: str) -> LinkClaim:
        """Read a token back.

        Raises LinkInvalid, or LinkExpired when the token is ours but its time is over.
        """
        kid, _, rest = token[: LONGEST_TOKEN + 1].partition(".")
        purpose, _, signed = rest.partition(".")
        if len(token) > LONGEST_TOKEN or kid not in self._secrets or purpose not in PURPOSES:
            raise LinkInvalid
        try:
            jti, problem_no, district, round_no, expires, day = self._serializer(
                kid, purpose
            ).loads(signed)
        except BadData as error:
            raise LinkInvalid from error
        claim = LinkClaim(
            purpose=purpose,
            problem_no=problem_no,
            district=district,
            round_no=round_no,
            jti=jti,
            expires_at=datetime.fromtimestamp(expires, UTC),
            day=day,
        )
        if self._clock() >= claim.expires_at:
            raise LinkExpired(claim)
        return claim

    def _serializer(self, kid: str, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._secrets[kid],
            salt=f"bihuan.link.{purpose}.{kid}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )
