#!/usr/bin/env bash
# Every 90 minutes within BYHOUR: rrule.js and its Rust namesake leave the grid over night.
# FREQ=MINUTELY;INTERVAL=90;BYHOUR=9,10,11,12 from 09:00: sixteen steps of 90 minutes are a day, so each day has
# 09:00, 10:30, 12:00.
# Surprise: rrule.js and rrule-rust go on at 09:30 on the second day, python-dateutil and rrule-temporal at
# 09:00. Intervals count from DTSTART whatever BYHOUR leaves out (RFC 5545 section 3.3.10: INTERVAL, and BYxxx
# parts that limit).
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
r = "DTSTART:20270101T090000Z\nRRULE:FREQ=MINUTELY;INTERVAL=90;BYHOUR=9,10,11,12;COUNT=7"
print("dateutil", *[d.strftime("%d/%H:%M") for d in rrulestr(r)])
END
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleSet } = require("rrule-rust");
const { RRuleTemporal } = require("rrule-temporal");
const r = "DTSTART:20270101T090000Z\nRRULE:FREQ=MINUTELY;INTERVAL=90;BYHOUR=9,10,11,12;COUNT=7";
const short = (iso) => iso.slice(8, 10) + "/" + iso.slice(11, 16);
console.log("rrule.js", rrulestr(r).all().map((d) => short(d.toISOString())).join(" "));
console.log("rrule-rust", RRuleSet.fromString(r).all().map((d) => String(d).replace(/^.{6}(..)T(..)(..).*/, "$1/$2:$3")).join(" "));
console.log("rrule-temporal", new RRuleTemporal({ rruleString: r }).all().map((d) => short(d.toString())).join(" "));
END
cat >want <<'END'
dateutil 01/09:00 01/10:30 01/12:00 02/09:00 02/10:30 02/12:00 03/09:00
rrule.js 01/09:00 01/10:30 01/12:00 02/09:30 02/11:00 02/12:30 03/10:00
rrule-rust 01/09:00 01/10:30 01/12:00 02/09:30 02/11:00 02/12:30 03/10:00
rrule-temporal 01/09:00 01/10:30 01/12:00 02/09:00 02/10:30 02/12:00 03/09:00
END
{
  venv/bin/python d.py
  node j.js
} >seen
diff want seen || { echo "minutely-interval-with-byhour: no longer as recorded" >&2; exit 1; }
echo "minutely-interval-with-byhour: as recorded"
