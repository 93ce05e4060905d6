"""The ledger's rows and statements: changes become notices, sums balance, a tick's cost does not grow with what lies ahead."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, text

from eventcal import deliveries, editions
from eventcal.channels import Ambiguous, ChannelSettings, Permanent, Retry, Sent
from eventcal.channels.mime import render_mail
from eventcal.deliveries import LocalDispatcher
from eventcal.deliveries.outcome import AMBIGUOUS_RETRY_DELAY, decide_result, released
from eventcal.dispatch.threads import SenderThreads
from eventcal.ledger_rows import (
    Claim,
    DeliveryResult,
    DueFanOut,
    NewDelivery,
    PlanDiff,
    PlannedReminder,
    ReminderKey,
    StoredReminder,
)
from eventcal.messages import Message
from eventcal.planning import passes
from eventcal.states import DIGEST_CHANNEL, DeliveryKind, DeliveryState, Reason
from eventcal.store import retention
from eventcal.store.clock_recovery import undo_clock_ahead
from eventcal.store.ledger import delivery_queue, delivery_rows, health, notice_rows, reminder_rows, stats
from eventcal.store.ledger.stats import LedgerBalance
from eventcal.store.tables import (
    INSTANT,
    attempt,
    delivery,
    last_notified,
    metadata,
    muted_event,
    subscription,
    zone_change,
)

from .factories import count_calls
from .serve_process import WAIT_SECONDS, wait_until
from .test_outcome import CLAIM
from .world import REGISTRY_HEADER, HeldChannel, ScriptedChannel, World, join, utc

NOW = utc(2021, 9, 1, 12)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY_BEFORE = utc(2021, 9, 15, 5)
SUMMIT = "- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before]}"
ASKING = SUMMIT.replace("[1 day before]", "[1 day before, on change]")
CANCELLED = ASKING.replace("10:00", "10:00, status: cancelled")
OTHER = "- {id: other, title: Other, when: 2021-12-01}"


# what a ledger promises, it promises in either database
pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_plan_reaches_a_day_beyond_its_horizon_and_is_extended_after_that_day(world: World) -> None:
    world.publish(SUMMIT, NOW)
    edition = world.edition()
    with world.store.read() as conn:
        assert not passes.needs_extension(conn, edition, NOW + timedelta(days=1))
        assert passes.needs_extension(conn, edition, NOW + timedelta(days=1, seconds=1))

    world.tick(NOW + timedelta(days=1, seconds=1))
    with world.store.read() as conn:
        assert not passes.needs_extension(conn, edition, NOW + timedelta(days=2, seconds=1))


def test_an_edition_that_was_recorded_without_plans_is_planned_by_the_next_pass(world: World, tmp_path: Path) -> None:
    registry = tmp_path / "bare.yaml"
    world.start(NOW)
    with world.store.write() as conn:
        reminder_rows.mark_preferences_changed(conn)
    for number, when in enumerate(("2021-09-16 10:00", "2021-09-17 10:00")):
        now = NOW + number * MINUTE
        registry.write_text(
            f"{REGISTRY_HEADER}events:\n  {SUMMIT.replace('2021-09-16 10:00', when)}\n", encoding="utf-8"
        )
        assert editions.publish(world.store, registry, now, force=True).outcome == "recorded"
        world.tick(now)
        assert world.reminders()[-1][0].startswith(when)
    edition = world.edition()
    with world.store.read() as conn:
        assert passes.find_backfill(conn, edition, now) is None, "what readers ask for is planned once"


def publish_and_settle(world: World, edit: str, at: object = NOW + MINUTE) -> None:
    """Publish *edit* and run on until its notices are out."""
    world.publish(edit, at)  # type: ignore[arg-type]
    world.run(at, at + 10 * MINUTE)  # type: ignore[arg-type,operator]


def told(message: Message) -> tuple[str, str]:
    """What a notice of one change says was, and is."""
    (line,) = message.data["changes"]  # type: ignore[misc,attr-defined]
    return line["old"]["when"], line["new"]["when"]  # type: ignore[index]


# who is told of a change, and of what


@pytest.mark.parametrize(
    ("edit", "subject"),
    [
        (ASKING.replace("09-16 10:00", "09-20 10:00"), "Moved to Mon 20 Sep, 10:00: Summit"),
        (ASKING.replace("title: Summit", "title: Summit, status: cancelled"), "Cancelled, Thu 16 Sep, 10:00: Summit"),
        (ASKING.replace("title: Summit", "title: Summit, place: Tashkent"), "New venue, Tashkent: Summit"),
        (
            ASKING.replace("2021-09-16 10:00", "2021-10").replace("1 day before, ", ""),
            "Date no longer certain, Oct 2021: Summit",
        ),
        ("", "Removed, Thu 16 Sep, 10:00: Summit"),
    ],
)
def test_those_whose_event_asks_are_told_of_a_change(world: World, edit: str, subject: str) -> None:
    world.publish(ASKING, NOW)
    publish_and_settle(world, edit)

    assert world.recorder.subjects == [subject]
    assert world.is_balanced()


def test_a_day_that_becomes_known_is_told_to_those_who_asked_for_that_alone(world: World) -> None:
    vague = "- {id: summit, title: Summit, when: 2021-10, reminders: [on day known]}"
    world.publish(vague, NOW)
    publish_and_settle(world, vague.replace("2021-10", "2021-11"))
    publish_and_settle(world, vague.replace("2021-10", "2021-11-03"), NOW + 20 * MINUTE)

    assert world.recorder.subjects == ["Date confirmed, Wed 3 Nov: Summit"]


def test_an_event_that_asks_for_nothing_tells_nobody_who_was_not_reminded(world: World) -> None:
    world.publish(SUMMIT, NOW)
    publish_and_settle(world, "")

    assert world.recorder.received == []


def test_whoever_was_reminded_is_told_although_nobody_asked(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    publish_and_settle(world, SUMMIT.replace("10:00", "15:00"), DAY_BEFORE + MINUTE)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit", "Moved to Thu 16 Sep, 15:00: Summit"]


@pytest.mark.parametrize("edit", [ASKING.replace("09-16 10:00", "09-20 10:00"), ""])
def test_what_is_added_and_changed_within_five_minutes_is_told_to_nobody(world: World, edit: str) -> None:
    world.publish(OTHER, NOW)
    world.publish(f"{OTHER}\n{ASKING}", NOW + MINUTE)
    publish_and_settle(world, f"{OTHER}\n{edit}", NOW + 2 * MINUTE)

    assert world.recorder.received == []


def test_what_was_cancelled_is_removed_in_silence(world: World) -> None:
    world.publish(f"{OTHER}\n{ASKING}", NOW)
    publish_and_settle(world, f"{OTHER}\n{ASKING.replace('title: Summit', 'title: Summit, status: cancelled')}")
    publish_and_settle(world, OTHER, NOW + 20 * MINUTE)

    assert world.recorder.subjects == ["Cancelled, Thu 16 Sep, 10:00: Summit"]
    assert world.states() == [("sent", "")]


def test_whoever_was_reminded_of_one_date_is_told_that_the_series_changed(world: World) -> None:
    series = SUMMIT.replace("reminders", "repeat: every week, reminders")
    world.publish(series, NOW)
    world.tick(DAY_BEFORE)
    publish_and_settle(world, series.replace("10:00", "15:00"), DAY_BEFORE + MINUTE)

    assert [message.kind for message in world.recorder.received] == ["reminder", "change"]


@pytest.mark.parametrize(
    ("digest", "subjects"),
    [
        (
            "",
            [
                "Thu 16 Sep, 10:00: Summit",
                "Date changed, Thu 16 Sep, 15:00; every week: Summit",
                "Thu 16 Sep, 15:00: Summit",
            ],
        ),
        ("daily", ["Thu 16 Sep, 10:00: Summit", "Date changed, Thu 16 Sep, 15:00; every week: Summit, and 1 more"]),
    ],
)
def test_whoever_was_told_that_a_series_changed_is_reminded_of_its_next_date_without_that_news(
    tmp_path: Path, digest: str, subjects: list[str]
) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest=digest),))
    series = SUMMIT.replace("[1 day before]", "[4 days before, 2 days before]").replace(
        "reminders", "repeat: every week, reminders"
    )
    world.publish(series, NOW)
    world.run(NOW, utc(2021, 9, 14, 4))
    publish_and_settle(world, series.replace("10:00", "15:00"), utc(2021, 9, 14, 4))
    world.run(utc(2021, 9, 14, 5), utc(2021, 9, 15, 4))

    assert world.recorder.subjects[-len(subjects) :] == subjects
    assert "Moved" not in world.recorder.received[-1].text


@pytest.mark.parametrize(
    ("edit", "at"),
    [
        ("every week, exceptions: {2021-09-23: {when: 2021-09-24 10:00}}", DAY_BEFORE + MINUTE),
        ("every 2 weeks", utc(2021, 9, 20)),
    ],
    ids=["another date", "the series once the date is past"],
)
def test_whoever_was_reminded_of_one_date_is_not_told_of_what_they_never_knew(
    world: World, edit: str, at: datetime
) -> None:
    series = SUMMIT.replace("reminders", "repeat: every week, reminders")
    world.publish(series, NOW)
    world.tick(DAY_BEFORE)
    publish_and_settle(world, series.replace("every week", edit), at)

    assert [message.kind for message in world.recorder.received] == ["reminder"]


def test_a_notice_waits_five_minutes_for_corrections(world: World) -> None:
    world.publish(ASKING, NOW)
    world.publish(ASKING.replace("10:00", "15:00"), NOW + MINUTE)
    world.tick(NOW + 5 * MINUTE)
    assert world.recorder.received == []

    world.tick(NOW + 6 * MINUTE)
    assert world.recorder.subjects == ["Moved to Thu 16 Sep, 15:00: Summit"]


def test_close_to_the_start_it_waits_a_tenth_of_what_is_left(world: World) -> None:
    world.publish(ASKING, NOW)
    at = utc(2021, 9, 16, 4, 50)  # ten minutes before
    world.publish(ASKING.replace("title: Summit", "title: Summit, status: cancelled"), at)
    world.run(at, at + MINUTE)

    assert world.recorder.subjects == ["Cancelled, Thu 16 Sep, 10:00: Summit"]


def test_what_is_put_back_within_that_time_is_told_to_nobody(world: World) -> None:
    world.publish(ASKING, NOW)
    world.publish(ASKING.replace("10:00", "15:00"), NOW + MINUTE)
    publish_and_settle(world, ASKING, NOW + 2 * MINUTE)

    assert world.recorder.received == []


def test_several_edits_within_that_time_are_one_notice_from_the_first_to_the_last(world: World) -> None:
    world.publish(ASKING, NOW)
    world.publish(ASKING.replace("10:00", "15:00"), NOW + MINUTE)
    publish_and_settle(world, ASKING.replace("10:00", "16:00"), NOW + 3 * MINUTE)

    (message,) = world.recorder.received
    assert told(message) == ("2021-09-16 10:00", "2021-09-16 16:00")


def test_old_is_what_this_reader_was_last_told(world: World) -> None:
    """A notice that could not be sent does not become what its reader knows."""
    world.publish(ASKING, NOW)
    world.recorder.outcomes = [Permanent("550"), Sent()]
    publish_and_settle(world, ASKING.replace("10:00", "15:00"), NOW + MINUTE)
    publish_and_settle(world, ASKING.replace("10:00", "16:00"), NOW + 20 * MINUTE)
    publish_and_settle(world, ASKING.replace("10:00", "17:00"), NOW + 40 * MINUTE)

    assert told(world.recorder.received[2]) == ("2021-09-16 16:00", "2021-09-16 17:00")


def test_a_waiting_notice_that_another_has_overtaken_says_nothing(world: World) -> None:
    world.publish(ASKING, NOW)
    world.recorder.outcomes = [Retry("busy", timedelta(hours=1)), Sent()]
    publish_and_settle(world, ASKING.replace("10:00", "15:00"), NOW + MINUTE)
    publish_and_settle(world, ASKING.replace("10:00", "16:00"), NOW + 20 * MINUTE)
    world.run(NOW + 30 * MINUTE, NOW + 120 * MINUTE)

    assert len(world.recorder.received) == 2
    assert Counter(world.states()) == Counter([("sent", ""), ("skipped", "same")])


def test_changes_of_several_events_are_one_message_for_each_reader(world: World) -> None:
    both = ASKING + "\n" + ASKING.replace("id: summit", "id: other").replace("Summit", "Other")
    world.publish(both, NOW)
    publish_and_settle(world, both.replace("10:00", "15:00"))

    assert world.recorder.subjects == ["Moved to Thu 16 Sep, 15:00: Summit, and 1 more"]


def test_changes_saved_within_a_minute_are_one_message_and_a_later_one_keeps_its_five_minutes(world: World) -> None:
    events = [ASKING.replace("id: summit", f"id: {name}").replace("Summit", name) for name in ("a", "b", "c")]
    world.publish("\n".join(events), NOW)
    for number, seconds in enumerate((0, 60, 61)):
        events[number] = events[number].replace("10:00", "15:00")
        world.publish("\n".join(events), NOW + timedelta(seconds=seconds))

    world.tick(NOW + 5 * MINUTE - timedelta(seconds=1))
    assert world.recorder.received == []
    world.tick(NOW + 5 * MINUTE)
    assert world.recorder.subjects == ["Moved to Thu 16 Sep, 15:00: a, and 1 more"]
    world.tick(NOW + 6 * MINUTE)
    assert len(world.recorder.received) == 1
    world.tick(NOW + 6 * MINUTE + timedelta(seconds=1))
    assert world.recorder.subjects[1:] == ["Moved to Thu 16 Sep, 15:00: c"]


def hold_back(world: World) -> None:
    with world.store.write() as conn:
        health.pause(conn, "desk")


def let_go(world: World, now: datetime) -> list[str]:
    """What the channel is sent once it may."""
    with world.store.write() as conn:
        health.resume(conn, "desk")
    for seconds in (0, 3):
        world.tick(now + timedelta(seconds=seconds))
    return world.recorder.subjects


@pytest.mark.parametrize(
    ("edits", "waiting", "told"),
    [
        (["10:00, status: cancelled", "10:00"], 1, []),
        (["12:00", "15:00"], 2, ["Moved to Thu 16 Sep, 15:00: Summit"]),
        (["12:00", "10:00, status: cancelled"], 2, ["Cancelled, Thu 16 Sep, 10:00: Summit"]),
    ],
    ids=["taken back", "moved twice", "moved and cancelled"],
)
def test_notices_that_waited_together_tell_of_an_event_once(
    world: World, edits: list[str], waiting: int, told: list[str]
) -> None:
    world.publish(ASKING, NOW)
    hold_back(world)
    now = NOW
    for edit in edits:
        world.publish(ASKING.replace("10:00", edit), now)
        now += 5 * MINUTE
        world.tick(now)
    assert len(world.delivery_records(state="open")) == waiting

    assert let_go(world, now) == told
    assert world.is_balanced()


def test_an_older_notice_waits_for_an_urgent_one_that_went_ahead_of_it(world: World) -> None:
    world.publish(ASKING, NOW)
    hold_back(world)
    now = NOW
    for edit in ("12:00", "10:00, status: cancelled"):
        world.publish(ASKING.replace("10:00", edit), now)
        now += 5 * MINUTE
        world.tick(now)
    with world.store.write() as conn:
        assert delivery_queue.claim(conn, "desk", "elsewhere", now, now + MINUTE, 1) == 1
    assert [record.state for record in world.delivery_records(state="open")] == ["sending", "queued"]
    assert let_go(world, now) == []

    with world.store.write() as conn:
        delivery_queue.release(conn, "elsewhere")
    world.run(now, now + MINUTE)
    assert world.recorder.subjects == ["Cancelled, Thu 16 Sep, 10:00: Summit"]


def test_what_is_called_off_again_is_told_to_those_who_did_not_hear_of_the_first_time(world: World) -> None:
    off = ASKING.replace("10:00", "10:00, status: cancelled")
    world.publish(ASKING, NOW)
    hold_back(world)
    world.publish(off, NOW)
    now = NOW + 5 * MINUTE
    world.tick(now)
    world.publish(ASKING, now)
    assert let_go(world, now) == []
    world.publish(off, now + 2 * MINUTE)
    world.tick(now + 7 * MINUTE)

    assert world.recorder.subjects == ["Cancelled, Thu 16 Sep, 10:00: Summit"]


@pytest.mark.parametrize("begin", [NOW, DAY_BEFORE], ids=["to one who was told nothing", "to one who was reminded"])
def test_what_may_have_been_told_and_was_taken_back_is_told_to_be_back_on(world: World, begin: datetime) -> None:
    world.publish(ASKING, NOW)
    world.tick(begin)
    world.recorder.outcomes = [Ambiguous("no answer"), Sent()]
    publish_and_settle(world, CANCELLED, begin)
    world.publish(ASKING, begin + 6 * MINUTE)
    world.run(begin + 6 * MINUTE, begin + 5 * MINUTE + AMBIGUOUS_RETRY_DELAY + 10 * MINUTE)

    assert [subject.partition(",")[0] for subject in world.recorder.subjects[-2:]] == ["Cancelled", "Back on"]
    assert world.states()[-1] == ("sent", "")


def test_what_was_called_off_in_a_message_that_was_refused_is_not_told_to_be_back_on(world: World) -> None:
    world.publish(ASKING, NOW)
    world.recorder.outcomes = [Permanent("550"), Sent()]
    publish_and_settle(world, CANCELLED)
    publish_and_settle(world, ASKING, NOW + HOUR)
    assert len(world.recorder.received) == 1

    publish_and_settle(world, ASKING.replace("10:00", "12:00"), NOW + 2 * HOUR)
    assert told(world.recorder.received[-1]) == ("2021-09-16 10:00", "2021-09-16 12:00")


@pytest.mark.parametrize("settles", [True, False], ids=["is back on first", "moves at once"])
def test_who_asks_for_cancellations_alone_is_told_of_no_move_after_one_that_never_left(
    world: World, settles: bool
) -> None:
    asking = ASKING.replace("on change", "on cancel")
    cancelled, moved = (asking.replace("10:00", when) for when in ("10:00, status: cancelled", "12:00"))
    world.publish(asking, NOW)
    hold_back(world)
    world.publish(cancelled, NOW)
    world.tick(NOW + 5 * MINUTE)
    if settles:
        world.publish(asking, NOW + 5 * MINUTE)
        assert let_go(world, NOW + 5 * MINUTE) == []
    world.publish(moved, NOW + 6 * MINUTE)
    assert let_go(world, NOW + 11 * MINUTE) == []

    publish_and_settle(world, cancelled.replace("10:00", "12:00"), NOW + HOUR)
    assert world.recorder.subjects == ["Cancelled, Thu 16 Sep, 12:00: Summit"]


def test_who_was_told_of_an_event_by_no_message_is_reminded_of_one_that_moves_past_its_leads(world: World) -> None:
    far = ASKING.replace("2021-09-16", "2021-12-16")
    world.publish(far, NOW)
    world.recorder.outcomes = [Permanent("550"), Sent()]
    publish_and_settle(world, far.replace("12-16", "12-17"))
    publish_and_settle(world, far.replace("2021-12-16 10:00", "2021-09-02 10:00"), NOW + HOUR)

    assert [message.kind for message in world.recorder.received] == ["change", "reminder"]
    assert "Was: Thursday, 16 December" in world.recorder.received[1].text


def test_an_edit_between_two_pages_of_readers_is_not_told_to_those_who_heard_of_nothing_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path, [ChannelSettings("first", "log"), ChannelSettings("second", "log")])
    monkeypatch.setattr(passes, "READERS_PER_TRANSACTION", 1)
    world.publish(ASKING, NOW)
    world.publish(CANCELLED, NOW)
    edition = world.edition()
    with world.store.write() as conn:
        assert passes.queue_notifications(conn, edition, NOW + 5 * MINUTE) == 1
    publish_and_settle(world, ASKING, NOW + 5 * MINUTE)

    assert [recorder.subjects for recorder in world.recorders.values()] == [[], []]
    assert world.is_balanced()


def test_what_is_over_tells_nobody(world: World) -> None:
    world.publish(ASKING, NOW)
    publish_and_settle(world, "", utc(2021, 9, 20))

    assert world.recorder.received == []


def test_a_moved_event_reminds_again_of_its_new_date(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    world.publish(SUMMIT.replace("09-16", "09-20"), DAY_BEFORE + MINUTE)
    world.run(DAY_BEFORE + MINUTE, utc(2021, 9, 20))

    assert world.recorder.subjects == [
        "Thu 16 Sep, 10:00: Summit",
        "Moved to Mon 20 Sep, 10:00: Summit",
        "Mon 20 Sep, 10:00: Summit",
    ]


def test_an_event_moved_past_its_leads_is_told_once_by_notice_or_reminder(world: World) -> None:
    far = ASKING.replace("2021-09-16", "2021-12-16")
    world.publish(far, NOW)
    publish_and_settle(world, far.replace("2021-12-16 10:00", "2021-09-02 10:00"), utc(2021, 9, 1, 18))

    assert world.recorder.subjects == ["Thu 2 Sep, 10:00: Summit"]


SERIES = """
- id: weekly
  title: Weekly
  when: 2021-09-07 10:00
  repeat: every week
  reminders: [1 hour before, on change]
"""


def test_one_occurrence_of_a_series_that_moves_is_told_alone(world: World) -> None:
    world.publish(SERIES, NOW)
    publish_and_settle(world, SERIES + "  exceptions: {2021-09-14: {when: 2021-09-15 18:00}}\n")
    world.run(NOW + 20 * MINUTE, utc(2021, 9, 16))

    assert world.recorder.subjects == [
        "Moved to Wed 15 Sep, 18:00: Weekly",
        "Tue 7 Sep, 10:00: Weekly",
        "Wed 15 Sep, 18:00: Weekly",
    ]
    assert [each.send_time.day for each in world.recorder.received] == [1, 7, 15]


def test_a_moved_date_of_a_series_that_is_cancelled_does_not_go_back_to_the_day_of_its_rule(world: World) -> None:
    world.publish(SERIES + "  exceptions: {2021-09-14: {when: 2021-09-15 18:00}}\n", NOW)
    publish_and_settle(world, SERIES + "  exceptions: {2021-09-14: {status: cancelled}}\n")

    (notice,) = world.recorder.received
    assert notice.subject == "Cancelled, Wed 15 Sep, 18:00: Weekly"
    assert "Was: Wednesday, 15 September 2021, 18:00 (Dushanbe, UTC+5)\nNow: cancelled\n" in notice.text


def test_a_series_whose_rule_changes_is_one_line(world: World) -> None:
    world.publish(SERIES, NOW)
    world.tick(utc(2021, 9, 7, 4))
    publish_and_settle(world, SERIES.replace("every week", "every 2 weeks"), utc(2021, 9, 7, 6))

    assert world.recorder.subjects[1:] == ["Date changed, Tue 21 Sep, 10:00; every 2 weeks: Weekly"]


def cancelled_except(*days: str) -> str:
    """SERIES without all its dates but *days*."""
    exceptions = ", ".join(f"{day}: {{status: confirmed}}" for day in days)
    return f"{SERIES}  status: cancelled\n  exceptions: {{{exceptions}}}\n"


@pytest.mark.parametrize(
    ("edit", "subject", "state"),
    [
        (
            SERIES.replace("10:00", "11:00"),
            "Date changed, Tue 9 Nov, 11:00; every week: Weekly",
            "Was: Tuesday, 9 November 2021, 10:00 (Dushanbe, UTC+5); every week\nNow: Tuesday, 9 November 2021, 11:00",
        ),
        (SERIES + "  status: cancelled\n", "Cancelled: Weekly", "Now: cancelled\n"),
        (
            cancelled_except("2021-10-05", "2021-11-16", "2021-11-09"),
            "Cancelled except for Tue 9 Nov, 10:00; Tue 16 Nov, 10:00: Weekly",
            "Now: cancelled except for Tuesday, 9 November 2021, 10:00 (Dushanbe, UTC+5); Tuesday, 16 November 2021,",
        ),
        (
            cancelled_except("2021-11-09", "2021-11-16", "2021-11-23", "2021-11-30"),
            "Cancelled except for Tue 9 Nov, 10:00; Tue 16 Nov, 10:00; Tue 23 Nov, 10:00; …: Weekly",
            "; …\n",
        ),
        (
            SERIES + "  place: Osh\n",
            "New venue, Osh: Weekly",
            "Now: Tuesday, 9 November 2021, 10:00 (Dushanbe, UTC+5); every week; Osh",
        ),
        (
            SERIES.replace("every week", "every week until 2021-11-02"),
            "Now ends Tue 2 Nov: Weekly",
            "Now: Tuesday, 2 November 2021, 10:00 (Dushanbe, UTC+5); every week until 2 November 2021",
        ),
        ("", "Removed: Weekly", "Was: Tuesday, 9 November 2021, 10:00"),
    ],
    ids=["moved", "cancelled", "cancelled except two", "cancelled except four", "place", "shortened", "removed"],
)
def test_a_change_of_a_series_is_announced_though_its_first_date_is_long_over(
    world: World, edit: str, subject: str, state: str
) -> None:
    world.publish(SERIES, NOW)
    world.run(NOW, utc(2021, 11, 3))
    told = len(world.recorder.received)
    publish_and_settle(world, edit, utc(2021, 11, 3))

    (notice,) = world.recorder.received[told:]
    assert notice.subject == subject
    assert state in notice.text
    publish_and_settle(world, SERIES, utc(2021, 11, 4))
    is_back = "Cancelled" in subject or "Removed" in subject
    back = "Back on, Tue 9 Nov, 10:00; every week: Weekly" if is_back else world.recorder.subjects[-1]
    assert world.recorder.subjects[told + 1 :] == [back]


def test_of_a_date_with_more_dates_the_cancellation_names_none(world: World) -> None:
    event = SUMMIT.replace("reminders", "also: [2021-11-16], reminders")
    world.publish(event, NOW)
    world.run(NOW, utc(2021, 11, 15, 6))
    publish_and_settle(world, event.replace("title: Summit", "title: Summit, status: cancelled"), utc(2021, 11, 15, 7))

    assert world.recorder.subjects[-1] == "Cancelled: Summit"


def test_a_change_of_a_series_that_has_a_date_before_the_next_digest_does_not_wait_for_it(tmp_path: Path) -> None:
    world = World(tmp_path, (ChannelSettings("team", "log", digest="weekly"),))
    world.publish(SERIES, NOW)
    monday_noon = utc(2021, 11, 8, 7)
    world.run(NOW, monday_noon)
    publish_and_settle(world, SERIES.replace("10:00", "11:00"), monday_noon)

    assert world.recorder.subjects[-1] == "Date changed, Tue 9 Nov, 11:00; every week: Weekly"


# the operator


def operated(tmp_path: Path) -> tuple[World, ScriptedChannel, ScriptedChannel]:
    """A world with a reader's and an operator's channel, and the two boxes."""
    world = World(tmp_path, [ChannelSettings("desk", "log"), ChannelSettings("night", "log", audience="operator")])
    return world, world.recorders["desk"], world.recorders["night"]


def test_the_operator_is_told_of_dead_letters_once_and_when_it_is_over(tmp_path: Path) -> None:
    world, desk, night = operated(tmp_path)
    desk.outcomes = [Permanent("550 no such user")]
    world.publish(SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: other"), NOW)
    for seconds in range(0, 600, 10):
        world.tick(DAY_BEFORE + timedelta(seconds=seconds))
    assert night.subjects == ["Test calendar: Deliveries failed: desk, 550"]
    assert "2: 550 no such user" in night.received[0].text

    world.tick(DAY_BEFORE + timedelta(days=1, minutes=1))
    over = "Test calendar: Resolved: no recent failed deliveries (desk, 550)"
    assert [each for each in night.subjects[1:] if "eventcal was not running" not in each] == [over]
    assert world.is_balanced()


def test_a_gone_endpoint_pauses_its_channel_and_the_operator_is_told_how_to_go_on(tmp_path: Path) -> None:
    world, desk, night = operated(tmp_path)
    desk.outcomes = [Permanent("410", is_endpoint_gone=True)]
    world.publish(SUMMIT, NOW)
    for minutes in range(3):
        world.tick(DAY_BEFORE + minutes * MINUTE)
    (gone,) = night.received  # one alarm, and none about the failed delivery beside it
    assert gone.subject == "Test calendar: The endpoint of channel desk is gone"
    assert "eventcal resume desk" in gone.text

    world.publish(SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: other"), DAY_BEFORE + 3 * MINUTE)
    world.tick(DAY_BEFORE + 4 * MINUTE)
    assert len(desk.received) == 1
    with world.store.write() as conn:
        health.resume(conn, "desk")
    world.tick(DAY_BEFORE + 5 * MINUTE)
    assert len(desk.received) == 2


def test_an_alarm_that_stands_is_told_again_when_it_grows_tenfold(tmp_path: Path) -> None:
    world, desk, night = operated(tmp_path)
    desk.outcomes = [Permanent("550 no such user")]
    many = [SUMMIT.replace("id: summit", f"id: e{number}") for number in range(12)]
    world.publish("\n".join(many[:2]), NOW)
    for minutes in range(4):
        world.tick(DAY_BEFORE + minutes * MINUTE)
    world.publish("\n".join(many), DAY_BEFORE + 4 * MINUTE)
    for minutes in range(5, 9):
        world.tick(DAY_BEFORE + minutes * MINUTE)

    counts = [message.text.partition(": 550 no such user")[0].split()[-1] for message in night.received]
    assert counts == ["2", "12"]


def test_an_alarm_with_another_cause_is_told_again_after_an_hour(tmp_path: Path) -> None:
    world, _, night = operated(tmp_path)
    world.publish(SUMMIT, NOW)

    def broken(at: datetime, text: str) -> None:
        (tmp_path / "broken.yaml").write_text(text, encoding="utf-8")
        editions.publish(world.store, tmp_path / "broken.yaml", at)
        world.tick(at)

    for minutes in range(3):
        broken(NOW + minutes * MINUTE, "version: 1\ncalendar: {}\n")
    for minutes in range(3, 60):
        broken(NOW + minutes * MINUTE, "version: 2\n")
    assert len(night.received) == 1

    for minutes in range(60, 63):
        broken(NOW + minutes * MINUTE, "version: 2\n")
    assert len(night.received) == 2
    assert night.received[0].text != night.received[1].text


def test_the_operator_is_told_of_a_broken_registry_once_it_has_been_so_for_a_minute(tmp_path: Path) -> None:
    world, _, night = operated(tmp_path)
    world.publish(SUMMIT, NOW)

    def broken(at: datetime) -> None:
        (tmp_path / "broken.yaml").write_text("version: 1\ncalendar: {}\n", encoding="utf-8")
        editions.publish(world.store, tmp_path / "broken.yaml", at)
        world.tick(at)

    broken(NOW)
    world.publish(SUMMIT.replace("Summit", "S"), NOW + timedelta(seconds=30))  # mended in time
    world.tick(NOW + timedelta(seconds=30))
    world.tick(NOW + 2 * MINUTE)
    assert night.received == []

    broken(NOW + 3 * MINUTE)
    broken(NOW + 5 * MINUTE)
    world.publish(SUMMIT, NOW + 6 * MINUTE)
    world.tick(NOW + 6 * MINUTE)
    assert night.subjects == [
        "Test calendar: The calendar file has errors",
        "Test calendar: Resolved: the calendar file is valid again",
    ]


def test_the_operator_is_told_of_a_registry_that_is_held_and_when_it_was_let_in(tmp_path: Path) -> None:
    world, _, night = operated(tmp_path)
    many = "\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(6))
    world.publish(many, NOW)
    moved = tmp_path / "moved.yaml"
    moved.write_text((tmp_path / "events.yaml").read_text().replace("2021-09-16", "2021-09-17"), encoding="utf-8")
    for minutes in range(10):
        result = editions.publish(world.store, moved, NOW + (minutes + 1) * MINUTE)
        world.tick(NOW + (minutes + 1) * MINUTE)
    assert result.outcome == "held"
    assert night.subjects == ["Test calendar: The calendar file has errors"]
    assert "6 of 6 upcoming events vanish or move at once" in night.received[0].text

    editions.publish(world.store, moved, NOW + 13 * MINUTE, accept=True)
    world.tick(NOW + 13 * MINUTE)
    assert night.subjects[1:] == ["Test calendar: Resolved: the calendar file is valid again"]


def test_the_operator_is_told_of_a_breaker_that_stays_open(tmp_path: Path) -> None:
    world, desk, night = operated(tmp_path)
    desk.outcomes = [Retry("connection refused", is_destination_down=True)]
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(6)), NOW)
    for seconds in range(0, 180, 5):
        world.tick(DAY_BEFORE + timedelta(seconds=seconds))
    desk.outcomes = [Sent()]
    for seconds in range(180, 360, 5):
        world.tick(DAY_BEFORE + timedelta(seconds=seconds))

    assert night.subjects == [
        "Test calendar: test:desk is not responding",
        "Test calendar: Resolved: test:desk responds again",
    ]


@pytest.mark.parametrize("restarted", [True, False], ids=["it had ended", "no pass could write"])
def test_the_operator_is_told_that_it_stood_still_once_it_runs_again(tmp_path: Path, restarted: bool) -> None:
    world, _, night = operated(tmp_path)
    world.publish(SUMMIT, NOW)
    world.tick(NOW)
    for minutes in (4, 8, 24, 28):
        if restarted:
            world.start(NOW + minutes * MINUTE)
        world.tick(NOW + minutes * MINUTE)
        assert (night.received == []) == (minutes < 20)

    assert night.subjects == ["Test calendar: Resolved: sending was interrupted because eventcal was not running"]
    assert "Began: 1 September 2021, 17:08" in night.received[0].text


# rows


def test_a_move_rewrites_the_rows_of_one_event(world: World) -> None:
    many = "\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(50))
    world.publish(many, NOW)
    with world.store.read() as conn:
        before = set(conn.exec_driver_sql("SELECT id, due_at, state FROM reminder"))
    world.publish(
        many.replace("id: e7, title: Summit, when: 2021-09-16", "id: e7, title: Summit, when: 2021-09-17"), NOW + MINUTE
    )
    with world.store.read() as conn:
        after = set(conn.exec_driver_sql("SELECT id, due_at, state FROM reminder"))

    assert len(after - before) == 2
    assert len(before - after) == 1


def test_other_zone_data_plan_anew(world: World) -> None:
    world.publish(SUMMIT, NOW)
    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE meta SET value = '1970a' WHERE key = 'tzdata'")
        conn.exec_driver_sql("UPDATE reminder SET due_at = due_at + 3600000, fan_out_at = fan_out_at + 3600000")
    world.tick(NOW + MINUTE)
    world.tick(DAY_BEFORE)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]


OF_EVENTS_AND_EDITIONS = {
    *(f"edition.{name}" for name in ("recorded_at", "last_removal_at")),
    *(f"version.{name}" for name in ("created_at", "modified_at")),
    *(f"reminder.{name}" for name in ("due_at", "expires_at", "fan_out_at")),
    "delivery.expires_at",
    "rate_limit_window.expires_at",  # one that ends later than it can is not counted
}


def test_every_time_that_a_clock_ahead_may_have_written_is_looked_at_once_it_is_set_back(world: World) -> None:
    changed = set[str]()

    def record(conn: object, cursor: object, statement: str, *_: object) -> None:
        for table, values in re.findall(r"UPDATE (\w+) SET (.*?) WHERE", statement, re.DOTALL):
            changed.update(f"{table}.{name}" for name in re.findall(r"(\w+)=", values))

    event.listen(world.store.engine, "before_cursor_execute", record)
    with world.store.write() as conn:
        undo_clock_ahead(conn, NOW)
    instants = {str(column) for table in metadata.tables.values() for column in table.c if column.type is INSTANT}

    assert instants - changed == OF_EVENTS_AND_EDITIONS


def test_of_what_is_due_the_urgent_is_claimed_first_and_then_the_oldest(world: World) -> None:
    def new(key: str, minutes: int, is_urgent: bool = False) -> NewDelivery:
        due_at = NOW + minutes * MINUTE
        return NewDelivery(
            key, DeliveryKind.CHANGE, 1, "desk", "", due_at, NOW + 60 * MINUTE, "[]", is_urgent=is_urgent
        )

    world.start(NOW)
    with world.store.write() as conn:
        delivery_rows.insert_deliveries(
            conn, [new("late", 3), new("early", 1), new("urgent", 4, True), new("middle", 2)], NOW
        )
        claimed = []
        for owner in ("one", "two"):
            delivery_queue.claim(conn, "desk", owner, NOW + 5 * MINUTE, NOW + 60 * MINUTE, 2)
            claimed.append([each.delivery_key for each in delivery_queue.read_claimed(conn, owner, NOW)])

    assert claimed == [["urgent-1", "early-1"], ["middle-1", "late-1"]]


def test_a_settlement_by_a_sender_that_was_given_up_changes_nothing(world: World) -> None:
    world.publish(SUMMIT, NOW)
    store = world.store
    world.channels.clear()
    world.tick(DAY_BEFORE)
    with store.write() as conn:
        delivery_queue.claim(conn, "desk", "first", DAY_BEFORE, DAY_BEFORE, 10)
    with store.read() as conn:
        (lost,) = delivery_queue.read_claimed(conn, "first", DAY_BEFORE)
    with store.write() as conn:
        delivery_queue.recover(conn, DAY_BEFORE)
        assert delivery_queue.refresh_claims(conn, [lost], DAY_BEFORE) == []
        assert delivery_queue.settle(conn, [DeliveryResult(lost, "sent", "", DAY_BEFORE, "sent")]) == 0
        delivery_queue.claim(conn, "desk", "second", DAY_BEFORE, DAY_BEFORE, 10)
    with store.write() as conn:
        assert delivery_queue.settle(conn, [DeliveryResult(lost, "sent", "", DAY_BEFORE, "sent")]) == 0
    with store.read() as conn:
        assert stats.ledger_stats(conn, DAY_BEFORE).suppressed == 1
        assert delivery_queue.refresh_claims(conn, [lost], DAY_BEFORE) == []
        assert [claim.attempts for claim in delivery_queue.read_claimed(conn, "second", DAY_BEFORE)] == [1]
    with store.write() as conn:
        assert delivery_queue.release(conn, "second") == 1
        assert conn.exec_driver_sql("SELECT state FROM delivery").scalar() == DeliveryState.RETRY
        conn.exec_driver_sql("DELETE FROM attempt")
        conn.exec_driver_sql("DELETE FROM delivery")
        assert delivery_queue.refresh_claims(conn, [lost], DAY_BEFORE) == []


def test_a_reminder_that_moves_takes_along_what_is_queued_of_it_but_not_what_waits_for_a_digest(world: World) -> None:
    def planned(lead: str, at: datetime) -> PlannedReminder:
        return PlannedReminder("summit", ReminderKey("summit@c", "", "2021-09-16", lead, ""), at, at, DAY_BEFORE)

    def new(key: str, reminder: int, channel: str = "desk") -> NewDelivery:
        return NewDelivery(key, DeliveryKind.REMINDER, 1, channel, "", NOW, DAY_BEFORE, reminder=reminder)

    world.start(NOW)
    later = NOW + MINUTE
    waiting = [new("sent", 1), new("queued", 1), new("waits for a digest", 1, DIGEST_CHANNEL), new("of another", 2)]
    with world.store.write() as conn:
        reminder_rows.write_plan_diff(conn, PlanDiff(insert=(planned("0", NOW), planned("1", NOW))), NOW, NOW)
        delivery_rows.insert_deliveries(conn, waiting, NOW)
        conn.exec_driver_sql("UPDATE delivery SET state = 'sent' WHERE key = 'sent-1'")
        reminder_rows.write_plan_diff(conn, PlanDiff(reschedule=((1, planned("0", later)),)), NOW, NOW)
        due = conn.exec_driver_sql("SELECT key, due_at, not_before FROM delivery ORDER BY id").all()

    at, moved = (int(moment.timestamp() * 1000) for moment in (NOW, later))
    assert [tuple(row) for row in due] == [
        ("sent-1", at, at),
        ("queued-1", moved, moved),
        ("waits for a digest-1", at, at),
        ("of another-1", at, at),
    ]


def test_who_confirmed_at_a_moment_has_confirmed_since_then(world: World) -> None:
    world.start(NOW)
    with world.store.write() as conn:
        conn.exec_driver_sql(f"UPDATE subscription SET confirmed_at = {int(NOW.timestamp() * 1000)}")
        later = NOW + timedelta(milliseconds=1)
        assert [reminder_rows.has_confirmed_since(conn, at) for at in (NOW, later)] == [True, False]


def test_what_is_past_its_use_ends_in_its_channel_urgent_or_not(world: World) -> None:
    def new(key: str, channel: str = "desk", is_urgent: bool = False) -> NewDelivery:
        return NewDelivery(key, DeliveryKind.CHANGE, 1, channel, "", NOW, NOW + MINUTE, "[]", is_urgent=is_urgent)

    world.start(NOW)
    just_before, calls = NOW + MINUTE - timedelta(milliseconds=1), []
    with world.store.write() as conn:
        delivery_rows.insert_deliveries(conn, [new("a"), new("b", is_urgent=True), new("c"), new("d", "other")], NOW)
        for at, limit in ((just_before, None), (NOW + MINUTE, 1), (NOW + MINUTE, None), (NOW + MINUTE, None)):
            calls.append(delivery_queue.expire(conn, "desk", at, limit))

        assert delivery_rows.insert_deliveries(conn, [], NOW) == 0

        assert [(each.created, each.is_balanced) for each in stats.balance(conn)] == [(4, True)]

    assert calls == [0, 1, 2, 0]


def test_a_page_of_readers_begins_after_the_last_one_and_a_series_is_known_by_its_date_of_today(world: World) -> None:
    world.start(NOW)
    with world.store.write() as conn:
        (reader,) = notice_rows.notice_recipients(conn, 0, 9)
        assert notice_rows.notice_recipients(conn, reader.id, 9) == []
        conn.exec_driver_sql(
            "INSERT INTO last_notified (subscription_id, uid, recurrence, state, notified_at) "
            f"VALUES ({reader.id}, 'u', '2021-09-01', '', 0)"
        )
        ids = notice_rows.IdRange(reader.id, reader.id)
        days = "2021-09-01", "2021-09-02"
        known = [notice_rows.last_states(conn, "u", *of, ids) for of in (("", days[0]), ("", days[1]), days)]

    assert known == [({}, {reader.id}), ({}, set()), ({reader.id: ""}, {reader.id})]


def test_a_test_message_has_one_attempt_and_why_it_failed(world: World) -> None:
    world.start(NOW)
    with world.store.write() as conn:
        for key, state, detail in (("a", DeliveryState.SENT, "250 queued"), ("b", DeliveryState.DEAD, "550 no")):
            delivery_rows.record_test(conn, key, "desk", "", state, detail, NOW)
        attempts = conn.exec_driver_sql("SELECT outcome, detail FROM attempt ORDER BY delivery_id").all()

    assert attempts == [("sent", "250 queued"), ("permanent", "550 no")]
    records = [(each.state, each.attempts, each.reason, each.reason_text) for each in world.delivery_records()]
    assert sorted(records) == [
        ("dead", 1, Reason.REFUSED, "550 no"),
        ("sent", 1, Reason.NONE, ""),
    ]


def test_reminders_are_read_by_their_bounds_and_zone_and_one_that_is_never_sent_has_no_fan_out(world: World) -> None:
    def planned(zone: str, reason: Reason = Reason.NONE) -> PlannedReminder:
        key = ReminderKey("summit@c", "", "2021-09-16", "1 day before", zone)
        return PlannedReminder("summit", key, NOW + MINUTE, NOW + MINUTE, NOW + 2 * MINUTE, reason)

    def zones(rows: Sequence[StoredReminder | DueFanOut]) -> list[str]:
        return sorted(row.key.zone for row in rows)

    world.start(NOW)
    due, end, moment = NOW + MINUTE, NOW + 2 * MINUTE, timedelta(milliseconds=1)
    diff = PlanDiff(insert=(planned("Asia/Dushanbe"), planned("Europe/Berlin"), planned("UTC", Reason.PAST)))
    with world.store.write() as conn:
        reminder_rows.write_plan_diff(conn, diff, NOW, NOW)
        between = [
            zones(reminder_rows.reminders_due_between(conn, "Europe/Berlin", after, until))
            for after, until in ((due - moment, due), (due, due + moment), (due - moment, due - moment), (NOW, end))
        ]
        of_berlin = partial(reminder_rows.reminders_of, conn, ["Europe/Berlin"], ["1 day before"])
        assert between == [["Europe/Berlin"], [], [], []]
        assert [zones(of_berlin(at)) for at in (end - moment, end)] == [["Europe/Berlin"], []]
        assert [len(reminder_rows.stored_reminders(conn, at)) for at in (end - moment, end)] == [3, 0]
        assert [len(reminder_rows.reminders_due_after(conn, at)) for at in (due - moment, due)] == [3, 0]
        assert sorted(row.state for row in reminder_rows.stored_reminders(conn, due)) == [
            "planned",
            "planned",
            "skipped",
        ]
        assert reminder_rows.due_fan_outs(conn, due - moment, 9) == []
        assert zones(reminder_rows.due_fan_outs(conn, due, 9)) == ["Asia/Dushanbe", "Europe/Berlin"]


def test_what_may_have_arrived_is_known_to_have_been_when_it_was_given_back(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.recorder.outcomes = [Ambiguous("no answer")]
    world.tick(DAY_BEFORE)
    sent_at, later = [], DAY_BEFORE + 10 * MINUTE
    with world.store.write() as conn:
        for owner in ("first", "second"):
            delivery_queue.claim(conn, "desk", owner, later, later, 1)
            (claim,) = delivery_queue.read_claimed(conn, owner, later)
            sent_at.append(claim.ambiguous_sent_at)
            delivery_queue.settle(conn, [released(claim, later)])

    assert sent_at == [DAY_BEFORE, DAY_BEFORE]


def test_whatever_a_server_answers_is_kept(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.recorder.outcomes = [Permanent("550 \0 \\u0000 \N{SNOWMAN}")]
    world.tick(DAY_BEFORE)

    assert world.delivery_records()[0].detail.endswith(" \\u0000 \N{SNOWMAN}")


def test_the_answer_to_what_was_sent_is_no_reason(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.recorder.outcomes = [Sent("250 queued")]
    world.tick(DAY_BEFORE)

    assert world.states() == [("sent", "")]


def test_the_balance_names_a_row_that_is_missing(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    with world.store.write() as conn:
        assert stats.balance(conn) == [LedgerBalance("reminder", 1, 1, 0, 0, 0, 0)]
        conn.exec_driver_sql("DELETE FROM attempt")
        conn.exec_driver_sql("DELETE FROM delivery")
        found = stats.balance(conn)

    assert [each.source for each in found] == ["reminder", "reminder 1"]
    assert not any(each.is_balanced for each in found)


def test_a_notice_is_written_once_for_all_who_read_alike(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings(name, "log") for name in ("desk", "night")])
    world.publish(SERIES, NOW)
    publish_and_settle(world, SERIES.replace("10:00", "11:00"))
    (desk,), (night,) = (recorder.received for recorder in world.recorders.values())

    assert desk.rich is night.rich
    assert desk.key != night.key


def test_whoever_was_told_an_hour_on_every_wall_clock_does_not_read_alike(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings(name, "log") for name in ("desk", "night")])
    world.settings = world.settings[:1]
    floating = "- {id: silence, title: Silence, when: 2021-09-16 10:00, timezone: floating, reminders: [on change]}"
    fixed = floating.replace(" timezone: floating,", "")
    world.publish(floating, NOW)
    world.publish(fixed, NOW + MINUTE)
    world.settings = tuple(ChannelSettings(name, "log") for name in ("desk", "night"))
    world.start(NOW + 2 * MINUTE)
    publish_and_settle(world, fixed.replace("10:00", "11:00"), NOW + 3 * MINUTE)
    (desk,), (night,) = (recorder.received for recorder in world.recorders.values())

    assert ["local time" in message.text for message in (desk, night)] == [True, False]


@pytest.mark.parametrize("either_database", ["sqlite"], indirect=True)
def test_a_pass_that_tells_ten_times_the_changes_does_about_ten_times_as_much(tmp_path: Path) -> None:
    def calls_for(count: int) -> int:
        world = World(tmp_path)
        for day in (16, 17):
            lines = [f"- {{id: e{number}, title: E, when: 2021-09-{day}}}" for number in range(count)]
            world.publish("\n".join(lines), NOW)
        calls = count_calls(lambda: world.tick(NOW + 6 * MINUTE))
        with world.store.read() as conn:
            assert not notice_rows.has_settled_changes(conn, NOW + 6 * MINUTE)
        return calls

    calls_for(10)
    assert calls_for(1000) < 12 * calls_for(100)


def test_the_next_due_is_known_also_when_it_is_staged_already(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE - MINUTE / 2)
    with world.store.read() as conn:
        found = stats.ledger_stats(conn, DAY_BEFORE - MINUTE / 2)

    assert (found.open, found.next_due) == (1, DAY_BEFORE)


def test_figures_count_what_ended_how_and_how_late(world: World) -> None:
    world.publish(SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: late").replace("10:00", "10:30"), NOW)
    world.tick(DAY_BEFORE)
    with world.store.read() as conn:
        found = stats.ledger_stats(conn, DAY_BEFORE)
    assert (found.sent, found.open, found.dead, found.next_due) == (1, 0, 0, DAY_BEFORE + 30 * MINUTE)

    world.tick(DAY_BEFORE + 32 * MINUTE)
    with world.store.read() as conn:
        found = stats.ledger_stats(conn, DAY_BEFORE)
    assert found.deliveries == {("reminder", "sent", ""): 1, ("reminder", "sent", "late"): 1}
    assert found.lateness == (1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2)
    assert (found.late, found.late_seconds, found.next_due) == (1, 120.0, None)
    assert found.ticked_at == DAY_BEFORE + 32 * MINUTE


def test_a_reminder_of_an_event_that_came_too_late_for_it_is_not_late(world: World) -> None:
    world.publish("[]", NOW)
    world.publish(SUMMIT, DAY_BEFORE + 10 * MINUTE)
    world.tick(DAY_BEFORE + 11 * MINUTE)

    with world.store.read() as conn:
        found = stats.ledger_stats(conn, DAY_BEFORE)
    assert (found.sent, found.late, found.late_seconds) == (1, 0, 60)


def test_figures_tell_apart_why_messages_are_dead_without_the_other_sides_words(world: World) -> None:
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(3)), NOW)
    world.recorder.outcomes = [
        Permanent("550 a", is_address_unknown=True),
        Permanent("550 b", is_address_unknown=True),
        Permanent("554 c"),
    ]
    world.tick(DAY_BEFORE)
    with world.store.read() as conn:
        found = stats.ledger_stats(conn, DAY_BEFORE)

    assert found.deliveries == {("reminder", "dead", "gone"): 2, ("reminder", "dead", "refused"): 1}


def test_figures_count_what_would_have_been_said_twice(world: World) -> None:
    world.publish(ASKING, NOW)
    world.tick(DAY_BEFORE)
    moved = ASKING.replace("2021-09-16", "2021-09-17")
    world.publish(moved, DAY_BEFORE + MINUTE)
    with world.store.read() as conn:
        settled = stats.next_pass_due(conn)
    assert settled is not None
    paused = dict(world.channels)
    world.channels.clear()
    world.tick(settled)  # the notice waits
    world.publish(ASKING, settled + MINUTE)
    world.channels.update(paused)
    world.tick(settled + MINUTE)
    with world.store.read() as conn:
        assert stats.ledger_stats(conn, DAY_BEFORE).suppressed == 1


def test_deliveries_are_listed_by_what_is_asked_for(world: World) -> None:
    world.publish(SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: other"), NOW)
    world.recorder.outcomes = [Sent(), Permanent("no")]
    world.tick(DAY_BEFORE)

    assert [each.state for each in world.delivery_records(state="dead")] == ["dead"]
    assert [each.event_id for each in world.delivery_records(event_id="other")] == ["other"]
    assert len(world.delivery_records(channel="desk", kind="reminder", since=DAY_BEFORE, until=DAY_BEFORE)) == 2
    assert world.delivery_records(since=DAY_BEFORE + MINUTE) == world.delivery_records(state="open") == []
    assert world.delivery_records(ids=[]) == []


# cost


def scanned_tables(conn: Connection, statement: str, parameters: Any) -> list[str]:
    """What the database would read from end to end for a statement of its driver."""
    if conn.dialect.name == "postgresql":
        # a few rows are scanned whatever there is: asked is whether an index would do, were there many
        conn.exec_driver_sql("SET LOCAL enable_seqscan = off")
        steps = [row[0] for row in conn.exec_driver_sql(f"EXPLAIN {statement}", parameters)]
        return re.findall(r"Seq Scan on (\w+)", " / ".join(steps))
    steps = [row.detail for row in conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]
    scans = re.findall(r"SCAN (\w+)", " / ".join(steps))
    return [name for name in scans if name not in ("p0", "p1")]  # the few rows that a subquery took from an index


@pytest.mark.parametrize("paused", [(), ("",), ("desk",)])
def test_an_idle_tick_looks_at_the_near_end_of_indexes_and_scans_no_table(
    world: World, paused: tuple[str, ...]
) -> None:
    world.publish(SUMMIT, NOW)
    with world.store.write() as conn:
        for each in paused:
            health.pause(conn, each)
    statements: list[tuple[str, Any]] = []

    def record(conn: object, cursor: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(world.store.engine, "before_cursor_execute", record)
    world.tick(NOW + MINUTE)
    event.remove(world.store.engine, "before_cursor_execute", record)
    asked = [(sql, values) for sql, values in statements if re.search(r"reminder|delivery|change", sql)]
    assert asked
    with world.store.read() as conn:
        for sql, values in asked:
            assert not scanned_tables(conn, sql, values), sql


def test_an_idle_tick_takes_as_many_steps_however_many_readers_there_are(tmp_path: Path) -> None:
    steps = Counter[int]()
    for reader_count in (10, 2_000):
        folder = tmp_path / str(reader_count)
        world = World(folder, url=f"sqlite:///{folder / 'eventcal.db'}")
        world.publish(SUMMIT, NOW)
        join(world, reader_count, NOW)
        world.tick(NOW + MINUTE)

        def count_steps(conn: Connection, *_: object, key: int = reader_count) -> None:
            driver_connection = conn.connection.dbapi_connection
            assert isinstance(driver_connection, sqlite3.Connection)
            driver_connection.set_progress_handler(lambda: steps.update([key]), 1)

        event.listen(world.store.engine, "before_cursor_execute", count_steps)
        world.tick(NOW + 2 * MINUTE)
        world.store.close()
    assert steps[10] > 100
    assert steps[2_000] < 1.2 * steps[10]


# threads


def test_threads_send_each_delivery_once_and_settle_all(tmp_path: Path) -> None:
    world = World(tmp_path, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    events = "\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(300))
    world.publish(events, NOW)
    threads = SenderThreads(8)
    try:
        world.tick(DAY_BEFORE, threads)
    finally:
        threads.close()

    assert len(world.recorder.received) == len({each.key for each in world.recorder.received}) == 300
    assert world.is_balanced()
    world.store.close()


def test_a_slow_channel_does_not_keep_another_waiting_nor_the_pass_for_ever(tmp_path: Path) -> None:
    settings = [ChannelSettings("slow", "log"), ChannelSettings("quick", "log")]
    world = World(tmp_path, settings, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(40)), NOW)
    world.channels["slow"] = slow = HeldChannel("test:slow")
    threads = SenderThreads(8)
    try:
        world.tick(DAY_BEFORE, threads, deadline_seconds=0.1)
        wait_until(lambda: len(world.recorders["quick"].received) == 40, "the quick one has all")
        slow.go_on.set()
        while not threads.wait(5):
            pass
        world.tick(DAY_BEFORE)
    finally:
        slow.go_on.set()
        threads.close()

    assert len(slow.received) == 40
    assert {state for state, _ in world.states()} == {"sent"}
    world.store.close()


def test_what_a_closing_sender_had_not_begun_is_given_back_without_an_attempt(tmp_path: Path) -> None:
    world = World(tmp_path, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(40)), NOW)
    world.channels["desk"] = slow = HeldChannel()
    threads = SenderThreads(2)
    world.tick(DAY_BEFORE, threads, deadline_seconds=0.1)
    wait_until(lambda: slow.asked, "one is being sent")
    threading.Timer(0.05, slow.go_on.set).start()
    threads.close()

    states = Counter(state for state, _ in world.states())
    assert states["sent"] == len(slow.received) < 40
    assert states["queued"] == 40 - len(slow.received)
    assert world.start(DAY_BEFORE) == 0
    world.store.close()


def test_what_a_relay_has_not_answered_when_the_process_ends_is_not_sent_a_third_time(tmp_path: Path) -> None:
    world = World(tmp_path, url=f"sqlite:///{tmp_path / '.eventcal' / 'eventcal.db'}")
    world.publish(SUMMIT, NOW)
    world.channels["desk"] = silent = HeldChannel(outcomes=[Ambiguous("no answer")])
    sender, threads = world.sender(lambda: DAY_BEFORE), SenderThreads(2)
    deliveries.tick(sender, LocalDispatcher(sender, threads), deadline_seconds=0.1)
    wait_until(lambda: silent.asked, "the relay has the mail")
    threads.close(seconds=0)
    sender.settle_unanswered()
    with world.store.read() as conn:
        assert health.list_breakers(conn) == {}, "a relay that was not given its time has not failed"
    silent.go_on.set()
    wait_until(lambda: silent.received, "the message that was on its way")

    assert world.start(DAY_BEFORE) == 0
    world.tick(DAY_BEFORE + AMBIGUOUS_RETRY_DELAY - timedelta(seconds=1))
    assert world.states() == [("retry", "ambiguous: no answer when the process ended")]
    world.tick(DAY_BEFORE + 2 * AMBIGUOUS_RETRY_DELAY)
    assert world.states() == [("dead", "no answer, twice: no answer")]
    first, second = (render_mail(message, "a@example.org") for message in silent.received)
    assert first == second
    world.store.close()


def test_a_mistake_at_one_delivery_costs_no_thread_and_is_tried_again_later() -> None:
    results: list[DeliveryResult] = []

    def handle(claim: Claim) -> DeliveryResult:
        if claim.id % 2:
            raise ZeroDivisionError("a bug")
        return decide_result(claim, Sent(), claim.read_at)

    threads = SenderThreads(2)
    try:
        threads.submit("test", [replace(CLAIM, id=number) for number in range(40)], handle, results.extend)
        assert threads.wait(WAIT_SECONDS)
    finally:
        threads.close()

    assert Counter(result.state for result in results) == {DeliveryState.SENT: 20, DeliveryState.RETRY: 20}
    assert {result.detail for result in results} == {"", "ZeroDivisionError: a bug"}
    assert all(result.not_before for result in results if result.state is DeliveryState.RETRY)


# what was said long ago


def test_what_was_said_over_a_year_ago_leaves_the_ledger_and_its_sums_stay_true(world: World) -> None:
    world.publish(ASKING, NOW)
    world.run(NOW, DAY_BEFORE)
    world.publish(ASKING.replace("16 10:00", "16 12:00"), DAY_BEFORE + MINUTE)
    world.run(DAY_BEFORE + MINUTE, DAY_BEFORE + timedelta(days=2))
    before = world.delivery_records()
    assert {each.kind for each in before} == {"reminder", "change"}

    later = DAY_BEFORE + timedelta(days=400)
    world.publish(
        f"{ASKING.replace('16 10:00', '16 12:00')}\n{SUMMIT.replace('summit', 'next').replace('2021', '2022')}", later
    )
    with world.store.write() as conn:
        assert retention.purge_old_deliveries(conn, later) == 0
    with world.store.write() as conn:
        assert retention.purge_old_deliveries(conn, later + timedelta(days=3)) == len(before)
        assert conn.execute(text("SELECT count(*) FROM attempt")).scalar() == 0
    assert world.delivery_records() == []
    assert world.is_balanced()
    with world.store.read() as conn:
        assert sum(each.erased for each in stats.balance(conn)) == len(before)


def test_what_is_kept_that_long_ends_where_its_use_does(world: World) -> None:
    """Of three, told on the same day, the two that are of use for years stay; the last is looked for by halves."""
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(3)), NOW)
    world.tick(DAY_BEFORE)
    with world.store.write() as conn:
        conn.execute(text("UPDATE delivery SET expires_at = 4000000000000 WHERE id < (SELECT max(id) FROM delivery)"))
    with world.store.write() as conn:
        assert retention.purge_old_deliveries(conn, DAY_BEFORE + timedelta(days=402)) == 1
        assert retention.purge_old_deliveries(conn, DAY_BEFORE + timedelta(days=402)) == 0
    assert len(world.delivery_records()) == 2
    assert world.is_balanced()


def test_whoever_is_deleted_takes_along_what_is_theirs_and_nothing_else(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("desk", "log"), ChannelSettings("other", "log")])
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    of_subscriptions = (delivery, last_notified, muted_event, zone_change)
    with world.store.write() as conn:
        for id in (1, 2):
            conn.execute(insert(muted_event).values(subscription_id=id, uid="summit@test"))
            conn.execute(insert(zone_change).values(subscription_id=id, old_zone="UTC"))
        retention.delete_subscriptions(conn, [1])
        left = [conn.execute(select(table.c.subscription_id)).scalars().all() for table in of_subscriptions]
        left.append(conn.execute(select(delivery.c.subscription_id).join_from(attempt, delivery)).scalars().all())

    assert left == [[2]] * 5
    assert world.is_balanced()


def test_who_ended_is_deleted_a_part_at_a_time_and_not_by_a_clock_that_may_be_wrong(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "MAX_SUBSCRIPTIONS_PURGED", 2)
    world.start(NOW)
    world.settings = ()
    world.start(NOW)
    retention.run_if_due(world.store, NOW)
    join(world, 3, NOW, state="pending")
    left = []
    for seconds in (0, 3600, 3601):
        retention.run_if_due(world.store, NOW + timedelta(days=40, seconds=seconds))
        with world.store.read() as conn:
            left.append(conn.execute(select(subscription.c.origin).order_by(subscription.c.id)).scalars().all())

    assert left == [["config", *["people"] * 3], ["config", "people"], ["config"]]


def test_what_is_old_is_deleted_a_part_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "MAX_DELIVERIES_PURGED", 2)
    world.publish("\n".join(SUMMIT.replace("id: summit", f"id: e{n}") for n in range(5)), NOW)
    world.tick(DAY_BEFORE)
    left = []
    for seconds in range(3):
        retention.run_if_due(world.store, DAY_BEFORE + timedelta(days=402, seconds=seconds))
        left.append(len(world.delivery_records()))

    assert left == [3, 1, 0]


def test_what_may_have_arrived_is_not_sent_a_third_time_though_the_process_ends_in_the_second_try(world: World) -> None:
    world.recorder.outcomes = [Ambiguous("no answer")]
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE delivery SET state = 'sending', owner = 'gone', lease_expires_at = 0")
        delivery_queue.recover(conn, DAY_BEFORE + MINUTE)

    world.run(DAY_BEFORE + MINUTE, DAY_BEFORE + 30 * MINUTE)

    assert len(world.recorder.received) == 2
    assert [state for state, _ in world.states()] == ["dead"]
