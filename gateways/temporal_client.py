"""One way to reach Temporal, for the worker, the doors and the audit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultFailureConverterWithEncodedAttributes,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.runtime import Runtime
from temporalio.service import TLSConfig

from gateways.payload_codec import PayloadKeys, SealedPayloads
from gateways.temporal_door import DoorUnusable, TemporalDoor
from gateways.temporal_runtime import runtime as usual


@lru_cache(maxsize=1024)
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def read_beforehand(kinds: Iterable[Any]) -> None:
    """Build how values of some types are read, where it is not built yet."""
    for kind in kinds:
        _adapter(kind)


class _SharedPydantic(PydanticJSONPlainPayloadConverter):
    """Reads by type, with adapters that all lives share.

    Every workflow instance gets a converter of its own; building the adapters of our values anew
    for each of them took longer than everything else a life does.
    """

    def from_payload(self, payload: Payload, type_hint: type | None = None) -> Any:
        """Read one value."""
        return _adapter(Any if type_hint is None else type_hint).validate_json(payload.data)


class PayloadConverter(CompositePayloadConverter):
    """The default encodings, with the frozen values of the domain as JSON."""

    def __init__(self) -> None:
        """Put our JSON in the place of the default's."""
        shared = _SharedPydantic()
        defaults = DefaultPayloadConverter.default_encoding_payload_converters
        super().__init__(
            *(shared if isinstance(one, JSONPlainPayloadConverter) else one for one in defaults)
        )


DATA_CONVERTER = DataConverter(payload_converter_class=PayloadConverter)
"""Writes the frozen values of the domain as JSON and reads them back by type."""


def converter_for(keys: PayloadKeys) -> DataConverter:
    """Give the converter that seals by `keys`; errors are sealed with what they say."""
    if not keys:
        return DATA_CONVERTER
    return replace(
        DATA_CONVERTER,
        payload_codec=SealedPayloads(keys),
        failure_converter_class=DefaultFailureConverterWithEncodedAttributes,
    )


async def connect(door: TemporalDoor, runtime: Runtime | None = None) -> Client:
    """Connect to a server; raises RuntimeError when it cannot be reached, DoorUnusable for bad files."""
    return await _open(door, runtime, lazy=False)


async def lazy(door: TemporalDoor) -> Client:
    """Give a client that connects only when it is first used; raises DoorUnusable for bad files."""
    return await _open(door, None, lazy=True)


async def _open(door: TemporalDoor, runtime: Runtime | None, *, lazy: bool) -> Client:
    return await Client.connect(
        door.address,
        namespace=door.namespace,
        data_converter=converter_for(door.payload_keys),
        tls=_tls_of(door),
        api_key=door.api_key or None,
        runtime=runtime or usual(),
        lazy=lazy,
    )


def _tls_of(door: TemporalDoor) -> TLSConfig | bool:
    if not door.tls:
        return False
    return TLSConfig(
        server_root_ca_cert=_read(door.ca_file),
        client_cert=_read(door.cert_file),
        client_private_key=_read(door.key_file),
        domain=door.server_name or None,
    )


def _read(file: Path | None) -> bytes | None:
    try:
        return None if file is None else file.read_bytes()
    except OSError as error:
        raise DoorUnusable(f"Temporal 的证书或密钥文件{file}无法读取：{error.strerror}") from error
