"""What the rules refuse, each with a stable code and the sentence people read.

Refusal
├── WrongActor            role_not_allowed, second_person_required, wrong_district
├── WrongMoment           not_in_this_stage, problem_closed, already_answered, already_transferred,
│                         receipt_not_under_review, nothing_listed, approval_is_stale,
│                         transfer_too_old, transfer_in_future, before_plan, unknown_round,
│                         seed_not_known_yet
└── WrongContent          promise_missing, promise_in_past, promise_too_late, answer_not_done,
                          reason_missing, date_not_plausible, district_unknown,
                          district_not_valid, key_content_unknown,
                          rectification_before_transfer, home_district_missing,
                          home_district_inspected, no_draw_candidates, seed_day_unsuitable
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar


class Refusal(Exception):
    """A rule says no. `code` is stable; `str(refusal)` is the Chinese sentence with its remedy."""

    sentences: ClassVar[Mapping[str, str]] = {}

    def __init__(self, code: str, **details: str) -> None:
        """Refuse with `code` of this family; `details` fill its sentence."""
        super().__init__(self.sentences[code].format(**details))
        self.code = code
        self.details = details


class WrongActor(Refusal):
    """Not this person."""

    sentences: ClassVar[Mapping[str, str]] = {
        "role_not_allowed": "{role}无权办理此项操作，请由有权限的人员办理。",
        "second_person_required": "提出人与批准人不得为同一人，请由另一名审批人办理。",
        "wrong_district": "该问题由{owner}办理，不接受其他区县的反馈。",
    }


class WrongMoment(Refusal):
    """Not now."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not_in_this_stage": "问题当前为“{stage}”，不能办理此项操作。",
        "problem_closed": "问题已销号，不再接受办理；如有反弹请联系市级承办人。",
        "already_answered": "本轮反馈已受理（回执 {receipt_id}），正在审核，无需重复提交。",
        "already_transferred": "问题已于 {on} 移交，不能重复移交。",
        "receipt_not_under_review": "待审核的反馈是 {receipt_id}，请刷新页面后重新审核。",
        "nothing_listed": "问题未列入督察问题清单，无需登记清单编号。",
        "approval_is_stale": "拟批准的内容已发生变化，请重新核对后再批准。",
        "transfer_too_old": "按移交日期 {on} 计算，反馈时限 {due_on} 已过，不能移交；请核对移交日期。",
        "transfer_in_future": "移交日期 {on} 晚于今天，请核对移交日期。",
        "before_plan": "日期 {on} 早于行动方案施行之日 {valid_from}，请核对。",
        "unknown_round": "没有第 {round_no} 轮反馈，请使用最近一次通知中的链接。",
        "seed_not_known_yet": "随机种子为 {on} 公布的数值，当日及以后才能抽取。",
    }


class WrongContent(Refusal):
    """Not like this."""

    sentences: ClassVar[Mapping[str, str]] = {
        "promise_missing": "限期整改须写明承诺完成日期。",
        "promise_in_past": "承诺完成日期 {on} 不得早于今天，请填写今后的日期。",
        "promise_too_late": "承诺完成日期 {on} 超出最长期限 {limit}，请提前或另行申请延期。",
        "answer_not_done": "区县填报为“{state}”，不能按已完成整改通过；请选择限期整改或退回补充。",
        "reason_missing": "请写明理由。",
        "date_not_plausible": "日期 {on} 不合理：{why}。",
        "district_unknown": "区县代码 {district} 不存在，请从区县目录中选择。",
        "key_content_unknown": "重点内容代码 {key_content} 不在行动方案的11项之内。",
        "district_not_valid": "{name}在 {on} 不是有效的报送单位，请改选{successors}。",
        "rectification_before_transfer": "整改时限 {on} 早于移交日期，请核对。",
        "home_district_missing": "区县抽调执法人员须填写派出区县。",
        "home_district_inspected": "检查组“{group}”中有{home}派出的人员，按异地交叉执法要求不得检查"
        "{inspected}；请改填其他检查组，或由管理员先将该人员调出本组。",
        "no_draw_candidates": "现在没有待回头看、且未参加过抽取的问题，无需抽取。",
        "seed_day_unsuitable": "随机种子的公布日期 {on} 应晚于今天、不晚于 {limit}："
        "公布名单时任何人都不能预知种子。",
    }


REFUSALS: dict[str, type[Refusal]] = {
    code: family for family in (WrongActor, WrongMoment, WrongContent) for code in family.sentences
}
"""Every refusal code and its family; the doors map them to answers, the docs list them."""
