"""Who goes out to look, and the draws that say where to."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index, Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/registers/inspection_groups.py
class InspectorRow(Table, table=True):
    """One person who may join an inspection group; `home_district` is empty for nobody's."""

    __tablename__ = "inspectors"

    id: str = Field(primary_key=True)
    name: str
    kind: str
    home_district: str
    added_at: datetime = Field(sa_type=UtcDateTime)
    added_by: str
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/registers/inspection_groups.py
class InspectionGroupRow(Table, table=True):
    """One inspection group; `name_key` is its name as lists are searched by, unique while it lasts.

    A dissolved group keeps its row and gives its name free: its key becomes its id.
    """

    __tablename__ = "inspection_groups"

    id: str = Field(primary_key=True)
    name: str
    name_key: str = Field(unique=True)
    formed_at: datetime = Field(sa_type=UtcDateTime)
    formed_by: str
    dissolved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/registers/inspection_groups.py
class GroupMemberRow(Table, table=True):
    """One stay of a person in a group; the present members are those who have not left."""

    __tablename__ = "group_members"
    __table_args__ = (Index(None, "group_id", "left_at"),)

    id: int | None = Field(default=None, primary_key=True)
    group_id: str
    inspector_id: str
    joined_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/registers/draws.py
class DrawRow(Table, table=True):
    """One draw as announced, before its seed could be known; append-only."""

    __tablename__ = "draws"

    id: str = Field(primary_key=True)
    announced_at: datetime = Field(sa_type=UtcDateTime, index=True)
    announced_by: str
    sha256: str
    body: str = Field(sa_type=Text)


# store/registers/draws.py
class DrawResultRow(Table, table=True):
    """What the seed made of a draw; append-only."""

    __tablename__ = "draw_results"

    draw_id: str = Field(primary_key=True)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    drawn_by: str
    seed: str
    body: str = Field(sa_type=Text)
