"""Floating hours, the same on every wall clock: pages, feeds, JSON, messages, commands and imports give them no zone."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal import feeds, importing, leads, links, messages, words
from eventcal.cli import cli
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.events import Event, Occurrence
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.history import ChangeKind, Edition, state_from_json, state_of, state_to_json
from eventcal.importing import ImportContext
from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.pages import jsonld
from eventcal.web.snapshots import Snapshot
from tests.factories import NEW_YEAR, build_next, read_registry, utc

HEAD = "version: 1\ncalendar: {id: test, name: Test, timezone: Europe/Berlin}\nevents:\n"
SILENCE = (
    "- {id: silence, title: Silence, when: 2027-05-03 11:00/11:01, timezone: floating, reminders: [2 hours before]}\n"
)
FLOATING_WORDS = "11:00–11:01 (local time, wherever you are)"


def build(folder: Path, text: str = SILENCE) -> Edition:
    return build_next(read_registry(folder, HEAD + text))[0]


def silence(folder: Path) -> Event:
    return build(folder).versions[0].event


def feed_lines(edition: Edition, names: str, **query: bool) -> list[str]:
    body = feeds.render_calendar_feed(edition, NEW_YEAR.date(), Filter(**query), "").body.decode()  # type: ignore[arg-type]
    return re.findall(rf"^((?:{names})[;:].*)\r$", body, re.MULTILINE)


def test_a_page_shows_the_hour_that_was_written_in_every_zone(tmp_path: Path) -> None:
    client = create_app(lambda: Snapshot.of(build(tmp_path), (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    for address in ("/events/silence", "/events/silence?tz=Asia/Tokyo"):
        page = client.get(address).get_data(as_text=True)
        assert FLOATING_WORDS in page
        assert 'datetime="2027-05-03T11:00">' in page
        assert "data-local" not in page
        assert "dates=20270503T110000%2F20270503T110100" in page
    assert "11:00–11:01 (local time)" in client.get("/agenda?tz=Asia/Tokyo").get_data(as_text=True)


def test_a_feed_gives_the_hour_without_a_zone_on_nights_of_a_clock_change_too(tmp_path: Path) -> None:
    text = SILENCE + (
        "- id: weekly\n  title: Weekly\n  when: 2027-03-21 02:30/03:00\n  timezone: floating\n"
        "  repeat: every week on Sun until 2027-04-11\n  except: [2027-04-04]\n"
        "  exceptions: {2027-03-28: {when: 2027-03-29 02:30}}\n"
    )
    assert feed_lines(build(tmp_path, text), "DTSTART|DTEND|RRULE|EXDATE|RECURRENCE-ID|TRIGGER|BEGIN:VTIMEZONE", alarms=True) == [
        "DTSTART:20270503T110000",
        "DTEND:20270503T110100",
        "TRIGGER:-PT2H",
        "DTSTART:20270321T023000",
        "DTEND:20270321T030000",
        "RRULE:FREQ=WEEKLY;BYDAY=SU;UNTIL=20270411T143000",
        "EXDATE:20270404T023000",
        "RECURRENCE-ID:20270328T023000",
        "DTSTART:20270329T023000",
    ]  # fmt: skip


def test_json_and_hooks_give_no_instant(tmp_path: Path) -> None:
    [entry] = json.loads(render_events_json(build(tmp_path), Filter(), "en", "")[0])["events"]
    date = entry["when"]
    assert (date["floating"], date["starts_at"], date["ends_at"]) == (True, None, None)
    assert (date["text"], date["words"]) == ("2027-05-03 11:00/11:01", f"3 May 2027, {FLOATING_WORDS}")
    event = silence(tmp_path)
    occurrence = Occurrence(event, "", event.when, event.status)
    hook = messages.webhook_data.event_data(build(tmp_path).versions[0], occurrence, "en", "")
    assert (hook["start"], hook["end"]) == ("2027-05-03T11:00:00", "2027-05-03T11:01:00")
    assert jsonld.event_jsonld(occurrence, "Silence", "")["startDate"] == "2027-05-03T11:00"
    assert "startdt=2027-05-03T11%3A00%3A00&" in links.outlook_event_url(event, event.when, "Silence", "", "")


def test_messages_say_the_hour_as_written_and_reminders_are_counted_in_the_calendars_zone(tmp_path: Path) -> None:
    event = silence(tmp_path)
    assert (
        words.date_phrases.format_with_weekday(event.when, "en", "Asia/Tokyo")
        == f"Monday, 3 May 2027, {FLOATING_WORDS}"
    )
    assert words.date_phrases.format_subject_date(event.when, NEW_YEAR, "en", "Asia/Tokyo", "") == "Mon 3 May, 11:00"
    assert words.date_phrases.format_local_time(event.when, "en", "Asia/Tokyo") == ""
    assert leads.resolve(event.leads[0], event.when, event.when.span.zone) == utc(2027, 5, 3, 7)  # type: ignore[union-attr]


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_a_stored_event_and_what_readers_were_told_of_it_keep_floating(tmp_path: Path, language: str) -> None:
    event = silence(tmp_path)
    stored = event_from_json(event_to_json(event))
    assert (stored, stored.when.span.is_floating) == (event, True)  # type: ignore[union-attr]
    state = state_from_json(state_to_json(state_of(event, language)))
    assert state.when.span.is_floating  # type: ignore[union-attr]


def test_giving_an_hour_a_zone_raises_the_sequence(tmp_path: Path) -> None:
    first = build(tmp_path)
    fixed = read_registry(tmp_path, HEAD + SILENCE.replace("floating", "Europe/Berlin"))
    second, _ = build_next(fixed, first, utc(2027, 1, 2))
    assert second.versions[0].sequence == 1
    assert feed_lines(second, "DTSTART") == ["DTSTART:20270503T090000Z"]


def test_giving_an_hour_a_zone_is_told_as_it_is_another_moment_elsewhere(tmp_path: Path) -> None:
    first = build(tmp_path)
    fixed = read_registry(tmp_path, HEAD + SILENCE.replace("floating", "Europe/Berlin"))
    second, changes = build_next(fixed, first, utc(2027, 1, 2))
    _, back = build_next(read_registry(tmp_path, HEAD + SILENCE), second, utc(2027, 1, 3))
    assert [change.kind for change in (*changes, *back)] == [ChangeKind.MOVED] * 2
    assert not build_next(fixed, second, utc(2027, 1, 4))[1]


def test_milestones_and_defaults_float_and_a_calendar_does_not(tmp_path: Path) -> None:
    text = SILENCE.replace("}\n", ", milestones: [{id: early, title: Early, when: 1 hour before start}]}\n")
    assert feed_lines(build(tmp_path, text), "DTSTART")[1] == "DTSTART:20270503T100000"
    default = HEAD.replace("events:", "defaults: {timezone: floating, length: 30 minutes}\nevents:")
    registry = read_registry(tmp_path, default + "- {id: gap, title: Gap, when: 2027-03-28 02:30}\n")
    assert feed_lines(build_next(registry)[0], "DTSTART|DTEND") == ["DTSTART:20270328T023000", "DTEND:20270328T030000"]
    [problem] = read_registry(tmp_path, HEAD.replace("Europe/Berlin", "floating") + SILENCE).problems
    assert (problem.line, "a calendar has a zone" in problem.message) == (2, True)


def test_next_names_local_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    build(tmp_path)
    monkeypatch.chdir(tmp_path)
    printed = CliRunner().invoke(cli, ["next", "--from", "2027"]).stdout
    assert "3 May 2027, 11:00–11:01 (local time)" in printed
    assert "times in" not in printed


@pytest.mark.parametrize(
    ("head", "reader_zone", "expected"),
    [
        ("", "", {"when": "2027-05-03 11:00", "timezone": "floating"}),
        ("X-WR-TIMEZONE:Asia/Tokyo\r\n", "", {"when": "2027-05-03 11:00", "timezone": "Asia/Tokyo"}),
        ("", "Asia/Tokyo", {"when": "2027-05-03 11:00", "timezone": "Asia/Tokyo"}),
    ],
)
def test_an_imported_hour_without_a_zone_floats_unless_a_zone_is_named(
    head: str, reader_zone: str, expected: dict[str, str]
) -> None:
    text = f"BEGIN:VCALENDAR\r\n{head}BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:Silence\r\nDTSTART:20270503T110000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    imported = importing.read_source(
        text.encode(), "x.ics", "", ImportContext("Europe/Berlin", reader_zone=reader_zone)
    )
    assert {key: imported.events[0].fields[key] for key in expected} == expected
    assert len(imported.losses) == (expected["timezone"] != "floating")
