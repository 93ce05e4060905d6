#!/usr/bin/env bash
# rrule-temporal, yearly rules: BYYEARDAY hides BYDAY, and the 53rd Friday of a year without one is taken from
# the next year.
# FREQ=YEARLY;BYYEARDAY=100;BYDAY=SA should give the 100th day only where it is a Saturday (BYDAY limits: the
# note and table in RFC 5545 section 3.3.10); BYDAY=53FR should pass over years that have 52 Fridays (invalid
# dates are ignored, same section).
# Surprise: Sunday 9 April 2028 and 5 January 2029 come out. rrule.js and python-dateutil are right on both.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'rrule@2.8.1' 'rrule-temporal@2.2.8' >/dev/null
cat >j.js <<'END'
const { rrulestr } = require("rrule");
const { RRuleTemporal } = require("rrule-temporal");
for (const rule of ["FREQ=YEARLY;BYYEARDAY=100;BYDAY=SA;COUNT=3", "FREQ=YEARLY;BYDAY=53FR;COUNT=3"]) {
  const r = `DTSTART:20270101T090000Z\nRRULE:${rule}`;
  const days = ["Su", "Mo", "Tu", "We", "Th", "Fr", "Sa"];
  const show = (d) => d.toISOString().slice(0, 10) + days[d.getUTCDay()];
  console.log(rule);
  console.log("  rrule.js      ", rrulestr(r).all().map(show).join(" "));
  console.log("  rrule-temporal", new RRuleTemporal({ rruleString: r }).all().map((d) => show(new Date(d.epochMilliseconds))).join(" "));
}
END
cat >want <<'END'
FREQ=YEARLY;BYYEARDAY=100;BYDAY=SA;COUNT=3
  rrule.js       2027-04-10Sa 2038-04-10Sa 2044-04-09Sa
  rrule-temporal 2027-04-10Sa 2028-04-09Su 2029-04-10Tu
FREQ=YEARLY;BYDAY=53FR;COUNT=3
  rrule.js       2027-12-31Fr 2032-12-31Fr 2038-12-31Fr
  rrule-temporal 2027-12-31Fr 2029-01-05Fr 2030-01-04Fr
END
node j.js >seen
diff want seen || { echo "rrule-temporal-yearday-and-53rd: no longer as recorded" >&2; exit 1; }
echo "rrule-temporal-yearday-and-53rd: as recorded"
