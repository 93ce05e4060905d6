#!/usr/bin/env bash
# hledger: "every feb 29th" is each 1 March, in leap years too, or the last of each February: it depends on the year it begins in; and
# the fifth Friday of a month without one is the first of the next.
# hledger(1), "Intervals with custom start date": "every MONTHNAME DDth", "every Nth WEEKDAYNAME [of month]" and "every Nth day [of
# month]" are that day of each year or month; it does not say what becomes of those without it. RFC 5545 section 3.3.10 leaves them out.
# Surprise: what does not exist is left out by none of the three. The 31st moves back to the end of its month, fifth weekdays move
# forward into the next, so 1 and 29 March 2024 are both fifth Fridays; from 1 January 2024, itself taken for a fifth Monday, the real
# one of 29 January is missing. 29 February goes by the year before the first: from 2024 it is 1 March for good.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'hledger=1.25-2+b5' 2>/dev/null || { echo "Debian 12's packages are missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
cat >list <<'END'
3rd friday from 2024-01-01
5th friday from 2024-01-01
5th monday from 2024-01-01
31st day from 2024-01-01
feb 29th from 2024-01-01
feb 29th from 2025-01-01
feb 28th from 2024-01-01
END
cat >want <<'END'
every 3rd friday from 2024-01-01 | 24-01-19 24-02-16 24-03-15 24-04-19 24-05-17 24-06-21
every 5th friday from 2024-01-01 | 24-02-02 24-03-01 24-03-29 24-05-03 24-05-31 24-07-05
every 5th monday from 2024-01-01 | 24-01-01 24-03-04 24-04-01 24-04-29 24-06-03 24-07-01
every 31st day from 2024-01-01 | 24-01-31 24-02-29 24-03-31 24-04-30 24-05-31 24-06-30
every feb 29th from 2024-01-01 | 24-03-01 25-03-01 26-03-01 27-03-01 28-03-01 29-03-01
every feb 29th from 2025-01-01 | 25-02-28 26-02-28 27-02-28 28-02-29 29-02-28 30-02-28
every feb 28th from 2024-01-01 | 24-02-28 25-02-28 26-02-28 27-02-28 28-02-28 29-02-28
END
while read -r rule; do
  printf '~ every %s\n    rent  1\n    bank\n' "$rule" >journal
  deb/usr/bin/hledger -f journal register rent --forecast="${rule#*from }..2040-01-01" -O csv >table
  echo "every $rule | $(sed -n '2,7s/^"[^"]*","..\([^"]*\)".*/\1/p' table | xargs)"
done <list >seen
diff want seen || { echo "hledger-every-29-february: no longer as recorded" >&2; exit 1; }
echo "hledger-every-29-february: as recorded"
