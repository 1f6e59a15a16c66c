"""Files made to harm the reader: each ends in one clear refusal, in bounded time and memory."""

from __future__ import annotations

import io
import os
import re
import resource
import zipfile

import openpyxl
import pytest

from gateways.problem_list import workbook
from gateways.problem_list.errors import ListError
from gateways.problem_list.file_kinds import OLE_SIGNATURE
from gateways.problem_list.reading import read_list
from gateways.problem_list.workbook import read_sheets
from tests.gateways.problem_list.books import GOOD, HEADINGS, TODAY, book, read, saved, with_part

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"


def code_of(content: bytes) -> str:
    with pytest.raises(ListError) as refusal:
        read_list(content, today=TODAY)
    assert refusal.value.message.endswith("。")
    return refusal.value.code


@pytest.mark.parametrize("content", [b"", b"hello", b"%PDF-1.7", b"PK\x03\x04broken", b"\0" * 5000])
def test_what_is_no_workbook_is_refused(content: bytes) -> None:
    assert code_of(content) == "not_a_workbook"


def test_a_torn_workbook_is_refused() -> None:
    assert code_of(book([HEADINGS, GOOD])[:-100]) == "not_a_workbook"


def test_a_sheet_that_is_no_xml_is_refused() -> None:
    assert (
        code_of(with_part(book([HEADINGS]), SHEET, lambda part: b"<worksheet><"))
        == "not_a_workbook"
    )


def test_another_office_file_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    assert code_of(out.getvalue()) == "not_a_workbook"


def test_an_old_or_encrypted_file_says_how_to_save_it() -> None:
    content = OLE_SIGNATURE + b"\0" * 1000
    with pytest.raises(ListError, match=r"去掉密码后另存为“\.xlsx”") as refusal:
        read_list(content, today=TODAY)
    assert refusal.value.code == "encrypted_or_old"


def test_an_archive_with_encrypted_entries_is_refused() -> None:
    content = bytearray(book([HEADINGS, GOOD]))
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert code_of(bytes(content)) == "encrypted_or_old"


def test_a_zip_bomb_is_refused_by_its_directory() -> None:
    bomb = with_part(book([HEADINGS, GOOD]), "xl/media/a.bin", lambda part: b"\0" * 30_000_000)
    assert len(bomb) < 100_000
    assert code_of(bomb) == "suspicious_archive"


def test_a_large_archive_is_refused_though_it_packs_badly() -> None:
    noise = os.urandom(600_000)
    big = with_part(
        book([HEADINGS, GOOD]), "xl/media/a.bin", lambda part: noise + b"\0" * 52_000_000
    )
    assert code_of(big) == "suspicious_archive"


def test_too_many_entries_are_refused() -> None:
    out = io.BytesIO(book([HEADINGS, GOOD]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(200):
            archive.writestr(f"xl/media/{number}", "")
    assert code_of(out.getvalue()) == "suspicious_archive"


def test_entries_that_share_their_bytes_are_refused() -> None:
    with zipfile.ZipFile(io.BytesIO(book([HEADINGS, GOOD]))) as archive:
        entries = archive.infolist()
    size = sum(entry.compress_size for entry in entries)
    workbook.refuse_bomb(entries, size)
    with pytest.raises(ListError) as refusal:
        workbook.refuse_bomb([*entries, entries[0]], size)
    assert refusal.value.code == "suspicious_archive"


def test_a_directory_that_lies_about_sizes_is_refused() -> None:
    content = bytearray(book([HEADINGS, GOOD]))
    name_at = content.rindex(SHEET.encode())
    content[name_at - 22 : name_at - 18] = (10).to_bytes(4, "little")
    assert code_of(bytes(content)) == "not_a_workbook"


def test_a_file_over_twenty_megabytes_is_refused_unread() -> None:
    assert code_of(b"\0" * (workbook.MAX_FILE_BYTES + 1)) == "too_large"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_billion_laughs_are_refused(encoding: str) -> None:
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = (
        f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE sst [<!ENTITY l0 "lol">{entities}]>'
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<si><t>&l9;</t></si></sst>"
    )
    content = with_part(book([HEADINGS, GOOD]), STRINGS, lambda part: bomb.encode(encoding))
    assert code_of(content) == "suspicious_archive"


def test_a_sheet_that_claims_all_of_excel_is_read_for_what_it_holds() -> None:
    def boast(part: bytes) -> bytes:
        return re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', part)

    content = with_part(book([HEADINGS, GOOD]), SHEET, boast)
    assert len(read_list(content, today=TODAY).rows) == 1


def test_one_cell_in_the_last_corner_does_not_take_the_machine_with_it() -> None:
    sheet_book = openpyxl.Workbook()
    sheet = sheet_book.worksheets[0]
    sheet.append(HEADINGS)
    sheet["XFD1048576"] = "x"
    assert code_of(saved(sheet_book)) == "too_large"


@pytest.mark.parametrize(("row", "column"), [(60_001, 1), (1, 1_001), (20_000, 101)])
def test_a_sheet_beyond_the_caps_is_refused_by_name(row: int, column: int) -> None:
    sheet_book = openpyxl.Workbook()
    sheet_book.worksheets[0].title = "过大"
    sheet_book.worksheets[0].cell(row, column, "x")
    content = saved(sheet_book)
    assert code_of(content) == "too_large"
    with pytest.raises(ListError, match="过大"):
        read_sheets(content)


def test_merged_ranges_beyond_the_sheet_do_no_harm() -> None:
    def merge(part: bytes) -> bytes:
        merged = b'<mergeCells count="2"><mergeCell ref="A2:A1048576"/><mergeCell ref="XFA9:XFD9"/></mergeCells>'
        return part.replace(b"</sheetData>", b"</sheetData>" + merged)

    content = with_part(book([HEADINGS, GOOD]), SHEET, merge)
    assert len(read_list(content, today=TODAY).rows) == 1


def test_merged_ranges_lying_over_each_other_are_refused() -> None:
    ranges = b"".join(b'<mergeCell ref="A%d:A3000"/>' % row for row in range(1, 2900))
    content = with_part(
        book([HEADINGS, *[GOOD] * 3000]),
        SHEET,
        lambda part: part.replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + ranges + b"</mergeCells>"
        ),
    )
    assert code_of(content) == "too_large"


@pytest.mark.parametrize("number", [b"NaN", b"inf", b"1e999", b"-1e308"])
def test_numbers_beyond_measure_are_refused_by_row(number: bytes) -> None:
    content = with_part(
        book([(*HEADINGS, "移交日期"), (*GOOD, 7)]),
        SHEET,
        lambda part: part.replace(b"<v>7</v>", b"<v>" + number + b"</v>"),
    )
    result = read_list(content, today=TODAY)
    assert result.rows == ()
    assert result.refused[0].errors[0].column == "移交日期"


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.com?"&A1)',
        "=1+1",
        "+1+1",
        "@SUM(1)",
        "<script>alert(1)</script>",
        "{{7*7}}${7*7}#{7*7}",
        "{message}%s{0}",
        "'; DROP TABLE problems; --",
    ],
)
def test_what_looks_like_code_is_text_in_every_column(text: str) -> None:
    result = read([(*HEADINGS, "地址", "随意"), ("渝中区", text, text, text, text)])
    row = result.rows[0]
    assert (row.enterprise, row.description, row.address) == (text, text, text)
    assert row.remarks == {"随意": text}
    refused = read([HEADINGS, (text, "甲示例公司", "问题。")]).refused[0]
    assert text[:20] in refused.errors[0].message


def test_a_formula_without_a_value_is_an_empty_cell() -> None:
    sheet_book = openpyxl.Workbook()
    sheet = sheet_book.worksheets[0]
    sheet.append(HEADINGS)
    sheet.append(("渝中区", "=1+1", "问题。"))
    result = read_list(saved(sheet_book), today=TODAY)
    assert [(e.column, e.code) for e in result.refused[0].errors] == [("企业名称", "missing")]


def test_a_cell_of_a_megabyte_is_refused_without_repeating_it() -> None:
    content = with_part(
        book([HEADINGS, ("渝中区", "甲示例公司", "长文")]),
        SHEET,
        lambda part: part.replace("长文".encode(), os.urandom(500_000).hex().encode()),
    )
    error = read_list(content, today=TODAY).refused[0].errors[0]
    assert (error.column, error.code) == ("存在的环境问题", "too_long")
    assert len(error.message) < 100


def test_an_endless_heading_is_cut() -> None:
    result = read([(*HEADINGS, "很长" * 500), (*GOOD, "x")])
    assert all(len(name) <= 60 for name in result.rows[0].remarks)


def test_an_error_that_stands_in_no_row_is_none_of_any_cell() -> None:
    sheet = (
        b'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<sheetData><c r="XFD1" t="e"/></sheetData></worksheet>'
    )
    assert [
        one.rows for one in read_sheets(with_part(book([HEADINGS, GOOD]), SHEET, lambda _: sheet))
    ] == [[]]


def test_a_directory_without_end_is_refused_before_it_is_read() -> None:
    assert code_of(b"PK\x03\x04" + (b"PK\x01\x02" + bytes(43)) * 60_000) == "suspicious_archive"


TABLES = {
    "lines without cells": b"a,b\n" + b"\n" * 20_000_000,
    "lines of an old Mac": b"a,b\r" + b"\r" * 20_000_000,
    "a row without end": b"," * 20_000_000,
    "short rows without end": b"a,b\n" * 5_000_000,
    "one wide row among many short ones": b"," * 999 + b"\n" + b"a\n" * 50_000,
}


@pytest.mark.parametrize("kind", TABLES)
def test_a_table_of_text_is_measured_before_it_is_built(kind: str) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(ListError) as refused:
        read_sheets(TABLES[kind])
    assert refused.value.code == "too_large"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 200_000
