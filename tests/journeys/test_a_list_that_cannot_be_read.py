"""`bihuan import` of a file that is no list, or by somebody who may not, touches nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from command_line.existing_lists import preview_or_propose
from command_line.import_list import import_workbook
from gateways.problem_list.refusals import Hidden


@pytest.mark.parametrize("existing", [False, True])
async def test_what_is_no_list_leaves_the_store_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, existing: bool
) -> None:
    data = tmp_path / "data"
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(data))
    workbook = tmp_path / "清单.xlsx"
    workbook.write_bytes(b"%PDF-1.7")
    if existing:
        code = await preview_or_propose(workbook, token=None, hidden=Hidden.ASK, as_json=False)
    else:
        code = await import_workbook(workbook, dry_run=True, annotated=None, as_json=False)
    assert code == 2
    assert not data.exists()
