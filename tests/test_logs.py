"""Log lines: one line a record, as text or JSON."""

from __future__ import annotations

import json
import logging
import sys

import pytest

from eventcal.logs import REQUEST_ID, JsonFormatter, OneLineFormatter, RepeatCounter, line_logger


def record(message: str, **extra: object) -> logging.LogRecord:
    made = logging.LogRecord("eventcal.deliveries", logging.WARNING, __file__, 1, message, (), None)
    made.created = 1_789_000_000.5
    made.__dict__.update(extra)
    return made


def test_a_json_line_has_time_level_logger_message_and_the_fields_of_a_delivery() -> None:
    line = JsonFormatter().format(record("delivery sent\nkey=x", delivery={"key": "x", "attempt": 1}))

    assert "\n" not in line
    assert json.loads(line) == {
        "time": "2026-09-10T00:26:40.500+00:00",
        "level": "warning",
        "logger": "eventcal.deliveries",
        "message": "delivery sent\nkey=x",
        "delivery": {"key": "x", "attempt": 1},
    }


def test_a_traceback_stays_within_its_json_line() -> None:
    try:
        raise ZeroDivisionError("a bug")
    except ZeroDivisionError:
        failed = record("failed", exc_info=sys.exc_info())

    line = JsonFormatter().format(failed)

    assert "\n" not in line
    assert "ZeroDivisionError: a bug" in json.loads(line)["traceback"]


def test_a_line_break_in_a_message_begins_no_line_of_its_own() -> None:
    line = OneLineFormatter("%(levelname)s %(message)s").format(record("url: https://example.org\nINFO forged"))

    assert line == "WARNING url: https://example.org\\nINFO forged"


def test_a_line_of_a_request_has_its_id() -> None:
    token = REQUEST_ID.set("1f3a9c2e")
    text = OneLineFormatter("%(levelname)s %(message)s").format(record("a\nb"))
    line = json.loads(JsonFormatter().format(record("a")))
    REQUEST_ID.reset(token)

    assert (text, line["request"]) == ("WARNING [1f3a9c2e] a\\nb", "1f3a9c2e")


def test_each_line_of_a_text_is_a_record_of_its_own(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        line_logger(logging.getLogger("eventcal.test"))("edition 1 stays:\n  events.yaml:7:3: 100% wrong")

    assert caplog.messages == ["edition 1 stays:", "events.yaml:7:3: 100% wrong"]


def test_of_many_alike_the_first_is_a_line_and_then_one_a_minute_with_their_count() -> None:
    refusals = RepeatCounter(60.0)

    assert [refusals.count("sign-up", now) for now in (5.0, 6.0, 64.9, 65.0, 66.0, 200.0)] == [1, 0, 0, 3, 0, 2]
    assert refusals.count("another", 6.0) == 1
