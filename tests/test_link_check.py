"""Addresses are asked politely and seldom; only what a server says is gone counts as dead."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal import link_check
from eventcal.cli import cli
from eventcal.fetch import FetchError, Response
from eventcal.link_check import LinkState, LinkStatus, check_links

NOW = datetime(2027, 6, 1, 12, tzinfo=UTC)
PAGES = {
    "https://a.example/": (200, ""),
    "https://a.example/gone": (410, ""),
    "https://a.example/old": (301, "/"),
    "https://a.example/today": (302, "https://b.example/"),
    "https://a.example/loop": (302, "/loop"),
    "https://a.example/lost": (308, "https://b.example/none"),
    "https://b.example/": (200, ""),
    "https://b.example/none": (404, ""),
    "https://b.example/busy": (503, ""),
    "https://b.example/robots": (403, ""),
}


class Web:
    """Answers from PAGES, and notes what was asked and how long was waited."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.pauses: list[float] = []

    def probe(self, url: str) -> Response:
        self.asked.append(url)
        if url not in PAGES:
            raise FetchError("no answer within 15 s")
        status, location = PAGES[url]
        return Response(status, {"location": location} if location else {}, b"")

    def check(
        self, *urls: str, known: dict[str, LinkStatus] | None = None, now: datetime = NOW
    ) -> dict[str, LinkStatus]:
        return check_links(urls, known or {}, now, self.probe, self.pauses.append)


@pytest.mark.parametrize(
    ("url", "state", "detail"),
    [
        ("https://a.example/", LinkState.ALIVE, ""),
        ("https://a.example/gone", LinkState.DEAD, "410 Gone"),
        ("https://a.example/old", LinkState.MOVED, "https://a.example/"),
        ("https://a.example/today", LinkState.ALIVE, ""),
        ("https://a.example/loop", LinkState.UNKNOWN, "more than 5 redirects"),
        ("https://a.example/lost", LinkState.DEAD, "404 Not Found"),
        ("https://b.example/busy", LinkState.UNKNOWN, "HTTP status 503"),
        ("https://b.example/robots", LinkState.UNKNOWN, "HTTP status 403"),
        ("https://c.example/", LinkState.UNKNOWN, "no answer within 15 s"),
    ],
)
def test_only_what_a_server_says_is_gone_is_dead(url: str, state: LinkState, detail: str) -> None:
    status = Web().check(url)[url]

    assert (status.state, status.detail) == (state, detail)


def test_a_host_is_asked_once_for_each_address_with_a_pause_between() -> None:
    web = Web()
    web.check("https://a.example/", "https://a.example/gone", "https://a.example/", "https://b.example/")

    assert sorted(web.asked) == ["https://a.example/", "https://a.example/gone", "https://b.example/"]
    assert web.pauses == [link_check.PAUSE_SECONDS]


def test_a_good_answer_is_kept_for_a_week_and_any_other_for_a_day() -> None:
    web = Web()
    urls = ("https://a.example/", "https://a.example/gone")
    known = web.check(*urls)

    for later, asked in ((timedelta(hours=23), []), (timedelta(days=1), [urls[1]]), (timedelta(days=7), list(urls))):
        web.asked.clear()
        web.check(*urls, known=known, now=NOW + later)
        assert web.asked == asked


def test_one_run_asks_a_host_no_more_than_a_minute_s_worth_and_the_next_goes_on() -> None:
    web, urls = Web(), [f"https://b.example/{number}" for number in range(70)]
    first = web.check(*urls)
    assert (len(first), len(web.asked)) == (60, 60)
    web.asked.clear()
    second = web.check(*urls, known=first, now=NOW + timedelta(hours=1))
    assert (len(second), web.asked) == (70, urls[60:])


def test_answers_survive_in_their_file_and_a_damaged_file_costs_only_requests(tmp_path: Path) -> None:
    statuses = Web().check("https://a.example/", "https://a.example/gone")
    path = tmp_path / "new" / "links.json"
    link_check.write_statuses(path, statuses)

    assert link_check.read_statuses(path) == statuses
    assert link_check.dead_links(statuses) == {"https://a.example/gone": "410 Gone on 2027-06-01"}
    path.write_text("{")
    assert link_check.read_statuses(path) == {}


def test_a_dead_link_is_something_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    head = "version: 1\ncalendar: {id: desk, name: Desk, timezone: UTC}\nevents:\n"
    entry = "  - {id: a, title: A, when: 2099-01-01, url: 'https://a.example/gone', source: 'http://127.0.0.1:9/'}\n"
    Path("events.yaml").write_text(head + entry)
    now = datetime.now(UTC)
    link_check.write_statuses(Path(".eventcal/links.json"), Web().check("https://a.example/gone", now=now))

    result = CliRunner().invoke(cli, ["check", "--links"])
    assert result.exit_code == 1
    assert "a: https://a.example/gone: dead: 410 Gone" in result.stderr
    assert "a: http://127.0.0.1:9/: unknown: " in result.stderr  # a private address is never asked
    assert "2 addresses, 1 dead" in result.stderr
    todos = json.loads(CliRunner().invoke(cli, ["todo", "--json"]).stdout)
    assert [(item["concern"], item["message"]) for item in todos] == [
        ("dead link", f"https://a.example/gone: 410 Gone on {now:%Y-%m-%d}")
    ]
