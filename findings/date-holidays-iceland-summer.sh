#!/usr/bin/env bash
# date-holidays: Iceland's first day of summer comes a week early in years when 18 April is a Thursday.
# It is the first Thursday after 18 April (a holiday by Iceland's Act 88/1971), so one of 19 to 25 April: in
# 2019 and 2024 the 25th.
# Surprise: the rule that date-holidays has for it says the same, and it takes the 18th itself; holidays and
# workalendar (Python) have the 25th. In other years all three agree, so a test of another year passes.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'holidays==0.109' 'workalendar==17.0.0' 'convertdate==2.5.1' 'lunardate==0.3.0' 'pyluach==2.3.0' 'PyMeeus==0.5.12' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'date-holidays@3.37.0' >/dev/null
cat >d.py <<'END'
import holidays
from workalendar.europe import Iceland
for year in 2018, 2019, 2020, 2024, 2025:
    one = [d for d, name in holidays.country_holidays("IS", years=year, language="en_US").items() if "summer" in name.lower()]
    two = [d for d, name in Iceland().holidays(year) if "summer" in name.lower()]
    print(year, "holidays", *(f"{d:%m-%d}" for d in one), "workalendar", *(f"{d:%m-%d}" for d in two))
END
cat >j.mjs <<'END'
import Holidays from "date-holidays";
for (const year of [2018, 2019, 2020, 2024, 2025]) console.log(year, "date-holidays", ...new Holidays("IS").getHolidays(year).filter((h) => h.rule.includes("04-18")).map((h) => h.date.slice(5, 10) + " " + h.name + ", " + h.rule));
END
cat >want <<'END'
2018 holidays 04-19 workalendar 04-19
2019 holidays 04-25 workalendar 04-25
2020 holidays 04-23 workalendar 04-23
2024 holidays 04-25 workalendar 04-25
2025 holidays 04-24 workalendar 04-24
2018 date-holidays 04-19 Sumardagurinn fyrsti, thursday after 04-18
2019 date-holidays 04-18 Sumardagurinn fyrsti, thursday after 04-18
2020 date-holidays 04-23 Sumardagurinn fyrsti, thursday after 04-18
2024 date-holidays 04-18 Sumardagurinn fyrsti, thursday after 04-18
2025 date-holidays 04-24 Sumardagurinn fyrsti, thursday after 04-18
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "date-holidays-iceland-summer: no longer as recorded" >&2; exit 1; }
echo "date-holidays-iceland-summer: as recorded"
