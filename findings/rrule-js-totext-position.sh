#!/usr/bin/env bash
# rrule.js: the last working day of the month is "every month on weekdays", and it says so with confidence.
# BYSETPOS=-1 picks one day of each month (the example in RFC 5545 section 3.3.10); the dates that rrule.js
# computes are right.
# Surprise: toText() leaves the position out and isFullyConvertibleToText() is true, so the check that the
# library has for this does not help.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'rrule@2.8.1' >/dev/null
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const rule = rrulestr("DTSTART:20270129T090000Z\nRRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3");
console.log(rule.all().map((d) => d.toISOString().slice(0, 10)).join(" "));
console.log(rule.toText(), "| fully convertible:", rule.isFullyConvertibleToText());
END
cat >want <<'END'
2027-01-29 2027-02-26 2027-03-31
every month on weekdays for 3 times | fully convertible: true
END
node j.js >seen
diff want seen || { echo "rrule-js-totext-position: no longer as recorded" >&2; exit 1; }
echo "rrule-js-totext-position: as recorded"
