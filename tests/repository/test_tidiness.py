"""What holds for the whole house and no linter looks at."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.repository.files import ROOT, python_files, text_files

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))
WIRING = {"settings", "wiring", "worker", "asgi", "cli"}
ENTRY_POINTS = {"wiring.py", "worker.py", "asgi.py", "cli.py"}
ENTRY_FOLDERS = {"settings", "command_line", "embedded", "simulation", "bench", "tests"}

_PIN = re.compile(r"^(?P<pin>[A-Za-z0-9].*?) \\$", re.MULTILINE)
_EXACT = re.compile(r"[\w.-]+(\[[\w, -]+\])?==[\w.!+]+( ; .+)? \\$")
_HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?$")
_MACHINE = re.compile(r"(?<![\w.:/}-])/(?:work|root|home|Users)/\w")
_ADDRESS_OPTION = re.compile(r"(?<!no-emit-)(?:index-url|find-links|trusted-host)")


def _imports(file: Path) -> set[str]:
    """Give the first names of all modules a file imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
    return found


def _modules_of_tests(file: Path) -> set[str]:
    """Give the modules below tests/ that a file imports."""
    nodes = ast.walk(ast.parse(file.read_text(encoding="utf-8")))
    named = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    return {module for module in named if module.startswith("tests.")}


def test_only_entry_points_read_settings_or_wire() -> None:
    """Everyone else receives values."""
    readers = {str(f.relative_to(ROOT)) for f in python_files() if _imports(f) & WIRING}
    others = {r for r in readers - ENTRY_POINTS if Path(r).parts[0] not in ENTRY_FOLDERS}
    assert others == set()
    assert "worker.py" in readers


def test_what_tests_of_several_folders_need_stands_in_the_worlds() -> None:
    """Beside that, each folder of tests stands alone."""
    strays = {
        f"{file.relative_to(ROOT)} imports {module}"
        for file in python_files()
        if file.is_relative_to(ROOT / "tests")
        for module in _modules_of_tests(file)
        if module.split(".")[1] not in ("worlds", file.relative_to(ROOT / "tests").parts[0])
    }
    assert strays == set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_locked_version_is_exact_and_has_a_hash(lock: Path) -> None:
    """Pip refuses anything else under --require-hashes; here the reason is named."""
    lines = lock.read_text(encoding="utf-8").splitlines()
    pins = [number for number, line in enumerate(lines) if line and line[0] not in "# "]
    assert len(pins) > 50
    for number in pins:
        assert _EXACT.match(lines[number]), lines[number]
        assert _HASH.match(lines[number + 1]), f"no hash for {lines[number]}"


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_no_lock_names_an_address_or_a_path(lock: Path) -> None:
    """Whoever installs decides where packages come from."""
    for line in lock.read_text(encoding="utf-8").splitlines():
        assert "://" not in line
        assert not _ADDRESS_OPTION.search(line)
        assert " /" not in line


def test_the_development_lock_holds_what_the_running_lock_holds() -> None:
    """Tests run on the versions that production runs on."""
    running, developing = (
        set(_PIN.findall((ROOT / "requirements" / name).read_text(encoding="utf-8")))
        for name in ("run.lock", "dev.lock")
    )
    assert set(map(_without_extras, running)) <= set(map(_without_extras, developing))


def _without_extras(pin: str) -> str:
    return re.sub(r"\[.*?\]", "", pin.partition(" ;")[0])


@pytest.mark.parametrize("name", ["Makefile", "Dockerfile", ".ci/run", "pyproject.toml"])
def test_no_install_step_names_an_index(name: str) -> None:
    """The same holds for the commands that install."""
    assert not _ADDRESS_OPTION.search((ROOT / name).read_text(encoding="utf-8"))


def test_no_file_names_a_path_of_one_machine() -> None:
    """What works in one home folder only works nowhere else."""
    found = [
        f"{file.relative_to(ROOT)}: {line.strip()[:100]}"
        for file in text_files()
        for line in file.read_text(encoding="utf-8").splitlines()
        if _MACHINE.search(line)
    ]
    assert found == []


def test_a_machine_path_would_be_found() -> None:
    """The search above can fail."""
    assert _MACHINE.search("data: " + "/".join(["", "home", "somebody", "bihuan"]))
    assert not _MACHINE.search("https://example.cn/home/page and .venv/root/x")


_UNDECIDED = re.compile(r"^(?:<{7}|>{7}) ", re.MULTILINE)


def test_no_two_versions_of_a_passage_stand_in_one_file() -> None:
    """What two branches said otherwise is decided before it is kept."""
    found = [one for one in text_files() if _UNDECIDED.search(one.read_text(encoding="utf-8"))]
    assert found == []


def test_no_two_decisions_bear_one_number() -> None:
    """Each is known by it."""
    numbers = [one.name[:4] for one in (ROOT / "docs" / "decisions").glob("0*.md")]
    assert sorted(numbers) == sorted(set(numbers))


_TABLE = r"class (\w+)\((?:Table|ProposalRow), table=True\)"
_WRITTEN_BY = re.compile(rf"^# (.*)\n{_TABLE}", re.MULTILINE)


def test_each_table_names_the_modules_that_write_it() -> None:
    """A comment above it; whoever moves a module moves its name."""
    found = 0
    for file in sorted((ROOT / "store" / "tables").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        named = {
            table: re.findall(r"(?:store|office|migrations)/[\w/]+\.py", said)
            for said, table in _WRITTEN_BY.findall(text)
        }
        assert set(named) == set(re.findall(_TABLE, text)), file.name
        for table, modules in named.items():
            found += 1
            assert modules, table
            for module in modules:
                assert table in (ROOT / module).read_text(encoding="utf-8"), (table, module)
    assert found > 20


_FOLDERS = "|".join(sorted({one.relative_to(ROOT).parts[0] for one in ROOT.glob("*/*.py")}))
_NAMED_FILE = re.compile(rf"(?<![\w./])(?:{_FOLDERS})/[\w/]+\.py\b")
_NAMED_MODULE = re.compile(rf"`((?:{_FOLDERS})(?:\.[a-z_]+)+)`")


def _is_there(module: str) -> bool:
    """Say whether a module is there, or a name in the package or module before the last dot."""
    place = ROOT.joinpath(*module.split("."))
    before, name = place.parent, place.name
    texts = (before.with_suffix(".py"), before / "__init__.py")
    return (
        place.is_dir()
        or place.with_suffix(".py").exists()
        or any(one.exists() and name in one.read_text(encoding="utf-8") for one in texts)
    )


def test_what_code_says_of_another_file_names_one_that_is_there() -> None:
    """Whoever moves a module finds out who speaks of it."""
    lost = []
    for file in python_files():
        text = file.read_text(encoding="utf-8")
        named = (one for one in _NAMED_FILE.findall(text) if not (file.parent / one).exists())
        lost += [(file, one) for one in named if not (ROOT / one).exists()]
        lost += [(file, one) for one in _NAMED_MODULE.findall(text) if not _is_there(one)]
    assert lost == []


POLICY_NUMBER = re.compile(r"(?<![A-Za-z\d_.{月])\d+ ?(?:日|个工作日|工作日|天|分(?!钟))(?!期)")
ALLOWED = {"每扣1分"}
"""What counts a unit and is no number of a policy."""


def _policy_numbers(text: str) -> list[str]:
    for allowed in ALLOWED:
        text = text.replace(allowed, "")
    return POLICY_NUMBER.findall(text)


def test_no_template_tells_a_number_that_is_a_policys() -> None:
    found = {
        str(path.relative_to(ROOT)): numbers
        for path in sorted((ROOT / "templates").rglob("*"))
        if path.suffix in {".html", ".txt"}
        and (numbers := _policy_numbers(path.read_text(encoding="utf-8")))
    }
    assert found == {}, "let domain/words/ say it from the life's own rules"


def test_a_policys_number_would_be_found_behind_any_word() -> None:
    """The search above can fail."""
    assert _policy_numbers("重新计算15日；移交后5 个工作日，扣2分") == ["15日", "5 个工作日", "2分"]
    assert _policy_numbers("2024年7月9日，每扣1分，{{ days }}日，10分钟") == []


def test_what_is_shipped_of_others_stands_in_the_notices() -> None:
    """Each package of the running lock that is installed here, with the version that is shipped."""
    text = (ROOT / "THIRD-PARTY-NOTICES.txt").read_text(encoding="utf-8")
    pins = _PIN.findall((ROOT / "requirements" / "run.lock").read_text(encoding="utf-8"))
    for pin in (pin for pin in pins if "sys_platform == 'win32'" not in pin):
        name, version = _without_extras(pin).split("==")
        spelt = re.sub(r"[-_.]", "[-_.]", name)
        assert re.search(rf"^{spelt} {re.escape(version)}: ", text, re.MULTILINE | re.IGNORECASE)
