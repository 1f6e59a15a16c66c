"""Letters as officers meet them: on the desk, with their files, until somebody has dealt with them."""

from __future__ import annotations

from domain.commands import EvidenceFile
from domain.roles import Role
from store.mail import late_returns, letters
from store.mail.letters import LeftOut, LetterKind, NewLetter
from store.tables import DeliveryRow
from tests.worlds.office import Office

ID = "a" * 64


async def a_letter(office: Office, problem_no: str = "") -> EvidenceFile:
    sealed = office.services.evidence.put(b"a form")
    file = EvidenceFile(
        sha256=sealed.sha256, name="整改表.xlsx", media_type="application/zip", size=sealed.size
    )
    new = NewLetter(
        id=ID,
        kind=LetterKind.WRITTEN,
        sender="jingban@yuzhong.example",
        subject="回复：<b>整改</b>",
        text="整改表见附件。",
        sent_at=None,
        problem_no=problem_no,
        files=(file,),
        left_out=(LeftOut(name="a.exe", why="不是照片"),),
    )
    await letters.keep(office.db, new)
    return file


async def test_a_letter_stands_on_the_desk_until_somebody_has_dealt_with_it(office: Office) -> None:
    await office.registered()
    file = await a_letter(office)
    person = await office.sign_in(Role.OFFICER)
    assert "回复：&lt;b&gt;整改&lt;/b&gt;" in await person.see("/")
    page = await person.see("/letters")
    assert "未保存“a.exe”：不是照片" in page
    got = await office.seated(Role.OFFICER).get(f"/letters/{ID}/files/{file.sha256}")
    assert got.content == b"a form"
    assert got.headers["Content-Disposition"].startswith("attachment")
    answer = await person.press("/letters", f"/letters/{ID}/done", {})
    assert answer.status_code == 200
    assert "来信已办结" in answer.text
    assert "没有待办的来信" in await person.see("/letters")
    assert "整改表.xlsx" in await person.see("/letters")


async def test_who_decides_on_a_problem_sees_that_a_mail_about_it_waits(office: Office) -> None:
    number, another = await office.registered(), await office.registered("k2", enterprise="乙公司")
    file = await a_letter(office, number)
    person = await office.sign_in(Role.OFFICER)
    page = await person.see(f"/problems/{number}")
    assert "关于本问题的来信有 1 封待办" in page
    assert f"/letters/{ID}/files/{file.sha256}" in page
    assert "待办，可能附有反馈材料" not in await person.see(f"/problems/{another}")
    await person.press("/letters", f"/letters/{ID}/done", {})
    page = await person.see(f"/problems/{number}")
    assert ("待办，可能附有反馈材料" in page, "已办结" in page) == (False, True)
    assert "整改表.xlsx" in page


async def test_no_other_file_is_given_by_way_of_a_letter(office: Office) -> None:
    await a_letter(office)
    other = office.services.evidence.put(b"another")
    browser = office.seated(Role.OFFICER)
    assert (await browser.get(f"/letters/{ID}/files/{other.sha256}")).status_code == 404
    assert (await browser.get(f"/letters/none/files/{other.sha256}")).status_code == 404


async def test_rest_gives_letters_their_files_and_who_dealt_with_them(office: Office) -> None:
    file = await a_letter(office)
    (one,) = (await office.ask("GET", "/letters")).json()["letters"]
    assert (one["subject"], one["kind_label"], one["done_at"]) == (
        "回复：<b>整改</b>",
        "来信",
        None,
    )
    got = await office.ask("GET", f"/letters/{ID}/files/{file.sha256}")
    assert got.content == b"a form"
    assert (await office.ask("GET", "/letters/none")).status_code == 404
    done = await office.change(f"/letters/{ID}/done", "k")
    assert done.json()["done_by"]
    assert (await office.ask("GET", "/letters")).json() == {"letters": []}
    (one,) = (await office.ask("GET", "/letters?state=done")).json()["letters"]
    assert one == (await office.ask("GET", f"/letters/{ID}")).json() == done.json()


async def test_a_flood_of_strangers_hides_no_mail_of_a_contact_or_about_a_problem(
    office: Office,
) -> None:
    contact = {
        "district": "500103",
        "position": "handler",
        "name": "示例",
        "email": "Own@unit.example",
    }
    assert (await office.change("/contacts", "contact", contact)).status_code == 201

    async def comes(number: int, sender: str = "stranger@example.com", problem: str = "") -> None:
        mail = NewLetter(
            id=f"{number:064}",
            kind=LetterKind.WRITTEN,
            sender=sender,
            subject=f"第{number}封",
            text="",
            sent_at=None,
            problem_no=problem,
            files=(),
            left_out=(),
        )
        await letters.keep(office.db, mail)

    for number in range(4):
        await comes(number)
    await comes(8, sender="own@unit.example")
    await comes(9, problem="CQ2024-0001")
    async with office.db.reading() as session:
        first = await letters.waiting(session, limit=3)
    assert [one.subject for one in first] == ["第8封", "第9封", "第0封"]
    person = await office.sign_in(Role.OFFICER)
    assert "待办 6 封" in await person.see("/letters")


async def a_late_return(office: Office) -> str:
    number = await office.registered()
    async with office.db.writing() as session:
        delivery = DeliveryRow(id=7, notice_key="k", recipient="", position="", message_id="m")
        delivery.recipient, delivery.last_error = "jingban@yuzhong.example", "550"
        session.add(delivery)
    await late_returns.note(office.db, 7, number, 9)
    return number


async def test_a_deduction_that_came_back_after_the_end_is_settled_in_words(office: Office) -> None:
    number = await a_late_return(office)
    person = await office.sign_in(Role.OFFICER)
    assert "有 1 件扣分告知在问题办结后被退回" in await person.see("/")
    page = await person.see("/letters")
    assert number in page
    assert "jingban@yuzhong.example" in page
    empty = await person.press("/letters", "/late-returns/7/settlement", {"words": " "})
    assert empty.status_code == 422
    answer = await person.press("/letters", "/late-returns/7/settlement", {"words": "已电话告知"})
    assert "办理情况已登记" in answer.text
    assert "已电话告知" in answer.text
    assert "在问题办结后被退回" not in await person.see("/")


async def test_rest_gives_late_returns_and_settles_each_once(office: Office) -> None:
    number = await a_late_return(office)
    (one,) = (await office.ask("GET", "/late-returns")).json()["late_returns"]
    assert (one["problem_no"], one["settled_by"], one["district"]) == (number, None, "500103")
    done = await office.change("/late-returns/7/settlement", "k", {"words": "已当面送交"})
    assert done.json()["words"] == "已当面送交"
    again = await office.change("/late-returns/7/settlement", "k2", {"words": "x"})
    assert (again.status_code, again.json()["code"]) == (409, "late_return_settled")
    assert (
        await office.change("/late-returns/8/settlement", "k3", {"words": "x"})
    ).status_code == 404
    (left,) = (await office.ask("GET", "/late-returns?state=settled")).json()["late_returns"]
    assert left == done.json()
