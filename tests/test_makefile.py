"""The set-up half of `make run` and `make test`, as a newcomer's machine would meet it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAKE = shutil.which("make")

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(MAKE is None, reason="make is not installed (Debian: apt install make)"),
]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder whose path has a space, with what the set-up reads."""
    folder = tmp_path / "my calendar"
    folder.mkdir()
    shutil.copy(ROOT / "Makefile", folder)
    return folder


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # without the variables of a `make test` that runs this
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(
        [MAKE or "make", *arguments], cwd=folder, env=environment, capture_output=True, text=True, timeout=240
    )


def python_that(folder: Path, answers: str) -> str:
    script = folder / "python"
    script.write_text(f'#!/bin/sh\ncase "$2" in\n{answers}\nesac\n')
    script.chmod(0o755)
    return "./python"


def test_a_python_that_is_too_old_is_named_with_its_version_and_the_way_out(checkout: Path) -> None:
    old = python_that(checkout, "*version_info\\[:3\\]*) echo 3.9.2;;\n*) exit 1;;")

    done = make(checkout, f"PYTHON={old}", ".venv/made")

    assert "needs Python 3.11 or later; found: ./python=3.9.2" in done.stderr
    assert "make PYTHON=/path/to/python3.11" in done.stderr
    assert done.returncode != 0


def test_a_python_without_venv_says_which_package_brings_it(checkout: Path) -> None:
    bare = python_that(checkout, "*version_info\\[:3\\]*) echo 3.11.2;;\n*ensurepip*) exit 1;;")

    done = make(checkout, f"PYTHON={bare}", ".venv/made")

    assert "apt install python3-venv" in done.stderr
    assert done.returncode != 0


def test_an_environment_is_made_once_and_again_when_its_python_is_gone(checkout: Path) -> None:
    python = f"PYTHON={sys.executable}"
    assert make(checkout, python, ".venv/made").stdout.startswith("make: .venv from")
    assert "up to date" in make(checkout, python, ".venv/made").stdout

    (checkout / ".venv/bin/python").unlink()

    assert make(checkout, python, ".venv/made").stdout.startswith("make: .venv from")


def test_pins_that_cannot_be_installed_end_with_advice_and_no_half_made_stamp(checkout: Path) -> None:
    missing = f"nothing-of-this-name==1.0 --hash=sha256:{'0' * 64}\n"
    (checkout / "requirements.txt").write_text(f"--no-index\n{missing}")

    done = make(checkout, f"PYTHON={sys.executable}", ".venv/installed")

    assert "is there a network?" in done.stderr
    assert not (checkout / ".venv/installed").exists()


def test_a_port_that_is_taken_is_told_before_anything_is_installed(checkout: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = make(checkout, f"EVENTCAL_PORT={port}", f"PYTHON={sys.executable}", "run")

    assert f"port {port} is in use" in done.stderr
    assert "EVENTCAL_PORT=8001 make run" in done.stderr
    assert not (checkout / ".venv").exists()
