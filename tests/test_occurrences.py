"""Occurrences: what happens within a window of days, with what is a single occurrence's own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import islice
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eventcal import repeat
from eventcal.events import Event, EventKind, Override, Status, Text
from eventcal.occurrences import (
    between,
    dtstart_and_rrule,
    extent,
    find,
    is_extension,
    is_numbered,
    iter_upcoming,
    of_event,
    ordinal,
    title_of,
    title_without_number,
    undated_events,
    unfinished_before,
)
from eventcal.when import find_zone, parse
from tests.factories import count_calls, utc

BERLIN = find_zone("Europe/Berlin")
SEPTEMBER = (date(2021, 9, 1), date(2021, 9, 30))
EVERYTHING = (date(1990, 1, 1), date(2040, 12, 31))


def event(
    when: str, rule: str = "", name: str = "a", title: str | Text = "T", timezone: str = "Europe/Berlin", **own: Any
) -> Event:
    dated = parse(when, find_zone(timezone))
    own.update(rule=repeat.parse(rule, dated) if rule else None)
    return Event(name, title if isinstance(title, Text) else Text.plain(title, "en"), dated, timezone, **own)


def dates(occurrences: list) -> list[str]:
    return [str(each.when) for each in occurrences]


# -- windows


@pytest.mark.parametrize(
    ("when", "timezone", "over_at"),
    [
        ("2021-08-31 23:59", "Etc/GMT+12", utc(2021, 9, 1, 11, 59)),
        ("2021-08-31 20:00/22:00", "America/New_York", utc(2021, 9, 1, 2)),
        ("2021-08-30/31", "America/New_York", utc(2021, 9, 1, 4)),
        ("2021-08-31/..", "America/New_York", None),
        ("2021-08", "America/New_York", None),
        ("2021-08-31/09-01", "America/New_York", None),  # in the window of the day itself
    ],
)
def test_a_day_before_today_is_unfinished_until_it_is_over_where_it_is(when, timezone, over_at):
    series, today = event(when, timezone=timezone), date(2021, 9, 1)

    for now in (utc(2021, 9, 1), *([over_at - timedelta(seconds=1), over_at] if over_at else [])):
        unfinished = unfinished_before([series], today, now)
        assert [each.event for each in unfinished] == ([series] if over_at and now < over_at else [])


@pytest.mark.parametrize(
    ("when", "touches"),
    [
        ("2021-08-31/09-01", True),
        ("2021-09-30/10-02", True),
        ("2021-08-01/10-31", True),
        ("2021-08-31", False),
        ("2021-10-01", False),
        ("2021-08-31 22:00/2021-09-01 02:00", True),
        ("2021-08-31 22:00/2021-09-01 00:00", False),
        ("2021-Q3", True),
        ("2021", True),
        ("2021-10", False),
        ("TBD", False),
    ],
)
def test_an_event_is_in_a_window_when_a_possible_day_of_it_is(when, touches):
    assert touches == bool(between([event(when)], *SEPTEMBER))


def test_occurrences_come_by_first_possible_day_whole_days_before_hours_then_the_registrys_order():
    events = [
        event("2021-09", name="month"),
        event("2021-09-01", name="day"),
        event("2021", name="year"),
        event("2021-09-01", name="another-day"),
        event("2021-09-01 10:00", name="hour"),
        event("2021-09-01 08:00", "every week 2 times", name="weekly"),
    ]

    assert ["year", "day", "another-day", "weekly", "hour", "month", "weekly"] == [
        each.event.id for each in between(events, *SEPTEMBER)
    ]


@given(
    st.sampled_from(["every day", "every 3 days", "every week", "every month", "every year"]),
    st.sampled_from(["2021-08-30/09-02", "2021-08-31 23:00/2021-09-01 01:00", "2021-09-10", "2021-03-21 02:30"]),
    st.dates(date(2021, 1, 1), date(2024, 1, 1)),
    st.dates(date(2021, 1, 1), date(2024, 1, 1)),
)
def test_two_neighbouring_windows_hold_what_one_over_both_holds(rule, when, one, other):
    start, end = sorted((one, other))
    middle = start + (end - start) // 2
    series_of = event(when, rule)

    whole = of_event(series_of, start, end)
    halves = of_event(series_of, start, middle) + of_event(series_of, date.fromordinal(middle.toordinal() + 1), end)

    assert {each.recurrence for each in whole} == {each.recurrence for each in halves}
    assert all(each.when.first_day <= end and each.when.last_day >= start for each in whole)
    assert len({each.recurrence for each in whole}) == len(whole)


def test_a_window_over_all_of_time_can_be_asked_for():
    assert 3 == len(of_event(event("2021-09-16/17", "every year 3 times"), date.min, date.max))


# -- clocks


def test_a_weekly_event_keeps_its_wall_clock_time_when_summer_time_begins():
    found = of_event(event("2021-03-21 18:00", "every week"), date(2021, 3, 20), date(2021, 4, 1))

    assert [utc(2021, 3, 21, 17), utc(2021, 3, 28, 16)] == [each.when.starts_at(BERLIN) for each in found]


@pytest.mark.parametrize(
    ("first", "later"),
    [
        ("02:30/03:15", "03:30/04:15"),
        ("02:30/03:30", "03:30/04:30"),
        ("02:30/05:00", "03:30/05:00"),
        ("02:30/2021-03-22 05:00", "03:30/2021-03-29 05:00"),
    ],
)
def test_an_occurrence_in_a_skipped_hour_begins_after_it_and_ends_at_its_hour_or_keeps_its_length(
    first: str, later: str
):
    found = of_event(event(f"2021-03-21 {first}", "every week"), date(2021, 3, 28), date(2021, 3, 28))

    assert [f"2021-03-28 {later}"] == dates(found)
    assert utc(2021, 3, 28, 1, 30) == found[0].when.starts_at(BERLIN)


def test_half_an_hour_skipped_on_lord_howe_is_half_an_hour_later():
    found = of_event(
        event("2021-09-26 02:15", "every week", timezone="Australia/Lord_Howe"), date(2021, 10, 3), date(2021, 10, 3)
    )

    assert ["2021-10-03 02:45"] == dates(found)


def test_an_occurrence_in_a_repeated_hour_is_in_its_first_pass():
    found = of_event(event("2021-10-24 02:30", "every week"), date(2021, 10, 31), date(2021, 10, 31))

    assert utc(2021, 10, 31, 0, 30) == found[0].when.starts_at(BERLIN)


def test_a_night_over_a_clock_change_ends_at_its_usual_hour():
    found = of_event(event("2021-03-20 23:00/2021-03-21 07:00", "every week"), date(2021, 3, 27), date(2021, 3, 27))

    assert ["2021-03-27 23:00/2021-03-28 07:00"] == dates(found)
    assert utc(2021, 3, 28, 5) == found[0].when.ends_at(BERLIN)


def test_days_of_a_series_cross_the_ends_of_months_and_years():
    found = of_event(event("2020-12-30/2021-01-02", "every month"), date(2020, 12, 1), date(2021, 3, 31))

    assert ["2020-12-30/2021-01-02", "2021-01-30/02-02", "2021-03-30/04-02"] == dates(found)
    assert found[1:2] == of_event(found[0].event, date(2021, 2, 2), date(2021, 2, 2))


# -- exceptions


def test_an_excepted_date_is_dropped_and_an_extra_one_added():
    found = of_event(
        event("2021-09-02 10:00", "every week", exdates=(date(2021, 9, 9),), also=(date(2021, 9, 11),)), *SEPTEMBER
    )

    assert ["2021-09-02", "2021-09-11", "2021-09-16", "2021-09-23", "2021-09-30"] == [each.recurrence for each in found]
    assert [False, True, False, False, False] == [each.is_extra for each in found]
    assert "2021-09-11 10:00" == str(found[1].when)


def test_an_extra_date_that_the_rule_makes_is_not_told_twice():
    assert ["2021-09-02", "2021-09-09"] == dates(
        of_event(event("2021-09-02", "every week 2 times", also=(date(2021, 9, 9),)), *SEPTEMBER)
    )


def test_extra_dates_need_no_rule():
    found = of_event(event("2021-09-02", also=(date(2021, 9, 20), date(2022, 1, 1))), *SEPTEMBER)

    assert [("", False), ("2021-09-20", True)] == [(each.recurrence, each.is_extra) for each in found]


def test_a_moved_occurrence_stands_at_its_new_date_under_its_old_name():
    moved = event("2021-09-02", "every week", overrides=(Override(date(2021, 9, 9), parse("2021-10-20", BERLIN)),))

    assert ["2021-09-02", "2021-09-16", "2021-09-23", "2021-09-30"] == dates(of_event(moved, *SEPTEMBER))
    assert ["2021-09-09"] == [each.recurrence for each in of_event(moved, date(2021, 10, 20), date(2021, 10, 20))]


def test_an_override_of_a_date_that_the_rule_does_not_make_changes_nothing():
    odd = event("2021-09-02", "every week", overrides=(Override(date(2021, 9, 10), parse("2021-09-11", BERLIN)),))

    assert "2021-09-11" not in dates(of_event(odd, *SEPTEMBER))


def test_one_occurrence_can_be_called_off():
    off = event("2021-09-02", "every week 2 times", overrides=(Override(date(2021, 9, 9), status=Status.CANCELLED),))

    assert [Status.CONFIRMED, Status.CANCELLED] == [each.status for each in of_event(off, *SEPTEMBER)]


def test_an_occurrence_moved_to_no_date_stands_where_it_was_postponed():
    off = event("2021-09-02", "every week 2 times", overrides=(Override(date(2021, 9, 9), parse("TBD", BERLIN)),))

    assert [("2021-09-09", Status.POSTPONED)] == [(str(each.when), each.status) for each in of_event(off, *SEPTEMBER)][
        1:
    ]


@pytest.mark.parametrize(
    ("text", "own", "of_series", "status"),
    [
        ("TBD", Status.CANCELLED, Status.CONFIRMED, Status.CANCELLED),
        ("TBD", None, Status.CANCELLED, Status.CANCELLED),
        ("TBD", Status.TENTATIVE, Status.CONFIRMED, Status.POSTPONED),
        ("TBD", Status.CONFIRMED, Status.CONFIRMED, Status.POSTPONED),
        ("TBD", None, Status.TENTATIVE, Status.POSTPONED),
        ("none", Status.CONFIRMED, Status.CONFIRMED, Status.CANCELLED),
    ],
)
def test_no_status_has_an_occurrence_without_a_date_take_place(text, own, of_series, status):
    override = Override(date(2021, 9, 9), parse(text, BERLIN), status=own)
    series = event("2021-09-02", "every week 2 times", status=of_series, overrides=(override,))

    assert [of_series, status] == [each.status for each in of_event(series, *SEPTEMBER)]


def test_an_extra_date_can_be_moved_too():
    moved = event(
        "2021-09-02", also=(date(2021, 9, 5),), overrides=(Override(date(2021, 9, 5), parse("2021-09-06", BERLIN)),)
    )

    assert ["2021-09-02", "2021-09-06"] == dates(of_event(moved, *SEPTEMBER))


# -- no date


def test_what_is_postponed_without_a_date_stands_where_it_was():
    late = event("TBD", status=Status.POSTPONED, was=parse("2021-09-16", BERLIN))

    assert [("2021-09-16", Status.POSTPONED)] == [(str(each.when), each.status) for each in of_event(late, *SEPTEMBER)]


def test_what_never_had_a_date_is_listed_apart():
    late = event("TBD", name="late", status=Status.POSTPONED, was=parse("2021-09-16", BERLIN))
    others = [event(when, name=when) for when in ("2021", "none", "past")]
    events = [event("TBD", name="b"), *others, late, event("TBD", name="a")]

    assert ["b", "a"] == [each.id for each in undated_events(events)]


# -- names and numbers

ANNIVERSARY = Text(
    (("en", "{nth} anniversary of the SCO"), ("ru", "{n}-я годовщина ШОС"), ("zh", "上合组织成立{n}周年"))
)
FOUNDING = event("2001-06-15", "every year", title=ANNIVERSARY, timezone="Asia/Dushanbe")


def test_a_numbered_title_counts_from_the_first_year_and_the_zeroth_is_no_occurrence():
    found = of_event(FOUNDING, date(2001, 1, 1), date(2021, 12, 31))

    assert ("2002-06-15", 1) == (found[0].recurrence, found[0].nth)
    assert ["20th anniversary of the SCO", "20-я годовщина ШОС", "上合组织成立20周年"] == [
        title_of(found[-1], language) for language in ("en", "ru", "zh-CN")
    ]


def test_an_extra_date_of_a_numbered_series_has_the_number_of_its_year():
    found = find(replace(FOUNDING, also=(date(2021, 9, 1),)), "2021-09-01") or pytest.fail("no such date")

    assert "20th anniversary of the SCO" == title_of(found, "en")


def test_a_numbered_series_begins_with_its_first_occurrence():
    begin, rrule = dtstart_and_rrule(FOUNDING) or pytest.fail("no series")

    assert ("2002-06-15", "FREQ=YEARLY") == (str(begin), rrule)
    assert (date(2002, 6, 15), None) == extent(FOUNDING)
    assert is_numbered(FOUNDING)
    assert not is_numbered(event("2001-06-15", title=ANNIVERSARY))


@pytest.mark.parametrize(("rule", "begin"), [("every year", "2002-01-01"), ("every month", "2001-01-01")])
def test_only_a_series_by_the_year_has_a_zeroth_date(rule: str, begin: str):
    first, _ = dtstart_and_rrule(event("2001-01-01", rule, title="{nth} time")) or pytest.fail("no series")

    assert begin == str(first)


@pytest.mark.parametrize(
    ("kind", "old", "new", "is_extended"),
    [
        ("deadline", "2027-09-16", "2027-09-20", True),
        ("deadline", "2027-09-16 10:00", "2027-09-16 12:00", True),
        ("event", "2027-09-16", "2027-09-20", False),
        ("deadline", "2027-09-16", "2027-09-15", False),
        ("deadline", "2027-09-16", "2027-09-16?", False),
        ("deadline", "2027-09", "2027-10-03", False),
        ("deadline", "2027-09-16", "2027-10", False),
        ("deadline", "TBD", "2027-09-16", False),
        ("deadline", "2027-09-16", "TBD", False),
    ],
)
def test_a_deadline_is_extended_to_a_later_day_or_hour(kind: str, old: str, new: str, is_extended: bool):
    deadline = event(new, kind=EventKind(kind))

    assert is_extended == is_extension(deadline, parse(old, BERLIN), parse(new, BERLIN))


def test_a_numbered_series_of_so_many_times_loses_the_zeroth():
    three = event("2001-06-15", "every 2 years 3 times", title="{nth} time")

    assert ("2003-06-15", "FREQ=YEARLY;INTERVAL=2;UNTIL=20050615") == (
        str(dtstart_and_rrule(three)[0]),
        dtstart_and_rrule(three)[1],
    )
    assert ["2003-06-15", "2005-06-15"] == dates(of_event(three, *EVERYTHING))
    assert dtstart_and_rrule(event("2001-06-15", "every year 1 times", title="{nth} time")) is None
    assert of_event(event("2001-06-15", "every year 1 times", title="{nth} time"), *EVERYTHING) == []


def test_a_series_without_a_number_begins_with_its_first_date():
    begin, rrule = dtstart_and_rrule(event("2021-09-16 18:00", "every week until 2021-12-31")) or pytest.fail(
        "no series"
    )

    assert ("2021-09-16 18:00", "FREQ=WEEKLY;UNTIL=20211231T225959Z") == (str(begin), rrule)


def test_the_title_of_a_whole_series_is_the_one_without_its_number():
    assert ["Anniversary of the SCO", "Годовщина ШОС", "上合组织成立周年"] == [
        title_without_number(FOUNDING, language) for language in ("en", "ru", "zh")
    ]
    assert "Congress" == title_without_number(event("2021", title="Congress: {nth}"), "en")
    assert "iPhone launch" == title_without_number(event("2021", title="iPhone {n} launch"), "en")


def test_ordinals_are_those_of_their_language():
    assert ["1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "20th", "21st", "22nd", "101st", "111th"] == [
        ordinal(each, "en") for each in (1, 2, 3, 4, 11, 12, 13, 20, 21, 22, 101, 111)
    ]
    assert ["第20", "20.", "20"] == [ordinal(20, language) for language in ("zh-Hans", "de", "ru")]


def test_an_occurrence_is_found_by_its_name_wherever_it_went():
    moved = event("2021-09-02", "every week", overrides=(Override(date(2021, 9, 9), parse("2021-10-20", BERLIN)),))

    assert "2021-10-20" == str(find(moved, "2021-09-09").when)
    assert [None] * 4 == [find(moved, name) for name in ("2021-09-10", "", "soon", "2021-08-26")]
    assert "2021" == str(find(event("2021"), "").when)
    assert find(event("TBD"), "") is None


@given(st.sampled_from(["every day", "every month", "every year"]), st.dates(date(2021, 1, 1), date(2030, 1, 1)))
def test_every_occurrence_is_found_by_its_name(rule, day):
    own = event("2021-09-10", rule, exdates=(date(2021, 9, 11),), also=(date(2022, 9, 11),))

    for each in of_event(own, day, date(day.year, 12, 31))[:5]:
        assert each == find(own, each.recurrence)


def test_what_is_coming_is_told_in_order_without_an_end():
    weekly = event("2001-01-04/05", "every week", overrides=(Override(date(2030, 1, 3), parse("2030-01-20", BERLIN)),))

    assert ["2029-12-27/28", "2030-01-10/11", "2030-01-17/18", "2030-01-20", "2030-01-24/25"] == dates(
        list(islice(iter_upcoming(weekly, date(2029, 12, 28)), 5))
    )
    assert ["2021"] == dates(list(iter_upcoming(event("2021"), date(2021, 12, 31))))
    assert [] == list(iter_upcoming(event("2021"), date(2022, 1, 1)))


@pytest.mark.parametrize(
    ("made", "reach"),
    [
        (event("2021-09-16/17"), (date(2021, 9, 16), date(2021, 9, 17))),
        (event("2021-09-16/17", "every week 2 times"), (date(2021, 9, 16), date(2021, 9, 24))),
        (event("2021-09-16", "every week"), (date(2021, 9, 16), None)),
        (event("2021-09-16", also=(date(2021, 9, 1),)), (date(2021, 9, 1), date(2021, 9, 16))),
        (event("2021-09-16/17", also=(date(2021, 10, 1),)), (date(2021, 9, 16), date(2021, 10, 2))),
        (event("2021-04-04", "every year on Easter 2 times"), (date(2021, 4, 4), date(2022, 4, 17))),
        (event("2021-Q3"), (date(2021, 7, 1), date(2021, 9, 30))),
        (event("TBD"), None),
        (
            event("TBD", was=parse("2021-09-16", BERLIN), also=(date(2021, 10, 1),), status=Status.POSTPONED),
            (date(2021, 9, 16), date(2021, 10, 1)),
        ),
        (event("2001-06-15", "every year 1 times", title="{nth} time"), None),
    ],
)
def test_the_reach_of_an_event_is_known(made, reach):
    assert reach == extent(made)


def test_the_exception_of_a_date_costs_no_call_for_each_other_one():
    days = tuple(Override(date(2021, 9, 16) + timedelta(days=number), status=Status.CANCELLED) for number in range(100))
    last = find(event("2021-09-16", "every day", overrides=days), "2021-12-24")

    assert last and last.override == days[99]
    assert count_calls(lambda: last.override) < 20
