#!/usr/bin/env bash
# dateutils: from 31 January to 1 March it is one month and 63 days.
# The manual of ddiff has '%ww %dd' among its examples, the weeks and the days that are left over; a month of which more than
# one is left over would be counted.
# Surprise: %m and %d together give up to nine weeks from the last days of January to a day in March, 1 month and 1 day from
# 29 January, no days from 31 March to 1 May; %d alone is right. dadd does not come back: 31 January and one month and
# 63 days is 2 May.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'dateutils=0.4.10-1' 2>/dev/null || { echo "Debian 12's dateutils is missing: skipped"; exit 77; }
dpkg -x dateutils_*.deb deb
cat >want <<'END'
2024-01-29 to 2024-03-01: 1 months 1 days; 32 days
2024-01-30 to 2024-03-01: 1 months 0 days; 31 days
2024-01-31 to 2024-03-01: 1 months 63 days; 30 days
2023-01-31 to 2023-03-01: 1 months 62 days; 29 days
2024-12-31 to 2025-03-01: 2 months 62 days; 60 days
2023-01-30 to 2023-03-01: 1 months 63 days; 30 days
2023-01-29 to 2023-03-01: 1 months 0 days; 31 days
2024-03-31 to 2024-05-01: 1 months 0 days; 31 days
2024-08-31 to 2024-10-01: 1 months 0 days; 31 days
and back: 2024-05-02
END
{
  while read -r from to; do
    echo "$from to $to:" "$(deb/usr/bin/dateutils.ddiff "$from" "$to" -f '%m months %d days;')" "$(deb/usr/bin/dateutils.ddiff "$from" "$to" -f '%d days')"
  done <<'END'
2024-01-29 2024-03-01
2024-01-30 2024-03-01
2024-01-31 2024-03-01
2023-01-31 2023-03-01
2024-12-31 2025-03-01
2023-01-30 2023-03-01
2023-01-29 2023-03-01
2024-03-31 2024-05-01
2024-08-31 2024-10-01
END
  echo "and back: $(deb/usr/bin/dateutils.dadd 2024-01-31 1mo63d)"
} >seen
diff want seen || { echo "dateutils-a-month-and-63-days: no longer as recorded" >&2; exit 1; }
echo "dateutils-a-month-and-63-days: as recorded"
