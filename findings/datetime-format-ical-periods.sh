#!/usr/bin/env bash
# DateTime::Format::ICal (Perl): the RFC's own period "19970101T180000Z/PT5H30M" is invalid, and a day less one hour becomes minus
# a day and an hour.
# RFC 5545 section 3.3.9 has that period as its example; section 3.3.6: the plus sign of a duration is optional, weeks stand
# alone, and "P15DT5H0M20S" is its example. Section 3.8.2.1 and its like take periods from others, so the sign is theirs.
# Surprise: parse_period knows a duration only with a sign, "+PT5H30M", though parse_duration reads both. The example of 15 days
# is written as "P2W1DT5H20S", and of a sum of mixed signs, which DateTime makes of one day minus one hour, only the first sign
# is kept: its 23 hours are read as 25 hours before. icalendar (Python) reads the period as it stands.
set -euo pipefail
for tool in apt-get perl python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
modules=(libdatetime-{event-ical,event-recurrence,locale,set,timezone}-perl libdatetime-perl libset-infinite-perl libb-hooks-endofscope-perl
  libclass-{data-inheritable,inspector,singleton}-perl libdevel-stacktrace-perl libeval-closure-perl libexception-class-perl
  libfile-sharedir-perl libmodule-{implementation,runtime}-perl libmro-compat-perl libnamespace-{autoclean,clean}-perl
  libpackage-stash-perl libparams-{util,validate,validationcompiler}-perl librole-tiny-perl libspecio-perl
  libsub-{exporter-progressive,identify,name}-perl libtry-tiny-perl libvariable-magic-perl libxstring-perl)
apt-get download -qq 'libdatetime-format-ical-perl=0.09-3' "${modules[@]}" 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*)
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'tzdata==2026.1'
cat >p.pl <<'END'
use strict;
use DateTime::Format::ICal;
my $ical = 'DateTime::Format::ICal';
for my $text ('19970101T180000Z/19970102T070000Z', '19970101T180000Z/PT5H30M', '19970101T180000Z/+PT5H30M') {
    my $span = eval { $ical->parse_period($text) };
    print "$text: ", ($span ? join(' to ', map { $_->iso8601 } $span->start, $span->end) : 'invalid'), "\n";
}
my $start = DateTime->new(year => 2024, month => 5, day => 15, hour => 9, time_zone => 'UTC');
for my $pair (['P15DT5H0M20S', $ical->parse_duration('P15DT5H0M20S')], ['1 day - 1 hour', DateTime::Duration->new(days => 1, hours => -1)]) {
    my ($name, $duration) = @$pair;
    my $written = $ical->format_duration($duration);
    my @ends = map { ($start + $_)->iso8601 } $duration, $ical->parse_duration($written);
    print "$name: written $written, from 2024-05-15T09:00 until $ends[0], read again until $ends[1]\n";
}
END
cat >p.py <<'END'
from icalendar.prop import vPeriod
start, length = vPeriod.from_ical("19970101T180000Z/PT5H30M")
print(f"icalendar: {start:%FT%T} and {length}")
END
cat >want <<'END'
19970101T180000Z/19970102T070000Z: 1997-01-01T18:00:00 to 1997-01-02T07:00:00
19970101T180000Z/PT5H30M: invalid
19970101T180000Z/+PT5H30M: 1997-01-01T18:00:00 to 1997-01-01T23:30:00
P15DT5H0M20S: written +P2W1DT5H20S, from 2024-05-15T09:00 until 2024-05-30T14:00:20, read again until 2024-05-30T14:00:20
1 day - 1 hour: written -P1DT1H, from 2024-05-15T09:00 until 2024-05-16T08:00:00, read again until 2024-05-14T08:00:00
icalendar: 1997-01-01T18:00:00 and 5:30:00
END
{
  perl p.pl
  v/bin/python p.py
} >seen
diff want seen || { echo "datetime-format-ical-periods: no longer as recorded" >&2; exit 1; }
echo "datetime-format-ical-periods: as recorded"
