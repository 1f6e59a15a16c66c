"""Every setting, typed, with what it means; `.env.example` lists them all."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

LEAST_LOG_DAYS = 184
"""《网络安全法》 asks for logs of six months at least; the longest six months have so many days."""

PLACEHOLDER = "development-only-secret-not-for-production-0000"


class Fields(BaseSettings):
    """What stands in the environment as `BIHUAN_<NAME>`, or in a file `.env`; an empty value is none."""

    # An empty value is as good as none: a path would else be this very folder, a number no number.
    model_config = SettingsConfigDict(
        env_prefix="BIHUAN_",
        env_file=".env",
        extra="ignore",
        env_ignore_empty=True,
        # An error is logged as it is: what was set beside the wrong value may be a password.
        hide_input_in_errors=True,
    )

    environment: Literal["development", "production"] = Field(
        "development", description="development 或 production；生产环境拒绝占位密钥和时钟偏移"
    )
    data_dir: Path = Field(Path("var"), description="数据文件夹：数据库、佐证材料、归档、邮件")
    database_url: str = Field("", description="数据库地址，留空为数据文件夹中的 SQLite")
    migration_database_url: SecretStr = Field(
        SecretStr(""),
        description="升级数据库结构所用的地址（PostgreSQL 上拥有各表的账号），留空为与 BIHUAN_DATABASE_URL 相同",
    )
    evidence_dir: Path | None = Field(
        None, description="佐证材料文件夹，留空为 <data_dir>/evidence"
    )
    evidence_bucket: str = Field(
        "",
        description="存放佐证材料的 S3 存储桶，写成 桶名 或 桶名/前缀；留空为存放在佐证材料文件夹",
    )
    s3_endpoint: str = Field(
        "", description="S3 兼容存储的地址，如 https://oss.example.cn；留空为亚马逊 S3"
    )
    s3_region: str = Field("us-east-1", description="存储桶所在区域")
    s3_access_key: str = Field("", description="存储桶的访问密钥编号")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="存储桶的访问密钥")
    archive_dir: Path | None = Field(None, description="历史归档文件夹，留空为 <data_dir>/archive")
    returned_mail_dir: Path | None = Field(
        None, description="退信所在的 Maildir，留空为 <data_dir>/returned-mail"
    )
    imap_host: str = Field("", description="收取退信的 IMAP 服务器，留空为只读 Maildir")
    imap_port: int = Field(993, description="IMAP 服务器端口，始终使用 TLS")
    imap_security: Literal["tls", "starttls"] = Field(
        "tls", description="tls，或先明文连接再转为 TLS 的 starttls（端口通常为 143）"
    )
    imap_username: str = Field("", description="收取退信的邮箱账号")
    imap_password: SecretStr = Field(
        SecretStr(""), description="收取退信的邮箱密码；网易、腾讯邮箱须填写客户端授权码"
    )
    imap_folder: str = Field("INBOX", description="退信所在的邮箱文件夹")
    imap_ca_file: Path | None = Field(
        None, description="签发 IMAP 服务器证书的 CA 证书文件，留空为系统信任的 CA"
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
    temporal_metrics_port: int = Field(
        0, description="办理进程给出 Temporal 客户端指标的端口，只应在内部网络可达；0 为不提供"
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
    smtp_answer_seconds: int = Field(
        120,
        ge=10,
        le=600,
        description="邮件内容发出后等待邮件服务器答复的最长秒数；超过的记为结果不明，先发其他邮件",
    )
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
    issuer: str = Field("重庆市生态环境局（示例）", description="公文的发文机关，印在版头和落款")
    fonts_dir: Path | None = Field(
        None,
        description="公文字体文件夹（仿宋、小标宋、宋体），留空为随附的思源字体",
    )
    morning_mail_to: str = Field(
        "",
        description="每天早上收到核对结果的邮箱，逗号分隔：有不一致时每天一封，全部一致时每周一封；留空为不发",
    )
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
    retention_security_log_days: int = Field(
        0,
        ge=0,
        description=f"安全日志保存的天数，不得少于{LEAST_LOG_DAYS}（网络日志留存不少于六个月）；0 为不清除",
    )
    retention_contacts_days: int = Field(
        1095,
        ge=0,
        description="联系人停用后姓名、邮箱和电话，账号停用后邮箱和电话保存的天数（示例三年），0 为不清除",
    )
    retention_letters_days: int = Field(
        1095, ge=0, description="来信办结后，正文、发件人和附件保存的天数（示例三年），0 为不清除"
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
