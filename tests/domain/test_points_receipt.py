"""The window of an appeal runs from the proof that the notice of its deduction arrived."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import DutyKind, agenda
from domain.appeal_window import appeal_until, days_to_appeal
from domain.bureau import owed_by_bureau, owes
from domain.command_ids import bare_of, of_points_receipt
from domain.decisions.points_receipt import left_untold
from domain.local_time import at_local, midnight_ending
from domain.notices.kinds import NoticeKind
from domain.policy import content_hash
from domain.proof import ProofKind
from domain.refusals import Refusal
from domain.roles import SYSTEM, Actor
from domain.rules import Rules
from domain.words.events import in_words
from tests.worlds.life import OFFICER, SUPERVISOR, Life, default_rules, transferred

LISTED_ON = date(2024, 7, 9)
TOLD_ON = date(2024, 7, 10)


def silent(rules: Rules | None = None) -> Life:
    """A life whose district let its date pass, and which was told so on the next working morning."""
    life = transferred()
    life.rules = rules or life.rules
    life.until(TOLD_ON, time(9, 30))
    assert len(life.problem.deductions) == 1
    return life


def closed(life: Life) -> Life:
    """The same, answered, revisited and closed."""
    life.answer()
    life.review()
    life.until(date(2024, 7, 25))
    life.revisit()
    life.approve()
    return life


def refused(life: Life, command: c.Command) -> str:
    """The code of the refusal a command gets now."""
    with pytest.raises(Refusal) as info:
        life.do(command)
    return info.value.code


def receipt(life: Life, **changes: object) -> c.RecordPointsReceipt:
    """An officer's record that the notice was served today."""
    command = c.RecordPointsReceipt(
        deduction=life.problem.deductions[-1].seq,
        kind=ProofKind.OFFICER_RECORD,
        recipient="直接送达",
        received_at=at_local(life.today, time(0)),
        by=OFFICER,
    )
    return replace(command, **changes)  # type: ignore[arg-type]  # test builder


def came_back(life: Life, recipient: str = "a@example.cn") -> None:
    """The deduction's notice to a recipient came back."""
    key = next(one.key for one in life.notices if one.kind is NoticeKind.POINTS_DEDUCTED)
    life.do(
        c.ReportBounce(
            round_no=1, notice_key=key, reported_at=life.now, by=SYSTEM, recipient=recipient
        )
    )


def of_the_day_it_left() -> Rules:
    """The default rules as they were while the window ran from the day the notice left."""
    rules = default_rules()
    clocks = replace(rules.policy.clocks, appeal_from_receipt=False)
    policy = replace(rules.policy, clocks=clocks)
    return Rules(replace(policy, content_hash=content_hash(policy)), rules.calendar)


# -- until when ------------------------------------------------------------------------------------


def test_until_its_notice_is_proven_to_have_arrived_a_deduction_may_be_appealed() -> None:
    life = silent()
    life.until(date(2024, 9, 30))
    assert appeal_until(life.problem.deductions[0], life.rules) is None
    life.appeal()
    assert life.problem.appeals_open


@pytest.mark.parametrize(
    ("received_on", "last_day"),
    [
        (TOLD_ON, date(2024, 7, 24)),
        (date(2024, 7, 12), date(2024, 7, 26)),
        (date(2024, 7, 13), date(2024, 7, 26)),  # a Saturday
        (date(2024, 9, 13), date(2024, 9, 29)),  # 中秋 15 to 17 September, 14 and 29 are worked
    ],
)
def test_the_window_runs_ten_working_days_from_the_receipt(
    received_on: date, last_day: date
) -> None:
    life = silent()
    life.until(received_on, time(15))
    life.prove_told()
    assert appeal_until(life.problem.deductions[0], life.rules) == midnight_ending(last_day)


@pytest.mark.parametrize("days", [3, 20])
def test_a_new_policy_leaves_the_days_of_what_was_told_before(days: int) -> None:
    life = silent()
    for appeal_days in (days, days + 1):
        clocks = replace(life.rules.policy.clocks, appeal_working_days=appeal_days)
        policy = replace(life.rules.policy, version=f"示例{appeal_days}", clocks=clocks)
        policy = replace(policy, content_hash=content_hash(policy))
        life.do(c.ApplyPolicy(policy=policy, proposed_by=OFFICER, by=SUPERVISOR))
    life.prove_told()
    (first,) = life.problem.deductions
    assert days_to_appeal(first, life.rules) == 10
    assert appeal_until(first, life.rules) == midnight_ending(date(2024, 7, 24))
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    assert days_to_appeal(life.problem.deductions[-1], life.rules) == days + 1


def test_after_the_window_an_appeal_is_refused_and_within_it_is_taken() -> None:
    life = silent()
    life.until(date(2024, 8, 1))
    life.prove_told()
    life.until(date(2024, 8, 15), time(23))
    in_time = replace(life)
    in_time.appeal()
    life.until(date(2024, 8, 16), time(0, 1))
    with pytest.raises(Refusal) as info:
        life.appeal()
    assert info.value.code == "appeal_too_late"


def test_a_policy_that_asks_for_no_receipt_counts_from_the_day_the_notice_left() -> None:
    life = silent(of_the_day_it_left())
    row = life.problem.deductions[0]
    assert not row.awaits_receipt
    assert appeal_until(row, life.rules) == midnight_ending(date(2024, 7, 24))
    assert refused(life, receipt(life)) == "nothing_changes"


# -- who proves it ---------------------------------------------------------------------------------


def test_an_officer_records_that_the_notice_was_served_by_hand() -> None:
    life = silent()
    life.until(date(2024, 7, 18))
    life.do(receipt(life))
    event = life.events[-1]
    assert isinstance(event, e.PointsNoticeReceived)
    assert "扣分的告知于2024年7月18日" in in_words(event)
    assert refused(life, receipt(life)) == "nothing_changes"


@pytest.mark.parametrize("by", [OFFICER, SUPERVISOR])
def test_a_person_can_hand_in_no_proof_of_the_mail(by: Actor) -> None:
    life = silent()
    proof = receipt(life, kind=ProofKind.RECIPIENT_SERVER, by=by)
    assert refused(life, proof) == "proof_does_not_count"


def test_our_own_relays_yes_proves_nothing() -> None:
    life = silent()
    proof = receipt(life, kind=ProofKind.RELAY_ACCEPTED, by=SYSTEM)
    assert refused(life, proof) == "proof_does_not_count"


@pytest.mark.parametrize("days", [-2, 1])
def test_service_lies_between_the_deduction_and_today(days: int) -> None:
    life = silent()
    on = life.today + timedelta(days=days)
    assert refused(life, receipt(life, received_at=at_local(on, time(0)))) == "date_not_plausible"


def test_a_deduction_that_is_not_there_is_named() -> None:
    life = silent()
    assert refused(life, receipt(life, deduction=999)) == "no_such_deduction"


def test_the_same_receipt_has_the_same_id_whoever_hands_it_in() -> None:
    life = silent()
    proof = receipt(life, by=SYSTEM)
    name = of_points_receipt("CQ2024-0001", proof)
    assert name.startswith(f"proof:CQ2024-0001/d{proof.deduction}/officer_record/2024-07-0")
    assert bare_of(name)


# -- what the bureau owes --------------------------------------------------------------------------


def test_the_bureau_owes_the_service_of_the_notice_and_is_reminded_of_it() -> None:
    life = silent()
    ref = str(life.problem.deductions[0].seq)
    assert owes(life.problem, e.BureauDuty.POINTS_SERVICE, ref)
    owed = {due.duty: due.due_on for due in owed_by_bureau(life.problem, life.rules)}
    assert owed[e.BureauDuty.POINTS_SERVICE] == date(2024, 7, 12)
    life.until(date(2024, 8, 30))
    reminded = [
        one
        for one in life.events
        if isinstance(one, e.BureauReminded) and one.duty is e.BureauDuty.POINTS_SERVICE
    ]
    assert len(reminded) == 2
    assert owes(life.problem, e.BureauDuty.POINTS_SERVICE, ref)
    life.prove_told()
    assert not owes(life.problem, e.BureauDuty.POINTS_SERVICE, ref)


def test_who_appeals_has_its_notice() -> None:
    life = silent()
    life.appeal()
    assert not life.problem.unreceived
    duties = {due.duty for due in owed_by_bureau(life.problem, life.rules)}
    assert e.BureauDuty.POINTS_SERVICE not in duties


def test_a_deduction_taken_back_needs_no_notice() -> None:
    life = silent()
    life.propose(c.ReverseDeduction(deduction=life.problem.deductions[0].seq))
    life.agree()
    assert not life.problem.unreceived


# -- come back -------------------------------------------------------------------------------------


def test_a_notice_that_came_back_withdraws_the_proof_that_rests_on_it() -> None:
    life = silent()
    life.prove_told()
    life.until(date(2024, 7, 15))
    came_back(life)
    assert appeal_until(life.problem.deductions[0], life.rules) is None
    assert life.notices[-1].kind is NoticeKind.BUREAU_TASK
    owed = {due.duty: due.due_on for due in owed_by_bureau(life.problem, life.rules)}
    assert owed[e.BureauDuty.POINTS_SERVICE] == date(2024, 7, 16)
    assert "停止计算" in in_words(life.events[-1])
    assert life.problem.rounds[0].proof == silent().problem.rounds[0].proof


def test_a_notice_to_another_recipient_that_came_back_changes_nothing() -> None:
    life = silent()
    life.prove_told()
    before = len(life.notices)
    came_back(life, "b@example.cn")
    assert appeal_until(life.problem.deductions[0], life.rules) is not None
    assert len(life.notices) == before
    assert "停止计算" not in in_words(life.events[-1])


def test_the_return_of_a_notice_that_nobody_counts_is_not_recorded() -> None:
    life = silent(of_the_day_it_left())
    with pytest.raises(Refusal):
        came_back(life)


# -- the end of the life ---------------------------------------------------------------------------


def test_a_life_does_not_end_while_nobody_can_show_that_its_deduction_was_told() -> None:
    life = closed(silent())
    life.served = False
    life.until(date(2024, 12, 31))
    assert not life.problem.ended
    assert "life:end_held" in life.tags
    assert "暂不结束" in in_words(next(v for v in life.events if isinstance(v, e.LifeEndHeld)))
    life.appeal()
    assert life.problem.appeals_open


def test_a_life_ends_when_the_window_from_the_receipt_has_passed() -> None:
    life = closed(silent())
    life.served = False
    life.until(date(2024, 9, 2))
    life.prove_told()
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert (duty.kind, duty.at) == (DutyKind.LIFE_END, midnight_ending(date(2024, 9, 14)))
    life.until(date(2024, 9, 15))
    assert life.problem.ended


def test_the_notice_says_within_how_many_days_of_its_receipt_it_may_be_appealed() -> None:
    notice = next(one for one in silent().notices if one.kind is NoticeKind.POINTS_DEDUCTED)
    assert dict(notice.details)["appeal_days"] == "10"


def test_a_return_leaves_a_deduction_untold_where_no_other_proof_stands() -> None:
    life = silent()
    assert left_untold(life.problem.deductions[0], "a@example.cn")
    life.prove_told()
    told = life.problem.deductions[0]
    assert left_untold(told, "a@example.cn")
    assert not left_untold(told, "b@example.cn")
    assert not left_untold(replace(told, reversed_seq=9), "a@example.cn")
