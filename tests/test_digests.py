"""When a digest comes, to whom, and what is in it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import registry
from eventcal.channels import ChannelSettings, Retry, Sent
from eventcal.digest_schedule import canonical_digest, next_digest_at, parse_digest
from eventcal.errors import GrammarError, SettingsError
from eventcal.ledger_rows import DeferredDelivery, DigestChannel
from eventcal.planning.digests import build_digests, defer_until, find_agenda, schedule_digest
from eventcal.settings import load
from eventcal.states import DeliveryKind, Reason
from eventcal.store.ledger import delivery_rows, stats

from .subscriber_world import SubscriberWorld
from .world import World, utc

NOW = utc(2021, 9, 1)
BERLIN = ZoneInfo("Europe/Berlin")
WEEK = """
- {id: alpha, title: Alpha, when: 2021-09-17 10:00, tags: [a], place: {name: Osh}, reminders: [1 week before at 09:00]}
- {id: beta, title: Beta, when: 2021-09-16, tags: [b], reminders: [1 week before at 09:00]}
"""
MONDAY_EIGHT = utc(2021, 9, 13, 3)  # in Dushanbe


@pytest.mark.parametrize(
    ("text", "canonical", "first"),
    [
        ("daily", "daily", "2026-03-26 08:00"),
        ("daily at 7:30", "daily 07:30", "2026-03-26 07:30"),
        ("Monday 08:00", "weekly", "2026-03-30 08:00"),
        ("weekly", "weekly", "2026-03-30 08:00"),
        ("friday 18:00", "friday 18:00", "2026-03-27 18:00"),
        ("daily 23:59", "daily 23:59", "2026-03-26 23:59"),
    ],
)
def test_a_digest_comes_at_its_hour_on_its_day_on_its_readers_clock(text: str, canonical: str, first: str) -> None:
    moment = next_digest_at(text, BERLIN, datetime(2026, 3, 26, 1, tzinfo=BERLIN))

    schedule = parse_digest(text)
    assert schedule is not None
    assert (str(schedule), schedule.frequency) == (canonical, "daily" if "daily" in text else "weekly")
    assert f"{moment.astimezone(BERLIN):%Y-%m-%d %H:%M}" == first


EIGHT = utc(2021, 9, 1, 8)
HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("due", "expires_at", "start", "digest_at"),
    [
        (EIGHT - HOUR, EIGHT + HOUR, None, EIGHT),
        (EIGHT, EIGHT + HOUR, None, EIGHT),
        (EIGHT + HOUR, EIGHT + 48 * HOUR, None, EIGHT + 24 * HOUR),
        (EIGHT - HOUR, EIGHT, None, None),  # it expires with the digest
        (EIGHT - HOUR, EIGHT + 12 * HOUR, EIGHT + 12 * HOUR, EIGHT),
        (EIGHT - HOUR, EIGHT + 11 * HOUR, EIGHT + 11 * HOUR, None),  # too little time is left after the digest
    ],
)
def test_a_message_waits_for_a_digest_that_leaves_half_a_day(
    due: datetime, expires_at: datetime, start: datetime | None, digest_at: datetime | None
) -> None:
    assert defer_until("daily", ZoneInfo("UTC"), due, expires_at, start) == digest_at
    assert defer_until("", ZoneInfo("UTC"), due, expires_at, start) is None


def test_at_the_moment_of_a_digest_the_next_one_is_scheduled_until_the_one_after_it() -> None:
    scheduled = schedule_digest(DigestChannel(7, "", "daily"), ZoneInfo("UTC"), EIGHT)

    assert (scheduled.due_at, scheduled.expires_at) == (EIGHT + 24 * HOUR, EIGHT + 48 * HOUR)
    assert scheduled.payload == f"{(EIGHT + 48 * HOUR).timestamp() * 1000:.0f}"


def test_an_agenda_holds_what_begins_between_two_digests_and_is_not_over(tmp_path: Path) -> None:
    text = """
version: 1
calendar: {id: test, name: Test, timezone: UTC}
events:
- {id: at-start, title: A, when: 2021-09-01 08:00/10:00}
- {id: over, title: A, when: 2021-09-01 08:00/09:00}
- {id: at-end, title: A, when: 2021-09-02 08:00}
- {id: day, title: A, when: 2021-09-01}
- {id: end-day, title: A, when: 2021-09-02}
- {id: off, title: A, when: 2021-09-01 09:00/12:00, status: cancelled}
- {id: put-off, title: A, when: TBD, status: postponed, was: 2021-09-01 09:00/12:00}
- {id: one-put-off, title: A, when: 2021-08-01, repeat: every month, exceptions: {2021-09-01: {when: TBD}}}
- {id: month, title: A, when: 2021-09}
- {id: series, title: A, when: 2021-08-01, repeat: every month, exceptions: {2021-09-01: {when: 2021-09}}}
"""
    (tmp_path / "events.yaml").write_text(text)
    found = find_agenda(
        registry.read(tmp_path / "events.yaml").events, EIGHT, EIGHT + 24 * HOUR, ZoneInfo("UTC"), EIGHT + HOUR
    )

    assert {occurrence.event.id for occurrence in found} == {"day", "at-start"}


def deferred(id: int, *uids: str, expires_at: datetime = EIGHT + HOUR, is_told: bool = False) -> DeferredDelivery:
    """A notice about *uids* that waits in the digest of a subscription of its own, all of one address."""
    payload = json.dumps([[uid, "", "", None] for uid in uids])
    return DeferredDelivery(
        id, DeliveryKind.CHANGE, payload, id, "mail", "a@example.org", EIGHT, expires_at, "key", is_told
    )


def test_what_expires_with_the_digest_is_not_in_it() -> None:
    digests, ended = build_digests([deferred(1, "a", expires_at=EIGHT), deferred(2, "a")], EIGHT)

    assert [json.loads(digest.payload) for digest in digests] == [[2]]
    assert ended == {Reason.DIGEST: [2], Reason.DUPLICATE: [], Reason.PAST: [1]}


def test_of_the_notices_to_one_address_each_digest_has_those_that_tell_more() -> None:
    notices = [deferred(1, "a"), deferred(2, "b", is_told=True), deferred(3, "a", "b"), deferred(4, "a", "c")]
    _, ended = build_digests(notices, EIGHT)

    assert (ended[Reason.DIGEST], ended[Reason.DUPLICATE]) == ([1, 2, 4], [3])


def test_a_reminder_that_another_subscription_of_its_address_was_sent_is_in_no_digest() -> None:
    told, new = (replace(deferred(id, is_told=id == 1), kind=DeliveryKind.REMINDER, payload="") for id in (1, 2))
    _, ended = build_digests([told, new], EIGHT)

    assert (ended[Reason.DIGEST], ended[Reason.DUPLICATE]) == ([2], [1])


def test_no_digest_is_written_as_nothing() -> None:
    assert canonical_digest(" ") == ""


@pytest.mark.parametrize("text", ["hourly", "someday", "monday 24:00", "daily 7:60", "daily 7"])
def test_what_is_no_schedule_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(GrammarError, match=r"write daily, daily 07:30, or monday 08:00"):
        canonical_digest(text)


def test_a_channels_digest_is_one_message_with_an_overview_and_each_event_once(tmp_path: Path) -> None:
    settings = (ChannelSettings("team", "log", digest="weekly"), ChannelSettings("desk", "log", digest="weekly"))
    world = World(tmp_path, settings)
    world.publish(WEEK, NOW)
    world.run(NOW, MONDAY_EIGHT)

    for recorder in world.recorders.values():
        (digest,) = recorder.received
        assert digest.subject == "Thu 16 Sep: Beta, and 1 more"
        assert digest.text.startswith("Overview\nThu 16 Sep: Beta\nFri 17 Sep, 10:00: Alpha, Osh\n")
        assert digest.markdown.startswith("**Overview**")
        assert [event["id"] for event in json.loads(json.dumps(digest.data))["events"]] == ["beta", "alpha"]
    assert world.is_balanced()


THIS_WEEK = """
- {id: day, title: Whole day, when: 2021-09-13, reminders: []}
- {id: early, title: Before the digest, when: 2021-09-13 07:00, reminders: []}
- {id: tonight, title: Tonight, when: 2021-09-13 19:00, reminders: []}
- {id: asked, title: Asked for, when: 2021-09-16, reminders: [1 week before at 09:00]}
- {id: off, title: Called off, when: 2021-09-15, status: cancelled, reminders: []}
- {id: month, title: Some day, when: 2021-09, reminders: []}
- {id: last, title: Last hour, when: 2021-09-20 07:59, reminders: []}
- {id: next, title: Next week, when: 2021-09-20, reminders: []}
- {id: each, title: Standup, when: 2021-09-08 10:00, repeat: every week, reminders: []}
"""


def test_a_start_knows_when_the_first_digest_comes(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    world.publish("- {id: a, title: A, when: 2021-09-16, reminders: []}", utc(2021, 9, 9))
    world.start(utc(2021, 9, 9))

    with world.store.read() as conn:
        assert stats.next_due(conn) == MONDAY_EIGHT
    world.run(utc(2021, 9, 9), MONDAY_EIGHT)
    assert [message.kind for message in world.recorder.received] == ["digest"]


def test_a_channels_digest_lists_what_begins_until_the_next_one_though_no_reminder_asks(
    tmp_path: Path, either_database: str
) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    world.publish(THIS_WEEK, utc(2021, 9, 9))
    world.run(utc(2021, 9, 9), MONDAY_EIGHT)

    (digest,) = world.recorder.received
    assert digest.text.split("\n\n")[0].splitlines() == [
        "Overview",
        "Mon 13 Sep: Whole day",
        "Mon 13 Sep, 19:00: Tonight",
        "Wed 15 Sep, 10:00: Standup",
        "Thu 16 Sep: Asked for",
        "Mon 20 Sep, 07:59: Last hour",
    ]
    world.run(MONDAY_EIGHT, MONDAY_EIGHT + timedelta(days=14))
    assert [message.subject for message in world.recorder.received[1:]] == [
        "Mon 20 Sep: Next week, and 1 more",
        "Wed 29 Sep, 10:00: Standup",
    ]
    assert world.is_balanced()


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=1000)])
def test_a_digest_comes_after_a_clock_that_was_ahead(tmp_path: Path, ahead: timedelta, either_database: str) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="daily"),))
    world.publish("- {id: daily, title: Daily, when: 2021-09-01 12:00, repeat: every day}", utc(2021, 9, 9))
    world.run(utc(2021, 9, 9), utc(2021, 9, 10))
    for seconds in (0, 30):
        world.tick(utc(2021, 9, 10) + ahead + timedelta(seconds=seconds))
    for hours in range(4 * 24):
        world.tick(utc(2021, 9, 10, 0, 1) + timedelta(hours=hours))

    days = ("Thu 9", "Fri 10", "Sat 11", "Sun 12", "Mon 13")
    assert world.recorder.subjects == [f"{day} Sep, 12:00: Daily" for day in days]
    assert world.is_balanced()


def test_what_waits_for_a_digest_that_a_clock_ahead_has_sent_comes_all_the_same(
    tmp_path: Path, either_database: str
) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="daily"),))
    events = "- {id: today, title: Today, when: 2021-09-10 12:00}\n- {id: later, title: Later, when: 2021-09-20}"
    world.publish(events, utc(2021, 9, 9, 12))
    for moment in (utc(2021, 9, 9, 12), utc(2021, 9, 10, 3)):
        world.tick(moment)
    world.tick(utc(2021, 9, 9, 13))  # the clock was 14 hours ahead
    world.publish(f"{events}, reminders: [on change]}}".replace("20}", "21"), utc(2021, 9, 9, 14))
    world.run(utc(2021, 9, 9, 14), utc(2021, 9, 10, 4))

    assert world.recorder.subjects == ["Fri 10 Sep, 12:00: Today", "Moved to Tue 21 Sep: Later"]
    assert world.is_balanced()


ON_CHANGE = "- {id: later, title: Later, when: 2021-09-20, reminders: [on change]}"
MOVED = ON_CHANGE.replace("09-20", "09-21")


def test_a_notice_waits_for_its_digest_though_the_clock_was_ahead_meanwhile(
    tmp_path: Path, either_database: str
) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="daily"),))
    world.publish(ON_CHANGE, utc(2021, 9, 9, 10))
    world.publish(MOVED, utc(2021, 9, 9, 11))
    for hour in (12, 14, 13):
        world.tick(utc(2021, 9, 9, hour))
    assert world.recorder.received == []

    world.tick(utc(2021, 9, 10, 3))
    assert world.recorder.subjects == ["Moved to Tue 21 Sep: Later"]


@pytest.mark.parametrize("is_built", [False, True], ids=["it waits", "it was built"])
def test_a_notice_that_a_clock_ahead_put_into_a_digest_is_told(
    tmp_path: Path, is_built: bool, either_database: str
) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="daily"),))
    world.publish(ON_CHANGE, utc(2021, 9, 9, 10))
    world.publish(MOVED, utc(2021, 9, 12, 11))
    world.recorder.outcomes = [Retry("421 busy")]
    for moment in (utc(2021, 9, 12, 12), utc(2021, 9, 13, 3))[: 1 + is_built]:
        world.tick(moment)
    world.recorder.outcomes = [Sent()]
    world.recorder.received.clear()
    world.run(utc(2021, 9, 9, 11), utc(2021, 9, 14, 4))

    assert world.recorder.subjects == ["Moved to Tue 21 Sep: Later"]
    assert world.is_balanced()


def test_a_start_knows_when_the_next_digest_is(tmp_path: Path, either_database: str) -> None:
    world = World(tmp_path)
    world.publish(ON_CHANGE, NOW)
    world.settings = (ChannelSettings("team", "log", digest="weekly"),)
    world.start(NOW)

    with world.store.read() as conn:
        assert stats.next_pass_due(conn) == utc(2021, 9, 6, 3)


@pytest.mark.parametrize(
    "meanwhile",
    [
        ChannelSettings("other", "log"),
        ChannelSettings("team", "log"),
        ChannelSettings("team", "log", digest="daily 09:00"),
    ],
    ids=["removed", "without a digest", "with another digest"],
)
def test_a_channel_that_gets_its_digest_back_lists_everything_at_the_same_time_as_before(
    tmp_path: Path, meanwhile: ChannelSettings, either_database: str
) -> None:
    settings = (ChannelSettings("team", "log", digest="weekly"),)
    world = World(tmp_path, settings)
    told = "- {id: told, title: Told, when: 2021-09-15 10:00, reminders: [4 days before]}"
    world.publish(told + "\n- {id: listed, title: Listed, when: 2021-09-14 10:00, reminders: []}", NOW)
    world.run(NOW, utc(2021, 9, 12))
    for minute, current in ((1, (meanwhile,)), (2, settings)):
        world.settings = current
        world.channels = {"team": world.recorder, "other": world.recorder}
        world.start(utc(2021, 9, 12, 0, minute))
        world.tick(utc(2021, 9, 12, 0, minute))
    world.recorder.received.clear()
    world.run(utc(2021, 9, 12, 0, 2), MONDAY_EIGHT)

    assert world.recorder.subjects == ["Tue 14 Sep, 10:00: Listed, and 1 more"]
    assert world.is_balanced()


def test_a_channels_digest_with_nothing_to_say_is_not_sent_and_the_next_one_is(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    world.publish("- {id: later, title: Later, when: 2021-09-21 10:00, reminders: []}", utc(2021, 9, 9))
    world.run(utc(2021, 9, 9), MONDAY_EIGHT)
    assert world.recorder.received == []

    world.run(MONDAY_EIGHT, MONDAY_EIGHT + timedelta(days=7))
    assert world.recorder.subjects == ["Tue 21 Sep, 10:00: Later"]
    assert ("skipped", "empty") in world.states()


def test_what_a_digest_listed_is_told_again_only_when_it_changes(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="daily"),))
    event = "- {id: a, title: A, when: 2021-09-13 19:00, reminders: []}"
    world.publish(event, utc(2021, 9, 12, 12))
    world.run(utc(2021, 9, 12, 12), MONDAY_EIGHT)
    world.publish(event.replace("19:00", "20:00"), MONDAY_EIGHT + timedelta(minutes=1))
    world.run(MONDAY_EIGHT, MONDAY_EIGHT + timedelta(hours=2))

    assert [message.kind for message in world.recorder.received] == ["digest", "change"]


def test_a_digest_announces_a_change_whose_notice_still_waits(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    event = "- {id: fair, title: Fair, when: 2021-09-22, reminders: [2 weeks before, 2 days before]}"
    world.publish(event, NOW)
    world.run(NOW, MONDAY_EIGHT)
    world.publish(event.replace("09-22", "09-21"), MONDAY_EIGHT + timedelta(days=7, minutes=-1))
    world.run(MONDAY_EIGHT, MONDAY_EIGHT + timedelta(days=7, hours=1))

    assert world.recorder.subjects == ["Wed 22 Sep: Fair", "Moved to Tue 21 Sep: Fair"]
    assert "Was: Wednesday, 22 September 2021" in world.recorder.received[-1].text


def test_two_changes_in_one_digest_are_one_from_the_first_to_the_last(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    event = "- {id: fair, title: Fair, when: 2021-09-22, reminders: [on change]}"
    for number, day in enumerate(("22", "23, notes: The 22nd is a holiday.", "24, notes: The 22nd is a holiday.")):
        world.publish(event.replace("22", day), NOW + timedelta(hours=number))
        world.run(NOW + timedelta(hours=number), NOW + timedelta(hours=number, minutes=10))
    world.run(NOW + timedelta(hours=3), utc(2021, 9, 6, 3))

    ((line,),) = (message.data["changes"] for message in world.recorder.received)  # type: ignore[misc]
    assert (line["old"]["when"], line["new"]["when"]) == ("2021-09-22", "2021-09-24")
    assert line["notes"] == "The 22nd is a holiday."


def test_what_was_called_off_and_is_back_on_waits_for_its_digest_again(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="monday 08:00"),))
    event = "- {id: fair, title: Fair, when: 2021-09-22, reminders: [12 days before at 09:00]}"
    world.publish(event, NOW)
    world.run(NOW, utc(2021, 9, 10, 5))  # it waits
    world.publish(event.replace("title", "status: cancelled, title"), utc(2021, 9, 10, 5))
    world.run(utc(2021, 9, 10, 5), utc(2021, 9, 10, 6))
    world.publish(event, utc(2021, 9, 10, 6))
    world.run(utc(2021, 9, 10, 6), MONDAY_EIGHT)

    assert [message.send_time for message in world.recorder.received if "Fair" in message.text] == [MONDAY_EIGHT]


@pytest.mark.parametrize(("edit", "when"), [("status: cancelled", NOW), ("place: Osh", utc(2021, 9, 6, 3))])
def test_a_cancellation_does_not_wait_for_a_digest_and_another_change_does(
    tmp_path: Path, edit: str, when: datetime
) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    event = "- {id: fair, title: Fair, when: 2021-10-22, reminders: [on change]}"
    world.publish(event, NOW)
    world.sign_up(digest="weekly")
    world.publish(event.replace("title: Fair", f"title: Fair, {edit}"), NOW + timedelta(minutes=1))
    world.advance_to(when + timedelta(minutes=10))

    assert len(world.notifications) == 1
    assert world.notifications[0].send_time.date() == when.date()


def test_what_is_called_off_while_its_move_waits_for_a_digest_has_the_date_that_its_reader_knows(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    event = "- {id: fair, title: Fair, when: 2021-10-22, reminders: [on change]}"
    moved = event.replace("10-22", "10-25")
    for number, edit in enumerate((event, moved, moved.replace("title", "status: cancelled, title"))):
        world.publish(edit, NOW + number * HOUR)
        world.run(NOW + number * HOUR, NOW + number * HOUR + timedelta(minutes=10))
    world.run(NOW + 3 * HOUR, MONDAY_EIGHT)

    assert world.recorder.subjects == ["Cancelled, Fri 22 Oct: Fair"]


def test_another_day_or_no_digest_ends_the_schedule_of_the_old_one(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    world.publish("- {id: a, title: A, when: 2021-09-18 10:00, reminders: []}", utc(2021, 9, 9))
    world.tick(utc(2021, 9, 9))
    world.settings = (ChannelSettings("team", "log", digest="friday"),)
    world.start(utc(2021, 9, 9, 1))
    world.run(utc(2021, 9, 9, 1), utc(2021, 9, 17, 3))
    assert world.recorder.subjects == ["Sat 18 Sep, 10:00: A"]

    world.settings = (ChannelSettings("team", "log"),)
    world.start(utc(2021, 9, 17, 4))
    world.run(utc(2021, 9, 17, 4), utc(2021, 10, 1))
    assert world.recorder.subjects == ["Sat 18 Sep, 10:00: A"]
    assert world.is_balanced()


def test_a_channel_that_was_taken_out_has_no_digest_to_schedule(tmp_path: Path) -> None:
    world = World(tmp_path)
    for settings, count in (((ChannelSettings("team", "log", digest="weekly"),), 1), ((), 0)):
        world.settings = settings
        world.start(NOW)
        with world.store.read() as conn:
            assert len(delivery_rows.unscheduled_digests(conn)) == count


def test_a_digest_of_one_event_needs_no_overview(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", filter="tag=a", digest="weekly"),))
    world.publish(WEEK, NOW)
    world.run(NOW, MONDAY_EIGHT)

    assert world.recorder.received[0].text.startswith("Alpha\n")


def test_what_waits_for_a_digest_that_is_taken_away_comes_with_the_next_pass(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    world.publish(WEEK, NOW)
    world.run(NOW, MONDAY_EIGHT - timedelta(days=1))
    assert world.recorder.received == []

    world.settings = (ChannelSettings("team", "log"),)
    world.start(MONDAY_EIGHT - timedelta(days=1))
    world.tick(MONDAY_EIGHT - timedelta(hours=23))
    assert [message.kind for message in world.recorder.received] == ["digest"]


def test_what_falls_due_in_the_minute_after_a_digest_waits_for_the_next_one(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    event = "- {{id: {0}, title: {0}, when: 2021-09-20, reminders: [1 week before at {1}]}}\n"
    world.publish(event.format("alpha", "07:00") + event.format("beta", "08:01"), NOW)
    world.sign_up(digest="daily")
    world.advance_to(utc(2021, 9, 15))

    assert [("alpha" in digest.text, "beta" in digest.text) for digest in world.notifications] == [
        (True, False),
        (False, True),
    ]


def test_a_reader_chooses_the_day_and_the_hour(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(WEEK, NOW)
    subscriber = world.sign_up(digest="weekly", digest_day="sunday", digest_time="18:00", zone="Europe/Berlin")

    assert subscriber.preferences.digest == "sunday 18:00"
    world.advance_to(utc(2021, 9, 12, 15, 59))
    assert world.notifications == []
    world.advance_to(utc(2021, 9, 12, 16))
    assert [message.kind for message in world.notifications] == ["digest"]


def test_the_settings_name_a_channels_digest_that_is_none(tmp_path: Path) -> None:
    config = tmp_path / "eventcal.toml"
    config.write_text('[[channels]]\nname = "team"\ntype = "log"\ndigest = "mondays"\n', encoding="utf-8")
    with pytest.raises(SettingsError, match=r"digest: 'mondays' is not understood"):
        load({}, {"config": config})
