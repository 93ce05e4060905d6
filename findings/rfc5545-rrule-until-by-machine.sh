#!/usr/bin/env bash
# rfc5545-rrule (npm) and rrecur: the last day of a rule becomes an hour, in rfc5545-rrule one of the machine's clock, so that reading
# and writing a rule in Berlin takes its last day away.
# RFC 5545 section 3.3.10: UNTIL has the same value type as DTSTART, so that of a series of whole days is a DATE, and that of
# a series of hours without a zone is an hour without a zone.
# Surprise: UNTIL=20240430 is written back as 20240430T000000Z in UTC, 20240429T220000Z in Berlin and 20240430T040000Z in New
# York, and an hour without a Z likewise; rrecur gives the day a midnight with a Z everywhere, and reads hours by the machine. In
# rrule.js, which takes either type, the rule from Berlin has four Tuesdays of five. An UNTIL with a Z is kept.
set -euo pipefail
for tool in node npm; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8
npm install --silent --no-audit --no-fund 'rfc5545-rrule@1.1.1' 'nearley@2.20.1' 'rrecur@2.0.0' 'rrule@2.8.1' >/dev/null
cat >j.cjs <<'END'
const { RRule } = require("rfc5545-rrule");
const { Rrecur } = require("rrecur");
const { rrulestr } = require("rrule");
const days = (rule) => rrulestr("DTSTART:20240402T000000Z\n" + rule).all().map((date) => date.toISOString().slice(5, 10));
for (const until of ["20240430", "20240430T090000", "20240430T090000Z"]) {
  const text = "RRULE:FREQ=WEEKLY;UNTIL=" + until + ";BYDAY=TU";
  const own = RRule.fromString(text).toString();
  const other = "RRULE:" + Rrecur.stringify(Rrecur.parse(text));
  console.log(process.env.TZ, until, "| rfc5545-rrule", own.slice(24, -9), ...(until.length > 8 ? [] : days(own)), "| rrecur", other.slice(24, -9));
}
END
cat >want <<'END'
UTC 20240430 | rfc5545-rrule 20240430T000000Z 04-02 04-09 04-16 04-23 04-30 | rrecur 20240430T000000Z
UTC 20240430T090000 | rfc5545-rrule 20240430T090000Z | rrecur 20240430T090000Z
UTC 20240430T090000Z | rfc5545-rrule 20240430T090000Z | rrecur 20240430T090000Z
Europe/Berlin 20240430 | rfc5545-rrule 20240429T220000Z 04-02 04-09 04-16 04-23 | rrecur 20240430T000000Z
Europe/Berlin 20240430T090000 | rfc5545-rrule 20240430T070000Z | rrecur 20240430T070000Z
Europe/Berlin 20240430T090000Z | rfc5545-rrule 20240430T090000Z | rrecur 20240430T090000Z
America/New_York 20240430 | rfc5545-rrule 20240430T040000Z 04-02 04-09 04-16 04-23 04-30 | rrecur 20240430T000000Z
America/New_York 20240430T090000 | rfc5545-rrule 20240430T130000Z | rrecur 20240430T130000Z
America/New_York 20240430T090000Z | rfc5545-rrule 20240430T090000Z | rrecur 20240430T090000Z
END
for zone in UTC Europe/Berlin America/New_York; do TZ=$zone node j.cjs; done >seen
diff want seen || { echo "rfc5545-rrule-until-by-machine: no longer as recorded" >&2; exit 1; }
echo "rfc5545-rrule-until-by-machine: as recorded"
