#!/usr/bin/env bash
# Chronic (Ruby) and Horde_Date_Parser, its port to PHP: a week before 31 March is 23 February, at seven in the morning.
# Chronic's README: "7 hours before tomorrow at noon", "22nd of june" and "may 27th" are among the strings that will be properly
# parsed, and what cannot be parsed is nil.
# Surprise: of a date behind "before" or "after" only the month counts, and its day is taken for hours from the first of the
# month: 31 hours after 1 March, then a week back. A day before 1 March is right by chance, at one in the morning. Outside a leap
# year 29 February is 1 March in both, though Chronic has no 30 February; Horde has. To Chronic "half an hour from now" is thirty
# hours, and to Horde noon is midnight in the README's own example.
set -euo pipefail
for tool in apt-get php ruby; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'ruby-chronic=0.10.5-2' 'ruby-numerizer=0.2.0-2' 'php-horde-date-parser=2.0.7-2' 'php-horde-date=2.4.1-9' php-horde-nls \
  php-horde-exception php-horde-support php-horde-translation php-horde-util 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >list <<'END'
7 hours before tomorrow at noon
may 27th
march 31
1 week before march 31
1 month before march 31
3 days after june 20
1 day before march 1
february 29
february 30
half an hour from now
END
cat >r.rb <<'END'
(Dir["deb/usr/share/rubygems-integration/all/gems/*/lib"] + ["deb/usr/lib/ruby/vendor_ruby"]).each { |path| $:.unshift path }
require "chronic"
File.readlines("list", chomp: true).each do |text|
  found = Chronic.parse(text, now: Time.utc(2024, 5, 15, 10))
  puts "#{text}: Chronic #{found ? found.strftime('%F %R') : 'none'}"
end
END
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
date_default_timezone_set('UTC');
spl_autoload_register(function ($class) {
    $file = __DIR__ . '/deb/usr/share/php/' . str_replace('_', '/', $class) . '.php';
    if (is_file($file)) {
        require $file;
    }
});
foreach (file('list', FILE_IGNORE_NEW_LINES) as $text) {
    $found = Horde_Date_Parser::parse($text, array('now' => new Horde_Date('2024-05-15 10:00:00')));
    echo $text, ': Horde ', $found ? $found->format('Y-m-d H:i') : 'none', "\n";
}
END
cat >want <<'END'
7 hours before tomorrow at noon: Chronic 2024-05-16 05:00
may 27th: Chronic 2024-05-27 12:00
march 31: Chronic 2025-03-31 12:00
1 week before march 31: Chronic 2025-02-23 07:00
1 month before march 31: Chronic 2025-02-02 07:00
3 days after june 20: Chronic 2024-06-04 20:00
1 day before march 1: Chronic 2025-02-28 01:00
february 29: Chronic 2025-03-01 12:00
february 30: Chronic none
half an hour from now: Chronic 2024-05-16 16:00
7 hours before tomorrow at noon: Horde 2024-05-15 17:00
may 27th: Horde 2024-05-27 12:00
march 31: Horde 2025-03-31 12:00
1 week before march 31: Horde 2025-02-23 07:00
1 month before march 31: Horde 2025-02-02 07:00
3 days after june 20: Horde 2024-06-04 20:00
1 day before march 1: Horde 2025-02-28 01:00
february 29: Horde 2025-03-01 12:00
february 30: Horde 2025-03-02 12:00
half an hour from now: Horde none
END
{
  ruby r.rb
  php p.php
} >seen
diff want seen || { echo "chronic-hours-of-march: no longer as recorded" >&2; exit 1; }
echo "chronic-hours-of-march: as recorded"
