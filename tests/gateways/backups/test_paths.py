"""A backup writes below its folders and nowhere else, whatever its manifest says."""

from __future__ import annotations

import pytest
from pydantic import TypeAdapter, ValidationError

from gateways.backups.pool import Kept
from gateways.backups.whole import Dumped

SHA = "0" * 64


@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x", "..", "", "."])
def test_a_path_that_leads_out_of_its_folder_is_refused(path: str) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Kept).validate_python({"path": path, "sha256": SHA, "size": 1})


@pytest.mark.parametrize("path", ["a/b.json.gz", "originals/00/x..y", "名.pdf"])
def test_a_path_below_its_folder_is_taken(path: str) -> None:
    kept = TypeAdapter(Kept).validate_python({"path": path, "sha256": SHA, "size": 1})
    assert kept.path == path


def test_a_dump_stands_beside_its_manifest_and_a_file_under_its_hash() -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Dumped).validate_python({"file": "../x.dump", "sha256": SHA, "size": 1})
    with pytest.raises(ValidationError):
        TypeAdapter(Kept).validate_python({"path": "a", "sha256": "../x", "size": 1})
