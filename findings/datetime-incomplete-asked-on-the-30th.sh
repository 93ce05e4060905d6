#!/usr/bin/env bash
# DateTime::Incomplete (Perl): February 2024 has no first day and no last if it is asked on the 30th of a month, June 2024 on the 31st.
# Its manual: an incomplete date is a time span, the year 2003 starts in 2003-01-01 and ends in 2004-01-01; only a date without a
# year has no start and no end. The date of the day when this is asked is no part of that.
# Surprise: start, end and to_span fill what is not known from today before they look at it, so a month that is known fails on each
# day that it has not, with "Invalid day of month", and February 2023 also on 29 February. A whole year and a whole date are
# right on any day, and so is contains.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
modules=(libdatetime-{event-recurrence,locale,set,timezone}-perl libdatetime-perl libset-infinite-perl libb-hooks-endofscope-perl
  libclass-{data-inheritable,inspector,singleton}-perl libdevel-stacktrace-perl libeval-closure-perl libexception-class-perl
  libfile-sharedir-perl libmodule-{implementation,runtime}-perl libmro-compat-perl libnamespace-{autoclean,clean}-perl
  libpackage-stash-perl libparams-{util,validate,validationcompiler}-perl librole-tiny-perl libspecio-perl
  libsub-{exporter-progressive,identify,name}-perl libtry-tiny-perl libvariable-magic-perl libxstring-perl)
apt-get download -qq 'libdatetime-incomplete-perl=0.08-1.1' "${modules[@]}" 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5:$(echo deb/usr/lib/*-linux-gnu*/perl5/*)
cat >p.pl <<'END'
use strict;
use DateTime;
use DateTime::Incomplete;
my $today;
{
    no warnings 'redefine';
    *DateTime::today = sub { $today->clone };
}
for my $day ([2024, 1, 15], [2024, 1, 30], [2024, 1, 31], [2024, 2, 29]) {
    $today = DateTime->new(year => $day->[0], month => $day->[1], day => $day->[2]);
    for my $known ([year => 2024], [year => 2023, month => 2], [year => 2024, month => 2], [year => 2024, month => 6], [year => 2024, month => 2, day => 10]) {
        my $date = DateTime::Incomplete->new(@$known);
        my @ends = map { my $method = $_; eval { $date->$method->ymd } // 'error' } qw(start end);
        my $span = eval { $date->to_span } ? 'span' : 'no span';
        my $holds = $date->contains(DateTime->new(year => 2024, month => 2, day => 10)) ? 'has' : 'has not';
        print 'asked on ', $today->ymd, ': ', $date->ymd, " from $ends[0] to $ends[1], $span, $holds 2024-02-10\n";
    }
}
END
cat >want <<'END'
asked on 2024-01-15: 2024-xx-xx from 2024-01-01 to 2025-01-01, span, has 2024-02-10
asked on 2024-01-15: 2023-02-xx from 2023-02-01 to 2023-03-01, span, has not 2024-02-10
asked on 2024-01-15: 2024-02-xx from 2024-02-01 to 2024-03-01, span, has 2024-02-10
asked on 2024-01-15: 2024-06-xx from 2024-06-01 to 2024-07-01, span, has not 2024-02-10
asked on 2024-01-15: 2024-02-10 from 2024-02-10 to 2024-02-11, span, has 2024-02-10
asked on 2024-01-30: 2024-xx-xx from 2024-01-01 to 2025-01-01, span, has 2024-02-10
asked on 2024-01-30: 2023-02-xx from error to error, no span, has not 2024-02-10
asked on 2024-01-30: 2024-02-xx from error to error, no span, has 2024-02-10
asked on 2024-01-30: 2024-06-xx from 2024-06-01 to 2024-07-01, span, has not 2024-02-10
asked on 2024-01-30: 2024-02-10 from 2024-02-10 to 2024-02-11, span, has 2024-02-10
asked on 2024-01-31: 2024-xx-xx from 2024-01-01 to 2025-01-01, span, has 2024-02-10
asked on 2024-01-31: 2023-02-xx from error to error, no span, has not 2024-02-10
asked on 2024-01-31: 2024-02-xx from error to error, no span, has 2024-02-10
asked on 2024-01-31: 2024-06-xx from error to error, no span, has not 2024-02-10
asked on 2024-01-31: 2024-02-10 from 2024-02-10 to 2024-02-11, span, has 2024-02-10
asked on 2024-02-29: 2024-xx-xx from 2024-01-01 to 2025-01-01, span, has 2024-02-10
asked on 2024-02-29: 2023-02-xx from error to error, no span, has not 2024-02-10
asked on 2024-02-29: 2024-02-xx from 2024-02-01 to 2024-03-01, span, has 2024-02-10
asked on 2024-02-29: 2024-06-xx from 2024-06-01 to 2024-07-01, span, has not 2024-02-10
asked on 2024-02-29: 2024-02-10 from 2024-02-10 to 2024-02-11, span, has 2024-02-10
END
perl p.pl >seen
diff want seen || { echo "datetime-incomplete-asked-on-the-30th: no longer as recorded" >&2; exit 1; }
echo "datetime-incomplete-asked-on-the-30th: as recorded"
