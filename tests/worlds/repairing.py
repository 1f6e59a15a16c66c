"""Two persons who have lost lives begun again, on the command line of a city."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

import pytest

from audit.sources import joined, life_on_server, lives_in
from audit.verify import Verified, verify_life
from command_line import repair
from command_line.persons import Typed
from domain import commands as c
from domain.roles import Role
from gateways.temporal_client import DATA_CONVERTER
from store.district import inbox, papers
from tests.worlds.city import City


@dataclass
class Repairing:
    """The commands of `bihuan repair` in one city, and what they answered."""

    city: City
    capsys: pytest.CaptureFixture[str]
    people: str = "test"

    async def preview(self, *numbers: str) -> dict[str, Any]:
        """What would be taken up."""
        await repair.preview(numbers, as_json=True)
        return self.told()

    async def propose(self, *numbers: str, code: int = 0) -> dict[str, Any]:
        """Propose, as an officer; of no number all are meant."""
        token = self.city.tokens[Role.OFFICER]
        assert await repair.propose(numbers, "示例：误操作", token, as_json=True) == code
        return self.told()

    async def apply(self, proposal: dict[str, Any]) -> int:
        """Approve, as a supervisor; give the exit code."""
        person = Typed(f"{self.people}.supervisor", "a long enough phrase", lambda: "")
        return await repair.apply(proposal["id"], proposal["content_hash"], person, as_json=True)

    def told(self) -> dict[str, Any]:
        """What the last command answered."""
        out = self.capsys.readouterr().out
        content: dict[str, Any] = json.loads(out[out.rindex("\n{\n") if "\n{\n" in out else 0 :])
        return content

    async def verified(self, number: str) -> Verified:
        """What the second look finds in the histories of the server and the archive."""
        folder = self.city.settings.archive / number
        archived = [run for runs in lives_in(folder) for run in runs] if folder.exists() else []
        runs = joined(await life_on_server(self.city.client, number), archived)
        return await verify_life(runs, DATA_CONVERTER)


def repairing_in(
    city: City,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    people: str = "test",
) -> Repairing:
    """The commands' settings are those of the city."""
    monkeypatch.setenv("BIHUAN_TEMPORAL_ADDRESS", city.settings.temporal_address)
    monkeypatch.setenv("BIHUAN_TEMPORAL_NAMESPACE", city.settings.temporal_namespace)
    monkeypatch.setenv("BIHUAN_DATA_DIR", str(city.settings.data_dir))
    monkeypatch.setenv("BIHUAN_DATABASE_URL", city.settings.database_url)
    return Repairing(city, capsys, people)


async def hand_in(city: City, number: str) -> str:
    """Hand in a district's answer to the first round; give the receipt."""
    paper = papers.AnswerPaper(
        problem_no=number,
        district="500103",
        round_no=1,
        answer=c.Answer(state=c.RectificationState.DONE, text="已整改"),
        filled_by="示例",
        telephone="",
    )
    receipt = str(uuid.uuid4())
    await inbox.submit(city.db, inbox.NewSubmission(receipt_id=receipt, link_jti="", paper=paper))
    return receipt
