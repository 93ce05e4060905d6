#!/usr/bin/env bash
# pydantic writes 365 days as a year; isodate reads a year, and across a leap day it is 366 days.
# In ISO 8601 a year is a calendar year, P365D a number of days.
# Surprise: a timedelta of 365 days, an exact length, leaves as "P1Y"; 366 days as "P1Y1D". Added to 2024-01-01,
# what isodate reads ends a day later than what was meant. aniso8601 reads 365 days, so the error depends on the
# reader.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'pydantic==2.14.4' 'pydantic-core==2.50.5' 'isodate==0.7.2' 'aniso8601==10.0.1'
cat >d.py <<'END'
import datetime as D
import aniso8601, isodate
from pydantic import TypeAdapter
start = D.date(2024, 1, 1)
for days in 364, 365, 366:
    text = TypeAdapter(D.timedelta).dump_python(D.timedelta(days=days), mode="json")
    print(days, "days ->", text, "meant", start + D.timedelta(days=days), "isodate", start + isodate.parse_duration(text), "aniso8601", start + aniso8601.parse_duration(text))
END
cat >want <<'END'
364 days -> P364D meant 2024-12-30 isodate 2024-12-30 aniso8601 2024-12-30
365 days -> P1Y meant 2024-12-31 isodate 2025-01-01 aniso8601 2024-12-31
366 days -> P1Y1D meant 2025-01-01 isodate 2025-01-02 aniso8601 2025-01-01
END
venv/bin/python d.py >seen
diff want seen || { echo "pydantic-365-days-is-a-year: no longer as recorded" >&2; exit 1; }
echo "pydantic-365-days-is-a-year: as recorded"
