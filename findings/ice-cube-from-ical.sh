#!/usr/bin/env bash
# ice_cube (Ruby): from_ical leaves BYSETPOS and TZID out without a word.
# RFC 5545 section 3.3.10 has the last working day of the month as an example of BYSETPOS; TZID says which clock
# DTSTART is of (section 3.2.19).
# Surprise: the last working day is each working day, and 10:00 in New York is 10:00 of the process's clock.
set -euo pipefail
command -v ruby >/dev/null && command -v dpkg >/dev/null || { echo "ruby or dpkg is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get -qq download ruby-ice-cube=0.16.4-3 2>/dev/null || { echo "Debian 12 has the package: skipped"; exit 77; }
dpkg -x ruby-ice-cube_*.deb .
lib=usr/share/rubygems-integration/all/gems/ice_cube-0.16.4/lib
cat >r.rb <<'END'
require "ice_cube"
def show(title, *lines)
  schedule = IceCube::Schedule.from_ical(lines.join("\n"))
  puts "#{title}: " + schedule.first(4).map { |time| time.utc.strftime("%m-%dT%H:%M") }.join(" ")
end
show "last working day", "DTSTART:20250131T100000Z", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"
show "New York", "DTSTART;TZID=America/New_York:20250104T100000", "RRULE:FREQ=DAILY;COUNT=2"
END
cat >want <<'END'
last working day: 01-31T10:00 02-03T10:00 02-04T10:00 02-05T10:00
New York: 01-04T10:00 01-05T10:00
END
ruby -I "$lib" r.rb >seen
diff want seen || { echo "ice-cube-from-ical: no longer as recorded" >&2; exit 1; }
echo "ice-cube-from-ical: as recorded"
