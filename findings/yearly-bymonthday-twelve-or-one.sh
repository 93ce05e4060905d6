#!/usr/bin/env bash
# FREQ=YEARLY;BYMONTHDAY=1 is twelve days a year in three libraries and one in two.
# RFC 5545 section 3.3.10, table of BYxxx parts: BYMONTHDAY expands a yearly rule. Nothing names a month, so it
# is the first of each month.
# Surprise: ical.js and ts-ics take the month from DTSTART and give one day a year, as if BYMONTH=1 stood beside
# it. python-dateutil, rrule.js and rrule-temporal give twelve.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'ts-ics@2.4.6' 'rrule@2.8.1' 'rrule-temporal@2.2.8' >/dev/null
cat >d.py <<'END'
from dateutil.rrule import rrulestr
print("python-dateutil", *(d.strftime("%Y-%m-%d") for d in rrulestr("DTSTART:20240101T090000\nRRULE:FREQ=YEARLY;BYMONTHDAY=1;COUNT=4")))
END
cat >j.mjs <<'END'
import ICAL from "ical.js";
import rrule from "rrule";
import { RRuleTemporal } from "rrule-temporal";
import { convertIcsRecurrenceRule, extendByRecurrenceRule } from "ts-ics";
const rule = "FREQ=YEARLY;BYMONTHDAY=1;COUNT=4";
const day = (d) => (typeof d === "string" ? d : d.toISOString()).slice(0, 10);
console.log("rrule.js", ...rrule.rrulestr("DTSTART:20240101T090000Z\nRRULE:" + rule).all().map(day));
console.log("rrule-temporal", ...new RRuleTemporal({ rruleString: "DTSTART;TZID=UTC:20240101T090000\nRRULE:" + rule }).all().map((d) => day(String(d))));
const it = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString("2024-01-01T09:00:00"));
console.log("ical.js", ...[1, 2, 3, 4].map(() => day(String(it.next()))));
console.log("ts-ics", ...extendByRecurrenceRule(convertIcsRecurrenceRule(undefined, { value: rule }), { start: new Date("2024-01-01T09:00:00Z"), end: new Date("2040-01-01") }).map(day));
END
cat >want <<'END'
python-dateutil 2024-01-01 2024-02-01 2024-03-01 2024-04-01
rrule.js 2024-01-01 2024-02-01 2024-03-01 2024-04-01
rrule-temporal 2024-01-01 2024-02-01 2024-03-01 2024-04-01
ical.js 2024-01-01 2025-01-01 2026-01-01 2027-01-01
ts-ics 2024-01-01 2025-01-01 2026-01-01 2027-01-01
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "yearly-bymonthday-twelve-or-one: no longer as recorded" >&2; exit 1; }
echo "yearly-bymonthday-twelve-or-one: as recorded"
