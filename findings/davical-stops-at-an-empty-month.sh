#!/usr/bin/env bash
# DAViCal, a CalDAV server: each Friday the 13th is one Friday, each 31st two days, and the last Friday of February is left out.
# RFC 4791 section 9.6.5: a server that is asked to expand gives every instance in the range; RFC 5545 section 3.3.10
# passes over dates that do not exist, has weekdays counted in the year, and BYMONTHDAY in every month of a year.
# Surprise: a series ends at the first month in which its rule makes no date, and a month is counted from the first date: a
# month after 29 January is in March, so "the last Friday" has no February, and "each month from the 31st" is 3 March and each
# 3rd from then on. 29 February is 1 March in other years, the 20th Monday of the year every Monday, and YEARLY with
# BYMONTHDAY=1 once a year. Of three Mondays from a Wednesday there are four dates. No rule is refused; dateutil beside it.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'davical=1.1.12-2' 'libawl-php=0.64-1' php8.2-cli php8.2-common libsodium23 libargon2-1 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >list <<'END'
20270131 FREQ=MONTHLY;BYMONTHDAY=31
20270131 FREQ=MONTHLY
20270813 FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13
20270301 FREQ=MONTHLY;BYDAY=-5MO
20240229 FREQ=YEARLY
20270517 FREQ=YEARLY;BYDAY=20MO
20270101 FREQ=YEARLY;BYMONTHDAY=1
20270106 FREQ=WEEKLY;BYDAY=MO;COUNT=3
20270129 FREQ=MONTHLY;BYDAY=-1FR
END
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
$c = (object) ['default_timezone' => 'UTC'];
function dbg_error_log() {}
set_include_path('deb/usr/share/awl/inc:deb/usr/share/davical/inc');
require_once 'AWLUtilities.php';
require_once 'vComponent.php';
require_once 'RRule.php';
foreach (file('list', FILE_IGNORE_NEW_LINES) as $line) {
    [$day, $rule] = explode(' ', $line);
    $text = implode("\r\n", ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', 'BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20270101T000000Z',
        "DTSTART:{$day}T090000Z", "DTEND:{$day}T100000Z", "RRULE:$rule", 'SUMMARY:A', 'END:VEVENT', 'END:VCALENDAR', '']);
    $from = new RepeatRuleDateTime('20240101T000000Z');
    $expanded = expand_event_instances(new vComponent($text), $from, new RepeatRuleDateTime('20340101T000000Z'));
    $days = [];
    foreach ($expanded->GetComponents('VEVENT') as $event) $days[] = substr($event->GetPValue('DTSTART'), 0, 8);
    echo "$line | DAViCal ", implode(' ', array_slice($days, 0, 5)), "\n";
}
END
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
for line in open("list"):
    day, rule = line.split()
    dates = rrulestr(rule, dtstart=datetime.strptime(day, "%Y%m%d"))
    print(day, rule, "| dateutil", *(f"{date:%Y%m%d}" for date in islice(dates, 5)))
END
cat >want <<'END'
20270131 FREQ=MONTHLY;BYMONTHDAY=31 | DAViCal 20270131 20270331
20270131 FREQ=MONTHLY | DAViCal 20270131 20270303 20270403 20270503 20270603
20270813 FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 | DAViCal 20270813
20270301 FREQ=MONTHLY;BYDAY=-5MO | DAViCal 20270301
20240229 FREQ=YEARLY | DAViCal 20240229 20250301 20260301 20270301 20280301
20270517 FREQ=YEARLY;BYDAY=20MO | DAViCal 20270517 20270524 20270531 20270607 20270614
20270101 FREQ=YEARLY;BYMONTHDAY=1 | DAViCal 20270101 20280101 20290101 20300101 20310101
20270106 FREQ=WEEKLY;BYDAY=MO;COUNT=3 | DAViCal 20270106 20270111 20270118 20270125
20270129 FREQ=MONTHLY;BYDAY=-1FR | DAViCal 20270129 20270326 20270430 20270528 20270625
20270131 FREQ=MONTHLY;BYMONTHDAY=31 | dateutil 20270131 20270331 20270531 20270731 20270831
20270131 FREQ=MONTHLY | dateutil 20270131 20270331 20270531 20270731 20270831
20270813 FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13 | dateutil 20270813 20281013 20290413 20290713 20300913
20270301 FREQ=MONTHLY;BYDAY=-5MO | dateutil 20270301 20270503 20270802 20271101 20280103
20240229 FREQ=YEARLY | dateutil 20240229 20280229 20320229 20360229 20400229
20270517 FREQ=YEARLY;BYDAY=20MO | dateutil 20270517 20280515 20290514 20300520 20310519
20270101 FREQ=YEARLY;BYMONTHDAY=1 | dateutil 20270101 20270201 20270301 20270401 20270501
20270106 FREQ=WEEKLY;BYDAY=MO;COUNT=3 | dateutil 20270111 20270118 20270125
20270129 FREQ=MONTHLY;BYDAY=-1FR | dateutil 20270129 20270226 20270326 20270430 20270528
END
{
  LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu) deb/usr/bin/php8.2 -n -d extension_dir="$(echo "$PWD"/deb/usr/lib/php/2*)" \
    -d extension=iconv -d extension=ctype -d extension=calendar p.php
  v/bin/python p.py
} >seen
diff want seen || { echo "davical-stops-at-an-empty-month: no longer as recorded" >&2; exit 1; }
echo "davical-stops-at-an-empty-month: as recorded"
