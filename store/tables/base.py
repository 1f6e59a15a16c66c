"""What all tables share: their metadata, and how indexes and constraints are named."""

from __future__ import annotations

from sqlalchemy import MetaData
from sqlmodel import SQLModel

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: their metadata."""

    metadata = MetaData(naming_convention=_NAMES)
