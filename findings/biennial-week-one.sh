#!/usr/bin/env bash
# Every other year, Monday of week 1: python-dateutil and rrule.js count calendar years, and lose weeks that
# begin in December.
# Week 1 of 2020 begins on 30 December 2019, of 2026 on 29 December 2025 (ISO 8601). From 2016, every two years:
# 2016, 2018, 2020, ... RFC 5545 section 3.3.10 takes weeks from ISO 8601.
# Surprise: dateutil and rrule.js give two dates in 2018 and none for week 1 of 2020; rrule-temporal goes by the
# year the week belongs to.
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
r = "DTSTART:20160104T090000Z\nRRULE:FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO;COUNT=6"
print("dateutil", *[d.date() for d in rrulestr(r)])
END
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleTemporal } = require("rrule-temporal");
const r = "DTSTART:20160104T090000Z\nRRULE:FREQ=YEARLY;INTERVAL=2;BYWEEKNO=1;BYDAY=MO;COUNT=6";
console.log("rrule.js", rrulestr(r).all().map((d) => d.toISOString().slice(0, 10)).join(" "));
console.log("rrule-temporal", new RRuleTemporal({ rruleString: r }).all().map((d) => d.toString().slice(0, 10)).join(" "));
END
cat >want <<'END'
dateutil 2016-01-04 2018-01-01 2018-12-31 2022-01-03 2024-01-01 2024-12-30
rrule.js 2016-01-04 2018-01-01 2018-12-31 2022-01-03 2024-01-01 2024-12-30
rrule-temporal 2016-01-04 2018-01-01 2019-12-30 2022-01-03 2024-01-01 2025-12-29
END
{
  venv/bin/python d.py
  node j.js
} >seen
diff want seen || { echo "biennial-week-one: no longer as recorded" >&2; exit 1; }
echo "biennial-week-one: as recorded"
