#!/usr/bin/env bash
# ical.js: a date that the rule and RDATE both name is there twice.
# RFC 5545 section 3.8.5.3: where a rule and RDATE give the same instance, it counts once.
# Surprise: 2 February comes twice from the iterator, so a count of dates, a list of days or an alarm is
# doubled. recurring-ical-events, ical and khal (Python) have it once.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'ical==14.3.1' 'khal==0.14.1' 'tzdata==2026.1' 'annotated-types==0.8.0' 'click==8.5.1' 'click-log==0.4.0' 'configobj==5.0.9' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'pyxdg==0.28' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0' 'tzlocal==5.4.5' 'urwid==5.1.0' 'wcwidth==0.9.4' 'x-wr-timezone==2.0.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >w.py <<'END'
open("a.ics", "w", newline="").write("""BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20240101T000000Z
DTSTART:20240201T090000Z
DTEND:20240201T100000Z
RRULE:FREQ=DAILY;COUNT=3
RDATE:20240202T090000Z,20240207T090000Z
SUMMARY:x
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n"))
END
cat >r.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
from khal.icalendar import expand
text, span = open("a.ics", newline="").read(), (D.datetime(2024, 1, 1, tzinfo=D.timezone.utc), D.datetime(2025, 1, 1, tzinfo=D.timezone.utc))
calendar = icalendar.Calendar.from_ical(text)
print("recurring-ical-events", *sorted(e["DTSTART"].dt.day for e in recurring_ical_events.of(calendar).between(*span)))
print("ical (Python)", *(e.dtstart.day for e in IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(*span)))
print("khal", *(start.day for start, _ in expand(calendar.walk("VEVENT")[0])))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const it = new ICAL.Event(new ICAL.Component(ICAL.parse(readFileSync("a.ics", "utf8"))).getFirstSubcomponent("vevent")).iterator();
const days = [];
for (let t; (t = it.next()); ) days.push(t.day);
console.log("ical.js", ...days);
END
cat >want <<'END'
recurring-ical-events 1 2 3 7
ical (Python) 1 2 3 7
khal 1 2 3 7
ical.js 1 2 2 3 7
END
{
  venv/bin/python w.py && venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "ical-js-rdate-twice: no longer as recorded" >&2; exit 1; }
echo "ical-js-rdate-twice: as recorded"
