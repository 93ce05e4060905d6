"""What changes in a feed while nobody edits: each component whose bytes move at a midnight has stamps that say so."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import feeds
from eventcal.filters import Filter
from eventcal.history import Edition
from tests.factories import build_next, read_registry, utc

HEAD = "version: 1\ncalendar: {id: test, name: Test, timezone: Asia/Dushanbe}\nevents:\n"
EVENTS = """\
- {id: day, title: Day, when: 2027-02-01, reminders: [1 week before]}
- {id: month, title: Month, when: 2027-02}
- {id: lower, title: Lower, when: from 2027-02}
- {id: doubt, title: Doubt, when: 2027-01-20?}
- {id: cancelled, title: Cancelled, when: 2027-01-10/12, status: cancelled}
- {id: postponed, title: Postponed, when: TBD, status: postponed, was: 2027-01-14}
- {id: endless, title: Endless, when: 2027-01-04 10:00, repeat: every week, timezone: America/Havana}
- {id: nights, title: Nights, when: 2027-01-09 23:00/2027-01-10 04:00, repeat: every week, timezone: Europe/Berlin}
- {id: off, title: Off, when: 2027-01-11 10:00, repeat: every week 9 times, status: cancelled}
- {id: easter, title: Easter, when: 2027-03-28, repeat: every year on Easter, exceptions: {2028-04-16: {status: cancelled}}}
- {id: year, title: Year {n}, when: 2020-02-10 10:00/11:00, repeat: every year, exceptions: {2027-02-10: {when: 2027-02-12}}}
- id: series
  title: Series
  when: 2027-01-11
  repeat: every week 9 times
  also: [2027-01-14]
  exceptions:
    2027-01-14: {status: cancelled}
    2027-01-18: {status: cancelled}
    2027-01-25: {when: TBD}
    2027-02-01: {when: 2027-02}
    2027-02-08: {status: cancelled}
"""
NOW = utc(2027, 1, 5, 10)
DUSHANBE = ZoneInfo("Asia/Dushanbe")
DAYS = sorted(
    [
        *(date(2027, 1, 5) + timedelta(days=number) for number in range(42)),
        *(date(year, 1, 1) + timedelta(days=offset) for year in (2028, 2029, 2030, 2031) for offset in (-1, 0, 1)),
        *(date(2028, 4, 16), date(2028, 4, 17)),
    ]
)
FILTERS = [
    Filter(),
    Filter(alarms=True, imprecise="marker"),
    Filter(imprecise="all", cancelled="title"),
    Filter(cancelled="omit"),
]


def build(tmp_path: Path) -> Edition:
    registry = read_registry(tmp_path, HEAD + EVENTS.replace("Year {n}", '"Year {n}"'))
    return build_next(registry, now=NOW)[0]


def components(body: bytes) -> dict[tuple[str, ...], str]:
    """The VEVENTs by UID and RECURRENCE-ID."""
    parts = [part.partition("END:VEVENT")[0] for part in body.decode().split("BEGIN:VEVENT\r\n")[1:]]
    return {tuple(re.findall(r"^(?:UID|RECURRENCE-ID).*", part, re.MULTILINE)[:2]): part for part in parts}


def stamps(component: str) -> list[str]:
    return re.findall(r"^(?:DTSTAMP|LAST-MODIFIED):(.*)\r$", component, re.MULTILINE)


@pytest.mark.parametrize("query", FILTERS)
def test_a_component_that_changes_at_a_midnight_has_that_midnights_stamps_and_nothing_else_moves(
    tmp_path: Path, query: Filter
) -> None:
    edition = build(tmp_path)
    feed = feeds.render_calendar_feed(edition, DAYS[0], query, "")
    known, changed_days = components(feed.body), []
    for day in DAYS[1:]:
        midnight = datetime.combine(day, datetime.min.time(), DUSHANBE).astimezone(ZoneInfo("UTC"))
        previous, feed = feed, feeds.render_calendar_feed(edition, day, query, "")
        current, before = components(feed.body), components(previous.body)
        for key, component in current.items():
            if component != known.get(key, component) or key not in known:
                assert stamps(component) == 2 * [f"{midnight:%Y%m%dT%H%M%SZ}"], (day, component)
        known |= current
        if current != before:
            changed_days.append(day)
            assert feed.last_modified == midnight
        else:
            assert feed.last_modified == previous.last_modified
            assert feed.body == previous.body
    assert [day.isoformat() for day in changed_days if day.month == 1 and day.day == 1] == [
        "2028-01-01",
        "2029-01-01",
        "2030-01-01",
        "2031-01-01",
    ]
    is_shown_off = query.cancelled != "omit"
    assert (date(2027, 1, 19) in changed_days) == is_shown_off


def test_a_feed_that_is_continued_years_later_moves_no_stamp(tmp_path: Path) -> None:
    from eventcal import editions
    from eventcal.site.resume import resume_from
    from eventcal.store import edition_store, open_store

    edition, later = build(tmp_path), utc(2028, 6, 1, 10)
    feed = feeds.render_whole("/calendar.ics", edition, later, Filter(), "")
    (tmp_path / "old.ics").write_bytes(feed)
    registry = read_registry(tmp_path, (tmp_path / "events.yaml").read_text(encoding="utf-8"))
    store = open_store("sqlite://")
    store.upgrade()
    resume_from(store, str(tmp_path / "old.ics"), registry, later)
    editions.publish(store, registry.path, later)
    continued = edition_store.newest(store)
    assert continued is not None
    again = components(feeds.render_whole("/calendar.ics", continued, later, Filter(), ""))
    assert {key: again[key] for key in components(feed)} == components(feed)
