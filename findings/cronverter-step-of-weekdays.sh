#!/usr/bin/env bash
# cronverter (Python), Quartz to cron: Monday, Wednesday and Friday are each weekday, Saturday is Sunday, and the last Friday of the month its last Saturday.
# Quartz, its CronTrigger tutorial: days of the week go from 1 to 7, Sunday to Saturday; the number behind a slash is an increment;
# L alone in that field is Saturday, and "6L" the last Friday of the month. crontab(5): days go from 0 to 7, so each day is one
# less in cron, and a step stays what it is.
# Surprise: one is taken from the step, too, so "MON-FRI/2" is "1-5/1", and */2 is "*/1", each day; the list of what was lost in
# conversion does not name it. L becomes 0, which is Sunday. What is said to be lost of "6L" and "L-3" is still there, with
# Quartz's number, so that a cron that knows L runs a day late and others refuse it. cronsim gives the days of the
# result; the days of January 2024 that are meant stand behind the colon.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'cronverter==0.2.0' 'cronsim==2.8'
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from cronsim import CronSim, CronSimError
from cronverter.quartz2unix import convert
def week(expression):
    try:
        dates = list(islice(CronSim(expression, datetime(2024, 1, 7, 12)), 7))
    except CronSimError as error:
        return f"refused ({error})"
    return " ".join(f"{date:%a}" for date in dates if date < datetime(2024, 1, 14, 12)) or f"{dates[0]:%a %d %b}"
for quartz, days in (
    ("0 0 9 ? * MON-FRI", "Mon Tue Wed Thu Fri"),
    ("0 0 9 ? * MON-FRI/2", "Mon Wed Fri"),
    ("0 0 9 ? * 2-6/2", "Mon Wed Fri"),
    ("0 0 9 ? * 1-7/2", "Tue Thu Sat Sun"),
    ("0 0 9 ? * */2", "Tue Thu Sat Sun"),
    ("0 0 9 ? * 7", "Sat"),
    ("0 0 9 ? * L", "Sat"),
    ("0 0 9 ? * 6L", "Fri 26 Jan"),
    ("0 0 9 L-3 * ?", "Sun 28 Jan"),
):
    made = convert(quartz)
    print(f"{quartz}: {days}")
    print(f"  {made.unix_cron}: {week(made.unix_cron)}; lost:", ", ".join(str(loss) for loss in made.data_loss))
END
cat >want <<'END'
0 0 9 ? * MON-FRI: Mon Tue Wed Thu Fri
  0 9 * * 1-5: Mon Tue Wed Thu Fri; lost: dom field was the special character ?
0 0 9 ? * MON-FRI/2: Mon Wed Fri
  0 9 * * 1-5/1: Mon Tue Wed Thu Fri; lost: dom field was the special character ?
0 0 9 ? * 2-6/2: Mon Wed Fri
  0 9 * * 1-5/1: Mon Tue Wed Thu Fri; lost: dom field was the special character ?
0 0 9 ? * 1-7/2: Tue Thu Sat Sun
  0 9 * * 0-6/1: Mon Tue Wed Thu Fri Sat Sun; lost: dom field was the special character ?
0 0 9 ? * */2: Tue Thu Sat Sun
  0 9 * * */1: Mon Tue Wed Thu Fri Sat Sun; lost: dom field was the special character ?
0 0 9 ? * 7: Sat
  0 9 * * 6: Sat; lost: dom field was the special character ?
0 0 9 ? * L: Sat
  0 9 * * 0: Sun; lost: dom field was the special character ?, dow field was special the character L
0 0 9 ? * 6L: Fri 26 Jan
  0 9 * * 6L: Sat 27 Jan; lost: dom field was the special character ?, dow field contained the special character L
0 0 9 L-3 * ?: Sun 28 Jan
  0 9 L-3 * *: refused (Bad day-of-month); lost: dom field contained the special character L, dow field was the special character ?
END
v/bin/python p.py >seen
diff want seen || { echo "cronverter-step-of-weekdays: no longer as recorded" >&2; exit 1; }
echo "cronverter-step-of-weekdays: as recorded"
