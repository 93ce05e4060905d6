"""Alarms and circuit breakers, decided from values: no store, no clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from eventcal.deliveries.outcome import PROBE_INTERVAL, BreakerReport, next_breaker
from eventcal.ledger_rows import AlarmEvidence, CircuitBreaker, FailureCount, MailboxFailure, Operator, StoredAlarm
from eventcal.planning.alarms import (
    ALARM_DELAY,
    ALARM_LIFETIME,
    REPEAT_INTERVAL,
    Alarm,
    AlarmDiff,
    active_alarms,
    alarm_deliveries,
    diff_alarms,
    find_cause,
    parse_alarm,
)

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
    assert [(alarm.name, alarm.since, alarm.is_over) for alarm in told.messages] == [(NAME, NOW, False)]
    assert diff_alarms(active, {row.name: row for row in told.save}, NOW + 2 * ALARM_DELAY) == AlarmDiff()


def test_an_alarm_that_grew_tenfold_is_told_again() -> None:
    known = {NAME: StoredAlarm(NAME, "9: refused", NOW, NOW + MINUTE)}

    assert diff_alarms(active_alarms(dead_letters(9)), known, NOW + 2 * MINUTE) == AlarmDiff()
    assert [
        alarm.level for alarm in diff_alarms(active_alarms(dead_letters(10)), known, NOW + 2 * MINUTE).messages
    ] == [1]


@pytest.mark.parametrize(
    ("problems", "elapsed", "told"),
    [
        ("line 3: a tab", REPEAT_INTERVAL, []),
        ("line 9: no such zone", REPEAT_INTERVAL - MINUTE, []),
        ("line 9: no such zone", REPEAT_INTERVAL, ["line 9: no such zone"]),
    ],
)
def test_a_standing_alarm_is_told_again_for_another_cause_an_hour_later(
    problems: str, elapsed: timedelta, told: list[str]
) -> None:
    known = {"registry": StoredAlarm("registry", "line 3: a tab", NOW - MINUTE, NOW)}
    active = active_alarms(AlarmEvidence((), (), problems, (), None))

    assert [alarm.detail for alarm in diff_alarms(active, known, NOW + elapsed).messages] == told


def test_dead_letters_of_the_same_cause_are_not_told_again_however_long_it_lasts() -> None:
    known = {NAME: StoredAlarm(NAME, "2: refused: 550 5.1.1 nobody here", NOW, NOW)}

    assert diff_alarms(active_alarms(dead_letters(3)), known, NOW + 2 * REPEAT_INTERVAL) == AlarmDiff()


@pytest.mark.parametrize(
    ("breaker", "names"),
    [
        (CircuitBreaker("relay", failures=5, open_until=NOW), ["destination relay"]),
        (CircuitBreaker("relay", failures=4, open_until=NOW), []),  # it asked to wait
        (CircuitBreaker("relay", failures=9), []),
        (CircuitBreaker("hook", is_paused=True, pause_detail="410"), ["gone hook"]),
        (CircuitBreaker("hook", is_paused=True), []),  # by hand
    ],
)
def test_a_breaker_is_an_alarm_when_it_is_open_after_failures(breaker: CircuitBreaker, names: list[str]) -> None:
    assert list(active_alarms(AlarmEvidence((), (), None, (breaker,), None))) == names


@pytest.mark.parametrize(("count", "names"), [(2, []), (3, ["mailbox mail.example.org"])])
def test_a_mailbox_is_an_alarm_at_the_third_failure_in_a_row(count: int, names: list[str]) -> None:
    failure = MailboxFailure("mail.example.org", "refused", count)

    assert list(active_alarms(AlarmEvidence((), (), None, (), failure))) == names


def test_an_alarm_names_no_reader() -> None:
    refused = "RCPT: 550 5.1.1 <Anna@example.org>: no such user"
    breaker = CircuitBreaker("smtp://relay:25", failures=5, open_until=NOW, detail=refused)
    evidence = AlarmEvidence(
        (FailureCount("email", refused, 1),), (FailureCount("", refused, 1),), None, (breaker,), None
    )

    details = [alarm.detail.removeprefix("1: ") for alarm in active_alarms(evidence).values()]

    assert details == ["RCPT: 550 5.1.1 <A…@example.org>: no such user"] * 3


def test_what_the_feed_lacks_is_an_alarm() -> None:
    evidence = AlarmEvidence((), (), None, (), None, ("events that cannot be drawn are left out: summit",))

    assert {"feed": "events that cannot be drawn are left out: summit"} == {
        name: active.detail for name, active in active_alarms(evidence).items()
    }


def test_an_alarm_is_one_urgent_message_however_many_processes_notice_it() -> None:
    operators = [Operator(7, "on-call", "a@example.org", "", None)]
    details = ("1: refused: 550 5.1.1 nobody", "2: refused: 550 5.1.1 no such user", "1: 421 busy")
    first, second, other = (alarm_deliveries([Alarm(NAME, detail, NOW)], operators, NOW)[0] for detail in details)

    assert first.key == second.key != other.key
    assert (first.is_urgent, first.expires_at) == (True, NOW + ALARM_LIFETIME)
    assert parse_alarm(first.payload) == Alarm(NAME, details[0], NOW)


def test_two_faults_of_a_registry_are_two_messages() -> None:
    operators = [Operator(7, "on-call", "a@example.org", "", None)]
    faults = [Alarm("registry", detail, NOW) for detail in ("line 3: a tab", "line 3: no such zone")]

    assert len({message.key for message in alarm_deliveries(faults, operators, NOW)}) == 2


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("refused: 550 5.1.1 no such user", "550 5.1.1"),
        ("not a key 40404: gone", "not a key 40404"),
        ("192.0.2.1 is a private address; allow_private would help", "192.0.2.1 is a private address"),
        (f"{'a' * 41}: b", "a" * 40),
    ],
)
def test_the_cause_of_a_failure_is_its_code_or_its_first_words(text: str, cause: str) -> None:
    assert find_cause(text) == cause


def test_the_end_of_an_alarm_is_told_where_its_beginning_was() -> None:
    told = StoredAlarm(NAME, "2: refused", NOW, NOW + MINUTE)
    untold = StoredAlarm("registry", "line 3", NOW)

    ended = diff_alarms({}, {row.name: row for row in (told, untold)}, NOW + 2 * MINUTE)

    assert ended == AlarmDiff((), (NAME, "registry"), (Alarm(NAME, "2: refused", NOW, is_over=True),))


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
