"""`bihuan probe`: what a container asks whether its process is well."""

from __future__ import annotations

import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


class _Answering(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        """Answer with the status that the path names."""
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def probed(address: str) -> int:
    command = [sys.executable, "-m", "cli", "probe", address]
    return subprocess.run(command, cwd=ROOT, capture_output=True, check=False).returncode


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1)])
def test_only_a_yes_is_well(status: int, code: int) -> None:
    with HTTPServer(("127.0.0.1", 0), _Answering) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert probed(f"http://127.0.0.1:{server.server_port}/{status}") == code
        server.shutdown()


def test_nobody_there_is_not_well() -> None:
    assert probed("http://127.0.0.1:9/health/ready") == 1
