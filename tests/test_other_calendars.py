"""Days of the Chinese, Islamic and Hebrew calendars: their dates, their doubt, their words, their ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from eventcal import occurrences, words
from eventcal.cli import cli
from eventcal.errors import GrammarError
from eventcal.event_bodies import event_from_json, event_to_json
from eventcal.events import Status
from eventcal.feeds import render_calendar_feed
from eventcal.feeds.events_json import render_events_json
from eventcal.filters import Filter
from eventcal.history import ChangeKind
from eventcal.importing.dates import Span
from eventcal.importing.rules import rule_text
from eventcal.repeat import (
    RecurrenceRule,
    calendar_day_of,
    compatibility_warnings,
    iter_days,
    last_start_day,
    parse,
    published_rule,
    years_since_first,
)
from eventcal.repeat.movable import movable_day
from eventcal.repeat.other_calendars import calendar_year_near
from eventcal.todo_rules import find_todos
from eventcal.todos import Concern
from eventcal.when import parse as parse_when
from eventcal.when.advice import explain_invalid_date
from eventcal.when.calendar_days import MONTH_NAMES, CalendarDay, OtherCalendar, name_calendar_day
from eventcal.when.zones import find_zone
from tests.factories import build_next, edition, event, read_registry, utc
from tests.test_docs import code, read, table
from tests.test_ical import prop, vevents
from tests.test_movable import days, refusal

UTC_ZONE = find_zone("UTC")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every year on chinese 01-01", ["2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06"]),
        ("every year on Chinese 1-1", ["2033-01-31", "2034-02-19"]),  # 2033 has the leap month that tables got wrong
        (
            "every year on chinese 08-15",
            ["2025-10-06", "2026-09-25", "2027-09-15"],
        ),  # after the second sixth month of 2025
        ("every year 1 day before chinese 01-01", ["2026-02-16", "2027-02-05"]),
        ("every 2 years on chinese 01-01", ["2024-02-10", "2026-02-17", "2028-01-26"]),
        ("every year on 1 Shawwal", ["2026-03-20", "2027-03-09", "2028-02-26"]),
        ("every year on islamic 12-10", ["2026-05-27", "2027-05-16"]),
        ("every year on islamic 9-1", ["2029-01-16", "2030-01-05", "2030-12-26", "2031-12-15"]),
        ("every year on hebrew 07-01", ["2026-09-12", "2027-10-02"]),
        ("every year on 10 Tishrei", ["2026-09-21", "2027-10-11"]),
        ("every year on 25 kislev", ["2026-12-05", "2027-12-25"]),
        ("every year on 14 Adar", ["2024-03-24", "2025-03-14", "2026-03-03", "2027-03-23"]),  # 2024 and 2027 have two
    ],
)
def test_a_day_of_another_calendar_has_the_dates_that_almanacs_give(text: str, expected: list[str]) -> None:
    assert days(text, expected[0], len(expected)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("every year on chinese 12-30", ["2024-02-09", "2030-02-02", "2033-01-30"]),
        ("every year on 30 Kislev", ["2026-12-10", "2027-12-30", "2028-12-18", "2030-12-26"]),
        ("every year on 30 Safar", ["2024-09-03", "2026-08-13", "2029-07-12", "2030-07-01"]),
    ],
)
def test_a_year_whose_month_is_shorter_is_left_out(text: str, expected: list[str]) -> None:
    assert days(text, expected[0], len(expected)) == expected


def test_purim_is_thirty_days_before_the_eve_of_passover_in_each_year_of_the_cycle() -> None:
    purim, eve = days("every year on 14 Adar", "2024-03-24", 19), days("every year on 14 Nisan", "2024-04-22", 19)
    assert [date.fromisoformat(day) + timedelta(29) for day in purim] == [*map(date.fromisoformat, eve)]


@pytest.mark.parametrize("calendar", OtherCalendar)
@pytest.mark.parametrize("offset", [-99, 0, 99])
def test_each_year_of_a_calendar_has_its_day_wherever_it_is_counted_to(calendar: OtherCalendar, offset: int) -> None:
    """Also in January of ours, where a day that is counted from the last year's end lies: a window may begin with it."""
    near = calendar_year_near(calendar, date(2026, 6, 1))
    for month, number in ((1, 1), (6, 29), (7, 1), (12, 29)):
        part, value = f"X-{calendar.upper()}", f"{month:02}{number:02}{offset:+}"
        rule, turns = RecurrenceRule(f"FREQ=YEARLY;{part}={value}", ""), range(near, near + 30)
        made = [day for year in turns if (day := movable_day(part, value, year))]
        assert [years_since_first(rule, made[0], day) for day in made] == [*range(30)]
        assert [[*iter_days(rule, made[0], day, day)] for day in made] == [[day] for day in made]
        if offset == 0:
            assert {calendar_day_of(calendar, day) for day in made[::10]} == {CalendarDay(calendar, month, number)}


@pytest.mark.parametrize(
    ("text", "first", "answer"),
    [
        ("every year on Yom Kippur", "2027-10-11", "did you mean every year on 10 Tishrei?"),
        ("Lunar New Year", "2027-02-06", "did you mean every year on Chinese 01-01?"),
        ("chinese 01-0-01", "2027-02-06", "did you mean every year on Chinese 01-01?"),
        ("1 Shawwal P3D", "2027-03-09", "did you mean every year on 1 Shawwal?"),
        ("every Ramadan", "2027-02-08", "did you mean every year on 1 Ramadan?"),
        ("every month on 1 Shawwal", "2027-03-09", "write every year on 1 Shawwal"),
        ("every year on 31 Shawwal", "2027-03-09", "the Islamic calendar has no day 31 shawwal"),
        ("every year on 30 Elul", "2027-03-09", "the Hebrew calendar has no day 30 elul"),
        ("every year 1 day before Yom Kippur", "2027-10-10", "write every year 1 day before 10 Tishrei"),
        ("every year 100 days after 1 Shawwal", "2027-03-09", "at most 99 days before or after 1 Shawwal"),
        ("every year on 1 Shawwal", "2027-03-10", "it makes 2027-03-09 (Tue), and a day that was announced instead goes under `exceptions`"),
        ("every year on 1 Shawwal", "2027-03-12", "it makes 2027-03-09 (Tue), and a day that was announced"),
        ("every year on 1 Shawwal", "2027-03-13", "the next one that it makes is 2028-02-26 (Sat)"),
        ("every year on 1 Tishrei", "2027-10-03", "the next one that it makes is 2028-09-21 (Thu)"),
        ("every year on 1 Shawwal", "2027-02-01", "the next one that it makes is 2027-03-09 (Tue)"),
        ("every year on 1 Shawwal", "2090-03-10", "the days of the Islamic calendar are known until 2077-11-16"),
    ],
)  # fmt: skip
def test_another_form_gets_the_rule_that_was_meant(text: str, first: str, answer: str) -> None:
    assert answer in refusal(text, first)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("1 Shawwal", "1 Shawwal"), ("10 Tishrei", "10 Tishrei"), ("Chinese New Year 2027", "Chinese 01-01"),
        ("Lunar New Year", "Chinese 01-01"), ("Eid al-Fitr", "1 Shawwal"), ("Rosh Hashanah, 2027", "1 Tishrei"),
        ("1 Shawwal 1448 AH", "1 Shawwal"), ("2027 Mid-Autumn Festival", "Chinese 08-15"),
    ],
)  # fmt: skip
def test_a_date_of_another_calendar_gets_the_rule_of_its_day(text: str, day: str) -> None:
    assert f"repeat: every year on {day}" in explain_invalid_date(text, lambda _: "")


@pytest.mark.parametrize("calendar", [OtherCalendar.ISLAMIC, OtherCalendar.HEBREW])
def test_every_month_is_known_by_the_name_that_english_pages_show(calendar: OtherCalendar) -> None:
    for number, name in enumerate(MONTH_NAMES[calendar], start=1):
        assert (
            name_calendar_day(f"{calendar.lower()} {number}-7") == name_calendar_day(f"7 {name.lower()}") == f"7 {name}"
        )
        (first,) = days(f"every year on 7 {name}", first_day(f"every year on 7 {name}"), 1)
        rule = parse(f"every year on 7 {name}", parse_when(first, UTC_ZONE))
        assert words.format_rule(rule, "en") == f"every year on 7 {name} ({calendar} calendar)"


def first_day(text: str) -> str:
    """The date that the answer to a wrong first date names."""
    with pytest.raises(GrammarError) as refused:
        parse(text, parse_when("2027-01-01", UTC_ZONE))
    (day,) = re.findall(r"makes(?: is)? ([0-9-]{10})", str(refused.value))
    return str(day)


def test_it_is_said_in_three_languages() -> None:
    rows = table(read("registry.md"), "calendar day")
    assert len(rows) >= 5
    for form, first, *cells in rows:
        rule = parse(code(form)[0], parse_when(code(first)[0], UTC_ZONE))
        assert cells == [words.format_rule(rule, language) for language in ("en", "ru", "zh")], form


def test_the_end_of_a_table_is_the_end_of_the_rule_and_is_said() -> None:
    first = date(2026, 3, 20)
    for end, is_warned in (("", False), (" until 2077-11-16", False), (" until 2090-01-01", True), (" 90 times", True), (" 50 times", False)):  # fmt: skip
        rule, when = (
            parse(f"every year on 1 Shawwal{end}", parse_when("2026-03-20", UTC_ZONE)),
            parse_when("2026-03-20", UTC_ZONE),
        )
        assert max(iter_days(rule, first, first, date.max)) <= date(2077, 11, 16)
        assert last_start_day(rule, first) in (None, date(2077, 8, 19), date(2073, 10, 2))
        warnings = compatibility_warnings(rule, when)
        assert warnings == (
            ["the days of the Islamic calendar are known until 2077-11-16: the rule ends there"] if is_warned else []
        )
    assert not [
        *iter_days(
            parse("every year on chinese 01-01", parse_when("2024-02-10", UTC_ZONE)),
            date(2024, 2, 10),
            date(2101, 6, 1),
            date.max,
        )
    ]


HOLIDAYS = """\
version: 1
calendar: {id: h, name: Holidays, timezone: Asia/Dushanbe}
events:
- {id: eid, title: Eid, when: 2026-03-20, repeat: every year on 1 Shawwal EXCEPTIONS}
- {id: kippur, title: "{nth} Kippur", when: 2025-10-02, repeat: every year on 10 Tishrei}
"""


def test_a_computed_date_is_doubtful_until_an_exception_confirms_or_moves_it(tmp_path: Path) -> None:
    written = ", exceptions: {2027-03-09: {when: 2027-03-10}, 2028-02-26: {when: 2028-02-26}}"
    registry = read_registry(tmp_path, HOLIDAYS.replace(" EXCEPTIONS", written))
    assert not registry.problems
    eid, kippur = registry.events
    shown = occurrences.of_event(eid, date(2026, 1, 1), date(2029, 12, 31))
    assert [str(occurrence.when) for occurrence in shown] == ["2026-03-20", "2027-03-10", "2028-02-26", "2029-02-14?"]
    exact = occurrences.of_event(kippur, date(2026, 1, 1), date(2028, 12, 31))
    assert [str(occurrence.when) for occurrence in exact] == ["2026-09-21", "2027-10-11", "2028-09-30"]
    assert [occurrences.title_of(occurrence, "en") for occurrence in exact] == [
        "1st Kippur",
        "2nd Kippur",
        "3rd Kippur",
    ]


def test_the_feed_holds_dated_events_and_marks_the_computed_ones_tentative() -> None:
    eid = event("eid", "2026-03-20", repeat="every year on 1 Shawwal", exceptions={"2027-03-09": "2027-03-10"})
    found = vevents(render_calendar_feed(edition(eid), date(2026, 5, 1), Filter()).body)
    assert [prop(lines, "DTSTART")[0][-8:] for lines in found] == ["20260320", "20270310", "20280226"]
    assert [prop(lines, "STATUS") for lines in found] == [
        ["STATUS:CONFIRMED"],
        ["STATUS:CONFIRMED"],
        ["STATUS:TENTATIVE"],
    ]
    assert [prop(lines, "X-EVENTCAL-EDTF") for lines in found] == [[], [], ["X-EVENTCAL-EDTF:2028-02-26?"]]


@pytest.mark.parametrize(("text", "is_doubtful"), [("1 Shawwal", True), ("chinese 01-29", True), ("29 Adar", False)])
def test_events_json_says_whether_the_dates_of_a_rule_are_doubtful(text: str, is_doubtful: bool) -> None:
    rule = f"every year on {text}"
    shown = edition(event("e", first_day(rule), repeat=rule))
    (entry,) = json.loads(render_events_json(shown, Filter(), "", "en")[0])["events"]
    assert (entry["repeat"]["doubtful"], entry["repeat"]["rrule"], entry["when"]["doubtful"]) == (
        is_doubtful,
        None,
        False,
    )


def test_a_year_of_twelve_moons_falls_twice_into_one_of_ours() -> None:
    fast = event("ramadan", "2029-01-16/02-13", repeat="every year on 1 Ramadan")
    shown = occurrences.of_event(fast, date(2030, 1, 1), date(2030, 12, 31))
    assert [str(occurrence.when) for occurrence in shown] == ["2030-01-05/02-02?", "2030-12-26/2031-01-23?"]
    assert [occurrence.nth for occurrence in shown] == [1, 2]


@pytest.mark.parametrize("text", ["1 Shawwal", "10 Tishrei", "chinese 08-15"])
def test_a_day_of_another_calendar_may_have_an_hour_and_an_end_after_midnight(text: str) -> None:
    rule = f"every year on {text}"
    day = date.fromisoformat(first_day(rule))
    night = event("night", f"{day} 20:00/{day + timedelta(days=1)} 02:00", repeat=rule)
    _, second = occurrences.of_event(night, day, date(day.year + 1, 12, 31))
    (_, expected) = iter_days(night.rule, day, day, date(day.year + 1, 12, 31)) if night.rule else ()
    assert (second.nth, second.when.first_day, second.when.last_day) == (1, expected, expected + timedelta(days=1))


def test_readers_are_told_that_a_computed_date_was_confirmed(tmp_path: Path) -> None:
    first, _ = build_next(read_registry(tmp_path, HOLIDAYS.replace(" EXCEPTIONS", "")), None, utc(2026, 5, 1))
    confirmed = HOLIDAYS.replace(" EXCEPTIONS", ", exceptions: {2027-03-09: {when: 2027-03-09}}")
    _, (change,) = build_next(read_registry(tmp_path, confirmed), first, utc(2026, 5, 2))
    assert (change.kind, change.recurrence, str(change.old.when), str(change.new.when)) == (
        ChangeKind.DAY_KNOWN, "2027-03-09", "2027-03-09?", "2027-03-09",
    )  # fmt: skip


def test_the_store_keeps_it_and_no_rrule_says_it() -> None:
    for text, first in (("every year on chinese 01-01", "2027-02-06"), ("every year 3 days before 1 Shawwal", "2027-03-06"), ("every year on 25 Kislev", "2026-12-05")):  # fmt: skip
        original = event("e", first, repeat=text)
        assert event_from_json(event_to_json(original)) == original
        assert original.rule is not None and published_rule(original.rule, date.fromisoformat(first)) is None
        assert original.status is Status.CONFIRMED


def test_no_library_of_another_calendar_is_imported_without_such_a_rule() -> None:
    script = (
        "import sys, eventcal.registry, eventcal.occurrences as o; from tests.factories import event; from datetime import date;"
        "o.of_event(event('e', '2027-03-28', repeat='every year on Easter'), date(2027, 1, 1), date(2030, 1, 1));"
        "assert not {'borax', 'hijridate', 'pyluach'} & sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", script], cwd=Path(__file__).parents[1], check=True)


def test_explain_marks_the_dates_that_are_computed() -> None:
    shown = CliRunner().invoke(cli, ["explain", "every year on 1 Shawwal", "--from", "2026-03-20"]).output
    assert "            Fri 2026-03-20\n            Tue 2027-03-09?\n" in shown
    assert "doubtful    dates with ? are computed; once one is announced, write it under exceptions" in shown
    exact = CliRunner().invoke(cli, ["explain", "every year on 10 Tishrei", "--from", "2027-10-11", "--json"]).output
    assert json.loads(exact)["doubtful"] is False


def test_the_list_of_what_needs_attention_names_a_computed_date_that_nears(tmp_path: Path) -> None:
    registry = read_registry(
        tmp_path, HOLIDAYS.replace(" EXCEPTIONS", ", exceptions: {2028-02-26: {when: 2028-02-26}}")
    )
    for today, expected in (
        (date(2027, 1, 8), [(Concern.NEAR, "2027-03-09?")]),
        (date(2027, 1, 7), []),
        (date(2028, 2, 1), []),
    ):
        todos = find_todos(registry.events, today, {}, "en")
        assert [(todo.concern, todo.values["when"]) for todo in todos] == expected
        assert all(todo.day == date(2027, 3, 9) and "write it under exceptions" in todo.message for todo in todos)


@pytest.mark.parametrize(
    ("rrule", "first", "text"),
    [
        ("RSCALE=CHINESE;FREQ=YEARLY", date(2027, 2, 6), "every year on Chinese 01-01"),
        ("RSCALE=ISLAMIC-UMALQURA;FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1", date(2027, 3, 9), "every year on 1 Shawwal"),
        ("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=10;COUNT=3", date(2027, 10, 11), "every year on 10 Tishrei 3 times"),
        ("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=6;BYMONTHDAY=14;SKIP=FORWARD", date(2027, 3, 23), "every year on 14 Adar"),
        ("RSCALE=CHINESE;FREQ=YEARLY;INTERVAL=2;UNTIL=20310101", date(2027, 2, 6), "every 2 years on Chinese 01-01 until 2031-01-01"),
        ("RSCALE=GREGORIAN;FREQ=YEARLY;SKIP=OMIT", date(2027, 2, 6), "every year"),
    ],
)  # fmt: skip
def test_an_imported_rule_of_another_calendar_is_written_as_its_day(rrule: str, first: date, text: str) -> None:
    rule = rule_text(rrule, Span(first, None, ""))
    assert (rule.key, rule.text, rule.first, rule.remarks) == ("repeat", text, first, [])


@pytest.mark.parametrize(
    ("rrule", "first", "reason"),
    [
        ("RSCALE=ETHIOPIC;FREQ=YEARLY", date(2027, 2, 6), "only a day of a year of the Chinese, Hebrew or Islamic calendar"),
        ("RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=5L;BYMONTHDAY=8;SKIP=FORWARD", date(2027, 2, 15), "a leap month"),
        ("RSCALE=CHINESE;FREQ=YEARLY", date(2025, 8, 1), "a leap month"),
        ("RSCALE=CHINESE;FREQ=YEARLY;SKIP=BACKWARD", date(2030, 2, 2), "a year whose month has no day 30 is left out"),
        ("RSCALE=ISLAMIC-CIVIL;FREQ=YEARLY;BYMONTH=10;BYMONTHDAY=1", date(2027, 3, 10), "it makes 2027-03-09"),
    ],
)  # fmt: skip
def test_an_imported_rule_that_no_day_says_is_refused_with_the_reason(rrule: str, first: date, reason: str) -> None:
    rule = rule_text(rrule, Span(first, None, ""))
    assert rule.key == "" and reason in rule.text
