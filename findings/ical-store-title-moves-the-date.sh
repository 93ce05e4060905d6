#!/usr/bin/env bash
# ical (Python, behind Home Assistant's calendars): a new title for the second meeting of a series moves that meeting to the first
# one's day; for it and all that follow in New York it is a TypeError.
# Its documentation of edit(): an item with only the fields to update, and a recurrence_id for one instance, or for it and all that
# follow. RFC 5545 section 3.8.4.4: RECURRENCE-ID is in local time only if DTSTART is.
# Surprise: the instance gets the DTSTART of the series beside its new title, so 8 January has two meetings and the 15th none, and its
# RECURRENCE-ID has no zone. From one meeting on, the title is right for whole days and hours without a zone. With dtstart and dtend
# in the item the day is right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'ical==14.3.1' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >d.py <<'END'
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo
from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event
from ical.store import EventStore
from ical.types import Range, Recur
def show(title, start, length, range_, **fields):
    calendar = Calendar()
    store = EventStore(calendar)
    store.add(Event(uid="a@example.org", summary="Meeting", dtstart=start, dtend=start + length, rrule=Recur.from_rrule("FREQ=WEEKLY;COUNT=3")))
    second = [event.recurrence_id for event in calendar.timeline][1]
    try:
        store.edit("a@example.org", Event(summary="Party", **fields), recurrence_id=second, recurrence_range=range_)
    except TypeError:
        print(f"{title}: TypeError")
        return
    text = IcsCalendarStream.calendar_to_ics(calendar)
    print(f"{title}:", *(f"{event.dtstart:%d} {event.summary}," for event in calendar.timeline), *(line for line in text.splitlines() if line.startswith("RECURRENCE-ID")))
hour, day, york = timedelta(hours=1), timedelta(days=1), ZoneInfo("America/New_York")
for name, range_ in ("one", Range.NONE), ("all following", Range.THIS_AND_FUTURE):
    show(f"whole days, {name}", date(2024, 1, 8), day, range_)
    show(f"no zone, {name}", datetime(2024, 1, 8, 9), hour, range_)
    show(f"New York, {name}", datetime(2024, 1, 8, 9, tzinfo=york), hour, range_)
show("New York, one, with its start", datetime(2024, 1, 8, 9, tzinfo=york), hour, Range.NONE, dtstart=datetime(2024, 1, 15, 9, tzinfo=york), dtend=datetime(2024, 1, 15, 10, tzinfo=york))
END
cat >want <<'END'
whole days, one: 08 Party, 08 Meeting, 22 Meeting, RECURRENCE-ID:20240115
no zone, one: 08 Party, 08 Meeting, 22 Meeting, RECURRENCE-ID:20240115T090000
New York, one: 08 Party, 08 Meeting, 22 Meeting, RECURRENCE-ID:20240115T090000
whole days, all following: 08 Meeting, 15 Party, 22 Party, RECURRENCE-ID:20240115
no zone, all following: 08 Meeting, 15 Party, 22 Party, RECURRENCE-ID:20240115T090000
New York, all following: TypeError
New York, one, with its start: 08 Meeting, 15 Party, 22 Meeting, RECURRENCE-ID:20240115T090000
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "ical-store-title-moves-the-date: no longer as recorded" >&2; exit 1; }
echo "ical-store-title-moves-the-date: as recorded"
