#!/usr/bin/env bash
# 24:00, the end of a day in ISO 8601 (2000, 2004 and again since the amendment of 2022): two libraries go to
# its beginning.
# 2021-09-16T24:00:00 and 2021-09-17T00:00:00 are one moment.
# Surprise: aniso8601 gives 2021-09-16 00:00, a day early, without an error; timefhuman does the same.
# dateutil's isoparse, ciso8601 and arrow give the 17th; isodate and pendulum refuse.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'aniso8601==10.0.1' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'ciso8601==2.4.1' 'arrow==1.4.0' 'isodate==0.7.2' 'pendulum==3.1.0' 'timefhuman==0.1.5' 'tzdata==2026.1'
cat >d.py <<'END'
import aniso8601, arrow, ciso8601, dateutil.parser, isodate, pendulum
import timefhuman
s = "2021-09-16T24:00:00"
for name, read in (("aniso8601", aniso8601.parse_datetime), ("timefhuman", lambda s: timefhuman.timefhuman(s)[0]), ("dateutil", dateutil.parser.isoparse), ("ciso8601", ciso8601.parse_datetime), ("arrow", arrow.get), ("isodate", isodate.parse_datetime), ("pendulum", pendulum.parse)):
    try:
        print(name, read(s).strftime("%Y-%m-%d %H:%M"))
    except Exception:
        print(name, "refused")
END
cat >want <<'END'
aniso8601 2021-09-16 00:00
timefhuman 2021-09-16 00:00
dateutil 2021-09-17 00:00
ciso8601 2021-09-17 00:00
arrow 2021-09-17 00:00
isodate refused
pendulum refused
END
venv/bin/python d.py >seen
diff want seen || { echo "iso-end-of-day: no longer as recorded" >&2; exit 1; }
echo "iso-end-of-day: as recorded"
