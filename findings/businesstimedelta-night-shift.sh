#!/usr/bin/env bash
# businesstimedelta (Python): a night shift from its beginning to its end lasts no time, and four hours after 22:00 are the night
# after.
# Its README, "Overnight Shifts", has a shift from 23:00 to 7:00 beside one by day.
# Surprise: a shift over midnight counts only for who comes before it begins. From 20:00 to 8:00 it is eight hours, from 22:00, when
# it begins, to 6:00, when it ends, none, from 23:00 to 2:00 none, and of two whole nights one is left. Time that is added from
# within the shift waits for the next evening. Shifts by day are right.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'businesstimedelta==1.0.1' 'pytz==2026.6'
cat >d.py <<'END'
from datetime import datetime, time
from businesstimedelta import BusinessTimeDelta, Rules, WorkDayRule
def rules(first, last):
    return Rules([WorkDayRule(start_time=time(first), end_time=time(last), working_days=range(7))])
day, night = rules(9, 17), rules(22, 6)
for rule, start, end in (day, (8, 9), (8, 17)), (day, (8, 10), (8, 12)), (night, (8, 20), (9, 8)), (night, (8, 22), (9, 6)), (night, (8, 23), (9, 2)), (night, (9, 0), (9, 6)), (night, (8, 22), (10, 6)):
    start, end = datetime(2024, 1, *start), datetime(2024, 1, *end)
    print("day  " if rule is day else "night", f"{start:%a %H:%M} to {end:%a %H:%M}:", rule.difference(start, end).hours, "hours")
for rule, hour in (day, 9), (day, 10), (night, 20), (night, 22), (night, 23):
    start = datetime(2024, 1, 8, hour)
    print("day  " if rule is day else "night", f"{start:%a %H:%M} and four hours: {start + BusinessTimeDelta(rule, hours=4):%a %H:%M}")
END
cat >want <<'END'
day   Mon 09:00 to Mon 17:00: 8 hours
day   Mon 10:00 to Mon 12:00: 2 hours
night Mon 20:00 to Tue 08:00: 8 hours
night Mon 22:00 to Tue 06:00: 0 hours
night Mon 23:00 to Tue 02:00: 0 hours
night Tue 00:00 to Tue 06:00: 0 hours
night Mon 22:00 to Wed 06:00: 8 hours
day   Mon 09:00 and four hours: Mon 13:00
day   Mon 10:00 and four hours: Mon 14:00
night Mon 20:00 and four hours: Tue 02:00
night Mon 22:00 and four hours: Wed 02:00
night Mon 23:00 and four hours: Wed 02:00
END
{
  v/bin/python d.py
} >seen
diff want seen || { echo "businesstimedelta-night-shift: no longer as recorded" >&2; exit 1; }
echo "businesstimedelta-night-shift: as recorded"
