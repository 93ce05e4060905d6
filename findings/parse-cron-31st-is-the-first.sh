#!/usr/bin/env bash
# parse-cron (Ruby): the job of the 31st also runs on the 1st of each shorter month, and that of 29 February on 1 February.
# crontab(5): a job runs when the fields match the date, so on the 31st of the months that have one, and on 29 February.
# Surprise: where the month ends before the day, its first day is given, by next and by last; a job for each 31st is due on 31
# January and on 1 February, and "the last one before 1 March" is that of 1 February, not of 31 January.
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ruby-parse-cron=0.1.4-1.1' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
dpkg -x ruby-parse-cron_*.deb deb
cat >r.rb <<'END'
$:.unshift "deb/usr/lib/ruby/vendor_ruby"
require "cron_parser"
["0 9 31 * *", "0 9 30 * *", "0 9 29 2 *", "0 9 15 * *"].each do |text|
  cron = CronParser.new(text)
  times, time = [], Time.utc(2024, 1, 1)
  5.times { times << (time = cron.next(time)).strftime("%F %H:%M") }
  puts "#{text}: #{times.join(", ")} | before 1 March: #{cron.last(Time.utc(2024, 3, 1)).strftime("%F")}"
end
END
cat >want <<'END'
0 9 31 * *: 2024-01-31 09:00, 2024-02-01 09:00, 2024-03-31 09:00, 2024-04-01 09:00, 2024-05-31 09:00 | before 1 March: 2024-02-01
0 9 30 * *: 2024-01-30 09:00, 2024-02-01 09:00, 2024-03-30 09:00, 2024-04-30 09:00, 2024-05-30 09:00 | before 1 March: 2024-02-01
0 9 29 2 *: 2024-02-29 09:00, 2025-02-01 09:00, 2026-02-01 09:00, 2027-02-01 09:00, 2028-02-29 09:00 | before 1 March: 2024-02-29
0 9 15 * *: 2024-01-15 09:00, 2024-02-15 09:00, 2024-03-15 09:00, 2024-04-15 09:00, 2024-05-15 09:00 | before 1 March: 2024-02-15
END
{
  ruby r.rb
} >seen
diff want seen || { echo "parse-cron-31st-is-the-first: no longer as recorded" >&2; exit 1; }
echo "parse-cron-31st-is-the-first: as recorded"
