#!/usr/bin/env bash
# ISO 8601 intervals with a short end, "2024-02-01/05": luxon takes the 5 for an hour of today, pendulum refuses
# a month.
# What the end of an interval leaves out is taken from its start (ISO 8601:2004 section 4.4.5), so 2024-02-01/05
# ends on 5 February, T09:00/11:00 at 11:00 that day.
# Surprise: luxon, whose today is set to 2027-01-04 here, ends both on that day, three years later, and says
# that they are valid. pendulum reads neither, and raises TypeError for 2024-02-01/P1M, a day and a month.
# aniso8601 has all three, with 30 days for the month.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'aniso8601==10.0.1' 'pendulum==3.3.0' 'tzdata==2026.1' 'python-dateutil==4.0.0'
npm install --silent --no-audit --no-fund 'luxon@3.7.2' >/dev/null
cat >d.py <<'END'
import aniso8601, pendulum
def seen(f):
    try:
        return f()
    except Exception as e:
        return type(e).__name__
for text in "2024-02-01/05", "2024-02-01T09:00/11:00", "2024-02-01/P1M":
    print(text, "| aniso8601", aniso8601.parse_interval(text)[1], "| pendulum", seen(lambda: pendulum.parse(text).end))
END
cat >j.mjs <<'END'
import { Interval, Settings } from "luxon";
Settings.now = () => Date.UTC(2027, 0, 4, 12);
for (const text of ["2024-02-01/05", "2024-02-01T09:00/11:00", "2024-02-01/P1M"]) { const i = Interval.fromISO(text); console.log(text, "| luxon", i.end.toISO(), "valid", i.isValid); }
END
cat >want <<'END'
2024-02-01/05 | aniso8601 2024-02-05 | pendulum ParserError
2024-02-01T09:00/11:00 | aniso8601 2024-02-01 11:00:00 | pendulum ValueError
2024-02-01/P1M | aniso8601 2024-03-02 | pendulum TypeError
2024-02-01/05 | luxon 2027-01-04T05:00:00.000+00:00 valid true
2024-02-01T09:00/11:00 | luxon 2027-01-04T11:00:00.000+00:00 valid true
2024-02-01/P1M | luxon 2024-03-01T00:00:00.000+00:00 valid true
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "iso-interval-short-end: no longer as recorded" >&2; exit 1; }
echo "iso-interval-short-end: as recorded"
