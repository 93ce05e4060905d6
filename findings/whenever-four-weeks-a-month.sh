#!/usr/bin/env bash
# whenever (Ruby): "every week" is the 1st, 8th, 15th and 22nd of the month, "every 12 months" each December, and "at the 31st, 9am"
# midnight on the 1st.
# Its README: every takes 1.week and 1.month as it takes 3.hours, and at is read by Chronic. In crontab(5) a week is a weekday,
# "0 0 * * 0"; whenever's own :weekly is cron's @weekly, which is that.
# Surprise: a week becomes steps of seven days within the month, so from the 22nd it is nine or ten days to the next, and two
# weeks are the 1st and the 15th. Every twelve months is December, every year January. "31st 9am" and "the 15th at 9am", which
# Chronic does not read, are midnight on the 1st, without a word; "9am" and "december 24 9am" are right.
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'ruby-whenever=1.0.0-1' 'ruby-chronic=0.10.5-2' 'ruby-numerizer=0.2.0-2' ruby-activesupport ruby-concurrent \
  ruby-i18n ruby-tzinfo 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + ["deb/usr/lib/ruby/vendor_ruby"]).each { |path| $:.unshift path }
require "whenever"
["1.week", "2.weeks", ":weekly", "1.month", "12.months", "1.year", "1.month, at: '9am'", "1.month, at: '31st 9am'", "1.month, at: 'the 15th at 9am'", "1.year, at: 'december 24 9am'"].each do |interval|
  puts "every #{interval}: " + Whenever.cron(string: "set :job_template, nil\njob_type :job, ':task'\nevery #{interval} do job 'work' end").strip
end
END
cat >want <<'END'
every 1.week: 0 0 1,8,15,22 * * work
every 2.weeks: 0 0 1,15 * * work
every :weekly: @weekly work
every 1.month: 0 0 1 * * work
every 12.months: 0 0 1 12 * work
every 1.year: 0 0 1 1 * work
every 1.month, at: '9am': 0 9 1 * * work
every 1.month, at: '31st 9am': 0 0 1 * * work
every 1.month, at: 'the 15th at 9am': 0 0 1 * * work
every 1.year, at: 'december 24 9am': 0 9 24 12 * work
END
{
  ruby r.rb
} >seen
diff want seen || { echo "whenever-four-weeks-a-month: no longer as recorded" >&2; exit 1; }
echo "whenever-four-weeks-a-month: as recorded"
