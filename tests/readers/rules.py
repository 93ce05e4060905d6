"""Two hundred rules of RFC 5545 for the readers: the day rules among its examples (3.8.5.3), and each BY part with each period."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from dateutil.rrule import rrulestr

from eventcal.errors import GrammarError
from eventcal.repeat import RecurrenceRule, parse_rrule
from eventcal.when import find_zone
from eventcal.when import parse as parse_when

FIRST = date(2020, 1, 1)
_DAYS = ("MO", "TU,TH", "MO,TU,WE,TH,FR", "SA,SU", "SU,TU,WE,FR")
_MONTH_DAYS = ("1", "15", "28", "-1", "-3", "2,15", "1,-1", "11,12,13,14,15", "10,20,30", "29,30,31")
_NUMBERED = ("1FR", "2TU", "3TH", "4SU", "5MO", "-1MO", "-2MO", "1SU,-1SU", "2WE,4WE", "TU", "1MO,1TU")
_POSITIONS = ("1", "-1", "2", "-2", "1,-1", "3")
_YEARLY = (
    "BYMONTH=6,7", "BYMONTH=1,2,3", "BYMONTH=3;BYDAY=TH", "BYMONTH=6,7,8;BYDAY=TH", "BYMONTH=11;BYDAY=4TH",
    "BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8", "BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA", "BYMONTH=9;BYDAY=-1SU",
    "BYMONTH=2;BYMONTHDAY=29", "BYMONTH=2;BYMONTHDAY=-1", "BYMONTH=3,9;BYMONTHDAY=20,21", "BYYEARDAY=1,100,200",
    "BYYEARDAY=-1", "BYYEARDAY=60", "BYWEEKNO=20;BYDAY=MO", "BYWEEKNO=1;BYDAY=TU", "BYWEEKNO=53;BYDAY=SA", "BYDAY=20MO",
    "BYDAY=1MO", "BYDAY=-1FR", "BYMONTHDAY=1", "BYMONTHDAY=13;BYDAY=FR", "BYDAY=MO;BYSETPOS=1",
    "BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "BYMONTH=12;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "BYMONTH=5;BYDAY=2SU",
    "BYMONTH=10;BYDAY=2MO", "BYMONTH=1,4,7,10;BYMONTHDAY=1", "BYMONTH=1,7;BYDAY=1MO", "BYMONTH=6;BYDAY=SA;BYMONTHDAY=20,21,22,23,24,25,26",
)  # fmt: skip


def _texts() -> Iterator[str]:
    for interval in ("", ";INTERVAL=2", ";INTERVAL=10"):
        yield f"FREQ=DAILY{interval}"
        yield f"FREQ=DAILY{interval};COUNT=10"
    yield from ("FREQ=DAILY;BYMONTH=1", "FREQ=DAILY;BYDAY=MO,WE,FR", "FREQ=DAILY;BYMONTH=1;BYDAY=SU,MO,TU,WE,TH,FR,SA")
    for interval in ("", ";INTERVAL=2", ";INTERVAL=3"):
        yield f"FREQ=WEEKLY{interval}"
        for days in _DAYS:
            yield f"FREQ=WEEKLY{interval};BYDAY={days}"
            yield f"FREQ=WEEKLY{interval};WKST=SU;BYDAY={days}"
    yield from (
        "FREQ=WEEKLY;BYMONTH=6,7;BYDAY=MO",
        "FREQ=WEEKLY;BYDAY=MO,WE;BYSETPOS=-1",
        "FREQ=WEEKLY;BYDAY=TU,TH;COUNT=10",
    )
    for interval in ("", ";INTERVAL=2", ";INTERVAL=18"):
        yield f"FREQ=MONTHLY{interval}"
        for days in _MONTH_DAYS:
            yield f"FREQ=MONTHLY{interval};BYMONTHDAY={days}"
        for days in _NUMBERED:
            yield f"FREQ=MONTHLY{interval};BYDAY={days}"
    for days in ("MO,TU,WE,TH,FR", "SA,SU"):
        for position in _POSITIONS:
            yield f"FREQ=MONTHLY;BYDAY={days};BYSETPOS={position}"
    yield from ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13")
    yield from (
        "FREQ=MONTHLY;BYMONTHDAY=28,29,30;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTH=1,2;BYDAY=1MO",
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
    )
    for interval in ("", ";INTERVAL=2", ";INTERVAL=4"):
        yield f"FREQ=YEARLY{interval}"
        for parts in _YEARLY:
            yield f"FREQ=YEARLY{interval};{parts}"


def rules() -> list[tuple[str, RecurrenceRule]]:
    """(first date, rule) of every rule above that a registry takes, from its first date in 2020 or later."""
    found = []
    for text in _texts():
        start = rrulestr(text, dtstart=datetime(FIRST.year, FIRST.month, FIRST.day)).after(datetime(2019, 12, 31))
        if start is None:
            continue
        day = f"{start:%Y-%m-%d}"
        try:
            found.append((day, parse_rrule(text, parse_when(day, find_zone("UTC")))))
        except GrammarError:
            continue  # the test counts how many are left
    return found
