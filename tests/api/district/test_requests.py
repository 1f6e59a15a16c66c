"""Beside the answer: more time, another district, an appeal; on the same link, inbox first."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from activities.deliverer import Deliverer
from activities.inbox import Inbox
from domain import commands as c
from domain.local_time import midnight_ending
from domain.notices import NoticeKind
from domain.problem import ProposedAct
from domain.proof import ProofKind
from domain.roles import SYSTEM, Actor, Role
from domain.stages import Stage
from store.district import drafts, inbox
from store.mail import notice_log
from store.tables import InboxRow
from tests.worlds.house import (
    DADUKOU,
    OFFICER,
    PDF,
    SUPERVISOR,
    YUZHONG,
    House,
    Visitor,
    found,
    picture,
    typed,
)
from workflows.messages import DrainOrder

EXTENSION, OBJECTION, APPEALS = (
    "/f/problem/extension",
    "/f/problem/objection",
    "/f/problem/appeals",
)
DUE = date(2024, 7, 9)
NO = "CQ2024-0001"


def asks(**changes: str) -> dict[str, str]:
    """A request as somebody would type it."""
    signed = {"reason": "设备到货延迟，已下单。", "filled_by": "张某", "telephone": "023-00000000"}
    return {**signed, **changes}


async def rows(house: House) -> list[InboxRow]:
    """Everything in the inbox."""
    async with house.db.reading() as session:
        return await inbox.of_problem(session, NO)


async def ask(
    visitor: Visitor, path: str, fields: Mapping[str, Any], files: Any = ()
) -> tuple[int, str]:
    """Hand in a request; give the status and the page one ends on."""
    answer = await visitor.press("submit", fields, files, path)
    if answer.status_code == 303:
        return 303, (await visitor.see(answer.headers["location"])).text
    return answer.status_code, answer.text


async def appeals_path(visitor: Visitor) -> str:
    """The page on which the first deduction of the list can be appealed."""
    page = (await visitor.see(APPEALS)).text
    return found(r'href="(/f/problem/appeals/\d+)\?of=', page)


# -- more time ------------------------------------------------------------------------------------


async def test_more_time_is_asked_for_inside_its_bounds_and_the_receipt_is_shown(
    any_house: House,
) -> None:
    visitor = await any_house.visitor()
    page = (await visitor.see(EXTENSION)).text
    for said in ("原时限", "2024年7月9日（星期二）24:00", "2024年7月10日", "2024年8月8日"):
        assert said in page
    status, receipt = await ask(
        visitor, EXTENSION, asks(wanted_on="2024-07-20"), [("合同.pdf", PDF)]
    )
    (row,) = await rows(any_house)
    assert status == 303
    for said in ("延期申请回执", "待答复", "2024年7月20日", "合同.pdf", row.receipt_id):
        assert said in receipt
    problem = await any_house.desk.state(NO)
    assert problem.rounds[0].asked is not None
    assert problem.rounds[0].asked.wanted_on == date(2024, 7, 20)
    assert problem.rounds[0].due_on == DUE
    async with any_house.db.reading() as session:
        sent = await notice_log.for_problem(session, NO)
    assert NoticeKind.RECEIPT in {one.kind for one in sent}


@pytest.mark.parametrize("grant", [True, False])
async def test_what_came_of_it_stands_on_the_page_and_on_the_form(
    house: House, grant: bool
) -> None:
    visitor = await house.visitor()
    await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20"))
    (row,) = await rows(house)
    await house.do(
        c.DecideExtension(
            receipt_id=row.receipt_id,
            grant=grant,
            until=date(2024, 7, 16) if grant else None,
            reason="只同意到月中",
            by=OFFICER,
        )
    )
    page, form = (await visitor.see(EXTENSION)).text, (await visitor.see()).text
    words = "同意延至2024年7月16日" if grant else "未同意"
    assert words in page
    assert words in form
    assert "只同意到月中" in page
    assert ("原时限 2024年7月9日" in form) is grant
    assert "本轮还可延期1次" in page if grant else "本轮还可延期2次" in page


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"wanted_on": ""}, "wanted_on", "请填写申请延至的日期"),
        ({"wanted_on": "2024-07-09"}, "wanted_on", "未晚于现有时限"),
        ({"wanted_on": "2024-08-09"}, "wanted_on", "超出最长可延至"),
        ({"wanted_on": "2024-02-30"}, "wanted_on", "没有这一天"),
        ({"reason": " "}, "reason", "请写明理由"),
        ({"reason": "字" * 1001}, "reason", "最多1000字"),
        ({"filled_by": ""}, "filled_by", "请填写填报人姓名"),
        ({"telephone": "x"}, "telephone", "联系电话请填手机号"),
        ({"receipt_id": "x"}, "receipt_id", "表单已失效"),
    ],
)
async def test_what_is_wrong_is_said_beside_what_was_typed(
    house: House, changes: dict[str, str], field: str, said: str
) -> None:
    visitor = await house.visitor()
    fields = {**asks(wanted_on="2024-07-20", telephone="023-11111111"), **changes}
    status, page = await ask(visitor, EXTENSION, fields, [("现场.jpg", picture())])
    assert status == 422
    assert f'href="#field-{field}"' in page
    assert said in page
    assert "现场.jpg" in page
    if "telephone" not in changes:
        assert "023-11111111" in page
        assert "023-11111111" in (await visitor.see(EXTENSION)).text
    assert await rows(house) == []


async def test_after_expiry_a_form_still_open_is_told_so_and_keeps_its_words(
    house: House,
) -> None:
    await house.proven()
    visitor = await house.visitor()
    house.clock.now = midnight_ending(DUE) - timedelta(minutes=5)
    late = await house.visitor()
    fields = {**await late.hidden(EXTENSION), **asks(wanted_on="2024-07-20"), "action": "submit"}
    house.clock.now = midnight_ending(DUE)
    answer = await late.post(fields, path=EXTENSION)
    assert answer.status_code == 422
    assert "不再受理延期申请" in answer.text
    assert "设备到货延迟" in answer.text
    assert visitor.browser is not late.browser
    assert await rows(house) == []


async def test_a_second_request_while_one_waits_is_not_offered(house: House) -> None:
    visitor = await house.visitor()
    other = await house.visitor(await house.link(recipient="chief@example.cn"))
    open_form = {**await other.hidden(EXTENSION), **asks(wanted_on="2024-07-22")}
    await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20"))
    assert 'value="submit"' not in (await visitor.see(EXTENSION)).text
    answer = await other.post({**open_form, "action": "submit"}, path=EXTENSION)
    assert answer.status_code == 422
    assert "已有一项申请" in answer.text
    assert len(await rows(house)) == 1


async def test_twenty_presses_are_one_request_and_another_content_is_a_conflict(
    any_house: House,
) -> None:
    visitor = await any_house.visitor()
    fields = {**await visitor.hidden(EXTENSION), **asks(wanted_on="2024-07-20"), "action": "submit"}
    answers = await asyncio.gather(*(visitor.post(fields, path=EXTENSION) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {303}
    assert len(await rows(any_house)) == 1
    other = await visitor.post({**fields, "reason": "另一份"}, path=EXTENSION)
    assert other.status_code == 409
    assert "receipt_conflict" in other.text


async def test_one_number_is_not_used_for_an_answer_and_a_request(house: House) -> None:
    visitor = await house.visitor()
    number = (await visitor.hidden())["receipt_id"]
    fields = asks(wanted_on="2024-07-20", receipt_id=number)
    assert (await visitor.press("submit", fields, path=EXTENSION)).status_code == 303
    answer = await visitor.press("submit", {**typed(), "receipt_id": number})
    assert answer.status_code == 409


async def test_each_form_has_a_draft_of_its_own(house: House) -> None:
    visitor = await house.visitor()
    await visitor.press("save", typed(text="反馈写了一半"))
    files = [("合同.pdf", PDF)]
    assert (await visitor.press("upload", asks(), files, EXTENSION)).status_code == 303
    page = (await visitor.see(EXTENSION)).text
    assert "合同.pdf" in page
    assert "反馈写了一半" not in page
    assert "合同.pdf" not in (await visitor.see()).text
    await ask(visitor, EXTENSION, {**asks(wanted_on="2024-07-20")})
    assert "反馈写了一半" in (await visitor.see()).text
    async with house.db.reading() as session:
        link = await house.link()
        assert await drafts.find(session, link.jti, "extension") == drafts.Draft()


async def test_the_script_saves_drafts_and_files_where_they_belong(house: House) -> None:
    visitor = await house.visitor()
    hidden = await visitor.hidden(OBJECTION)
    saved = await visitor.browser.post(
        "/f/draft", data={**hidden, "form": "objection", "reason": "点位不在本区"}
    )
    assert saved.status_code == 200
    await visitor.upload_with({**hidden, "form": "objection"}, "地图.jpg", picture())
    page = (await visitor.see(OBJECTION)).text
    assert "点位不在本区" in page
    assert "地图.jpg" in page
    wrong = await visitor.browser.post("/f/draft", data={**hidden, "form": "../x"})
    assert wrong.status_code == 400


# -- not ours -------------------------------------------------------------------------------------


async def test_the_problem_is_another_district_s_and_moves_there(any_house: House) -> None:
    visitor = await any_house.visitor()
    page = (await visitor.see(OBJECTION)).text
    assert "2024年7月1日（星期一）24:00" in page
    assert f'value="{DADUKOU}"' in page
    assert f'value="{YUZHONG}"' not in page
    status, receipt = await ask(visitor, OBJECTION, asks(proper_district=DADUKOU))
    assert status == 303
    assert "大渡口区" in receipt
    (row,) = await rows(any_house)
    await any_house.do(
        c.DecideObjection(
            receipt_id=row.receipt_id, uphold=True, to_district=DADUKOU, reason="属实", by=OFFICER
        )
    )
    assert (await visitor.see()).status_code == 410


async def test_a_refused_objection_may_be_disputed_once(house: House) -> None:
    visitor = await house.visitor()
    await ask(visitor, OBJECTION, asks(proper_district=DADUKOU))
    refuse = {"uphold": False, "reason": "点位在渝中区范围内"}
    (row,) = await rows(house)
    await house.do(c.DecideObjection(receipt_id=row.receipt_id, by=OFFICER, **refuse))  # type: ignore[arg-type]
    page = (await visitor.see(OBJECTION)).text
    for said in ("异议不成立", "点位在渝中区范围内", "异议未被采纳", "由市级审批人决定"):
        assert said in page
    house.clock.pass_by(minutes=1)
    assert (await ask(visitor, OBJECTION, asks(reason="仍有异议")))[0] == 303
    _, row = await rows(house)
    await house.do(c.DecideObjection(receipt_id=row.receipt_id, by=SUPERVISOR, **refuse))  # type: ignore[arg-type]
    page = (await visitor.see(OBJECTION)).text
    assert "已经审批人答复" in page
    assert 'value="submit"' not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"proper_district": "999999"}, "请从名单中选择区县"),
        ({"proper_district": "江北"}, "请从名单中选择区县"),
        ({"reason": ""}, "请写明理由"),
    ],
)
async def test_an_objection_names_a_district_of_the_list_and_says_why(
    house: House, changes: dict[str, str], said: str
) -> None:
    status, page = await ask(await house.visitor(), OBJECTION, asks(**changes))
    assert status == 422
    assert said in page


async def test_after_five_working_days_no_objection_is_taken(house: House) -> None:
    proof = c.RecordProof(
        round_no=1,
        kind=ProofKind.RECIPIENT_SERVER,
        recipient="a@example.cn",
        proven_at=house.clock.now,
        by=SYSTEM,
    )
    await house.do(proof)
    house.clock.now = midnight_ending(date(2024, 7, 1))
    page = (await (await house.visitor()).see(OBJECTION)).text
    assert "提出异议的期限2024年7月1日已过" in page
    assert 'value="submit"' not in page


# -- appeals --------------------------------------------------------------------------------------


async def points_told(house: House) -> None:
    """The notice of the deduction is proven to have arrived now."""
    receipt = c.RecordPointsReceipt(
        deduction=(await house.desk.state(NO)).deductions[0].seq,
        kind=ProofKind.RECIPIENT_SERVER,
        recipient="a@example.cn",
        received_at=house.clock.now,
        by=SYSTEM,
    )
    await house.do(receipt)


async def test_a_deduction_is_appealed_and_struck_through_when_it_is_taken_back(
    any_house: House,
) -> None:
    house = any_house
    problem = await house.found_false()
    visitor = await house.visitor(await house.link(round_no=2))
    assert "申诉期限为收到扣分告知的次日起10个工作日" in (await visitor.see(APPEALS)).text
    await points_told(house)
    page = (await visitor.see(APPEALS)).text
    whole = "2024年本单位累计扣2分（截至2024-06-24"
    for said in ("整改不严不实", whole, "申诉期限 2024年7月8日（星期一）24:00"):
        assert said in page
    status, receipt = await ask(visitor, await appeals_path(visitor), asks(), [("证.pdf", PDF)])
    assert status == 303
    assert "申诉中" in receipt
    assert "申诉中" in (await visitor.see(APPEALS)).text
    (row,) = await rows(house)
    deduction = problem.deductions[0]
    proposed = await house.do(
        c.DecideAppeal(receipt_id=row.receipt_id, uphold=True, reason="证据不足", by=SUPERVISOR)
    )
    await approve(house, proposed.proposed[-1])
    page = (await visitor.see(APPEALS)).text
    assert "申诉成立，已撤销" in page
    assert re.search(rf"<s>−{deduction.points.normalize():f}分</s>", page)


async def approve(house: House, proposed: ProposedAct) -> None:
    """Another supervisor approves."""
    second = Actor("supervisor-2", Role.SUPERVISOR)
    await house.do(
        c.ApproveAct(proposal=proposed.seq, content_hash=proposed.content_hash, by=second)
    )


async def test_a_refused_appeal_shows_its_answer_and_cannot_be_repeated(house: House) -> None:
    await house.found_false()
    visitor = await house.visitor(await house.link(round_no=2))
    path = await appeals_path(visitor)
    await ask(visitor, path, asks())
    (row,) = await rows(house)
    await house.do(
        c.DecideAppeal(receipt_id=row.receipt_id, uphold=False, reason="事实清楚", by=SUPERVISOR)
    )
    page = (await visitor.see(path)).text
    for said in ("申诉不成立", "事实清楚", "每项扣分可申诉一次"):
        assert said in page
    assert 'value="submit"' not in page


async def closed(house: House) -> None:
    """The problem is rectified, revisited and closed on the day of its deduction."""
    problem = await house.found_false()
    answer = c.SubmitFeedback(
        receipt_id="done",
        round_no=len(problem.rounds),
        district=YUZHONG,
        received_at=house.clock.now,
        answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
        content_sha256="0" * 64,
        by=Actor(f"district:{YUZHONG}", Role.DISTRICT),
    )
    await house.do(answer)
    await house.do(
        c.ReviewFeedback(receipt_id="done", verdict=c.Verdict.ACCEPT_DONE, reason="", by=OFFICER)
    )
    problem = await house.do(
        c.RecordRevisit(
            on=date(2024, 6, 24),
            result=c.RevisitResult.IN_PLACE,
            findings="已到位",
            by=OFFICER,
        )
    )
    assert problem.proposal is not None
    await house.do(c.ApproveClosure(content_hash=problem.proposal.content_hash, by=SUPERVISOR))


@pytest.mark.parametrize("round_no", [1, 2])
async def test_a_closed_problem_s_links_still_take_appeals_while_the_window_is_open(
    any_house: House, round_no: int
) -> None:
    await closed(any_house)
    visitor = await any_house.visitor(await any_house.link(round_no=round_no))
    page = (await visitor.see()).text
    assert "已销号" in page
    assert "扣分申诉（本问题扣分1项）" in page
    path = await appeals_path(visitor)
    any_house.clock.now = midnight_ending(date(2024, 7, 8)) - timedelta(seconds=1)
    visitor = await any_house.visitor(await any_house.link(round_no=round_no))
    any_house.desk.silent = True
    assert (await ask(visitor, path, asks()))[0] == 303
    any_house.desk.silent = any_house.desk.gone = True
    any_house.desk.silent = False
    deliverer = Deliverer(any_house.db, any_house.desk)
    assert await deliverer.run_once() == 0, "a closed life still takes appeals"
    any_house.desk.gone = False
    assert await deliverer.run_once() == 1
    problem = await any_house.desk.state(NO)
    assert problem.appeals_open
    assert problem.stage is Stage.CLOSED
    assert "申诉中" in (await visitor.see()).text


async def test_after_its_window_an_appeal_is_refused_beside_what_was_typed(house: House) -> None:
    await house.found_false()
    await points_told(house)
    house.clock.now = midnight_ending(date(2024, 7, 8)) - timedelta(minutes=1)
    visitor = await house.visitor(await house.link(round_no=2))
    path = await appeals_path(visitor)
    fields = {**await visitor.hidden(path), **asks(reason="迟到的申诉"), "action": "submit"}
    house.clock.pass_by(minutes=1)
    answer = await visitor.post(fields, path=path)
    assert answer.status_code == 422
    assert "申诉期限2024年7月8日已过" in answer.text
    assert "迟到的申诉" in answer.text
    assert "申诉期已过" in (await visitor.see(APPEALS)).text


async def test_only_the_district_s_own_deductions_can_be_seen_and_appealed(house: House) -> None:
    await house.found_false()
    await house.transferred("CQ2024-0002", district=DADUKOU)
    visitor = await house.visitor(await house.link("CQ2024-0002"))
    assert "没有扣本单位的分" in (await visitor.see(APPEALS)).text
    for seq in ("1", "5", "99", "x", "9" * 30):
        assert (await visitor.see(f"{APPEALS}/{seq}")).status_code in (400, 404)


# -- how they reach the life ----------------------------------------------------------------------


async def test_all_kinds_reach_the_life_in_the_order_they_were_received(any_house: House) -> None:
    house = any_house
    visitor = await house.visitor()
    house.desk.silent = True
    for path, fields in (
        (OBJECTION, asks(proper_district=DADUKOU)),
        (EXTENSION, asks(wanted_on="2024-07-20")),
    ):
        await ask(visitor, path, fields)
        house.clock.pass_by(minutes=1)
    await visitor.press("submit", typed())
    assert "正在登记" in (await visitor.see(EXTENSION)).text
    house.desk.silent = False
    house.desk.asked.clear()
    assert await Deliverer(house.db, house.desk).run_once() == 3
    kept = await rows(house)
    assert [row.kind for row in kept] == ["objection", "extension", "answer"]
    assert house.desk.asked == [f"receipt:{row.receipt_id}" for row in kept]
    assert [row.state for row in kept] == ["applied"] * 3


async def test_everything_received_before_the_cut_off_is_let_in(any_house: House) -> None:
    house = any_house
    await house.found_false()
    visitor = await house.visitor(await house.link(round_no=2))
    house.desk.silent = True
    path = await appeals_path(visitor)
    await ask(visitor, path, asks())
    house.clock.pass_by(seconds=1)
    await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20"))
    cutoff = house.clock.now + timedelta(seconds=1)
    house.clock.now = cutoff
    await visitor.press("submit", typed())
    let_in = await Inbox(house.db).drain_inbox(DrainOrder(problem_no=NO, round_no=2, cutoff=cutoff))
    assert [type(one) for one in let_in.in_order()] == [c.AppealDeduction, c.RequestExtension]
    assert (len(let_in.appeals), len(let_in.extensions)) == (1, 1)
    assert let_in.submissions == ()


async def test_what_a_life_refuses_says_why_and_begins_the_next_form(house: House) -> None:
    visitor = await house.visitor()
    house.desk.silent = True
    await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20"))
    house.desk.silent = False
    (row,) = await rows(house)
    await house.act(c.SuspendProblem(review_on=date(2024, 8, 1)))
    assert await Deliverer(house.db, house.desk).run_once() == 1
    page = (await visitor.see(f"/f/receipt/{row.receipt_id}")).text
    for said in ("已收到，未予登记", "问题暂缓办理", "修改后重新提交"):
        assert said in page
    await house.do(c.ResumeProblem(reason="具备条件", by=OFFICER))
    form = (await visitor.see(f"{EXTENSION}?again={row.receipt_id}")).text
    assert "设备到货延迟" in form
    assert 'value="2024-07-20"' in form


async def test_a_request_is_no_answer_and_silences_no_reminder(house: House) -> None:
    visitor = await house.visitor()
    house.desk.silent = True
    await ask(visitor, EXTENSION, asks(wanted_on="2024-07-20"))
    assert 'value="submit"' in (await visitor.see()).text
    async with house.db.reading() as session:
        assert await inbox.of_round(session, NO, 1) == []


# -- other states ---------------------------------------------------------------------------------


async def test_a_suspended_problem_says_so_calmly_and_still_takes_the_answer(house: House) -> None:
    await house.act(c.SuspendProblem(review_on=date(2024, 8, 1)))
    visitor = await house.visitor()
    page = (await visitor.see()).text
    for said in ("问题已暂缓办理", "2024年8月1日前复核", "暂缓办理，暂停计时", "示例理由"):
        assert said in page
    assert "问题暂缓办理" in (await visitor.see(EXTENSION)).text
    assert (await visitor.press("submit", typed())).status_code == 303
    assert (await house.desk.state(NO)).stage is Stage.UNDER_REVIEW


async def test_a_withdrawn_problem_has_a_page_of_its_own(house: House) -> None:
    visitor = await house.visitor()
    fields = {**await visitor.hidden(), **typed(text="写好的反馈"), "action": "submit"}
    await house.do(c.WithdrawProblem(reason="重复移交", by=OFFICER))
    page = (await visitor.see()).text
    for said in ("问题已撤回", "2024年6月24日", "重复移交"):
        assert said in page
    answer = await visitor.post(fields)
    assert answer.status_code == 422
    assert "已撤回" in answer.text
    assert "写好的反馈" in answer.text
    assert "已撤回" in (await visitor.see(EXTENSION)).text


async def test_a_merged_problem_names_the_number_it_goes_on_under(house: House) -> None:
    await house.transferred("CQ2024-0002")
    visitor = await house.visitor()
    problem = await house.desk.state(NO)
    await house.do(
        c.MergeProblem(
            into_no="CQ2024-0002",
            into_district=YUZHONG,
            into_enterprise=problem.facts.enterprise,
            into_key_content=problem.facts.key_content,
            into_is_open=True,
            into_due_on=DUE,
            reason="同一问题",
            by=OFFICER,
        )
    )
    page = (await visitor.see()).text
    for said in ("问题已合并办理", "CQ2024-0002", "同一问题"):
        assert said in page


async def test_a_busy_store_gives_every_field_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = await house.visitor()
    await visitor.press("upload", asks(), [("一.jpg", picture()), ("二.jpg", picture())], EXTENSION)
    fields = {**await visitor.hidden(EXTENSION), **asks(wanted_on="2024-07-20"), "action": "submit"}

    async def busy(*_: object) -> None:
        raise OperationalError("insert", None, Exception("database is locked"))

    with monkeypatch.context() as patched:
        patched.setattr(inbox, "submit", busy)
        answer = await visitor.post(fields, path=EXTENSION)
    assert answer.status_code == 503
    assert f'action="{EXTENSION}"' in answer.text
    again = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', answer.text)
    assert len([value for name, value in again if name == "file"]) == 2
    kept: dict[str, Any] = dict(again)
    kept["file"] = [value for name, value in again if name == "file"]
    assert (await visitor.post(kept, path=EXTENSION)).status_code == 303
    (row,) = await rows(house)
    assert len(inbox.paper_of(row).files) == 2
