#!/usr/bin/env bash
# dateexpr: in Berlin, a day after noon of 30 March is one o'clock on 31 March, and six months after it one o'clock all the same.
# Its README: "Full timezone support via pytz"; +P1D is one day, +PT24H 24 hours, and P0D goes to the start of the day. The
# documentation of pytz: arithmetic on a local time leaves its offset as it was, which the program has to mend.
# Surprise: the offset of the start is kept: noon plus a day is written 12:00+0100, when Berlin is at +0200. Truncated to the day,
# P0D, it is 00:00+0100, so the day begins an hour late; in October noon is eleven. 24 hours, +PT24H, are right as a moment and have
# the same digits as a day. A date that is given, not computed, has the right offset.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'dateexpr==1.0.0' 'python-dateutil==2.9.0.post0' 'pytz==2026.6' 'tzdata==2026.1'
cat >p.py <<'END'
from datetime import datetime
from zoneinfo import ZoneInfo
import pytz
from dateexpr import DateExpr
berlin = pytz.timezone("Europe/Berlin")
for start, steps in (
    ("2024-03-30T12:00:00", "+P1D"), ("2024-03-30T12:00:00", "+P6M"), ("2024-10-26T12:00:00", "+P1D"),
    ("2024-03-30T12:00:00", "+PT24H"), ("2024-03-30T12:00:00", "+P2D,P0D"), ("2024-03-31T12:00:00", "+PT0H"),
):
    written = DateExpr(start, tz=berlin).advanced(steps).iso8601()
    clock = datetime.fromisoformat(written).astimezone(ZoneInfo("Europe/Berlin"))
    print(f"{start} {steps}: {written}, on the clocks of Berlin {clock:%Y-%m-%d %H:%M}")
END
cat >want <<'END'
2024-03-30T12:00:00 +P1D: 2024-03-31T12:00:00+0100, on the clocks of Berlin 2024-03-31 13:00
2024-03-30T12:00:00 +P6M: 2024-09-30T12:00:00+0100, on the clocks of Berlin 2024-09-30 13:00
2024-10-26T12:00:00 +P1D: 2024-10-27T12:00:00+0200, on the clocks of Berlin 2024-10-27 11:00
2024-03-30T12:00:00 +PT24H: 2024-03-31T12:00:00+0100, on the clocks of Berlin 2024-03-31 13:00
2024-03-30T12:00:00 +P2D,P0D: 2024-04-01T00:00:00+0100, on the clocks of Berlin 2024-04-01 01:00
2024-03-31T12:00:00 +PT0H: 2024-03-31T12:00:00+0200, on the clocks of Berlin 2024-03-31 12:00
END
v/bin/python p.py >seen
diff want seen || { echo "dateexpr-keeps-the-offset: no longer as recorded" >&2; exit 1; }
echo "dateexpr-keeps-the-offset: as recorded"
