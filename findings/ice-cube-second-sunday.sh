#!/usr/bin/env bash
# ice_cube (Ruby): every second week on Saturday and Sunday begins with a Saturday, and the Sunday after next.
# Without WKST weeks begin on Monday (RFC 5545 section 3.3.10): 4 and 5 January 2025 are of one week.
# Surprise: a rule read from text without WKST gets a week from Sunday, so 5 January falls into the week left out.
# With WKST=MO it is right. dateutil beside it.
set -euo pipefail
command -v ruby >/dev/null && command -v dpkg >/dev/null || { echo "ruby or dpkg is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'python-dateutil==2.9.0.post0' 'six==1.17.0'
apt-get -qq download ruby-ice-cube=0.16.4-3 2>/dev/null || { echo "Debian 12 has the package: skipped"; exit 77; }
dpkg -x ruby-ice-cube_*.deb .
lib=usr/share/rubygems-integration/all/gems/ice_cube-0.16.4/lib
cat >r.rb <<'END'
require "ice_cube"
def dates(rule)
  schedule = IceCube::Schedule.new(Time.utc(2025, 1, 4, 10))
  schedule.add_recurrence_rule(rule)
  schedule.first(6).map { |time| time.strftime("%m-%d") }.join(" ")
end
["FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU", "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=MO"].each do |text|
  rule = IceCube::IcalParser.rule_from_ical(text)
  puts "#{text} #{dates(rule)}", "written #{rule.to_ical}"
end
END
cat >r.py <<'END'
from datetime import datetime
from dateutil.rrule import rrulestr
rule = rrulestr("FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;COUNT=6", dtstart=datetime(2025, 1, 4, 10))
print("dateutil", *(date.strftime("%m-%d") for date in rule))
END
cat >want <<'END'
FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU 01-04 01-12 01-18 01-26 02-01 02-09
written FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=SA,SU
FREQ=WEEKLY;INTERVAL=2;BYDAY=SA,SU;WKST=MO 01-04 01-05 01-18 01-19 02-01 02-02
written FREQ=WEEKLY;INTERVAL=2;WKST=MO;BYDAY=SA,SU
dateutil 01-04 01-05 01-18 01-19 02-01 02-02
END
{
  ruby -I "$lib" r.rb
  venv/bin/python r.py
} >seen
diff want seen || { echo "ice-cube-second-sunday: no longer as recorded" >&2; exit 1; }
echo "ice-cube-second-sunday: as recorded"
