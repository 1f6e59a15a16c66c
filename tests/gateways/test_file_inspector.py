"""A PDF is looked into in time that grows with its length and with nothing else."""

from __future__ import annotations

import time

import pytest

from gateways.file_inspector import look_into_pdf

TAIL = b"startxref\n10\n%%EOF\n"


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.4\n" + b"".join(parts) + TAIL


@pytest.mark.parametrize(
    ("body", "finding"),
    [
        (b"1 0 obj <</Length 3>> stream\nabc\nendstream endobj\n", "ok"),
        (b"trailer <</Encrypt 5 0 R>>\n", "encrypted"),
        (b"trailer <</Encrypt\n<</V 4>>>>\n", "encrypted"),
        (b"stream\n/Encrypt 5 0 R endstream\n", "ok"),
        (b"stream\r\nx endstream trailer /Encrypt 5 0 R\n", "encrypted"),
        (b"stream\nx endstream stream\ny endstream /Encrypt 1 0 R", "encrypted"),
        (b"stream\n never ends /Encrypt 5 0 R\n", "encrypted"),
    ],
)
def test_encryption_counts_outside_of_streams_only(body: bytes, finding: str) -> None:
    assert look_into_pdf(pdf(body)) == finding


@pytest.mark.parametrize(
    "again",
    [b"stream\n", b"endstream", b"stream\nendstream", b"/Encrypt ", b"/Encrypt 1", b"stream\r\n<<"],
)
def test_what_is_repeated_without_end_costs_no_more_than_its_length(again: bytes) -> None:
    began = time.process_time()
    look_into_pdf(pdf(again * (3_000_000 // len(again))))
    assert time.process_time() - began < 2


@pytest.mark.parametrize("content", [b"%PDF-1.4\n", b"%PDF-1.4\nstartxref\n999999\n%%EOF"])
def test_a_cut_one_is_damaged(content: bytes) -> None:
    assert look_into_pdf(content) == "damaged"
