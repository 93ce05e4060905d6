#!/usr/bin/env bash
# ics (npm) writes durations that RFC 5545 does not have: "P2DT" for two days, "P1W1DT2H" for a week, a day and
# two hours.
# RFC 5545 section 3.3.6: T comes with a time, and weeks stand alone.
# Surprise: the first one is what {days: 2} gives, the form for a whole-day event. A strict ISO 8601 reader
# (isoduration, aniso8601) refuses both, while ical.js, icalendar and isodate read them and hide it.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'isoduration==20.11.0' 'aniso8601==10.0.1' 'icalendar==7.3.2' 'isodate==0.7.2' 'arrow==1.4.0' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ics@3.12.0' 'ical.js@2.2.1' >/dev/null
cat >w.cjs <<'END'
const ics = require("ics");
for (const duration of [{ days: 2 }, { weeks: 1, days: 1, hours: 2 }])
  console.log(ics.createEvent({ title: "x", start: [2021, 3, 27], duration }).value.match(/^DURATION:(\S+)/m)[1]);
END
cat >d.py <<'END'
import aniso8601, icalendar, isodate, isoduration
for s in open("written").read().split():
    for name, read in (("isoduration", isoduration.parse_duration), ("aniso8601", aniso8601.parse_duration), ("icalendar", icalendar.vDuration.from_ical), ("isodate", isodate.parse_duration)):
        try:
            print(s, name, read(s))
        except Exception as error:
            print(s, name, "refused")
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const s of readFileSync("written", "utf8").trim().split("\n")) console.log(s, "ical.js", String(ICAL.Duration.fromString(s)));
END
cat >want <<'END'
P2DT isoduration refused
P2DT aniso8601 refused
P2DT icalendar 2 days, 0:00:00
P2DT isodate 2 days, 0:00:00
P1W1DT2H isoduration refused
P1W1DT2H aniso8601 refused
P1W1DT2H icalendar 8 days, 2:00:00
P1W1DT2H isodate 8 days, 2:00:00
P2DT ical.js P2D
P1W1DT2H ical.js P8DT2H
END
{
  node w.cjs >written
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "ics-npm-writes-bad-durations: no longer as recorded" >&2; exit 1; }
echo "ics-npm-writes-bad-durations: as recorded"
