#!/usr/bin/env bash
# The winter of 2021 (EDTF 2021-24): three libraries, three spans.
# EDTF (Library of Congress, level 1, seasons) leaves open which months a season has, so none of them is plainly
# wrong; each gives an exact span without a word.
# Surprise: edtf.js takes seasons for calendar quarters (October to December), Python's edtf ends winter with
# the year (December alone), @edtf-ts/core goes on into 2022. With hemispheres (2021-32, winter in the south)
# one of them refuses.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'edtf==5.0.2' 'pyparsing==3.3.3' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'edtf@4.11.1' '@edtf-ts/core@0.4.2' >/dev/null
cat >d.py <<'END'
from edtf import parse_edtf
for s in "2021-21", "2021-24", "2021-32":
    d = parse_edtf(s)
    print(s, "edtf (Python)", *["%d-%02d-%02d" % t[:3] for t in (d.lower_strict(), d.upper_strict())])
END
cat >j.mjs <<'END'
import edtf from "edtf";
import { parse } from "@edtf-ts/core";
const day = (n) => new Date(n).toISOString().slice(0, 10);
for (const s of ["2021-21", "2021-24", "2021-32"]) {
  const d = edtf(s);
  console.log(s, "edtf.js", day(d.min), day(d.max));
  const r = parse(s);
  console.log(s, "edtf-ts", r.success ? day(Number(r.value.min)) + " " + day(Number(r.value.max)) : "refused");
}
END
cat >want <<'END'
2021-21 edtf (Python) 2021-03-01 2021-05-31
2021-24 edtf (Python) 2021-12-01 2021-12-31
2021-32 edtf (Python) 2021-06-01 2021-08-31
2021-21 edtf.js 2021-01-01 2021-03-31
2021-21 edtf-ts 2021-03-01 2021-05-31
2021-24 edtf.js 2021-10-01 2021-12-31
2021-24 edtf-ts 2021-12-01 2022-02-28
2021-32 edtf.js 2021-01-01 2021-03-31
2021-32 edtf-ts refused
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "edtf-winter: no longer as recorded" >&2; exit 1; }
echo "edtf-winter: as recorded"
