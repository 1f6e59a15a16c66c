"""One cleaner for whatever is typed, pasted or imported: what it keeps and what it takes out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.plain_text import hidden_on, line, prose

WRITTEN = {
    "ordinary text stays": ("渝环执法〔2024〕5号，38.6mg/m³", "渝环执法〔2024〕5号，38.6mg/m³"),
    "full-width signs stay": ("１号炉（ＲＴＯ）", "１号炉（ＲＴＯ）"),
    "blanks around it go": (" \u3000示例厂\n ", "示例厂"),
    "accents are composed": ("Cafe\u0301", "Café"),
    "a hidden character keeps no accent apart": ("e\u200b\u0301", "é"),
    "a compatibility ideograph is its own": ("\uf9d1", "六"),
    "zero-width characters go": ("示\u200b例\u200d厂\ufeff", "示例厂"),
    "directions go": ("整改\u202e完成\u2066", "整改完成"),
    "control characters go": ("示例\x00厂\x07\x7f", "示例厂"),
    "private-use characters go": ("示\ue000例\U000f0000厂", "示例厂"),
    "halves of a character go": ("示\ud800例", "示例"),
    "what is no character goes": ("示\ufffe例\ufdd0", "示例"),
    "soft hyphens and looks go": ("示\u00ad例☎\ufe0f", "示例☎"),
    "fillers and blanks of other scripts go": ("\u3164\u115f\u1160\uffa0\u2800\u17b4", ""),
    "joiners and selectors go": ("示\u034f例\U000e0100厂\u180b\u180f", "示例厂"),
    "unassigned ignorable ones go": ("示\u2065\ufff0例\U000e0000\U000e0fff", "示例"),
    "an ideograph newer than Python stays": ("\U00031350某", "\U00031350某"),
    "an emoji stays": ("好👍", "好👍"),
    "nothing is left of nothing": ("\u200b\ue000 \x00", ""),
}

BROKEN = {
    "Windows": ("一\r\n二", "一\n二", "一 二"),
    "old Macintosh": ("一\r二", "一\n二", "一 二"),
    "a spreadsheet's": ("一\v二", "一\n二", "一 二"),
    "a page's": ("一\f二", "一\n二", "一 二"),
    "a mainframe's": ("一\x85二", "一\n二", "一 二"),
    "Unicode's": ("一\u2028二\u2029三", "一\n二\n三", "一 二 三"),
    "two paragraphs": ("05 12 \n\n 18", "05 12 \n\n 18", "05 12 18"),
    "columns": ("一\t二", "一\t二", "一 二"),
}


@pytest.mark.parametrize(("written", "kept"), WRITTEN.values(), ids=WRITTEN)
def test_what_nobody_sees_goes_and_what_somebody_wrote_stays(written: str, kept: str) -> None:
    assert prose(written) == kept
    assert line(written) == kept


@pytest.mark.parametrize(("written", "several", "single"), BROKEN.values(), ids=BROKEN)
def test_line_breaks_stay_in_prose_alone(written: str, several: str, single: str) -> None:
    assert prose(written) == several
    assert line(written) == single


@given(st.text(st.characters(), max_size=60))
def test_a_cleaned_text_is_composed_and_cleaning_it_again_changes_nothing(text: str) -> None:
    for clean in (prose, line):
        assert clean(clean(text)) == clean(text)
        assert unicodedata.is_normalized("NFC", clean(text))
    assert line(prose(text)) == line(text)
    assert not set("\n\t") & set(line(text))


def test_the_line_of_what_nobody_can_see_is_named() -> None:
    assert hidden_on("年份：2099\r\n# 说明\u202e变更\n\u200b") == 2
    assert hidden_on("\ttab\u2028a\u0000") == 2
    assert hidden_on("") == hidden_on("年份：2099\n\n  - 元旦\t。") == 0
