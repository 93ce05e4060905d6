#!/usr/bin/env bash
# rSchedule: "every Friday the 13th" breaks off with an error after four dates, in RFC 5545's own example.
# RFC 5545 section 3.8.5.3 has FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 among its examples, from 2 September 1997: 1998-02-13,
# 1998-03-13, 1998-11-13, 1999-08-13, 2000-10-13 and on.
# Surprise: "Infinite while loop", by a check of the library's own, wherever the next such day is more than a year ahead: a list of
# the coming months is shown, and a longer one fails. Mondays that are a 1st and Sundays that are a 31st end so as well. The RFC's
# example beside it, Saturdays from the 7th to the 13th, is right, and rrule.js has every date.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@rschedule/core@1.5.0' '@rschedule/standard-date-adapter@1.5.0' 'rrule@2.8.1' >/dev/null
cat >j.cjs <<'END'
require("@rschedule/standard-date-adapter/setup");
const { Rule } = require("@rschedule/core/generators");
const { RRule, rrulestr } = require("rrule");
const day = (date) => date.toISOString().slice(0, 10);
function rschedule(options) {
  const days = [];
  try {
    for (const occurrence of new Rule(options).occurrences()) if (days.push(day(occurrence.date)) === 5) break;
  } catch (error) {
    days.push(`${error.name}: ${error.message}`);
  }
  return days.join(" ");
}
for (const [weekday, days, start] of [["FR", [13], "19970902"], ["FR", [13], "20240913"], ["SA", [7, 8, 9, 10, 11, 12, 13], "19970913"], ["MO", [1], "20240101"], ["SU", [31], "20240331"]]) {
  const rule = `FREQ=MONTHLY;BYDAY=${weekday};BYMONTHDAY=${days}`;
  const date = new Date(`${start.slice(0, 4)}-${start.slice(4, 6)}-${start.slice(6)}T09:00Z`);
  console.log(rule, "from", day(date));
  console.log("  rSchedule:", rschedule({ frequency: "MONTHLY", byDayOfWeek: [weekday], byDayOfMonth: days, start: date }));
  console.log("  rrule.js:", rrulestr(`DTSTART:${start}T090000Z\nRRULE:${rule}`).all((_, index) => index < 5).map(day).join(" "));
}
END
cat >want <<'END'
FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 from 1997-09-02
  rSchedule: 1998-02-13 1998-03-13 1998-11-13 1999-08-13 Error: byDayOfMonth Infinite while loop
  rrule.js: 1998-02-13 1998-03-13 1998-11-13 1999-08-13 2000-10-13
FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 from 2024-09-13
  rSchedule: 2024-09-13 2024-12-13 2025-06-13 2026-02-13 2026-03-13
  rrule.js: 2024-09-13 2024-12-13 2025-06-13 2026-02-13 2026-03-13
FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=7,8,9,10,11,12,13 from 1997-09-13
  rSchedule: 1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10
  rrule.js: 1997-09-13 1997-10-11 1997-11-08 1997-12-13 1998-01-10
FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1 from 2024-01-01
  rSchedule: 2024-01-01 2024-04-01 2024-07-01 Error: byDayOfMonth Infinite while loop
  rrule.js: 2024-01-01 2024-04-01 2024-07-01 2025-09-01 2025-12-01
FREQ=MONTHLY;BYDAY=SU;BYMONTHDAY=31 from 2024-03-31
  rSchedule: 2024-03-31 Error: byDayOfMonth Infinite while loop
  rrule.js: 2024-03-31 2025-08-31 2026-05-31 2027-01-31 2027-10-31
END
node j.cjs >seen
diff want seen || { echo "rschedule-friday-13th: no longer as recorded" >&2; exit 1; }
echo "rschedule-friday-13th: as recorded"
