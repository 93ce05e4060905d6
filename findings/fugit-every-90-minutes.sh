#!/usr/bin/env bash
# fugit (Ruby): "every 90 minutes" is every hour, "every 36 hours" every day, and "every 2nd monday" one moment.
# Its README turns "every 3 hours" and the like into cron schedules. A field of minutes cannot hold 90: a reader can refuse or
# give the several lines that it takes.
# Surprise: it drops what the field cannot hold. Every 90 minutes, 61 seconds, 36 hours, 40 days, 10 or 13 months are
# hourly, every minute, daily, on the 1st, in November and January, and yearly. "every 2nd monday of the month at 9" and
# "every month on the last day at 9:00", which its grammar does not have, become one moment near now instead of an error.
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ruby-fugit=1.5.2-1' 'ruby-raabro=1.4.0-1' 'ruby-et-orbi=1.2.2-1' 'ruby-tzinfo=2.0.5-1' 'ruby-chronic=0.10.5-2' \
  ruby-concurrent 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + Dir["deb/usr/share/rubygems-integration/all/gems/*/lib/concurrent-ruby"]).each { |path| $:.unshift path }
$:.unshift "deb/usr/lib/ruby/vendor_ruby"
require "chronic"
require "fugit"
from = EtOrbi.parse("2024-01-01 00:00:00 UTC")
["every 90 minutes", "every 61 seconds", "every 36 hours", "every 40 days", "every 10 months", "every 13 months"].each do |text|
  schedule = Fugit.parse(text)
  times, time = [], from
  3.times { times << (time = schedule.next_time(time)).strftime("%FT%H:%M:%S") }
  puts "#{text}: #{schedule.to_cron_s} | #{times.join(" ")}"
end
["every 2nd monday of the month at 9", "every month on the last day at 9:00"].each { |text| puts "#{text}: #{Fugit.parse(text).class}, a schedule: #{Fugit.parse_nat(text).inspect}" }
END
cat >want <<'END'
every 90 minutes: 0 * * * * | 2024-01-01T01:00:00 2024-01-01T02:00:00 2024-01-01T03:00:00
every 61 seconds: * * * * * | 2024-01-01T00:01:00 2024-01-01T00:02:00 2024-01-01T00:03:00
every 36 hours: 0 0 * * * | 2024-01-02T00:00:00 2024-01-03T00:00:00 2024-01-04T00:00:00
every 40 days: 0 0 1 * * | 2024-02-01T00:00:00 2024-03-01T00:00:00 2024-04-01T00:00:00
every 10 months: 0 0 1 1,11 * | 2024-11-01T00:00:00 2025-01-01T00:00:00 2025-11-01T00:00:00
every 13 months: 0 0 1 1 * | 2025-01-01T00:00:00 2026-01-01T00:00:00 2027-01-01T00:00:00
every 2nd monday of the month at 9: EtOrbi::EoTime, a schedule: nil
every month on the last day at 9:00: EtOrbi::EoTime, a schedule: nil
END
{
  ruby r.rb
} >seen
diff want seen || { echo "fugit-every-90-minutes: no longer as recorded" >&2; exit 1; }
echo "fugit-every-90-minutes: as recorded"
