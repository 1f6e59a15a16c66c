"""The settings, and `.env.example` beside them."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr, ValidationError
from sqlalchemy import text

from command_line.telling import done
from settings import Settings
from store.engine import Database
from tests.repository.files import ROOT
from tests.worlds.serious import SERIOUS

EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
_LINE = re.compile(r"^(?P<off>#?)(?P<name>[A-Z][A-Z0-9_]+)=(?P<value>.*)$", re.MULTILINE)


def example() -> dict[str, tuple[bool, str]]:
    """Give each name of the example with whether it shows a default, and its value."""
    return {m["name"]: (m["off"] == "#", m["value"]) for m in _LINE.finditer(EXAMPLE)}


def settings(**given: Any) -> Settings:
    """Give settings that no file of this machine has touched."""
    return Settings(_env_file=None, **given)


def _shown(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return "" if value is None else str(value)


def test_the_example_lists_every_setting_and_no_other() -> None:
    """A setting nobody can find is no setting."""
    listed = {name.removeprefix("BIHUAN_").lower() for name in example() if "BIHUAN_" in name}
    assert listed == set(Settings.model_fields)


def test_a_commented_setting_of_the_example_shows_the_default() -> None:
    """What is written there is what happens without it."""
    for name, (is_default, value) in example().items():
        field = Settings.model_fields.get(name.removeprefix("BIHUAN_").lower())
        if field is not None and is_default:
            assert value == _shown(field.default), name


def test_every_setting_says_what_it_means() -> None:
    """In Chinese, because the command line shows it to people."""
    for name, field in Settings.model_fields.items():
        assert field.description, name


def test_everything_is_kept_under_the_data_folder_unless_it_has_a_place() -> None:
    """One folder to back up on one machine."""
    found = settings(data_dir=Path("kept"), archive_dir=Path("elsewhere"))
    assert found.evidence == Path("kept/evidence")
    assert found.archive == Path("elsewhere")
    assert found.database.startswith("sqlite:////")
    assert found.database.endswith("/kept/bihuan.db")


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_an_empty_line_is_as_good_as_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever takes the # from a line of the example changes nothing: no path becomes this very folder."""
    monkeypatch.setenv(f"BIHUAN_{name.upper()}", "")
    assert getattr(settings(), name) == Settings.model_fields[name].default


def test_the_newest_key_stands_last() -> None:
    """The signer signs with the last and accepts all."""
    found = settings(link_keys="a:one, b:two:with:colons")
    assert found.signing_keys == [("a", "one"), ("b", "two:with:colons")]


def test_a_key_without_an_id_is_refused() -> None:
    """Or a secret would be taken for its own id."""
    with pytest.raises(ValueError, match="编号:密钥"):
        _ = settings(link_keys="only-a-secret").signing_keys


def test_production_takes_serious_settings() -> None:
    """The counterpart of the refusals below."""
    assert settings(**SERIOUS).environment == "production"


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"link_keys": Settings.model_fields["link_keys"].default}, "BIHUAN_LINK_KEYS"),
        ({"clock_shift_seconds": 3600}, "BIHUAN_CLOCK_SHIFT_SECONDS"),
        ({"base_url": ""}, "BIHUAN_BASE_URL"),
        ({"base_url": "http://bihuan.example.cn"}, "BIHUAN_BASE_URL"),
    ],
    ids=["placeholder key", "shifted clock", "no address", "no TLS"],
)
def test_production_refuses_what_is_for_rehearsals(changed: dict[str, Any], named: str) -> None:
    """And names the setting."""
    with pytest.raises(ValidationError, match=named):
        settings(**(SERIOUS | changed))


def test_no_secret_shows_when_settings_are_printed() -> None:
    """Logs and error pages print objects."""
    found = settings(link_keys="k:" + "s3cret" * 6, smtp_password="hush")
    assert "s3cret" not in repr(found)
    assert "hush" not in repr(found)


def test_a_wrong_setting_is_named_in_words_and_no_other_is_shown(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every command begins with the settings; their errors go into a log, beside passwords."""
    monkeypatch.setattr("command_line.telling.leave", sys.exit)

    async def work(**wrong: Any) -> int:
        settings(**SERIOUS, smtp_password="hush", **wrong)
        return 0

    for name, value in (("worker_port", "eight"), ("clock_shift_seconds", 60), ("digests", "ja")):
        with pytest.raises(SystemExit, match="2"):
            done(work(**{name: value}))
    told = capsys.readouterr().err
    for name in ("BIHUAN_WORKER_PORT", "BIHUAN_CLOCK_SHIFT_SECONDS", "BIHUAN_DIGESTS"):
        assert name in told
    with pytest.raises(ValidationError) as wrong:
        settings(**SERIOUS, smtp_password="hush", clock_shift_seconds=60)
    assert "hush" not in f"{told}{wrong.value}"


def test_a_store_that_is_away_is_told_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whatever the command: no traceback, and no password."""
    monkeypatch.setattr("command_line.telling.leave", sys.exit)

    async def work() -> int:
        db = Database("postgresql://bihuan:hush@127.0.0.1:9/bihuan")
        async with db.reading() as session:
            await session.execute(text("SELECT 1"))
        return 0

    with pytest.raises(SystemExit, match="2"):
        done(work())
    told = capsys.readouterr().err
    assert told.startswith("数据库无法读写")
    assert "hush" not in told


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"temporal_api_key": "k"}, "BIHUAN_TEMPORAL_TLS"),
        ({"temporal_tls": True, "temporal_cert_file": "a.pem"}, "BIHUAN_TEMPORAL_KEY_FILE"),
    ],
)
def test_what_belongs_together_is_set_together(given: dict[str, Any], named: str) -> None:
    with pytest.raises(ValidationError, match=named):
        settings(**given)


def test_the_security_log_is_kept_for_the_longest_six_months_at_least() -> None:
    assert [
        settings(retention_security_log_days=days).retention_security_log_days for days in (0, 184)
    ] == [0, 184]
    with pytest.raises(ValidationError, match="184"):
        settings(retention_security_log_days=183)
