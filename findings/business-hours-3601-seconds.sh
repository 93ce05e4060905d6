#!/usr/bin/env bash
# Business::Hours (Perl): from nine to ten is 3601 business seconds, and a day in two halves is a second longer than in one.
# Its documentation: between returns the number of business seconds between two moments; by default one is open from 9:00 to 18:00,
# and the last second of that is 17:59:59.
# Surprise: END counts as a second of its own, unless nobody is in at that second, so the whole day is exact and each part that
# ends before closing time has one more: 14401 seconds until 13:00, and one from nine to nine. add_seconds with an hour is
# right, and with what between returns for that hour it ends at 10:00:01.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libbusiness-hours-perl=0.13-2' 'libset-intspan-perl=1.19-3' 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5
cat >p.pl <<'END'
use strict;
use Business::Hours;
use POSIX qw(strftime);
use Time::Local;
sub at { timegm(0, 0, $_[0], 13, 2, 2024) }
sub between { Business::Hours->new->between(at($_[0]), at($_[1])) }
for ([9, 18], [8, 20], [9, 13], [13, 18], [9, 10], [9, 9]) {
    my ($start, $end) = @$_;
    my $inside = 3600 * (($end > 18 ? 18 : $end) - ($start < 9 ? 9 : $start));
    printf "%02d:00 to %02d:00: %d, business seconds by the clock %d\n", $start, $end, between($start, $end), $inside;
}
for my $seconds (3600, between(9, 10)) {
    print "09:00 and $seconds: ", strftime("%H:%M:%S", gmtime(Business::Hours->new->add_seconds(at(9), $seconds))), "\n";
}
END
cat >want <<'END'
09:00 to 18:00: 32400, business seconds by the clock 32400
08:00 to 20:00: 32400, business seconds by the clock 32400
09:00 to 13:00: 14401, business seconds by the clock 14400
13:00 to 18:00: 18000, business seconds by the clock 18000
09:00 to 10:00: 3601, business seconds by the clock 3600
09:00 to 09:00: 1, business seconds by the clock 0
09:00 and 3600: 10:00:00
09:00 and 3601: 10:00:01
END
perl p.pl >seen
diff want seen || { echo "business-hours-3601-seconds: no longer as recorded" >&2; exit 1; }
echo "business-hours-3601-seconds: as recorded"
