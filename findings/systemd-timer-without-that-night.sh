#!/usr/bin/env bash
# systemd timers (OnCalendar): the job of each day at midnight has no run on the day the clocks skip midnight, that of each
# Sunday at 00:30 misses a week, and "every hour" has a pause of two hours in autumn.
# systemd.time(7) has the forms of calendar events, and says nothing of hours that a zone skips or repeats; cron(8) of Debian
# runs what was skipped soon after the change.
# Surprise: where the hour does not exist the elapse is left out and not moved, so in Havana, whose clocks went from 00:00 to
# 01:00 on 13 March 2022, "*-*-* 00:00" has no 13 March, and a weekly timer in Beirut (27 March 2022) goes from the 20th to
# 3 April. In autumn the second of two equal hours is left out, so an hourly timer in Berlin waits from 00:00 to 02:00 UTC, and
# one of each half hour from 00:30 to 02:00. Samoa had no 30 December 2011: a yearly timer of that day has none in 2011.
set -euo pipefail
command -v apt-get >/dev/null || { echo "apt-get is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8
apt-get download -qq 'systemd=252.39-1~deb12u2' 'libsystemd-shared=252.39-1~deb12u2' 2>/dev/null || { echo "Debian 12's systemd is missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
export LD_LIBRARY_PATH=$(echo "$dir"/deb/usr/lib/*-linux-gnu/systemd)
ldd deb/usr/bin/systemd-analyze | grep -q 'not found' && { echo "a library is missing: skipped"; exit 77; }
analyze() {
  echo "$1:" "$(deb/usr/bin/systemd-analyze calendar --base-time="$2" --iterations="$3" "$1" |
    sed -nE 's/^ *(Next elapse|Iter. #[0-9]+|Iteration #[0-9]+): (... )?([0-9: -]+) UTC/\3/p' | tr '\n' ',')"
}
cat >want <<'END'
*-*-* 00:00 America/Havana: 2022-03-12 05:00:00,2022-03-14 04:00:00,2022-03-15 04:00:00,2022-03-16 04:00:00,
Sun *-*-* 00:30 Asia/Beirut: 2022-03-19 22:30:00,2022-04-02 21:30:00,2022-04-09 21:30:00,
*-*-* 02:30 Europe/Berlin: 2022-03-26 01:30:00,2022-03-28 00:30:00,2022-03-29 00:30:00,
*-*-* *:00 Europe/Berlin: 2022-10-29 23:00:00,2022-10-30 00:00:00,2022-10-30 02:00:00,2022-10-30 03:00:00,
*-*-* *:00/30 Europe/Berlin: 2022-10-30 00:00:00,2022-10-30 00:30:00,2022-10-30 02:00:00,2022-10-30 02:30:00,
*-12-30 09:00 Pacific/Apia: 2010-12-30 19:00:00,2012-12-29 19:00:00,2013-12-29 19:00:00,
END
{
  analyze "*-*-* 00:00 America/Havana" "2022-03-11 12:00:00 UTC" 4
  analyze "Sun *-*-* 00:30 Asia/Beirut" "2022-03-15 12:00:00 UTC" 3
  analyze "*-*-* 02:30 Europe/Berlin" "2022-03-25 12:00:00 UTC" 3
  analyze "*-*-* *:00 Europe/Berlin" "2022-10-29 22:30:00 UTC" 4
  analyze "*-*-* *:00/30 Europe/Berlin" "2022-10-29 23:45:00 UTC" 4
  analyze "*-12-30 09:00 Pacific/Apia" "2010-06-01 12:00:00 UTC" 3
} >seen
diff want seen || { echo "systemd-timer-without-that-night: no longer as recorded" >&2; exit 1; }
echo "systemd-timer-without-that-night: as recorded"
