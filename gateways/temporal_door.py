"""Where Temporal is, and how one proves there who one is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gateways.payload_codec import PayloadKeys


class DoorUnusable(Exception):
    """A certificate or key that was named cannot be read; the message says which."""

    code = "temporal_files_unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporalDoor:
    """One frontend: its `host:port` and namespace, and what secures the way to it.

    With `tls` the server must show a certificate, of an authority the system knows or of `ca_file`, for the host
    of its address or `server_name`. `cert_file` and `key_file` are our own (mTLS); an API key goes over
    TLS only. By `payload_keys` what lives write there is sealed.
    """

    address: str
    namespace: str
    tls: bool = False
    ca_file: Path | None = None
    cert_file: Path | None = None
    key_file: Path | None = None
    server_name: str = ""
    api_key: str = ""
    payload_keys: PayloadKeys = ()
