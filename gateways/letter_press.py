"""Prints official letters: a PDF in the format of GB/T 9704-2012, by Typst, in the faces at hand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pylopdf_fonts_zh_cn
import typst

from domain.official_letters import OfficialLetter
from domain.words.days import day_brief

TEMPLATE = Path(__file__).parent.parent / "templates" / "official_letters" / "letter.typ"
UNNUMBERED = "草稿未编号"

_SHIPPED = Path(pylopdf_fonts_zh_cn.__file__).parent
_LAST_RESORT = ("Noto Serif SC", "Noto Sans SC")

WANTED = {
    "仿宋": ("FangSong_GB2312", "FangSong", "仿宋_GB2312", "仿宋", "STFangsong", "FandolFang R"),
    "小标宋": ("FZXiaoBiaoSong-B05S", "FZXiaoBiaoSong-B05", "方正小标宋简体", "方正小标宋_GBK"),
    "宋体": ("SimSun", "宋体", "STSong", "FandolSong"),
}
"""The faces that the standard asks for, each by the names under which foundries deliver it."""

_PLACES = {"body": "仿宋", "title": "小标宋", "plain": "宋体"}


@dataclass(frozen=True)
class LetterPress:
    """Prints the letters of `issuer`, in the bureau's faces where a folder holds them, else in those shipped."""

    issuer: str
    fonts_dir: Path | None = None

    @cached_property
    def _fonts(self) -> typst.Fonts:
        own = [self.fonts_dir] if self.fonts_dir is not None else []
        return typst.Fonts(
            include_system_fonts=False, include_embedded_fonts=False, font_paths=[*own, _SHIPPED]
        )

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """The faces of the standard that are not at hand; letters are legible without, not in format."""
        there = set(self._fonts.families())
        return tuple(face for face, names in WANTED.items() if not there.intersection(names))

    def pdf(self, letter: OfficialLetter) -> bytes:
        """Print a letter; takes tenths of a second of this thread."""
        content = {
            "form": letter.kind.form.value,
            "issuer": letter.issuer,
            "number": UNNUMBERED,
            "title": letter.title,
            "addressee": letter.addressee,
            "paragraphs": letter.paragraphs,
            "annexes": letter.annexes,
            "day": day_brief(letter.drafted_on),
            "faces": self._faces(),
        }
        return typst.compile(
            TEMPLATE,
            root=TEMPLATE.parent,
            font_paths=self._fonts,
            format="pdf",
            sys_inputs={"letter": json.dumps(content, ensure_ascii=False)},
        )

    def _faces(self) -> dict[str, list[str]]:
        there = set(self._fonts.families())
        return {
            place: [*(name for name in WANTED[face] if name in there), *_LAST_RESORT]
            for place, face in _PLACES.items()
        }
