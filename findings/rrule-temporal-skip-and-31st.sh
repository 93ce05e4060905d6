#!/usr/bin/env bash
# rrule-temporal, RSCALE: "the 31st, or the last day before it" has no date in short months, and the first Saturday of a Hebrew year is
# New Year's Day, whatever its weekday.
# RFC 7529 section 4.1: SKIP comes after BYMONTHDAY, and moves a day that a month does not have; where it falls on another day of the
# rule, there is one date (RFC 5545 section 3.8.5.3). RSCALE changes the calendar of BYDAY and BYYEARDAY, and not their meaning.
# Surprise: the package's README has BYMONTHDAY, BYDAY with a number, BYYEARDAY and SKIP among what it reads with RSCALE. With
# BYMONTHDAY in a monthly rule SKIP does nothing; without it, and in a yearly one, it is right. A BYDAY or BYYEARDAY that it does not
# read in a year becomes the day and month of the start. Its table has four calendars, and one that is not in it (RFC 7529's own
# example is Ethiopian) is taken for the Gregorian one, without an error. libical has all of them.
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
20240131 RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=4
20240131 RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4
20240131 RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30,31;SKIP=FORWARD;COUNT=4
20240131 RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=1,2,4;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=4
20230916 RSCALE=HEBREW;FREQ=YEARLY;BYDAY=1SA;COUNT=4
20230916 RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=1;BYDAY=1SA;COUNT=4
20240212 RSCALE=CHINESE;FREQ=YEARLY;BYDAY=1MO;COUNT=4
20220925 RSCALE=HEBREW;FREQ=YEARLY;BYYEARDAY=384;COUNT=3
20130906 RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13;COUNT=3
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
20240131 RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=4
  libical: 2024-01-31 2024-02-29 2024-03-31 2024-04-30
  rrule-temporal: 2024-01-31 2024-03-31 2024-05-31 2024-07-31
20240131 RSCALE=GREGORIAN;FREQ=MONTHLY;SKIP=BACKWARD;COUNT=4
  libical: 2024-01-31 2024-02-29 2024-03-31 2024-04-30
  rrule-temporal: 2024-01-31 2024-02-29 2024-03-31 2024-04-30
20240131 RSCALE=GREGORIAN;FREQ=MONTHLY;BYMONTHDAY=30,31;SKIP=FORWARD;COUNT=4
  libical: 2024-01-31 2024-03-01 2024-03-30 2024-03-31
  rrule-temporal: 2024-01-31 2024-03-30 2024-03-31 2024-04-30
20240131 RSCALE=GREGORIAN;FREQ=YEARLY;BYMONTH=1,2,4;BYMONTHDAY=31;SKIP=BACKWARD;COUNT=4
  libical: 2024-01-31 2024-02-29 2024-04-30 2025-01-31
  rrule-temporal: 2024-01-31 2024-02-29 2024-04-30 2025-01-31
20230916 RSCALE=HEBREW;FREQ=YEARLY;BYDAY=1SA;COUNT=4
  libical: 2023-09-16 2024-10-05 2025-09-27 2026-09-12
  rrule-temporal: 2023-09-16 2024-10-03 2025-09-23 2026-09-12
20230916 RSCALE=HEBREW;FREQ=YEARLY;BYMONTH=1;BYDAY=1SA;COUNT=4
  libical: 2023-09-16 2024-10-05 2025-09-27 2026-09-12
  rrule-temporal: 2023-09-16 2024-10-05 2025-09-27 2026-09-12
20240212 RSCALE=CHINESE;FREQ=YEARLY;BYDAY=1MO;COUNT=4
  libical: 2024-02-12 2025-02-03 2026-02-23 2027-02-08
  rrule-temporal: 2024-02-12 2025-01-31 2026-02-19 2027-02-09
20220925 RSCALE=HEBREW;FREQ=YEARLY;BYYEARDAY=384;COUNT=3
  libical: 2022-09-25 2027-09-30 2035-10-02
  rrule-temporal: 2022-09-25 2023-09-15 2024-10-02
20130906 RSCALE=ETHIOPIC;FREQ=MONTHLY;BYMONTH=13;COUNT=3
  libical: 2013-09-06 2014-09-06 2015-09-06
  rrule-temporal: 2013-09-06 2013-10-06 2013-11-06
END
LD_LIBRARY_PATH=$(echo deb/usr/lib/*-linux-gnu*) python3 p.py | sed 's/^/  libical: /' >libical
node j.cjs | sed 's/^/  rrule-temporal: /' >temporal
paste -d '\n' rules libical temporal >seen
diff want seen || { echo "rrule-temporal-skip-and-31st: no longer as recorded" >&2; exit 1; }
echo "rrule-temporal-skip-and-31st: as recorded"
