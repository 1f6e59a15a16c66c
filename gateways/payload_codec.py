"""Sealing what lives write into Temporal, so that its database tells nobody whom a problem concerns.

Each value is sealed by AES-256-GCM under the newest key and names the key it was sealed by; every key that
is known opens. What was written before there was a key stays readable. Search attributes stay plain: stage,
level, district and due date, by which the server finds lives.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from google.protobuf.descriptor import Descriptor
from google.protobuf.message import Message
from temporalio.api.common.v1 import Payload
from temporalio.api.failure.v1 import Failure
from temporalio.api.history.v1 import HistoryEvent
from temporalio.client import WorkflowHistory
from temporalio.converter import PayloadCodec

M = TypeVar("M", bound=Message)

PayloadKeys = tuple[tuple[str, bytes], ...]
"""Keys of 32 bytes with their ids, newest last; none where nothing is to be sealed."""

KEY_BYTES = 32
_ENCODING = b"binary/encrypted"
_KEY_ID = "encryption-key-id"
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """A value was sealed by a key that is not known, or is no longer what was sealed."""

    code = "payload_sealed"


class SealedPayloads(PayloadCodec):
    """Seals and opens the values of lives."""

    def __init__(self, keys: PayloadKeys) -> None:
        """Seal by the last of `keys`, with none of them nothing; open by all of them."""
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys}
        self._newest = keys[-1][0] if keys else None

    async def encode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Seal values."""
        return [self._seal(one) for one in payloads]

    async def decode(self, payloads: Sequence[Payload]) -> list[Payload]:
        """Open values; raises `CannotOpen`."""
        return [self.open(one) for one in payloads]

    def _seal(self, payload: Payload) -> Payload:
        if self._newest is None:
            return payload
        nonce, key_id = os.urandom(_NONCE_BYTES), self._newest.encode()
        data = self._ciphers[self._newest].encrypt(nonce, payload.SerializeToString(), key_id)
        metadata = {"encoding": _ENCODING, _KEY_ID: key_id}
        return Payload(metadata=metadata, data=nonce + data)

    def open(self, payload: Payload) -> Payload:
        """Open one value; one that is not sealed is given back. Raises `CannotOpen`."""
        if payload.metadata.get("encoding") != _ENCODING:
            return payload
        key_id = payload.metadata.get(_KEY_ID, b"")
        cipher = self._ciphers.get(key_id.decode(errors="replace"))
        if cipher is None:
            name = key_id.decode(errors="replace")
            raise CannotOpen(f"内容以密钥“{name}”加密，BIHUAN_PAYLOAD_KEYS 中没有这把密钥")
        nonce, sealed = payload.data[:_NONCE_BYTES], payload.data[_NONCE_BYTES:]
        try:
            return Payload.FromString(cipher.decrypt(nonce, sealed, key_id))
        except (InvalidTag, ValueError) as error:
            raise CannotOpen(f"内容与以密钥“{key_id.decode()}”加密时不同") from error

    def opened(self, history: WorkflowHistory) -> WorkflowHistory:
        """Give a history with every value opened, the given one untouched; raises `CannotOpen`."""
        events = [_copy(event) for event in history.events]
        for event in events:
            for payload in _all_of(Payload, event):
                payload.CopyFrom(self.open(payload))
            for failure in _all_of(Failure, event):
                _say_plainly(failure)
        return WorkflowHistory(history.workflow_id, events)


def _say_plainly(failure: Failure) -> None:
    """Put the words of an error back where they stand when nothing is sealed."""
    if failure.HasField("encoded_attributes"):
        told = json.loads(failure.encoded_attributes.data)
        failure.message, failure.stack_trace = told["message"], told["stack_trace"]
        failure.ClearField("encoded_attributes")


def _copy(event: HistoryEvent) -> HistoryEvent:
    copied = HistoryEvent()
    copied.CopyFrom(event)
    return copied


def _all_of(kind: type[M], message: Message) -> Iterator[M]:
    """Find the messages of a kind anywhere in one."""
    if isinstance(message, kind):
        yield message
    for field, value in message.ListFields():
        if field.message_type is not None:
            for inner in _messages(field.message_type, value):
                yield from _all_of(kind, inner)


def _messages(kind: Descriptor, value: Any) -> Iterable[Message]:
    if isinstance(value, Message):
        return [value]
    if kind.GetOptions().map_entry:
        return [one for one in value.values() if isinstance(one, Message)]
    return list(value)


def opener_of(codec: PayloadCodec | None) -> SealedPayloads:
    """Give what opens the histories of a client with this codec."""
    return codec if isinstance(codec, SealedPayloads) else NOTHING_SEALED


NOTHING_SEALED = SealedPayloads(())
"""Opens what was never sealed."""
