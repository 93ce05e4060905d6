#!/usr/bin/env bash
# Horde_Date_Recurrence (PHP): the last Sunday of March is in April from 2027 on, and the 31st of April is 1 May.
# RFC 5545 section 3.3.10: BYDAY=-1SU with BYMONTH is the last one of that month; a rule passes over dates that do not
# exist. fromRRule20 is the class's reader of RFC 5545's rules.
# Surprise: the weekday of a yearly rule becomes "the fifth Sunday of March" after the first date, and where there is
# none the next month's first; the 20th Monday of the year becomes the second of May, and the last working day the
# fifth Wednesday of a month. 31 April is 1 May. No rule is refused, and a monthly -1FR is right.
set -euo pipefail
for tool in apt-get php python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'php-horde-date=2.4.1-9' php-horde-exception php-horde-translation php-horde-util 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0'
cat >list <<'END'
20240331 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
20240513 FREQ=YEARLY;BYDAY=20MO
20240131 FREQ=MONTHLY;BYMONTHDAY=31
20240131 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
20240126 FREQ=MONTHLY;BYDAY=-1FR
END
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
date_default_timezone_set('UTC');
spl_autoload_register(function ($class) {
    $file = 'deb/usr/share/php/' . str_replace('_', '/', $class) . '.php';
    if (is_file($file)) require $file;
});
foreach (file('list', FILE_IGNORE_NEW_LINES) as $line) {
    [$start, $rule] = explode(' ', $line);
    $recurrence = new Horde_Date_Recurrence(new Horde_Date($start));
    $recurrence->fromRRule20($rule);
    $dates = [];
    for ($date = new Horde_Date($start); count($dates) < 6; $date->mday++) {
        $date = clone $recurrence->nextRecurrence($date);
        $dates[] = $date->format('Y-m-d');
    }
    echo "Horde $rule: ", implode(' ', $dates), "\n";
}
END
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
for line in open("list").read().splitlines():
    start, rule = line.split()
    print("dateutil", rule + ":", *(f"{date:%F}" for date in islice(rrulestr(rule, dtstart=datetime.strptime(start, "%Y%m%d")), 6)))
END
cat >want <<'END'
Horde FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU: 2024-03-31 2025-03-30 2026-03-29 2027-04-04 2028-04-02 2029-04-01
Horde FREQ=YEARLY;BYDAY=20MO: 2024-05-13 2025-05-12 2026-05-11 2027-05-10 2028-05-08 2029-05-14
Horde FREQ=MONTHLY;BYMONTHDAY=31: 2024-01-31 2024-03-02 2024-03-31 2024-05-01 2024-05-31 2024-07-01
Horde FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1: 2024-01-31 2024-05-29 2024-07-31 2024-10-30 2025-01-29 2025-04-30
Horde FREQ=MONTHLY;BYDAY=-1FR: 2024-01-26 2024-02-23 2024-03-29 2024-04-26 2024-05-31 2024-06-28
dateutil FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU: 2024-03-31 2025-03-30 2026-03-29 2027-03-28 2028-03-26 2029-03-25
dateutil FREQ=YEARLY;BYDAY=20MO: 2024-05-13 2025-05-19 2026-05-18 2027-05-17 2028-05-15 2029-05-14
dateutil FREQ=MONTHLY;BYMONTHDAY=31: 2024-01-31 2024-03-31 2024-05-31 2024-07-31 2024-08-31 2024-10-31
dateutil FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1: 2024-01-31 2024-02-29 2024-03-29 2024-04-30 2024-05-31 2024-06-28
dateutil FREQ=MONTHLY;BYDAY=-1FR: 2024-01-26 2024-02-23 2024-03-29 2024-04-26 2024-05-31 2024-06-28
END
{
  php p.php
  v/bin/python p.py
} >seen
diff want seen || { echo "horde-last-sunday-of-march: no longer as recorded" >&2; exit 1; }
echo "horde-last-sunday-of-march: as recorded"
