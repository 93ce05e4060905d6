#!/usr/bin/env bash
# ical.js, vCard 4: the offset of a timestamp is dropped, and a birthday of which only the year is known is in
# the year before.
# RFC 6350 section 4.3: a timestamp may end in Z or an offset (4.3.5), a date may have no day, no month or no
# year (4.3.1).
# Surprise: REV:19951031T222710-0500 is read and written again without -0500, five hours off; BDAY with an
# offset keeps it. BDAY:1985 keeps its text, and its toJSDate() is 30 November 1984, of 1985-04 it is 31 March
# 1985. vobject keeps each text.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'vobject==0.9.9' 'python-dateutil==4.0.0' 'pytz==2026.6' 'six==1.17.0' 'tzdata==2026.6'
npm install --silent --no-audit --no-fund 'ical.js@2.2.1' >/dev/null
cat >j.mjs <<'END'
import ICAL from "ical.js";
for (const line of ["REV:19951031T222710-0500", "REV:19951031T222710Z", "BDAY:19850415T102200-0500", "BDAY:1985", "BDAY:1985-04", "BDAY:19850415"]) {
  const card = new ICAL.Component(ICAL.parse(`BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\n${line}\r\nEND:VCARD\r\n`));
  const property = card.getFirstProperty(line.split(":")[0].toLowerCase());
  console.log(line, "| ical.js writes", property.toICALString(), "| toJSDate", property.getFirstValue().toJSDate().toISOString().slice(0, 16));
}
END
cat >r.py <<'END'
import vobject
for line in "REV:19951031T222710-0500", "BDAY:19850415T102200-0500", "BDAY:1985":
    card = vobject.readOne(f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:x\r\n{line}\r\nEND:VCARD\r\n")
    print("vobject writes", *(l for l in card.serialize().split("\r\n") if l.startswith(("REV", "BDAY"))))
END
cat >want <<'END'
REV:19951031T222710-0500 | ical.js writes REV:19951031T222710 | toJSDate 1995-10-31T22:27
REV:19951031T222710Z | ical.js writes REV:19951031T222710Z | toJSDate 1995-10-31T22:27
BDAY:19850415T102200-0500 | ical.js writes BDAY:19850415T102200-0500 | toJSDate 1985-04-15T15:22
BDAY:1985 | ical.js writes BDAY:1985 | toJSDate 1984-11-30T00:00
BDAY:1985-04 | ical.js writes BDAY:1985-04 | toJSDate 1985-03-31T00:00
BDAY:19850415 | ical.js writes BDAY:19850415 | toJSDate 1985-04-15T00:00
vobject writes REV:19951031T222710-0500
vobject writes BDAY:19850415T102200-0500
vobject writes BDAY:1985
END
{
  node j.mjs
  venv/bin/python r.py
} >seen
diff want seen || { echo "ical-js-vcard-offset: no longer as recorded" >&2; exit 1; }
echo "ical-js-vcard-offset: as recorded"
