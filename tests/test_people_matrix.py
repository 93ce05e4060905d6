"""Every wish against a plain model of what it comes to: which mails, when, of what."""

from __future__ import annotations

import tempfile
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import history, registry
from eventcal.channels import Retry
from eventcal.digest_schedule import next_digest_at
from eventcal.planning import passes
from eventcal.store import Connection, edition_store, subscribers
from eventcal.store.ledger import health, reminder_rows
from eventcal.store.subscribers import SubscriptionPreferences, json_list
from tests.factories import examples

from .subscriber_world import SubscriberWorld, link_path
from .world import REGISTRY_HEADER, utc

NOW, END = utc(2021, 9, 1, 6), utc(2021, 10, 20)
HOME = "Asia/Dushanbe"
EVENTS = """
- {id: day, title: Day, when: 2021-09-16/17, tags: [a], reminders: [1 week before at 09:00, the day before at 18:00]}
- {id: hour, title: Hour, when: 2021-09-21 09:30, tags: [a, b], reminders: [3 days before at 20:00, 2 hours before]}
- {id: early, title: Early, when: 2021-09-03 02:00, tags: [b], reminders: [the day before at 08:00]}
- {id: month, title: Month, when: 2021-10, tags: [c], reminders: [1 week before at 09:00]}
- {id: silent, title: Silent, when: 2021-09-13, tags: [c], reminders: []}
"""


@dataclass(frozen=True)
class Plain:
    """An event as the model knows it: what its leads count from, and until when it is worth a word."""

    title: str
    tags: tuple[str, ...]
    start: date | datetime  # a day, or a naive time at HOME
    days: int  # how many, until nothing is worth saying
    own: tuple[str, ...]


MODEL = {
    "day": Plain("Day", ("a",), date(2021, 9, 16), 1, ("1 week before at 09:00", "the day before at 18:00")),
    "hour": Plain("Hour", ("a", "b"), datetime(2021, 9, 21, 9, 30), 0, ("3 days before at 20:00", "2 hours before")),
    "early": Plain("Early", ("b",), datetime(2021, 9, 3, 2), 0, ("the day before at 08:00",)),
    "month": Plain("Month", ("c",), date(2021, 10, 1), 31, ("1 week before at 09:00",)),
    "silent": Plain("Silent", ("c",), date(2021, 9, 13), 1, ()),
}
LEADS = {
    "1 week before at 09:00": (7, time(9)),
    "3 days before at 20:00": (3, time(20)),
    "the day before at 08:00": (1, time(8)),
    "the day before at 18:00": (1, time(18)),
    "on the day at 08:00": (0, time(8)),
    "2 hours before": timedelta(hours=2),
    "15 minutes before": timedelta(minutes=15),
}
FILTERS = {
    "": lambda id: True,
    "?tag=a": lambda id: "a" in MODEL[id].tags,
    "?tag=a&tag=c": lambda id: bool({"a", "c"} & set(MODEL[id].tags)),
    "?-tag=b": lambda id: "b" not in MODEL[id].tags,
    "?event=hour": lambda id: id == "hour",
    "?q=mon": lambda id: id == "month",
}
ZONES = ["", "Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland"]

asked = st.fixed_dictionaries(
    {
        "query": st.sampled_from(sorted(FILTERS)),
        "leads": st.none() | st.sets(st.sampled_from(sorted(LEADS)), min_size=1, max_size=4),
        "zone": st.sampled_from(ZONES),
        "digest": st.sampled_from(["", "daily", "weekly"]),
    }
)


def due(plain: Plain, lead: str, zone: ZoneInfo) -> datetime | None:
    how, start = LEADS[lead], plain.start
    if isinstance(how, timedelta):
        return None if not isinstance(start, datetime) else start.replace(tzinfo=ZoneInfo(HOME)).astimezone(UTC) - how
    day = start.replace(tzinfo=ZoneInfo(HOME)).astimezone(zone).date() if isinstance(start, datetime) else start
    return datetime.combine(day - timedelta(days=how[0]), how[1], zone).astimezone(UTC)


def begins(plain: Plain, zone: ZoneInfo) -> datetime:
    if isinstance(plain.start, datetime):
        return plain.start.replace(tzinfo=ZoneInfo(HOME)).astimezone(UTC)
    return datetime.combine(plain.start, time(), zone).astimezone(UTC)


def over(plain: Plain, zone: ZoneInfo) -> datetime:
    if isinstance(plain.start, datetime):
        return begins(plain, zone)
    return datetime.combine(plain.start + timedelta(days=plain.days), time(), zone).astimezone(UTC)


def morning(digest: str, zone: ZoneInfo, at: datetime) -> datetime:
    day = at.astimezone(zone).date()
    while True:
        slot = datetime.combine(day, time(8), zone).astimezone(UTC)
        if slot >= at and (digest == "daily" or day.weekday() == 0):
            return slot
        day += timedelta(days=1)


def expected(query: str, leads: set[str] | None, zone: str, digest: str) -> Counter[tuple[datetime, tuple[str, ...]]]:
    """(moment, titles) of every mail."""
    alone: list[tuple[datetime, tuple[str, ...]]] = []
    together: dict[datetime, set[str]] = defaultdict(set)
    where = ZoneInfo(zone or HOME)
    for id, plain in MODEL.items():
        if not FILTERS[query](id):
            continue
        asked = plain.own if leads is None else leads
        if plain.days > 1 and leads:  # no day is known: of the leads that a reader chose, only the longest
            asked = [
                max(
                    (lead for lead in leads if due(plain, lead, where)),
                    key=lambda lead: (LEADS[lead][0], -LEADS[lead][1].hour),
                    default="",
                )
            ]
        moments = sorted({at for lead in asked if lead and (at := due(plain, lead, where))})
        for at, following in zip(moments, [*moments, END][1:], strict=True):
            until = min(over(plain, where), following)
            if not NOW <= at < until:
                continue
            slot = morning(digest, where, at) if digest else None
            if slot is None or slot >= until or begins(plain, where) < slot + timedelta(hours=12):
                alone.append((at, (plain.title,)))
            else:
                together[slot].add(plain.title)
    return Counter([*alone, *((slot, tuple(sorted(titles))) for slot, titles in together.items())])


def said(world: SubscriberWorld) -> Counter[tuple[datetime, tuple[str, ...]]]:
    titles = [each.title for each in MODEL.values()]
    return Counter(
        (each.send_time.astimezone(UTC), tuple(sorted(title for title in titles if f"{title}\n" in each.text)))
        for each in world.notifications
    )


def new_world() -> SubscriberWorld:
    world = SubscriberWorld(Path(tempfile.mkdtemp()), NOW)
    world.publish(EVENTS, NOW)
    return world


@examples(40)
@given(asked)
def test_every_wish_brings_the_mails_of_a_plain_model(asked: dict[str, object]) -> None:
    world = new_world()
    leads = asked["leads"]
    fields = {} if leads is None else {"which": "mine", "lead": sorted(leads)}  # type: ignore[call-overload]
    world.sign_up(query=str(asked["query"]), zone=asked["zone"], digest=asked["digest"], **fields)
    world.advance_to(END)

    assert said(world) == expected(**asked)  # type: ignore[arg-type]
    assert world.is_balanced()


moves = st.lists(
    st.tuples(st.integers(1, 30 * 24 * 4), st.sampled_from(ZONES)),
    min_size=1,
    max_size=4,
    unique_by=lambda each: each[0],
)


@examples(40)
@given(st.sampled_from(ZONES), moves)
def test_whoever_moves_about_is_told_everything_once(zone: str, moves: list[tuple[int, str]]) -> None:
    """A lead is told when its hour comes, or at once where a move leapt over it: never twice and never not at all."""
    world = new_world()
    found = world.sign_up(query="?event=day", zone=zone, which="mine", lead=list(LEADS))
    plain = MODEL["day"]
    told: dict[str, datetime] = {}
    at, where = NOW, zone
    stops = [(NOW + timedelta(minutes=15 * quarters), there) for quarters, there in sorted(moves)]
    for moment, there in [*stops, (END, "")]:
        world.advance_to(moment)
        for lead in LEADS:
            hour = due(plain, lead, ZoneInfo(where or HOME))
            if hour is not None and at < hour <= moment:
                told.setdefault(lead, hour)
        if moment == END:
            break
        wishes = SubscriptionPreferences("event=day", "en", there, json_list(LEADS), json_list(["on change"]), "")
        with world.store.write() as conn:
            subscribers.update_preferences(conn, found.id, wishes, moment)
        world.tick(moment)
        for lead in LEADS:
            before, after = (due(plain, lead, ZoneInfo(each or HOME)) for each in (where, there))
            if before is not None and after is not None and after <= moment < before:
                told.setdefault(lead, moment)
        at, where = moment, there
    leads = Counter(str(each.data["lead"]) for each in world.notifications)
    assert max(leads.values()) == 1
    # of those that a move leapt over the last is said alone, for it says what the others would have said
    assert set(leads) <= set(told)
    assert {lead for lead in told if told[lead] == max(told.values())} & set(leads)
    assert world.is_balanced()


@pytest.mark.usefixtures("either_database")
def test_a_move_over_a_reminders_hour_brings_it_at_once() -> None:
    world = new_world()
    found = world.sign_up(query="?event=day", zone="Europe/Berlin", which="mine", lead="the day before at 18:00")
    world.advance_to(utc(2021, 9, 15, 12))  # 14:00 in Berlin, midnight in Auckland
    wishes = SubscriptionPreferences(
        "event=day", "en", "Pacific/Auckland", json_list(["the day before at 18:00"]), "[]", ""
    )
    with world.store.write() as conn:
        subscribers.update_preferences(conn, found.id, wishes, world.now)
    world.advance_to(END)
    assert [each.send_time.astimezone(UTC) for each in world.notifications] == [utc(2021, 9, 15, 12)]


# digests


@pytest.mark.usefixtures("either_database")
def test_a_digest_that_would_have_nothing_to_say_does_not_come() -> None:
    """What waited for it ended in between, or while it was tried again."""
    world = new_world()
    world.sign_up(query="?event=day", digest="weekly", which="mine", lead="1 week before at 09:00")
    world.advance_to(utc(2021, 9, 9, 5))  # a reminder waits for Monday
    world.publish(EVENTS.replace("2021-09-16/17", "2021-09-18/19"), world.now)
    world.publish(EVENTS, world.now + timedelta(minutes=1))  # and waits again
    world.mail.outcomes = [Retry("busy"), *world.mail.outcomes]
    world.advance_to(utc(2021, 9, 13, 3))
    assert [each.subject for each in world.notifications] == ["16–17 Sep: Day"]
    world.publish(EVENTS.replace("id: day,", "id: day, status: cancelled,"), world.now)
    world.advance_to(utc(2021, 9, 14))
    assert [each.subject for each in world.notifications] == ["16–17 Sep: Day"]
    assert [(each.state, each.reason) for each in world.delivery_records(kind="digest")] == [("skipped", "empty")]
    assert world.is_balanced()


def test_an_event_that_changed_and_is_near_stands_in_a_digest_once() -> None:
    world = new_world()
    notices = ["on change"]
    world.sign_up(digest="weekly", which="mine", lead="1 week before at 09:00", notice=notices)
    world.advance_to(utc(2021, 9, 24, 6))  # the reminder of the month waits for Monday
    world.publish(EVENTS.replace("title: Month", "title: Month, place: Orenburg"), world.now)
    world.advance_to(utc(2021, 9, 28))
    (digest,) = [each for each in world.notifications if each.kind == "digest" and "Month" in each.text]
    assert digest.send_time.astimezone(UTC) == utc(2021, 9, 27, 3)
    assert digest.text.count("Month") == 1
    assert "New venue, Orenburg: Month" in digest.subject


def test_what_is_called_off_waits_for_no_digest() -> None:
    world = new_world()
    world.sign_up(query="?event=day", digest="weekly", which="mine", notice=["on cancel"])
    world.advance_to(utc(2021, 9, 7))
    world.publish(EVENTS.replace("id: day,", "id: day, status: cancelled,"), world.now)
    world.advance_to(utc(2021, 9, 7, 1))
    assert [(each.kind, each.subject) for each in world.notifications] == [("change", "Cancelled, 16–17 Sep: Day")]


def test_what_waits_comes_at_once_where_no_digest_is_wanted_any_more() -> None:
    world = new_world()
    world.sign_up(query="?event=day", digest="weekly")
    world.advance_to(utc(2021, 9, 9, 5))
    assert world.notifications == []
    found = world.subscribers()[0]
    with world.store.write() as conn:
        subscribers.update_preferences(conn, found.id, SubscriptionPreferences("event=day"), world.now)
    world.tick(world.now)
    assert [each.subject for each in world.notifications] == ["16–17 Sep: Day"]


def test_a_digest_that_is_tried_again_says_the_same_under_the_same_name() -> None:
    world = new_world()
    world.sign_up(query="?event=day", digest="daily")
    world.mail.outcomes = [Retry("busy"), *world.mail.outcomes]
    world.advance_to(utc(2021, 9, 11))
    first, second = (each for each in world.notifications if each.kind == "digest")
    assert (first.key, first.text) == (second.key, second.text)
    assert world.is_balanced()


def test_whoever_leaves_is_sent_no_digest_either() -> None:
    world = new_world()
    world.sign_up(query="?event=day", digest="weekly")
    question = world.mail.received[0]
    world.advance_to(utc(2021, 9, 9, 5))
    world.unsubscribe(question)
    world.advance_to(utc(2021, 9, 14))
    assert world.notifications == []
    assert world.browser.get(link_path(question, "unsubscribe")).status_code == 200


@pytest.mark.parametrize("digest", ["daily", "weekly"])
def test_a_digest_comes_in_the_morning_of_its_reader_also_when_clocks_change(digest: str) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    at = datetime(2021, 10, 30, 9, tzinfo=berlin)
    slot = next_digest_at(digest, berlin, at)
    assert slot.astimezone(berlin).strftime("%a %H:%M") == ("Sun 08:00" if digest == "daily" else "Mon 08:00")
    assert next_digest_at(digest, berlin, slot) == slot


def test_an_edition_that_comes_in_the_middle_of_a_pass_loses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it plans is to be staged at once, by a pass that has looked at the edition before it."""
    world = new_world()
    first = EVENTS + "- {id: first, title: First, when: 2021-09-01 11:16, tags: [b]}\n"
    world.publish(first, NOW)
    world.sign_up(query="?tag=b", which="mine", lead="15 minutes before")
    world.now += timedelta(seconds=30)
    saved = Path(tempfile.mkdtemp()) / "events.yaml"
    text = first + "- {id: second, title: Second, when: 2021-09-01 11:16, tags: [b]}"
    saved.write_text(
        REGISTRY_HEADER + "events:\n" + "".join(f"  {line}\n" for line in text.strip().splitlines()), encoding="utf-8"
    )
    found = registry.read(saved)
    note_tick = health.record_tick

    def save(conn: Connection, now: datetime) -> None:
        """A write of the pass that comes before its staging: the other pass's write could as well."""
        note_tick(conn, now)
        before = edition_store.newest_in(conn)
        assert found.calendar is not None
        new, changes = history.build_edition(before, {}, found.calendar, found.events, found.digest, now)
        edition_store.record(conn, before, new, changes)
        passes.plan_edition(conn, new, now)
        monkeypatch.undo()

    monkeypatch.setattr(health, "record_tick", save)
    monkeypatch.setattr(reminder_rows, "has_due_fan_out", lambda conn, now: True)
    world.tick(world.now)
    world.advance_to(utc(2021, 9, 1, 6, 2))
    assert {each.subject.rpartition(": ")[2] for each in world.notifications} == {"First", "Second"}
    assert world.is_balanced()
