#!/usr/bin/env bash
# moment-duration (npm), a plugin for Moment: "15 minutes before" is written as 15 minutes after, and a month and 14 days as "P2W1M".
# RFC 5545 section 3.3.6: a duration may have a minus, and weeks stand alone; ISO 8601-1, durations with designators: the parts
# are in the order of their size, and at least one number stands behind the P.
# Surprise: toISOString, which the plugin gives to the Moment that it is pinned to (2.0.0), drops the sign; days that divide by seven
# are weeks, written before the years; no time at all is "P", half a second "PT500Z". An alarm written so rings after the
# event, and others are refused: ical.js and icalendar (Python) tell what they read.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'moment@2.0.0' 'moment-duration@0.0.6' 'ical.js@2.2.1' >/dev/null
cat >j.mjs <<'END'
import moment from "moment";
import ICAL from "ical.js";
const seen = (f) => { try { return f(); } catch { return "refused"; } };
const cases = [{ minutes: -15 }, { days: -1 }, { months: 1, days: 14 }, { years: 1, days: 7, hours: 2 }, { days: 14 }, {}, { milliseconds: 500 }, { hours: 36 }];
await import("moment-duration/src/moment-duration.js");
cases.forEach((each) => {
  const text = moment.duration(each).toISOString();
  console.log([JSON.stringify(each), text, "ical.js " + seen(() => ICAL.Duration.fromString(text).toSeconds() / 60 + " minutes")].join(" | "));
});
END
cat >p.py <<'END'
import sys
import icalendar
for line in sys.stdin:
    line = line.rstrip("\n")
    try:
        found = f"{icalendar.vDuration.from_ical(line.split(' | ')[1]).total_seconds() / 60:g} minutes"
    except ValueError:
        found = "refused"
    print(f"{line} | icalendar {found}")
END
cat >want <<'END'
{"minutes":-15} | PT15M | ical.js 15 minutes | icalendar 15 minutes
{"days":-1} | P1D | ical.js 1440 minutes | icalendar 1440 minutes
{"months":1,"days":14} | P2W1M | ical.js 20161 minutes | icalendar refused
{"years":1,"days":7,"hours":2} | P1W1YT2H | ical.js 10200 minutes | icalendar refused
{"days":14} | P2W | ical.js 20160 minutes | icalendar 20160 minutes
{} | P | ical.js refused | icalendar 0 minutes
{"milliseconds":500} | PT500Z | ical.js refused | icalendar refused
{"hours":36} | P1DT12H | ical.js 2160 minutes | icalendar 2160 minutes
END
node j.mjs | v/bin/python p.py >seen
diff want seen || { echo "moment-duration-minus-is-lost: no longer as recorded" >&2; exit 1; }
echo "moment-duration-minus-is-lost: as recorded"
