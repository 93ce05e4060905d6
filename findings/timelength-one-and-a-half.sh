#!/usr/bin/env bash
# timelength (Python): "one and a half hours" are half an hour, and "2 and a half days" twelve hours.
# Its README: a parser for human-readable lengths of time, with numerals in words and "half of a day" among the examples; with
# the default flags it succeeds if it finds one length, and `invalid` lists what it could not use.
# Surprise: the number before "and a half" is what it could not use, and of "an hour and a half" the half. All of them succeed,
# and so does "1 hour 30", an hour. "half an hour", "1/2 hour" and "1.5 hours" are right.
set -euo pipefail
command -v python3 >/dev/null || { echo "python3 is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'timelength==3.0.4'
cat >p.py <<'END'
from timelength import TimeLength

for text in ("half an hour", "1/2 hour", "1.5 hours", "one and a half hours", "two and a half hours", "2 and a half days", "an hour and a half", "three weeks and a half", "1 hour 30", "1 hour 30 minutes", "a couple of days"):
    result = TimeLength(text).result
    unused = [value for value, _ in result.invalid]
    print(f"{text}: {result.seconds / 3600:g} hours, success {result.success}, invalid {unused}")
END
cat >want <<'END'
half an hour: 0.5 hours, success True, invalid []
1/2 hour: 0.5 hours, success True, invalid []
1.5 hours: 1.5 hours, success True, invalid []
one and a half hours: 0.5 hours, success True, invalid [1.0]
two and a half hours: 0.5 hours, success True, invalid [2.0]
2 and a half days: 12 hours, success True, invalid [2.0]
an hour and a half: 1 hours, success True, invalid [1.0]
three weeks and a half: 504 hours, success True, invalid [1.0]
1 hour 30: 1 hours, success True, invalid [30.0]
1 hour 30 minutes: 1.5 hours, success True, invalid []
a couple of days: 0 hours, success False, invalid [1.0, 'couple', 'of', 'days']
END
v/bin/python p.py >seen
diff want seen || { echo "timelength-one-and-a-half: no longer as recorded" >&2; exit 1; }
echo "timelength-one-and-a-half: as recorded"
