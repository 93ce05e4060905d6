#!/usr/bin/env bash
# iso8601 (Ruby): a time in the last twentieth of a second of any minute is written with second 60, which the library itself refuses.
# ISO 8601-1, 4.3.10 and 5.3: seconds run from 00 to 59, 60 is for a leap second alone; a decimal fraction may have as many digits
# as the parties agree. The README: atomic dates and times of ISO 8601, and no word of rounding.
# Surprise: seconds are rounded to one digit without a carry, so 23:59:59.96 is 23:59:60 on any day, which is "out of range" when
# read again; of 15.125 seconds 15.1 are left. to_time, of the same object, has the moment as it was. The intersection
# of two intervals that overlap, by intersection as in the documentation of the class, is a NoMethodError.
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'ruby-iso8601=0.13.0-1' 2>/dev/null || { echo "Debian 12's package is missing: skipped"; exit 77; }
dpkg -x ./*.deb deb
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + ["deb/usr/lib/ruby/vendor_ruby"]).each { |path| $:.unshift path }
require "iso8601"
require "time"
%w[2024-05-15T10:30:15.125Z 2024-05-15T10:30:59.94Z 2024-05-15T10:30:59.96Z 2024-05-15T23:59:59.999Z].each do |text|
  moment = ISO8601::DateTime.new(text)
  again = begin
    ISO8601::DateTime.new(moment.to_s).to_s
  rescue ISO8601::Errors::RangeError => error
    error.message
  end
  puts "#{text} | to_s #{moment} | to_time #{moment.to_time.utc.iso8601(3)} | to_s read again: #{again}"
end
first = ISO8601::TimeInterval.parse("2024-05-15T10:00:00Z/2024-05-15T12:00:00Z")
second = ISO8601::TimeInterval.parse("2024-05-15T11:00:00Z/2024-05-15T13:00:00Z")
puts "intersect? #{first.intersect?(second)}"
begin
  puts first.intersection(second)
rescue NoMethodError => error
  puts "intersection: #{error.class}"
end
END
cat >want <<'END'
2024-05-15T10:30:15.125Z | to_s 2024-05-15T10:30:15.1+00:00 | to_time 2024-05-15T10:30:15.125Z | to_s read again: 2024-05-15T10:30:15.1+00:00
2024-05-15T10:30:59.94Z | to_s 2024-05-15T10:30:59.9+00:00 | to_time 2024-05-15T10:30:59.940Z | to_s read again: 2024-05-15T10:30:59.9+00:00
2024-05-15T10:30:59.96Z | to_s 2024-05-15T10:30:60+00:00 | to_time 2024-05-15T10:30:59.960Z | to_s read again: 10:30:60+00:00 is out of range
2024-05-15T23:59:59.999Z | to_s 2024-05-15T23:59:60+00:00 | to_time 2024-05-15T23:59:59.999Z | to_s read again: 23:59:60+00:00 is out of range
intersect? true
intersection: NoMethodError
END
ruby r.rb >seen
diff want seen || { echo "ruby-iso8601-second-60: no longer as recorded" >&2; exit 1; }
echo "ruby-iso8601-second-60: as recorded"
