#!/usr/bin/env bash
# icalendar writes a time zone, ical.js reads it: most summers are an hour off.
# icalendar's Timezone.from_tzid puts all later changes into one RDATE with commas, which RFC 5545 section
# 3.8.5.2 allows beside DTSTART, itself an onset (3.6.5).
# Surprise: ical.js takes the first date of the list alone, and not DTSTART: of the summers below only 2028 is
# right. The summer onset is written in the clock after the change too (03:00), where section 3.6.5 wants the
# clock before it (02:00).
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >w.py <<'END'
import datetime as D
from icalendar import Calendar, Event, Timezone
import zoneinfo
c = Calendar()
c.add_component(Timezone.from_tzid("Europe/Berlin", first_date=D.date(2027, 1, 1), last_date=D.date(2031, 1, 1)))
for n, day in enumerate((D.datetime(2027, 1, 5, 10), D.datetime(2027, 7, 6, 10), D.datetime(2028, 7, 4, 10), D.datetime(2029, 1, 2, 10), D.datetime(2029, 7, 3, 10), D.datetime(2030, 7, 2, 10))):
    e = Event()
    e.add("uid", "%d@example.org" % n)
    e.add("dtstamp", D.datetime(2026, 1, 1, tzinfo=D.timezone.utc))
    e.add("dtstart", day.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")))
    c.add_component(e)
    print("meant", day, "=", day.replace(tzinfo=zoneinfo.ZoneInfo("Europe/Berlin")).astimezone(D.timezone.utc).strftime("%H:%MZ"))
text = c.to_ical().decode()
open("a.ics", "w", newline="").write(text)
lines = text.replace("\r\n ", "").split("\r\n")
at = lines.index("BEGIN:DAYLIGHT")
print(*[l[:40] for l in lines[at:at + 7] if l.startswith(("DTSTART", "RDATE"))])
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const c = new ICAL.Component(ICAL.parse(readFileSync("a.ics", "utf8")));
for (const e of c.getAllSubcomponents("vevent")) {
  const t = e.getFirstPropertyValue("dtstart");
  console.log("ical.js", String(t), "=", t.toJSDate().toISOString().slice(11, 16) + "Z");
}
END
cat >want <<'END'
meant 2027-01-05 10:00:00 = 09:00Z
meant 2027-07-06 10:00:00 = 08:00Z
meant 2028-07-04 10:00:00 = 08:00Z
meant 2029-01-02 10:00:00 = 09:00Z
meant 2029-07-03 10:00:00 = 08:00Z
meant 2030-07-02 10:00:00 = 08:00Z
DTSTART:20270328T030000 RDATE:20280326T030000,20290325T030000,20
ical.js 2027-01-05T10:00:00 = 09:00Z
ical.js 2027-07-06T10:00:00 = 09:00Z
ical.js 2028-07-04T10:00:00 = 08:00Z
ical.js 2029-01-02T10:00:00 = 09:00Z
ical.js 2029-07-03T10:00:00 = 09:00Z
ical.js 2030-07-02T10:00:00 = 09:00Z
END
{
  venv/bin/python w.py
  node j.mjs
} >seen
diff want seen || { echo "icalendar-zone-read-by-ical-js: no longer as recorded" >&2; exit 1; }
echo "icalendar-zone-read-by-ical-js: as recorded"
