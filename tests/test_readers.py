from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from eventcal import feeds, occurrences
from eventcal.events import Event, Status
from eventcal.filters import Filter
from eventcal.history import Edition
from eventcal.registry import read as load
from eventcal.repeat import RecurrenceRule, iter_days, misreadings, parse_rrule, published_rule
from eventcal.repeat.misreadings import ICAL_JS, LIBICAL, NODE_ICAL
from eventcal.when import AllDay, Period, Timed, find_zone
from eventcal.when import parse as parse_when
from tests.factories import CALENDAR, build_next, edition, event
from tests.readers import LAST_YEARS, MISREAD_KINDS, MISREAD_RULES, OWN_ZONES, READERS, Told, by_day
from tests.readers.rules import rules

ZONES = (
    "Asia/Dushanbe",
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "Europe/London",
    "America/Havana",
    "Africa/Cairo",
)
TODAY, LAST = date(2025, 1, 1), date(2029, 12, 31)
KINDS = Path(__file__).parent / "readers" / "kinds.yaml"
EXACT = [name for name in READERS if name != "emacs"]
"""The readers that have spans and rules; Emacs is asked about the kinds alone."""


def happens(registry: Edition, last: date) -> Told:
    """What the feed has to say, told by the occurrences and without any iCalendar."""
    events = [each.event for each in registry.versions]
    found = []
    for each in occurrences.between(events, date(1900, 1, 1), last):
        extra = f"+{each.recurrence.replace('-', '')}" if each.is_extra else ""
        start, end = _bounds(each.when.span)
        found.append((f"{each.event.id}{extra}@{registry.calendar.id}", start, end))
    return sorted(found, key=lambda each: (each[1], each[0]))


def _bounds(span: AllDay | Period | Timed) -> tuple[str, str | None]:
    match span:
        case AllDay(first, last) | Period(first, last, _):
            return first.isoformat(), (last + timedelta(days=1)).isoformat()
        case Timed(start, end) if span.is_floating:  # the clock of every reader here is in UTC
            return _utc(start.replace(tzinfo=UTC)), _utc(end.replace(tzinfo=UTC)) if end else None
        case Timed(start, end):
            return _utc(start), _utc(end) if end else None
    raise AssertionError(span)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def read(name: str, registry: Edition, last: date = LAST) -> Told:
    noon = datetime.combine(TODAY, time(12), UTC)
    feed = feeds.render_whole("/calendar.ics", registry, noon, Filter(imprecise="all"))
    return [each[:3] for each in READERS[name](feed, last)]


def skip_own_zones(name: str, zone: str) -> None:
    if zone in OWN_ZONES.get(name, ()):
        pytest.skip(f"{name} goes by its own data of {zone}")


def registry_of_everything(count: int = 300) -> Edition:
    """Every kind of date, rule, exception and status, in every zone; the same at every call."""
    dice = random.Random(20210916)
    return edition(*(_anything(dice, f"event-{number}") for number in range(count)))


def _anything(dice: random.Random, name: str) -> Event:
    zone = dice.choice(ZONES)
    day = date(2025, 1, 1) + timedelta(days=dice.randrange(1400))
    # no hour that any zone skips or repeats: those have tests of their own
    hour, minute = dice.randrange(6, 20), dice.choice((0, 15, 30))
    length = dice.choice((1, 2, 45))
    title = dice.choice(
        (
            "Plain",
            "Commas, semicolons; back\\slashes",
            "Встреча глав государств — длинное название",
            "上海合作组织成员国元首理事会第二十一次会议在杜尚别举行",
            "قمة منظمة شنغهاي للتعاون",
            "🎉 Fête 🇹🇯 " * 8,
        )
    )
    more = {"zone": zone, "title": title, "tags": ("a", "б,в"), "busy": dice.random() < 0.1}
    match dice.randrange(10):
        case 0:
            return event(name, f"{day}", **more)
        case 1:
            return event(name, f"{day}/{day + timedelta(days=length)}", **more)
        case 2:
            return event(name, f"{day} {hour:02}:{minute:02}", **more)
        case 3:
            return event(name, f"{day} {hour:02}:{minute:02}/{hour + 2:02}:15", **more)
        case 4:
            return event(name, f"{day} 22:00/{day + timedelta(days=1)} 03:30", **more)
        case 5:
            return event(name, f"{day:%Y-%m}" + dice.choice(("", "?")), **more)
        case 6:
            return event(name, dice.choice((f"{day.year}-Q{day.month % 4 + 1}", f"{day.year}")), **more)
        case 7:
            rule = dice.choice(
                ("every day 40 times", "every 2 weeks", f"every month on the last {day:%a} until 2029-01-31")
            )
            if "last" in rule:
                day = max(
                    day.replace(day=1) + timedelta(days=n)
                    for n in range(31)
                    if (day.replace(day=1) + timedelta(days=n)).month == day.month
                    and f"{day.replace(day=1) + timedelta(days=n):%a}" == f"{day:%a}"
                )
            return event(name, f"{day} {hour:02}:{minute:02}/{hour + 1:02}:45", repeat=rule, **more)
        case 8:
            sixth = day + timedelta(days=6 * 7)
            moved, dropped = day + timedelta(days=7), day + timedelta(days=14)
            return event(
                name, f"{day} {hour:02}:{minute:02}/{hour + 1:02}:45", repeat="every week until 2029-06-30",
                exdates=(f"{dropped}",), also=(f"{day + timedelta(days=3)}",),
                exceptions={f"{moved}": f"{moved + timedelta(days=1)} 12:00/13:00", f"{sixth}": Status.CANCELLED}, **more,
            )  # fmt: skip
    return event(name, f"{day}", repeat="every year", **(more | {"title": "{nth} anniversary"}))


@pytest.mark.parametrize("name", READERS)
def test_every_reader_has_every_kind_of_event_but_those_that_it_is_known_to_misread(name):
    registry, _ = build_next(load(KINDS))
    last = date(2026, 12, 31)
    misread = MISREAD_KINDS.get(name, set())

    wanted, told = happens(registry, last), read(name, registry, last)
    if name == "emacs":
        wanted, told = by_day([each for each in wanted if each[1] >= "2025"]), by_day(told)

    assert [each for each in _by_kind(told) if each[0] not in misread] == [
        each for each in _by_kind(wanted) if each[0] not in misread
    ]


def _by_kind(told: Told) -> list[tuple[str, str, str]]:
    return sorted((uid.split("@")[0].split("+")[0], start, end or "") for uid, start, end in told)


@pytest.mark.parametrize("name", EXACT)
def test_every_reader_understands_300_events_of_every_kind_as_we_do_over_five_years(name):
    registry = registry_of_everything()
    own_zones = OWN_ZONES.get(name, set())
    registry = replace(
        registry, versions=tuple(each for each in registry.versions if each.event.timezone not in own_zones)
    )

    assert read(name, registry) == happens(registry, LAST)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("name", EXACT)
def test_every_reader_has_noon_at_noon_from_1990_to_2040(name, zone):
    skip_own_zones(name, zone)
    if (name, zone) == ("node-ical", "Africa/Cairo"):
        pytest.skip("the zone data of Node.js lack the pause of summer time in Cairo in 2010")
    # every fifth day falls on all days of the week, and so on both sides of every change in some year
    series = event("noon", "1990-01-01 12:00/12:30", zone, "every 5 days until 2040-12-31")
    last = date(LAST_YEARS.get(name, 2040), 12, 31)
    noons = [datetime(1990, 1, 1, 12) + timedelta(days=5 * number) for number in range(3726)]

    told = read(name, edition(series), last)

    assert [each[1] for each in told] == [
        _utc(each.replace(tzinfo=ZoneInfo(zone))) for each in noons if each.date() <= last
    ]


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(
    ("when", "zone", "repeat"),
    [
        ("2024-02-29", "Asia/Dushanbe", "every year"),
        ("2026-10-25 02:30/03:30", "Europe/Berlin", ""),  # a repeated hour
        ("2026-10-25 01:30/02:30", "Europe/Berlin", ""),
        ("2026-04-05 01:45", "Australia/Lord_Howe", ""),
        ("2025-12-30/2026-01-02", "Asia/Dushanbe", ""),
        ("2028-02-28/03-01", "Asia/Dushanbe", ""),
        ("2025-12-31 23:30/2026-01-01 00:30", "America/New_York", ""),
        ("2025-03-03 23:59", "Asia/Kathmandu", "every week until 2026-03-30"),
        ("2025-06-30 00:00", "Africa/Casablanca", "every month on the last Mon 30 times"),
        ("2027-02-01 18:00/19:00", "Africa/Casablanca", "every week until 2027-04-30"),
        ("2026-11-02 18:00/19:00", "America/Havana", "every week"),
        ("2025-01-07 18:00/19:00", "Europe/London", "every week"),  # vobject: same as UTC before its first onset
        ("2025-01-07 18:00/19:00", "Asia/Gaza", "every 3 days"),
        ("2025-03-16 02:30/04:00", "Europe/Berlin", "every week 3 times"),  # the last in a skipped hour
        ("2025-01-03 10:00/2025-01-05 16:00", "America/Nuuk", "every week until 2027-12-31"),
        ("2025-10-01 22:00/2025-10-02 08:00", "Pacific/Chatham", "every day until 2026-10-31"),
    ],
)
def test_every_reader_has_the_edges_of_years_hours_and_rules_where_we_have_them(name, when, zone, repeat):
    skip_own_zones(name, zone)
    if (name, when[11:16]) == ("libical", "02:30") and repeat:
        pytest.skip("libical has a test of its own for dates in a skipped hour")
    registry = edition(event("edge", when, zone, repeat))

    assert read(name, registry) == happens(registry, LAST)


@pytest.mark.parametrize("name", EXACT)
def test_a_series_that_begins_on_the_night_of_a_clock_change_has_its_hours_on_all_others(name):
    registry = edition(
        event("spring", "2025-03-29 22:00/2025-03-30 04:00", "Europe/Berlin", "every week 5 times"),
        event("autumn", "2025-10-25 22:00/2025-10-26 04:00", "Europe/Berlin", "every week 5 times"),
        event("island", "2025-09-28 02:15/03:45", "Pacific/Chatham", "every month on the fourth Sun 6 times"),
    )

    told, wanted = read(name, registry), happens(registry, LAST)
    if name == "sabre":  # overrides are no matter to it on a first date
        firsts = {each.event.when.span.start.astimezone(UTC).date().isoformat() for each in registry.versions}
        told, wanted = ([each for each in list_ if each[1][:10] not in firsts] for list_ in (told, wanted))

    assert told == wanted


def test_libical_shows_a_date_in_a_skipped_hour_twice_and_the_next_one_late_as_check_says():
    registry = edition(event("skipped", "2025-03-23 02:30/03:00", "Europe/Berlin", "every week 4 times"))

    starts = [start for _, start, _ in read("libical", registry)]

    assert starts == [
        "2025-03-23T01:30:00Z",
        "2025-03-30T01:30:00Z",
        "2025-03-30T01:30:00Z",
        "2025-04-06T01:30:00Z",  # 00:30 is right, as for the next
        "2025-04-13T00:30:00Z",
    ]


@pytest.mark.parametrize("name", EXACT)
def test_every_reader_shows_what_we_wrote_in_every_script(name):
    if name == "sabre":
        pytest.skip("version 2.1.7 of sabre/vobject leaves the backslashes of TEXT in")
    titles = ("a, b; c \\ d", "Двадцатая годовщина", "上海合作组织", "قمة شنغهاي", "🎉" * 30, 'He said: "no"')
    registry = edition(*(event(f"e{number}", "2025-09-16", title=title) for number, title in enumerate(titles)))

    told = READERS[name](feeds.render_calendar_feed(registry, TODAY, Filter()).body, LAST)

    assert [each[3] for each in told] == list(titles)


@pytest.mark.parametrize("name", EXACT)
def test_a_called_off_occurrence_is_called_off_everywhere_and_leaves_everywhere(name):
    registry = edition(
        event("weekly", "2025-01-07", repeat="every week 3 times", exceptions={"2025-01-14": Status.CANCELLED})
    )

    def told(today: date) -> list[tuple[str, str]]:
        feed = feeds.render_calendar_feed(registry, today, Filter()).body
        return [(each[1], each[3]) for each in READERS[name](feed, LAST)]

    assert told(date(2025, 1, 14)) == [
        ("2025-01-07", "Weekly"),
        ("2025-01-14", "Cancelled: Weekly"),
        ("2025-01-21", "Weekly"),
    ]
    assert told(date(2025, 1, 15)) == [("2025-01-07", "Weekly"), ("2025-01-21", "Weekly")]


def test_the_calendar_zone_alone_is_read_as_an_empty_calendar():
    feed = feeds.render_calendar_feed(edition(event("tbd", "TBD"), calendar=CALENDAR), TODAY, Filter()).body

    assert READERS["icalendar"](feed, LAST) == []
    assert READERS["vobject"](feed, LAST) == []
    assert b"BEGIN:VTIMEZONE" in feed


RARE_RULES = (
    ("2026-12-31", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    ("2026-01-05", "FREQ=YEARLY;BYDAY=MO,TU;BYSETPOS=1"),
    ("2026-05-18", "FREQ=YEARLY;BYDAY=20MO"),
    ("2026-05-11", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"),
    ("2027-01-01", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=FR"),
    ("2026-01-30", "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1"),
    ("2026-01-03", "FREQ=YEARLY;BYMONTH=1,2,3;BYDAY=SA,SU;BYSETPOS=1,-1"),
    ("2025-09-29", "FREQ=YEARLY;BYMONTH=3,9;BYDAY=MO;BYSETPOS=-1"),
    ("2026-01-01", "FREQ=YEARLY;BYMONTHDAY=1"),
    ("2026-02-13", "FREQ=YEARLY;BYMONTHDAY=13;BYDAY=FR"),
    ("2026-01-07", "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=-1"),
    ("2026-01-31", "FREQ=MONTHLY"),
    ("2024-02-29", "FREQ=YEARLY;BYMONTH=2"),
    ("2026-01-31", "FREQ=YEARLY;BYMONTH=1,4,7,10"),
    ("2026-01-30", "FREQ=YEARLY;BYMONTH=1,4;BYMONTHDAY=30,31"),
    ("2026-05-01", "FREQ=YEARLY;BYMONTH=4,5;BYMONTHDAY=-31"),
    ("2026-11-29", "FREQ=YEARLY;INTERVAL=2;BYMONTH=2,11;BYMONTHDAY=29,30"),
    ("2026-03-31", "FREQ=YEARLY;BYMONTH=3,6,9,12;BYMONTHDAY=-1"),
    ("2024-04-30", "FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=-1;BYDAY=TU"),
    ("2026-05-25", "FREQ=MONTHLY;BYMONTH=5;BYDAY=MO;BYMONTHDAY=-1,-2,-3,-4,-5,-6,-7"),
    ("2026-03-05", "FREQ=MONTHLY;BYMONTH=12,3;BYMONTHDAY=5"),
    ("2026-02-10", "FREQ=MONTHLY;INTERVAL=4;BYMONTH=2,3,10"),
    ("2026-03-10", "FREQ=MONTHLY;INTERVAL=5;BYMONTH=3"),
    ("2025-09-02", "FREQ=MONTHLY;BYMONTH=1,2,3,4,5,6,9,10,11,12;BYDAY=1TU,3TU"),
    ("2025-12-13", "FREQ=MONTHLY;BYMONTH=6,12;BYMONTHDAY=13,-1"),
    ("2027-04-07", "FREQ=MONTHLY;BYMONTHDAY=31,7;BYDAY=WE"),
    ("2026-09-30", "FREQ=YEARLY;BYMONTH=1,9;BYMONTHDAY=29,30;BYDAY=5WE"),
)


@pytest.mark.parametrize("name", EXACT)
def test_every_reader_has_the_dates_of_rules_that_some_would_misread(name):
    """Each is published in another spelling, or as dates, until the end of the last year that dates are written for."""
    cases = [case for case in RARE_RULES if not is_misread(name, case[1])]
    registry = edition(*(raw_series(f"rule-{number}", *case) for number, case in enumerate(cases)))
    last = date(TODAY.year + 2, 12, 31)

    found = [(uid.split("+")[0].split("@")[0], start) for uid, start, _ in read(name, registry, last)]
    wanted = [(uid.split("@")[0], start) for uid, start, _ in happens(registry, last)]

    assert sorted(found) == sorted(wanted)
    assert len({uid for uid, _ in wanted}) == len(cases)


@pytest.mark.parametrize("name", EXACT)
@pytest.mark.parametrize(
    ("frequencies", "is_published_as_dates", "last"),
    [
        (("DAILY", "WEEKLY", "MONTHLY", "YEARLY"), False, date(2040, 12, 31)),
        (("WEEKLY", "MONTHLY", "YEARLY"), True, date(TODAY.year + 2, 12, 31)),
    ],
)
def test_every_reader_has_every_date_of_two_hundred_rules(name, frequencies, is_published_as_dates, last):
    last = min(last, date(LAST_YEARS.get(name, 2040), 12, 31))
    series, wanted = series_of_rules(frequencies, is_published_as_dates)
    shown = [each for each in series if is_published_as_dates or not is_misread(name, each.rule.rrule)]
    names = {each.id for each in shown}
    first = f"{TODAY.year - 1}-01-01" if is_published_as_dates else ""

    told = [(uid.split("+")[0].split("@")[0], start) for uid, start, _ in read(name, edition(*shown), last)]

    assert sorted(told) == [each for each in wanted if each[0] in names and first <= each[1] <= last.isoformat()]


@cache
def series_of_rules(frequencies: tuple[str, ...], is_expanded: bool) -> tuple[list[Event], list[tuple[str, str]]]:
    """Returns the rules of tests.readers.rules that are published so, and every (id, date) until 2040."""
    series = [replace(event(f"rule-{number}", day), rule=rule) for number, (day, rule) in enumerate(rules())]
    assert len(series) >= 200
    shown = [
        each for each in series if each.rule.freq in frequencies and occurrences.needs_expansion(each) is is_expanded
    ]
    told = happens(edition(*shown), date(2040, 12, 31))
    return shown, sorted((uid.split("@")[0], start) for uid, start, _ in told)


def test_the_document_counts_the_kinds_and_rules_that_are_asked_for():
    text = " ".join((Path(__file__).parent.parent / "docs" / "readers.md").read_text(encoding="utf-8").split())
    asked = [rule.rrule for _, rule in rules()]

    assert f"the {len(load(KINDS).events)} kinds of events" in text
    assert f"over the {len(asked)} rules below and {len(MISREAD_RAW)} more" in text
    for name in MISREAD_RULES:
        assert f"{sum(not is_misread(name, rrule) for rrule in asked)} of {len(asked)} rules" in text


def is_misread(name: str, rrule: str) -> bool:
    return name in MISREAD_RULES and MISREAD_RULES[name].search(rrule) is not None


def raw_series(name: str, day: str, rrule: str) -> Event:
    single = event(name, day)
    return replace(single, rule=parse_rrule(rrule, single.when))


MISREAD_RAW = (
    *RARE_RULES,
    ("2028-02-29", "FREQ=YEARLY"),
    ("2028-02-29", "FREQ=YEARLY;COUNT=3"),
    ("2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYDAY=TU"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTH=1,3;BYMONTHDAY=-1"),
    ("2027-02-28", "FREQ=YEARLY;BYMONTH=2,4;BYMONTHDAY=28"),
    ("2026-02-10", "FREQ=MONTHLY;INTERVAL=4;BYMONTH=2,10"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTHDAY=31"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTHDAY=-1"),
    ("2027-02-28", "FREQ=YEARLY;BYMONTHDAY=-1"),
    ("2027-02-28", "FREQ=YEARLY;BYMONTHDAY=28,31"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTHDAY=-1;BYDAY=SU"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTHDAY=31;BYDAY=SU"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTHDAY=30,31;BYDAY=SU"),
    ("2028-02-29", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29"),
    ("2027-01-31", "FREQ=YEARLY;BYMONTH=1,12"),
    ("2027-02-15", "FREQ=YEARLY;BYDAY=7MO"),
    ("2027-10-25", "FREQ=YEARLY;BYDAY=-10MO"),
    ("2027-01-04", "FREQ=YEARLY;BYDAY=1MO,20TU"),
    ("2027-01-01", "FREQ=YEARLY;BYDAY=1MO,1FR;BYSETPOS=1"),
    ("2027-01-05", "FREQ=YEARLY;BYMONTHDAY=5,6,7;BYSETPOS=1"),
    ("2027-01-05", "FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5,6,7;BYSETPOS=1"),
    ("2027-01-04", "FREQ=YEARLY;BYDAY=MO,TU;BYMONTHDAY=1,2,3,4,5,6,7,8,9,10;BYSETPOS=1"),
    ("2027-03-01", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3,9;BYDAY=MO;BYSETPOS=1"),
    ("2027-01-01", "FREQ=YEARLY;BYYEARDAY=1,2,3;BYSETPOS=1"),
    ("2027-01-01", "FREQ=YEARLY;BYYEARDAY=1,100;BYDAY=FR"),
    ("2027-01-01", "FREQ=YEARLY;BYYEARDAY=1,-1"),
    ("2021-12-31", "FREQ=YEARLY;BYYEARDAY=-1;BYDAY=FR"),
    ("2027-12-31", "FREQ=YEARLY;BYWEEKNO=52;BYDAY=FR"),
    ("2026-12-31", "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=TH"),
    ("2025-12-29", "FREQ=YEARLY;BYWEEKNO=+1;BYDAY=MO"),
    ("2030-12-30", "FREQ=YEARLY;BYWEEKNO=-52;BYDAY=MO"),
    ("2025-12-29", "FREQ=YEARLY;BYWEEKNO=-53;BYDAY=MO"),
    ("2027-01-01", "FREQ=MONTHLY;BYMONTHDAY=1;BYSETPOS=1"),
    ("2027-01-04", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE,FR;BYSETPOS=1"),
)


@pytest.mark.parametrize(("name", "label"), [("ical.js", ICAL_JS), ("libical", LIBICAL), ("node-ical", NODE_ICAL)])
def test_a_reader_makes_of_a_rule_as_it_is_written_what_explain_says(name, label):
    cases = [*rules(), *((day, raw_rule(day, text)) for day, text in MISREAD_RAW)]
    last = date(2040, 12, 31)
    shown: dict[int, list[date]] = {number: [] for number in range(len(cases))}
    for uid, start, _, _ in READERS[name](raw_feed(cases), last):
        shown[int(uid)].append(date.fromisoformat(start))
    remarks: dict[str, set[bool]] = {}

    for number, (day, rule) in enumerate(cases):
        first = date.fromisoformat(day)
        misreading = next((each for each in misreadings(rule, first) if each.reader == label), None)
        read_as = replace(rule, rrule=misreading.read_as) if misreading and misreading.read_as else rule
        is_as_said = sorted(shown[number]) == [*iter_days(read_as, first, first, last)]
        if misreading and misreading.remark:
            remarks.setdefault(misreading.remark, set()).add(is_as_said)
            assert not is_as_said or "BYWEEKNO" in rule.rrule, (day, rule.rrule, misreading)
        else:
            assert is_as_said, (day, rule.rrule, misreading)
        assert misreading is None or published_rule(rule, first) != rule
    assert all(False in agreed for agreed in remarks.values())


@pytest.mark.parametrize(("name", "label"), [("ical.js", ICAL_JS), ("libical", LIBICAL)])
def test_a_reader_refuses_the_rules_that_explain_says_it_refuses(name, label):
    rule = raw_rule("2027-02-01", "FREQ=YEARLY;BYYEARDAY=32;BYMONTH=2")
    feed = raw_feed([("2027-02-01", rule)])

    assert label in [each.reader for each in misreadings(rule, date(2027, 2, 1)) if "refuses" in each.remark]
    with pytest.raises(AssertionError, match=r"BYYEARDAY|returned NULL"):
        READERS[name](feed, LAST)


def raw_rule(day: str, text: str) -> RecurrenceRule:
    return parse_rrule(text, parse_when(day, find_zone("UTC")))


def raw_feed(cases: list[tuple[str, RecurrenceRule]]) -> bytes:
    """Returns a calendar with the rules as they are written, each from its first day."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//raw"]
    for number, (day, rule) in enumerate(cases):
        begin, end = (f"{date.fromisoformat(day) + timedelta(days=days):%Y%m%d}" for days in (0, 1))
        lines += [
            "BEGIN:VEVENT",
            f"UID:{number}",
            "DTSTAMP:20200101T000000Z",
            f"SUMMARY:{number}",
            f"RRULE:{rule.rrule}",
        ]
        lines += [f"DTSTART;VALUE=DATE:{begin}", f"DTEND;VALUE=DATE:{end}", "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()
