"""What the fault tests share: the nursery that schedulers are forked from, a furnished folder; the long ones are asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eventcal.channels import Channel, ChannelSettings

from .desk import Desk, Nursery, furnished, template
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


@pytest.fixture
def desk(tmp_path: Path, nursery: Nursery, bare_store: Path) -> Iterator[Desk]:
    found = furnished(tmp_path, nursery, bare_store)
    try:
        yield found
    finally:
        found.close()


@pytest.fixture
def shop(tmp_path: Path, bare_store: Path) -> Iterator[Open]:
    """Opens an installation in this process: `shop(settings, channel, (name, channel), ...)`."""
    opened: list[Shop] = []

    def open_one(settings: ChannelSettings, channel: Channel, *more: tuple[str, Channel]) -> Shop:
        shutil.copytree(bare_store, tmp_path / ".eventcal")
        opened.append(Shop(tmp_path, settings, channel, *more))
        return opened[-1]

    yield open_one
    for each in opened:
        each.close()
