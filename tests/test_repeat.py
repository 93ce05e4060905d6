"""Rules: what is read and refused, and the days that they make."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import islice

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from eventcal.errors import GrammarError
from eventcal.repeat import (
    RecurrenceRule,
    compatibility_warnings,
    expand,
    has_start_on,
    iter_days,
    iter_starts,
    last_start_day,
    local_dtstart,
    misreadings,
    parse,
    parse_rrule,
    published_rule,
    rrule_for,
    years_since_first,
)
from eventcal.repeat.misreadings import ICAL_JS, LIBICAL, NODE_ICAL
from eventcal.when import find_zone, local_to_utc
from eventcal.when import parse as parse_when
from eventcal.when.zones import FloatingZone
from tests.factories import count_calls

BERLIN = find_zone("Europe/Berlin")
LORD_HOWE = find_zone("Australia/Lord_Howe")
THURSDAY = "2021-09-16"  # the third of its month


def rule(text: str, when: str = THURSDAY) -> RecurrenceRule:
    return (parse_rrule if "FREQ" in text else parse)(text, parse_when(when, BERLIN))


def made(text: str, when: str, after: str, before: str) -> list[str]:
    first = local_dtstart(parse_when(when, BERLIN))
    found = iter_starts(rule(text, when), first, date.fromisoformat(after), date.fromisoformat(before))
    return [each.isoformat(" ", "minutes") if isinstance(each, datetime) else each.isoformat() for each in found]


def refusal(text: str, when: str = THURSDAY) -> str:
    with pytest.raises(GrammarError) as refused:
        rule(text, when)
    return str(refused.value)


# -- what is read

WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@st.composite
def rules_and_dates(draw: st.DrawFn) -> tuple[str, str]:
    """A rule of the grammar and a first date that it makes."""
    day = draw(st.dates(date(1990, 1, 1), date(2030, 12, 31)))
    unit, step = draw(st.sampled_from(["day", "week", "month", "year"])), draw(st.integers(1, 6))
    text = f"every {step} {unit}s" if step > 1 else f"every {unit}"
    if unit == "week" and draw(st.booleans()):
        chosen = {day.weekday(), *draw(st.sets(st.integers(0, 6), max_size=3))}
        text += f" on {', '.join(WEEKDAYS[each] for each in sorted(chosen))}"
    elif unit in ("month", "year") and draw(st.booleans()):
        last = (day + timedelta(days=7)).month != day.month
        place = "last" if last else ("first", "second", "third", "fourth")[(day.day - 1) // 7]
        text += f" on the {place} {WEEKDAYS[day.weekday()]}"
    end = draw(st.sampled_from(["", "times", "until"]))
    if end == "times":
        text += f" {draw(st.integers(1, 30))} times"
    elif end == "until":
        text += f" until {day + timedelta(days=draw(st.integers(0, 4000)))}"
    return text, day.isoformat()


@given(rules_and_dates())
def test_what_is_printed_reads_back_as_the_same_rule(given_rule):
    text, day = given_rule

    assert text == str(rule(text, day))
    assert rule(text, day) == rule(str(rule(text, day)), day)


@given(rules_and_dates())
def test_a_rule_in_words_that_an_rrule_says_is_published_as_one(given_rule):
    assert published_rule(rule(*given_rule), date.fromisoformat(given_rule[1])) is not None


@given(rules_and_dates(), st.integers(-400, 8000), st.integers(0, 800))
def test_any_window_holds_what_a_walk_from_the_first_date_finds_in_it(given_rule, skipped, length):
    text, day = given_rule
    when, first = parse_when(day, BERLIN), date.fromisoformat(day)
    after = first + timedelta(days=skipped)
    before = after + timedelta(days=length)

    walk = rrulestr(rrule_for(rule(text, day), when), dtstart=datetime.combine(first, time()))
    expected = walk.between(datetime.combine(after, time()), datetime.combine(before, time()), inc=True)

    assert [each.date() for each in expected] == list(iter_days(rule(text, day), first, after, before))


@pytest.mark.parametrize(
    ("text", "days"),
    [
        (  # dateutil has two dates in 2018 and none for week 1 of 2020
            "FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO",
            ["2018-01-01", "2019-12-30", "2022-01-03", "2024-01-01", "2025-12-29"],
        ),
        (
            "FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO;BYSETPOS=1;COUNT=4",
            ["2018-01-01", "2018-12-31", "2019-12-30", "2021-01-04"],
        ),
        ("FREQ=YEARLY;BYWEEKNO=53,-1;BYDAY=FR", ["2018-12-28", "2019-12-27", "2021-01-01", "2021-12-31", "2022-12-30"]),
        (
            "FREQ=YEARLY;WKST=SU;BYWEEKNO=1;BYDAY=SU",
            ["2018-12-30", "2019-12-29", "2021-01-03", "2022-01-02", "2023-01-01"],
        ),
        ("FREQ=YEARLY;BYWEEKNO=1,20;BYDAY=MO,SU;BYMONTH=5", ["2018-05-14", "2018-05-20", "2019-05-13", "2019-05-19"]),
        ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=SA;BYMONTHDAY=1", ["2005-01-01", "2033-01-01"]),  # 2011-01-01 is in week 52
        ("FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO;BYMONTHDAY=30,-1", ["2019-12-30", "2029-12-31"]),
        ("FREQ=YEARLY;BYWEEKNO=1,-1;BYDAY=TU;BYYEARDAY=-1,1", ["2019-01-01", "2019-12-31", "2024-12-31", "2030-01-01"]),
    ],
)
def test_a_rule_by_numbered_weeks_counts_years_of_weeks(text, days):
    first = date.fromisoformat(days[0])

    assert days == [str(day) for day in iter_days(rule(text, days[0]), first, first, date(2034, 1, 5))][: len(days)]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", "2021-09-14"),
        ("FREQ=YEARLY;BYWEEKNO=1,53;BYDAY=MO,SU", "2021-01-03"),
        ("FREQ=YEARLY;BYYEARDAY=1,-1,100", "2021-04-10"),
        ("FREQ=DAILY;INTERVAL=2;BYMONTH=1", "2021-01-05"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2021-09-30"),
        ("FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR", "2021-08-13"),
        ("FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "2020-11-03"),
        ("FREQ=YEARLY;BYMONTH=1,6", "2021-06-30"),
        ("FREQ=MONTHLY;INTERVAL=7;COUNT=9", "2021-01-31"),
    ],
)
def test_a_raw_rule_makes_in_any_year_what_a_walk_from_the_first_date_finds(text, day):
    first = date.fromisoformat(day)
    walk = rrulestr(text, dtstart=datetime.combine(first, time()))
    for year in (2021, 2026, 2032):
        expected = walk.between(datetime(year, 1, 1), datetime(year, 12, 31), inc=True)
        found = iter_days(rule(text, day), first, date(year, 1, 1), date(year, 12, 31))
        assert [each.date() for each in expected] == list(found)


@pytest.mark.parametrize(
    ("text", "canonical", "rrule"),
    [
        ("every week", "every week", "FREQ=WEEKLY"),
        ("Every 1 weeks", "every week", "FREQ=WEEKLY"),
        ("every week on thursday, Mon", "every week on Mon, Thu", "FREQ=WEEKLY;BYDAY=MO,TH"),
        ("every month on the third thu", "every month on the third Thu", "FREQ=MONTHLY;BYDAY=3TH"),
        ("every year on the third Thu", "every year on the third Thu", "FREQ=YEARLY;BYMONTH=9;BYDAY=3TH"),
        ("every 3 days 4 times", "every 3 days 4 times", "FREQ=DAILY;INTERVAL=3;COUNT=4"),
    ],
)
def test_one_rule_has_one_text_and_one_rrule(text, canonical, rrule):
    assert (canonical, rrule) == (str(rule(text)), rule(text).rrule)


def test_a_rule_written_in_another_way_is_the_same_rule():
    assert rule("every week on Thu until 2021-12-31") == parse_rrule(
        "freq=weekly;byday=th;until=20211231", parse_when(THURSDAY, BERLIN)
    )


@pytest.mark.parametrize(
    ("text", "when", "rrule"),
    [
        ("every week until 2021-12-31", "2021-09-16", "FREQ=WEEKLY;UNTIL=20211231"),
        ("every week until 2021-12-31", "2021-09-16 11:30", "FREQ=WEEKLY;UNTIL=20211231T223000Z"),
        ("FREQ=WEEKLY;UNTIL=20211231", "2021-09-16 11:30", "FREQ=WEEKLY;UNTIL=20211231T223000Z"),
        ("FREQ=WEEKLY;UNTIL=20211230T103000Z", "2021-09-16 11:30", "FREQ=WEEKLY;UNTIL=20211230T223000Z"),
        ("FREQ=WEEKLY;UNTIL=20211230T102959Z", "2021-09-16 11:30", "FREQ=WEEKLY;UNTIL=20211229T223000Z"),
        ("every week 3 times", "2021-09-16", "FREQ=WEEKLY;UNTIL=20210930"),
        ("every week 3 times", "2021-09-16 11:30", "FREQ=WEEKLY;UNTIL=20210930T213000Z"),
        ("FREQ=MONTHLY;COUNT=2;BYDAY=-1TH", "2021-10-28 18:00", "FREQ=MONTHLY;BYDAY=-1TH;UNTIL=20211125T225959Z"),
    ],
)
def test_a_rule_ends_with_its_last_day_in_the_type_of_its_start(text, when, rrule):
    assert rrule == rrule_for(rule(text, when), parse_when(when, BERLIN))


@pytest.mark.parametrize("hour", ["00:00", "02:30", "11:59", "18:00", "22:59", "23:59"])
@pytest.mark.parametrize(
    ("zone", "last"),
    [
        ("Asia/Tokyo", "2027-03-28"),
        ("Europe/Berlin", "2027-03-28"),
        ("Africa/Cairo", "2027-04-30"),
        ("America/Nuuk", "2027-03-27"),
    ],
)
def test_until_lies_on_the_last_day_behind_its_start_also_on_nights_of_a_clock_change(hour, zone, last):
    clock, last_day = find_zone(zone), date.fromisoformat(last)
    first = parse_when(f"{last_day - timedelta(days=2)} {hour}", clock)

    until = datetime.fromisoformat(rrule_for(parse("every day 3 times", first), first).partition("UNTIL=")[2])

    start, following = (
        local_to_utc(datetime.combine(last_day + timedelta(days=days), first.span.start.time()), clock)
        for days in (0, 1)
    )
    assert start + timedelta(hours=hour < "23:00") <= until < following


def test_the_spelling_that_check_offers_ends_where_the_rule_does():
    text = "FREQ=YEARLY;BYMONTHDAY=1;UNTIL=20221231"
    [offer] = compatibility_warnings(rule(text, "2021-10-01 10:00"), parse_when("2021-10-01 10:00", BERLIN))

    spelling = "FREQ=MONTHLY;BYMONTHDAY=1;UNTIL=20221231T210000Z"
    assert f"so feeds hold {spelling}" in offer
    days = [*iter_days(rule(text, "2021-10-01 10:00"), date(2021, 10, 1), date(2021, 1, 1), date(2030, 1, 1))]
    assert days == [
        *iter_days(rule(spelling, "2021-10-01 10:00"), date(2021, 10, 1), date(2021, 1, 1), date(2030, 1, 1))
    ]


# -- what it makes


def test_an_interval_of_one_is_left_out_of_a_raw_rule():
    assert rule("FREQ=WEEKLY;INTERVAL=1").rrule == "FREQ=WEEKLY"


def test_until_includes_its_day_and_count_the_first_date():
    assert ["2021-09-16", "2021-09-23"] == made("every week until 2021-09-23", THURSDAY, "2021-01-01", "2022-01-01")
    assert ["2021-09-16", "2021-09-23"] == made("every week 2 times", THURSDAY, "2021-01-01", "2022-01-01")
    for until, dates in (
        ("20210923T093000Z", ["2021-09-16 11:30", "2021-09-23 11:30"]),
        ("20210923T092959Z", ["2021-09-16 11:30"]),
    ):
        assert dates == made(f"FREQ=WEEKLY;UNTIL={until}", "2021-09-16 11:30", "2021-01-01", "2022-01-01")


def test_starts_keep_the_hour_of_the_first_one():
    found = made("every week", "2021-03-21 18:00", "2021-03-22", "2021-04-04")

    assert ["2021-03-28 18:00", "2021-04-04 18:00"] == found
    first = datetime(2021, 3, 21, 18)  # a datetime is a date too
    assert [first] == list(iter_starts(rule("every week", "2021-03-21 18:00"), first, first, first))


def test_the_29th_of_february_is_every_year_the_last_of_february():
    assert ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29"] == made(
        "every year", "2024-02-29", "2024-03-01", "2028-12-31"
    )
    assert "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-1" == rule("every year", "2024-02-29").rrule
    assert "FREQ=WEEKLY" == rule("every week", "2024-02-29").rrule


@pytest.mark.parametrize(
    ("text", "when", "found"),
    [
        ("every month on the last Fri", "2021-12-31", ["2021-12-31", "2022-01-28", "2022-02-25"]),
        ("every month", "2021-12-31", ["2021-12-31", "2022-01-31"]),
        (
            "every 2 weeks",
            "2021-12-20",
            ["2021-12-20", "2022-01-03", "2022-01-17", "2022-01-31", "2022-02-14", "2022-02-28"],
        ),
    ],
)
def test_months_and_years_end_as_they_do(text, when, found):
    assert found == made(text, when, "2021-12-01", "2022-02-28")


@pytest.mark.parametrize(
    "rrule",
    [
        "FREQ=YEARLY;INTERVAL=3;BYWEEKNO=20;BYDAY=MO",
        "FREQ=YEARLY;BYWEEKNO=20,21;BYDAY=MO,TU;BYSETPOS=1,-1",
        "FREQ=YEARLY;WKST=SU;BYWEEKNO=20;BYDAY=MO,SU",
    ],
)
def test_numbered_weeks_decades_later_are_those_counted_from_the_first_date(rrule):
    expected = rrulestr(f"{rrule};UNTIL=20601231", dtstart=datetime(2020, 1, 1))
    first = expected[0].date()
    days = [*iter_days(RecurrenceRule(rrule, ""), first, date(2041, 1, 1), date(2060, 12, 31))]

    assert days == [
        start.date() for start in rrulestr(f"{rrule};UNTIL=20601231", dtstart=expected[0]) if start.year > 2040
    ]


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;BYSETPOS=1,-1", ["2027-01-04", "2027-01-08", "2027-01-18"]),
        ("FREQ=DAILY;INTERVAL=3;BYDAY=MO,TH;BYSETPOS=1", ["2027-01-04", "2027-01-07", "2027-01-25"]),
    ],
)
def test_positions_are_counted_within_a_week_or_a_day(rrule, expected):
    first = date.fromisoformat(expected[0])

    assert expected == [str(day) for day in iter_days(RecurrenceRule(rrule, ""), first, first, date(2027, 1, 26))][:3]


def test_the_years_are_counted_from_the_first_one():
    first, yearly = date(2001, 6, 15), rule("every year", "2001-06-15")

    assert [0, 20] == [years_since_first(yearly, first, date(year, 6, 15)) for year in (2001, 2021)]
    assert years_since_first(rule("every month", "2001-06-15"), first, date(2021, 6, 15)) is None
    two_months = rule("FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=15", "2001-12-15")
    assert years_since_first(two_months, date(2001, 12, 15), date(2002, 1, 15)) == 1
    first_weeks = rule("FREQ=YEARLY;BYWEEKNO=1;BYDAY=MO", "2018-12-31")  # the first week of 2019
    assert years_since_first(first_weeks, date(2018, 12, 31), date(2021, 1, 4)) == 2


def test_days_that_another_authority_decides_are_estimated():
    parts = ["", ";X-EASTER=0", ";X-HEBREW=0710+0", ";X-CHINESE=0101+0", ";X-ISLAMIC=1001+0"]
    assert [RecurrenceRule(f"FREQ=YEARLY{part}", "").is_estimated for part in parts] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_a_day_is_known_to_be_made_or_not():
    assert [True, False, False] == [
        has_start_on(rule("every week"), date(2021, 9, 16), date(2021, 9, day)) for day in (23, 24, 9)
    ]


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("every week", None),
        ("every week 3 times", date(2021, 9, 30)),
        ("every week until 2021-10-01", date(2021, 9, 30)),
        ("every month on the third Thu 4 times", date(2021, 12, 16)),
        ("every 2 years until 2030-01-01", date(2029, 9, 16)),
    ],
)
def test_the_last_day_of_a_rule_is_known_when_it_has_one(text, last):
    assert last == last_start_day(rule(text), date(2021, 9, 16))


def test_expanding_is_lazy_and_costs_the_same_long_after_the_first_date():
    first, after = date(1990, 1, 5), date(9000, 1, 1)

    def three(text: str, after: date) -> list[date]:
        return list(islice(iter_days(rule(text, "1990-01-05"), first, after, date.max), 3))

    for text in ("every day", "every week", "every month on the first Fri", "every year"):
        soon = count_calls(lambda text=text: three(text, date(1991, 1, 1)))
        late = count_calls(lambda text=text: three(text, after))
        assert len(three(text, after)) == 3
        assert late < 3 * soon


@pytest.mark.parametrize("when", ["1000-01-01", "1000-01-01 02:30", "9998-12-31", "9998-12-31 02:30"])
@pytest.mark.parametrize("unit", ["day", "week", "month", "year"])
def test_the_ends_of_time_are_no_trap(unit, when):
    for text in (f"every 999 {unit}s", f"every {unit} until 9998-12-31", f"every 999 {unit}s 1000 times"):
        dated = parse_when(when, BERLIN)
        found, first = rule(text, when), local_dtstart(dated)
        assert next(iter_starts(found, first, date.min, date.max)) == first
        assert list(iter_days(found, first, date(9997, 12, 1), date.max)) or when < "9"
        assert [] == [each for each in compatibility_warnings(found, dated) if "months" not in each]
        assert (last_start_day(found, first) is None) == ("until" not in text and "times" not in text)
        assert rrule_for(found, dated).startswith("FREQ=")


# -- what is refused, and what is doubted


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "a rule is missing"),
        ("xyzzy", "not a rule; write every week on Tue, Thu; every 2 weeks"),
        ("every week on Fri", "the next one that it makes is 2021-09-17 (Fri)"),
        ("every month on the last Thu", "2021-09-16 (Thu) is not a date that the rule makes"),
        ("every month on Thu", "write every week on Thu, or every month on the first Thu"),
        ("every week on the last Thu", "write every month on the last Thu"),
        ("every month on the 15th", "the day of the month is that of `when`"),
        ("every year on 12-25", "write every year, and a `when` on 12-25"),
        ("every year on 2022-12-25", "write every year, and a `when` on 12-25"),
        ("every year on 02-29", "write every year, and a `when` on 02-29"),
        ("every year on 02-30", "February has no day 30"),
        ("every year on 31 April", "April has no day 31"),
        ("every week on Thu from 2021-09-16", "did you mean every week on Thu?"),
        (
            "every 2 weeks, starting on Thursday, 2021-09-16, until 2022-05-05",
            "did you mean every 2 weeks until 2022-05-05?",
        ),
        ("every month on the sixth Thu", "the places are first"),
        ("every month on the 6th Thu", "the places are first"),
        ("every week on Thr", "did you mean Thu?"),
        ("every week on Thu, Thu", "named twice"),
        ("every Thursday", "did you mean every week on Thu?"),
        ("every other week", "did you mean every 2 weeks?"),
        ("every other Thursday", "did you mean every 2 weeks on Thu?"),
        ("every four weeks", "did you mean every 4 weeks?"),
        ("monthly", "did you mean every month?"),
        ("third Thursday of the month", "did you mean every month on the third Thu?"),
        ("every second Thursday of the month", "every month on the second Thu? But 2021-09-16"),
        ("every second", "one start a day at most"),
        ("weekly", "did you mean every week?"),
        ("every 3rd Thursday of the month", "did you mean every month on the third Thu?"),
        ("evry wek", "did you mean every week?"),
        ("Mon-Fri", "did you mean every week on Mon, Tue, Wed, Thu, Fri?"),
        ("Wed - Mon", "did you mean every week on Mon, Wed, Thu, Fri, Sat, Sun?"),
        ("every week on Wed to Fri", "did you mean every week on Wed, Thu, Fri?"),
        ("weekdays", "did you mean every week on Mon, Tue, Wed, Thu, Fri?"),
        ("every working day", "did you mean every week on Mon, Tue, Wed, Thu, Fri?"),
        ("Tuesdays & Thursdays", "did you mean every week on Tue, Thu?"),
        ("weekly on Thursdays", "did you mean every week on Thu?"),
        ("every week on TU, TH", "did you mean every week on Tue, Thu?"),
        ("weekends", "did you mean every week on Sat, Sun? But 2021-09-16 (Thu) is not a date that the rule makes"),
        ("every day except Monday", "name the days that are left, such as every week on Tue,"),
        ("daily but not on Sundays", "name the days that are left, such as every week on Tue,"),
        ("biweekly", "did you mean every 2 weeks?"),
        ("every week on Thu at 18:00", "did you mean every week on Thu? The hour is that of `when`"),
        ("every day at 9", "did you mean every day? The hour is that of `when`"),
        ("Thursdays at 6 until 2022-06-30", "did you mean every week on Thu until 2022-06-30? The hour"),
        ("every week on Thu at 18:00 and 20:00", "one start a day at most"),
        ("every day at 9 and 11 am", "one start a day at most"),
        ("every Easter Monday", "count it from Easter; write every year 1 day after Easter"),
        ("Orthodox Good Friday", "count it from Easter; write every year 2 days before Orthodox Easter"),
        ("every Easter Sunday", "the next one that it makes is 2022-04-17 (Sun)"),
        ("every Christmas Eve", "write every year, and a `when` on 12-24"),
        ("every 5 years on 16 September", "did you mean every 5 years?"),
        ("every 5 years on 1 March", "write every 5 years, and a `when` on 03-01"),
        (
            "Thursdays 6pm-8pm until 2022-06-30",
            "did you mean every week on Thu until 2022-06-30? The hour is that of `when`",
        ),
        ("every week from Mon to Fri", "did you mean every week on Mon, Tue, Wed, Thu, Fri?"),
        ("odd weeks on Thursday", "did you mean every 2 weeks on Thu?"),
        ("every day for 10 days", "did you mean every day 10 times?"),
        ("every month on 31", "which is 16: write every month, and a `when` on day 31"),
        ("every 6 months on day 16", "did you mean every 6 months?"),
        ("every month on the 1st, 16th and 20th", "did you mean rrule: FREQ=MONTHLY;BYMONTHDAY=1,16,20?"),
        ("first and last day of the month", "did you mean rrule: FREQ=MONTHLY;BYMONTHDAY=1,-1? But"),
        ("last day but one of the month", "did you mean rrule: FREQ=MONTHLY;BYMONTHDAY=-2? But"),
        ("1st, 3rd and 5th Thursday", "did you mean rrule: FREQ=MONTHLY;BYDAY=1TH,3TH,5TH?"),
        ("every year in September", "did you mean every year?"),
        ("every March", "which is 09-16: write every year, and a `when` in March"),
        ("third Thursday in September", "did you mean every year on the third Thu?"),
        ("every year on the first Mon of May", "write every year on the first Mon, and a `when` in May"),
        ("third Thursday of Jan, Sept and Nov", "did you mean rrule: FREQ=YEARLY;BYMONTH=1,9,11;BYDAY=3TH?"),
        ("Thursdays from November to January", "did you mean rrule: FREQ=WEEKLY;BYMONTH=1,11,12;BYDAY=TH? But"),
        ("Thursdays from September to February", "did you mean rrule: FREQ=WEEKLY;BYMONTH=1,2,9,10,11,12;BYDAY=TH?"),
        ("Easter - 2 days", "did you mean every year 2 days before easter? But"),
        ("the Sunday before Easter", "did you mean every year 7 days before easter? But"),
        ("Monday after the first Wednesday of May", "did you mean every year on the Mon on or after 05-06? But"),
        ("first Monday after the first Monday of May", "did you mean every year on the Mon on or after 05-08? But"),
        ("every month on the 15th 3 times", "which is 16: write every month, and a `when` on day 15"),
        ("every year on the Friday before Easter", "did you mean every year 2 days before easter? But"),
        ("Monday after Orthodox Easter", "did you mean every year 1 day after orthodox easter? But"),
        ("second Sunday of Advent", "did you mean every year on the Sun on or after 12-04? But"),
        (
            "every 4 years on the first Tuesday after the first Monday of November",
            "did you mean every 4 years on the Tue on or after 11-02? But",
        ),
        ("every year on the first Thursday after 09-10", "did you mean every year on the Thu after 09-10?"),
        ("the last Thursday before September 20th", "did you mean every year on the Thu before 09-20?"),
        ("every 4 years, the Thursday closest to 17 September", "did you mean every 4 years on the Thu nearest 09-17?"),
        ("every 4 years on the third Thu in Sep", "did you mean every 4 years on the third Thu?"),
        ("every 4 years on the third Thu of May and Sep", "rrule: FREQ=YEARLY;INTERVAL=4;BYMONTH=5,9;BYDAY=3TH?"),
        (
            "every year on the first weekend of September",
            "a weekend is two days: write every year on the first Sat, and",
        ),
        (
            "every 2 years on the last full weekend in May",
            "a weekend is two days: write every 2 years on the last Sat,",
        ),
        ("third weekend of the month", "a weekend is two days: write every month on the third Sat, and"),
        ("fortnightly on Thursday", "did you mean every 2 weeks on Thu?"),
        ("every second week", "did you mean every 2 weeks?"),
        ("every second month", "did you mean every 2 months?"),
        ("every third Thursday", "did you mean every 3 weeks on Thu, or every month on the third Thu?"),
        ("every month on the third Thursday of the month", "did you mean every month on the third Thu?"),
        ("1st and 3rd Thursday of the month", "did you mean rrule: FREQ=MONTHLY;BYDAY=1TH,3TH?"),
        ("last day of the month", "did you mean rrule: FREQ=MONTHLY;BYMONTHDAY=-1? But 2021-09-16 (Thu) is not"),
        ("every year on Orthodox Easter + 137 days", "did you mean every year 137 days after Orthodox Easter?"),
        ("Easter +165", "did you mean every year 165 days after Easter?"),
        ("jeden Donnerstag", "did you mean every week on Thu?"),
        ("jeden Donnerstag bis 2027-12-16", "did you mean every week on Thu until 2027-12-16?"),
        ("todos los jueves hasta el 2027-12-16", "did you mean every week on Thu until 2027-12-16?"),
        ("каждый четверг до 2027-12-16", "did you mean every week on Thu until 2027-12-16?"),
        ("alle zwei Wochen am Donnerstag", "did you mean every 2 weeks on Thu?"),
        ("jeden dritten Donnerstag im Monat", "did you mean every month on the third Thu?"),
        ("tous les jeudis", "did you mean every week on Thu?"),
        ("cada semana", "did you mean every week?"),
        ("am letzten Freitag jedes Monats", "did you mean every month on the last Fri?"),
        ("vierteljährlich", "did you mean every 3 months?"),
        ("первый понедельник месяца", "did you mean every month on the first Mon?"),
        ("раз в две недели", "did you mean every 2 weeks?"),
        ("по будням", "did you mean every week on Mon, Tue, Wed, Thu, Fri?"),
        ("el último viernes de cada mes", "did you mean every month on the last Fri?"),
        ("le premier lundi du mois", "did you mean every month on the first Mon?"),
        ("每周一、三和周五", "did you mean every week on Mon, Wed, Fri?"),
        ("每月第二个星期二", "did you mean every month on the second Tue?"),
        ("每月最后一个周五", "did you mean every month on the last Fri?"),
        ("隔周周四", "did you mean every 2 weeks on Thu?"),
        ("每3个月", "did you mean every 3 months?"),
        ("كل يوم اثنين", "did you mean every week on Mon?"),
        ("كل أسبوعين", "did you mean every 2 weeks?"),
        ("أول اثنين من كل شهر", "did you mean every month on the first Mon?"),
        ("every week 10 times until 2027-12-31", "write until 2022-06-30 or 10 times, not both"),
        ("по четвергам", "did you mean every week on Thu?"),
        ("ежемесячно", "did you mean every month?"),
        ("每周四", "did you mean every week on Thu?"),
        ("first of the month", "is that of `when`, which is 16: write every month, and a `when` on day 1"),
        ("the 16th of each month", "did you mean every month?"),
        ("every 16 September", "did you mean every year?"),
        ("every year on 17 September", "write every year, and a `when` on 09-17"),
        ("last working day of the month", "did you mean every month on the last working day? But"),
        ("twice a year", "did you mean every 6 months?"),
        ("every week for 10 weeks", "did you mean every week 10 times?"),
        ("Thursdays until 2021-12-30", "did you mean every week on Thu until 2021-12-30?"),
        ("every week until 31 December 2021", "months are numbers: write 2021-12-31"),
        ("every Thursday except in October", "the dates to leave out under `except`"),
        ("once", "an event that happens once has no rule: remove it"),
        ("every year on 1 Farvardin", "no rule computes this day"),
        ("every year on the March equinox", "no rule computes this day"),
        ("every hour", "one start a day at most"),
        ("every week until 2021-09-15", "the rule ends before its first date; write a later until"),
        ("every week until 2022-13-01", "there is no month 13"),
        ("every week until 2022", "itself included: until 2022-12-31"),
        ("every week until February 2022", "itself included: until 2022-02-28"),
        ("every week until the end of 2022", "itself included: until 2022-12-31"),
        ("every week until TBD", "until takes one day"),
        ("every week until 2021-12-30/31", "until takes one day, itself included: until 2022-06-30"),
        ("every week until 2021-12-31?", "until takes one day, itself included: until 2022-06-30"),
        ("every week until 2021-12-31 10:00", "did you mean every week until 2021-12-31? The hour is that of `when`"),
        ("every 0 days", "from 1 to 999"),
        ("every 1000 days", "from 1 to 999"),
        ("every week 1001 times", "from 1 to 1000"),
        ("every week on xyz", "'xyz' is not a weekday; write Mon, Tue"),
        ("every week on the first working day", "write every month on the first working day"),
        ("FREQ=WEEKLY;BYDAY=FR", "the next one that it makes is 2021-09-17 (Fri)"),
        ("FREQ=HOURLY", "one start a day at most"),
        ("FREQ=DAILY;BYHOUR=10", "BYHOUR: a rule makes one start a day, at the hour of `when`; leave it out"),
        ("FREQ=MONTHLY;BYSETPOS=1", "needs another BY part"),
        ("FREQ=YEARLY;RSCALE=GREGORIAN;SKIP=BACKWARD", "unknown to most calendar apps"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20211231", "exclude each other"),
        ("FREQ=WEEKLY;BYDAY=1TH", "MONTHLY or YEARLY"),
        ("FREQ=DAILY;BYDAY=3TH", "MONTHLY or YEARLY"),
        ("FREQ=MONTHLY;BYWEEKNO=37;BYDAY=TH", "BYWEEKNO goes with FREQ=YEARLY only"),
        ("FREQ=MONTHLY;BYYEARDAY=259", "BYYEARDAY goes with FREQ=YEARLY only"),
        ("FREQ=WEEKLY;BYMONTHDAY=16", "BYMONTHDAY does not go with FREQ=WEEKLY"),
        ("FREQ=DAILY;BYMONTHDAY=16", "for BYMONTHDAY write FREQ=MONTHLY"),
        ("FREQ=YEARLY;BYMONTH=9;BYDAY=6TH", "no month has a sixth day of the week"),
        ("FREQ=MONTHLY;BYDAY=3TH,FR", "BYDAY numbers all of its days or none"),
        ("FREQ=YEARLY;BYWEEKNO=37;BYDAY=1TH", "a numbered BYDAY does not go with BYWEEKNO"),
        ("FREQ=DAILY;BYDAY=TH;BYSETPOS=1", "BYSETPOS does not go with FREQ=DAILY"),
        ("FREQ=WEEKLY;BYDAY", "'BYDAY' is not part of an RRULE; write parts as FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=WEEKLY;BYDAY=", "'BYDAY=' is not part of an RRULE; write parts as FREQ=MONTHLY;BYDAY=-1FR"),
        ("FREQ=WEEKLY;ZZZ=1", "'ZZZ' is not part of an RRULE; leave it out"),
        ("FREQ=WEEKLY;BYDA=TH", "did you mean BYDAY?"),
        ("FREQ=WEEKLY;FREQ=DAILY", "given twice"),
        ("RRULE:FREQ=WEEKLY", "leave out RRULE"),
        ("FREQ=WEEKLY;UNTIL=20211231T100000Z", "for whole days UNTIL is a day: UNTIL=20211231"),
        ("FREQ=WEEKLY;UNTIL=20211331", "there is no such time"),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY cannot be '32'"),
        ("FREQ=YEARLY;BYWEEKNO=37", "needs BYDAY"),
        ("FREQ=DAILY;COUNT=1001", "a rule counts to 1000 at most; write UNTIL"),
        ("FREQ=DAILY;COUNT=" + "9" * 5_000, "a rule counts to 1000 at most; write UNTIL"),
        ("FREQ=DAILY;COUNT=²", "COUNT cannot be '²'"),
        ("FREQ=WEEKLY;UNTIL=20210915", "the rule ends before its first date; write a later UNTIL"),
        (
            "every month on day 16 if someday then next Mon",
            "write the day to take instead as: if Sat, Sun then next Mon",
        ),
        ("every year on the Mon nearest to never", "'never' is not a day that every year has: write month and day"),
    ],
)
def test_a_wrong_rule_is_answered_with_the_right_form(text, said):
    assert said in refusal(text)


@pytest.mark.parametrize(
    ("text", "when", "proposed"),
    [
        ("last day of the month", "2021-09-30", "rrule: FREQ=MONTHLY;BYMONTHDAY=-1"),
        ("every month end until 2021-12-31", "2021-09-30", "rrule: FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20211231"),
        ("month end, 3 times", "2021-09-30 10:00", "rrule: FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3"),
        ("penultimate Thursday of the month", "2021-09-23", "rrule: FREQ=MONTHLY;BYDAY=-2TH"),
    ],
)
def test_a_rule_that_repeat_cannot_say_is_proposed_as_a_valid_rrule(text: str, when: str, proposed: str):
    assert refusal(text, when) == f"'{text}': did you mean {proposed}?"
    assert rule(proposed.removeprefix("rrule: "), when)


@pytest.mark.parametrize(
    ("text", "said"), [("every week", "these are words; write them under `repeat`"), ("BYDAY=TH", "FREQ is missing")]
)
def test_a_raw_rule_begins_with_its_period(text, said):
    with pytest.raises(GrammarError, match=said):
        parse_rrule(text, parse_when(THURSDAY, BERLIN))


@pytest.mark.parametrize(
    ("text", "last"),
    [
        ("every week until 2021-09-16", "2021-09-16"),
        ("FREQ=WEEKLY;UNTIL=20210916", "2021-09-16"),
        ("every 999 days 2 times", "2024-06-11"),
        ("FREQ=DAILY;INTERVAL=999;COUNT=2", "2024-06-11"),
        ("every day 1000 times", "2024-06-11"),
        ("FREQ=DAILY;COUNT=1000", "2024-06-11"),
        ("FREQ=DAILY;COUNT=999", "2024-06-10"),
    ],
)
def test_a_rule_may_end_on_its_first_date_and_goes_up_to_its_bounds(text, last):
    assert last == str(last_start_day(rule(text), date(2021, 9, 16)))


def test_until_with_an_hour_needs_utc():
    assert "needs UTC" in refusal("FREQ=WEEKLY;UNTIL=20211231T100000", "2021-09-16 10:00")


@pytest.mark.parametrize("when", ["2021-09", "2021-Q3", "TBD"])
def test_only_a_known_day_repeats(when):
    assert "only a known day repeats" in refusal("every week", when)
    assert "only a known day repeats" in refusal("FREQ=WEEKLY", when)


PIECES = [
    "every",
    "week",
    "2",
    "weeks",
    "on",
    "Thu",
    "the",
    "last",
    "until",
    "2022-01-01",
    "10",
    "times",
    "FREQ=",
    "WEEKLY",
    ";",
    "BYDAY=TH",
    "UNTIL=2021",
    "COUNT=",
    "1",
    "99999999999",
]


@given(st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join) | st.text(max_size=30), st.booleans())
def test_any_text_is_a_rule_or_an_answer(text, raw):
    try:
        (parse_rrule if raw else parse)(text, parse_when(THURSDAY, BERLIN))
    except GrammarError as refused:
        assert ": " in str(refused)


@given(
    st.lists(st.sampled_from(["FREQ", "MONTHLY", "=", ";", "COUNT", "BYDAY", "-1TH", "5", "BYMONTH", "9"]), max_size=12)
)
def test_any_rrule_is_a_rule_or_an_answer(pieces):
    try:
        parse_rrule("".join(pieces), parse_when(THURSDAY, BERLIN))
    except GrammarError as refused:
        assert ": " in str(refused)


@pytest.mark.parametrize(
    ("text", "when", "said"),
    [
        ("every month", "2021-01-31", "months without a day 31 are left out"),
        ("every month", "2021-01-29", "months without a day 29 are left out"),
        ("FREQ=MONTHLY;BYMONTHDAY=30", "2021-09-30", "months without a day 30 are left out"),
        ("every month on the fifth Thu", "2021-09-30", "without a fifth such day"),
        ("FREQ=YEARLY", "2024-02-29", "years without a 29 February are left out"),
        (
            "every week",
            "2021-03-21 02:30",
            "2021-03-28 02:30 is skipped in Europe/Berlin: that occurrence starts at 03:30",
        ),
        ("every week", "2021-03-21 02:00", "2021-03-28 02:00 is skipped"),
        ("every year", "2021-03-29 02:30", "2026-03-29 02:30 is skipped"),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1", "2027-01-04", "some apps read other dates"),
        ("FREQ=YEARLY;BYYEARDAY=1;BYDAY=FR", "2027-01-01", "node-ical (MagicMirror) reads other dates"),
        (
            "FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR",
            "2027-01-01",
            "), libical (Evolution, GNOME Calendar) and node-ical (MagicMirror) read",
        ),
        (
            "FREQ=YEARLY;BYMONTHDAY=1",
            "2027-01-01",
            "Calendar) and libical (Evolution, GNOME Calendar) read other dates",
        ),
    ],
)
def test_a_rule_that_apps_read_differently_is_doubted(text, when, said):
    assert any(said in each for each in compatibility_warnings(rule(text, when), parse_when(when, BERLIN)))


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("every month", "2021-01-28"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", "2021-01-31"),
        ("FREQ=MONTHLY;BYMONTHDAY=29,30,31;BYDAY=MO", "2021-08-30"),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=31", "2021-01-31"),
        ("FREQ=YEARLY;BYMONTH=3;BYDAY=5MO", "2021-03-29"),
        ("every year", "2024-02-29"),
        ("every week", "2021-03-21 18:00"),
        ("every week", "2021-03-22 02:30"),  # a Monday: clocks change on Sundays
        ("every week until 2021-12-31", "2021-10-24 02:30"),  # a repeated hour: feeds say which
        ("every week until 2021-03-27", "2021-03-21 02:30"),
        ("every week", "2021-03-21"),
    ],
)
def test_a_plain_rule_is_not_doubted(text, when):
    assert [] == compatibility_warnings(rule(text, when), parse_when(when, BERLIN))


def test_an_hour_that_holds_on_every_wall_clock_is_skipped_on_none_that_is_known():
    when = parse_when("2021-03-21 02:30", FloatingZone("Europe/Berlin"))

    assert [] == compatibility_warnings(parse("every week", when), when)


def test_a_rule_that_two_events_write_differently_is_doubted_for_neither():
    when = parse_when("2027-05-03", BERLIN)
    assert [] == compatibility_warnings(parse("every week", when), when)
    assert [] == compatibility_warnings(rule("FREQ=WEEKLY", "2027-05-03"), when)


def test_a_start_that_a_skipped_hour_moves_past_midnight_is_said_with_its_day():
    when = parse_when("2027-03-20 23:30", find_zone("America/Nuuk"))

    (warning,) = compatibility_warnings(parse("every week", when), when)
    assert "on 2027-03-27 23:30 is skipped in America/Nuuk: that occurrence starts at 00:30 on 2027-03-28;" in warning


def test_half_an_hour_of_lord_howe_is_doubted_too():
    when = parse_when("2021-09-26 02:15", LORD_HOWE)

    assert [
        "on 2021-10-03 02:15 is skipped in Australia/Lord_Howe: that occurrence starts at 02:45; libical (Evolution, GNOME "
        "Calendar) shows it twice, and the next one late: another hour is right in all apps"
    ] == compatibility_warnings(parse("every week until 2022-01-01", when), when)


# -- what is far, and what is never


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("text", ["FREQ=WEEKLY;UNTIL=99991231T235959Z", "every week until 2200-01-31"])
def test_a_far_end_is_written_as_none(text, zone):
    when = parse_when("2027-01-05 11:00", find_zone(zone))
    found = (parse_rrule if "FREQ" in text else parse)(text, when)

    assert rrule_for(found, when) == "FREQ=WEEKLY"
    assert last_start_day(found, local_dtstart(when)).year >= 2200


@pytest.mark.parametrize(
    "text", ["FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30;INTERVAL={}", "FREQ=DAILY;INTERVAL={};BYDAY=MO"]
)
def test_rules_that_make_nothing_cost_a_bounded_search(text, monkeypatch):
    """What each kind of year makes is asked once for all intervals: 100 such rules are no walk to the year 9998."""
    asked = []
    real = expand._days_in_kind.__wrapped__
    monkeypatch.setattr(expand, "_days_in_kind", lru_cache(lambda rrule, kind: asked.append(kind) or real(rrule, kind)))

    for interval in range(7, 707, 7):
        assert "is not a date that the rule makes" in refusal(text.format(interval), "2027-01-05")

    assert len(asked) <= 28


@given(st.data())
def test_monthly_and_yearly_rules_are_expanded_as_dateutil_does(data):
    freq = data.draw(st.sampled_from(["MONTHLY", "YEARLY"]))
    parts = {"FREQ": freq, "INTERVAL": str(data.draw(st.integers(1, 13)))}
    by = {
        "BYMONTH": st.sampled_from(["1", "2,8", "12"]),
        "BYDAY": st.sampled_from(["MO", "-1FR,2TU", "SA,SU"]),
        "BYMONTHDAY": st.sampled_from(["1", "-1", "13,28"]),
        "BYSETPOS": st.sampled_from(["1", "-1", "1,-1"]),
    }
    names = data.draw(st.sets(st.sampled_from(["BYMONTH", "BYDAY", "BYMONTHDAY"]), min_size=1))
    names |= data.draw(st.sampled_from([set(), {"BYSETPOS"}]))
    parts |= {name: data.draw(by[name]) for name in by if name in names}
    rrule = ";".join(f"{name}={value}" for name, value in parts.items())
    first = data.draw(st.dates(date(2020, 1, 1), date(2024, 12, 31)))

    mine = list(iter_days(RecurrenceRule(rrule, rrule), first, first, date(2050, 12, 31)))

    filled = expand.join_rrule(expand.fill_from_dtstart(parts, first))
    whole = rrulestr(filled, dtstart=datetime.combine(first.replace(day=1, month=1), time()), cache=False)
    start = datetime.combine(first.replace(day=1) if freq == "MONTHLY" else first.replace(day=1, month=1), time())
    whole = whole.replace(dtstart=start, until=datetime(2050, 12, 31))
    assert mine == [each.date() for each in whole if each.date() >= first]


# -- what readers agree on


@pytest.mark.parametrize(
    ("text", "when", "published"),
    [
        ("FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "2027-12-31", "BYSETPOS=-1;BYMONTH=12"),
        ("FREQ=YEARLY;BYMONTH=3,6,9;BYDAY=MO;BYSETPOS=-1", "2026-09-28", "FREQ=YEARLY;BYMONTH=9;BYDAY=MO;BYSETPOS=-1"),
        ("FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR", "2027-08-13", "FREQ=MONTHLY;BYMONTHDAY=13;BYDAY=FR"),
        ("FREQ=YEARLY", "2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=-1", "2027-01-06", "FREQ=WEEKLY;BYDAY=WE"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1", "2027-01-26", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=-1"),
        ("FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1", "2027-01-30", None),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "2027-05-17", None),
        ("FREQ=YEARLY;BYDAY=20MO", "2027-05-17", None),
        ("FREQ=YEARLY", "2027-05-17", "FREQ=YEARLY"),
        ("FREQ=YEARLY;BYYEARDAY=60", "2028-02-29", "FREQ=YEARLY;BYYEARDAY=60"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=27,28,29;BYSETPOS=-1", "2027-02-28", None),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=1", "2027-03-01", "FREQ=YEARLY;BYMONTH=3;BYDAY=MO;BYSETPOS=1"),
        ("FREQ=MONTHLY", "2027-01-28", "FREQ=MONTHLY"),
        ("FREQ=MONTHLY", "2027-01-29", "FREQ=MONTHLY;BYMONTHDAY=29"),
        ("FREQ=MONTHLY;BYMONTH=3;BYSETPOS=1", "2027-03-15", "FREQ=MONTHLY;BYMONTH=3;BYMONTHDAY=15"),
        ("FREQ=WEEKLY;BYDAY=MO,WE;BYMONTH=1;BYSETPOS=-1", "2027-01-06", None),
        ("FREQ=WEEKLY;WKST=WE;BYDAY=MO,WE;BYSETPOS=1", "2027-01-06", "FREQ=WEEKLY;WKST=WE;BYDAY=WE"),
        ("FREQ=WEEKLY;WKST=SU;BYDAY=MO,SU;BYSETPOS=1", "2027-01-03", "FREQ=WEEKLY;WKST=SU;BYDAY=SU"),
        ("FREQ=YEARLY;BYYEARDAY=1;BYDAY=FR", "2027-01-01", None),
        ("FREQ=YEARLY;BYYEARDAY=-1", "2027-12-31", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
        ("FREQ=YEARLY;INTERVAL=2;BYYEARDAY=-306", "2027-03-01", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYMONTHDAY=1"),
        ("FREQ=YEARLY;BYYEARDAY=-307", "2027-02-28", None),
        ("FREQ=YEARLY;BYYEARDAY=-1,1", "2027-01-01", None),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5,6,7;BYSETPOS=1", "2027-01-05", None),
        ("FREQ=MONTHLY;BYMONTH=12,3", "2027-03-10", "FREQ=MONTHLY;BYMONTH=3,12"),
        (
            "FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=1",
            "2027-01-01",
            "FREQ=YEARLY;INTERVAL=2;BYMONTHDAY=1;BYMONTH=1,2,3,4,5,6,7,8,9,10,11,12",
        ),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31", "2027-12-31", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
        ("FREQ=YEARLY;BYMONTH=2", "2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
        ("FREQ=YEARLY;BYMONTH=1,4", "2027-04-30", "FREQ=YEARLY;BYMONTH=1,4"),
        ("FREQ=YEARLY;BYMONTH=1,2", "2027-01-29", "FREQ=MONTHLY;BYMONTH=1,2;BYMONTHDAY=29"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=1,4", "2027-01-31", "FREQ=YEARLY;INTERVAL=2;BYMONTH=1"),
        ("FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=-29", "2027-03-03", "FREQ=MONTHLY;BYMONTH=2,3;BYMONTHDAY=-29"),
        ("FREQ=YEARLY;INTERVAL=2;BYMONTH=4;BYMONTHDAY=30,31", "2027-04-30", None),
        ("FREQ=YEARLY;BYMONTH=12,3;BYMONTHDAY=-1", "2027-03-31", "FREQ=YEARLY;BYMONTH=12,3;BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYMONTH=9,6;BYMONTHDAY=-1", "2027-06-30", "FREQ=YEARLY;BYMONTH=9,6;BYMONTHDAY=-1"),
        ("FREQ=YEARLY;BYMONTH=12,9;BYMONTHDAY=-1", "2027-09-30", "FREQ=MONTHLY;BYMONTH=9,12;BYMONTHDAY=-1"),
        ("FREQ=MONTHLY;BYMONTH=12,9", "2027-09-30", "FREQ=MONTHLY;BYMONTH=9,12;BYMONTHDAY=30"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYMONTHDAY=-1", "2027-03-31", None),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTH=1,7", "2027-01-10", "FREQ=MONTHLY;INTERVAL=6;BYMONTH=1,7"),
        ("FREQ=MONTHLY;INTERVAL=4;BYMONTH=1,7", "2027-01-10", None),
        ("FREQ=MONTHLY;INTERVAL=11;BYMONTH=1", "2027-01-10", None),
        ("FREQ=MONTHLY;BYMONTH=6,12;BYDAY=TU", "2027-12-07", "FREQ=YEARLY;BYMONTH=6,12;BYDAY=TU"),
        ("FREQ=MONTHLY;BYMONTH=6,12;BYDAY=TU", "2027-12-28", "FREQ=MONTHLY;BYMONTH=6,12;BYDAY=TU"),
        ("FREQ=MONTHLY;BYMONTH=6,12;BYDAY=TU", "2027-06-01", "FREQ=MONTHLY;BYMONTH=6,12;BYDAY=TU"),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTH=6,12;BYDAY=TU", "2027-12-07", None),
        ("FREQ=MONTHLY;BYMONTHDAY=31,7;BYDAY=WE", "2027-04-07", "FREQ=MONTHLY;BYMONTHDAY=7,31;BYDAY=WE"),
        ("FREQ=MONTHLY;BYMONTHDAY=31,7;BYDAY=WE", "2027-07-07", "FREQ=MONTHLY;BYMONTHDAY=31,7;BYDAY=WE"),
        ("FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=2;BYDAY=1WE", "2027-06-02", "FREQ=MONTHLY;BYMONTH=6;BYMONTHDAY=2;BYDAY=1WE"),
        ("FREQ=YEARLY;BYMONTHDAY=25;BYDAY=20SU,-1FR", "2026-12-25", None),
    ],
)
def test_a_rule_is_published_as_readers_agree_on_it_or_as_dates(text, when, published):
    dated = parse_when(when, BERLIN)

    found = published_rule(rule(text, when), local_dtstart(dated))

    assert (found.rrule.endswith(published) if found and published else found) in (True, published)
    said = " ".join(compatibility_warnings(rule(text, when), dated))
    assert ("single events" in said) == (published is None)
    assert ("other dates from this rule" in said) == (found is None or found.rrule != text)


@pytest.mark.parametrize(
    ("weeks", "day", "readers"),
    [
        ("20", "2027-05-17", [ICAL_JS]),
        ("2,51", "2027-01-11", [ICAL_JS]),
        ("20,+53", "2027-05-17", [ICAL_JS, LIBICAL, NODE_ICAL]),
        ("1", "2027-01-04", [ICAL_JS, LIBICAL, NODE_ICAL]),
    ],
)
def test_weeks_at_the_turn_of_the_year_are_misread_by_three_readers(weeks, day, readers):
    numbered = rule(f"FREQ=YEARLY;BYWEEKNO={weeks};BYDAY=MO", day)

    assert readers == [misreading.reader for misreading in misreadings(numbered, date.fromisoformat(day))]


@pytest.mark.parametrize(
    ("text", "day", "read_as"),
    [
        ("FREQ=YEARLY", "2028-02-29", "FREQ=YEARLY;BYYEARDAY=60"),
        ("FREQ=YEARLY;BYDAY=20MO", "2027-05-17", "FREQ=YEARLY;BYDAY=MO"),
        ("FREQ=YEARLY;BYMONTHDAY=31", "2027-01-31", "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=1"),
        ("FREQ=YEARLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=1", "2027-03-01", "FREQ=MONTHLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=1"),
    ],
)
def test_a_rule_that_thunderbird_misreads_for_another_is_said_with_that_one(text, day, read_as):
    found = misreadings(rule(text, day), date.fromisoformat(day))

    assert [misreading.read_as for misreading in found if misreading.reader == ICAL_JS] == [read_as]


def test_no_month_has_a_20th_monday():
    assert "no month has a sixth day of the week" in refusal("FREQ=MONTHLY;BYDAY=20MO")


def test_a_moment_that_is_another_day_elsewhere_has_the_rule_of_its_own_day():
    tuesday, wednesday = (
        parse_when(text, find_zone(zone))
        for text, zone in (("2027-01-05 23:30", "Europe/Berlin"), ("2027-01-06 07:30", "Asia/Tokyo"))
    )
    until = "FREQ=WEEKLY;UNTIL=20270302T223000Z"

    assert [parse_rrule(until, first).until for first in (tuesday, wednesday)] == [
        datetime(2027, 3, 2, 23, 30),
        datetime(2027, 3, 3, 7, 30),
    ]
    assert parse("every week on Tue", tuesday)
    with pytest.raises(GrammarError, match="not a date that the rule makes"):
        parse("every week on Tue", wednesday)
