#!/usr/bin/env bash
# libical: SKIP=FORWARD with BYSETPOS leaves out most months, and without it gives one date twice.
# RFC 7529 section 4.1: an invalid day goes to the next valid one, and BYSETPOS comes after that. Duplicates are
# ignored (RFC 5545 section 3.8.5.3).
# Surprise: the 31st of each month, or the day after it, is right; with BYSETPOS=-1 or 1, which picks the only
# date of a month, January and August are left. With SKIP=BACKWARD BYSETPOS is right. Of the 1st and the
# 31st, 1 March comes twice, and COUNT is used up early.
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
    ("FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD", datetime(2023, 1, 31, 9)),
    ("FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=-1;SKIP=FORWARD", datetime(2023, 1, 31, 9)),
    ("FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=1;SKIP=FORWARD", datetime(2023, 1, 31, 9)),
    ("FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=-1;SKIP=BACKWARD", datetime(2023, 1, 31, 9)),
    ("FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD;COUNT=6", datetime(2023, 1, 1, 9)),
):
    print(rule, *(f"{date:%Y-%m-%d}" for date in from_libical("RSCALE=GREGORIAN;" + rule, start, 6)))
END
cat >want <<'END'
FREQ=MONTHLY;BYMONTHDAY=31;SKIP=FORWARD 2023-01-31 2023-03-01 2023-03-31 2023-05-01 2023-05-31 2023-07-01
FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=-1;SKIP=FORWARD 2023-01-31 2023-08-31 2024-01-31 2024-08-31 2025-01-31 2025-08-31
FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=1;SKIP=FORWARD 2023-01-31 2023-08-31 2024-01-31 2024-08-31 2025-01-31 2025-08-31
FREQ=MONTHLY;BYMONTHDAY=31;BYSETPOS=-1;SKIP=BACKWARD 2023-01-31 2023-02-28 2023-03-31 2023-04-30 2023-05-31 2023-06-30
FREQ=MONTHLY;BYMONTHDAY=1,31;SKIP=FORWARD;COUNT=6 2023-01-01 2023-01-31 2023-02-01 2023-03-01 2023-03-01 2023-03-31
END
{
  python3 d.py
} >seen
diff want seen || { echo "libical-skip-forward: no longer as recorded" >&2; exit 1; }
echo "libical-skip-forward: as recorded"
