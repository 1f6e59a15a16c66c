"""An officer takes a problem's links back by hand, on record."""

from __future__ import annotations

import pytest

from domain.roles import Role
from tests.worlds.office import Office

APPROVED = {"decision": "approve"}


async def test_what_was_opened_by_a_link_is_over_once_it_is_taken_back(office: Office) -> None:
    number = await office.registered("one")
    link = await office.link(number)
    visitor = await office.visitor(link)
    assert (await visitor.browser.get("/f/problem")).status_code == 200
    path = f"/problems/{number}/links/revocation"
    form = {"mark": office.mark(Role.OFFICER), "reason": "示例：链接误转至群聊"}
    async with office.seated(Role.OFFICER) as officer:
        assert "收回本问题的填报链接" in (await officer.get(f"/problems/{number}")).text
        bare = await officer.post(path, data=form | {"reason": " "})
        assert (bare.status_code, "请填写收回链接的理由" in bare.text) == (422, True)
        unknown = await officer.post("/problems/none/links/revocation", data=form)
        assert unknown.status_code == 404
        done = await officer.post(path, data=form)
        assert done.headers["location"].startswith(f"/problems/{number}")
    assert (await visitor.browser.get("/f/problem")).status_code == 410
    async with office.browser() as stranger:
        entered = await stranger.post("/f/enter", data={"token": office.token(link)})
        assert entered.status_code == 410
    log = await office.ask("GET", "/security-log?what=links_revoked", Role.AUDITOR)
    (entry,) = log.json()["entries"]
    assert (entry["by"], entry["subject"]) == ("u-officer", number)
    assert entry["details"] == "示例：链接误转至群聊"
    assert (await office.link(number)).jti != link.jti


@pytest.mark.parametrize(("ticked", "met"), [(True, 410), (False, 200)])
async def test_with_a_contact_who_left_his_links_end_where_somebody_says_so(
    office: Office, ticked: bool, met: int
) -> None:
    number = await office.registered("one")
    link = await office.link(number)
    visitor = await office.visitor(link)
    one = {"district": link.district, "position": "handler", "name": "示例经办人"}
    entered = await office.change("/contacts", "c", one | {"email": link.recipient.upper()})
    form = {"mark": office.mark(Role.OFFICER), "id": str(entered.json()["id"])}
    async with office.seated(Role.OFFICER) as officer:
        assert (
            "一并收回发给此邮箱的链接" not in (await officer.get("/contacts")).text
        )  # not approved
        await office.change(f"/contacts/{form['id']}/decision", "d", APPROVED, Role.SUPERVISOR)
        assert "一并收回发给此邮箱的链接" in (await officer.get("/contacts")).text
        await officer.post("/contacts/retire", data=form | ({"links": "yes"} if ticked else {}))
    assert (await visitor.browser.get("/f/problem")).status_code == met
    log = await office.ask("GET", "/security-log?what=links_revoked", Role.AUDITOR)
    assert [one["details"] for one in log.json()["entries"]] == ["联系人停用"] * ticked
