"""Alarms and circuit breakers, decided from values: no store, no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from eventcal.deliveries.outcome import PROBE_INTERVAL, BreakerReport, next_breaker
from eventcal.ledger_rows import AlarmEvidence, CircuitBreaker, FailureCount, StoredAlarm
from eventcal.planning.alarms import ALARM_DELAY, Alarm, AlarmDiff, active_alarms, diff_alarms

NOW = datetime(2027, 3, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
NAME = "dead email 550 5.1.1"


def dead_letters(count: int) -> AlarmEvidence:
    letters = FailureCount("email", "refused: 550 5.1.1 no such user", count)
    return AlarmEvidence((letters,), (), None, (), None)


def test_an_alarm_begins_in_silence_and_is_told_once_after_it_lasted() -> None:
    active = active_alarms(dead_letters(2))

    begun = diff_alarms(active, {}, NOW)
    known = {row.name: row for row in begun.save}
    told = diff_alarms(active, known, NOW + ALARM_DELAY)

    assert (list(known), begun.messages) == ([NAME], ())
    assert diff_alarms(active, known, NOW + ALARM_DELAY / 2) == AlarmDiff()
    assert [(alarm.name, alarm.since, alarm.over) for alarm in told.messages] == [(NAME, NOW, False)]
    assert diff_alarms(active, {row.name: row for row in told.save}, NOW + 2 * ALARM_DELAY) == AlarmDiff()


def test_an_alarm_that_grew_tenfold_is_told_again() -> None:
    known = {NAME: StoredAlarm(NAME, "9: refused", NOW, NOW + MINUTE)}

    assert diff_alarms(active_alarms(dead_letters(9)), known, NOW + 2 * MINUTE) == AlarmDiff()
    assert [
        alarm.level for alarm in diff_alarms(active_alarms(dead_letters(10)), known, NOW + 2 * MINUTE).messages
    ] == [1]


def test_the_end_of_an_alarm_is_told_where_its_beginning_was() -> None:
    told = StoredAlarm(NAME, "2: refused", NOW, NOW + MINUTE)
    untold = StoredAlarm("registry", "line 3", NOW)

    ended = diff_alarms({}, {row.name: row for row in (told, untold)}, NOW + 2 * MINUTE)

    assert ended == AlarmDiff((), (NAME, "registry"), (Alarm(NAME, "2: refused", NOW, over=True),))


def test_failures_of_several_batches_open_a_breaker_and_a_success_closes_it() -> None:
    down, up = BreakerReport("relay", False, 3, "421 busy"), BreakerReport("relay", True, 0)
    once = next_breaker(CircuitBreaker("relay"), down, NOW)
    opened = next_breaker(once, down, NOW)

    assert (once.failures, once.open_until) == (3, None)
    assert (opened.failures, opened.open_until, opened.detail) == (6, NOW + PROBE_INTERVAL, "421 busy")
    assert next_breaker(opened, up, NOW) == CircuitBreaker("relay")


def test_a_request_to_wait_opens_a_breaker_at_once_and_for_no_less_than_a_probe() -> None:
    breaker = CircuitBreaker("relay", is_paused=True)

    long, short = (BreakerReport("relay", False, 1, wait=wait) for wait in (timedelta(hours=1), timedelta(seconds=1)))

    assert next_breaker(breaker, long, NOW).open_until == NOW + timedelta(hours=1)
    assert next_breaker(breaker, short, NOW).open_until == NOW + PROBE_INTERVAL
    assert next_breaker(breaker, long, NOW).is_paused


def test_a_breaker_that_results_do_not_change_is_the_same_and_not_written() -> None:
    closed = CircuitBreaker("relay", detail="421 busy")

    assert next_breaker(closed, BreakerReport("relay", True, 0), NOW) is closed
