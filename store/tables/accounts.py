"""Who signs in at the bureau, by password or by token."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, false, text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/people/accounts.py
class AccountRow(Table, table=True):
    """One person of the bureau who signs in."""

    __tablename__ = "accounts"

    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    name: str
    role: str
    password_hash: str
    active: bool = True
    email: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    telephone: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    must_choose: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_at: datetime = Field(sa_type=UtcDateTime)
    disabled_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/people/chosen_passwords.py
class OneTimeLinkRow(Table, table=True):
    """A link by which a person chooses a password, once; `id` is the SHA-256 of its token.

    `made_by` is an account's id, or `cli:` and the user of the command line.
    """

    __tablename__ = "one_time_links"

    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    made_by: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)


# store/people/known_devices.py
class KnownDeviceRow(Table, table=True):
    """A browser an account signed in with; `id` is the SHA-256 of its cookie.

    `showed_factor`: with the second factor too.
    """

    __tablename__ = "known_devices"

    id: str = Field(primary_key=True)
    account_id: str = Field(primary_key=True)
    last_seen_at: datetime = Field(sa_type=UtcDateTime, index=True)
    showed_factor: bool = Field(default=False, sa_column_kwargs={"server_default": false()})


# store/people/tokens.py
class TokenRow(Table, table=True):
    """One personal token for the API, known only by its SHA-256."""

    __tablename__ = "tokens"

    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    sha256: str = Field(unique=True)
    label: str
    scope: str = Field(default="full", sa_column_kwargs={"server_default": text("'full'")})
    created_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/people/sessions.py
class SessionRow(Table, table=True):
    """One signed-in browser; `id` is the SHA-256 of its cookie, `address` where it signed in.

    `verified`: the second factor was shown; `confirmed_at`: when the password was last typed after that.
    """

    __tablename__ = "sessions"

    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    address: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    verified: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/people/second_factors.py
class SecondFactorRow(Table, table=True):
    """The secret of a person's authenticator app, base32 and sealed, and the last step whose code was taken."""

    __tablename__ = "second_factors"

    account_id: str = Field(primary_key=True)
    secret: str
    in_use: bool = False
    last_step: int = 0


# store/people/second_factors.py
class RecoveryCodeRow(Table, table=True):
    """A recovery code not used yet; `id` is the SHA-256 of its account and itself."""

    __tablename__ = "recovery_codes"

    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)


# store/people/sign_in_tries.py
class SignInTryRow(Table, table=True):
    """One try to sign in that did not succeed, or not yet; `key` is what it counts against."""

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str
    at: datetime = Field(sa_type=UtcDateTime)
