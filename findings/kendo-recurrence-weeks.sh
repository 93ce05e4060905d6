#!/usr/bin/env bash
# @progress/kendo-recurrence: the last day of the year is 30 December, week 20 is week 21 in 2025, 29 February is 1 March,
# and the 20th Monday never comes.
# RFC 5545 section 3.3.10: BYYEARDAY=-1 is 31 December, BYWEEKNO counts as ISO 8601 does, dates that do not exist are
# passed over, and BYDAY=20MO in a yearly rule is the 20th Monday of the year.
# Surprise: weeks are right in 2024, 2027 and 2028 and a week late in the two years between; 31 December is lost as the first
# date of the series too. Nothing is refused, and the last working day of the month is right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund '@progress/kendo-recurrence@1.0.5' '@progress/kendo-date-math@1.5.17' 'rrule@2.8.1' >/dev/null
cat >j.cjs <<'END'
const { expand, parseRule } = require("@progress/kendo-recurrence");
const { ZonedDate } = require("@progress/kendo-date-math");
const { rrulestr } = require("rrule");
const day = (date) => date.toISOString().slice(0, 10);
const from = ZonedDate.fromLocalDate(new Date(2024, 0, 1), "Etc/UTC"), to = ZonedDate.fromLocalDate(new Date(2029, 11, 31), "Etc/UTC");
for (const [start, rule] of [
  ["20240131T090000Z", "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=6"],
  ["20241231T090000Z", "FREQ=YEARLY;BYYEARDAY=-1;COUNT=5"],
  ["20240513T090000Z", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;WKST=MO;COUNT=5"],
  ["20240229T090000Z", "FREQ=YEARLY;COUNT=5"],
  ["20240513T090000Z", "FREQ=YEARLY;BYDAY=20MO;COUNT=5"],
]) {
  const { events } = expand(parseRule({ recurrenceRule: `DTSTART:${start}\nDTEND:${start}\nRRULE:${rule}` }), { rangeStart: from, rangeEnd: to });
  console.log(rule);
  console.log("  kendo", ...events.map((event) => day(event.start.toUTCDate())));
  console.log("  rrule", ...rrulestr(`DTSTART:${start}\nRRULE:${rule}`).between(new Date(Date.UTC(2024, 0, 1)), new Date(Date.UTC(2029, 11, 31))).map(day));
}
END
cat >want <<'END'
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=6
  kendo 2024-01-31 2024-02-29 2024-03-29 2024-04-30 2024-05-31 2024-06-28
  rrule 2024-01-31 2024-02-29 2024-03-29 2024-04-30 2024-05-31 2024-06-28
FREQ=YEARLY;BYYEARDAY=-1;COUNT=5
  kendo 2025-12-30 2026-12-30 2027-12-30 2028-12-30 2029-12-30
  rrule 2024-12-31 2025-12-31 2026-12-31 2027-12-31 2028-12-31
FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;WKST=MO;COUNT=5
  kendo 2024-05-13 2025-05-19 2026-05-18 2027-05-17 2028-05-15
  rrule 2024-05-13 2025-05-12 2026-05-11 2027-05-17 2028-05-15
FREQ=YEARLY;COUNT=5
  kendo 2024-02-29 2025-03-01 2026-03-01 2027-03-01 2028-03-01
  rrule 2024-02-29 2028-02-29
FREQ=YEARLY;BYDAY=20MO;COUNT=5
  kendo
  rrule 2024-05-13 2025-05-19 2026-05-18 2027-05-17 2028-05-15
END
{
  node j.cjs
} >seen
diff want seen || { echo "kendo-recurrence-weeks: no longer as recorded" >&2; exit 1; }
echo "kendo-recurrence-weeks: as recorded"
