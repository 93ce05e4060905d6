#!/usr/bin/env bash
# cron-expression (PHP, the one in Laravel's scheduler): the weekday nearest the 31st is Saturday 1 June as well, and "LW" any day.
# The library's DayOfMonthField says that W is the weekday nearest a day and does not leave the month, and L the last day; in Quartz,
# which has the same letters, LW is the last weekday of the month.
# Surprise: each month without a 31st has a run all the same, on its last weekday or on the 1st, in June and September 2024 a day of
# the weekend: twelve for seven. "LW" is valid by the library's own check and has nine dates, of which one is a last weekday.
# "L", "15W" and "1W" are right; croner is right in all five.
set -euo pipefail
for tool in apt-get npm php; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'php-dragonmantank-cron-expression=3.3.1-2' php-webmozart-assert 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
npm install --silent --no-audit --no-fund 'croner@11.0.1' >/dev/null
printf '%s\n' '0 9 31W * *' '0 9 LW * *' '0 9 L * *' '0 9 15W * *' '0 9 1W * *' >list
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
spl_autoload_register(function ($class) {
    $file = __DIR__ . '/deb/usr/share/php/' . str_replace('\\', '/', $class) . '.php';
    if (is_file($file)) require $file;
});
foreach (file('list', FILE_IGNORE_NEW_LINES) as $line) {
    $runs = (new Cron\CronExpression($line))->getMultipleRunDates(30, '2024-01-01', false, true, 'UTC');
    $dates = array_filter(array_map(fn ($run) => $run->format('Y-m-d'), $runs), fn ($date) => $date < '2025');
    echo "cron-expression $line | valid: ", Cron\CronExpression::isValidExpression($line) ? 'yes' : 'no', ' | ', implode(' ', array_map(fn ($date) => substr($date, 5), $dates)), "\n";
}
END
cat >j.cjs <<'END'
const { Cron } = require("croner");
for (const line of require("fs").readFileSync("list", "utf8").trim().split("\n")) {
  const dates = new Cron(line, { timezone: "UTC", paused: true }).nextRuns(30, new Date("2024-01-01T00:00Z")).map((date) => date.toISOString().slice(0, 10));
  console.log("croner", line, "|", ...dates.filter((date) => date < "2025").map((date) => date.slice(5)));
}
END
cat >want <<'END'
cron-expression 0 9 31W * * | valid: yes | 01-31 02-29 03-29 04-01 05-31 06-01 07-31 08-30 09-01 10-31 11-29 12-31
cron-expression 0 9 LW * * | valid: yes | 01-01 03-29 04-01 05-30 07-01 08-31 09-02 10-30 12-02
cron-expression 0 9 L * * | valid: yes | 01-31 02-29 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31
cron-expression 0 9 15W * * | valid: yes | 01-15 02-15 03-15 04-15 05-15 06-14 07-15 08-15 09-16 10-15 11-15 12-16
cron-expression 0 9 1W * * | valid: yes | 01-01 02-01 03-01 04-01 05-01 06-03 07-01 08-01 09-02 10-01 11-01 12-02
croner 0 9 31W * * | 01-31 03-29 05-31 07-31 08-30 10-31 12-31
croner 0 9 LW * * | 01-31 02-29 03-29 04-30 05-31 06-28 07-31 08-30 09-30 10-31 11-29 12-31
croner 0 9 L * * | 01-31 02-29 03-31 04-30 05-31 06-30 07-31 08-31 09-30 10-31 11-30 12-31
croner 0 9 15W * * | 01-15 02-15 03-15 04-15 05-15 06-14 07-15 08-15 09-16 10-15 11-15 12-16
croner 0 9 1W * * | 01-01 02-01 03-01 04-01 05-01 06-03 07-01 08-01 09-02 10-01 11-01 12-02
END
{
  php p.php
  node j.cjs
} >seen
diff want seen || { echo "php-cron-31w: no longer as recorded" >&2; exit 1; }
echo "php-cron-31w: as recorded"
