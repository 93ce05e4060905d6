#!/usr/bin/env bash
# Khayyam: the Persian new year of 2025 a day early.
# No RFC decides; 1403 was a leap year of the official Iranian calendar, so 20 March 2025 was 30 Esfand 1403 and
# 21 March the first of Farvardin 1404.
# Surprise: khayyam has 1404-01-01 on 20 March, and every date of that year a day too far. persiantools,
# jdatetime and convertdate agree on the other. It is right again from March 2026, so a birthday test of other
# years passes.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'khayyam==3.0.17' 'persiantools==6.2.0' 'jdatetime==6.1.1' 'convertdate==2.5.1'
cat >d.py <<'END'
import datetime as D
import convertdate, jdatetime, khayyam, persiantools.jdatetime
for day in D.date(2024, 3, 20), D.date(2025, 3, 20), D.date(2025, 9, 1), D.date(2026, 3, 21):
    p = persiantools.jdatetime.JalaliDate(day)
    j = jdatetime.date.fromgregorian(date=day)
    k = khayyam.JalaliDate(day)
    print(day, *("%s %d-%02d-%02d" % (n, *t) for n, t in (("khayyam", (k.year, k.month, k.day)), ("persiantools", (p.year, p.month, p.day)), ("jdatetime", (j.year, j.month, j.day)), ("convertdate", convertdate.persian.from_gregorian(day.year, day.month, day.day)))))
END
cat >want <<'END'
2024-03-20 khayyam 1403-01-01 persiantools 1403-01-01 jdatetime 1403-01-01 convertdate 1403-01-01
2025-03-20 khayyam 1404-01-01 persiantools 1403-12-30 jdatetime 1403-12-30 convertdate 1403-12-30
2025-09-01 khayyam 1404-06-11 persiantools 1404-06-10 jdatetime 1404-06-10 convertdate 1404-06-10
2026-03-21 khayyam 1405-01-01 persiantools 1405-01-01 jdatetime 1405-01-01 convertdate 1405-01-01
END
venv/bin/python d.py >seen
diff want seen || { echo "khayyam-nowruz-2025: no longer as recorded" >&2; exit 1; }
echo "khayyam-nowruz-2025: as recorded"
