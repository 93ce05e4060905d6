#!/usr/bin/env bash
# libical: a week 53 that is the next year's week 1, years without a last Sunday, and a tenth week in July.
# RFC 5545 section 3.3.10 counts weeks as ISO 8601 does: only 2015, 2020, 2026 and 2032 here have a week 53,
# every year has a last week, and a weekday that a rule leaves open is that of DTSTART.
# Surprise: Monday of week 53 also comes on 2025-12-29, which is Monday of week 1 of 2026; Sunday of week -1
# passes over 2021 to 2024; BYWEEKNO=10 from Friday 12 March 2027 begins on Tuesday 20 July (week 29), and
# BYWEEKNO=20 from a Wednesday in that week never comes. With BYDAY week 10 is right, and no rule is refused.
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
cat >d.py <<'END'
import ctypes
from datetime import datetime, timezone
libical = ctypes.CDLL("libical.so.3")
libical.icalrecur_expand_recurrence.argtypes = [ctypes.c_char_p, ctypes.c_int64, ctypes.c_int, ctypes.POINTER(ctypes.c_int64)]
def from_libical(rule, start, count):
    seen = (ctypes.c_int64 * count)()
    assert libical.icalrecur_expand_recurrence(rule.encode(), int(start.replace(tzinfo=timezone.utc).timestamp()), count, seen)
    return [datetime.fromtimestamp(moment, timezone.utc) for moment in seen if moment]
for rule, start in (
    ("FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO", datetime(2015, 12, 28, 9)),
    ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU", datetime(2019, 12, 29, 9)),
    ("FREQ=YEARLY;BYWEEKNO=10;BYDAY=FR", datetime(2027, 3, 12, 9)),
    ("FREQ=YEARLY;BYWEEKNO=10", datetime(2027, 3, 12, 9)),
    ("FREQ=YEARLY;BYWEEKNO=20", datetime(2024, 5, 15, 9)),
):
    print(rule, f"from {start:%Y-%m-%d}:", *(f"{date:%G-W%V-%u}" for date in from_libical(rule, start, 5)))
END
cat >want <<'END'
FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO from 2015-12-28: 2015-W53-1 2020-W53-1 2026-W01-1 2026-W53-1 2032-W01-1
FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU from 2019-12-29: 2019-W52-7 2020-W53-7 2025-W52-7 2026-W53-7 2030-W52-7
FREQ=YEARLY;BYWEEKNO=10;BYDAY=FR from 2027-03-12: 2027-W10-5 2028-W10-5 2029-W10-5 2030-W10-5 2031-W10-5
FREQ=YEARLY;BYWEEKNO=10 from 2027-03-12: 2027-W29-2 2028-W29-3 2029-W30-2 2030-W30-2 2031-W30-2
FREQ=YEARLY;BYWEEKNO=20 from 2024-05-15:
END
{
  python3 d.py
} >seen
diff want seen || { echo "libical-weeks: no longer as recorded" >&2; exit 1; }
echo "libical-weeks: as recorded"
