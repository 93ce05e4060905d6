#!/usr/bin/env bash
# isodatetime (Met Office, behind the scheduler Cylc): a month and a day after 30 March is 30 April, and a rule that ends on 31 March ends on the 29th.
# ISO 8601-1:2019 section 5.6.3 has recurring intervals given by a duration and their end, as "R3/P1M/2024-03-31": the last one
# ends there. In which order a month and a day are added the text "P1M1D" suggests and isodate and dateutil agree: the month first.
# Surprise: days are added before months, so the day of "P1M1D" is lost at the end of a short month. The dates of a rule with
# an end are counted back from it one by one and forth again, and the end that was written is not among them: a yearly rule
# that ends on 29 February 2024 ends on the 28th.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'metomi-isodatetime==1!3.2.0' 'isodate==0.7.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >p.py <<'END'
from datetime import date
from itertools import islice
import isodate
from dateutil.relativedelta import relativedelta
from metomi.isodatetime.parsers import DurationParser, TimePointParser, TimeRecurrenceParser
for start, duration in ("2024-01-30", "P1M1D"), ("2024-01-29", "P1M2D"), ("2024-03-30", "P1M1D"), ("2024-01-15", "P1M1D"):
    months, days = int(duration[1]), int(duration[3])
    print(start, duration, "isodatetime", str(TimePointParser().parse(start) + DurationParser().parse(duration))[:10], "isodate",
          isodate.parse_date(start) + isodate.parse_duration(duration), "dateutil", date.fromisoformat(start) + relativedelta(months=months, days=days))
for text in "R3/P1M/2024-03-31", "R3/P1M/2025-03-31", "R2/P1Y/2024-02-29", "R3/P1M/2024-03-15", "R3/P1D/2024-03-31":
    print(text, *(str(point)[:10] for point in islice(TimeRecurrenceParser().parse(text), 5)))
END
cat >want <<'END'
2024-01-30 P1M1D isodatetime 2024-02-29 isodate 2024-03-01 dateutil 2024-03-01
2024-01-29 P1M2D isodatetime 2024-02-29 isodate 2024-03-02 dateutil 2024-03-02
2024-03-30 P1M1D isodatetime 2024-04-30 isodate 2024-05-01 dateutil 2024-05-01
2024-01-15 P1M1D isodatetime 2024-02-16 isodate 2024-02-16 dateutil 2024-02-16
R3/P1M/2024-03-31 2024-01-29 2024-02-29 2024-03-29
R3/P1M/2025-03-31 2025-01-28 2025-02-28 2025-03-28
R2/P1Y/2024-02-29 2023-02-28 2024-02-28
R3/P1M/2024-03-15 2024-01-15 2024-02-15 2024-03-15
R3/P1D/2024-03-31 2024-03-29 2024-03-30 2024-03-31
END
v/bin/python p.py >seen
diff want seen || { echo "metomi-isodatetime-days-before-months: no longer as recorded" >&2; exit 1; }
echo "metomi-isodatetime-days-before-months: as recorded"
