"""Registry -> feed -> import -> feed: the same events, of every kind that a feed shows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from eventcal import history, ical, importing, registry
from eventcal.ical import CalendarHeader, RenderOptions
from eventcal.importing import ImportContext

from .factories import plan_import

NOW = datetime(2027, 1, 5, 10, tzinfo=UTC)
HEAD = """\
version: 1
calendar: {id: desk.example.org, name: Desk, timezone: Asia/Dushanbe, language: LANGUAGE}
sources:
  paper: {title: "The paper, weekly", url: "https://example.org/paper", published: 2026-12, grade: reported}
events:
"""
KINDS = """\
  - {id: day, title: One day, when: 2027-02-01}
  - {id: days, title: Some days, when: 2027-02-01/03, tags: [a, b c], busy: true}
  - {id: hour, title: "An hour; no, two", when: 2027-02-01 10:00/12:30, timezone: Europe/Berlin}
  - {id: no-end, title: No end known, when: 2027-02-01 10:00}
  - {id: night, title: Over midnight, when: 2027-02-01 22:00/2027-02-02 03:00}
  - {id: autumn, title: Twice an hour, when: 2027-10-31 02:30, timezone: Europe/Berlin}
  - {id: month, title: Some month, when: 2027-03}
  - {id: months, title: Two months, when: 2027-03/04}
  - {id: quarter, title: A quarter, when: 2027-Q2}
  - {id: doubt, title: In doubt, when: 2027-03-05?, source: paper}
  - {id: doubtful-hour, title: An hour in doubt, when: 2027-03-05 18:00/19:00?}
  - {id: doubtful-month, title: A month in doubt, when: 2027-06?}
  - {id: tentative, title: Perhaps, when: 2027-03-05, status: tentative}
  - {id: cancelled, title: Off, when: 2027-03-05, status: cancelled, notes: "Because of **rain**."}
  - {id: postponed, title: Put off, when: TBD, status: postponed, was: 2027-03-06}
  - {id: moved, title: Put off to a day, when: 2027-03-09, status: postponed, was: 2027-03-06}
  - id: told
    title: With all texts
    when: 2027-03-07
    place: {name: "Palace; hall 2", region: Region, country: TJ, lat: 38.56, lon: 68.77}
    notes: |-
      First line, *marked*.
      Second line.

      Another paragraph with [a link](https://example.org/x).
    url: https://example.org/told
    source:
      - {paper: "on 7 March, they said"}
      - https://example.org/other
      - {title: Letter, quote: "see you, on the 7th", grade: official}
  - {id: source-only, title: Source with an address, when: 2027-03-07, source: paper}
  - {id: weekly, title: Weekly, when: 2027-01-05 10:00/11:00, repeat: "every week on Tue, Thu until 2027-04-01"}
  - {id: monthly, title: Monthly, when: 2027-01-29, repeat: every month on the last Fri}
  - {id: yearly, title: Yearly, when: 2020-02-29, repeat: every year}
  - {id: nights, title: Nights, when: "2027-01-02 23:00/2027-01-03 04:00", timezone: Europe/Berlin, repeat: every week until 2027-12-22}
  - {id: first-night, title: First night, when: "2027-03-27 22:00/2027-03-28 04:00", timezone: Europe/Berlin, repeat: every week}
  - {id: first-hours, title: First hours, when: "2026-10-25 02:30/05:00", timezone: Europe/Berlin, repeat: every week until 2027-11-30}
  - {id: small-hours, title: Small hours, when: "2027-03-07 02:30/03:00", timezone: Europe/Berlin, repeat: every week until 2027-11-30}
  - {id: counted, title: Counted, when: 2027-01-05, repeat: every 2 weeks 5 times}
  - {id: raw, title: Raw, when: 2027-01-31, rrule: FREQ=MONTHLY;BYMONTHDAY=-1}
  - {id: founding, title: "{nth} anniversary", when: 2001-06-15, repeat: every year}
  - {id: counting, title: "Year {n} of it", when: 2001-06-16, repeat: every year}
  - {id: listed, title: Listed, when: 2027-05-03, also: [2027-05-10, 2027-05-12]}
  - id: differing
    title: Differing
    when: 2027-10-05 10:00/10:45
    timezone: Europe/Berlin
    repeat: every week on Tue until 2027-12-21
    except: [2027-11-02]
    also: [2027-10-07]
    exceptions: {2027-10-12: {when: 2027-10-13 18:00}, 2027-10-19: {status: cancelled}}
  - {id: deadline, title: Papers due, kind: deadline, when: 2027-02-01 23:59:59, timezone: AoE}
  - {id: perhaps-due, title: Perhaps due, kind: deadline, when: 2027-02-01?}
  - id: facts
    title: With all facts
    when: 2027-03-07
    notes: "See the programme: it is long."
    online: https://example.org/stream?q=a
    image: https://example.org/poster.png
    organizer: {name: "Summit, Secretariat", url: "https://example.org/org"}
    links: {programme: "https://example.org/programme", call for papers: "https://example.org/cfp"}
  - id: guests
    title: Guests
    when: 2027-02-02 10:00/11:00
    place: Room 1
    repeat: every week until 2027-03-30
    exceptions:
      2027-02-09: {title: Guest, place: Hall, notes: Bring a friend., url: "https://example.org/guest"}
      2027-02-16: {when: 2027-02}
      2027-02-23: {when: 2027-02-24}
  - {id: early-bird, title: Early bird ends, kind: deadline, when: 2027-04-01, part_of: conference}
  - {id: conference, title: Conference, when: 2027-06-01/03, series: Conference on dates}
  - {id: sprints, title: Sprints, when: 2027-06-04, part_of: conference}
  - {id: dinner, title: Dinner, when: 2027-06-04 19:00, part_of: sprints}
  - {id: lesson, title: Lesson, when: 2027-01-05 10:00/11:00, repeat: every week 5 times, part_of: from-elsewhere}
  - {id: silence, title: A minute of silence, when: 2027-03-28 02:30/02:31, timezone: floating}
  - id: everywhere
    title: Everywhere
    when: 2027-02-07 02:30/03:00
    timezone: floating
    repeat: every week on Sun until 2027-04-18
    except: [2027-02-14]
    also: [2027-02-10]
    exceptions: {2027-02-21: {when: 2027-02-22 18:00}, 2027-02-28: {status: cancelled}}
  - {id: from-elsewhere, title: From elsewhere, when: 2027-02-01, uid: "{6A}-7", sequence: 4}
"""


def feed_of(path: Path, language: str) -> bytes:
    found = registry.read(path)
    assert [] == [str(problem) for problem in found.problems if not problem.warning]
    assert found.calendar is not None
    edition, _ = history.build_edition(None, {}, found.calendar, found.events, found.digest, NOW)
    options = RenderOptions(language, imprecise="all")
    drawn = ical.render_events(found.calendar, edition.versions, options, NOW.date())
    return ical.render_calendar(found.calendar, CalendarHeader(found.calendar.name), drawn, options, date(2027, 1, 5))


def components(feed: bytes) -> list[list[str]]:
    """The VEVENTs of a feed without what only says when they were written."""
    text = feed.decode().replace("\r\n ", "")
    parts = [part.split("END:VEVENT")[0] for part in text.split("BEGIN:VEVENT")[1:]]
    return sorted(
        [line for line in part.split("\r\n") if line and not line.startswith(("DTSTAMP", "LAST-MODIFIED"))]
        for part in parts
    )


def import_feed(feed: bytes, path: Path, language: str = "en") -> importing.Merge:
    context = ImportContext(importing.guess_zone(feed) or "UTC", language)
    _, merge = plan_import(path, feed, "feed.ics", context)
    for file, text in merge.files.items():
        file.write_text(text, encoding="utf-8")
    return merge


@pytest.mark.parametrize("language", ["en", "ru", "zh"])
def test_a_feed_that_is_read_back_is_published_again_as_it_was(tmp_path: Path, language: str) -> None:
    first = tmp_path / "events.yaml"
    first.write_text(HEAD.replace("LANGUAGE", language) + KINDS, encoding="utf-8")
    feed = feed_of(first, language)

    import_feed(feed, tmp_path / "copy.yaml", language)

    again = components(feed_of(tmp_path / "copy.yaml", language))
    assert components(feed) == again


def test_what_the_registry_said_comes_back_as_keys(tmp_path: Path) -> None:
    first = tmp_path / "events.yaml"
    first.write_text(HEAD.replace("LANGUAGE", "en") + KINDS, encoding="utf-8")
    import_feed(feed_of(first, "en"), tmp_path / "copy.yaml")

    before = {event.id: event for event in registry.read(first).events}
    after = {event.id: event for event in registry.read(tmp_path / "copy.yaml").events}

    assert before.keys() == after.keys()
    assert [] == [
        (event_id, name, getattr(event, name), getattr(after[event_id], name))
        for event_id, event in before.items()
        for name in (
            "title",
            "when",
            "timezone",
            "rule",
            "exdates",
            "also",
            "overrides",
            "tags",
            "busy",
            "uid",
            "kind",
            "online",
            "image",
            "organizer",
            "links",
            "part_of",
            "floating",
        )
        # An hour that comes twice is written in UTC; whole days are the same in every zone.
        if event_id != "autumn"
        and not (name == "timezone" and " " not in str(event.when))
        and not (name == "rule" and event.rule and event.rule.count)
        and getattr(event, name) != getattr(after[event_id], name)
    ]
    assert ["every 2 weeks until 2027-03-02", "every week until 2027-02-02"] == [
        str(after[event_id].rule) for event_id in ("counted", "lesson")
    ]
    assert "postponed" == after["postponed"].status
    assert ["on 7 March, they said", "", "see you, on the 7th"] == [source.quote for source in after["told"].sources]
    assert "https://example.org/told" == after["told"].url


DATES = (
    "2027-09-14..18", "2027-09-14..18?", "2027-W37", "early 2027-09", "~mid 2027-09", "late 2027-09?", "~2027-09", "2027-Q3",
    "spring 2027", "southern spring 2027", "mid 2027", "2027-H2", "2027/2028", "2030s", "from 2027-06", "from 2027-Q3?", "by 2027-06-30?",
    "by 2027-W37", "by 2027-06?", "by late 2027", "2027-06-01/..", "2027-06-01/..?", "2027-06-01/.., status: postponed, was: 2027-05-12",
    "2027-05-20, kind: deadline, was: 2027-05-12", "2027-05-20 18:00, kind: deadline, was: 2027-05-12 18:00",
    "2027-05-20/21, status: postponed, was: 2027-05-12/13", "2027-09, status: postponed, was: 2027-05-12", "TBD, status: postponed, was: 2027-05-12",
)  # fmt: skip


@pytest.mark.parametrize("language", ["ar", "de", "en", "es", "ru", "zh"])
def test_every_form_of_a_date_comes_back_from_a_feed(tmp_path: Path, language: str) -> None:
    first = tmp_path / "events.yaml"
    entries = [f"  - {{id: e{number}, title: E, when: {text}}}\n" for number, text in enumerate(DATES)]
    first.write_text(HEAD.replace("LANGUAGE", language) + "".join(entries), encoding="utf-8")
    import_feed(feed_of(first, language), tmp_path / "copy.yaml", language)

    before, after = (
        [
            (event.id, str(event.when), str(event.was), event.status, event.title.in_language(language), event.notes)
            for event in read.events
        ]
        for read in (registry.read(first), registry.read(tmp_path / "copy.yaml"))
    )
    assert sorted(before) == sorted(after)


def test_a_feed_that_returns_to_its_registry_leaves_milestones_where_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "events.yaml"
    path.write_text(
        HEAD.replace("LANGUAGE", "en")
        + "  - id: conf\n    title: Conference\n    when: 2027-09-16/18\n    milestones:\n"
        "      - {id: papers, title: Papers due, kind: deadline, when: 6 weeks before start}\n"
        "  - {id: dinner, title: Dinner, when: 2027-09-17 19:00, part_of: papers}\n",
        encoding="utf-8",
    )
    feed = feed_of(path, "en")
    context = ImportContext(importing.guess_zone(feed), "en", "desk.example.org")

    _, merge = plan_import(path, feed, "feed.ics", context)
    assert ([], [], {}, 3, []) == (merge.added, merge.changed, merge.files, merge.unchanged, merge.losses)
    feed = feed.replace(b"DATE:20270805", b"DATE:20270812").replace(b"DATE:20270806", b"DATE:20270813")
    _, moved = plan_import(path, feed, "feed.ics", context)
    assert [loss.detail for loss in moved.losses] == ["2027-08-12 there, 2027-08-05 here: change it below 'conf'"]


def test_a_feed_that_is_read_twice_changes_nothing(tmp_path: Path) -> None:
    first = tmp_path / "events.yaml"
    first.write_text(HEAD.replace("LANGUAGE", "en") + KINDS, encoding="utf-8")
    feed = feed_of(first, "en")

    import_feed(feed, tmp_path / "copy.yaml")
    context = ImportContext(importing.guess_zone(feed), "en", "desk.example.org")
    _, merge = plan_import(tmp_path / "copy.yaml", feed, "feed.ics", context)

    assert ([], [], {}) == (merge.added, merge.changed, merge.files)
    assert merge.unchanged == len(registry.read(first).events)
