#!/usr/bin/env bash
# "P1M" is a month in ISO 8601; ical.js and vobject read a minute.
# RFC 5545 section 3.3.6 has no months, so an iCalendar reader may refuse it; M is a minute only behind T.
# Surprise: ical.js and vobject look at the letter alone and give PT1M and 60 seconds without an error, "P1Y2M"
# is one minute in ical.js. icalendar (Python) refuses, isodate has a month, aniso8601 30 days.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'vobject==0.9.9' 'icalendar==7.3.2' 'isodate==0.7.2' 'aniso8601==10.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >d.py <<'END'
import aniso8601, icalendar, isodate, vobject
for s in "P1M", "P1Y2M":
    for name, read in (("vobject", vobject.icalendar.stringToDurations), ("icalendar", icalendar.vDuration.from_ical), ("isodate", isodate.parse_duration), ("aniso8601", aniso8601.parse_duration)):
        try:
            print(s, name, read(s))
        except Exception as error:
            print(s, name, "refused")
END
cat >j.mjs <<'END'
import ICAL from "ical.js";
for (const s of ["P1M", "P1Y2M"]) console.log(s, "ical.js", String(ICAL.Duration.fromString(s)));
END
cat >want <<'END'
P1M vobject [datetime.timedelta(seconds=60)]
P1M icalendar refused
P1M isodate 1 month, 0:00:00
P1M aniso8601 30 days, 0:00:00
P1Y2M vobject refused
P1Y2M icalendar refused
P1Y2M isodate 1 years, 2 months, 0:00:00
P1Y2M aniso8601 425 days, 0:00:00
P1M ical.js PT1M
P1Y2M ical.js PT1M
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "duration-month-is-a-minute: no longer as recorded" >&2; exit 1; }
echo "duration-month-is-a-minute: as recorded"
