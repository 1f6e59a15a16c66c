"""An officers' house: the whole app over a real store, people who may sign in, and one problem in
every stage a problem can be seen in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

from sqlmodel import select

from api.app import create_app
from domain import commands as c
from domain.local_time import at_local
from domain.policy import Position
from domain.roles import Role
from gateways.mail_folder import MailFolder
from gateways.problem_list.reading import read_list
from gateways.problem_list.redate import redated
from gateways.problem_list.writing import list_workbook
from store.lives.records import record
from store.people import accounts
from store.tables import DeliveryRow, NoticeRow
from tests.worlds.house import OFFICER, Clock, House, make_house
from tests.worlds.life import Life
from wiring import SAMPLES

PASSWORD = "a long enough phrase"  # of invented people in a temporary folder
TODAY = date(2024, 8, 5)
EVENING = at_local(TODAY, time(17, 50))
PEOPLE = {
    "officer": ("示例承办人", Role.OFFICER),
    "supervisor": ("示例审批人", Role.SUPERVISOR),
    "second": ("示例第二审批人", Role.SUPERVISOR),
    "auditor": ("示例核查人员", Role.AUDITOR),
    "admin": ("示例管理员", Role.ADMINISTRATOR),
}
UNPROVEN = "CQ2024-0012"
IN_PROGRESS = c.RectificationState.IN_PROGRESS


async def make_office(folder: Path, base_url: str) -> House:
    """Build the house at ten to six on the day the first feedback falls due."""
    bare = await make_house(folder, base_url, Clock(EVENING))
    services = replace(
        bare.services, development=True, samples=_samples, mails=MailFolder(folder / "mails")
    )
    for login, (name, role) in PEOPLE.items():
        await accounts.create(bare.db, login, name, role, PASSWORD)
    office = House(services, bare.clock, bare.desk, create_app(services))
    for life in every_stage():
        await keep(office, life)
    await _all_mail_is_out(office)
    return office


async def keep(office: House, life: Life) -> None:
    """Write a life into the store."""
    await record(office.db, life.problem.problem_no, life.history, life.notices)


async def _all_mail_is_out(office: House) -> None:
    """Every notice was accepted for delivery at once, but none to the district of CQ2024-0012."""
    async with office.db.writing() as session:
        for notice in list(await session.scalars(select(NoticeRow))):
            refused = notice.problem_no == UNPROVEN
            notice.state = "failed" if refused else "handed_over"
            session.add(
                DeliveryRow(
                    notice_key=notice.key,
                    recipient=f"handler.{notice.district}@example.com",
                    position=Position.HANDLER.value,
                    message_id=f"<{notice.key}@example.com>",
                    state="refused" if refused else "accepted",
                    accepted_at=None if refused else notice.ordered_at,
                )
            )


def _samples(today: date) -> bytes:
    """The sixty samples, some of which lie in this house's future, moved to its today."""
    read = read_list(SAMPLES, today=date(2025, 12, 31))
    return list_workbook(redated(read.rows, today), "示例问题清单")


def every_stage() -> list[Life]:
    """One life for each stage, each lived up to this evening; named by their numbers."""
    lives = [
        _registered("CQ2024-0001", "江津区示例水泥有限公司", "500116", date(2024, 8, 2)),
        waiting("CQ2024-0002", "重庆示例印务有限公司", "500103", date(2024, 7, 19)),
        waiting("CQ2024-0003", "重庆示例家具有限公司", "500107", date(2024, 7, 22)),
        waiting("CQ2024-0004", "重庆示例化工有限公司", "500115", date(2024, 8, 2)),
        _answered("CQ2024-0005", "重庆示例涂料有限公司", "500106", date(2024, 7, 26)),
        _answered("CQ2024-0006", "重庆示例汽修厂", "500108", date(2024, 7, 15), IN_PROGRESS),
        _rectifying("CQ2024-0007", "重庆示例砖厂", "500112", date(2024, 7, 11)),
        _silent("CQ2024-0008", "重庆示例铸造有限公司", "500117", date(2024, 6, 24)),
        _accepted("CQ2024-0009", "重庆示例包装有限公司", "500105", date(2024, 7, 8)),
        _proposed("CQ2024-0010", "重庆示例加油站", "500104", date(2024, 7, 3)),
        _closed("CQ2024-0011", "重庆示例玻璃有限公司", "500109", date(2024, 7, 1)),
        _unproven(UNPROVEN, "重庆示例建材有限公司", "500113", date(2024, 7, 16)),
        _false("CQ2024-0013", "重庆示例电镀有限公司", "500118", date(2024, 7, 9)),
    ]
    for life in lives:
        _told(life)
        life.until(TODAY, time(17, 49))
        _told(life)
    return lives


def _told(life: Life) -> None:
    """Every notice arrived at once, but none of CQ2024-0012."""
    round_ = life.problem.open_round
    if life.problem.problem_no != UNPROVEN and round_ is not None and round_.unproven:
        life.prove()
    for row in life.problem.unreceived:
        life.prove_told(life.problem.deductions.index(row))


def _registered(number: str, enterprise: str, district: str, on: date) -> Life:
    life = Life(now=at_local(on, time(9)))
    facts = c.Facts(
        enterprise=enterprise,
        description="喷涂工序未在密闭空间内进行，废气收集不完全，车间外有明显异味。",
        district=district,
        address="示例工业园区示例路1号",
        requirement="完善密闭措施，确保废气有效收集处理。",
        key_content="online_data_falsified" if number.endswith("4") else None,
        found_on=on,
    )
    life.do(c.RegisterProblem(problem_no=number, facts=facts, by=OFFICER))
    return life


def waiting(number: str, enterprise: str, district: str, on: date) -> Life:
    """A life transferred on a day at nine."""
    life = _registered(number, enterprise, district, on)
    life.transfer()
    _told(life)
    return life


def _answered(
    number: str,
    enterprise: str,
    district: str,
    on: date,
    state: c.RectificationState = c.RectificationState.DONE,
) -> Life:
    life = waiting(number, enterprise, district, on)
    life.until(min(on + timedelta(days=9), TODAY), time(10, 5))
    promised = date(2024, 8, 30) if state is IN_PROGRESS else None
    life.answer(state, district=district, promised_on=promised)
    return life


def _rectifying(number: str, enterprise: str, district: str, on: date) -> Life:
    life = _answered(number, enterprise, district, on, IN_PROGRESS)
    life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=date(2024, 8, 8))
    return life


def _silent(number: str, enterprise: str, district: str, on: date) -> Life:
    life = waiting(number, enterprise, district, on)
    life.until(date(2024, 8, 1))
    return life


def _accepted(number: str, enterprise: str, district: str, on: date) -> Life:
    life = _answered(number, enterprise, district, on)
    life.review()
    return life


def _proposed(number: str, enterprise: str, district: str, on: date) -> Life:
    life = _accepted(number, enterprise, district, on)
    life.until(life.today + timedelta(days=14))
    life.revisit()
    return life


def _closed(number: str, enterprise: str, district: str, on: date) -> Life:
    life = _proposed(number, enterprise, district, on)
    life.approve()
    return life


def _unproven(number: str, enterprise: str, district: str, on: date) -> Life:
    life = waiting(number, enterprise, district, on)
    life.served = False
    return life


def _false(number: str, enterprise: str, district: str, on: date) -> Life:
    life = _answered(number, enterprise, district, on)
    life.review(c.Verdict.FOUND_FALSE, "现场核查发现活性炭箱为空，与反馈不符。")
    return life
