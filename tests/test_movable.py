"""Rules of real calendars: Easter, the weekday nearest a date, substitute days, working days."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from eventcal import links, words
from eventcal.errors import GrammarError
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.events import Event
from eventcal.feeds import render_calendar_feed
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.importing.dates import Span
from eventcal.importing.rules import rule_text
from eventcal.repeat import iter_days, last_start_day, parse, published_rule, years_since_first
from eventcal.repeat.movable import movable_day
from eventcal.when import parse as parse_when
from eventcal.when.zones import find_zone
from tests.factories import edition, event, examples
from tests.test_ical import prop, vevents

UTC_ZONE = find_zone("UTC")
DAYS = st.dates(date(1900, 1, 8), date(2200, 12, 24))


def days(text: str, first: str, count: int = 5) -> list[str]:
    rule = parse(text, parse_when(first, UTC_ZONE))
    begin = date.fromisoformat(first)
    return [day.isoformat() for day in islice(iter_days(rule, begin, begin, date(2200, 1, 1)), count)]


def refusal(text: str, first: str = "2027-03-28") -> str:
    with pytest.raises(GrammarError) as refused:
        parse(text, parse_when(first, UTC_ZONE))
    return str(refused.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every year on Easter", ["2027-03-28", "2028-04-16", "2029-04-01", "2030-04-21"]),
        ("every year 2 days before Easter", ["2027-03-26", "2028-04-14", "2029-03-30", "2030-04-19"]),
        ("every year 60 days after Easter", ["2027-05-27", "2028-06-15", "2029-05-31", "2030-06-20"]),
        ("every year on Orthodox Easter", ["2027-05-02", "2028-04-16", "2029-04-08", "2030-04-28"]),
        ("every year on Julian Easter", ["2027-05-02", "2028-04-16", "2029-04-08", "2030-04-28"]),
        ("every 2 years on Easter", ["2027-03-28", "2029-04-01", "2031-04-13"]),
        ("every year on the Mon on or before 05-24", ["2027-05-24", "2028-05-22", "2029-05-21"]),
        ("every year on the Mon before 24 May", ["2027-05-17", "2028-05-22", "2029-05-21"]),
        ("every year on the Sat after June 19", ["2027-06-26", "2028-06-24", "2029-06-23"]),
        ("every year on the Sun nearest 01-01", ["2027-01-03", "2028-01-02", "2028-12-31", "2029-12-30"]),
        ("every 4 years on the Sun nearest 01-01", ["2028-12-31", "2033-01-02", "2037-01-04"]),
        ("every year on 01-01 if Sat, Sun then next Mon", ["2028-01-03", "2029-01-01", "2030-01-01"]),
        ("every 2 years on 01-01 if Sat, Sun then next Mon", ["2028-01-03", "2030-01-01", "2032-01-01", "2034-01-02"]),
        ("every 2 months on day 1 if Sat, Sun then next Mon", ["2027-05-03", "2027-07-01", "2027-09-01", "2027-11-01"]),
        ("every year on 01-01 if Sat then previous Fri", ["2027-12-31", "2029-01-01", "2030-01-01"]),
        ("every month on day 15 if Sat, Sun then previous Fri", ["2027-05-14", "2027-06-15", "2027-07-15"]),
        (
            "every year if Sat, Sun then next Mon",
            ["2028-02-29", "2029-02-28", "2030-02-28", "2031-02-28", "2032-03-01"],
        ),
        ("every month on the first working day", ["2027-05-03", "2027-06-01", "2027-07-01", "2027-08-02"]),
        ("every month on the last working day", ["2027-01-29", "2027-02-26", "2027-03-31", "2027-04-30"]),
        ("every year on the last working day", ["2027-12-31", "2028-12-29", "2029-12-31", "2030-12-31"]),
    ],
)
def test_a_rule_of_a_real_calendar_makes_its_days(text: str, expected: list[str]) -> None:
    assert days(text, expected[0], len(expected)) == expected


@pytest.mark.parametrize(
    ("text", "first", "canonical", "rrule"),
    [
        ("every year on Easter Sunday", "2027-03-28", "every year on Easter", "FREQ=YEARLY;X-EASTER=0"),
        ("every year 80 days before Easter", "2027-01-07", "every year 80 days before Easter", "FREQ=YEARLY;X-EASTER=-80"),
        ("every year 230 days after Easter", "2027-11-13", "every year 230 days after Easter", "FREQ=YEARLY;X-EASTER=230"),
        ("every year 99 days after 1 Shawwal", "2027-06-16", "every year 99 days after 1 Shawwal", "FREQ=YEARLY;X-ISLAMIC=1001+99"),
        ("every year on the Monday nearest to May 24", "2027-05-24", "every year on the Mon nearest 05-24", "FREQ=YEARLY;X-WEEKDAY=MO~0524"),
        (
            "every year on 1 Jan if sunday or saturday then the next monday",
            "2027-01-01",
            "every year on 01-01 if Sat, Sun then next Mon",
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;X-SHIFT=SA+2,SU+1",
        ),
        (
            "every month on day 15 if Sat, Sun then previous Fri",
            "2027-05-14",
            "every month on day 15 if Sat, Sun then previous Fri",
            "FREQ=MONTHLY;BYMONTHDAY=15;X-SHIFT=SA-1,SU-2",
        ),
        (
            "every year if Sat then previous Fri, if Sun then next Mon",
            "2027-01-01",
            "every year if Sat then previous Fri, if Sun then next Mon",
            "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;X-SHIFT=SA-1,SU+1",
        ),
        (
            "every month if Mon and Wed then next Fri",
            "2027-01-01",
            "every month if Mon, Wed then next Fri",
            "FREQ=MONTHLY;BYMONTHDAY=1;X-SHIFT=MO+4,WE+2",
        ),
        (
            "every month if Fri then previous Tue, if Mon then previous Thu",
            "2027-01-02",
            "every month if Fri then previous Tue, if Mon then previous Thu",
            "FREQ=MONTHLY;BYMONTHDAY=2;X-SHIFT=MO-4,FR-3",
        ),
    ],
)  # fmt: skip
def test_a_rule_of_a_real_calendar_has_one_text_and_one_set_of_parts(
    text: str, first: str, canonical: str, rrule: str
) -> None:
    rule = parse(text, parse_when(first, UTC_ZONE))
    assert (str(rule), rule.rrule) == (canonical, rrule)
    assert parse(canonical, parse_when(first, UTC_ZONE)) == rule


@given(DAYS, st.sampled_from(["Mon", "Wed", "Sat", "Sun"]))
@examples(60)
def test_the_weekday_beside_a_date_is_the_closest_on_its_side(day: date, weekday: str) -> None:
    code = weekday[:2].upper()
    if (day.month, day.day) == (2, 29):
        return
    made = {sign: movable_day("X-WEEKDAY", f"{code}{sign}{day:%m%d}", day.year) for sign in ("<=", "<", ">=", ">", "~")}
    assert {f"{found:%a}" for found in made.values()} == {weekday}
    assert timedelta() <= day - made["<="] <= timedelta(6) and timedelta(1) <= day - made["<"] <= timedelta(7)
    assert timedelta() <= made[">="] - day <= timedelta(6) and timedelta(1) <= made[">"] - day <= timedelta(7)
    assert abs(made["~"] - day) <= timedelta(3)


@given(
    st.dates(date(2027, 1, 1), date(2027, 12, 31)),
    st.sampled_from(["on or before", "before", "on or after", "after", "nearest"]),
)
@examples(60)
def test_a_weekday_near_a_date_is_published_as_an_rrule_that_makes_the_same_days(day: date, side: str) -> None:
    rule = parse(f"every year on the Tue {side} {day:%m-%d}", parse_when(_first_made(day, side), UTC_ZONE))
    begin = date.fromisoformat(_first_made(day, side))
    published = published_rule(rule, begin)
    if published is not None:
        ours = [*iter_days(rule, begin, begin, date(2060, 12, 31))]
        assert [
            start.date() for start in rrulestr(f"DTSTART:{begin:%Y%m%d}\nRRULE:{published.rrule};UNTIL=20601231")
        ] == ours


@pytest.mark.parametrize(
    ("place", "first", "published"),
    [
        ("on or before 05-31", "2027-05-31", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=25,26,27,28,29,30,31;BYDAY=MO"),
        ("nearest 05-04", "2027-05-03", "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=MO"),
        ("nearest 05-03", "2027-05-03", None),
        ("on or after 02-22", "2027-02-22", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=22,23,24,25,26,27,28;BYDAY=MO"),
        ("after 02-22", "2027-03-01", None),
    ],
)
def test_a_weekday_among_seven_days_of_one_month_is_an_rrule_and_any_other_is_dates(
    place: str, first: str, published: str | None
) -> None:
    rule = parse(f"every year on the Mon {place}", parse_when(first, UTC_ZONE))
    found = published_rule(rule, date.fromisoformat(first))
    assert (found and found.rrule) == published


def _first_made(day: date, side: str) -> str:
    sign = {"on or before": "<=", "before": "<", "on or after": ">=", "after": ">", "nearest": "~"}[side]
    return movable_day("X-WEEKDAY", f"TU{sign}{day:%m%d}", day.year).isoformat()


def test_every_third_year_is_counted_from_the_first_one() -> None:
    rule = parse("every 3 years on Easter", parse_when("2027-03-28", UTC_ZONE))
    days = [*iter_days(rule, date(2027, 3, 28), date(2041, 1, 1), date(2050, 12, 31))]
    assert [day.year for day in days] == [2042, 2045, 2048]


def test_years_are_counted_by_the_year_that_a_day_stands_for() -> None:
    rule = parse("every year on 01-01 if Sat then previous Fri", parse_when("2027-01-01", UTC_ZONE))
    starts = [*iter_days(rule, date(2027, 1, 1), date(2027, 1, 1), date(2030, 1, 1))]
    assert [years_since_first(rule, date(2027, 1, 1), day) for day in starts] == [0, 1, 2, 3]
    assert [day.isoformat() for day in starts] == ["2027-01-01", "2027-12-31", "2029-01-01", "2030-01-01"]

    rule = parse("every year on 12-31 if Sat then next Mon", parse_when("2021-12-31", UTC_ZONE))
    starts = [*iter_days(rule, date(2021, 12, 31), date(2021, 12, 31), date(2023, 12, 31))]
    assert [years_since_first(rule, date(2021, 12, 31), day) for day in starts] == [0, 1, 2]
    assert starts[1] == date(2023, 1, 2)


def test_the_end_of_a_moved_day_is_the_day_that_it_moved_to() -> None:
    until = parse("every year on 01-01 if Sat, Sun then next Mon until 2028-01-02", parse_when("2027-01-01", UTC_ZONE))
    times = parse("every year on Easter 3 times", parse_when("2027-03-28", UTC_ZONE))
    assert last_start_day(until, date(2027, 1, 1)) == date(2027, 1, 1)
    assert last_start_day(times, date(2027, 3, 28)) == date(2029, 4, 1)


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("every year on Good Friday", "write every year 2 days before Easter"),
        ("easter", "did you mean every year on Easter?"),
        ("every month on Easter", "write every year on Easter"),
        ("every year 400 days after Easter", "at most 80 days before and 230 days after Easter"),
        ("every year on 02-30 if Sat then next Mon", "'02-30' is not a day that every year has"),
        ("every year on 13-02 if Sat then next Mon", "'13-02' is not a day that every year has"),
        ("every year on 00-10 if Sat then next Mon", "'00-10' is not a day that every year has"),
        ("every year on 04-31 if Sat then next Mon", "'04-31' is not a day that every year has"),
        ("every year on the Mon before 05-00", "'05-00' is not a day that every year has"),
        ("every year on the day before 05-24", "write every year, and begin the day before 05-24"),
        (
            "every year on Easter if Sun then next Mon",
            "one day a year, without a substitute; write every year on Easter",
        ),
        ("every month on the last Fri if Sat then next Mon", "write every month on day 15 if Sat, Sun then next Mon"),
        ("every year if Sat", "write the day to take instead as: if Sat, Sun then next Mon"),
        ("every year if Sat, Sat then next Mon", "name each day once"),
        ("every year if Sat then next Mon, if Sat then previous Fri", "name each day once"),
        ("every year 81 days before Easter", "at most 80 days before and 230 days after Easter"),
        ("every year 231 days after Easter", "at most 80 days before and 230 days after Easter"),
        ("every week if Sat then next Mon", "write every month on day 15 if Sat, Sun then next Mon"),
        ("every year if Sun then next Sun", "name each day once"),
        ("every year if Sat then next Mon, if Mon then next Tue", "is itself one to leave"),
        ("every week on the first working day", "write every month on the first working day"),
        ("every year since 2021", "did you mean every year?"),
        ("every year 1 day after Easter", "the next one that it makes is 2027-03-29 (Mon)"),
    ],
)
def test_another_form_gets_the_one_that_was_meant(text: str, answer: str) -> None:
    assert answer in refusal(text)


def easter() -> Event:
    return event("procession", "2027-03-26", "Europe/Berlin", repeat="every year 2 days before Easter")


def test_a_day_that_no_rrule_says_is_dated_events_in_the_feed_and_words_elsewhere() -> None:
    shown, today = edition(easter()), date(2027, 1, 5)
    octets = render_calendar_feed(shown, today, Filter()).body
    assert [prop(lines, "DTSTART")[0] for lines in vevents(octets)] == [
        "DTSTART;VALUE=DATE:20270326", "DTSTART;VALUE=DATE:20280414", "DTSTART;VALUE=DATE:20290330",
    ]  # fmt: skip
    assert b"RRULE" not in octets and b"X-EASTER" not in octets
    text = render_events_json(shown, Filter(), "", "en")[0].decode()
    assert '"rrule":null' in text.replace(": ", ":") and "every year 2 days before Easter" in text
    assert "X-EASTER" not in text


def test_the_store_and_links_keep_a_rule_of_a_real_calendar() -> None:
    written = [
        easter(),
        event("bank", "2027-05-31", repeat="every year on the Mon on or before 05-31"),
        event("payroll", "2027-05-14", repeat="every month on day 15 if Sat, Sun then previous Fri"),
    ]
    for original in written:
        assert event_from_json(event_to_json(original)) == original
        url = links.google_event_url(original, original.when, "T", "", "")
        assert "X-" not in url
    assert "BYMONTHDAY" in links.google_event_url(written[1], written[1].when, "T", "", "")


@pytest.mark.parametrize(
    ("text", "first", "english", "russian", "chinese"),
    [
        ("every year on Easter", "2027-03-28", "every year on Easter", "каждый год на Пасху (западную)", "每年复活节"),
        ("every year 1 day after Orthodox Easter", "2027-05-03", "every year, 1 day after Orthodox Easter", "каждый год, через 1 день после православной Пасхи", "每年东正教复活节后1天"),
        ("every year on the Mon on or before 05-24", "2027-05-24", "every year on the Mon on or before 24 May", "каждый год: пн не позже 24 мая", "每年5月24日当天或之前的周一"),
        ("every year on 01-01 if Sat, Sun then next Mon", "2027-01-01", "every year on 1 January; if on Sat, Sun, then on the next Mon", "каждый год, 1 января; вместо сб, вс — ближайший пн после", "每年1月1日；若逢周六、周日，改为下一个周一"),
        ("every month on the last working day", "2027-01-29", "every month on the last working day", "каждый месяц, в последний рабочий день месяца", "每月最后一个工作日"),
        ("every year on the first working day", "2027-12-01", "every year in Dec on the first working day", "каждый год (дек.), в первый рабочий день месяца", "每年12月第一个工作日"),
    ],
)  # fmt: skip
def test_it_is_said_in_three_languages(text: str, first: str, english: str, russian: str, chinese: str) -> None:
    rule = parse(text, parse_when(first, UTC_ZONE))
    assert [words.format_rule(rule, language) for language in ("en", "ru", "zh")] == [english, russian, chinese]


def test_an_imported_rule_of_working_days_is_written_in_words() -> None:
    span = Span(date(2027, 1, 29), None, "")
    assert (
        rule_text("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", span).text == "every month on the last working day"
    )
