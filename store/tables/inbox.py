"""What districts hand in, what they have half filled in, and what was given back to people."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text, text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/district/inbox.py
class InboxRow(Table, table=True):
    """One paper as committed; `state` is received, applied, refused or life_ended.

    `kind` says whether it is an answer, or a request beside it. `refusal_message` is the life's
    own sentence. Who filled it in stands in `signers` and here only in rows of before that was.
    """

    __tablename__ = "inbox"
    __table_args__ = (Index(None, "state", "received_at"),)

    receipt_id: str = Field(primary_key=True)
    problem_no: str = Field(index=True)
    district: str
    round_no: int
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    content_sha256: str
    body: str = Field(sa_type=Text)
    filled_by: str
    telephone: str
    link_jti: str
    state: str = "received"
    refusal_code: str = ""
    kind: str = Field(default="answer", sa_column_kwargs={"server_default": text("'answer'")})
    refusal_message: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    delivered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/district/signers.py
class SignerRow(Table, table=True):
    """Who filled in a paper; erased by policy, and then only that it was."""

    __tablename__ = "signers"

    receipt_id: str = Field(primary_key=True)
    salt: str
    filled_by: str
    telephone: str
    erased_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/district/inbox.py
class InboxFileRow(Table, table=True):
    """One file of a submission; its content lies in the evidence store under `sha256`."""

    __tablename__ = "inbox_files"

    receipt_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sha256: str = Field(index=True)
    name: str
    media_type: str
    size: int


# store/district/drafts.py
class DraftRow(Table, table=True):
    """A half-filled form, kept per link and form; `district` is the link's."""

    __tablename__ = "drafts"

    link_jti: str = Field(primary_key=True)
    form: str = Field(
        default="answer", primary_key=True, sa_column_kwargs={"server_default": text("'answer'")}
    )
    problem_no: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    district: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    body: str = Field(sa_type=Text)
    files: str = Field(default="[]", sa_type=Text)
    saved_at: datetime = Field(sa_type=UtcDateTime)


# store/district/refused_forms.py
class RefusedFormRow(Table, table=True):
    """A form that was refused, for its owner (a link, an account) to correct; soon forgotten."""

    __tablename__ = "refused_forms"

    id: str = Field(primary_key=True)
    owner: str = Field(index=True)
    place: str
    body: str = Field(sa_type=Text)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
