"""Nothing falls due against a district before it is proven to have been told."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal

import pytest

from domain import commands as c
from domain import events as e
from domain.assessment import assess
from domain.bureau import owed_by_bureau, owes
from domain.command_ids import bare_of, of_proof
from domain.deadlines import StartsFrom
from domain.local_time import at_local
from domain.policy import content_hash
from domain.proof import MailProof, ProofKind
from domain.refusals import Refusal
from domain.roles import SYSTEM
from domain.rules import Rules
from domain.stages import Fact
from domain.words.counted import CountedFrom, counted_from_what
from domain.words.dates import entered_late_words
from domain.words.life import explain_problem
from tests.worlds.life import MONDAY, OFFICER, Life, default_rules, transferred

DUE = date(2024, 7, 9)


def untold(rectify_by: date | None = None, **clock: object) -> Life:
    """A life of which nobody can show that the district was told; `clock` changes the feedback clock."""
    policy = default_rules().policy
    if clock:
        feedback = replace(policy.clocks.feedback, **clock)  # type: ignore[arg-type]  # test builder
        policy = replace(policy, clocks=replace(policy.clocks, feedback=feedback))
        policy = replace(policy, content_hash=content_hash(policy))
    rules = Rules(policy, default_rules().calendar)
    life = Life(rules=rules, now=at_local(MONDAY, time(9)), served=False)
    life.register()
    life.transfer(rectify_by=rectify_by)
    return life


def refused(life: Life, command: c.Command) -> str:
    """The code of the refusal a command gets now."""
    with pytest.raises(Refusal) as info:
        life.do(command)
    return info.value.code


def service(on: date) -> c.RecordService:
    """An officer records service on a day."""
    return c.RecordService(served_on=on, means="直接送达", by=OFFICER)


def bounced(life: Life, recipient: str = "") -> None:
    """The notice came back."""
    report = c.ReportBounce(
        round_no=1, notice_key="x", reported_at=life.now, by=SYSTEM, recipient=recipient
    )
    life.do(report)


# -- before it is proven ---------------------------------------------------------------------------


def test_without_proof_no_date_costs_anything_and_no_reminder_goes_out() -> None:
    life = untold(date(2024, 7, 3))
    life.until(date(2024, 9, 1))
    problem = life.problem
    assert (problem.points, problem.level) == (Decimal(0), 0)
    assert problem.entry is None
    assert not problem.transfer_date_missed
    assert not any(isinstance(v, e.ReminderIssued) for v in life.events)
    assert problem.times(Fact.YELLOW_LIGHT) == 0
    assert "送达未证实" in "".join(explain_problem(problem, life.rules))


def test_until_it_is_proven_the_date_reads_as_one_of_service_and_the_bureau_owes_it() -> None:
    life = untold()
    assert "以送达为准" in "".join(explain_problem(life.problem, life.rules))
    assert owes(life.problem, e.BureauDuty.SERVICE, "r1")
    life.until(date(2024, 6, 26), time(23, 59))
    assert not life.problem.late_duties
    life.until(date(2024, 6, 27))
    assert life.problem.late_duties == (e.BureauDuty.SERVICE,)
    life.prove()
    assert not owes(life.problem, e.BureauDuty.SERVICE, "r1")


def test_a_level_waits_for_the_proof_of_its_round() -> None:
    life = transferred()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    life.served = False
    life.until(date(2024, 9, 1))
    assert life.problem.level == 1
    assert life.problem.rounds[-1].held_at is not None


def test_an_objection_is_in_time_as_long_as_nobody_can_show_that_it_is_not() -> None:
    life = untold()
    life.until(date(2024, 7, 30))
    life.object()
    assert life.problem.objection is not None


# -- proven ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("proven_on", "due_on"),
    [
        (date(2024, 6, 24), DUE),
        (date(2024, 6, 25), DUE),  # one working day is tolerated
        (date(2024, 6, 26), date(2024, 7, 11)),
        (date(2024, 7, 8), date(2024, 7, 23)),
    ],
)
def test_days_run_from_the_proof_where_that_is_later_by_more_than_tolerated(
    proven_on: date, due_on: date
) -> None:
    life = untold(date(2024, 7, 10))
    life.until(proven_on, time(20))
    life.prove()
    round_ = life.problem.rounds[0]
    assert round_.due_on == due_on
    moved = (proven_on - MONDAY).days if due_on != DUE else 0
    assert life.problem.rectification_due_on == date.fromordinal(
        date(2024, 7, 10).toordinal() + moved
    )
    assert round_.original_due_on == DUE
    life.until(due_on, time(23, 59))
    assert life.problem.points == 0


def test_a_proof_that_comes_after_the_due_instant_frees_what_was_held() -> None:
    life = untold()
    life.until(date(2024, 7, 15))
    assert life.problem.rounds[0].held_at is not None
    life.prove()
    round_ = life.problem.rounds[0]
    assert round_.held_at is None
    assert round_.due_on == date(2024, 7, 30)


def test_a_proof_is_taken_once_of_a_kind_that_counts_and_for_the_open_round() -> None:
    life = untold()
    proof = c.RecordProof(
        round_no=1,
        kind=ProofKind.RELAY_ACCEPTED,
        recipient="a@example.cn",
        proven_at=life.now,
        by=SYSTEM,
    )
    assert refused(life, proof) == "proof_does_not_count"
    assert refused(life, replace(proof, round_no=2)) == "round_not_open"
    life.prove(ProofKind.LINK_OPENED)
    assert refused(life, proof) == "nothing_changes"
    assert ProofKind.LINK_OPENED.label == "区县已打开办理链接"


def test_a_proof_from_before_its_round_or_from_a_day_to_come_is_refused_in_words() -> None:
    life = untold()
    proof = c.RecordProof(
        round_no=1, kind=ProofKind.LINK_OPENED, recipient="", proven_at=life.now, by=SYSTEM
    )
    for wrong in (life.now - timedelta(days=30), life.now + timedelta(days=1)):
        assert refused(life, replace(proof, proven_at=wrong)) == "date_not_plausible"
    life.do(proof)
    assert life.problem.rounds[0].proof is not None


def test_lives_judged_by_earlier_rules_take_a_proof_of_whatever_day() -> None:
    life = untold()
    life.rules = replace(life.rules, version=3)
    proof = c.RecordProof(
        round_no=1,
        kind=ProofKind.LINK_OPENED,
        recipient="",
        proven_at=life.now + timedelta(days=1),
        by=SYSTEM,
    )
    life.do(proof)
    assert life.problem.rounds[0].proof is not None


def test_lives_of_before_need_no_proof_of_their_own() -> None:
    life = transferred(version=2)
    assert not life.problem.rounds[0].unproven
    proof = c.RecordProof(
        round_no=1, kind=ProofKind.LINK_OPENED, recipient="", proven_at=life.now, by=SYSTEM
    )
    assert refused(life, proof) == "nothing_changes"


def test_a_proof_while_the_problem_waits_moves_nothing() -> None:
    life = untold()
    life.suspend(30)
    life.until(date(2024, 7, 5))
    life.prove()
    assert life.problem.rounds[0].due_on == DUE


def test_an_agreed_date_stays_unless_the_proof_came_after_it() -> None:
    life = untold()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 7, 10))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.until(date(2024, 7, 5))
    life.prove()
    assert life.problem.rounds[-1].due_on == date(2024, 7, 10)


# -- an officer's record ---------------------------------------------------------------------------


def test_an_officer_moves_a_date_by_the_first_proof_only() -> None:
    life = untold()
    life.until(date(2024, 6, 28))
    life.do(service(date(2024, 6, 28)))
    assert life.problem.rounds[0].due_on == date(2024, 7, 15)
    life.until(date(2024, 7, 3))
    life.do(service(date(2024, 7, 3)))
    life.do(service(date(2024, 6, 28)))
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    assert life.problem.rounds[0].due_on == date(2024, 7, 15)


# -- withdrawn -------------------------------------------------------------------------------------


def test_a_bounce_withdraws_the_proof_and_what_rested_on_it_falls() -> None:
    life = untold()
    life.prove()
    life.until(date(2024, 7, 12))
    assert life.problem.level == 1
    bounced(life, "a@example.cn")
    problem = life.problem
    assert (problem.points, problem.level) == (Decimal(0), 0)
    assert problem.entry is None
    assert (problem.rounds[0].overdue_at, problem.rounds[0].excused_at) == (None, None)
    assert problem.rounds[0].held_at is not None
    life.prove()
    assert life.problem.rounds[0].due_on == date(2024, 7, 29)


def test_the_transfers_own_date_waits_again_too() -> None:
    life = untold(date(2024, 7, 1))
    life.prove()
    life.until(date(2024, 7, 3))
    assert life.problem.transfer_date_missed
    bounced(life)
    problem = life.until(date(2024, 7, 4))
    assert problem.points == 0
    assert not problem.transfer_date_missed
    assert problem.rounds[0].held_at is not None


def test_what_came_back_from_somebody_else_withdraws_nothing() -> None:
    life = untold()
    life.prove()
    bounced(life, "b@example.cn")
    assert life.problem.rounds[0].proof is not None


def test_a_link_that_was_opened_is_not_withdrawn_by_a_bounce() -> None:
    life = untold()
    life.prove(ProofKind.LINK_OPENED)
    bounced(life)
    assert life.problem.rounds[0].proof is not None


def test_a_bounce_after_the_late_answer_undoes_what_rested_on_the_proof_too() -> None:
    life = untold()
    life.prove()
    life.until(date(2024, 7, 12))
    life.answer()
    bounced(life)
    assert life.problem.points == 0
    assert life.problem.entry is None
    assert "fact:held" not in life.tags
    assert assess([life.problem], (), 2024, life.now)["500103"].late == 0


# -- 签收 ------------------------------------------------------------------------------------------


def test_days_from_sign_in_run_from_what_somebody_had_in_hand() -> None:
    life = untold(starts_from=StartsFrom.SIGN_IN)
    proof = c.RecordProof(
        round_no=1, kind=ProofKind.RECIPIENT_SERVER, recipient="", proven_at=life.now, by=SYSTEM
    )
    assert refused(life, proof) == "proof_does_not_count"
    life.until(date(2024, 6, 25))
    life.prove(ProofKind.LINK_OPENED)
    assert life.problem.rounds[0].due_on == date(2024, 7, 10)
    nobody = untold(starts_from=StartsFrom.SIGN_IN)
    nobody.served = True
    nobody.until(date(2024, 8, 1))
    assert nobody.problem.points == 0


# -- entered late ----------------------------------------------------------------------------------


def entered(on: date, today: date) -> Life:
    """A transfer of an earlier day, entered today at nine."""
    life = Life(now=at_local(today, time(9)))
    life.register()
    life.transfer(on)
    return life


@pytest.mark.parametrize(
    ("today", "counted_from"),
    [(date(2024, 7, 2), MONDAY), (date(2024, 7, 3), date(2024, 7, 3)), (DUE, DUE)],
)
def test_too_few_days_left_are_counted_from_the_registration(
    today: date, counted_from: date
) -> None:
    life = entered(MONDAY, today)
    round_ = life.problem.rounds[0]
    assert round_.counted_from == counted_from
    if counted_from != MONDAY:
        assert counted_from_what(round_, life.problem) is CountedFrom.REGISTRATION
        assert "自登记移交之日" in "".join(explain_problem(life.problem, life.rules))
    assert bool(entered_late_words(life.problem, life.rules)) == (counted_from != MONDAY)


def test_a_transfer_long_past_is_taken_and_counted_from_today() -> None:
    life = entered(MONDAY, date(2024, 9, 2))
    assert life.problem.rounds[0].due_on == date(2024, 9, 18)


def test_where_service_on_the_papers_day_is_recorded_the_papers_day_counts() -> None:
    life = Life(now=at_local(date(2024, 7, 8), time(9)))
    life.register()
    command = c.TransferProblem(
        on=MONDAY, document_no="示例1号", served_on=MONDAY, served_by="直接送达", by=OFFICER
    )
    life.do(command)
    assert (life.problem.rounds[0].due_on, life.problem.rounds[0].unproven) == (DUE, False)
    late = Life(now=at_local(date(2024, 7, 10), time(9)))
    late.register()
    assert refused(late, command) == "transfer_too_old"


def test_lives_of_before_refuse_what_is_too_old() -> None:
    life = Life(rules=default_rules(version=2), now=at_local(date(2024, 7, 10), time(0)))
    life.register()
    command = c.TransferProblem(on=MONDAY, document_no="示例1号", by=OFFICER)
    assert refused(life, command) == "transfer_too_old"


# -- the date of a key problem ---------------------------------------------------------------------


def with_a_clock_of_rectification(version: int, key: str | None, named: date | None) -> date | None:
    """The transfer's own date under a policy that sets one for key problems."""
    policy = default_rules().policy
    clock = replace(policy.clocks.redo, days=20)
    policy = replace(policy, clocks=replace(policy.clocks, rectification=clock))
    life = Life(rules=Rules(policy, default_rules().calendar, version))
    life.register(key_content=key)
    life.transfer(rectify_by=named)
    return life.problem.rectification_due_on


def test_a_key_problem_whose_transfer_names_no_date_has_that_of_the_policy() -> None:
    key, named = "open_burning", date(2024, 7, 20)
    assert with_a_clock_of_rectification(3, key, None) == date(2024, 7, 22)
    assert with_a_clock_of_rectification(3, key, named) == named
    assert with_a_clock_of_rectification(3, None, None) is None
    assert with_a_clock_of_rectification(2, key, None) is None


def test_a_proof_is_named_by_what_it_proves() -> None:
    life = untold()
    proof = c.RecordProof(
        round_no=1, kind=ProofKind.LINK_OPENED, recipient="", proven_at=life.now, by=SYSTEM
    )
    named = of_proof("CQ2024-0001", proof)
    assert bare_of(named)
    assert named == "proof:CQ2024-0001/r1/link_opened/2024-06-24T01:00:00+00:00"


def test_a_policy_may_do_without_proof() -> None:
    policy = replace(default_rules().policy, demands_proof_of_service=False)
    life = Life(
        rules=Rules(policy, default_rules().calendar), now=at_local(MONDAY, time(9)), served=False
    )
    life.register()
    life.transfer(rectify_by=date(2024, 7, 1))
    life.until(date(2024, 7, 3))
    assert life.problem.transfer_date_missed


def test_lives_of_before_count_recorded_service_at_once() -> None:
    life = transferred(version=2)
    life.until(date(2024, 6, 25))
    life.do(service(date(2024, 6, 25)))
    assert life.problem.rounds[0].due_on == date(2024, 7, 10)


def test_a_bounce_of_an_unmissed_round_only_asks_for_proof_anew() -> None:
    life = untold()
    life.prove()
    bounced(life)
    assert life.problem.rounds[0].unproven
    assert life.problem.rounds[0].held_at is None


def test_two_grounds_of_one_date_fall_once() -> None:
    life = untold(DUE)
    life.prove()
    life.until(date(2024, 7, 11))
    bounced(life)
    assert life.problem.points == 0
    fell = [v for v in life.events if isinstance(v, e.FactFell)]
    assert len({v.established for v in fell}) == len(fell)


def test_a_notice_sent_again_after_one_that_failed_counts_from_then() -> None:
    life = untold()
    bounced(life)
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    assert life.problem.rounds[0].due_on == DUE
    life.until(date(2024, 6, 28))
    bounced(life)
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    assert life.problem.rounds[0].due_on == date(2024, 7, 15)


def test_lives_of_before_count_anew_whenever_a_notice_is_sent_again() -> None:
    life = transferred(version=2)
    life.until(date(2024, 6, 28))
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    assert life.problem.rounds[0].due_on == date(2024, 7, 15)


def test_a_proof_withdrawn_during_a_suspension_holds_nothing_before_it_ends() -> None:
    life = untold()
    life.prove()
    life.until(date(2024, 7, 10))
    life.suspend()
    bounced(life)
    assert life.problem.points == Decimal(0)
    assert "fact:held" not in life.tags
    life.until(date(2024, 7, 20))
    life.resume()
    life.until(date(2024, 7, 21))
    assert "fact:held" in life.tags
    assert life.problem.points == Decimal(0)


def test_a_notice_sent_again_gives_the_bureau_its_days_for_service_anew() -> None:
    life = untold()
    life.prove()
    life.until(date(2024, 7, 1))
    bounced(life)
    life.until(date(2024, 7, 2))
    life.do(c.ReissueNotice(reason="示例", by=OFFICER))
    due = next(one for one in owed_by_bureau(life.problem, life.rules) if one.key == "service:r1")
    assert due.due_on == date(2024, 7, 4)


def test_our_servers_yes_is_the_recipients_own_where_it_keeps_his_mailbox() -> None:
    queueing = MailProof(ProofKind.RELAY_ACCEPTED, frozenset({"district.example"}))
    assert queueing.of("Somebody@District.example") is ProofKind.RECIPIENT_SERVER
    assert queueing.of("somebody@elsewhere.example") is ProofKind.RELAY_ACCEPTED
    assert MailProof().of("somebody@elsewhere.example") is ProofKind.RECIPIENT_SERVER
