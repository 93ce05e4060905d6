#!/usr/bin/env bash
# DAViCal, a CalDAV server: an expanded meeting has two DURATION lines, or a DTEND and a DURATION, and after "this and all
# following" there are no meetings.
# RFC 5545 section 3.6.1: an event has a DTEND or a DURATION, once, and never both; section 3.2.13 has RANGE=THISANDFUTURE. RFC 4791
# section 9.6.5: the instances that a server makes are in UTC, without VTIMEZONE.
# Surprise: the server adds a DURATION to each instance and takes away a DTEND alone, and not even that from a date that has moved,
# which keeps a TZID without its VTIMEZONE. RANGE=THISANDFUTURE moves one date and ends the series. "ical" (Home Assistant)
# refuses the first two calendars, and so does vobject where it checks; ical.js reads them. The program calls what the server
# calls for a report, with the server's own settings.
set -euo pipefail
for tool in apt-get npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'davical=1.1.12-2' 'libawl-php=0.64-1' php8.2-cli php8.2-common libsodium23 libargon2-1 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'ical==14.3.1' 'pydantic==2.14.4' 'vobject==0.9.9' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >p.php <<'END'
<?php
$c = (object) ['default_timezone' => 'UTC', 'rrule_loop_limit' => 100];
function dbg_error_log() {}
require 'AWLUtilities.php';
require 'RRule.php';
$zone = ['BEGIN:VTIMEZONE', 'TZID:Europe/Berlin', 'BEGIN:DAYLIGHT', 'DTSTART:19810329T020000', 'TZOFFSETFROM:+0100', 'TZOFFSETTO:+0200',
    'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU', 'END:DAYLIGHT', 'BEGIN:STANDARD', 'DTSTART:19961027T030000', 'TZOFFSETFROM:+0200',
    'TZOFFSETTO:+0100', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU', 'END:STANDARD', 'END:VTIMEZONE'];
$series = ['DTSTART;TZID=Europe/Berlin:20250304T100000', 'DURATION:PT1H', 'RRULE:FREQ=WEEKLY;COUNT=4', 'SUMMARY:Class'];
$ended = ['DTSTART;TZID=Europe/Berlin:20250304T100000', 'DTEND;TZID=Europe/Berlin:20250304T110000', ...array_slice($series, 2)];
$moved = ['DTSTART;TZID=Europe/Berlin:20250312T120000', 'DTEND;TZID=Europe/Berlin:20250312T130000', 'SUMMARY:Moved'];
$calendars = [
    'duration' => [$series],
    'moved' => [$ended, ['RECURRENCE-ID;TZID=Europe/Berlin:20250311T100000', ...$moved]],
    'following' => [$ended, ['RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20250311T100000', ...$moved]],
];
foreach ($calendars as $name => $events) {
    $lines = ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:x', ...$zone];
    foreach ($events as $event) array_push($lines, 'BEGIN:VEVENT', 'UID:a', 'DTSTAMP:20250101T000000Z', ...[...$event, 'END:VEVENT']);
    $text = implode("\r\n", [...$lines, 'END:VCALENDAR', '']);
    $from = new RepeatRuleDateTime('20250101T000000Z');
    $expanded = expand_event_instances(new vComponent($text), $from, new RepeatRuleDateTime('20260101T000000Z'));
    file_put_contents("$name.ics", $expanded->Render());
    echo "$name: ", substr_count($expanded->Render(), 'BEGIN:VTIMEZONE'), " VTIMEZONE\n";
    foreach ($expanded->GetComponents('VEVENT') as $event) {
        $shown = [];
        foreach ($event->GetProperties() as $property)
            if (preg_match('/^(DT(START|END)|DURATION|RECURRENCE-ID)/', $property->Render())) $shown[] = trim($property->Render());
        sort($shown);
        echo '  ', implode(' ', $shown), "\n";
    }
}
END
cat >p.py <<'END'
import vobject
from ical.calendar_stream import IcsCalendarStream
for name in ("duration", "moved"):
    text = open(f"{name}.ics", newline="").read()
    for reader, read in (("ical", IcsCalendarStream.calendar_from_ics), ("vobject", lambda text: vobject.readOne(text).validate(raiseException=True))):
        try:
            read(text)
            print(name, reader, "read")
        except Exception as error:
            print(name, reader, "refused:", type(error).__name__)
END
cat >p.cjs <<'END'
const fs = require("fs");
import("ical.js").then(({ default: ICAL }) => {
  for (const name of ["duration", "moved"]) {
    const calendar = new ICAL.Component(ICAL.parse(fs.readFileSync(`${name}.ics`, "utf8")));
    console.log(name, "ical.js", calendar.getAllSubcomponents("vevent").map((event) => new ICAL.Event(event).duration.toString()).join(" "));
  }
});
END
cat >want <<'END'
duration: 0 VTIMEZONE
  DTSTART:20250304T090000Z DURATION:PT1H DURATION:PT1H
  DTSTART:20250311T090000Z DURATION:PT1H DURATION:PT1H RECURRENCE-ID:20250311T090000Z
  DTSTART:20250318T090000Z DURATION:PT1H DURATION:PT1H RECURRENCE-ID:20250318T090000Z
  DTSTART:20250325T090000Z DURATION:PT1H DURATION:PT1H RECURRENCE-ID:20250325T090000Z
moved: 0 VTIMEZONE
  DTSTART:20250304T090000Z DURATION:PT1H
  DTSTART:20250318T090000Z DURATION:PT1H RECURRENCE-ID:20250318T090000Z
  DTSTART:20250325T090000Z DURATION:PT1H RECURRENCE-ID:20250325T090000Z
  DTEND;TZID=Europe/Berlin:20250312T130000 DTSTART;TZID=Europe/Berlin:20250312T120000 DURATION:PT1H RECURRENCE-ID;TZID=Europe/Berlin:20250311T100000
following: 0 VTIMEZONE
  DTSTART:20250304T090000Z DURATION:PT1H
  DTEND;TZID=Europe/Berlin:20250312T130000 DTSTART;TZID=Europe/Berlin:20250312T120000 DURATION:PT1H RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=Europe/Berlin:20250311T100000
duration ical refused: CalendarParseError
duration vobject refused: ValidateError
moved ical refused: CalendarParseError
moved vobject refused: ValidateError
duration ical.js PT1H PT1H PT1H PT1H
moved ical.js PT1H PT1H PT1H PT1H
END
{
  LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu) deb/usr/bin/php8.2 -n -d extension_dir="$(echo "$PWD"/deb/usr/lib/php/2*)" \
    -d extension=iconv -d extension=ctype -d extension=calendar -d error_reporting=1 \
    -d include_path=deb/usr/share/awl/inc:deb/usr/share/davical/inc p.php
  v/bin/python p.py
  node p.cjs
} >seen
diff want seen || { echo "davical-expanded-has-two-lengths: no longer as recorded" >&2; exit 1; }
echo "davical-expanded-has-two-lengths: as recorded"
