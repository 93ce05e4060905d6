from __future__ import annotations

import io
import random
import re
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from dateutil.tz import tzical
from hypothesis import given
from hypothesis import strategies as st

from eventcal import feeds, ical, leads
from eventcal.events import Calendar, Event, EventKind, Link, Organizer, Place, Source, SourceGrade, Status, Text
from eventcal.filters import Filter
from eventcal.ical import content_lines, own_feed, zones
from eventcal.ical.vevents import format_source, local_time_remarks
from eventcal.when import FloatingZone, Timed
from tests.factories import CALENDAR, MODIFIED, TODAY, edition, event

BASE = "https://example.org/cal"


def feed(
    *events: Event, today: date = TODAY, base_url: str = "", calendar: Calendar = CALENDAR, **query: object
) -> bytes:
    return feeds.render_calendar_feed(edition(*events, calendar=calendar), today, Filter(**query), base_url).body  # type: ignore[arg-type]


def unfolded(octets: bytes) -> list[str]:
    return octets.replace(b"\r\n ", b"").decode().split("\r\n")[:-1]


def vevents(octets: bytes) -> list[list[str]]:
    found: list[list[str]] = []
    for line in unfolded(octets):
        if line == "BEGIN:VEVENT":
            found.append([])
        elif found:
            found[-1].append(line)
    return found


def vevent(octets: bytes) -> list[str]:
    [found] = vevents(octets)
    return found[: found.index("END:VEVENT")]


def prop(lines_: list[str], name: str) -> list[str]:
    return [each for each in lines_ if re.match(rf"(?:{name})[;:]", each)]


def property_names(lines: list[str]) -> list[str]:
    return [re.split("[;:]", line)[0] for line in lines]


# which properties an event has

PLAIN = ["UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP"]


@pytest.mark.parametrize(
    ("fields", "added"),
    [
        ({}, []),
        ({"tags": ("a",)}, ["CATEGORIES:a"]),
        ({"kind": EventKind.DEADLINE}, ["X-EVENTCAL-KIND:deadline"]),
        ({"place": Place(Text((("en", "Hall"), ("ru", "Зал"))))}, ["LOCATION;LANGUAGE=en:Hall"]),
        ({"place": Place(Text.plain("Hall", "en"))}, ["LOCATION:Hall"]),
        ({"place": Place(country="TJ")}, ["LOCATION:Tajikistan"]),
        ({"links": (Link("Programme", "https://p.example"),)}, ["DESCRIPTION:Programme: https://p.example"]),
        ({"online": "https://m.example"}, ["DESCRIPTION:https://m.example", "CONFERENCE;VALUE=URI:https://m.example"]),
        (
            {"organizer": Organizer(Text.plain("Club", "en"), "https://c.example")},
            ["CONTACT:Club\\, https://c.example"],
        ),
        ({"organizer": Organizer(Text.plain("Club", "en"))}, ["CONTACT:Club"]),
        (
            {"notes": Text((("en", "Notes"), ("ru", "Слова")))},
            ["DESCRIPTION;LANGUAGE=en:Notes"],
        ),
    ],
)
def test_an_event_has_the_properties_of_what_is_known_of_it_alone(fields, added):
    lines = vevent(feed(event("a", "2021-09-16", **fields)))

    assert [line for line in lines if property_names([line])[0] not in (*PLAIN, "X-MICROSOFT-CDO-BUSYSTATUS")] == added
    assert [name for name in property_names(lines) if name in PLAIN] == PLAIN


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (Source(title="Gazette"), "Source: Gazette"),
        (Source(quote="soon"), "Source: “soon”"),
        (Source(title="Gazette", quote="soon", url="https://g.example"), "Source: “soon” (Gazette) https://g.example"),
        (Source(url="https://g.example"), "Source: https://g.example"),
    ],
)
def test_a_source_is_written_as_far_as_it_is_known(source, text):
    assert format_source(source, "en") == text


@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_series_without_another_date_is_written_in_utc_where_that_is_its_zone(zone):
    [master] = vevents(feed(event("a", "2021-09-16 10:00/11:00", zone=zone, repeat="every week")))

    assert prop(master, "DTSTART|DTEND|DURATION") == {
        "UTC": ["DTSTART:20210916T100000Z", "DTEND:20210916T110000Z"],
        "America/New_York": [
            "DTSTART;TZID=America/New_York:20210916T100000", "DTEND;TZID=America/New_York:20210916T110000"
        ],
    }[zone]  # fmt: skip
    assert prop(master, "DESCRIPTION") == []


def test_an_event_in_utc_names_no_zone_and_a_title_in_another_language_names_it():
    lines = vevent(feed(event("a", "2021-09-16 10:00", zone="UTC", title=Text((("ru", "Съезд"),)))))

    assert prop(lines, "DTSTART|X-EVENTCAL-TZID|SUMMARY") == ["DTSTART:20210916T100000Z", "SUMMARY;LANGUAGE=ru:Съезд"]


@pytest.mark.parametrize(
    ("zone", "remarks"),
    [("America/New_York", ["16 September 2021, 10:00 (New York, UTC\u22124)"]), ("UTC", [])],
)
def test_an_hour_elsewhere_is_said_on_the_clock_there(zone, remarks):
    assert local_time_remarks(Timed(datetime(2021, 9, 16, 10, tzinfo=ZoneInfo(zone))), "en") == remarks
    assert local_time_remarks(Timed(datetime(2021, 9, 16, 10, tzinfo=FloatingZone(zone))), "en") == []


@pytest.mark.parametrize(
    ("when", "zone", "fields"),
    [
        ("2021-09-16 10:00", "America/New_York", {"also": ["2021-10-01"]}),
        ("2021-09-16 10:00", "UTC", {"repeat": "every week"}),
        ("2021-09-16", "America/New_York", {"repeat": "every week"}),
    ],
)
def test_days_hours_in_utc_and_dates_without_a_rule_need_no_zone(when, zone, fields):
    assert b"VTIMEZONE" not in feed(event("a", when, zone=zone, **fields))


def test_a_zone_is_written_as_far_as_its_series_goes():
    rules = ("every week until 2022-01-01", "every week until 2030-01-01", "every week")
    feeds_by_end = [feed(event("a", "2021-09-16 10:00", zone="Asia/Gaza", repeat=rule)) for rule in rules]

    counts = [octets.count(b"BEGIN:DAYLIGHT") for octets in feeds_by_end]
    assert counts == sorted(set(counts))


def test_a_date_that_is_called_off_stays_on_the_clock_of_its_series_and_one_that_moved_is_in_utc():
    exceptions = {"2021-09-23": Status.CANCELLED, "2021-09-30": "2021-10-01 12:00"}
    series = event("a", "2021-09-16 10:00", zone="America/New_York", repeat="every week", exceptions=exceptions)

    assert [prop(lines, "DTSTART") for lines in vevents(feed(series))] == [
        ["DTSTART;TZID=America/New_York:20210916T100000"],
        ["DTSTART;TZID=America/New_York:20210923T100000"],
        ["DTSTART:20211001T160000Z"],
    ]


def test_what_is_written_one_by_one_lies_in_last_year_and_in_the_two_that_follow():
    assert ical.expansion_window(date(2027, 6, 1)) == (date(2026, 1, 1), date(2029, 12, 31))


def test_a_first_night_far_ahead_in_which_the_clocks_change_was_last_modified_by_its_edit():
    series = event("a", "2035-03-25 00:30/04:00", zone="Europe/Berlin", repeat="every week")

    stamps = {line for lines in vevents(feed(series, start=date(2035, 1, 1))) for line in prop(lines, "LAST-MODIFIED")}
    assert stamps == {f"LAST-MODIFIED:{MODIFIED:%Y%m%dT%H%M%SZ}"}


# bytes


@given(
    st.lists(
        st.text(st.characters(exclude_categories=("Cc", "Cs"), include_characters="\n\t"), max_size=200), max_size=4
    )
)
def test_every_line_has_at_most_75_octets_ends_in_crlf_and_is_read_back(texts):
    octets = b"".join(content_lines.text_line("X-TEXT", each) for each in texts)

    physical = octets.split(b"\r\n")
    assert physical[-1] == b""
    assert all(len(each) <= 75 for each in physical)
    assert all(each.decode() is not None for each in physical)  # no character is torn apart
    assert b"\n" not in octets.replace(b"\r\n", b"")
    for each in texts:
        event = icalendar.Event.from_ical(content_lines.component("VEVENT", content_lines.text_line("SUMMARY", each)))
        assert str(event["SUMMARY"]) == each


@pytest.mark.parametrize("path", [r"C:\New folder", r"a\n", r"\\N", r"\;", "\\"])
def test_a_backslash_is_only_a_backslash(path):
    event = icalendar.Event.from_ical(content_lines.component("VEVENT", content_lines.text_line("SUMMARY", path)))

    assert str(event["SUMMARY"]) == path


@pytest.mark.parametrize("letters", range(75))
def test_no_line_is_folded_within_an_escape(letters):
    pieces = content_lines.text_line("SUMMARY", "a" * letters + "\\" * 100).removesuffix(b"\r\n").split(b"\r\n ")

    assert all(piece.count(b"\\") % 2 == 0 for piece in pieces)


def test_a_long_title_in_chinese_is_folded_between_characters():
    octets = feed(event("a", "2021-09-16", title="上海合作组织成员国元首理事会" * 10))

    assert all(len(each) <= 75 for each in octets.split(b"\r\n"))
    assert all(each.decode() for each in octets.split(b"\r\n")[:-1])


def test_text_is_escaped_in_every_property_also_where_icalendar_would_not():
    calendar = Calendar("c", Text.plain("A, b; c\\d", "en"), "UTC", description=Text.plain("one\ntwo", "en"))

    octets = feed(event("a", "2021-09-16", title='x, y; z\\ "q": n'), calendar=calendar)

    assert "NAME:A\\, b\\; c\\\\d" in unfolded(octets)
    assert "X-WR-CALNAME:A\\, b\\; c\\\\d" in unfolded(octets)
    assert "X-WR-CALDESC:one\\ntwo" in unfolded(octets)
    assert 'SUMMARY:x\\, y\\; z\\\\ "q": n' in unfolded(octets)


def test_two_renders_are_equal_in_every_byte():
    events = [event("a", "2021-09"), event("b", "2021-09-16 10:00", "Europe/Berlin", "every week 9 times")]

    one = feed(*events, alarms=True, base_url=BASE)
    ical._cache.clear()
    zones.render_vtimezone.cache_clear()

    assert feed(*events, alarms=True, base_url=BASE) == one


def test_the_feed_holds_no_method_no_alarm_and_no_calendar_uid():
    octets = feed(event("a", "2021-09-16 10:00", leads=(leads.parse("1 hour before"),)))

    assert b"METHOD" not in octets
    assert b"VALARM" not in octets
    assert octets.count(b"\r\nUID:") == 1


# the calendar


def test_the_calendar_says_its_name_twice_and_how_often_to_look_twice():
    head = unfolded(feed(event("a", "2021-09-16"), base_url=BASE, tags=()))[:9]

    assert head == [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//eventcal//eventcal//EN",
        "NAME:Test calendar",
        "X-WR-CALNAME:Test calendar",
        "URL:https://example.org/cal/",
        "SOURCE;VALUE=URI:https://example.org/cal/calendar.ics",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ]


def test_without_a_base_address_no_link_to_our_own_pages_is_written():
    assert b"http" not in feed(event("a", "2021-09-16", tags=("x",)), tags=("x",))


@pytest.mark.parametrize(("color", "line"), [("teal", "COLOR:teal"), ("#00aa88", "X-APPLE-CALENDAR-COLOR:#00aa88")])
def test_the_colour_is_written_for_those_who_read_its_form(color, line):
    calendar = Calendar("c", Text.plain("C", "en"), "UTC", color=color)

    assert line in unfolded(feed(event("a", "2021-09-16"), calendar=calendar))


def test_what_is_left_out_is_counted_in_the_description():
    octets = feed(event("a", "TBD"), event("b", "2022"), event("c", "2022/2023"), event("d", "2021-09"))

    assert "X-WR-CALDESC:Not in the feed: 1 event without a date\\, 2 events with too vague a date." in unfolded(octets)
    assert len(vevents(octets)) == 1


# dates


@pytest.mark.parametrize(
    ("when", "start", "end"),
    [
        ("2021-09-16", "20210916", "20210917"),
        ("2021-09-16/17", "20210916", "20210918"),
        ("2021-09-30/10-02", "20210930", "20211003"),
        ("2021-12-30/2022-01-02", "20211230", "20220103"),
        ("2024-02-28/29", "20240228", "20240301"),
        ("2021-09", "20210901", "20211001"),
        ("2021-12", "20211201", "20220101"),
        ("2021-Q4", "20211001", "20220101"),
    ],
)
def test_whole_days_end_before_an_exclusive_date(when, start, end):
    found = vevent(feed(event("a", when)))

    assert f"DTSTART;VALUE=DATE:{start}" in found
    assert f"DTEND;VALUE=DATE:{end}" in found


def test_what_happens_once_is_written_in_utc_and_one_without_an_end_has_no_dtend():
    octets = feed(event("a", "2021-09-16 10:00", "Europe/Berlin"))

    assert prop(vevent(octets), "DT(START|END)") == ["DTSTART:20210916T080000Z"]
    assert b"VTIMEZONE" not in octets


def test_a_series_names_its_zone():
    octets = feed(event("a", "2021-09-16 10:00", "Europe/Berlin", "every week"))

    assert prop(vevent(octets), "DT(START|END)") == ["DTSTART;TZID=Europe/Berlin:20210916T100000"]
    assert "TZID:Europe/Berlin" in unfolded(octets)


def test_the_hour_at_its_own_place_is_said_where_it_is_not_that_of_the_calendar():
    there = vevent(feed(event("a", "2021-09-16 10:00/11:00", "Europe/Berlin")))
    here = vevent(feed(event("a", "2021-09-16 10:00/11:00")))

    assert prop(there, "DESCRIPTION") == ["DESCRIPTION:16 September 2021\\, 10:00–11:00 (Berlin\\, UTC+2)"]
    assert prop(there, "X-EVENTCAL-TZID") == ["X-EVENTCAL-TZID:Europe/Berlin"]
    assert not prop(here, "DESCRIPTION|X-EVENTCAL-TZID")


def test_a_series_in_utc_whose_date_moves_has_a_named_zone_for_readers_that_match_no_recurrence_id_in_utc():
    moved = {"2021-09-23": "2021-09-24 12:00/13:00"}
    octets = feed(event("a", "2021-09-16 10:00/11:00", "UTC", "every week 3 times", exceptions=moved))

    assert b"TZID:Etc/GMT\r\n" in octets
    assert b"DTSTART;TZID=Etc/GMT:20210916T100000\r\n" in octets
    assert b"RECURRENCE-ID;TZID=Etc/GMT:20210923T100000\r\nDTSTART:20210924T120000Z\r\n" in octets


def test_a_series_that_begins_on_the_night_of_a_clock_change_has_a_duration_and_that_night_in_utc_for_good():
    """Most readers take the length of every date from the elapsed time between DTSTART and DTEND."""
    nights = event("nights", "2021-03-27 22:00/2021-03-28 04:00", "Europe/Berlin", "every week")

    master, first = vevents(feed(nights, today=date(2040, 1, 1)))[:2]

    assert prop(master, "DT(START|END)|DURATION") == ["DTSTART;TZID=Europe/Berlin:20210327T220000", "DURATION:PT6H"]
    assert prop(first, "RECURRENCE-ID") == ["RECURRENCE-ID;TZID=Europe/Berlin:20210327T220000"]
    assert prop(first, "DT(START|END)") == ["DTSTART:20210327T210000Z", "DTEND:20210328T020000Z"]


def test_a_time_in_utc_is_written_in_utc():
    octets = feed(event("a", "2021-09-16 10:00/11:00", "UTC"))

    assert prop(vevent(octets), "DT(START|END)") == ["DTSTART:20210916T100000Z", "DTEND:20210916T110000Z"]
    assert b"VTIMEZONE" not in octets


def test_a_one_off_in_a_repeated_hour_is_its_first_pass_in_utc():
    assert "DTSTART:20211031T003000Z" in vevent(feed(event("a", "2021-10-31 02:30", "Europe/Berlin")))


# zones


def test_a_steady_zone_is_two_observances_with_a_rule_and_no_end():
    assert zones.render_vtimezone("Europe/Berlin", 2027, 2040).decode().split("\r\n") == [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Berlin",
        "BEGIN:DAYLIGHT",
        "DTSTART:20260329T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZNAME:CEST",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20261025T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZNAME:CET",
        "END:STANDARD",
        "END:VTIMEZONE",
        "",
    ]


def test_a_zone_that_leaves_its_rule_for_a_year_has_single_observances_between():
    octets = zones.render_vtimezone("America/Havana", 2026, 2040).decode()

    # no change in autumn 2026: the old rule goes on in November 2027
    assert re.findall(r"DTSTART:(\d{8})", octets) == ["20250309", "20251102", "20260308", "20271107", "20280312"]
    assert octets.count("RRULE") == 2


@pytest.mark.parametrize("zone", ["Europe/Dublin", "Africa/Casablanca", "Europe/Berlin", "America/New_York"])
def test_daylight_is_always_the_greater_offset(zone):
    octets = zones.render_vtimezone(zone, 2019, 2025).decode()

    seen = re.findall(
        r"BEGIN:(STANDARD|DAYLIGHT)\r\n.*?TZOFFSETFROM:([+-]\d{4})\r\nTZOFFSETTO:([+-]\d{4})", octets, re.DOTALL
    )
    assert len(seen) >= 2
    assert all((kind == "DAYLIGHT") == (int(to) > int(before)) for kind, before, to in seen if before != to)


def test_an_offset_that_alternates_with_none_is_standard_or_daylight_as_its_data_say():
    assert b"DAYLIGHT" not in zones.render_vtimezone("Asia/Pyongyang", 2017, 2020)  # half an hour ahead since 2018
    octets = zones.render_vtimezone("America/Grand_Turk", 2017, 2020)  # the winter of 2017 had the offset of summer
    assert b"BEGIN:DAYLIGHT\r\nDTSTART:20180311T030000\r\nTZOFFSETFROM:-0400\r\nTZOFFSETTO:-0400\r\n" in octets


@pytest.mark.parametrize("year", [1970, 2026])
def test_every_zone_is_read_from_its_block_as_its_data_have_it(year):
    dice = random.Random(year)
    for name in sorted(available_timezones() - {"localtime", "Factory"}):
        block = zones.render_vtimezone(name, year, year + 40).replace(b"\r\n ", b"").decode()
        read, zone = tzical(io.StringIO(f"BEGIN:VCALENDAR\r\n{block}END:VCALENDAR\r\n")).get(), ZoneInfo(name)
        for _ in range(4):
            noon = datetime(dice.randrange(year, year + 40), dice.randrange(1, 13), dice.randrange(1, 29), 12)
            known = noon.replace(tzinfo=zone)
            if known.utcoffset() == known.replace(fold=1).utcoffset():
                expected = timedelta(seconds=round(known.utcoffset().total_seconds() / 60) * 60)
                assert abs(noon.replace(tzinfo=read).utcoffset() - expected) <= timedelta(minutes=1), (name, noon)


def test_the_last_year_of_all_has_its_zone():
    assert zones.render_vtimezone("Europe/Berlin", 9999, 9999).count(b"RRULE") == 2


def test_a_block_costs_no_walk_through_the_days(monkeypatch):
    """Asked once for each change at most, where a walk would ask for each day of 120 years."""
    zones.render_vtimezone.cache_clear()
    onsets = []
    monkeypatch.setattr(zones, "_local_onset", lambda change, real=zones._local_onset: onsets.append(1) or real(change))

    zones.render_vtimezone("Europe/Berlin", 1921, 2040)

    assert len(onsets) < 2_000


# what is not known


def test_a_month_is_a_marked_tentative_span_that_is_never_busy():
    found = vevent(feed(event("a", "2021-09", title="Peaceful Mission", busy=True, tags=("x",))))

    assert "SUMMARY:[Sep 2021\\, day not known] Peaceful Mission" in found
    assert "STATUS:TENTATIVE" in found
    assert "TRANSP:TRANSPARENT" in found
    assert "X-MICROSOFT-CDO-BUSYSTATUS:FREE" in found
    assert "X-EVENTCAL-EDTF:2021-09" in found
    assert "CATEGORIES:x,date-not-fixed" in found
    assert prop(found, "DESCRIPTION")[0].startswith(
        "DESCRIPTION:Only the month is known\\; the event does not last all month."
    )


@pytest.mark.parametrize(
    ("when", "remarks"),
    [
        ("~2021-09", "Only the period is known: about Sep 2021. The event does not last that long."),
        ("2021-09/..", "Only the period is known: from Sep 2021.\\nThe end date is to be confirmed."),
        ("by 2021-09-30", "Only the period is known: by 30 Sep 2021."),
        ("from 2021-09-01", "Only the period is known: not before 1 Sep 2021."),
        ("from 2021-09", "Only the period is known: not before Sep 2021."),
    ],
)
def test_of_a_month_that_is_not_sure_and_of_an_open_side_no_more_is_said_than_is_known(when, remarks):
    assert prop(vevent(feed(event("a", when))), "DESCRIPTION") == [f"DESCRIPTION:{remarks}"]


def test_thirty_days_that_are_known_are_not_a_month_that_is_not():
    found = vevent(feed(event("a", "2021-09-01/30")))

    assert "SUMMARY:A" in found
    assert "STATUS:CONFIRMED" in found
    assert not prop(found, "X-EVENTCAL-EDTF")


@pytest.mark.parametrize(
    ("mode", "shown"), [("span", ["m", "q"]), ("all", ["m", "q", "y"]), ("marker", ["m", "q", "y"]), ("omit", [])]
)
def test_imprecise_chooses_how_much_of_what_is_not_known_is_shown(mode, shown):
    octets = feed(event("m", "2021-09/11"), event("q", "2021-Q3"), event("y", "2021"), imprecise=mode)

    assert [prop(each, "UID")[0][4] for each in vevents(octets)] == shown


def test_a_marker_stands_on_the_first_day_and_says_so():
    found = vevent(feed(event("a", "2021-09"), imprecise="marker"))

    assert "DTSTART;VALUE=DATE:20210901" in found
    assert "DTEND;VALUE=DATE:20210902" in found
    assert "first day" in prop(found, "DESCRIPTION")[0]


def test_a_doubtful_date_says_so_first_and_is_tentative():
    found = vevent(feed(event("a", "2021-09-16?")))

    assert "SUMMARY:[unconfirmed] A" in found
    assert "STATUS:TENTATIVE" in found
    assert "X-EVENTCAL-EDTF:2021-09-16?" in found


def test_a_doubtful_month_has_both_markers():
    assert "SUMMARY:[unconfirmed] [Jun 2021\\, day not known] A" in vevent(feed(event("a", "2021-06?")))


# status


@pytest.mark.parametrize(
    ("mode", "summary", "status"),
    [("struck", ["SUMMARY:Cancelled: A"], ["STATUS:CANCELLED"]), ("title", ["SUMMARY:Cancelled: A"], [])],
)
def test_cancelled_is_in_the_title_and_unless_asked_otherwise_in_the_status(mode, summary, status):
    found = vevent(feed(event("a", "2021-09-16", status=Status.CANCELLED, busy=True), cancelled=mode))

    assert prop(found, "SUMMARY") == summary
    assert prop(found, "STATUS") == status
    assert "TRANSP:TRANSPARENT" in found


def test_postponed_without_a_date_stands_at_the_old_one():
    found = vevent(feed(event("a", "TBD", was="2021-09-16/17", status=Status.POSTPONED)))

    assert "SUMMARY:[postponed] A" in found
    assert "DTSTART;VALUE=DATE:20210916" in found
    assert "STATUS:TENTATIVE" in found


def test_postponed_to_a_known_day_stands_there_and_says_where_it_stood():
    found = vevent(feed(event("a", "2021-10-01", was="2021-09-16", status=Status.POSTPONED)))

    assert {"SUMMARY:A", "STATUS:CONFIRMED"} <= set(found)
    assert prop(found, "DESCRIPTION") == ["DESCRIPTION:Postponed. Original date: 16 September 2021."]


def test_busy_is_only_what_says_so():
    assert "TRANSP:TRANSPARENT" in vevent(feed(event("a", "2021-09-16 10:00")))
    busy = vevent(feed(event("a", "2021-09-16 10:00", busy=True)))
    assert "TRANSP:OPAQUE" in busy
    assert "X-MICROSOFT-CDO-BUSYSTATUS:BUSY" in busy


# what is said of an event


def test_the_source_is_quoted_and_the_place_is_said():
    source = Source(
        title="A paper",
        url="https://paper.example/1",
        published="2021-06-24",
        quote="on 16, 17",
        grade=SourceGrade.REPORTED,
    )
    place = Place(Text.plain("Dushanbe", "en"), country="TJ", latitude=38.56, longitude=68.774)

    found = vevent(feed(event("a", "2021-09-16", sources=(source,), place=place, notes=Text.plain("*Notes*", "en"))))

    assert (
        "DESCRIPTION:Notes\\n\\nSource: “on 16\\, 17” (A paper\\, 2021-06-24\\, reported) https://paper.example/1"
        in found
    )
    assert "X-EVENTCAL-NOTES:*Notes*" in found
    assert "LOCATION:Dushanbe\\, Tajikistan" in found
    assert "GEO:38.560000;68.774000" in found
    assert "URL:https://paper.example/1" in found


def test_the_address_is_the_events_own_else_our_page_else_the_source():
    source = Source(url="https://paper.example/1")
    assert "URL:https://a.example/" in vevent(
        feed(event("a", "2021-09-16", url="https://a.example/", sources=(source,)), base_url=BASE)
    )
    assert f"URL:{BASE}/events/a" in vevent(feed(event("a", "2021-09-16", sources=(source,)), base_url=BASE))


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ('https://example.org/a?x="b"', "https://example.org/a?x=%22b%22"),
        ("https://example.org/a|b{c}", "https://example.org/a%7Cb%7Bc%7D"),
        ("https://example.org/встреча?q=ö", "https://example.org/%D0%B2%D1%81%D1%82%D1%80%D0%B5%D1%87%D0%B0?q=%C3%B6"),
        ("https://пример.рф:8080/б", "https://xn--e1afmkfd.xn--p1ai:8080/%D0%B1"),
        ("https://straße.example", "https://xn--strae-oqa.example"),
        ("https://i❤.example/x", "https://xn--i-7iq.example/x"),
        ("https://example.org/a%20b?c=d&e=f#g", "https://example.org/a%20b?c=d&e=f#g"),
    ],
)
def test_a_url_is_percent_encoded(url, written):
    assert f"URL:{written}" in vevent(feed(event("a", "2021-09-16", url=url)))


def test_translated_texts_name_their_language_and_our_words_follow_it():
    titles = Text((("en", "Mission"), ("ru", "Миссия")))

    assert "SUMMARY;LANGUAGE=ru:[сент. 2021 г.\\, день неизвестен] Миссия" in vevent(
        feed(event("a", "2021-09", title=titles), language="ru")
    )
    assert "SUMMARY;LANGUAGE=en:[Sep 2021\\, day not known] Mission" in vevent(
        feed(event("a", "2021-09", title=titles))
    )
    assert "SUMMARY;LANGUAGE=en:Mission" in vevent(feed(event("a", "2021-09-16", title=titles), language="xx"))


def test_identity_comes_from_the_version():
    found = vevent(feed(event("a", "2021-09-16")))

    assert found[:4] == [
        "UID:a@test-calendar",
        "DTSTAMP:20210701T120000Z",
        "LAST-MODIFIED:20210701T120000Z",
        "SEQUENCE:0",
    ]


# series


def test_until_and_exdate_have_the_type_of_dtstart():
    [days] = vevents(feed(event("a", "2021-09-07", repeat="every week until 2021-10-05", exdates=("2021-09-14",))))
    [hours] = vevents(
        feed(event("a", "2021-09-07 10:00", "Europe/Berlin", "every week until 2021-11-02", exdates=("2021-09-14",)))
    )

    assert "RRULE:FREQ=WEEKLY;UNTIL=20211005" in days
    assert "EXDATE;VALUE=DATE:20210914" in days
    assert "RRULE:FREQ=WEEKLY;UNTIL=20211102T210000Z" in hours
    assert "EXDATE;TZID=Europe/Berlin:20210914T100000" in hours


def test_a_moved_occurrence_keeps_its_uid_and_names_the_date_that_it_had():
    master, moved = vevents(
        feed(
            event(
                "a",
                "2021-09-07 10:00",
                "Europe/Berlin",
                "every week",
                exceptions={"2021-09-14": "2021-09-15 11:00/12:00"},
            )
        )
    )

    assert prop(master, "UID") == prop(moved, "UID")
    assert "RECURRENCE-ID;TZID=Europe/Berlin:20210914T100000" in moved
    assert "DTSTART:20210915T090000Z" in moved
    assert not prop(moved, "RRULE")


def test_an_occurrence_put_off_to_a_day_nobody_knows_stays_with_its_marker_until_its_day_is_over():
    weekly = event("a", "2021-08-17", repeat="every week", exceptions={"2021-08-24": "TBD"})

    assert "SUMMARY:[postponed] A" in vevents(feed(weekly, today=date(2021, 8, 24)))[1]
    [master] = vevents(feed(weekly, today=date(2021, 8, 25)))
    assert "EXDATE;VALUE=DATE:20210824" in master


def test_a_midnight_that_changes_the_master_moves_its_stamps():
    weekly = event("a", "2021-08-17", repeat="every week", exceptions={"2021-08-24": Status.CANCELLED})

    before, after = (vevents(feed(weekly, today=day))[0] for day in (date(2021, 8, 24), date(2021, 8, 25)))

    assert prop(before, "DTSTAMP") == ["DTSTAMP:20210701T120000Z"]
    assert prop(after, "DTSTAMP|LAST-MODIFIED") == ["DTSTAMP:20210824T190000Z", "LAST-MODIFIED:20210824T190000Z"]
    assert prop(after, "EXDATE")


def test_an_extra_date_is_an_event_of_its_own():
    master, extra = vevents(feed(event("a", "2021-09-07", repeat="every week", also=("2021-09-09",))))

    assert "UID:a+20210909@test-calendar" in extra
    assert "DTSTART;VALUE=DATE:20210909" in extra
    assert not prop(extra, "RECURRENCE-ID")
    assert not prop(master, "RDATE")


def test_numbered_years_are_overrides_of_the_nearest_years_over_a_master_without_a_number():
    master, *years = vevents(feed(event("a", "2001-06-15", repeat="every year", title="{nth} anniversary")))

    assert "SUMMARY:Anniversary" in master
    assert "DTSTART;VALUE=DATE:20020615" in master  # the zeroth is no occurrence
    assert [prop(each, "RECURRENCE-ID")[0][-8:] for each in years] == ["20200615", "20210615", "20220615", "20230615"]
    assert [prop(each, "SUMMARY")[0][8:] for each in years][1] == "20th anniversary"


def test_every_last_of_february_is_spelled_out():
    assert "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1" in vevent(feed(event("a", "2024-02-29", repeat="every year")))


# alarms


def test_alarms_come_only_when_asked_for_with_uids_that_stay():
    hour, week = leads.parse("2 hours before"), leads.parse("1 week before at 09:00")
    timed = event("a", "2021-09-16 10:00", leads=(hour, week))

    one, other = (
        unfolded(feed(each, alarms=True)) for each in (timed, event("a", "2021-09-17 10:00", leads=(week, hour)))
    )

    assert [each for each in one if each.startswith("TRIGGER")] == ["TRIGGER:-PT2H", "TRIGGER:-P7DT1H"]
    alarms = [{each for each in found if re.match(r"UID:[0-9a-f]{32}@test-calendar", each)} for found in (one, other)]
    assert len(alarms[0]) == 2
    assert alarms[0] == alarms[1]


def test_an_alarm_of_a_one_off_across_a_clock_change_is_an_instant():
    """On the day that the clocks go back, 16 hours before 10:00 is not 18:00 of the day before."""
    octets = feed(
        event("a", "2021-10-31 10:00", "Europe/Berlin", leads=(leads.parse("the day before at 18:00"),)), alarms=True
    )

    assert "TRIGGER;VALUE=DATE-TIME:20211030T160000Z" in unfolded(octets)


@pytest.mark.parametrize(
    ("lead", "trigger"),
    [
        ("24 hours before", "-PT24H"),
        ("1 day before", "-P1D"),
        ("90 minutes before", "-PT1H30M"),
        ("36 hours before", "-PT36H"),
        ("3605 seconds before", "-PT1H0M5S"),
        ("the day before at 02:30", "-P1DT7H30M"),
    ],
)
def test_an_alarm_of_a_series_counts_days_by_the_clock_and_hours_as_they_pass(lead, trigger):
    for first in ("2021-03-29", "2021-09-16"):  # the clocks change on the day before the former
        series = event("a", f"{first} 10:00", "Europe/Berlin", "every week", leads=(leads.parse(lead),))

        assert f"TRIGGER:{trigger}" in unfolded(feed(series, alarms=True))


@pytest.mark.parametrize(
    ("lead", "trigger"),
    [("1 week before at 09:00", "-P6DT15H"), ("on the day at 08:00", "PT8H"), ("1 month before", "-P30DT15H")],
)
def test_an_alarm_of_a_whole_day_counts_from_its_midnight(lead, trigger):
    octets = feed(event("a", "2021-09-16", leads=(leads.parse(lead),)), alarms=True)

    assert f"TRIGGER:{trigger}" in unfolded(octets)


def test_an_alarm_of_a_whole_day_is_at_its_hour_also_where_the_clocks_skip_that():
    lead = leads.parse("the day before at 02:30")
    octets = feed(event("a", "2021-03-29", "Europe/Berlin", leads=(lead,)), alarms=True)

    assert "TRIGGER:-PT21H30M" in unfolded(octets)


@pytest.mark.parametrize(
    "what", [{"when": "2021-09"}, {"when": "2021-09-16?"}, {"when": "2021-09-16", "status": Status.CANCELLED}]
)
def test_nothing_rings_for_a_day_that_is_not_sure(what):
    octets = feed(event("a", leads=(leads.parse("1 week before"),), **what), alarms=True)

    assert b"VALARM" not in octets


# reading back


def test_a_published_feed_gives_back_what_it_promised():
    octets = feed(
        event("a", "2021-09-16"), event("b", "2021-09-07", repeat="every week", exceptions={"2021-09-14": "2021-09-15"})
    )

    assert own_feed.read_identities(octets) == {
        "a@test-calendar": own_feed.Identity(0, MODIFIED, MODIFIED),
        "b@test-calendar": own_feed.Identity(0, MODIFIED, MODIFIED),
    }


@pytest.mark.parametrize("octets", [b"", b"<html>", b"BEGIN:VCALENDAR\r\nVERSION", b"\xff\xfe"])
def test_what_is_no_feed_is_refused_or_empty(octets):
    from eventcal.errors import GrammarError

    try:
        found = own_feed.read_identities(octets)
    except GrammarError as refused:
        found = {} if "not an iCalendar feed" in str(refused) else {"": refused}

    assert found == {}


def test_one_event_for_a_message_is_shown_whatever_is_known_of_its_date():
    registry = edition(event("a", "2023"))

    octets = feeds.render_event_ics(registry, registry.versions[0], TODAY, Filter(), BASE)

    assert "SUMMARY:[2023\\, day not known] A" in vevent(octets)
