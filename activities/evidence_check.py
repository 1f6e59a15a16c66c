"""Holding the files that were handed in or came by mail against what the store says of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from domain.reconciliation import Difference, Disagreement
from gateways.evidence import DamagedEvidence, EvidenceStore, NoSuchEvidence
from store.watch.named_files import Named

_SHOWN = 12


def files_there(sizes: Mapping[str, int], named: Iterable[Named]) -> list[Difference]:
    """Name the files that are not among those kept, or have another size."""
    found = []
    for one in sorted(named):
        size = sizes.get(one.sha256)
        if size is None:
            found.append(_difference(Disagreement.EVIDENCE_MISSING, one))
        elif size != one.size:
            found.append(_difference(Disagreement.EVIDENCE_CHANGED, one))
    return found


def files_read(evidence: EvidenceStore, named: Iterable[Named]) -> list[Difference]:
    """Read these files, and name those that are gone or no longer what was sealed; raises OSError."""
    found = []
    for one in sorted(named):
        try:
            size = len(evidence.read(one.sha256))
        except NoSuchEvidence:
            found.append(_difference(Disagreement.EVIDENCE_MISSING, one))
        except DamagedEvidence:
            found.append(_difference(Disagreement.EVIDENCE_CHANGED, one))
        else:
            if size != one.size:
                found.append(_difference(Disagreement.EVIDENCE_CHANGED, one))
    return found


def _difference(code: Disagreement, file: Named) -> Difference:
    return Difference(code, file.problem_no, f"{file.name}，{file.sha256[:_SHOWN]}")
