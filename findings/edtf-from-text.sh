#!/usr/bin/env bash
# edtf (Python), text_to_edtf: a quarter becomes a month, a half January, one month of two an unknown year.
# Both forms exist in EDTF (2021-35 is the third quarter; [2021-09,2021-10] is one of a set), and the function
# returns None for what it does not know.
# Surprise: "Q3 2021" is 2021-03, "1st half of 2021" is 2021-01, "16-17 September 2021" is the year 2016 for one
# day, "September or October 2021" is a September of any year.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'edtf==5.0.2' 'pyparsing==3.3.3' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
cat >d.py <<'END'
from edtf import text_to_edtf
for text in "September 2021", "Q3 2021", "1st half of 2021", "16-17 September 2021", "September or October 2021", "early September 2021", "soon":
    print(text, "->", text_to_edtf(text))
END
cat >want <<'END'
September 2021 -> 2021-09
Q3 2021 -> 2021-03
1st half of 2021 -> 2021-01
16-17 September 2021 -> 2016-09-17
September or October 2021 -> XXXX-09
early September 2021 -> 2021-09
soon -> None
END
venv/bin/python d.py >seen
diff want seen || { echo "edtf-from-text: no longer as recorded" >&2; exit 1; }
echo "edtf-from-text: as recorded"
