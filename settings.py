"""Every setting, typed, with what it means; read by entry points only.

Each comes from the environment as `BIHUAN_<NAME>` or from a file `.env`; `.env.example` lists them
all. Production refuses placeholder secrets, a shifted clock and an address without TLS.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from domain.proof import MailProof, ProofKind
from gateways.payload_codec import KEY_BYTES, PayloadKeys
from gateways.temporal_door import TemporalDoor

PLACEHOLDER = "development-only-secret-not-for-production-0000"

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


class Settings(BaseSettings):
    """One validated reading of the environment; raises ValidationError naming the setting."""

    model_config = SettingsConfigDict(env_prefix="BIHUAN_", env_file=".env", extra="ignore")

    environment: Literal["development", "production"] = Field(
        "development", description="development 或 production；生产环境拒绝占位密钥和时钟偏移"
    )
    data_dir: Path = Field(Path("var"), description="数据文件夹：数据库、佐证材料、归档、邮件")
    database_url: str = Field("", description="数据库地址，留空为数据文件夹中的 SQLite")
    evidence_dir: Path | None = Field(
        None, description="佐证材料文件夹，留空为 <data_dir>/evidence"
    )
    archive_dir: Path | None = Field(None, description="历史归档文件夹，留空为 <data_dir>/archive")
    returned_mail_dir: Path | None = Field(
        None, description="退信所在的 Maildir，留空为 <data_dir>/returned-mail"
    )
    temporal_address: str = Field("127.0.0.1:7233", description="Temporal 前端地址 host:port")
    temporal_namespace: str = Field("bihuan", description="Temporal 命名空间")
    temporal_tls: bool = Field(False, description="以 TLS 连接 Temporal")
    temporal_ca_file: Path | None = Field(
        None, description="签发 Temporal 服务器证书的 CA 证书文件，留空为系统信任的 CA"
    )
    temporal_cert_file: Path | None = Field(None, description="本方证书文件（双向 TLS）")
    temporal_key_file: Path | None = Field(None, description="本方证书的私钥文件")
    temporal_server_name: str = Field(
        "", description="Temporal 服务器证书上的名称，留空为连接地址中的主机名"
    )
    temporal_api_key: SecretStr = Field(
        SecretStr(""), description="Temporal 的 API 密钥，留空为不用"
    )
    payload_keys: SecretStr = Field(
        SecretStr(""),
        description="流程历史的加密密钥 编号:Base64（32 字节，openssl rand -base64 32），逗号分隔，"
        "最新的放在最后；留空为不加密。用过的密钥须与归档保存同样久",
    )
    temporal_database_urls: SecretStr = Field(
        SecretStr(""),
        description="Temporal 数据库地址，逗号分隔，供备份使用；留空为数据文件夹中的本机数据库",
    )
    temporal_ui_port: int = Field(8233, description="本机运行时 Temporal 网页的端口")
    web_host: str = Field("127.0.0.1", description="网页服务监听地址")
    web_port: int = Field(8000, description="网页服务监听端口")
    worker_port: int = Field(
        0, description="办理进程健康检查和指标的端口，只应在内部网络可达；0 为不提供"
    )
    base_url: str = Field(
        "", description="对外网址，链接由此生成；留空为 http://127.0.0.1:<web_port>"
    )
    trusted_proxies: str = Field(
        "",
        description="可信的反向代理，地址或网段，逗号分隔；只采信它们转来的 X-Forwarded-For，"
        "留空为一概不采信",
    )
    link_keys: SecretStr = Field(
        SecretStr(f"dev:{PLACEHOLDER}"),
        description="链接签名密钥 kid:secret，逗号分隔，最新的放在最后",
    )
    smtp_host: str = Field("127.0.0.1", description="邮件服务器")
    smtp_port: int = Field(8025, description="邮件服务器端口")
    smtp_security: Literal["none", "starttls", "tls"] = Field(
        "none", description="邮件连接加密方式"
    )
    smtp_username: str = Field("", description="邮件账号，留空为不登录")
    smtp_password: SecretStr = Field(SecretStr(""), description="邮件密码")
    mail_proves: Literal["", "relay_accepted", "recipient_server"] = Field(
        "",
        description="邮件服务器接收通知证明什么：relay_accepted（本单位服务器接收，不作为送达证明）"
        "或 recipient_server（直接投递到收件方服务器）；留空时生产环境为前者，开发环境为后者",
    )
    mail_served: str = Field(
        "",
        description="邮件服务器自己保管邮箱的收件域名，逗号分隔；对这些收件人，服务器接收即为收件方服务器接收",
    )
    sender_address: str = Field("bihuan@example.com", description="发件地址")
    sender_name: str = Field("蓝天保卫执法问题闭环管理（示例）", description="发件人名称")
    digests: bool = Field(True, description="同一区县同日多件提醒合并为一封")
    digest_settle_seconds: int = Field(300, description="合并前等待同批提醒到齐的秒数")
    policy_id: str = Field("chongqing-2024", description="新移交问题适用的政策编号")
    retention_signers_days: int = Field(
        1095,
        ge=0,
        description="问题办结后，填报人姓名和电话自收到之日起保存的天数（示例三年），0 为不清除",
    )
    retention_drafts_days: int = Field(
        90, ge=0, description="链接失效后未提交的草稿保存的天数（示例），0 为不清除"
    )
    retention_uploads_days: int = Field(
        30, ge=0, description="无人引用的上传文件保存的天数（示例），0 为不清理"
    )
    retention_requests_days: int = Field(
        365,
        ge=0,
        description="已有结果的 Idempotency-Key 保存的天数（示例），其后同一编号视为新的请求；0 为不清理",
    )
    log_format: Literal["", "text", "json"] = Field(
        "", description="日志格式：text 供人阅读，json 每行一个对象；留空时生产环境为 json"
    )
    sweep_minutes: int = Field(10, description="导出已结束流程的间隔分钟数")
    reconcile_minutes: int = Field(
        10, ge=1, description="数据库、办理流程与归档相互核对的间隔分钟数"
    )
    clock_shift_seconds: float = Field(0, description="业务时钟偏移秒数，仅供演练；生产环境须为 0")

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
            if not self.base_url.startswith("https://"):
                raise ValueError("生产环境须设置 BIHUAN_BASE_URL 为 https:// 开头的对外网址")
        return self

    @cached_property
    def proxies(self) -> tuple[str, ...]:
        """The proxies that are believed."""
        return _listed(self.trusted_proxies)

    @cached_property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'bihuan.db').absolute()}"

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
