#!/usr/bin/env bash
# holidays-nordic: Denmark's Great Prayer Day is a week late, and comes after it was abolished, Whit Monday is a working day.
# Great Prayer Day was the fourth Friday after Easter, 5 May in 2023, for the last time: a law of March 2023 took it away from
# 2024 on. Whit Monday is a public holiday in Denmark. All Saints' Day is kept on a Sunday there, and its Saturday is none, nor
# in Norway (law on holidays of 1995-02-24, no. 12, section 2).
# Surprise: the library counts the Fridays one too far and forever, has no Whit Monday in Denmark, and gives Sweden's All
# Saints' Saturday to all three countries, so each year of the two has a day off that is none. holidays (Python) has the laws'.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'holidays==0.109' 'python-dateutil==2.9.0.post0'
npm install --silent --no-audit --no-fund 'holidays-nordic@0.1.1' >/dev/null
cat >j.cjs <<'END'
const isHoliday = require("holidays-nordic").default ?? require("holidays-nordic");
const days = {};
for (const country of ["dk", "no"]) {
  days[country] = {};
  for (let day = Date.UTC(2022, 0, 1); day < Date.UTC(2027, 0, 1); day += 86400e3) {
    const name = new Date(day).getUTCDay() && isHoliday(new Date(day), country);
    if (name) days[country][new Date(day).toISOString().slice(0, 10)] = name;
  }
}
console.log(JSON.stringify(days));
END
cat >p.py <<'END'
import json
import sys
from datetime import date
import holidays
seen = json.load(sys.stdin)
EVES = ("12-24", "12-31")  # no holidays by law, and half days off
for country in "dk", "no":
    law = {str(day): name for day, name in holidays.country_holidays(country.upper(), years=range(2022, 2027)).items() if day.weekday() < 6}
    for day in sorted(law.keys() ^ seen[country].keys()):
        if not day.endswith(EVES):
            print(country, day, date.fromisoformat(day).strftime("%a"), "holidays-nordic:", seen[country].get(day, "-"), "| holidays:", law.get(day, "-"))
END
cat >want <<'END'
dk 2022-05-13 Fri holidays-nordic: - | holidays: Great Prayer Day
dk 2022-05-20 Fri holidays-nordic: Store bededag | holidays: -
dk 2022-06-06 Mon holidays-nordic: - | holidays: Pentecost Monday
dk 2022-11-05 Sat holidays-nordic: All Saints' Day | holidays: -
dk 2023-05-05 Fri holidays-nordic: - | holidays: Great Prayer Day
dk 2023-05-12 Fri holidays-nordic: Store bededag | holidays: -
dk 2023-05-29 Mon holidays-nordic: - | holidays: Pentecost Monday
dk 2023-11-04 Sat holidays-nordic: All Saints' Day | holidays: -
dk 2024-05-03 Fri holidays-nordic: Store bededag | holidays: -
dk 2024-05-20 Mon holidays-nordic: - | holidays: Pentecost Monday
dk 2024-11-02 Sat holidays-nordic: All Saints' Day | holidays: -
dk 2025-05-23 Fri holidays-nordic: Store bededag | holidays: -
dk 2025-06-09 Mon holidays-nordic: - | holidays: Pentecost Monday
dk 2025-11-01 Sat holidays-nordic: All Saints' Day | holidays: -
dk 2026-05-08 Fri holidays-nordic: Store bededag | holidays: -
dk 2026-05-25 Mon holidays-nordic: - | holidays: Pentecost Monday
dk 2026-10-31 Sat holidays-nordic: All Saints' Day | holidays: -
no 2022-11-05 Sat holidays-nordic: All Saints' Day | holidays: -
no 2023-11-04 Sat holidays-nordic: All Saints' Day | holidays: -
no 2024-11-02 Sat holidays-nordic: All Saints' Day | holidays: -
no 2025-11-01 Sat holidays-nordic: All Saints' Day | holidays: -
no 2026-10-31 Sat holidays-nordic: All Saints' Day | holidays: -
END
node j.cjs | v/bin/python p.py >seen
diff want seen || { echo "holidays-nordic-denmark: no longer as recorded" >&2; exit 1; }
echo "holidays-nordic-denmark: as recorded"
