#!/usr/bin/env bash
# parsedatetime: a month, a quarter or an ISO week of 2021 is today at 20:21.
# "2021-09" and "2021-W37" are ISO 8601 dates of reduced precision, and the library reads "September 2021" as a
# date.
# Surprise: the year is taken for hours and minutes, with the status 2, "a time was found". Only the day of the
# reference stays.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'parsedatetime==2.6'
cat >d.py <<'END'
import datetime as D
import parsedatetime
now = D.datetime(2027, 1, 4, 9, 0)
for text in "September 2021", "2021-09", "2021-W37", "Q3 2021", "2021-09-16":
    when, status = parsedatetime.Calendar().parseDT(text, now)
    print(text, "->", when, "status", status)
END
cat >want <<'END'
September 2021 -> 2021-09-01 09:00:00 status 1
2021-09 -> 2027-01-04 20:21:00 status 2
2021-W37 -> 2027-01-04 20:21:00 status 2
Q3 2021 -> 2027-01-04 20:21:00 status 2
2021-09-16 -> 2021-09-16 09:00:00 status 1
END
venv/bin/python d.py >seen
diff want seen || { echo "parsedatetime-year-is-a-time: no longer as recorded" >&2; exit 1; }
echo "parsedatetime-year-is-a-time: as recorded"
