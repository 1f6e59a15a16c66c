"""The six-way sorting of findings 六个一批 (plan 四（三）), as six slots with editable names.

The plan names the sorting without its six parts, and no published text of Chongqing gives them.
The names below follow what is common elsewhere and are therefore marked 示例, until the
administrator names a slot: then its code stays and its name is the bureau's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from domain.catalogues.entry import Catalogue, Entry, squeezed
from domain.refusals import WrongContent

_SOURCE = "《2024年蓝天保卫执法行动方案》四（三）“六个一批”，分类名称为示例，方案未列明"
_OWN_SOURCE = "《2024年蓝天保卫执法行动方案》四（三）“六个一批”，分类名称由市级设定"
LONGEST_NAME = 20
"""The most characters a name may have: it heads a column."""

Batches = Catalogue[Entry]


def _batch(number: int, name: str) -> Entry:
    return Entry(
        code=f"batch_{number}",
        number=number,
        label=f"{name}（示例）",
        short=name,
        source=_SOURCE,
    )


SIX_BATCHES: Batches = Catalogue(
    _batch(1, "立行立改一批"),
    _batch(2, "限期整改一批"),
    _batch(3, "停产整治一批"),
    _batch(4, "关停取缔一批"),
    _batch(5, "立案查处一批"),
    _batch(6, "移送追责一批"),
)

by_code = SIX_BATCHES.by_code
find = SIX_BATCHES.find


def renamed(names: Mapping[str, str]) -> Batches:
    """Give the six under the names the administrator gave some of them, by code.

    Where no other has taken it, a slot is still found by its name of before.
    """
    taken = {squeezed(name) for name in names.values()}
    return Catalogue(*(_named(one, names.get(one.code, ""), taken) for one in SIX_BATCHES))


def _named(entry: Entry, name: str, taken: set[str]) -> Entry:
    if not name:
        return entry
    free = (entry.short,) if squeezed(entry.short) not in taken else ()
    return replace(entry, label=name, short=name, source=_OWN_SOURCE, aliases=free)


def demand_nameable(batches: Batches, code: str, name: str) -> None:
    """Refuse a name that is too long, or by which another slot is found already."""
    if len(name) > LONGEST_NAME:
        raise WrongContent("six_batch_name_long", longest=str(LONGEST_NAME))
    other = batches.find(name)
    if other is not None and other.code != code:
        raise WrongContent("six_batch_name_taken", name=other.short)
