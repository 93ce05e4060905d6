#!/usr/bin/env bash
# babel-edtf: an interval to a month is shown with that month's last day, and one from a year with January.
# EDTF level 0 lets the two ends have different precision ("2004-02-01/2005", Library of Congress, time interval),
# and the library is there to show what an EDTF text says.
# Surprise: "from 3 September to October" reads "to 31 October", "from 2021 to March 2022" reads "from January". A
# month or a year alone, or two of a kind, stay as they are.
set -euo pipefail
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'babel-edtf==1.2.2' 'edtf==5.0.2' 'babel==2.19.0'
cat >d.py <<'END'
from babel_edtf import format_edtf
for text in "2021-09", "2021", "2021-09/2021-10", "2021/2022", "2021-09-03/2021-10", "2021/2022-03", "2004-02-01/2005":
    print(text, "is", " ".join(format_edtf(text, format="long", locale="en").replace("\u2009", " ").split()))
END
cat >want <<'END'
2021-09 is September 2021
2021 is 2021
2021-09/2021-10 is September – October 2021
2021/2022 is 2021 – 2022
2021-09-03/2021-10 is Sep 3 – Oct 31, 2021
2021/2022-03 is January 2021 – March 2022
2004-02-01/2005 is Feb 1, 2004 – Dec 31, 2005
END
{
  venv/bin/python d.py
} >seen
diff want seen || { echo "babel-edtf-invents-days: no longer as recorded" >&2; exit 1; }
echo "babel-edtf-invents-days: as recorded"
