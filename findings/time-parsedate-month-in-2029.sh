#!/usr/bin/env bash
# Time::ParseDate (Perl): "May 2024" is a day in November 2029, the last Monday of May is one in June, and "+ 1 month" is dropped.
# The manual lists the formats, a month with a year alone not among them, and undef for a text that cannot be parsed; not to
# read all of a text is what its option FUZZY is for.
# Surprise: the year is taken for the day, so it is the 2024th of this year's May, with the option WHOLE as well. Without that
# option "of may", "+ 1 month" and the zone PST8PDT go unread and unsaid. 29 February 2023 is 1 March.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libtime-parsedate-perl=2015.103-4' 2>/dev/null || { echo "Debian 12's package is missing: skipped"; exit 77; }
dpkg -x ./*.deb deb
export PERL5LIB=deb/usr/share/perl5
cat >p.pl <<'END'
use strict;
use POSIX qw(strftime);
use Time::ParseDate;
my $now = 1718798400;    # 2024-06-19T12:00:00Z, a Wednesday
for my $text ("May 2024", "June 2025", "5 May 2024", "last monday of may", "31 jan 2024 + 1 month", "2024/01/31 + 1 month", "8 May 2024 19:00 PST", "8 May 2024 19:00 PST8PDT", "29 feb 2023") {
    my @days = map { defined $_ ? strftime("%a %FT%H:%M", gmtime $_) : "undef" }
        (scalar parsedate($text, NOW => $now, GMT => 1), scalar parsedate($text, NOW => $now, GMT => 1, WHOLE => 1));
    print "$text: $days[0], WHOLE: $days[1]\n";
}
END
cat >want <<'END'
May 2024: Wed 2029-11-14T00:00, WHOLE: Wed 2029-11-14T00:00
June 2025: Sun 2029-12-16T00:00, WHOLE: Sun 2029-12-16T00:00
5 May 2024: Sun 2024-05-05T00:00, WHOLE: Sun 2024-05-05T00:00
last monday of may: Mon 2024-06-17T12:00, WHOLE: undef
31 jan 2024 + 1 month: Wed 2024-01-31T00:00, WHOLE: undef
2024/01/31 + 1 month: Wed 2024-01-31T00:00, WHOLE: undef
8 May 2024 19:00 PST: Thu 2024-05-09T03:00, WHOLE: Thu 2024-05-09T03:00
8 May 2024 19:00 PST8PDT: Wed 2024-05-08T19:00, WHOLE: undef
29 feb 2023: Wed 2023-03-01T00:00, WHOLE: Wed 2023-03-01T00:00
END
perl p.pl >seen
diff want seen || { echo "time-parsedate-month-in-2029: no longer as recorded" >&2; exit 1; }
echo "time-parsedate-month-in-2029: as recorded"
