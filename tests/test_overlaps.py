"""One person, one copy: subscriptions of one address that overlap send one message."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from eventcal.channels import ChannelSettings, Retry, Sent
from eventcal.ledger_rows import KnownState
from eventcal.store import subscribers
from eventcal.store.ledger import delivery_queue, health, notice_rows
from eventcal.store.tables import last_notified

from .subscriber_world import SubscriberWorld, link_path
from .world import utc

pytestmark = pytest.mark.usefixtures("either_database")

NOW = utc(2021, 9, 1)
EVENTS = """
- {id: summit, title: Summit, when: 2021-09-16, tags: [summit], reminders: [the day before at 09:00, on change]}
- {id: drill, title: Drill, when: 2021-09-16, reminders: [the day before at 09:00, on change]}
"""
REMINDED = utc(2021, 9, 15, 5)
MOVED = EVENTS.replace("title: Summit, when: 2021-09-16", "title: Summit, when: 2021-09-17")


@pytest.fixture
def world(tmp_path: Path) -> SubscriberWorld:
    """Anna has everything and, typed otherwise, what is tagged `summit`."""
    here = SubscriberWorld(tmp_path, NOW)
    here.publish(EVENTS, NOW)
    here.sign_up("anna@example.org")
    here.sign_up("Anna@example.org", "?tag=summit")
    return here


def subjects(world: SubscriberWorld) -> list[str]:
    return sorted(message.subject.rpartition(": ")[2] for message in world.notifications)


def test_a_recipient_of_the_configuration_and_a_visitor_of_the_same_address_are_two(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW, (ChannelSettings("email", "email", to=("anna@example.org",)),))
    world.publish(EVENTS, NOW)
    world.sign_up("anna@example.org")
    world.advance_to(REMINDED)

    assert subjects(world) == ["Drill", "Drill", "Summit", "Summit"]


def test_a_reminder_that_two_subscriptions_ask_for_comes_once(world: SubscriberWorld) -> None:
    world.advance_to(REMINDED)

    assert subjects(world) == ["Drill", "Summit"]
    assert ("skipped", "duplicate") in world.states()
    assert world.is_balanced()


def test_a_reminder_waits_for_the_retry_of_the_same_one_and_not_for_ever(world: SubscriberWorld) -> None:
    world.mail.outcomes = [Retry("450 greylisted")]
    world.advance_to(REMINDED)
    summits = [message for message in world.mail.received if message.subject.endswith("Summit")]
    assert len({message.key for message in summits}) == 1

    older = world.subscribers()[0]
    with world.store.write() as conn:
        subscribers.unsubscribe(conn, [older.id], world.now)
    world.advance_to(REMINDED + timedelta(minutes=1))
    summits = [message for message in world.mail.received if message.subject.endswith("Summit")]
    assert len({message.key for message in summits}) == 2


def test_what_was_left_to_a_subscription_that_ends_before_it_is_sent_still_comes(tmp_path: Path) -> None:
    """Neither the digest of the day before nor somebody else's of the same moment has said it."""
    world = SubscriberWorld(tmp_path, NOW)
    early = "- {id: early, title: Early, when: 2021-09-15, reminders: [1 week before at 09:00]}"
    world.publish(EVENTS.replace("the day before at 09:00", "1 week before at 09:00") + early, NOW)
    world.sign_up("anna@example.org", digest="daily")
    world.sign_up("anna@example.org", "?tag=summit", digest="daily")
    older, younger = world.subscribers()
    bob = world.sign_up("bob@example.org", digest="daily")
    world.advance_to(utc(2021, 9, 9, 4))
    assert len(world.notifications) == 2
    world.mail.outcomes = [Retry("450 greylisted", timedelta(hours=1)), Sent()]
    world.advance_to(utc(2021, 9, 10, 3, 1))
    assert {message.key.rpartition("-")[2] for message in world.notifications} == {f"{older.id}.0", f"{bob.id}.0"}

    with world.store.write() as conn:
        subscribers.unsubscribe(conn, [older.id], world.now)
    world.advance_to(world.now + timedelta(minutes=1))
    digest = world.notifications[-1]
    assert (digest.kind, digest.key.rpartition("-")[2]) == ("digest", f"{younger.id}.0")
    assert "Summit" in digest.text


@pytest.mark.parametrize("hours", [[24], [24, 2]], ids=["it was sent", "it is tried again"])
def test_what_a_digest_says_is_not_tried_again_for_another_subscription(tmp_path: Path, hours: list[int]) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(EVENTS.replace("the day before at 09:00", "1 week before at 09:00"), NOW)
    world.sign_up("anna@example.org", digest="daily")
    world.sign_up("anna@example.org", "?tag=summit")
    world.mail.outcomes = [*(Retry("450 greylisted", timedelta(hours=one)) for one in hours), Sent()]
    world.advance_to(utc(2021, 9, 12))

    assert [message.kind for message in world.notifications] == ["reminder", *["digest" for _ in hours]]
    assert ("skipped", "duplicate") in world.states()
    with world.store.read() as conn:
        claims = conn.exec_driver_sql("SELECT max(fencing_token) FROM delivery").scalar_one()
    assert claims <= 3, "it waits for the digest's next attempt, and does not ask meanwhile"


def test_one_change_is_told_once_and_what_only_one_subscription_asks_for_is_told_too(world: SubscriberWorld) -> None:
    world.advance_to(REMINDED - timedelta(days=2))
    world.publish(MOVED.replace("title: Drill, when: 2021-09-16", "title: Drill, when: 2021-09-18"), world.now)
    world.advance_to(world.now + timedelta(hours=1))

    assert len(world.notifications) == 1
    assert world.notifications[0].text.count("Moved to") == 2
    assert ("skipped", "same") in world.states()


def test_two_digests_of_one_address_say_nothing_twice(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    far = EVENTS.replace("the day before at 09:00", "1 week before at 09:00")
    world.publish(far, NOW)
    world.sign_up("anna@example.org", digest="daily")
    world.sign_up("Anna@example.org", "?tag=summit", digest="daily")
    world.advance_to(utc(2021, 9, 12))

    (digest,) = world.notifications
    assert digest.kind == "digest"
    assert digest.text.count("\nSummit\n") + digest.text.startswith("Summit\n") == 1


def edited(world: SubscriberWorld, events: str, *edits: tuple[str, str]) -> str:
    """Saves *events* with *edits*, old and new text, and has the notices of it queued."""
    for old, new in edits:
        assert old in events
        events = events.replace(old, new)
    world.publish(events, world.now)
    world.now += timedelta(minutes=10)
    world.tick(world.now)
    return events


def test_notices_and_digests_of_two_subscriptions_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """Each notice waits for what the other subscription's digest says of the same change, and no digest for a notice that waits."""
    world = SubscriberWorld(tmp_path, NOW)
    events = "".join(
        f"- {{id: {name}, title: {name}, when: 2021-09-2{day}, tags: [{tags}], reminders: [on change]}}\n"
        for day, (name, tags) in enumerate((("one", "a"), ("two", "b"), ("three", "a, b"), ("four", "a, b")))
    )
    world.publish(events, NOW)
    for tag in "ab":
        world.sign_up("anna@example.org", f"?tag={tag}", digest="daily")
    with world.store.write() as conn:
        health.pause(conn, "email")
    events = edited(world, events, ("title: two", "status: cancelled, title: two"), ("2021-09-22", "2021-10-22"))
    edited(world, events, ("title: one", "status: cancelled, title: one"), ("2021-09-23", "2021-10-23"))
    world.tick(utc(2021, 9, 2, 3))
    assert [record.kind for record in world.delivery_records(state="open")] == ["digest", "digest", "change", "change"]

    with world.store.write() as conn:
        health.resume(conn, "email")
    world.run(utc(2021, 9, 2, 3), utc(2021, 9, 2, 3, 1))
    told = "\n".join(message.text for message in world.notifications)
    assert [told.count(f": {name}\n") for name in ("two", "three", "one", "four")] == [1, 1, 1, 1]
    assert world.is_balanced()


def test_two_digests_of_one_address_at_one_hour_tell_of_an_event_once(tmp_path: Path) -> None:
    """Two changes of it were notices of their own, one for each subscription."""
    world = SubscriberWorld(tmp_path, NOW)
    events = """
- {id: fair, title: Fair, when: 2021-09-20, tags: [a], reminders: [on change]}
- {id: other, title: Other, when: 2021-12-01, tags: [b]}
"""
    world.publish(events, NOW)
    for tag in "ab":
        world.sign_up("anna@example.org", f"?tag={tag}", digest="daily")
    events = edited(world, events, ("2021-09-20", "2021-09-22"))
    edited(world, events, ("2021-09-22, tags: [a]", "2021-09-24, tags: [b]"))
    world.advance_to(utc(2021, 9, 2, 4))

    assert [message.subject for message in world.notifications] == ["Moved to Fri 24 Sep: Fair"]


def test_a_reminder_that_came_at_once_is_not_in_the_digest_of_another_subscription(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(EVENTS.replace("the day before at 09:00", "1 week before at 09:00"), NOW)
    world.sign_up("anna@example.org", digest="daily")
    world.sign_up("anna@example.org", "?tag=summit")
    world.advance_to(utc(2021, 9, 12))

    assert sorted((message.kind, "Summit" in message.text) for message in world.notifications) == [
        ("digest", False),
        ("reminder", True),
    ]


def test_a_digest_leaves_out_what_an_older_subscription_still_tries_to_bring(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    world.publish(EVENTS.replace("the day before at 09:00", "1 week before at 09:00"), NOW)
    world.sign_up("anna@example.org", "?tag=summit")
    world.sign_up("anna@example.org", digest="daily")
    world.mail.outcomes = [Retry("450 greylisted", timedelta(days=2)), Sent()]
    world.advance_to(utc(2021, 9, 12))

    assert [(message.kind, "Summit" in message.text) for message in world.notifications] == [
        ("reminder", True),
        ("digest", False),
        ("reminder", True),
    ]


def test_a_reader_knows_what_any_of_their_subscriptions_told_them_last(world: SubscriberWorld) -> None:
    older, younger = world.subscribers()
    with world.store.write() as conn:
        for minutes, (subscriber, state) in enumerate(((younger, "before"), (older, "after"))):
            told = {"uid": "u", "recurrence": "", "state": state, "notified_at": NOW + timedelta(minutes=minutes)}
            conn.execute(insert(last_notified).values(subscription_id=subscriber.id, **told))
        for subscriber in (older, younger):
            assert notice_rows.known_states(conn, subscriber.id, {"u"}) == {("u", ""): KnownState("after", older.id)}


def test_who_was_told_through_one_subscription_hears_of_the_change_through_the_other(world: SubscriberWorld) -> None:
    world.publish(EVENTS.replace(", on change", ""), NOW)
    world.advance_to(REMINDED)
    older = world.subscribers()[0]
    with world.store.write() as conn:
        subscribers.unsubscribe(conn, [older.id], world.now)
    world.publish(MOVED.replace(", on change", ""), world.now)
    world.advance_to(world.now + timedelta(hours=1))

    assert "Moved to" in world.notifications[-1].subject


def test_what_one_subscription_told_its_reader_knows_when_it_has_ended(world: SubscriberWorld) -> None:
    older = world.subscribers()[0]
    world.publish(MOVED, world.now)
    world.advance_to(world.now + timedelta(minutes=10))
    with world.store.write() as conn:
        subscribers.unsubscribe(conn, [older.id], world.now)
    world.publish(EVENTS, world.now)
    world.advance_to(world.now + timedelta(minutes=10))

    assert [message.subject for message in world.notifications] == [
        "Moved to Fri 17 Sep: Summit",
        "Moved to Thu 16 Sep: Summit",
    ]


def test_a_mail_and_both_pages_about_leaving_say_what_goes_on_and_end_all(world: SubscriberWorld) -> None:
    world.advance_to(REMINDED)
    mail = next(message for message in world.notifications if "Drill" in message.subject)
    assert "This address has other reminders from us" in mail.text
    path = link_path(mail, "unsubscribe")
    question = world.browser.get(path).get_data(as_text=True)
    assert "Other reminders for this address" in question

    answer = world.unsubscribe(mail).get_data(as_text=True)
    assert "You still get" in answer
    assert "You’ll get no more email." not in answer
    assert sorted(subscriber.state for subscriber in world.subscribers()) == ["active", "off"]
    world.publish(MOVED, world.now)
    world.advance_to(world.now + timedelta(hours=1))
    assert "Moved to" in world.notifications[-1].subject
    assert "This address has other reminders" not in world.notifications[-1].text

    answer = world.browser.post(path, data={"all": "1"}).get_data(as_text=True)
    assert "You’ll get no more email." in answer
    assert {subscriber.state for subscriber in world.subscribers()} == {"off"}


def test_claims_find_other_subscriptions_by_the_index_of_addresses_alone(tmp_path: Path) -> None:
    world = SubscriberWorld(tmp_path, NOW)
    with world.store.read() as conn:
        if conn.dialect.name != "sqlite":
            pytest.skip("PostgreSQL decides by statistics")
        claims = delivery_queue._CLAIMS_OF_OWNER.params(mark="me", now=NOW)
        sql = str(claims.compile(conn.engine, compile_kwargs={"literal_binds": True}))
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}").all()
    searches = [row.detail for row in plan if row.detail.split()[1] == "t"]
    assert len(searches) == 3
    assert all("ix_subscription_folded_address" in search for search in searches)
