"""Past commands, one new command, then what must be true."""

from __future__ import annotations

from datetime import date, time, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from domain import commands as c
from domain import events as e
from domain.agenda import DutyKind, agenda
from domain.decide import decide_duty
from domain.local_time import at_local, day_of, midnight_ending
from domain.notices import NoticeKind
from domain.refusals import REFUSALS, Refusal, WrongContent
from domain.roles import Actor, Role
from domain.stages import Fact, Light, RoundKind, Stage
from domain.words.events import in_words
from tests.worlds.life import (
    DISTRICT,
    MONDAY,
    OFFICER,
    OTHER_OFFICER,
    SUPERVISOR,
    Life,
    default_rules,
    some_facts,
    transferred,
)

DUE = date(2024, 7, 9)


def refused(code: str) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda refusal: refusal.code == code)


# -- transfer --------------------------------------------------------------------------------------


def test_a_key_content_is_punished_by_the_group_and_any_other_transferred_for_handling() -> None:
    general, key = Life(), Life()
    assert general.register().route == "general"
    assert key.register(key_content="covert_discharge").route == "direct_punishment"


def test_a_transfer_opens_the_feedback_round_of_fifteen_days() -> None:
    life = transferred()
    round_ = life.problem.open_round
    assert round_ is not None
    assert (round_.kind, round_.due_on) == (RoundKind.FEEDBACK, DUE)
    assert round_.due_at == at_local(date(2024, 7, 10), time(0))
    assert life.problem.stage is Stage.AWAITING_FEEDBACK


@pytest.mark.parametrize(
    ("on", "today", "code"),
    [
        (date(2024, 6, 20), date(2024, 6, 24), "before_plan"),
        (date(2024, 6, 25), date(2024, 6, 24), "transfer_in_future"),
    ],
)
def test_a_transfer_on_an_impossible_day_is_refused(on: date, today: date, code: str) -> None:
    life = Life(now=at_local(today, time(0)))
    life.register()
    with refused(code):
        life.transfer(on)
    assert life.problem.stage is Stage.REGISTERED


def test_a_transfer_on_the_last_day_that_leaves_time_is_taken() -> None:
    life = Life(now=at_local(DUE, time(23, 59, 59)))
    life.register()
    assert life.transfer(MONDAY).open_round is not None


def test_a_problem_is_transferred_once() -> None:
    life = transferred()
    with refused("already_transferred"):
        life.transfer()


def test_a_rectification_date_before_the_transfer_is_refused() -> None:
    life = Life()
    life.register()
    with refused("rectification_before_transfer"):
        life.transfer(MONDAY, rectify_by=date(2024, 6, 23))


def test_an_unknown_district_or_content_is_refused() -> None:
    with refused("district_unknown"):
        Life().register(district="999999")
    with refused("key_content_unknown"):
        Life().register(key_content="no_such_content")


def test_a_district_that_has_ended_takes_no_transfer_and_its_successor_is_named() -> None:
    life = Life(now=at_local(date(2025, 11, 7), time(9)))
    life.register(district="500112")
    with pytest.raises(Refusal, match="两江新区"):
        life.transfer()


def test_the_district_cannot_transfer_and_the_auditor_can_do_nothing() -> None:
    life = Life()
    life.register()
    for actor in (DISTRICT, Actor("auditor-1", Role.AUDITOR)):
        with refused("role_not_allowed"):
            life.do(c.TransferProblem(on=MONDAY, document_no="x", by=actor))


# -- feedback --------------------------------------------------------------------------------------


def test_an_answer_in_the_last_second_is_in_time_and_one_at_the_due_instant_is_late() -> None:
    due_at = at_local(date(2024, 7, 10), time(0))
    for received_at, late in ((due_at - timedelta(microseconds=1), False), (due_at, True)):
        life = transferred()
        life.now = due_at
        life.answer(received_at=received_at)
        assert life.problem.submissions[-1].late is late


def test_an_answer_from_another_district_is_refused() -> None:
    life = transferred()
    with refused("wrong_district"):
        life.answer(district="500104")


def test_a_second_answer_to_the_round_under_review_is_refused_with_the_first_receipt() -> None:
    life = transferred()
    life.answer()
    with pytest.raises(Refusal, match="r1"):
        life.answer(receipt="r2")


def test_an_answer_to_a_round_that_never_was_is_refused() -> None:
    life = transferred()
    for number in (-1, 2, 99):
        with refused("unknown_round"):
            life.answer(round_no=number)


def test_an_answer_to_an_earlier_round_is_kept_without_moving_the_state() -> None:
    life = transferred()
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.answer(round_no=1, receipt="late-copy")
    filed = life.events[-1]
    assert isinstance(filed, e.AnswerFiled)
    assert filed.why is e.FiledWhy.EARLIER_ROUND
    assert life.problem.stage is Stage.AWAITING_FEEDBACK
    assert not life.problem.submissions[-1].moved_state


def test_a_promise_needs_a_date_that_is_not_past() -> None:
    life = transferred()
    with refused("promise_missing"):
        life.answer(c.RectificationState.IN_PROGRESS)
    with refused("promise_in_past"):
        life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 6, 23))


def test_progress_in_a_rectification_round_does_not_move_the_agreed_date() -> None:
    life = promised(date(2024, 7, 24))
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 12, 31))
    filed = life.events[-1]
    assert isinstance(filed, e.AnswerFiled)
    assert filed.why is e.FiledWhy.PROGRESS
    assert life.problem.stage is Stage.RECTIFYING
    round_ = life.problem.open_round
    assert round_ is not None
    assert round_.due_on == date(2024, 7, 24)


def test_an_answer_after_closure_is_refused() -> None:
    life = closed()
    with refused("problem_closed"):
        life.answer(round_no=1, receipt="too-late")


# -- review ----------------------------------------------------------------------------------------


def promised(on: date) -> Life:
    """A life whose promise was accepted."""
    life = transferred()
    life.until(date(2024, 7, 4))
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=on)
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    return life


def test_accepting_in_progress_opens_a_round_for_the_promised_day() -> None:
    round_ = promised(date(2024, 7, 24)).problem.open_round
    assert round_ is not None
    assert (round_.kind, round_.due_on) == (RoundKind.RECTIFICATION, date(2024, 7, 24))


def test_a_promised_day_stands_even_on_a_rest_day() -> None:
    round_ = promised(date(2024, 7, 27)).problem.open_round
    assert round_ is not None
    assert round_.due_on == date(2024, 7, 27)


def test_the_officer_may_agree_on_another_day_than_was_promised() -> None:
    life = transferred()
    life.answer(c.RectificationState.NOT_BEGUN)
    with refused("promise_missing"):
        life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=date(2024, 7, 20))
    round_ = life.problem.open_round
    assert round_ is not None
    assert round_.due_on == date(2024, 7, 20)


def test_an_agreed_day_is_neither_past_nor_beyond_the_policys_bound() -> None:
    life = transferred()
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 12, 31))
    with refused("promise_too_late"):
        life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    with refused("promise_in_past"):
        life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=date(2024, 6, 23))
    bound = MONDAY + timedelta(days=life.rules.policy.clocks.promise_max_days)
    assert life.review(c.Verdict.ACCEPT_IN_PROGRESS, promised_on=bound).open_round is not None


def test_an_unfinished_rectification_cannot_be_accepted_as_done() -> None:
    life = transferred()
    life.answer(c.RectificationState.NOT_BEGUN)
    with refused("answer_not_done"):
        life.review(c.Verdict.ACCEPT_DONE)


def test_a_verdict_needs_the_answer_that_waits_and_a_reason_when_it_is_negative() -> None:
    life = transferred()
    with refused("not_in_this_stage"):
        life.review()
    life.answer()
    stale = c.ReviewFeedback(
        receipt_id="another", verdict=c.Verdict.ACCEPT_DONE, reason="", by=OFFICER
    )
    with refused("receipt_not_under_review"):
        life.do(stale)
    for verdict in (c.Verdict.RETURN_FOR_SUPPLEMENT, c.Verdict.FOUND_FALSE):
        with refused("reason_missing"):
            life.review(verdict, reason=" ")


def test_a_returned_answer_opens_a_short_second_round_and_is_counted() -> None:
    life = transferred()
    life.until(date(2024, 7, 5))
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    round_ = life.problem.open_round
    assert round_ is not None
    assert round_.kind is RoundKind.SUPPLEMENT
    assert round_.due_on == date(2024, 7, 12)
    assert life.problem.times(Fact.RETURNED) == 1
    assert life.problem.points == 0


def test_found_false_lists_deducts_and_asks_again() -> None:
    life = transferred()
    life.answer()
    life.review(c.Verdict.FOUND_FALSE)
    entry = life.problem.entry
    assert entry is not None
    assert entry.reasons == (Fact.NOT_STRICT_OR_FALSE,)
    assert (life.problem.level, life.problem.points) == (1, Decimal(2))
    assert life.problem.stage is Stage.RECTIFYING


# -- not on time -----------------------------------------------------------------------------------


def test_silence_at_the_due_instant_lists_deducts_and_starts_level_one() -> None:
    life = transferred()
    before = life.until(DUE, time(23, 59))
    assert before.entry is None
    life.until(date(2024, 7, 10), time(0))
    entry = life.problem.entry
    assert entry is not None
    assert (entry.reasons, entry.listed_on) == ((Fact.NO_FEEDBACK,), DUE)
    assert (life.problem.level, life.problem.points) == (1, Decimal("0.2"))


def test_a_missed_promise_lists_for_overdue_rectification() -> None:
    life = promised(date(2024, 7, 24))
    life.until(date(2024, 7, 25))
    entry = life.problem.entry
    assert entry is not None
    assert entry.reasons == (Fact.OVERDUE_RECTIFICATION,)
    assert life.problem.points == Decimal("0.5")


def test_a_rectification_date_of_the_transfer_that_passes_is_a_ground_of_its_own() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 3))
    life.until(date(2024, 7, 4))
    assert life.problem.times(Fact.OVERDUE_RECTIFICATION) == 1
    life.until(date(2024, 7, 10))
    entry = life.problem.entry
    assert entry is not None
    assert entry.reasons == (Fact.OVERDUE_RECTIFICATION, Fact.NO_FEEDBACK)


def test_a_later_agreed_date_replaces_the_one_of_the_transfer() -> None:
    life = Life()
    life.register()
    life.transfer(rectify_by=date(2024, 7, 10))
    life.answer(c.RectificationState.IN_PROGRESS, promised_on=date(2024, 7, 24))
    life.review(c.Verdict.ACCEPT_IN_PROGRESS)
    life.until(date(2024, 7, 24))
    assert life.problem.entry is None


def test_the_second_time_costs_double_and_the_cap_holds() -> None:
    life = transferred()
    for expected in (Decimal(2), Decimal(5), Decimal(5)):
        life.answer()
        life.review(c.Verdict.FOUND_FALSE)
        assert life.problem.points == expected
    capped = [event for event in life.events if isinstance(event, e.PointsDeducted)]
    assert [event.capped for event in capped] == [False, True]


def test_the_bureaus_time_never_counts_against_the_district() -> None:
    life = transferred()
    life.until(date(2024, 7, 4))
    life.answer()
    life.until(date(2024, 9, 30))
    assert life.problem.entry is None
    assert life.problem.points == 0
    assert e.BureauDuty.REVIEW in life.problem.late_duties


def test_levels_rise_while_unrectified_and_count_from_the_previous_one() -> None:
    life = transferred()
    life.until(date(2025, 6, 30))
    raised = [(r.at, r.event) for r in life.history if isinstance(r.event, e.LevelRaised)]
    assert raised[0][1].on == DUE
    calendar = life.rules.calendar
    for (before, _), (after, event) in pairwise(raised):
        rule = life.rules.policy.level_rule(event.level)
        assert rule is not None
        last_day = calendar.add_working_days(day_of(before), rule.after_working_days)
        assert (event.on, after) == (last_day, midnight_ending(last_day))
    assert life.problem.highest_level == max(rule.level for rule in life.rules.policy.levels)


def test_a_levels_clock_stops_while_the_bureau_owes_the_step() -> None:
    life = transferred()
    life.until(date(2024, 7, 17))
    life.answer()
    life.until(date(2024, 8, 30))
    assert life.problem.level == 1
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.until(date(2024, 9, 9), time(23, 59))
    assert life.problem.level == 1
    life.until(date(2024, 9, 10), time(0))
    assert life.problem.level == 2


# -- revisit and closure ---------------------------------------------------------------------------


def accepted() -> Life:
    """A life whose rectification was accepted as done."""
    life = transferred()
    life.prove()
    life.until(date(2024, 7, 4))
    life.answer()
    life.until(date(2024, 7, 8))
    life.review()
    return life


def closed() -> Life:
    """A closed life."""
    life = accepted()
    life.until(date(2024, 7, 22))
    life.revisit()
    life.approve()
    return life


def test_an_accepted_rectification_is_revisited_on_the_day_the_policy_says() -> None:
    life = accepted()
    assert life.problem.stage is Stage.AWAITING_REVISIT
    assert life.problem.revisit_on == date(2024, 7, 22)


def test_a_listed_problem_leaves_the_list_by_the_approved_closure_after_a_passed_revisit() -> None:
    life = transferred()
    life.until(date(2024, 7, 12))
    life.answer()
    life.review()
    life.until(date(2024, 7, 26))
    life.revisit()
    assert life.problem.proposal is not None
    assert (life.problem.entry is None, life.problem.level) == (False, 1)
    life.do(c.DeclineClosure(reason="示例", by=SUPERVISOR))
    assert (life.problem.entry is None, life.problem.level) == (False, 1)
    life.until(date(2024, 8, 9))
    life.revisit()
    life.approve()
    assert life.problem.entries[0].taken_off_on == date(2024, 8, 9)
    assert (life.problem.level, life.problem.highest_level) == (0, 1)


def test_a_failed_revisit_lists_and_opens_another_round() -> None:
    life = accepted()
    life.until(date(2024, 7, 22))
    life.revisit(c.RevisitResult.NOT_IN_PLACE)
    entry = life.problem.entry
    assert entry is not None
    assert entry.reasons == (Fact.NOT_IN_PLACE,)
    assert life.problem.stage is Stage.RECTIFYING


def test_a_revisit_is_neither_in_the_future_nor_without_findings() -> None:
    life = accepted()
    tomorrow = life.today + timedelta(days=1)
    result = c.RevisitResult.IN_PLACE
    with refused("date_not_plausible"):
        life.do(c.RecordRevisit(on=tomorrow, result=result, findings="x", by=OFFICER))
    with refused("reason_missing"):
        life.do(c.RecordRevisit(on=life.today, result=result, findings="", by=OFFICER))


def test_closure_needs_a_second_person_with_the_right_role_and_what_was_proposed() -> None:
    life = accepted()
    with refused("not_in_this_stage"):
        life.approve()
    life.do(
        c.RecordRevisit(
            on=life.today, result=c.RevisitResult.IN_PLACE, findings="到位", by=SUPERVISOR
        )
    )
    with refused("second_person_required"):
        life.approve(SUPERVISOR)
    with refused("role_not_allowed"):
        life.approve(OTHER_OFFICER)
    second = Actor("supervisor-2", Role.SUPERVISOR)
    with refused("approval_is_stale"):
        life.do(c.ApproveClosure(content_hash="f" * 64, by=second))
    assert life.approve(second).stage is Stage.CLOSED


def test_a_proposed_problem_is_not_revisited_again_until_the_proposal_is_declined() -> None:
    life = accepted()
    life.revisit()
    with refused("not_in_this_stage"):
        life.revisit()
    with refused("reason_missing"):
        life.do(c.DeclineClosure(reason="", by=SUPERVISOR))
    life.do(c.DeclineClosure(reason="照片不全", by=SUPERVISOR))
    with refused("not_in_this_stage"):
        life.do(c.DeclineClosure(reason="照片不全", by=SUPERVISOR))
    assert life.problem.stage is Stage.AWAITING_REVISIT
    assert life.revisit().proposal is not None


def test_a_clean_life_ends_with_its_closure() -> None:
    life = closed()
    life.until(life.today, time(10))
    assert life.problem.ended
    assert life.tags[-2:] == ["problem:closed", "life:ended"]


def test_a_life_with_deductions_ends_when_the_appeal_window_has_passed() -> None:
    life = transferred()
    life.until(date(2024, 7, 10))
    life.prove_told()
    life.answer()
    life.review()
    life.until(date(2024, 7, 10), time(11))
    life.revisit()
    life.approve()
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    assert duty.kind is DutyKind.LIFE_END
    assert duty.at == at_local(date(2024, 7, 25), time(0))


def test_the_bureaus_own_lateness_is_recorded_once_each() -> None:
    life = accepted()
    before = life.until(date(2024, 12, 31))
    assert before.late_duties == (e.BureauDuty.REVISIT,)
    life.revisit()
    after = life.until(date(2025, 3, 31))
    assert after.late_duties == (e.BureauDuty.APPROVAL,)
    reminded = [(v.duty, v.step) for v in life.events if isinstance(v, e.BureauReminded)]
    assert reminded == [
        (duty, step) for duty in (e.BureauDuty.REVISIT, e.BureauDuty.APPROVAL) for step in (1, 2)
    ]


# -- service, list number, pressing by hand --------------------------------------------------------


def test_unproven_service_holds_the_consequence_and_recorded_service_restarts_the_days() -> None:
    life = transferred()
    life.served = False
    life.until(date(2024, 7, 11))
    assert life.problem.entry is None
    round_ = life.problem.open_round
    assert round_ is not None
    assert round_.held_at is not None
    life.do(c.RecordService(served_on=date(2024, 7, 11), means="直接送达", by=OFFICER))
    round_ = life.problem.open_round
    assert round_ is not None
    assert (round_.due_on, round_.original_due_on) == (date(2024, 7, 26), DUE)
    life.until(date(2024, 7, 27))
    assert life.problem.entry is not None


def test_service_on_the_day_of_the_transfer_releases_a_held_consequence_at_once() -> None:
    life = transferred()
    life.served = False
    life.until(date(2024, 7, 11))
    life.do(c.RecordService(served_on=MONDAY, means="直接送达", by=OFFICER))
    life.until(date(2024, 7, 11), time(11))
    assert life.problem.entry is not None


@pytest.mark.parametrize("served_on", [MONDAY - timedelta(days=1), MONDAY + timedelta(days=30)])
def test_service_on_an_impossible_day_is_refused(served_on: date) -> None:
    life = transferred()
    with refused("date_not_plausible"):
        life.do(c.RecordService(served_on=served_on, means="直接送达", by=OFFICER))


def test_service_does_not_move_a_promised_day() -> None:
    life = promised(date(2024, 7, 24))
    life.do(c.RecordService(served_on=life.today, means="直接送达", by=OFFICER))
    round_ = life.problem.open_round
    assert round_ is not None
    assert round_.due_on == date(2024, 7, 24)


def test_service_recorded_for_a_supplement_round_restarts_its_own_days() -> None:
    life = transferred()
    life.until(date(2024, 7, 5))
    life.answer()
    life.review(c.Verdict.RETURN_FOR_SUPPLEMENT)
    life.until(date(2024, 7, 9))
    life.do(c.RecordService(served_on=date(2024, 7, 9), means="直接送达", by=OFFICER))
    round_ = life.problem.open_round
    assert round_ is not None
    assert round_.due_on == date(2024, 7, 16)


def test_a_list_number_needs_an_entry() -> None:
    life = transferred()
    number = c.RecordListNumber(number="渝督〔2024〕示例7号", by=OFFICER)
    with refused("nothing_listed"):
        life.do(number)
    life.until(date(2024, 7, 10))
    entry = life.do(number).entry
    assert entry is not None
    assert entry.number == "渝督〔2024〕示例7号"


def test_pressing_by_hand_is_one_more_reminder_beside_the_ladder() -> None:
    life = transferred()
    press = c.SendReminder(by=OFFICER)
    life.do(press)
    life.do(press)
    issued = [event for event in life.events if isinstance(event, e.ReminderIssued)]
    assert [(event.rung, event.light) for event in issued] == [
        ("manual-1", Light.BLUE),
        ("manual-2", Light.BLUE),
    ]
    assert [in_words(event) for event in issued] == ["发出人工催办（第1轮）"] * 2
    by_hand = [order for order in life.notices if order.kind is NoticeKind.REMINDER]
    assert [order.by_hand for order in by_hand] == [True, True]
    life.until(date(2024, 7, 10))
    assert "d-5" in life.problem.rounds[0].rungs
    life.do(press)
    last = life.events[-1]
    assert isinstance(last, e.ReminderIssued)
    assert last.light is Light.RED
    life.answer()
    with refused("not_in_this_stage"):
        life.do(press)


# -- duties ----------------------------------------------------------------------------------------


def test_no_duty_is_met_before_its_instant() -> None:
    life = transferred()
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    early = duty.at - timedelta(microseconds=1)
    with pytest.raises(ValueError, match="not due"):
        decide_duty(life.problem, duty, served=True, now=early, rules=life.rules)


def test_a_duty_that_is_not_on_the_agenda_is_a_bug() -> None:
    life = transferred()
    life.prove()
    duty = agenda(life.problem, life.rules)
    assert duty is not None
    life.until(date(2024, 7, 9))
    with pytest.raises(ValueError, match="no reminder"):
        decide_duty(life.problem, duty, served=True, now=life.now, rules=life.rules)


def test_after_an_outage_overtaken_rungs_are_skipped_not_sent_in_a_burst() -> None:
    life = transferred()
    asleep = timedelta(days=60)
    for _ in range(20):
        duty = agenda(life.problem, life.rules)
        assert duty is not None
        if duty.at > at_local(MONDAY, time(9)) + asleep:
            break
        life.meet(duty, late_by=at_local(MONDAY, time(9)) + asleep - duty.at)
    issued = [event for event in life.events if isinstance(event, e.ReminderIssued)]
    skipped = [event for event in life.events if isinstance(event, e.ReminderSkipped)]
    levels = [event.level for event in life.events if isinstance(event, e.LevelRaised)]
    assert len(issued) <= 1
    assert len(skipped) >= 8
    assert levels == [1]


def test_every_refusal_code_has_a_sentence_without_open_gaps() -> None:
    for code, family in REFUSALS.items():
        sentence = family.sentences[code]
        assert sentence.endswith("。"), code
        assert "{}" not in sentence


def test_the_default_facts_of_these_tests_are_a_general_problem() -> None:
    assert some_facts().key_content is None


def test_a_refusal_writes_days_as_official_letters_do() -> None:
    refusal = WrongContent("promise_too_late", on="2024-07-01", limit="2024-08-01")
    assert (
        str(refusal) == "承诺完成日期2024年7月1日超出最长期限2024年8月1日，请提前或另行申请延期。"
    )
    assert refusal.details == {"on": "2024-07-01", "limit": "2024-08-01"}


def test_any_key_content_among_several_is_punished_by_the_group() -> None:
    several = Life()
    registered = several.register(
        key_content="excessive_emission", further_contents=("monitoring_abnormal",)
    )
    assert registered.route == "direct_punishment"
    assert registered.facts.contents == ("excessive_emission", "monitoring_abnormal")
    with refused("key_content_unknown"):
        Life().register(key_content="excessive_emission", further_contents=("no_such_content",))


def _answered_by(life: Life, outcome: str) -> c.SubmitFeedback:
    answer = c.Answer(state=c.RectificationState.DONE, text="已整改", penalty_outcome=outcome)
    return c.SubmitFeedback(
        receipt_id="r-1",
        round_no=1,
        district="500103",
        received_at=life.now,
        answer=answer,
        content_sha256="0" * 64,
        by=DISTRICT,
    )


@pytest.mark.parametrize(
    "outcome", ["first_violation", "minor_violation", "no_fault", "order_to_correct"]
)
def test_what_the_group_punished_itself_no_district_lets_go_unpunished(outcome: str) -> None:
    key = Life()
    key.register(key_content="excessive_emission")
    key.transfer()
    with refused("outcome_against_route"):
        key.do(_answered_by(key, outcome))
    assert key.do(_answered_by(key, "city_group")).stage is Stage.UNDER_REVIEW

    general = Life()
    general.register()
    general.transfer()
    assert general.do(_answered_by(general, outcome)).stage is Stage.UNDER_REVIEW


def test_a_life_of_before_takes_the_outcome_it_took_then() -> None:
    older = Life(rules=default_rules(version=2))
    older.register(key_content="excessive_emission")
    older.transfer()
    assert older.do(_answered_by(older, "first_violation")).stage is Stage.UNDER_REVIEW
