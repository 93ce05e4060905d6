"""The wheel and the source archive: built from the checkout, installed where nothing else of ours is, and run there."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import eventcal

ROOT = Path(__file__).parents[1]

pytestmark = pytest.mark.process
PIP = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run([str(each) for each in command], cwd=cwd, capture_output=True, text=True, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run(*PIP, "wheel", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", folder, ROOT, cwd=folder)
    (built,) = folder.glob("eventcal-*.whl")
    return built


@pytest.fixture(scope="module")
def source_archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make dist` builds beside the wheel."""
    folder = tmp_path_factory.mktemp("source")
    build = f"from flit_core.buildapi import build_sdist; build_sdist({str(folder)!r})"
    run(sys.executable, "-c", build, cwd=ROOT)
    (built,) = folder.glob("eventcal-*.tar.gz")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment that has the wheel; the libraries it needs are lent by the one the tests run in."""
    return install(wheel, tmp_path_factory.mktemp("empty"))


def install(wheel: Path, folder: Path) -> Path:
    venv = folder / "an environment"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=ROOT)
    python = venv / "bin/python"
    run(*PIP, "--python", python, "install", "--no-deps", "--no-index", wheel, cwd=venv)
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=venv).strip())
    # a path file's own entries are not followed, so an editable install of eventcal is not lent with the rest
    lent = dict.fromkeys(
        [sysconfig.get_path("purelib"), *(path for path in sys.path if path.endswith("site-packages"))]
    )
    (site / "lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    return venv


def test_the_wheel_has_every_file_of_the_package(wheel: Path) -> None:
    lying = {
        file.relative_to(ROOT).as_posix()
        for file in (ROOT / "eventcal").rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    packed = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("eventcal/")}

    assert lying == packed


@pytest.mark.parametrize(
    "pattern",
    [
        "eventcal/web/templates/*.html",
        "eventcal/web/static/*.css",
        "eventcal/locale/ru/LC_MESSAGES/eventcal.po",
        "eventcal/locale/zh/LC_MESSAGES/eventcal.po",
        "eventcal/store/migrations/versions/*.py",
        "eventcal/py.typed",
    ],
)
def test_the_wheel_carries_templates_translations_and_migrations(wheel: Path, pattern: str) -> None:
    assert any(Path(name).match(pattern) for name in zipfile.ZipFile(wheel).namelist())


def test_the_installed_command_runs_from_the_wheel_and_not_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = run(installed / "bin/python", "-c", "import eventcal; print(eventcal.__file__)", cwd=tmp_path)
    shown = run(installed / "bin/eventcal", "--help", cwd=tmp_path)

    assert where.startswith(str(installed))
    assert "serve" in shown


def test_the_installed_command_checks_records_and_shows_a_registry(
    installed: Path, tmp_path: Path, write_registry: Callable[..., Path]
) -> None:
    write_registry("- {id: summit, title: Summit, when: 2021-09-16/17}")
    eventcal = installed / "bin/eventcal"

    run(eventcal, "check", cwd=tmp_path)
    run(eventcal, "publish", cwd=tmp_path)  # makes the database, by the migrations
    feed = run(eventcal, "feed", cwd=tmp_path)

    assert "UID:summit@test-calendar" in feed


def test_the_installed_pages_have_their_templates_and_words(
    installed: Path, tmp_path: Path, write_registry: Callable[..., Path]
) -> None:
    write_registry("- {id: summit, title: Summit, when: 2021-09-16/17}")
    run(installed / "bin/eventcal", "publish", cwd=tmp_path)
    visit = """
from eventcal.settings import Settings
from eventcal.store import open_store
from eventcal.web.app import create_app
from eventcal.web.snapshots import SnapshotPoller
snapshots = SnapshotPoller(open_store(Settings().store_url))
snapshots.refresh()
page = create_app(snapshots, Settings()).test_client().get("/month/2021-09?lang=ru")
print(page.status, page.get_data(as_text=True))
"""

    page = run(installed / "bin/python", "-X", "utf8", "-c", visit, cwd=tmp_path)

    assert page.startswith("200")
    assert "Summit" in page
    assert "Сентябрь" in page


def test_wheel_source_archive_and_command_have_the_version_of_the_package(
    wheel: Path, source_archive: Path, installed: Path, tmp_path: Path
) -> None:
    assert wheel.name == f"eventcal-{eventcal.__version__}-py3-none-any.whl"
    assert source_archive.name == f"eventcal-{eventcal.__version__}.tar.gz"
    assert eventcal.__version__ in run(installed / "bin/eventcal", "--version", cwd=tmp_path)
    assert f"## {eventcal.__version__}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_source_archive_gives_the_wheel_of_the_checkout_and_runs(
    wheel: Path, source_archive: Path, tmp_path: Path
) -> None:
    with tarfile.open(source_archive) as archive:
        # no argument: Python 3.11.2, that of Debian 12, does not know it
        archive.extraction_filter = lambda member, _: member
        archive.extractall(tmp_path / "source")
    (unpacked,) = (tmp_path / "source").iterdir()
    run(sys.executable, "-c", "from flit_core.buildapi import build_wheel; build_wheel('.')", cwd=unpacked)
    (built,) = unpacked.glob("eventcal-*.whl")
    venv = install(built, tmp_path)

    assert zipfile.ZipFile(wheel).namelist() == zipfile.ZipFile(built).namelist()
    assert eventcal.__version__ in run(venv / "bin/eventcal", "--version", cwd=tmp_path)
    assert (unpacked / "tests" / "factories.py").exists()
