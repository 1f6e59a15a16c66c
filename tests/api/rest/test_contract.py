"""The OpenAPI is the contract: every operation says what it does, takes, answers and refuses."""

from __future__ import annotations

from api.errors import STATUS
from api.rest.answers import PROBLEM_JSON
from api.rest.contract import CREATED, OUTCOME, PENDING, TRIED
from tests.api.rest.test_bad_input import CHINESE
from tests.worlds.office import NEW, TRANSFER, Office, documented


async def test_the_examples_are_what_is_really_answered(office: Office) -> None:
    made = await office.change("/problems", "new", {**NEW, "transfer": TRANSFER})
    assert (made.status_code, set(made.json())) == (201, set(CREATED))
    tried = await office.change("/problems?dry_run=true", "new-2", NEW)
    assert (tried.status_code, set(tried.json())) == (200, set(TRIED))
    path = f"/problems/{made.json()['problem_no']}/reminders"
    done = await office.change(path, "r1")
    assert (done.status_code, set(done.json())) == (200, set(OUTCOME))
    office.counter.away = True
    unknown = await office.change(path, "r2")
    assert (unknown.status_code, set(unknown.json())) == (202, set(PENDING))
    assert made.json()["route"] == CREATED["route"]


def test_every_operation_names_itself_its_parameters_and_its_answers(shared: Office) -> None:
    for line, operation in documented(shared.app).items():
        assert CHINESE.search(operation["summary"]), line
        assert CHINESE.search(operation["description"]), line
        for parameter in operation.get("parameters", ()):
            assert parameter["description"], (line, parameter)
        for status, answer in operation["responses"].items():
            assert "$ref" in answer or status == "204" or answer["content"], (line, status)


def test_every_refusal_is_problem_json_with_all_its_codes(shared: Office) -> None:
    responses = shared.app.openapi()["components"]["responses"]
    for line, operation in documented(shared.app).items():
        for status, answer in operation["responses"].items():
            if status >= "400" and line[1] != "/health/ready":
                assert answer["$ref"].rpartition("/")[2] in responses, line
        if "security" in operation:
            assert {"401", "403"} <= set(operation["responses"]), line
    for code, status in STATUS.items():
        refused = responses[f"Refused{status}"]
        assert code in refused["description"]
        assert list(refused["content"]) == [PROBLEM_JSON]


def test_every_post_demands_an_idempotency_key(shared: Office) -> None:
    for (method, path), operation in documented(shared.app).items():
        keys = [p for p in operation.get("parameters", ()) if p["name"] == "idempotency-key"]
        assert len(keys) == (method == "POST"), path
        assert all(key["required"] and CHINESE.search(key["description"]) for key in keys)
