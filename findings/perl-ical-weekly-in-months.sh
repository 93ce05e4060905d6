#!/usr/bin/env bash
# DateTime::Event::ICal (Perl): each Monday from September to December is every Monday that is a 2nd of the month.
# RFC 5545 section 3.3.10, table: BYMONTH limits FREQ=WEEKLY, so all Mondays of those months remain. The module's
# own manual has the pair in its list of parameters and no restriction.
# Surprise: the day of the month of DTSTART becomes a condition, so five months of a weekly course are two evenings,
# and COUNT=5 lasts until 2030. FREQ=DAILY with the same BYDAY and BYMONTH is right. iCal::Parser, a calendar reader
# on top of it, shows the two evenings.
set -euo pipefail
for tool in apt-get perl python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0'
modules=(libdatetime-{event-ical,event-recurrence,format-ical,locale,set,timezone}-perl libdatetime-perl libset-infinite-perl
  libb-hooks-endofscope-perl libclass-{accessor,accessor-chained,data-inheritable,inspector,singleton}-perl libdevel-stacktrace-perl
  libeval-closure-perl libexception-class-perl libfile-sharedir-perl libio-string-perl libmodule-{implementation,runtime}-perl
  libmro-compat-perl libnamespace-{autoclean,clean}-perl libpackage-stash-perl libparams-{util,validate,validationcompiler}-perl
  librole-tiny-perl libspecio-perl libsub-{exporter-progressive,identify,name}-perl libtext-vfile-asdata-perl libvariable-magic-perl libxstring-perl)
modules=("${modules[@]/libdatetime-event-ical-perl/libdatetime-event-ical-perl=0.13-2}")
apt-get download -qq "${modules[@]}" 'libical-parser-perl=1.21-3' 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*)
cat >p.pl <<'END'
use strict;
use DateTime::Format::ICal;
use iCal::Parser;
sub from_datetime {
    my ($start, $rule, $number) = @_;
    my $set = DateTime::Format::ICal->parse_recurrence(recurrence => $rule, dtstart => DateTime::Format::ICal->parse_datetime($start));
    my ($dates, @days) = ($set->iterator);
    while (@days < $number and my $date = $dates->next) { push @days, $date->strftime('%a-%F') }
    return @days;
}
for my $rule ('FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12', 'FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12;COUNT=5', 'FREQ=DAILY;BYDAY=MO;BYMONTH=9,10,11,12') {
    print "DateTime::Event::ICal $rule: ", join(' ', from_datetime('20240902T180000', $rule, 6)), "\n";
}
my $calendar = join "\r\n", 'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//example.org//test//EN', 'BEGIN:VEVENT', 'UID:course@example.org',
    'DTSTAMP:20240901T000000Z', 'DTSTART:20240902T180000', 'DTEND:20240902T193000', 'SUMMARY:Course',
    'RRULE:FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12', 'END:VEVENT', 'END:VCALENDAR', '';
my $days = iCal::Parser->new(start => '20240901', end => '20250101')->parse_strings($calendar)->{events}{2024};
print 'iCal::Parser, September to December 2024: ', join(' ', map { my $month = $_; map { "$month/$_" } sort { $a <=> $b } keys %{$days->{$month}} } sort { $a <=> $b } keys %$days), "\n";
END
cat >p.py <<'END'
from datetime import datetime
from itertools import islice
from dateutil.rrule import rrulestr
rule = "FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12"
print("dateutil", rule + ":", *(f"{date:%a-%F}" for date in islice(rrulestr(rule, dtstart=datetime(2024, 9, 2, 18)), 6)))
END
cat >want <<'END'
DateTime::Event::ICal FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12: Mon-2024-09-02 Mon-2024-12-02 Mon-2026-11-02 Mon-2028-10-02 Mon-2030-09-02 Mon-2030-12-02
DateTime::Event::ICal FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12;COUNT=5: Mon-2024-09-02 Mon-2024-12-02 Mon-2026-11-02 Mon-2028-10-02 Mon-2030-09-02
DateTime::Event::ICal FREQ=DAILY;BYDAY=MO;BYMONTH=9,10,11,12: Mon-2024-09-02 Mon-2024-09-09 Mon-2024-09-16 Mon-2024-09-23 Mon-2024-09-30 Mon-2024-10-07
iCal::Parser, September to December 2024: 9/2 12/2
dateutil FREQ=WEEKLY;BYDAY=MO;BYMONTH=9,10,11,12: Mon-2024-09-02 Mon-2024-09-09 Mon-2024-09-16 Mon-2024-09-23 Mon-2024-09-30 Mon-2024-10-07
END
{
  perl p.pl
  v/bin/python p.py
} >seen
diff want seen || { echo "perl-ical-weekly-in-months: no longer as recorded" >&2; exit 1; }
echo "perl-ical-weekly-in-months: as recorded"
