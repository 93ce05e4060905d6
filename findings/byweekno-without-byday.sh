#!/usr/bin/env bash
# BYWEEKNO without BYDAY: four libraries, two answers. FREQ=YEARLY;BYWEEKNO=10 from Friday 2027-01-01.
# Surprise: RFC 5545 section 3.3.10 takes what a rule leaves open, here the weekday, from DTSTART: one Friday a
# year. rrule-temporal does so; python-dateutil, rrule.js and rrule-rust give all seven days of the week. Nobody
# warns. Source: RFC 5545 3.3.10, paragraph on information that is not in the rule.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'rrule@2.8.1' 'rrule-rust@3.1.1' 'rrule-temporal@2.2.8' >/dev/null
cat >d.py <<'END'
from dateutil.rrule import rrulestr
r = "DTSTART:20270101T090000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=10;COUNT=3"
print("dateutil", *[d.date() for d in rrulestr(r)])
END
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleSet } = require("rrule-rust");
const { RRuleTemporal } = require("rrule-temporal");
const r = "DTSTART:20270101T090000Z\nRRULE:FREQ=YEARLY;BYWEEKNO=10;COUNT=3";
console.log("rrule.js", rrulestr(r).all().map((d) => d.toISOString().slice(0, 10)).join(" "));
console.log("rrule-rust", RRuleSet.fromString(r).all().map((d) => String(d).slice(0, 8)).join(" "));
console.log("rrule-temporal", new RRuleTemporal({ rruleString: r }).all().map((d) => d.toString().slice(0, 10)).join(" "));
END
cat >want <<'END'
dateutil 2027-03-08 2027-03-09 2027-03-10
rrule.js 2027-03-08 2027-03-09 2027-03-10
rrule-rust 20270308 20270309 20270310
rrule-temporal 2027-03-12 2028-03-10 2029-03-09
END
{
  venv/bin/python d.py
  node j.js
} >seen
diff want seen || { echo "byweekno-without-byday: no longer as recorded" >&2; exit 1; }
echo "byweekno-without-byday: as recorded"
