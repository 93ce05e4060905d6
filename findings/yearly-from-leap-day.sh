#!/usr/bin/env bash
# Each year from 29 February: three readers, three calendars.
# RFC 5545 section 3.3.10 ignores invalid dates, so 2024 is followed by 2028, as rrule.js has it; RFC 7529
# section 4.1 names that SKIP=OMIT, the default.
# Surprise: ical.js goes to 1 March 2025 (and COUNT runs out in three years), ts-ics to 28 February 2025.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' 'rrule@2.8.1' 'ts-ics@2.4.6' >/dev/null
cat >j.mjs <<'END'
import ICAL from "ical.js";
import rrule from "rrule";
import { convertIcsRecurrenceRule, extendByRecurrenceRule } from "ts-ics";
const rule = "FREQ=YEARLY;COUNT=3";
console.log("rrule.js", rrule.rrulestr("DTSTART:20240229T090000Z\nRRULE:" + rule).all().map((d) => d.toISOString().slice(0, 10)).join(" "));
const it = ICAL.Recur.fromString(rule).iterator(ICAL.Time.fromDateTimeString("2024-02-29T09:00:00"));
console.log("ical.js", [1, 2, 3].map(() => String(it.next()).slice(0, 10)).join(" "));
console.log("ts-ics", extendByRecurrenceRule(convertIcsRecurrenceRule(undefined, { value: rule }), { start: new Date("2024-02-29T09:00:00Z"), end: new Date("2040-01-01") }).map((d) => d.toISOString().slice(0, 10)).join(" "));
END
cat >want <<'END'
rrule.js 2024-02-29 2028-02-29 2032-02-29
ical.js 2024-02-29 2025-03-01 2026-03-01
ts-ics 2024-02-29 2025-02-28 2026-02-28
END
node j.mjs >seen
diff want seen || { echo "yearly-from-leap-day: no longer as recorded" >&2; exit 1; }
echo "yearly-from-leap-day: as recorded"
