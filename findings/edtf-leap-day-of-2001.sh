#!/usr/bin/env bash
# 29 February 2001 is a valid EDTF date in three libraries of four, and 1 March in one of them.
# EDTF takes its dates from ISO 8601, in which 2001 and 1900 have no such day (Library of Congress, level 0,
# date).
# Surprise: edtf.js reads it as 1 March and writes it so, Python's edtf gives a bound on that day, edtf-
# validate says that it is valid, but not as the start of an interval. All three refuse 30 February and 31
# April, so days are checked. @edtf-ts/core refuses all of them.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'edtf==5.0.2' 'edtf-validate==2.0.0'
npm install --silent --no-audit --no-fund 'edtf@4.11.1' '@edtf-ts/core@0.4.2' >/dev/null
cat >d.py <<'END'
import time
from edtf import EDTFParseException, parse_edtf
from edtf_validate.valid_edtf import is_valid
for text in "2000-02-29 2001-02-29 1900-02-29 2001-02-30 2001-04-31 2001-02-29/2002".split():
    try:
        date = time.strftime("%Y-%m-%d", parse_edtf(text).lower_strict())
    except EDTFParseException:
        date = "refused"
    print(text, "edtf (Python):", date, "edtf-validate:", is_valid(text))
END
cat >j.mjs <<'END'
import edtf from "edtf";
import { parse } from "@edtf-ts/core";
for (const text of "2000-02-29 2001-02-29 1900-02-29 2001-02-30 2001-04-31 2001-02-29/2002".split(" ")) {
  let date = "refused";
  try {
    date = edtf(text).toEDTF();
  } catch {}
  console.log(text, "edtf.js:", date, "@edtf-ts/core:", parse(text).success);
}
END
cat >want <<'END'
2000-02-29 edtf (Python): 2000-02-29 edtf-validate: True
2001-02-29 edtf (Python): 2001-02-29 edtf-validate: True
1900-02-29 edtf (Python): 1900-02-29 edtf-validate: True
2001-02-30 edtf (Python): refused edtf-validate: False
2001-04-31 edtf (Python): refused edtf-validate: False
2001-02-29/2002 edtf (Python): 2001-02-29 edtf-validate: False
2000-02-29 edtf.js: 2000-02-29 @edtf-ts/core: true
2001-02-29 edtf.js: 2001-03-01 @edtf-ts/core: false
1900-02-29 edtf.js: 1900-03-01 @edtf-ts/core: false
2001-02-30 edtf.js: refused @edtf-ts/core: false
2001-04-31 edtf.js: refused @edtf-ts/core: false
2001-02-29/2002 edtf.js: 2001-03-01/2002 @edtf-ts/core: false
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "edtf-leap-day-of-2001: no longer as recorded" >&2; exit 1; }
echo "edtf-leap-day-of-2001: as recorded"
