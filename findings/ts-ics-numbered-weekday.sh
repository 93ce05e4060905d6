#!/usr/bin/env bash
# ts-ics: a weekday with a number takes the hour away, and BYSETPOS picks other days.
# FREQ=MONTHLY;BYDAY=1MO from 09:00 is at 09:00 (RFC 5545 section 3.3.10: the time comes from DTSTART),
# BYSETPOS=1 is the first of the set.
# Surprise: ts-ics gives midnight for 1MO and 09:00 for BYMONTHDAY=4; "the first working day of the month" is
# the 4th and the 5th of January.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ts-ics@2.4.6' 'rrule@2.8.1' >/dev/null
cat >j.js <<'END'
const { convertIcsRecurrenceRule, extendByRecurrenceRule } = require("ts-ics");
const { rrulestr } = require("rrule");
for (const value of ["FREQ=MONTHLY;BYMONTHDAY=4;COUNT=2", "FREQ=MONTHLY;BYDAY=1MO;COUNT=2", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;COUNT=2"]) {
  const rule = convertIcsRecurrenceRule(undefined, { value });
  const dates = extendByRecurrenceRule(rule, { start: new Date("2027-01-01T09:00:00Z"), end: new Date("2030-01-01") });
  const show = (a) => a.map((d) => d.toISOString().slice(0, 16)).join(" ");
  console.log(value);
  console.log("  rrule.js", show(rrulestr("DTSTART:20270101T090000Z\nRRULE:" + value).all()));
  console.log("  ts-ics  ", show(dates));
}
END
cat >want <<'END'
FREQ=MONTHLY;BYMONTHDAY=4;COUNT=2
  rrule.js 2027-01-04T09:00 2027-02-04T09:00
  ts-ics   2027-01-04T09:00 2027-02-04T09:00
FREQ=MONTHLY;BYDAY=1MO;COUNT=2
  rrule.js 2027-01-04T09:00 2027-02-01T09:00
  ts-ics   2027-01-04T00:00 2027-02-01T00:00
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;COUNT=2
  rrule.js 2027-01-01T09:00 2027-02-01T09:00
  ts-ics   2027-01-04T00:00 2027-01-05T00:00
END
node j.js >seen
diff want seen || { echo "ts-ics-numbered-weekday: no longer as recorded" >&2; exit 1; }
echo "ts-ics-numbered-weekday: as recorded"
