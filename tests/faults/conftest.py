"""What the fault tests share: the nursery that schedulers are forked from, a store in each database; the long ones are asked for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from eventcal.channels import Channel, ChannelSettings
from eventcal.channels.webhook import WebhookChannel

from ..postgres import PostgresServer
from .in_process import InProcessInstallation
from .installation import ForkServer, Installation, create_template_store, sqlite_url
from .webhook_server import WebhookServer

OpenInProcess = Callable[..., InProcessInstallation]
Call = Callable[[WebhookServer], InProcessInstallation]

FAULTS_FOLDER = Path(__file__).parent


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: minutes of kills; left out unless `-m long` asks for them (make faults)")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        if FAULTS_FOLDER in item.path.parents:
            item.add_marker(pytest.mark.process)
    if "long" in (config.option.markexpr or ""):
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.fixture(scope="session")
def fork_server() -> Iterator[ForkServer]:
    server = ForkServer()
    try:
        yield server
    finally:
        server.close()


@pytest.fixture(scope="session")
def bare_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return create_template_store(tmp_path_factory.mktemp("template"))


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a store of this version, in a file of *tmp_path* and in PostgreSQL; `on_sqlite` and `on_postgresql` ask for one."""
    if request.param == "sqlite":
        shutil.copytree(request.getfixturevalue("bare_store"), tmp_path / ".eventcal")
        yield sqlite_url(tmp_path)
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.database()
    yield url
    server.drop(url)


@pytest.fixture
def installation(tmp_path: Path, fork_server: ForkServer, database: str) -> Iterator[Installation]:
    opened = Installation(tmp_path, fork_server, database)
    try:
        yield opened
    finally:
        opened.close()
    assert "Traceback" not in opened.output, "whatever went wrong is told in a line"


@pytest.fixture
def open_in_process(tmp_path: Path, database: str) -> Iterator[OpenInProcess]:
    """Opens an installation in this process: `shop(settings, channel, (name, channel), ...)`."""
    opened: list[InProcessInstallation] = []

    def open_one(
        settings: ChannelSettings, channel: Channel, *more_channels: tuple[str, Channel]
    ) -> InProcessInstallation:
        opened.append(InProcessInstallation(tmp_path, database, settings, channel, *more_channels))
        return opened[-1]

    yield open_one
    for installation in opened:
        installation.close()


@pytest.fixture
def call(open_in_process: OpenInProcess) -> Call:
    """Opens an installation in this process with one channel, a web hook of the server that it is given."""
    return lambda receiver: open_in_process(
        ChannelSettings("hook", "webhook"), WebhookChannel(receiver.url, allow_private=True)
    )
