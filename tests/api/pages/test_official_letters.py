"""Official letters as officers fetch them from the problem's page."""

from __future__ import annotations

from domain.roles import Role
from tests.worlds.office import Office


async def test_the_problem_s_page_leads_to_the_drafts_its_record_gives_grounds_for(
    office: Office,
) -> None:
    number = await office.registered()
    person = await office.sign_in(Role.OFFICER)
    page = await person.see(f"/problems/{number}")
    here = f"/problems/{number}/official-letters"
    assert "移交函草稿（PDF）" in page
    assert f"{here}/closure" not in page
    browser = office.seated(Role.OFFICER)
    got = await browser.get(f"{here}/transfer")
    assert got.headers["Content-Type"] == "application/pdf"
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.content.startswith(b"%PDF")
    refused = await browser.get(f"{here}/closure")
    assert refused.status_code == 409
    assert "没有起草销号单的事由" in refused.text
    assert (await browser.get(f"{here}/none")).status_code == 404
    assert (await browser.get("/problems/none/official-letters/transfer")).status_code == 404


async def test_who_only_reads_is_offered_no_drafts(office: Office) -> None:
    number = await office.registered()
    person = await office.sign_in(Role.AUDITOR)
    assert "official-letters" not in await person.see(f"/problems/{number}")
