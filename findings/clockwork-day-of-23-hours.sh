#!/usr/bin/env bash
# clockwork (Ruby): the job of each day at 9:00 does not run on the day the clocks go forward, and that of each Monday misses a week.
# Its README: every(1.day, ..., :at => '00:00') is each day at that hour, in the local zone or in that of tz. Release 4.0.0 of the
# project counts the change of the clocks in; Debian 12 has 3.0.1.
# Surprise: at 9:00 on 31 March 2024 only 23 hours have passed in Berlin since the last run, less than the day that has to pass, and
# at 9:01 it is no longer 9:00; so Sunday has no run, with every(1.week, at: 'Monday 9:00') the Monday after has none and the job
# rests for two weeks, and every second day becomes the third. In autumn it is right. tick() gets each minute; no time passes.
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=Europe/Berlin LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ruby-clockwork=3.0.1-1' ruby-activesupport ruby-concurrent ruby-i18n ruby-tzinfo 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + ["deb/usr/lib/ruby/vendor_ruby"]).each { |path| $:.unshift path }
require "clockwork"
require "active_support/time"
def show(title, period, at, first, last)
  manager = Clockwork::Manager.new
  manager.configure { |config| config[:logger] = Logger.new(File::NULL) }
  time, runs = first, []
  manager.handler { runs << time }
  manager.every(period, "job", at: at)
  while time < last
    manager.tick(time)
    time += 60
  end
  puts "#{title}: #{runs.map { |run| run.strftime("%a %d %B") }.join(", ")}"
end
show("each day at 9:00", 1.day, "09:00", Time.local(2024, 3, 29), Time.local(2024, 4, 3))
show("each day at 9:00", 1.day, "09:00", Time.local(2024, 10, 25), Time.local(2024, 10, 29))
show("each Monday at 9:00", 1.week, "Monday 09:00", Time.local(2024, 3, 18), Time.local(2024, 4, 16))
show("each second day at 9:00", 2.days, "09:00", Time.local(2024, 3, 28), Time.local(2024, 4, 6))
END
cat >want <<'END'
each day at 9:00: Fri 29 March, Sat 30 March, Mon 01 April, Tue 02 April
each day at 9:00: Fri 25 October, Sat 26 October, Sun 27 October, Mon 28 October
each Monday at 9:00: Mon 18 March, Mon 25 March, Mon 08 April, Mon 15 April
each second day at 9:00: Thu 28 March, Sat 30 March, Tue 02 April, Thu 04 April
END
{
  ruby r.rb
} >seen
diff want seen || { echo "clockwork-day-of-23-hours: no longer as recorded" >&2; exit 1; }
echo "clockwork-day-of-23-hours: as recorded"
