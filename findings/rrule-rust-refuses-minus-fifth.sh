#!/usr/bin/env bash
# rrule-rust refuses valid rules: negative fifth weekdays and long intervals. rrule.js takes them.
# RFC 5545 section 3.3.10 lets a weekday have any signed number from 1 to 53 (a "minus fifth Monday" of the
# month is the first one of a long month) and INTERVAL any positive integer; a day counted in seconds is 86400.
# Surprise: with -4MO the same rule is read, with -5MO and -53FR it is an error; INTERVAL ends at 65535.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'rrule@2.8.1' 'rrule-rust@3.1.1' >/dev/null
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleSet } = require("rrule-rust");
for (const rule of ["FREQ=MONTHLY;BYDAY=-4MO", "FREQ=MONTHLY;BYDAY=-5MO", "FREQ=YEARLY;BYDAY=-53FR", "FREQ=SECONDLY;INTERVAL=65535", "FREQ=SECONDLY;INTERVAL=86400"]) {
  const r = `DTSTART:20270101T090000Z\nRRULE:${rule};COUNT=2`;
  let rust;
  try { rust = RRuleSet.fromString(r).all().map((d) => String(d).slice(0, 8)).join(" "); } catch { rust = "error"; }
  console.log(rule, "| rrule.js", rrulestr(r).all().map((d) => d.toISOString().slice(0, 10).replaceAll("-", "")).join(" "), "| rrule-rust", rust);
}
END
cat >want <<'END'
FREQ=MONTHLY;BYDAY=-4MO | rrule.js 20270104 20270201 | rrule-rust 20270104 20270201
FREQ=MONTHLY;BYDAY=-5MO | rrule.js 20270301 20270503 | rrule-rust error
FREQ=YEARLY;BYDAY=-53FR | rrule.js 20270101 20320102 | rrule-rust error
FREQ=SECONDLY;INTERVAL=65535 | rrule.js 20270101 20270102 | rrule-rust 20270101 20270102
FREQ=SECONDLY;INTERVAL=86400 | rrule.js 20270101 20270102 | rrule-rust error
END
node j.js >seen
diff want seen || { echo "rrule-rust-refuses-minus-fifth: no longer as recorded" >&2; exit 1; }
echo "rrule-rust-refuses-minus-fifth: as recorded"
