"""The static site: what the server would answer, as files; and a past that is carried on, or said to be lost."""

from __future__ import annotations

import functools
import gzip
import http.client
import http.server
import json
import multiprocessing
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

import pytest
from click.testing import CliRunner, Result

from eventcal.cli import cli
from eventcal.errors import EventcalError
from eventcal.feeds import render_event_feed
from eventcal.fetch import addresses
from eventcal.filters import Filter
from eventcal.history.snapshot import history_from_json
from eventcal.ical import own_feed
from eventcal.settings import Settings
from eventcal.settings.site_table import SiteSettings
from eventcal.site import BuildResult, ResumeError, SiteFolderError, build, folder, rendering
from eventcal.store import Store, edition_store, open_store
from eventcal.web.app import create_app
from eventcal.web.snapshots import SnapshotPoller, read_removed

from .serve_process import WAIT_SECONDS

ROOT = Path(__file__).parents[1]
NOW = datetime(2021, 7, 6, 12, tzinfo=UTC)
BASE = "https://example.org/cal"

HEAD = """\
version: 1
calendar:
  id: sco-watch
  name: {en: SCO watch, ru: Наблюдение за ШОС}
  timezone: Asia/Dushanbe
  color: steelblue
events:
"""
SUMMIT = """\
  - id: summit-2021
    title: {en: SCO Council of Heads of State, ru: Совет глав государств ШОС}
    when: 2021-09-16/17
    formerly: [summit]
    tags: [top level, саммит]
    notes: The *twenty-first* meeting, as somebody said.
    source: {url: "https://example.org/article", quote: in Dushanbe}
"""
EXERCISE = """\
  - {id: exercise, title: Exercise, when: 2021-09, tags: [exercise]}
"""
SERIES = """\
  - {id: founding, title: "{nth} anniversary", when: 2019-06-15, repeat: every year until 2023-06-15}
  - {id: call, title: Call, when: 2021-07-01 10:00/11:00, timezone: Europe/Berlin, repeat: every week until 2021-09-20, tags: [talk]}
"""
REST = """\
  - {id: forum, title: Forum, when: 2021-Q4, status: tentative}
  - {id: off, title: Called off, when: 2021-08-01, status: cancelled}
  - {id: someday, title: Some day, when: TBD}
"""
EVENTS = SUMMIT + EXERCISE + SERIES + REST
FEW = (
    EXERCISE
    + """\
  - {id: summit, title: Summit, when: 2021-09-16/17, tags: [top level], notes: As somebody said., source: https://example.org/article}
"""
)
MOVED = FEW.replace("2021-09-16/17", "2021-09-17/18")


class Bench:
    """A registry, a store that can be lost, and a folder to build into."""

    def __init__(self, tmp_path: Path, base_url: str = "") -> None:
        self.tmp_path = tmp_path
        self.public = tmp_path / "public"
        self.settings = Settings(registry=tmp_path / "events.yaml", base_url=base_url)
        self.store: Store = open_store("sqlite://")
        self.save(FEW)

    def save(self, events: str) -> None:
        self.settings.registry.write_text(HEAD + events, encoding="utf-8")

    def lose_store(self) -> None:
        self.store.close()
        self.store = open_store("sqlite://")

    def build(self, now: datetime = NOW, into: Path | None = None, since: str = "", accept: bool = True) -> BuildResult:
        return build(self.store, self.settings, into or self.public, now, since, accept)

    def numbers(self, into: Path | None = None) -> dict[str, int]:
        """SEQUENCE by UID, as a reader of the feed has it."""
        feed = ((into or self.public) / "calendar.ics").read_bytes()
        return {uid.partition("@")[0]: each.sequence for uid, each in own_feed.read_identities(feed).items()}


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def octets(path: Path) -> dict[str, bytes]:
    return {str(each.relative_to(path)): each.read_bytes() for each in sorted(path.rglob("*")) if each.is_file()}


def test_a_site_has_the_look_of_the_installation_and_its_files(bench: Bench) -> None:
    (bench.tmp_path / "logo.svg").write_text("<svg/>", encoding="utf-8")
    look = SiteSettings(
        bench.tmp_path / "logo.svg", accent="teal", footer=(("Imprint", "https://example.org/imprint"),)
    )
    bench.settings = replace(bench.settings, site=look)
    bench.build()
    page = (bench.public / "year" / "2021" / "index.html").read_text(encoding="utf-8")
    assert '<img class="logo" src="../../static/logo.svg" alt="">' in page
    assert "https://example.org/imprint" in page
    assert (bench.public / "static" / "logo.svg").read_text(encoding="utf-8") == "<svg/>"
    assert "teal" in (bench.public / "static" / "color-teal.css").read_text(encoding="utf-8")
    assert (bench.public / "past" / "index.html").is_file()


# the same as the server


@pytest.mark.parametrize("base_url", ["", BASE])
def test_feeds_json_and_atom_are_octet_for_octet_the_servers(tmp_path: Path, base_url: str) -> None:
    bench = Bench(tmp_path, base_url)
    bench.save(EVENTS)
    bench.build()
    bench.save(EVENTS.replace("2021-09,", "2021-09-11,"))
    bench.build(NOW + timedelta(hours=1))
    later = NOW + timedelta(hours=5)
    snapshots = SnapshotPoller(bench.store)
    snapshots.refresh()
    server = create_app(snapshots, bench.settings, lambda: later).wsgi_app
    feeds = [each for each in octets(bench.public) if each.endswith((".ics", ".json", ".atom"))]
    feeds = [each for each in feeds if each not in ("history.json", folder.MANIFEST_FILENAME)]

    assert len(feeds) == 5 + 4 + 8  # of the calendar, of each tag, of each event and one former name
    for name in feeds:
        assert (bench.public / name).read_bytes() == asked(server, f"/{name}"), name
        packed = bench.public / f"{name}.gz"
        assert asked(server, f"/{name}", "gzip") == (packed if packed.exists() else bench.public / name).read_bytes()


def asked(server: WSGIApplication, path: str, encoding: str = "") -> bytes:
    environ = {"REQUEST_METHOD": "GET", "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": ""}
    said: list[str] = []
    body = server(environ | {"HTTP_ACCEPT_ENCODING": encoding}, lambda line, _: said.append(line))
    assert said == ["200 OK"], path
    return b"".join(body)


def test_what_is_packed_beside_a_file_is_that_file(bench: Bench) -> None:
    bench.save(EVENTS)
    bench.build()
    packed = list(bench.public.rglob("*.gz"))

    assert {"calendar.ics.gz", "eventcal.css.gz", "index.html.gz"} <= {each.name for each in packed}
    assert all(gzip.decompress(each.read_bytes()) == each.with_suffix("").read_bytes() for each in packed)


# every link leads somewhere


class Links(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.forms = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.forms += tag == "form"
        for name, value in attrs:
            if name in ("href", "src", "action", "data-feed"):
                self.found.append(value or "")
            elif name == "content" and (value or "").startswith("0; url="):
                self.found.append((value or "").removeprefix("0; url="))


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(path: Path) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(path)))
    threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize(("place", "based"), [("", False), ("deep/below", False), ("cal", True)])
def test_every_link_of_a_served_copy_leads_to_a_file_and_has_no_query(tmp_path: Path, place: str, based: bool) -> None:
    root = tmp_path / "root"
    (root / place).parent.mkdir(parents=True, exist_ok=True)
    with served(root) as host:
        at = f"{host}/{place}".rstrip("/")
        bench = Bench(tmp_path, at if based else "")
        bench.save(EVENTS)
        bench.build(into=root / place)
        seen: dict[str, int] = {}
        pages = sorted((root / place).rglob("*.html"))
        for page in pages:
            if page.name == "404.html" and not based and place:
                continue  # it is served at any depth, so that it has to know where the site begins
            here = f"{at}/{quote(page.relative_to(root / place).as_posix().removesuffix('index.html'))}"
            html = page.read_text(encoding="utf-8")
            links = Links(html)
            assert not links.forms, page
            assert not re.search(rf"{at}[^\"\s<]*[?]", html), page  # nor where no browser goes: JSON-LD, og:url
            for link in links.found:
                target = urlsplit(urljoin(here, link))
                if f"{target.scheme}://{target.netloc}" not in (host, host.replace("http:", "webcal:")):
                    continue
                assert not target.query, (page, link)
                assert target.path.startswith(urlsplit(at).path), (page, link)
                seen.setdefault(target.path, answer(host + target.path, follow=False))

    assert len(pages) > 40
    assert {path for path, status in seen.items() if status != 200} == set()


def answer(url: str, follow: bool) -> int:
    """The status of *url*, or of where it leads to."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=WAIT_SECONDS)
    connection.request("HEAD", parts.path)
    response = connection.getresponse()
    response.read()
    connection.close()
    if follow and response.status in (301, 302):
        return answer(urljoin(url, response.getheader("Location") or ""), follow=False)
    return response.status


def test_every_address_of_ours_in_a_feed_leads_to_a_file(tmp_path: Path) -> None:
    with served(tmp_path) as host:
        bench = Bench(tmp_path, f"{host}/public")
        bench.save(EVENTS)
        bench.build()
        text = "".join(
            (bench.public / name).read_text(encoding="utf-8").replace("\r\n ", "").replace("\n ", "")
            for name in ("calendar.ics", "events.json", "upcoming.atom", "changes.atom", "tags/саммит.ics")
        )
        found = set(re.findall(rf'{re.escape(host)}/[^\s"<\\]*', text))
        lost = {each for each in found if answer(each, follow=True) != 200}

    assert f"{host}/public/events/summit-2021" in found
    assert lost == set()


def test_pages_are_in_each_language_that_a_title_is_written_in(bench: Bench) -> None:
    bench.save(SUMMIT)
    bench.build()
    page = (bench.public / "ru/events/summit-2021/index.html").read_text(encoding="utf-8")

    assert '<html lang="ru"' in page
    assert "Совет глав государств ШОС" in page
    assert 'href="../../../events/summit-2021/" lang="en"' in page
    assert not (bench.public / "zh").exists()


def test_an_event_that_is_not_over_has_its_picture_to_share_in_each_language(tmp_path: Path) -> None:
    pytest.importorskip("PIL.Image", reason="pip install Pillow")
    bench = Bench(tmp_path, BASE)
    bench.save(SUMMIT + "  - {id: gone, title: Gone, when: 2021-05-01}\n")
    bench.build()
    pages = {
        name: (bench.public / f"{name}/index.html").read_text()
        for name in ("events/summit-2021", "ru/events/summit-2021", "events/gone")
    }
    pictures = re.findall(r'property="og:image" content="([^"]+)"', "".join(pages.values()))
    if not pictures:
        pytest.skip("no font that this looks for")
    assert pictures == [f"{BASE}/{name}/share.png" for name in ("events/summit-2021", "ru/events/summit-2021")]
    files = [bench.public / urlsplit(url).path.removeprefix("/cal/") for url in pictures]
    assert [file.read_bytes()[:4] for file in files] == [b"\x89PNG"] * 2
    assert files[0].read_bytes() != files[1].read_bytes()
    assert not (bench.public / "events/gone/share.png").exists()


def test_each_month_has_a_file_for_a_frame_and_the_lines_to_paste_name_the_first(tmp_path: Path) -> None:
    bench = Bench(tmp_path, "https://example.org/cal")
    bench.build()

    months, frames = (
        {path.name for path in (bench.public / page).iterdir() if path.is_dir()} for page in ("month", "embed")
    )
    assert months == frames
    pasted = (bench.public / "follow" / "index.html").read_text(encoding="utf-8").partition('id="frame"')[2]
    assert "https://example.org/cal/embed/&#34;" in pasted


def test_a_tags_page_has_what_carries_it_and_subscribes_to_that(bench: Bench) -> None:
    bench.build()
    page = (bench.public / "tags/top level/index.html").read_text(encoding="utf-8")

    assert "Summit" in page and "Exercise" not in page
    assert 'data-feed="../../tags/top%20level.ics"' in page


def test_a_page_says_nothing_that_only_today_is_true(bench: Bench) -> None:
    bench.build()
    assert "in 10 weeks" not in (bench.public / "events/summit/index.html").read_text(encoding="utf-8")


@pytest.fixture
def three_cores(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 1, 2}, raising=False)


@pytest.mark.usefixtures("three_cores")
def test_several_processes_render_what_one_renders(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    others = multiprocessing.active_children()
    bench.save(EVENTS)
    bench.build()
    monkeypatch.setattr(rendering, "MIN_REQUESTS", 1)
    bench.build(into=bench.tmp_path / "several")

    assert octets(bench.public) == octets(bench.tmp_path / "several")
    assert multiprocessing.active_children() == others


@pytest.mark.usefixtures("three_cores")
def test_an_error_of_a_process_that_renders_is_the_builds_and_ends_the_others() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        start_response("500 Internal Server Error" if environ["PATH_INFO"] == "/7" else "200 OK", [])
        return [b"x" * 100_000]

    answers = rendering.render(app, [rendering.Request(f"{n}", f"/{n}", {}) for n in range(rendering.MIN_REQUESTS)])

    others = multiprocessing.active_children()

    with pytest.raises(RuntimeError, match=r"/7 .* 500 where 200 was to be"):
        list(answers)
    assert multiprocessing.active_children() == others


@pytest.mark.usefixtures("three_cores")
def test_a_process_that_renders_and_is_killed_ends_the_build_with_a_reason() -> None:
    def app(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        if environ["PATH_INFO"] == "/7" and os.getpid() != builder:
            os.kill(os.getpid(), signal.SIGKILL)
        start_response("200 OK", [])
        return [b"x"]

    builder, others = os.getpid(), multiprocessing.active_children()
    answers = rendering.render(app, [rendering.Request(f"{n}", f"/{n}", {}) for n in range(rendering.MIN_REQUESTS)])

    with pytest.raises(EventcalError, match="was killed"):
        list(answers)
    assert multiprocessing.active_children() == others


def test_a_month_leads_to_the_next_one_that_has_something(bench: Bench) -> None:
    bench.save(EXERCISE)
    bench.build()
    page = (bench.public / "month/2021-09/index.html").read_text(encoding="utf-8")

    assert 'rel="prev" href="../../month/2021-07/"' in page
    assert 'rel="next"' not in page


def test_an_address_from_before_a_rename_leads_on(bench: Bench) -> None:
    bench.save(SUMMIT)
    bench.build()
    assert 'content="0; url=../../events/summit-2021/"' in (bench.public / "events/summit/index.html").read_text()
    assert b"UID:summit@sco-watch" in (bench.public / "events/summit.ics").read_bytes()


# the same bytes


def test_a_second_build_of_the_day_touches_nothing(bench: Bench) -> None:
    bench.build(NOW)
    before = {each: each.stat().st_mtime_ns for each in bench.public.rglob("*") if each.is_file()}
    for each in before:
        os.utime(each, ns=(1, 1))
    built = bench.build(NOW + timedelta(hours=6))

    assert str(built.written) == f"{len(before) - 1} files"
    assert {each.stat().st_mtime_ns for each in bench.public.rglob("*") if each.is_file()} == {1}


def test_builds_that_lose_their_store_each_time_are_those_of_one_that_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "lost").mkdir()
    kept, lost = Bench(tmp_path / "kept"), Bench(tmp_path / "lost")
    renamed = MOVED.replace("id: summit", "id: heads, formerly: [summit]")
    edits = [
        FEW,
        MOVED,
        SERIES,  # two events leave
        FEW.replace("when: 2021-09,", "when: 2021-09-11,"),  # and come back, one of them elsewhere
        renamed,
        renamed,
        SERIES + REST,
        MOVED.replace("id: summit", "id: back, formerly: [summit, heads]"),
    ]
    for day, events in enumerate(edits):
        for bench in (kept, lost):
            bench.save(events)
            bench.build(NOW + timedelta(days=day, milliseconds=day))
        lost.lose_store()
        assert octets(kept.public) == octets(lost.public), day

    assert kept.numbers()["summit"] == lost.numbers()["summit"] == 6


# the past


def test_sequence_goes_on_after_the_store_is_lost(bench: Bench) -> None:
    bench.build()
    bench.lose_store()
    bench.save(MOVED)
    bench.build(NOW + timedelta(days=1), into=bench.tmp_path / "new", since=str(bench.public))

    assert bench.numbers(bench.tmp_path / "new")["summit"] == 1
    assert "moved" in (bench.tmp_path / "new/changes.atom").read_text().lower()


def test_a_build_in_the_folder_is_gone_on_from_unasked(bench: Bench) -> None:
    bench.build()
    bench.lose_store()
    bench.save(MOVED)
    bench.build(NOW + timedelta(days=1))

    assert bench.numbers()["summit"] == 1


def test_what_has_left_keeps_its_numbers_and_loses_its_words(bench: Bench) -> None:
    bench.build()
    bench.save(REST)
    bench.build(NOW + timedelta(days=1))
    text = (bench.public / "history.json").read_text(encoding="utf-8")

    assert {"summit", "exercise"} <= {each.uid.partition("@")[0] for each in history_from_json(text).removed}
    assert "somebody said" not in text
    assert "example.org" not in text


@pytest.fixture
def public(monkeypatch: pytest.MonkeyPatch) -> None:
    """This machine counts as a place on the open internet."""
    monkeypatch.setattr(addresses, "is_public", lambda address: True)


@pytest.mark.parametrize("name", ["", "/history.json"])
@pytest.mark.usefixtures("public")
def test_the_address_of_a_site_is_gone_on_from(bench: Bench, name: str) -> None:
    bench.build()
    bench.lose_store()
    with served(bench.public) as host:
        built = bench.build(into=bench.tmp_path / "new", since=host + name)

    assert built.resume_summary.startswith(f"continuing from {host}")
    assert octets(bench.public) == octets(bench.tmp_path / "new")


@pytest.mark.usefixtures("public")
def test_a_history_that_cannot_be_read_is_an_error_and_no_new_beginning(bench: Bench) -> None:
    bench.build()
    bench.lose_store()
    whole = (bench.public / "history.json").read_text(encoding="utf-8")
    other = bench.tmp_path / "other"
    other.mkdir()
    (other / "half.json").write_text(whole[: len(whole) // 2])
    (other / "page.json").write_text("<!doctype html>")
    (other / "deep.json").write_text("[" * 100_000)
    (other / "newer.json").write_text(whole.replace('"eventcal": 1', '"eventcal": 2'))
    (other / "theirs.json").write_text(whole.replace("sco-watch", "another"))
    (other / "empty.ics").write_text("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    with served(other) as host:
        wrong = {
            f"{host}/gone": "status 404",
            f"{host}/half.json": "not a history",
            f"{host}/page.json": "not a history",
            f"{host}/deep.json": "not a history",
            f"{host}/newer.json": "format 2",
            f"{host}/theirs.json": "calendar 'another'",
            f"{host}/empty.ics": "no event",
            str(other / "lost"): "No such file",
            "http://127.0.0.1:1": "cannot be reached",
        }
        for since, why in wrong.items():
            with pytest.raises(ResumeError, match=why):
                bench.build(into=bench.tmp_path / "new", since=since)
            with bench.store.read() as conn:
                assert not conn.exec_driver_sql("SELECT count(*) FROM edition").scalar(), since
    assert octets(bench.tmp_path / "new") == {}


def test_a_private_address_is_refused(bench: Bench) -> None:
    with pytest.raises(ResumeError, match="private address; give a folder"):
        bench.build(since="http://127.0.0.1:1/")


def test_a_store_that_went_another_way_than_the_site_is_not_built_from(bench: Bench) -> None:
    bench.build()
    bench.lose_store()
    bench.build(into=bench.tmp_path / "apart", now=NOW + timedelta(days=1))

    with pytest.raises(ResumeError, match="diverged"):
        bench.build()


def test_a_feed_gives_back_what_its_readers_know(bench: Bench) -> None:
    bench.build()
    bench.save(MOVED)
    bench.build(NOW + timedelta(days=1))
    saved = bench.tmp_path / "saved.ics"
    shutil.copy(bench.public / "calendar.ics", saved)
    bench.lose_store()
    bench.build(NOW + timedelta(days=2), into=bench.tmp_path / "same", since=str(saved))
    assert (bench.tmp_path / "same/calendar.ics").read_bytes() == saved.read_bytes()

    bench.lose_store()
    bench.save(MOVED.removeprefix(EXERCISE).replace("2021-09-17/18", "2021-09-18/19") + REST)
    new = bench.tmp_path / "new"
    bench.build(NOW + timedelta(days=2), into=new, since=str(saved))
    assert {"summit": 2, "forum": 0, "off": 0} == bench.numbers(new)
    bench.save(MOVED)  # what had left returns
    bench.build(NOW + timedelta(days=3), into=new)
    assert bench.numbers(new)["exercise"] == 2


def test_a_feed_with_dates_of_their_own_uids_is_understood(bench: Bench) -> None:
    bench.save(
        "  - {id: call, title: Call, when: 2021-07-01, repeat: every week until 2021-08-01, also: [2021-07-07]}\n"
    )
    bench.build()
    bench.lose_store()
    bench.build(NOW + timedelta(days=1), into=bench.tmp_path / "new", since=str(bench.public / "calendar.ics"))

    assert (bench.public / "calendar.ics").read_bytes() == (bench.tmp_path / "new/calendar.ics").read_bytes()


@pytest.mark.parametrize(
    ("spelling", "sequence"),
    [
        ("COUNT=5", 0),
        ("UNTIL=20210729T080000Z", 0),
        ("UNTIL=20210729", 0),
        ("COUNT=4", 1),
        ("UNTIL=20210805T080000Z", 1),
        ("COUNT=nothing", 1),
    ],
)
def test_a_feed_that_spells_the_end_of_a_rule_in_another_way_tells_of_no_change(
    bench: Bench, spelling, sequence
) -> None:
    bench.save(
        "  - {id: call, title: Call, when: 2021-07-01 10:00/11:00, timezone: Europe/Berlin, repeat: every week 5 times}\n"
    )
    bench.build()
    feed = (bench.public / "calendar.ics").read_bytes()
    saved = bench.tmp_path / "saved.ics"
    saved.write_bytes(feed.replace(b"UNTIL=20210729T200000Z", spelling.encode()))
    bench.lose_store()
    bench.build(NOW + timedelta(days=1), into=bench.tmp_path / "new", since=str(saved))

    assert bench.numbers(bench.tmp_path / "new") == {"call": sequence}
    assert ((bench.tmp_path / "new/calendar.ics").read_bytes() == feed) is (sequence == 0)


def test_a_feed_does_not_seed_a_store_that_has_editions(bench: Bench) -> None:
    bench.build()
    with pytest.raises(ResumeError, match="only start an empty one"):
        bench.build(since=str(bench.public / "calendar.ics"))


# the folder


def test_a_folder_that_is_not_ours_is_left_alone(bench: Bench) -> None:
    bench.public.mkdir()
    (bench.public / "thesis.txt").write_text("years of work")
    with pytest.raises(SiteFolderError, match=r"thesis\.txt is in it"):
        bench.build()
    assert octets(bench.public) == {"thesis.txt": b"years of work"}


def test_files_of_others_in_the_folder_stay_and_are_not_overwritten(bench: Bench) -> None:
    bench.public.mkdir()
    (bench.public / ".git").write_text("gitdir: elsewhere")
    bench.build()
    (bench.public / "CNAME").write_text("example.org")
    (bench.public / "events/exercise/photo.jpg").write_text("a photo")
    bench.save(REST)
    bench.build(NOW + timedelta(days=1))
    left = octets(bench.public)

    assert {"CNAME", ".git", "events/exercise/photo.jpg"} <= left.keys()
    assert "events/exercise/index.html" not in left
    (bench.public / "events/exercise/index.html").write_text("mine")
    bench.save(FEW)
    with pytest.raises(SiteFolderError, match=r"index\.html is not of an earlier build"):
        bench.build(NOW + timedelta(days=2))


def test_what_is_no_more_goes_with_its_folder(bench: Bench) -> None:
    bench.build()
    bench.save(REST)
    built = bench.build(NOW + timedelta(days=1))

    assert built.written and built.written.removed
    assert not (bench.public / "events/exercise").exists()
    assert not (bench.public / "tags/exercise").exists()
    assert set(octets(bench.public)) - {folder.MANIFEST_FILENAME} == set(
        json.loads((bench.public / folder.MANIFEST_FILENAME).read_text(encoding="utf-8"))["files"]
    )


def test_the_feeds_of_what_was_removed_go_on_for_a_while_as_the_servers_do(bench: Bench) -> None:
    bench.build()
    bench.save(SUMMIT)
    bench.build(NOW + timedelta(days=1))
    with bench.store.read() as conn:
        edition = edition_store.newest_in(conn)
        assert edition
        removed = read_removed(conn, edition)
    names = ["events/exercise.ics", "tags/exercise.ics"]
    feeds = [(bench.public / name).read_bytes() for name in names]
    served = render_event_feed(edition, "exercise", (NOW + timedelta(days=1)).date(), Filter(), removed=removed)

    assert served and served.body == feeds[0]
    assert b"STATUS:CANCELLED" in feeds[0]
    assert b"BEGIN:VEVENT" not in feeds[1]
    bench.lose_store()
    bench.save(SUMMIT + SERIES)
    bench.build(NOW + timedelta(days=2))
    assert feeds[0] == (bench.public / names[0]).read_bytes()
    bench.save(SUMMIT)
    bench.build(NOW + timedelta(days=402))
    assert not [name for name in names if (bench.public / name).exists()]


def test_the_addresses_of_a_series_that_another_continues_stay_when_it_is_long_gone(bench: Bench) -> None:
    late = "  - {id: late, title: Late call, when: 2021-10-05, repeat: every week}\n"
    bench.save(SERIES + late.replace("}", ", continues: call}"))
    bench.build()
    bench.save(late)
    bench.build(NOW + timedelta(days=100))
    bench.build(NOW + timedelta(days=600))
    assert "../../events/late/" in (bench.public / "events/call/index.html").read_text(encoding="utf-8")
    assert b"\r\nUID:late@" in (bench.public / "events/call.ics").read_bytes()


@pytest.mark.parametrize("name", ["../precious.txt", "/etc/passwd", "events/../../precious.txt", ""])
def test_a_list_of_files_that_leads_out_of_the_folder_is_not_followed(bench: Bench, name: str) -> None:
    (bench.tmp_path / "precious.txt").write_text("mine")
    bench.public.mkdir()
    (bench.public / folder.MANIFEST_FILENAME).write_text(json.dumps({"eventcal": 1, "files": [name]}))
    with pytest.raises(SiteFolderError, match="damaged"):
        bench.build()
    assert (bench.tmp_path / "precious.txt").read_text() == "mine"


def test_a_link_out_of_the_folder_is_not_followed(bench: Bench) -> None:
    bench.build()
    elsewhere = bench.tmp_path / "elsewhere"
    shutil.move(bench.public / "events", elsewhere)
    (bench.public / "events").symlink_to(elsewhere)
    before = octets(elsewhere)
    with pytest.raises(SiteFolderError, match="is not a folder"):
        bench.build(NOW + timedelta(days=1))
    assert octets(elsewhere) == before


def test_tags_that_cannot_be_two_files_are_told(bench: Bench) -> None:
    bench.save("  - {id: a, title: A, when: 2021-09, tags: [x, x.ics]}\n")
    with pytest.raises(SiteFolderError, match="give one of the two tags another name"):
        bench.build()


def test_two_builds_at_once_do_not_mix(bench: Bench) -> None:
    with folder.open_folder(bench.public), pytest.raises(SiteFolderError, match="another build"):
        bench.build()


@pytest.mark.parametrize("survives", [0, 2, 30])
def test_a_build_that_ends_half_way_leaves_whole_files_and_the_next_one_mends_it(
    bench: Bench, survives: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.build()
    old = octets(bench.public)
    bench.save(MOVED.replace("id: exercise", "id: drill"))
    replace = os.replace
    count = iter(range(survives))

    def ends(source: Path, target: Path) -> None:
        if next(count, None) is None:
            raise OSError(28, "No space left on device", str(target))
        replace(source, target)

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", ends)
        with pytest.raises(SiteFolderError, match="No space left"):
            bench.build(NOW + timedelta(days=1))
    half = octets(bench.public)
    bench.lose_store()
    bench.build(NOW + timedelta(days=1))
    new = octets(bench.public)

    assert all(
        half[name] in (old.get(name), new.get(name))
        for name in half.keys() - {folder.MANIFEST_FILENAME, "history.json"}
    )
    assert bench.numbers()["summit"] == 1
    assert not [name for name in new if "exercise/" in name and "tags" not in name]


def test_a_disk_that_fills_up_before_anything_is_in_its_place_leaves_the_site_as_it_was(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.build()
    old = octets(bench.public)
    bench.save(REST)
    write = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        if b"<html" in data:
            raise OSError(28, "No space left on device", str(path))
        return write(path, data)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(SiteFolderError, match="No space left"):
        bench.build(NOW + timedelta(days=1))
    assert octets(bench.public) == old


# the commands


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "events.yaml").write_text(HEAD + FEW, encoding="utf-8")
    return lambda *words: CliRunner().invoke(cli, words)


def test_build_says_what_it_wrote_and_what_is_missing_without_an_address(run: Callable[..., Result]) -> None:
    first, second = run("build", "public"), run("build", "public", "--base-url", BASE)

    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert "edition 1 published: 2 events\npublic: " in first.output
    assert "no --base-url" in first.output
    assert "no --base-url" not in second.output
    assert 'href="webcal://example.org/cal/calendar.ics"' in Path("public/index.html").read_text(encoding="utf-8")


def test_a_registry_with_problems_leaves_the_site_as_it_was(run: Callable[..., Result]) -> None:
    run("build", "public")
    before = octets(Path("public"))
    Path("events.yaml").write_text(HEAD + "  - {id: a, title: A, when: soon}\n", encoding="utf-8")
    said = run("build", "public")

    assert said.exit_code == 2
    assert "events.yaml:8:" in said.output
    assert "public: left as it was" in said.output
    assert octets(Path("public")) == before


def test_an_edition_that_is_held_is_built_when_it_is_meant(run: Callable[..., Result]) -> None:
    many = "".join(f"  - {{id: e{n}, title: E, when: 2031-09-{n:02}}}\n" for n in range(1, 11))
    Path("events.yaml").write_text(HEAD + many, encoding="utf-8")
    run("build", "public")
    Path("events.yaml").write_text(HEAD + many.replace("2031", "2032"), encoding="utf-8")

    assert run("build", "public").exit_code == 2
    assert b"20310901" in Path("public/calendar.ics").read_bytes()
    assert run("build", "public", "--accept").exit_code == 0
    assert b"20320901" in Path("public/calendar.ics").read_bytes()


def test_publish_goes_on_from_what_was_published(run: Callable[..., Result]) -> None:
    run("build", "public")
    shutil.rmtree(".eventcal")
    said = run("publish", "--since", "public")

    assert said.output == "continuing from public: 2 events\nno changes: edition 1 stays\n"
    assert run("publish", "--since", "lost").exit_code == 1


# the workflow


def test_the_workflow_builds_the_first_time_and_goes_on_from_there(tmp_path: Path) -> None:
    yaml = pytest.importorskip("yaml")
    jobs = yaml.safe_load((ROOT / "deploy/github-pages.yml").read_text(encoding="utf-8"))["jobs"]
    steps = [each for each in jobs["build"]["steps"] if "run" in each and not each["name"].startswith("Install")]
    home = tmp_path / "bin"
    home.mkdir()
    (home / "eventcal").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m eventcal "$@"\n', encoding="utf-8")
    (home / "eventcal").chmod(0o755)
    names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_COMMITTER_NAME", "GIT_COMMITTER_EMAIL")
    environment = dict.fromkeys(names, "nobody") | {
        "PATH": f"{home}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "HOME": str(tmp_path),
        "GITHUB_REPOSITORY_OWNER": "owner",
        "GITHUB_REPOSITORY": "owner/calendar",
    }

    def shell(script: str, folder: Path) -> str:
        ran = subprocess.run(
            ["bash", "-eo", "pipefail", "-c", script],
            cwd=folder, env=environment, capture_output=True, text=True, timeout=240,
        )  # fmt: skip
        assert ran.returncode == 0, script + ran.stdout + ran.stderr
        return ran.stdout

    def workflow(number: int, events: str) -> None:
        """One run on a machine that has nothing but the repository."""
        checkout = tmp_path / f"run{number}"
        shell(f"git clone -q '{tmp_path}/origin.git' {checkout.name}", tmp_path)
        (checkout / "events.yaml").write_text(HEAD + events, encoding="utf-8")
        shell("git add events.yaml && git commit -qm edit --allow-empty && git push -q origin HEAD:main", checkout)
        for step in steps:
            shell(step["run"], checkout)

    shell("git init -q --bare -b main origin.git", tmp_path)
    for number, events in enumerate((FEW, MOVED, MOVED)):
        workflow(number, events)
    show = "git --git-dir origin.git show gh-pages"

    assert "UID:summit@sco-watch\n" in shell(f"{show}:calendar.ics", tmp_path).replace("\r", "")
    past = history_from_json(shell(f"{show}:history.json", tmp_path))
    assert {each.uid: each.sequence for each in past.edition.versions}["summit@sco-watch"] == 1
    assert "https://owner.github.io/calendar/calendar.ics" in shell(f"{show}:calendar.ics", tmp_path).replace("\n ", "")
    assert shell("git --git-dir origin.git log --oneline gh-pages | wc -l", tmp_path).strip() == "2"
