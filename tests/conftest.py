"""What several test files share: a clean environment, a fixed day, a registry in a folder of its own."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from .chromium import running_chromium
from .compiled_once import compile_once
from .postgres import PostgresServer, running_postgres
from .quick import is_left_out

# `gate` and `full` try the same examples in every run, `gate` fewer of them; `search` looks for new ones.
# A test that sets its own number of examples scales it with `tests.factories.examples`.
settings.register_profile("gate", max_examples=30, derandomize=True, database=None, deadline=None)
settings.register_profile("full", max_examples=100, derandomize=True, database=None, deadline=None)
settings.register_profile("search", max_examples=2_000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "gate"))

REGISTRY_HEADER = """\
version: 1
calendar:
  id: test-calendar
  name: Test calendar
  timezone: Asia/Dushanbe
"""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A file of which `make quick` takes nothing is not imported for it."""
    return True if "not slow" in config.option.markexpr and is_left_out(collection_path.stem) else None


def pytest_collection_finish() -> None:
    """What was collected stays to the end: no collection of garbage need walk it again."""
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what needs PostgreSQL, in a fixture or as one of a fixture's parameters, and what is not for `make quick`."""
    for item in items:
        parameters = (
            item.callspec.params.values() if isinstance(item, pytest.Function) and hasattr(item, "callspec") else ()
        )
        if "postgres_server" in getattr(item, "fixturenames", ()) or "postgresql" in parameters:
            item.add_marker(pytest.mark.database)
        if is_left_out(item.path.stem, item.name.partition("[")[0]):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True, scope="session")
def _clean_environment() -> Iterator[None]:
    """The settings of whoever runs the tests stay out of them, in this process and in those that it starts."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [
            variable
            for variable in os.environ
            if variable.startswith("EVENTCAL_") and not variable.startswith("EVENTCAL_TEST_")
        ]:
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True, scope="session")
def _compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        compile_once(patch)
        yield


@pytest.fixture
def now() -> datetime:
    """Noon, UTC, on a Tuesday in the summer of the seed registry."""
    return datetime(2021, 7, 6, 12, 0, tzinfo=UTC)


@pytest.fixture
def head() -> str:
    """What every registry begins with."""
    return REGISTRY_HEADER


@pytest.fixture
def write_registry(tmp_path: Path) -> Callable[..., Path]:
    """Writes `events.yaml` under a head that every registry needs: `write_registry("- {id: a, title: A, when: 2021-09}")`."""

    def write(events: str, head: str = REGISTRY_HEADER, name: str = "events.yaml") -> Path:
        path = tmp_path / name
        lines = "".join(f"  {line}\n" if line else "\n" for line in events.strip("\n").splitlines())
        path.write_text(f"{head}events:\n{lines}" if lines else f"{head}events: []\n", encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """Chromium, a `playwright.sync_api.Browser`."""
    with running_chromium() as running:
        yield running


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def postgres(postgres_server: PostgresServer) -> Iterator[PostgresServer]:
    """A PostgreSQL of this run's own: `postgres.database()` is the URL of a fresh store, which the test's end removes."""
    yield postgres_server
    postgres_server.drop_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty store, once in each database; also where a `World` is built that names no other."""
    url = "sqlite://" if request.param == "sqlite" else request.getfixturevalue("postgres").database()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.world.DEFAULT_STORE_URL", url)
        yield url
