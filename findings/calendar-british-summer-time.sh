#!/usr/bin/env bash
# calendar (BSD, in Debian): British summer time ends on 1 October each year, by the file that comes with it.
# The Summer Time Act 1972, section 1, as amended in 2002: from the last Sunday of March to the last Sunday of October.
# calendar(1): a weekday may be followed by a number or First to Fourth or Last, as in "04/SunLast".
# Surprise: the United Kingdom's file says "10/LastSun", the other way round. A word that is not understood is
# ignored, and a month alone is its first day: no error, and the entry is on the 1st. "037MonSecond" a few lines above,
# Commonwealth Day mistyped, is on no day of the year. "03/SunLast" in the same file is right.
set -euo pipefail
for tool in apt-get cpp; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 HOME="$dir"
apt-get download -qq 'calendar=12.1.8' 2>/dev/null || { echo "Debian 12's calendar is missing: skipped"; exit 77; }
dpkg -x calendar_*.deb deb
ldd deb/usr/bin/calendar | grep -q 'not found' && { echo "a library is missing: skipped"; exit 77; }
month() { deb/usr/bin/calendar -f "$1" -t "$2"01 -A 30 -B 0; }
printf '10/LastSun\tLastSun\n10/SunLast\tSunLast\n11/FourthThu\tFourthThu\n11/ThuFourth\tThuFourth\n' >own
cat >want <<'END'
2024, own file
Oct 01 	LastSun
Oct 27*	SunLast
Nov 01 	FourthThu
Nov 28*	ThuFourth
2024
Mar 31*	British Summer Time begins
Oct 01 	British Summer Time ends
2025
Mar 30*	British Summer Time begins
Oct 01 	British Summer Time ends
END
uk=deb/usr/share/calendar/calendar.unitedkingdom
{
  echo "2024, own file"
  month own 202410
  month own 202411
  for year in 2024 2025; do
    echo "$year"
    for number in 01 02 03 04 05 06 07 08 09 10 11 12; do month "$uk" "$year$number"; done | grep -E 'Summer Time|Commonwealth' | sort -u
  done
} >seen
diff want seen || { echo "calendar-british-summer-time: no longer as recorded" >&2; exit 1; }
echo "calendar-british-summer-time: as recorded"
