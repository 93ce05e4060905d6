#!/usr/bin/env bash
# PHP's DatePeriod, and Carbon's: each day at 2:30 is at 3:30 for good after the night the clocks change, and half a month is
# "1 second".
# ISO 8601 has "R4/start/period", which both read; the manual calls DatePeriod the dates that recur at regular intervals.
# Surprise: where 2:30 does not exist the period goes on from 3:30, every day after, since each date is counted from the one before;
# the start and so many days are back at 2:30. Of the same ISO text DatePeriod makes five dates and Carbon (the one in Laravel),
# made to be used like it, four. CarbonInterval knows halves of hours, days and weeks; "2.5 years" are two and "0.5 months" nothing,
# which it says as "1 second"; none is refused.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'php-nesbot-carbon=2.65.0-1+deb12u1' php-symfony-translation php-symfony-translation-contracts php8.2-cli php8.2-common php8.2-mbstring \
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
foreach (['1.5 hours', '1.5 days', '1.5 weeks', '0.5 months', '1.5 months', '2.5 years'] as $text) {
    $interval = CarbonInterval::make($text);
    echo "$text | ", $interval->spec(), ' | ', $interval->forHumans(), "\n";
}
END
cat >want <<'END'
day by day   27T02:30 28T03:30 29T02:30 30T02:30
CarbonPeriod 27T02:30 28T03:30 29T03:30 30T03:30
DatePeriod   27T02:30 28T03:30 29T03:30 30T03:30
R4/2021-03-01T09:00:00Z/P1D CarbonPeriod 01T09:00 02T09:00 03T09:00 04T09:00
R4/2021-03-01T09:00:00Z/P1D DatePeriod   01T09:00 02T09:00 03T09:00 04T09:00 05T09:00
1.5 hours | PT1H30M | 1 hour 30 minutes
1.5 days | P1DT12H | 1 day 12 hours
1.5 weeks | P10DT12H | 1 week 3 days 12 hours
0.5 months | PT0S | 1 second
1.5 months | P1M | 1 month
2.5 years | P2Y | 2 years
END
LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu) deb/usr/bin/php8.2 -n -d extension_dir="$(echo "$PWD"/deb/usr/lib/php/2*)" -d extension=iconv \
  -d extension=ctype -d extension=mbstring p.php >seen
diff want seen || { echo "php-period-after-the-gap: no longer as recorded" >&2; exit 1; }
echo "php-period-after-the-gap: as recorded"
