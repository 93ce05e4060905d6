#!/usr/bin/env bash
# ical-generator puts backslashes into addresses: URL is escaped like text.
# A value of type URI is written as it is (RFC 5545 section 3.3.13); the escapes of section 3.3.11 are for TEXT
# alone.
# Surprise: https://example.org/a,b;c leaves as https://example.org/a\,b\;c beside VALUE=URI, so ical.js reads
# an address with two backslashes in it, which browsers turn into slashes. icalendar (Python) takes the
# backslashes off, and hides the fault.
set -euo pipefail
command -v npm >/dev/null || { echo "npm is missing: skipped"; exit 77; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
cd "$dir"
export TZ=UTC LC_ALL=C.UTF-8 PYTHONTZPATH=
python3 -m venv venv
venv/bin/pip install -q --disable-pip-version-check 'icalendar==7.3.2' 'python-dateutil==2.9.0.post0' 'six==1.17.0' 'tzdata==2026.1'
npm install --silent --no-audit --no-fund 'ical-generator@10.2.0' 'ical.js@2.2.1' >/dev/null
cat >j.mjs <<'END'
import { writeFileSync } from "node:fs";
import ical from "ical-generator";
import ICAL from "ical.js";
const c = ical();
c.createEvent({ id: "a", start: new Date("2021-03-28T07:00:00Z"), summary: "x", url: "https://example.org/a,b;c" });
writeFileSync("a.ics", c.toString());
console.log(c.toString().match(/^URL.*/m)[0].trim());
const url = new ICAL.Component(ICAL.parse(c.toString())).getFirstSubcomponent("vevent").getFirstPropertyValue("url");
console.log("ical.js", url, "as a browser resolves it:", new URL(url).href);
END
cat >d.py <<'END'
import icalendar
print("icalendar", icalendar.Calendar.from_ical(open("a.ics", newline="").read()).walk("VEVENT")[0]["URL"])
END
cat >want <<'END'
URL;VALUE=URI:https://example.org/a\,b\;c
ical.js https://example.org/a\,b\;c as a browser resolves it: https://example.org/a/,b/;c
icalendar https://example.org/a,b;c
END
{
  node j.mjs
  venv/bin/python d.py
} >seen
diff want seen || { echo "ical-generator-escaped-url: no longer as recorded" >&2; exit 1; }
echo "ical-generator-escaped-url: as recorded"
