"""Temporal's side of the beat by which a restore is known: a line in the namespace's own data."""

from __future__ import annotations

from datetime import timedelta

from temporalio.api.namespace.v1 import UpdateNamespaceInfo
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest, UpdateNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError, RPCStatusCode

_KEY = "bihuan-epoch"
_PATIENCE = timedelta(seconds=10)
_NOT_FOR_US = frozenset({RPCStatusCode.PERMISSION_DENIED, RPCStatusCode.UNIMPLEMENTED})


class NoKeeper(Exception):
    """The server keeps nothing for us: it does not know how, or our key may not."""

    code = "no_epoch_keeper"


async def read(client: Client) -> str:
    """Give what is written there, "" for nothing; raises RPCError or NoKeeper."""
    asked = DescribeNamespaceRequest(namespace=client.namespace)
    try:
        told = await client.workflow_service.describe_namespace(asked, timeout=_PATIENCE)
    except RPCError as error:
        raise _told(error) from error
    return str(told.namespace_info.data.get(_KEY, ""))


async def write(client: Client, text: str) -> None:
    """Write in the place of what was there; raises RPCError or NoKeeper."""
    data = UpdateNamespaceInfo(data={_KEY: text})
    asked = UpdateNamespaceRequest(namespace=client.namespace, update_info=data)
    try:
        await client.workflow_service.update_namespace(asked, timeout=_PATIENCE)
    except RPCError as error:
        raise _told(error) from error


def _told(error: RPCError) -> Exception:
    return NoKeeper(str(error)) if error.status in _NOT_FOR_US else error
