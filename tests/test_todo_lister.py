"""The list of dates that need a look: in the store for /operations, and as the operator's message when its digest is due."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import link_check
from eventcal.channels import ChannelSettings
from eventcal.run.todo_lister import TodoLister
from eventcal.store import edition_store
from eventcal.store.tables import MetaKey
from eventcal.todos import Concern, Todo, TodoList, TodoReason, format_todo, parse_todo_list

from .world import World, utc

pytestmark = pytest.mark.usefixtures("either_database")

NEAR = "- {id: talks, title: Talks, when: 2027-06}\n- {id: party, title: Party, when: 2027-06-20}"
MONDAY = utc(2027, 5, 31, 3)
"""A Monday at 08:00 in Dushanbe."""


class Desk:
    """A world with a channel for readers and one for the operator, and the lister of its scheduler."""

    def __init__(self, folder: Path, digest: str = "monday 08:00") -> None:
        self.world = World(
            folder,
            [ChannelSettings("desk", "log"), ChannelSettings("night", "log", audience="operator", digest=digest)],
        )
        self.folder = folder
        self.lister = TodoLister(self.world.store, folder / "links.json")

    def stored(self) -> TodoList | None:
        with self.world.store.read() as conn:
            text = edition_store.read_meta(conn, MetaKey.TODOS)
        return parse_todo_list(text) if text else None

    def run(self, now: datetime) -> None:
        """Makes the list and then a pass, at *now*."""
        self.lister(now)
        self.world.tick(now)

    @property
    def subjects(self) -> list[str]:
        return [message.subject for message in self.world.recorders["night"].received if message.kind == "todo"]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path)
    desk.world.publish(NEAR, MONDAY - timedelta(days=2))
    return desk


def test_the_list_is_made_for_each_edition_and_each_day_of_the_calendar(desk: Desk) -> None:
    desk.lister(MONDAY)
    listed = desk.stored()
    assert listed is not None
    assert (listed.edition, listed.day, listed.count) == (1, date(2027, 5, 31), 1)
    assert [(todo.event_id, todo.message) for todo in listed.todos] == [
        ("talks", "2027-06 begins in 1 day, and the day is not known")
    ]

    desk.lister(MONDAY + timedelta(hours=16))  # past midnight in Dushanbe
    assert (listed := desk.stored()) is not None
    assert (listed.day, listed.todos[0].message) == (date(2027, 6, 1), "2027-06 has begun, and the day is not known")
    desk.world.publish("- {id: talks, title: Talks, when: 2027-06-12}", MONDAY + timedelta(hours=17))
    desk.lister(MONDAY + timedelta(hours=17))
    assert (listed := desk.stored()) is not None
    assert (listed.edition, listed.count) == (2, 0)


def test_links_that_were_found_dead_are_listed(desk: Desk) -> None:
    url = "https://example.org/"
    dead = link_check.LinkStatus(link_check.LinkState.DEAD, "404", MONDAY.isoformat())
    link_check.write_statuses(desk.folder / "links.json", {url: dead})
    desk.world.publish(f"- {{id: a, title: A, when: 2027-09-01, url: '{url}'}}", MONDAY)
    desk.lister(MONDAY)

    assert (listed := desk.stored()) is not None
    assert [todo.message for todo in listed.todos] == ["https://example.org/: 404 on 2027-05-31"]


def test_the_operator_gets_the_list_once_a_week_and_readers_do_not(desk: Desk) -> None:
    for minutes in (-2, -1, 0, 1, 60):
        desk.run(MONDAY + timedelta(minutes=minutes))
    assert desk.subjects == ["Test calendar: 1 date needs a look"]
    message = next(each for each in desk.world.recorders["night"].received if each.kind == "todo")
    assert "Talks\n2027-06 begins in 1 day, and the day is not known" in message.text
    assert [todo["id"] for todo in message.data["todos"]] == ["talks"]  # type: ignore[attr-defined]
    assert "todo" not in [each.kind for each in desk.world.recorders["desk"].received]

    desk.run(MONDAY + timedelta(days=7))
    assert len(desk.subjects) == 2
    assert desk.world.is_balanced()


def test_another_process_or_a_restart_sends_it_no_second_time(desk: Desk) -> None:
    desk.run(MONDAY)
    again = TodoLister(desk.world.store, desk.folder / "links.json")
    for minutes in (0, 1, 600):
        again(MONDAY + timedelta(minutes=minutes))
        desk.world.tick(MONDAY + timedelta(minutes=minutes))

    assert len(desk.subjects) == 1


def test_after_an_outage_it_comes_late_and_after_a_day_not_at_all(desk: Desk) -> None:
    desk.run(MONDAY + timedelta(hours=20))
    assert len(desk.subjects) == 1
    desk.run(MONDAY + timedelta(days=8, minutes=1))
    assert len(desk.subjects) == 1


def test_nothing_to_look_at_is_no_message(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.world.publish("- {id: party, title: Party, when: 2027-06-20}", MONDAY - timedelta(days=2))
    desk.run(MONDAY)

    assert desk.subjects == []
    assert (listed := desk.stored()) is not None
    assert listed.count == 0


def test_an_operator_without_a_digest_gets_no_list_and_before_an_edition_there_is_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path, digest="")
    desk.lister(MONDAY)
    assert desk.stored() is None
    desk.world.publish(NEAR, MONDAY - timedelta(days=2))
    desk.run(MONDAY)

    assert desk.subjects == []


def test_a_long_list_names_the_first_and_counts_the_rest(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    events = "\n".join(f"- {{id: e{number}, title: E{number}, when: 2027-06}}" for number in range(60))
    desk.world.publish(events, MONDAY - timedelta(days=2))
    desk.run(MONDAY)

    message = desk.world.recorders["night"].received[-1]
    assert (message.subject, message.data["count"]) == ("Test calendar: 60 dates need a look", 60)
    assert "And 40 more: `eventcal todo` lists all." in message.text
    assert (listed := desk.stored()) is not None
    assert (listed.count, len(listed.todos)) == (60, 50)


@pytest.mark.parametrize("reason", TodoReason)
@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_each_reason_has_a_sentence_and_survives_the_store(reason: TodoReason, language: str) -> None:
    values: dict[str, str | int] = {
        name: f"<{name}>" for name in ("when", "said", "since", "was", "url", "detail", "seen")
    }
    todo = Todo("a", "A", Concern.NEAR, reason, values | {"days": 3}, date(2027, 6, 1))
    listed = TodoList(1, date(2027, 6, 1), 1, (todo,))

    assert parse_todo_list(listed.to_json()) == listed
    assert "{" not in format_todo(todo, language)


def test_a_week_keeps_its_order_in_a_language_written_from_the_right() -> None:
    todo = Todo("a", "A", Concern.NEAR, TodoReason.PERIOD_BEGUN, {"when": "2027-W50"})
    assert "\u20662027-W50\u2069" in format_todo(todo, "ar")
    assert "2027-W50 has begun" in format_todo(todo, "en")


def test_the_clock_of_the_digest_is_the_calendars(desk: Desk) -> None:
    assert MONDAY.astimezone(ZoneInfo("Asia/Dushanbe")).hour == 8
    desk.run(MONDAY - timedelta(minutes=1))

    assert desk.subjects == []
