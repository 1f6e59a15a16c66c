"""Settling the notice of a deduction that came back when the life had ended."""

from __future__ import annotations

from office.typed import NeededProse, Typed, example


class SettlementBody(Typed):
    """What was done: when, in which way and whom the district was told, or that the life is taken up again."""

    model_config = example(words="2024-12-02 机要交换送达示例区生态环境局，回执已收。")

    words: NeededProse
