#!/usr/bin/env bash
# The sign of a duration: "-PT15M", the usual alarm, is fifteen minutes after in one library and no duration in
# two.
# RFC 5545 section 3.3.6 (and ISO 8601-2) puts plus or minus before P.
# Surprise: iso8601-duration takes "-PT15M" and drops the minus; aniso8601 and pendulum (Python) refuse it;
# luxon takes minus and refuses plus. tinyduration, isodate and ical.js have both signs.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'aniso8601==10.0.1' 'pendulum==3.1.0' 'isodate==0.7.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'iso8601-duration@2.1.4' 'luxon@3.7.2' 'tinyduration@3.4.1' 'ical.js@2.2.1' >/dev/null
cat >d.py <<'END'
import aniso8601, isodate, pendulum
for s in "-PT15M", "+PT15M":
    for name, read in (("aniso8601", aniso8601.parse_duration), ("pendulum", pendulum.parse), ("isodate", isodate.parse_duration)):
        try:
            print(s, name, read(s).total_seconds())
        except Exception as error:
            print(s, name, "refused")
END
cat >j.mjs <<'END'
import { parse, toSeconds } from "iso8601-duration";
import { Duration } from "luxon";
import { parse as tiny } from "tinyduration";
import ICAL from "ical.js";
for (const s of ["-PT15M", "+PT15M"]) {
  const l = Duration.fromISO(s);
  console.log(s, "iso8601-duration", toSeconds(parse(s)), "luxon", l.isValid ? l.as("seconds") : "invalid", "tinyduration", JSON.stringify(tiny(s)), "ical.js", ICAL.Duration.fromString(s).toSeconds());
}
END
cat >want <<'END'
-PT15M aniso8601 refused
-PT15M pendulum refused
-PT15M isodate -900.0
+PT15M aniso8601 refused
+PT15M pendulum refused
+PT15M isodate 900.0
-PT15M iso8601-duration 900 luxon -900 tinyduration {"minutes":15,"negative":true} ical.js -900
+PT15M iso8601-duration 900 luxon invalid tinyduration {"minutes":15} ical.js 900
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "duration-sign: no longer as recorded" >&2; exit 1; }
echo "duration-sign: as recorded"
