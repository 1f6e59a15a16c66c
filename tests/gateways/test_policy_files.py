"""Policies as files: what is accepted, and how what is not is said in plain Chinese."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from domain.deadlines import DayCount
from domain.policy import ExceptionRules
from domain.stages import Fact
from gateways.policy_files import (
    FOLDER,
    PolicyFileError,
    PolicyNotObeyed,
    load_policy,
    policy_ids,
    read_kept_policy,
    read_policy_file,
)

HASH_OF_VERSION_1 = "6db28763f7199fef1b8868e02229e198f32bcc98518ff62a90398a1b2dea023b"
"""What lives begun under version 1 of the default policy have recorded."""


class _InFull(yaml.SafeDumper):
    """A writer that repeats what it could refer to, as people write."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def written_out(content: object) -> str:
    return yaml.dump(content, Dumper=_InFull, allow_unicode=True)


@pytest.fixture
def content() -> dict[str, Any]:
    """The default policy as plain data, to be spoilt."""
    read: dict[str, Any] = yaml.safe_load((FOLDER / "chongqing-2024.yaml").read_text("utf-8"))
    return read


def written(folder: Path, content: dict[str, Any]) -> Path:
    path = folder / "chongqing-2024.yaml"
    path.write_text(written_out(content), "utf-8")
    return path


def test_four_policies_are_there_and_usable() -> None:
    assert policy_ids() == ("anhui-guapai-2021", "chongqing-2024", "guangyuan-2018", "jinhua")
    assert [load_policy(policy_id).policy_id for policy_id in policy_ids()] == list(policy_ids())


@pytest.mark.parametrize("policy_id", ["chongqing-2024", "guangyuan-2018", "jinhua"])
def test_whatever_no_document_fixes_says_that_it_is_an_example(policy_id: str) -> None:
    policy = load_policy(policy_id)
    clocks = (policy.clocks.supplement, policy.clocks.rectification, policy.clocks.redo)
    assert policy.demo
    assert all("示例" in clock.clause for clock in clocks)
    assert all("示例" in rule.clause for rule in policy.deductions)


def test_anhui_says_its_six_months_and_marks_what_stands_for_months_as_an_example() -> None:
    policy = load_policy("anhui-guapai-2021")
    six_months = policy.clocks.rectification
    assert (six_months.days, six_months.unit) == (6, DayCount.MONTHS)
    assert "示例" in policy.clocks.feedback.clause
    assert (policy.limits.extension_lead_days, policy.limits.extension_total_days) == (30, 180)


def rule_of(content: dict[str, Any], **changes: object) -> dict[str, Any]:
    """The first deduction changed, and without its bands where it is priced by days."""
    rule = content["deductions"][0] | changes
    if "by_days_late" in changes:
        del rule["bands"]
    return content | {"deductions": [rule]}


ONE_DAY = [{"days": 1, "points": 0.1}]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"bands": []}, "须填其一"),
        ({"by_days_late": [*ONE_DAY, *ONE_DAY]}, "逐档递增"),
        ({"by_days_late": ONE_DAY, "fact": "returned"}, "只用于"),
        ({"by_days_late": ONE_DAY, "in_all": True}, "不与in_all"),
        ({"by_days_late": ONE_DAY, "monthly": True}, "不与in_all"),
        ({"by_days_late": ONE_DAY, "counted_within": "year"}, "不与in_all"),
    ],
)
def test_a_price_by_days_that_means_nothing_is_refused_with_the_reason(
    content: dict[str, Any], changes: dict[str, object], words: str
) -> None:
    with pytest.raises(PolicyFileError, match=words):
        read_kept_policy(yaml.safe_dump(rule_of(content, **changes)), "示例")


def test_a_price_by_days_is_read(content: dict[str, Any]) -> None:
    read = read_kept_policy(yaml.safe_dump(rule_of(content, by_days_late=ONE_DAY)), "示例")
    assert read.deductions[0].by_days_late[0].days == 1


def test_a_level_is_reached_at_once_only_by_what_lists_the_problem(content: dict[str, Any]) -> None:
    content["levels"][1]["at_facts"] = ["shirked"]
    with pytest.raises(PolicyFileError, match=r"直达情形.*推诿"):
        read_kept_policy(yaml.safe_dump(content), "示例")
    content["levels"][1]["at_facts"] = ["no_feedback"]
    assert read_kept_policy(yaml.safe_dump(content), "示例").level_at(Fact.NO_FEEDBACK) == 2


def test_the_default_policy_says_itself_what_holds_for_lives_that_bend() -> None:
    said = load_policy().exceptions
    assert said == ExceptionRules()
    assert load_policy("jinhua").exceptions is None
    assert load_policy("jinhua").limits == ExceptionRules()


def test_a_policy_of_ours_that_names_the_group_says_every_number_of_it() -> None:
    for file in sorted(FOLDER.glob("*.yaml")):
        said = yaml.safe_load(file.read_text("utf-8")).get("exceptions")
        assert said is None or set(said) == set(ExceptionRules.__dataclass_fields__), file.name


def test_a_policy_without_the_group_has_the_hash_it_had_before_there_was_one(
    content: dict[str, Any],
) -> None:
    del content["exceptions"], content["clocks"]["appeal_from_receipt"]
    content["version"] = "1"
    counted = content["clocks"]["feedback"]
    counted["clause"] = counted["clause"].replace("参照《民法典》", "按《民法典》")
    content["clocks"]["rectification"] = {
        "days": 30,
        "unit": "calendar_days",
        "clause": "示例：未另行确定整改时限的，自当日起30日，方案未明文",
    }
    silent = read_kept_policy(yaml.safe_dump(content), "示例")
    assert silent.content_hash == HASH_OF_VERSION_1
    content["exceptions"] = dict.fromkeys(ExceptionRules.__dataclass_fields__, 2)
    spoken = read_kept_policy(yaml.safe_dump(content), "示例")
    assert spoken.content_hash != silent.content_hash
    assert spoken.limits.extension_max_days == 2


def test_the_hash_follows_the_content_and_not_the_writing(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    rewritten = read_policy_file(written(tmp_path, content))
    assert rewritten == load_policy()
    content["clocks"]["feedback"]["days"] = 16
    changed = read_policy_file(written(tmp_path, content))
    assert changed.content_hash != rewritten.content_hash
    assert replace(changed, content_hash="", clocks=rewritten.clocks) == replace(
        rewritten, content_hash=""
    )


def test_an_unknown_policy_names_those_there_are() -> None:
    with pytest.raises(PolicyFileError, match=r"没有规则无此规则，现有：anhui-guapai-2021、"):
        load_policy("无此规则")


def test_a_policy_id_leads_nowhere_but_to_the_folder() -> None:
    with pytest.raises(PolicyFileError, match="没有规则"):
        load_policy("../calendars/2024")


def _set(*path: str | int, to: object) -> Callable[[dict[str, Any]], None]:
    def spoil(content: dict[str, Any]) -> None:
        place: Any = content
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = to

    return spoil


def _drop(name: str) -> Callable[[dict[str, Any]], None]:
    def spoil(content: dict[str, Any]) -> None:
        del content[name]

    return spoil


def _repeat_a_rule(content: dict[str, Any]) -> None:
    content["deductions"].append(content["deductions"][0])


def _repeat_a_ground(content: dict[str, Any]) -> None:
    content["listing"].append(content["listing"][0])


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_drop("title"), "title：必须填写"),
        (_set("titel", to="x"), "titel：没有这个字段，请删去或更正名称"),
        (_set("title", to=""), "title：不能为空"),
        (_set("title", to=7), "title：应为文字"),
        (_set("policy_id", to="A B"), "policy_id：只能由小写字母、数字和连字符组成"),
        (_set("policy_id", to="other"), "policy_id：应与文件名相同，现为other"),
        (_set("valid_from", to="2024年"), "valid_from：应为日期，如 2024-06-24，现为2024年"),
        (_set("valid_to", to="2023-01-01"), "失效日期（valid_to）早于施行日期（valid_from）"),
        (_set("clocks", "feedback", "days", to=0), "clocks.feedback.days：不得小于1，现为0"),
        (_set("clocks", "feedback", "days", to="半月"), "clocks.feedback.days：应为整数"),
        (
            _set("clocks", "feedback", "unit", to="weeks"),
            "clocks.feedback.unit：不在可选范围内（'calendar_days', 'working_days' or 'months'），现为weeks",
        ),
        (_set("clocks", "redo", "clause", to=""), "clocks.redo.clause：不能为空"),
        (_set("clocks", "redo", to=None), "clocks.redo：应为一组“名称: 值”"),
        (_set("reminders", "closes_at", to=1050), '时间须写在引号内，如"09:00"，现为1050'),
        (_set("reminders", "opens_at", to="18:00"), "（opens_at）应早于结束（closes_at）"),
        (_set("reminders", "rungs", 0, "light", to="red"), "到期之前的提醒不能为红灯"),
        (_set("reminders", "rungs", 1, "rung", to="d-5"), "提醒名称（rung）重复：d-5"),
        (_set("reminders", "rungs", 1, "days_before", to=5), "（days_before）重复：5"),
        (
            _set("reminders", "rungs", 2, "audience", to=[]),
            "reminders.rungs.第3项.audience：至少填写1项",
        ),
        (
            _set("deductions", 1, "bands", 0, "points", to=-1),
            "deductions.第2项.bands.第1项.points：不得小于0，现为-1",
        ),
        (_set("deductions", 0, "bands", 0, "points", to=0.0001), "最多3位小数，现为0.0001"),
        (_set("deductions", 0, "bands", 1, "occurrence", to=1), "（occurrence）应逐档递增"),
        (_set("deductions", 0, "doubled_for", to=["rumour"]), "没有线索来源rumour"),
        (_repeat_a_rule, "扣分规则编号（rule_id）重复：no-feedback"),
        (_repeat_a_ground, "纳入清单的情形（fact）重复：逾期未反馈"),
        (_set("levels", 1, "level", to=3), "督办层级（levels）应从1起逐级列出"),
        (_set("levels", to=[]), "就应至少有一级督办（levels）"),
        (_set("levels", to="无"), "levels：应为列表"),
        (
            _set("exceptions", "extensions_max", to=-1),
            "exceptions.extensions_max：不得小于0，现为-1",
        ),
        (_set("exceptions", "extension_max_days", to=0), "extension_max_days：不得小于1，现为0"),
        (
            _set("exceptions", "extensions_by_officer", to=3),
            "不得多于延期次数上限（extensions_max）",
        ),
        (_set("exceptions", "extension_days", to=1), "exceptions.extension_days：没有这个字段"),
        (_set("exceptions", to={}), "exceptions.objection_working_days：必须填写"),
    ],
)
def test_a_policy_that_cannot_be_used_says_where_and_why(
    tmp_path: Path,
    content: dict[str, Any],
    spoil: Callable[[dict[str, Any]], None],
    said: str,
) -> None:
    spoil(content)
    with pytest.raises(PolicyFileError) as refused:
        read_policy_file(written(tmp_path, content))
    assert str(refused.value).startswith("规则文件chongqing-2024.yaml内容有误：")
    assert said in str(refused.value)


@pytest.mark.parametrize("raw", [b"a: [1", b"\xff\xfe\x00"])
def test_what_is_no_yaml_is_said_to_be_none(tmp_path: Path, raw: bytes) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(raw)
    with pytest.raises(PolicyFileError, match="不是有效的YAML"):
        read_policy_file(path)


def test_a_list_instead_of_a_policy_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text("- 1", "utf-8")
    with pytest.raises(PolicyFileError, match="全文：应为一组“名称: 值”"):
        read_policy_file(path)


def test_a_missing_file_is_said_to_be_unreadable(tmp_path: Path) -> None:
    with pytest.raises(PolicyFileError, match=r"规则文件x\.yaml无法读取"):
        read_policy_file(tmp_path / "x.yaml")


REDO = {"days": 30, "unit": "calendar_days", "clause": "示例：整改时限30日"}


@pytest.mark.parametrize(
    ("clock", "changes", "named"),
    [
        ("supplement", {"starts_from": "sign_in"}, "clocks.supplement.starts_from："),
        ("redo", {"starts_from": "sign_in"}, "clocks.redo.starts_from："),
    ],
)
def test_a_policy_that_relies_on_what_no_rule_reads_is_refused_in_words(
    tmp_path: Path, content: dict[str, Any], clock: str, changes: dict[str, Any], named: str
) -> None:
    content["clocks"].setdefault(clock, {}).update(changes)
    with pytest.raises(PolicyNotObeyed) as refused:
        read_policy_file(written(tmp_path, content))
    assert refused.value.code == "policy_not_obeyed"
    assert named in str(refused.value)
    kept = read_kept_policy(yaml.safe_dump(content), "示例")
    assert getattr(kept.clocks, clock) != getattr(load_policy().clocks, clock)


def test_a_rectification_clock_that_says_what_is_done_anyway_is_taken(
    tmp_path: Path, content: dict[str, Any]
) -> None:
    content["clocks"]["rectification"] = dict(content["clocks"]["redo"])
    assert read_policy_file(written(tmp_path, content)) == load_policy()
