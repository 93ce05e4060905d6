#!/usr/bin/env bash
# Schedule-X: the fifth Monday of August is every 30 August, each Monday of March one Monday, and that of week 20 in May.
# RFC 5545 section 3.3.10: BYDAY with BYMONTH expands within the month, a week number is one of the year, and a date that
# does not exist is left out: after 2027 the next August with five Mondays is that of 2032.
# Surprise: a year without a fifth Monday gets the last date again, on whatever weekday, and so do all years after it up to
# the next such August (a Wednesday, Thursday, Friday and Saturday here); BYDAY without a number means the first of the month
# of the start, BYWEEKNO has no effect. Monthly rules are right with the same fifth Friday.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund --legacy-peer-deps '@schedule-x/calendar@4.8.0' '@schedule-x/event-recurrence@4.8.0' \
  'preact@11.2.0' '@preact/signals@2.11.4' 'temporal-polyfill@1.0.8' 'rrule@2.8.1' 'tslib@2.8.1' >/dev/null
cat >j.mjs <<'END'
import "temporal-polyfill/global";
import rrule from "rrule";
// What it asks of a browser before anything is drawn.
globalThis.document = { documentElement: { dir: "ltr" }, querySelector: () => null };
const { createCalendar, createViewMonthGrid } = await import("@schedule-x/calendar");
const { createEventRecurrencePlugin } = await import("@schedule-x/event-recurrence");
for (const [first, rule] of [
  ["2027-08-30", "FREQ=YEARLY;BYMONTH=8;BYDAY=5MO;COUNT=5"],
  ["2027-03-01", "FREQ=YEARLY;BYMONTH=3;BYDAY=MO;COUNT=7"],
  ["2027-05-17", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=4"],
  ["2027-01-29", "FREQ=MONTHLY;BYDAY=5FR;COUNT=4"],
]) {
  const start = Temporal.PlainDate.from(first);
  const calendar = createCalendar(
    { views: [createViewMonthGrid()], selectedDate: start, events: [{ id: "1", start, end: start, rrule: rule }] },
    [createEventRecurrencePlugin()],
  );
  console.log(rule);
  console.log("  schedule-x", ...calendar.$app.calendarEvents.list.value.map((event) => event.start.toString().slice(0, 10)));
  const others = rrule.rrulestr(`DTSTART:${first.replaceAll("-", "")}T000000Z\nRRULE:${rule}`).all();
  console.log("  rrule.js  ", ...others.map((day) => day.toISOString().slice(0, 10)));
}
END
cat >want <<'END'
FREQ=YEARLY;BYMONTH=8;BYDAY=5MO;COUNT=5
  schedule-x 2027-08-30 2028-08-30 2029-08-30 2030-08-30 2031-08-30
  rrule.js   2027-08-30 2032-08-30 2033-08-29 2037-08-31 2038-08-30
FREQ=YEARLY;BYMONTH=3;BYDAY=MO;COUNT=7
  schedule-x 2027-03-01 2028-03-06 2029-03-05 2030-03-04 2031-03-03 2032-03-01 2033-03-07
  rrule.js   2027-03-01 2027-03-08 2027-03-15 2027-03-22 2027-03-29 2028-03-06 2028-03-13
FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO;COUNT=4
  schedule-x 2027-05-17 2028-05-01 2029-05-07 2030-05-06
  rrule.js   2027-05-17 2028-05-15 2029-05-14 2030-05-13
FREQ=MONTHLY;BYDAY=5FR;COUNT=4
  schedule-x 2027-01-29 2027-04-30 2027-07-30 2027-10-29
  rrule.js   2027-01-29 2027-04-30 2027-07-30 2027-10-29
END
node j.mjs >seen
diff want seen || { echo "schedule-x-yearly-fifth-monday: no longer as recorded" >&2; exit 1; }
echo "schedule-x-yearly-fifth-monday: as recorded"
