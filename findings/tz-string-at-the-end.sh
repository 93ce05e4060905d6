#!/usr/bin/env bash
# The rule at the end of a time zone file: dateutil's tzstr refuses names in <> and begins Jerusalem's summer a day early,
# posixtz has no half hours, and no summer in Sydney.
# RFC 8536 section 3.3: a TZif file ends with a TZ string of POSIX, with names like <-03> where a zone has no letters, hours
# of -167 to 167 that count on over midnight, and "summer" in the other half of the year, or in winter as in Dublin.
# The strings are those of tzdata 2025b, each compared with zoneinfo for every hour of 2030.
# Surprise: dateutil's manual names the format; 26 o'clock and 50 o'clock are 2 o'clock of the day itself. posixtz takes
# each without an error: India's 5:30 is 5 hours, Lord Howe's offset 0, and in the south, in Greenland and in Ireland
# clocks never change.
set -euo pipefail
for tool in npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'tzdata==2025.2'
npm install --silent --no-audit --no-fund 'posixtz@1.0.0' 'moment@2.30.1' 'moment-timezone@0.5.48' >/dev/null
cat >p.py <<'END'
import json
from datetime import datetime, timedelta, timezone
from importlib.resources import files
from zoneinfo import ZoneInfo
from dateutil.tz import tzstr
HOURS = [datetime(2030, 1, 1, tzinfo=timezone.utc) + timedelta(hours=hour) for hour in range(365 * 24)]
zones = {}
for name in ("Europe/Berlin", "Europe/Dublin", "America/Nuuk", "Asia/Jerusalem", "Asia/Gaza", "Asia/Kolkata", "America/St_Johns", "America/Santiago", "Australia/Lord_Howe", "Australia/Sydney"):
    rule = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes().decode("latin-1").splitlines()[-1]
    offsets = [hour.astimezone(ZoneInfo(name)).utcoffset() for hour in HOURS]
    zones[name] = [rule, [offset // timedelta(minutes=1) for offset in offsets]]
    try:
        other = sum(hour.astimezone(tzstr(rule)).utcoffset() != offset for hour, offset in zip(HOURS, offsets))
        print("tzstr", name, rule, f"{other} hours wrong" if other else "right")
    except ValueError as error:
        print("tzstr", name, rule, error)
with open("zones", "w") as out:
    json.dump(zones, out)
END
cat >j.cjs <<'END'
const { getOffsetForLocalDateWithPosixTZ: offsetOf } = require("posixtz");
for (const [name, [rule, offsets]] of Object.entries(JSON.parse(require("fs").readFileSync("zones", "utf8")))) {
  const local = (minutes, hour) => new Date(Date.UTC(2030, 0, 1, hour, minutes)).toISOString().slice(0, 19);
  const other = offsets.filter((minutes, hour) => offsetOf(local(minutes, hour), rule) !== minutes).length;
  console.log("posixtz", name, rule, other ? `${other} hours wrong` : "right");
}
END
cat >want <<'END'
tzstr Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3 right
tzstr Europe/Dublin IST-1GMT0,M10.5.0,M3.5.0/1 1 hours wrong
tzstr America/Nuuk <-02>2<-01>,M3.5.0/-1,M10.5.0/0 unknown string format
tzstr Asia/Jerusalem IST-2IDT,M3.4.4/26,M10.5.0 24 hours wrong
tzstr Asia/Gaza EET-2EEST,M3.4.4/50,M10.4.4/50 96 hours wrong
tzstr Asia/Kolkata IST-5:30 right
tzstr America/St_Johns NST3:30NDT,M3.2.0,M11.1.0 right
tzstr America/Santiago <-04>4<-03>,M9.1.6/24,M4.1.6/24 unknown string format
tzstr Australia/Lord_Howe <+1030>-10:30<+11>-11,M10.1.0,M4.1.0 unknown string format
tzstr Australia/Sydney AEST-10AEDT,M10.1.0,M4.1.0/3 right
posixtz Europe/Berlin CET-1CEST,M3.5.0,M10.5.0/3 1 hours wrong
posixtz Europe/Dublin IST-1GMT0,M10.5.0,M3.5.0/1 3720 hours wrong
posixtz America/Nuuk <-02>2<-01>,M3.5.0/-1,M10.5.0/0 5040 hours wrong
posixtz Asia/Jerusalem IST-2IDT,M3.4.4/26,M10.5.0 1 hours wrong
posixtz Asia/Gaza EET-2EEST,M3.4.4/50,M10.4.4/50 1 hours wrong
posixtz Asia/Kolkata IST-5:30 8760 hours wrong
posixtz America/St_Johns NST3:30NDT,M3.2.0,M11.1.0 8760 hours wrong
posixtz America/Santiago <-04>4<-03>,M9.1.6/24,M4.1.6/24 5063 hours wrong
posixtz Australia/Lord_Howe <+1030>-10:30<+11>-11,M10.1.0,M4.1.0 8760 hours wrong
posixtz Australia/Sydney AEST-10AEDT,M10.1.0,M4.1.0/3 4392 hours wrong
END
{
  v/bin/python p.py
  node j.cjs
} >seen
diff want seen || { echo "tz-string-at-the-end: no longer as recorded" >&2; exit 1; }
echo "tz-string-at-the-end: as recorded"
