"""Each request has an id, which its answer and its lines of the log carry; no line tells a link."""

from __future__ import annotations

import re

from structlog.testing import capture_logs

from tests.worlds.office import API, Office


async def test_a_request_is_told_by_its_route_with_its_problem(office: Office) -> None:
    no = await office.registered()
    with capture_logs() as said:
        answer = await office.ask("GET", f"/problems/{no}")
    (line,) = [one for one in said if one["event"] == "request"]
    assert (line["method"], line["status"], line["problem_no"]) == ("GET", 200, no)
    assert line["route"] == f"{API}/problems/{{problem_no}}"
    assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["X-Request-Id"])


async def test_the_name_a_proxy_gave_is_kept_and_anything_else_is_not(office: Office) -> None:
    browser = office.browser()
    for told, kept in (("proxy-0001.a_b", True), ("x\u00e9" * 8, False), ("a b c d e f", False)):
        answer = await browser.get("/login", headers=[(b"x-request-id", told.encode())])
        assert (answer.headers["X-Request-Id"] == told) is kept
    await browser.aclose()


async def test_a_link_is_never_written_down(office: Office) -> None:
    browser = office.browser()
    with capture_logs() as said:
        await browser.get("/f/token-that-opens-a-form")
        await browser.get("/no/such/place-with-a-secret")
    assert "token-that" not in str(said)
    assert "secret" not in str(said)
    await browser.aclose()


async def test_probes_are_not_told(office: Office) -> None:
    browser = office.browser()
    with capture_logs() as said:
        assert (await browser.get("/health/live")).headers["X-Request-Id"]
    assert said == []
    await browser.aclose()
