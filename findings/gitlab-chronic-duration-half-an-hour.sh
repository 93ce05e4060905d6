#!/usr/bin/env bash
# gitlab_chronic_duration (Ruby): half an hour is an hour, a quarter of an hour is four, and thirty days in weeks are 32.
# The README: a parser of natural language ("two hours and twenty minutes"), which returns nil for what it cannot parse.
# Surprise: a half without "one and" is lost or becomes two seconds, 105 minutes are five, a decimal comma multiplies by ten.
# Written with weeks, 30 days are "1 mo 2 days", for then a month has 28 days; the text is read back as 32 days, and a year is
# "13 mos 1 day", which is read back as 391 days.
set -euo pipefail
for tool in apt-get ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'ruby-chronic-duration=0.10.6.2-2' 'ruby-numerizer=0.2.0-2' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export RUBYLIB=deb/usr/lib/ruby/vendor_ruby
cat >p.rb <<'END'
require "gitlab_chronic_duration"
["half an hour", "an hour and a half", "one and a half hours", "a quarter of an hour", "hundred and five minutes", "twenty five minutes", "1,5 hours", "1.5 hours", "two hours and twenty minutes"].each do |text|
  seconds = ChronicDuration.parse(text)
  puts "#{text}: #{seconds && seconds / 60.0} minutes"
end
[7, 28, 30, 60, 365].each do |days|
  texts = [false, true].map { |weeks| ChronicDuration.output(days * 86400, weeks: weeks) }
  puts "#{days} days: #{texts[0]}, with weeks: #{texts[1]}, read back: #{texts.map { |text| ChronicDuration.parse(text) / 86400 }.join(" and ")} days"
end
END
cat >want <<'END'
half an hour: 60.0 minutes
an hour and a half: 60.03333333333333 minutes
one and a half hours: 90.0 minutes
a quarter of an hour: 240.0 minutes
hundred and five minutes: 5.0 minutes
twenty five minutes: 25.0 minutes
1,5 hours: 300.0 minutes
1.5 hours: 90.0 minutes
two hours and twenty minutes: 140.0 minutes
7 days: 7 days, with weeks: 1 wk, read back: 7 and 7 days
28 days: 28 days, with weeks: 1 mo, read back: 28 and 30 days
30 days: 1 mo, with weeks: 1 mo 2 days, read back: 30 and 32 days
60 days: 2 mos, with weeks: 2 mos 4 days, read back: 60 and 64 days
365 days: 12 mos 5 days, with weeks: 13 mos 1 day, read back: 365 and 391 days
END
ruby p.rb >seen
diff want seen || { echo "gitlab-chronic-duration-half-an-hour: no longer as recorded" >&2; exit 1; }
echo "gitlab-chronic-duration-half-an-hour: as recorded"
