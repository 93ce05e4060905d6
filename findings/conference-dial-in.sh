#!/usr/bin/env bash
# A conference with a dial-in code: one reader cuts the number at the comma, one makes one feature of two, one
# drops VALUE.
# RFC 7986 section 5.11: CONFERENCE is a URI, in which a comma is no separator, and VALUE=URI is required;
# FEATURE (6.3) is a list of words without quotation marks.
# Surprise: vobject writes back the number without the code; ical.js writes FEATURE="PHONE,MODERATOR", one value
# that the grammar does not have; ical (Python) leaves VALUE=URI out. icalendar (Python) gives back what it
# read.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'ical==14.3.1' 'vobject==0.9.9' 'tzdata==2026.1' 'annotated-types==0.8.0' 'pydantic==2.14.4' 'pydantic_core==2.50.5' 'python-dateutil==4.0.0' 'pytz==2026.6' 'six==1.17.0' 'typing-inspection==0.4.5' 'typing_extensions==4.16.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >r.py <<'END'
import icalendar, vobject
from ical.calendar_stream import IcsCalendarStream
def calendar(line):
    return "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "DTSTART:20240201T090000Z", line, "END:VEVENT", "END:VCALENDAR", ""])
def conference(text):
    return next((l for l in text.replace("\r\n", "\n").replace("\n ", "").split("\n") if l.startswith("CONFERENCE")), "no CONFERENCE")
def seen(f):
    try:
        return f()
    except Exception:
        return "error"
line = "CONFERENCE;VALUE=URI;FEATURE=PHONE,MODERATOR:tel:+1-202-555-0100,,,4711"
open("a.ics", "w", newline="").write(calendar(line))
print("icalendar    ", seen(lambda: conference(icalendar.Calendar.from_ical(calendar(line)).to_ical().decode())))
print("vobject      ", seen(lambda: conference(vobject.readOne(calendar(line)).serialize())))
print("ical (Python)", seen(lambda: conference(IcsCalendarStream.calendar_to_ics(IcsCalendarStream.calendar_from_ics(calendar(line))))))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const event = new ICAL.Component(ICAL.parse(readFileSync("a.ics", "utf8"))).getFirstSubcomponent("vevent");
console.log("ical.js      ", event.getFirstProperty("conference").toICALString().replace(/\r\n /g, ""));
END
cat >want <<'END'
icalendar     CONFERENCE;FEATURE=PHONE,MODERATOR;VALUE=URI:tel:+1-202-555-0100,,,4711
vobject       CONFERENCE;FEATURE=PHONE,MODERATOR;VALUE=URI:tel:+1-202-555-0100
ical (Python) CONFERENCE;FEATURE=PHONE,MODERATOR:tel:+1-202-555-0100,,,4711
ical.js       CONFERENCE;FEATURE="PHONE,MODERATOR";VALUE=URI:tel:+1-202-555-0100,,,4711
END
{
  venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "conference-dial-in: no longer as recorded" >&2; exit 1; }
echo "conference-dial-in: as recorded"
