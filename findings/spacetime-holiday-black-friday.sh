#!/usr/bin/env bash
# spacetime-holiday: Black Friday of 2019 and 2024 is a week too early, and Victoria Day never moves.
# Black Friday is the day after Thanksgiving, the fourth Thursday of November (5 U.S.C. 6103); in a November that
# begins on a Friday that is the fifth Friday. Victoria Day is the last Monday before 25 May (Holidays Act of Canada).
# Surprise: the library's own Thanksgiving of 2024 is 28 November and its Black Friday 22 November. Victoria Day is
# 24 May in each year, a Friday in 2024, and "orthodox easter" is the Western date. holidays and dateutil, in Python,
# have all of them.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'holidays==0.109' 'python-dateutil==2.9.0.post0'
npm install --silent --no-audit --no-fund 'spacetime-holiday@0.3.0' >/dev/null
cat >j.cjs <<'END'
const holiday = require("spacetime-holiday");
for (const name of ["thanksgiving", "black friday", "victoria day", "orthodox easter"]) {
  console.log("spacetime-holiday", name, ...[2019, 2021, 2024, 2025].map((year) => holiday(name, year, "UTC").format("iso-short")));
}
END
cat >p.py <<'END'
import holidays
from dateutil.easter import EASTER_ORTHODOX, easter
YEARS = (2019, 2021, 2024, 2025)
def show(name, title, country, **more):
    calendar = holidays.country_holidays(country, years=YEARS, language="en_US", **more)
    print("holidays", name, *sorted(str(date) for date, text in calendar.items() if title in text))
show("thanksgiving", "Thanksgiving Day", "US")
show("black friday", "Friday After Thanksgiving", "US", subdiv="TX")
show("victoria day", "Victoria Day", "CA", subdiv="ON")
print("dateutil orthodox easter", *(easter(year, EASTER_ORTHODOX) for year in YEARS))
END
cat >want <<'END'
spacetime-holiday thanksgiving 2019-11-28 2021-11-25 2024-11-28 2025-11-27
spacetime-holiday black friday 2019-11-22 2021-11-26 2024-11-22 2025-11-28
spacetime-holiday victoria day 2019-05-24 2021-05-24 2024-05-24 2025-05-24
spacetime-holiday orthodox easter 2019-04-21 2021-04-04 2024-03-31 2025-04-20
holidays thanksgiving 2019-11-28 2021-11-25 2024-11-28 2025-11-27
holidays black friday 2019-11-29 2021-11-26 2024-11-29 2025-11-28
holidays victoria day 2019-05-20 2021-05-24 2024-05-20 2025-05-19
dateutil orthodox easter 2019-04-28 2021-05-02 2024-05-05 2025-04-20
END
{
  node j.cjs
  v/bin/python p.py
} >seen
diff want seen || { echo "spacetime-holiday-black-friday: no longer as recorded" >&2; exit 1; }
echo "spacetime-holiday-black-friday: as recorded"
