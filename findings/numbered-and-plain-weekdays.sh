#!/usr/bin/env bash
# BYDAY=1MO,TU in a monthly rule, from Monday 2027-03-01: the first Monday of the month and every Tuesday.
# Surprise: python-dateutil and rrule.js take the numbered and the plain days for two conditions, which no day fulfils,
# and give no date at all, not the first one either; rrule-temporal gives both kinds of days. Nobody warns.
# Source: RFC 5545 3.3.10, BYDAY: "a COMMA-separated list of days of the week", each of which may have a number.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'rrule@2.8.1' 'rrule-temporal@2.2.8' >/dev/null
cat >d.py <<'END'
from dateutil.rrule import rrulestr
r = "DTSTART:20270301T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=1MO,TU;UNTIL=20270410T000000Z"
print("dateutil", *[d.date() for d in rrulestr(r)])
END
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleTemporal } = require("rrule-temporal");
const r = "DTSTART:20270301T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=1MO,TU;UNTIL=20270410T000000Z";
console.log("rrule.js", rrulestr(r).all().map((d) => d.toISOString().slice(0, 10)).join(" "));
console.log("rrule-temporal", new RRuleTemporal({ rruleString: r }).all().map((d) => d.toString().slice(0, 10)).join(" "));
END
cat >want <<'END'
dateutil
rrule.js 
rrule-temporal 2027-03-01 2027-03-02 2027-03-09 2027-03-16 2027-03-23 2027-03-30 2027-04-05 2027-04-06
END
{
  venv/bin/python d.py
  node j.js
} >seen
diff want seen || { echo "numbered-and-plain-weekdays: no longer as recorded" >&2; exit 1; }
echo "numbered-and-plain-weekdays: as recorded"
