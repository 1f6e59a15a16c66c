"""The random draw: what is fixed beforehand, what the seed decides, and that anybody may check."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.draw.announcing import (
    Announcement,
    Candidate,
    Drawable,
    DrawRule,
    announce,
    fingerprint,
    rule_of,
    weight_of,
)
from domain.draw.chance import PRECISE, uniform
from domain.draw.checking import differences
from domain.draw.drawing import conclude, draw, quota
from domain.inspection_groups import Member, MemberKind
from domain.problem import ListEntry, Problem, Proposal, Suspension
from domain.refusals import WrongContent, WrongMoment
from domain.roles import SYSTEM
from domain.stages import Fact, Stage
from tests.worlds.life import default_rules
from tests.worlds.problems import problem

RULE = rule_of(default_rules().policy)

NOON = datetime(2024, 9, 2, 4, tzinfo=UTC)
LATER = date(2024, 9, 5)
YUZHONG, DADUKOU, NANAN = "500103", "500104", "500108"

SUSPENSION = Suspension(
    on=date(2024, 9, 1),
    review_on=date(2024, 10, 8),
    reason="停产",
    approved_by=SYSTEM,
    round_no=1,
    days_left=None,
)


def inspector(name: str, home: str, kind: MemberKind = MemberKind.DISTRICT_INSPECTOR) -> Member:
    return Member(member_id=name, name=f"{name}示例", kind=kind, home_district=home)


STAFF = (
    inspector("m-1", YUZHONG),
    inspector("m-2", DADUKOU),
    inspector("m-3", NANAN),
    inspector("m-4", "", MemberKind.CITY_INSPECTOR),
    inspector("x-1", "", MemberKind.ONLINE_EXPERT),
    inspector("x-2", "", MemberKind.AIR_EXPERT),
    inspector("x-3", "", MemberKind.VEHICLE_EXPERT),
)


def announced(
    *problems: Problem,
    points: dict[str, Decimal] | None = None,
    people: tuple[Member, ...] = STAFF,
    on: date = LATER,
) -> Announcement:
    return announce(
        draw_id="draw-1",
        at=NOON,
        seed_source="示例彩票第2024103期开奖号码",
        seed_on=on,
        rule=RULE,
        problems=problems,
        points=points or {},
        people=people,
    )


def test_all_key_contents_are_drawn_and_a_share_of_the_others_rounded_up() -> None:
    keys = [problem(n, content="covert_discharge") for n in range(1, 4)]
    general = [problem(n) for n in range(4, 10)]
    made = announced(*keys, *general)
    assert quota(made) == 2
    outcome = {one.problem_no: one.drawn for one in draw(made, "08 13 22").outcomes}
    assert all(outcome[one.problem_no] for one in keys)
    assert sum(outcome[one.problem_no] for one in general) == 2


@pytest.mark.parametrize(("general", "drawn"), [(0, 0), (1, 1), (5, 1), (6, 2), (10, 2), (11, 3)])
def test_a_share_of_twenty_percent_is_rounded_up(general: int, drawn: int) -> None:
    key = problem(99, content="covert_discharge")
    assert quota(announced(key, *(problem(n) for n in range(general)))) == drawn


def test_what_ever_stood_on_the_list_or_came_back_is_revisited_whatever_is_drawn() -> None:
    listed = replace(
        problem(1), entries=(ListEntry(reasons=(Fact.NOT_IN_PLACE,), listed_on=LATER),)
    )
    made = announced(listed, replace(problem(2), reopened=1), problem(3), problem(4))
    assert [bool(one.must) for one in made.candidates] == [True, True, False, False]
    assert quota(made) == 1
    first, second, *others = draw(made, "s").outcomes
    assert first.drawn
    assert second.drawn
    assert sum(one.drawn for one in others) == 1


def test_only_problems_that_await_their_revisit_are_candidates() -> None:
    proposal = Proposal(content_hash="h", by=SYSTEM, at=NOON)
    others = [
        replace(problem(2), stage=Stage.RECTIFYING),
        replace(problem(3), stage=Stage.CLOSED),
        replace(problem(4), proposal=proposal),
        replace(problem(5), draw_id="draw-0"),
        replace(problem(6), suspensions=(SUSPENSION,)),
    ]
    assert [one.problem_no for one in announced(problem(1), *others).candidates] == ["CQ2024-0001"]
    with pytest.raises(WrongContent) as nobody:
        announced(*others)
    assert nobody.value.code == "no_draw_candidates"


@pytest.mark.parametrize("on", [date(2024, 9, 2), date(2024, 9, 1), date(2024, 10, 4)])
def test_a_seed_that_could_be_known_today_or_comes_too_late_is_refused(on: date) -> None:
    with pytest.raises(WrongContent) as known:
        announced(problem(1), on=on)
    assert known.value.code == "seed_day_unsuitable"


def test_nothing_is_drawn_before_the_day_of_the_seed() -> None:
    made = announced(problem(1))
    with pytest.raises(WrongMoment) as early:
        conclude(made, "08 13 22", date(2024, 9, 4))
    assert early.value.code == "seed_not_known_yet"
    assert conclude(made, "08 13 22", LATER) == draw(made, "08 13 22")


def test_the_uniform_number_of_a_published_seed_is_this_one() -> None:
    assert str(uniform("08 13 22", "revisit", "CQ2024-0001")) == (
        "0.80506235013295408267526841485159227118260170791823"
    )


def test_a_draw_is_the_same_whatever_the_machine_calculates_with() -> None:
    made = announced(*(problem(n, district=d) for n, d in enumerate([YUZHONG, NANAN] * 6)))
    expected = draw(made, "08 13 22")
    with localcontext() as rough:
        rough.prec = 5
        assert draw(made, "08 13 22") == expected
    assert draw(made, "08 13 23") != expected


def test_pure_python_decimals_agree_with_those_of_the_c_library() -> None:
    script = (
        "import sys; sys.modules['_decimal'] = None\n"
        "from domain.draw.chance import PRECISE, uniform\n"
        "u = uniform('s', 'revisit', 'CQ2024-0001')\n"
        "print('_pydecimal' in sys.modules, u, u.ln(PRECISE))"
    )
    here = uniform("s", "revisit", "CQ2024-0001")
    said = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    ).stdout.split()
    assert said == ["True", str(here), str(here.ln(PRECISE))]


def test_the_order_in_which_problems_are_found_does_not_matter() -> None:
    problems = [problem(n) for n in range(8)]
    assert fingerprint(announced(*problems)) == fingerprint(announced(*reversed(problems)))


def test_a_district_that_lost_points_is_drawn_more_often() -> None:
    rule = replace(RULE, share=Decimal("0.1"))
    made = announced(
        *(problem(n, district=YUZHONG if n % 2 else DADUKOU) for n in range(10)),
        points={YUZHONG: Decimal(4)},
    )
    made = replace(made, rule=rule)
    hits = 0
    for seed in range(400):
        (drawn,) = [o for o in draw(made, str(seed)).outcomes if o.drawn]
        hits += int(drawn.problem_no[-4:]) % 2
    # Weights 5 to 1: five sixths of the draws are expected, 333 of 400; 270 is 8 deviations away.
    assert hits > 270
    assert weight_of(Decimal(4), rule) == 5


def test_nobody_is_sent_to_their_own_district() -> None:
    made = announced(
        problem(1, YUZHONG, "covert_discharge"), problem(2, DADUKOU, "off_road_machinery")
    )
    for seed in ("a", "b", "c", "d", "e"):
        first, second = draw(made, seed).outcomes
        assert "m-1" not in first.inspectors
        assert "m-2" not in second.inspectors
        assert len(first.inspectors) == len(second.inspectors) == 2
        assert not {"x-1", "x-2", "x-3"} & {*first.inspectors, *second.inspectors}


@pytest.mark.parametrize(
    ("content", "expert"),
    [
        ("online_data_falsified", ("x-1",)),
        ("off_road_machinery", ("x-3",)),
        ("construction_dust", ("x-2",)),
        (None, ()),
    ],
)
def test_the_expert_is_of_the_kind_the_problem_needs(
    content: str | None, expert: tuple[str, ...]
) -> None:
    (only,) = draw(announced(problem(1, content=content)), "s").outcomes
    assert only.drawn
    assert only.experts == expert


def test_too_few_people_from_elsewhere_leave_the_place_empty() -> None:
    made = announced(problem(1), people=(inspector("m-1", YUZHONG), inspector("m-2", DADUKOU)))
    (only,) = draw(made, "s").outcomes
    assert only.inspectors == ("m-2",)


def test_an_untouched_draw_shows_no_difference() -> None:
    made = announced(*(problem(n) for n in range(6)), problem(9, content="covert_discharge"))
    assert differences(made, draw(made, "08 13 22")) == ()


def test_each_kind_of_tampering_is_found() -> None:
    made = announced(*(problem(n) for n in range(6)))
    result = draw(made, "08 13 22")
    lucky, spared = (
        next(o for o in result.outcomes if o.drawn),
        next(o for o in result.outcomes if not o.drawn),
    )
    swapped = tuple(
        replace(o, drawn=not o.drawn) if o in (lucky, spared) else o for o in result.outcomes
    )
    assert f"问题{lucky.problem_no}记载为未抽中" in "".join(
        differences(made, replace(result, outcomes=swapped))
    )
    other_people = tuple(
        replace(o, inspectors=("m-2",)) if o is lucky else o for o in result.outcomes
    )
    (people,) = differences(made, replace(result, outcomes=other_people))
    assert "检查人员" in people
    (missing,) = differences(made, replace(result, outcomes=result.outcomes[1:]))
    assert "其中之一" in missing
    heavier = replace(made.candidates[0], weight=Decimal(9))
    weighted = replace(made, candidates=(heavier, *made.candidates[1:]))
    found = differences(weighted, result)
    assert any("权重" in one for one in found)
    assert any("校验码" in one for one in found)


@given(
    weights=st.lists(st.integers(0, 40), min_size=1, max_size=12),
    share=st.decimals(0, 1, places=2),
    seed=st.text(min_size=1, max_size=20),
)
def test_any_draw_takes_exactly_its_quota_and_verifies(
    weights: list[int], share: Decimal, seed: str
) -> None:
    rule = DrawRule(share=share, weight_per_point=Decimal("0.5"), inspectors=2, clause="示例")
    candidates = tuple(
        Candidate(
            problem_no=f"CQ2024-{n:04}",
            district=YUZHONG,
            key_content="",
            must="",
            waiting_since=NOON,
            points=Decimal(points) / 10,
            weight=weight_of(Decimal(points) / 10, rule),
        )
        for n, points in enumerate(weights)
    )
    made = Announcement(
        draw_id="d",
        purpose="revisit",
        announced_at=NOON,
        seed_source="示例",
        seed_on=LATER,
        rule=rule,
        candidates=candidates,
        people=(Drawable(member_id="m", kind=MemberKind.CITY_INSPECTOR, barred=()),),
    )
    result = draw(made, seed)
    assert sum(one.drawn for one in result.outcomes) == quota(made)
    assert differences(made, result) == ()


def test_the_share_of_the_others_is_the_policys_own() -> None:
    policy = default_rules().policy
    assert RULE.share == Decimal("0.2")
    half = replace(policy.limits, revisit_share_percent=50)
    other = rule_of(replace(policy, exceptions=half))
    assert other.share == Decimal("0.5")
    assert "50%" in other.clause
