"""What the ledger's figures count and list, row by row, and what is kept of the health of sending."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Integer, Table, func, insert, select

from eventcal.errors import Problem
from eventcal.ledger_rows import CircuitBreaker, FailureCount, MailboxFailure, StoredAlarm
from eventcal.store import edition_store, open_store
from eventcal.store.edition_store import CheckOutcome, RegistryCheck
from eventcal.store.ledger import activity, health, stats
from eventcal.store.ledger.stats import LedgerBalance
from eventcal.store.tables import (
    INSTANT,
    MetaKey,
    attempt,
    change,
    circuit_breaker,
    delivery,
    delivery_counter,
    edition,
    push_device,
    reminder,
    subscription,
)

from .factories import utc

NOW = utc(2021, 9, 1, 12)
MOMENT = timedelta(milliseconds=1)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


@pytest.fixture
def conn() -> Iterator[Connection]:
    store = open_store("sqlite://")
    store.upgrade()
    with store.write() as connection:
        yield connection
    store.close()


def add(conn: Connection, table: Table, **values: Any) -> int:
    """Inserts a row with *values* and, where a column needs one, a blank; returns how many there are."""
    number = conn.execute(select(func.count()).select_from(table)).scalar_one() + 1
    own = dict.fromkeys(("id", "number"), number) | dict.fromkeys(("key", "address", "uid", "endpoint"), str(number))
    blanks = {
        column.name: NOW if column.type is INSTANT else 0 if isinstance(column.type, Integer) else ""
        for column in table.c
        if not column.nullable
    }
    conn.execute(insert(table).values(blanks | {name: own[name] for name in blanks.keys() & own.keys()} | values))
    return number


def test_an_empty_ledger_has_no_figures(conn: Connection) -> None:
    assert stats.ledger_stats(conn, NOW) == stats.LedgerStats(lateness=(0,) * 11)


def test_figures_leave_tests_out_and_the_dead_also_an_address_that_a_visitor_mistyped(conn: Connection) -> None:
    for kind, state, reason in [
        ("reminder", "queued", ""),
        ("reminder", "sending", ""),
        ("change", "retry", "refused"),
        ("change", "sent", ""),
        ("digest", "sent", "same"),
        ("digest", "dead", "same"),
        ("confirmation", "dead", "gone"),
        ("change", "skipped", "same"),
        ("reminder", "skipped", "same"),
        ("change", "skipped", "past"),
        ("test", "sent", ""),
        ("test", "dead", "refused"),
    ]:
        add(conn, delivery, kind=kind, state=state, reason=reason)
    edition_store.write_meta(conn, MetaKey.SUPPRESSED, "4")
    found = stats.ledger_stats(conn, NOW)

    assert (found.open, found.sent, found.dead, found.suppressed) == (3, 2, 1, 6)
    assert found.deliveries["change", "retry", ""] == 1  # why it is tried again passes
    assert found.deliveries["digest", "dead", "same"] == found.deliveries["digest", "sent", "same"] == 1


def test_lateness_is_that_of_sent_reminders(conn: Connection) -> None:
    for kind, state, reason, seconds in [
        ("reminder", "sent", "", 0.5),
        ("reminder", "sent", "", 60),
        ("reminder", "sent", "late", 60.001),
        ("reminder", "dead", "", 7000),
        ("change", "sent", "", 7000),
    ]:
        add(conn, delivery, kind=kind, state=state, reason=reason, due_at=NOW, settled_at=NOW + seconds * SECOND)
    found = stats.ledger_stats(conn, NOW)

    assert (found.lateness, found.late, found.late_seconds) == ((1, 1, 1, 1, 1, 1, 2, 3, 3, 3, 3), 1, 120.501)


def test_what_should_have_left_is_open_and_due(conn: Connection) -> None:
    add(conn, delivery, state="sent", due_at=NOW - MINUTE)
    add(conn, delivery, state="queued", due_at=NOW + MOMENT)
    assert stats.ledger_stats(conn, NOW).oldest_due is None
    for due in (NOW, NOW - MOMENT):
        add(conn, delivery, state="sending", due_at=due)
        assert stats.ledger_stats(conn, NOW).oldest_due == due


def test_figures_count_readers_devices_attempts_without_answer_and_what_holds_sending_back(conn: Connection) -> None:
    for origin, state in [("people", "active"), ("config", "active"), ("operator", "active"), ("people", "pending")]:
        add(conn, subscription, origin=origin, state=state)
    add(conn, push_device)
    number = add(conn, delivery, state="queued")
    for outcome in ("ambiguous", "retry", "sent"):
        add(conn, attempt, delivery_id=number, outcome=outcome)
    health.pause(conn, "desk")
    add(conn, circuit_breaker, destination="smtp://x", open_until=NOW, detail="421")
    add(conn, circuit_breaker, destination="smtp://y", failures=1)
    found = stats.ledger_stats(conn, NOW)

    assert (found.subscriptions, found.devices, found.ambiguous) == (2, 1, 1)
    assert (found.paused_channels, found.open_breakers) == (("desk",), (("smtp://x", "421"),))


def test_the_next_message_is_a_planned_reminder_or_what_waits(conn: Connection) -> None:
    add(conn, reminder, state="skipped", due_at=NOW + MINUTE)
    add(conn, delivery, state="sent", not_before=NOW + MINUTE)
    assert (stats.next_due(conn), stats.next_pass_due(conn)) == (None, None)
    for minutes in (10, 9):
        due = NOW + minutes * MINUTE
        add(conn, reminder, state="planned", fan_out_at=due - MINUTE, due_at=due)
        assert stats.next_due(conn) == stats.next_pass_due(conn) == due
    # a pass also goes through a fan-out again, and tells changes
    add(conn, reminder, state="staged", fan_out_at=NOW + 6 * MINUTE, due_at=NOW + 7 * MINUTE)
    assert (stats.next_due(conn), stats.next_pass_due(conn)) == (NOW + 9 * MINUTE, NOW + 7 * MINUTE)
    for minutes in (6, 5):
        due = NOW + minutes * MINUTE
        add(conn, delivery, state="retry", not_before=due)
        assert stats.next_due(conn) == stats.next_pass_due(conn) == due
    add(conn, edition)
    for minutes in (4, 3):
        due = NOW + minutes * MINUTE
        add(conn, change, edition=1, notify_after=due)
        assert (stats.next_due(conn), stats.next_pass_due(conn)) == (NOW + 5 * MINUTE, due)


def test_the_operator_is_needed_by_what_is_overdue_dead_or_held_back(conn: Connection) -> None:
    add(conn, delivery, state="sent", due_at=NOW - DAY)
    add(conn, delivery, state="queued", due_at=NOW - 5 * MINUTE)
    add(conn, delivery, state="dead", kind="test")
    add(conn, circuit_breaker, destination="smtp://y", failures=1)
    health.record_tick(conn, NOW - DAY)
    assert stats.ledger_conditions(conn, NOW) == ()

    assert stats.ledger_conditions(conn, NOW + MOMENT) == ("deliveries are overdue",)
    add(conn, delivery, state="dead", kind="digest")
    health.pause(conn, "desk")
    add(conn, circuit_breaker, destination="smtp://x", open_until=NOW)
    assert stats.ledger_conditions(conn, NOW) == (
        "deliveries are dead",
        "sending is paused",
        "a destination is not responding",
    )


def test_the_balance_has_all_reminders_those_that_do_not_balance_and_each_other_kind(conn: Connection) -> None:
    def add_reminder(delivery_count: int, erased_count: int, *states: str) -> None:
        number = add(conn, reminder, delivery_count=delivery_count, erased_count=erased_count)
        for state in states:
            add(conn, delivery, kind="reminder", reminder_id=number, state=state)

    assert stats.balance(conn) == []
    add_reminder(2, 1, "sent")
    balanced = LedgerBalance("reminder", 2, 1, 0, 0, 0, 1)
    assert (stats.balance(conn), balanced.is_balanced) == ([balanced], True)

    add_reminder(5, 1, "skipped", "retry", "dead")
    for kind in ("digest", "change"):
        add(conn, delivery_counter, kind=kind, delivery_count=5, erased_count=1)
        for state in ("sent", "dead", "skipped", "sending"):
            add(conn, delivery, kind=kind, state=state)
    found = stats.balance(conn)
    assert found == [
        LedgerBalance("reminder", 7, 1, 1, 1, 1, 2),
        LedgerBalance("reminder 2", 5, 0, 1, 1, 1, 1),
        LedgerBalance("change", 5, 1, 1, 1, 1, 1),
        LedgerBalance("digest", 5, 1, 1, 1, 1, 1),
    ]
    assert [balance.is_balanced for balance in found] == [False, False, True, True]

    add_reminder(0, 0, "sent", "sent")  # what one has too many, others have too few
    add_reminder(1, 0)
    add(conn, delivery_counter, kind="todo", delivery_count=1, erased_count=1)
    assert [(balance.source, balance.is_balanced) for balance in stats.balance(conn)] == [
        ("reminder", True),
        ("reminder 2", False),
        ("reminder 3", False),
        ("reminder 4", False),
        ("change", True),
        ("digest", True),
        ("todo", True),
    ]


def test_a_message_that_no_reminder_counts_is_no_balance(conn: Connection) -> None:
    add(conn, delivery, kind="reminder", state="sent")

    assert stats.balance(conn) == [LedgerBalance("reminder", 0, 1, 0, 0, 0, 0)]


def test_deliveries_are_listed_the_newest_due_first_with_what_was_said_last(conn: Connection) -> None:
    add(conn, edition)
    add(conn, change, edition=1, event_id="moved", recurrence="2021-09-02")
    add(conn, reminder, event_id="summit", recurrence="2021-09-03", lead="1 day before")
    add(conn, delivery, kind="reminder", state="queued", reminder_id=1, due_at=NOW)
    add(conn, delivery, kind="change", state="sent", change_id=1, due_at=NOW)
    add(conn, delivery, kind="digest", state="dead", due_at=NOW + MINUTE)
    add(conn, delivery, kind="test", state="dead", due_at=NOW - MINUTE)
    for detail in ("first", "last"):
        add(conn, attempt, delivery_id=1, detail=detail)

    def numbers(**asked: Any) -> list[int]:
        return [record.id for record in stats.list_deliveries(conn, **asked)]

    assert [
        (record.id, record.event_id, record.recurrence, record.lead, record.detail)
        for record in stats.list_deliveries(conn)
    ] == [
        (3, "", "", "", ""),
        (2, "moved", "2021-09-02", "", ""),
        (1, "summit", "2021-09-03", "1 day before", "last"),
        (4, "", "", "", ""),
    ]
    assert (numbers(limit=1), numbers(event_id="moved"), numbers(event_id="summit")) == ([3], [2], [1])
    assert (numbers(state="open"), numbers(state="dead"), numbers(state="dead letter")) == ([1], [3, 4], [3])
    assert (numbers(since=NOW), numbers(until=NOW), numbers(ids=[1, 4])) == ([3, 2, 1], [2, 1, 4], [1, 4])
    assert (numbers(kind="test"), numbers(channel="desk")) == ([4], [])


def test_reminders_that_are_still_to_be_told_are_listed_by_their_time(conn: Connection) -> None:
    for state, fan_out, due in [("skipped", 1, 2), ("planned", None, 2), ("planned", 9, 10), ("planned", 8, 9)]:
        add(
            conn,
            reminder,
            state=state,
            event_id=f"in-{due}",
            fan_out_at=None if fan_out is None else NOW + fan_out * MINUTE,
            due_at=NOW + due * MINUTE,
        )

    assert [planned.event_id for planned in activity.planned_reminders(conn, 2)] == ["in-9", "in-10"]
    assert [planned.event_id for planned in activity.planned_reminders(conn, 1)] == ["in-9"]


def test_readers_are_counted_back_by_whole_days(conn: Connection) -> None:
    def add_reader(confirmed: timedelta | None, ended: timedelta | None, **values: Any) -> None:
        ages = {"confirmed_at": confirmed, "ended_at": ended}
        moments = {name: None if age is None else NOW - age for name, age in ages.items()}
        add(conn, subscription, **{"origin": "people", "state": "off" if ended else "active"} | moments | values)

    add_reader(DAY, None)
    add_reader(DAY, None)
    add_reader(DAY - MOMENT, None)
    add_reader(0 * DAY, None)
    add_reader(2 * DAY, None)
    add_reader(9 * DAY, 2 * DAY - MOMENT)
    add_reader(None, DAY)  # never confirmed
    add_reader(DAY, None, origin="config")
    add_reader(None, None, state="pending")
    add_reader(-MINUTE, None)  # by a clock that was ahead
    found = activity.reader_counts(conn, NOW, 2)

    assert [(count.at, count.count) for count in found] == [(NOW - 2 * DAY, 3), (NOW - DAY, 4), (NOW, 6)]


# the health of sending


def test_of_a_destination_its_failures_and_of_a_channel_its_pause_are_kept(conn: Connection) -> None:
    breaker = CircuitBreaker("smtp://x", failures=5, open_until=NOW, detail="421")
    for saved in (CircuitBreaker("smtp://x", failures=4), breaker, CircuitBreaker("desk", failures=1)):
        health.save_breaker(conn, saved)
    health.pause(conn, "desk", "old")
    health.pause(conn, "desk", "410")
    health.pause(conn)
    assert health.list_breakers(conn) == {
        "smtp://x": breaker,
        "desk": CircuitBreaker("desk", is_paused=True, failures=1, pause_detail="410"),
        "": CircuitBreaker("", is_paused=True),
    }

    assert [health.resume(conn, "desk"), health.resume(conn, "desk")] == [True, False]
    assert health.list_breakers(conn) == {
        "smtp://x": breaker,
        "desk": CircuitBreaker("desk", failures=1),
        "": CircuitBreaker("", is_paused=True),
    }


def test_a_probe_is_allowed_where_a_breaker_is_open(conn: Connection) -> None:
    for name, open_until in (("x", NOW), ("y", NOW), ("closed", None)):
        health.save_breaker(conn, CircuitBreaker(name, failures=5, open_until=open_until))
    for name in ("x", "closed"):
        health.allow_probe(conn, name, NOW + MINUTE)

    breakers = health.list_breakers(conn)
    assert [breakers[name].open_until for name in ("x", "y", "closed")] == [NOW + MINUTE, NOW, None]


def test_no_scheduler_runs_two_minutes_from_its_last_pass(conn: Connection) -> None:
    assert not health.is_silent(None, NOW)
    assert [health.is_silent(NOW, NOW + age) for age in (2 * MINUTE, 2 * MINUTE + MOMENT)] == [False, True]
    assert [health.is_silent(NOW, NOW - age) for age in (2 * MINUTE, 2 * MINUTE + MOMENT)] == [False, True]


def test_an_alarm_has_what_failed_since_then_the_commonest_first(conn: Connection) -> None:
    for reason, detail, age in [
        ("refused", "551", 1),
        ("refused", "552", 1),
        ("refused", "552", 2),
        ("refused", "550", 1),
        ("refused", "550", 60),
        ("endpoint gone", "410", 1),
    ]:
        add(
            conn,
            delivery,
            kind="change",
            channel="desk",
            state="dead",
            reason=reason,
            detail=detail,
            settled_at=NOW - age * MINUTE,
        )
    add(conn, delivery, kind="test", state="dead", reason="refused", detail="550", settled_at=NOW)
    for reason, detail, age in [("bounced", "b", 1), ("bounced", "c", 1), ("bounced", "c", 2), ("bounced", "a", 1)]:
        add(conn, subscription, state="off", reason=reason, detail=detail, ended_at=NOW - age * MINUTE)
    add(conn, subscription, state="off", reason="bounced", detail="old", ended_at=NOW - 60 * MINUTE)
    add(conn, subscription, state="off", reason="unsubscribed", detail="", ended_at=NOW)
    evidence = health.alarm_evidence(conn, NOW - 60 * MINUTE)

    assert evidence.dead_letters == (
        FailureCount("desk", "552", 2),
        FailureCount("desk", "550", 1),
        FailureCount("desk", "551", 1),
    )
    assert evidence.bounced == (FailureCount("", "c", 2), FailureCount("", "a", 1), FailureCount("", "b", 1))


def test_a_registry_is_an_alarm_while_something_keeps_its_edition_back(conn: Connection) -> None:
    def evidence(outcome: CheckOutcome) -> str | None:
        problems = tuple(Problem("e", line, 1, "no", warning=line == 2) for line in (1, 2, 3))
        edition_store.write_registry_check(conn, RegistryCheck(NOW, "", outcome, problems))
        return health.alarm_evidence(conn, NOW).registry_problems

    assert health.alarm_evidence(conn, NOW).registry_problems is None
    assert evidence("problems") == evidence("held") == "e:1:1: no\ne:3:1: no"
    assert evidence("recorded") is evidence("unchanged") is None


def test_failures_of_a_mailbox_are_counted_in_a_row(conn: Connection) -> None:
    assert health.record_mailbox_failure(conn, "x", "no") == MailboxFailure("x", "no", 1)
    assert health.record_mailbox_failure(conn, "x", "still no") == MailboxFailure("x", "still no", 2)
    assert health.record_mailbox_failure(conn, "y", "no") == MailboxFailure("y", "no", 1)
    edition_store.write_meta(conn, MetaKey.ACCEPT, "kept")
    health.clear_mailbox_failure(conn)
    assert (health.find_mailbox_failure(conn), edition_store.accepted_digest(conn)) == (None, "kept")


def test_an_alarm_keeps_when_it_began_until_it_is_over(conn: Connection) -> None:
    health.save_alarms(conn, [])
    health.save_alarms(conn, [StoredAlarm("a", "1", NOW), StoredAlarm("b", "1", NOW)])
    health.save_alarms(conn, [StoredAlarm("a", "2", NOW + MINUTE, NOW + MINUTE, 1)])
    assert health.stored_alarms(conn)["a"] == StoredAlarm("a", "2", NOW, NOW + MINUTE, 1)

    health.delete_alarms(conn, ["a"])
    assert list(health.stored_alarms(conn)) == ["b"]


def test_operators_are_active_and_in_the_order_of_the_settings(conn: Connection) -> None:
    for number, origin, state in [(3, "operator", "active"), (2, "operator", "active"), (4, "operator", "off")]:
        add(conn, subscription, id=number, origin=origin, state=state)
    add(conn, subscription, id=5, origin="people", state="active")

    assert [operator.subscription for operator in health.list_operators(conn)] == [2, 3]
