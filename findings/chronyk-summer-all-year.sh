#!/usr/bin/env bash
# Chronyk (Python): 9:00 on a day in January is shown as 10:00, and 9:00 UTC as noon in Berlin; in July both are right.
# ISO 8601-1 and RFC 3339: Z and an offset say how far an hour is from UTC, and in the time zone database Berlin's January is one hour
# ahead of it, its July two. The README: the local time zone is used by default.
# Surprise: the offset is Python's time.altzone, that of summer, for every day of the year, so what is read in winter is
# told an hour late; in New York, too. In a zone with no summer time, Tokyo, all is right. An offset, "+0530", is read over.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export LC_ALL=C.UTF-8
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'chronyk==1.0.1'
cat >p.py <<'END'
import os
from datetime import datetime
from chronyk import Chronyk
print(os.environ["TZ"])
for text in "2024-07-15 09:00:00", "2024-01-15 09:00:00", "2024-07-15T09:00:00Z", "2024-01-15T09:00:00Z", "2024-07-15T09:00:00+0530":
    local = datetime.fromisoformat(text.replace("+0530", "+05:30")).astimezone()
    print(f"  {text}: {local:%Y-%m-%d %H:%M:%S}, Chronyk {Chronyk(text).timestring()}")
local = datetime(2024, 1, 15, 9)
print(f"  datetime {local}: Chronyk {Chronyk(local).timestring()}")
END
cat >want <<'END'
CET-1CEST,M3.5.0,M10.5.0/3
  2024-07-15 09:00:00: 2024-07-15 09:00:00, Chronyk 2024-07-15 09:00:00
  2024-01-15 09:00:00: 2024-01-15 09:00:00, Chronyk 2024-01-15 10:00:00
  2024-07-15T09:00:00Z: 2024-07-15 11:00:00, Chronyk 2024-07-15 11:00:00
  2024-01-15T09:00:00Z: 2024-01-15 10:00:00, Chronyk 2024-01-15 12:00:00
  2024-07-15T09:00:00+0530: 2024-07-15 05:30:00, Chronyk 2024-07-15 11:00:00
  datetime 2024-01-15 09:00:00: Chronyk 2024-01-15 10:00:00
EST5EDT,M3.2.0,M11.1.0
  2024-07-15 09:00:00: 2024-07-15 09:00:00, Chronyk 2024-07-15 09:00:00
  2024-01-15 09:00:00: 2024-01-15 09:00:00, Chronyk 2024-01-15 10:00:00
  2024-07-15T09:00:00Z: 2024-07-15 05:00:00, Chronyk 2024-07-15 05:00:00
  2024-01-15T09:00:00Z: 2024-01-15 04:00:00, Chronyk 2024-01-15 06:00:00
  2024-07-15T09:00:00+0530: 2024-07-14 23:30:00, Chronyk 2024-07-15 05:00:00
  datetime 2024-01-15 09:00:00: Chronyk 2024-01-15 10:00:00
JST-9
  2024-07-15 09:00:00: 2024-07-15 09:00:00, Chronyk 2024-07-15 09:00:00
  2024-01-15 09:00:00: 2024-01-15 09:00:00, Chronyk 2024-01-15 09:00:00
  2024-07-15T09:00:00Z: 2024-07-15 18:00:00, Chronyk 2024-07-15 18:00:00
  2024-01-15T09:00:00Z: 2024-01-15 18:00:00, Chronyk 2024-01-15 18:00:00
  2024-07-15T09:00:00+0530: 2024-07-15 12:30:00, Chronyk 2024-07-15 18:00:00
  datetime 2024-01-15 09:00:00: Chronyk 2024-01-15 09:00:00
END
for zone in CET-1CEST,M3.5.0,M10.5.0/3 EST5EDT,M3.2.0,M11.1.0 JST-9; do TZ=$zone v/bin/python p.py; done >seen
diff want seen || { echo "chronyk-summer-all-year: no longer as recorded" >&2; exit 1; }
echo "chronyk-summer-all-year: as recorded"
