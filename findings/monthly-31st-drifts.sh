#!/usr/bin/env bash
# node-ical and ts-ics: "each month from 31 January" becomes the 29th of every month.
# A month without a 31st has no date in the series (RFC 5545 section 3.3.10: invalid dates are ignored); the day
# comes from DTSTART each time.
# Surprise: both go to 29 February and stay on the 29th, and COUNT is used up early. With BYMONTHDAY=31 beside
# it node-ical is right. node-ical takes rrule-temporal 1.6.0, whose later 2.2.8 is right; rrule.js, ical.js and
# python-dateutil agree with it.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'node-ical@0.26.1' 'rrule-temporal@1.6.0' 'latest@npm:rrule-temporal@2.2.8' 'ts-ics@2.4.6' 'rrule@2.8.1' 'ical.js@2.2.1' >/dev/null
cat >d.py <<'END'
from dateutil.rrule import rrulestr
print("python-dateutil", *(d.strftime("%m-%d") for d in rrulestr("DTSTART:20240131T090000Z\nRRULE:FREQ=MONTHLY;COUNT=5")))
END
cat >j.mjs <<'END'
import ical from "node-ical";
import ICAL from "ical.js";
import rrule from "rrule";
import { RRuleTemporal } from "latest";
import { convertIcsRecurrenceRule, extendByRecurrenceRule } from "ts-ics";
const day = (d) => (typeof d === "string" ? d : d.toISOString()).slice(5, 10);
const rule = "FREQ=MONTHLY;COUNT=5";
console.log("rrule.js", ...rrule.rrulestr("DTSTART:20240131T090000Z\nRRULE:" + rule).all().map(day));
console.log("rrule-temporal 2.2.8", ...new RRuleTemporal({ rruleString: "DTSTART;TZID=UTC:20240131T090000\nRRULE:" + rule }).all().map((d) => day(String(d))));
const it = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString("2024-01-31T09:00:00Z"));
console.log("ical.js", ...[1, 2, 3, 4, 5].map(() => day(String(it.next()))));
console.log("ts-ics", ...extendByRecurrenceRule(convertIcsRecurrenceRule(undefined, { value: rule }), { start: new Date("2024-01-31T09:00:00Z"), end: new Date("2040-01-01") }).map(day));
for (const more of ["", ";BYMONTHDAY=31"]) {
  const text = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example//EN", "BEGIN:VEVENT", "UID:a@example.org", "DTSTAMP:20240101T000000Z", "DTSTART:20240131T090000Z", "RRULE:" + rule + more, "SUMMARY:x", "END:VEVENT", "END:VCALENDAR", ""].join("\r\n");
  const event = Object.values(ical.sync.parseICS(text)).find((e) => e.type === "VEVENT");
  console.log("node-ical" + more, ...ical.expandRecurringEvent(event, { from: new Date("2024-01-01"), to: new Date("2034-01-01") }).map((i) => day(i.start)));
}
END
cat >want <<'END'
python-dateutil 01-31 03-31 05-31 07-31 08-31
rrule.js 01-31 03-31 05-31 07-31 08-31
rrule-temporal 2.2.8 01-31 03-31 05-31 07-31 08-31
ical.js 01-31 03-31 05-31 07-31 08-31
ts-ics 01-31 02-29 03-29 04-29 05-29
node-ical 01-31 02-29 03-29 04-29 05-29
node-ical;BYMONTHDAY=31 01-31 03-31 05-31 07-31 08-31
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "monthly-31st-drifts: no longer as recorded" >&2; exit 1; }
echo "monthly-31st-drifts: as recorded"
