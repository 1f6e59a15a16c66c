"""The settings, checked, and what follows from them; read by entry points only.

Production refuses placeholder secrets, a shifted clock and an address without TLS.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import SecretStr, field_validator, model_validator

from domain.proof import MailProof, ProofKind
from gateways.evidence import Bucket
from gateways.mail import check_address
from gateways.payload_codec import KEY_BYTES, PayloadKeys
from gateways.temporal_door import TemporalDoor
from settings.fields import LEAST_LOG_DAYS, PLACEHOLDER, Fields

_FEWEST_SIGNS = 10
"""A drawn secret has more different characters than that, a repeated one fewer."""


def _listed(value: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in value.split(",") if one.strip())


def _payload_keys(value: SecretStr) -> PayloadKeys:
    keys: dict[str, bytes] = {}
    for one in _listed(value.get_secret_value()):
        key_id, _, text = one.partition(":")
        try:
            key = base64.b64decode(text, validate=True)
        except (ValueError, binascii.Error):
            key = b""
        if not key_id or len(key) != KEY_BYTES:
            raise ValueError(
                f"每一项须写成 编号:密钥，密钥为 {KEY_BYTES} 字节的 Base64（openssl rand -base64 32）"
            )
        if key_id in keys:
            raise ValueError(f"密钥编号“{key_id}”重复")
        keys[key_id] = key
    return tuple(keys.items())


class Settings(Fields):
    """One validated reading of the environment; raises ValidationError naming the setting."""

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for one in _listed(value):
            try:
                network = ipaddress.ip_network(one)
            except ValueError:
                raise ValueError(
                    f"“{one}”不是地址或网段，请写成如 10.0.0.5 或 10.0.0.0/24"
                ) from None
            if network.prefixlen == 0:
                raise ValueError("不得信任所有地址，请写明反向代理的地址或网段")
        return value

    @model_validator(mode="after")
    def _secrets_go_over_tls(self) -> Self:
        if self.temporal_api_key.get_secret_value() and not self.temporal_tls:
            raise ValueError("使用 BIHUAN_TEMPORAL_API_KEY 时须设置 BIHUAN_TEMPORAL_TLS=true")
        if (self.temporal_cert_file is None) != (self.temporal_key_file is None):
            raise ValueError("BIHUAN_TEMPORAL_CERT_FILE 与 BIHUAN_TEMPORAL_KEY_FILE 须同时设置")
        return self

    @field_validator("retention_security_log_days")
    @classmethod
    def _keeps_the_log_as_the_law_asks(cls, value: int) -> int:
        if value and value < LEAST_LOG_DAYS:
            raise ValueError(f"不得少于{LEAST_LOG_DAYS}天；0 为不清除")
        return value

    @field_validator("payload_keys")
    @classmethod
    def _are_keys(cls, value: SecretStr) -> SecretStr:
        _payload_keys(value)
        return value

    @model_validator(mode="after")
    def _production_is_serious(self) -> Self:
        if self.environment == "production":
            if PLACEHOLDER in self.link_keys.get_secret_value():
                raise ValueError("生产环境须设置 BIHUAN_LINK_KEYS，不得使用占位密钥")
            if any(len(set(secret)) < _FEWEST_SIGNS for _, secret in self.signing_keys):
                raise ValueError("BIHUAN_LINK_KEYS 的密钥须随机生成，不得由少数几个字符重复而成")
            if self.clock_shift_seconds:
                raise ValueError("生产环境不得设置 BIHUAN_CLOCK_SHIFT_SECONDS")
            if self.s3_endpoint and not self.s3_endpoint.startswith("https://"):
                raise ValueError("生产环境须设置 BIHUAN_S3_ENDPOINT 为 https:// 开头的地址")
            if not self.base_url.startswith("https://"):
                raise ValueError("生产环境须设置 BIHUAN_BASE_URL 为 https:// 开头的对外网址")
        return self

    @cached_property
    def proxies(self) -> tuple[str, ...]:
        """The proxies that are believed."""
        return _listed(self.trusted_proxies)

    @field_validator("morning_mail_to")
    @classmethod
    def _are_addresses(cls, value: str) -> str:
        for one in _listed(value):
            check_address(one)
        return value

    @cached_property
    def morning_recipients(self) -> tuple[str, ...]:
        """Who is told every morning how things stand."""
        return _listed(self.morning_mail_to)

    @cached_property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'bihuan.db').absolute()}"

    @cached_property
    def migration_database(self) -> str:
        """The database's URL for whoever owns its tables."""
        return self.migration_database_url.get_secret_value() or self.database

    @cached_property
    def temporal(self) -> TemporalDoor:
        """Where Temporal is, and how it is reached."""
        return TemporalDoor(
            address=self.temporal_address,
            namespace=self.temporal_namespace,
            tls=self.temporal_tls,
            ca_file=self.temporal_ca_file,
            cert_file=self.temporal_cert_file,
            key_file=self.temporal_key_file,
            server_name=self.temporal_server_name,
            api_key=self.temporal_api_key.get_secret_value(),
            payload_keys=_payload_keys(self.payload_keys),
        )

    @cached_property
    def temporal_databases(self) -> tuple[str, ...]:
        """The URLs of Temporal's databases; in development the embedded server's where none are set."""
        told = self.temporal_database_urls.get_secret_value().split(",")
        given = tuple(one.strip() for one in told if one.strip())
        if given or self.environment == "production":
            return given
        return (f"sqlite:///{(self.data_dir / 'temporal' / 'temporal.db').absolute()}",)

    @cached_property
    def log_shape(self) -> Literal["text", "json"]:
        """How the log is written."""
        return self.log_format or ("json" if self.environment == "production" else "text")

    @cached_property
    def evidence(self) -> Path:
        """Where evidence is kept."""
        return self.evidence_dir or self.data_dir / "evidence"

    @cached_property
    def bucket(self) -> Bucket | None:
        """The bucket evidence is kept in, None where a folder keeps it."""
        name, _, prefix = self.evidence_bucket.partition("/")
        if not name:
            return None
        return Bucket(
            name=name,
            prefix=prefix,
            endpoint=self.s3_endpoint,
            region=self.s3_region,
            access_key=self.s3_access_key,
            secret_key=self.s3_secret_key.get_secret_value(),
        )

    @cached_property
    def open_lives(self) -> Path:
        """Where what lives under way have done so far is kept."""
        return self.data_dir / "open-lives"

    @cached_property
    def archive(self) -> Path:
        """Where closed histories are kept."""
        return self.archive_dir or self.data_dir / "archive"

    @cached_property
    def proof_by_mail(self) -> MailProof:
        """What it proves that our mail server accepted a notice."""
        served = frozenset(
            one.strip().lower() for one in self.mail_served.split(",") if one.strip()
        )
        if self.mail_proves:
            return MailProof(ProofKind(self.mail_proves), served)
        production = self.environment == "production"
        kind = ProofKind.RELAY_ACCEPTED if production else ProofKind.RECIPIENT_SERVER
        return MailProof(kind, served)

    @cached_property
    def returned_mail(self) -> Path:
        """Where the bureau's mail server delivers what comes back."""
        return self.returned_mail_dir or self.data_dir / "returned-mail"

    @cached_property
    def public_url(self) -> str:
        """The address under which people reach the pages."""
        return self.base_url or f"http://127.0.0.1:{self.web_port}"

    @cached_property
    def signing_keys(self) -> list[tuple[str, str]]:
        """Link keys as (key id, secret), newest last; ValueError for one without an id."""
        pairs = [
            item.strip().partition(":") for item in self.link_keys.get_secret_value().split(",")
        ]
        if any(not kid or not secret for kid, _, secret in pairs):
            raise ValueError("BIHUAN_LINK_KEYS 的每一项须写成 编号:密钥")
        return [(kid, secret) for kid, _, secret in pairs]
