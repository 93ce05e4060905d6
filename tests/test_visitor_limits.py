"""How often one visitor may ask, of one web node or of several over one PostgreSQL."""

from __future__ import annotations

import logging
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse

from eventcal.store import Store, open_store
from eventcal.store.tables import rate_limit_window
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot

from .postgres import PostgresServer
from .subscriber_world import SETTINGS, SubscriberWorld
from .world import World, utc

NOW = utc(2021, 9, 1, 6)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SUMMIT = "- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before]}"
VISITOR = "192.0.2.77"


@dataclass
class Nodes:
    """Web nodes over one store, each with connections of its own, and one clock."""

    url: str
    now: datetime
    held: Snapshot
    stores: list[Store] = field(default_factory=list)

    def start(self) -> Flask:
        self.stores.append(open_store(self.url))
        settings = replace(SETTINGS, operator_token="right")
        return create_app(lambda: self.held, settings, clock=lambda: self.now, store=self.stores[-1])

    def kept(self) -> list[tuple[str, int]]:
        with self.stores[0].read() as conn:
            return [(row.key, row.count) for row in conn.execute(select(rate_limit_window))]


@pytest.fixture
def nodes(tmp_path: Path, postgres: PostgresServer) -> Iterator[Nodes]:
    world = World(tmp_path, url=postgres.database())
    world.publish(SUMMIT, NOW)
    found = Nodes(world.store.engine.url.render_as_string(hide_password=False), NOW, Snapshot.of(world.edition()))
    yield found
    for each in (world.store, *found.stores):
        each.close()


def ask(node: Flask, n: int, visitor: str = VISITOR) -> TestResponse:
    form = {"address": f"a{n}@example.org", "which": "own"}
    return node.test_client().post("/subscribe", data=form, headers={"X-Forwarded-For": visitor})


def knock(node: Flask, token: str) -> TestResponse:
    headers = {"X-Forwarded-For": VISITOR, "Authorization": f"Bearer {token}"}
    return node.test_client().get("/operations", headers=headers)


def test_web_nodes_over_one_store_count_a_visitors_sign_ups_together(nodes: Nodes) -> None:
    first, second = nodes.start(), nodes.start()
    assert [ask((first, second)[n % 2], n).status_code for n in range(20)] == [303] * 20
    assert [ask(each, 20).status_code for each in (first, second, nodes.start())] == [429] * 3
    assert ask(first, 21, "192.0.2.78").status_code == 303, "another visitor"

    nodes.now += HOUR - timedelta(seconds=1)
    assert ask(second, 22).status_code == 429
    nodes.now += timedelta(seconds=1)
    assert ask(second, 23).status_code == 303


def test_whoever_was_refused_by_a_clock_that_was_ahead_is_let_in_when_it_is_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(SUMMIT, NOW)
    right = time.time()
    monkeypatch.setattr(time, "time", lambda: right + 90 * 86_400)
    assert [ask(world.app, n).status_code for n in range(21)] == [303] * 20 + [429]

    monkeypatch.setattr(time, "time", lambda: right)
    assert ask(world.app, 21).status_code == 303


def test_a_day_has_an_end_as_well(nodes: Nodes) -> None:
    node = nodes.start()
    taken = 0
    for _ in range(6):
        taken += [ask(node, n).status_code for n in range(taken, taken + 21)].count(303)
        nodes.now += HOUR
    assert taken == 60
    nodes.now += 18 * HOUR
    assert ask(node, 1).status_code == 303


def test_who_guesses_at_several_nodes_at_once_has_no_more_tries(nodes: Nodes) -> None:
    several = [nodes.start() for _ in range(3)]
    assert {knock(each, "right").status_code for each in several * 4} == {200}
    with ThreadPoolExecutor(6) as threads:
        codes = Counter(
            each.status_code for each in threads.map(lambda n: knock(several[n % 3], f"guess {n}"), range(30))
        )
    assert codes == {401: 10, 429: 20}
    assert {knock(each, "right").status_code for each in several} == {429}
    nodes.now += MINUTE
    assert {knock(each, "right").status_code for each in several} == {200}


def test_nothing_that_is_kept_or_logged_says_who_it_was(nodes: Nodes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "flask-limiter")  # which a process of ours quietens
    node = nodes.start()
    for n in range(25):
        ask(node, n % 7)
    kept = nodes.kept()
    assert len(kept) == 2 + 7  # an hour and a day of the visitor, an hour of each address
    assert not [key for key, _ in kept if VISITOR in key or "example.org" in key]
    assert "exceeded" in caplog.text
    assert VISITOR not in caplog.text


@pytest.mark.parametrize("page", ["/subscribe", "/operations"])
def test_while_the_store_does_not_answer_nobody_passes_uncounted(
    nodes: Nodes, postgres: PostgresServer, page: str, caplog: pytest.LogCaptureFixture
) -> None:
    node = nodes.start()
    assert (ask(node, 1).status_code, knock(node, "right").status_code) == (303, 200)
    postgres.drop(nodes.url)
    for _ in range(3):
        answer = ask(node, 2) if page == "/subscribe" else knock(node, "right")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Traceback" not in caplog.text
