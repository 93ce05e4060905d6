#!/usr/bin/env bash
# recurring-ical-events: in Berlin, calling off the nine o'clock class takes those at eight and ten away too, and so does moving it.
# RFC 5545 section 3.8.5.1: EXDATE excludes the start that it names; 3.8.4.4: RECURRENCE-ID names one instance; 3.3.5: with TZID
# the hour is of that zone.
# Surprise: hours of one day that are as far apart as the zone is from UTC are taken for each other: 8, 9 and 10 in Berlin in
# winter, 8 and 10 in summer, 9 and 14 in New York, for rules and for added dates. An EXDATE at 14:00 in New York takes a meeting
# at 9:00 away, the only one of that day. In London's winter it is right, and so is ical (Python) everywhere.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'ical==14.3.1' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
cat >d.py <<'END'
from datetime import datetime
from zoneinfo import ZoneInfo
import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
def show(title, zone, month, *lines, moved=None):
    stamp = lambda hour: f";TZID={zone}:2024{month:02}09T{hour:02}0000"
    lines = [line.format(**{f"h{hour}": stamp(hour) for hour in range(8, 18)}) for line in lines]
    event = ["BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", *lines, "END:VEVENT"]
    if moved:
        event += ["BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "RECURRENCE-ID" + stamp(9), "DTSTART" + stamp(17), "END:VEVENT"]
    text = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//test//EN", *event, "END:VCALENDAR", ""])
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, month, 9), (2024, month, 10))
    day = [datetime(2024, month, date, tzinfo=ZoneInfo(zone)) for date in (9, 10)]
    other = IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(*day)
    print(f"{title}:", *sorted(f"{event['DTSTART'].dt:%H:%M}" for event in found), "| ical:", *sorted(f"{event.dtstart:%H:%M}" for event in other))
daily = "RRULE:FREQ=DAILY;BYHOUR=8,9,10;COUNT=6"
show("Berlin, all", "Europe/Berlin", 1, "DTSTART{h8}", daily)
show("Berlin, without 9", "Europe/Berlin", 1, "DTSTART{h8}", daily, "EXDATE{h9}")
show("Berlin, without 8:00 UTC", "Europe/Berlin", 1, "DTSTART{h8}", daily, "EXDATE:20240109T080000Z")
show("Berlin, 9 moved to 17", "Europe/Berlin", 1, "DTSTART{h8}", daily, moved=True)
show("Berlin, added dates, without 9", "Europe/Berlin", 1, "DTSTART{h8}", "RRULE:FREQ=DAILY;COUNT=3", "RDATE{h9}", "RDATE{h10}", "EXDATE{h9}")
show("Berlin in July, without 8", "Europe/Berlin", 7, "DTSTART{h8}", daily, "EXDATE{h8}")
show("New York, 9 and 14, without 14", "America/New_York", 1, "DTSTART{h9}", "RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=4", "EXDATE{h14}")
show("New York, 9, without 14", "America/New_York", 1, "DTSTART{h9}", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE{h14}")
show("London, without 9", "Europe/London", 1, "DTSTART{h8}", daily, "EXDATE{h9}")
END
cat >want <<'END'
Berlin, all: 08:00 09:00 10:00 | ical: 08:00 09:00 10:00
Berlin, without 9: | ical: 08:00 10:00
Berlin, without 8:00 UTC: 10:00 | ical: 08:00 10:00
Berlin, 9 moved to 17: 17:00 | ical: 08:00 10:00 17:00
Berlin, added dates, without 9: | ical: 08:00 10:00
Berlin in July, without 8: 09:00 | ical: 09:00 10:00
New York, 9 and 14, without 14: | ical: 09:00
New York, 9, without 14: | ical: 09:00
London, without 9: 08:00 10:00 | ical: 08:00 10:00
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "rie-neighbour-hours: no longer as recorded" >&2; exit 1; }
echo "rie-neighbour-hours: as recorded"
