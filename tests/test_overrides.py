"""One occurrence of a series with a date, title, place, notes or url of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eventcal import occurrences
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.feeds import render_calendar_feed
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.history import ChangeKind
from eventcal.leads import parse as parse_lead
from eventcal.messages import MessageContext
from eventcal.messages.reminder import reminder_body
from eventcal.planning.reminders import ReminderAudience, schedule
from eventcal.registry import Registry
from eventcal.settings import Settings
from eventcal.web.app import create_app
from eventcal.web.snapshots import Snapshot
from tests.factories import NEW_YEAR, build_next, read_registry
from tests.test_ical import prop, vevents

HEAD = "version: 1\ncalendar: {id: test-calendar, name: Test calendar, timezone: Europe/Berlin}\nevents:\n"
SERIES = """\
- id: talk
  title: {en: Talk, de: Vortrag}
  when: 2027-01-04 10:00/11:00
  place: Room 1
  notes: As always.
  url: https://a.example/talk
  repeat: every week on Mon until 2027-02-08
  exceptions:
    2027-01-11: {when: 2027-01}
    2027-01-18: {title: Guest talk, place: {name: Hall, country: DE}, notes: Bring a friend., url: "https://a.example/guest"}
    2027-01-25: {when: 2027-01-26}
    2027-02-01: {when: 2027-02-02 18:00, place: Garden}
"""


def load(tmp_path: Path, text: str = SERIES) -> Registry:
    return read_registry(tmp_path, HEAD + text)


def feed(tmp_path: Path, text: str = SERIES) -> list[list[str]]:
    return vevents(render_calendar_feed(build_next(load(tmp_path, text))[0], NEW_YEAR.date(), Filter()).body)


@pytest.mark.parametrize(
    ("day", "planned"),
    [
        ("2027-01-04", None),
        ("2027-01-11", "2027-01-11 10:00/11:00"),
        ("2027-01-18", None),  # its title and place are its own, and not its date
        ("2027-01-25", "2027-01-25 10:00/11:00"),
    ],
)
def test_a_moved_occurrence_knows_the_date_that_its_rule_gives(tmp_path: Path, day: str, planned: str | None) -> None:
    [event] = load(tmp_path).events
    occurrence = occurrences.find(event, day)
    assert occurrence is not None
    assert str(occurrences.moved_from(occurrence)) == str(planned)


def test_a_postponed_event_knows_its_old_date(tmp_path: Path) -> None:
    [event] = load(tmp_path, "- {id: a, title: A, status: postponed, when: 2027-02-01, was: 2027-01-04}\n").events
    occurrence = occurrences.find(event, "")
    assert occurrence is not None
    assert (str(occurrence.when), str(occurrences.moved_from(occurrence))) == ("2027-02-01", "2027-01-04")


def test_an_occurrence_has_what_is_its_own_and_else_what_the_series_has(tmp_path: Path) -> None:
    [event] = load(tmp_path).events
    assert event_from_json(event_to_json(event)) == event
    guest, plain = (occurrences.find(event, day) for day in ("2027-01-18", "2027-01-04"))
    assert guest is not None
    assert plain is not None
    assert (guest.event.url, guest.event.notes.in_language("en")) == ("https://a.example/guest", "Bring a friend.")  # type: ignore[union-attr]
    assert occurrences.title_of(guest, "de") == "Guest talk"
    assert plain.event == event


def test_an_occurrence_whose_date_will_not_come_is_cancelled_and_not_postponed(tmp_path: Path) -> None:
    series = "- {id: talk, title: Talk, when: 2027-01-04, repeat: every week, exceptions: {2027-01-11: {when: %s}}}\n"
    dates = {when: occurrences.find(load(tmp_path, series % when).events[0], "2027-01-11") for when in ("none", "TBD")}

    assert [date and date.status.value for date in dates.values()] == ["cancelled", "postponed"]


def test_the_feed_writes_each_occurrence_with_its_own_facts(tmp_path: Path) -> None:
    by_date = {(prop(lines, "RECURRENCE-ID") or prop(lines, "UID"))[0]: lines for lines in feed(tmp_path)}
    guest = by_date["RECURRENCE-ID;TZID=Europe/Berlin:20270118T100000"]
    assert prop(guest, "LOCATION") == ["LOCATION:Hall\\, Germany"]
    assert prop(guest, "SUMMARY") == ["SUMMARY:Guest talk"]
    assert prop(guest, "URL") == ["URL:https://a.example/guest"]
    assert "Bring a friend." in prop(guest, "DESCRIPTION")[0]
    assert prop(by_date["RECURRENCE-ID;TZID=Europe/Berlin:20270201T100000"], "LOCATION") == ["LOCATION:Garden"]


def test_whole_days_in_a_series_of_hours_are_events_of_their_own(tmp_path: Path) -> None:
    by_uid = {prop(lines, "UID")[0]: lines for lines in feed(tmp_path)}
    master = next(lines for lines in feed(tmp_path) if prop(lines, "RRULE"))
    assert prop(master, "EXDATE") == [
        "EXDATE;TZID=Europe/Berlin:20270111T100000",
        "EXDATE;TZID=Europe/Berlin:20270125T100000",
    ]
    imprecise = by_uid["UID:talk+20270111@test-calendar"]
    assert prop(imprecise, "DTSTART") + prop(imprecise, "DTEND") == [
        "DTSTART;VALUE=DATE:20270101",
        "DTEND;VALUE=DATE:20270201",
    ]
    assert prop(imprecise, "SUMMARY") == ["SUMMARY;LANGUAGE=en:[Jan 2027\\, day not known] Talk"]
    assert prop(imprecise, "STATUS") == ["STATUS:TENTATIVE"]
    assert prop(by_uid["UID:talk+20270125@test-calendar"], "DTSTART") == ["DTSTART;VALUE=DATE:20270126"]


def test_programs_pages_and_mails_say_what_is_known_of_an_occurrence(tmp_path: Path) -> None:
    shown, _ = build_next(load(tmp_path))
    [entry] = json.loads(render_events_json(shown, Filter(), "en", "")[0])["events"]
    exceptions = {exception["date"]: exception for exception in entry["repeat"]["exceptions"]}
    assert exceptions["2027-01-11"]["when"]["precision"] == "month"
    assert (exceptions["2027-01-18"]["title"], exceptions["2027-01-18"]["place"]["country"]) == ("Guest talk", "DE")
    client = create_app(lambda: Snapshot.of(shown, (), ()), Settings(), clock=lambda: NEW_YEAR).test_client()
    page = client.get("/events/talk?on=2027-01-18").get_data(as_text=True)
    assert "Guest talk" in page
    assert "Hall, Germany" in page
    assert "Bring a friend." in page
    vague = client.get("/events/talk?on=2027-01-11").get_data(as_text=True)
    assert "11 January" not in vague
    assert '"startDate": "2027-01"' in vague
    occurrence = occurrences.find(shown.versions[0].event, "2027-01-18")
    assert occurrence is not None
    body = reminder_body(MessageContext(shown.calendar, NEW_YEAR, "en"), occurrence)
    assert (body.title, body.notes) == ("Guest talk", "Bring a friend.")
    assert "Hall, Germany" in body.facts


def test_before_an_occurrence_without_a_day_one_reminder_is_sent(tmp_path: Path) -> None:
    with_leads = SERIES.replace(
        "  place: Room 1", "  reminders: [1 week before at 09:00, 1 day before at 09:00]\n  place: Room 1"
    )
    [event] = load(tmp_path, with_leads).events
    occurrence = occurrences.find(event, "2027-01-11")
    assert occurrence is not None
    scheduled = schedule(occurrence.event, occurrence.when, ReminderAudience())
    assert [reminder.lead for reminder in scheduled] == [parse_lead("1 week before at 09:00")]


@pytest.mark.parametrize(
    ("old", "new", "kinds"),
    [
        ("{when: 2027-01}", "{when: 2027-01-12 10:00}", [ChangeKind.DAY_KNOWN]),
        ("{when: 2027-01}", "{when: 2027}", [ChangeKind.LESS_PRECISE]),
        ("place: Garden", "place: Roof", [ChangeKind.PLACE]),
        ("title: Guest talk", "title: Guest", []),
    ],
)
def test_a_change_of_one_occurrence_is_told_as_such(
    tmp_path: Path, old: str, new: str, kinds: list[ChangeKind]
) -> None:
    first, _ = build_next(load(tmp_path))
    second, changes = build_next(load(tmp_path, SERIES.replace(old, new)), first)
    assert [change.kind for change in changes] == kinds
    assert second.versions[0].sequence == (1 if "when" in old else 0)
    assert second.versions[0].modified > first.versions[0].modified


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("{place: {country: UK}}", "did you mean GB?"),
        ("{place: {lat: 38}}", "lat needs lon: write both, or neither"),
        ("{url: soon}", "write an address, as https://"),
        ("{titel: A}", "unknown key 'titel', did you mean 'title'?"),
        ("{when: 2027-13}", "there is no month 13"),
    ],
)
def test_a_wrong_fact_of_an_occurrence_is_a_problem_at_its_place(tmp_path: Path, fields: str, said: str) -> None:
    [problem] = load(tmp_path, SERIES.replace("{when: 2027-01}", fields)).problems
    assert problem.line == 12
    assert said in problem.message
