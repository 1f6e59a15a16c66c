"""A restore of the store, of Temporal, or of both from different moments is known by their beats."""

from __future__ import annotations

import pytest

from domain.restore_epoch import Epoch, Restored, restored

OLD, NOW, NEXT, OTHER = Epoch(4, "d"), Epoch(5, "e"), Epoch(6, "f"), Epoch(5, "x")


@pytest.mark.parametrize(
    ("kept", "begun", "there"),
    [(None, None, None), (NOW, None, NOW), (NOW, NEXT, NOW), (NOW, NEXT, NEXT), (None, NOW, None)],
)
def test_a_crash_between_the_two_steps_is_no_restore(
    kept: Epoch | None, begun: Epoch | None, there: Epoch | None
) -> None:
    assert restored(kept, begun, there) is None


@pytest.mark.parametrize(
    ("kept", "begun", "there", "told"),
    [
        (NOW, None, None, Restored.TEMPORAL_EMPTY),
        (None, None, NOW, Restored.STORE_EMPTY),
        (OLD, None, NOW, Restored.STORE_OLDER),
        (OLD, OTHER, NEXT, Restored.STORE_OLDER),
        (NOW, None, OLD, Restored.TEMPORAL_OLDER),
        (NOW, NEXT, OLD, Restored.TEMPORAL_OLDER),
        (NOW, None, OTHER, Restored.PARTED),
        (OLD, NOW, OTHER, Restored.PARTED),
    ],
)
def test_what_was_restored_is_told(
    kept: Epoch | None, begun: Epoch | None, there: Epoch | None, told: Restored
) -> None:
    assert restored(kept, begun, there) is told
    assert told.label


def test_where_the_store_went_back_it_may_have_forgotten_what_it_sent() -> None:
    forgot = {one for one in Restored if one.store_went_back}
    assert forgot == {
        Restored.STORE_OLDER,
        Restored.STORE_EMPTY,
        Restored.PARTED,
        Restored.BACKUP,
    }
    assert all(one.label for one in Restored)


def test_a_beat_is_read_as_it_was_written() -> None:
    assert Epoch.read(NOW.text) == NOW
    assert Epoch.read("") is None
