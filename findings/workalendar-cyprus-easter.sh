#!/usr/bin/env bash
# workalendar: Cyprus has the Western Easter, and the Dormition in July.
# Cyprus keeps the Orthodox Easter (in 2018 on 8 April, in 2021 on 2 May) and the Dormition on 15 August.
# Surprise: workalendar has Easter Monday of 2021 four weeks early, with Good Friday, Clean Monday and Pentecost
# Monday, and 15 July for 15 August; its own Greece is right. holidays (Python) and date-holidays have the
# Orthodox days. 2025, when both Easters fall together, hides the first fault.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'workalendar==17.0.0' 'holidays==0.109' 'convertdate==2.5.1' 'lunardate==0.3.0' 'pyluach==2.3.0' 'PyMeeus==0.5.12' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'date-holidays@3.37.0' >/dev/null
cat >d.py <<'END'
import holidays
from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter
from workalendar.europe import Cyprus, Greece
import datetime as D
for year in 2018, 2021, 2025:
    days = {"workalendar CY": {d for d, _ in Cyprus().holidays(year)}, "workalendar GR": {d for d, _ in Greece().holidays(year)}, "holidays CY": set(holidays.country_holidays("CY", years=year))}
    western, orthodox = (easter(year, method) + D.timedelta(days=1) for method in (EASTER_WESTERN, EASTER_ORTHODOX))
    for name, those in days.items():
        print(year, name, "| Easter Monday", *sorted({f"{d:%m-%d}" for d in (western, orthodox) if d in those}), "| Dormition", *(f"{d:%m-%d}" for d in (D.date(year, 7, 15), D.date(year, 8, 15)) if d in those))
END
cat >j.mjs <<'END'
import Holidays from "date-holidays";
for (const year of [2018, 2021, 2025]) {
  const days = new Holidays("CY").getHolidays(year);
  const of = (rule) => days.filter((h) => rule.test(h.rule)).map((h) => h.date.slice(5, 10)).join(" ");
  console.log(year, "date-holidays CY | Easter Monday", of(/^orthodox 1$/), "| Dormition", of(/^0[78]-15/));
}
END
cat >want <<'END'
2018 workalendar CY | Easter Monday 04-02 | Dormition 07-15
2018 workalendar GR | Easter Monday 04-09 | Dormition 08-15
2018 holidays CY | Easter Monday 04-09 | Dormition 08-15
2021 workalendar CY | Easter Monday 04-05 | Dormition 07-15
2021 workalendar GR | Easter Monday 05-03 | Dormition 08-15
2021 holidays CY | Easter Monday 05-03 | Dormition 08-15
2025 workalendar CY | Easter Monday 04-21 | Dormition 07-15
2025 workalendar GR | Easter Monday 04-21 | Dormition 08-15
2025 holidays CY | Easter Monday 04-21 | Dormition 08-15
2018 date-holidays CY | Easter Monday 04-09 | Dormition 08-15
2021 date-holidays CY | Easter Monday 05-03 | Dormition 08-15
2025 date-holidays CY | Easter Monday 04-21 | Dormition 08-15
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "workalendar-cyprus-easter: no longer as recorded" >&2; exit 1; }
echo "workalendar-cyprus-easter: as recorded"
