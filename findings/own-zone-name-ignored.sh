#!/usr/bin/env bash
# A zone that the calendar defines itself, under a name of its own and without summer time: three readers lose
# its offset.
# TZID points to the VTIMEZONE of that name in the same calendar (RFC 5545 section 3.2.19); one STANDARD is
# enough for a zone that never changes (3.6.5), and "Home" is as good as a name of the tz database.
# Surprise: 09:00 at +02:00 is 07:00Z. ical (Python) says 09:00Z; node-ical takes the clock of its process,
# 09:00Z or, in New York, 14:00Z; icalevents is right for one event and has a time without a zone for a series.
# ical.js and icalendar have 07:00Z.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'ical==14.3.1' 'icalevents==0.3.1' 'tzdata==2026.1' 'annotated-types==0.8.0' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0' 'urllib3==2.8.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.26.1' >/dev/null
cat >w.py <<'END'
for name, rule in ("one", ""), ("series", "RRULE:FREQ=WEEKLY;COUNT=1\n"):
    open(name + ".ics", "w", newline="").write(("""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VTIMEZONE
TZID:Home
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0200
TZOFFSETTO:+0200
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20240101T000000Z
DTSTART;TZID=Home:20240201T090000
DTEND;TZID=Home:20240201T100000
""" + rule + """SUMMARY:x
END:VEVENT
END:VCALENDAR
""").replace("\n", "\r\n"))
END
cat >r.py <<'END'
import datetime as D
import icalendar
from ical.calendar_stream import IcsCalendarStream
from icalevents import icalparser
utc = D.timezone.utc
def show(t):
    return t.astimezone(utc).strftime("%H:%MZ") if t.utcoffset() is not None else t.strftime("%H:%M, no zone")
for name in "one", "series":
    text = open(name + ".ics", newline="").read()
    print(name, "icalendar", show(icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["DTSTART"].dt))
    print(name, "ical (Python)", show(IcsCalendarStream.calendar_from_ics(text).events[0].dtstart))
    print(name, "icalevents", show(icalparser.parse_events(text, start=D.datetime(2024, 1, 1, tzinfo=utc), end=D.datetime(2025, 1, 1, tzinfo=utc))[0].start))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
const text = readFileSync("one.ics", "utf8");
console.log(process.env.TZ, "ical.js", new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart").toJSDate().toISOString().slice(11, 16) + "Z");
console.log(process.env.TZ, "node-ical", Object.values(ical.sync.parseICS(text)).find((e) => e.type === "VEVENT").start.toISOString().slice(11, 16) + "Z");
END
cat >want <<'END'
one icalendar 07:00Z
one ical (Python) 09:00Z
one icalevents 07:00Z
series icalendar 07:00Z
series ical (Python) 09:00Z
series icalevents 09:00, no zone
UTC ical.js 07:00Z
UTC node-ical 09:00Z
America/New_York ical.js 07:00Z
America/New_York node-ical 14:00Z
END
{
  venv/bin/python w.py && venv/bin/python r.py
  TZ=UTC node j.mjs
  TZ=America/New_York node j.mjs
} >seen
diff want seen || { echo "own-zone-name-ignored: no longer as recorded" >&2; exit 1; }
echo "own-zone-name-ignored: as recorded"
