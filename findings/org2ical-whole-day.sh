#!/usr/bin/env bash
# org2ical: a whole day of an Org file becomes an event that ends on the day it begins, and ical.js can read neither date.
# RFC 5545 section 3.8.2.4: DTSTART is a DATE-TIME unless VALUE=DATE says otherwise; section 3.8.2.2: DTEND is later than DTSTART, so
# a whole day ends on the next.
# Surprise: <2024-03-30 Sat> is written "DTSTART:20240330" and "DTEND:20240330", while a range of three days has the day after its
# last. Neither has its type: ical.js raises an error, also for the range; node-ical and icalendar (Python) guess it, and the one
# day has no length for them. An hour is right (in UTC, which is the zone by default).
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'org2ical==0.0.4' 'orgparse==0.5.20260926' 'icalendar==7.3.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.27.2' >/dev/null
cat >p.py <<'END'
from datetime import datetime, timezone
import icalendar
import org2ical
text, warnings = org2ical.loads("""
* One day
  <2024-03-30 Sat>
* Three days
  <2024-03-30 Sat>--<2024-04-01 Mon>
* An hour
  <2024-03-30 Sat 19:00-20:00>
""", now=datetime(2024, 1, 1, tzinfo=timezone.utc))
open("c.ics", "w", newline="").write(text)
print("warnings:", warnings)
for event in icalendar.Calendar.from_ical(text).events:
    print(f"{event['SUMMARY']}:", *(line for line in event.to_ical().decode().splitlines() if line.startswith("DT") and "STAMP" not in line))
    print("  icalendar:", event.start, "to", event.end)
print("as written:", *(line for line in text.splitlines() if line.startswith(("DTSTART", "DTEND"))))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import ical from "node-ical";
const text = readFileSync("c.ics", "utf8");
for (const part of new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(part);
  let read;
  try {
    read = `${event.startDate} to ${event.endDate}`;
  } catch (error) {
    read = `${error.name}: ${error.message}`;
  }
  console.log(`ical.js: ${event.summary}: ${read}`);
}
for (const event of Object.values(ical.sync.parseICS(text)))
  if (event.type === "VEVENT") console.log(`node-ical: ${event.summary}: ${event.start.toISOString()} to ${event.end.toISOString()}, ${event.datetype}`);
END
cat >want <<'END'
warnings: []
One day: DTSTART:20240330 DTEND:20240330
  icalendar: 2024-03-30 to 2024-03-30
Three days: DTSTART:20240330 DTEND:20240402
  icalendar: 2024-03-30 to 2024-04-02
An hour: DTSTART:20240330T190000Z DTEND:20240330T200000Z
  icalendar: 2024-03-30 19:00:00+00:00 to 2024-03-30 20:00:00+00:00
as written: DTSTART:20240330 DTEND:20240330 DTSTART:20240330 DTEND:20240402 DTSTART:20240330T190000Z DTEND:20240330T200000Z
ical.js: One day: Error: invalid date-time value: "2024-03-30T::"
ical.js: Three days: Error: invalid date-time value: "2024-03-30T::"
ical.js: An hour: 2024-03-30T19:00:00Z to 2024-03-30T20:00:00Z
node-ical: One day: 2024-03-30T00:00:00.000Z to 2024-03-30T00:00:00.000Z, date
node-ical: Three days: 2024-03-30T00:00:00.000Z to 2024-04-02T00:00:00.000Z, date
node-ical: An hour: 2024-03-30T19:00:00.000Z to 2024-03-30T20:00:00.000Z, date-time
END
{
  v/bin/python p.py
  node j.mjs
} >seen
diff want seen || { echo "org2ical-whole-day: no longer as recorded" >&2; exit 1; }
echo "org2ical-whole-day: as recorded"
