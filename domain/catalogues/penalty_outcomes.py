"""What became of the violation itself: the annex column 是否立案处罚, with its legal ground.

The plan asks for lenient outcomes where the law allows them: 首违不罚, 轻微免罚, 法定最低处罚,
免除加处罚款 (plan 四（三）).
"""

from __future__ import annotations

from dataclasses import dataclass

from domain.catalogues.entry import Catalogue, Entry

_PLAN = "《2024年蓝天保卫执法行动方案》四（三）"
_LENIENCE = (
    "《重庆市生态环境局关于对轻微环境违法行为依法免予行政处罚有关事项的通知》（渝环规〔2021〕6号）"
)
_DECIDED = "《中华人民共和国行政处罚法》（2021年修订）第五十七条第一款第二项"

UNFOUNDED = "unfounded"
"""The outcome that no violation was found."""

UNDECIDED = "filed_under_investigation"
"""The outcome that a case was filed and nothing is decided yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyOutcome(Entry):
    """One outcome.

    `ground` is its clause of law, `case_filed` the answer to 是否立案处罚, and
    `needs_document_no` tells whether the answer must name the decision's number 文号.
    `unpunished` is what ends without a penalty, which must give its reason.
    """

    ground: str
    case_filed: bool
    needs_document_no: bool = False
    unpunished: bool = False

    @property
    def spares(self) -> bool:
        """Whether it lets a proven violation go unpunished, rather than finding none."""
        return self.unpunished and self.code != UNFOUNDED

    @property
    def may_fine(self) -> bool:
        """Whether a fine may stand beside it: a penalty was decided."""
        return self.case_filed and self.code != UNDECIDED

    @property
    def names_document(self) -> bool:
        """Whether a paper with a number may stand behind it: a decision, a case filed, a letter that refers."""
        return self.needs_document_no or self.spares or self.code == UNDECIDED

    @property
    def annex_text(self) -> str:
        """The outcome as the annex column has it: 是（…） or 否（…）."""
        return f"{'是' if self.case_filed else '否'}（{self.short}）"


PENALTY_OUTCOMES = Catalogue(
    PenaltyOutcome(
        code="case_filed",
        number=1,
        label="立案处罚",
        short="立案处罚",
        source="《2024年蓝天保卫执法行动方案》附件",
        aliases=("立案", "已立案", "已立案处罚", "是"),
        ground="《中华人民共和国行政处罚法》（2021年修订）第五十四条第二款、第五十七条第一款第一项",
        case_filed=True,
        needs_document_no=True,
    ),
    PenaltyOutcome(
        code="first_violation",
        number=2,
        label="首违不罚",
        short="首违不罚",
        source=_PLAN,
        aliases=("首次违法不予处罚",),
        ground="《中华人民共和国行政处罚法》（2021年修订）第三十三条第一款"
        f"（初次违法且危害后果轻微并及时改正的，可以不予行政处罚）；{_DECIDED}；{_LENIENCE}",
        case_filed=False,
        unpunished=True,
    ),
    PenaltyOutcome(
        code="minor_violation",
        number=3,
        label="轻微免罚",
        short="轻微免罚",
        source=_PLAN,
        aliases=("轻微不罚",),
        ground="《中华人民共和国行政处罚法》（2021年修订）第三十三条第一款"
        f"（违法行为轻微并及时改正，没有造成危害后果的，不予行政处罚）；{_DECIDED}；{_LENIENCE}",
        case_filed=False,
        unpunished=True,
    ),
    PenaltyOutcome(
        code="statutory_minimum",
        number=4,
        label="法定最低处罚",
        short="法定最低",
        source=_PLAN,
        ground="《中华人民共和国行政处罚法》（2021年修订）第三十二条",
        case_filed=True,
        needs_document_no=True,
    ),
    PenaltyOutcome(
        code="surcharge_waived",
        number=5,
        label="免除加处罚款",
        short="免除加处罚款",
        source=_PLAN,
        ground="《中华人民共和国行政强制法》（2011年）第四十二条第一款",
        case_filed=True,
        needs_document_no=True,
    ),
    PenaltyOutcome(
        code="referred",
        number=6,
        label="移送",
        short="移送",
        source="《中华人民共和国行政处罚法》第二十七条",
        aliases=("移送公安", "移送公安机关", "移送司法机关"),
        ground="《中华人民共和国行政处罚法》（2021年修订）第二十七条第一款（涉嫌犯罪）；"
        "《中华人民共和国环境保护法》（2014年修订）第六十三条（行政拘留）",
        case_filed=False,
        needs_document_no=True,
    ),
    PenaltyOutcome(
        code="city_group",
        number=7,
        label="市级检查组查处",
        short="市级检查组查处",
        source="《2024年蓝天保卫执法行动方案》三（二）",
        aliases=("市级查处", "检查组直接查处"),
        ground="《2024年蓝天保卫执法行动方案》三（二）（由检查组直接依法查处，交辖区督促整改）",
        case_filed=True,
    ),
    PenaltyOutcome(
        code="order_to_correct",
        number=8,
        label="责令改正，未予处罚",
        short="责令改正",
        source="《中华人民共和国行政处罚法》第二十八条",
        ground="《中华人民共和国行政处罚法》（2021年修订）第二十八条第一款",
        case_filed=False,
        unpunished=True,
    ),
    PenaltyOutcome(
        code=UNFOUNDED,
        number=9,
        label="不属实（违法事实不能成立）",
        short="不属实",
        source="《中华人民共和国行政处罚法》第五十七条",
        aliases=("违法事实不能成立",),
        ground="《中华人民共和国行政处罚法》（2021年修订）第五十七条第一款第三项",
        case_filed=False,
        unpunished=True,
    ),
    PenaltyOutcome(
        code="under_investigation",
        number=10,
        label="正在调查，尚未作出决定",
        short="正在调查",
        source="《中华人民共和国行政处罚法》第五十四条",
        aliases=("调查中", "正在办理"),
        ground="《中华人民共和国行政处罚法》（2021年修订）第五十四条第一款",
        case_filed=False,
    ),
    PenaltyOutcome(
        code="no_fault",
        number=11,
        label="无主观过错，不予处罚",
        short="无主观过错",
        source="《中华人民共和国行政处罚法》第三十三条",
        aliases=("无主观过错不罚", "没有主观过错"),
        ground="《中华人民共和国行政处罚法》（2021年修订）第三十三条第二款"
        f"（当事人有证据足以证明没有主观过错的，不予行政处罚）；{_DECIDED}",
        case_filed=False,
        unpunished=True,
    ),
    PenaltyOutcome(
        code=UNDECIDED,
        number=12,
        label="已立案，正在调查",
        short="已立案，正在调查",
        source="《中华人民共和国行政处罚法》第五十四条",
        aliases=("已立案、正在调查", "已立案正在调查", "立案调查中", "已立案调查"),
        ground="《中华人民共和国行政处罚法》（2021年修订）第五十四条第二款（符合立案标准的，应当及时立案）",
        case_filed=True,
    ),
)

by_code = PENALTY_OUTCOMES.by_code
find = PENALTY_OUTCOMES.find


def open_to(*, punished_by_group: bool) -> tuple[PenaltyOutcome, ...]:
    """Give the outcomes a district may answer.

    What the inspection group has punished itself (plan 三（二）二是) the district cannot let go
    unpunished.
    """
    return tuple(one for one in PENALTY_OUTCOMES if not (punished_by_group and one.spares))
