#!/usr/bin/env bash
# Bengali dates in Bangladesh: bangla and date-bengali-revised keep the months of 1987, so each date is a day ahead for five months.
# Bangla Academy's revision, in force since 16 October 2019 (31 Ashwin 1426, until then 1 Kartik): the first six months have
# 31 days, Falgun has 29, or 30 where the Gregorian year is a leap year, the others 30. With it 16 December is 1 Poush,
# 21 February 8 Falgun and 26 March 12 Chaitra, as in the years that these days commemorate.
# Surprise: both libraries are made for Bangladesh, name the revision of 1987 and are used for the dates of today; from 16
# October to mid-March both are a day ahead, on Victory Day and Language Day too, and right again from Chaitra on.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
npm install --silent --no-audit --no-fund 'date-bengali-revised@2.0.2' >/dev/null
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'bangla==0.0.6'
cat >p.py <<'END'
import sys
from datetime import date
import bangla
MONTHS = ["বৈশাখ", "জ্যৈষ্ঠ", "আষাঢ়", "শ্রাবণ", "ভাদ্র", "আশ্বিন", "কার্তিক", "অগ্রহায়ণ", "পৌষ", "মাঘ", "ফাল্গুন", "চৈত্র"]
def revised(day):
    year = day.year if day >= date(day.year, 4, 14) else day.year - 1
    is_leap = (date(year + 1, 3, 1) - date(year + 1, 2, 28)).days == 2
    left = (day - date(year, 4, 14)).days
    for number, length in enumerate([31] * 6 + [30] * 4 + [30 if is_leap else 29, 30], start=1):
        if left < length:
            return f"{year - 593}-{number}-{left + 1}"
        left -= length
def by_bangla(day):
    found = bangla.get_date(day.day, day.month, day.year)
    return f"{int(found['year'])}-{MONTHS.index(found['month']) + 1}-{int(found['date'])}"
days = [date.fromisoformat(text) for text in sys.argv[1:]]
print("rule of 2019 |", ", ".join(map(revised, days)))
print("bangla |", ", ".join(map(by_bangla, days)))
END
cat >j.mjs <<'END'
import { CalendarBengaliRevised } from "date-bengali-revised";
const dates = process.argv.slice(2).map((text) => new CalendarBengaliRevised().fromGregorian(...text.split("-").map(Number)));
console.log("date-bengali-revised |", dates.map((date) => `${date.year}-${date.month}-${date.day}`).join(", "));
END
cat >want <<'END'
2024-04-14 2024-08-15 2024-10-16 2024-10-17 2024-12-16 2025-02-14 2025-02-21 2025-03-26
rule of 2019 | 1431-1-1, 1431-4-31, 1431-6-31, 1431-7-1, 1431-9-1, 1431-11-1, 1431-11-8, 1431-12-12
bangla | 1431-1-1, 1431-4-31, 1431-7-1, 1431-7-2, 1431-9-2, 1431-11-2, 1431-11-9, 1431-12-12
date-bengali-revised | 1431-1-1, 1431-4-31, 1431-7-1, 1431-7-2, 1431-9-2, 1431-11-2, 1431-11-9, 1431-12-12
END
{
  set -- 2024-04-14 2024-08-15 2024-10-16 2024-10-17 2024-12-16 2025-02-14 2025-02-21 2025-03-26
  echo "$*"
  v/bin/python p.py "$@"
  node j.mjs "$@"
} >seen
diff want seen || { echo "bengali-months-of-1987: no longer as recorded" >&2; exit 1; }
echo "bengali-months-of-1987: as recorded"
