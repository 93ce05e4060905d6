#!/usr/bin/env bash
# @18f/us-federal-holidays: 31 December 2021 is a holiday, and not in the range that ends with it.
# 5 U.S.C. 6103(b)(1): New Year's Day of 2022, a Saturday, is observed on the Friday before, which lies in another year.
# Surprise: inRange with Saturdays shifted looks for that day only where the range reaches the next year, so the last ten days
# of December have one holiday, and with the first of January two; isAHoliday has it. So it is in each year whose
# last day is a Friday: an office that asks year by year is open on that day.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund '@18f/us-federal-holidays@4.0.0' >/dev/null
cat >j.cjs <<'END'
const { inRange, isAHoliday } = require("@18f/us-federal-holidays");
const options = { shiftSaturdayHolidays: true, shiftSundayHolidays: true, utc: true };
const day = (iso) => new Date(`${iso}T00:00:00Z`);
for (const [first, last] of [
  ["2021-12-20", "2021-12-31"],
  ["2021-12-20", "2022-01-01"],
  ["2022-01-01", "2022-01-31"],
  ["2027-12-20", "2027-12-31"],
  ["2027-12-20", "2028-01-01"],
])
  console.log(first, "to", `${last}:`, ...inRange(day(first), day(last), options).map((each) => each.dateString));
for (const iso of ["2021-12-31", "2027-12-31"]) console.log(iso, isAHoliday(day(iso), options));
for (let year = 2021; year < 2023; year += 1)
  console.log(year, inRange(day(`${year}-01-01`), day(`${year}-12-31`), options).length, "holidays");
END
cat >want <<'END'
2021-12-20 to 2021-12-31: 2021-12-24
2021-12-20 to 2022-01-01: 2021-12-24 2021-12-31
2022-01-01 to 2022-01-31: 2022-01-17
2027-12-20 to 2027-12-31: 2027-12-24
2027-12-20 to 2028-01-01: 2027-12-24 2027-12-31
2021-12-31 true
2027-12-31 true
2021 11 holidays
2022 10 holidays
END
node j.cjs >seen
diff want seen || { echo "us-federal-holidays-range-end: no longer as recorded" >&2; exit 1; }
echo "us-federal-holidays-range-end: as recorded"
