#!/usr/bin/env bash
# edtf (Python): an interval whose end is unknown gets an end ten years later, as a strict bound.
# EDTF level 1 tells an unknown end ("2021-09/") from an open one ("2021-09/..") (Library of Congress, level 1,
# extended intervals); neither says ten years.
# Surprise: upper_strict() of "2021-09/" is 2031-09-01, lower_strict() of "/2021" is 2011-12-31; the open ones
# are inf. edtf.js has null.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'edtf==5.0.2' 'pyparsing==3.3.3' 'python-dateutil==2.9.0.post0' 'six==1.17.0'
npm install --silent --no-audit --no-fund 'edtf@4.11.1' >/dev/null
cat >d.py <<'END'
from edtf import parse_edtf
show = lambda t: t if isinstance(t, float) else "%d-%02d-%02d" % t[:3]
for s in "2021-09/", "2021-09/..", "/2021", "../2021":
    d = parse_edtf(s)
    print(s, "edtf (Python)", show(d.lower_strict()), show(d.upper_strict()))
END
cat >j.mjs <<'END'
import edtf from "edtf";
for (const s of ["2021-09/", "2021-09/..", "/2021", "../2021"]) {
  const d = edtf(s);
  const show = (n) => (Number.isFinite(n) ? new Date(n).toISOString().slice(0, 10) : String(n));
  console.log(s, "edtf.js", show(d.min), show(d.max));
}
END
cat >want <<'END'
2021-09/ edtf (Python) 2021-09-01 2031-09-01
2021-09/.. edtf (Python) 2021-09-01 inf
/2021 edtf (Python) 2011-12-31 2021-12-31
../2021 edtf (Python) -inf 2021-12-31
2021-09/ edtf.js 2021-09-01 null
2021-09/.. edtf.js 2021-09-01 Infinity
/2021 edtf.js null 2021-12-31
../2021 edtf.js -Infinity 2021-12-31
END
{
  venv/bin/python d.py
  node j.mjs
} >seen
diff want seen || { echo "edtf-unknown-end-is-ten-years: no longer as recorded" >&2; exit 1; }
echo "edtf-unknown-end-is-ten-years: as recorded"
