#!/usr/bin/env bash
# Date::Manip (Perl): "May 2024" is 20 May 2024, and every month of this century its 20th, of the last one its 19th.
# The manual (Date::Manip::Date, note 4 on "mmmYYYY"): without Format_MMMYYYY a month and four digits are read as mmmDDYY, the
# day and the year's last two digits; the manual itself grants that almost everyone means the month.
# Surprise: no error, and a day that the text does not have; "May/2024" and "2024 May" are refused, "2024-05" is the 1st,
# and "May 1850" is 18 May 1950.
set -euo pipefail
for tool in apt-get perl; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'libdate-manip-perl=6.91-1' 2>/dev/null || { echo "Debian 12's package is missing: skipped"; exit 77; }
dpkg -x ./*.deb deb
export PERL5LIB=deb/usr/share/perl5
cat >p.pl <<'END'
use strict;
use Date::Manip;
Date_Init("setdate=now,UTC", "ForceDate=2024-01-10-00:00:00,UTC", @ARGV);
for my $text ("May 2024", "June 2031", "September 2030", "May 1998", "May/2024", "May 1850", "2024 May", "2024-05", "5 May 2024") {
    my $date = ParseDate($text);
    print "$text: ", ($date ? UnixDate($date, "%Y-%m-%d") : "refused"), "\n";
}
END
cat >want <<'END'
May 2024: 2024-05-20
June 2031: 2031-06-20
September 2030: 2030-09-20
May 1998: 1998-05-19
May/2024: refused
May 1850: 1950-05-18
2024 May: refused
2024-05: 2024-05-01
5 May 2024: 2024-05-05
with Format_MMMYYYY=first
May 2024: 2024-05-01
June 2031: 2031-06-01
September 2030: 2030-09-01
May 1998: 1998-05-01
May/2024: 2024-05-01
May 1850: 1850-05-01
2024 May: 2024-05-01
2024-05: 2024-05-01
5 May 2024: 2024-05-05
END
{
  perl p.pl
  echo "with Format_MMMYYYY=first"
  perl p.pl Format_MMMYYYY=first
} >seen
diff want seen || { echo "date-manip-month-is-the-20th: no longer as recorded" >&2; exit 1; }
echo "date-manip-month-is-the-20th: as recorded"
