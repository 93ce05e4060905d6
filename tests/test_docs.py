"""README and docs are true today: every command in them is run, every registry and setting in them is read."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from eventcal import registry, settings

ROOT = Path(__file__).parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
RUN = {"console", "yaml", "toml", "ini", "nginx", "text"}


def blocks(language: str) -> list[object]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text(encoding="utf-8")
        for match in BLOCK.finditer(text):
            if match[1] == language:
                line = text.count("\n", 0, match.start()) + 1
                found.append(pytest.param(match[2], id=f"{document.relative_to(ROOT)}:{line}"))
    return found


def test_no_block_is_of_a_kind_that_nothing_runs() -> None:
    kinds = {match[1] for each in DOCUMENTS for match in BLOCK.finditer(each.read_text(encoding="utf-8"))}

    assert kinds <= RUN, f"teach this test to run {kinds - RUN}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the seed registry, and `eventcal` on the path."""
    shutil.copy(ROOT / "events.yaml", tmp_path)
    command = tmp_path / "bin" / "eventcal"
    command.parent.mkdir()
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m eventcal "$@"\n', encoding="utf-8")
    command.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("block", blocks("console"))
def test_a_session_in_the_documents_goes_as_it_is_written(block: str, folder: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("EVENTCAL_")}
    environment |= {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8"}
    for session in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        command, _, expected = session.partition("\n")
        if command.startswith("make "):  # the two that set everything up: this test runs inside the second
            continue
        ran = subprocess.run(
            ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, timeout=60
        )

        pattern = ".*".join(re.escape(part) for part in expected.rstrip("\n").split("..."))
        assert re.fullmatch(pattern, (ran.stdout + ran.stderr).rstrip("\n"), re.DOTALL), (
            f"$ {command}\n{ran.stdout}{ran.stderr}"
        )


@pytest.mark.parametrize("block", blocks("yaml"))
def test_a_registry_in_the_documents_has_no_problem(block: str, tmp_path: Path) -> None:
    if "events:" not in block:
        pytest.skip("a part of a registry, shown for itself")
    (tmp_path / "events.yaml").write_text(block, encoding="utf-8")

    assert () == registry.read(tmp_path / "events.yaml").problems


@pytest.mark.parametrize("block", blocks("toml"))
def test_settings_in_the_documents_can_be_used(block: str, tmp_path: Path) -> None:
    (tmp_path / "eventcal.toml").write_text(block, encoding="utf-8")
    named = dict.fromkeys(re.findall(r"env:(\w+)", block), "a secret")
    named |= {"EVENTCAL_SMTP_URL": "smtp://127.0.0.1:1025?starttls=never", "EVENTCAL_MAIL_FROM": "a@example.org"}

    assert settings.load(named, {"registry": tmp_path / "events.yaml"}).config


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd-analyze is not installed")
def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    unit = (ROOT / "deploy" / "eventcal.service").read_text(encoding="utf-8")
    (tmp_path / "eventcal.service").write_text(re.sub(r"(?m)^ExecStart=\S+", "ExecStart=/bin/true", unit))

    ran = subprocess.run(
        ["systemd-analyze", "verify", str(tmp_path / "eventcal.service")], capture_output=True, text=True, timeout=30
    )

    assert "eventcal.service:" not in ran.stderr, ran.stderr


@pytest.mark.skipif(not shutil.which("nginx"), reason="nginx is not installed")
@pytest.mark.parametrize("block", blocks("nginx"))
def test_the_proxy_before_it_is_one_that_nginx_takes(block: str, tmp_path: Path) -> None:
    unprivileged = block.replace("listen 443 ssl", "listen 127.0.0.1:8443")
    unprivileged = re.sub(r"(?m)^\s*ssl_certificate.*\n", "", unprivileged)  # the certificate is the reader's
    (tmp_path / "nginx.conf").write_text(
        f"pid {tmp_path}/pid;\nerror_log stderr;\nevents {{}}\nhttp {{\naccess_log off;\n{unprivileged}}}\n",
        encoding="utf-8",
    )

    ran = subprocess.run(
        ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")],
        capture_output=True,
        text=True,
        timeout=30,
    )

    assert 0 == ran.returncode, ran.stderr
