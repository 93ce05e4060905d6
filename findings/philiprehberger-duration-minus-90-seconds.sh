#!/usr/bin/env bash
# philiprehberger-duration (Python): minus ninety seconds are written as "-1w 6d 23h 58m 30s" and read again as almost two weeks.
# Its README: format and parse are for seconds and back, in four styles, one of them ISO 8601, and its Duration takes a
# timedelta and does arithmetic, subtraction too. ISO 8601: a comma is a decimal sign as a full stop is.
# Surprise: a number below nothing becomes a week less and the rest of it, and the sign is lost when it is read. In ISO style it is
# "P-1DT23H58M30S", which neither this library nor isodate reads. "PT1,5H" is five hours, what stands before the comma being dropped.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'philiprehberger-duration==0.4.0' 'isodate==0.7.2'
cat >p.py <<'END'
from datetime import timedelta
import isodate
from philiprehberger_duration import Duration, format, parse

def result(function, *arguments):
    try:
        return function(*arguments)
    except ValueError as error:
        return type(error).__name__

for seconds in (90, -90, -3600):
    for style in ("short", "colon", "iso"):
        text = format(seconds, style=style)
        print(f"{seconds} {style}: {text}, read again", result(parse, text))
print("isodate:", result(isodate.parse_duration, format(-90, style="iso")), isodate.duration_isoformat(timedelta(seconds=-90)))
print("from_timedelta:", Duration.from_timedelta(timedelta(seconds=-90)))
print("10 - 15 minutes:", Duration(minutes=10) - Duration(minutes=15))
for text in ("PT1.5H", "PT1,5H", "1.5 hours", "1,5 hours"):
    print(text, parse(text))
print("isodate: PT1,5H", isodate.parse_duration("PT1,5H").total_seconds())
END
cat >want <<'END'
90 short: 1m 30s, read again 90.0
90 colon: 0:01:30, read again 90.0
90 iso: PT1M30S, read again 90.0
-90 short: -1w 6d 23h 58m 30s, read again 1209510.0
-90 colon: -1d 23:58:30, read again 86400.0
-90 iso: P-1DT23H58M30S, read again ValueError
-3600 short: -1w 6d 23h, read again 1206000.0
-3600 colon: -1d 23:00:00, read again 86400.0
-3600 iso: P-1DT23H, read again ValueError
isodate: ISO8601Error -PT1M30S
from_timedelta: -1w 6d 23h 58m 30s
10 - 15 minutes: -1w 6d 23h 55m
PT1.5H 5400.0
PT1,5H 18000.0
1.5 hours 5400.0
1,5 hours 18000.0
isodate: PT1,5H 5400.0
END
v/bin/python p.py >seen
diff want seen || { echo "philiprehberger-duration-minus-90-seconds: no longer as recorded" >&2; exit 1; }
echo "philiprehberger-duration-minus-90-seconds: as recorded"
