"""What changed in the registers of people, told to people and to programs."""

from __future__ import annotations

from collections.abc import Mapping

from domain.catalogues.districts import district
from domain.policy import POSITION_LABELS, Position
from store.registers.reach import CITY
from store.registers.register_changes import Register, RegisterAct, RegisterChange

REGISTER_LABELS = {
    Register.CONTACTS: "联系人",
    Register.INSPECTION_GROUPS: "执法帮扶组",
    Register.OWN_LISTS: "区县自查清单",
    Register.OWN_LIST_LINKS: "自查填报链接",
    Register.SIX_BATCHES: "六个一批名称",
    Register.POSITIVE_LIST: "监督执法正面清单",
}

ACT_LABELS = {
    RegisterAct.ENTERED: "登记",
    RegisterAct.CHANGED: "修改",
    RegisterAct.APPROVED: "批准",
    RegisterAct.DECLINED: "不批准",
    RegisterAct.RETIRED: "停用",
}


def change_view(change: RegisterChange, names: Mapping[str, str]) -> dict[str, object]:
    """Show a change to a program."""
    return {
        "id": change.change_id,
        "at": change.at,
        "register": change.register,
        "register_label": REGISTER_LABELS[change.register],
        "act": change.act,
        "act_label": ACT_LABELS[change.act],
        "subject": change.subject,
        "by": change.by_id,
        "by_name": by_name(change, names),
        "details": change.details,
    }


def by_name(change: RegisterChange, names: Mapping[str, str]) -> str:
    """Name who made a change: an officer, or a district through its link."""
    if change.register is Register.OWN_LISTS:
        return f"{unit_name(str(change.details['district']))}（链接填报）"
    return names.get(change.by_id, change.by_id)


def contact_words(change: RegisterChange) -> str:
    """Say which contact a change concerns, as it was left, and why where a reason was given."""
    told = {name: str(value) for name, value in change.details.items()}
    position = POSITION_LABELS[Position(told["position"])]
    reach = "，".join(filter(None, (told["email"], told["telephone"])))
    reason = f"；理由：{told['reason']}" if "reason" in told else ""
    reached = f"（{reach}）" if reach else ""
    return f"{unit_name(told['district'])}{position}{told['name']}{reached}{reason}"


def unit_name(code: str) -> str:
    """Name the unit a contact or a list belongs to."""
    return "市级" if code == CITY else district(code).name
