#!/usr/bin/env bash
# libical: BYSETPOS has no effect on weekly and daily rules, and counts days where a rule has several hours.
# RFC 5545 section 3.3.10: BYSETPOS limits every frequency, and its positions are those of the whole set of one
# interval, hours and minutes included.
# Surprise: "the last of Monday, Wednesday and Friday" is all three, "the last of 9 and 17 o'clock" is both, and
# the last hour of the last working day of the month is both hours of that day. Position 4 of two days at two
# hours never comes. No rule is refused, and "the last working day of the month" alone is right.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libical3=3.0.16-1+b1' 'libicu72=72.1-3+deb12u1' 2>/dev/null || { echo "Debian 12's libical3 is missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu*)
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >d.py <<'END'
import ctypes, itertools
from datetime import datetime, timezone
from dateutil.rrule import rrulestr
libical = ctypes.CDLL("libical.so.3")
libical.icalrecur_expand_recurrence.argtypes = [ctypes.c_char_p, ctypes.c_int64, ctypes.c_int, ctypes.POINTER(ctypes.c_int64)]
def from_libical(rule, start, count):
    seen = (ctypes.c_int64 * count)()
    assert libical.icalrecur_expand_recurrence(rule.encode(), int(start.replace(tzinfo=timezone.utc).timestamp()), count, seen)
    return [datetime.fromtimestamp(moment, timezone.utc) for moment in seen if moment]
for rule, start in (
    ("FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1", datetime(2024, 1, 5, 9)),
    ("FREQ=DAILY;BYHOUR=9,17;BYSETPOS=-1", datetime(2024, 1, 1, 17)),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", datetime(2024, 1, 31, 17)),
    ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,17;BYSETPOS=-1", datetime(2024, 1, 31, 17)),
    ("FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=9,17;BYSETPOS=4", datetime(2024, 1, 15, 17)),
):
    print(rule)
    for name, dates in ("libical", from_libical(rule, start, 3)), ("dateutil", itertools.islice(rrulestr(rule, dtstart=start), 3)):
        print("", name, *(f"{date:%m-%d/%H}" for date in dates))
END
cat >want <<'END'
FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=-1
 libical 01-05/09 01-08/09 01-10/09
 dateutil 01-05/09 01-12/09 01-19/09
FREQ=DAILY;BYHOUR=9,17;BYSETPOS=-1
 libical 01-01/17 01-02/09 01-02/17
 dateutil 01-01/17 01-02/17 01-03/17
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
 libical 01-31/17 02-29/17 03-29/17
 dateutil 01-31/17 02-29/17 03-29/17
FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9,17;BYSETPOS=-1
 libical 01-31/17 02-29/09 02-29/17
 dateutil 01-31/17 02-29/17 03-29/17
FREQ=MONTHLY;BYMONTHDAY=1,15;BYHOUR=9,17;BYSETPOS=4
 libical
 dateutil 01-15/17 02-15/17 03-15/17
END
{
  venv/bin/python d.py
} >seen
diff want seen || { echo "libical-setpos-counts-days: no longer as recorded" >&2; exit 1; }
echo "libical-setpos-counts-days: as recorded"
