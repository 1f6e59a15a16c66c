"""Random draws through their doors, and checked with the command line."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

import cli
from domain.commands import RevisitResult
from domain.roles import Role
from tests.office.living import rectified, revisited
from tests.office.test_inspection_groups import person
from tests.worlds.office import Office

BODY = {"seed_source": "示例彩票第2024073期开奖号码", "seed_on": "2024-06-27"}
SEED = {"seed": "03 08 13 22"}
YUZHONG, DADUKOU = "500103", "500104"


async def waiting(office: Office) -> None:
    for number in range(1, 6):
        await rectified(office, f"CQ2024-000{number}")
    await rectified(office, "CQ2024-0006", key_content="covert_discharge")
    await office.transferred("CQ2024-0007")
    await person(office, "陈某示例", home=YUZHONG)
    await person(office, "林某示例", home=DADUKOU)
    await person(office, "市队某示例", "city_inspector")
    await person(office, "何某示例", "air_expert")


async def drawn(office: Office) -> dict[str, Any]:
    await waiting(office)
    made = await office.send("POST", "/draws", json=BODY)
    assert made.status_code == 201, made.text
    office.clock.pass_by(days=3)
    address = f"/draws/{made.json()['announcement']['draw_id']}/result"
    done = await office.send("POST", address, json=SEED)
    assert done.status_code == 200, done.text
    found: dict[str, Any] = done.json()
    return found


async def test_a_draw_is_announced_drawn_and_read_again(office: Office) -> None:
    result = await drawn(office)
    outcomes = {one["problem_no"]: one["drawn"] for one in result["result"]["outcomes"]}
    assert len(outcomes) == 6
    assert outcomes["CQ2024-0006"]
    assert sum(outcomes.values()) == 2
    draw_id = result["announcement"]["draw_id"]
    read = await office.send("GET", f"/draws/{draw_id}", Role.AUDITOR)
    assert read.json() | {"entered": result["entered"]} == result
    (listed,) = (await office.send("GET", "/draws")).json()["draws"]
    assert (listed["draw_id"], listed["candidates"], listed["drawn"]) == (draw_id, 6, 2)


async def test_the_file_of_a_draw_names_nobody(office: Office) -> None:
    text = json.dumps(await drawn(office), ensure_ascii=False)
    for name in ("陈某示例", "林某示例", "市队某示例", "何某示例"):
        assert name not in text


async def test_nothing_is_drawn_early_twice_or_with_another_seed(office: Office) -> None:
    await waiting(office)
    made = (await office.send("POST", "/draws", json=BODY)).json()
    address = f"/draws/{made['announcement']['draw_id']}/result"
    early = await office.send("POST", address, json=SEED)
    assert (early.status_code, early.json()["code"]) == (409, "seed_not_known_yet")
    office.clock.pass_by(days=3)
    first = await office.send("POST", address, json=SEED)
    spaced = await office.send("POST", address, json={"seed": " 03  08 13 22 "})
    assert first.json() == spaced.json()
    other = await office.send("POST", address, json={"seed": "04 08 13 22"})
    assert other.json()["code"] == "draw_already_made"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seed_on": "2024-06-24"}, "seed_day_unsuitable"),
        ({"seed_on": "2024-09-01"}, "seed_day_unsuitable"),
        ({"seed_source": " "}, "invalid_request"),
        ({"share": "1.5"}, "invalid_request"),
        ({"weight_per_point": "-1"}, "invalid_request"),
    ],
)
async def test_an_announcement_that_makes_no_sense_is_refused(
    office: Office, change: dict[str, str], code: str
) -> None:
    await waiting(office)
    refused = await office.send("POST", "/draws", json=BODY | change)
    assert (refused.status_code, refused.json()["code"]) == (422, code)


async def test_without_anybody_waiting_there_is_nothing_to_draw(office: Office) -> None:
    refused = await office.send("POST", "/draws", json=BODY)
    assert refused.json()["code"] == "no_draw_candidates"
    assert (await office.send("GET", "/draws/none")).json()["code"] == "draw_not_found"


async def test_each_life_hears_once_what_it_drew(office: Office) -> None:
    result = await drawn(office)
    assert all(one["recorded"] for one in result["entered"])
    draw_id = result["announcement"]["draw_id"]
    for one in result["result"]["outcomes"]:
        problem = await office.desk.state(one["problem_no"])
        assert (problem.draw_id, problem.excused) == (draw_id, not one["drawn"])
        assert (problem.proposal is not None) is not one["drawn"]
    told = [key for key in office.desk.asked if key.startswith(f"draw:{draw_id}/")]
    assert sorted(told) == [f"draw:{draw_id}/CQ2024-000{n}" for n in range(1, 7)]
    await office.send("POST", f"/draws/{draw_id}/result", json=SEED)
    again = [key for key in office.desk.asked if key.startswith(f"draw:{draw_id}/")]
    assert again == told


async def test_lives_that_cannot_be_reached_hear_of_the_draw_later(office: Office) -> None:
    await waiting(office)
    made = (await office.send("POST", "/draws", json=BODY)).json()
    page = f"/draws/{made['announcement']['draw_id']}"
    await revisited(office, "CQ2024-0006", RevisitResult.NOT_IN_PLACE)
    office.clock.pass_by(days=3)
    desk = await office.sign_in(Role.OFFICER)
    office.desk.silent = True
    silent = await desk.press(page, page, SEED | {"seed_again": SEED["seed"]})
    assert silent.status_code == 422
    assert "6个问题未能登记" in silent.text
    office.desk.silent, office.desk.gone = False, True
    gone = await desk.press(page, page, SEED | {"seed_again": SEED["seed"]})
    assert "办理流程已经结束" in gone.text
    office.desk.gone = False
    back = await desk.press(page, page, SEED | {"seed_again": SEED["seed"]})
    assert "1个问题未能登记。CQ2024-0006" in back.text
    assert back.text.count("未登记</span>") == 1
    assert "还有 1 个未登记" in await desk.see(page)


async def test_only_the_office_draws(office: Office) -> None:
    for role in (Role.AUDITOR, Role.ADMINISTRATOR):
        assert (await office.send("POST", "/draws", role, json=BODY)).status_code == 403


async def test_the_export_names_people_to_the_office_and_ids_to_the_auditor(
    office: Office,
) -> None:
    draw_id = (await drawn(office))["announcement"]["draw_id"]
    path = f"/exports/draws/{draw_id}.xlsx"
    headings, first, *_ = await office.sheet(path, Role.OFFICER)
    assert headings[7] == "结果"
    assert first[7] == "抽中"
    assert "林某示例" in first[8]
    assert "陈某示例" not in first[8]
    _, masked, *_ = await office.sheet(path, Role.AUDITOR)
    assert "林某示例" not in masked[8]
    facts = dict(await office.sheet(path, Role.OFFICER, number=1))
    assert facts["随机种子"] == "03 08 13 22"


async def test_anybody_verifies_a_draw_from_its_file(office: Office, tmp_path: Path) -> None:
    content = await drawn(office)
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    fine = CliRunner().invoke(cli.app, ["draw", "verify", str(file)])
    assert (fine.exit_code, "核对一致：6个候选问题，抽中2个" in fine.output) == (0, True)
    lucky = next(one for one in content["result"]["outcomes"] if one["drawn"])
    lucky["drawn"] = False
    file.write_text(json.dumps(content), encoding="utf-8")
    caught = CliRunner().invoke(cli.app, ["draw", "verify", str(file), "--json"])
    assert caught.exit_code == 1
    answer = json.loads(caught.stdout)
    assert not answer["verified"]
    assert f"问题{lucky['problem_no']}记载为未抽中，按种子计算应为抽中" in answer["differences"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "无法读取"),
        ("{", "无法读取"),
        ("{}", "不是完整的抽取记录"),
        ("old", "只能核对"),
        ("pending", "还没有结果"),
    ],
)
async def test_a_file_that_cannot_be_checked_says_why(
    office: Office, tmp_path: Path, content: str | None, said: str
) -> None:
    file = tmp_path / "draw.json"
    made = await drawn(office)
    if content == "old":
        made["format"] = "other"
    if content == "pending":
        made["result"] = None
    if content is not None:
        file.write_text(content if content[0] == "{" else json.dumps(made), encoding="utf-8")
    refused = CliRunner().invoke(cli.app, ["draw", "verify", str(file)])
    assert (refused.exit_code, said in refused.output) == (2, True)


async def test_an_officer_draws_on_the_pages(office: Office) -> None:
    await waiting(office)
    desk = await office.sign_in(Role.OFFICER)
    assert "其中 1 个属于必须回头看的" in await desk.see("/draws")
    wrong = await desk.press("/draws", "/draws", BODY | {"seed_on": "2024-06-24"})
    assert "任何人都不能预知种子" in wrong.text
    made = await desk.press("/draws", "/draws", BODY)
    page = made.url.path
    assert "种子公布后才能抽取" in made.text
    office.clock.pass_by(minutes=20)
    early = await desk.press(page, page, SEED | {"seed_again": SEED["seed"]})
    assert "当日及以后才能抽取" in early.text
    office.clock.pass_by(days=3)
    desk = await office.sign_in(Role.OFFICER)
    slip = await desk.press(page, page, SEED | {"seed_again": "03 08 13 23"})
    assert "两次输入的种子不一致" in slip.text
    empty = await desk.press(page, page, {"seed": ""})
    assert "随机种子：不能为空" in empty.text
    done = await desk.press(page, page, SEED | {"seed_again": SEED["seed"]})
    assert "抽取完成" in done.text
    assert "林某示例" in done.text
    auditor = await office.sign_in(Role.AUDITOR)
    assert "林某示例" not in await auditor.see(page)
    assert "抽中2个" in await auditor.see("/draws")
