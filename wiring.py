"""What the entry points are made of: clock, rules, desk, services and courier, from the settings."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

from temporalio.client import Client

from activities.collector import Collector
from activities.courier import Courier
from activities.morning_mail import MorningMail
from activities.return_boxes import ImapReturnBox, MaildirBox, ReturnBox
from domain.rules import Rules
from gateways.calendar_files import load_calendar
from gateways.evidence import EvidenceStore
from gateways.evidence_bucket import EvidenceBucket
from gateways.evidence_folder import EvidenceFolder
from gateways.imap_box import ImapSettings
from gateways.letter_press import LetterPress
from gateways.link_signer import LinkSigner
from gateways.mail import SmtpSender, SmtpSettings
from gateways.mail_folder import MailFolder
from gateways.policy_files import load_policy
from gateways.problem_desk import TemporalDesk
from gateways.problem_list.reading import read_list
from gateways.problem_list.redate import redated
from gateways.problem_list.writing import list_workbook
from gateways.renderer import Renderer
from gateways.seals import SecretSeals
from office.ports import RulesInForce, Services
from settings import Settings
from store.engine import Clock, Database, system_clock
from store.keeping.retention import Keeping
from store.mail import mailboxes
from store.watch import clocks, doors

LEAST_FREE_BYTES = 200_000_000
"""Below this the doors are not ready: ten evidence files of the largest size."""
MAILBOX_MAY_FAIL = timedelta(minutes=15)
NO_FILE = "0" * 64
"""The address of nothing, to ask for."""
SAMPLES = Path(__file__).parent / "samples" / "problem-list.xlsx"


def shifted_clock(settings: Settings) -> Clock:
    """Give the domain's clock: this machine's, moved by the recorded shift (zero in production)."""
    shift = timedelta(seconds=settings.clock_shift_seconds)
    return (lambda: datetime.now(UTC) + shift) if shift else system_clock


def rules_of_the_day(settings: Settings) -> Rules:
    """Load the policy and the calendars that new lives begin with."""
    return Rules(load_policy(settings.policy_id), load_calendar())


def desk_for(
    client: Client,
    settings: Settings,
    rules: Rules,
    db: Database | None = None,
    compared: asyncio.Event | None = None,
) -> TemporalDesk:
    """Give the desk with the settings' clock; with a store it stops while the doors are shut.

    With `compared` it stops also until store and Temporal were held against each other.
    """
    shift = timedelta(seconds=settings.clock_shift_seconds)
    if db is None or not heeds_doors(settings):
        return TemporalDesk(client=client, rules=rules, clock_shift=shift)
    return TemporalDesk(client=client, rules=rules, clock_shift=shift, may_act=_open(db, compared))


def heeds_doors(settings: Settings) -> bool:
    """Say whether a noticed restore shuts starts and acts; development is warned, and goes on."""
    return settings.environment != "development"


def _open(db: Database, compared: asyncio.Event | None = None) -> Callable[[], Awaitable[bool]]:
    async def may_act() -> bool:
        if compared is not None and not compared.is_set():
            return False
        async with db.reading() as session:
            return await doors.shut(session) is None

    return may_act


def smtp_settings(settings: Settings) -> SmtpSettings:
    """Give the relay's settings."""
    return SmtpSettings(
        host=settings.smtp_host,
        port=settings.smtp_port,
        from_address=settings.sender_address,
        from_name=settings.sender_name,
        security=settings.smtp_security,
        username=settings.smtp_username,
        password=settings.smtp_password.get_secret_value(),
        answer_seconds=settings.smtp_answer_seconds,
    )


def courier_for(db: Database, settings: Settings) -> Courier:
    """Give the courier that hands notices over; it stops while the doors are shut."""
    courier = Courier(
        db,
        SmtpSender(smtp_settings(settings)),
        Renderer(),
        LinkSigner(settings.signing_keys, clock=db.now),
        settings.public_url,
        digests=settings.digests,
        settle=timedelta(seconds=settings.digest_settle_seconds),
        sender_domain=settings.sender_address.rpartition("@")[2],
        office=settings.sender_name,
    )
    return replace(courier, may_send=_open(db)) if heeds_doors(settings) else courier


def evidence_for(settings: Settings) -> EvidenceStore:
    """Give where evidence is kept."""
    if settings.bucket:
        return EvidenceBucket(settings.bucket)
    return EvidenceFolder(settings.evidence)


def morning_mail_for(db: Database, settings: Settings) -> MorningMail:
    """Give who writes every morning to those who run the installation."""
    return MorningMail(
        db,
        lambda: SmtpSender(smtp_settings(settings)),
        settings.morning_recipients,
        settings.sender_address.rpartition("@")[2],
        timedelta(minutes=settings.reconcile_minutes),
    )


def imap_settings(settings: Settings) -> ImapSettings | None:
    """Give where returned mail is fetched by IMAP, None where it is not."""
    if not settings.imap_host:
        return None
    return ImapSettings(
        host=settings.imap_host,
        port=settings.imap_port,
        username=settings.imap_username,
        password=settings.imap_password.get_secret_value(),
        folder=settings.imap_folder,
        security=settings.imap_security,
        ca_file=settings.imap_ca_file,
    )


def return_boxes(db: Database, settings: Settings) -> tuple[ReturnBox, ...]:
    """Give the places where returned mail arrives."""
    imap = imap_settings(settings)
    maildir = MaildirBox(settings.returned_mail)
    return (maildir, ImapReturnBox(db, imap)) if imap else (maildir,)


async def mail_is_read(db: Database) -> bool:
    """Say whether no place of returned mail has failed for long; the doors do not ask it, the worker does."""
    async with db.reading() as session:
        boxes = await mailboxes.known(session)
    return not any(
        one.failing_since is not None and one.failing_since < db.now() - MAILBOX_MAY_FAIL
        for one in boxes
    )


def keeping_of(settings: Settings) -> Keeping:
    """Say how long personal data is kept."""
    return Keeping(
        signers_days=settings.retention_signers_days,
        drafts_days=settings.retention_drafts_days,
        log_days=settings.retention_security_log_days,
        contacts_days=settings.retention_contacts_days,
        letters_days=settings.retention_letters_days,
    )


def pages_of(settings: Settings) -> Renderer:
    """Give the renderer of pages; their forms say who handles personal data, and how long it is kept."""
    days = settings.retention_signers_days
    return Renderer(common={"handler": settings.sender_name, "signers_days": days})


def collector_for(db: Database, settings: Settings) -> Collector:
    """Give the collector of what nobody refers to."""
    return Collector(
        db,
        evidence_for(settings),
        settings.retention_uploads_days,
        settings.retention_requests_days,
    )


def press_for(settings: Settings) -> LetterPress:
    """Give what prints official letters."""
    return LetterPress(issuer=settings.issuer, fonts_dir=settings.fonts_dir)


def services_for(
    client: Client,
    db: Database,
    settings: Settings,
    rules: Rules,
    compared: asyncio.Event | None = None,
) -> Services:
    """Bundle everything the doors work with; the mail folder and samples in development only."""
    development, evidence = settings.environment == "development", evidence_for(settings)

    return Services(
        db=db,
        desk=desk_for(client, settings, rules, db, compared),
        renderer=pages_of(settings),
        signer=LinkSigner(settings.signing_keys, clock=db.now),
        seals=SecretSeals(settings.signing_keys),
        evidence=evidence,
        in_force=RulesInForce(policies=(rules.policy,), calendar=rules.calendar),
        base_url=settings.public_url,
        press=press_for(settings),
        development=development,
        second_factor=not development,
        mails=MailFolder(settings.data_dir / "mails") if development else None,
        samples=sample_list if development else None,
        readiness=_readiness(client, db, settings, evidence),
    )


def _readiness(
    client: Client, db: Database, settings: Settings, evidence: EvidenceStore
) -> dict[str, Callable[[], Awaitable[bool]]]:
    async def temporal_answers() -> bool:
        return await client.service_client.check_health()

    async def disk_takes() -> bool:
        places = [settings.data_dir] if settings.bucket else [settings.data_dir, settings.evidence]
        return await asyncio.to_thread(lambda: all(takes_files(one) for one in places))

    async def archive_takes() -> bool:
        return await asyncio.to_thread(takes_files, settings.archive)

    async def evidence_answers() -> bool:
        return await asyncio.to_thread(evidence.size, NO_FILE) == 0

    return {
        "temporal": temporal_answers,
        "disk": disk_takes,
        "evidence": evidence_answers,
        "archive": archive_takes,
        "clock": partial(clock_agrees, db),
    }


async def clock_agrees(db: Database) -> bool:
    """Say whether the database server and this machine tell the same time."""
    async with db.reading() as session:
        return abs(await clocks.offset(db, session)) <= clocks.MAY_DIFFER_SECONDS


def takes_files(folder: Path) -> bool:
    """Say whether a folder, made or yet to be made, can be written to and has room for evidence."""
    there = next(one for one in (folder.absolute(), *folder.absolute().parents) if one.exists())
    free = shutil.disk_usage(there).free
    return free >= LEAST_FREE_BYTES and os.access(there, os.W_OK | os.X_OK)


def sample_list(today: date) -> bytes:
    """Give the sample list with its dates moved to `today` and today's reporting units."""
    read = read_list(SAMPLES, today=today)
    return list_workbook(redated(read.rows, today), "示例问题清单")


async def until_stopped() -> None:
    """Wait for Ctrl-C or the supervisor's request to end."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stopped.set)
    await stopped.wait()
