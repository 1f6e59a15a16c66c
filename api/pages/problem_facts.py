"""The facts of a problem as its page shows them."""

from __future__ import annotations

from domain.catalogues import clue_sources, key_contents
from domain.catalogues.routes import Route
from domain.catalogues.six_batches import Batches
from domain.key_regions import region_words
from domain.problem import Problem
from domain.words.facts import found_words, place_words


def facts_shown(problem: Problem, batches: Batches) -> dict[str, str]:
    """Give the five precisions 五个精准 and what else is known, in words."""
    facts = problem.facts
    contents = key_contents.of(facts.contents)
    source = clue_sources.CLUE_SOURCES.find(facts.clue_source) if facts.clue_source else None
    given = {
        "对象（企业）": facts.enterprise,
        "统一社会信用代码": facts.credit_code,
        "问题": facts.description,
        "重点内容": key_contents.words(facts.contents),
        "违反的法律规定": "\n".join(one.ground for one in contents),
        "处罚依据": "\n".join(one.penalty_ground for one in contents),
        "时间（发现时间）": found_words(facts),
        "区位（地址）": facts.address,
        "坐标": place_words(facts),
        "是否在重点区域": region_words(problem.district, facts.inside_key_region),
        "措施（整改要求）": facts.requirement,
        "处置路径": Route(problem.route).label,
        "线索来源": source.label if source else "",
        "六个一批": batches.by_code(facts.six_batch).label if facts.six_batch else "",
        "执法帮扶组": facts.inspection_group,
        "移交文号": problem.document_no,
        **dict(facts.remarks),
    }
    return {name: text for name, text in given.items() if text}
