"""Checking a draw: what was kept against what is calculated."""

from __future__ import annotations

from collections.abc import Iterable

from domain.draw.announcing import Announcement, fingerprint, weight_of
from domain.draw.drawing import Drawn, DrawResult, draw


def differences(announcement: Announcement, result: DrawResult) -> tuple[str, ...]:
    """Say in Chinese where a kept draw differs from its calculation; nothing when it holds."""
    return tuple(_differences(announcement, result))


def _differences(announcement: Announcement, result: DrawResult) -> Iterable[str]:
    if result.announcement_sha256 != fingerprint(announcement):
        yield "候选名单、权重或规则与公布时的校验码不符"
    for one in announcement.candidates:
        if one.weight != weight_of(one.points, announcement.rule):
            yield f"问题{one.problem_no}的权重{one.weight}与按规则计算的不符"
    expected = {one.problem_no: one for one in draw(announcement, result.seed).outcomes}
    kept = {one.problem_no: one for one in result.outcomes}
    for number in sorted(expected.keys() ^ kept.keys()):
        yield f"问题{number}只在候选名单和抽取结果的其中之一"
    for number in sorted(expected.keys() & kept.keys()):
        yield from _of_one(expected[number], kept[number])


def _of_one(expected: Drawn, kept: Drawn) -> Iterable[str]:
    words = {True: "抽中", False: "未抽中"}
    if kept.drawn is not expected.drawn:
        yield (
            f"问题{kept.problem_no}记载为{words[kept.drawn]}，按种子计算应为{words[expected.drawn]}"
        )
    elif kept != expected:
        yield f"问题{kept.problem_no}的计算值或检查人员与按种子计算的不符"
