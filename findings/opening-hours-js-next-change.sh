#!/usr/bin/env bash
# opening_hours.js: open on 29 February 2028 when asked about that day, and never when asked when it opens next.
# OpenStreetMap's specification of opening_hours: a date is that day of each year that has it, and "Mo[1] -1 day" the day
# before the first Monday of each month, twelve a year.
# Surprise: getState() knows both; getOpenIntervals() and getNextChange() look at the rule a stretch at a time, and pass over a 29
# February from any year but its own, and over the Sunday before the first Monday where the next month's falls into the same
# month too (August 2025), which loses up to two a year. opening-hours-py, of the same name in Python, has all.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'opening-hours-py==2.1.4'
npm install --silent --no-audit --no-fund 'opening_hours@3.15.0' >/dev/null
cat >j.cjs <<'END'
const OpeningHours = require("opening_hours").default ?? require("opening_hours");
const rule = (text) => new OpeningHours(text, null);
const days = (text, from, to) => rule(text).getOpenIntervals(new Date(from), new Date(to)).map(([start]) => start.toISOString().slice(0, 10));
const LEAP = "Feb 29 10:00-12:00", SUNDAY = "Mo[1] -1 day 10:00-12:00";
console.log("Feb 29, 2024 to 2033:", ...days(LEAP, "2024-01-01", "2034-01-01"));
console.log("Feb 29, 2025 to 2033:", ...days(LEAP, "2025-01-01", "2034-01-01"), "next change:", rule(LEAP).getNextChange(new Date("2025-01-01")));
console.log("at 11:00 on 2028-02-29:", rule(LEAP).getState(new Date("2028-02-29T11:00Z")));
for (const year of [2024, 2025, 2026, 2027]) {
  const listed = days(SUNDAY, `${year}-01-01`, `${year + 1}-01-01`), open = [];
  for (let time = Date.UTC(year, 0, 1, 11); time < Date.UTC(year + 1, 0, 1); time += 86400e3)
    if (rule(SUNDAY).getState(new Date(time))) open.push(new Date(time).toISOString().slice(0, 10));
  console.log(`Mo[1] -1 day, ${year}:`, listed.length, "listed,", open.length, "open, not listed:", ...open.filter((day) => !listed.includes(day)));
}
END
cat >p.py <<'END'
from datetime import datetime
from opening_hours import OpeningHours
def days(text, first, last):
    intervals = OpeningHours(text).intervals(datetime(first, 1, 1), datetime(last, 1, 1))
    return [f"{start:%F}" for start, _, state, *_ in intervals if "closed" not in str(state).lower()]
print("opening-hours-py, Feb 29, 2025 to 2033:", *days("Feb 29 10:00-12:00", 2025, 2034))
print("opening-hours-py, Mo[1] -1 day, 2025:", len(days("Mo[1] -1 day 10:00-12:00", 2025, 2026)))
END
cat >want <<'END'
Feb 29, 2024 to 2033: 2024-02-29
Feb 29, 2025 to 2033: next change: undefined
at 11:00 on 2028-02-29: true
Mo[1] -1 day, 2024: 9 listed, 11 open, not listed: 2024-03-03 2024-06-02
Mo[1] -1 day, 2025: 10 listed, 12 open, not listed: 2025-08-03 2025-11-02
Mo[1] -1 day, 2026: 11 listed, 12 open, not listed: 2026-05-03
Mo[1] -1 day, 2027: 10 listed, 12 open, not listed: 2027-01-03 2027-10-03
opening-hours-py, Feb 29, 2025 to 2033: 2028-02-29 2032-02-29
opening-hours-py, Mo[1] -1 day, 2025: 12
END
{ node j.cjs; v/bin/python p.py; } >seen
diff want seen || { echo "opening-hours-js-next-change: no longer as recorded" >&2; exit 1; }
echo "opening-hours-js-next-change: as recorded"
