"""Where a case is sent besides its penalty 移送.

环境保护法 63 sends to the police "除依照有关法律法规规定予以处罚外", so that a referral stands beside
the outcome, not in its place.
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalogues.entry import Catalogue, Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Entry):
    """One way of sending a case on, with the clause it rests on."""

    ground: str


REFERRALS = Catalogue(
    Referral(
        code="detention",
        number=1,
        label="移送公安机关（行政拘留）",
        short="移送公安（行政拘留）",
        source="《中华人民共和国环境保护法》（2014年修订）第六十三条",
        ground="《中华人民共和国环境保护法》（2014年修订）第六十三条",
    ),
    Referral(
        code="crime",
        number=2,
        label="移送公安机关（涉嫌犯罪）",
        short="移送公安（涉嫌犯罪）",
        source="《中华人民共和国行政处罚法》（2021年修订）第二十七条",
        ground="《中华人民共和国行政处罚法》（2021年修订）第二十七条第一款；"
        "《行政执法机关移送涉嫌犯罪案件的规定》（2020年修订）第三条",
    ),
)

by_code = REFERRALS.by_code
find = REFERRALS.find
