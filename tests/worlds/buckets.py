"""A real S3 server on this machine, with one bucket of its own for each test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path

import httpx2

from embedded.temporal_server import free_port
from gateways.evidence import Bucket

KEY, SECRET = "example", "example-secret"
_ALL = "evidence"
_READY_WITHIN = 30.0


@contextmanager
def bucket_server(folder: Path) -> Iterator[str]:
    """Give the endpoint of a server that keeps its objects below a folder."""
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    endpoint = f"http://127.0.0.1:{ports['s3']}"
    command = [str(Path(sys.executable).parent / "weed"), "mini", f"-dir={folder}"]
    command += ["-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-webdav=false", "-admin.ui=false"]
    command += [f"-bucket={_ALL}", f"-admin.port={free_port()}", f"-admin.port.grpc={free_port()}"]
    for name, port in ports.items():
        command += [f"-{name}.port={port}", f"-{name}.port.grpc={free_port()}"]
    environment = os.environ | {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    with (folder / "weed.log").open("wb") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log, env=environment)
    try:
        _wait_for(endpoint, server)
        yield endpoint
    finally:
        server.kill()
        server.wait(timeout=20)


def _wait_for(endpoint: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _READY_WITHIN
    while time.monotonic() < until and server.poll() is None:
        try:
            if httpx2.get(f"{endpoint}/{_ALL}", timeout=1).status_code == HTTPStatus.FORBIDDEN:
                return  # the bucket is there and knows no strangers
        except httpx2.HTTPError:
            pass
        time.sleep(0.1)
    raise AssertionError("the S3 server did not come up")


def bucket_at(endpoint: str) -> Bucket:
    """Give a place of its own in the server's bucket."""
    return Bucket(
        name=_ALL,
        prefix=uuid.uuid4().hex,
        endpoint=endpoint,
        access_key=KEY,
        secret_key=SECRET,
    )
