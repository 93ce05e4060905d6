#!/usr/bin/env bash
# calendar-link: whole days are written as date-times, and a comma in the title stays as it is.
# DTSTART is a DATE-TIME unless VALUE=DATE says otherwise (RFC 5545 section 3.8.2.4), and a comma in TEXT has a
# backslash (3.3.11).
# Surprise: "DTSTART:20240201" is neither; ical.js and ts-ics have an error, four other readers guess a date.
# The line feed of the description is escaped, the comma of the title is not. UID is a number below 100000,
# where it has to be globally unique (3.8.4.7).
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'ical==14.3.1' 'vobject==0.9.9' 'tzdata==2026.1' 'annotated-types==0.8.0' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==4.0.0' 'pytz==2026.6' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0'
npm install --silent --no-audit --no-fund 'calendar-link@2.11.5' 'ical.js@2.2.1' 'node-ical@0.26.1' 'rrule-temporal@1.6.0' 'ts-ics@2.4.6' >/dev/null
cat >w.mjs <<'END'
import { writeFileSync } from "node:fs";
import { ics } from "calendar-link";
const text = decodeURIComponent(ics({ title: "a, b", description: "x\ny", start: "2024-02-01", end: "2024-02-03", allDay: true }).replace(/^[^,]*,/, ""));
writeFileSync("a.ics", text.replace(/\r?\n/g, "\r\n"));
console.log(text.split(/\r?\n/).filter((l) => /^(DTSTART|DTEND|SUMMARY|DESCRIPTION)/.test(l)).join("\n"));
console.log("UID", /^UID:\d{1,5}\r?$/m.test(text) ? "of at most five digits" : "longer");
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
import { convertIcsCalendar } from "ts-ics";
console.warn = () => {};
const text = readFileSync("a.ics", "utf8");
const seen = (f) => { try { return f(); } catch (e) { return "error"; } };
console.log("ical.js", seen(() => { const d = new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent").getFirstPropertyValue("dtstart"); return d + " whole day " + d.isDate; }));
console.log("node-ical", seen(() => { const d = Object.values(ical.sync.parseICS(text)).find((e) => e.type === "VEVENT").start; return d.toISOString() + " whole day " + (d.dateOnly ?? false); }));
console.log("ts-ics", seen(() => { const d = convertIcsCalendar(undefined, text).events[0].start; return d.date.toISOString() + " " + d.type; }));
END
cat >r.py <<'END'
import icalendar, vobject
from ical.calendar_stream import IcsCalendarStream
text = open("a.ics", newline="").read()
def seen(f):
    try:
        return f()
    except Exception as e:
        return "error"
print("icalendar", seen(lambda: icalendar.Calendar.from_ical(text).walk("VEVENT")[0]["DTSTART"].dt))
print("ical (Python)", seen(lambda: IcsCalendarStream.calendar_from_ics(text).events[0].dtstart))
print("vobject", seen(lambda: vobject.readOne(text).vevent.dtstart.value))
END
cat >want <<'END'
DTSTART:20240201
DTEND:20240203
SUMMARY:a, b
DESCRIPTION:x\ny
UID of at most five digits
ical.js error
node-ical 2024-02-01T00:00:00.000Z whole day true
ts-ics error
icalendar 2024-02-01
ical (Python) 2024-02-01
vobject 2024-02-01
END
{
  node w.mjs
  node j.mjs
  venv/bin/python r.py
} >seen
diff want seen || { echo "calendar-link-whole-days: no longer as recorded" >&2; exit 1; }
echo "calendar-link-whole-days: as recorded"
