#!/usr/bin/env bash
# PHP's DatePeriod, and Carbon's: each day at 2:30 is at 3:30 for good after the night the clocks change, and "R4" is five dates
# in one, four in the other.
# PHP's manual: DatePeriod gives dates that recur at regular intervals, and reads the repeating intervals of ISO 8601; its number of
# repeats leaves the start out. Carbon's createFromIso() reads the same text.
# Surprise: where 2:30 does not exist the period goes on from 3:30, every day after, since each date is counted from the one before;
# the start and so many days are back at 2:30. Of the same text DatePeriod makes five dates and Carbon (the one in Laravel), made
# to be used like it, four.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'php-nesbot-carbon=2.65.0-1+deb12u1' php-symfony-translation php-symfony-translation-contracts 'php8.2-cli=8.2.36-1~deb12u1' php8.2-common php8.2-mbstring \
  libonig5 libsodium23 libargon2-1 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >p.php <<'END'
<?php
error_reporting(E_ERROR);
spl_autoload_register(function ($class) {
    $file = 'deb/usr/share/php/' . str_replace('\\', '/', $class) . '.php';
    if (is_file($file)) require $file;
});
use Carbon\Carbon;
use Carbon\CarbonInterval;
use Carbon\CarbonPeriod;
function show($dates) {
    $shown = [];
    foreach ($dates as $date) $shown[] = $date->format('d\TH:i');
    return implode(' ', $shown);
}
$start = '2021-03-27 02:30 Europe/Berlin';
echo 'day by day   ', show(array_map(fn($days) => (new DateTimeImmutable($start))->modify("+$days days"), [0, 1, 2, 3])), "\n";
echo 'CarbonPeriod ', show(CarbonPeriod::create(new Carbon($start), CarbonInterval::day(), 4)), "\n";
echo 'DatePeriod   ', show(new DatePeriod(new DateTimeImmutable($start), new DateInterval('P1D'), 3)), "\n";
$text = 'R4/2021-03-01T09:00:00Z/P1D';
echo "$text CarbonPeriod ", show(CarbonPeriod::createFromIso($text)), "\n";
echo "$text DatePeriod   ", show(new DatePeriod($text)), "\n";
END
cat >want <<'END'
day by day   27T02:30 28T03:30 29T02:30 30T02:30
CarbonPeriod 27T02:30 28T03:30 29T03:30 30T03:30
DatePeriod   27T02:30 28T03:30 29T03:30 30T03:30
R4/2021-03-01T09:00:00Z/P1D CarbonPeriod 01T09:00 02T09:00 03T09:00 04T09:00
R4/2021-03-01T09:00:00Z/P1D DatePeriod   01T09:00 02T09:00 03T09:00 04T09:00 05T09:00
END
LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu) deb/usr/bin/php8.2 -n -d extension_dir="$(echo "$PWD"/deb/usr/lib/php/2*)" -d extension=iconv \
  -d extension=ctype -d extension=mbstring p.php >seen
diff want seen || { echo "php-period-after-the-gap: no longer as recorded" >&2; exit 1; }
echo "php-period-after-the-gap: as recorded"
