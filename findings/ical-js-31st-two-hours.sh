#!/usr/bin/env bash
# ical.js: the 31st at two hours a day gives an extra date, 1 February at the second hour, and 31 February is 3
# March.
# RFC 5545 section 3.3.10: dates that do not exist are ignored; BYHOUR adds hours to the days of the series, and
# BYMONTH months.
# Surprise: FREQ=MONTHLY from 31 January is right (31 March is next), with BYHOUR=9,17 beside it 1 February
# 17:00 comes between; FREQ=YEARLY;BYMONTH=1,2,3 has 3 March 2023 and 2 March 2024. python-dateutil and rrule.js
# have neither.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'rrule@2.8.1' >/dev/null
cat >d.py <<'END'
from dateutil.rrule import rrulestr
for rule in "FREQ=MONTHLY;COUNT=5", "FREQ=MONTHLY;BYHOUR=9,17;COUNT=5", "FREQ=YEARLY;BYMONTH=1,2,3;COUNT=5":
    print("python-dateutil", rule, *(d.strftime("%m-%dT%H") for d in rrulestr("DTSTART:20230131T090000\nRRULE:" + rule)))
END
cat >j.mjs <<'END'
import ICAL from "ical.js";
import rrule from "rrule";
for (const rule of ["FREQ=MONTHLY;COUNT=5", "FREQ=MONTHLY;BYHOUR=9,17;COUNT=5", "FREQ=YEARLY;BYMONTH=1,2,3;COUNT=5"]) {
  console.log("rrule.js", rule, ...rrule.rrulestr("DTSTART:20230131T090000Z\nRRULE:" + rule).all().map((d) => d.toISOString().slice(5, 13)));
  const it = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString("2023-01-31T09:00:00"));
  console.log("ical.js", rule, ...[1, 2, 3, 4, 5].map(() => String(it.next()).slice(5, 13)));
}
END
cat >want <<'END'
python-dateutil FREQ=MONTHLY;COUNT=5 01-31T09 03-31T09 05-31T09 07-31T09 08-31T09
python-dateutil FREQ=MONTHLY;BYHOUR=9,17;COUNT=5 01-31T09 01-31T17 03-31T09 03-31T17 05-31T09
python-dateutil FREQ=YEARLY;BYMONTH=1,2,3;COUNT=5 01-31T09 03-31T09 01-31T09 03-31T09 01-31T09
rrule.js FREQ=MONTHLY;COUNT=5 01-31T09 03-31T09 05-31T09 07-31T09 08-31T09
ical.js FREQ=MONTHLY;COUNT=5 01-31T09 03-31T09 05-31T09 07-31T09 08-31T09
rrule.js FREQ=MONTHLY;BYHOUR=9,17;COUNT=5 01-31T09 01-31T17 03-31T09 03-31T17 05-31T09
ical.js FREQ=MONTHLY;BYHOUR=9,17;COUNT=5 01-31T09 01-31T17 02-01T17 03-31T09 03-31T17
rrule.js FREQ=YEARLY;BYMONTH=1,2,3;COUNT=5 01-31T09 03-31T09 01-31T09 03-31T09 01-31T09
ical.js FREQ=YEARLY;BYMONTH=1,2,3;COUNT=5 01-31T09 03-03T09 03-31T09 01-31T09 03-02T09
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "ical-js-31st-two-hours: no longer as recorded" >&2; exit 1; }
echo "ical-js-31st-two-hours: as recorded"
