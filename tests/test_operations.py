from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import insert

from eventcal import registry
from eventcal.channels import ChannelSettings, Permanent, Sent
from eventcal.deliveries import newest_edition
from eventcal.errors import Problem
from eventcal.registry import Registry
from eventcal.run import registry_watcher
from eventcal.run.registry_watcher import RegistryWatcher
from eventcal.run.todo_lister import TodoLister
from eventcal.settings import Settings
from eventcal.store import edition_store, open_store, processes
from eventcal.store.edition_store import RegistryCheck
from eventcal.store.ledger import activity, health
from eventcal.store.tables import subscription
from eventcal.web.app import create_app
from eventcal.web.rate_limit import limiter
from eventcal.web.snapshots import Snapshot, SnapshotPoller
from tests.factories import text_of
from tests.sample import SEED, snapshot
from tests.world import REGISTRY_HEADER, World, utc

TOKEN = "correct horse"
NOW = utc(2021, 9, 1)
SUMMIT = "- {id: summit, title: Summit, when: 2021-09-16/17, reminders: [1 week before at 09:00]}"
LATER = utc(2021, 9, 9, 4, 0, 1)
"""A second after the reminder of SUMMIT fell due."""

# what an operator sees and does is the same in either database
pytestmark = pytest.mark.usefixtures("either_database")


class Desk:
    """A world, and the operator's browser in front of it."""

    def __init__(self, folder: Path, token: str = TOKEN, **settings: str) -> None:
        self.now: datetime = NOW
        self.world = World(
            folder, [ChannelSettings("desk", "log"), ChannelSettings("mail", "email", to=("ann@x.org",))]
        )
        self.world.publish(SUMMIT, NOW)
        if self.world.store.is_clustered:
            with self.world.store.write() as conn:  # a worker, for as long as any of these tests goes on
                processes.heartbeat(conn, "somebody", "worker", "1", NOW + timedelta(days=60), timedelta())
        app_settings = Settings(
            operator_token=token,
            channels=self.world.settings,
            trusted_proxies=(ip_network("127.0.0.1"),),
            **settings,  # type: ignore[arg-type]
        )
        app = create_app(
            lambda: Snapshot.of(self.world.edition()), app_settings, clock=lambda: self.now, store=self.world.store
        )
        self.client: FlaskClient = app.test_client()

    def get(self, path: str = "/operations", **headers: str) -> str:
        answer = self.client.get(path, headers={"Authorization": basic(TOKEN), **headers})
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def does(self, action: str, **fields: str) -> str:
        """Press a button, and read the page that follows."""
        proof = re.search(r'name="proof" value="(\w+)"', self.get())
        assert proof
        answer = self.client.post(
            "/operations",
            data={"action": action, "proof": proof[1], **fields},
            headers={"Authorization": basic(TOKEN)},
            follow_redirects=True,
        )
        assert answer.status_code == 200
        return answer.get_data(as_text=True)

    def note(self, outcome: edition_store.CheckOutcome, *problems: Problem) -> None:
        with self.world.store.write() as conn:
            edition_store.write_registry_check(conn, RegistryCheck(self.now, "digest", outcome, problems))


def basic(password: str) -> str:
    return "Basic " + b64encode(f"anybody:{password}".encode()).decode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = Desk(tmp_path)
    limiter.reset()
    yield found
    found.world.store.close()


# who comes in


def test_dates_that_need_a_look_are_listed_with_their_pages_and_the_rest_is_counted(desk: Desk) -> None:
    assert "Dates that need a look" not in desk.get()
    desk.world.publish("\n".join(f"- {{id: e{number}, title: E{number}, when: 2021-09}}" for number in range(12)), NOW)
    TodoLister(desk.world.store, Path("no-links.json"))(NOW)

    page = desk.get()
    assert re.search(r'<a href="[^"]*/events/e0">E0</a></bdi>: 2021-09 has begun, and the day is not known', page)
    assert (page.count("2021-09 has begun"), "And 2 more: <code>eventcal todo</code> lists all." in page) == (10, True)
    desk.world.publish(SUMMIT, NOW)
    TodoLister(desk.world.store, Path("no-links.json"))(NOW)
    assert re.search(r'<h2 id="todos">Dates that need a look</h2>\s*<p class="meta">none</p>', desk.get())


@pytest.mark.parametrize("header", ["", basic("wrong"), basic(""), "Bearer wrong", "Bearer", "Digest x", "nonsense"])
def test_nobody_comes_in_without_the_token(desk: Desk, header: str) -> None:
    for method in ("GET", "POST"):
        answer = desk.client.open("/operations", method=method, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Basic ")
        assert "desk" not in answer.get_data(as_text=True)


def test_the_token_comes_by_basic_or_bearer(desk: Desk) -> None:
    for header in (basic(TOKEN), f"Bearer {TOKEN}"):
        answer = desk.client.get("/operations", headers={"Authorization": header})
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"


def test_who_guesses_the_token_is_let_wait_and_nobody_else(desk: Desk) -> None:
    def answer(header: str, visitor: str = "192.0.2.1") -> tuple[int, str]:
        headers = {"X-Forwarded-For": visitor} | ({"Authorization": header} if header else {})
        found = desk.client.get("/operations", headers=headers)
        return found.status_code, found.headers.get("Retry-After", "")

    assert [answer("")[0] for _ in range(20)] == [401] * 20  # a browser that asks for the first time
    assert [answer(basic(TOKEN))[0] for _ in range(20)] == [200] * 20
    assert [answer(basic(f"guess {n}"))[0] for n in range(12)] == [401] * 10 + [429] * 2
    assert answer(basic(TOKEN)) == answer(f"Bearer {TOKEN}") == (429, "60")
    assert answer(basic(TOKEN), "192.0.2.2") == (200, "")

    page = desk.client.get("/operations", headers={"X-Forwarded-For": "192.0.2.1", "Authorization": basic("again")})
    assert "Try again in a minute" in page.get_data(as_text=True)
    assert page.headers["Cache-Control"] == "no-store"


def test_without_a_token_the_page_is_off_and_says_so(tmp_path: Path) -> None:
    desk = Desk(tmp_path, token="")
    answer = desk.client.get("/operations", headers={"Authorization": basic("")})
    assert answer.status_code == 403
    assert "EVENTCAL_OPERATOR_TOKEN" in answer.get_data(as_text=True)
    desk.world.store.close()


def test_another_page_cannot_press_a_button(desk: Desk) -> None:
    for data, headers in (
        ({"action": "pause"}, {}),
        ({"action": "pause", "proof": "0" * 64}, {}),
        (
            {"action": "pause", "proof": re.search(r'proof" value="(\w+)"', desk.get())[1]},  # type: ignore[index]
            {"Sec-Fetch-Site": "cross-site"},
        ),
    ):
        answer = desk.client.post("/operations", data=data, headers={"Authorization": basic(TOKEN), **headers})
        assert answer.status_code == 403
    assert "All good." in text_of(desk.get())


def test_a_program_needs_the_token_alone(desk: Desk) -> None:
    answer = desk.client.post("/operations", data={"action": "pause"}, headers={"Authorization": f"Bearer {TOKEN}"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/operations?done=pause")
    assert "Sending is paused." in desk.get()


def test_a_name_that_no_channel_and_no_event_can_have_finds_nothing(desk: Desk) -> None:
    for odd in ("a\0b", "\ufffd", "x" * 50_000):
        answer = desk.client.post(
            "/operations", data={"action": "resume", "channel": odd}, headers={"Authorization": f"Bearer {TOKEN}"}
        )
        assert answer.status_code == 400
        assert "All good." in text_of(
            desk.get(f"/operations?{urlencode({'channel': odd, 'event': odd}, errors='replace')}")
        )


# what it says


def test_it_says_what_stands_and_what_comes_next(desk: Desk) -> None:
    text = text_of(desk.get())
    assert "All good." in text
    assert "Edition 1 · 1 event" in text
    assert "Next due 9 Sep 2021, 09:00 in 8 days" in text
    assert "Last sent none" in text
    desk.world.tick(LATER)
    desk.now = LATER + timedelta(minutes=1)
    text = text_of(desk.get())
    assert re.search(r"Last sent 9 Sep 2021, 09:00 1 minute ago\s+· reminder summit", text)
    assert "2 sent" in text


def test_a_problem_is_shown_with_its_file_and_line_and_to_nobody_else(desk: Desk) -> None:
    desk.note("problems", Problem("events.yaml", 12, 5, "unknown key 'tittle', did you mean 'title'?"))
    text = text_of(desk.get())
    assert "events.yaml:12:5 unknown key &#39;tittle&#39;" in text
    assert "The calendar file has errors" in text
    assert "tittle" not in desk.get("/")


def test_what_is_late_is_listed(desk: Desk) -> None:
    desk.world.recorders["desk"].outcomes = [Sent()]
    with desk.world.store.write() as conn:
        health.pause(conn)
    desk.world.tick(LATER)
    desk.now = LATER + timedelta(minutes=6)
    text = text_of(desk.get())
    assert "Reminders are late." in text
    assert "summit , 1 week before, at 09:00" in text


def test_what_is_due_next_and_what_was_sent_are_listed_and_chosen_among(desk: Desk) -> None:
    def rows(section: str, page: str) -> list[str]:
        part = page[page.index(f'id="{section}"') :].split("</section>")[0]
        return re.findall(r"<tr><td.*?</tr>", part, re.S)

    before = desk.get()
    assert ["summit" in row and "<bdi>1 week before, at 09:00</bdi>" in row for row in rows("upcoming", before)] == [
        True
    ]
    assert rows("log", before) == []
    desk.world.tick(LATER)
    desk.now = LATER

    assert sorted("desk" in row for row in rows("log", desk.get())) == [False, True]
    assert len(rows("log", desk.get("/operations?state=sent&channel=desk&kind=reminder&event=summit"))) == 1
    assert rows("log", desk.get("/operations?state=sent&event=other")) == []
    assert rows("upcoming", desk.get()) == []


def test_the_ledger_speaks_the_language_of_the_page(desk: Desk) -> None:
    desk.world.recorders["desk"].outcomes = [Permanent("410 Gone")]
    assert "1 Woche vorher, um 09:00" in text_of(desk.get("/operations?lang=de"))
    desk.world.tick(LATER)
    desk.now = LATER
    text = text_of(desk.get("/operations?lang=de&state="))
    assert re.search(r"Erinnerung summit , 1 Woche vorher, um 09:00 desk gescheitert 1 410 Gone", text)
    for english in ("reminder", "week before", "skipped", "dead"):
        assert english not in text


def test_readers_are_people_and_are_counted_back_over_a_month(desk: Desk) -> None:
    with desk.world.store.write() as conn:
        for number, (begins, ends) in enumerate([(40, None), (10, 3), (5, None)]):
            conn.execute(
                insert(subscription).values(
                    origin="people",
                    channel="email",
                    address=f"reader-{number}@example.org",
                    language="en",
                    zone="",
                    filter="",
                    leads="",
                    change_kinds="",
                    digest="",
                    state="off" if ends else "active",
                    reason="",
                    link_version=1,
                    created_at=NOW - timedelta(days=begins),
                    confirmed_at=NOW - timedelta(days=begins),
                    ended_at=NOW - timedelta(days=ends) if ends else None,
                )
            )
        counts = {(NOW - each.at).days: each.count for each in activity.reader_counts(conn, NOW, 30)}
    assert [counts[days] for days in (30, 11, 9, 4, 2, 0)] == [1, 1, 2, 3, 2, 2]
    assert "2 today, 1 a month ago" in desk.get()


def test_what_a_base_url_would_add_is_said_where_the_operator_looks(desk: Desk) -> None:
    assert "EVENTCAL_BASE_URL is not set." in desk.get()


def test_no_reader_is_named(desk: Desk) -> None:
    desk.world.recorders["mail"].outcomes = [Permanent("550 <Ann@x.org>: no such person")]
    desk.world.tick(LATER)
    desk.now = LATER
    text = text_of(desk.get())
    assert "ann@x.org" not in text.lower()
    assert "mail a…@x.org" in text
    assert "A…@x.org&gt;: no such person" in text


def test_the_tab_says_that_something_needs_attention(desk: Desk) -> None:
    assert "<title>Operations –" in desk.get()
    assert "<title>⚠ Operations –" in desk.does("pause", channel="desk")


def test_the_log_says_when_a_delivery_was_sent_that_was_late(desk: Desk) -> None:
    desk.world.tick(LATER)
    desk.now = LATER
    assert "sent 1 " in text_of(desk.get())
    desk.world.publish(SUMMIT.replace("09:00", "10:00"), LATER)
    desk.world.tick(LATER + timedelta(hours=1, minutes=7))
    assert "sent 9 Sep 2021, 10:07 1 " in text_of(desk.get())


# what it does


def test_what_is_dead_is_tried_again(desk: Desk) -> None:
    desk.world.recorders["desk"].outcomes = [Permanent("410 Gone"), Sent()]
    desk.world.tick(LATER)
    desk.now = LATER
    html = desk.get()
    assert "1 delivery is dead." in html
    assert "410 Gone" in html
    number = re.search(r'name="id" value="(\d+)"', html)
    assert number
    assert "Requeued." in desk.does("retry", id=number[1])
    desk.world.tick(LATER + timedelta(seconds=2))
    assert [state for state, _ in desk.world.states()] == ["sent", "sent"]


def test_what_is_not_dead_any_more_is_not_said_to_be_requeued(desk: Desk) -> None:
    assert "Requeued." not in text_of(desk.does("retry", id="1"))
    assert "Requeued." not in text_of(desk.does("retry all"))


def test_everything_dead_is_tried_again_at_once(desk: Desk) -> None:
    for box in desk.world.recorders.values():
        box.outcomes = [Permanent("410 Gone"), Sent()]
    desk.world.tick(LATER)
    desk.now = LATER
    assert "2 deliveries are dead." in desk.get()
    desk.does("retry all")
    desk.world.tick(LATER + timedelta(seconds=2))
    assert [state for state, _ in desk.world.states()] == ["sent", "sent"]


def test_a_channel_is_paused_and_goes_on(desk: Desk) -> None:
    text = text_of(desk.does("pause", channel="desk"))
    assert "Sending is paused." in text
    desk.world.tick(LATER)
    desk.now = LATER
    assert [len(each.received) for each in desk.world.recorders.values()] == [0, 1]
    assert "All good." in text_of(desk.does("resume", channel="desk"))
    desk.world.tick(LATER + timedelta(seconds=2))
    assert [len(each.received) for each in desk.world.recorders.values()] == [1, 1]


@pytest.mark.parametrize("channel", ["email", "webpush"])
def test_what_readers_sign_up_to_can_be_paused_where_they_can_sign_up(tmp_path: Path, channel: str) -> None:
    desk = Desk(tmp_path, base_url="https://x.example", smtp_url="smtp://x", mail_from="a@x.example")
    assert f'name="channel" value="{channel}"' in desk.get()
    desk.does("pause", channel=channel)
    with desk.world.store.read() as conn:
        assert health.list_breakers(conn)[channel].is_paused

    desk.does("resume", channel=channel)
    with desk.world.store.read() as conn:
        assert health.list_breakers(conn) == {}


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("pause", {"channel": "nobody"}),
        ("resume", {"channel": "nobody"}),
        ("retry", {"id": "-1"}),
        ("retry", {"id": "9" * 30}),
        ("retry", {}),
        ("erase", {}),
        ("", {}),
    ],
)
def test_an_action_that_there_is_not_is_refused_and_does_nothing(
    desk: Desk, action: str, fields: dict[str, str]
) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    answer = desk.client.post("/operations", data={"action": action, **fields}, headers=headers)

    assert answer.status_code == 400
    assert "All good." in text_of(desk.get())


def test_a_registry_that_is_not_held_is_not_said_to_be_accepted(desk: Desk) -> None:
    assert "Accepted" not in text_of(desk.does("accept", digest="digest"))


def test_a_held_edition_is_accepted_from_the_browser(tmp_path: Path) -> None:
    path, said = tmp_path / "events.yaml", list[str]()
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()

    def save(month: int) -> None:
        lines = "".join(f"  - {{id: e{n}, title: E{n}, when: 2031-{month:02}-{n + 1:02}}}\n" for n in range(8))
        path.write_text(f"{REGISTRY_HEADER}events:\n{lines}", encoding="utf-8")

    settings = Settings(registry=path, operator_token=TOKEN)
    look = RegistryWatcher(store, settings, lambda result: said.append(str(result)))
    save(3)
    look(NOW)
    save(4)
    look(NOW)
    assert look.edition
    assert look.edition.number == 1
    held = look.edition
    browser = create_app(lambda: Snapshot.of(held), settings, clock=lambda: NOW, store=store).test_client()
    headers = {"Authorization": f"Bearer {TOKEN}"}
    html = browser.get("/operations", headers=headers).get_data(as_text=True)
    assert "8 of 8 upcoming events vanish or move at once" in html
    digest = re.search(r'name="digest" value="(\w+)"', html)
    assert digest
    browser.post("/operations", headers=headers, data={"action": "accept", "digest": "0000"})
    look(NOW)
    assert look.edition.number == 1
    browser.post("/operations", headers=headers, data={"action": "accept", "digest": digest[1]})
    assert "the scheduler publishes it" in browser.get("/operations", headers=headers).get_data(as_text=True)
    look(NOW)
    assert look.edition.number == 2
    # the word was given for that content, and not for whatever comes next
    save(5)
    look(NOW)
    assert look.edition.number == 2
    assert "awaits approval" in said[-1]
    store.close()


def test_a_registry_that_is_mended_is_said_to_be_so_once(tmp_path: Path) -> None:
    path, said = tmp_path / "events.yaml", list[str]()
    store = open_store(f"sqlite:///{tmp_path}/eventcal.db")
    store.upgrade()
    look = RegistryWatcher(store, Settings(registry=path), lambda result: said.append(str(result)))
    for events in ("[]", "[", "[]"):
        path.write_text(f"{REGISTRY_HEADER}events: {events}\n", encoding="utf-8")
        for _ in range(2):
            look(NOW)

    assert [line.splitlines()[0] for line in said] == [
        "edition 1 published: 0 events",
        "edition 1 stays, the calendar file has errors:",
        "no changes: edition 1 stays",
    ]
    store.close()


def test_a_registry_of_many_files_is_looked_at_less_often(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry_watcher, "MAX_FILES_EVERY_CHECK", 1)
    store, path = open_store(f"sqlite:///{tmp_path}/eventcal.db"), tmp_path / "events.yaml"
    store.upgrade()
    (tmp_path / "more.yaml").write_text("events: []\n", encoding="utf-8")
    path.write_text(f"{REGISTRY_HEADER}include: [more.yaml]\nevents: []\n", encoding="utf-8")
    look = RegistryWatcher(store, Settings(registry=path), lambda line: None)
    look(NOW)
    path.write_text(
        f"{REGISTRY_HEADER}include: [more.yaml]\nevents: [{{id: a, title: A, when: TBD}}]\n", encoding="utf-8"
    )

    counts = [len(look(NOW).events) for _ in range(7)]

    assert counts == [0, 0, 0, 0, 0, 1, 1]
    store.close()


def test_a_file_that_is_written_while_it_is_read_waits_for_the_next_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = open_store(f"sqlite:///{tmp_path}/eventcal.db"), tmp_path / "events.yaml"
    store.upgrade()
    half = f"{REGISTRY_HEADER}events:\n  - {{id: a, title: A, when: TBD}}\n"
    path.write_text(f"{REGISTRY_HEADER}events: []\n", encoding="utf-8")
    look, read = RegistryWatcher(store, Settings(registry=path), lambda line: None), registry.read
    look(NOW)

    def read_while_another_writes(source: Path) -> Registry:
        loaded = read(source)
        with path.open("a", encoding="utf-8") as file:
            file.write("  - {id: b, title: B, when: TBD}\n")
        return loaded

    path.write_text(half, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(registry, "read", read_while_another_writes)
        assert look(NOW).events == ()
    assert [event.id for event in look(NOW).events] == ["a", "b"]
    assert look.edition
    assert look.edition.number == 2
    store.close()


def test_a_registry_that_ends_its_reader_is_a_problem_until_it_is_mended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, path = open_store(f"sqlite:///{tmp_path}/eventcal.db"), tmp_path / "events.yaml"
    store.upgrade()
    path.write_text(f"{REGISTRY_HEADER}events: []\n", encoding="utf-8")
    look = RegistryWatcher(store, Settings(registry=path), lambda line: None)
    look(NOW)

    def fail(source: Path) -> Registry:
        raise AttributeError("'str' object has no attribute 'get'")

    path.write_text(f"{REGISTRY_HEADER}events: [{{id: a, title: A, when: TBD}}]\n", encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(registry, "read", fail)
        for _ in range(2):
            with pytest.raises(AttributeError):
                look(NOW)
    assert "the registry has problems" in SnapshotPoller(store).refresh().degraded
    with store.read() as conn:
        check = edition_store.read_registry_check(conn)
    assert check
    assert "internal error (AttributeError: 'str' object has no attribute 'get')" in str(check.errors[0])

    look(NOW)
    assert look.edition
    assert look.edition.number == 2
    assert "the registry has problems" not in SnapshotPoller(store).refresh().degraded
    store.close()


def test_after_a_start_the_registry_and_the_edition_share_their_events_and_no_other_copy_is_read(
    tmp_path: Path,
) -> None:
    store, path = open_store(f"sqlite:///{tmp_path}/eventcal.db"), tmp_path / "events.yaml"
    store.upgrade()
    path.write_text(f"{REGISTRY_HEADER}events: [{{id: a, title: A, when: 2031-03-01}}]\n", encoding="utf-8")
    RegistryWatcher(store, Settings(registry=path), lambda line: None)(NOW)

    look = RegistryWatcher(store, Settings(registry=path), lambda line: None)
    events = look(NOW).events
    with store.read() as conn:
        edition = newest_edition(lambda: look.edition)(conn)

    assert edition is look.edition
    assert edition.versions[0].event is events[0]
    store.close()


# the figures


def scraped(desk: Desk) -> dict[tuple[str, str], float]:
    answer = desk.client.get("/metrics")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    return {
        (sample.name, " ".join(filter(None, sample.labels.values()))): sample.value
        for family in text_string_to_metric_families(answer.get_data(as_text=True))
        for sample in family.samples
    }


def test_a_scrape_counts_what_is_in_the_ledger(desk: Desk) -> None:
    found = scraped(desk)
    assert found["eventcal_edition", ""] == 1
    assert found["eventcal_registry", "recorded"] == 1
    assert found["eventcal_next_due_timestamp_seconds", ""] == utc(2021, 9, 9, 4).timestamp()
    assert found["eventcal_reminders", "planned"] == 1
    desk.world.recorders["mail"].outcomes = [Permanent("no such person")]
    desk.world.tick(LATER)
    desk.now = LATER + timedelta(minutes=1)
    found = scraped(desk)
    assert found["eventcal_deliveries", "reminder sent"] == 1
    # why it is dead is said in our own words, whatever the other side's were
    assert found["eventcal_deliveries", "reminder refused dead"] == 1
    assert found["eventcal_lateness_seconds_bucket", "1.0"] >= 0
    assert found["eventcal_lateness_seconds_count", ""] == 1


def test_a_scrape_names_nobody(desk: Desk) -> None:
    desk.world.recorders["mail"].outcomes = [Permanent("ann is gone")]
    desk.world.tick(LATER)
    figures = desk.client.get("/metrics").get_data(as_text=True)
    assert "ann is gone" not in figures
    assert "@x.org" not in figures


def test_whoever_asks_all_the_time_makes_us_count_no_more(desk: Desk) -> None:
    assert scraped(desk)["eventcal_paused", ""] == 0
    with desk.world.store.write() as conn:
        health.pause(conn)
    desk.now += timedelta(seconds=2)
    assert scraped(desk)["eventcal_paused", ""] == 0
    desk.now += timedelta(seconds=4)
    assert scraped(desk)["eventcal_paused", ""] == 1


@pytest.mark.parametrize(
    "accept", ["application/openmetrics-text; version=abc", "text/plain; version=1.x", "text/plain;;;"]
)
def test_an_odd_accept_gets_the_figures_in_the_plain_form(desk: Desk, accept: str) -> None:
    answer = desk.client.get("/metrics", headers={"Accept": accept})
    assert answer.status_code == 200
    assert list(text_string_to_metric_families(answer.get_data(as_text=True)))


def test_the_figures_can_be_closed(tmp_path: Path) -> None:
    def browser(settings: Settings) -> FlaskClient:
        return create_app(Snapshot, settings, clock=lambda: NOW, store=store).test_client()

    def ask(client: FlaskClient, header: str = "") -> int:
        return client.get("/metrics", headers={"Authorization": header} if header else {}).status_code

    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    store.upgrade()
    assert ask(browser(Settings())) == 200
    assert ask(browser(Settings(metrics="operator"))) == 403
    assert ask(browser(Settings(operator_token=TOKEN, metrics="off")), basic(TOKEN)) == 404
    closed = browser(Settings(operator_token=TOKEN, metrics="operator"))
    assert [ask(closed), ask(closed, basic(TOKEN)), ask(closed, f"Bearer {TOKEN}")] == [401, 200, 200]
    assert [ask(closed, f"Bearer {n}") for n in range(12)] == [401] * 10 + [429] * 2
    store.close()


@pytest.mark.parametrize("path", ["/metrics", "/operations", "/subscribe"])
def test_while_the_store_is_away_what_needs_it_is_a_503_and_nothing_a_traceback(
    tmp_path: Path, path: str, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "store.db").write_bytes(b"not a database" * 1000)
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    settings = Settings(
        operator_token=TOKEN, base_url="https://x.example", smtp_url="smtp://x", mail_from="a@x.example"
    )
    browser = create_app(lambda: snapshot(*SEED), settings, clock=lambda: NOW, store=store).test_client()
    form = {"data": {"address": "a@example.org"}} if path == "/subscribe" else {}
    answer = browser.open(path, method="POST" if form else "GET", headers={"Authorization": basic(TOKEN)}, **form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "Traceback" not in caplog.text
    store.close()


@pytest.mark.parametrize("name", ["If-Modified-Since", "If-Unmodified-Since", "If-Range"])
@pytest.mark.parametrize(
    "day", ["Sun, 01 Jan 999999999999 00:00:00 GMT", "Sun, 99 Foo 0000 99:99:99 +9999", "", "\xff"]
)
def test_a_date_that_no_calendar_has_is_as_if_it_were_not_there(desk: Desk, name: str, day: str) -> None:
    for path in ("/", "/static/eventcal.css", "/metrics", "/nope", "/operations", "/month/2021-09"):
        headers = {"Authorization": basic(TOKEN)}
        plain = desk.client.get(path, headers=headers)
        assert desk.client.get(path, headers={**headers, name: day}).status_code == plain.status_code
