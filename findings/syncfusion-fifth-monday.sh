#!/usr/bin/env bash
# @syncfusion/ej2-schedule: the fifth Monday of a month is its last, "first and last" is the first, and week 20 of 2027 is
# week 19.
# RFC 5545 section 3.3.10: a month without a fifth Monday has no such date, BYSETPOS=1,-1 is both, BYWEEKNO counts as
# ISO 8601 does. The scheduler's documentation has its rules as those of iCalendar.
# Surprise: the first two come out of generate(), which draws the calendar, without an error; 5MO is one. Week 20 begins
# only in 2025 (the series starts in it in 2024), is right for two years and a week early from 2027 on. -1SU and 20MO are
# right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@syncfusion/ej2-schedule@34.2.8' 'rrule@2.8.1' >/dev/null
cat >j.cjs <<'END'
const { generate } = require("@syncfusion/ej2-schedule/dist/ej2-schedule.umd.min.js");
const { rrulestr } = require("rrule");
const day = (date) => new Date(date).toISOString().slice(0, 10);
for (const [start, rule] of [
  ["2024-01-29", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5;COUNT=5"],
  ["2024-01-29", "FREQ=MONTHLY;BYDAY=5MO;COUNT=5"],
  ["2024-01-01", "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,-1;COUNT=5"],
  ["2024-05-13", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=5"],
  ["2024-05-13", "FREQ=YEARLY;BYDAY=20MO;COUNT=5"],
  ["2024-03-31", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=5"],
]) {
  console.log(rule);
  try {
    console.log("  syncfusion", ...generate(new Date(start), rule, null, 1).map(day));
  } catch (error) {
    console.log("  syncfusion", error.name);
  }
  console.log("  rrule", ...rrulestr(`DTSTART:${start.replaceAll("-", "")}T000000Z\nRRULE:${rule}`).all().map(day));
}
END
cat >want <<'END'
FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5;COUNT=5
  syncfusion 2024-01-29 2024-02-26 2024-03-25 2024-04-29 2024-05-27
  rrule 2024-01-29 2024-04-29 2024-07-29 2024-09-30 2024-12-30
FREQ=MONTHLY;BYDAY=5MO;COUNT=5
  syncfusion TypeError
  rrule 2024-01-29 2024-04-29 2024-07-29 2024-09-30 2024-12-30
FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,-1;COUNT=5
  syncfusion 2024-01-01 2024-02-05 2024-03-04 2024-04-01 2024-05-06
  rrule 2024-01-01 2024-01-29 2024-02-05 2024-02-26 2024-03-04
FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=5
  syncfusion 2025-05-12 2026-05-11 2027-05-10 2028-05-08 2029-05-07
  rrule 2024-05-13 2025-05-12 2026-05-11 2027-05-17 2028-05-15
FREQ=YEARLY;BYDAY=20MO;COUNT=5
  syncfusion 2024-05-13 2025-05-19 2026-05-18 2027-05-17 2028-05-15
  rrule 2024-05-13 2025-05-19 2026-05-18 2027-05-17 2028-05-15
FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=5
  syncfusion 2024-03-31 2025-03-30 2026-03-29 2027-03-28 2028-03-26
  rrule 2024-03-31 2025-03-30 2026-03-29 2027-03-28 2028-03-26
END
{
  node j.cjs
} >seen
diff want seen || { echo "syncfusion-fifth-monday: no longer as recorded" >&2; exit 1; }
echo "syncfusion-fifth-monday: as recorded"
