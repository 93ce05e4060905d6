#!/usr/bin/env bash
# An EXDATE in UTC beside a DTSTART with a zone: rrule.js takes nothing out.
# RFC 5545 section 3.8.5.1 has EXDATE as date-times, section 3.3.5 lets them stand in UTC: 20210104T010000Z is 3
# January 20:00 in New York.
# Surprise: rrule.js gives all three dates, and two where the same moment is written with TZID. rrule-rust and
# rrule-temporal give two both times.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'rrule@2.8.1' 'rrule-rust@3.1.1' 'rrule-temporal@2.2.8' >/dev/null
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleSet } = require("rrule-rust");
const { RRuleTemporal } = require("rrule-temporal");
for (const exdate of ["EXDATE;TZID=America/New_York:20210103T200000", "EXDATE:20210104T010000Z"]) {
  const r = `DTSTART;TZID=America/New_York:20210102T200000\nRRULE:FREQ=DAILY;COUNT=3\n${exdate}`;
  console.log(exdate, "rrule.js", rrulestr(r).all().length, "rrule-rust", RRuleSet.fromString(r).all().length, "rrule-temporal", new RRuleTemporal({ rruleString: r }).all().length);
}
END
cat >want <<'END'
EXDATE;TZID=America/New_York:20210103T200000 rrule.js 2 rrule-rust 2 rrule-temporal 2
EXDATE:20210104T010000Z rrule.js 3 rrule-rust 2 rrule-temporal 2
END
node j.js >seen
diff want seen || { echo "rrule-js-exdate-in-utc: no longer as recorded" >&2; exit 1; }
echo "rrule-js-exdate-in-utc: as recorded"
