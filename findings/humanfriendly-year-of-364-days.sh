#!/usr/bin/env bash
# humanfriendly: a year has 364 days, so 365 days are "1 year and 1 day", and a leap year two days more.
# Its documentation: parse_timespan() takes "y, year, years" beside weeks and days, and format_timespan() writes "1 year, 2 days and 3 hours".
# No standard has such a year: the calendar's has 365 or 366 days, and ISO 8601 leaves its length to the dates that it is added to.
# Surprise: a year is 52 weeks in both directions. An expiry of "1 year" comes a day early, one of ten years 12 days early, a contract
# of 365 days gets a day more. Months are unknown: 30 days are four weeks and two days. Weeks and what is shorter are right.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'humanfriendly==10.0'
cat >p.py <<'END'
from datetime import datetime, timedelta
from humanfriendly import format_timespan, parse_timespan

for days in (7, 30, 363, 364, 365, 366, 730, 3652):
    print(f"{days} days:", format_timespan(days * 86400))
for text in ("1 week", "1 year", "10 years", "1.5 years"):
    print(f"{text}:", parse_timespan(text) / 86400, "days; after 2025-01-01:", datetime(2025, 1, 1) + timedelta(seconds=parse_timespan(text)))
END
cat >want <<'END'
7 days: 1 week
30 days: 4 weeks and 2 days
363 days: 51 weeks and 6 days
364 days: 1 year
365 days: 1 year and 1 day
366 days: 1 year and 2 days
730 days: 2 years and 2 days
3652 days: 10 years, 1 week and 5 days
1 week: 7.0 days; after 2025-01-01: 2025-01-08 00:00:00
1 year: 364.0 days; after 2025-01-01: 2025-12-31 00:00:00
10 years: 3640.0 days; after 2025-01-01: 2034-12-20 00:00:00
1.5 years: 546.0 days; after 2025-01-01: 2026-07-01 00:00:00
END
v/bin/python p.py >seen
diff want seen || { echo "humanfriendly-year-of-364-days: no longer as recorded" >&2; exit 1; }
echo "humanfriendly-year-of-364-days: as recorded"
