"""Printed letters, measured in millimetres against GB/T 9704-2012."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfplumber
import pytest

from domain.official_letters import OfficialKind, OfficialLetter
from gateways.letter_press import LetterPress

MM = 25.4 / 72
PRESS = LetterPress(issuer="重庆市示例局")
HOSTILE = '#panic("x") *粗* _斜_ `码` $x^2$ <a> @b #import "/etc/passwd" \\ // 注 [甲] https://x'


def letter(kind: OfficialKind, *paragraphs: str) -> OfficialLetter:
    return OfficialLetter(
        kind=kind,
        issuer=PRESS.issuer,
        title="关于移交示例公司问题的函",
        addressee="示例区生态环境局",
        paragraphs=paragraphs,
        drafted_on=date(2026, 1, 8),
        annexes=("整改表",),
    )


@pytest.fixture(scope="module")
def by_letter() -> Iterator[Any]:
    with pdfplumber.open(io.BytesIO(PRESS.pdf(letter(OfficialKind.TRANSFER, "示" * 1200)))) as pdf:
        yield pdf.pages


@pytest.fixture(scope="module")
def ordinary() -> Iterator[Any]:
    with pdfplumber.open(io.BytesIO(PRESS.pdf(letter(OfficialKind.INTERVIEW, "示" * 300)))) as pdf:
        yield pdf.pages


def rows(page: Any) -> list[tuple[float, float, int]]:
    """Give the lines of the body: bottom, left in millimetres, and how many characters."""
    lines: dict[float, list[Any]] = {}
    for char in page.chars:
        if char["text"] == "示" and abs(char["size"] - 16) < 0.1:
            lines.setdefault(round(char["bottom"] * MM, 1), []).append(char)
    return [(at, min(c["x0"] for c in cs) * MM, len(cs)) for at, cs in sorted(lines.items())]


def rules(page: Any) -> list[tuple[float, float, float, float]]:
    """Give the lines drawn: left, right, middle and width, in millimetres, from the top down."""
    drawn = [tuple(one[key] * MM for key in ("x0", "x1", "top", "linewidth")) for one in page.lines]
    return sorted(drawn, key=lambda one: one[2])


def said(pages: Any) -> str:
    return "".join(char["text"] for page in pages for char in page.chars)


def place(page: Any, text: str) -> tuple[float, float, float, float]:
    """Give left, right, top and bottom of a text, in millimetres."""
    at = "".join(char["text"] for char in page.chars).rindex(text)
    chars = page.chars[at : at + len(text)]
    return (
        chars[0]["x0"] * MM,
        chars[-1]["x1"] * MM,
        min(c["top"] for c in chars) * MM,
        max(c["bottom"] for c in chars) * MM,
    )


def test_a_full_page_holds_22_lines_of_28_characters(by_letter: Any) -> None:
    page = by_letter[1]
    assert (page.width * MM, page.height * MM) == pytest.approx((210, 297), abs=0.1)
    lines = rows(page)
    assert [count for _, _, count in lines] == [28] * 22
    assert all(left == pytest.approx(28, abs=0.3) for _, left, _ in lines)
    gaps = [after[0] - before[0] for before, after in pairwise(lines)]
    assert all(gap == pytest.approx(225 / 22, abs=0.15) for gap in gaps)
    assert lines[0][0] == pytest.approx(37 + 5.6, abs=1)
    assert lines[-1][0] <= 262


def test_a_paragraph_begins_two_characters_in(by_letter: Any) -> None:
    _, paragraph, *_ = rows(by_letter[0])  # the first holds the addressee
    assert paragraph[1] == pytest.approx(28 + 2 * 156 / 28, abs=0.3)


def test_the_letter_form_has_its_two_red_double_lines(by_letter: Any) -> None:
    lines = rules(by_letter[0])
    assert [(left, right) for left, right, _, _ in lines] == [pytest.approx((20, 190), abs=0.1)] * 4
    widths = [width for *_, width in lines]
    assert widths[0] > widths[1]
    assert widths[2] < widths[3]
    below_head = lines[0][2] - lines[0][3] / 2 - place(by_letter[0], PRESS.issuer)[3]
    assert below_head == pytest.approx(4, abs=1.2)  # a glyph's box reaches below its ink
    assert lines[3][2] + lines[3][3] / 2 == pytest.approx(297 - 20, abs=0.1)
    between = lines[1][2] - lines[1][3] / 2 - lines[0][2] - lines[0][3] / 2
    assert between > 0.3
    assert not rules(by_letter[1])


def test_the_number_stands_right_under_the_first_line(by_letter: Any) -> None:
    _, right, top, _ = place(by_letter[0], "草稿未编号")
    assert right == pytest.approx(184, abs=0.3)
    assert top - rules(by_letter[0])[1][2] == pytest.approx(14 * MM, abs=0.6)


def test_the_first_page_of_a_letter_has_no_number_and_others_stand_outside(
    by_letter: Any, ordinary: Any
) -> None:
    assert "— 1 —" not in said(by_letter[:1])
    left, _, top, bottom = place(by_letter[1], "— 2 —")
    assert left == pytest.approx(28 + 156 / 28, abs=0.3)
    assert (top + bottom) / 2 == pytest.approx(262 + 7, abs=0.6)
    assert place(ordinary[0], "— 1 —")[1] == pytest.approx(184 - 156 / 28, abs=1)


def test_the_ordinary_form_has_its_head_and_its_one_line(ordinary: Any) -> None:
    page = ordinary[0]
    left, right, at, width = rules(page)[0]
    assert (left, right) == pytest.approx((28, 184), abs=0.1)
    assert at - width / 2 - place(page, "草稿未编号")[3] == pytest.approx(4, abs=0.6)
    issuer = [char for char in page.chars if abs(char["size"] - 26) < 0.1]
    assert issuer[0]["top"] * MM == pytest.approx(37 + 35, abs=1)


def test_the_ordinary_form_ends_with_the_printing_note(ordinary: Any) -> None:
    first, last = rules(ordinary[-1])[-2:]
    assert first[3] == last[3] == pytest.approx(0.35, abs=0.01)
    assert last[2] == pytest.approx(262, abs=0.3)
    assert "2026年1月8日印发" in said(ordinary)


def test_the_date_leaves_four_characters_and_the_seal_its_room(by_letter: Any) -> None:
    page = by_letter[-1]
    _, right, top, _ = place(page, "2026年1月8日")
    assert right == pytest.approx(184 - 4 * 156 / 28, abs=3)
    issuer_top = place(page, PRESS.issuer)[2]
    assert issuer_top < top
    assert issuer_top - place(page, "附件：整改表")[3] > 2 * 225 / 22


@pytest.mark.parametrize("lines", range(8, 24))
def test_issuer_and_date_never_stand_on_a_page_alone(lines: int) -> None:
    wanted = letter(OfficialKind.TRANSFER, *["某" * 20] * lines)
    with pdfplumber.open(io.BytesIO(PRESS.pdf(wanted))) as pdf:
        assert "某" in said([pdf.pages[-1]])
        assert wanted.issuer in said([pdf.pages[-1]])


def test_what_somebody_wrote_is_shown_and_never_obeyed() -> None:
    for text in (HOSTILE, "#" * 50, "\\u{23}", '"); #eval("1")', "]#[", "/* 甲"):
        with pdfplumber.open(io.BytesIO(PRESS.pdf(letter(OfficialKind.PRESSING, text)))) as pdf:
            shown = said(pdf.pages).replace(" ", "")
        assert text.replace(" ", "") in shown


def test_a_missing_face_is_named(tmp_path: Path) -> None:
    assert LetterPress(issuer="示例局", fonts_dir=tmp_path).missing == ("仿宋", "小标宋", "宋体")
