#!/usr/bin/env bash
# gcsa (Google Calendar Simple API): an hour given in UTC or in another zone keeps its digits and gets the name of the zone asked
# for, so a meeting that is called off takes place, and one added is hours off.
# RFC 5545 section 3.3.5: TZID says in which zone the hour is, Z that it is UTC; 3.8.5.1: EXDATE is a date or a date-time.
# Surprise: exclude_times and times take datetimes and a zone. 14:00 UTC, which is 9:00 in New York, becomes 14:00 in New York;
# 9:00 in New York becomes 9:00 in Zurich. A period whose hours are in Zurich is written with Z, an hour too late, and
# exclude_periods writes an EXDATE of periods, which does not exist. Nothing is refused; an event's own start is right. The dates
# below each line are those that ical (Python) reads.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'gcsa==2.7.0' 'ical==14.3.1' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >d.py <<'END'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
from gcsa.event import Event
from gcsa.recurrence import WEEKLY, Recurrence
from gcsa.serializers.event_serializer import EventSerializer
from ical.calendar_stream import IcsCalendarStream
york, zurich = ZoneInfo("America/New_York"), ZoneInfo("Europe/Zurich")
def show(title, zone, line):
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z"]
    lines += [f"DTSTART;TZID={zone}:20240108T090000", Recurrence.rule(WEEKLY, count=3), line, "END:VEVENT", "END:VCALENDAR", ""]
    print(title, line, sep=": ")
    try:
        timeline = IcsCalendarStream.calendar_from_ics("\r\n".join(lines)).timeline
        print("   ", *(f"{event.dtstart.astimezone(ZoneInfo(zone)):%d/%H:%M}" for event in timeline))
    except Exception:
        print("    refused")
off = datetime(2024, 1, 15, 9, tzinfo=york)
show("without 15 January 9:00", "America/New_York", Recurrence.exclude_times(off, "America/New_York"))
show("the same in UTC", "America/New_York", Recurrence.exclude_times(off.astimezone(timezone.utc), "America/New_York"))
show("and 18 January 9:00 in New York", "Europe/Zurich", Recurrence.times(datetime(2024, 1, 18, 9, tzinfo=york), "Europe/Zurich"))
hour = datetime(2024, 1, 18, 9, tzinfo=zurich), datetime(2024, 1, 18, 10, tzinfo=zurich)
show("and 18 January 9 to 10", "Europe/Zurich", Recurrence.periods([hour], "Europe/Zurich"))
show("without 15 January 9 to 10", "Europe/Zurich", Recurrence.exclude_periods([(datetime(2024, 1, 15, 9), datetime(2024, 1, 15, 10))], "Europe/Zurich"))
print("an event's start:", EventSerializer.to_json(Event("x", start=off.astimezone(timezone.utc), timezone="America/New_York"))["start"])
END
cat >want <<'END'
without 15 January 9:00: EXDATE;TZID=America/New_York:20240115T090000
    08/09:00 22/09:00
the same in UTC: EXDATE;TZID=America/New_York:20240115T140000
    08/09:00 15/09:00 22/09:00
and 18 January 9:00 in New York: RDATE;TZID=Europe/Zurich:20240118T090000
    08/09:00 15/09:00 18/09:00 22/09:00
and 18 January 9 to 10: RDATE;VALUE=PERIOD:20240118T090000Z/20240118T100000Z
    refused
without 15 January 9 to 10: EXDATE;VALUE=PERIOD:20240115T090000Z/20240115T100000Z
    refused
an event's start: {'dateTime': '2024-01-15T14:00:00+00:00', 'timeZone': 'America/New_York'}
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "gcsa-times-of-another-zone: no longer as recorded" >&2; exit 1; }
echo "gcsa-times-of-another-zone: as recorded"
