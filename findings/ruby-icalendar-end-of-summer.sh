#!/usr/bin/env bash
# icalendar (Ruby) writes a time zone, ical.js reads it: Beirut's summer of 2020 is six days too long.
# RFC 5545 section 3.6.5: DTSTART of STANDARD and DAYLIGHT is the local time of the change by the offset before it,
# TZOFFSETFROM; Beirut's clocks go back at 24:00 before the last Sunday of October, London's at 02:00.
# Surprise: it is written by the offset after the change, so Saturday 23:00, and the rule becomes the last Saturday of
# October: in 2020 the 31st, where the last Sunday is the 25th. A meeting at noon on the 28th moves by an hour. London's
# summer ends at 01:00, so 01:30 that night, which section 3.3.5 puts into summer time, is an hour late.
set -euo pipefail
for tool in apt-get npm ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ruby-icalendar=2.8.0-1' 'ruby-tzinfo=2.0.5-1' ruby-concurrent ruby-ice-cube 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + Dir["deb/usr/share/rubygems-integration/all/gems/*/lib/concurrent-ruby"]).each { |path| $:.unshift path }
$:.unshift "deb/usr/lib/ruby/vendor_ruby"
require "date"
require "icalendar"
require "icalendar/tzinfo"
calendar = Icalendar::Calendar.new
{ "Asia/Beirut" => "20201028T120000", "Europe/London" => "20201025T013000" }.each do |name, local|
  calendar.add_timezone TZInfo::Timezone.get(name).ical_timezone(DateTime.new(2019, 7, 1))
  calendar.event do |event|
    event.uid = name
    event.dtstart = Icalendar::Values::DateTime.new(local, "tzid" => name)
  end
  puts "right: #{name} #{local} is #{TZInfo::Timezone.get(name).local_to_utc(DateTime.parse(local)) { |periods| periods.first }.strftime("%FT%TZ")}"
end
File.write("c.ics", calendar.to_ical)
puts calendar.to_ical.scan(/BEGIN:STANDARD.*?END:STANDARD/m).map { |block| block.split.grep(/DTSTART|RRULE|OFFSETFROM/).join(" ") }
END
cat >j.mjs <<'END'
import { readFileSync } from "node:fs";
import ICAL from "ical.js";
const calendar = new ICAL.Component(ICAL.parse(readFileSync("c.ics", "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
for (const event of calendar.getAllSubcomponents("vevent")) {
  const start = event.getFirstPropertyValue("dtstart");
  console.log("ical.js:", event.getFirstPropertyValue("uid"), start.toICALString(), "is", start.convertToZone(ICAL.Timezone.utcTimezone).toString());
}
END
cat >want <<'END'
right: Asia/Beirut 20201028T120000 is 2020-10-28T10:00:00Z
right: Europe/London 20201025T013000 is 2020-10-25T00:30:00Z
DTSTART:20191026T230000 TZOFFSETFROM:+0300 RRULE:FREQ=YEARLY;BYDAY=-1SA;BYMONTH=10
DTSTART:20191027T010000 TZOFFSETFROM:+0100 RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
ical.js: Asia/Beirut 20201028T120000 is 2020-10-28T09:00:00Z
ical.js: Europe/London 20201025T013000 is 2020-10-25T01:30:00Z
END
{
  ruby r.rb
  node j.mjs
} >seen
diff want seen || { echo "ruby-icalendar-end-of-summer: no longer as recorded" >&2; exit 1; }
echo "ruby-icalendar-end-of-summer: as recorded"
