"""A real subscriber: vdirsyncer fetches the feed over HTTP into files, khal shows them."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest

from eventcal.events import Status
from eventcal.feeds import NOTHING_REMOVED, Removed
from eventcal.history import Edition
from eventcal.web.app import FeedMiddleware
from eventcal.web.feeds.responder import FeedResponder
from tests.factories import MODIFIED, edition, event

MISSING = [each for each in ("vdirsyncer", "khal") if importlib.util.find_spec(each) is None]

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(bool(MISSING) and not os.environ.get("CI"), reason=f"pip install {' '.join(MISSING)}"),
]


@dataclass(frozen=True)
class Held:
    edition: Edition
    changes: tuple[Any, ...] = ()
    removed: Removed = NOTHING_REMOVED


@dataclass
class Published:
    """What is served now."""

    now: Held


class Quiet(WSGIRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


class Subscriber:
    """A folder of a person's own, with the configuration of both programs."""

    def __init__(self, folder: Path, address: str) -> None:
        self.folder = folder
        self.files = folder / "calendars" / "feed"
        self.files.mkdir(parents=True)
        (folder / "vdirsyncer").write_text(
            f'[general]\nstatus_path = "{folder}/status"\n'
            '[pair feed]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.files}"\nfileext = ".ics"\n'
            f'[storage there]\ntype = "http"\nurl = "{address}"\n'
        )
        (folder / "khal").write_text(
            f"[calendars]\n[[feed]]\npath = {self.files}\nreadonly = True\n"
            f"[sqlite]\npath = {folder}/khal.db\n"
            "[locale]\ntimeformat = %H:%M\ndateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            "local_timezone = Asia/Dushanbe\ndefault_timezone = Asia/Dushanbe\n"
        )
        self._run("vdirsyncer", "-c", str(folder / "vdirsyncer"), "discover")

    def sync(self) -> None:
        self._run("vdirsyncer", "-c", str(self.folder / "vdirsyncer"), "sync")

    def sees(self) -> list[str]:
        said = self._run(
            "khal", "-c", str(self.folder / "khal"), "list", "2021-09-01", "2021-10-01",
            "--day-format", "", "--format", "{start-date} {start-time} {title}",
        )  # fmt: skip
        # an event of several days is told on each of them
        return sorted({" ".join(line.split()) for line in said.splitlines() if line.strip()})

    def _run(self, program: str, *arguments: str) -> str:
        environ = {"HOME": str(self.folder), "LANG": "C.UTF-8", "PATH": os.environ["PATH"]}
        command = [sys.executable, "-m", program, *arguments]
        if program == "khal":
            command[1:3] = ["-c", "import sys; from khal.cli import main_khal; sys.exit(main_khal())"]
        done = subprocess.run(
            command, input="y\n" * 9, capture_output=True, text=True, env=environ, timeout=240, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


@pytest.fixture
def published() -> Published:
    return Published(
        Held(
            edition(
                event("summit", "2021-09-16/17"),
                event("call", "2021-09-20 10:00/11:00"),
                event("weekly", "2021-09-07", repeat="every week 3 times", exceptions={"2021-09-14": Status.CANCELLED}),
                event("mission", "2021-09"),
            )
        )
    )


@pytest.fixture
def subscriber(tmp_path: Path, published: Published) -> Iterator[Subscriber]:
    noon = (MODIFIED + timedelta(days=50)).timestamp()
    with make_server(
        "127.0.0.1",
        0,
        FeedMiddleware(lambda *_: [], FeedResponder(lambda: published.now, clock=lambda: noon)),
        handler_class=Quiet,
    ) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield Subscriber(tmp_path, f"http://127.0.0.1:{server.server_port}/calendar.ics")
        server.shutdown()


def test_a_subscriber_sees_every_event_and_after_an_edit_each_of_them_once_where_it_is_now(subscriber, published):
    subscriber.sync()

    files = {each.name for each in subscriber.files.iterdir()}
    assert len(files) == 4
    assert subscriber.sees() == [
        "2021-09-01 [Sep 2021, day not known] Mission",
        "2021-09-07 Weekly",
        "2021-09-14 Cancelled: Weekly",
        "2021-09-16 Summit",
        "2021-09-20 10:00 Call",
        "2021-09-21 Weekly",
    ]

    moved, off = event("summit", "2021-09-18/19"), event("call", "2021-09-20 10:00/11:00", status=Status.CANCELLED)
    later = MODIFIED + timedelta(days=1)
    versions = [
        replace(version, event=new, sequence=1, modified=later)
        for version, new in zip(published.now.edition.versions, (moved, off), strict=False)
    ]
    before = published.now.edition
    published.now = Held(replace(before, versions=(*versions, *before.versions[2:])))
    subscriber.sync()

    # vdirsyncer names what it fetches by its content: what did not change stays, what did takes the place of the old
    now = {each.name for each in subscriber.files.iterdir()}
    assert (len(now), len(now & files)) == (4, 2)
    assert [each for each in subscriber.sees() if "Weekly" not in each] == [
        "2021-09-01 [Sep 2021, day not known] Mission",
        "2021-09-18 Summit",
        "2021-09-20 10:00 Cancelled: Call",
    ]
