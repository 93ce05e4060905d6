#!/usr/bin/env bash
# ncal: with weeks from Sunday all week numbers of 2026 are one too low, and December 2025 has a week 53.
# Its manual: "The week number computed by -w is compliant with the ISO 8601 specification." Weeks begin on Sunday in the C
# locale and in American English, and Monday to Saturday are one week in both ways to count.
# Surprise: in the years 2000 to 2040 the number under Wednesday is another one in 318 weeks: all of 2004, 2009, 2015, 2026,
# 2032 and 2037, and the last week of the year before. With -M none is.
set -euo pipefail
for tool in apt-get python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C PYTHONTZPATH=
apt-get download -qq 'ncal=12.1.8' 2>/dev/null || { echo "Debian 12's ncal is missing: skipped"; exit 77; }
dpkg -x ncal_*.deb deb
cat >p.py <<'END'
import subprocess
from datetime import date
def numbers(flag, year, month):
    """Yield each Wednesday of a month with the number below it."""
    rows = subprocess.run(["deb/usr/bin/ncal", "-h", flag, str(month), str(year)], capture_output=True, text=True, check=True).stdout.splitlines()
    days = next(row for row in rows if row.startswith("We"))
    below = [row for row in rows if row.strip()][-1]
    for column in range(2, len(days), 3):
        if days[column : column + 3].strip():
            yield date(year, month, int(days[column : column + 3])), int(below[column : column + 3])
for flag in "-w", "-wM":
    other = [(day, week) for year in range(2000, 2041) for month in range(1, 13) for day, week in numbers(flag, year, month) if week != day.isocalendar().week]
    print(f"{flag}: {len(other)} weeks differ")
    for row in (f"  {day}: {week}, ISO {day:%V}" for day, week in other if str(day) in ("2025-12-31", "2026-01-07", "2026-07-01", "2026-12-30")):
        print(row)
    print("  years", *sorted({day.year for day, _ in other}) or ["none"])
END
cat >want <<'END'
-w: 318 weeks differ
  2025-12-31: 53, ISO 01
  2026-01-07: 1, ISO 02
  2026-07-01: 26, ISO 27
  2026-12-30: 52, ISO 53
  years 2003 2004 2008 2009 2014 2015 2025 2026 2031 2032 2036 2037
-wM: 0 weeks differ
  years none
END
{
  python3 p.py
} >seen
diff want seen || { echo "ncal-weeks-from-sunday: no longer as recorded" >&2; exit 1; }
echo "ncal-weeks-from-sunday: as recorded"
