#!/usr/bin/env bash
# Schedule::Cron::Events (Perl): "every second day" is the even days, and each third month is March, June, September and December.
# crontab(5): an asterisk is the range from first to last, and a step goes through that range: */2 is days 1, 3, 5.
# Surprise: days and months behind an asterisk are counted from 0, which is then left out, so the quarterly job of "0 9 1 */3 *" is
# expected two months late. The same range written out is right, and so is Set::Crontab, the module below it, that has the range
# given. Hours and minutes begin with 0 anyway.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libset-crontab-perl=1.03-1.1' 'libschedule-cron-events-perl=1.96-2' 2>/dev/null || { echo "Debian 12's modules are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export PERL5LIB=deb/usr/share/perl5
cat >p.pl <<'END'
use strict;
use Schedule::Cron::Events;
use Set::Crontab;
for (['*/2', 1, 31], ['*/3', 1, 12]) {
    my ($text, $first, $last) = @$_;
    print "Set::Crontab $text of $first to $last: @{[Set::Crontab->new($text, [$first .. $last])->list]}\n";
}
for my $text ('0 9 */2 * *', '0 9 1-31/2 * *', '0 9 1 */3 *', '0 9 1 1-12/3 *') {
    my $events = Schedule::Cron::Events->new($text, Seconds => 1704067200);
    my @times = map { my @time = $events->nextEvent; sprintf '%d-%02d-%02d', $time[5] + 1900, $time[4] + 1, $time[3] } 1 .. 4;
    print "$text: @times\n";
}
END
cat >want <<'END'
Set::Crontab */2 of 1 to 31: 1 3 5 7 9 11 13 15 17 19 21 23 25 27 29 31
Set::Crontab */3 of 1 to 12: 1 4 7 10
0 9 */2 * *: 2024-01-02 2024-01-04 2024-01-06 2024-01-08
0 9 1-31/2 * *: 2024-01-01 2024-01-03 2024-01-05 2024-01-07
0 9 1 */3 *: 2024-03-01 2024-06-01 2024-09-01 2024-12-01
0 9 1 1-12/3 *: 2024-01-01 2024-04-01 2024-07-01 2024-10-01
END
{
  perl p.pl
} >seen
diff want seen || { echo "schedule-cron-events-every-second-day: no longer as recorded" >&2; exit 1; }
echo "schedule-cron-events-every-second-day: as recorded"
