"""The table of allowed moves is what the ledger's statements do, on both databases, and nothing else."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from eventcal.history import Edition
from eventcal.ledger_rows import DeliveryResult, DueFanOut, EndedReminder, NewDelivery, PlanDiff, PlannedReminder
from eventcal.planning import passes, reminders
from eventcal.states import (
    OPEN_DELIVERY_STATES,
    TRANSITIONS,
    DeliveryKind,
    DeliveryState,
    Reason,
    ReminderState,
    SubscriptionState,
    mermaid,
    reason_text,
)
from eventcal.store import backup, edition_store, ms, recipients, subscribers
from eventcal.store.clock_recovery import undo_clock_ahead
from eventcal.store.ledger import batch_reservations, delivery_queue, delivery_rows, reminder_rows, stats
from eventcal.store.ledger.delivery_rows import insert_deliveries
from eventcal.store.recipients import ConfiguredRecipient
from eventcal.store.subscribers import ConsentedSubscriber, SubscriptionPreferences
from eventcal.store.tables import MetaKey, reminder

from .world import World, utc

NOW = utc(2021, 9, 1, 12)
SUMMIT = """
- {id: summit, title: Summit, when: 2021-09-16 10:00, reminders: [1 day before, 2 days before, 3 days before, 4 days before]}
"""
LATE = utc(2021, 9, 15, 12)  # every reminder is due, the summit is still ahead
LEASE = LATE + timedelta(minutes=1)
pytestmark = pytest.mark.usefixtures("either_database")
Job = Callable[[Connection], object]
Move = tuple[str | None, str]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """One subscription, four reminders in the four states, and a delivery in each state, never tried and tried twice."""
    world = World(tmp_path)
    world.publish(SUMMIT, NOW)
    with world.store.write() as conn:
        for id, state in enumerate(ReminderState, start=1):
            is_open = state in (ReminderState.PLANNED, ReminderState.STAGED)
            conn.execute(
                reminder.update()
                .where(reminder.c.id == id)
                .values(state=state, reason="" if is_open else "rule", fan_out_at=NOW if is_open else None)
            )
        for n, (state, attempts) in enumerate((s, a) for s in DeliveryState for a in (0, 2)):
            conn.execute(
                text(
                    "INSERT INTO delivery (key, kind, subscription_id, reminder_id, payload, channel, address, state, reason, "
                    "priority, due_at, not_before, expires_at, attempts, resend_count, fencing_token, owner, created_at, "
                    "settled_at) VALUES (:key, 'reminder', 1, 1, '', 'desk', '', :state, 'moved', 1, :at, :at, :end, "
                    ":attempts, 0, 0, 'me', :at, :settled)"
                ),
                {
                    "key": f"{n}-1",
                    "state": state,
                    "attempts": attempts,
                    "at": ms(NOW),
                    "end": ms(LATE + timedelta(days=1)),
                    "settled": None if state in OPEN_DELIVERY_STATES else ms(NOW),
                },
            )
    return world


class Undone(Exception):
    """Takes a transaction back."""


@contextmanager
def tried(world: World) -> Iterator[Connection]:
    try:
        with world.store.write() as conn:
            yield conn
            raise Undone
    except Undone:
        pass


def moves(world: World, table: str, *jobs: Job) -> set[Move]:
    """The moves of the rows of *table* that *jobs* make, each on the same rows."""
    observed: set[Move] = set()
    for job in jobs:
        with tried(world) as conn:
            before = dict(conn.exec_driver_sql(f"SELECT id, state FROM {table}").all())
            job(conn)
            after = dict(conn.exec_driver_sql(f"SELECT id, state FROM {table}").all())
            moved = {id for id, state in after.items() if before.get(id) != state}
            observed |= {(before.get(id), after[id]) for id in moved}
            if table == "delivery":  # what has ended says when, and nothing else does
                settled = set(conn.exec_driver_sql("SELECT id FROM delivery WHERE settled_at IS NOT NULL").scalars())
                assert moved & settled == {id for id in moved if after[id] not in OPEN_DELIVERY_STATES}
    return observed


def where(condition: str, job: Job) -> Job:
    """*job* after the deliveries were given other values."""

    def changed(conn: Connection) -> None:
        conn.exec_driver_sql(f"UPDATE delivery SET {condition}")
        job(conn)

    return changed


def ids(conn: Connection) -> list[int]:
    return list(conn.execute(text("SELECT id FROM delivery")).scalars())


def message_keys(conn: Connection) -> list[str]:
    return [key.removesuffix("-1") for key in conn.execute(text("SELECT key FROM delivery")).scalars()]


def settle(state: DeliveryState) -> Job:
    def job(conn: Connection) -> None:
        claim = delivery_queue.read_claimed(conn, "me", LATE)[0]
        delivery_queue.settle(
            conn, [DeliveryResult(replace(claim, id=id), state, Reason.NONE, LATE) for id in ids(conn)]
        )

    return job


def confirm(conn: Connection) -> None:
    conn.execute(text("UPDATE subscription SET origin = 'people', channel = 'email', state = 'pending'"))
    conn.execute(text("UPDATE delivery SET kind = 'confirmation'"))
    subscribers.confirm(conn, 1, 0, LATE)


def requeue_skipped(conn: Connection) -> None:
    stored = reminder_rows.stored_reminders(conn, NOW)[0]
    fan_out = DueFanOut(stored.id, stored.key, stored.due, stored.expires_at, stored.due, NOW, -1, is_second=False)
    delivery_rows.requeue_skipped(conn, fan_out, 100)


def end_of_sibling(conn: Connection) -> None:
    """Another subscription of the same address ends."""
    conn.execute(text("UPDATE subscription SET origin = 'people', channel = 'email', address = 'a@example.org'"))
    preferences = SubscriptionPreferences(filter="tag=x")
    sibling = subscribers._insert_subscription(
        conn, "email", "A@example.org", preferences, SubscriptionState.ACTIVE, NOW
    )
    recipients.end(conn, [sibling], Reason.UNSUBSCRIBED, LATE)


def test_deliveries_move_as_the_table_says(world: World) -> None:
    new = NewDelivery("new", DeliveryKind.REMINDER, 1, "desk", "", NOW, LATE)
    jobs: dict[str, list[Job]] = {
        "insert": [lambda conn: insert_deliveries(conn, [new], NOW)],
        "record test": [
            lambda conn: delivery_rows.record_test(conn, "t", "desk", "", DeliveryState.SENT, "", NOW),
            lambda conn: delivery_rows.record_test(conn, "t", "desk", "", DeliveryState.DEAD, "550", NOW),
        ],
        "claim": [lambda conn: delivery_queue.claim(conn, "desk", "other", LATE, LEASE, 100)],
        "claim batch": [lambda conn: batch_reservations.claim_batch(conn, "me", ids(conn), "other", LATE, LEASE)],
        "settle": [settle(state) for state in DeliveryState if state is not DeliveryState.SENDING],
        "release": [lambda conn: delivery_queue.release(conn, "me")],
        "recover": [where("lease_expires_at = 0", lambda conn: delivery_queue.recover(conn, LATE))],
        "return": [lambda conn: [recipients.record_returned_mail(conn, id, "550", LATE) for id in ids(conn)]],
        "expire": [where("expires_at = 0", lambda conn: delivery_queue.expire(conn, "desk", LATE))],
        "end reminder": [
            lambda conn: reminder_rows.write_plan_diff(
                conn, PlanDiff(end=(EndedReminder(1, ReminderState.SUPERSEDED, Reason.MOVED),)), LATE, LATE
            ),
        ],
        "end subscription": [lambda conn: recipients.end(conn, [1], Reason.UNSUBSCRIBED, LATE)],
        "confirm": [confirm],
        "build digest": [
            where("channel = 'email+digest'", lambda conn: passes.build_digests(conn, LATE)),
            where("channel = 'email+digest', expires_at = 0", lambda conn: passes.build_digests(conn, LATE)),
        ],
        "skip missed": [skip_missed],
        "requeue skipped": [requeue_skipped],
        "requeue duplicate": [where("reason = 'duplicate'", end_of_sibling)],
        "requeue ahead": [
            where("reason = 'unsubscribed'", lambda conn: recipients.requeue_ahead(conn, 1, NOW - timedelta(days=1)))
        ],
        "schedule digest": [
            lambda conn: delivery_rows.schedule(
                conn, [replace(new, message_key=key) for key in message_keys(conn)], NOW
            )
        ],
        "requeue dead": [lambda conn: delivery_queue.requeue_dead(conn, ids(conn), LATE)],
        "restore": [
            where("reason = 'gone'", lambda conn: recipients.restore(conn, [1], LATE)),
            where("reason = 'unsubscribed'", lambda conn: recipients.restore(conn, [1], LATE)),
        ],
        "undo clock ahead": [
            where(f"reason = '{reason}', settled_at = due_at + 1", lambda conn: undo_clock_ahead(conn, NOW))
            for reason in (Reason.PAST, Reason.NO_TIME_LEFT)
        ],
    }
    observed = {name: moves(world, "delivery", *some) for name, some in jobs.items()}
    observed["build digest"] -= observed["insert"]  # the digest itself

    assert observed == TRANSITIONS[DeliveryState]


def plan(world: World, part: str, delay: timedelta = timedelta(), reason: Reason = Reason.NONE) -> Job:
    """Writes one part of what differs when every stored reminder is wanted *delay* later, or none is, for *reason*."""

    def job(conn: Connection) -> None:
        stored = reminder_rows.stored_reminders(conn, NOW)
        keys = [r.key._replace(start="another") if part == "insert" else r.key for r in stored]
        wanted = [
            PlannedReminder(key.uid.partition("@")[0], key, r.due + delay, r.due + delay, r.expires_at)
            for r, key in zip(stored, keys, strict=True)
        ]
        diff = reminders.diff_plan(wanted if part != "end" else [], stored, NOW, lambda key: reason)
        reminder_rows.write_plan_diff(conn, PlanDiff(**{part: getattr(diff, part)}), NOW, NOW)

    return job


def skip_missed(conn: Connection) -> None:
    """As after a restore from a copy of the moment before everything fell due."""
    edition_store.write_meta(conn, MetaKey.COPIED_AT, "0")
    edition_store.write_meta(conn, MetaKey.RESTORED_AT, str(ms(LATE)))
    backup.skip_missed(conn, LATE)


def test_what_a_restore_gave_up_is_listed_with_its_reason(world: World) -> None:
    with world.store.write() as conn:
        skip_missed(conn)
        given_up = stats.list_deliveries(conn, state="skipped")

    assert {"restored"} < {record.reason_text for record in given_up}


def test_reminders_move_as_the_table_says(world: World) -> None:
    edition = world.edition()
    with world.store.read() as conn:
        groups = reminder_rows.groups(conn)
    hour = timedelta(hours=1)

    def fan(edition: Edition) -> Job:
        return lambda conn: passes.fan_out_due(conn, edition, LATE, groups)

    nothing_new = passes.Backfill("1", (), ())
    jobs: dict[str, list[Job]] = {
        "plan": [plan(world, "insert"), plan(world, "insert", -timedelta(days=30))],
        "fan out": [fan(edition)],
        "end": [
            plan(world, "end"),
            plan(world, "end", reason=Reason.MOVED),
            fan(replace(edition, versions=())),
        ],
        "skip missed": [skip_missed],
        "reactivate": [plan(world, "reactivate"), reactivate_superseded(world)],
        "reschedule": [plan(world, "reschedule", hour)],
        "restore": [restore],
        "backfill": [lambda conn: passes.apply_backfill(conn, edition, nothing_new, NOW)],
    }

    assert {name: moves(world, "reminder", *some) for name, some in jobs.items()} == TRANSITIONS[ReminderState]


def restore(conn: Connection) -> None:
    conn.exec_driver_sql(f"UPDATE subscription SET state = 'off', ended_at = {ms(NOW)}")
    conn.exec_driver_sql(f"UPDATE reminder SET due_at = {ms(LATE)} , fan_out_at = NULL WHERE state = 'staged'")
    recipients.restore(conn, [1], LATE)


def reactivate_superseded(world: World) -> Job:
    def job(conn: Connection) -> None:
        conn.exec_driver_sql("UPDATE reminder SET reason = 'moved' WHERE state = 'superseded'")
        plan(world, "reactivate")(conn)

    return job


def test_subscriptions_move_as_the_table_says(world: World) -> None:
    preferences = SubscriptionPreferences()
    with world.store.write() as conn:
        for state in SubscriptionState:
            id = subscribers._insert_subscription(conn, "email", f"{state}@example.org", preferences, state, NOW)
            conn.execute(text("UPDATE subscription SET confirmed_at = 1, link_version = 0 WHERE id = :id"), {"id": id})
        conn.execute(text("UPDATE subscription SET confirmed_at = NULL WHERE state = 'pending'"))
    addresses = [*(f"{state}@example.org" for state in SubscriptionState), "new@example.org"]
    rows = range(1, 5)

    def configured(channel: str) -> Job:
        wanted = [ConfiguredRecipient("config", name, "") for name in ("desk", channel)]

        def job(conn: Connection) -> None:
            recipients.end(conn, [1], Reason.NOT_CONFIGURED, NOW)  # the row of "desk"
            recipients.sync_configured(conn, wanted, NOW)

        return job

    def restored(conn: Connection) -> None:
        recipients.sync_configured(conn, [ConfiguredRecipient("config", "desk", "")], NOW)

    jobs: dict[str, list[Job]] = {
        "sign up": [lambda conn, a=a: subscribers.sign_up(conn, a, preferences, NOW) for a in addresses],
        "configure": [configured("second")],
        "import": [
            lambda conn: subscribers.import_subscribers(
                conn, [ConsentedSubscriber(a, preferences, "paper", NOW) for a in addresses], NOW
            )
        ],
        "confirm": [lambda conn, id=id: subscribers.confirm(conn, id, 0, NOW) for id in rows],
        "restore": [lambda conn: recipients.restore(conn, [2, 3, 4], NOW)],
        "resubscribe": [lambda conn, id=id: subscribers.resubscribe(conn, id, 0, NOW) for id in rows],
        "end": [lambda conn: subscribers.unsubscribe(conn, rows, NOW)],
    }
    observed = {name: moves(world, "subscription", *some) for name, some in jobs.items()}
    with world.store.write() as conn:
        recipients.end(conn, [1], Reason.NOT_CONFIGURED, NOW)
    observed["configure"] |= moves(world, "subscription", restored)

    assert observed == TRANSITIONS[SubscriptionState]


def test_the_machines_are_drawn_from_the_table() -> None:
    printed = subprocess.run(
        [sys.executable, "-m", "eventcal.states"], capture_output=True, text=True, check=True
    ).stdout

    drawn = (Path(__file__).parents[1] / "docs" / "architecture.md").read_text(encoding="utf-8")

    assert all(mermaid(states) in printed and mermaid(states) in drawn for states in TRANSITIONS)
    assert "    sending --> retry: settle, release, recover" in mermaid(DeliveryState).splitlines()


@pytest.mark.parametrize(
    ("reason", "detail", "said"),
    [
        (Reason.NONE, "", ""),
        (Reason.NONE, "421 later", "421 later"),
        (Reason.REFUSED, "554 spam", "554 spam"),
        (Reason.GONE, "550 no such user", "gone: 550 no such user"),
        (Reason.NO_ANSWER, "closed", "no answer, twice: closed"),
        (Reason.ASKED_TO_WAIT, "1:00:00: 429", "asked to wait 1:00:00: 429"),
        (Reason.PAST, "", "past"),
    ],
)
def test_a_reason_is_a_code_and_becomes_a_text_where_it_is_shown(reason: Reason, detail: str, said: str) -> None:
    assert reason_text(reason, detail) == said
