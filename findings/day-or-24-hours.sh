#!/usr/bin/env bash
# A day and twenty-four hours over the change of clocks: no reader of four tells them apart.
# Durations in days are nominal, in hours exact (RFC 5545 section 3.3.6). From 12:00 in Berlin on 2021-03-27,
# P1D ends at 12:00 (10:00Z), PT24H at 13:00 (11:00Z).
# Surprise: icalendar, recurring-ical-events and ical.js give 10:00Z for both, node-ical 11:00Z for both.
# icalendar also writes PT24H back as P1D.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'pytz==2026.2'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.26.1' >/dev/null
cat >r.py <<'END'
import datetime as D
import icalendar, recurring_ical_events
ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:STANDARD
DTSTART:19701025T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
"""
utc = lambda d: d.astimezone(D.timezone.utc).strftime("%H:%MZ")
for d in "P1D", "PT24H":
    text = ("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//example//EN\n" + ZONE + "BEGIN:VEVENT\nUID:a@example.org\nDTSTAMP:20210101T000000Z\n"
            "DTSTART;TZID=Europe/Berlin:20210327T120000\nDURATION:" + d + "\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n").replace("\n", "\r\n")
    open(d + ".ics", "w", newline="").write(text)
    calendar = icalendar.Calendar.from_ical(text)
    event = calendar.walk("VEVENT")[0]
    print(d, "icalendar", utc(event.end), "writes", event["DURATION"].to_ical().decode())
    print(d, "recurring-ical-events", utc(recurring_ical_events.of(calendar).at((2021, 3, 27))[0]["DTEND"].dt))
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
for (const d of ["P1D", "PT24H"]) {
  const text = readFileSync(d + ".ics", "utf8"), hour = (x) => x.toISOString().slice(11, 16) + "Z";
  console.log(d, "ical.js", hour(new ICAL.Event(new ICAL.Component(ICAL.parse(text)).getFirstSubcomponent("vevent")).endDate.toJSDate()));
  console.log(d, "node-ical", hour(Object.values(nodeIcal.sync.parseICS(text)).find((c) => c.type === "VEVENT").end));
}
END
cat >want <<'END'
P1D icalendar 10:00Z writes P1D
P1D recurring-ical-events 10:00Z
PT24H icalendar 10:00Z writes P1D
PT24H recurring-ical-events 10:00Z
P1D ical.js 10:00Z
P1D node-ical 11:00Z
PT24H ical.js 10:00Z
PT24H node-ical 11:00Z
END
{
  venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "day-or-24-hours: no longer as recorded" >&2; exit 1; }
echo "day-or-24-hours: as recorded"
