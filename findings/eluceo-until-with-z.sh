#!/usr/bin/env bash
# eluceo/ical (PHP): in New York a weekly meeting loses its last date, and in Tokyo an hourly one has nine more.
# RFC 5545 section 3.3.10: beside a DTSTART with a zone UNTIL is a time in UTC; the last moment given is part of the series.
# Surprise: setUntil() takes a time with its zone and writes the hours on that clock with a Z behind them, so 09:00 in New
# York is 09:00Z, five hours before the last meeting. DTSTART and EXDATE have their zone. East of Greenwich it shows only
# where the rule has dates in between.
set -euo pipefail
for tool in apt-get php python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'php-eluceo-ical=0.16.1-2' 2>/dev/null || { echo "Debian 12's php-eluceo-ical is missing: skipped"; exit 77; }
dpkg -x php-eluceo-ical_*.deb deb
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'recurring-ical-events==3.8.2' 'ical==14.3.1' 'tzdata==2026.1'
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
date_default_timezone_set('UTC');
spl_autoload_register(function ($class) {
    $file = 'deb/usr/share/php/' . str_replace('\\', '/', $class) . '.php';
    if (is_file($file)) require $file;
});
use Eluceo\iCal\Component\{Calendar, Event};
use Eluceo\iCal\Property\Event\RecurrenceRule;
$calendar = new Calendar('example.org');
foreach ([['America/New_York', 'WEEKLY', '2024-01-22 09:00'], ['Asia/Tokyo', 'HOURLY', '2024-01-08 12:00']] as [$name, $frequency, $until]) {
    $zone = new DateTimeZone($name);
    $event = (new Event($name))->setUseTimezone(true)->setSummary($name)
        ->setDtStart(new DateTime('2024-01-08 09:00', $zone))->setDtEnd(new DateTime('2024-01-08 09:30', $zone));
    $event->setRecurrenceRule((new RecurrenceRule())->setFreq($frequency)->setUntil(new DateTime($until, $zone)));
    $calendar->addComponent($event);
}
file_put_contents('calendar.ics', $calendar->render());
END
cat >p.py <<'END'
from datetime import datetime, timezone
import icalendar, recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
text = open("calendar.ics", newline="").read()
print(*(line for line in text.split("\r\n") if line.startswith(("DTSTART", "RRULE"))), sep="\n")
starts = sorted(event.start for event in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between("20240101", "20240201"))
print("recurring-ical-events", *(f"{start:%d/%H%z}" for start in starts))
starts = [event.dtstart for event in IcsCalendarStream.calendar_from_ics(text).timeline.overlapping(datetime(2024, 1, 1, tzinfo=timezone.utc), datetime(2024, 2, 1, tzinfo=timezone.utc))]
print("ical", *(f"{start:%d/%H%z}" for start in starts))
END
cat >want <<'END'
DTSTART;TZID=America/New_York:20240108T090000
RRULE:FREQ=WEEKLY;INTERVAL=1;UNTIL=20240122T090000Z
DTSTART;TZID=Asia/Tokyo:20240108T090000
RRULE:FREQ=HOURLY;INTERVAL=1;UNTIL=20240108T120000Z
recurring-ical-events 08/09+0900 08/10+0900 08/11+0900 08/12+0900 08/13+0900 08/14+0900 08/15+0900 08/16+0900 08/17+0900 08/18+0900 08/19+0900 08/20+0900 08/21+0900 08/09-0500 15/09-0500
ical 08/09+0900 08/10+0900 08/11+0900 08/12+0900 08/13+0900 08/14+0900 08/15+0900 08/16+0900 08/17+0900 08/18+0900 08/19+0900 08/20+0900 08/21+0900 08/09-0500 15/09-0500
END
{
  php p.php
  v/bin/python p.py
} >seen
diff want seen || { echo "eluceo-until-with-z: no longer as recorded" >&2; exit 1; }
echo "eluceo-until-with-z: as recorded"
