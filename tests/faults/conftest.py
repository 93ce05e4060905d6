"""What the fault tests share: the nursery that schedulers are forked from, a store in each database; the long ones are asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eventcal.channels import Channel, ChannelSettings

from ..postgres import Server
from .desk import Desk, Nursery, sqlite, template
from .shop import Shop

Open = Callable[..., Shop]

HERE = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: minutes of kills; left out unless `-m long` asks for them (make faults)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "long" in (config.option.markexpr or ""):
        return
    left_out = [each for each in items if each.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [each for each in items if each not in left_out]


@pytest.fixture(scope="session")
def nursery() -> Iterator[Nursery]:
    found = Nursery()
    try:
        yield found
    finally:
        found.close()


@pytest.fixture(scope="session")
def bare_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store of this version, in a file of *tmp_path* and in PostgreSQL; `on_sqlite` and `on_postgresql` ask for one."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("bare_store"), tmp_path / ".eventcal")
        yield sqlite(tmp_path)
        return
    server: Server = request.getfixturevalue("postgres")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture
def desk(tmp_path: Path, nursery: Nursery, database: str) -> Iterator[Desk]:
    found = Desk(tmp_path, nursery, database)
    try:
        yield found
    finally:
        found.close()
    assert "Traceback" not in found.said, "whatever went wrong is told in a line"


@pytest.fixture
def shop(tmp_path: Path, database: str) -> Iterator[Open]:
    """Opens an installation in this process: `shop(settings, channel, (name, channel), ...)`."""
    opened: list[Shop] = []

    def open_one(settings: ChannelSettings, channel: Channel, *more: tuple[str, Channel]) -> Shop:
        opened.append(Shop(tmp_path, database, settings, channel, *more))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
