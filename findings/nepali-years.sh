#!/usr/bin/env bash
# Nepali dates: pyBSDate has all of 2063 a year early, and two npm libraries are a day early in months of 2081 and 2082.
# The months of Bikram Sambat have 29 to 32 days by a yearly almanac, so libraries carry tables. Two days that are on record:
# the king of Nepal gave the parliament back on Monday 2006-04-24, 11 Baisakh 2063, and the fiscal year 2082/83 began with
# Thursday 2025-07-17, 1 Shrawan 2082.
# Surprise: pyBSDate's 11 Baisakh of 2062 and of 2063 are one day, and the way back is right, so no round trip holds.
# ad-bs-converter and nepali-date let Shrawan and Magh of 2082 begin a day before the other five. Nothing says where the
# almanac ends and a forecast begins.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'pyBSDate==0.3.2' 'nepali-datetime==1.0.8.5' 'bsad-converter==1.1.0'
npm install --silent --no-audit --no-fund 'ad-bs-converter@0.5.0' 'nepali-date@0.1.3' 'bikram-sambat@1.8.1' 'nepali-date-converter@3.4.0' >/dev/null
cat >p.py <<'END'
from datetime import date
import bsad_converter, nepali_datetime, pyBSDate
LIBRARIES = {
    "pyBSDate": lambda *day: date(*pyBSDate.convert_BS_to_AD(*day)),
    "nepali-datetime": lambda *day: nepali_datetime.date(*day).to_datetime_date(),
    "bsad-converter": lambda *day: bsad_converter.bs_to_ad(*day),
}
for name, convert in LIBRARIES.items():
    print(f"{name}:", *(f"{convert(*day):%a-%F}" for day in ((2062, 1, 11), (2063, 1, 11), (2064, 1, 11), (2082, 4, 1), (2082, 10, 1))))
print("pyBSDate, 2006-04-24:", pyBSDate.convert_AD_to_BS(2006, 4, 24))
END
cat >j.cjs <<'END'
const iso = (date) => date.toDateString().slice(0, 3) + "-" + date.toISOString().slice(0, 10);
const { bs2ad } = require("ad-bs-converter");
const NepaliDate = require("nepali-date").default ?? require("nepali-date");
const Converter = require("nepali-date-converter").default ?? require("nepali-date-converter");
const { toGreg } = require("bikram-sambat");
const utc = ({ year, month, day }) => new Date(Date.UTC(year, month - 1, day));
const libraries = {
  "ad-bs-converter": (...day) => utc(bs2ad(day.join("/"))),
  "nepali-date": (year, month, day) => new NepaliDate(year, month - 1, day).getEnglishDate(),
  "bikram-sambat": (...day) => utc(toGreg(...day)),
  "nepali-date-converter": (year, month, day) => new Converter(year, month - 1, day).toJsDate(),
};
for (const [name, convert] of Object.entries(libraries))
  console.log(`${name}:`, [[2062, 1, 11], [2063, 1, 11], [2064, 1, 11], [2082, 4, 1], [2082, 10, 1]].map((day) => iso(convert(...day))).join(" "));
END
cat >want <<'END'
pyBSDate: Sun-2005-04-24 Sun-2005-04-24 Tue-2007-04-24 Thu-2025-07-17 Thu-2026-01-15
nepali-datetime: Sun-2005-04-24 Mon-2006-04-24 Tue-2007-04-24 Thu-2025-07-17 Thu-2026-01-15
bsad-converter: Sun-2005-04-24 Mon-2006-04-24 Tue-2007-04-24 Thu-2025-07-17 Thu-2026-01-15
pyBSDate, 2006-04-24: (2063, 1, 11)
ad-bs-converter: Sun-2005-04-24 Mon-2006-04-24 Tue-2007-04-24 Wed-2025-07-16 Wed-2026-01-14
nepali-date: Sun-2005-04-24 Mon-2006-04-24 Tue-2007-04-24 Wed-2025-07-16 Wed-2026-01-14
bikram-sambat: Sun-2005-04-24 Mon-2006-04-24 Tue-2007-04-24 Thu-2025-07-17 Thu-2026-01-15
nepali-date-converter: Sun-2005-04-24 Mon-2006-04-24 Tue-2007-04-24 Thu-2025-07-17 Thu-2026-01-15
END
{
  v/bin/python p.py
  node j.cjs
} >seen
diff want seen || { echo "nepali-years: no longer as recorded" >&2; exit 1; }
echo "nepali-years: as recorded"
