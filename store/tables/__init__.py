"""All tables. Above each stands who writes it; everything else only reads it.

`events` and `ledger` are append-only: triggers of the migration refuse every change. What may change of a notice, a
delivery, a paper or a change of the rules is told in `moves`, which triggers write. `problems` is
a fold of the events and can be dropped and rebuilt. Texts called `body`, `details`, `report` and
the like are canonical JSON (store/codec.py).

Rows of different tables refer to each other by plain keys without foreign keys: they are written
by different processes, and the read model may be dropped while the log stays.
"""

from store.tables.accounts import (
    AccountRow,
    KnownDeviceRow,
    OneTimeLinkRow,
    RecoveryCodeRow,
    SecondFactorRow,
    SessionRow,
    SignInTryRow,
    TokenRow,
)
from store.tables.archive import ArchiveRow
from store.tables.base import Table
from store.tables.contacts import ContactRow
from store.tables.generations import GenerationRow, RebuildRow, RebuiltRow
from store.tables.inbox import (
    DraftRow,
    InboxFileRow,
    InboxRow,
    RefusedFormRow,
    SignerRow,
)
from store.tables.inspections import (
    DrawResultRow,
    DrawRow,
    GroupMemberRow,
    InspectionGroupRow,
    InspectorRow,
)
from store.tables.intake import BatchRow, NumberRow, RequestRow
from store.tables.keeping import CollectedRow, ErasureRow, UnreferencedRow
from store.tables.letters import LetterRow
from store.tables.links import LinkRow, LinkSessionRow, UploadDayRow, UploadPartRow
from store.tables.lives import AddendumRow, EventRow, LedgerRow, ProblemRow, ProblemTextRow
from store.tables.notices import DeliveryRow, DigestRow, NoticeRow, SentTextRow
from store.tables.proposals import (
    ExistingListRow,
    LifeRepairRow,
    ProposalRow,
    RuleChangeRow,
)
from store.tables.register_changes import RegisterChangeRow
from store.tables.registers import EnterpriseVisitRow, ListingRow, PublicityRow, RegisterRow
from store.tables.returns import (
    DeliveryReturnRow,
    LateReturnRow,
    MailboxRow,
    MailClaimRow,
    MorningMailRow,
    ReturnPathTestRow,
)
from store.tables.rules import RuleBookRow
from store.tables.security_log import SecurityLogRow
from store.tables.self_inspections import SelfInspectionRow
from store.tables.watch import (
    EpochRow,
    LifeTroubleRow,
    LookedIntoRow,
    LoopFailureRow,
    MoveRow,
    ReconciliationRow,
    ShutDoorsRow,
)

__all__ = [
    "AccountRow",
    "AddendumRow",
    "ArchiveRow",
    "BatchRow",
    "CollectedRow",
    "ContactRow",
    "DeliveryReturnRow",
    "DeliveryRow",
    "DigestRow",
    "DraftRow",
    "DrawResultRow",
    "DrawRow",
    "EnterpriseVisitRow",
    "EpochRow",
    "ErasureRow",
    "EventRow",
    "ExistingListRow",
    "GenerationRow",
    "GroupMemberRow",
    "InboxFileRow",
    "InboxRow",
    "InspectionGroupRow",
    "InspectorRow",
    "KnownDeviceRow",
    "LateReturnRow",
    "LedgerRow",
    "LetterRow",
    "LifeRepairRow",
    "LifeTroubleRow",
    "LinkRow",
    "LinkSessionRow",
    "ListingRow",
    "LookedIntoRow",
    "LoopFailureRow",
    "MailClaimRow",
    "MailboxRow",
    "MorningMailRow",
    "MoveRow",
    "NoticeRow",
    "NumberRow",
    "OneTimeLinkRow",
    "ProblemRow",
    "ProblemTextRow",
    "ProposalRow",
    "PublicityRow",
    "RebuildRow",
    "RebuiltRow",
    "ReconciliationRow",
    "RecoveryCodeRow",
    "RefusedFormRow",
    "RegisterChangeRow",
    "RegisterRow",
    "RequestRow",
    "ReturnPathTestRow",
    "RuleBookRow",
    "RuleChangeRow",
    "SecondFactorRow",
    "SecurityLogRow",
    "SelfInspectionRow",
    "SentTextRow",
    "SessionRow",
    "ShutDoorsRow",
    "SignInTryRow",
    "SignerRow",
    "Table",
    "TokenRow",
    "UnreferencedRow",
    "UploadDayRow",
    "UploadPartRow",
]
