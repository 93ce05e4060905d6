"""What an import makes of other people's .ics: each property, each odd form, and what is named as lost."""

from __future__ import annotations

import unicodedata
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from eventcal import importing, markup, registry
from eventcal.cli import cli
from eventcal.events import Place, Status, Text
from eventcal.importing import ImportContext, ImportingError, texts
from eventcal.importing.event_changes import changed_keys, describe_change
from eventcal.registry.characters import text_problem
from eventcal.when import find_zone

from .factories import plan_import, processor_seconds, write_import

WEEKLY = ("DTSTART;TZID=Europe/Berlin:20270105T100000", "DTEND;TZID=Europe/Berlin:20270105T110000", "RRULE:FREQ=WEEKLY")

ALL_DAY = "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"


def calendar(*events: tuple[str, ...], head: tuple[str, ...] = ()) -> str:
    lines = ["BEGIN:VCALENDAR", *head]
    for event in events:
        lines += ["BEGIN:VEVENT", *event, "END:VEVENT"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""])


def run(
    folder: Path, text: str | bytes, zone: str = "Asia/Dushanbe", **options: Any
) -> tuple[list[dict[str, Any]], list[str]]:
    """The entries that an import writes, without their ids, and what it says it lost. The registry passes `check`."""
    path = folder / "events.yaml"
    imported, merge = plan_import(path, text, "theirs.ics", ImportContext(zone, **options), "ics")
    write_import(merge)
    found = registry.read(path)
    assert [] == [str(problem) for problem in found.problems if not problem.warning]
    assert len(found.events) == len(merge.added)
    losses = [*imported.losses, *merge.losses]
    return [dict(event.fields) for event in imported.events], [f"{loss.what}: {loss.detail}" for loss in losses]


def one(folder: Path, *lines: str, **options: Any) -> tuple[dict[str, Any], list[str]]:
    [event], losses = run(folder, calendar(("UID:u", "SUMMARY:Talk", *lines)), **options)
    return event, losses


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART;VALUE=DATE:20270105"], "2027-01-05"),
        (["DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270106"], "2027-01-05"),
        (["DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270107"], "2027-01-05/06"),
        (["DTSTART;VALUE=DATE:20270105", "DURATION:P1W"], "2027-01-05/11"),
        (
            ["DTSTART;TZID=Asia/Dushanbe:20270105T000000", "DTEND;TZID=Asia/Dushanbe:20270107T000000", ALL_DAY],
            "2027-01-05/06",
        ),
        (["DTSTART;TZID=Asia/Dushanbe:20270105T000000", ALL_DAY], "2027-01-05"),
        (
            ["DTSTART;TZID=Asia/Dushanbe:20270105T000000", "DTEND;TZID=Asia/Dushanbe:20270105T120000", ALL_DAY],
            "2027-01-05 00:00/12:00",
        ),
        (
            ["DTSTART;TZID=Asia/Dushanbe:20270105T000000", "DTEND;TZID=Asia/Dushanbe:20270106T000000"],
            "2027-01-05 00:00/2027-01-06 00:00",
        ),
        (["DTSTART:20270105T100000Z"], "2027-01-05 10:00"),
        (["DTSTART;TZID=Asia/Dushanbe:20270105T100000", "DURATION:PT90M"], "2027-01-05 10:00/11:30"),
        (["DTSTART;TZID=Asia/Dushanbe:20270105T220000", "DURATION:P1DT2H"], "2027-01-05 22:00/2027-01-07 00:00"),
        (["DTSTART;TZID=Europe/Berlin:20270327T120000", "DURATION:P1D"], "2027-03-27 12:00/2027-03-28 12:00"),
        (["DTSTART;TZID=Europe/Berlin:20270327T120000", "DURATION:PT24H"], "2027-03-27 12:00/2027-03-28 13:00"),
        (["DTSTART;TZID=Asia/Dushanbe:20270105T100000", "DTEND:20270105T060000Z"], "2027-01-05 10:00/11:00"),
        (["DTSTART:20270105T100000", "DTEND:20270105T110000"], "2027-01-05 10:00/11:00"),
        (["DTSTART;TZID=Europe/Berlin:20270328T023000"], "2027-03-28 03:30"),
        (["DTSTART:2027-01-05T10:00:00+05:00", "DTEND:2027-01-05T07:00:00.000Z"], "2027-01-05 05:00/07:00"),
        (["DTSTART;TZID=Europe/Berlin:20270105T100000-0500"], "2027-01-05 15:00"),
    ],
)
def test_dates_are_as_precise_as_they_were(tmp_path: Path, lines: list[str], expected: str) -> None:
    event, _ = one(tmp_path, *lines)

    assert expected == event["when"]


def test_whole_days_of_exchange_in_utc_are_those_of_the_calendars_zone(tmp_path: Path) -> None:
    event, _ = one(tmp_path, "DTSTART:20270104T190000Z", "DTEND:20270106T190000Z", ALL_DAY, reader_zone="Asia/Dushanbe")

    assert ("2027-01-05/06", None) == (event["when"], event.get("timezone"))


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("20270104T220000Z", "20270106T220000Z", "2027-01-05/06"),  # of UTC+2
        ("20270327T230000Z", "20270328T220000Z", "2027-03-28"),  # of Berlin, which goes to summer time
        ("20270105T050000Z", "20270106T050000Z", "2027-01-05"),  # of UTC-5
        ("20270105T080000Z", "20270105T110000Z", "2027-01-05 08:00/11:00"),  # no whole day
    ],
)
def test_whole_days_of_exchange_in_utc_begin_at_the_nearest_midnight(
    tmp_path: Path, start: str, end: str, expected: str
) -> None:
    event, _ = one(tmp_path, f"DTSTART:{start}", f"DTEND:{end}", ALL_DAY)

    assert event["when"] == expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("CONFERENCE;VALUE=URI:https://meet.example/a", {"online": "https://meet.example/a"}),
        ("X-GOOGLE-CONFERENCE:https://meet.example/a", {"online": "https://meet.example/a"}),
        ("X-MICROSOFT-SKYPETEAMSMEETINGURL:https://teams.example/l/19%3a?c=a\\,b", {"online": "https://teams.example/l/19%3a?c=a,b"}),
        ("X-MICROSOFT-SKYPETEAMSMEETINGURL:", {}),
        ("LOCATION:https://zoom.example/j/1", {"online": "https://zoom.example/j/1"}),
        ("LOCATION:Room 5\\, https://zoom.example/j/1", {"place": "Room 5, https://zoom.example/j/1"}),
    ],
)  # fmt: skip
def test_the_address_of_an_online_meeting_is_kept(tmp_path: Path, line: str, expected: dict[str, str]) -> None:
    event, losses = one(tmp_path, "DTSTART;VALUE=DATE:20270105", line)

    assert expected == {key: event[key] for key in ("online", "place") if key in event}
    assert ("X-" in line and bool(expected)) is any("is published as `online`" in loss for loss in losses)


@pytest.mark.parametrize("break_", ["\\n", "<br>"])
def test_what_google_writes_around_the_address_of_a_meeting_is_left_out(tmp_path: Path, break_: str) -> None:
    rule = "-::~:~::~:~:~:~:~:~:~:~:~::~:~::-"
    block = break_.join([rule, "Join with Google Meet: https://meet.example/a", "Or dial: +1 555 0100 PIN: 7", rule])
    address = "X-GOOGLE-CONFERENCE:https://meet.example/a"

    event, losses = one(tmp_path, "DTSTART;VALUE=DATE:20270105", address, f"DESCRIPTION:Agenda follows.{break_}{block}")

    assert ("Agenda follows.", "https://meet.example/a") == (event["notes"], event["online"])
    assert any("the lines about the meeting were left out" in loss for loss in losses)


def test_a_block_with_the_only_address_of_a_meeting_stays(tmp_path: Path) -> None:
    event, _ = one(tmp_path, "DTSTART;VALUE=DATE:20270105", "DESCRIPTION:-::~:~:~:~::-\\nPIN 7\\n-::~:~:~:~::-")

    assert "PIN 7" in event["notes"]


def test_a_date_of_a_series_without_transp_is_as_busy_as_its_series(tmp_path: Path) -> None:
    master = ("UID:s", "SUMMARY:S", "TRANSP:OPAQUE", "DTSTART;VALUE=DATE:20270105", "RRULE:FREQ=WEEKLY")
    moved = ("UID:s", "SUMMARY:S", "RECURRENCE-ID;VALUE=DATE:20270112", "DTSTART;VALUE=DATE:20270113")

    [event], _ = run(tmp_path, calendar(master, moved))

    assert {"2027-01-12": {"when": "2027-01-13"}} == event["exceptions"]


@pytest.mark.parametrize(
    ("lines", "expected", "told"),
    [
        (["DTSTART:20270105T100000Z", "DTEND:20270105T100000Z"], "2027-01-05 10:00", "DTEND: it is not after"),
        (["DTSTART;VALUE=DATE:20270105", "DTEND;VALUE=DATE:20270105"], "2027-01-05", "DTEND: it is not after"),
        (["DTSTART;VALUE=DATE:20270105", "DTEND:20270105T100000Z"], "2027-01-05", "is an hour and DTSTART a day"),
        (["DTSTART:20270105T100000Z", "DTEND:soon"], "2027-01-05 10:00", "'soon' is not a date"),
        (["DTSTART:20270105T100000Z", "DURATION:-PT1H"], "2027-01-05 10:00", "DTEND: it is not after"),
    ],
)
def test_an_end_or_hour_that_cannot_be_meant_is_dropped_and_named(
    tmp_path: Path, lines: list[str], expected: str, told: str
) -> None:
    event, losses = one(tmp_path, *lines)

    assert expected == event["when"]
    assert any(told in loss for loss in losses), losses


@pytest.mark.parametrize(
    "lines", [[], ["DTSTART:"], ["DTSTART:20271305"], ["DTSTART:00010101T000000Z"], ["DTSTART:99990101"]]
)
def test_an_event_without_a_usable_date_is_left_out_and_named(tmp_path: Path, lines: list[str]) -> None:
    events, losses = run(tmp_path, calendar(("UID:u", "SUMMARY:X", *lines)))

    assert [] == events
    assert ["event without a date"] == [loss.split(":")[0] for loss in losses]


@pytest.mark.parametrize(
    ("rrule", "expected"),
    [
        ("FREQ=WEEKLY", {"repeat": "every week"}),
        ("FREQ=WEEKLY;INTERVAL=1;WKST=SU;BYDAY=TU", {"repeat": "every week on Tue"}),
        ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", {"repeat": "every 2 weeks"}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;WKST=SU", {"repeat": "every 2 weeks on Tue, Thu"}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU", {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,TU;WKST=SU"}),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;WKST=TH", {"rrule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR;WKST=TH"}),
        ("FREQ=MONTHLY;COUNT=6;BYDAY=TU;BYSETPOS=1", {"repeat": "every month on the first Tue 6 times"}),
        (
            "FREQ=MONTHLY;INTERVAL=2;BYDAY=TU;BYSETPOS=-1",
            {"repeat": "every 2 months on the last Tue"},
        ),
        ("FREQ=YEARLY;BYDAY=TU;BYMONTH=1;BYSETPOS=1", {"repeat": "every year on the first Tue"}),
        ("FREQ=MONTHLY;BYDAY=SU,MO,TU,WE,TH,FR,SA;BYSETPOS=5", {"repeat": "every month"}),
        ("FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=1", {"rrule": "FREQ=MONTHLY;BYDAY=TU,WE;BYSETPOS=1"}),
        ("FREQ=WEEKLY;BYDAY=TH,TU;UNTIL=20270301T085959Z", {"repeat": "every week on Tue, Thu until 2027-02-28"}),
        ("FREQ=WEEKLY;UNTIL=20270301T090000Z", {"repeat": "every week until 2027-03-01"}),
        ("FREQ=WEEKLY;UNTIL=20270301T100000", {"repeat": "every week until 2027-03-01"}),
        ("FREQ=DAILY;COUNT=5", {"repeat": "every day 5 times"}),
        ("FREQ=DAILY;COUNT=1500", {"repeat": "every day until 2031-02-12"}),
        ("FREQ=MONTHLY;BYMONTHDAY=05", {"repeat": "every month"}),
        ("FREQ=MONTHLY;BYDAY=1TU", {"repeat": "every month on the first Tue"}),
        ("FREQ=MONTHLY;BYDAY=+1TU;INTERVAL=3", {"repeat": "every 3 months on the first Tue"}),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5", {"repeat": "every year"}),
        ("FREQ=YEARLY;BYMONTH=1;BYDAY=1TU", {"repeat": "every year on the first Tue"}),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", {"repeat": "every month on the first Tue"}),
        ("FREQ=WEEKLY;UNTIL=99991231T235959Z", {"repeat": "every week"}),
        ("freq=weekly", {"repeat": "every week"}),
        ("FREQ=DAILY;BYHOUR=10;BYMINUTE=0", {"repeat": "every day"}),
    ],
)
def test_a_rule_is_written_in_words_where_these_say_the_same(
    tmp_path: Path, rrule: str, expected: dict[str, str]
) -> None:
    event, _ = one(tmp_path, *WEEKLY[:2], f"RRULE:{rrule}")

    assert expected == {key: event[key] for key in ("repeat", "rrule") if key in event}


@pytest.mark.parametrize(
    "rrule", ["FREQ=HOURLY", "FREQ=DAILY;BYHOUR=9,15", "COUNT=3", "FREQ=WEEKLY;RSCALE=CHINESE", ""]
)
def test_a_rule_that_cannot_be_carried_leaves_the_first_date_and_is_named(tmp_path: Path, rrule: str) -> None:
    event, losses = one(tmp_path, *WEEKLY[:2], f"RRULE:{rrule}")

    assert not event.keys() & {"repeat", "rrule"}
    assert any(loss.startswith("RRULE: ") and "only the first date" in loss for loss in losses)


def test_a_yearly_rule_from_29_february_keeps_leaving_years_out(tmp_path: Path) -> None:
    event, _ = one(tmp_path, "DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY")

    assert "FREQ=YEARLY" == event["rrule"]


def test_a_first_date_outside_its_rule_is_kept_beside_it(tmp_path: Path) -> None:
    event, losses = one(tmp_path, *WEEKLY[:2], "RRULE:FREQ=WEEKLY;BYDAY=FR;COUNT=3")

    assert ("2027-01-08 10:00/11:00", ["2027-01-05"]) == (event["when"], event["also"])
    assert "every week on Fri 2 times" == event["repeat"]
    assert any("DTSTART: its rule does not make 2027-01-05" in loss for loss in losses)


def test_dates_of_a_series_are_left_out_added_and_changed_as_the_file_says(tmp_path: Path) -> None:
    master = (
        "UID:s", "SUMMARY:S", *WEEKLY,
        "EXDATE;TZID=Europe/Berlin:20270112T100000", "EXDATE:20270119T090000Z", "EXDATE;VALUE=DATE:20270127",
        "RDATE;TZID=Europe/Berlin:20270107T100000", "RDATE;TZID=Europe/Berlin:20270108T150000",
    )  # fmt: skip
    moved = ("UID:s", "SUMMARY:S", "RECURRENCE-ID:20270126T090000Z", "DTSTART;TZID=Europe/Berlin:20270127T100000",
             "DTEND;TZID=Europe/Berlin:20270127T110000")  # fmt: skip
    off = ("UID:s", "SUMMARY:S", "RECURRENCE-ID;TZID=Europe/Berlin:20270202T100000", *WEEKLY[:2], "STATUS:CANCELLED")
    same = ("UID:s", "SUMMARY:S", "RECURRENCE-ID;TZID=Europe/Berlin:20270209T100000",
            "DTSTART;TZID=Europe/Berlin:20270209T100000", "DTEND;TZID=Europe/Berlin:20270209T110000")  # fmt: skip
    titled = ("UID:s", "SUMMARY:Guest", "RECURRENCE-ID;TZID=Europe/Berlin:20270216T100000",
              "DTSTART;TZID=Europe/Berlin:20270216T100000", "DTEND;TZID=Europe/Berlin:20270216T110000")  # fmt: skip

    events, losses = run(tmp_path, calendar(master, moved, off, same, titled))

    assert ["2027-01-12", "2027-01-19"] == events[0]["except"]
    assert ["2027-01-07"] == events[0]["also"]
    assert {
        "2027-01-26": {"when": "2027-01-27 10:00/11:00"},
        "2027-02-02": {"status": "cancelled"},
        "2027-02-16": {"title": "Guest"},
    } == events[0]["exceptions"]
    assert [("S", "2027-01-08 15:00/16:00")] == [(event["title"], event["when"]) for event in events[1:]]
    assert all("uid" not in event for event in events[1:])
    assert any("2027-01-27 is not a date of the series" in loss for loss in losses)


def test_a_date_of_another_length_or_hour_becomes_an_event_and_says_which(tmp_path: Path) -> None:
    once = (
        "DTSTART;TZID=Europe/Berlin:20270105T100000",
        "RDATE;VALUE=PERIOD:20270106T090000Z/PT2H,20270107T080000Z/PT1H",
    )
    events, losses = run(tmp_path, calendar(("UID:s", "SUMMARY:S", *once)))

    assert ["2027-01-05 10:00", "2027-01-06 10:00/12:00", "2027-01-07 09:00/10:00"] == [item["when"] for item in events]
    assert [
        "RDATE: 2027-01-06 10:00:00: an event of its own, for its length differs",
        "RDATE: 2027-01-07 09:00:00: an event of its own, for its hour differs",
    ] == losses


def test_a_date_of_another_hour_is_moved_and_left_out_like_any_other(tmp_path: Path) -> None:
    start = ("UID:u", "SUMMARY:Talk", "DTSTART:20270105T190000Z", "RDATE:20270107T210000Z,20270108T210000Z")
    moved = ("UID:u", "SUMMARY:Talk", "RECURRENCE-ID:20270107T210000Z", "DTSTART:20270109T210000Z")

    events, _losses = run(tmp_path, calendar((*start, "EXDATE:20270108T210000Z"), moved), "UTC")

    assert ["2027-01-05 19:00", "2027-01-09 21:00"] == [event["when"] for event in events]


@pytest.mark.parametrize("rule", [(), ("RRULE:FREQ=HOURLY",)])
def test_an_override_of_the_only_date_is_what_the_event_says(tmp_path: Path, rule: tuple[str, ...]) -> None:
    date = ("SUMMARY:Talk", "DTSTART:20270105T190000Z", "DTEND:20270105T200000Z", *rule)
    events = [
        ("UID:moved", *date),
        ("UID:moved", "SUMMARY:Big talk", "RECURRENCE-ID:20270105T190000Z", "DTSTART:20270106T190000Z"),
        ("UID:off", *date),
        ("UID:off", "SUMMARY:Talk", "RECURRENCE-ID:20270105T190000Z", "STATUS:CANCELLED"),
    ]

    [moved, off], _losses = run(tmp_path, calendar(*events), "UTC")

    assert ("moved", "Big talk", "2027-01-06 19:00") == (moved["uid"], moved["title"], moved["when"])
    assert ("off", "cancelled", "2027-01-05 19:00/20:00") == (off["uid"], off["status"], off["when"])


def test_what_is_private_of_a_series_is_published_at_none_of_its_dates(tmp_path: Path) -> None:
    weekly = ("SUMMARY:Talk", "DTSTART:20270105T190000Z", "RRULE:FREQ=WEEKLY;COUNT=5")
    date = ("SUMMARY:Talk", "RECURRENCE-ID:20270112T190000Z", "DTSTART:20270113T190000Z")
    events = [
        ("UID:open", *weekly),
        ("UID:open", *date, "CLASS:PRIVATE"),
        ("UID:closed", *weekly, "CLASS:CONFIDENTIAL"),
        ("UID:closed", *date),
    ]

    [event], losses = run(tmp_path, calendar(*events))

    assert ["2027-01-12"] == event["except"]
    assert 3 == sum(loss.startswith("CLASS:") for loss in losses)


def test_a_date_that_the_clocks_move_is_left_out_by_the_hour_that_they_show(tmp_path: Path) -> None:
    weekly = ("DTSTART;TZID=Europe/Berlin:20270321T023000", "RRULE:FREQ=WEEKLY;COUNT=3")
    event, losses = one(tmp_path, *weekly, "EXDATE:20270328T013000Z")

    assert (["2027-03-28"], []) == (event["except"], losses)


def test_this_and_future_cuts_the_rule_and_a_new_event_goes_on(tmp_path: Path) -> None:
    master = ("UID:s", "SUMMARY:S", *WEEKLY[:2], "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=10")
    later = (
        "UID:s", "SUMMARY:S in the big room", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20270126T100000",
        "DTSTART;TZID=Europe/Berlin:20270127T140000", "DTEND;TZID=Europe/Berlin:20270127T150000",
    )  # fmt: skip

    [first, second], losses = run(tmp_path, calendar(master, later))

    assert "every week on Tue until 2027-01-25" == first["repeat"]
    assert ("2027-01-27 14:00/15:00", "every week on Wed 7 times") == (second["when"], second["repeat"])
    assert any("a new event goes on" in loss for loss in losses)


def test_this_and_future_takes_the_dates_left_out_moved_and_changed_again_along(tmp_path: Path) -> None:
    def change(day: str, *lines: str, future: bool = True) -> tuple[str, ...]:
        return (
            "UID:s",
            "SUMMARY:S",
            f"RECURRENCE-ID;VALUE=DATE{';RANGE=THISANDFUTURE' if future else ''}:{day}",
            *lines,
        )

    [first, second, third], losses = run(
        tmp_path,
        calendar(
            ("UID:s", "SUMMARY:S", "DTSTART;VALUE=DATE:20270105", "RRULE:FREQ=WEEKLY;COUNT=8",
             "EXDATE;VALUE=DATE:20270112,20270126"),
            change("20270202", "DTSTART;VALUE=DATE:20270204", future=False),
            change("20270119", "DTSTART;VALUE=DATE:20270120"),
            change("20270216", "DTSTART;VALUE=DATE:20270218"),
        ),
    )  # fmt: skip

    assert ("every week until 2027-01-18", ["2027-01-12"]) == (first["repeat"], first["except"])
    assert ("2027-01-20", "every week until 2027-02-16") == (second["when"], second["repeat"])
    assert (["2027-01-27"], {"2027-02-03": {"when": "2027-02-04"}}) == (second["except"], second["exceptions"])
    assert ("2027-02-18", "every week 2 times") == (third["when"], third["repeat"])
    assert not any("ignored" in loss for loss in losses)


def test_this_and_future_from_the_first_date_on_leaves_one_event(tmp_path: Path) -> None:
    master = ("UID:s", "SUMMARY:S", "DTSTART;VALUE=DATE:20270105", "RRULE:FREQ=WEEKLY;COUNT=3")
    later = (
        "UID:s",
        "SUMMARY:S",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270105",
        "DTSTART;VALUE=DATE:20270106",
    )

    [event], _ = run(tmp_path, calendar(master, later))

    assert ("s", "2027-01-06", "every week 3 times") == (event["uid"], event["when"], event["repeat"])


@pytest.mark.parametrize(
    ("start", "rule", "recurrence", "moved", "expected"),
    [
        # a day of the month, moved by whole weeks
        ("20270115", "MONTHLY;BYMONTHDAY=15", "20270315", "20270322", ("every month", None)),
        # an UNTIL moves along, by days or by hours
        ("20270105", "WEEKLY;UNTIL=20270126", "20270119", "20270121", ("every week until 2027-01-28", None)),
        ("20270105T100000", "WEEKLY;UNTIL=20270126T100000Z", "20270119T100000", "20270119T140000",
         ("every week until 2027-01-26", None)),
        # no rule makes the day before each last Thursday, or the days after the 2nd and the 31st
        ("20270128", "MONTHLY;BYDAY=-1TH;COUNT=6", "20270325", "20270324", (None, ["2027-04-28", "2027-05-26", "2027-06-23"])),
        ("20270102", "MONTHLY;BYMONTHDAY=2,31;UNTIL=20270501", "20270302", "20270303", (None, ["2027-04-01", "2027-04-03"])),
        ("20270105", "DAILY;BYMONTH=1;UNTIL=20280102", "20270130", "20270203", (None, ["2027-02-04", "2028-01-05", "2028-01-06"])),
    ],
)  # fmt: skip
def test_this_and_future_moves_each_later_date_as_much(
    tmp_path: Path, start: str, rule: str, recurrence: str, moved: str, expected: tuple[str | None, list[str] | None]
) -> None:
    kind = ":" if "T" in start else ";VALUE=DATE:"
    master = ("UID:s", "SUMMARY:S", f"DTSTART{kind}{start}", f"RRULE:FREQ={rule}")
    change = ("UID:s", "SUMMARY:S", f"RECURRENCE-ID;RANGE=THISANDFUTURE{kind}{recurrence}", f"DTSTART{kind}{moved}")

    [_, later], losses = run(tmp_path, calendar(master, change), reader_zone="UTC")

    assert expected == (later.get("repeat"), later.get("also"))
    assert (expected[1] is not None) == any("no rule makes its dates as much later" in loss for loss in losses)


def test_this_and_future_takes_the_rdates_along_but_not_those_left_out(tmp_path: Path) -> None:
    master = (
        "UID:s", "SUMMARY:S", "DTSTART;TZID=Europe/Berlin:20270105T100000", "RRULE:FREQ=WEEKLY;COUNT=4",
        "RDATE;TZID=Europe/Berlin:20270107T100000,20270121T100000,20270122T180000,20270204T100000",
        "EXDATE;TZID=Europe/Berlin:20270204T100000",
    )  # fmt: skip
    change = (
        "UID:s", "SUMMARY:S", "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20270119T100000",
        "DTSTART;TZID=Europe/Berlin:20270120T120000", "DTEND;TZID=Europe/Berlin:20270120T130000",
    )  # fmt: skip

    [first, later, other_hour], losses = run(tmp_path, calendar(master, change))

    assert ("every week until 2027-01-18", ["2027-01-07"]) == (first["repeat"], first["also"])
    assert ("2027-01-20 12:00/13:00", ["2027-01-22"]) == (later["when"], later["also"])
    assert "2027-01-23 20:00/21:00" == other_hour["when"]
    assert not any("ignored" in loss for loss in losses)


@pytest.mark.parametrize(
    ("cancelled_from", "expected"),
    [
        ("20270105", [("cancelled", "every week 5 times")]),
        ("20270119", [(None, "every week until 2027-01-18"), (None, None), (None, "every week on Wed")]),
    ],
)
def test_what_is_cancelled_from_a_date_on_ends_there_and_may_go_on_later(
    tmp_path: Path, cancelled_from: str, expected: list[tuple[str | None, str | None]]
) -> None:
    def change(day: str, *lines: str) -> tuple[str, ...]:
        return ("UID:s", "SUMMARY:S", f"RECURRENCE-ID;VALUE=DATE{day}", *lines)

    is_all = cancelled_from == "20270105"
    master = ("UID:s", "SUMMARY:S", "DTSTART;VALUE=DATE:20270105", f"RRULE:FREQ=WEEKLY{';COUNT=5' if is_all else ''}")
    off = change(f";RANGE=THISANDFUTURE:{cancelled_from}", f"DTSTART;VALUE=DATE:{cancelled_from}", "STATUS:CANCELLED")
    again = (
        change(":20270126", "DTSTART;VALUE=DATE:20270127"),
        change(";RANGE=THISANDFUTURE:20270302", "DTSTART;VALUE=DATE:20270303", "RRULE:FREQ=WEEKLY;BYDAY=WE"),
    )

    events, losses = run(tmp_path, calendar(master, off, *(() if is_all else again)))

    assert expected == [(event.get("status"), event.get("repeat")) for event in events]
    assert is_all or any("from 2027-01-19 on it is cancelled: the series ends before" in loss for loss in losses)


def test_one_date_remains_of_a_period_and_the_date_that_the_rule_makes_at_its_start(tmp_path: Path) -> None:
    [series, long], _ = run(
        tmp_path, calendar(("UID:s", "SUMMARY:S", *WEEKLY, "RDATE;VALUE=PERIOD:20270112T090000Z/PT3H"))
    )

    assert (["2027-01-12"], "2027-01-12 10:00/13:00") == (series["except"], long["when"])


def test_an_exdate_takes_out_the_first_of_listed_dates_and_what_an_rdate_added_and_an_override_moved(
    tmp_path: Path,
) -> None:
    listed = ("UID:l", "SUMMARY:L", "DTSTART;VALUE=DATE:20270105", "RDATE;VALUE=DATE:20270109,20270107")
    series = (
        "UID:s",
        "SUMMARY:S",
        "DTSTART;VALUE=DATE:20270105",
        "RRULE:FREQ=WEEKLY;COUNT=2",
        "RDATE;VALUE=DATE:20270109",
    )
    moved = ("UID:s", "SUMMARY:S", "RECURRENCE-ID;VALUE=DATE:20270109", "DTSTART;VALUE=DATE:20270110")
    exdates = ("EXDATE;VALUE=DATE:20270105",), ("EXDATE;VALUE=DATE:20270109",)

    [first, second], losses = run(tmp_path, calendar((*listed, *exdates[0]), (*series, *exdates[1]), moved))

    assert ("2027-01-07", ["2027-01-09"]) == (first["when"], first["also"])
    assert ("2027-01-05", None, None) == (second["when"], second.get("also"), second.get("exceptions"))
    assert ["RECURRENCE-ID: 2027-01-09 is under EXDATE too"] == losses


def test_a_daily_rule_of_days_of_the_month_is_a_monthly_one(tmp_path: Path) -> None:
    rule = "FREQ=DAILY;INTERVAL=1;BYMONTHDAY=1,-1;COUNT=9"
    master = ("UID:s", "SUMMARY:S", "DTSTART;VALUE=DATE:20270101", f"RRULE:{rule}")
    change = (
        "UID:s",
        "SUMMARY:T",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270331",
        "DTSTART;VALUE=DATE:20270331",
    )

    [first, later], _ = run(tmp_path, calendar(master, change))

    assert "FREQ=MONTHLY;BYMONTHDAY=1,-1;UNTIL=20270330" == first["rrule"]
    assert "FREQ=MONTHLY;BYMONTHDAY=1,-1;COUNT=4" == later["rrule"]


def test_this_and_future_from_an_rdate_on_keeps_the_dates_of_the_rule(tmp_path: Path) -> None:
    master = (
        "UID:s", "SUMMARY:S", "DTSTART;VALUE=DATE:20270105", "RRULE:FREQ=MONTHLY;UNTIL=20270501",
        "RDATE;VALUE=DATE:20270220",
    )  # fmt: skip
    change = (
        "UID:s",
        "SUMMARY:T",
        "RECURRENCE-ID;RANGE=THISANDFUTURE;VALUE=DATE:20270220",
        "DTSTART;VALUE=DATE:20270220",
    )

    [first, later], _ = run(tmp_path, calendar(master, change))

    assert "every month until 2027-02-19" == first["repeat"]
    assert ("2027-02-20", ["2027-03-05", "2027-04-05"]) == (later["when"], later["also"])


@pytest.mark.parametrize(
    ("zone", "until", "last"),
    [
        ("Europe/Berlin", "20270118T230000Z", "2027-01-19"),  # midnight there, as Exchange writes the last start
        ("Europe/Berlin", "20270119T225959Z", "2027-01-19"),
        ("America/New_York", "20270120T045959Z", "2027-01-19"),
        ("America/New_York", "20270119T000000Z", "2027-01-19"),
        ("", "20270118T230000Z", "2027-01-18"),
    ],
)
def test_an_until_in_utc_ends_whole_days_with_the_day_of_the_calendars_zone(
    tmp_path: Path, zone: str, until: str, last: str
) -> None:
    event, _losses = one(tmp_path, "DTSTART;VALUE=DATE:20270105", f"RRULE:FREQ=DAILY;UNTIL={until}", reader_zone=zone)

    assert f"every day until {last}" == event["repeat"]


@pytest.mark.parametrize(
    ("start", "until", "repeat", "is_named"),
    [
        ("DTSTART:20270105T100000Z", "20270119", "every week until 2027-01-19", True),
        ("DTSTART;TZID=Europe/Berlin:20270105T100000", "20270119", "every week until 2027-01-19", True),
        ("DTSTART;VALUE=DATE:20270105", "20270119T225959Z", "every week until 2027-01-19", True),
        ("DTSTART;VALUE=DATE:20270105", "20270119", "every week until 2027-01-19", False),
        ("DTSTART:20270105T100000Z", "20270119T100000Z", "every week until 2027-01-19", False),
    ],
)
def test_an_until_of_another_type_than_the_start_includes_its_day_and_is_named(
    tmp_path: Path, start: str, until: str, repeat: str, is_named: bool
) -> None:
    event, losses = one(tmp_path, start, f"RRULE:FREQ=WEEKLY;UNTIL={until}")

    assert event["repeat"] == repeat
    assert is_named is any(loss.startswith("RRULE: UNTIL=") and "counts as its last day" in loss for loss in losses)


def test_dates_left_out_moved_and_added_reach_every_rule_of_an_event(tmp_path: Path) -> None:
    rules = ("RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=4", "RRULE:FREQ=WEEKLY;BYDAY=TH;COUNT=4")
    events, losses = run(
        tmp_path,
        calendar(
            ("UID:s", "SUMMARY:S", "DTSTART;VALUE=DATE:20270105", *rules,
             "EXDATE;VALUE=DATE:20270112,20270114,20270115", "RDATE;VALUE=DATE:20270121,20270122"),
            ("UID:s", "SUMMARY:S", "RECURRENCE-ID;VALUE=DATE:20270121", "DTSTART;VALUE=DATE:20270123"),
        ),
    )  # fmt: skip

    assert [(event["when"], event["repeat"], event["except"]) for event in events] == [
        ("2027-01-05", "every week on Tue 4 times", ["2027-01-12"]),
        ("2027-01-07", "every week on Thu 3 times", ["2027-01-14"]),
    ]
    assert events[0]["also"] == ["2027-01-22"]
    assert events[1]["exceptions"] == {"2027-01-21": {"when": "2027-01-23"}}
    assert ["EXDATE: 2027-01-15 is not a date of the series; ignored"] == [
        loss for loss in losses if loss.startswith("EXDATE")
    ]


def test_a_date_of_two_rules_is_one_date(tmp_path: Path) -> None:
    [daily, weekly], losses = run(
        tmp_path,
        calendar(("UID:s", "SUMMARY:S", "DTSTART:20270105T100000Z", "RRULE:FREQ=DAILY;COUNT=2", "RRULE:FREQ=WEEKLY;COUNT=3")),
    )  # fmt: skip

    assert ("every day 2 times", "every week 3 times", ["2027-01-05"]) == (
        daily["repeat"], weekly["repeat"], weekly["except"],
    )  # fmt: skip
    assert any("a further rule became an event: every week 3 times, without 1 date" in loss for loss in losses)


def test_of_a_thousand_rules_of_one_event_fifty_are_read(tmp_path: Path) -> None:
    rules = [f"RRULE:FREQ=WEEKLY;COUNT={number}" for number in range(2, 1002)]

    events, losses = run(tmp_path, calendar(("UID:s", "SUMMARY:S", "DTSTART:20270105T100000Z", *rules)))

    assert 1 <= len(events) <= 50
    assert "RRULE: 1000 rules: only the first 50 were read" in losses


@pytest.mark.parametrize(
    ("rules", "repeat", "told"),
    [
        (("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2"), "every week", "makes no date that the first rule does not"),
        (("FREQ=HOURLY", "FREQ=WEEKLY"), "every week", "a rule makes one start a day at most"),
    ],
)
def test_a_rule_that_adds_nothing_or_cannot_be_read_leaves_the_other(
    tmp_path: Path, rules: tuple[str, ...], repeat: str, told: str
) -> None:
    event, losses = one(tmp_path, *WEEKLY[:2], *(f"RRULE:{rule}" for rule in rules))

    assert event["repeat"] == repeat
    assert any(told in loss for loss in losses)


def test_a_part_of_a_rule_that_is_given_twice_is_named(tmp_path: Path) -> None:
    event, losses = one(tmp_path, "DTSTART;VALUE=DATE:20270105", "RRULE:FREQ=DAILY;FREQ=WEEKLY;COUNT=3")

    assert "every day 3 times" == event["repeat"]
    assert any("FREQ is given twice; FREQ=DAILY was taken" in loss for loss in losses)


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("/freeassociation.sourceforge.net/Europe/Berlin", "Europe/Berlin"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ('"(UTC-05:00) Eastern Time (US & Canada)"', "America/New_York"),
        ('"(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"', "Europe/Amsterdam"),
        ("(GMT+01.00) Sarajevo / Skopje / Warsaw / Zagreb", "Europe/Sarajevo"),
        ('"(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi"', "Asia/Kolkata"),
        ('"(UTC+00:00) Dublin, Edinburgh, Lisbon, London"', "Europe/Dublin"),
        ("(UTC) Coordinated Universal Time", "UTC"),
        ('"(UTC-03:00) Brasilia"', "Etc/GMT+3"),
        ('"(UTC-05:00) Guadalajara, Mexico City, Monterrey"', "Etc/GMT+5"),
        ("Customized Time Zone", "America/New_York"),
        ("CET", "Europe/Paris"),
        ("EST", "America/New_York"),
        ("CST", "Asia/Dushanbe"),
        ("Nowhere at all", "Asia/Dushanbe"),
    ],
)
def test_zones_by_path_windows_name_and_offsets(tmp_path: Path, tzid: str, zone: str) -> None:
    custom = """\
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16011104T020000
RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=11
TZOFFSETFROM:-0400
TZOFFSETTO:-0500
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010311T020000
RRULE:FREQ=YEARLY;BYDAY=2SU;BYMONTH=3
TZOFFSETFROM:-0500
TZOFFSETTO:-0400
END:DAYLIGHT
END:VTIMEZONE"""
    event = ("UID:u", "SUMMARY:X", f"DTSTART;TZID={tzid}:20270105T100000")
    [found], losses = run(tmp_path, calendar(event, head=tuple(custom.split("\n"))))

    assert (zone, "2027-01-05 10:00") == (found.get("timezone", "Asia/Dushanbe"), found["when"])
    assert any(loss.startswith("TZID") for loss in losses)


def test_letters_that_the_calendar_itself_defines_mean_its_offsets(tmp_path: Path) -> None:
    panama = ("TZID:EST", "BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETFROM:-0500", "TZOFFSETTO:-0500")
    head = ("BEGIN:VTIMEZONE", *panama, "END:STANDARD", "END:VTIMEZONE")
    [event], _ = run(tmp_path, calendar(("UID:u", "SUMMARY:X", "DTSTART;TZID=EST:20270705T100000"), head=head))

    assert timedelta(hours=-5) == datetime(2027, 7, 5, tzinfo=find_zone(event["timezone"])).utcoffset()


def test_the_letters_of_a_calendars_own_zone_are_a_place(tmp_path: Path) -> None:
    text = calendar(("UID:u", "SUMMARY:X", "DTSTART:20270705T100000Z"), head=("X-WR-TIMEZONE:CET",))

    [event], _ = run(tmp_path, text)

    assert ("2027-07-05 12:00", "Europe/Paris") == (event["when"], event["timezone"])
    assert "Europe/Paris" == importing.guess_zone(text.encode())


def test_a_new_registry_takes_the_zone_of_most_hours_also_by_its_windows_name() -> None:
    hours = b'DTSTART;TZID="W. Europe Standard Time":20270105T100000\r\nDTSTART;TZID=Customized Time Zone:20270105T100000\r\n'

    assert "Europe/Berlin" == importing.guess_zone(hours)
    assert "Asia/Tokyo" == importing.guess_zone(hours + b"DTSTART;TZID=Asia/Tokyo:20270105T100000\r\n" * 2)


def test_hours_in_utc_are_shown_on_the_calendars_own_clock(tmp_path: Path) -> None:
    text = calendar(("UID:u", "SUMMARY:X", "DTSTART:20270105T100000Z"), head=("X-WR-TIMEZONE:Europe/Berlin",))

    [event], _ = run(tmp_path, text)

    assert ("2027-01-05 11:00", "Europe/Berlin") == (event["when"], event["timezone"])


def test_texts_places_tags_and_status(tmp_path: Path) -> None:
    event, losses = one(
        tmp_path,
        "DTSTART;VALUE=DATE:20270105",
        "LOCATION:Hall 2\\, left\\nMain Street 1",
        "GEO:38.56;68.77",
        "CATEGORIES:Work/Home,http://schemas.example.org/event,ok",
        "CATEGORIES:second line",
        "STATUS:TENTATIVE",
        "TRANSP:OPAQUE",
        "URL:https://example.org/talk",
        "SEQUENCE:12",
        "ATTENDEE:mailto:a@example.org",
        "ATTENDEE:mailto:b@example.org",
        "ATTACH:https://example.org/file.pdf",
    )

    assert {
        "title": "Talk",
        "when": "2027-01-05",
        "place": {"name": "Hall 2, left, Main Street 1", "lat": "38.560000", "lon": "68.770000"},
        "tags": ["Work-Home", "ok", "second line"],
        "status": "tentative",
        "busy": "true",
        "url": "https://example.org/talk",
        "uid": "u",
        "sequence": "12",
    } == event
    assert [
        "ATTACH: the registry has no key for it",
        "ATTENDEE: 2 left out: people's addresses are not published",
        "CATEGORIES: 'Work/Home' became 'Work-Home'",
        "CATEGORIES: 'http://schemas.example.org/event' cannot be a tag",
    ] == sorted(losses)


def test_a_title_is_one_line_and_made_where_there_is_none(tmp_path: Path) -> None:
    day = "DTSTART;VALUE=DATE:20270105"
    events, losses = run(
        tmp_path,
        calendar(
            ("UID:1", "SUMMARY:Two\\nlines", day),
            ("UID:2", day),
            ("UID:3", "SUMMARY;LANGUAGE=ru:Встреча", day),
            ("UID:4", "SUMMARY:Call {nth} of {n}", day),
        ),
    )

    assert ["Two lines", "Untitled event", {"ru": "Встреча"}] == [event["title"] for event in events[:3]]
    assert any(loss.startswith("SUMMARY: there is none") for loss in losses)
    assert "Call (nth) of (n)" == registry.read(tmp_path / "events.yaml").events[3].title.in_language("en")


def test_ids_are_made_from_titles_of_any_script_and_are_unique(tmp_path: Path) -> None:
    titles = ["Встреча", "Same", "Same", "会议", "Same"]
    run(tmp_path, calendar(*((f"UID:{n}", f"SUMMARY:{t}", "DTSTART:20270105T100000Z") for n, t in enumerate(titles))))

    ids = [event.id for event in registry.read(tmp_path / "events.yaml").events]
    assert ["vstrecha", "same", "same-2027-01-05-10-00"[:15], "huiyi", "same-2"] == ids


def test_what_is_private_is_left_out_unless_asked_for(tmp_path: Path) -> None:
    text = calendar(("UID:u", "SUMMARY:X", "DTSTART;VALUE=DATE:20270105", "CLASS:PRIVATE"))

    events, losses = run(tmp_path, text)
    assert ([], ["CLASS:PRIVATE: the event is private; --private imports it"]) == (events, losses)

    (tmp_path / "events.yaml").unlink()
    assert 1 == len(run(tmp_path, text, with_private=True)[0])


def test_tasks_and_journals_are_named_and_left(tmp_path: Path) -> None:
    text = "BEGIN:VCALENDAR\nBEGIN:VTODO\nSUMMARY:Do\nEND:VTODO\nBEGIN:VJOURNAL\nEND:VJOURNAL\nEND:VCALENDAR\n"

    assert ([], ["VTODO: a task is not an event", "VJOURNAL: a journal entry is not an event"]) == run(tmp_path, text)


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:20270105\nthis is no line\nEND:VEVENT\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:20270105",
        "BEGIN:VEVENT\nSUMMARY:A\nDTSTART:20270105\nEND:VEVENT\n",
        "\ufeffBEGIN:VCALENDAR\r\rBEGIN:VEVENT\rSUMMARY:A\rDTSTART:20270105\rEND:VEVENT\rEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nsummary:A\ndtstart;value=date:20270105\nEND:VALARM\nEND:VEVENT\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUM\n MARY:A\nDTSTART;=;X:20270105\nDTSTART:20270105\nEND:VEVENT\nEND:VCALENDAR",
        "junk\nBEGIN:VCALENDAR\n\n;:\nBEGIN:VEVENT\nSUMMARY:A\nDTSTART:2027-01-05\nEND:VEVENT\nEND:VCALENDAR",
    ],
)
def test_a_broken_line_loses_no_file(tmp_path: Path, text: str) -> None:
    [event], _ = run(tmp_path, text)

    assert ("2027-01-05", "A") == (event["when"], event["title"][:1])


def test_a_file_that_is_not_utf8_is_read(tmp_path: Path) -> None:
    data = calendar(("UID:u", "SUMMARY:Café", "DTSTART:20270105")).encode("cp1252")

    [event], losses = run(tmp_path, data)

    assert "Café" == event["title"]
    assert any("Windows-1252" in loss for loss in losses)


@pytest.mark.parametrize("data", [b"", b"<html></html>", b"hello"])
def test_what_is_no_calendar_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(ImportingError, match="BEGIN:VCALENDAR"):
        importing.read_source(data, "x", "ics", ImportContext())


def test_one_uid_with_copies_and_with_different_events(tmp_path: Path) -> None:
    old = ("UID:u", "SUMMARY:Old", "DTSTART:20270105", "SEQUENCE:1")
    new = ("UID:u", "SUMMARY:New", "DTSTART:20270105", "SEQUENCE:2")
    other = ("UID:u", "SUMMARY:Other", "DTSTART:20270301")

    events, losses = run(tmp_path, calendar(old, new, other))

    assert [("New", "u"), ("Other", None)] == [(event["title"], event.get("uid")) for event in events]
    assert 2 == sum(loss.startswith("UID") for loss in losses)


def test_of_a_date_that_moved_twice_the_newer_copy_is_kept(tmp_path: Path) -> None:
    series = ("UID:s", "SUMMARY:S", *WEEKLY)
    date = ("UID:s", "SUMMARY:S", "RECURRENCE-ID;TZID=Europe/Berlin:20270112T100000")
    newer = (
        *date,
        "DTSTART;TZID=Europe/Berlin:20270114T100000",
        "DTEND;TZID=Europe/Berlin:20270114T110000",
        "SEQUENCE:2",
    )
    older = (
        *date,
        "DTSTART;TZID=Europe/Berlin:20270113T100000",
        "DTEND;TZID=Europe/Berlin:20270113T110000",
        "SEQUENCE:1",
    )

    [event], losses = run(tmp_path, calendar(series, newer, older))

    assert {"2027-01-12": {"when": "2027-01-14 10:00/11:00"}} == event["exceptions"]
    assert ["RECURRENCE-ID: an older copy of the same date"] == losses


def test_of_an_event_before_and_after_it_moved_the_newer_is_kept(tmp_path: Path) -> None:
    before = ("UID:u", "SUMMARY:Talk", "DTSTART:20270105")
    after = ("UID:u", "SUMMARY:Talk", "DTSTART:20270107", "SEQUENCE:1")

    events, losses = run(tmp_path, calendar(before, after))

    assert ["2027-01-07"] == [event["when"] for event in events]
    assert ["UID: an older copy of the same event"] == losses


@pytest.mark.parametrize("beginning", ["<a ", "<!-- "])
def test_html_without_an_end_keeps_its_words_however_often_it_begins(beginning: str) -> None:
    text = beginning * 60_000  # minutes, if the end is looked for from each beginning

    assert f"Doors at 7{text.strip()}" == texts.html_to_text(f"<p>Doors at 7{text}")


def test_cells_and_terms_of_a_page_are_apart() -> None:
    page = "<table><tr><th>Winter</th><td>15 June</td></tr></table><dl><dt>When</dt><dd>5 May</dd></dl>"

    assert "Winter | 15 June\n\nWhen\n\n5 May" == texts.html_to_text(page)
    assert "Papers on 19 May\n\nTalks on 5 June" == texts.html_to_text(
        "<p>Papers <s>5 May</s>on 19 May<s></p><p>Talks on 5 June</p>"
    )


@pytest.mark.parametrize(
    "text",
    [
        "one\ntwo\n\nthree",
        "1. first\n2) second",
        "- a\n* b\n+ c",
        "# no heading\n=====\n---",
        "a * b * c, x_y_z, `tick`, [no](link), <b>bold</b>",
        "    indented\n\tmore",
        "AT&amp;T &copy; & so",
        "back\\slash \\* star",
        "> quote | pipe ~~x~~",
        "https://example.org/a_b?c=*d*&e=1, and (https://example.org/x_y).",
    ],
)
def test_plain_text_stays_plain_and_keeps_its_lines(text: str) -> None:
    import html
    import re

    shown = markup.to_html(texts.plain_to_markdown(text))
    words = html.unescape(re.sub(r"<[^>]+>", "", shown.replace("<br>", "").replace("</p>", "\n")))

    assert [line.strip() for line in text.split("\n") if line.strip()] == [
        line.strip() for line in words.split("\n") if line.strip()
    ]


def test_the_entities_of_a_sites_program_are_the_signs_that_they_stand_for(tmp_path: Path) -> None:
    texts_of_site = (
        "SUMMARY:Fair &#8211; R&D\\; &amp\\; more",
        "LOCATION:Bell &amp\\; Sons",
        "CATEGORIES:Caf&eacute\\;",
    )

    [event], losses = run(tmp_path, calendar(("UID:u", "DTSTART;VALUE=DATE:20270105", *texts_of_site)))

    assert ("Fair – R&D; & more", "Bell & Sons", ["Café"]) == (event["title"], event["place"], event["tags"])
    assert not [loss for loss in losses if "CATEGORIES" in loss]


def test_a_quotation_mark_or_colon_may_be_escaped_though_it_need_not(tmp_path: Path) -> None:
    lines = (r"SUMMARY:Read \"Faust\"\: part 1", r"LOCATION:C:\\\"Hall\"")

    [event], _ = run(tmp_path, calendar(("UID:u", "DTSTART;VALUE=DATE:20270105", *lines)))

    assert ('Read "Faust": part 1', 'C:\\"Hall"') == (event["title"], event["place"])


def test_html_becomes_text_with_its_links(tmp_path: Path) -> None:
    event, losses = one(
        tmp_path,
        "DTSTART:20270105",
        'DESCRIPTION:<p>Hello\\, <b>all</b><br>see <a href="https://example.org/a">the page</a></p><ul><li>one<li>two *',
    )

    assert "Hello, all\\\nsee [the page](<https://example.org/a>)\n- one\n- two \\*" == event["notes"]
    assert "DESCRIPTION: HTML became text" in losses


def test_plain_text_with_marks_of_letters_keeps_its_lines(tmp_path: Path) -> None:
    event, _ = one(tmp_path, "DTSTART:20270105", "DESCRIPTION:Group\\nTuesday\\n\\nTalk about <b>x</b>")

    assert "Group\\\nTuesday\n\nTalk about x" == event["notes"]


@pytest.mark.parametrize(
    ("tzid", "zone"),
    [
        ("GMT+0200", "Etc/GMT-2"),
        ("UTC-5", "Etc/GMT+5"),
        ('"tzone://Microsoft/Utc"', "UTC"),
        ("tzone://Microsoft/Utc", "UTC"),
    ],
)
def test_a_zone_that_is_named_by_its_offset_needs_no_vtimezone(tmp_path: Path, tzid: str, zone: str) -> None:
    event, losses = one(tmp_path, f"DTSTART;TZID={tzid}:20270105T100000")

    assert ("2027-01-05 10:00", zone) == (event["when"], event["timezone"])
    assert [f"TZID: {tzid.strip(chr(34))!r} is written as {zone}"] == losses


def test_any_bytes_are_an_answer_and_never_a_traceback(tmp_path: Path) -> None:
    import random

    source = calendar(
        ("UID:u", "SUMMARY:S", *WEEKLY, "EXDATE:20270112T090000Z", "GEO:1;2", "DESCRIPTION:<p>a", "CATEGORIES:a,b"),
        ("UID:u", "SUMMARY:S", "RECURRENCE-ID:20270119T090000Z", *WEEKLY[:2]),
    ).encode()
    choose = random.Random(7)
    for number in range(300):
        octets = bytearray(source)
        for _ in range(choose.randint(1, 12)):
            octets[choose.randrange(len(octets))] = choose.choice(b"\r\n;:,=Z019TX\\\xff\x00 ")
        folder = tmp_path / str(number)
        folder.mkdir()
        try:
            events, _ = run(folder, bytes(octets))
        except ImportingError:
            assert not octets.startswith(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")
        else:
            assert all(event["when"] for event in events)


# The command


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("EVENTCAL_REGISTRY", raising=False)
    return lambda *words: CliRunner().invoke(cli, list(words))


FIRST = calendar(
    ("UID:1", "SUMMARY:Lunch", "DTSTART;TZID=Europe/Berlin:20270105T120000", "SEQUENCE:1"),
    ("UID:2", "SUMMARY:Dinner", "DTSTART;VALUE=DATE:20270106"),
    head=("X-WR-CALNAME:Meals",),
)
SECOND = FIRST.replace("T120000", "T130000").replace("SEQUENCE:1", "SEQUENCE:2").replace("UID:2", "UID:3")


def test_two_commands_lead_from_a_strangers_file_to_a_calendar(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)

    done = shell("import", "meals.ics")

    assert (0, "events.yaml: 2 added, 0 changed, 0 unchanged\n") == (done.exit_code, done.stdout)
    found = registry.read(tmp_path / "events.yaml")
    assert found.calendar is not None
    assert ("meals", "Europe/Berlin") == (found.calendar.id, found.calendar.timezone)
    assert 0 == shell("check").exit_code


def test_a_newer_copy_changes_what_changed_and_nothing_else(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)
    shell("import", "meals.ics")
    path = tmp_path / "events.yaml"
    edited = path.read_text().replace("title: Lunch\n", "title: Lunch   # with soup\n    reminders: [on change]\n")
    path.write_text(edited)
    (tmp_path / "meals.ics").write_text(SECOND)

    done = shell("import", "meals.ics")

    assert [
        "lunch: when: 2027-01-05 12:00 -> 2027-01-05 13:00",
        "lunch: sequence: 1 -> 2",
        "not in this source, left as they are: dinner",
        "events.yaml: 1 added, 1 changed, 0 unchanged",
    ] == done.stdout.splitlines()
    kept = path.read_text().split("  - id: dinner-2027-01-06")[0]
    assert edited.replace("12:00", "13:00").replace("sequence: 1", "sequence: 2") == kept


def test_of_the_dates_of_a_series_those_that_differ_are_listed() -> None:
    old = {"2027-01-12": {"place": "Hall"}, "2027-01-19": {"place": "Hall"}}
    new = {"2027-01-12": {"place": "Hall"}, "2027-01-19": {"status": "cancelled"}}
    assert (
        describe_change("exceptions", old, new)
        == 'exceptions: {"2027-01-19": {"place": "Hall"}} -> {"2027-01-19": {"status": "cancelled"}}'
    )
    assert describe_change("except", ["2027-01-12"], ["2027-01-12", "2027-01-19"]) == 'except: ["2027-01-19"]'
    assert describe_change("also", ["2027-01-12", "2027-01-19"], ["2027-01-19"]) == 'also: ["2027-01-12"] removed'
    assert changed_keys({"except": ["2027-01-19", "2027-01-12"]}, {"except": ["2027-01-12", "2027-01-19"]}, "") == {}


def test_an_update_or_cancellation_of_one_date_leaves_its_series(tmp_path: Path, shell: Any) -> None:
    weekly = ("UID:s", "SUMMARY:Class", "DTSTART:20270105T180000Z", "RRULE:FREQ=WEEKLY;COUNT=6", "SEQUENCE:1")
    moved = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270112T180000Z", "DTSTART:20270113T190000Z", "LOCATION:Hall")
    off = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270119T180000Z", "DTSTART:20270119T180000Z", "SEQUENCE:2")
    foreign_zone = (
        "UID:s",
        "SUMMARY:Class",
        "RECURRENCE-ID;TZID=Asia/Tokyo:20270203T030000",
        "DTSTART;TZID=Asia/Tokyo:20270203T040000",
        "STATUS:TENTATIVE",
    )
    floating = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270209T180000", "DTSTART:20270209T190000")
    later = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID;RANGE=THISANDFUTURE:20270126T180000Z", "DTSTART:20270127T180000Z")
    once = ("UID:o", "SUMMARY:Concert", "DTSTART:20270301T190000Z")
    messages = {
        "series.ics": calendar(weekly, once),
        "moved.ics": calendar(moved, head=("METHOD:REQUEST",)),
        "off.ics": calendar(off, once, head=("METHOD:CANCEL",)),
        "again.ics": calendar(off, once, head=("METHOD:CANCEL",)),
        "zone.ics": calendar(foreign_zone),
        "floating.ics": calendar(floating),
        "later.ics": calendar(later),
    }

    told = {}
    for name, text in messages.items():
        (tmp_path / name).write_text(text)
        told[name] = shell("import", name).output

    [series, concert] = registry.read(tmp_path / "events.yaml").require_valid().events
    assert ["2027-01-05 18:00", "every week 6 times"] == [str(series.when), str(series.rule)]
    hall, off_date, abroad = series.overrides
    assert ("2027-01-12", "2027-01-13 19:00") == (str(hall.date), str(hall.when))
    assert hall.place == Place(Text.plain("Hall", "en"))
    assert ("2027-01-19", Status.CANCELLED, None) == (str(off_date.date), off_date.status, off_date.when)
    assert ("2027-02-02", Status.TENTATIVE, "2027-02-02 19:00") == (str(abroad.date), abroad.status, str(abroad.when))
    assert Status.CANCELLED is concert.status
    assert "0 added, 0 changed, 2 unchanged" in told["again.ics"]
    assert "not in this source" not in told["moved.ics"]  # a mail is about some events
    assert "RECURRENCE-ID: it is in the zone floating; 'class' was left as it is" in told["floating.ics"]
    assert "RECURRENCE-ID: it is about all later dates of the series too; 'class' was" in told["later.ics"]


def test_a_cancellation_changes_nothing_but_the_status_and_needs_no_date(tmp_path: Path, shell: Any) -> None:
    weekly = (
        "UID:s",
        "SUMMARY:Class",
        "DTSTART:20270105T180000Z",
        "DTEND:20270105T190000Z",
        "RRULE:FREQ=WEEKLY;COUNT=6",
    )
    concert = ("UID:c", "SUMMARY:Concert", "DTSTART:20270301T190000Z", "DTEND:20270301T210000Z")
    fair = ("UID:f", "SUMMARY:Fair", "DTSTART;VALUE=DATE:20270401")
    hourly = ("UID:h", "SUMMARY:Watch", "DTSTART:20270501T100000Z", "RRULE:FREQ=HOURLY;COUNT=30")
    off = [
        ("UID:s", "RECURRENCE-ID:20270112T180000Z"),  # RFC 5546 3.2.5: neither DTSTART nor SUMMARY
        ("UID:c", "DTSTART:20270301T190000Z", "SEQUENCE:2"),
        ("UID:f",),
        ("UID:h", "RECURRENCE-ID:20270502T100000Z"),
        ("UID:z", "SUMMARY:Unheard of"),
        ("UID:y", "RECURRENCE-ID:20270301T190000Z"),
    ]
    (tmp_path / "all.ics").write_text(calendar(weekly, concert, fair, hourly))
    (tmp_path / "off.ics").write_text(calendar(*off, head=("METHOD:CANCEL",)))
    (tmp_path / "date.ics").write_text(calendar(("UID:s", "RECURRENCE-ID:20270119T180000Z", "STATUS:CANCELED")))

    shell("import", "all.ics")
    output = shell("import", "off.ics").output
    shell("import", "date.ics")

    events = registry.read(tmp_path / "events.yaml").require_valid().events
    assert ["Class", "Concert", "Fair", "Watch"] == [event.title.in_language("en") for event in events]
    assert ["confirmed", "cancelled", "cancelled", "confirmed"] == [event.status.value for event in events]
    assert ["2027-01-05 18:00/19:00", "2027-03-01 19:00/21:00", "2027-04-01"] == [
        str(event.when) for event in events[:3]
    ]
    assert (
        "{2027-01-12: {status: cancelled}, 2027-01-19: {status: cancelled}}" in (tmp_path / "events.yaml").read_text()
    )
    assert "event: the date that is called off, 2027-05-02, is not there; 'watch' was left as it is" in output
    for title in ("Unheard of", "Untitled event"):
        assert f"{title}: event: it is called off, and is not in the registry; left out" in output


def test_the_calendars_of_a_stream_are_about_one_event_where_they_have_its_uid(tmp_path: Path) -> None:
    weekly = ("UID:s", "SUMMARY:Class", "DTSTART;TZID=Europe/Berlin:20270105T190000", "RRULE:FREQ=WEEKLY;COUNT=6")
    moved = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270112T180000Z", "DTSTART:20270113T180000Z", "SEQUENCE:1")
    off = ("UID:s", "RECURRENCE-ID;TZID=Europe/Berlin:20270119T190000", "SEQUENCE:1")
    back = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270119T180000Z", "DTSTART:20270119T190000Z", "SEQUENCE:2")
    requests = [
        ("UID:m", "SUMMARY:Fair", "DTSTART:20270301T100000Z", "SEQUENCE:2"),
        ("UID:m", "SUMMARY:Fair", "DTSTART:20270302T100000Z", "SEQUENCE:1"),
        ("UID:c", "SUMMARY:Concert", "DTSTART:20270401T100000Z", "DTEND:20270401T110000Z"),
        ("UID:r", "SUMMARY:Revival", "DTSTART:20270501T100000Z", "SEQUENCE:4"),
        ("UID:d", "SUMMARY:Dance", "DTSTART:20270601T100000Z"),
        moved,
        weekly,
    ]
    cancellations = [
        ("UID:c", "DTSTART:20270401T100000Z", "SEQUENCE:1"),
        ("UID:r", "DTSTART:20270501T100000Z", "SEQUENCE:3"),
        ("UID:d",),
        off,
    ]
    stream = [
        *(calendar(event, head=("METHOD:REQUEST",)) for event in requests),
        *(calendar(event, head=("METHOD:CANCEL",)) for event in cancellations),
        calendar(back, head=("METHOD:REQUEST",)),
    ]

    events, losses = run(tmp_path, "".join(stream), "Europe/Berlin")

    assert {
        "Fair": ("2027-03-01 10:00", "confirmed", "2"),
        "Concert": ("2027-04-01 10:00/11:00", "cancelled", "1"),
        "Revival": ("2027-05-01 10:00", "confirmed", "4"),
        "Dance": ("2027-06-01 10:00", "cancelled", "0"),
        "Class": ("2027-01-05 19:00", "confirmed", "0"),
    } == {
        event["title"]: (event["when"], event.get("status", "confirmed"), event.get("sequence", "0"))
        for event in events
    }
    assert {"2027-01-12": {"when": "2027-01-13 19:00"}, "2027-01-19": {"when": "2027-01-19 20:00"}} == next(
        event["exceptions"] for event in events if "exceptions" in event
    )
    assert {"UID: an older copy of the same event", "RECURRENCE-ID: an older copy of the same date"} <= set(losses)


@pytest.mark.parametrize("method", ["REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH", "ADD"])
def test_a_message_that_is_no_copy_of_an_event_changes_none(tmp_path: Path, shell: Any, method: str) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)
    shell("import", "meals.ics")
    before = (tmp_path / "events.yaml").read_text()
    (tmp_path / "mail.ics").write_text(calendar(("UID:1", "DTSTART:20270108T110000Z"), head=(f"METHOD:{method}",)))

    done = shell("import", "mail.ics")

    assert f"left out: METHOD:{method} 1" in done.output
    assert before == (tmp_path / "events.yaml").read_text()


def test_an_older_copy_changes_nothing(tmp_path: Path, shell: Any) -> None:
    for name, text in {"new.ics": SECOND, "old.ics": FIRST}.items():
        (tmp_path / name).write_text(text)
    shell("import", "new.ics")

    done = shell("import", "old.ics")

    assert "Lunch: event: an older copy: SEQUENCE 1 there, 2 here; 'lunch' was left as it is" in done.output
    assert "2027-01-05 13:00" == str(registry.read(tmp_path / "events.yaml").require_valid().events[0].when)


def test_of_two_copies_with_one_sequence_the_one_stamped_later_holds(tmp_path: Path) -> None:
    copies = [
        ("UID:1", "SUMMARY:Lunch", "DTSTART:20270105T110000Z", f"DTSTAMP:2026{month}01T000000Z", f"STATUS:{status}")
        for month, status in (("01", "CONFIRMED"), ("02", "CANCELLED"))
    ]

    [event], _losses = run(tmp_path, calendar(*copies))

    assert "cancelled" == event["status"]


def test_a_date_that_was_left_out_takes_place_again(tmp_path: Path, shell: Any) -> None:
    start = ("UID:s", "SUMMARY:Class", "DTSTART:20270105T180000Z")
    weekly = (*start, "RRULE:FREQ=WEEKLY;COUNT=6", "EXDATE:20270112T180000Z,20270119T180000Z")
    back = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270112T180000Z", "DTSTART:20270112T180000Z")
    later = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270119T180000Z", "DTSTART:20270120T180000Z")
    off = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270119T180000Z", "STATUS:CANCELLED")
    written = []
    for events in ([weekly], [off], [back, later]):
        (tmp_path / "mail.ics").write_text(calendar(*events))
        shell("import", "mail.ics")
        written.append((tmp_path / "events.yaml").read_text())

    assert written[0] == written[1]
    [series] = registry.read(tmp_path / "events.yaml").require_valid().events
    assert ((), ["2027-01-20 18:00"]) == (series.exdates, [str(item.when) for item in series.overrides])


def test_one_date_without_its_series_is_an_event_and_the_same_one_again(tmp_path: Path, shell: Any) -> None:
    date = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270112T180000Z", "DTSTART:20270113T190000Z")
    (tmp_path / "one.ics").write_text(calendar(date))

    first, again = shell("import", "one.ics"), shell("import", "one.ics")

    assert "its series is not in the file; written as an event of its own" in first.output
    assert "0 added, 0 changed, 1 unchanged" in again.output


def test_a_date_that_was_an_event_of_its_own_is_listed_once_the_series_has_it_again(tmp_path: Path, shell: Any) -> None:
    weekly = ("UID:s", "SUMMARY:Class", "DTSTART:20270105T180000Z", "RRULE:FREQ=WEEKLY;COUNT=6", "LOCATION:Hall")
    date = ("UID:s", "SUMMARY:Class", "RECURRENCE-ID:20270112T180000Z", "DTSTART:20270112T180000Z")
    own = "  - {id: party, title: Party, when: 2027-05-01}\n"
    for name, events in {"split.ics": [weekly, date], "joined.ics": [weekly]}.items():
        (tmp_path / name).write_text(calendar(*events))
    shell("import", "split.ics")
    with (tmp_path / "events.yaml").open("a") as registry_file:
        registry_file.write(own)

    again, joined = shell("import", "split.ics"), shell("import", "joined.ics")

    assert "not in this source" not in again.output
    assert "not in this source, left as they are: class-2027-01-12\n" in joined.output


def test_a_dry_run_writes_nothing(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)

    assert "2 added" in shell("import", "meals.ics", "--dry-run").stdout
    assert not (tmp_path / "events.yaml").exists()


def test_a_folder_takes_a_file_for_each_event(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)

    shell("import", "meals.ics", "--into", "events/")
    (tmp_path / "meals.ics").write_text(SECOND)
    done = shell("import", "meals.ics", "--into", "events/")

    assert "events: 1 added, 1 changed, 0 unchanged" in done.stdout
    assert ["dinner-2027-01-06.yaml", "dinner.yaml", "lunch.yaml"] == sorted(
        path.name for path in (tmp_path / "events").iterdir()
    )
    assert "include: [events/*.yaml]" in (tmp_path / "events.yaml").read_text()
    assert 0 == shell("check").exit_code


def test_a_part_of_a_registry_takes_them_and_is_included(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)
    head = (
        "version: 1\ncalendar: {id: desk, name: Desk, timezone: UTC}\ninclude: [other/*.yaml]   # parts\nevents: []\n"
    )
    (tmp_path / "events.yaml").write_text(head)
    (tmp_path / "other").mkdir()
    (tmp_path / "other/a.yaml").write_text("events: []\n")

    done = shell("import", "meals.ics", "--into", "partners/meals.yaml")

    assert 0 == done.exit_code
    assert (
        head.replace("[other/*.yaml]", "[other/*.yaml, partners/meals.yaml]") == (tmp_path / "events.yaml").read_text()
    )
    assert 0 == shell("check").exit_code


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["missing.ics"], "missing.ics: cannot be read"),
        (["notes.txt"], "--format"),
        (["meals.ics", "--timezone", "Berlin"], "Europe/Berlin"),
        (["meals.ics", "--into", "../outside/"], "below the registry's folder"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path, shell: Any, words: list[str], told: str) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "meals.ics").write_text(FIRST)

    done = shell("import", *words)

    assert done.exit_code in (1, 2)
    assert told in done.stderr


def test_a_registry_with_problems_is_not_written_to(tmp_path: Path, shell: Any) -> None:
    (tmp_path / "meals.ics").write_text(FIRST)
    (tmp_path / "events.yaml").write_text("version: 1\ncalendar: {id: desk, name: Desk, timezone: UTC}\nevents: [{}]\n")

    done = shell("import", "meals.ics")

    assert 2 == done.exit_code
    assert "events.yaml:3" in done.stderr


def test_more_than_a_file_holds_goes_into_parts(tmp_path: Path, shell: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importing.target_files, "MAX_FILE_OCTETS", 400)
    events = (
        (f"UID:{n}", f"SUMMARY:Event {n}", "DTSTART;VALUE=DATE:20270106", "DESCRIPTION:words " + "x" * 60)
        for n in range(9)
    )
    (tmp_path / "many.ics").write_text(calendar(*events))

    shell("import", "many.ics")
    again = shell("import", "many.ics")

    assert "0 added, 0 changed, 9 unchanged" in again.stdout
    assert len(list(tmp_path.glob("events-part-*.yaml"))) > 1
    assert 0 == shell("check").exit_code


def test_nesting_and_length_have_bounds(tmp_path: Path) -> None:
    deep = "BEGIN:VCALENDAR\n" + "BEGIN:X\n" * 5000 + "END:VCALENDAR\n"
    assert [] == run(tmp_path, deep)[0]

    (tmp_path / "long").mkdir()
    event, losses = one(tmp_path / "long", "DTSTART:20270105", "DESCRIPTION:" + "word " * 20000)
    assert len(event["notes"]) <= 15_000
    assert "DESCRIPTION: only its first 15000 characters" in losses


def test_an_imported_event_leaves_the_ids_of_milestones_alone(tmp_path: Path) -> None:
    (tmp_path / "events.yaml").write_text(
        "version: 1\ncalendar: {id: desk, name: Desk, timezone: Europe/Berlin}\nevents:\n"
        "- id: conference\n  title: Conference\n  when: 2027-09\n  milestones:\n  - {id: s, title: S, when: 2027-05}\n"
    )
    context = ImportContext("Europe/Berlin", "en", "desk")
    data = calendar(("UID:other@example.org", "SUMMARY:S", "DTSTART;VALUE=DATE:20270105"))

    _, merge = plan_import(tmp_path / "events.yaml", data, "a.ics", context)

    assert ["s-2027-01-05"] == merge.added


def related(uid: str, title: str, *lines: str) -> tuple[str, ...]:
    return (f"UID:{uid}", f"SUMMARY:{title}", "DTSTART;VALUE=DATE:20270105", *lines)


@pytest.mark.parametrize(
    ("line", "parent", "lost"),
    [
        ("RELATED-TO:conf@x", "conference", ""),
        ("RELATED-TO;RELTYPE=parent:conf@x", "conference", ""),
        ("RELATED-TO;VALUE=UID;RELTYPE=PARENT:conf@x", "conference", ""),
        ("RELATED-TO;RELTYPE=SIBLING:conf@x", "", "RELATED-TO"),
        ("RELATED-TO;VALUE=URI:https://example.org/conf", "", "RELATED-TO"),
        ("RELATED-TO:other@x", "", "RELATED-TO: the event that it belongs to is not there"),
        ("RELATED-TO:talk@x", "", "RELATED-TO: the event that it belongs to is not there"),
    ],
)
def test_the_event_that_another_belongs_to_is_its_parent_also_where_it_comes_later(
    tmp_path: Path, line: str, parent: str, lost: str
) -> None:
    _, losses = run(tmp_path, calendar(related("talk@x", "Talk", line), related("conf@x", "Conference")))
    events = registry.read(tmp_path / "events.yaml").events
    assert [(event.id, event.part_of) for event in events] == [("talk", parent), ("conference", "")]
    assert [loss for loss in losses if loss.startswith("RELATED-TO")] == [loss for loss in losses if lost]
    assert not lost or losses[0].startswith(lost)


def test_parts_in_a_circle_and_parts_of_parts_beyond_eight_lose_their_parents(tmp_path: Path) -> None:
    circle = [related("a", "A", "RELATED-TO:b"), related("b", "B", "RELATED-TO:a")]
    chain = [related(f"c{n}", f"C{n}", *([f"RELATED-TO:c{n - 1}"] if n else [])) for n in range(10)]
    _, losses = run(tmp_path, calendar(*circle, *reversed(chain)))
    parents = {event.id: event.part_of for event in registry.read(tmp_path / "events.yaml").events}
    assert (parents["a"], parents["b"], parents["c8"], parents["c9"]) == ("b", "", "c7", "")
    assert list(parents) == ["a", "b", *(f"c{n}" for n in range(9, -1, -1))]
    assert losses == [
        "RELATED-TO: the event that it belongs to is not there",
        "RELATED-TO: parts of parts go 8 levels deep at most",
    ]


def test_a_part_that_arrives_later_finds_its_parent_in_the_registry(tmp_path: Path) -> None:
    run(tmp_path, calendar(related("conf@x", "Conference")))
    path, part = tmp_path / "events.yaml", calendar(related("talk@x", "Talk", "RELATED-TO:conf@x"))
    _, merge = plan_import(path, part, "t.ics", ImportContext("Asia/Dushanbe"))
    assert "part_of: conference" in merge.files[path]


@pytest.mark.parametrize(
    ("end", "expected"), [("20271009T235900", "2027-10-07/09"), ("20271101T000000Z", "2027-10-07/31")]
)
def test_the_end_of_whole_days_may_be_an_hour(tmp_path: Path, end: str, expected: str) -> None:
    event, losses = one(tmp_path, "DTSTART;VALUE=DATE:20271007", f"DTEND:{end}")

    assert expected == event["when"]
    assert [f"DTEND: {end!r} is an hour and DTSTART a day; the last day was taken"] == losses


def test_a_count_of_minus_one_is_none(tmp_path: Path) -> None:
    event, losses = one(tmp_path, "DTSTART;VALUE=DATE:20270104", "RRULE:FREQ=WEEKLY;UNTIL=20270201;COUNT=-1;BYDAY=MO")

    assert ("every week on Mon until 2027-02-01", []) == (event["repeat"], losses)


def test_a_long_title_and_place_are_cut_and_the_title_stays_whole_in_the_notes(tmp_path: Path) -> None:
    title, place = "电影" * 160, "Hall, " * 60

    lines = ("UID:u", f"SUMMARY:{title}", f"LOCATION:{place}", "DESCRIPTION:Starts late", "DTSTART:20270104")
    _events, losses = run(tmp_path, calendar(lines))

    [event] = registry.read(tmp_path / "events.yaml").events
    assert title[:299] + "…" == event.title.in_language("en")
    assert f"{title}\n\nStarts late" == event.notes.in_language("en")
    assert 300 == len(event.places[0].name.in_language("en"))
    assert ["title: only its first 299 characters", "place: only its first 299 characters"] == losses


def test_a_few_broken_bytes_leave_a_file_utf_8(tmp_path: Path) -> None:
    data = calendar(("UID:u", "SUMMARY:博覧会 im Café§", "DTSTART:20270104")).encode().replace("§".encode(), b"\xff")

    [event], losses = run(tmp_path, data)

    assert "博覧会 im Café" == event["title"]
    assert ["broken line: bytes that are not UTF-8 were left out: 1"] == losses


OLD_RULES = (
    "BEGIN:VTIMEZONE", "TZID:US-Eastern",
    "BEGIN:STANDARD", "DTSTART:19671029T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10", "TZOFFSETFROM:-0400",
    "TZOFFSETTO:-0500", "END:STANDARD",
    "BEGIN:DAYLIGHT", "DTSTART:19870405T020000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4", "TZOFFSETFROM:-0500",
    "TZOFFSETTO:-0400", "END:DAYLIGHT",
    "END:VTIMEZONE",
)  # fmt: skip


def test_a_zone_with_rules_of_former_years_is_the_one_that_shows_its_offsets_in_most_months(tmp_path: Path) -> None:
    event = ("UID:u", "SUMMARY:Talk", "DTSTART;TZID=US-Eastern:20270601T070000")

    [fields], losses = run(tmp_path, calendar(event, head=OLD_RULES))

    assert ("2027-06-01 07:00", "America/New_York") == (fields["when"], fields["timezone"])
    detail = "is written as America/New_York, which has its offsets in 11 of the 12 months of 2027"
    assert [f"TZID: 'US-Eastern' {detail}"] == losses


def test_no_character_that_the_registry_refuses_comes_into_it_from_a_source() -> None:
    controls = [chr(code) for code in range(0x110000) if unicodedata.category(chr(code)) in ("Cc", "Cf", "Zl", "Zp")]
    odd = [*controls, "\ufdd0", *(chr(plane << 16 | 0xFFFF) for plane in range(17))]

    refused = [char for char in odd if text_problem(texts.clean(f"a{char}{char}b")) is not None]

    assert [] == refused
    assert "\U0001f3f4\U000e0067\U000e007f \u0e01\u200b\u0e02" == texts.clean(
        "\U0001f3f4\U000e0067\U000e007f \u0e01\u200b\u0e02"
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["SUMMARY:POSTPONED: Derby"], {"when": "TBD", "was": "2027-02-06 15:00", "status": "postponed"}),
        (
            ["SUMMARY:Derby (Postponed)", "STATUS:CANCELLED"],
            {"when": "TBD", "was": "2027-02-06 15:00", "status": "postponed"},
        ),
        (["SUMMARY:Cancelled: Derby"], {"when": "2027-02-06 15:00", "status": "cancelled"}),
    ],
)
def test_a_title_that_says_what_became_of_an_event_is_its_status(
    tmp_path: Path, lines: list[str], expected: dict[str, str]
) -> None:
    start = "DTSTART;TZID=Asia/Dushanbe:20270206T150000"

    [event], losses = run(tmp_path, calendar(("UID:u", start, *lines)))

    assert {"title": "Derby", "uid": "u"} | expected == event
    status = expected["status"]
    assert [f"SUMMARY: {lines[0].removeprefix('SUMMARY:')!r} says that it is {status}"] == losses


def test_the_title_of_a_series_that_is_put_off_stays_as_it_is(tmp_path: Path) -> None:
    lines = ("UID:u", "SUMMARY:Postponed: Choir", "DTSTART;VALUE=DATE:20270206", "RRULE:FREQ=WEEKLY")

    [event], losses = run(tmp_path, calendar(lines))

    assert ("Postponed: Choir", "2027-02-06", []) == (event["title"], event["when"], losses)


def test_a_zone_without_quotes_costs_as_much_as_it_is_long() -> None:
    def cost(length: int) -> float:
        data = calendar(("UID:u", "SUMMARY:Talk", f"DTSTART;TZID=tzone:{'a:' * (length // 2)}")).encode()
        return processor_seconds(lambda: importing.read_source(data, "theirs.ics", "ics", ImportContext()))

    cost(1)  # compiles the patterns

    assert cost(16_000) < 8 * cost(4_000)


@pytest.mark.parametrize("signs", [" ", "on "])
def test_a_former_date_in_a_feed_like_ours_costs_as_much_as_it_is_long(signs: str) -> None:
    def cost(length: int) -> float:
        former = f"DESCRIPTION:Postponed. Original date: 3 May{signs * (length // len(signs))}2027."
        lines = ("UID:a@desk", "DTSTART;VALUE=DATE:20270503", "SUMMARY:Talk", former)
        data = calendar(lines, head=("PRODID:-//eventcal//eventcal//EN",)).encode()
        return processor_seconds(lambda: importing.read_source(data, "theirs.ics", "ics", ImportContext()))

    cost(1)  # compiles the patterns

    assert cost(4_000) < 8 * cost(1_000)
