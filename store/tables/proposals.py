"""What one person proposes and a second decides: lists of running problems, and by what lives are judged."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Text
from sqlmodel import Field

from store.engine import UtcDateTime
from store.tables.base import Table


# store/proposals.py
class ProposalRow(Table):
    """A proposal and what the second person decided; `state` is a ProposalState.

    `unknown` is the code that refuses an id under which nothing was proposed, `binding` the column
    with the hash of what was proposed.
    """

    unknown: ClassVar[str]
    binding: ClassVar[str]

    id: str = Field(primary_key=True)
    report: str = Field(sa_type=Text)
    proposed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    proposed_by: str
    proposed_role: str
    state: str = "proposed"
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""

    @property
    def bound_to(self) -> str:
        """The hash that a decision must name."""
        return str(getattr(self, self.binding))


# office/registering/existing_lists.py
class ExistingListRow(ProposalRow, table=True):
    """A list of running problems; the batch of an approved one bears its id.

    `report` is the preview as it was shown to the proposer, `reason` why it was declined.
    """

    __tablename__ = "existing_lists"
    unknown = "existing_list_not_found"
    binding = "file_sha256"

    file_name: str
    file_sha256: str
    hidden: str
    total: int
    reason: str = Field(default="", sa_type=Text)


# store/registers/rule_changes.py
class RuleChangeRow(ProposalRow, table=True):
    """One calendar year or policy version; `reason` says why it is needed.

    Approved it is in force for what begins, applied for what is open as well; `report` says what
    applying it did to each open problem.
    """

    __tablename__ = "rule_changes"
    unknown = "rule_change_not_found"
    binding = "content_hash"

    kind: str
    name: str
    content: str = Field(sa_type=Text)
    content_hash: str
    reason: str = Field(sa_type=Text)
    to_open: bool = False
    report: str = Field(default="[]", sa_type=Text)


# store/lives/repairs.py
class LifeRepairRow(ProposalRow, table=True):
    """Lost lives that are to be begun again; `lives` names each with what it will take up.

    `content_hash` is that of `lives` and `reason`; `report` says what became of each life.
    """

    __tablename__ = "life_repairs"
    unknown = "life_repair_not_found"
    binding = "content_hash"

    lives: str = Field(sa_type=Text)
    content_hash: str
    reason: str = Field(sa_type=Text)
