#!/usr/bin/env bash
# A second date without a rule: some readers lose the first date, some the second.
# DTSTART is the first date of a series, and RDATE adds to it (RFC 5545 sections 3.8.2.4 and 3.8.5.2); no rule
# is needed for that.
# Surprise: ical.js and ical (Python) show 7 February alone, icalevents 1 February alone, without an error;
# node-ical keeps RDATE as a text and expands nothing. recurring-ical-events has both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'ical==14.3.1' 'icalevents==0.3.1' 'tzdata==2026.1' 'annotated-types==0.8.0' 'click==8.5.1' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0' 'urllib3==2.8.0' 'x-wr-timezone==2.0.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.26.1' >/dev/null
cat >w.py <<'END'
open("a.ics", "w", newline="").write("""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240201T090000Z
DTEND:20240201T100000Z
RDATE:20240207T090000Z
SUMMARY:x
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n"))
END
cat >r.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from icalevents import icalparser
text, span = open("a.ics", newline="").read(), (D.datetime(2024, 1, 1, tzinfo=D.timezone.utc), D.datetime(2025, 1, 1, tzinfo=D.timezone.utc))
print("recurring-ical-events", *sorted(str(e["DTSTART"].dt.date()) for e in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between(*span)))
print("ical (Python)", *(str(e.dtstart.date()) for e in IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(*span)))
print("icalevents", *(str(e.start.date()) for e in icalparser.parse_events(text, start=span[0], end=span[1])))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
const text = readFileSync("a.ics", "utf8");
const it = new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")).iterator();
const days = [];
for (let t; (t = it.next()); ) days.push(String(t).slice(0, 10));
console.log("ical.js", ...days);
const event = Object.values(ical.sync.parseICS(text)).find((e) => e.type === "VEVENT");
console.log("node-ical", event.start.toISOString().slice(0, 10), "rdate", JSON.stringify(event.rdate), "rrule", event.rrule);
END
cat >want <<'END'
recurring-ical-events 2024-02-01 2024-02-07
ical (Python) 2024-02-07
icalevents 2024-02-01
ical.js 2024-02-07
node-ical 2024-02-01 rdate "20240207T090000Z" rrule undefined
END
{
  venv/bin/python w.py && venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "rdate-without-rule: no longer as recorded" >&2; exit 1; }
echo "rdate-without-rule: as recorded"
