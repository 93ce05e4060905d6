#!/usr/bin/env bash
# Data::ICal::DateTime (Perl): an hour without a zone is written in the zone "floating", and a whole day ends on a date with an hour.
# RFC 5545 section 3.3.5: a local time has no TZID, and is the same wherever it is read; section 3.2.19: a TZID names a zone that
# the calendar defines, and is for no date; section 3.3.4: a date has eight digits; section 3.8.2.2: DTEND has the type of DTSTART.
# Surprise: whatever the zone of the DateTime object is called becomes the TZID, and "floating" is DateTime's word for none, which
# is what DateTime->new gives. After all_day(1) only the end has VALUE=DATE, and its hour, and no zone is defined. icalendar
# (Python) reads a day from midnight to midnight, ical.js one that begins at an hour and ends with a date; a whole day is in neither.
set -euo pipefail
for tool in apt-get npm perl python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
modules=(libdatetime-{event-ical,event-recurrence,format-ical,locale,set,timezone}-perl libdatetime-perl libset-infinite-perl libb-hooks-endofscope-perl
  libclass-{accessor,data-inheritable,inspector,returnvalue,singleton}-perl libclone-perl libdevel-stacktrace-perl libeval-closure-perl
  libexception-class-perl libfile-sharedir-perl libmodule-{implementation,runtime}-perl libmro-compat-perl libnamespace-{autoclean,clean}-perl
  libpackage-stash-perl libparams-{util,validate,validationcompiler}-perl librole-tiny-perl libspecio-perl
  libsub-{exporter-progressive,identify,name}-perl libtext-vfile-asdata-perl libclass-accessor-chained-perl libtry-tiny-perl
  libvariable-magic-perl libxstring-perl)
apt-get download -qq 'libdata-ical-datetime-perl=0.82-3' 'libdata-ical-perl=0.24+dfsg-2' "${modules[@]}" 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*)
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
cat >p.pl <<'END'
use strict;
use DateTime;
use Data::ICal;
use Data::ICal::Entry::Event;
use Data::ICal::DateTime;
my $calendar = Data::ICal->new;
for my $given (['day in UTC', time_zone => 'UTC'], ['day'], ['hour', hour => 19]) {
    my ($title, %rest) = @$given;
    my $event = Data::ICal::Entry::Event->new;
    $event->summary($title);
    $event->start(DateTime->new(year => 2024, month => 5, day => 10, %rest));
    $event->all_day(1) if $title =~ /day/;
    $calendar->add_entry($event);
}
print $calendar->as_string;
END
cat >p.py <<'END'
from icalendar import Calendar
for event in Calendar.from_ical(open("c.ics", newline="").read()).events:
    print("icalendar:", event["SUMMARY"], "|", *(f"{name} {event[name].dt}" for name in ("DTSTART", "DTEND") if name in event))
END
cat >j.mjs <<'END'
import ICAL from "ical.js";
import { readFileSync } from "fs";
for (const each of new ICAL.Component(ICAL.parse(readFileSync("c.ics", "utf8"))).getAllSubcomponents("vevent")) {
  const event = new ICAL.Event(each);
  console.log("ical.js:", event.summary, "|", `${event.startDate}`, event.startDate.isDate, "|", `${event.endDate}`, event.endDate.isDate);
}
END
cat >want <<'END'
DTEND;TZID=UTC;VALUE=DATE:20240511T000000
DTSTART;TZID=UTC:20240510T000000
SUMMARY:day in UTC
DTEND;TZID=floating;VALUE=DATE:20240511T000000
DTSTART;TZID=floating:20240510T000000
SUMMARY:day
DTSTART;TZID=floating:20240510T190000
SUMMARY:hour
icalendar: day in UTC | DTSTART 2024-05-10 00:00:00+00:00 DTEND 2024-05-11 00:00:00+00:00
icalendar: day | DTSTART 2024-05-10 00:00:00 DTEND 2024-05-11 00:00:00
icalendar: hour | DTSTART 2024-05-10 19:00:00
ical.js: day in UTC | 2024-05-10T00:00:00Z false | 2024-05-11 true
ical.js: day | 2024-05-10T00:00:00 false | 2024-05-11 true
ical.js: hour | 2024-05-10T19:00:00 false | 2024-05-10T19:00:00 false
END
{
  perl p.pl >c.ics
  grep -E "^(SUMMARY|DTSTART|DTEND)" c.ics | tr -d '\r'
  v/bin/python p.py
  node j.mjs
} >seen
diff want seen || { echo "data-ical-datetime-zone-floating: no longer as recorded" >&2; exit 1; }
echo "data-ical-datetime-zone-floating: as recorded"
