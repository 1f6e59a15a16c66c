"""A problem as a frozen value: everything a life has come to. `domain.fold` alone changes it."""

from __future__ import annotations

from domain.problem.closing import Proposal, Revisit
from domain.problem.consequences import Appeal, Deduction, Ground, LevelClock, ListEntry
from domain.problem.districts import Objection, Reassignment
from domain.problem.problem import Problem
from domain.problem.rounds import ExtensionAsk, Proof, Round, Submission
from domain.problem.second_person import ProposedAct
from domain.problem.suspension import Suspension

__all__ = [
    "Appeal",
    "Deduction",
    "ExtensionAsk",
    "Ground",
    "LevelClock",
    "ListEntry",
    "Objection",
    "Problem",
    "Proof",
    "Proposal",
    "ProposedAct",
    "Reassignment",
    "Revisit",
    "Round",
    "Submission",
    "Suspension",
]
