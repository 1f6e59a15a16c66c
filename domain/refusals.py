"""What the rules refuse, each with a stable code and the sentence people read.

Three families: not this person, not now, not like this.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import ClassVar

from domain.words.days import day_brief

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _said(value: str) -> str:
    """Write a day among the details as official letters do; what only looks like one is left alone."""
    try:
        return day_brief(date.fromisoformat(value)) if _DAY.fullmatch(value) else value
    except ValueError:
        return value


class Refusal(Exception):
    """A rule says no. `code` is stable; `str(refusal)` is the Chinese sentence with its remedy."""

    sentences: ClassVar[Mapping[str, str]] = {}

    def __init__(self, code: str, **details: str) -> None:
        """Refuse with `code` of this family; `details` fill its sentence."""
        said = {name: _said(value) for name, value in details.items()}
        super().__init__(self.sentences[code].format(**said))
        self.code = code
        self.details = details


class WrongActor(Refusal):
    """Not this person."""

    sentences: ClassVar[Mapping[str, str]] = {
        "role_not_allowed": "{role}无权办理此项操作，请由有权限的人员办理。",
        "second_person_required": "提出人与批准人不得为同一人，请由提请人以外的审批人员办理。",
        "wrong_district": "该问题由{owner}办理，不接受其他区县的反馈。",
        "author_must_not_decide": "本项扣分由您作出，申诉和撤销须由其他人员办理。",
        "supervisor_decides": "区县对答复仍有异议的，由审批人决定。",
    }


class WrongMoment(Refusal):
    """Not now."""

    sentences: ClassVar[Mapping[str, str]] = {
        "not_in_this_stage": "问题当前为“{stage}”，不能办理此项操作。",
        "problem_closed": "问题已销号，不再办理；如有反弹请联系市级承办人。",
        "already_answered": "本轮反馈已受理（回执 {receipt_id}），正在审核，无需重复提交。",
        "already_transferred": "问题已于{on}移交，不能重复移交。",
        "receipt_not_under_review": "待审核的反馈是 {receipt_id}，请刷新页面后重新审核。",
        "nothing_listed": "问题未列入督察问题清单，无需登记清单编号。",
        "approval_is_stale": "拟批准的内容与提请的不一致，请重新核对后再批准。",
        "transfer_too_old": "按移交日期{on}计算，反馈时限{due_on}已过，不能移交；请核对移交日期。",
        "transfer_in_future": "移交日期{on}晚于今天，请核对移交日期。",
        "before_plan": "日期{on}早于行动方案施行之日{valid_from}，请核对。",
        "unknown_round": "没有第 {round_no} 轮反馈，请使用最近一次通知中的链接。",
        "seed_not_known_yet": "随机种子为{on}公布的数值，当日及以后才能抽取。",
        "suspended": "问题暂缓办理（自{on}起），恢复计时后再进行此项操作。",
        "not_suspended": "问题未暂缓办理，无需恢复计时。",
        "round_overdue": "办理时限{due_on}已过并已作逾期认定，不能再改动时限；如有异议，请按申诉或撤销扣分程序办理。",
        "round_not_open": "第 {round_no} 轮已不在办理中，请按最近一轮办理。",
        "extension_after_expiry": "时限{due_on}已过，不再受理延期申请；请尽快反馈，反馈将注明逾期。",
        "already_asked": "已有一项申请（回执 {receipt_id}）待答复，无需重复提交。",
        "nothing_asked": "没有回执为 {receipt_id} 的待答复申请，请刷新页面后再办理。",
        "extension_asked_late": "延期须在时限届满{days}日之前申请，最迟{until}，现已逾期，不再受理。",
        "extension_days_used_up": "本问题累计延期已达{days}日，不再受理延期申请。",
        "extensions_used_up": "本轮已延期 {times} 次，达到上限，不再受理延期申请。",
        "objection_too_late": "提出异议的期限{until}已过，请按时反馈；确属移交有误的，请与市级承办人联系。",
        "objection_waits": "区县对移交对象的异议（回执 {receipt_id}）尚未答复，请先答复。",
        "objection_settled": "对移交对象的异议已经审批人答复，不再受理，请按时反馈。",
        "nothing_served": "尚无任何通知证实送达该区县，不能作此认定；请先落实送达。",
        "fact_stated_before": "{on}的“{fact}”已经认定，无需重复。",
        "no_such_proposal": "没有编号为 {proposal} 的待批事项，请刷新页面后再办理。",
        "already_proposed": "已有相同的事项待批（编号 {proposal}），请先办理该事项。",
        "listed_stays": "问题已纳入督察问题清单，须整改到位并经回头看后移出，不能作此处理。",
        "feedback_exists": "区县已经反馈，不能撤回；请按程序审核办理。",
        "no_such_deduction": "没有编号为 {deduction} 的扣分记录，请核对。",
        "appeal_too_late": "申诉期限{until}已过，不再受理。",
        "already_appealed": "该项扣分已申诉（回执 {receipt_id}），每项扣分可申诉一次。",
        "no_such_appeal": "没有回执为 {receipt_id} 的待答复申诉，请刷新页面后再办理。",
        "already_reversed": "该项扣分已经撤销，无需重复办理。",
        "already_drawn": "问题已参加抽取（{draw_id}），不能重复抽取。",
        "revisit_on_site": "{why}，不能以非现场方式回头看，请安排现场回头看。",
        "revisit_required": "该问题须回头看（{why}），不得免予回头看。",
        "nothing_to_reissue": "本轮没有需要重新送达的通知。",
        "nothing_changes": "内容与现有记录相同，无需办理。",
        "id_reused": "该编号已用于本问题的另一项操作，未予办理；请刷新页面后重新提交。",
    }


class WrongContent(Refusal):
    """Not like this."""

    sentences: ClassVar[Mapping[str, str]] = {
        "promise_missing": "限期整改须写明承诺完成日期。",
        "promise_in_past": "承诺完成日期{on}不得早于今天，请填写今后的日期。",
        "promise_too_late": "承诺完成日期{on}超出最长期限{limit}，请提前或另行申请延期。",
        "promise_too_early": "完成日期{on}早于区县承诺的日期和已告知的时限，最早可定为{earliest}；"
        "认为整改过慢的，请退回补充并写明理由。",
        "answer_not_done": "区县填报为“{state}”，不能按已完成整改通过；请选择限期整改或退回补充。",
        "reason_missing": "请写明理由。",
        "date_not_plausible": "日期{on}不合理：{why}。",
        "listing_days_crossed": "有效期至{on}早于列入日期，请核对。",
        "listing_is_over": "有效期至{on}已过，不能列入；请核对。",
        "six_batch_unknown": "“{said}”不在“六个一批”之内，请从六个分类中选择。",
        "six_batch_name_long": "分类名称最多{longest}字，请精简。",
        "six_batch_name_taken": "该名称与另一分类“{name}”相同，请换一个名称。",
        "district_unknown": "区县代码 {district} 不存在，请从区县目录中选择。",
        "key_content_unknown": "重点内容代码 {key_content} 不在行动方案的11项之内。",
        "district_not_valid": "{name}在{on}不是有效的报送单位，请改选{successors}。",
        "rectification_before_transfer": "整改时限{on}早于移交日期，请核对。",
        "home_district_missing": "区县抽调执法人员须填写派出区县。",
        "home_district_inspected": "执法帮扶组“{group}”中有{home}派出的人员，按异地交叉执法要求不得检查"
        "{inspected}；请改填其他执法帮扶组，或由管理员先将该人员调出本组。",
        "home_inspector_sent": "选派人员中有{home}派出的人员，按异地交叉执法要求不得检查{inspected}；"
        "请改派其他人员或执法帮扶组。",
        "inspection_group_unknown": "执法帮扶组名册中没有“{group}”，相近的有：{known}；请填写名册中的名称，"
        "或由管理员先登记该执法帮扶组。",
        "inspection_group_missing": "涉及重点内容的问题由检查组直接查处，请填写发现问题的执法帮扶组；"
        "不是执法帮扶组发现的，请填写线索来源。",
        "no_draw_candidates": "现在没有待回头看、且未参加过抽取的问题，无需抽取。",
        "correction_date_missing": "已完成整改的，请填写完成日期。",
        "seed_day_unsuitable": "随机种子的公布日期{on}应晚于今天、不晚于{limit}："
        "公布名单时任何人都不能预知种子。",
        "extension_not_later": "申请延至{on}，未晚于现有时限{due_on}，请填写更晚的日期。",
        "proof_does_not_count": "按本问题的口径，“{kind}”不作为送达证明。",
        "rectification_date_passed": "移交确定的整改时限{on}已过，请核对日期，或重新确定整改时限后再移交。",
        "extension_in_past": "延至{on}的时限已过，请填写更晚的日期，或不同意延期。",
        "extension_too_short": "时限已过，延至{on}少于不同意延期时应给的工作日，至少延至{earliest}。",
        "extension_too_long": "申请延至{on}，超出最长可延至的{limit}，请提前。",
        "due_date_not_later": "新的时限{on}须晚于现有时限{due_on}，已告知的日期不得提前。",
        "review_date_too_late": "暂缓办理复核日期{on}应在明天与{limit}之间。",
        "fact_not_stated": "“{fact}”由系统按时限或审核、回头看结论认定，不能人工填报。",
        "fact_without_consequence": "本问题适用的口径未就“{fact}”规定扣分或列入清单，无需认定。",
        "fact_outside_time": "“{on}”不在该区县承办期间（{since}至今天），请核对日期。",
        "source_missing": "请填写认定依据，如通报文号、媒体名称和报道日期。",
        "same_district": "问题已由{name}办理，无需改派。",
        "not_a_successor": "{to}不是{name}的承继单位，请从{successors}中选择。",
        "successor_unsure": "地址“{address}”不能确定由{units}中的哪个单位接办：未写明街道（镇）、"
        "写有两个以上，或者只是道路、村社、单位名称中有该字样；请核实所在街道（镇）后单独改派。",
        "not_by_place": "地址“{address}”所在街道（镇）属{unit}，未批量改派给{to}；请核对后单独改派。",
        "not_a_duplicate": "两个问题不能合并办理：{why}。",
        "merge_the_other_way": "{into_no} 的时限{into_due_on}更晚，请将其合并至本问题，以保留较早的时限。",
        "number_missing": "请填写编号。",
        "outcome_against_route": "涉及重点内容的问题已由市级检查组直接依法查处，区县不能填报“{outcome}”；"
        "请选择“市级检查组查处”或其他相符的情形。",
    }


REFUSALS: dict[str, type[Refusal]] = {
    code: family for family in (WrongActor, WrongMoment, WrongContent) for code in family.sentences
}
"""Every refusal code and its family; the doors map them to answers, the docs list them."""
