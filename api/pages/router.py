"""All officers' pages."""

from __future__ import annotations

from fastapi import APIRouter

from api.pages import (
    accounts,
    acting,
    annex_answers,
    confirming,
    contacts,
    desk,
    draws,
    evidence,
    existing_lists,
    inspection_groups,
    letters,
    links,
    list_import,
    lists,
    new_problem,
    next_one,
    official_letters,
    own_password,
    positive_list,
    problem,
    registers,
    rule_changes,
    second_factor,
    security_log,
    self_inspections,
    sent_mails,
    signing_in,
    six_batches,
    statistics,
    together,
)
from api.pages.frame import refused_page, to_sign_in, written_by

__all__ = ["pages_router", "refused_page", "to_sign_in", "written_by"]


def pages_router() -> APIRouter:
    """Give the router of the officers' pages."""
    router = APIRouter()
    for part in (
        desk,
        signing_in,
        lists,
        letters,
        annex_answers,
        existing_lists,
        list_import,
        new_problem,
        official_letters,
        acting,
        problem,
        evidence,
        sent_mails,
        links,
        accounts,
        own_password,
        confirming,
        second_factor,
        security_log,
        inspection_groups,
        draws,
        self_inspections,
        registers,
        six_batches,
        positive_list,
        rule_changes,
        contacts,
        statistics,
        together,
        next_one,
    ):
        router.include_router(part.router)
    return router
