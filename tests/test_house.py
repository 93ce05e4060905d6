"""What pyproject.toml says of the house is about the house as it stands: rooms, libraries, pins."""

from __future__ import annotations

import ast
import builtins
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from . import quick

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {each["name"]: each for each in PROJECT["tool"]["importlinter"]["contracts"]}
ROOMS = CONTRACTS["Each outside thing has one room"]
LOCKS = ("requirements.txt", "requirements-test.txt", "requirements-postgres.txt")
PIN = re.compile(r"^([a-z0-9-]+)==(\S+)", re.MULTILINE)


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def outside() -> set[str]:
    """Every top-level module that the package imports and neither Python nor the package brings."""
    names: set[str] = set()
    for file in (ROOT / "eventcal").rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {each.name.split(".")[0] for each in node.names}
            elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
                names.add(node.module.split(".")[0])
    return names - set(sys.stdlib_module_names) - {"eventcal"}


def declared(requirements: list[str]) -> set[str]:
    return {normal(re.split(r"[ \[<>=]", each)[0]) for each in requirements}


def test_every_outside_library_that_is_imported_has_a_room() -> None:
    assert set() == outside() - set(ROOMS["forbidden_modules"])


def test_every_library_with_a_room_has_one_room_only() -> None:
    rooms: dict[str, set[str]] = {}
    for line in ROOMS["ignore_imports"]:
        room, library = line.split(" -> ")
        rooms.setdefault(library, set()).add(room.removesuffix(".**"))

    assert set(ROOMS["forbidden_modules"]) == set(rooms)
    assert [] == [
        (library, where) for library, where in rooms.items() if len({each.split(".")[1] for each in where}) > 1
    ]


def test_every_outside_library_that_is_imported_is_a_declared_dependency() -> None:
    extras = [each for group in PROJECT["project"]["optional-dependencies"].values() for each in group]
    known = declared([*PROJECT["project"]["dependencies"], *extras])
    # a library that a machine does without is looked for by its module's name
    brought = {"PIL": ["Pillow"], **packages_distributions()}
    # these come with the ones that are declared, and move with them
    family = {"jinja2", "markupsafe", "pydantic_core", "werkzeug"}

    undeclared = {
        name for name in outside() - family if not {normal(each) for each in brought.get(name, [name])} & known
    }

    assert set() == undeclared


def test_every_dependency_is_pinned() -> None:
    pinned = {name for name, _ in PIN.findall((ROOT / "requirements.txt").read_text())}

    assert set() == declared(PROJECT["project"]["dependencies"]) - pinned


@pytest.mark.parametrize("name", LOCKS)
def test_every_pin_is_held_by_hashes_and_names_no_place_to_download_from(name: str) -> None:
    text = (ROOT / name).read_text()
    entries = re.split(r"\n(?=[a-z])", text)[1:]

    assert [] == [each.split()[0] for each in entries if "--hash=sha256:" not in each or "==" not in each.split()[0]]
    assert [] == re.findall(r"https?:|file:|--index|--extra-index|--find-links|--trusted-host|/opt|/tmp", text)


def test_the_lock_of_npm_packages_names_no_place_to_download_from() -> None:
    text = (ROOT / "tests/readers/package-lock.json").read_text()

    assert "integrity" in text
    assert [] == re.findall(r"https?:|resolved", text)


def test_all_locks_pin_the_same_version_of_what_they_share() -> None:
    pins = [dict(PIN.findall((ROOT / name).read_text())) for name in LOCKS]
    versions: dict[str, set[str]] = {}
    for name, version in (pair for each in pins for pair in each.items()):
        versions.setdefault(name, set()).add(version)

    assert {} == {name: found for name, found in versions.items() if len(found) > 1}


def test_every_test_that_the_quick_loop_leaves_out_exists() -> None:
    modules = {file.stem: file.read_text(encoding="utf-8") for file in (ROOT / "tests").glob("test_*.py")}

    assert {"faults"} == set(quick.FILES) - set(modules)
    assert [] == [
        f"{module}::{name}"
        for module, names in quick.TESTS.items()
        for name in names
        if f"def {name}(" not in modules[module]
    ]


ONE_LOOK = re.compile(
    r"\.(is_(visible|hidden|checked|enabled|disabled|editable)|input_value|inner_(text|html)|text_content"
    r"|all_(inner_texts|text_contents)|get_attribute|count|title)\(|\.url\b"
)


def test_no_test_of_pages_asserts_what_it_saw_in_one_look() -> None:
    """A page goes on after a click, a key or a style: Playwright's `expect` waits, an `assert` does not."""
    lines = [
        f"{file.name}: {ast.unparse(node)}"
        for file in (ROOT / "tests").glob("*browser.py")
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(node, ast.Assert) and ONE_LOOK.search(ast.unparse(node.test))
    ]

    assert lines == []


def test_the_list_of_findings_has_each_of_them_once_in_order() -> None:
    listed = re.findall(r"^\| \[([\w-]+)\]\(\1\.sh\)", (ROOT / "findings/README.md").read_text(), re.MULTILINE)

    assert listed == sorted(path.stem for path in (ROOT / "findings").glob("*.sh"))


def test_every_error_that_a_text_of_the_package_names_exists() -> None:
    known = set(dir(builtins))
    named: dict[str, str] = {}
    for path in (ROOT / "eventcal").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            match node:
                case ast.ClassDef(name=name) | ast.alias(name=name) | ast.Attribute(attr=name):
                    known.add(name)
        named |= dict.fromkeys(re.findall(r"\b[A-Z][A-Za-z]+Error\b", text), path.name)

    assert {} == {name: file for name, file in named.items() if name not in known}
