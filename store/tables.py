"""All tables. Above each stands who writes it; everything else only reads it.

`events` and `ledger` are append-only: triggers of the migration refuse every change. `problems` is
a fold of the events and can be dropped and rebuilt. Texts called `body`, `details`, `report` and
the like are canonical JSON (store/codec.py).

Rows of different tables refer to each other by plain keys without foreign keys: they are written
by different processes, and the read model may be dropped while the log stays.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Index, MetaData, Text, UniqueConstraint, false, text
from sqlmodel import Field, SQLModel

from store.engine import Points, UtcDateTime

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Table(SQLModel):
    """What all tables share: their metadata."""

    metadata = MetaData(naming_convention=_NAMES)


# store/records.py and store/rebuild.py
class ProblemRow(Table, table=True):
    """One problem as the lists show it; `body` is the whole Problem.

    `waiting` names what the bureau owes on it, between bars: `|extension|proposal|`. Policy,
    calendar and `rules_version` are what its life is judged by, as the last record named them; the
    hashes name their books and are empty where a book is not known. Of a life last recorded by an
    older version nothing is known until it is asked (office/rules_of_a_life.py).
    """

    __tablename__ = "problems"
    __table_args__ = (
        Index(None, "district", "problem_no"),
        Index(None, "stage", "problem_no"),
        Index(None, "due_at", "problem_no"),
    )

    problem_no: str = Field(primary_key=True)
    district: str
    enterprise: str
    credit_code: str
    key_content: str | None
    route: str
    clue_source: str
    stage: str
    level: int
    listed: bool = Field(index=True)
    list_reason: str
    list_number: str
    listed_on: date | None
    points: Decimal = Field(sa_type=Points)
    transferred_on: date | None
    document_no: str
    round_no: int
    due_on: date | None
    due_at: datetime | None = Field(sa_type=UtcDateTime)
    provisional: bool
    closed_on: date | None
    suspended: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    typical: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    merged_into: str = Field(
        default="", index=True, sa_column_kwargs={"server_default": text("''")}
    )
    waiting: str = Field(default="", index=True, sa_column_kwargs={"server_default": text("''")})
    policy: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    policy_hash: str = Field(
        default="", index=True, sa_column_kwargs={"server_default": text("''")}
    )
    calendar: str = Field(default="", sa_column_kwargs={"server_default": text("''")})
    calendar_hash: str = Field(
        default="", index=True, sa_column_kwargs={"server_default": text("''")}
    )
    rules_version: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    seq: int
    body: str = Field(sa_type=Text)
    row_key: str | None = Field(unique=True)
    plan: str
    updated_at: datetime = Field(sa_type=UtcDateTime)


# store/rule_books.py
class RuleBookRow(Table, table=True):
    """A policy or a calendar by which lives are judged, once under its hash and its name.

    Two cuts of the calendar may hold the same years and bear the names of different versions.
    """

    __tablename__ = "rule_books"

    content_hash: str = Field(primary_key=True)
    name: str = Field(primary_key=True, index=True)
    kind: str
    body: str = Field(sa_type=Text)
    kept_at: datetime = Field(sa_type=UtcDateTime)


# store/records.py
class EventRow(Table, table=True):
    """One event in its place; append-only."""

    __tablename__ = "events"

    problem_no: str = Field(primary_key=True)
    seq: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: datetime = Field(sa_type=UtcDateTime)
    tag: str
    by_id: str
    by_role: str
    cause: str
    body: str = Field(sa_type=Text)


# store/records.py
class LedgerRow(Table, table=True):
    """One deduction, or one reversal of it; append-only.

    `reverses` is the event number of the deduction that a reversal takes back, else 0.
    """

    __tablename__ = "ledger"
    __table_args__ = (
        UniqueConstraint("problem_no", "rule_id", "occurrence", "kind"),
        Index(None, "year", "district"),
    )

    id: int | None = Field(default=None, primary_key=True)
    problem_no: str
    seq: int
    rule_id: str
    occurrence: int
    fact: str
    district: str
    year: int
    on_day: date
    points: Decimal = Field(sa_type=Points)
    capped: bool
    clause: str
    paper: str
    policy: str
    kind: str = "deduction"
    reverses: int = Field(default=0, sa_column_kwargs={"server_default": "0"})


# store/records.py orders, store/notice_log.py changes `state`
class NoticeRow(Table, table=True):
    """One notice to hand over; `state` is waiting, handed_over, obsolete or failed."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "state", "not_before"),)

    key: str = Field(primary_key=True)
    kind: str
    problem_no: str = Field(index=True)
    district: str
    round_no: int
    rung: str
    light: str | None
    audience: str = Field(sa_type=Text)
    not_before: datetime = Field(sa_type=UtcDateTime)
    due_on: date | None
    details: str = Field(sa_type=Text)
    ordered_at: datetime = Field(sa_type=UtcDateTime)
    state: str = "waiting"
    obsolete_why: str = ""
    digest_id: int | None = None


# store/notice_log.py
class DeliveryRow(Table, table=True):
    """One notice to one recipient: waiting, accepted, refused, ambiguous, failed or bounced.

    `told_at` is when the problem's life heard that it came back.
    """

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("notice_key", "recipient"),
        Index(None, "state", "next_attempt_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    notice_key: str = Field(index=True)
    recipient: str
    position: str
    message_id: str = Field(unique=True)
    state: str = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = ""
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    digest_id: int | None = Field(default=None, index=True)
    told_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/notice_log.py
class DigestRow(Table, table=True):
    """One mail that carries all reminders of a district and day to one recipient."""

    __tablename__ = "digests"
    __table_args__ = (
        UniqueConstraint("district", "day", "recipient"),
        Index(None, "state", "next_attempt_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    district: str
    day: date
    recipient: str
    position: str = ""
    message_id: str = Field(unique=True)
    state: str = "waiting"
    attempts: int = 0
    next_attempt_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_error: str = ""
    accepted_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/inbox.py
class InboxRow(Table, table=True):
    """One paper as committed; `state` is received, applied, refused or life_ended.

    `kind` says whether it is an answer, or a request beside it. `refusal_message` is the life's
    own sentence.
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


# store/inbox.py
class InboxFileRow(Table, table=True):
    """One file of a submission; its content lies in the evidence store under `sha256`."""

    __tablename__ = "inbox_files"

    receipt_id: str = Field(primary_key=True)
    position: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    sha256: str = Field(index=True)
    name: str
    media_type: str
    size: int


# store/drafts.py
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


# store/links.py
class LinkRow(Table, table=True):
    """One address handed out; `day` is an ISO date for the links of a district's day, else empty.

    `problem_no` is empty and `round_no` 0 where the purpose has none, never null: nulls would
    escape the unique constraint.
    """

    __tablename__ = "links"
    __table_args__ = (UniqueConstraint("purpose", "problem_no", "round_no", "recipient", "day"),)

    jti: str = Field(primary_key=True)
    purpose: str
    problem_no: str = Field(default="", index=True)
    district: str
    round_no: int = 0
    recipient: str
    day: str = ""
    issued_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_why: str = ""


# store/links.py
class LinkSessionRow(Table, table=True):
    """One browser let in by a link; `id` is the SHA-256 of its cookie."""

    __tablename__ = "link_sessions"

    id: str = Field(primary_key=True)
    jti: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


# store/contacts.py
class ContactRow(Table, table=True):
    """Who is written to in a district, or in the bureau under the district `CITY`."""

    __tablename__ = "contacts"
    __table_args__ = (Index(None, "district", "position"),)

    id: int | None = Field(default=None, primary_key=True)
    district: str
    position: str
    name: str
    email: str
    telephone: str = ""
    active: bool = True
    valid_from: date


# store/accounts.py
class AccountRow(Table, table=True):
    """One person of the bureau who signs in."""

    __tablename__ = "accounts"

    id: str = Field(primary_key=True)
    login: str = Field(unique=True)
    name: str
    role: str
    password_hash: str
    active: bool = True
    created_at: datetime = Field(sa_type=UtcDateTime)


# store/accounts.py
class TokenRow(Table, table=True):
    """One personal token for the API, known only by its SHA-256."""

    __tablename__ = "tokens"

    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    sha256: str = Field(unique=True)
    label: str
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    revoked_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/accounts.py
class SessionRow(Table, table=True):
    """One signed-in browser; `id` is the SHA-256 of its cookie."""

    __tablename__ = "sessions"

    id: str = Field(primary_key=True)
    account_id: str = Field(index=True)
    created_at: datetime = Field(sa_type=UtcDateTime)
    last_seen_at: datetime = Field(sa_type=UtcDateTime)


# store/accounts.py
class LoginFailureRow(Table, table=True):
    """One failed attempt to sign in; `key` is the login or the address it came from."""

    __tablename__ = "login_failures"
    __table_args__ = (Index(None, "key", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str
    at: datetime = Field(sa_type=UtcDateTime)


# store/requests.py
class RequestRow(Table, table=True):
    """One request under an Idempotency-Key; `state` is open, done or refused."""

    __tablename__ = "requests"

    key: str = Field(primary_key=True)
    account_id: str
    route: str
    body_sha256: str
    problem_no: str
    command: str = Field(sa_type=Text)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    state: str = "open"
    response: str = Field(default="", sa_type=Text)


# store/batches.py
class BatchRow(Table, table=True):
    """One imported problem list; `state` is open or done, `report` what became of each row."""

    __tablename__ = "batches"

    id: str = Field(primary_key=True)
    created_at: datetime = Field(sa_type=UtcDateTime, index=True)
    by_id: str
    file_name: str
    file_sha256: str = ""
    state: str = "open"
    total: int
    done: int = 0
    report: str = Field(default="[]", sa_type=Text)


# store/numbers.py
class NumberRow(Table, table=True):
    """The last problem number given out in a year."""

    __tablename__ = "numbers"

    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


# store/archive_index.py
class ArchiveRow(Table, table=True):
    """One run whose history was exported, and where to."""

    __tablename__ = "archive"

    run_id: str = Field(primary_key=True)
    workflow_id: str = Field(index=True)
    problem_no: str = Field(index=True)
    sha256: str
    events: int
    close_type: str
    path: str
    archived_at: datetime = Field(sa_type=UtcDateTime)
    continued_from: str = ""


# store/inspection_groups.py
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


# store/inspection_groups.py
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


# store/inspection_groups.py
class GroupMemberRow(Table, table=True):
    """One stay of a person in a group; the present members are those who have not left."""

    __tablename__ = "group_members"
    __table_args__ = (Index(None, "group_id", "left_at"),)

    id: int | None = Field(default=None, primary_key=True)
    group_id: str
    inspector_id: str
    joined_at: datetime = Field(sa_type=UtcDateTime)
    left_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


# store/draws.py
class DrawRow(Table, table=True):
    """One draw as announced, before its seed could be known; append-only."""

    __tablename__ = "draws"

    id: str = Field(primary_key=True)
    announced_at: datetime = Field(sa_type=UtcDateTime, index=True)
    announced_by: str
    sha256: str
    body: str = Field(sa_type=Text)


# store/draws.py
class DrawResultRow(Table, table=True):
    """What the seed made of a draw; append-only."""

    __tablename__ = "draw_results"

    draw_id: str = Field(primary_key=True)
    drawn_at: datetime = Field(sa_type=UtcDateTime)
    drawn_by: str
    seed: str
    body: str = Field(sa_type=Text)


# store/self_inspections.py
class SelfInspectionRow(Table, table=True):
    """One version of an entry of a district's own list; append-only, the last version counts.

    `link_jti` is the link it came by, `removed` says that the entry was taken off the list.
    """

    __tablename__ = "self_inspections"
    __table_args__ = (Index(None, "district", "entry_id"), Index(None, "district", "at"))

    entry_id: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    district: str
    at: datetime = Field(sa_type=UtcDateTime)
    link_jti: str
    removed: bool
    enterprise: str
    address: str
    key_object: str
    finding: str = Field(sa_type=Text)
    state: str
    measure: str = Field(sa_type=Text)
    corrected_on: date | None
    slot: str


# store/rule_changes.py
class RuleChangeRow(Table, table=True):
    """One calendar year or policy version, as proposed, and what became of it.

    `state` is proposed, declined, approved (in force for what begins) or applied (to what is open
    as well); `report` says what applying it did to each open problem.
    """

    __tablename__ = "rule_changes"

    id: str = Field(primary_key=True)
    kind: str
    name: str
    content: str = Field(sa_type=Text)
    content_hash: str
    reason: str = Field(sa_type=Text)
    proposed_at: datetime = Field(sa_type=UtcDateTime, index=True)
    proposed_by: str
    proposed_role: str
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    decided_by: str = ""
    to_open: bool = False
    state: str = "proposed"
    report: str = Field(default="[]", sa_type=Text)
