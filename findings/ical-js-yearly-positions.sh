#!/usr/bin/env bash
# ical.js: "the last working day of the year" is each working day, "the 20th Monday" each Monday, "Monday of
# week 20" almost each Monday.
# RFC 5545 section 3.3.10 has all three: BYSETPOS counts within the year, 20MO is the twentieth of the year (its
# own example), BYWEEKNO limits the weeks.
# Surprise: no error, the numbers are passed over; python-dateutil gives one date a year.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >d.py <<'END'
from dateutil.rrule import rrulestr
for start, rule in ("20271231", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"), ("20270517", "FREQ=YEARLY;BYDAY=20MO"), ("20270517", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"):
    print("dateutil", rule, *[d.date() for d in rrulestr("DTSTART:%sT090000\nRRULE:%s" % (start, rule))[:3]])
END
cat >j.mjs <<'END'
import ICAL from "ical.js";
for (const [start, rule] of [["2027-12-31", "FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"], ["2027-05-17", "FREQ=YEARLY;BYDAY=20MO"], ["2027-05-17", "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"]]) {
  const it = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString(start + "T09:00:00"));
  console.log("ical.js ", rule, [1, 2, 3].map(() => String(it.next()).slice(0, 10)).join(" "));
}
END
cat >want <<'END'
dateutil FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 2027-12-31 2028-12-29 2029-12-31
dateutil FREQ=YEARLY;BYDAY=20MO 2027-05-17 2028-05-15 2029-05-14
dateutil FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO 2027-05-17 2028-05-15 2029-05-14
ical.js  FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1 2027-12-31 2028-01-03 2028-01-04
ical.js  FREQ=YEARLY;BYDAY=20MO 2027-05-17 2027-05-24 2027-05-31
ical.js  FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO 2027-05-24 2027-05-31 2027-06-07
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "ical-js-yearly-positions: no longer as recorded" >&2; exit 1; }
echo "ical-js-yearly-positions: as recorded"
