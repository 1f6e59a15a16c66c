"""How a typical case 典型案例 is told without saying who it was (plan 四（四）).

An enterprise keeps the place its name begins with and the kind of body it ends with; what makes it
itself becomes 某: 重庆示例印务有限公司 is 重庆某有限公司. In a text the enterprise, numbers that belong
to a person or a body, and names after the words that announce them are taken out. The rule takes
out too much rather than too little, and a person reads the result before it is published.
"""

from __future__ import annotations

import re

from domain.catalogues.districts import DISTRICTS

WHO = "某"
LEFT_OUT = "〔略〕"

_FORMS = (
    "股份有限公司",
    "有限责任公司",
    "有限公司",
    "合伙企业",
    "合作社",
    "经营部",
    "项目部",
    "加油站",
    "修理厂",
    "分公司",
    "公司",
    "中心",
    "医院",
    "学校",
    "油库",
    "工地",
    "厂",
    "站",
    "店",
    "场",
    "行",
)
_PLACES = sorted(
    {"重庆市", "重庆", *(name for unit in DISTRICTS for name in (unit.name, unit.short))},
    key=len,
    reverse=True,
)
_NUMBERS = (
    r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
    r"\S+\.(?:jpe?g|png|heic|heif|pdf|docx?|xlsx?)",
    r"(?<![0-9A-Z])[0-9A-HJ-NP-RT-UW-Y]{18}(?![0-9A-Z])",
    r"(?<!\d)\d{17}[\dXx](?!\d)",
    r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)",
    r"(?<!\d)0\d{2,3}[- ]?\d{7,8}(?!\d)",
    r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·-]?[A-Z0-9]{5,6}",
)
_PEOPLE = re.compile(
    r"(联系人|负责人|法定代表人|经营者|当事人|经办人|厂长|经理|电话|手机号?|姓名)"
    r"(?:系|为|是|名叫)?[:：]?\s*[^\s，。；、,;（）()]{1,12}"
)


def masked_enterprise(name: str) -> str:
    """Keep place and kind of body of a name, nothing between them."""
    place = next((one for one in _PLACES if name.startswith(one)), "")
    form = next((one for one in _FORMS if name.endswith(one)), "企业")
    return f"{place}{WHO}{form}"


def masked_text(text: str, enterprise: str) -> str:
    """Take the enterprise and everything personal out of a text."""
    told = text.replace(enterprise, masked_enterprise(enterprise)) if enterprise else text
    core = _core(enterprise)
    if len(core) > 1:
        told = told.replace(core, WHO)
    for pattern in _NUMBERS:
        told = re.sub(pattern, LEFT_OUT, told, flags=re.IGNORECASE | re.ASCII)
    return _PEOPLE.sub(rf"\1{LEFT_OUT}", told)


def _core(enterprise: str) -> str:
    place = next((one for one in _PLACES if enterprise.startswith(one)), "")
    form = next((one for one in _FORMS if enterprise.endswith(one)), "")
    return enterprise.removeprefix(place).removesuffix(form)
