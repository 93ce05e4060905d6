#!/usr/bin/env bash
# @ordermentum/lunartick: every second month is every month, the 100th day of the year is New Year's Eve, Mondays are every day.
# RFC 5545 section 3.3.10: INTERVAL counts the periods of FREQ, and its table has what BYDAY, BYMONTH, BYMONTHDAY and BYYEARDAY do
# to daily, weekly and yearly rules. The README is for rules of that RFC and names all of these parts; its one limitation is
# several values for BYDAY, BYHOUR, BYMINUTE and BYSECOND.
# Surprise: all rules here have one value of each part, and are read without a word. A yearly rule comes on the day that it is
# asked on, a daily one on each day, an interval of months counts nothing, and each third Monday is a Sunday; each second is right.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@ordermentum/lunartick@0.0.19' 'moment-timezone@0.5.48' 'rrule@2.8.1' >/dev/null
cat >j.cjs <<'END'
const Rule = require("@ordermentum/lunartick");
const { RRule } = require("rrule");
const from = new Date("2023-12-31T23:00:00Z");
for (const text of [
  "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15",
  "FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15",
  "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=15",
  "FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=15",
  "FREQ=YEARLY;INTERVAL=1;BYYEARDAY=100",
  "FREQ=DAILY;INTERVAL=1;BYDAY=MO",
  "FREQ=DAILY;INTERVAL=1;BYMONTH=3",
  "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;BYMONTH=3",
  "FREQ=WEEKLY;INTERVAL=1;BYDAY=MO",
  "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
  "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO",
]) {
  const rule = `${text};BYHOUR=9;BYMINUTE=0;BYSECOND=0`;
  const ours = [...Rule.parse(`${rule};DTSTART=20240101T090000;TZID=UTC`).iterator(from, 4)].map((date) => new Date(date));
  const theirs = new RRule({ ...RRule.parseString(rule), dtstart: new Date("2024-01-01T09:00:00Z"), count: 4 }).all();
  const days = (dates) => dates.map((date) => date.toISOString().slice(0, 10)).join(" ");
  console.log(`${text}: lunartick ${days(ours)}, rrule.js ${days(theirs)}`);
}
END
cat >want <<'END'
FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=15: lunartick 2024-01-15 2024-02-15 2024-03-15 2024-04-15, rrule.js 2024-01-15 2024-02-15 2024-03-15 2024-04-15
FREQ=MONTHLY;INTERVAL=2;BYMONTHDAY=15: lunartick 2024-01-15 2024-02-15 2024-03-15 2024-04-15, rrule.js 2024-01-15 2024-03-15 2024-05-15 2024-07-15
FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=15: lunartick 2024-01-15 2024-02-15 2024-03-15 2024-04-15, rrule.js 2024-01-15 2025-01-15 2026-01-15 2027-01-15
FREQ=YEARLY;INTERVAL=1;BYMONTH=3;BYMONTHDAY=15: lunartick 2024-12-31 2025-12-31 2026-12-31 2027-12-31, rrule.js 2024-03-15 2025-03-15 2026-03-15 2027-03-15
FREQ=YEARLY;INTERVAL=1;BYYEARDAY=100: lunartick 2024-12-31 2025-12-31 2026-12-31 2027-12-31, rrule.js 2024-04-09 2025-04-10 2026-04-10 2027-04-10
FREQ=DAILY;INTERVAL=1;BYDAY=MO: lunartick 2024-01-01 2024-01-02 2024-01-03 2024-01-04, rrule.js 2024-01-01 2024-01-08 2024-01-15 2024-01-22
FREQ=DAILY;INTERVAL=1;BYMONTH=3: lunartick 2024-01-01 2024-01-02 2024-01-03 2024-01-04, rrule.js 2024-03-01 2024-03-02 2024-03-03 2024-03-04
FREQ=WEEKLY;INTERVAL=1;BYDAY=MO;BYMONTH=3: lunartick 2024-01-01 2024-01-08 2024-01-15 2024-01-22, rrule.js 2024-03-04 2024-03-11 2024-03-18 2024-03-25
FREQ=WEEKLY;INTERVAL=1;BYDAY=MO: lunartick 2024-01-01 2024-01-08 2024-01-15 2024-01-22, rrule.js 2024-01-01 2024-01-08 2024-01-15 2024-01-22
FREQ=WEEKLY;INTERVAL=2;BYDAY=MO: lunartick 2024-01-01 2024-01-15 2024-01-29 2024-02-12, rrule.js 2024-01-01 2024-01-15 2024-01-29 2024-02-12
FREQ=WEEKLY;INTERVAL=3;BYDAY=MO: lunartick 2024-01-21 2024-02-11 2024-03-03 2024-03-24, rrule.js 2024-01-01 2024-01-22 2024-02-12 2024-03-04
END
node j.cjs >seen
diff want seen || { echo "lunartick-every-second-month: no longer as recorded" >&2; exit 1; }
echo "lunartick-every-second-month: as recorded"
