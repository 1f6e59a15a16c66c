"""The six-way sorting of findings 六个一批 (plan 四（三）), as six slots with editable names.

The plan names the sorting without its six parts, and no published text of Chongqing gives them.
The names below follow what is common elsewhere and are therefore marked 示例.
"""

from __future__ import annotations

from domain.catalogues.entry import Catalogue, Entry

_SOURCE = "《2024年蓝天保卫执法行动方案》四（三）“六个一批”，分类名称为示例，计划未列明"


def _batch(number: int, name: str) -> Entry:
    return Entry(
        code=f"batch_{number}",
        number=number,
        label=f"{name}（示例）",
        short=name,
        source=_SOURCE,
    )


SIX_BATCHES = Catalogue(
    _batch(1, "立行立改一批"),
    _batch(2, "限期整改一批"),
    _batch(3, "停产整治一批"),
    _batch(4, "关停取缔一批"),
    _batch(5, "立案查处一批"),
    _batch(6, "移送追责一批"),
)

by_code = SIX_BATCHES.by_code
find = SIX_BATCHES.find
