#!/usr/bin/env bash
# daterangeparser: a year that stands with the first date is dropped: "30 December 2024 - 2 January" ends in the present year.
# Its documentation: "If no year is specified then the current year is used", and one year for both dates is among its examples;
# its source says that what one date lacks is taken from the other.
# Surprise: that holds for a year that stands with the second date. With the first it is forgotten, and the current year is used, in
# silence; a range from 29 February 2024 is an error in a year that has none. With a year for each date the range is right.
# The clock is held at 1 June 2026 by freezegun.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv v
v/bin/pip install -q --disable-pip-version-check 'daterangeparser==1.3.2' 'pyparsing==3.3.2' 'freezegun==1.5.5'
cat >p.py <<'END'
from daterangeparser import parse
from freezegun import freeze_time
with freeze_time("2026-06-01"):
    for text in (
        "30 December - 2 January 2025", "30 December 2024 - 2 January 2025", "30 December 2024 - 2 January",
        "5 - 7 March 2023", "5 March 2023 - 7 March", "March 2023 - April", "29 February - 1 March 2024", "29 February 2024 - 1 March",
    ):
        try:
            start, end = parse(text)
            print(f"{text}: {start:%Y-%m-%d} to {end:%Y-%m-%d}")
        except Exception as error:
            print(f"{text}: {type(error).__name__}")
END
cat >want <<'END'
30 December - 2 January 2025: 2024-12-30 to 2025-01-02
30 December 2024 - 2 January 2025: 2024-12-30 to 2025-01-02
30 December 2024 - 2 January: 2025-12-30 to 2026-01-02
5 - 7 March 2023: 2023-03-05 to 2023-03-07
5 March 2023 - 7 March: 2026-03-05 to 2026-03-07
March 2023 - April: 2026-03-01 to 2026-04-30
29 February - 1 March 2024: 2024-02-29 to 2024-03-01
29 February 2024 - 1 March: ParseException
END
v/bin/python p.py >seen
diff want seen || { echo "daterangeparser-year-of-the-start: no longer as recorded" >&2; exit 1; }
echo "daterangeparser-year-of-the-start: as recorded"
