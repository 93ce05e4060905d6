#!/usr/bin/env bash
# date-range-compressor: 2023, from its first day to its last, is eleven months and 31 days; 2023 and 2024 together are two years.
# Its README: it "reduces a date range to full years, full months, and days"; what is full is not said to need a neighbour.
# Surprise: a year is found if the range goes a day beyond it, at either end, or has two of them; alone it is taken apart, and its
# December, a full month, is not one either, nor the November of a range that ends with it. A month alone is found.
# Python's calendar checks that the parts make up the range in each case.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'date-range-compressor@3.0.0' 'dayjs@1.11.23' >/dev/null
cat >j.cjs <<'END'
const { compressDateRange } = require("date-range-compressor");
for (const [start, end] of [
  ["20231201", "20231231"], ["20230101", "20231130"], ["20230101", "20231231"], ["20221231", "20231231"], ["20230101", "20240101"],
  ["20230101", "20241231"], ["20240101", "20241231"],
]) {
  const { years, months, days } = compressDateRange(start, end);
  console.log([start, end, years.join(" "), months.join(" "), days.join(" ")].join("|"));
}
END
cat >p.py <<'END'
from calendar import monthrange
from datetime import date, timedelta
for line in open("ranges"):
    start, end, *parts = line.rstrip("\n").split("|")
    years, months, days = (part.split() for part in parts)
    found = {date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in days}
    for month in [*months, *(f"{year}{month:02}" for year in years for month in range(1, 13))]:
        year, number = int(month[:4]), int(month[4:])
        found |= {date(year, number, day) for day in range(1, monthrange(year, number)[1] + 1)}
    first, last = (date(int(day[:4]), int(day[4:6]), int(day[6:])) for day in (start, end))
    whole = found == {first + timedelta(n) for n in range((last - first).days + 1)}
    print(f"{first} to {last}: {len(years)} years, {len(months)} months, {len(days)} days; they make up the range: {whole}")
END
cat >want <<'END'
2023-12-01 to 2023-12-31: 0 years, 1 months, 0 days; they make up the range: True
2023-01-01 to 2023-11-30: 0 years, 10 months, 30 days; they make up the range: True
2023-01-01 to 2023-12-31: 0 years, 11 months, 31 days; they make up the range: True
2022-12-31 to 2023-12-31: 1 years, 0 months, 1 days; they make up the range: True
2023-01-01 to 2024-01-01: 1 years, 0 months, 1 days; they make up the range: True
2023-01-01 to 2024-12-31: 2 years, 0 months, 0 days; they make up the range: True
2024-01-01 to 2024-12-31: 0 years, 11 months, 31 days; they make up the range: True
END
{
  node j.cjs >ranges
  python3 p.py
} >seen
diff want seen || { echo "date-range-compressor-one-year: no longer as recorded" >&2; exit 1; }
echo "date-range-compressor-one-year: as recorded"
