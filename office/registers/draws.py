"""Random draws as the doors see them: models, acts, views, export."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, ConfigDict, Field

from domain.catalogues import key_contents
from domain.catalogues.districts import district
from domain.command_ids import of_draw
from domain.commands import RecordDraw
from domain.draw.announcing import Announcement, Candidate, DrawRule, LeftOut, rule_of
from domain.draw.drawing import Drawn
from domain.outcomes import Reply
from domain.policy import Policy
from gateways.draw_files import document
from office.caller import Caller
from office.commanding import command_life
from office.exports.workbooks import Cell, Sheet, workbook
from office.once import claim_body, id_under
from office.people_first import few
from office.ports import Services
from office.refused import Refused, allowed
from office.typed import Day, NeededLine, Typed
from store.registers import draws, inspection_groups
from store.registers.draws import Draw

T = TypeVar("T")

"""How many lives are told of a draw at the same time."""

OUTCOMES = (
    ("问题编号", 18),
    ("区县", 16),
    ("重点内容", 26),
    ("抽取方式", 34),
    ("区县本年度扣分", 14),
    ("权重", 10),
    ("计算值（小者抽中）", 38),
    ("结果", 10),
    ("检查人员", 26),
    ("专家", 16),
)
FACTS = (("项目", 24), ("内容", 90))


def _one_blank(text: str) -> str:
    return " ".join(text.split())


Seed = Annotated[NeededLine, AfterValidator(_one_blank)]
"""A seed as it was published; how many blanks somebody types between its parts does not matter."""


_OWN_NUMBERS = "公布抽取的承办人另行设定"


class DrawBody(Typed):
    """What an officer fixes: the public value to come, and the numbers of the rule."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"seed_source": "双色球第2024103期开奖号码", "seed_on": "2024-09-05"}]
        }
    )

    seed_source: NeededLine
    seed_on: Day
    share: Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)] | None = None
    weight_per_point: Annotated[Decimal, Field(ge=0, le=100, decimal_places=4)] | None = None

    def rule(self, policy: Policy) -> DrawRule:
        """Give the numbers with where they come from: the policy's, unless others were named."""
        standard = rule_of(policy)
        chosen = replace(
            standard,
            share=standard.share if self.share is None else self.share,
            weight_per_point=standard.weight_per_point
            if self.weight_per_point is None
            else self.weight_per_point,
        )
        return chosen if chosen == standard else replace(chosen, clause=_OWN_NUMBERS)


class SeedBody(Typed):
    """The public value, as published."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"seed": "03 08 13 22 27 31 + 09"}]})

    seed: Seed


async def announce(services: Services, caller: Caller, key: str, body: DrawBody) -> Draw:
    """Fix a draw, once under `key`; raises Refused."""
    await claim_body(services, caller, key, "draws", body)
    return await allowed(
        draws.announce_draw(
            services.db,
            f"draw-{id_under(caller, key)[:16]}",
            seed_source=body.seed_source,
            seed_on=body.seed_on,
            rule=body.rule(services.policy),
            by_id=caller.account.id,
        )
    )


async def conclude(services: Services, caller: Caller, draw_id: str, body: SeedBody) -> Draw:
    """Draw with the seed that became known; raises Refused."""
    return await allowed(draws.conclude_draw(services.db, draw_id, body.seed, caller.account.id))


async def enter(services: Services, caller: Caller, draw: Draw) -> tuple[Reply, ...]:
    """Tell each candidate's life what the draw came to; those that know already are left alone.

    The command is named after the draw and the problem, so however often and by whomever this is
    pressed, a life hears of the draw once.
    """
    outcomes = draw.result.outcomes if draw.result else ()
    async with services.db.reading() as session:
        known = await draws.recorded(session, draw)
    places = few()

    async def one(drawn: Drawn) -> Reply:
        number = drawn.problem_no
        if number in known:
            return Reply(problem_no=number)
        draw_id = draw.announcement.draw_id
        command = RecordDraw(draw_id=draw_id, drawn=drawn.drawn, by=caller.actor)
        async with services.people.behind(places):
            return await command_life(services, number, command, of_draw(draw_id, number))

    return tuple(await asyncio.gather(*map(one, outcomes)))


async def the_draw(services: Services, draw_id: str) -> Draw:
    """Give a draw; raises Refused."""
    async with services.db.reading() as session:
        found = await draws.find(session, draw_id)
    if found is None:
        raise Refused("draw_not_found")
    return found


def draw_view(draw: Draw) -> dict[str, Any]:
    """Show a draw as the file that `bihuan draw verify` checks; people by their ids only."""
    return document(draw.announcement, draw.sha256, draw.result)


def summary_view(draw: Draw) -> dict[str, Any]:
    """Show a draw in a list."""
    made = draw.announcement
    return {
        "draw_id": made.draw_id,
        "announced_at": made.announced_at,
        "seed_source": made.seed_source,
        "seed_on": made.seed_on,
        "candidates": len(made.candidates),
        "announcement_sha256": draw.sha256,
        "seed": draw.result.seed if draw.result else None,
        "drawn": sum(one.drawn for one in draw.result.outcomes) if draw.result else None,
    }


def outcomes(draw: Draw) -> Sequence[tuple[Candidate, Drawn | None]]:
    """Give each candidate with what became of it, drawn ones first once there is a result."""
    kept = {one.problem_no: one for one in draw.result.outcomes} if draw.result else {}
    pairs = [(one, kept.get(one.problem_no)) for one in draw.announcement.candidates]
    return sorted(pairs, key=lambda pair: pair[1] is not None and not pair[1].drawn)


async def names_of_people(services: Services) -> Mapping[str, str]:
    """Give the names behind ids, for those who may know them."""
    async with services.db.reading() as session:
        return await inspection_groups.names(session)


async def draw_workbook(draw: Draw, names: Mapping[str, str]) -> bytes:
    """Give a draw as a workbook: outcomes, and everything that decided them."""
    rows = [outcome_row(one, drawn, names) for one, drawn in outcomes(draw)]
    return await asyncio.to_thread(
        workbook,
        Sheet("双随机抽取结果", OUTCOMES, rows),
        Sheet("公布内容和种子", FACTS, fact_rows(draw)),
    )


def outcome_row(
    candidate: Candidate, drawn: Drawn | None, names: Mapping[str, str]
) -> tuple[Cell, ...]:
    """Give a candidate's cells in the order of `OUTCOMES`."""
    content = candidate.key_content
    return (
        candidate.problem_no,
        district(candidate.district).name,
        key_contents.by_code(content).label if content else "一般问题",
        f"必须回头看（{candidate.must}）" if candidate.must else "随机抽取",
        candidate.points,
        candidate.weight,
        drawn.key if drawn else "",
        outcome_words(drawn),
        people_words(drawn.inspectors, names) if drawn else "",
        people_words(drawn.experts, names) if drawn else "",
    )


def outcome_words(drawn: Drawn | None) -> str:
    """Say what became of a candidate."""
    if drawn is None:
        return "待抽取"
    return "抽中" if drawn.drawn else "未抽中"


def people_words(ids: Sequence[str], names: Mapping[str, str]) -> str:
    """Name people; whoever may not know their names reads their ids."""
    return "、".join(names.get(one, one) for one in ids)


def fact_rows(draw: Draw) -> list[tuple[Cell, ...]]:
    """Give what was fixed beforehand and the seed, one line each."""
    made, result = draw.announcement, draw.result
    return [
        ("抽取编号", made.draw_id),
        ("公布时间", f"{made.announced_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("公布内容校验码（SHA-256）", draw.sha256),
        ("种子来源", made.seed_source),
        ("种子公布日期", made.seed_on),
        ("随机种子", result.seed if result else "尚未公布"),
        ("一般问题抽取比例", str(made.rule.share)),
        ("每扣1分增加的权重", str(made.rule.weight_per_point)),
        ("参数依据", made.rule.clause),
        ("候选人员", str(len(made.people))),
        *(("正面清单企业，未参加抽取", left_out_words(one)) for one in made.left_out),
        ("核对方法", "下载抽取记录（JSON），运行 bihuan draw verify 文件名"),
    ]


def left_out_words(one: LeftOut) -> str:
    """Say which problem took no part, and why."""
    name = district(one.district).name
    return f"{one.problem_no}（{name}）：{one.ground}，有效期至{one.until_on.isoformat()}"


def words_of_rule(made: Announcement) -> str:
    """Say the rule of a draw in a sentence."""
    share = f"{(made.rule.share * 100).normalize():f}%"
    weight = f"{made.rule.weight_per_point.normalize():f}"
    return (
        f"涉及11项重点内容、曾纳入督察问题清单、曾反弹的问题全部回头看；其他抽取{share}，向上取整；"
        f"权重为1，所在区县本年度每扣1分加{weight}。"
    )
