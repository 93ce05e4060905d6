"""Passes over a real store: what is due goes out once, what is not worth saying ends with its reason."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from eventcal import deliveries
from eventcal.channels import (
    Ambiguous,
    ChannelSettings,
    Outcome,
    Permanent,
    Postponed,
    Recheck,
    Retry,
    Sent,
    no_recheck,
)
from eventcal.deliveries import LeaseRecovery
from eventcal.deliveries.batches import InlineRunner
from eventcal.deliveries.outcome import released
from eventcal.deliveries.sender import ClaimBatch
from eventcal.deliveries.tick import plan_and_stage
from eventcal.errors import StoreReplaced
from eventcal.history import Edition
from eventcal.ledger_rows import Claim, DeliveryResult
from eventcal.messages import Message
from eventcal.store import Connection, StoreBusy, edition_store, retention
from eventcal.store.ledger import batch_reservations, delivery_queue, health, reminder_rows, stats
from eventcal.store.tables import edition

from .factories import read_registry
from .world import REGISTRY_HEADER, ScriptedChannel, World, utc

NOW = utc(2021, 9, 1, 12)
SUMMIT = "- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before, 1 hour before]}"
DAY_BEFORE = utc(2021, 9, 15, 5)  # 10:00 in Dushanbe
HOUR_BEFORE = utc(2021, 9, 16, 4)
START = utc(2021, 9, 16, 5)
MINUTE = timedelta(minutes=1)
MANY = "\n".join(f"- {{id: e{n}, title: E{n}, when: 2021-09-16 10:00, reminders: [1 hour before]}}" for n in range(12))


# what a ledger promises, it promises in either database
pytestmark = pytest.mark.usefixtures("either_database")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_a_reminder_goes_out_when_it_is_due_and_once(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE - timedelta(seconds=1))
    assert world.recorder.received == []

    for seconds in range(5):
        world.tick(DAY_BEFORE + timedelta(seconds=seconds))

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]
    assert world.states() == [("sent", "")]
    assert world.is_balanced()


def test_before_the_first_edition_a_pass_does_nothing(world: World) -> None:
    world.start(NOW)
    world.tick(NOW)

    assert world.states() == []


def test_a_store_that_no_longer_has_the_edition_at_hand_ends_the_process_before_it_sends(world: World) -> None:
    world.publish(SUMMIT, NOW)
    sender = world.sender(lambda: DAY_BEFORE)
    plan_and_stage(sender, NOW)
    with world.store.write() as conn:
        conn.execute(update(edition).values(digest="that of an older copy"))

    with pytest.raises(StoreReplaced, match="no longer has edition 1: an older copy or another store took its place"):
        plan_and_stage(sender, DAY_BEFORE)
    assert world.states() == []


def test_the_newest_edition_is_read_once_and_not_at_all_where_it_was_published(world: World) -> None:
    published: list[Edition | None] = [None]
    source = deliveries.newest_edition(lambda: published[-1])
    world.publish(SUMMIT, NOW)
    with world.store.read() as conn:
        first = source(conn)
        assert first is not None
        assert source(conn) is first

    world.publish(MOVED, NOW + MINUTE)
    published.append(world.edition())
    with world.store.read() as conn:
        assert source(conn) is deliveries.newest_edition(lambda: published[-1])(conn) is published[-1]

    world.publish(SUMMIT, NOW + 2 * MINUTE)
    with world.store.read() as conn:
        third = source(conn)
        assert third is not None and third.number == 3
        assert source(conn) is third


def test_each_lead_speaks_and_counts_the_distance_when_it_is_sent(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.run(NOW, START)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit", "Thu 16 Sep, 10:00: Summit"]


def test_every_configured_address_gets_a_delivery_of_its_own(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("desk", "email", to=("a@example.net", "b@example.net"))])
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)

    assert sorted(each.address for each in world.recorder.received) == ["a@example.net", "b@example.net"]
    assert len({each.key for each in world.recorder.received}) == 2


def test_a_channels_filter_keeps_what_it_asks_for(tmp_path: Path) -> None:
    settings = [ChannelSettings("all", "log"), ChannelSettings("some", "log", filter="tag=summit")]
    world = World(tmp_path, settings)
    world.publish(
        """
- {id: a, title: A, when: 2021-09-16 10:00, reminders: [1 hour before], tags: [summit]}
- {id: b, title: B, when: 2021-09-16 10:00, reminders: [1 hour before]}
""",
        NOW,
    )
    world.tick(HOUR_BEFORE)

    assert sorted(world.recorders["all"].subjects) == ["Thu 16 Sep, 10:00: A", "Thu 16 Sep, 10:00: B"]
    assert world.recorders["some"].subjects == ["Thu 16 Sep, 10:00: A"]


def test_an_operators_channel_gets_no_reminder(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("night", "log", audience="operator")])
    world.publish(SUMMIT, NOW)
    world.run(NOW, START)

    assert [each for each in world.recorder.received if each.kind != "alarm"] == []


# first heard of, late, over


def test_a_first_start_sends_nothing_that_was_due_before_it(world: World) -> None:
    world.publish(SUMMIT, DAY_BEFORE + 2 * MINUTE)
    world.run(DAY_BEFORE + 2 * MINUTE, START)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]
    assert ("2021-09-16 10:00 Asia/Dushanbe", "1 day before", "skipped", "past") in world.reminders()


def test_a_lead_that_passed_within_the_last_minute_still_speaks(world: World) -> None:
    world.publish(SUMMIT, DAY_BEFORE + timedelta(seconds=50))
    world.tick(DAY_BEFORE + timedelta(seconds=50))

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]


def test_after_downtime_what_is_still_useful_is_sent_and_says_that_it_is_late(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE + timedelta(hours=3))

    (message,) = world.recorder.received
    assert "This reminder is late; it was due 15 September 2021, 10:00 (Dushanbe, UTC+5)." in message.text
    assert message.data["late"] is True
    assert world.states() == [("sent", "late")]


def test_after_downtime_only_the_latest_of_several_leads_is_said(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(START - 10 * MINUTE)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]
    assert world.states() == [("skipped", "past"), ("sent", "late")]


def test_after_three_days_down_nothing_stale_is_sent_and_every_skip_is_explained(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(START + timedelta(days=3))

    assert world.recorder.received == []
    assert {reason for _, _, _, reason in world.reminders()} == {"past"}
    assert world.is_balanced()


def test_three_months_down_plans_roll_and_what_is_useful_is_late_but_said(world: World) -> None:
    world.publish("- {id: far, title: Far, when: 2021-12-20, reminders: [4 weeks before]}", NOW)
    world.tick(utc(2021, 12, 1))

    assert world.recorder.subjects == ["Mon 20 Dec: Far"]
    assert world.states() == [("sent", "late")]


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_is_set_repeats_nothing(world: World, hours: int) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    world.tick(DAY_BEFORE + timedelta(hours=hours))
    world.tick(DAY_BEFORE + timedelta(seconds=1))

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]


WEEKLY = """
- {id: weekly, title: Weekly, when: 2021-09-07 10:00, repeat: every week, reminders: [1 day before]}
- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before, 1 hour before]}
"""


@pytest.mark.parametrize(
    ("ahead", "answer"),
    [(timedelta(hours=25), Sent()), (timedelta(days=10), Retry("421 busy")), (timedelta(days=400), Sent())],
)
def test_a_clock_that_was_ahead_and_is_corrected_loses_nothing(
    world: World, ahead: timedelta, answer: Outcome, caplog: pytest.LogCaptureFixture
) -> None:
    world.publish(WEEKLY, NOW)
    at = DAY_BEFORE - 10 * MINUTE
    world.run(NOW, at)
    world.recorder.outcomes = [answer]
    for seconds in range(3):
        world.tick(at + ahead + timedelta(minutes=seconds))
    world.recorder.outcomes = [Sent()]
    world.run(at + MINUTE, utc(2021, 9, 28))

    subjects = [f"Tue {day} Sep, 10:00: Weekly" for day in (7, 14, 21, 28)]
    assert sorted(world.recorder.subjects) == ["Thu 16 Sep, 10:00: Summit"] * 2 + sorted(subjects)
    assert world.is_balanced()
    assert [line for line in caplog.messages if "the clock went back by" in line] == [
        f"the clock went back by {ahead + MINUTE}, to {at + MINUTE}: what it did while it was ahead is undone"
    ]


def test_a_second_copy_does_not_count_from_a_clock_that_was_ahead(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Ambiguous("no answer"), Sent())
    world.tick(DAY_BEFORE + timedelta(hours=20))
    world.run(DAY_BEFORE, DAY_BEFORE + 10 * MINUTE)

    first, second = world.recorder.received
    assert (first.key, DAY_BEFORE + timedelta(hours=20)) == (second.key, first.send_time)
    assert second.send_time <= DAY_BEFORE + 10 * MINUTE


def test_a_wait_is_not_lengthened_when_a_clock_is_corrected(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("busy"), Sent())
    world.tick(DAY_BEFORE)
    world.tick(DAY_BEFORE + timedelta(seconds=10))
    world.run(DAY_BEFORE - MINUTE, DAY_BEFORE + MINUTE)

    assert len(world.recorder.received) == 2


@pytest.mark.parametrize(
    ("answer", "hours"),
    [(Permanent("550 no such user"), [20, 0]), (Postponed("full", timedelta(days=2)), [0, 20, 0])],
    ids=["refused by the clock ahead", "no time left by the right one"],
)
def test_what_was_given_up_before_a_clock_is_corrected_stays_so(
    world: World, answer: Outcome, hours: list[int]
) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, answer, Sent())
    for hour in hours:
        world.tick(DAY_BEFORE + timedelta(hours=hour))
    world.run(DAY_BEFORE, DAY_BEFORE + 10 * MINUTE)

    assert [state for state, _ in world.states()] == ["dead"]
    assert len(world.recorder.received) == 1


def test_what_may_have_arrived_is_sent_once_more_and_no_third_time_though_a_clock_ahead_gave_it_up(
    world: World,
) -> None:
    world.publish(SUMMIT.replace(", 1 hour before", ""), NOW)
    answering(world, Ambiguous("no answer"))
    for hours in (0, 25, 1):
        world.tick(DAY_BEFORE + timedelta(hours=hours))
    world.run(DAY_BEFORE + timedelta(hours=1), DAY_BEFORE + timedelta(hours=3))

    assert len(world.recorder.received) == 2
    assert world.states() == [("dead", "no answer, twice: no answer")]


def test_what_is_given_back_after_the_clock_was_corrected_leaves_within_minutes(world: World) -> None:
    world.publish(SUMMIT, NOW)
    channels, ahead = dict(world.channels), DAY_BEFORE + timedelta(hours=20)
    world.channels.clear()
    world.tick(ahead)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", ahead, ahead + MINUTE, 10)
        (claim,) = delivery_queue.read_claimed(conn, "me", ahead)
    world.tick(DAY_BEFORE)
    with world.store.write() as conn:
        delivery_queue.settle(conn, [released(claim, DAY_BEFORE)])
    world.channels.update(channels)
    world.run(DAY_BEFORE, DAY_BEFORE + 10 * MINUTE)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]


def test_what_failed_or_was_written_by_a_clock_that_was_ahead_leaves_within_minutes(world: World) -> None:
    world.publish(SUMMIT + "\n- {id: news, title: News, when: 2021-10-01, reminders: [on change]}", NOW)
    ahead = NOW + timedelta(days=20)
    answering(world, *[Retry("421 busy", is_destination_down=True)] * 9)
    world.publish("- {id: news, title: News, when: 2021-10-02, reminders: [on change]}", ahead)
    for hours in range(3):
        world.tick(ahead + timedelta(hours=hours))
    answering(world, Sent())
    world.run(NOW, NOW + 6 * MINUTE)

    assert [message.kind for message in world.recorder.received][-1] == "change"
    assert world.states()[-1] == ("sent", "")


def test_an_added_event_whose_leads_have_all_passed_is_told_once_by_the_latest(world: World) -> None:
    other = "- {id: other, title: Other, when: 2021-12-01, reminders: []}\n"
    world.publish(other, NOW)
    world.publish(other + SUMMIT, START - 30 * MINUTE)
    world.run(START - 30 * MINUTE, START)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]
    assert world.states() == [("sent", "")]


@pytest.mark.parametrize(
    ("told", "added"),
    [
        (SUMMIT, SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: other").replace("09-16", "09-17")),
        (
            SUMMIT.replace("reminders", "repeat: every week, reminders"),
            SUMMIT.replace("reminders", "repeat: every week, also: [2021-09-17], reminders"),
        ),
    ],
    ids=["event", "date of a series"],
)
def test_whoever_was_told_of_another_is_told_of_what_is_added_too_late_for_its_leads(
    world: World, told: str, added: str
) -> None:
    world.publish(told, NOW)
    world.run(NOW, START)
    world.publish(added, START + timedelta(hours=23, minutes=30))
    world.run(START, START + timedelta(days=1))

    assert [message.subject for message in world.recorder.received[2:]] == ["Fri 17 Sep, 10:00: Summit"]


def test_a_day_known_to_the_hour_of_its_zone_is_not_said_after_its_end(world: World) -> None:
    world.publish("- {id: d, title: Day, when: 2021-09-16/18, reminders: [on the day at 08:00]}", NOW)
    world.tick(utc(2021, 9, 16, 18, 59))  # one minute before midnight in Dushanbe
    assert world.recorder.subjects == ["16–18 Sep: Day"]


def test_a_second_channel_added_later_gets_what_lies_ahead_of_it(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    world.settings = (*world.settings, ChannelSettings("late", "log"))
    world.recorders["late"] = world.channels["late"] = ScriptedChannel("test:late")
    world.start(DAY_BEFORE + 5 * MINUTE)
    world.run(DAY_BEFORE + 5 * MINUTE, START)

    assert world.recorders["late"].subjects == ["Thu 16 Sep, 10:00: Summit"]


def test_a_subscription_confirmed_within_the_last_minute_is_served_at_the_due_time(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE - timedelta(seconds=40))  # staged
    world.settings = (*world.settings, ChannelSettings("late", "log"))
    world.recorders["late"] = world.channels["late"] = ScriptedChannel("test:late")
    world.start(DAY_BEFORE - timedelta(seconds=20))
    world.tick(DAY_BEFORE)

    assert world.recorders["late"].subjects == world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]


# what changes between plan and send

MOVED = SUMMIT.replace("2021-09-16 10:00", "2021-09-20 10:00")
CANCELLED = SUMMIT.replace("title: Summit", "title: Summit, status: cancelled")
POSTPONED = (
    "- {id: summit, title: Summit, when: TBD, status: postponed, was: 2021-09-16 10:00, reminders: [1 day before]}"
)


@pytest.mark.parametrize(
    ("edit", "reason"),
    [
        (MOVED, "moved"),
        (CANCELLED, "cancelled"),
        ("", "vanished"),
        (POSTPONED, "postponed"),
        (SUMMIT.replace("1 day before, ", ""), "rule"),
    ],
    ids=["moved", "cancelled", "vanished", "postponed", "rule"],
)
def test_what_is_not_so_any_more_is_skipped_with_its_reason_and_comes_back_when_it_is_so_again(
    world: World, edit: str, reason: str
) -> None:
    staged = DAY_BEFORE - timedelta(seconds=30)
    world.publish(SUMMIT, NOW)
    world.tick(staged)
    world.publish(edit, staged + timedelta(seconds=5))
    world.tick(DAY_BEFORE)
    assert world.recorder.received == []
    assert world.states() == [("skipped", reason)]

    world.publish(SUMMIT, DAY_BEFORE + timedelta(seconds=5))
    world.tick(DAY_BEFORE + timedelta(seconds=5))
    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]
    assert world.states() == [("sent", "")]
    assert world.is_balanced()


def test_what_was_sent_before_a_move_and_back_is_not_sent_again(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    world.publish(MOVED, DAY_BEFORE + MINUTE)
    world.publish(SUMMIT, DAY_BEFORE + 2 * MINUTE)
    world.run(DAY_BEFORE + 2 * MINUTE, START)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit", "Thu 16 Sep, 10:00: Summit"]


@pytest.mark.parametrize(
    ("before", "after", "subject", "was"),
    [
        (
            SUMMIT + "\n" + MANY,
            MOVED,
            "Moved to Mon 20 Sep, 10:00: Summit",
            "Was: Thursday, 16 September 2021, 10:00 (Dushanbe",
        ),
        (CANCELLED, MOVED, "Back on, Mon 20 Sep, 10:00: Summit", "Was: Cancelled: Thursday, 16 September"),
        (MOVED, MOVED.replace("when", "place: Osh, when"), "Mon 20 Sep, 10:00: Summit, Osh", "New venue, Osh: Summit"),
    ],
    ids=["moved", "restored", "another place"],
)
def test_a_reminder_announces_the_change_that_its_reader_does_not_know_and_no_notice_follows(
    world: World, before: str, after: str, subject: str, was: str
) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    world.publish(before, DAY_BEFORE + MINUTE)
    reminder_due = DAY_BEFORE + timedelta(days=4)
    world.run(DAY_BEFORE + MINUTE, reminder_due - 2 * MINUTE)
    told = len(world.recorder.received)
    world.publish(after, reminder_due - MINUTE)
    world.run(reminder_due - MINUTE, reminder_due + timedelta(hours=1))

    (reminder,) = world.recorder.received[told:]
    assert (reminder.kind, reminder.subject) == ("reminder", subject)
    assert was in reminder.text
    assert reminder.data["old"]
    world.run(reminder_due + timedelta(hours=1), reminder_due + timedelta(days=1))
    assert world.recorder.received[told + 1].data["old"] is None
    assert world.is_balanced()


def test_a_reminder_announces_no_change_where_the_calendar_alone_has_another_language(world: World) -> None:
    summit = SUMMIT.replace("when", "place: {name: {en: Hall, de: Saal}}, when")
    world.publish(summit, NOW)
    world.tick(DAY_BEFORE)
    world.publish(summit, DAY_BEFORE + MINUTE, header=REGISTRY_HEADER.replace("{id", "{language: de, id"))
    world.run(DAY_BEFORE + MINUTE, HOUR_BEFORE)

    _, reminder = world.recorder.received
    assert (reminder.subject, reminder.data["old"]) == ("Do., 16. Sept., 10:00: Summit, Saal", None)


def test_a_reminder_announces_no_change_to_those_who_were_told_of_it(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("told", "log"), ChannelSettings("untold", "log")])
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    world.recorders["untold"].outcomes = [Retry("busy")]
    world.publish(SUMMIT.replace("when", "place: Osh, when"), DAY_BEFORE + MINUTE)
    world.run(DAY_BEFORE + MINUTE, HOUR_BEFORE - 2 * MINUTE)
    world.recorders["untold"].outcomes = [Sent()]
    world.tick(HOUR_BEFORE)

    reminders = [recorder.received[-1] for recorder in world.recorders.values()]
    assert [(reminder.kind, bool(reminder.data["old"])) for reminder in reminders] == [
        ("reminder", False),
        ("reminder", True),
    ]


def test_an_edition_that_comes_while_a_message_waits_is_what_decides(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    """The edition is read again when the claim has waited: here, while another message of the batch was being sent."""
    world.publish(SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: other").replace("Summit", "Other"), NOW)
    clock = [HOUR_BEFORE]

    class Slow(ScriptedChannel):
        def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
            if not self.received:
                clock[0] += timedelta(seconds=30)
                world.publish("", clock[0])
            return super().send(message)

    world.channels["desk"] = slow = Slow()
    sender = world.sender(lambda: clock[0])
    with caplog.at_level("INFO", "eventcal.deliveries"):
        deliveries.tick(sender, deliveries.LocalDispatcher(sender))

    assert len(slow.received) == 1
    assert {("sent", ""), ("skipped", "vanished")} < set(world.states())
    assert "state=skipped" in caplog.text


def test_claims_of_a_batch_that_waited_are_read_again_at_once(world: World) -> None:
    world.publish(MANY, NOW)
    source, reads = world.source, list[datetime]()

    def read_edition(conn: Connection) -> Edition | None:
        reads.append(clock[0])
        return source(conn)

    clock, world.source = [HOUR_BEFORE], read_edition
    sender = world.sender(lambda: clock[0])
    plan_and_stage(sender, HOUR_BEFORE)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", HOUR_BEFORE, START, 12)
        claims = delivery_queue.read_claimed(conn, "me", HOUR_BEFORE)
    clock[0] += timedelta(seconds=1)
    batch = ClaimBatch(claims)

    assert {sender.handle(claim, batch=batch).state for claim in claims} == {"sent"}
    assert reads.count(clock[0]) == 1


def test_a_claim_that_another_sender_has_taken_over_is_not_sent(world: World) -> None:
    world.publish(SUMMIT, NOW)
    sender = world.sender(lambda: DAY_BEFORE + timedelta(seconds=1))
    plan_and_stage(sender, DAY_BEFORE)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", DAY_BEFORE, DAY_BEFORE, 1)
        (claim,) = delivery_queue.read_claimed(conn, "me", DAY_BEFORE)
        delivery_queue.recover(conn, DAY_BEFORE)

    assert sender.handle(claim).reason == "taken over"
    assert world.recorder.received == []


@pytest.mark.parametrize(
    ("edit", "wait", "state", "reason"),
    [
        ("", timedelta(seconds=1), "skipped", "vanished"),
        ("", timedelta(seconds=0.5), "sent", ""),
        (SUMMIT + " # as it was", timedelta(seconds=1), "sent", ""),
        (None, timedelta(seconds=1), "sending", ""),
    ],
    ids=["removed", "young", "unchanged", "taken over"],
)
def test_a_message_that_waited_is_looked_at_again_before_its_receiver_gets_it(
    world: World, edit: str | None, wait: timedelta, state: str, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    world.publish(SUMMIT, NOW)
    clock = [DAY_BEFORE]

    class Waits(ScriptedChannel):
        def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
            clock[0] += wait
            if edit is not None:
                world.publish(edit, clock[0])
            else:
                with world.store.write() as conn:
                    conn.exec_driver_sql("UPDATE delivery SET fencing_token = fencing_token + 1, owner = 'other'")
            recheck()
            return super().send(message)

    world.channels["desk"] = waits = Waits()
    sender = world.sender(lambda: clock[0])
    deliveries.tick(sender, deliveries.LocalDispatcher(sender))

    assert len(waits.received) == (state == "sent")
    assert world.states() == [(state, reason)]
    assert not [record for record in caplog.records if record.exc_info], "it is no channel's mistake"


def _talk(keys: str = "") -> str:
    return f"- {{id: talk, title: Talk, when: 2021-09-06 10:00, repeat: every week, reminders: [on change], {keys}}}"


def _noted(event: str, *notes: str) -> str:
    return event.replace("title: ", f"notes: {json.dumps(chr(10).join(notes))}, title: ")


@pytest.mark.parametrize(
    ("before", "edits", "reason"),
    [
        (SUMMIT, [_noted(CANCELLED, "The hall is closed.", "", "Doors at 9.")], "The hall is closed."),
        (SUMMIT, [CANCELLED, _noted(CANCELLED, "Doors at 9.", "", "The hall is closed.")], "The hall is closed."),
        (SUMMIT, [_noted(CANCELLED, "Doors at 9.")], None),
        (SUMMIT, [_noted(POSTPONED, "The hall is closed.")], "The hall is closed."),
        (SUMMIT, [_noted(MOVED, "Now two hours.", "", "Doors at 9.")], "Now two hours."),
        (_talk(), [_talk("exceptions: {2021-09-20: {status: cancelled, notes: No hall.}}")], "No hall."),
    ],
    ids=["cancelled", "said a minute later", "no reason", "postponed", "moved", "one date"],
)
def test_a_notice_tells_what_the_notes_gained_with_the_change_and_nothing_else_of_them(
    world: World, before: str, edits: list[str], reason: str | None
) -> None:
    world.publish(_noted(before, "Doors at 9."), NOW)
    world.run(NOW, DAY_BEFORE + MINUTE)
    told = len(world.recorder.received)
    start = DAY_BEFORE + MINUTE if before is SUMMIT else NOW + MINUTE
    for minutes, edit in enumerate(edits):
        world.publish(edit, start + minutes * MINUTE)
    world.run(start, start + 10 * MINUTE)

    (notice,) = world.recorder.received[told:]
    assert notice.data["changes"][0]["notes"] == reason  # type: ignore[index]
    assert "Doors at 9." not in notice.text
    if reason:
        assert f"\n\n{reason}\n" in notice.text
        assert f"<p>{reason}</p>" in notice.html
        assert notice.notification is not None and notice.notification.body.endswith(f"\n{reason}")


@pytest.mark.parametrize(
    "comes_back", ["", "exceptions: {2021-09-20: {when: 2021-09-21 11:00}}"], ids=["as it was", "moved"]
)
def test_a_date_told_as_cancelled_and_then_dropped_is_announced_when_it_comes_back(
    world: World, comes_back: str
) -> None:
    for hours, keys in enumerate(
        ("", "exceptions: {2021-09-20: {status: cancelled}}", "except: [2021-09-20]", comes_back)
    ):
        now = NOW + timedelta(hours=hours)
        world.publish(_talk(keys), now)
        world.run(now, now + 10 * MINUTE)

    assert [message.data["changes"][0]["kind"] for message in world.recorder.received] == ["cancelled", "restored"]  # type: ignore[index]


def test_a_date_that_was_dropped_without_a_word_comes_back_without_one(world: World) -> None:
    for hours, keys in enumerate(("", "except: [2021-09-20]", "")):
        world.publish(_talk(keys), NOW + timedelta(hours=hours))
    world.run(NOW, NOW + timedelta(hours=3))

    assert world.recorder.received == []
    with world.store.read() as conn:
        assert edition_store.changes(conn) == []


# what channels answer


def answering(world: World, *answers: Outcome | Exception) -> None:
    world.recorder.outcomes = list(answers)


def test_a_failure_is_tried_again_with_the_same_id_until_it_is_taken(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("busy"), Retry("busy"), Sent())
    world.run(NOW, DAY_BEFORE)
    with world.store.read() as conn:
        assert batch_reservations.in_flight(conn, DAY_BEFORE) == {}
    world.run(DAY_BEFORE, DAY_BEFORE + timedelta(minutes=10))

    assert len(world.recorder.received) == 3
    assert len({each.key for each in world.recorder.received}) == 1
    assert world.states() == [("sent", "late")]


def test_a_refusal_for_good_is_dead_at_once_and_can_be_sent_again_under_another_generation(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Ambiguous("no answer"), Permanent("550 no such user"), Sent())
    world.run(NOW, DAY_BEFORE + 10 * MINUTE)
    (dead,) = world.delivery_records(state="dead")
    assert (dead.reason_text, dead.detail, dead.attempts) == ("550 no such user", "550 no such user", 2)

    with world.store.write() as conn:
        assert delivery_queue.requeue_dead(conn, [dead.id, dead.id], DAY_BEFORE + 11 * MINUTE) == 1
        columns = "state, reason, detail, attempts, ambiguous_sent_at, settled_at"
        assert tuple(conn.exec_driver_sql(f"SELECT {columns} FROM delivery").one()) == ("queued", "", "", 0, None, None)
    world.tick(DAY_BEFORE + 11 * MINUTE)
    first, _, second = (each.key for each in world.recorder.received)
    assert first.removesuffix(".0") == second.removesuffix(".1")
    assert world.is_balanced()


def test_what_waits_for_its_next_try_is_tried_at_once_when_an_operator_asks(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("429", timedelta(hours=2)), Sent())
    world.run(NOW, DAY_BEFORE)
    (waiting,) = world.delivery_records(state="retry")

    with world.store.write() as conn:
        assert [delivery_queue.retry_now(conn, [waiting.id], DAY_BEFORE + MINUTE) for _ in range(2)] == [1, 0]
    world.tick(DAY_BEFORE + MINUTE)
    assert [record.state for record in world.delivery_records()] == ["sent"]
    assert world.is_balanced()


def test_retry_after_is_obeyed_when_it_is_longer(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("429", timedelta(hours=2)), Sent())
    world.run(NOW, DAY_BEFORE + timedelta(hours=2) - MINUTE)
    assert len(world.recorder.received) == 1

    world.run(DAY_BEFORE + timedelta(hours=2) - MINUTE, DAY_BEFORE + timedelta(hours=2))
    assert len(world.recorder.received) == 2


def test_asked_to_wait_ten_days_a_reminder_of_tomorrow_is_dead_at_once(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("429", timedelta(days=10)))
    world.tick(DAY_BEFORE)

    ((state, reason),) = world.states()
    assert state == "dead"
    assert reason == "asked to wait 10 days, 0:00:00: 429"


def test_what_fails_for_as_long_as_it_is_useful_is_dead(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("busy"))
    world.run(NOW, START + timedelta(days=1))

    assert [state for state, _ in world.states()] == ["dead", "dead"]
    assert world.is_balanced()


def test_a_message_is_tried_as_long_as_it_is_of_use(world: World) -> None:
    world.publish("- {id: far, title: Far, when: 2021-10-20, reminders: [5 weeks before]}", NOW)
    answering(world, Retry("busy"))
    world.run(NOW, utc(2021, 9, 20))

    ((state, reason),) = world.states()
    assert (state, reason) == ("retry", "busy")


def test_no_answer_leads_to_one_more_copy_and_no_third(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Ambiguous("no answer"))
    world.run(NOW, DAY_BEFORE + timedelta(hours=20))

    assert len(world.recorder.received) == 2
    assert world.recorder.received[0] == world.recorder.received[1]  # the same bytes, also its Date
    with world.store.read() as conn:
        first, second = conn.exec_driver_sql("SELECT at FROM attempt ORDER BY id").scalars()
    assert second - first >= timedelta(minutes=5) // timedelta(milliseconds=1)
    assert [state for state, _ in world.states()] == ["dead"]


@pytest.mark.parametrize(("down", "is_same"), [(timedelta(seconds=20), True), (timedelta(hours=1), False)])
def test_what_a_killed_process_may_have_sent_is_the_same_bytes_unless_it_comes_late(
    world: World, down: timedelta, is_same: bool
) -> None:
    """Two are killed after the last byte, seconds after they had claimed it; the third one finishes."""
    world.publish(SUMMIT, NOW)
    moment = DAY_BEFORE + timedelta(seconds=7, milliseconds=300)
    for death in range(3):
        sender = world.sender(lambda: moment)  # noqa: B023
        plan_and_stage(sender, moment)
        with world.store.write() as conn:
            delivery_queue.claim(conn, "desk", f"{death}", moment, moment, 10)
            (claim,) = delivery_queue.read_claimed(conn, f"{death}", moment)
        moment += timedelta(seconds=5)
        result = sender.handle(claim)
        if death == 2:
            sender.settle([result])
        else:
            moment += down
            world.start(moment)

    first, second, third = world.recorder.received
    assert (first == second == third) is is_same
    assert first.key == second.key == third.key
    assert ("This reminder is late" in third.text) is not is_same
    assert world.states() == [("sent", "late")]  # accepted more than a minute after its time


def test_what_a_killed_process_may_have_sent_is_the_same_bytes_though_it_was_refused_in_between(world: World) -> None:
    world.publish(SUMMIT.replace("1 day", "1 minute"), NOW)
    moment = START - MINUTE
    sender = world.sender(lambda: moment)
    plan_and_stage(sender, moment)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", moment, moment, 10)
        for claim in delivery_queue.read_claimed(conn, "me", moment):
            sender.handle(claim)
    world.start(moment + timedelta(seconds=5))
    answering(world, Retry("450"), Sent())
    world.run(moment + timedelta(seconds=5), START)

    killed, refused, sent = world.recorder.received
    assert killed == refused == sent


def test_each_message_leaves_a_line_with_its_key_and_without_an_address(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    world = World(tmp_path, [ChannelSettings("desk", "email", to=("a@example.net",))])
    world.publish(SUMMIT, NOW)
    answering(world, Retry("450 café\nlater"), Sent("250 kept for a@example.net"))
    with caplog.at_level("INFO", "eventcal.deliveries"):
        world.run(NOW, DAY_BEFORE + MINUTE)

    key = world.recorder.received[0].key
    first, second = (each.getMessage() for each in caplog.records if each.name.startswith("eventcal.deliveries"))
    assert first == (
        f'delivery key={key} kind=reminder channel=desk state=retry attempt=1 after=0.000s reason="450 café\\nlater"'
    )
    assert f"key={key} " in second
    assert "state=sent attempt=2" in second
    assert "example.net" not in caplog.text


def test_a_poisoned_event_is_dead_with_its_reason_and_the_others_go_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.publish(SUMMIT + "\n" + SUMMIT.replace("id: summit", "id: other").replace("Summit", "Other"), NOW)

    def poisoned(version: object, language: str = "", /) -> bytes:
        if version.event.id == "summit":  # type: ignore[attr-defined]
            raise UnicodeError("no such letter")
        return b""

    world.render_context = deliveries.RenderContext(build_ics=poisoned)
    world.tick(HOUR_BEFORE)

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Other"]
    assert ("dead", "cannot be written: UnicodeError: no such letter") in world.states()


def test_a_channels_own_mistake_is_one_deliverys_failure(world: World) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, RuntimeError("oops"), Sent())
    world.run(NOW, DAY_BEFORE + 5 * MINUTE)

    assert world.states() == [("sent", "")]


# breakers and pauses


def test_five_failures_in_a_row_close_a_destination_and_spend_no_more_attempts(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    world.publish(MANY, NOW)
    answering(world, Retry("connection refused", is_destination_down=True))
    with caplog.at_level("DEBUG", "eventcal.deliveries"):
        world.tick(HOUR_BEFORE)

    assert caplog.text.count('state="given back"') == 7
    assert len(world.recorder.received) == 5
    assert [each.state for each in world.delivery_records()].count("queued") == 7
    assert sorted(each.attempts for each in world.delivery_records()) == [0] * 7 + [1] * 5
    with world.store.read() as conn:
        assert stats.ledger_stats(conn, HOUR_BEFORE).open_breakers == (("test:desk", "connection refused"),)


def test_an_open_breaker_lets_a_probe_through_once_a_minute_and_closes_when_it_is_answered(world: World) -> None:
    world.publish(MANY, NOW)
    answering(world, Retry("connection refused", is_destination_down=True))
    for seconds in range(180):
        world.tick(HOUR_BEFORE + timedelta(seconds=seconds))
    assert 6 <= len(world.recorder.received) <= 8

    answering(world, Sent())
    for seconds in range(180, 1200, 20):
        world.tick(HOUR_BEFORE + timedelta(seconds=seconds))
    assert {state for state, _ in world.states()} == {"sent"}
    assert world.is_balanced()


def test_an_open_breaker_closes_as_well_when_the_address_of_the_probe_is_refused(world: World) -> None:
    world.publish(MANY, NOW)
    answering(world, Retry("connection refused", is_destination_down=True))
    world.tick(HOUR_BEFORE)
    answering(world, Permanent("550 no such user", is_address_unknown=True), Sent())
    for seconds in range(60, 65):
        world.tick(HOUR_BEFORE + timedelta(seconds=seconds))

    states = [state for state, _ in world.states()]
    assert (states.count("dead"), states.count("sent")) == (1, 11)
    assert world.is_balanced()


def test_one_recipients_refusal_closes_nothing(world: World) -> None:
    world.publish(MANY, NOW)
    answering(world, Permanent("550"))
    world.tick(HOUR_BEFORE)

    assert len(world.recorder.received) == 12


def test_a_sender_reads_who_asks_for_what_again_when_preferences_change_and_only_then(world: World) -> None:
    world.publish(SUMMIT, NOW)
    sender = world.sender(lambda: NOW)
    groups = sender.subscription_groups()
    assert sender.subscription_groups() is groups

    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE subscription SET zone = 'Europe/Berlin'")
        reminder_rows.mark_preferences_changed(conn)
    assert [group.zone for group in (*groups, *sender.subscription_groups())] == ["", "Europe/Berlin"]


def test_a_message_that_may_have_arrived_is_not_sent_again_once_it_is_of_no_use(world: World) -> None:
    world.publish(SUMMIT.replace("1 day before, ", ""), NOW)
    world.recorder.outcomes = [Ambiguous("no answer"), Sent()]
    world.tick(HOUR_BEFORE)
    world.tick(START)

    assert len(world.recorder.received) == 1
    assert [state for state, _ in world.states()] == ["dead"]


DOWN = Retry("451", is_destination_down=True)


@pytest.mark.parametrize(
    ("fifth", "sent"),
    [
        (DOWN, 5),
        (Sent(), 4 + 1 + 5),
        (Permanent("550 5.1.1", is_address_unknown=True), 4 + 1 + 5),
        (Permanent("552"), 4 + 1 + 1),
        (Retry("450"), 4 + 1 + 1),
    ],
    ids=["failure", "accepted", "address unknown", "message refused", "mailbox busy"],
)
def test_five_failures_of_a_destination_in_a_row_hold_back_the_rest_before_they_are_written_down(
    world: World, fifth: Outcome, sent: int
) -> None:
    world.publish(MANY, NOW)
    world.recorder.outcomes = [DOWN, DOWN, DOWN, DOWN, fifth, DOWN]
    sender = world.sender(lambda: HOUR_BEFORE)
    plan_and_stage(sender, HOUR_BEFORE)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", HOUR_BEFORE, START, 12)
        claims = delivery_queue.read_claimed(conn, "me", HOUR_BEFORE)

    results = [sender.handle(claim) for claim in claims]

    assert len(world.recorder.received) == sent
    assert [bool(result.outcome) for result in results] == [True] * sent + [False] * (12 - sent)


def test_five_failures_that_are_counted_while_a_message_is_written_hold_it_back(world: World) -> None:
    others: list[Claim] = []

    def build_ics(version: object, language: str = "", /) -> bytes:
        while others:
            sender.handle(others.pop())
        return b""

    world.render_context = deliveries.RenderContext(build_ics=build_ics)
    world.recorder.outcomes = [DOWN]
    world.publish(MANY, NOW)
    sender = world.sender(lambda: HOUR_BEFORE)
    plan_and_stage(sender, HOUR_BEFORE)
    with world.store.write() as conn:
        delivery_queue.claim(conn, "desk", "me", HOUR_BEFORE, START, 6)
        first, *others = delivery_queue.read_claimed(conn, "me", HOUR_BEFORE)

    assert sender.handle(first).outcome == ""
    assert len(world.recorder.received) == 5


@pytest.mark.parametrize(
    ("answers", "failures", "wait"),
    [
        ([DOWN, DOWN, Sent(), DOWN], 1, None),
        ([DOWN, DOWN, Permanent("550 5.1.1", is_address_unknown=True), DOWN], 1, None),
        ([DOWN, Ambiguous("no answer"), DOWN], 3, None),
        ([Retry("429", 20 * MINUTE, True), Retry("429", 10 * MINUTE, True)], 2, 20 * MINUTE),
        ([Retry("503", timedelta(days=10), True)], 1, timedelta(hours=4)),
    ],
    ids=["accepted", "address unknown", "no answer", "the longer wait", "a wait too long"],
)
def test_the_results_of_a_batch_are_one_report_of_its_destination(
    world: World, answers: list[Outcome | Exception], failures: int, wait: timedelta | None
) -> None:
    world.publish(MANY, NOW)
    world.recorder.outcomes = [*answers, Permanent("552")]
    world.tick(HOUR_BEFORE)
    with world.store.read() as conn:
        breaker = health.list_breakers(conn)["test:desk"]

    assert (breaker.failures, breaker.open_until) == (failures, wait and HOUR_BEFORE + wait)


def test_a_dead_destination_does_not_keep_another_waiting(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("bad", "log"), ChannelSettings("good", "log")])
    world.recorders["bad"].outcomes = [Retry("refused", is_destination_down=True)]
    world.publish(MANY, NOW)
    world.tick(HOUR_BEFORE)

    assert len(world.recorders["good"].received) == 12


@pytest.mark.parametrize("name", ["", "desk"])
def test_a_pause_holds_everything_back_until_it_is_lifted(world: World, name: str) -> None:
    world.publish(SUMMIT, NOW)
    with world.store.write() as conn:
        health.pause(conn, name)
    world.tick(DAY_BEFORE)
    assert world.recorder.received == []

    with world.store.write() as conn:
        assert health.resume(conn, name)
    world.tick(DAY_BEFORE + MINUTE)
    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit"]


def test_a_reminder_and_a_notice_that_waited_together_tell_of_a_change_once(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.run(NOW, DAY_BEFORE)
    with world.store.write() as conn:
        health.pause(conn, "desk")
    world.publish(SUMMIT.replace("10:00", "10:30"), HOUR_BEFORE)
    for minutes in (6, 40):
        world.tick(HOUR_BEFORE + minutes * MINUTE)
    assert [record.kind for record in world.delivery_records(state="open")] == ["reminder", "change"]
    with world.store.write() as conn:
        health.resume(conn, "desk")
    for seconds in (0, 3):
        world.tick(HOUR_BEFORE + 40 * MINUTE + timedelta(seconds=seconds))

    assert world.recorder.subjects == ["Thu 16 Sep, 10:00: Summit", "Moved to Thu 16 Sep, 10:30: Summit"]
    assert sorted(state for state, _ in world.states()) == ["sent", "sent", "skipped"]


def test_an_event_that_leaves_a_filter_while_its_reminder_waits_is_not_sent(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("desk", "log", filter="tag=summit")])
    world.publish(SUMMIT.replace("title:", "tags: [summit], title:"), NOW)
    answering(world, Retry("451"))
    world.tick(DAY_BEFORE)
    world.publish(SUMMIT, DAY_BEFORE + MINUTE)
    world.tick(DAY_BEFORE + 2 * MINUTE)

    assert len(world.recorder.received) == 1
    assert world.states() == [("skipped", "filter")]
    with world.store.read() as conn:
        assert conn.exec_driver_sql("SELECT count(*) FROM delivery WHERE settled_at IS NULL").scalar_one() == 0


@pytest.mark.parametrize("name", ["", "desk"])
def test_what_is_past_ends_within_the_hour_while_it_is_paused(world: World, name: str) -> None:
    world.publish(SUMMIT, NOW)
    answering(world, Retry("451"))
    world.tick(DAY_BEFORE)
    with world.store.write() as conn:
        health.pause(conn, name)
    ended = {}
    for hours in range(26):
        world.tick(DAY_BEFORE + timedelta(hours=hours, minutes=1))
        retention.run_if_due(world.store, DAY_BEFORE + timedelta(hours=hours, minutes=1))
        ended[hours] = world.states()

    assert ended[22] == [("retry", "451")]
    assert ended[23] == [("dead", "no time left: 451"), ("queued", "")]
    assert ended[24] == ended[25] == [("dead", "no time left: 451"), ("skipped", "past")]
    assert len(world.recorder.received) == 1
    assert world.is_balanced()


def test_much_that_is_past_ends_a_part_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eventcal.store.retention.MAX_EXPIRED_PER_TRANSACTION", 5)
    world.publish(MANY, NOW)
    with world.store.write() as conn:
        health.pause(conn)
    world.tick(HOUR_BEFORE)
    left = []
    for seconds in range(4):
        retention.run_if_due(world.store, START + timedelta(hours=1, seconds=seconds))
        left.append([state for state, _ in world.states()].count("queued"))
    assert left == [7, 2, 0, 0]


# interrupted


def test_what_a_dead_process_was_sending_is_put_back_and_counted_as_ambiguous(world: World) -> None:
    world.publish(SUMMIT, NOW)

    class Killed(ScriptedChannel):
        def send(self, message: Message, recheck: Recheck = no_recheck) -> Outcome:
            raise KeyboardInterrupt

    world.channels["desk"] = Killed()
    with pytest.raises(KeyboardInterrupt):
        world.tick(DAY_BEFORE)
    world.tick(DAY_BEFORE + MINUTE)  # it is claimed still
    assert [each.state for each in world.delivery_records()] == ["sending"]

    world.channels["desk"] = after = ScriptedChannel()
    assert world.start(DAY_BEFORE + 2 * MINUTE) == 1
    world.tick(DAY_BEFORE + 2 * MINUTE)
    assert after.subjects == ["Thu 16 Sep, 10:00: Summit"]
    with world.store.read() as conn:
        assert stats.ledger_stats(conn, DAY_BEFORE).ambiguous == 1
    assert [each.attempts for each in world.delivery_records()] == [2]
    assert world.is_balanced()


def test_a_channel_taken_out_of_the_configuration_ends_what_waits_for_it(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE - timedelta(seconds=30))
    world.settings = (ChannelSettings("other", "log"),)
    world.start(DAY_BEFORE - timedelta(seconds=20))
    world.tick(DAY_BEFORE)

    assert world.recorder.received == []
    assert ("skipped", "unsubscribed") in world.states()


# rehearsal


def test_a_rehearsal_is_what_the_passes_would_send_in_order(world: World) -> None:
    world.publish(SUMMIT + "\n- {id: m, title: Month, when: 2021-10, reminders: [1 week before at 09:00]}", NOW)
    found = list(deliveries.rehearse(world.edition(), [ChannelSettings("desk", "log")], NOW, utc(2021, 11, 1)))

    assert [(each.message.send_time, each.recipient, each.message.subject) for each in found] == [
        (DAY_BEFORE, "desk", "Thu 16 Sep, 10:00: Summit"),
        (HOUR_BEFORE, "desk", "Thu 16 Sep, 10:00: Summit"),
        (utc(2021, 9, 24, 4), "desk", "Expected in October 2021 (date to be confirmed): Month"),
    ]
    assert list(deliveries.rehearse(world.edition(), [ChannelSettings("desk", "log")], NOW, DAY_BEFORE)) == []


def test_a_rehearsal_has_each_digest_also_where_nothing_else_is_due_between_them(world: World) -> None:
    world.publish("- {id: d, title: Daily, when: 2021-09-02 10:00, repeat: every day until 2021-09-06}", NOW)
    settings = [ChannelSettings("desk", "email", to=("a@example.net",), digest="daily")]
    found = list(deliveries.rehearse(world.edition(), settings, NOW, utc(2021, 9, 10)))

    assert [each.message.send_time for each in found] == [utc(2021, 9, day, 3) for day in (2, 3, 4, 5, 6)]
    assert {each.recipient for each in found} == {"a@example.net"}


def test_a_rehearsal_of_a_year_rolls_its_plans_as_time_goes_by(world: World) -> None:
    world.publish(
        "- {id: w, title: Weekly, when: 2021-09-07 10:00, repeat: every week, reminders: [1 hour before]}", NOW
    )
    found = list(deliveries.rehearse(world.edition(), [ChannelSettings("desk", "log")], NOW, utc(2022, 9, 1)))

    assert len(found) == 52
    assert {each.message.subject.rpartition(": ")[2] for each in found} == {"Weekly"}


def test_a_rehearsal_plays_its_messages_into_a_real_channel(world: World) -> None:
    world.publish(SUMMIT, NOW)
    real = ScriptedChannel()
    list(deliveries.rehearse(world.edition(), [ChannelSettings("desk", "log")], NOW, START, send_to=real))

    assert real.subjects == ["Thu 16 Sep, 10:00: Summit", "Thu 16 Sep, 10:00: Summit"]


DATES = {day: f"- {{id: a, title: A, when: 2021-10-{day}, reminders: [on change]}}" for day in (16, 17, 18)}


@pytest.mark.parametrize(
    ("digest", "published", "minutes", "old", "new", "told"),
    [
        ("", {0: 16}, 60, 16, 17, (["Moved to Sun 17 Oct: A"], 0)),
        ("daily", {0: 16}, 60, 16, 17, ([], 1)),
        ("daily at 17:10", {0: 16}, 5, 16, 17, ([], 1)),  # it is sent before the rehearsal ends
        ("daily", {0: 16, 60: 17}, 120, 17, 18, ([], 1)),  # another notice waits for it already
        ("daily", {0: 16, 60: 17}, 120, 17, 17, ([], 0)),
        ("", {0: 16, 60: 17}, 61, 17, 17, ([], 0)),  # what was saved a minute ago is another edit
        ("", {0: 16, 60: 17}, 120, 16, 17, (["Moved to Sun 17 Oct: A"], 0)),  # as those know it who knew the old one
        ("", {0: 16, 60: 17}, 120, 17, 16, (["Moved to Sat 16 Oct: A"], 0)),  # an edit may go back
    ],
)
def test_a_rehearsed_edit_has_its_own_notices_alone(
    tmp_path: Path,
    digest: str,
    published: dict[int, int],
    minutes: int,
    old: int,
    new: int,
    told: tuple[list[str], int],
) -> None:
    settings = (ChannelSettings("desk", "log", digest=digest),)
    world = World(tmp_path, settings)
    for minute, day in published.items():
        world.publish(DATES[day], NOW + minute * MINUTE)
        if minutes - minute > 10:
            world.tick(NOW + (minute + 10) * MINUTE)
    before, after = (read_registry(tmp_path, f"{REGISTRY_HEADER}events:\n  {DATES[day]}\n") for day in (old, new))

    found = deliveries.rehearse_edit(
        world.store, before, after, settings, NOW + minutes * MINUTE, deliveries.RenderContext()
    )

    assert ([each.message.subject for each in found.at_once], found.in_digests) == told


def test_what_would_be_held_is_rehearsed_with_the_links_that_it_would_have(world: World, tmp_path: Path) -> None:
    moved = MANY.replace("2021-09-16", "2021-09-17")
    before, after = (
        read_registry(tmp_path, f"{REGISTRY_HEADER}events:\n{events.replace('1 hour before', 'on change')}")
        for events in (MANY, moved)
    )
    found = deliveries.rehearse_edit(
        world.store, before, after, world.settings, NOW, deliveries.RenderContext("https://cal.example")
    )

    assert [each.message.subject for each in found.at_once] == ["Moved to Fri 17 Sep, 10:00: E0, and 11 more"]
    assert "https://cal.example/events/e0" in found.at_once[0].message.text


def test_a_test_message_says_what_came_of_it_for_every_address(world: World) -> None:
    world.publish(SUMMIT, NOW)
    settings = ChannelSettings("desk", "email", to=("a@example.net", "b@example.net"))
    answering(world, Sent("250 ok"), Permanent("550 no"))
    calendar = world.edition().calendar

    assert deliveries.send_test(world.recorder, settings, calendar, NOW, store=world.store) == [
        ("a@example.net", Sent("250 ok")),
        ("b@example.net", Permanent("550 no")),
    ]
    assert world.recorder.subjects[0] == "Test: reminders of Test calendar arrive here"
    assert world.states() == [("sent", ""), ("dead", "550 no")]
    assert world.is_balanced()


def test_a_test_is_answered_although_the_ledger_cannot_keep_it(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    world.publish(SUMMIT, NOW)

    def full() -> None:
        raise StoreBusy("the disk is full")

    calendar = world.edition().calendar
    monkeypatch.setattr(world.store, "write", full)
    found = deliveries.send_test(world.recorder, ChannelSettings("desk", "log"), calendar, NOW, store=world.store)

    assert found == [("desk", Sent())]
    assert "the disk is full" in caplog.text


@pytest.mark.parametrize("digest", ["", "daily"])
def test_a_program_knows_what_vanished_by_the_id_that_it_had(tmp_path: Path, digest: str) -> None:
    world = World(tmp_path, [ChannelSettings("desk", "log", digest=digest)])
    talks, before_digest = (
        "- {id: talks, title: Talks, when: 2021-10-20, reminders: [on change]}",
        utc(2021, 9, 2, 2, 59),
    )
    world.publish(talks, NOW)
    if digest:  # a change waits for it, and the event is removed meanwhile
        world.publish(talks.replace("10-20", "10-21"), NOW + MINUTE)
        world.run(NOW, before_digest)
    world.publish("", before_digest)
    world.run(before_digest, NOW + timedelta(days=1))

    ((told,),) = (each.data["changes"] for each in world.recorder.received)  # type: ignore[misc]
    assert [told[each] for each in ("kind", "id", "uid", "sequence")] == [
        "vanished", "talks", "talks@test", 1 if digest else 0,
    ]  # fmt: skip


def test_an_event_is_drawn_for_a_channel_that_attaches_it_and_for_no_other(world: World) -> None:
    world.publish(SUMMIT, NOW)
    world.render_context = deliveries.RenderContext(build_ics=lambda version, language="", /: b"drawn")
    other = ScriptedChannel("test:other", wants_calendar=False)
    world.channels["other"] = other
    world.settings = (*world.settings, ChannelSettings("other", "log"))
    world.start(NOW)
    world.tick(HOUR_BEFORE)
    assert [each.ics for each in (*world.recorder.received, *other.received)] == [b"drawn", b""]


def test_what_was_claimed_and_could_not_be_read_is_given_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(SUMMIT, NOW)
    with monkeypatch.context() as fault:
        fault.setattr(delivery_queue, "read_claimed", _fails)
        with pytest.raises(StoreBusy):
            world.tick(DAY_BEFORE)
        assert [state for state, _ in world.states()] == ["queued"]
    world.tick(DAY_BEFORE)
    assert [state for state, _ in world.states()] == ["sent"]


def _fails(*_: object) -> list[object]:
    raise StoreBusy("the disk does not answer")


# one way of sending: batches, breakers and leases


def test_two_channels_of_one_open_destination_are_probed_by_one_message(tmp_path: Path) -> None:
    world = World(tmp_path, [ChannelSettings("desk", "log"), ChannelSettings("other", "log")])
    relay = ScriptedChannel("test:relay", outcomes=[Retry("refused", is_destination_down=True)])
    world.channels |= {"desk": relay, "other": relay}
    world.publish(MANY, NOW)
    world.tick(HOUR_BEFORE)
    assert len(relay.received) == 5

    world.tick(HOUR_BEFORE + MINUTE)

    assert len(relay.received) == 6


def test_no_probe_is_spent_on_what_is_past(world: World) -> None:
    lunch = "- {id: lunch, title: Lunch, when: 2021-09-16 12:00, reminders: [3 hours before]}"
    world.publish(f"{MANY}\n{lunch}", NOW)
    answering(world, DOWN)
    world.tick(HOUR_BEFORE)
    world.tick(START + MINUTE)

    assert [subject.endswith("Lunch") for subject in world.recorder.subjects] == [False] * 5 + [True]


def test_a_probe_under_way_is_the_only_one_for_a_minute(world: World) -> None:
    world.publish(MANY, NOW)
    answering(world, DOWN)
    world.tick(HOUR_BEFORE)
    sizes, now = list[int](), HOUR_BEFORE
    sender = world.sender(lambda: now)

    class Slow(InlineRunner):
        def submit(self, destination: str, claims: Any, handle: Any, settle: Any) -> None:
            sizes.append(len(claims))

    for seconds in (60, 61, 119, 120):
        now = HOUR_BEFORE + timedelta(seconds=seconds)
        deliveries.tick(sender, deliveries.LocalDispatcher(sender, Slow()), deadline_seconds=0)

    assert sizes == [1, 1]


@pytest.mark.parametrize("first", [Ambiguous("no answer"), Retry("450")])
def test_failures_that_are_not_settled_yet_are_not_forgotten_for_older_figures_of_the_store(
    world: World, first: Outcome
) -> None:
    world.recorder.outcomes = [first, DOWN]
    world.publish(MANY, NOW)
    sender = world.sender(lambda: HOUR_BEFORE)
    results: list[DeliveryResult] = []

    class Unsettled(InlineRunner):
        def submit(self, destination: str, claims: Any, handle: Any, settle: Any) -> None:
            settle([handle(claims[0])])  # none of those failures
            results.extend(handle(claim) for claim in claims[1:6])
            with world.store.read() as conn:
                sender.load_breakers(conn)  # as another batch does, before these are written
            results.extend(handle(claim) for claim in claims[6:])

    deliveries.tick(sender, deliveries.LocalDispatcher(sender, Unsettled()), deadline_seconds=0)
    assert len(world.recorder.received) == 6
    assert [result.outcome for result in results] == ["retry"] * 5 + [""] * 6

    sender.settle(results)
    with world.store.write() as conn:
        conn.exec_driver_sql("DELETE FROM circuit_breaker")
        sender.load_breakers(conn)
    sender.handle(results[0].claim)
    assert len(world.recorder.received) == 7, "what is written counts again"


@pytest.mark.parametrize(("limit", "waits"), [(1, 5), (0, 0)], ids=["no room", "nobody sends"])
def test_a_pass_that_waits_for_room_does_not_spin_and_where_nobody_sends_it_ends(
    world: World, monkeypatch: pytest.MonkeyPatch, limit: int, waits: int
) -> None:
    world.publish(SUMMIT, NOW)
    sleeps: list[float] = []
    monkeypatch.setattr("time.sleep", sleeps.append)
    monkeypatch.setattr(delivery_queue, "claim", _fails)  # nor does it write

    runner = InlineRunner()
    runner.limit = limit
    sender = world.sender(lambda: DAY_BEFORE)
    stops = iter([False] * 5 + [True])
    deliveries.tick(sender, deliveries.LocalDispatcher(sender, runner), should_stop=lambda: next(stops))

    assert sleeps == [0.02] * waits
    assert world.recorder.received == []


def test_a_pass_that_has_room_goes_on_without_a_pause(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.publish(MANY, NOW)
    sleeps: list[float] = []
    monkeypatch.setattr("time.sleep", sleeps.append)
    world.tick(HOUR_BEFORE)

    assert (sleeps, len(world.recorder.received)) == ([], 12)


def test_a_pass_that_is_still_sending_plans_again_each_half_second(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monotonic, planned_at = [0.0], list[float]()
    monkeypatch.setattr("time.monotonic", lambda: monotonic[0])
    world.publish(SUMMIT, NOW)
    source = world.source

    def read_edition(conn: Connection) -> Edition | None:
        planned_at.append(monotonic[0])
        return source(conn)

    class Slow(InlineRunner):
        def wait(self, seconds: float) -> bool:
            monotonic[0] += 0.125
            return monotonic[0] > 1.25

    world.source = read_edition
    sender = world.sender(lambda: NOW)
    deliveries.tick(sender, deliveries.LocalDispatcher(sender, Slow()))

    assert planned_at == [0.0, 0.5, 1.0]


def test_leases_are_not_taken_back_until_one_has_passed_since_the_database_was_away(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monotonic = [0.0]
    requeued = LeaseRecovery(world.store, lambda: monotonic[0])
    world.publish(SUMMIT, NOW)
    world.tick(DAY_BEFORE)
    with world.store.write() as conn:
        conn.exec_driver_sql("UPDATE delivery SET state = 'sending', lease_expires_at = 0, settled_at = NULL")
    with monkeypatch.context() as patch:
        patch.setattr(delivery_queue, "has_expired_leases", _away)
        with pytest.raises(StoreBusy):
            requeued(DAY_BEFORE)

    monotonic[0] = 100.0
    assert requeued(DAY_BEFORE) == 0, "it answers again"
    monotonic[0] = 129.0
    assert requeued(DAY_BEFORE) == 0
    monotonic[0] = 130.0
    assert requeued(DAY_BEFORE) == 1


def _away(*_: object) -> bool:
    raise StoreBusy("the database does not answer")
