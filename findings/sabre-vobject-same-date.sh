#!/usr/bin/env bash
# sabre/vobject (PHP): the 20th Monday of the year is 13 May each year, and BYMONTH has no effect on weeks and months.
# RFC 5545 section 3.3.10: BYDAY=20MO in a yearly rule, BYWEEKNO and BYYEARDAY=100 give other dates each year; BYMONTH limits
# what a weekly or monthly rule gives, BYMONTHDAY what a daily one does.
# Surprise: the iterator of Debian 12's library repeats the first date each year, whatever weekday it is, and goes on each week
# after February. No rule is refused. BYDAY=-1SU with BYMONTH and BYSETPOS of a month are right.
set -euo pipefail
for tool in apt-get php python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'php-sabre-vobject=2.1.7-6.1' 2>/dev/null || { echo "Debian 12's php-sabre-vobject is missing: skipped"; exit 77; }
dpkg -x php-sabre-vobject_*.deb deb
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0'
cat >list <<'END'
20240513 FREQ=YEARLY;BYDAY=20MO
20240513 FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO
20240409 FREQ=YEARLY;BYYEARDAY=100
20240219 FREQ=WEEKLY;BYMONTH=2;BYDAY=MO
20240101 FREQ=MONTHLY;BYMONTHDAY=1;BYMONTH=1,6
20240101 FREQ=DAILY;BYMONTHDAY=1,15
20240331 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
20240131 FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1
END
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
date_default_timezone_set('UTC');
require 'deb/usr/share/php/Sabre/VObject/includes.php';
foreach (file('list', FILE_IGNORE_NEW_LINES) as $line) {
    [$start, $rule] = explode(' ', $line);
    $calendar = Sabre\VObject\Reader::read("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//example.org//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20240101T000000Z\r\nDTSTART;VALUE=DATE:$start\r\nRRULE:$rule\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    $dates = [];
    for ($iterator = new Sabre\VObject\RecurrenceIterator($calendar, '1'); count($dates) < 4; $iterator->next()) $dates[] = $iterator->getDtStart()->format('Y-m-d');
    echo "sabre $rule: ", implode(' ', $dates), "\n";
}
END
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
for line in open("list").read().splitlines():
    start, rule = line.split()
    print("dateutil", rule + ":", *(f"{date:%F}" for date in islice(rrulestr(rule, dtstart=datetime.strptime(start, "%Y%m%d")), 4)))
END
cat >want <<'END'
sabre FREQ=YEARLY;BYDAY=20MO: 2024-05-13 2025-05-13 2026-05-13 2027-05-13
sabre FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO: 2024-05-13 2025-05-13 2026-05-13 2027-05-13
sabre FREQ=YEARLY;BYYEARDAY=100: 2024-04-09 2025-04-09 2026-04-09 2027-04-09
sabre FREQ=WEEKLY;BYMONTH=2;BYDAY=MO: 2024-02-19 2024-02-26 2024-03-04 2024-03-11
sabre FREQ=MONTHLY;BYMONTHDAY=1;BYMONTH=1,6: 2024-01-01 2024-02-01 2024-03-01 2024-04-01
sabre FREQ=DAILY;BYMONTHDAY=1,15: 2024-01-01 2024-01-02 2024-01-03 2024-01-04
sabre FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU: 2024-03-31 2025-03-30 2026-03-29 2027-03-28
sabre FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1: 2024-01-31 2024-02-29 2024-03-29 2024-04-30
dateutil FREQ=YEARLY;BYDAY=20MO: 2024-05-13 2025-05-19 2026-05-18 2027-05-17
dateutil FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO: 2024-05-13 2025-05-12 2026-05-11 2027-05-17
dateutil FREQ=YEARLY;BYYEARDAY=100: 2024-04-09 2025-04-10 2026-04-10 2027-04-10
dateutil FREQ=WEEKLY;BYMONTH=2;BYDAY=MO: 2024-02-19 2024-02-26 2025-02-03 2025-02-10
dateutil FREQ=MONTHLY;BYMONTHDAY=1;BYMONTH=1,6: 2024-01-01 2024-06-01 2025-01-01 2025-06-01
dateutil FREQ=DAILY;BYMONTHDAY=1,15: 2024-01-01 2024-01-15 2024-02-01 2024-02-15
dateutil FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU: 2024-03-31 2025-03-30 2026-03-29 2027-03-28
dateutil FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1: 2024-01-31 2024-02-29 2024-03-29 2024-04-30
END
{
  php p.php
  v/bin/python p.py
} >seen
diff want seen || { echo "sabre-vobject-same-date: no longer as recorded" >&2; exit 1; }
echo "sabre-vobject-same-date: as recorded"
