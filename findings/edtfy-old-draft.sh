#!/usr/bin/env bash
# edtfy turns English into EDTF of an old draft, and two days into two thousand years.
# Surprise: "before 2021" becomes [..,2021] (EDTF level 2, one of a set, writes [..2021]), "19th century"
# becomes 18xx (18XX in EDTF since 2019), and "16-17 September 2021" is the year 16 to 17 September 2021, which
# every reader takes. Seen with edtf.js, @edtf-ts/core and Python's edtf; "refused" means an error or "not
# valid".
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'edtf==5.0.2' 'pyparsing==3.3.3' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'edtfy@0.0.8' 'edtf@4.11.1' '@edtf-ts/core@0.4.2' >/dev/null
cat >w.cjs <<'END'
const edtfy = require("edtfy");
for (const s of ["before 2021", "19th century", "16-17 September 2021"]) console.log(edtfy(s));
END
cat >j.mjs <<'END'
import edtf from "edtf";
import { parse } from "@edtf-ts/core";
import { readFileSync } from "node:fs";
for (const s of readFileSync("written", "utf8").trim().split("\n")) {
  let a = "read";
  try { edtf(s); } catch { a = "refused"; }
  console.log(s, "edtf.js", a, "edtf-ts", parse(s).success ? "read" : "refused");
}
END
cat >d.py <<'END'
from edtf import parse_edtf, EDTFParseException
for s in open("written").read().split():
    try:
        parse_edtf(s)
        print(s, "edtf (Python) read")
    except EDTFParseException:
        print(s, "edtf (Python) refused")
END
cat >want <<'END'
[..,2021] edtf.js refused edtf-ts read
18xx edtf.js refused edtf-ts refused
0016/2021-09-17 edtf.js read edtf-ts read
[..,2021] edtf (Python) refused
18xx edtf (Python) refused
0016/2021-09-17 edtf (Python) read
END
{
  node w.cjs >written
  node j.mjs
  venv/bin/python d.py
} >seen
diff want seen || { echo "edtfy-old-draft: no longer as recorded" >&2; exit 1; }
echo "edtfy-old-draft: as recorded"
