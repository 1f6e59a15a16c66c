"""The files people have: old, free, comma-separated, oddly zipped, or no list at all."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from gateways.problem_list.errors import ListError
from gateways.problem_list.reading import read_list
from tests.gateways.problem_list.books import GOOD, HEADINGS, TODAY, book

LINES = "\r\n".join([",".join(HEADINGS), ",".join(GOOD)])


@pytest.mark.parametrize("encoding", ["gbk", "utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_comma_separated_values_are_read(encoding: str, separator: str) -> None:
    result = read_list(LINES.replace(",", separator).encode(encoding), today=TODAY)
    assert [row.district for row in result.rows] == ["500103"]


def test_paths_with_backslashes_are_read() -> None:
    content = book([HEADINGS, GOOD])
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    for name in names:
        content = content.replace(name.encode(), name.replace("/", "\\").encode())
    assert len(read_list(content, today=TODAY).rows) == 1


def test_a_list_with_many_pictures_is_read() -> None:
    out = io.BytesIO(book([HEADINGS, GOOD]))
    with zipfile.ZipFile(out, "a") as archive:
        for number in range(250):
            archive.writestr(f"xl/media/image{number}.jpeg", b"x")
    assert len(read_list(out.getvalue(), today=TODAY).rows) == 1


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"%PDF-1.7\n1 0 obj", "PDF"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "图片"),
        (b"<html><table><tr><td>a</td></tr></table>", "网页"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "XML"),
    ],
)
def test_another_file_is_named_for_what_it_is(content: bytes, kind: str) -> None:
    with pytest.raises(ListError, match=kind) as refusal:
        read_list(content, today=TODAY)
    assert refusal.value.code == "not_a_workbook"


def test_a_real_xls_file_is_read_and_says_that_it_cannot_tell_what_is_hidden() -> None:
    path = Path(__file__).parent / "files" / "list.xls"
    result = read_list(path, today=TODAY)
    assert [(row.district, row.enterprise) for row in result.rows] == [
        ("500103", "重庆示例印务有限公司"),
        ("500104", "重庆示例涂装有限公司"),
    ]
    assert [str(row.transferred_on) for row in result.rows] == ["2024-06-24", "2024-06-25"]
    assert [note.note.code for note in result.reading.notes] == ["format_cannot_tell"]


def test_a_text_of_no_known_encoding_says_so_and_in_which_line() -> None:
    content = "区县,企业名称,存在的环境问题\n渝中区,甲公司,一\n".encode("gbk")
    broken = content.replace("甲".encode("gbk"), b"\xff\xff")
    with pytest.raises(ListError, match="第2行") as refused:
        read_list(broken, today=TODAY)
    assert refused.value.code == "encoding_unknown"
