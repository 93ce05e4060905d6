#!/usr/bin/env bash
# DTEND over the night the clocks change: a night shift of five hours lasts four, half an hour lasts ninety
# minutes or ends before it begins.
# RFC 5545 section 3.8.5.3: a length given by DTEND is the same exact length for every date of the series, so
# 23:00 to 04:00 in Berlin ends at 05:00 on 2024-03-31.
# Surprise: ical.js, ical and icalevents (Python) add the length on the clock: the shift has 240 minutes. From
# 02:30 to 03:00, ical has -30 minutes on 2024-03-31, where the clocks skip 02:30, and it and icalevents have 90
# on 2024-10-27. node-ical and recurring-ical-events keep 300 and 30. Minutes of each date:
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'ical==14.3.1' 'icalevents==0.3.1' 'tzdata==2026.1' 'annotated-types==0.8.0' 'click==8.5.1' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0' 'urllib3==2.8.0' 'x-wr-timezone==2.0.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.26.1' 'rrule-temporal@1.6.0' >/dev/null
cat >w.py <<'END'
zone = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""
for name, start, end in ("shift", "20240329T230000", "20240330T040000"), ("spring", "20240330T023000", "20240330T030000"), ("autumn", "20241026T023000", "20241026T030000"):
    open(name + ".ics", "w", newline="").write(("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//EN\n" + zone + "BEGIN:VEVENT\nUID:a@example.org\nDTSTAMP:20240101T000000Z\n"
        f"DTSTART;TZID=Europe/Berlin:{start}\nDTEND;TZID=Europe/Berlin:{end}\nRRULE:FREQ=DAILY;COUNT=3\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n").replace("\n", "\r\n"))
END
cat >r.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalevents import icalparser
utc = D.timezone.utc
span = D.datetime(2024, 1, 1, tzinfo=utc), D.datetime(2025, 1, 1, tzinfo=utc)
def minutes(spans):
    return [int((b.astimezone(utc) - a.astimezone(utc)).total_seconds() // 60) for a, b in sorted(spans)]
for name in "shift", "spring", "autumn":
    text = open(name + ".ics", newline="").read()
    print(name, "recurring-ical-events", *minutes((e["DTSTART"].dt, e["DTEND"].dt) for e in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(*span)))
    print(name, "ical (Python)", *minutes((e.dtstart, e.end) for e in IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(*span)))
    print(name, "icalevents", *minutes((e.start, e.end) for e in icalparser.parse_events(text, start=span[0], end=span[1])))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
for (const name of ["shift", "spring", "autumn"]) {
  const text = readFileSync(name + ".ics", "utf8");
  const event = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent"));
  const it = event.iterator(), out = [];
  for (let t; (t = it.next()); ) {
    const { startDate, endDate } = event.getOccurrenceDetails(t);
    out.push((endDate.toUnixTime() - startDate.toUnixTime()) / 60);
  }
  console.log(name, "ical.js", ...out);
  const other = Object.values(ical.sync.parseICS(text)).find((e) => e.type === "VEVENT");
  console.log(name, "node-ical", ...ical.expandRecurringEvent(other, { from: new Date("2024-01-01"), to: new Date("2025-01-01") }).map((i) => (i.end - i.start) / 60000));
}
END
cat >want <<'END'
shift recurring-ical-events 300 300 300
shift ical (Python) 300 240 300
shift icalevents 300 240 300
spring recurring-ical-events 30 30 30
spring ical (Python) 30 -30 30
spring icalevents 30 30 30
autumn recurring-ical-events 30 30 30
autumn ical (Python) 30 90 30
autumn icalevents 30 90 30
shift ical.js 300 240 300
shift node-ical 300 300 300
spring ical.js 30 30 30
spring node-ical 30 30 30
autumn ical.js 30 30 30
autumn node-ical 30 30 30
END
{
  venv/bin/python w.py && venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "series-length-is-exact: no longer as recorded" >&2; exit 1; }
echo "series-length-is-exact: as recorded"
