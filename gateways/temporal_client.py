"""One way to reach Temporal, for the worker, the doors and the audit."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from pydantic import TypeAdapter
from temporalio.api.common.v1 import Payload
from temporalio.client import Client
from temporalio.contrib.pydantic import PydanticJSONPlainPayloadConverter
from temporalio.converter import (
    CompositePayloadConverter,
    DataConverter,
    DefaultPayloadConverter,
    JSONPlainPayloadConverter,
)
from temporalio.runtime import Runtime


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


async def connect(address: str, namespace: str, runtime: Runtime | None = None) -> Client:
    """Connect to the server at `host:port`; raises RuntimeError when it cannot be reached."""
    return await Client.connect(
        address, namespace=namespace, data_converter=DATA_CONVERTER, runtime=runtime
    )


async def lazy(address: str, namespace: str) -> Client:
    """Give a client that connects only when it is first used."""
    return await Client.connect(
        address, namespace=namespace, data_converter=DATA_CONVERTER, lazy=True
    )
