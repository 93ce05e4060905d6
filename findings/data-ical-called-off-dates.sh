#!/usr/bin/env bash
# Data::ICal (Perl): reading and writing a calendar with two dates called off in one line brings the second back, or spoils it all.
# RFC 5545 section 3.8.5.1: EXDATE is a list of dates parted by commas; 3.8.5.2 RDATE and 3.8.2.6 FREEBUSY too. A backslash stands
# before a comma in texts alone (3.3.11); nothing is changed between reading and writing.
# Surprise: each comma gets a backslash, whatever the type. Of "20240102T090000Z\,20240103T090000Z" ical.js takes the first date,
# so the second takes place, ical (Python) refuses the calendar, icalendar (Python) reads both. One date in each line stays
# right; RRULE is left alone, URL becomes another address.
set -euo pipefail
for tool in apt-get perl npm; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'recurring-ical-events==3.8.2' 'icalendar==7.3.2' 'ical==14.3.1' 'python-dateutil==2.9.0.post0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
apt-get download -qq 'libdata-ical-perl=0.24+dfsg-2' 'libtext-vfile-asdata-perl=0.08-2' libclass-accessor-perl libclass-accessor-chained-perl \
  libclass-returnvalue-perl libdevel-stacktrace-perl 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5
cat >p.pl <<'END'
use strict;
use Data::ICal;
my @event = ('BEGIN:VEVENT', 'UID:a@example.org', 'DTSTAMP:20240101T000000Z', 'DTSTART:20240101T090000Z', 'RRULE:FREQ=DAILY;COUNT=4');
for (['one', 'EXDATE:20240102T090000Z', 'EXDATE:20240103T090000Z'], ['two', 'EXDATE:20240102T090000Z,20240103T090000Z']) {
    my ($name, @lines) = @$_;
    my $text = join "\r\n", 'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//test//EN', @event, @lines, 'URL:https://example.org/plan?room=1,2', 'END:VEVENT', 'END:VCALENDAR', '';
    my $written = Data::ICal->new(data => $text)->as_string(crlf => "\r\n");
    print "$name: ", join(' ', $written =~ /^((?:EXDATE|URL|RRULE).*?)\r$/mg), "\n";
    for (['read', $text], ['written', $written]) {
        open my $file, '>', "$name-$_->[0].ics" or die;
        print $file $_->[1];
    }
}
END
cat >d.py <<'END'
import icalendar
import recurring_ical_events
from ical.calendar_stream import IcsCalendarStream
def recurring(text):
    return [f"{event['DTSTART'].dt:%d}" for event in recurring_ical_events.of(icalendar.Calendar.from_ical(text)).between((2024, 1, 1), (2024, 1, 9))]
def ical(text):
    return [f"{event.dtstart:%d}" for event in IcsCalendarStream.calendar_from_ics(text).timeline]
for name in "one-written", "two-read", "two-written":
    text = open(name + ".ics", newline="").read()
    for reader in recurring, ical:
        try:
            print(name, reader.__name__, *reader(text))
        except Exception:
            print(name, reader.__name__, "refused")
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
for (const name of ["one-written", "two-read", "two-written"]) {
  try {
    const iterator = new ICAL.Event(new ICAL.Component(ICAL.parse(readFileSync(`${name}.ics`, "utf8"))).getFirstSubcomponent("vevent")).iterator();
    const days = [];
    for (let date; (date = iterator.next()); ) days.push(String(date.day).padStart(2, "0"));
    console.log(name, "ical.js", days.join(" "));
  } catch { console.log(name, "ical.js refused"); }
}
END
cat >want <<'END'
one: EXDATE:20240102T090000Z EXDATE:20240103T090000Z RRULE:FREQ=DAILY;COUNT=4 URL:https://example.org/plan?room=1\,2
two: EXDATE:20240102T090000Z\,20240103T090000Z RRULE:FREQ=DAILY;COUNT=4 URL:https://example.org/plan?room=1\,2
one-written recurring 01 04
one-written ical 01 04
two-read recurring 01 04
two-read ical 01 04
two-written recurring 01 04
two-written ical refused
one-written ical.js 01 04
two-read ical.js 01 04
two-written ical.js 01 03 04
END
{
  perl p.pl
  v/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "data-ical-called-off-dates: no longer as recorded" >&2; exit 1; }
echo "data-ical-called-off-dates: as recorded"
