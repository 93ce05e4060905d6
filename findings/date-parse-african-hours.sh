#!/usr/bin/env bash
# Date::Parse (Perl): a meeting at 19:00 in Maputo (CAT) is twelve hours late, one in Lagos (WAT) two, one in Pago Pago half a day early.
# The time zone database names the clocks: CAT, WAT and SST are its abbreviations for Africa/Maputo (+2), Africa/Lagos (+1) and
# Pacific/Pago_Pago (-11). The module takes names of zones from a table of its own, without a word on which (Time::Zone).
# Surprise: there CAT is Central Alaska, WAT lies west of Greenwich and SST is Swedish summer, so the moment
# is wrong, where Johannesburg's SAST, Nairobi's EAT, Karachi's PKT and Jakarta's WIB are at least refused.
set -euo pipefail
for tool in apt-get perl python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libtimedate-perl=2.3300-2' 2>/dev/null || { echo "Debian 12's package is missing: skipped"; exit 77; }
dpkg -x ./*.deb deb
export PERL5LIB=deb/usr/share/perl5
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
for place in "Africa/Maputo", "Africa/Lagos", "Africa/Johannesburg", "Africa/Nairobi", "Africa/Cairo", "Pacific/Pago_Pago", "Asia/Karachi", "Asia/Jakarta", "Asia/Tokyo", "Europe/Berlin":
    local = datetime(2024, 5, 8, 19, 0, tzinfo=ZoneInfo(place))
    print(f"8 May 2024 19:00 {local.tzname()}", f"{local.astimezone(timezone.utc):%m-%dT%H:%M}", place, sep="|")
END
cat >p.pl <<'END'
use strict;
use Date::Parse;
use POSIX qw(strftime);
while (my $line = <STDIN>) {
    chomp $line;
    my ($text, $expected, $place) = split /\|/, $line;
    my $moment = str2time($text);
    print "$text: Date::Parse ", (defined $moment ? strftime("%m-%dT%H:%MZ", gmtime $moment) : "undef"), ", $place ${expected}Z\n";
}
END
cat >want <<'END'
8 May 2024 19:00 CAT: Date::Parse 05-09T05:00Z, Africa/Maputo 05-08T17:00Z
8 May 2024 19:00 WAT: Date::Parse 05-08T20:00Z, Africa/Lagos 05-08T18:00Z
8 May 2024 19:00 SAST: Date::Parse undef, Africa/Johannesburg 05-08T17:00Z
8 May 2024 19:00 EAT: Date::Parse undef, Africa/Nairobi 05-08T16:00Z
8 May 2024 19:00 EEST: Date::Parse 05-08T16:00Z, Africa/Cairo 05-08T16:00Z
8 May 2024 19:00 SST: Date::Parse 05-08T17:00Z, Pacific/Pago_Pago 05-09T06:00Z
8 May 2024 19:00 PKT: Date::Parse undef, Asia/Karachi 05-08T14:00Z
8 May 2024 19:00 WIB: Date::Parse undef, Asia/Jakarta 05-08T12:00Z
8 May 2024 19:00 JST: Date::Parse 05-08T10:00Z, Asia/Tokyo 05-08T10:00Z
8 May 2024 19:00 CEST: Date::Parse 05-08T17:00Z, Europe/Berlin 05-08T17:00Z
END
v/bin/python p.py | perl p.pl >seen
diff want seen || { echo "date-parse-african-hours: no longer as recorded" >&2; exit 1; }
echo "date-parse-african-hours: as recorded"
