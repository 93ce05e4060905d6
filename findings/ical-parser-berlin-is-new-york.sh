#!/usr/bin/env bash
# iCal::Parser (Perl): asked for New York, a meeting at 12:00 in Berlin is at 12:00 in New York, and a series is nowhere.
# Its documentation: "tz" is the time zone to which the parsed dates are adjusted, "local" without it. RFC 5545 section 3.2.19:
# an hour with a TZID is of that zone.
# Surprise: a start in UTC is converted, one with TZID keeps its hour and gets the other zone, and those of a series keep theirs and
# have none at all, so the one date of a series that was moved is in another zone than the rest. The backslash
# before a comma (section 3.3.11) stays in the title.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libical-parser-perl=1.21-3' $(apt-cache depends -i --recurse libical-parser-perl | grep -xE 'lib[a-z0-9-]+-perl' | grep -vx libical-parser-perl) \
  2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*)
cat >a.ics <<'END'
BEGIN:VCALENDAR
VERSION:2.0
PRODID:x
BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19810329T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:utc
DTSTAMP:20270101T000000Z
DTSTART:20270503T100000Z
DTEND:20270503T110000Z
SUMMARY:In UTC
END:VEVENT
BEGIN:VEVENT
UID:berlin
DTSTAMP:20270101T000000Z
DTSTART;TZID=Europe/Berlin:20270503T120000
DTEND;TZID=Europe/Berlin:20270503T130000
SUMMARY:The same hour in Berlin\, Mitte
END:VEVENT
BEGIN:VEVENT
UID:series
DTSTAMP:20270101T000000Z
DTSTART;TZID=Europe/Berlin:20270504T120000
DTEND;TZID=Europe/Berlin:20270504T130000
RRULE:FREQ=WEEKLY;COUNT=3
SUMMARY:Class
END:VEVENT
BEGIN:VEVENT
UID:series
DTSTAMP:20270101T000000Z
RECURRENCE-ID;TZID=Europe/Berlin:20270511T120000
DTSTART;TZID=Europe/Berlin:20270512T120000
DTEND;TZID=Europe/Berlin:20270512T130000
SUMMARY:Class\, moved
END:VEVENT
END:VCALENDAR
END
cat >p.pl <<'END'
use strict;
use iCal::Parser;
my $days = iCal::Parser->new(start => '20270501', end => '20270601', tz => 'America/New_York')->parse('a.ics')->{events}{2027}{5};
for my $day (sort { $a <=> $b } keys %$days) {
    for my $event (sort { $a->{UID} cmp $b->{UID} } values %{ $days->{$day} }) {
        print join(' | ', $event->{SUMMARY}, $event->{DTSTART}, $event->{DTSTART}->time_zone->name), "\n";
    }
}
END
cat >want <<'END'
The same hour in Berlin\, Mitte | 2027-05-03T12:00:00 | America/New_York
In UTC | 2027-05-03T06:00:00 | America/New_York
Class | 2027-05-04T12:00:00 | floating
Class\, moved | 2027-05-12T12:00:00 | America/New_York
Class | 2027-05-18T12:00:00 | floating
END
perl p.pl >seen
diff want seen || { echo "ical-parser-berlin-is-new-york: no longer as recorded" >&2; exit 1; }
echo "ical-parser-berlin-is-new-york: as recorded"
