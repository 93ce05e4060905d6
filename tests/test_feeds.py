from __future__ import annotations

import gzip
import json
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from xml.etree import ElementTree
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import feeds
from eventcal.events import Event, Override, Status, Text
from eventcal.feeds import OmittedCounts, Representation, events_json, selection
from eventcal.filters import Filter, canonical_query, parse_query
from eventcal.history import Change, ChangeKind, Edition, EventState, Version, build_edition
from tests.factories import CALENDAR, MODIFIED, TODAY, edition, event

ATOM = {"a": "http://www.w3.org/2005/Atom"}
BASE = "https://example.org/cal"


def at(path: str, registry: Edition, today: date = TODAY, base_url: str = "", **query: object) -> Representation:
    found = feeds.render_path(path, registry, (), today, Filter(**query), base_url)  # type: ignore[arg-type]
    assert found is not None
    return found


def render(*events: Event, today: date = TODAY, **query: object) -> Representation:
    return at("/calendar.ics", edition(*events), today, **query)


def names(ready: Representation) -> list[str]:
    """The events of a feed by their titles' letters, series once."""
    lines = ready.body.replace(b"\r\n ", b"").decode().split("\r\n")
    return list(dict.fromkeys(line[4:].split("@")[0] for line in lines if line.startswith("UID:")))


# bytes


def test_the_same_edition_day_and_filter_give_the_same_bytes_also_packed():
    events = [event(f"e{number}", "2021-09-16") for number in range(40)]

    one, other = render(*events), render(*events)

    assert one == other
    assert gzip.decompress(one.gzip_body) == one.body
    assert one.etag != one.gzip_etag


def test_a_reminder_that_changed_changes_no_byte():
    from eventcal import leads

    assert render(event("a", "2021-09-16")) == render(event("a", "2021-09-16", leads=(leads.parse("1 day before"),)))


_ENTRIES = st.dictionaries(
    st.sampled_from("abc"),
    st.tuples(
        st.sampled_from(["2021-09-16", "2021-09", "2021-09-16?"]), st.sampled_from(Status), st.sampled_from("xy")
    ),
)


@given(st.lists(_ENTRIES, min_size=2, max_size=6))
def test_through_any_edits_a_uid_stays_and_an_etag_or_a_date_is_never_that_of_other_bytes(registries):
    """What is edited, in turn: a name, its date, its status, its title; also removal and return."""
    before: Edition | None = None
    past: dict[str, Version] = {}
    etags: dict[str, bytes] = {}
    dates: dict[datetime, bytes] = {}
    for number, entries in enumerate(registries):
        events = [
            event(name, when, status=status, title=title, was="2021-09-15")
            for name, (when, status, title) in entries.items()
        ]
        now = MODIFIED + timedelta(minutes=number)
        earlier = {each.event.id: each for each in before.versions} if before else {}
        before, _ = build_edition(before, past, CALENDAR, events, str(number), now)
        for version in before.versions:
            known = past.get(version.event.id)
            assert version.uid == f"{version.event.id}@test-calendar"
            if known is not None and version.event.id in earlier:
                moved = (known.event.when, known.event.status) != (version.event.when, version.event.status)
                assert version.sequence == known.sequence + moved
            past[version.event.id] = version
        ready = at("/calendar.ics", before)
        assert etags.setdefault(ready.etag, ready.body) == ready.body
        assert dates.setdefault(ready.last_modified, ready.body) == ready.body


# what leaves, and when it was that something changed


def test_last_modified_is_the_latest_change_of_any_event():
    registry = edition(event("a", "2021-09-16"), event("b", "2021-09-17"))
    later = replace(registry.versions[0], modified=MODIFIED + timedelta(hours=5))

    assert (
        at("/calendar.ics", replace(registry, versions=(later, registry.versions[1]))).last_modified == later.modified
    )


@pytest.mark.parametrize("path", ["/calendar.ics", "/events/a.ics", "/events.json", "/changes.atom", "/openapi.json"])
def test_last_modified_is_not_before_the_program_that_writes_the_bytes(path):
    upgraded = replace(edition(event("a", "2021-09-16")), program_since=MODIFIED + timedelta(days=1))

    assert at(path, upgraded).last_modified == upgraded.program_since


def test_last_modified_of_the_feed_of_an_event_stays_when_another_event_changes():
    registry = edition(event("a", "2021-09-16"), event("b", "2021-09-17", part_of="a"))
    later = replace(registry.versions[1], modified=MODIFIED + timedelta(hours=1))
    changed = replace(registry, versions=(registry.versions[0], later))

    assert at("/events/a.ics", changed) == at("/events/a.ics", registry)
    assert at("/events/a.ics", changed, parts=True).last_modified == later.modified


def test_the_feed_of_an_event_does_not_depend_on_the_languages_of_other_events():
    french = Text((("en", "Fair"), ("fr", "Foire")))

    alone, beside = (
        at("/events/a.ics", edition(event("a", "2021-09?"), *others), language="fr")
        for others in ((), (event("b", "2021-09-17", title=french),))
    )

    assert alone.body == beside.body


def test_last_modified_moves_when_something_left_the_registry():
    left = MODIFIED + timedelta(days=2)

    assert at("/calendar.ics", edition(event("a", "2021-09-16"), last_removal_at=left)).last_modified == left


@pytest.mark.parametrize(
    ("what", "last_day"),
    [
        ({"when": "2021-08-20", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08-19/20", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08-20 10:00", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08-20 00:00", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08-19 22:00/2021-08-20 02:00", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08-20 22:00/2021-08-21 00:00", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08-20 15:00/19:00", "zone": "America/New_York", "status": Status.CANCELLED}, date(2021, 8, 21)),
        ({"when": "2021-08-20", "zone": "America/New_York", "status": Status.CANCELLED}, date(2021, 8, 21)),
        ({"when": "2021-08-20", "zone": "Pacific/Kiritimati", "status": Status.CANCELLED}, date(2021, 8, 20)),
        ({"when": "2021-08", "status": Status.CANCELLED}, date(2021, 8, 31)),
        ({"when": "2021-08-01/..", "status": Status.CANCELLED}, date(2022, 8, 2)),
        ({"when": "TBD", "was": "2021-08-20", "status": Status.POSTPONED}, date(2021, 8, 20)),
        ({"when": "TBD", "was": "2021-08-20", "status": Status.CANCELLED}, date(2021, 8, 20)),
    ],
)
def test_what_is_called_off_stays_until_the_first_midnight_after_its_old_end(what, last_day):
    off = event("off", **what)

    assert names(render(off, event("other", "2022-01-01"), today=last_day)) == ["off", "other"]
    after = render(off, event("other", "2022-01-01"), today=last_day + timedelta(days=1))
    assert names(after) == ["other"]
    assert after.last_modified == datetime.combine(last_day, datetime.min.time(), UTC) + timedelta(hours=19)


def test_a_midnight_that_changed_nothing_moves_nothing():
    events = [event("a", "2021-08-20"), event("b", "2021-08-20 10:00", repeat="every week")]

    assert render(*events, today=date(2021, 8, 20)) == render(*events, today=date(2021, 8, 21))


def test_the_midnight_after_a_date_that_was_called_off_changes_no_feed_without_it():
    series = event("a", "2021-08-17", repeat="every week", exceptions={"2021-08-24": Status.CANCELLED})
    before, after = (render(series, today=date(2021, 8, day), cancelled="omit") for day in (24, 25))

    assert before == after
    assert b"EXDATE;VALUE=DATE:20210824" in after.body


def test_a_called_off_series_leaves_after_the_first_time_that_it_does_not_happen():
    weekly = event(
        "weekly", "2021-06-01", repeat="every week", status=Status.CANCELLED
    )  # told on 1 July; 6 July is next
    other = event("other", "2022-01-01")

    assert names(render(weekly, other, today=date(2021, 7, 6))) == ["weekly", "other"]
    assert names(render(weekly, other, today=date(2021, 7, 7))) == ["other"]

    dates = event("dates", "2021-06-01", also=["2021-07-20"], status=Status.CANCELLED)
    assert names(render(dates, today=date(2021, 7, 20))) == ["dates", "dates+20210720"]
    assert names(render(dates, today=date(2021, 7, 21))) == []

    over = event("over", "2021-06-01", repeat="every week 3 times", status=Status.CANCELLED)
    assert names(render(over, today=date(2021, 7, 1))) == ["over"]
    assert names(render(over, today=date(2021, 7, 2))) == []


def test_a_called_off_series_that_left_is_not_brought_back_by_a_later_edit():
    series = event("series", "2021-06-15", repeat="every year")
    off = replace(series, status=Status.CANCELLED)
    before, _ = build_edition(None, {}, CALENDAR, [series], "1", MODIFIED - timedelta(days=100))
    cancelled, _ = build_edition(before, {}, CALENDAR, [off], "2", MODIFIED - timedelta(days=50))
    edited, _ = build_edition(cancelled, {}, CALENDAR, [replace(off, tags=("x",))], "3", MODIFIED)
    anew, _ = build_edition(cancelled, {}, CALENDAR, [series], "3", MODIFIED - timedelta(days=1))
    again, _ = build_edition(anew, {}, CALENDAR, [off], "4", MODIFIED)

    assert names(at("/calendar.ics", cancelled, date(2021, 6, 15))) == ["series"]
    assert names(at("/calendar.ics", edited)) == []
    assert names(at("/calendar.ics", again)) == ["series"]


@pytest.mark.parametrize(("kept", "last_day"), [("2021-07-06", date(2021, 7, 13)), ("2021-07-20", date(2021, 7, 20))])
def test_a_date_that_takes_place_although_its_series_is_called_off_stays_in_the_feed_until_it_is_over(kept, last_day):
    weekly = event(
        "weekly", "2021-06-01", repeat="every week", status=Status.CANCELLED, exceptions={kept: Status.CONFIRMED}
    )

    assert b"STATUS:CONFIRMED" in render(weekly, today=last_day).body
    assert names(render(weekly, today=last_day + timedelta(days=1))) == []


@pytest.mark.parametrize(
    "series",
    [
        event("a", "2001-06-15", repeat="every year", title="{nth} anniversary"),
        event("a", "2001-04-15", repeat="every year on Easter"),  # no RRULE says it: each date is written
        event("a", "2001-06-15 02:30", zone="Europe/Berlin", repeat="every day"),  # a night of a clock change is, too
    ],
)
def test_a_new_year_that_brings_other_dates_or_numbers_moves_last_modified(series):
    old, new = (render(series, today=day) for day in (date(2021, 12, 31), date(2022, 1, 1)))

    assert old.body != new.body
    assert new.last_modified == datetime(2021, 12, 31, 19, tzinfo=UTC)  # midnight in Dushanbe


@pytest.mark.parametrize(
    ("rule", "zone", "year", "changes"),
    [
        ("every week", "Asia/Gaza", 2022, False),
        ("every week", "Asia/Gaza", 2040, True),  # the zone of what has no end is written for ten years more
        ("every week", "Europe/Berlin", 2040, False),  # whose rule without an end says those years already
        ("every week until 2045-01-01", "Asia/Gaza", 2040, False),
        ("every week 1000 times", "Asia/Gaza", 2040, False),
        ("", "Asia/Gaza", 2040, False),
    ],
)
def test_a_new_year_that_writes_a_zone_for_another_year_alone_moves_last_modified(rule, zone, year, changes):
    series = event("a", "2021-06-15 10:00", zone=zone, repeat=rule)
    old, new = (render(series, today=day) for day in (date(year - 1, 12, 31), date(year, 1, 1)))

    assert (old.body != new.body, old.last_modified != new.last_modified) == (changes, changes)


def test_tbd_that_never_had_a_date_is_absent():
    assert names(render(event("a", "TBD"), event("b", "2021-09-16"))) == ["b"]


# what fits everybody


@pytest.fixture(scope="module")
def five_thousand():
    """2,500 days back and 2,500 ahead of 20 August 2021, one event a day."""
    return edition(*(event(f"d{day}", (TODAY + timedelta(days=day)).isoformat()) for day in range(-2500, 2500)))


def test_a_calendar_that_fits_is_served_whole():
    registry = edition(*(event(f"d{day}", (TODAY + timedelta(days=day)).isoformat()) for day in range(-500, 500)))

    assert len(names(at("/calendar.ics", registry))) == 1000
    assert feeds.count_omitted(registry, TODAY) == OmittedCounts()


def test_what_is_long_over_leaves_first_then_what_is_far_ahead(five_thousand):
    ready = at("/calendar.ics", five_thousand)

    assert names(ready) == [f"d{day}" for day in range(1000)]
    assert len(ready.body) < feeds.MAX_FEED_BYTES
    assert feeds.count_omitted(five_thousand, TODAY) == OmittedCounts(past=2500, future=1500)
    assert b"2500 past events\\, 1500 far-off events" in ready.body


@pytest.mark.parametrize(
    ("limit", "shown"),
    [
        (4, ["far", "old", "near", "recent"]),
        (3, ["far", "near", "recent"]),
        (2, ["far", "near"]),
        (1, ["near"]),
    ],
)
def test_what_fits_is_the_nearest_in_the_order_of_the_registry(monkeypatch, limit, shown):
    monkeypatch.setattr("eventcal.feeds.selection.MAX_FEED_VEVENTS", limit)
    days = {"far": "2022-01-01", "old": "2021-01-01", "near": "2021-09-01", "recent": "2021-08-01"}

    assert names(render(*(event(name, day) for name, day in days.items()))) == shown


@pytest.mark.parametrize(
    ("fields", "vevent_count"),
    [
        ({"also": ["2021-09-03", "2021-09-05"]}, 3),
        ({"repeat": "every week", "exceptions": {"2021-09-08": Status.CANCELLED}}, 2),
        ({"repeat": "every year", "title": "The {nth} day"}, 5),
    ],
)
def test_a_series_takes_the_room_of_all_that_is_written_of_it(monkeypatch, fields, vevent_count):
    events = event("series", "2021-09-01", **fields), event("later", "2021-12-01")
    for limit in (vevent_count, vevent_count + 1):
        monkeypatch.setattr("eventcal.feeds.selection.MAX_FEED_VEVENTS", limit)
        assert ("later" in names(render(*events))) is (limit > vevent_count)


def test_an_event_that_is_too_large_keeps_no_other_out(monkeypatch):
    monkeypatch.setattr("eventcal.feeds.selection.MAX_FEED_BYTES", 20_000)
    large = event("large", "2021-09-01", notes=Text.plain("x" * 13_000, "en"))

    assert names(render(large, event("small", "2021-09-02"))) == ["small"]


def test_a_window_brings_back_what_did_not_fit_and_a_whole_feed_holds_everything(five_thousand):
    window = at("/calendar.ics", five_thousand, start=date(2015, 1, 1), end=date(2016, 12, 31))
    whole = feeds.render_whole("/calendar.ics", five_thousand, datetime(2021, 8, 20, 12, tzinfo=UTC), Filter())

    assert len(names(window)) == 731
    assert whole.count(b"BEGIN:VEVENT") == 5000


def test_a_day_that_makes_another_event_leave_moves_last_modified(five_thousand):
    one, other = (at("/calendar.ics", five_thousand, day) for day in (TODAY, TODAY + timedelta(days=1)))

    assert one.body != other.body
    assert one.last_modified == datetime(2021, 8, 19, 19, tzinfo=UTC)  # midnight in Dushanbe
    assert other.last_modified - one.last_modified == timedelta(days=1)


def test_a_calendar_of_long_texts_fits_as_well():
    notes = Text.plain("слово " * 2000, "en")
    registry = edition(
        *(event(f"d{day}", (TODAY + timedelta(days=day)).isoformat(), notes=notes) for day in range(200))
    )

    ready = at("/calendar.ics", registry)

    assert 900_000 < len(ready.body) <= feeds.MAX_FEED_BYTES
    assert names(ready)[0] == "d0"


# filters


def test_a_feed_of_a_tag_is_named_after_it_and_holds_nothing_else():
    registry = edition(event("a", "2021-09-16", tags=("summit",)), event("b", "2021-09-17"))

    ready = at("/tags/summit.ics", registry, base_url=BASE)

    assert names(ready) == ["a"]
    assert b"\r\nNAME:Test calendar (summit)\r\n" in ready.body
    assert b"\r\nSOURCE;VALUE=URI:https://example.org/cal/tags/summit.ics\r\n" in ready.body
    assert feeds.render_path("/tags/nothing.ics", registry, (), TODAY, Filter()) is None


def test_nothing_found_is_a_calendar_without_events_that_breaks_no_rule():
    ready = render(event("a", "2021-09-16"), q="nothing of the kind")

    assert b"BEGIN:VEVENT" not in ready.body
    assert b"BEGIN:VTIMEZONE" in ready.body  # RFC 5545 3.6 asks for a component


@pytest.mark.parametrize("name", ["new", "old", "older"])
def test_an_event_has_a_feed_under_every_name_that_it_ever_had(name):
    ready = at(f"/events/{name}.ics", edition(event("new", "2021", formerly=("old", "older"), title="Something")))

    assert b"\r\nNAME:Something\r\n" in ready.body
    assert b"SUMMARY:[2021\\, day not known] Something" in ready.body


def test_an_events_own_feed_keeps_it_when_it_is_long_over():
    assert b"Cancelled: A" in at("/events/a.ics", edition(event("a", "2001-01-01", status=Status.CANCELLED))).body
    assert feeds.render_path("/events/b.ics", edition(event("a", "2001-01-01")), (), TODAY, Filter()) is None


# JSON


def test_json_has_the_date_as_written_its_bounds_and_its_words():
    body = json.loads(at("/events.json", edition(event("a", "2021-09-XX"), event("b", "2021-09-16 10:00"))).body)

    month, hour = (each["when"] for each in body["events"])
    assert month == {
        "text": "2021-09-XX",
        "edtf": "2021-09",
        "precision": "month",
        "doubtful": False,
        "floating": False,
        "first_day": "2021-09-01",
        "last_day": "2021-09-30",
        "starts_at": None,
        "ends_at": None,
        "words": "September 2021 (date to be confirmed)",
    }
    assert (hour["precision"], hour["starts_at"]) == ("minute", "2021-09-16T05:00:00Z")


def test_json_holds_also_what_has_no_date_and_what_is_over():
    registry = edition(event("a", "TBD"), event("b", "1991-01-01", status=Status.CANCELLED), event("c", "2020"))

    assert [each["id"] for each in json.loads(at("/events.json", registry).body)["events"]] == ["a", "b", "c"]
    few = json.loads(at("/events.json", registry, cancelled="omit", imprecise="omit").body)["events"]
    assert [each["id"] for each in few] == ["a"]


def test_json_of_a_window_has_each_date_in_it_as_it_takes_place():
    exceptions = {"2021-09-14": "2021-09-15 12:00", "2021-09-21": "2021-10-05 10:00"}
    series = event("a", "2021-09-07 10:00", repeat="every week", exceptions=exceptions)
    off = Override(date(2021, 9, 28), status=Status.CANCELLED, title=Text.plain("Off", "en"))
    registry = edition(replace(series, overrides=(*series.overrides, off)), event("b", "2021-09"))
    window = {"start": date(2021, 9, 14), "end": date(2021, 9, 28)}
    weekly, month = json.loads(at("/events.json", registry, base_url=BASE, **window).body)["events"]

    assert [
        (each["recurrence"], each["when"]["first_day"], each["title"], each["status"]) for each in weekly["dates"]
    ] == [
        ("2021-09-14", "2021-09-15", "A", "confirmed"),
        ("2021-09-28", "2021-09-28", "Off", "cancelled"),
    ]
    assert weekly["dates"][0]["page"].startswith(f"{BASE}/events/a?on=2021-09-14")
    assert [(each["recurrence"], each["when"]["text"]) for each in month["dates"]] == [(None, "2021-09")]
    [few, _] = json.loads(at("/events.json", registry, cancelled="omit", **window).body)["events"]
    assert [each["recurrence"] for each in few["dates"]] == ["2021-09-14"]


@pytest.mark.parametrize(
    ("start", "end", "count"),
    [
        (date(2021, 9, 7), date(2022, 9, 7), 366),
        (date(2021, 9, 7), date(2022, 9, 8), None),
        (date(2021, 9, 7), None, None),
        (None, date(2021, 9, 8), None),
        (None, None, None),
    ],
)
def test_json_has_no_dates_without_a_window_of_a_year_at_most(start: date | None, end: date | None, count: int | None):
    registry = edition(event("a", "2021-09-07", repeat="every day"))
    [daily] = json.loads(at("/events.json", registry, start=start, end=end).body)["events"]

    assert count == (daily["dates"] and len(daily["dates"]))


def walk_pages(registry: Edition, **query: object) -> list[list[str]]:
    """The ids on each page of /events.json, following `next`."""
    pages, query_string = [], canonical_query(Filter(**query))  # type: ignore[arg-type]
    while True:
        wanted = parse_query(query_string, allowed=feeds.accepted_parameters("/events.json"))
        page = feeds.render_path("/events.json", registry, (), TODAY, wanted, BASE)
        body = json.loads(page.body)
        assert page.next_url == (body["next"] or "")
        pages.append([entry["id"] for entry in body["events"]])
        if not page.next_url:
            return pages
        address, _, query_string = page.next_url.partition("?")
        assert address == f"{BASE}/events.json"


def test_the_pages_of_events_json_hold_each_event_once_in_the_order_of_ids():
    registry = edition(*(event(name, "2021-09-16", tags=("even",) if name in "bdf" else ()) for name in "fbdcae"))

    assert walk_pages(registry, limit=4) == [["a", "b", "c", "d"], ["e", "f"]]
    assert walk_pages(registry, limit=2, tags=("even",)) == [["b", "d"], ["f"]]
    assert walk_pages(registry, limit=6) == walk_pages(registry) == [list("abcdef")]
    assert walk_pages(edition(), limit=1) == [[]]


def test_a_page_begins_after_an_event_that_has_left_meanwhile():
    later = edition(*(event(name, "2021-09-16") for name in "acd"))

    assert json.loads(at("/events.json", later, after="b").body)["events"][0]["id"] == "c"


def test_a_page_of_long_events_ends_before_its_limit(monkeypatch):
    monkeypatch.setattr(events_json, "MAX_PAGE_CHARACTERS", 10)

    assert walk_pages(edition(event("a", "2021-09"), event("b", "2021-10")), limit=9) == [["a"], ["b"]]


def test_a_page_filters_no_further_than_it_reads(monkeypatch):
    seen: list[str] = []
    monkeypatch.setattr(events_json.filters, "matches_event", lambda query, event: seen.append(event.id) or True)

    at("/events.json", edition(*(event(name, "2021-09-16") for name in "abcdef")), limit=2)

    assert seen == ["a", "b", "c"]


def test_events_are_drawn_a_part_at_a_time_and_each_that_fails_is_named(monkeypatch):
    registry, sizes = edition(*(event(name, "2021-09-16") for name in "abcde")), []

    def draw(part: Edition, today: date) -> None:
        sizes.append(len(part.versions))
        if any(version.event.id == "d" for version in part.versions):
            raise ValueError("a bug")

    monkeypatch.setattr(feeds, "DRAWN_AT_ONCE", 2)
    monkeypatch.setattr(feeds, "_draw", draw)

    assert [(name, repr(error)) for name, error in feeds.find_undrawable(registry, registry.versions, TODAY)] == [
        ("d", "ValueError('a bug')")
    ]
    assert sizes == [2, 2, 1, 1, 1]


def test_json_is_what_openapi_says_it_is():
    jsonschema = pytest.importorskip("jsonschema")
    registry = edition(
        event("a", "2021-09", tags=("x",)),
        event("b", "2021-09-07 10:00/11:00", repeat="every week 9 times", exceptions={"2021-09-14": "2021-09-15"}),
        event("c", "TBD", was="2021-08-20", status=Status.POSTPONED),
    )
    document = json.loads(at("/openapi.json", registry).body)
    # a JSON Schema that refers to its neighbours, as OpenAPI 3.1 has it
    schema = {"$ref": "#/components/schemas/Events", "components": document["components"]}

    for window in ({}, {"start": date(2021, 9, 1), "end": date(2021, 9, 30)}):
        body = at("/events.json", registry, base_url=BASE, **window).body
        jsonschema.Draft202012Validator(schema).validate(json.loads(body))


def test_openapi_is_valid_and_names_every_address_and_parameter():
    document = json.loads(at("/openapi.json", edition(event("a", "2021-09")), base_url=BASE).body)

    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": BASE}]
    for path, item in document["paths"].items():
        references = [each["$ref"] for each in item["get"]["parameters"] if "$ref" in each]
        assert {document["components"]["parameters"][each.split("/")[-1]]["name"] for each in references} == set(
            feeds.accepted_parameters(path)
        )
    validator = pytest.importorskip("openapi_spec_validator")
    validator.validate(document)


# Atom


def atom(path: str, registry: Edition, changes: tuple[Change, ...] = (), **query: object) -> ElementTree.Element:
    ready = feeds.render_path(path, registry, changes, TODAY, Filter(**query), BASE)  # type: ignore[arg-type]
    assert ready is not None
    return ElementTree.fromstring(ready.body)


def told(feed: ElementTree.Element, name: str) -> list[str]:
    return [each.findtext(f"a:{name}", "", ATOM) for each in feed.findall("a:entry", ATOM)]


def test_upcoming_is_what_is_near_and_never_gives_a_month_as_a_day():
    registry = edition(
        event("over", "2021-08-01"),
        event("weekly", "2021-08-03", repeat="every week 4 times"),
        event("mission", "2021-09"),
        event("off", "2021-08-25", status=Status.CANCELLED),
        event("next-century", "2121-01-01"),
    )

    feed = atom("/upcoming.atom", registry)

    assert told(feed, "title") == ["Weekly", "Cancelled: Off", "[Sep 2021, day not known] Mission"]
    assert told(feed, "summary")[2] == "September 2021 (date to be confirmed)"
    assert told(feed, "id")[0] == "tag:test-calendar,2020:weekly/2021-08-24"
    assert feed.findtext("a:updated", "", ATOM) == "2021-08-19T19:00:00+00:00"
    assert told(atom("/upcoming.atom", registry, start=date(9999, 12, 31)), "title") == []


@pytest.mark.parametrize("uid", ["", "6A1C@old.example.org"])
def test_an_event_that_is_renamed_stays_the_entry_that_it_was(uid):
    was = event("standup", "2021-09-01", uid=uid)
    renamed = replace(was, id="briefing", formerly=("standup",))
    edition, entries = None, []
    for stage in (was, renamed, replace(was, id="call", formerly=("standup", "briefing"))):
        edition, _ = build_edition(edition, {}, CALENDAR, [stage], "digest", MODIFIED)
        entries += told(atom("/upcoming.atom", edition), "id")

    assert entries == ["tag:test-calendar,2020:standup"] * 3


def test_changes_within_a_second_are_entries_of_their_own():
    before, changes = edition(event("a", "2021-09-01 10:00")), []
    for number, hour in enumerate((11, 12, 13)):
        moment = MODIFIED + timedelta(milliseconds=300 * number)
        moved = [event("a", f"2021-09-01 {hour}:00")]
        before, new = build_edition(before, {}, CALENDAR, moved, "digest", moment)
        changes += new

    first = "tag:test-calendar,2020:a/moved/20210701T120000"
    assert told(atom("/changes.atom", before, tuple(changes)), "id") == [f"{first}/4", f"{first}/3", first]


@pytest.mark.parametrize(
    ("uid", "entry"),
    [
        ("Sprint 5 <plan>@test-calendar", "Sprint%205%20%3Cplan%3E"),
        ("Übung@test-calendar", "%C3%9Cbung"),
        ("a/b;c=d@test-calendar", "a/b;c=d"),
        ("@test-calendar", "standup"),
    ],
)
def test_the_id_of_an_entry_is_a_uri_whatever_the_uid_that_an_event_brought(uid, entry):
    edition, _ = build_edition(None, {}, CALENDAR, [event("standup", "2021-09-01", uid=uid)], "digest", MODIFIED)

    assert told(atom("/upcoming.atom", edition), "id") == [f"tag:test-calendar,2020:{entry}"]


def test_the_feed_of_changes_stays_as_it_is_while_nothing_changes():
    before = edition(event("summit", "2021-09-16"))

    assert at("/changes.atom", before) == at(
        "/changes.atom", replace(before, number=2, recorded_at=MODIFIED + timedelta(1))
    )


def test_upcoming_has_what_was_not_over_at_midnight_where_it_takes_place():
    # the midnight of 20 August in Dushanbe is 12:00 on the 19th in Los Angeles, and 07:00 anywhere on Earth
    registry = edition(
        event("noon", "2021-08-19 12:00", zone="America/Los_Angeles"),
        event("evening", "2021-08-19 18:00", zone="America/Los_Angeles"),
        event("paper", "2021-08-19 23:59", zone="Etc/GMT+12"),
    )

    assert told(atom("/upcoming.atom", registry), "title") == ["Evening", "Paper"]
    assert told(atom("/upcoming.atom", registry, start=TODAY), "title") == []


def test_a_change_says_what_was_and_what_is():
    registry = edition(event("summit", "2021-09-17", tags=("x",)))
    [version] = registry.versions
    old = EventState(event("summit", "2021-09").when, Status.CONFIRMED)
    change = Change(
        ChangeKind.DAY_KNOWN,
        "summit",
        version.uid,
        "",
        "Summit",
        old,
        EventState(version.event.when, Status.CONFIRMED),
        MODIFIED,
    )
    gone = Change(
        ChangeKind.VANISHED,
        "gone",
        "gone@test-calendar",
        "",
        "Gone & over",
        old,
        None,
        MODIFIED - timedelta(days=1, seconds=-0.72),
    )

    feed = atom("/changes.atom", registry, (gone, change))

    assert told(feed, "title") == ["Date confirmed: Summit", "Removed: Gone & over"]
    assert told(feed, "summary")[0] == "Was: September 2021 (date to be confirmed)<br>Now: 17 September 2021"
    assert told(feed, "updated") == ["2021-07-01T12:00:00+00:00", "2021-06-30T12:00:00+00:00"]
    assert told(atom("/changes.atom", registry, (gone, change), tags=("x",)), "title") == ["Date confirmed: Summit"]


def test_the_feed_of_changes_dates_that_of_a_series_by_its_next_date_at_that_time():
    series = edition(event("club", "2021-01-05", repeat="every week"))
    hall, annex = (
        EventState(series.events[0].when, Status.CONFIRMED, place, "every week") for place in ("Hall", "Annex")
    )
    change = Change(ChangeKind.PLACE, "club", "club@test-calendar", "", "Club", hall, annex, MODIFIED)

    assert told(atom("/changes.atom", series, (change,)), "summary") == [
        "Was: 6 July 2021; every week; Hall<br>Now: 6 July 2021; every week; Annex"
    ]


def test_the_feed_of_changes_dates_the_removal_of_a_series_by_the_next_date_that_does_not_take_place():
    club = event("club", "2021-01-05", repeat="every week", title=Text((("en", "Club"), ("de", "Klub"))))
    [version] = edition(club).versions
    state = EventState(version.event.when, Status.CONFIRMED, "Hall", "every week")
    vanished = Change(ChangeKind.VANISHED, "club", version.uid, "", "Club", state, None, MODIFIED)
    removed = feeds.collect_removed(edition(), [(version, MODIFIED)])

    ready = feeds.render_path("/changes.atom", edition(), (vanished,), TODAY, Filter(language="de"), BASE, removed)
    assert ready is not None
    feed = ElementTree.fromstring(ready.body)
    assert told(feed, "summary") == ["Bisher: 6. Juli 2021; jede Woche; Hall"]
    assert told(feed, "title") == ["Entfernt: Klub"]


def test_a_filtered_feed_tells_of_the_removal_of_what_it_held():
    [version] = edition(event("gone", "2021-09", tags=("x",))).versions
    vanished = Change(ChangeKind.VANISHED, "gone", version.uid, "", "Gone", None, None, MODIFIED)
    removed = feeds.collect_removed(edition(), [(version, MODIFIED)])

    for tag, titles in (("x", ["Removed: Gone"]), ("y", [])):
        ready = feeds.render_path("/changes.atom", edition(), (vanished,), TODAY, Filter(tags=(tag,)), BASE, removed)
        assert ready is not None
        assert told(ElementTree.fromstring(ready.body), "title") == titles


def test_every_date_of_a_removed_series_is_cancelled_and_says_no_more_than_the_series():
    own = Override(
        date(2021, 9, 14), status=Status.TENTATIVE, notes=Text.plain("Secret", "en"), url="https://example.org/secret"
    )
    series = event("gone", "2021-09-07", repeat="every week 3 times", online="https://example.org/secret")
    [version] = edition(replace(series, overrides=(own,))).versions
    ready = feeds.render_path(
        "/events/gone.ics",
        edition(),
        (),
        TODAY,
        Filter(),
        BASE,
        feeds.collect_removed(edition(), [(version, MODIFIED)]),
    )

    assert ready is not None
    assert re.findall(rb"\nSTATUS:(\w+)", ready.body) == [b"CANCELLED"] * 2
    assert not re.search(rb"(?i)secret", ready.body)


@pytest.mark.parametrize("since", [timedelta(), timedelta(milliseconds=900), timedelta(days=-1)])
def test_a_removal_is_newer_than_an_edit_of_the_same_second_and_than_one_before_the_clock_was_set_back(since):
    [version] = edition(event("gone", "2021-09")).versions
    [gone] = feeds.collect_removed(edition(), [(version, MODIFIED + since)]).versions

    assert gone.modified.replace(microsecond=0) > version.modified


def test_a_removed_event_is_its_last_version_and_an_edited_one_is_not_removed():
    [version] = edition(event("gone", "2021-09")).versions
    newer, older = ((replace(version, sequence=number), MODIFIED + timedelta(days=number)) for number in (3, 1))

    assert [gone.sequence for gone in feeds.collect_removed(edition(), [newer, older]).versions] == [4]
    assert feeds.collect_removed(edition(event("gone", "2021-10")), [newer]).versions == ()


@pytest.mark.parametrize("path", ["/upcoming.atom", "/changes.atom"])
def test_feed_readers_tell_two_filters_of_an_atom_feed_apart(path):
    ids = {atom(path, edition(), tags=tags).findtext("a:id", "", ATOM) for tags in ((), ("x",), ("y",))}
    link = atom(path, edition(), tags=("x",)).find("a:link[@rel='self']", ATOM)

    assert len(ids) == 3
    assert link is not None
    assert link.get("href") == f"{BASE}{path}?tag=x"


@pytest.mark.parametrize("path", ["/upcoming.atom", "/changes.atom"])
def test_an_atom_feed_without_entries_and_base_address_has_dates_of_its_own_and_no_link(path):
    ready = at(path, edition(event("a", "2001-01-01")))

    assert b"<link" not in ready.body
    assert b"<updated>2021-" in ready.body
    assert ready == at(path, edition(event("a", "2001-01-01")))


# languages


@pytest.mark.parametrize(
    ("asked", "summary"), [("ru", "[сент. 2021 г.\\, день неизвестен] A"), ("zh-CN", "[2021年9月\\, "), ("xx", "[Sep")]
)
def test_our_words_come_in_the_language_asked_for_where_we_have_any(asked, summary):
    body = (
        render(event("a", "2021-09", title=Text((("en", "A"),))), language=asked).body.replace(b"\r\n ", b"").decode()
    )

    assert f"SUMMARY:{summary}"[:14] in body


def test_a_change_tells_a_status_that_is_not_the_usual_one_and_a_rule_in_the_readers_words():
    registry = edition(event("weekly", "2021-09-14", repeat="every week"))
    [version] = registry.versions
    state = EventState(version.event.when, Status.CONFIRMED, rule="every week")
    change = Change(
        ChangeKind.CANCELLED,
        "weekly",
        version.uid,
        "",
        "Weekly",
        state,
        replace(state, status=Status.CANCELLED),
        MODIFIED,
    )

    [summary] = told(atom("/changes.atom", registry, (change,), language="de"), "summary")

    assert "Bisher: 14. September 2021; jede Woche<br>Jetzt: Abgesagt: 14. September 2021; jede Woche" == summary


@pytest.mark.parametrize(
    ("status", "reason"), [(Status.CANCELLED, "2021<p><em>Storm</em> &amp; flood.</p>"), (Status.CONFIRMED, "")]
)
def test_atom_gives_the_notes_of_what_is_cancelled_and_of_nothing_else(status: Status, reason: str) -> None:
    registry = edition(event("concert", "2021-09-14", status=status, notes=Text((("en", "*Storm* & flood."),))))
    [version] = registry.versions
    on = EventState(version.event.when, Status.CONFIRMED)
    change = Change(
        ChangeKind.CANCELLED, "concert", version.uid, "", "Concert", on, replace(on, status=Status.CANCELLED), MODIFIED
    )

    for path in ("/upcoming.atom", "/changes.atom"):
        [summary] = told(atom(path, registry, (change,)), "summary")
        assert summary.endswith(reason)
        assert ("Storm" in summary) is bool(reason)


def test_a_cancellation_that_was_taken_back_has_not_the_reason_of_the_next_one():
    on, off = (
        event("concert", "2021-09-14", status=status, notes=Text((("en", "Storm."),)))
        for status in (Status.CONFIRMED, Status.CANCELLED)
    )
    now, changes = edition(on), []
    for day, state in enumerate((off, on, off)):
        now, new = build_edition(now, {}, CALENDAR, [state], "digest", MODIFIED + timedelta(days=day))
        changes += new

    summaries = told(atom("/changes.atom", now, tuple(changes)), "summary")
    assert [summary.count("Storm") for summary in summaries] == [1, 0, 0]


def test_a_day_that_gets_its_hour_has_not_moved_in_the_feed_of_changes():
    registry = edition(event("summit", "2021-09-17 10:00"))
    states = [
        EventState(event("summit", text).when, Status.CONFIRMED)
        for text in ("2021-09-17", "2021-09-17 10:00", "2021-09-18 10:00")
    ]
    changes = [
        Change(
            ChangeKind.MOVED,
            "summit",
            registry.versions[0].uid,
            "",
            "Summit",
            old,
            new,
            MODIFIED + timedelta(days=number),
        )
        for number, (old, new) in enumerate(pairwise(states))
    ]

    assert told(atom("/changes.atom", registry, changes), "title") == ["Moved: Summit", "Time announced: Summit"]


@pytest.mark.parametrize(
    ("old", "new", "rules"),
    [("2021-09-17 10:00/11:00", "2021-09-17 10:00/12:00", ("", "")), ("2021-09-17", "2021-09-18", ("every week", "every day"))],
)  # fmt: skip
def test_a_start_that_stays_or_a_series_has_a_changed_date_and_is_not_moved(old, new, rules):
    registry = edition(event("summit", new))
    before, after = (
        EventState(event("summit", text).when, Status.CONFIRMED, rule=rule)
        for text, rule in zip((old, new), rules, strict=True)
    )
    change = Change(ChangeKind.MOVED, "summit", registry.versions[0].uid, "", "Summit", before, after, MODIFIED)

    assert told(atom("/changes.atom", registry, (change,)), "title") == ["Date changed: Summit"]


def test_a_change_of_one_date_links_to_that_date():
    registry = edition(event("weekly", "2021-09-14", repeat="every week"))
    [version] = registry.versions
    old, new = (EventState(event("a", text).when, Status.CONFIRMED) for text in ("2021-09-21", "2021-09-22"))
    change = Change(ChangeKind.MOVED, "weekly", version.uid, "2021-09-21", "Weekly", old, new, MODIFIED)

    entry = atom("/changes.atom", registry, (change,)).find("a:entry/a:link", ATOM)

    assert entry is not None
    assert entry.get("href") == f"{BASE}/events/weekly?on=2021-09-21"


def test_the_calendars_own_language_is_the_default():
    calendar = replace(CALENDAR, language="ru", name=Text.plain("Календарь", "ru"))

    body = at("/calendar.ics", edition(event("a", "2021-09"), calendar=calendar)).body.decode()

    assert "день неизвестен" in body.replace("\r\n ", "")


# room in a feed


def _zones_with_summer_time() -> list[str]:
    def offsets(zone: ZoneInfo) -> set[timedelta | None]:
        return {datetime(2025, month, 1, tzinfo=zone).utcoffset() for month in (1, 7)}

    return [name for name in sorted(available_timezones() - {"localtime"}) if len(offsets(ZoneInfo(name))) > 1]


def test_75_yearly_series_in_75_zones_are_all_kept():
    registry = edition(
        *(
            event(f"c{number}", "1970-03-02 12:00", zone, "every year on the first Mon")
            for number, zone in enumerate(_zones_with_summer_time()[:75])
        )
    )

    ready = at("/calendar.ics", registry)

    assert ready.body.count(b"BEGIN:VEVENT") == 75
    assert len(ready.body) < 300_000


def test_a_zone_of_several_series_takes_room_once(monkeypatch):
    series = [event(f"s{n}", "2021-03-01 12:00", zone="Europe/Berlin", repeat="every week") for n in range(4)]
    monkeypatch.setattr(selection, "MAX_FEED_BYTES", len(render(*series).body) + 8_000)

    assert names(render(*series)) == ["s0", "s1", "s2", "s3"]


def test_a_feed_counts_what_it_leaves_out():
    registry = edition(event("a", "TBD"), event("b", "2021"), event("c", "2021-09-16"))

    assert OmittedCounts(undated=1, too_imprecise=1) == feeds.count_omitted(registry, TODAY)


def test_a_zone_takes_room_only_when_an_event_in_it_is_kept(monkeypatch):
    monkeypatch.setattr(selection, "MAX_FEED_BYTES", 12_000)
    registry = edition(
        *(
            event(f"c{number}", "1990-03-05 12:00", zone, "every year on the first Mon")
            for number, zone in enumerate(sorted(available_timezones() - {"localtime", "Factory"})[:312])
        )
    )

    ready = at("/calendar.ics", registry)

    kept = ready.body.count(b"BEGIN:VEVENT")
    assert kept > 3
    assert f"{312 - kept} far-off events".encode() in ready.body.replace(b"\r\n ", b"")
    assert 8_000 > len(ready.body) - 700 > 3_000
