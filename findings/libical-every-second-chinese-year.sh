#!/usr/bin/env bash
# libical: every second Chinese New Year from 2024 on begins in 2025, and every ten days of the Chinese calendar begin four days late.
# RFC 5545 section 3.3.10 and 3.8.5.3: INTERVAL counts from DTSTART, which is the first date. RFC 7529 section 4.1: RSCALE names the
# calendar in which the rule is counted; DTSTART stays Gregorian, and here each is a day of its rule.
# Surprise: with an interval of two or more and a calendar of another kind, DTSTART is left out and the dates are those of the other
# years, months or days; which ones is chance, as every third year from 2024 is right. Without INTERVAL, in the Gregorian calendar and
# by weeks all are right. rrule-temporal begins at DTSTART.
set -euo pipefail
for tool in apt-get npm python3; do command -v "$tool" >/dev/null || { echo "$tool is missing: skipped"; exit 77; }; done
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
chmod 755 "$dir"
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
apt-get download -qq 'libical3=3.0.16-1+b1' 'libicu72=72.1-3+deb12u1' 2>/dev/null || { echo "Debian 12's libical3 is missing: skipped"; exit 77; }
for deb in *.deb; do dpkg -x "$deb" deb; done
npm install --silent --no-audit --no-fund 'rrule-temporal@2.2.8' 'temporal-polyfill@1.0.8' >/dev/null
cat >rules <<'END'
20240210 RSCALE=CHINESE;FREQ=YEARLY;COUNT=4
20240210 RSCALE=CHINESE;FREQ=YEARLY;INTERVAL=2;COUNT=4
20240210 RSCALE=CHINESE;FREQ=YEARLY;INTERVAL=3;COUNT=4
20240210 RSCALE=CHINESE;FREQ=DAILY;INTERVAL=10;COUNT=4
20240210 RSCALE=CHINESE;FREQ=WEEKLY;INTERVAL=3;COUNT=4
20230916 RSCALE=HEBREW;FREQ=YEARLY;INTERVAL=2;COUNT=4
20230916 RSCALE=HEBREW;FREQ=MONTHLY;INTERVAL=6;COUNT=4
20240210 RSCALE=GREGORIAN;FREQ=YEARLY;INTERVAL=2;COUNT=4
END
cat >p.py <<'END'
import ctypes
from datetime import datetime, timezone
libical = ctypes.CDLL("libical.so.3")
libical.icalrecur_expand_recurrence.argtypes = [ctypes.c_char_p, ctypes.c_int64, ctypes.c_int, ctypes.POINTER(ctypes.c_int64)]
for line in open("rules"):
    day, rule = line.split()
    seen = (ctypes.c_int64 * 4)()
    start = datetime.strptime(day, "%Y%m%d").replace(tzinfo=timezone.utc)
    assert libical.icalrecur_expand_recurrence(rule.encode(), int(start.timestamp()), 4, seen)
    print(*(datetime.fromtimestamp(moment, timezone.utc).date() for moment in seen if moment))
END
cat >j.cjs <<'END'
const { RRuleTemporal } = require("rrule-temporal");
for (const line of require("fs").readFileSync("rules", "utf8").trim().split("\n")) {
  const [day, rule] = line.split(" ");
  const dates = new RRuleTemporal({ rruleString: `DTSTART;VALUE=DATE:${day}\nRRULE:${rule}` }).all();
  console.log(dates.map((date) => date.toString().slice(0, 10)).join(" "));
}
END
cat >want <<'END'
20240210 RSCALE=CHINESE;FREQ=YEARLY;COUNT=4
  libical: 2024-02-10 2025-01-29 2026-02-17 2027-02-07
  rrule-temporal: 2024-02-10 2025-01-29 2026-02-17 2027-02-07
20240210 RSCALE=CHINESE;FREQ=YEARLY;INTERVAL=2;COUNT=4
  libical: 2025-01-29 2027-02-07 2029-02-13 2031-01-23
  rrule-temporal: 2024-02-10 2026-02-17 2028-01-26 2030-02-02
20240210 RSCALE=CHINESE;FREQ=YEARLY;INTERVAL=3;COUNT=4
  libical: 2024-02-10 2027-02-07 2030-02-02 2033-01-31
  rrule-temporal: 2024-02-10 2027-02-07 2030-02-02 2033-01-31
20240210 RSCALE=CHINESE;FREQ=DAILY;INTERVAL=10;COUNT=4
  libical: 2024-02-14 2024-02-24 2024-03-05 2024-03-15
  rrule-temporal: 2024-02-10 2024-02-20 2024-03-01 2024-03-11
20240210 RSCALE=CHINESE;FREQ=WEEKLY;INTERVAL=3;COUNT=4
  libical: 2024-02-10 2024-03-02 2024-03-23 2024-04-13
  rrule-temporal: 2024-02-10 2024-03-02 2024-03-23 2024-04-13
20230916 RSCALE=HEBREW;FREQ=YEARLY;INTERVAL=2;COUNT=4
  libical: 2026-09-12 2028-09-21 2030-09-28 2032-09-06
  rrule-temporal: 2023-09-16 2025-09-23 2027-10-02 2029-09-10
20230916 RSCALE=HEBREW;FREQ=MONTHLY;INTERVAL=6;COUNT=4
  libical: 2023-11-14 2024-05-09 2024-11-02 2025-04-29
  rrule-temporal: 2023-09-16 2024-03-11 2024-09-04 2025-03-01
20240210 RSCALE=GREGORIAN;FREQ=YEARLY;INTERVAL=2;COUNT=4
  libical: 2024-02-10 2026-02-10 2028-02-10 2030-02-10
  rrule-temporal: 2024-02-10 2026-02-10 2028-02-10 2030-02-10
END
LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu*) python3 p.py | sed 's/^/  libical: /' >libical
node j.cjs | sed 's/^/  rrule-temporal: /' >temporal
paste -d '\n' rules libical temporal >seen
diff want seen || { echo "libical-every-second-chinese-year: no longer as recorded" >&2; exit 1; }
echo "libical-every-second-chinese-year: as recorded"
