#!/usr/bin/env bash
# "This and all following" moves one date in node-ical, all following in two other readers.
# RECURRENCE-ID with RANGE=THISANDFUTURE (RFC 5545 sections 3.2.13 and 3.8.4.4): from 18 January on, each date
# is a day and two hours later.
# Surprise: node-ical moves 18 January alone, 25 January and 1 February stay with the old title and hour.
# ical.js and recurring-ical-events move all three.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'x-wr-timezone==2.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1' 'pytz==2026.2'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'node-ical@0.26.1' 'rrule-temporal@1.6.0' 'temporal-polyfill@0.3.2' >/dev/null
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//example//EN
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
DTSTART:20210104T090000Z
DTEND:20210104T100000Z
RRULE:FREQ=WEEKLY;COUNT=5
SUMMARY:old
END:VEVENT
BEGIN:VEVENT
UID:a@example.org
DTSTAMP:20210101T000000Z
RECURRENCE-ID;RANGE=THISANDFUTURE:20210118T090000Z
DTSTART:20210119T110000Z
DTEND:20210119T120000Z
SUMMARY:new
END:VEVENT
END:VCALENDAR
END
cat >r.py <<'END'
import icalendar, recurring_ical_events
calendar = icalendar.Calendar.from_ical(open("a.ics", newline="").read())
print("recurring-ical-events", *["%s %s," % (e["SUMMARY"], e["DTSTART"].dt.strftime("%m-%dT%H:%M")) for e in recurring_ical_events.of(calendar).between((2021, 1, 1), (2021, 3, 1))])
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
import nodeIcal from "node-ical";
const text = readFileSync("a.ics", "utf8");
const [master, other] = new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent");
const event = new ICAL.Event(master, { exceptions: [other] }), it = event.iterator(), out = [];
for (let d; (d = it.next()); ) {
  const o = event.getOccurrenceDetails(d);
  out.push(`${o.item.summary} ${String(o.startDate).slice(5, 16)},`);
}
console.log("ical.js", out.join(" "));
const series = Object.values(nodeIcal.sync.parseICS(text)).find((c) => c.type === "VEVENT");
console.log("node-ical", nodeIcal.expandRecurringEvent(series, { from: new Date("2021-01-01"), to: new Date("2021-03-01") }).map((o) => `${o.summary} ${o.start.toISOString().slice(5, 16)},`).join(" "));
END
cat >want <<'END'
recurring-ical-events old 01-04T09:00, old 01-11T09:00, new 01-19T11:00, new 01-26T11:00, new 02-02T11:00,
ical.js old 01-04T09:00, old 01-11T09:00, new 01-19T11:00, new 01-26T11:00, new 02-02T11:00,
node-ical old 01-04T09:00, old 01-11T09:00, new 01-19T11:00, old 01-25T09:00, old 02-01T09:00,
END
{
  sed -i 's/$/\r/' a.ics
  venv/bin/python r.py
  node j.mjs
} >seen
diff want seen || { echo "this-and-future: no longer as recorded" >&2; exit 1; }
echo "this-and-future: as recorded"
