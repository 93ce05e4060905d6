#!/usr/bin/env bash
# ctparse: 12:30 am is half past noon, the last Friday of June the next Friday, and "after 4 June" in German the night of 4 June.
# Midnight is 12 am on the clock of twelve hours (CLDR and every am/pm clock; hours 12, 1, ..., 11).
# Surprise: 12 am and 12 pm are one hour; a weekday of a month keeps the weekday, drops month and year, and takes "last" and
# "first" for parts of a day; "nach dem 4. Juni" (after it) is read as "nacht", night, while "vor dem" (before) is a limit;
# "day after tomorrow" is from tomorrow on, "vorgestern" (two days ago) until yesterday. Nothing is refused, and all is scored.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'ctparse==0.3.6'
cat >p.py <<'END'
import logging
from datetime import datetime
from ctparse import ctparse
logging.disable(logging.CRITICAL)
for text in (
    "12:30 am tomorrow", "12:30 pm tomorrow", "1 am tomorrow", "last Friday of June 2027", "first Monday in June 2027",
    "1st of June 2027", "nach dem 4. Juni", "vor dem 4. Juni", "after 4 June 2027", "day after tomorrow", "vorgestern", "übermorgen",
):
    print(f"{text}:", ctparse(text, ts=datetime(2027, 5, 20, 9, 0), timeout=0).resolution)
END
cat >want <<'END'
12:30 am tomorrow: 2027-05-21 12:30 (X/X)
12:30 pm tomorrow: 2027-05-21 12:30 (X/X)
1 am tomorrow: 2027-05-21 01:00 (X/X)
last Friday of June 2027: 2027-05-21 X:X (X/last)
first Monday in June 2027: 2027-05-24 X:X (X/first)
1st of June 2027: 2027-06-01 X:X (X/X)
nach dem 4. Juni: 2027-06-04 X:X (X/night)
vor dem 4. Juni: None - 2027-06-04 X:X (X/X)
after 4 June 2027: 2027-06-04 X:X (X/X) - None
day after tomorrow: 2027-05-21 X:X (X/X) - None
vorgestern: None - 2027-05-19 X:X (X/X)
übermorgen: 2027-05-22 X:X (X/X)
END
v/bin/python p.py >seen
diff want seen || { echo "ctparse-twelve-am: no longer as recorded" >&2; exit 1; }
echo "ctparse-twelve-am: as recorded"
